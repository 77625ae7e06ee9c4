"""Exact numbers: from an input to a rational, and from an expression to digits.

Every parameter of the model is read as the rational number that it denotes (a double is the exact binary fraction, a
string the exact decimal or quotient), so that nothing on the exact side is rounded before the last step. That last
step, from symbol to number, is `to_digits`, the only one of its kind in this package.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import inf, isfinite
from numbers import Integral
from numbers import Rational as RationalNumber
from typing import Any, TypeAlias

import mpmath
import sympy
from mpmath.libmp import from_man_exp, from_rational, round_nearest

ExactNumber: TypeAlias = int | float | str | Fraction | sympy.Rational

GUARD_DIGITS = 12
"""Digits carried beyond those asked for: sums of up to 10^4 terms of mixed sign lose at most four of them."""


def exact_rational(name: str, value: ExactNumber) -> Fraction:
    """Read a real parameter as the exact rational number that it denotes.

    Parameters
    ----------
    name
        What the parameter is called in the error message.
    value
        An integer, a double (taken as its exact binary value), a `Fraction`, a sympy rational, or a string holding a
        decimal or a quotient of integers.

    Raises
    ------
    ValueError
        If the value is not finite, not a number, or a string that is neither decimal nor quotient.
    """
    rule = f"{name}={value!r} must be a finite number, or a string holding a decimal or a quotient of integers"
    if isinstance(value, bool):
        raise ValueError(rule)  # noqa: TRY004 - one kind of error for every wrong input
    if isinstance(value, float) and not isfinite(value):
        raise ValueError(rule)
    try:
        if isinstance(value, sympy.Rational):
            return Fraction(int(value.p), int(value.q))
        if isinstance(value, int | float | str | RationalNumber):
            return Fraction(value)
    except (ValueError, ZeroDivisionError, OverflowError):
        pass
    raise ValueError(rule)


def positive_rational(name: str, value: ExactNumber) -> Fraction:
    """Read a parameter that must be positive, exactly; ValueError with value and rule otherwise."""
    number = exact_rational(name, value)
    if number <= 0:
        raise ValueError(f"{name}={value} must be positive")
    return number


def require_integer(name: str, value: int, *, minimum: int) -> int:
    """Return an integer parameter, or raise ValueError naming the value and its lower bound."""
    if isinstance(value, bool) or not isinstance(value, Integral):
        raise ValueError(f"{name}={value!r} must be an integer")  # noqa: TRY004 - as above
    if value < minimum:
        raise ValueError(f"{name}={value} must be at least {minimum}")
    return int(value)


def require_above(name: str, value: Any, bound: int) -> None:
    """Raise ValueError unless a number is finite and above the bound; symbols pass."""
    _require(name, value, lambda: value > bound, f"above {bound}")


def require_between(name: str, value: Any, minimum: int, maximum: float = inf) -> None:
    """Raise ValueError unless a number is finite and within the bounds; symbols pass."""
    rule = f"at least {minimum}" if maximum == inf else f"between {minimum} and {maximum}"
    _require(name, value, lambda: value >= minimum, rule)
    _require(name, value, lambda: value <= maximum, rule)


def _require(name: str, value: Any, holds: Callable[[], Any], rule: str) -> None:
    try:
        outside = holds() == False  # noqa: E712  (a relation among symbols is neither True nor False)
    except TypeError:
        outside = value is sympy.nan
    if outside or value == inf:
        raise ValueError(f"{name}={value} must be finite and {rule}")


def as_mpf(value: Fraction) -> mpmath.mpf:
    """Round a rational to mpmath's current working precision."""
    p, q = value.numerator, value.denominator
    if q & (q - 1):
        number = from_rational(p, q, mpmath.mp.prec, round_nearest)
    else:  # a double, or a product of doubles, which takes a third of the time of a division
        number = from_man_exp(p, 1 - q.bit_length(), mpmath.mp.prec, round_nearest)
    return mpmath.mp.make_mpf(number)


def to_digits(
    expression: sympy.Expr, *, values: Callable[[sympy.Indexed], mpmath.mpf] | None = None, digits: int = 30
) -> mpmath.mpf:
    """Evaluate a real algebraic expression: the step from symbol to number.

    The expression is walked bottom-up in arithmetic of `digits` plus guard digits. Sums, products, rational powers,
    rational numbers and isolated real roots of rational polynomials are known; indexed symbols (orbital energies,
    repulsion integrals) are looked up.

    Parameters
    ----------
    expression
        A sympy expression without free symbols other than indexed ones.
    values
        Number of each indexed symbol, in at least the precision asked for.
    digits
        Decimal digits, 1 or more.

    Raises
    ------
    ValueError
        If the expression holds a symbol without a value.

    Examples
    --------
    >>> import sympy
    >>> from mpmath import nstr
    >>> from analytic import to_digits
    >>> nstr(to_digits(sympy.sqrt(2) / 2, digits=30), 30)
    '0.707106781186547524400844362105'
    """
    require_integer("digits", digits, minimum=1)
    with mpmath.workdps(digits + GUARD_DIGITS):
        return _evaluate(sympy.sympify(expression), values)


def _evaluate(expression: sympy.Expr, values: Callable[[sympy.Indexed], mpmath.mpf] | None) -> mpmath.mpf:
    if expression.is_Rational:
        return mpmath.mpf(int(expression.p)) / int(expression.q)
    if isinstance(expression, sympy.Indexed):
        if values is None:
            raise ValueError(f"{expression} has no value")
        return mpmath.mpf(values(expression))
    if isinstance(expression, sympy.Add):
        return mpmath.fsum(_evaluate(term, values) for term in expression.args)
    if isinstance(expression, sympy.Mul):
        return mpmath.fprod(_evaluate(factor, values) for factor in expression.args)
    if isinstance(expression, sympy.Pow):
        return _power(_evaluate(expression.base, values), expression.exp)
    if expression.is_number:
        return mpmath.mpf(sympy.N(expression, mpmath.mp.dps))
    raise ValueError(f"{expression} has no value")


def _power(base: mpmath.mpf, exponent: sympy.Expr) -> mpmath.mpf:
    if not exponent.is_Rational:
        raise ValueError(f"exponent {exponent} must be rational")
    if exponent.q == 1:
        return base ** int(exponent.p)
    return mpmath.root(base, int(exponent.q)) ** int(exponent.p)
