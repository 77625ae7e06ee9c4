import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qdverify.report.shown import digits_text, has_digits, short, shown_pair, visible, visible_lines

FINITE = st.floats(allow_nan=False, allow_infinity=False, min_value=-1e12, max_value=1e12)


@given(FINITE, FINITE)
def test_the_two_parts_of_a_number_are_the_number(measured, reference):
    """Cutting a number into what agrees and what differs loses none of it."""
    shown, _ = shown_pair(measured, reference, 100)
    assert shown.agreeing + shown.differing == repr(measured)


@pytest.mark.parametrize(
    ("measured", "reference", "agreeing", "differing"),
    [
        (3.9595311917, 3.9595311917, "3.9595311917", ""),
        (3.95953, 3.95954, "3.9595", "3"),
        (-0.0012345, -0.0012355, "-0.00123", "45"),
        (1.2345e-07, 1.2355e-07, "1.23", "45e-07"),
        (37.5, 18.75, "", "37.5"),
        (1.0, 0.0, "", "1.0"),
        (5, 4, "", "5"),
        ("doublet", "singlet", "", "doublet"),
    ],
)
def test_a_number_is_cut_where_it_parts_from_the_reference(measured, reference, agreeing, differing):
    """As many significant digits agree as the relative deviation says."""
    shown, _ = shown_pair(measured, reference, 100)
    assert (shown.agreeing, shown.differing) == (agreeing, differing)


@given(st.floats(1e-3, 1e6), st.floats(1e-12, 1e-2))
def test_the_cut_leaves_at_most_the_deviation(value, relative):
    """What stands before the cut is right to one unit of its last digit."""
    measured = value * (1 + relative)
    shown, _ = shown_pair(measured, value, 100)
    mantissa = shown.agreeing.rstrip(".")
    decimals = len(mantissa.partition(".")[2])
    if "." in mantissa:
        assert math.isclose(float(mantissa), value, rel_tol=0, abs_tol=2.01 * 10**-decimals)


def test_of_an_array_the_worst_element_is_shown():
    """The element with the largest deviation stands for the array, with its index and the array's size."""
    measured, reference = [[1.0, 2.0], [3.0, 4.5]], [[1.0, 2.1], [3.0, 4.0]]
    shown, expected = shown_pair(measured, reference, 100)
    assert (shown.agreeing + shown.differing, expected.agreeing, shown.index) == ("4.5", "4.0", "[1, 1] of 4")
    assert shown.full == "[[1.0, 2.0], [3.0, 4.5]]"


def test_short_lists_of_counts_are_shown_whole():
    """A list of quantum numbers is read as a list, cut before the first wrong one."""
    shown, _ = shown_pair([1, 1, 3, 1], [1, 1, 1, 3], 100)
    assert (shown.agreeing, shown.differing) == ("[1, 1, ", "3, 1]")


def test_arrays_of_different_shape_are_shown_as_they_are():
    """Nothing is paired that does not belong together."""
    shown, expected = shown_pair([1.0, 2.0], [[1.0]], 100)
    assert (shown.agreeing, expected.agreeing) == ("[1.0, 2.0]", "[[1.0]]")


def test_long_arrays_are_cut_and_say_so():
    """The limit bounds the text of an array, which report.json holds in full."""
    shown, _ = shown_pair([0.5] * 1000, [0.25] * 1000, 40)
    assert len(shown.full) < 90
    assert shown.full.endswith("(all of it in report.json)")


@given(st.text())
def test_nothing_invisible_is_left(text):
    """Control and direction characters of an implementation are shown, not obeyed."""
    assert visible(text).isprintable()
    assert all(line.isprintable() for line in visible_lines(text).split("\n"))


SHORT = {0.0: "0", 4e-18: "4e-18", 1e-9: "1e-9", 0.0149: "0.015", 19.0: "19", 2.5e12: "2.5e+12"}


@pytest.mark.parametrize(("number", "text"), SHORT.items())
def test_small_numbers_are_short(number, text):
    """Bounds and tolerances take two digits."""
    assert short(number) == text


def test_an_interval_of_digits_is_one_number_where_its_ends_agree():
    """Only an interval that the reference's ball opens up is written as one."""
    assert digits_text((12.51, 12.54)) == "12.5"
    assert digits_text((12.5, 16.0)) == "12.5–16.0"


@pytest.mark.parametrize(
    ("measured", "reference", "telling"),
    [(1e-18, 0.0, False), (1.0, 1.0 + 1e-12, True), ([0.0, 2.0], [0.0, 2.0], True)],
)
def test_digits_of_what_vanishes_say_nothing(measured, reference, telling):
    """Agreement in no digit between 1e-18 and zero is no shortcoming where 1e-9 is allowed."""
    finding = {
        "measured": measured,
        "reference": {"value": reference, "bound": 0.0},
        "tolerance": {"value": 1e-9},
        "digits": [0.0, 0.0],
    }
    assert has_digits(finding) is telling
    assert not has_digits({"verdict": "unsupported"})
