from fractions import Fraction

import mpmath
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from analytic.exact import as_mpf, exact_rational, positive_rational, to_digits

x = sympy.IndexedBase("x")


def exactly(number):
    """Return an integer with all its bits."""
    return mpmath.mpf(number, prec=mpmath.inf)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_double_is_read_as_the_binary_fraction_that_it_is(value):
    """Reading a double loses nothing."""
    assert float(exact_rational("value", value)) == value
    assert exact_rational("value", value).denominator.bit_count() == 1


@given(st.fractions() | st.floats(allow_nan=False, allow_infinity=False).map(Fraction), st.integers(2, 300))
def test_a_rational_is_rounded_as_its_division_is(value, bits):
    """Whether it is divided, or is a double whose bits are there."""
    with mpmath.workprec(bits):
        assert as_mpf(value) == mpmath.fdiv(*map(exactly, value.as_integer_ratio()))


def test_a_string_is_read_as_the_decimal_that_it_shows():
    """The strings "0.0019" and "19/10000" are the same number, and neither is the double 0.0019."""
    assert exact_rational("cutoff", "0.0019") == exact_rational("cutoff", "19/10000") == Fraction(19, 10000)
    assert exact_rational("cutoff", 0.0019) != Fraction(19, 10000)
    assert exact_rational("cutoff", sympy.Rational(19, 10000)) == Fraction(19, 10000)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "a", "1/0", True, None, 1j])
def test_what_is_no_number_is_refused_with_its_value(value):
    """The error names the parameter and the value."""
    with pytest.raises(ValueError, match=r"length=.* must be a finite number"):
        exact_rational("length", value)


def test_a_number_that_must_be_positive_is_refused_at_zero():
    """The error names value and rule."""
    with pytest.raises(ValueError, match=r"cutoff=-0\.1 must be positive"):
        positive_rational("cutoff", -0.1)


def test_digits_of_an_algebraic_expression():
    """Sums, roots, quotients and indexed symbols evaluate to the digits asked for."""
    expression = (sympy.sqrt(2) * x[1] ** 2 - sympy.Rational(1, 3)) / x[2]
    value = to_digits(expression, values=lambda symbol: mpmath.mpf(int(symbol.indices[0])), digits=50)
    with mpmath.workdps(60):
        assert abs(value - (mpmath.sqrt(2) - mpmath.mpf(1) / 3) / 2) < mpmath.mpf(10) ** -50


def test_digits_of_a_rational_power():
    """The cube of 2^(-2/3) is 1/4."""
    value = to_digits(sympy.Integer(2) ** sympy.Rational(-2, 3), digits=40)
    with mpmath.workdps(50):
        assert abs(value**3 - 0.25) < mpmath.mpf(10) ** -40


def test_digits_of_an_algebraic_number_given_by_its_polynomial():
    """Roots of irreducible polynomials are numbers too."""
    t = sympy.Symbol("t")
    root = sympy.Poly(t**5 - t - 1, t).real_roots()[0]
    value = to_digits(root, digits=40)
    with mpmath.workdps(50):
        assert abs(value**5 - value - 1) < mpmath.mpf(10) ** -38


def test_a_symbol_without_a_value_is_an_error():
    """Nothing is silently zero."""
    with pytest.raises(ValueError, match="has no value"):
        to_digits(x[1] + 1)
    with pytest.raises(ValueError, match="has no value"):
        to_digits(sympy.Symbol("y") + 1)
