"""The checker in C++ accepts what the project certifies, and nothing else."""

import copy
import json
import re
from fractions import Fraction
from functools import cache
from pathlib import Path

import mpmath
import pytest
from certificate_samples import DOT, spectrum_certificate, transitions_certificate
from hypothesis import given, settings
from hypothesis import strategies as st
from second_checker import SOURCE, hashed, judge, judge_document, judge_text
from test_certificate import CHAIN, RECOMPUTED

from qdverify.protocol.case import Case
from qdverify.reference import data
from qdverify.reference.write_certificate import certificate

FORGED = sorted((Path(__file__).parent / "forged").glob("forged_*.json"))
SHIPPED = {file.name: file for file in data.certificates()}


@cache
def recomputed(name: str) -> dict:
    """Return a certificate that needs no evidence."""
    return certificate(RECOMPUTED[name], digits=20)


@cache
def two_electrons(**dot: str) -> dict:
    """Return a certificate of the three lowest levels of two electrons."""
    return certificate(Case("spectrum", {"dot": {**DOT, **dot}, "electrons": 2, "levels": 3}), digits=12)


def changed(document: dict, *changes: tuple[str, object]) -> dict:
    """Return a copy with a fresh hash in which each path, as in "values/C/mid", has another value; None removes it."""
    result = copy.deepcopy(document)
    for path, value in changes:
        *steps, last = [int(step) if step.isdigit() else step for step in path.split("/")]
        place = result
        for step in steps:
            place = place[step]
        if value is None:
            del place[last]
        else:
            place[last] = value
    return hashed(result)


# what is true


@pytest.mark.parametrize("name", list(SHIPPED))
def test_shipped_certificates_are_accepted(name: str) -> None:
    """Every certificate of the package is proven a second time, four electrons at M = 13 among them."""
    status, message = judge(str(SHIPPED[name]))
    assert (status, message[:7]) == (0, "proven:"), message


@pytest.mark.parametrize("kernel", ["soft-coulomb", "contact"])
@pytest.mark.parametrize("electrons", [0, 1, 2, 3, 4, 5, 6])
def test_every_kernel_and_electron_number_is_accepted(kernel: str, electrons: int) -> None:
    """Spectra of every filling of three orbitals, which are whole spectra at the ends."""
    levels = min(2, [1, 3, 9, 9, 9, 3, 1][electrons])
    inputs = {"dot": {**DOT, "kernel": kernel, "strength": "5/4"}, "electrons": electrons, "levels": levels}
    assert judge_document(certificate(Case("spectrum", inputs), digits=14)) == (0, f"proven: {levels} energies")


@pytest.mark.parametrize("electrons", [0, 1, 2, 3, 4, 5])
def test_transitions_of_every_filling_are_accepted(electrons: int) -> None:
    """M_ji into even and odd numbers of electrons."""
    inputs = {"dot": DOT, "electrons": electrons, "levels_from": 1, "levels_to": 1}
    document = certificate(Case("transition_probabilities", inputs), digits=14)
    assert judge_document(document) == (0, "proven: 1 M")


@pytest.mark.parametrize("name", list(RECOMPUTED))
def test_other_tasks_are_accepted(name: str) -> None:
    """What needs no evidence is computed anew."""
    status, message = judge_document(recomputed(name))
    assert status == 0, message


@pytest.mark.parametrize(
    "dot",
    [
        {"strength": "1e-9"},
        {"strength": "-3"},
        {"strength": "1e6"},
        {"length": "1e-3"},
        {"length": "1e4"},
        {"cutoff": "1e-9"},
        {"cutoff": "10"},
    ],
    ids=str,
)
def test_extreme_dots_are_accepted(dot: dict) -> None:
    """Weak, attractive and strong interaction, small and large dots, sharp and flat kernels."""
    status, message = judge_document(two_electrons(**dot))
    assert status == 0, message


@pytest.mark.parametrize("digits", [1, 60, 300])
def test_digits_few_or_many_are_accepted(digits: int) -> None:
    """From one digit to hundreds, for integrals, levels and currents."""
    for case in (
        RECOMPUTED["integrals"],
        Case("spectrum", {"dot": DOT, "electrons": 2, "levels": 2}),
        RECOMPUTED["current"],
    ):
        status, message = judge_document(certificate(case, digits=digits))
        assert status == 0, message


def test_populations_beyond_all_doubles_are_accepted() -> None:
    """At kT = 1e-5 a population is 1e-5429 or so."""
    document = certificate(Case("stationary_state", {**CHAIN, "kT": 1e-5}), digits=12)
    assert any(len(ball["mid"].partition("e-")[2]) >= 4 for ball in document["values"]["populations"])
    assert judge_document(document)[0] == 0


# independent references


@pytest.mark.parametrize(
    "beta",
    [
        "0.3",
        "1.4",
        "7",
        *(pytest.param(b, marks=pytest.mark.slow) for b in ("1e-30", "1e-6", "1", "1.5", "1.6", "1e5")),
    ],
)
def test_integrals_are_those_of_a_quadrature(beta: str) -> None:
    """Soft-Coulomb integrals agree with mpmath's double integral, reduced to its moments, to 25 digits, and no less."""
    indices = [[1, 1, 1, 1], [1, 2, 2, 3], [4, 4, 1, 3]]
    dot = {"length": "2", "cutoff": str(2 * Fraction(beta)), "orbitals": 4, "kernel": "soft-coulomb", "strength": "3"}
    with mpmath.workdps(40):
        exact = [_integral(mpmath.mpf(beta), four) * 3 / 2 for four in indices]
        texts = [mpmath.nstr(value, 36) for value in exact]
    for shift, expected in ((0, 0), (3, 1), (-3, 1)):
        balls = []
        for text in texts:
            value = Fraction(text)
            radius = abs(value) / 10**25
            balls.append({"mid": str(value + shift * radius), "rad": str(radius)})
        document = {
            "schema": "qdverify-certificate/1",
            "case": {
                "schema": "qdverify-case/1",
                "task": "interaction_integrals",
                "inputs": {"dot": dot, "indices": indices},
            },
            "digits": 25,
            "grade": "enclosed",
            "values": {"values": balls},
            "evidence": [],
        }
        assert judge_document(hashed(document))[0] == expected


def _integral(beta: mpmath.mpf, indices: list[int]) -> mpmath.mpf:
    """Return the integral over 0 < v < 1 of the correlation of two densities, after v = beta sinh t."""
    p, q, r, s = indices

    @cache
    def cosine(a: int, b: int) -> mpmath.mpf:
        if (a + b) % 2:
            return mpmath.mpf(0)

        def correlation(v: mpmath.mpf) -> mpmath.mpf:
            # both signs of v: cos(a pi (u+v)) cos(b pi u) and its mirror image, integrated over 0 < u < 1-v
            total = mpmath.mpf(0)
            for x, y in ((a, b), (b, a)):
                for k, phase in ((x + y, x * v), (x - y, x * v)):
                    if k == 0:
                        total += (1 - v) * mpmath.cospi(phase) / 2
                    else:
                        total += (mpmath.sinpi(k * (1 - v) + phase) - mpmath.sinpi(phase)) / (2 * k * mpmath.pi)
            return total

        end = mpmath.asinh(1 / beta)
        return mpmath.quad(lambda t: correlation(beta * mpmath.sinh(t)), mpmath.linspace(0, end, 5))

    d, t, d2, t2 = abs(p - q), p + q, abs(r - s), r + s
    return cosine(d, d2) - cosine(d, t2) - cosine(t, d2) + cosine(t, t2)


@pytest.mark.parametrize("inverse", [10**3, 10**9, 10**12])
def test_populations_in_equilibrium_are_boltzmann_s(inverse: int) -> None:
    """P_1/P_0 = 2 e^(-E/kT) to 20 digits, and no less, down to 1e-54286810237 and so without ever writing that out."""
    energy = Fraction(1, 8)
    with mpmath.workdps(50):
        ratio = 2 * mpmath.exp(-mpmath.mpf(inverse) / 8)
        population = mpmath.nstr(ratio / (1 + ratio), 40)
    digits, _, exponent = population.partition("e")
    inputs = {
        "levels": [{"electrons": 0, "energy": 0, "two_S": 0}, {"electrons": 1, "energy": str(energy), "two_S": 1}],
        "transitions": [{"from": 0, "to": 1, "M": 1}],
        "leads": [{"name": "L", "rate": 1, "mu": 0}, {"name": "R", "rate": "1/3", "mu": 0}],
        "kT": f"1/{inverse}",
        "gate": 0,
    }
    for shift, expected in ((0, 0), (3, 1), (-3, 1)):
        mid = str(Fraction(digits) * (10**20 + shift) / 10**20 * 10**80 // 1)
        low = {"mid": f"{mid}e{int(exponent) - 80}", "rad": f"{digits.replace('-', '')}e{int(exponent) - 20}"}
        document = {
            "schema": "qdverify-certificate/1",
            "case": {"schema": "qdverify-case/1", "task": "stationary_state", "inputs": inputs},
            "digits": 20,
            "grade": "enclosed",
            "values": {"populations": [{"mid": "1", "rad": "1e-50"}, low]},
            "evidence": [],
        }
        assert judge_document(hashed(document))[0] == expected


@settings(max_examples=60, deadline=None)
@given(st.floats(allow_nan=False, allow_infinity=False))
def test_doubles_are_hashed_as_python_writes_them(number: float) -> None:
    """Whatever the double, the two programs hash the same text."""
    document = changed(recomputed("populations"), ("case/inputs/gate", number))
    assert "hash" not in judge_document(document).message


def test_json_numbers_are_exact_doubles() -> None:
    """The double 7e-05 is another temperature than the decimal: the populations differ in the 17th digit or before."""
    document = certificate(RECOMPUTED["populations"], digits=30)
    assert judge_document(document).status == 0
    assert judge_document(changed(document, ("case/inputs/kT", "7e-5"))).status == 1
    assert judge_document(changed(document, ("case/inputs/kT", str(Fraction(7e-5))))).status == 0


# what is false


@pytest.mark.parametrize("file", FORGED, ids=lambda file: file.stem)
def test_forged_files_are_rejected(file: Path) -> None:
    """Each of the known forgeries is refused for what is wrong with it."""
    reasons = {
        "forged_dup": 'the key "values" occurs twice',
        "forged_electrons_2.9_orbitals_3.99": "orbitals must be an integer",
        "forged_exp_bomb": "exponents of 1e-50000000 +- 1",
        "forged_negative_length": "length must be positive",
        "forged_negative_radius": "a radius must not be negative",
        "forged_negative_spin_M0": "two_S must be at least 0",
        "forged_none_M": "limit must be at least 0",
        "forged_radius_rounded_up_1e-10": "is not proven",
        "forged_third_lead_of_rate_0": "the leads must be L and R",
    }
    status, message = judge(file)
    assert status == (2 if file.stem == "forged_dup" else 1)
    assert reasons.get(file.stem, "") in message


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


@pytest.mark.parametrize("name", list(SPECTRUM_LIES))
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


@pytest.mark.parametrize("name", list(CHAIN_LIES))
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


@pytest.mark.parametrize("bits", [5, 6, 8, 12])
@pytest.mark.parametrize("electrons", [1, 2])
def test_loose_vectors_prove_no_false_probability(bits: int, electrons: int) -> None:
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


# what is no certificate


NO_JSON = {
    "a byte order mark": lambda text: "\ufeff" + text,
    "text that follows": lambda text: text + "1",
    "a second document": lambda text: text + text,
    "no end": lambda text: text[:-1],
    "a comma too many": lambda text: text[:-1] + ",}",
    "a key twice": lambda text: text[:-1] + ', "digits": 12}',
    "a key twice, inside": lambda text: text.replace('"task"', '"task": "current", "task"'),
    "a nested bomb": lambda text: text[:-1] + ', "x": ' + "[" * 200_000 + "]" * 200_000 + "}",
    "seventeen levels": lambda text: text[:-1] + ', "x": ' + "[" * 17 + "]" * 17 + "}",
    "a long number": lambda text: text.replace('"digits": 12', f'"digits": {"1" * 5000}'),
    "a number with a leading zero": lambda text: text.replace('"digits": 12', '"digits": 012'),
    "a number with a sign": lambda text: text.replace('"digits": 12', '"digits": +12'),
    "no number": lambda text: text.replace('"digits": 12', '"digits": NaN'),
    "no finite number": lambda text: text.replace('"digits": 12', '"digits": -Infinity'),
    "an escape": lambda text: text.replace('"task"', '"\\u0074ask"'),
    "a letter beyond ASCII": lambda text: text.replace('"current"', '"curr\u0435nt"').replace("exact", "ex\u0430ct"),
    "a line end in a string": lambda text: text.replace("exact", "ex\nact"),
    "nothing": lambda text: "",
    "a zero byte": lambda text: text + "\0",
    "single quotes": lambda text: text.replace('"', "'"),
}


@pytest.mark.parametrize("name", list(NO_JSON))
def test_what_is_no_strict_json_cannot_be_read(name: str) -> None:
    """Grammar is settled before anything is computed; the exit status is 2."""
    text = json.dumps(recomputed("weight")).replace('"digits": 20', '"digits": 12')
    assert NO_JSON[name](text) != text
    status, message = judge_text(NO_JSON[name](text))
    assert (status, message[:11]) == (2, "unreadable:")


def test_every_character_counts() -> None:
    """Whatever character of a file is changed, the file is no longer accepted; every fifth is tried."""
    document = recomputed("weight")
    text = json.dumps(document)
    for position, character in list(enumerate(text))[::5]:
        other = "7" if character != "7" else "8"
        broken = text[:position] + other + text[position + 1 :]
        assert judge_text(broken).status in (1, 2), (position, character)


@pytest.mark.parametrize(
    "text", ["1e20001", "1e-999999999999", "1e99999999999999999999", "9" * 5000, "1/" + "9" * 5000]
)
def test_numbers_are_bounded_before_they_are_computed(text: str) -> None:
    """A claim or an input of absurd size is rejected at once."""
    for path in ("values/C/mid", "values/C/rad"):
        assert judge_document(changed(recomputed("weight"), (path, text)), "--seconds", "5").status == 1
    for path in ("case/inputs/kT", "case/inputs/levels/0/energy"):
        assert judge_document(changed(recomputed("populations"), (path, text)), "--seconds", "5").status == 1
    for path in ("case/inputs/dot/length", "evidence/0/ceiling"):
        assert judge_document(changed(spectrum_certificate(), (path, text)), "--seconds", "5").status == 1


@pytest.mark.parametrize(
    "changes",
    [
        [("case/inputs/dot/orbitals", 10**9)],
        [("case/inputs/dot/orbitals", 64), ("case/inputs/electrons", 64), ("evidence/0/electrons", 64)],
        [("case/inputs/levels", 10**9)],
        [("evidence/0/limit", 10**30)],
    ],
    ids=str,
)
def test_sizes_are_bounded_before_memory_is_taken(changes: list) -> None:
    """Orbitals, determinants and levels beyond reason are rejected at once, and a limit beyond all sums is no bomb."""
    status, message = judge_document(changed(spectrum_certificate(), *changes), "--seconds", "5")
    assert "time allowed" not in message
    assert status == (0 if "limit" in changes[0][0] else 1)


def test_time_is_bounded() -> None:
    """A proof that takes longer than allowed is given up and said to be so."""
    status, message = judge(str(SHIPPED["certificate-paper-N4.json"]), "--seconds", "0")
    assert status == 1
    assert message == "rejected: not proven within the time allowed (--seconds)"


def test_usage_and_missing_files_have_their_status(tmp_path: Path) -> None:
    """Status 2, with a line that says why."""
    assert judge(tmp_path / "none.json") == (2, "unreadable: the file cannot be opened")
    assert judge(tmp_path).status == 2
    assert judge("--help").message.startswith("usage: check_certificate")


def test_no_floating_point_and_no_library_but_gmp() -> None:
    """The source declares no floating-point number and includes nothing but the standard library and gmpxx.h."""
    source = SOURCE.read_text()
    code = re.sub(r'//[^\n]*|"(\\.|[^"\\])*"', "", source)
    assert not re.findall(r"\b(?:float|double)\b|get_d\b|std::(?:pow|log|exp)\b|<cmath>|mpf_", code)
    assert [name for name in re.findall(r"#include <(.*)>", source) if "." in name] == ["gmpxx.h"]
