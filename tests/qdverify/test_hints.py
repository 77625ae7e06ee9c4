"""Hints: each fault is named from the pattern of the wrong values that it causes, and no other."""

import math
import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qdverify.implementations.inprocess import InProcess
from qdverify.suite.comparators import at_most, close, equal
from qdverify.suite.declare import Scope, all_checks
from qdverify.suite.finding import Finding, Stage, Tolerance, Verdict, exact
from qdverify.suite.hints.earlier import ORDER, changes
from qdverify.suite.hints.most_likely_cause import most_likely_cause
from qdverify.suite.runner import run_checks
from qdverify.suite.subject import Subject

TOLERANCE = Tolerance(1e-10, "test")
ENERGIES = [3.9595, 3.9652, 3.9683, 3.9721, 4.6012]
M = [[0.8649, 0.3265], [0.0451, 0.2897]]


def finding(measured, expected, compare=close, **case):
    """Return the finding of a comparison of two values, or of the comparison that is given."""
    comparison = close(measured, exact(expected, "test"), TOLERANCE) if compare is close else compare
    verdict = Verdict.PASS if comparison.passed else Verdict.FAIL
    return Finding("spin.one@1", "spin", Stage.SPIN, "claim", "test", {"label": "a", **case}, verdict, comparison)


def hint(*trials):
    """Return the hint for trials of (measured, expected, inputs)."""
    return most_likely_cause([finding(measured, expected, **case) for measured, expected, case in trials])


@pytest.mark.parametrize(
    ("factor", "word"),
    [
        (2, "spin factor"),
        (0.5, "1/2 too many"),
        (-1, "the sign"),
        (math.pi, "pi"),
        (2 * math.pi, "2 pi"),
        (math.sqrt(2), "sqrt"),
        (27.211386245988, "electronvolts"),
        (1.234567, "1.234567 everywhere"),
    ],
)
def test_a_constant_factor_is_named(factor, word):
    """The same factor in all values, over several trials."""
    assert word in hint((list(factor * np.array(ENERGIES)), ENERGIES, {}), (factor * 0.3, 0.3, {}))


def test_a_factor_that_right_values_deny_is_not_named():
    """A hint predicts what passes too: a factor that only some values have is none."""
    wrong, right = [(2 * e, e, {}) for e in ENERGIES[:2]], [(e, e, {}) for e in ENERGIES[2:]]
    assert hint(*wrong, *right) == ""
    assert hint(wrong[0], *right) == ""
    assert hint(wrong[0]) == ""


def test_two_values_prove_no_unknown_factor():
    """One value has a ratio whatever it is: an unknown factor needs three."""
    assert hint((0.37, 0.3, {})) == ""


def test_factors_that_differ_are_no_constant_factor():
    """A pattern must hold in every failed trial."""
    assert "spin factor" not in hint((0.6, 0.3, {}), (0.55, 0.5, {}))


def test_a_lost_level_is_named():
    """All levels above the lost one move down by one place."""
    measured = [*ENERGIES[:1], *ENERGIES[2:], 4.7001]
    assert "level 1 is missing" in hint((measured, ENERGIES, {}))


def test_a_level_listed_twice_is_named():
    """All levels above the doubled one move up by one place."""
    assert "level 1 is listed again" in hint(([*ENERGIES[:2], *ENERGIES[1:-1]], ENERGIES, {}))


def test_levels_that_are_lost_or_listed_again_in_several_places_are_named():
    """Another level in each case, or more than one: right energies out of step, and none that is not expected."""
    lost = [([*ENERGIES[:k], *ENERGIES[k + 1 :], 4.7001], ENERGIES, {}) for k in (0, 2)]
    assert "levels are missing" in hint(*lost)
    again = [([*ENERGIES[: k + 1], *ENERGIES[k:-1]], ENERGIES, {}) for k in (0, 2)]
    assert "levels are listed again" in hint(*again)
    wrong = [3.9595, 3.9660, 3.9683, 3.9721, 4.6012]
    assert hint(lost[0], (wrong, ENERGIES, {})) == hint(again[0], (wrong, ENERGIES, {})) == ""


def test_a_transposed_matrix_is_named():
    """Rows and columns interchanged."""
    assert "transposed" in hint((np.transpose(M).tolist(), M, {}))


def test_a_permutation_is_named():
    """The right values in the wrong places, such as the two leads' currents."""
    assert "reverse order" in hint(([0.2, -0.1], [-0.1, 0.2], {}))
    assert "another order" in hint(([0.2, 0.3, -0.1], [-0.1, 0.2, 0.3], {}))
    assert "another order" in hint(([M[1], M[0]], M, {}))


def test_noise_among_equal_values_is_no_permutation():
    """Values that are wrong by little more than they may be are not taken for their neighbours."""
    close_by = [0.25, 0.25 + 2e-10]
    assert "another order" not in hint((close_by[::-1], close_by, {}))


@pytest.mark.parametrize(
    ("measured", "word"),
    [([0.0, 0.5, 1.0], "S in place of 2S"), ([1, 2, 3], "multiplicity"), ([1, 0, 2], "another order")],
)
def test_a_mislabelled_spin_is_named(measured, word):
    """Quantum numbers in another convention."""
    comparison = equal(measured, exact([0, 1, 2], "test"))
    assert word in most_likely_cause([finding(None, None, comparison)])


def test_a_shift_is_named():
    """Another zero of energy, per trial."""
    assert "shifted by the same amount (0.5" in hint(([e + 0.5 for e in ENERGIES], ENERGIES, {}))


def test_a_missing_normalisation_is_named():
    """The factor follows an input of the trial."""
    lengths = (2.5, 4.0, 9.5)
    trials = [([v / L for v in (0.3, 0.4)], [0.3, 0.4], {"dot": {"length": L, "cutoff": 0.1}}) for L in lengths]
    assert "the factor is length^-1" in hint(*trials)


@pytest.mark.parametrize(
    ("wrong", "word"), [(lambda p: p * p, "squares"), (math.sqrt, "square roots"), (lambda p: 1 - p, "one minus")]
)
def test_a_wrong_power_is_named(wrong, word):
    """Amplitudes for probabilities, and the other Fermi function."""
    values = [0.12, 0.57, 0.9]
    assert word in hint(([wrong(p) for p in values], values, {}))


def test_wrong_signs_are_named():
    """Magnitudes right, signs not."""
    assert "wrong sign" in hint(([0.2, -0.3], [0.2, 0.3], {}), ([0.1, -0.4], [-0.1, 0.4], {}))


def test_low_precision_is_named():
    """Random errors of the size of a single's rounding."""
    choose = random.Random(1)
    single = [float(np.float32(e)) for e in (choose.uniform(1, 9) for _ in range(8))]
    exact_ = [value * (1 + choose.uniform(-6e-8, 6e-8)) for value in single]
    assert "32 bits" in hint((single, exact_, {}))
    for digits in (5, 7.4):
        loose = [e * (1 + 10**-digits * choose.uniform(-1, 1)) for e in ENERGIES]
        assert "a threshold" in hint((loose, ENERGIES, {}))


def test_a_few_values_of_few_digits_among_right_ones_are_no_matter_of_precision():
    """Right values show that there are further digits."""
    assert hint((ENERGIES[0] * (1 + 1e-6), ENERGIES[0], {}), *((e, e, {}) for e in ENERGIES[1:])) == ""


def test_an_absolute_error_of_small_values_is_named():
    """Small values wrong by the same amount, large ones right: absolute in place of relative accuracy."""
    small = [finding_of_small(value, value + 3e-17) for value in (1e-30, 1e-22, 1e-25, 1e-40)]
    assert "absolute accuracy" in most_likely_cause([*small, finding(0.5, 0.5)])


def finding_of_small(expected, measured):
    """Return the finding of a value that is held to nine digits of its own size."""
    comparison = close(measured, exact(expected, "test"), Tolerance(1e-9 * expected, "test"))
    return finding(None, None, comparison)


def test_values_that_are_dropped_are_named():
    """Small values come out as zero, large ones do not."""
    small = [finding_of_small(value, 0.0) for value in (1e-14, 1e-22)]
    assert "values below 1.0e-14 are set to 0" in most_likely_cause([*small, finding(0.5, 0.5)])


def test_the_condition_that_separates_wrong_cases_is_counted_out():
    """A threshold, or a word, that all failing cases meet and no passing one; too few cases say nothing."""
    cold = [{"kT": float(kT), "two_S_i": kT % 3, "label": str(kT)} for kT in (7 * n % 31 for n in range(1, 31))]
    trials = [(0.3 + 0.1 * case["kT"] ** 2 * (case["kT"] < 7), 0.3, case) for case in cold]
    assert hint(*trials) == "all 6 failing cases have kT <= 6, none of 24 passing (kT >= 7)"
    assert hint(*trials[:8]) == ""
    one_trial = [(measured, expected, {**case, "label": "one"}) for measured, expected, case in trials]
    assert hint(*one_trial) == ""


@pytest.mark.parametrize(
    ("condition", "word"),
    [
        ({"dot": {"kernel": "contact"}}, "kernel contact"),
        ({"dot": {"strength": -1.0}}, "negative s"),
        ({"electrons": 2}, "N = 2, none of 18 passing (1)"),
        ({"gate": -1.0}, "a negative gate"),
        ({"indices": [[1, 1, 1, 9]]}, "a largest index >= 9"),
        ({"dot": {"kernel": "soft-coulomb", "length": 2.0, "cutoff": 2e-4}}, "lambda/L <= 0.0001"),
    ],
)
def test_each_kind_of_condition_is_read_off_the_cases(condition, word):
    """Twelve cases fail where the condition holds, eighteen pass where it does not."""
    other = {
        "dot": {"kernel": "soft-coulomb", "strength": 1.0, "length": 2.0, "cutoff": 0.2},
        "electrons": 1,
        "gate": 0.5,
        "indices": [[1, 1, 2, 2]],
    }
    met = {**other, **condition, "dot": {**other["dot"], **condition.get("dot", {})}}
    wrong = [(0.3 + 0.01 * (n + 1) ** 2, 0.3, {**met, "seed": n, "label": f"wrong {n}"}) for n in range(12)]
    right = [(0.3, 0.3, {**other, "seed": 50 + n, "label": f"right {n}"}) for n in range(18)]
    said = hint(*wrong, *right)
    assert said.startswith(f"all 12 failing cases have {word}")
    assert ", none of 18 passing" in said


@pytest.mark.parametrize(
    ("failing", "passing", "words"),
    [
        ((2, 4), (1, 3, 5), "even N (2, 4), none of 18 passing (1, 3, 5)"),
        ((2, 4), (3,), "even N (2, 4), none of 18 passing (3)"),
        ((2,), (1, 3, 5), "N = 2, none of 18 passing (1, 3, 5)"),
        ((6,), (1, 2, 3, 4, 5), "N = 6, none of 18 passing (5 of 1 to 5)"),
        ((5, 6), (1, 2, 3), "N >= 5, none of 18 passing (N <= 3)"),
    ],
)
def test_a_condition_on_a_number_says_what_was_asked(failing, passing, words):
    """One even number that fails is no evidence about the others; what lies between the sides was not asked."""
    wrong = [
        (0.3 + 0.01 * (n + 1) ** 2, 0.3, {"electrons": failing[n % len(failing)], "seed": n, "label": f"wrong {n}"})
        for n in range(12)
    ]
    right = [(0.3, 0.3, {"electrons": passing[n % len(passing)], "seed": n, "label": f"{n}"}) for n in range(18)]
    assert hint(*wrong, *right) == f"all 12 failing cases have {words}"


def test_almost_nothing_is_no_factor():
    """Values that are zero but for noise follow no factor, however small a known one may be."""
    assert hint(([3e-5, -1e-6, 2e-7], [0.3, 0.4, 0.5], {})) == ""


def test_zeros_are_named():
    """A quantity that is never computed."""
    assert "every value is 0" in hint(([0.0, 0.0], [0.1, 0.2], {}))


def test_an_inequality_gives_no_hint():
    """A bound is no expected value: no ratio to it means anything."""
    broken = at_most(2.0, 1.0, TOLERANCE, origin="test")
    assert most_likely_cause([finding(None, None, broken)]) == ""


@given(st.lists(st.floats(0.1, 10.0), min_size=5, max_size=9), st.integers(0, 10**9))
def test_noise_is_given_no_cause(values, seed):
    """Errors of 10 to 50 per cent that share no pattern are left without a hint."""
    choose = random.Random(seed)
    measured = [value * (1 + choose.choice((-1, 1)) * choose.uniform(0.1, 0.5)) for value in values]
    assert hint((measured, values, {"dot": {"length": 9.5}})) == ""


WRONG_MODELS = {
    "the 1/2 of Eq. (4) is missing": lambda i, j: 2 * weight(i, j),
    "S_i and S_j are interchanged": lambda i, j: weight(j, i),
    "branches": lambda i, j: 1 - weight(i, j),
    "2S_i+1": lambda i, j: (i + 1) * weight(i, j),
    "(2S_i+1)/(2S_j+1)": lambda i, j: weight(i, j) * (i + 1) / (j + 1),
    "2S in place of S": lambda i, j: (2 * j + 1) / (2 * (2 * i + 1)),
    "every value is 0": lambda i, j: 0.0,
    "32 bits": lambda i, j: float(np.float32(weight(i, j))),
}


def weight(two_S_i, two_S_j):
    return (two_S_j + 1) / (2 * (two_S_i + 1)) if abs(two_S_i - two_S_j) == 1 else 0.0


class Wrong:
    def __init__(self, fault):
        self.fault = fault

    def clebsch_gordan_weight(self, *, two_S_i, two_S_j):
        return {"C": self.fault(two_S_i, two_S_j)}


@pytest.mark.parametrize("word", WRONG_MODELS)
def test_the_runner_names_the_fault_of_a_wrong_implementation(word):
    """A wrong implementation gets the hint beside its failures, a right finding gets none."""
    checks = [check for check in all_checks() if check.name == "spin.clebsch-gordan"]
    findings = run_checks(Subject(InProcess(Wrong(WRONG_MODELS[word]))), checks, Scope())
    failed = [item for item in findings if item.verdict is Verdict.FAIL]
    assert failed
    assert all(word in item.hint for item in failed), failed[0].hint
    assert not any(item.hint for item in findings if item.verdict is Verdict.PASS)


def test_leads_in_another_order_are_one_change_whatever_kind_of_rate_they_have():
    """A list in another order differs at places that the other case does not have: the rate of a spin, a kT."""
    one, other = {"name": "a", "rate": 1.0}, {"name": "b", "rate": {"up": 0.5, "down": 0.25}, "kT": 0.1}
    (_, (change,)) = changes([{"leads": [one, other]}, {"leads": [other, one]}])
    assert (change.field, change.step) == (ORDER, math.inf)


def test_what_is_given_for_each_lead_is_named_by_its_field():
    """M_ji of one lead is an M, not a lead's name; so are rates of spins and fields of leads."""
    cases = [{name: {"left": number}} for name in ("M", "rate", "theta") for number in (1.0, 2.0)]
    found = [changes(cases[k : k + 2])[1][0].field for k in (0, 2, 4)]
    assert found == ["M", "rate", "theta"]
