"""What keeps a hint silent, and what it says of single values, of old answers and of where a fault shows."""

import pytest
from test_hints import ENERGIES, finding, hint

from qdverify.suite.comparators import close
from qdverify.suite.finding import Tolerance, exact
from qdverify.suite.hints.most_likely_cause import most_likely_cause
from qdverify.suite.hints.separation import conditions_of


def dots(lengths):
    return [{"dot": {"length": length, "kernel": "contact"}, "label": str(n)} for n, length in enumerate(lengths)]


def test_right_values_deny_each_kind_of_pattern():
    """A zero, a square, a shift, another order and lost digits are named alone, and not beside right values."""
    wrong = {
        "every value is 0": [0.0] * 5,
        "squares": [e * e for e in ENERGIES],
        "shifted": [e + 0.5 for e in ENERGIES],
        "reverse order": ENERGIES[::-1],
        "digits": [e * (1 + 1e-6 * (1 + 0.3 * n)) for n, e in enumerate(ENERGIES)],
    }
    for word, values in wrong.items():
        assert word in hint((values, ENERGIES, {}))
        assert word not in hint((values, ENERGIES, {}), *((ENERGIES, ENERGIES, {"label": str(n)}) for n in range(3)))


def test_one_number_shows_no_pattern():
    """A single number is twice, the square or the opposite of some other."""
    for value in (0.0, 0.25, 0.5 * 0.5, 1.0, -0.5):
        assert hint((value, 0.5, {})) == ""


def test_what_is_compared_with_other_answers_shows_no_factor():
    """Two answers that differ by 2 say nothing of the right one."""
    for own in (False, True):
        comparison = close([2 * e for e in ENERGIES], exact(ENERGIES, "test", own=own), Tolerance(1e-10, "test"))
        assert ("the factor is 2" in most_likely_cause([finding(None, None, comparison)])) is not own


def test_patterns_that_the_cases_do_not_tell_apart_are_named_together():
    """1/N and 1/2 are the same for two electrons; for one, two and three they are not."""
    pair = [([e / 2 for e in ENERGIES], ENERGIES, {"electrons": 2})]
    assert "0.5 everywhere" in hint(*pair)
    assert "or the factor is electrons^-1" in hint(*pair)
    several = [([e / N for e in ENERGIES], ENERGIES, {"electrons": N}) for N in (1, 2, 3)]
    assert "the factor is electrons^-1" in hint(*several)


def test_old_answers_are_told_by_the_field_that_a_cache_leaves_out():
    """Each case gets the right values of the first one of another length: all are predicted, right ones too."""
    right = {length: [e / length**2 for e in ENERGIES] for length in (1.0, 2.0, 3.0, 4.0)}
    trials = [(right[1.0], right[case["dot"]["length"]], case) for case in dots(right)]
    assert "differs in L only" in hint(*trials)
    sound = [(right[4.0], right[4.0], case) for case in dots([5.0])]
    assert "differs in L only" not in hint(*trials, *sound)


def test_an_old_answer_is_as_close_as_the_old_question_asked_for():
    """Values far below those of the new question, but above the old ones, are not the old ones."""
    sizes = {1.0: 1e-12, 2.0: 1e12, 3.0: 2e12, 4.0: 3e12}

    def trials(factor):
        for case in dots(sizes):
            size = sizes[case["dot"]["length"]]
            measured = [1e-12 * e * (factor if size > 1.0 else 1.0) for e in ENERGIES]
            comparison = close(measured, exact([size * e for e in ENERGIES], "test"), Tolerance(1e-9 * size, "test"))
            yield finding(None, None, comparison, **case)

    assert "differs in L only" in most_likely_cause(list(trials(1.0)))
    assert "differs in L only" not in most_likely_cause(list(trials(1e12)))


def test_wrong_values_among_right_ones_are_told_by_their_place():
    """All levels from the third on are wrong in each case, and none of the lower ones."""
    cases = dots([1.0 + 0.1 * n for n in range(6)])
    expected = [[e * (1 + 0.1 * n) for e in ENERGIES] for n in range(6)]
    trials = [
        ([*values[:2], *(e + 1e-3 * (k + n + 1) ** 2 for k, e in enumerate(values[2:]))], values, case)
        for n, (values, case) in enumerate(zip(expected, cases, strict=True))
    ]
    assert hint(*trials) == "all 18 wrong values have an index >= 2, none of 12 right ones (an index <= 1)"


def test_errors_that_fade_into_the_tolerance_are_no_matter_of_place():
    """Errors that grow with the index cross the tolerance somewhere."""
    cases = dots([1.0 + 0.1 * n for n in range(6)])
    trials = [([e + 4e-11 * 2.3**k for k, e in enumerate(ENERGIES)], ENERGIES, case) for case in cases]
    assert "index" not in hint(*trials)


@pytest.mark.parametrize(("failing", "passing", "said"), [(12, 18, True), (2, 3, False), (1, 400, False)])
def test_a_condition_is_stated_only_if_chance_is_unlikely(failing, passing, said):
    """Of five cases two have odd N by chance often enough; of four hundred a single one is not enough."""
    cases = [{"electrons": 1 + 2 * n} for n in range(failing)], [{"electrons": 2 * n} for n in range(passing)]
    assert bool(conditions_of(*cases)) is said


def test_conditions_that_are_too_many_are_not_listed():
    """Cases that differ in everything tell nothing."""
    names = ("length", "cutoff", "strength", "orbitals")
    wrong = [{"dot": dict.fromkeys(names, 10.0 + n), "kT": 10.0 + n} for n in range(12)]
    right = [{"dot": dict.fromkeys(names, 1.0 / (n + 1)), "kT": 1.0 / (n + 1)} for n in range(18)]
    assert conditions_of(wrong, right) == []
