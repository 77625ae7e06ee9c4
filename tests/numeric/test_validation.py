"""What callers may give for a number, a choice or a list of numbers, and with which words the rest is refused."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from numeric.validation import as_axis, as_choice, as_float, as_floats, as_integer, as_integers, as_projection

NO_NUMBERS = [True, np.True_, "1", None, math.nan, math.inf, -math.inf, 1j, np.float64(np.nan), [1.0], 10**400]


@given(st.one_of(st.floats(allow_nan=False, allow_infinity=False), st.integers(-(2**53), 2**53), st.fractions(-9, 9)))
def test_every_real_number_becomes_its_float(number):
    """Alone and in a list, plain and as a numpy scalar."""
    assert as_float("x", number) == float(number)
    assert as_floats("x", [number, np.float64(number)]).tolist() == [float(number)] * 2
    assert type(as_float("x", np.float64(number))) is float


@pytest.mark.parametrize("value", NO_NUMBERS)
def test_what_is_no_number_is_refused_by_name(value):
    """Alone, in a list among numbers, and in an array."""
    with pytest.raises(ValueError, match=r"^x"):
        as_float("x", value)
    with pytest.raises(ValueError, match=r"^x"):
        as_floats("x", [[1.0, 2.0], [value, Fraction(1, 3)]])
    with pytest.raises(ValueError, match=r"^x"):
        as_floats("x", np.array([value, value]), shape=(2,))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: as_float("x", 0, positive=True), "x=0.0 must be positive"),
        (lambda: as_float("x", -1e-300, minimum=0.0), "x=-1e-300 must be at least 0"),
        (lambda: as_integer("n", 1.0, minimum=0), "n=1.0 must be an integer"),
        (lambda: as_integer("n", -1, minimum=0), "n=-1 must be at least 0"),
        (lambda: as_integer("n", 9, minimum=0, maximum=8), "n=9 must be at most 8"),
        (lambda: as_integers("n", [0, 0.5]), "n=0.5 must be an integer"),
        (lambda: as_integers("n", [0, 1e17]), r"n=1e\+17 must be an integer of at most"),
        (lambda: as_floats("x", [1.0, -2.0], minimum=0.0), "x=-2.0 must be at least 0"),
        (lambda: as_floats("x", np.array([1.0, -2.0]), minimum=0.0), "x=-2.0 must be at least 0"),
        (lambda: as_floats("x", [[1.0], [2.0, 3.0]]), r"x=\[1.0\] must be a real number"),
        (lambda: as_axis("x", []), r"x of shape \(0,\) must be a non-empty list"),
        (lambda: as_axis("x", [[1.0]]), r"x of shape \(1, 1\) must be a non-empty list"),
        (lambda: as_choice("way", ["up"], ("up", "down")), r"way=\['up'\] must be one of up, down"),
        (lambda: as_projection("two_Sz", 3, 2), "two_Sz=3 must be one of -2, 0, 2$"),
        (lambda: as_projection("two_Sz", 1, 6), r"two_Sz=1 must be one of -6, -4, \.\.\., 6$"),
    ],
)
def test_messages_state_value_and_rule(call, message):
    """The words are the same wherever the rule is."""
    with pytest.raises(ValueError, match=message):
        call()


def test_what_is_returned_is_a_copy():
    """A caller that changes its array afterwards changes nothing here."""
    source = np.array([1.0, 2.0])
    taken = as_floats("x", source)
    source[0] = 9.0
    assert taken.tolist() == [1.0, 2.0]
