from fractions import Fraction

import mpmath
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from analytic.trigonometric import TrigonometricPolynomial, determinant, integral, integral_against_cotangent

terms = st.tuples(st.just(0), st.integers(0, 3), st.integers(0, 4), st.booleans()).filter(lambda t: t[2] or not t[3])
polynomials = st.dictionaries(terms, st.fractions(-3, 3, max_denominator=5), min_size=1, max_size=4).map(
    lambda found: TrigonometricPolynomial({term: value for term, value in found.items() if value})
)


def value(function, x):
    x = mpmath.mpf(x)
    return mpmath.fsum(
        mpmath.mpf(c.numerator) / c.denominator * x**a * (mpmath.sin(b * x) if sine else mpmath.cos(b * x))
        for (_, a, b, sine), c in function.terms.items()
    )


@settings(max_examples=30, deadline=None)
@given(polynomials, polynomials, st.floats(0, 3))
def test_algebra_is_that_of_functions(f, g, x):
    """Sums, differences and products take the values of the functions that they stand for."""
    with mpmath.workdps(25):
        assert abs(value(f + g, x) - value(f, x) - value(g, x)) < 1e-20
        assert abs(value(f - g, x) - value(f, x) + value(g, x)) < 1e-20
        assert abs(value(f * g, x) - value(f, x) * value(g, x)) < 1e-20


@settings(max_examples=15, deadline=None)
@given(polynomials)
def test_integral_matches_quadrature(f):
    """The exact integral over the box is that of a quadrature."""
    with mpmath.workdps(20):
        assert (
            abs(mpmath.mpf(sympy.N(integral(f), 25)) - mpmath.quad(lambda x: value(f, x), [0, 1, 2, mpmath.pi])) < 1e-14
        )


def test_cotangent_integral_matches_quadrature():
    """The integral against cot(x/2)/2 is that of a quadrature for a function that vanishes at the wall."""
    f = TrigonometricPolynomial(
        {(0, 2, 3, True): Fraction(1), (0, 1, 1, False): Fraction(2), (0, 1, 4, False): Fraction(-2)}
    )
    with mpmath.workdps(20):
        expected = mpmath.quad(lambda x: value(f, x) * mpmath.cot(x / 2) / 2, [0, 1, 2, mpmath.pi])
        assert abs(mpmath.mpf(sympy.N(integral_against_cotangent(f), 25)) - expected) < 1e-14


def test_a_function_that_does_not_vanish_at_the_wall_is_refused():
    """The cotangent has a pole there."""
    with pytest.raises(ValueError, match="must all vanish"):
        integral_against_cotangent(TrigonometricPolynomial.cosine(2))


@settings(max_examples=5, deadline=None)
@given(st.lists(polynomials, min_size=9, max_size=9))
def test_determinant(entries):
    """The determinant of functions is the function of determinants."""
    matrix = [entries[3 * row : 3 * row + 3] for row in range(3)]
    with mpmath.workdps(25):
        x = mpmath.mpf("1.3")
        expected = mpmath.det(mpmath.matrix([[value(f, x) for f in row] for row in matrix]))
        assert abs(value(determinant(matrix), x) - expected) < 1e-18 * (1 + abs(expected))
