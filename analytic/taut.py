"""Closed forms for two electrons in a two-dimensional harmonic potential: M. Taut, J. Phys. A 27, 1045 (1994).

The power series g of `analytic.harmonic_pair` ends at the degree d if c_(d+1) = c_(d+2) = 0. The recurrence then asks
for the relative energy e = d + |m| + 1, and c_(d+1), a polynomial in lambda, must vanish. Each of its positive roots
gives one frequency Omega = s^2/(2 lambda^2) at which one level is known exactly: d = 1, m = 0 is omega = s = 1, E = 3.
"""

from __future__ import annotations

from dataclasses import dataclass

import sympy

from analytic.exact import require_integer


@dataclass(frozen=True)
class TautLevel:
    """A level of two electrons in closed form.

    Attributes
    ----------
    m
        Relative angular momentum, not negative; the spin is 0 if it is even, else 1.
    index
        Number of zeros of the radial function, as in `relative_energy`.
    coupling
        lambda = s/sqrt(2 Omega).
    omega
        Omega in units of s^2.
    energy
        Energy of the level in units of s^2, without field and with the centre of mass in its ground state.
    coefficients
        c_0 = 1, ..., c_d of u = x^m exp(-x^2/2) sum c_k x^k.
    """

    m: int
    index: int
    coupling: sympy.Expr
    omega: sympy.Expr
    energy: sympy.Expr
    coefficients: tuple[sympy.Expr, ...]


def taut_levels(degree: int, m: int = 0) -> tuple[TautLevel, ...]:
    """Return the levels whose radial polynomial has a given degree, by falling Omega.

    Parameters
    ----------
    degree
        Degree d of the polynomial, at least 1.
    m
        Relative angular momentum; its sign makes no difference.

    Returns
    -------
    tuple of TautLevel
        One for each positive root lambda, at most (d + 1)/2. Roots beyond radicals are `sympy.CRootOf`.

    Raises
    ------
    ValueError
        If the degree is below 1 or m is no integer.

    Examples
    --------
    >>> from analytic import taut_levels
    >>> [(level.omega, level.energy) for level in taut_levels(1)]
    [(1, 3)]
    >>> [(level.omega, level.energy) for level in taut_levels(2)]
    [(1/6, 2/3)]
    """
    require_integer("degree", degree, minimum=1)
    m = require_integer("|m|", abs(m), minimum=0)
    y = sympy.Symbol("y", positive=True)
    coefficients = _coefficients(degree, m)
    polynomial = sympy.Poly(coefficients[-1].as_expr(), _COUPLING)
    # even or odd in lambda: a polynomial in y = lambda^2, times lambda or 1
    in_square = sympy.Poly(polynomial.all_coeffs()[::2], y)
    roots = sorted((root for root in sympy.real_roots(in_square) if root.is_positive), key=lambda root: root.evalf(30))
    return tuple(_level(degree, m, root, coefficients[:-1]) for root in roots)


_COUPLING = sympy.Symbol("lambda", positive=True)


def _coefficients(degree: int, m: int) -> list[sympy.Poly]:
    """Return c_0, ..., c_(d+1) as polynomials in lambda at the energy e = d + m + 1."""
    found = [sympy.Poly(0, _COUPLING), sympy.Poly(1, _COUPLING)]
    for k in range(1, degree + 2):
        numerator = found[-1] * sympy.Poly(2 * _COUPLING) + found[-2] * (2 * (k - 2 - degree))
        found.append(numerator * sympy.Rational(1, k * (k + 2 * m)))
    return found[1:]


def _level(degree: int, m: int, square: sympy.Expr, coefficients: list[sympy.Poly]) -> TautLevel:
    coupling = sympy.sqrt(square)
    omega = sympy.radsimp(1 / (2 * square))
    values = tuple(sympy.simplify(c.as_expr().subs(_COUPLING, coupling)) for c in coefficients)
    x = sympy.Symbol("x")
    numbers = [value.evalf(40) for value in values]
    index = sum(1 for root in sympy.Poly(numbers[::-1], x).nroots(n=15, maxsteps=200) if _positive(root))
    return TautLevel(m, index, coupling, omega, sympy.radsimp(omega * (degree + m + 2)), values)


def _positive(root: sympy.Expr) -> bool:
    real, imaginary = root.as_real_imag()
    return bool(real > 0 and abs(imaginary) < 1e-8 * abs(real))
