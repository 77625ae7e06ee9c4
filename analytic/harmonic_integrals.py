"""Coulomb integrals between Fock-Darwin orbitals, exactly, in the centre-of-mass and relative coordinates of a pair.

An orbital (n_r, m) is, up to the sign (-1)^n_r, the state of two oscillators with a_+ = n_r + max(m, 0) and
a_- = n_r + max(-m, 0) quanta. Two electrons have a centre of mass and a relative motion of the same frequency, whose
quanta are created by (a1+ +- a2+)/sqrt 2 (I. Talmi, Helv. Phys. Acta 25, 185 (1952)); so for either circulation

    (a1+)^p (a2+)^q = 2^(-(p+q)/2) sum_j K_j(p, q) A+^(p+q-j) c+^j,   sum_j K_j x^j = (1 + x)^p (1 - x)^q.

The interaction s/|r1 - r2| acts on c alone. With t = x^2 and k the lower number of quanta, states of one m have

    (k|1/x|k') = (-1)^(k+k') k! k'! sum_l B_(k-l) B_(k'-l) Gamma(l + |m| + 1/2)/l!,   B_i = (1/2)(3/2)...(i-1/2)/i!,

unnormalised, from L_k^(m) = sum_i B_i L_(k-i)^(m-1/2) and the orthogonality of the latter with the weight
t^(m-1/2) exp(-t). All sums are rational but for one common sqrt(pi/2) and the norms of the orbitals.
"""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from math import comb, factorial, prod
from typing import TypeAlias

import sympy

from analytic.exact import require_integer

Orbital: TypeAlias = tuple[int, int]
"""Radial quantum number n_r and angular momentum m."""


def shell_orbitals(shells: int) -> tuple[Orbital, ...]:
    """Return the orbitals (n_r, m) of whole shells 2 n_r + |m| = 0, 1, ..., by shell, then rising m.

    >>> shell_orbitals(3)
    ((0, 0), (0, -1), (0, 1), (0, -2), (1, 0), (0, 2))
    """
    require_integer("shells", shells, minimum=1)
    return tuple(((n - abs(m)) // 2, m) for n in range(shells) for m in range(-n, n + 1, 2))


def harmonic_integral(p: Orbital, q: Orbital, r: Orbital, s: Orbital) -> sympy.Expr:
    """Return (pq|rs) = <p r| 1/|r1 - r2| |q s> in units of the strength over the oscillator length.

    Parameters
    ----------
    p, q, r, s
        Orbitals (n_r, m), radial functions positive near the centre; p and r are complex conjugate.

    Returns
    -------
    sympy.Expr
        sqrt(pi) times the square root of a rational number, with its sign; 0 unless m_p + m_r = m_q + m_s.

    Raises
    ------
    ValueError
        If a quantum number is no integer, or n_r is negative.

    Examples
    --------
    >>> from analytic import harmonic_integral
    >>> harmonic_integral((0, 0), (0, 0), (0, 0), (0, 0))
    sqrt(2)*sqrt(pi)/2
    >>> harmonic_integral((0, 0), (0, 1), (0, 1), (0, 0))
    sqrt(2)*sqrt(pi)/8
    """
    for radial, m in (p, q, r, s):
        require_integer("n_r", radial, minimum=0)
        require_integer("|m|", abs(m), minimum=0)
    rational = rational_part(p, q, r, s)
    return sympy.Rational(rational) * sympy.sqrt(sympy.pi) * sympy.sqrt(sympy.Rational(1, 2 * squared_norm(p, q, r, s)))


def squared_norm(*orbitals: Orbital) -> int:
    """Return the product of a_+! a_-! over orbitals."""
    return prod(factorial(radial) * factorial(radial + abs(m)) for radial, m in orbitals)


@cache
def rational_part(p: Orbital, q: Orbital, r: Orbital, s: Orbital) -> Fraction:
    """Return (pq|rs) over sqrt(pi/2) times the root of `squared_norm` of its orbitals."""
    if p[1] + r[1] != q[1] + s[1]:
        return Fraction(0)
    bra = [(_quanta(p)[side], _quanta(r)[side]) for side in (0, 1)]
    ket = [(_quanta(q)[side], _quanta(s)[side]) for side in (0, 1)]
    total = Fraction(0)
    for plus in range(sum(bra[0]) + 1):
        for minus in range(sum(bra[1]) + 1):
            # quanta of the centre of mass are the same in bra and ket
            centre = sum(bra[0]) - plus, sum(bra[1]) - minus
            other = sum(ket[0]) - centre[0], sum(ket[1]) - centre[1]
            if min(other) >= 0:
                weight = _krawtchouk(plus, *bra[0]) * _krawtchouk(minus, *bra[1])
                weight *= _krawtchouk(other[0], *ket[0]) * _krawtchouk(other[1], *ket[1])
                weight *= factorial(centre[0]) * factorial(centre[1])
                total += weight * inverse_distance((plus, minus), other)
    quanta = sum(map(sum, bra)) + sum(map(sum, ket))
    sign = -1 if (p[0] + q[0] + r[0] + s[0]) % 2 else 1
    return total * Fraction(sign, 2 ** (quanta // 2))


def _quanta(orbital: Orbital) -> tuple[int, int]:
    radial, m = orbital
    return radial + max(m, 0), radial + max(-m, 0)


@cache
def _krawtchouk(j: int, p: int, q: int) -> int:
    """Return the coefficient of x^j in (1 + x)^p (1 - x)^q."""
    return sum((-1) ** i * comb(q, i) * comb(p, j - i) for i in range(min(q, j) + 1))


@cache
def inverse_distance(bra: tuple[int, int], ket: tuple[int, int]) -> Fraction:
    """Return (bra|1/x|ket) over sqrt(pi) between unnormalised states of the relative motion."""
    k, other, m = min(bra), min(ket), abs(bra[0] - bra[1])
    total = sum(
        (_half_binomial(k - n) * _half_binomial(other - n) * _half_gamma(n + m) / factorial(n))
        for n in range(min(k, other) + 1)
    )
    return Fraction((-1) ** (k + other) * factorial(k) * factorial(other) * total)


def _half_binomial(i: int) -> Fraction:
    """Return B_i = (1/2)(3/2)...(i - 1/2)/i!."""
    return Fraction(comb(2 * i, i), 4**i)


def _half_gamma(n: int) -> Fraction:
    """Return Gamma(n + 1/2)/sqrt(pi)."""
    return Fraction(factorial(2 * n), 4**n * factorial(n))
