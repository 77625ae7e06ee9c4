"""Comparators to their edges: what is just within a tolerance passes, what is just beyond it fails."""

import pytest

from qdverify.protocol.grade import Grade
from qdverify.suite.comparators import ComparisonError, at_most, close, equal
from qdverify.suite.finding import Reference, Tolerance, exact

TENTH = Tolerance(0.125, "test")


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize(("times", "passed"), [(0.3, True), (0.99, True), (1.01, False), (3, False), (10, False)])
def test_a_value_may_be_off_by_its_tolerance_and_no_more(times, passed, sign):
    """On both sides, for a reference of either sign."""
    for value in (2.0, -2.0, 0.0):
        assert close(value + sign * times * 0.125, exact(value, "test"), TENTH).passed is passed


def test_a_sign_counts():
    """A value of the right size and the wrong sign is off by twice its size."""
    found = close(-2.0, exact(2.0, "test"), TENTH)
    assert not found.passed
    assert found.deviation == 4.0


@pytest.mark.parametrize(("times", "passed"), [(0.99, True), (1.01, False), (3, False)])
def test_the_bound_of_a_reference_is_added_once(times, passed):
    """Tolerance and bound together are what may be off."""
    reference = Reference(2.0, Grade.ENCLOSED, 0.25, "test")
    assert close(2.0 + times * 0.375, reference, TENTH).passed is passed


@pytest.mark.parametrize(("times", "passed"), [(0.0, True), (0.99, True), (1.01, False), (3, False)])
def test_a_bound_may_be_exceeded_by_the_tolerance_and_no_more(times, passed):
    """An inequality has no more slack than an equality."""
    assert at_most(1.0 + times * 0.125, 1.0, TENTH, origin="test").passed is passed
    assert at_most(-100.0, 1.0, TENTH, origin="test").passed


@pytest.mark.parametrize("place", [(0, 0), (0, 2), (1, 1), (1, 2)])
@pytest.mark.parametrize("sign", [1, -1])
def test_one_wrong_element_fails_wherever_it_stands(place, sign):
    """In any row and column, too large or too small."""
    measured = [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]
    reference = exact([row.copy() for row in measured], "test")
    measured[place[0]][place[1]] += sign * 0.5
    found = close(measured, reference, TENTH)
    assert not found.passed
    assert found.note == f"worst at index {list(place)}"


@pytest.mark.parametrize("measured", [[1.0], [1.0, 2.0, 3.0], 1.0, [[1.0, 2.0]]])
def test_a_list_of_another_length_is_not_compared(measured):
    """Neither a shorter nor a longer one, nor one of another depth."""
    with pytest.raises(ComparisonError, match="shapes differ"):
        close(measured, exact([1.0, 2.0], "test"), TENTH)


@pytest.mark.parametrize("value", [True, False, "1", None, float("nan"), float("inf")])
def test_what_is_no_finite_number_is_compared_by_no_comparator(value):
    """On either side; a boolean is no number."""
    with pytest.raises(ComparisonError):
        close(value, exact(1.0, "test"), TENTH)
    with pytest.raises(ComparisonError):
        close(1.0, exact(value, "test"), TENTH)
    with pytest.raises(ComparisonError):
        at_most(value, 1.0, TENTH, origin="test")
    with pytest.raises(ComparisonError):
        at_most(1.0, value, TENTH, origin="test")


@pytest.mark.parametrize("value", [float("nan"), float("inf"), [0, [1, float("nan")]]])
def test_discrete_values_are_finite(value):
    """NaN is not even equal to itself; nested in lists, too."""
    with pytest.raises(ComparisonError, match="not finite"):
        equal(value, exact(value, "test"))


@pytest.mark.parametrize(("measured", "passed"), [([0, 2], True), ((0, 2), True), ([0, 1], False), ([2, 0], False)])
def test_discrete_values_are_the_same_or_wrong(measured, passed):
    """Lists and tuples alike; order counts."""
    assert equal(measured, exact([0, 2], "test")).passed is passed


def test_digits_are_an_interval_that_contains_the_truth():
    """With a bound of the reference the fewest digits count it against the code."""
    least, most = close(1.001, Reference(1.0, Grade.ENCLOSED, 0.009, "test"), TENTH).digits
    assert least == pytest.approx(2.0, abs=0.01)
    assert most == 16.0
