import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qdverify.protocol.grade import Grade
from qdverify.suite.comparators import MOST_DIGITS, ComparisonError, at_most, close, equal
from qdverify.suite.finding import Reference, Tolerance, exact

numbers = st.floats(min_value=-1e6, max_value=1e6)
TIGHT = Tolerance(1e-12, "test")


@given(numbers, numbers)
def test_swapping_the_two_sides_swaps_no_verdict(a, b):
    """The comparator is symmetric in its arguments."""
    one, other = close(a, exact(b, "test"), TIGHT), close(b, exact(a, "test"), TIGHT)
    assert (one.passed, one.deviation, one.digits) == (other.passed, other.deviation, other.digits)


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf, "1.0", None, True, 1 + 2j])
@pytest.mark.parametrize(
    "compare", [lambda x: close(x, exact(1.0, "test"), TIGHT), lambda x: close([1.0, x], exact([1.0, 1.0], "t"), TIGHT)]
)
def test_what_is_no_finite_number_cannot_pass(bad, compare):
    """NaN, infinities and non-numbers raise."""
    with pytest.raises(ComparisonError):
        compare(bad)


@pytest.mark.parametrize(
    ("measured", "target"), [([1.0], 1.0), (1.0, [1.0]), ([1.0, 2.0], [1.0]), ([[1.0]], [1.0]), ([], [])]
)
def test_shape_mismatch_raises(measured, target):
    """Arrays of different shapes are not compared element by element; neither is nothing with nothing."""
    with pytest.raises(ComparisonError):
        close(measured, exact(target, "test"), TIGHT)


def test_the_worst_element_decides():
    """One wrong element fails an array and is named."""
    found = close([1.0, 2.0, 3.5], exact([1.0, 2.0, 3.0], "test"), TIGHT)
    assert not found.passed
    assert found.deviation == 0.5
    assert "[2]" in found.note


def test_the_bound_of_a_reference_widens_the_digits_to_an_interval():
    """Digits of agreement are an interval as wide as the reference's own uncertainty."""
    found = close(1.0, Reference(1.0 + 1e-8, Grade.ENCLOSED, 1e-9, "test"), Tolerance(1e-7, "test"))
    low, high = found.digits
    assert 7.9 < low < 8.0 < high < 8.1


def test_agreement_to_the_last_bit_has_the_most_digits():
    """No deviation shows as the digits of a double."""
    assert close(0.1, exact(0.1, "test"), TIGHT).digits == (MOST_DIGITS, MOST_DIGITS)


def test_discrete_values_pass_by_identity_only():
    """Quantum numbers are equal or wrong."""
    assert equal([0, 1], exact([0, 1], "test")).passed
    assert equal((0, 1), exact([0, 1], "test")).passed
    assert not equal([1, 0], exact([0, 1], "test")).passed
    with pytest.raises(ComparisonError):
        equal(math.nan, exact(math.nan, "test"))


def test_an_inequality_fails_by_the_amount_in_excess():
    """`at_most` passes below the bound and measures what lies above it."""
    assert at_most(1.0, 2.0, TIGHT, origin="test").passed
    above = at_most(2.5, 2.0, TIGHT, origin="test")
    assert not above.passed
    assert above.deviation == 0.5
    with pytest.raises(ComparisonError):
        at_most(math.nan, 2.0, TIGHT, origin="test")


@pytest.mark.parametrize("value", [-1.0, math.nan, math.inf])
def test_a_tolerance_is_finite_and_not_negative(value):
    """An infinite tolerance would pass anything."""
    with pytest.raises(ValueError, match="tolerance"):
        Tolerance(value, "test")
