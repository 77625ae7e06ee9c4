"""The checker in C++ accepts what the project certifies, and nothing else."""

from fractions import Fraction
from functools import cache
from pathlib import Path

import mpmath
import pytest
from certificate_samples import DOT
from hypothesis import given, settings
from hypothesis import strategies as st
from plain_dot import density_overlap
from second_checker import hashed, judge, judge_document
from second_checker_documents import SHIPPED, changed, recomputed, two_electrons
from test_certificate import CHAIN, RECOMPUTED

from qdverify.protocol.case import Case
from qdverify.reference.write_certificate import certificate

FORGED = sorted((Path(__file__).parent / "forged").glob("forged_*.json"))


LONGEST = "certificate-paper-N4.json"  # of four electrons at M = 13


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.slow) if name == LONGEST else name for name in SHIPPED]
)
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


@cache
def _cosines(beta: mpmath.mpf, a: int, b: int) -> mpmath.mpf:
    """Return the integral over 0 < v < 1 of the correlation of two cosines, after v = beta sinh t."""
    if (a + b) % 2:
        return mpmath.mpf(0)
    end = mpmath.asinh(1 / beta)
    return mpmath.quad(lambda t: density_overlap(a, b, beta * mpmath.sinh(t)), mpmath.linspace(0, end, 5))


def _integral(beta: mpmath.mpf, indices: list[int]) -> mpmath.mpf:
    p, q, r, s = indices
    d, t, d2, t2 = abs(p - q), p + q, abs(r - s), r + s
    return _cosines(beta, d, d2) - _cosines(beta, d, t2) - _cosines(beta, t, d2) + _cosines(beta, t, t2)


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
