"""The checker in C++ rejects every false statement about a spectrum, probabilities and a stationary state."""

import copy
from fractions import Fraction

import pytest
from certificate_samples import DOT, spectrum_certificate, transitions_certificate
from rows import over
from second_checker import judge_document
from second_checker_documents import changed, recomputed, two_electrons
from test_certificate import CHAIN

from qdverify.protocol.case import Case
from qdverify.reference.write_certificate import certificate

LEVELS = "evidence/0/levels"
SPECTRUM_LIES = {
    "a third of an electron": [("case/inputs/electrons", 2.0)],
    "another number of electrons": [("case/inputs/electrons", 3), ("evidence/0/electrons", 3)],
    "evidence of other electrons": [("evidence/0/electrons", 3)],
    "more levels than stated": [("case/inputs/levels", 3)],
    "fewer levels than stated": [("case/inputs/levels", 1)],
    "no level": [("case/inputs/levels", 0)],
    "a level count that is true": [("case/inputs/levels", True)],
    "an orbital more": [("case/inputs/dot/orbitals", 4)],
    "orbitals as text": [("case/inputs/dot/orbitals", "3")],
    "an unknown kernel": [("case/inputs/dot/kernel", "coulomb")],
    "another kernel": [("case/inputs/dot/kernel", "contact")],
    "no interaction": [("case/inputs/dot/kernel", "none")],
    "the opposite interaction": [("case/inputs/dot/strength", "-1")],
    "another length": [("case/inputs/dot/length", "19")],
    "no length": [("case/inputs/dot/length", "0")],
    "no cutoff": [("case/inputs/dot/cutoff", "0")],
    "a number that is none": [("case/inputs/dot/cutoff", "1/0")],
    "a number in words": [("case/inputs/dot/cutoff", "0.25 ")],
    "a missing field": [("case/inputs/dot/cutoff", None)],
    "a field too many": [("case/inputs/dot/mass", 1)],
    "a field too many above": [("note", "all is proven")],
    "a field too many in the case": [("case/note", "1")],
    "a field too many in the evidence": [("evidence/0/note", "1")],
    "a field too many in a level": [(f"{LEVELS}/0/note", "1")],
    "a field too many in a ball": [("values/energies/0/exact", True)],
    "a field too many in the values": [("values/note", [])],
    "another grade": [("grade", "exact")],
    "another schema": [("schema", "qdverify-certificate/0")],
    "another schema of the case": [("case/schema", "qdverify-case/0")],
    "another task": [("case/task", "current")],
    "an unknown task": [("case/task", "proof")],
    "no digits": [("digits", 0)],
    "too many digits": [("digits", 10**6)],
    "no evidence": [("evidence", []), ("grade", "exact")],
    "spins of other parity": [(f"{LEVELS}/0/two_S", 1)],
    "a spin beyond N/2": [(f"{LEVELS}/0/two_S", 4)],
    "a spin below zero": [(f"{LEVELS}/0/two_S", -2)],
    "another spin": [(f"{LEVELS}/0/two_S", 2), ("values/two_S/0", 2)],
    "parity zero": [(f"{LEVELS}/0/parity", 0)],
    "parity three": [(f"{LEVELS}/0/parity", 3)],
    "another stated spin": [("values/two_S/0", 2)],
    "another stated parity": [("values/parity/0", -1)],
    "a stated spin too many": [("values/two_S", [0, 2, 0])],
    "a ceiling too low": [("evidence/0/ceiling", "1")],
    "a ceiling too high": [("evidence/0/ceiling", "1000")],
    "no ceiling": [("evidence/0/ceiling", "null")],
    "a ceiling that is a number": [("evidence/0/ceiling", 51)],
    "no model space": [("evidence/0/limit", 0)],
    "a limit below zero": [("evidence/0/limit", -1)],
    "a vector that vanishes": [(f"{LEVELS}/0/vector", "0 0 0 0 0")],
    "a vector too short": [(f"{LEVELS}/0/vector", "1 0 0 0")],
    "a vector too long": [(f"{LEVELS}/0/vector", "1 0 0 0 0 0")],
    "a vector of other digits": [(f"{LEVELS}/0/vector", "1 0 0 0 0x0")],
    "a vector with two blanks": [(f"{LEVELS}/0/vector", "1 0 0 0  0")],
    "a rough vector": [(f"{LEVELS}/0/vector", "1 0 0 0 0")],
    "a radius below zero": [("values/energies/0/rad", "-1")],
    "no radius": [("values/energies/0/rad", "0")],
    "a radius that is a number": [("values/energies/0/rad", 1)],
    "another energy": [("values/energies/0/mid", "0.5")],
    "one energy for two": [("values/energies", [{"mid": "0", "rad": "9"}])],
}


@over("name", list(SPECTRUM_LIES))
def test_lies_about_a_spectrum_are_rejected(name: str) -> None:
    """With a fresh hash: inputs, labels, fields, counts, evidence and statements that are not as they must be."""
    document = changed(spectrum_certificate(), *SPECTRUM_LIES[name])
    status, message = judge_document(document)
    assert status == 1, message
    assert "hash" not in message


def test_levels_cannot_be_dropped_doubled_or_exchanged() -> None:
    """With a fresh hash: every other choice of the evidence's levels is rejected."""
    document = two_electrons()
    levels = document["evidence"][0]["levels"]
    assert len(levels) >= 3
    for i in range(len(levels)):
        others = levels[:i] + levels[i + 1 :]
        for false in (
            others,
            [*levels, levels[i]],
            [*others, others[0]],
            [*others, {**levels[i], "vector": "1 0 0 0"}],
        ):
            assert judge_document(changed(document, (LEVELS, false))).status == 1
    energies = document["values"]["energies"]
    swapped = changed(document, ("values/energies", [energies[1], energies[0], energies[2]]))
    assert judge_document(swapped).status == 1


def test_evidence_of_another_dot_is_rejected() -> None:
    """With a fresh hash: vectors that prove one dot's levels do not prove another's."""
    here, there = two_electrons(), two_electrons(cutoff="1e-9")
    assert judge_document(changed(here, ("evidence", there["evidence"]))).status == 1


def test_a_mixture_of_spins_is_rejected() -> None:
    """With a fresh hash: a singlet plus a triplet of one parity has no spin, whatever it is said to be."""
    document = two_electrons()
    levels = document["evidence"][0]["levels"]
    triplet = next(i for i, level in enumerate(levels) if level["two_S"] == 2)
    numbers = levels[triplet]["vector"].split()
    mixed = " ".join([f"{int(numbers[0], 16) * 2:x}", *numbers[1:]])
    for two_S in (0, 2):
        lie = changed(document, (f"{LEVELS}/{triplet}/vector", mixed), (f"{LEVELS}/{triplet}/two_S", two_S))
        assert "not of the spin" in judge_document(lie).message


def test_interaction_cannot_be_denied() -> None:
    """With a fresh hash: levels of a free dot do not pass for those of an interacting one."""
    for name in ("free", "charging"):
        document = recomputed(name)
        assert judge_document(document).status == 0
        lie = changed(document, ("case/inputs/dot/kernel", "soft-coulomb"), ("case/inputs/dot/strength", "1"))
        assert "a spectrum needs evidence" in judge_document(lie).message


def test_attraction_has_a_lower_floor() -> None:
    """With a fresh hash: the proof for a repulsive dot does not hold for the attractive one, nor at contact."""
    document = two_electrons(strength="-3")
    assert judge_document(document).status == 0
    assert judge_document(changed(document, ("case/inputs/dot/kernel", "contact"))).status == 1
    repulsive = two_electrons()
    assert judge_document(changed(repulsive, ("case/inputs/dot/strength", "-3"))).status == 1


@pytest.mark.parametrize("place", [(0, 0), (0, 1), (1, 0), (1, 1)])
def test_transition_probabilities_are_exact_claims(place: tuple[int, int]) -> None:
    """With a fresh hash: another digit of an M_ji, or no radius, is rejected unless it is an exact zero."""
    document = transitions_certificate()
    row, column = place
    path = f"values/M/{row}/{column}"
    ball = document["values"]["M"][row][column]
    assert judge_document(document).status == 0
    for factor in (Fraction(1), Fraction(-1)):
        moved = str(Fraction(ball["mid"]) + factor * (2 * Fraction(ball["rad"]) + Fraction(1, 10**13)))
        assert judge_document(changed(document, (f"{path}/mid", moved))).status == 1
    if Fraction(ball["rad"]):
        assert judge_document(changed(document, (f"{path}/rad", "0"))).status == 1


def test_transitions_need_their_own_lists() -> None:
    """With a fresh hash: exchanged, repeated or missing evidence, and M_ji in columns, are rejected."""
    document = transitions_certificate()
    first, second = document["evidence"]
    for evidence in ([second, first], [first, first], [first], [first, second, second]):
        assert judge_document(changed(document, ("evidence", evidence))).status == 1
    columns = [list(column) for column in zip(*document["values"]["M"], strict=True)]
    assert judge_document(changed(document, ("values/M", columns))).status == 1


CHAIN_LIES = {
    "a third lead": [("case/inputs/leads", [*CHAIN["leads"], {"name": "R", "rate": 0, "mu": 9}])],
    "one lead": [("case/inputs/leads", CHAIN["leads"][:1])],
    "the same lead twice": [("case/inputs/leads/1/name", "L")],
    "a rate below zero": [("case/inputs/leads/0/rate", -1.0)],
    "no temperature": [("case/inputs/kT", 0)],
    "a temperature below zero": [("case/inputs/kT", -7e-05)],
    "another temperature": [("case/inputs/kT", 7e-04)],
    "another gate": [("case/inputs/gate", 0.51)],
    "a spin below zero": [("case/inputs/levels/0/two_S", -2)],
    "a spin of other parity": [("case/inputs/levels/1/two_S", 2)],
    "a spin beyond N/2": [("case/inputs/levels/3/two_S", 4)],
    "half an electron": [("case/inputs/levels/1/electrons", 0.5)],
    "a transition that adds none": [("case/inputs/transitions/0/to", 0)],
    "a transition that adds two": [("case/inputs/transitions/0/to", 2)],
    "a transition from nowhere": [("case/inputs/transitions/0/from", -1)],
    "a transition to nowhere": [("case/inputs/transitions/0/to", 4)],
    "a transition twice": [("case/inputs/transitions", [*CHAIN["transitions"], CHAIN["transitions"][0]])],
    "a transition less": [("case/inputs/transitions", CHAIN["transitions"][:2])],
    "an M below zero": [("case/inputs/transitions/1/M", -0.4)],
    "no M": [("case/inputs/transitions/1/M", 0)],
    "another energy": [("case/inputs/levels/2/energy", 1.001)],
    "evidence for what needs none": [("evidence", [{}])],
    "another grade": [("grade", "exact")],
    "a population less": [("values/populations/3", None)],
    "another population": [("values/populations/0/mid", "1e-776")],
    "a population that is zero": [("values/populations/3", {"mid": "0", "rad": "0"})],
    "a radius below zero": [("values/populations/1/rad", "-1e-20")],
}


@over("name", list(CHAIN_LIES))
def test_lies_about_a_stationary_state_are_rejected(name: str) -> None:
    """With a fresh hash: leads, transitions, labels and statements that are not as they must be."""
    document = changed(recomputed("populations"), *CHAIN_LIES[name])
    assert judge_document(document).status == 1
    assert "hash" not in judge_document(document).message


def test_currents_are_signed_and_small_ones_count() -> None:
    """With a fresh hash: the current the other way, none at all, or one in equilibrium, is rejected."""
    document = recomputed("current")
    for name in ("I_L", "I_R"):
        mid = document["values"][name]["mid"]
        for lie in (f"-{mid}", "0", str(Fraction(mid) * Fraction(10**18 + 1, 10**18))):
            assert judge_document(changed(document, (f"values/{name}/mid", lie))).status == 1
    still = recomputed("equilibrium")
    assert judge_document(changed(still, ("values/I_L/mid", "1e-300"))).status == 1
    leads = "case/inputs/leads"
    for lie in (
        [(f"{leads}/0/rate", 0)],
        [(f"{leads}/0/name", "R"), (f"{leads}/1/name", "L")],
        [("case/inputs/transitions/0/M", 0.5)],
    ):
        assert judge_document(changed(document, *lie)).status == 1


@pytest.mark.parametrize(("two_S", "mid", "rad"), [(2, "2/3", "0"), (2, "0", "2/3"), (2, "4/3", "2/3")])
def test_claims_are_compared_as_rationals(two_S: int, mid: str, rad: str) -> None:
    """A ball that reaches the value with its very edge is proven, and one that falls short by 1e-1000 is not."""
    document = certificate(Case("clebsch_gordan_weight", {"two_S_i": two_S, "two_S_j": two_S + 1}))
    edge = changed(document, ("values/C", {"mid": mid, "rad": rad}))
    assert judge_document(edge).status == 0
    short = str(Fraction(rad) - Fraction(1, 10**1000)) if rad != "0" else rad
    beside = str(Fraction(mid) + Fraction(1, 10**1000)) if rad == "0" else mid
    assert judge_document(changed(document, ("values/C", {"mid": beside, "rad": short}))).status == 1


# what is true of loose vectors


def _loose(document: dict, part: int, bits: int) -> dict:
    """Return a copy in which one list's vectors, of two electrons, are cut to so many bits; their spins stay exact."""
    result = copy.deepcopy(document)
    for level in result["evidence"][part]["levels"]:
        numbers = [int(number, 16) for number in level["vector"].split()]
        places = max(number.bit_length() for number in numbers) - bits
        cut = [(abs(number) >> places) * (1 if number > 0 else -1) for number in numbers]
        level["vector"] = " ".join(f"{number:x}" for number in cut)
    return result


def _one_sided(value: Fraction, room: Fraction) -> list[dict]:
    """Return the balls that lie above and below a number and miss it by a millionth of their radius."""
    middle = room + room / 10**6
    return [{"mid": str(value + sign * middle), "rad": str(room)} for sign in (1, -1)]


@pytest.mark.parametrize("bits", [4, 5, 6, 8, 12])
def test_loose_vectors_prove_no_false_energy(bits: int) -> None:
    """Whatever the vectors, a ball that misses the level by a hair is rejected, and one that is wide is proven."""
    true = two_electrons()
    loose = _loose(true, 0, bits)
    for index, stated in enumerate(true["values"]["energies"]):
        value = Fraction(stated["mid"])
        wide = [{"mid": ball["mid"], "rad": "1/50"} for ball in true["values"]["energies"]]
        assert judge_document(changed(loose, ("values/energies", wide))).status == 0
        for ball in _one_sided(value, Fraction(1, 50)):
            assert (
                judge_document(changed(loose, ("values/energies", [*wide[:index], ball, *wide[index + 1 :]]))).status
                == 1
            )


@pytest.mark.parametrize(
    ("electrons", "bits"),
    [
        (1, 5),
        (2, 12),
        *(pytest.param(*one, marks=pytest.mark.slow) for one in ((1, 6), (1, 8), (1, 12), (2, 5), (2, 6), (2, 8))),
    ],
)
def test_loose_vectors_prove_no_false_probability(electrons: int, bits: int) -> None:
    """Whatever the vectors, a ball that misses an M_ji by a hair is rejected, be they initial or final ones."""
    inputs = {"dot": DOT, "electrons": electrons, "levels_from": 2, "levels_to": 2}
    true = certificate(Case("transition_probabilities", inputs), digits=12)
    loose = _loose(true, 2 - electrons, bits)
    wide = [[{"mid": ball["mid"], "rad": "4"} for ball in row] for row in true["values"]["M"]]
    assert judge_document(changed(loose, ("values/M", wide))).status == 0
    for row, column in ((0, 0), (0, 1), (1, 0), (1, 1)):
        stated = true["values"]["M"][row][column]
        for ball in _one_sided(Fraction(stated["mid"]), Fraction(1)) if Fraction(stated["rad"]) else ():
            balls = copy.deepcopy(wide)
            balls[row][column] = ball
            assert judge_document(changed(loose, ("values/M", balls))).status == 1


def _populations(levels: list, *, kT: str = "1/20", gate: str = "1/2", mu: str = "1/4") -> dict:
    """Return a certificate of two levels, given as (electrons, energy, two_S)."""
    leads = [{"name": "L", "rate": "1", "mu": mu}, {"name": "R", "rate": "2", "mu": "-1/8"}]
    inputs = {
        "levels": [{"electrons": n, "energy": energy, "two_S": two_S} for n, energy, two_S in levels],
        "transitions": [{"from": 0, "to": 1, "M": "3/4"}],
        "leads": leads,
        "kT": kT,
        "gate": gate,
    }
    return certificate(Case("stationary_state", inputs), digits=12)


def test_rules_of_a_stationary_state_hold_though_the_numbers_would_fit() -> None:
    """With a fresh hash: other labels of the same rates, and all energies turned with kT."""
    true = _populations([(0, "1/3", 0), (1, "5/8", 1)])
    assert judge_document(true).status == 0
    level = "case/inputs/levels"
    labels = [f"{level}/0/electrons", f"{level}/0/two_S", f"{level}/1/electrons", f"{level}/1/two_S"]
    for numbers, expected in (((0, 0, 1, 1), 0), ((2, 0, 3, 1), 0), ((1, 1, 3, 3), 1), ((2, 1, 3, 3), 1)):
        assert judge_document(changed(true, *zip(labels, numbers, strict=True))).status == expected, numbers
    turned = [
        (f"{level}/0/energy", "-1/3"),
        (f"{level}/1/energy", "-5/8"),
        ("case/inputs/leads/0/mu", "-1/4"),
        ("case/inputs/leads/1/mu", "1/8"),
        ("case/inputs/gate", "-1/2"),
        ("case/inputs/kT", "-1/20"),
    ]
    assert judge_document(changed(true, *turned)).status == 1


def test_labels_of_free_levels_are_counted() -> None:
    """With a fresh hash: a singlet and a triplet at 1 + 4, one each, after the singlet at 1 + 1."""
    dot = {**DOT, "kernel": "none", "strength": "0"}
    true = certificate(Case("spectrum", {"dot": dot, "electrons": 2, "levels": 3}), digits=12)
    assert sorted(true["values"]["two_S"]) == [0, 0, 2]
    for two_S, expected in (([0, 0, 2], 0), ([0, 2, 0], 0), ([0, 0, 0], 1), ([0, 2, 2], 1), ([2, 0, 2], 1)):
        assert judge_document(changed(true, ("values/two_S", two_S))).status == expected, two_S


def test_probabilities_have_the_shape_that_is_asked_for() -> None:
    """With a fresh hash: a column or a row more than the levels asked for, whatever it states."""
    true = transitions_certificate()
    rows = true["values"]["M"]
    for false in ([*rows, rows[0]], [[*row, row[0]] for row in rows], [*rows[:-1], [*rows[-1], rows[0][0]]]):
        assert judge_document(changed(true, ("values/M", false))).status == 1
