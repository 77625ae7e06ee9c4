"""Certificates of dots given by their integrals: true, accepted by both checkers, and not to be forged."""

import copy
import json
import time
from fractions import Fraction

import pytest
from certificate_samples import rehashed, rejected
from flint import arb
from integral_certificates import LABELLED, PLAIN, SITES, WARM, certificates, dot_of
from integral_forgeries import forgeries
from integral_forgeries_form import OF_THE_DOT
from integral_truth import is_true
from second_checker import judge, judge_all, judge_document
from second_checker_parts import ask

from qdverify.certificate.check import check
from qdverify.certificate.integral_dot import MOST_INTEGRALS, Weights, integral_dot
from qdverify.certificate.integral_model import IntegralModel
from qdverify.certificate.proof import Level, amplitude
from qdverify.protocol.case import Case
from qdverify.protocol.inputs import InvalidInput
from qdverify.protocol.sample_dots import INTEGRAL_DOT
from qdverify.reference.answers.answer import Refusal
from qdverify.reference.certificate_question import CertificateQuestion, determinants_by_irrep
from qdverify.reference.oracle import oracle
from qdverify.reference.write_certificate import certificate
from qdverify.reference.write_from_dot import certificate_from_dot, certificate_of


def test_certificates_are_true_and_accepted_by_both_checkers() -> None:
    """Levels, M_ji with other weights for each lead, rates, populations and currents are those of exact algebra."""
    for name, document in certificates().items():
        assert sum(check(json.loads(json.dumps(document))).values()) >= 1, name
        assert judge_document(document).status == 0, name
        assert is_true(document), name


def _passing(seed: int, tries: int, second_every: int) -> tuple[list[str], int, int]:
    """Return the forgeries that pass though they must not, how many were tried, and how many of those are true."""
    tried = list(forgeries(seed, tries))
    second = judge_all([document for _, document in tried[::second_every]])
    passes = [not rejected(document) for _, document in tried]
    for k, status in enumerate(second):
        passes[k * second_every] |= status == 0
    passed = [(label, document) for (label, document), passing in zip(tried, passes, strict=True) if passing]
    wrong = [label for label, document in passed if label.startswith("form") or not is_true(document)]
    return wrong, len(tried), len(passed) - len(wrong)


def test_no_forgery_passes_unless_it_is_true() -> None:
    """Integrals, labels, weights, counts, evidence and form changed in turn; every third before both checkers."""
    wrong, tried, true = _passing(seed=0, tries=2, second_every=3)
    assert not wrong
    assert tried > 400
    assert 20 < true < tried / 4


@pytest.mark.slow
def test_no_forgery_of_other_seeds_passes_either_checker() -> None:
    """The same for another seed and more tries, all before both checkers."""
    wrong, tried, _ = _passing(seed=1, tries=4, second_every=1)
    assert not wrong
    assert tried > 750


def test_a_case_of_the_protocol_has_the_levels_of_the_oracle() -> None:
    """The certificate of a case states the energies, spins and irreps that the oracle answers."""
    case = Case("spectrum", {"dot": INTEGRAL_DOT, "electrons": 3, "levels": 4})
    (spectrum,) = certificate(case, digits=10)["values"]["spectra"]
    answer = oracle(case, 10).values
    assert [entry["members"] for entry in spectrum] == [
        [[two_S, irrep, 1]] for two_S, irrep in zip(answer["two_S"], answer["irreps"], strict=True)
    ]
    for entry, energy in zip(spectrum, answer["energies"], strict=True):
        assert abs(Fraction(entry["energy"]["mid"]) - Fraction(energy.mid)) <= Fraction(entry["energy"]["rad"]) * 2


def test_weights_of_a_case_are_those_of_both_leads() -> None:
    """M of a case with weights, and without them whatever weights the dot has."""
    question = {"dot": INTEGRAL_DOT, "electrons": 1, "levels_from": 1, "levels_to": 2}
    for weights in (None, [1.0, 0.5, "-1/3"]):
        case = Case("transition_probabilities", question if weights is None else {**question, "weights": weights})
        M = certificate(case, digits=10)["values"]["M"]
        assert M["L"] == M["R"]
        for (claim,), (value,) in zip(M["L"][0], oracle(case, 10).values["M"], strict=True):
            assert abs(Fraction(claim["mid"]) - Fraction(value.mid)) <= Fraction(claim["rad"]) * 2


def test_integrals_given_twice_and_zeros_are_stated_once() -> None:
    """The protocol allows both; a certificate holds each set of eight at most once."""
    dot = {**PLAIN, "two_body": [[2, 1, 1, 1, 0.5], [1, 1, 1, 2, 0.5], [2, 1, 3, 3, 0], [3, 3, 3, 3, 1]]}
    document = certificate(Case("spectrum", {"dot": dot, "electrons": 2, "levels": 2}), digits=10)
    entries = document["case"]["inputs"]["dot"]["two_body"]
    assert sorted(sorted(entry[:4]) for entry in entries) == [[1, 1, 1, 2], [3, 3, 3, 3]]
    assert judge_document(document).status == 0


def _in_unit(factor: Fraction) -> list[dict]:
    """Return the entries of two levels of three electrons with all integrals multiplied by a factor."""
    dot = {
        **PLAIN,
        "core": str(factor * 7),
        "one_body": [[str(Fraction(value) * factor) for value in row] for row in PLAIN["one_body"]],
        "two_body": [[*four, str(Fraction(value) * factor)] for *four, value in PLAIN["two_body"]],
    }
    document = certificate_from_dot("spectrum", {"dot": dot, "electrons": 3, "levels": 2}, digits=12)
    assert judge_document(document).status == 0
    entries: list[dict] = document["values"]["spectra"][0]
    return entries


@pytest.mark.parametrize("factor", [Fraction(1, 10**40), Fraction(10**40)])
def test_the_unit_of_energy_does_not_matter(factor: Fraction) -> None:
    """Energies follow the integrals with all digits: both checkers measure them beside the largest integral."""
    for entry, right in zip(_in_unit(factor), _in_unit(Fraction(1)), strict=True):
        (mid, rad), (right_mid, right_rad) = (
            [Fraction(one["energy"][name]) for name in ("mid", "rad")] for one in (entry, right)
        )
        assert abs(mid / factor - right_mid) <= rad / factor + right_rad < Fraction(1, 10**10)


def test_levels_that_coincide_share_an_entry() -> None:
    """The two lowest excited states of a ring of three; a rate equation needs levels that are told apart."""
    (spectrum,) = certificates()["coinciding levels"]["values"]["spectra"]
    assert [entry["members"] for entry in spectrum] == [[[1, 1, 1]], [[1, 1, 2]]]
    with pytest.raises(Refusal, match="would cut through"):
        certificate_from_dot("spectrum", {"dot": SITES, "electrons": 1, "levels": 2})
    with pytest.raises(Refusal, match="not told apart"):
        certificate_from_dot("current", {"dot": SITES, "electrons": 0, "levels": [1, 3], **WARM})


def test_a_core_that_cancels_the_energy_leaves_all_digits() -> None:
    """Digits are those of the energy that is stated, not of the integrals: 12 of an energy of about 1e-6."""
    found = certificate_from_dot("spectrum", {"dot": PLAIN, "electrons": 1, "levels": 1}, digits=20)
    energy = Fraction(found["values"]["spectra"][0][0]["energy"]["mid"])
    dot = {**PLAIN, "core": str(Fraction(PLAIN["core"]) - round(energy, 6))}
    entry = certificate_from_dot("spectrum", {"dot": dot, "electrons": 1, "levels": 1})["values"]["spectra"][0][0]
    mid, rad = (Fraction(entry["energy"][name]) for name in ("mid", "rad"))
    assert 0 < abs(mid) < Fraction(1, 10**6)
    assert rad <= abs(mid) / 10**12


def test_both_checkers_reject_more_integrals_than_the_limit() -> None:
    """The number of integrals is bounded before anything is computed."""
    document = json.loads(json.dumps(certificates()["plain spectrum"]))
    document["case"]["inputs"]["dot"]["two_body"] = [[1, 1, 1, 1, 1]] * (MOST_INTEGRALS + 1)
    forged = rehashed(document)
    start = time.process_time()
    assert rejected(forged)
    assert time.process_time() - start < 5
    assert judge_document(forged).status != 0


@pytest.mark.parametrize("name", ["labelled", "plain"])
def test_integrals_may_be_listed_in_any_of_their_eight_orders(name: str) -> None:
    """Orders of orbitals and of entries are no part of the dot: the same proof holds for every one of them."""
    dot = {"labelled": LABELLED, "plain": PLAIN}[name]
    document = certificate_from_dot("spectrum", {"dot": dot, "electrons": 2, "levels": 2}, digits=10)
    listed = document["case"]["inputs"]["dot"]["two_body"]
    assert any(p != q or (p, q) != (r, s) for p, q, r, s, _ in listed)
    for order in ((1, 0, 2, 3), (0, 1, 3, 2), (2, 3, 0, 1), (3, 2, 1, 0)):
        changed = json.loads(json.dumps(document))
        turned = [[*(entry[k] for k in order), entry[4]] for entry in reversed(listed)]
        assert turned != listed
        changed["case"]["inputs"]["dot"]["two_body"] = turned
        changed = rehashed(changed)
        assert not rejected(changed)
        assert judge_document(changed).status == 0


@pytest.mark.parametrize(("electrons", "levels", "without"), [(3, 2, ""), (0, 1, ""), (0, 1, "weights")])
def test_both_checkers_refuse_every_change_of_form_of_a_dot(electrons: int, levels: int, without: str) -> None:
    """Each rule broken by itself, in a certificate of true levels; without electrons only the rule notices it."""
    dot = {name: value for name, value in LABELLED.items() if name != without}
    base = certificate_from_dot("spectrum", {"dot": dot, "electrons": electrons, "levels": levels}, digits=10)
    changes = {name: change for name, change in OF_THE_DOT.items() if not without or without not in name}
    broken = []
    for change in changes.values():
        document = copy.deepcopy(base)
        change(document["case"]["inputs"]["dot"])
        broken.append(rehashed(document))
    assert judge_all([base]) == [0]
    accepted = [name for name, status in zip(changes, judge_all(broken), strict=True) if status == 0]
    assert not accepted
    assert all(rejected(document) for document in broken)


def test_an_integral_of_forbidden_irreps_may_be_listed_as_zero() -> None:
    """Zero is what the irreps demand."""
    dot = {**LABELLED, "two_body": [*LABELLED["two_body"], [1, 1, 1, 2, 0]]}
    document = certificate_from_dot("spectrum", {"dot": dot, "electrons": 2, "levels": 1}, digits=8)
    assert judge_document(document).status == 0


def test_no_bound_of_the_interaction_is_assumed() -> None:
    """The model space of the proof of completeness is everything: nothing is left to a lower bound."""
    model = IntegralModel(integral_dot(json.loads(json.dumps(LABELLED))))
    with pytest.raises(Exception, match="no lower bound of the interaction"):
        model.floor(2)
    assert sum(map(len, model.bases(3).values())) == 9


def test_questions_are_refused_by_name() -> None:
    """What the grammar of the checkers refuses, a question may not ask either."""
    twice = {**PLAIN, "two_body": [[1, 2, 2, 1, 1], [2, 1, 2, 1, 1]]}
    with pytest.raises(InvalidInput, match=r"two_body of orbitals 2, 1, 2, 1 is listed twice"):
        certificate_from_dot("spectrum", {"dot": twice, "electrons": 1, "levels": 1})
    for schema, dot in (("qdverify-case/2", PLAIN), ("qdverify-case/3", {"length": 1})):
        case = {"schema": schema, "task": "spectrum", "inputs": {"dot": dot, "electrons": 1, "levels": 1}}
        with pytest.raises(InvalidInput, match="a dot given by integrals belongs to 'qdverify-case/3'"):
            certificate_of(case)


def test_deviations_of_both_vectors_widen_an_amplitude_by_the_size_of_the_weights() -> None:
    """Weights 3/7, -4/7 and 0: unit vectors that are off by eta move the amplitude 3/7 by 5/7 (eta_i + eta_j)."""
    weights = Weights.of([Fraction(3, 7), Fraction(-4, 7), Fraction(0)], "weights")
    empty = Level(0, 1, {0: 1}, 1, arb(0), arb(0), deviation=arb(0.25))
    one = Level(1, 1, {1: 1}, 1, arb(0), arb(0), deviation=arb(0.5))
    ball = amplitude(IntegralModel(integral_dot(PLAIN)), 0, empty, one, weights)
    assert float(ball.mid()) == pytest.approx(3 / 7, rel=1e-12)
    assert float(ball.rad()) == pytest.approx(5 / 7 * 0.75, rel=1e-6)
    assert ball.upper() - ball.lower() >= 2 * arb(5) / 7 * arb(0.75)


@pytest.mark.parametrize("bits", [6, 8, 10])
def test_loose_vectors_prove_no_false_probability_with_weights(bits: int) -> None:
    """A ball that misses M by a hair is rejected by both checkers, whatever the vectors; wide ones are proven."""
    dot = {**PLAIN, "weights": {"L": [2, 0, "1/3"], "R": [2, 0, "1/3"]}}
    true = certificate_from_dot("transition_probabilities", {"dot": dot, "electrons": 0, "levels": [1, 2]}, digits=8)
    loose, room = json.loads(json.dumps(true)), Fraction(1, 2)
    for level in loose["evidence"][1]["levels"]:
        numbers = [int(number, 16) for number in level["vector"].split()]
        places = max(number.bit_length() for number in numbers) - bits
        level["vector"] = " ".join(f"{(abs(n) >> places) * (1 if n > 0 else -1):x}" for n in numbers)
    for entry in loose["values"]["spectra"][1]:
        entry["energy"]["rad"] = "2/5"
    balls = [row[0] for row in true["values"]["M"]["L"][0]]

    def stated(changes: dict[int, Fraction]) -> dict:
        document = json.loads(json.dumps(loose))
        middles = [Fraction(ball["mid"]) + changes.get(j, Fraction(0)) for j, ball in enumerate(balls)]
        rows = [[{"mid": str(middle), "rad": str(room)}] for middle in middles]
        document["values"]["M"] = {"L": [rows], "R": [rows]}
        return rehashed(document)

    wide = stated({})
    assert not rejected(wide)
    assert judge_document(wide).status == 0
    for j, sign in ((0, 1), (0, -1), (1, 1), (1, -1)):
        one_sided = stated({j: sign * (room + Fraction(1, 10**7))})
        assert rejected(one_sided)
        assert judge_document(one_sided).status == 1


@pytest.mark.slow
@pytest.mark.parametrize(("electrons", "irreps"), [(4, None), (3, (1, 2, 3, 4, 5, 6, 7, 8)), (5, (1, 2, 1, 2, 1, 2))])
def test_larger_dots_pass_both_checkers(electrons: int, irreps: tuple[int, ...] | None, tmp_path) -> None:
    """Hundreds of determinants, with eight irreps, two, or none; twelve digits."""
    dot = dot_of(len(irreps) if irreps else 6, 9, irreps)
    document = certificate_from_dot("spectrum", {"dot": dot, "electrons": electrons, "levels": 3})
    file = tmp_path / "proof.json"
    file.write_text(json.dumps(document))
    assert judge(file).status == 0
    for entry in document["values"]["spectra"][0]:
        assert Fraction(entry["energy"]["rad"]) <= abs(Fraction(entry["energy"]["mid"])) / 10**12


@pytest.mark.parametrize("electrons", [1, 2, 3, 5])
@pytest.mark.parametrize("name", ["labelled", "plain"])
def test_rows_of_given_integrals_are_within_their_error(name: str, electrons: int) -> None:
    """The integer matrix of the second checker, of 1 bit, beside the balls of the first: the error bounds each row."""
    document, bits = {"labelled": LABELLED, "plain": PLAIN}[name], 1
    model = IntegralModel(integral_dot(json.loads(json.dumps(document))))
    largest = 0.0
    for label, masks in model.bases(electrons).items():
        (answer,) = ask([f"given x{json.dumps(document).encode().hex()} {electrons} {label} {bits}"])
        for text, mask in zip(answer.split(" | ")[1:], masks, strict=True):
            found, error, *elements = (int(word) for word in text.split())
            assert found == mask
            row: dict[int, float] = {}
            for other, value in model.row(mask):
                row[other] = row.get(other, 0.0) + float(value) * 2**bits
            missed = sum(abs(row.get(other, 0.0) - element) for other, element in zip(masks, elements, strict=True))
            assert missed <= error + 1e-9
            assert error >= electrons * (electrons - 1) // 2 + 3 * electrons
            largest = max(largest, missed)
    assert largest > 0.3


def test_more_determinants_than_a_proof_takes_are_refused_before_the_work() -> None:
    """With their number; irreps that split the block, and fewer electrons, are not."""
    h = [[float(p == q) * p for q in range(13)] for p in range(13)]
    dot = {"kind": "integrals", "orbitals": 13, "one_body": h, "two_body": [[1, 1, 1, 1, 1.0]]}
    asked = {"dot": dot, "electrons": 4, "levels": 2}
    with pytest.raises(
        Refusal, match=r"4 electrons in 13 orbitals have 6084 determinants of one irrep: .* at most 2500"
    ):
        CertificateQuestion("spectrum", asked, 12)
    split = {**dot, "irreps": [1 + n % 4 for n in range(13)]}
    assert CertificateQuestion("spectrum", {**asked, "dot": split}, 12).numbers == [2]
    assert CertificateQuestion("spectrum", {**asked, "electrons": 3}, 12).numbers == [2]


@pytest.mark.parametrize("electrons", range(7))
def test_determinants_are_counted_by_irrep(electrons: int) -> None:
    """As many as the checker lists."""
    dot = integral_dot(json.loads(json.dumps(LABELLED)))
    irreps = LABELLED["irreps"]
    listed = {label: len(masks) for label, masks in IntegralModel(dot).bases(electrons).items()}
    assert determinants_by_irrep(irreps, electrons) == listed
