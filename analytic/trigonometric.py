"""Exact algebra of x^a cos(b x) and x^a sin(b x) with rational coefficients, and integrals over a box of length pi.

Everything that ordered sectors of free fermions in a box need: a product of orbitals, integrated from the wall to x, is
a sum of such terms, and one more integral from 0 to pi makes it a polynomial in pi.  Functions may also be polynomials
in one parameter u, whose powers `coefficient` takes apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from typing import TypeAlias

import sympy

__all__ = ["Term", "TrigonometricPolynomial", "determinant", "integral", "integral_against_cotangent"]

Term: TypeAlias = tuple[int, int, int, bool]  # power of u, power of x, frequency b >= 0, sine?
_HALF = Fraction(1, 2)


@dataclass(frozen=True)
class TrigonometricPolynomial:
    """A sum of u^k x^a cos(b x) and u^k x^a sin(b x), kept as {(k, a, b, is_sine): coefficient}."""

    terms: Mapping[Term, Fraction] = field(default_factory=dict)

    @classmethod
    def cosine(cls, frequency: int, factor: int = 1) -> TrigonometricPolynomial:
        """Return factor * cos(frequency x), frequency >= 0."""
        return cls({(0, 0, frequency, False): Fraction(factor)})

    @classmethod
    def sine(cls, frequency: int, factor: Fraction | int = 1, *, u: int = 0) -> TrigonometricPolynomial:
        """Return factor * sin(frequency x), frequency > 0, times the parameter to the power `u`."""
        return cls({(u, 0, frequency, True): Fraction(factor)})

    @classmethod
    def linear(cls, *, u: int) -> TrigonometricPolynomial:
        """Return x times the parameter to the power `u`."""
        return cls({(u, 1, 0, False): Fraction(1)})

    def __add__(self, other: TrigonometricPolynomial) -> TrigonometricPolynomial:
        total = dict(self.terms)
        for term, value in other.terms.items():
            total[term] = total.get(term, Fraction()) + value
        return TrigonometricPolynomial({term: value for term, value in total.items() if value})

    def __sub__(self, other: TrigonometricPolynomial) -> TrigonometricPolynomial:
        return self + TrigonometricPolynomial({term: -value for term, value in other.terms.items()})

    def __mul__(self, other: TrigonometricPolynomial) -> TrigonometricPolynomial:
        product: dict[Term, Fraction] = {}
        for left, a in self.terms.items():
            for right, b in other.terms.items():
                for term, value in _product(left, right):
                    product[term] = product.get(term, Fraction()) + value * a * b
        return TrigonometricPolynomial({term: value for term, value in product.items() if value})

    def coefficient(self, u: int) -> TrigonometricPolynomial:
        """Return the factor of the parameter to the power `u`, a function of x alone."""
        return TrigonometricPolynomial({(0, *term[1:]): value for term, value in self.terms.items() if term[0] == u})


def determinant(matrix: Sequence[Sequence[TrigonometricPolynomial]]) -> TrigonometricPolynomial:
    """Return the determinant, by expansion along the columns with every minor computed once."""
    size = len(matrix)
    minors: dict[tuple[int, ...], TrigonometricPolynomial] = {(): TrigonometricPolynomial.cosine(0)}
    for column in range(size):
        larger: dict[tuple[int, ...], TrigonometricPolynomial] = {}
        for rows, minor in minors.items():
            for row in set(range(size)) - set(rows):
                if not matrix[row][column].terms:
                    continue
                product = matrix[row][column] * minor
                chosen = tuple(sorted((*rows, row)))
                before = larger.get(chosen, TrigonometricPolynomial())
                # The new row comes last in the minor: as many exchanges as there are chosen rows below it.
                odd = sum(other > row for other in rows) % 2
                larger[chosen] = before - product if odd else before + product
        minors = larger
    return minors.get(tuple(range(size)), TrigonometricPolynomial())


def integral(function: TrigonometricPolynomial) -> sympy.Expr:
    """Return the integral over x from 0 to pi of a function without u, exactly."""
    return sympy.expand(sympy.Add(*[_rational(value) * _box_integral(term) for term, value in function.terms.items()]))


def integral_against_cotangent(function: TrigonometricPolynomial) -> sympy.Expr:
    """Return the integral over x from 0 to pi of f(x) cot(x/2) / 2, exactly.

    cot(x/2)/2 = sum over all n >= 1 of sin(n x), in the sense of Abel.  The cosines that go with each power of x must
    cancel at x = 0, as they do for functions that vanish fast enough at the wall; the result is then free of the
    moments of cot itself (log 2, zeta values).

    Raises
    ------
    ValueError
        If the cosines do not cancel.
    """
    at_the_wall: dict[int, Fraction] = {}
    for (_, a, _, sine), value in function.terms.items():
        at_the_wall[a] = at_the_wall.get(a, Fraction()) + (0 if sine else value)
    if any(at_the_wall.values()):
        raise ValueError(f"the cosines' sums at x=0, {at_the_wall} by power of x, must all vanish")
    total: list[sympy.Expr] = []
    for (_, a, b, sine), value in function.terms.items():
        # sin(bx) cot(x/2)/2 = 1/2 + cos x + .. + cos(bx)/2;  cos(bx) cot(x/2)/2 = cot(x/2)/2 - sin x - .. - sin(bx)/2
        ladder = [(0, _HALF), *((m, Fraction(1)) for m in range(1, b)), (b, _HALF)] if b else []
        sign = 1 if sine else -1
        total += [sign * _rational(value * weight) * _box_integral((0, a, m, not sine)) for m, weight in ladder]
    return sympy.expand(sympy.Add(*total))


def _product(left: Term, right: Term) -> Iterator[tuple[Term, Fraction]]:
    """Yield the terms of a product by the addition theorems."""
    u, a = left[0] + right[0], left[1] + right[1]
    total, difference = left[2] + right[2], left[2] - right[2]
    if left[3] and right[3]:
        yield (u, a, abs(difference), False), _HALF
        yield (u, a, total, False), -_HALF
    elif not left[3] and not right[3]:
        yield (u, a, abs(difference), False), _HALF
        yield (u, a, total, False), _HALF
    else:
        # sin(p) cos(q) = [sin(p + q) + sin(p - q)] / 2, p the sine's argument
        sine_first = difference if left[3] else -difference
        if total:
            yield (u, a, total, True), _HALF
        if sine_first:
            yield (u, a, abs(sine_first), True), _HALF if sine_first > 0 else -_HALF


def _rational(value: Fraction) -> sympy.Rational:
    return sympy.Rational(value.numerator, value.denominator)


@cache
def _box_integral(term: Term) -> sympy.Expr:
    """Return the integral from 0 to pi of x^a cos(b x) or x^a sin(b x), by parts."""
    _, a, b, sine = term
    if b == 0:
        return sympy.Integer(0) if sine else sympy.pi ** (a + 1) / (a + 1)
    end = (-1) ** b * sympy.pi**a
    if sine:
        start = 1 if a == 0 else 0
        return (start - end) / b + (sympy.Rational(a, b) * _box_integral((0, a - 1, b, False)) if a else 0)
    return -sympy.Rational(a, b) * _box_integral((0, a - 1, b, True)) if a else sympy.Integer(0)
