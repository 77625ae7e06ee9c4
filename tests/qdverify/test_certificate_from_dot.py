"""Certificates from the dot to the current: each step proven from the one before; levels that coincide are entries."""

import copy
from typing import Any

import pytest
from certificate_samples import rehashed, rejected
from forgery_bases import CONTACT, FREE, SOFT, WARM, bases
from forgery_truth import is_true
from test_second_checker_clusters import exact_entries, single_electron

from qdverify.certificate import from_dot
from qdverify.certificate.check import check
from qdverify.certificate.grammar import RejectedError
from qdverify.protocol.case import Case
from qdverify.protocol.inputs import InvalidInput
from qdverify.reference.answers.answer import Refusal
from qdverify.reference.write_certificate import certificate
from qdverify.reference.write_from_dot import certificate_from_dot


def test_a_current_is_proven_from_the_dot() -> None:
    """Levels, M, rates, populations and currents of an interacting dot: all stated, all proven, all true."""
    question = {"dot": SOFT, "electrons": 0, "levels": [1, 3, 4], **WARM, "kT": "3/2", "gate": "9"}
    document = certificate_from_dot("current", question, digits=14)
    assert check(document) == {"energies": 8, "M": 15, "rates": 60, "populations": 8, "I_L": 1, "I_R": 1}
    assert is_true(document)


def test_the_chain_agrees_with_the_one_of_given_levels() -> None:
    """The same levels and M_ji put into a protocol case as exact numbers give the same current."""
    document = bases()["dot current"]
    values, inputs = document["values"], document["case"]["inputs"]
    levels = [
        {"electrons": inputs["electrons"] + k, "energy": entry["energy"]["mid"], "two_S": entry["members"][0][0]}
        for k, spectrum in enumerate(values["spectra"])
        for entry in spectrum
    ]
    first = len(values["spectra"][0])
    transitions = [
        {"from": i, "to": first + j, "M": ball["mid"]}
        for j, row in enumerate(values["M"][0])
        for i, ball in enumerate(row)
    ]
    case = Case(
        "current", {"levels": levels, "transitions": transitions, **{k: inputs[k] for k in ("leads", "kT", "gate")}}
    )
    given = certificate(case, digits=12)
    for name in ("I_L", "I_R"):
        assert float(given["values"][name]["mid"]) == pytest.approx(float(values[name]["mid"]), rel=1e-8)


def test_levels_that_coincide_are_one_entry() -> None:
    """Without interaction: singlet and triplet of one configuration stand together, with their multiplicity."""
    document = certificate_from_dot("spectrum", {"dot": FREE, "electrons": 3, "levels": "all"})
    members = [entry["members"] for entry in document["values"]["spectra"][0]]
    assert [[1, 1, 2], [3, 1, 1]] in members or [[1, -1, 2], [3, -1, 1]] in members
    assert check(document) == {"energies": 9}
    assert is_true(document)


def test_a_cut_through_levels_that_coincide_is_refused() -> None:
    """The refusal names the next number of levels that works."""
    with pytest.raises(Refusal, match=r"levels=2 would cut .* ask for 3"):
        certificate_from_dot("spectrum", {"dot": FREE, "electrons": 2, "levels": 2})
    document = certificate_from_dot("spectrum", {"dot": FREE, "electrons": 2, "levels": 3})
    changed = copy.deepcopy(document)
    changed["case"]["inputs"]["levels"] = 2
    changed["values"]["spectra"][0][1]["members"].pop()
    assert rejected(rehashed(changed))


def test_a_chain_may_have_levels_that_coincide_if_their_labels_differ() -> None:
    """Singlet and triplet at one energy are two states of a rate equation; two levels of one label are refused."""
    document = certificate_from_dot("current", {"dot": FREE, "electrons": 1, "levels": [2, 3], **WARM})
    assert len(document["values"]["spectra"][1][1]["members"]) == 2
    assert is_true(document)
    with pytest.raises(Refusal, match="no rate equation"):
        certificate_from_dot("stationary_state", {"dot": FREE, "electrons": 2, "levels": ["all", "all"], **WARM})
    transitions = certificate_from_dot(
        "transition_probabilities", {"dot": FREE, "electrons": 2, "levels": ["all", "all"]}
    )
    changed = copy.deepcopy(transitions)
    changed["case"]["task"] = "stationary_state"
    changed["case"]["inputs"] |= WARM
    changed["values"] |= {"rates": [], "populations": []}
    with pytest.raises(RejectedError, match="told apart"):
        check(rehashed(changed))


def test_a_rate_equation_of_more_levels_than_allowed_is_rejected(monkeypatch: pytest.MonkeyPatch) -> None:
    """Five levels are checked if five are allowed, and rejected before any of the algebra if four are."""
    document = certificate_from_dot("current", {"dot": FREE, "electrons": 1, "levels": [2, 3], **WARM})
    monkeypatch.setattr(from_dot, "MOST_STATES", 5)
    check(document)
    monkeypatch.setattr(from_dot, "MOST_STATES", 4)
    with pytest.raises(RejectedError, match="at most 4 levels"):
        check(document)


def test_levels_are_one_number_for_a_spectrum_and_two_for_transitions() -> None:
    """A list of one number for one spectrum, and spectra of one number of electrons for transitions, are rejected."""
    changed = copy.deepcopy(certificate_from_dot("spectrum", {"dot": FREE, "electrons": 2, "levels": 3}))
    check(rehashed(changed))
    changed["case"]["inputs"]["levels"] = [3]
    with pytest.raises(RejectedError, match="levels must be one number"):
        check(rehashed(changed))
    question = {"dot": FREE, "electrons": 2, "levels": ["all", "all"]}
    changed = copy.deepcopy(certificate_from_dot("transition_probabilities", question))
    changed["case"]["inputs"]["levels"] = ["all"]
    changed["values"] = {"spectra": changed["values"]["spectra"][:1], "M": []}
    changed["evidence"] = changed["evidence"][:1]
    with pytest.raises(RejectedError, match="levels must have 2 to 2 elements"):
        check(rehashed(changed))


def test_entries_may_not_be_split_or_mixed() -> None:
    """Levels that coincide may not be stated as ordered, nor levels that are apart with too small a ball."""
    document = bases()["dot clusters"]
    spectrum = document["values"]["spectra"][0]
    for index, entry in enumerate(spectrum):
        for k, member in enumerate(entry["members"]):
            if len(entry["members"]) > 1 or member[2] > 1:
                changed = copy.deepcopy(document)
                items = changed["values"]["spectra"][0]
                one = [[*member[:2], 1]]
                rest = [other for other in entry["members"] if other != member]
                rest += [[*member[:2], member[2] - 1]] if member[2] > 1 else []
                for parts in ((one, sorted(rest)), (sorted(rest), one)):
                    items[index : index + 1] = [{"energy": entry["energy"], "members": part} for part in parts]
                    assert rejected(rehashed(changed)), (index, k)
                    items[index : index + 2] = [entry]
    merged = copy.deepcopy(bases()["dot whole spectrum"])
    items = merged["values"]["spectra"][0]
    for index in range(len(items) - 1):
        changed = copy.deepcopy(merged)
        one, two = changed["values"]["spectra"][0][index : index + 2]
        together = sorted([*one["members"], *two["members"]])
        if together[0][:2] != together[1][:2]:
            changed["values"]["spectra"][0][index : index + 2] = [{"energy": one["energy"], "members": together}]
            assert rejected(rehashed(changed))
            wide = {"mid": one["energy"]["mid"], "rad": str(2 * float(two["energy"]["mid"]))}
            changed["values"]["spectra"][0][index : index + 1] = [{"energy": wide, "members": together}]
            assert check(rehashed(changed)) == {"energies": 9}


def test_spins_and_parities_of_entries_are_those_of_the_levels() -> None:
    """With a fresh hash: every other label of an entry is rejected."""
    document = bases()["dot whole spectrum"]
    for index, entry in enumerate(document["values"]["spectra"][0]):
        (two_S, parity, number), *rest = entry["members"]
        for label in ((2 - two_S, parity), (two_S, -parity)):
            changed = copy.deepcopy(document)
            changed["values"]["spectra"][0][index]["members"] = sorted([[*label, number], *rest])
            assert rejected(rehashed(changed)), (index, label)


def test_an_entry_ends_where_its_highest_level_may_end() -> None:
    """Levels 4 and 9 of one electron, 9 by a rough vector that encloses it between 5 and 18: 16 may lie below it."""
    rough = {3: {1: 7, 3: 9, 5: 6}}
    first, last = exact_entries(range(1, 2)), exact_entries(range(5, 8))
    three, two = ([[1, -1, 2], [1, 1, 1]], [[1, -1, 1], [1, 1, 1]])
    together = single_electron([*first, ("11.5", "8", three), *last], rough)
    assert check(together) == {"energies": 7}
    apart = single_electron([*first, ("11.5", "8", two), *exact_entries(range(4, 5)), *last], rough)
    with pytest.raises(RejectedError, match="the order of two entries is not determined"):
        check(apart)


def test_questions_break_rules_are_invalid() -> None:
    """The writer refuses what the checker's grammar does not read, and names the value."""
    good: dict[str, Any] = {"dot": CONTACT, "electrons": 1, "levels": [2, 3]}
    wrong = [
        ("integrals", good, "task='integrals'"),
        ("spectrum", {**good, "levels": 0}, "levels=0"),
        ("spectrum", {**good, "electrons": 7, "levels": 1}, "electrons=7"),
        ("transition_probabilities", {**good, "dot": {**CONTACT, "length": "-1"}}, "length=-1"),
        ("current", good, "gate, kT, leads is missing"),
        ("current", {**good, **WARM, "kT": "0"}, "kT=0"),
    ]
    for task, inputs, message in wrong:
        with pytest.raises(InvalidInput, match=message):
            certificate_from_dot(task, inputs)


def test_populations_too_small_for_a_decimal_are_bounded() -> None:
    """At kT = 1e-6 populations fall below 1e-20000: they are stated as 0 with that radius."""
    question = {"dot": CONTACT, "electrons": 0, "levels": [1, 2, 2], **WARM, "kT": "1e-6", "gate": "1/2"}
    document = certificate_from_dot("stationary_state", question)
    smallest = [ball for part in document["values"]["populations"] for ball in part if ball["mid"] == "0"]
    assert smallest
    assert all(ball["rad"] == "1e-20000" for ball in smallest)


@pytest.mark.slow
def test_the_paper_s_dot_conducts() -> None:
    """N = 0 to 3 at M = 13, the lowest multiplets, 1 K above nothing assumed: from the dot to the current."""
    paper = {"length": "19/2", "cutoff": "19/10000", "orbitals": 13, "kernel": "soft-coulomb", "strength": "1"}
    leads = [{"name": "L", "rate": "1", "mu": "1/100"}, {"name": "R", "rate": "1", "mu": "-1/100"}]
    question = {"dot": paper, "electrons": 0, "levels": [1, 1, 2], "leads": leads, "kT": "1/1000", "gate": "51/100"}
    proven = check(certificate_from_dot("current", question))
    assert proven["I_L"] == 1
    assert proven["M"] == 3


def test_levels_of_the_protocol_s_cases_must_be_in_order() -> None:
    """In `qdverify-certificate/1` levels are strictly ordered: those that coincide have no such evidence."""
    document = certificate_from_dot("spectrum", {"dot": FREE, "electrons": 2, "levels": 3})
    entries = document["values"]["spectra"][0]
    labels = [(two_S, parity, entry["energy"]) for entry in entries for two_S, parity, _ in entry["members"]]
    changed = {
        **document,
        "schema": "qdverify-certificate/1",
        "case": {**document["case"], "schema": "qdverify-case/1"},
        "values": {
            "energies": [energy for _, _, energy in labels],
            "two_S": [two_S for two_S, _, _ in labels],
            "parity": [parity for _, parity, _ in labels],
        },
    }
    with pytest.raises(RejectedError, match="order"):
        check(rehashed(changed))
