"""Slater determinants of free fermions in ordered sectors x_1 < ... < x_N of the box, exactly.

For g -> infinity (contact) the electrons of a level are spinless fermions that keep their order, times a spin chain.
Two things remain to be known of the determinants Phi_N = det phi_m(x_n):

insertion amplitudes    a_l = (-1)^(l-1) int_{x_1 < .. < x_N+1} Phi_N+1(x_1 ..) w(x_l) Phi_N(.. without x_l ..),
                        w = sum_n phi_n, l = 1..N+1: what sum_n c+_n does when the new electron lands in place l;
bond contacts           K_p = int |d Phi_N / d r|^2 at x_p = x_{p+1}, r = x_{p+1} - x_p, over the sector's boundary.

Both follow from determinants with the overlaps B_mn(x) = int_0^x phi_m phi_n.  Giving each electron left of x a factor
z turns the overlap matrix into 1 + (z - 1) B(x), so that

    sum_l z^(l-1) a_l = int dx w(x) det[phi_m(x) | (1 + (z - 1) B(x))_mn],   m = 1..N+1, n = 1..N,
    sum_p z^(p-1) K_p = int dx det[[1 + (z - 1) B, C], [C^T, 0]],   C = (phi, phi').

With M = infinity orbitals w(x) = sqrt(2/L) cot(pi x / 2L) / 2; the a_l are polynomials in 1/pi^2 over the rationals.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import cache

import sympy

from analytic.trigonometric import TrigonometricPolynomial, determinant, integral, integral_against_cotangent

__all__ = ["bond_contacts", "insertion_amplitudes"]

_LARGEST_N = 5
Matrix = list[list[TrigonometricPolynomial]]


@cache
def insertion_amplitudes(electrons: int, *, orbitals: int | None = None) -> tuple[sympy.Expr, ...]:
    """Return a_1 .. a_{N+1} between the lowest determinants of N and N + 1 fermions.

    Parameters
    ----------
    electrons
        N = 0..4 before the addition.
    orbitals
        M of the sum over n in the add operator; None for M = infinity.

    Returns
    -------
    tuple of sympy.Expr
        Dimensionless and independent of L.

    Raises
    ------
    ValueError
        If N or M is out of range.
    """
    if not 0 <= electrons < _LARGEST_N:
        raise ValueError(f"electrons={electrons} must be between 0 and {_LARGEST_N - 1}")
    if orbitals is not None and orbitals < 1:
        raise ValueError(f"orbitals={orbitals} must be at least 1")
    numbers = range(1, electrons + 2)
    matrix: Matrix = [
        [TrigonometricPolynomial.sine(m), *(_overlap(m, n) for n in range(1, electrons + 1))] for m in numbers
    ]
    density = determinant(matrix)
    moments = []
    for power in range(electrons + 1):
        part = density.coefficient(power)
        if orbitals is None:
            moments.append(2 / sympy.pi * integral_against_cotangent(part))
        else:
            wave = TrigonometricPolynomial({(0, 0, n, True): Fraction(1) for n in range(1, orbitals + 1)})
            moments.append(2 / sympy.pi * integral(part * wave))
    return _powers_of_z(moments)


@cache
def _bond_contacts(numbers: tuple[int, ...]) -> tuple[sympy.Expr, ...]:
    size = len(numbers)
    edges = [[TrigonometricPolynomial.sine(n), TrigonometricPolynomial.cosine(n, n)] for n in numbers]
    matrix: Matrix = [[*(_overlap(m, n) for n in numbers), *edges[row]] for row, m in enumerate(numbers)]
    matrix += [[*(edge[side] for edge in edges), *[TrigonometricPolynomial()] * 2] for side in range(2)]
    density = determinant(matrix)
    # Each of the two columns phi, phi' of C and of C^T carries sqrt(2/pi).
    return _powers_of_z([(2 / sympy.pi) ** 2 * integral(density.coefficient(power)) for power in range(size - 1)])


def bond_contacts(numbers: Sequence[int]) -> tuple[sympy.Expr, ...]:
    """Return K_1 .. K_{N-1} in units of 1/L^3 for the determinant of the orbitals I_1 < .. < I_N.

    Raises
    ------
    ValueError
        Unless there are 2 to 5 positive numbers in rising order.
    """
    chosen = tuple(numbers)
    if not 2 <= len(chosen) <= _LARGEST_N or chosen[0] < 1 or list(chosen) != sorted(set(chosen)):
        raise ValueError(f"numbers={chosen} must be 2 to {_LARGEST_N} positive integers in rising order")
    return tuple(sympy.expand(sympy.pi**3 * contact) for contact in _bond_contacts(chosen))


def _overlap(m: int, n: int) -> TrigonometricPolynomial:
    """Return delta_mn + u pi B_mn(x) in the box of length pi, with u = (z - 1)/pi."""
    rising = TrigonometricPolynomial.sine(m + n, Fraction(-1, m + n), u=1)
    if m == n:
        return TrigonometricPolynomial.cosine(0) + TrigonometricPolynomial.linear(u=1) + rising
    distance = abs(m - n)
    return TrigonometricPolynomial.sine(distance, Fraction(1, distance), u=1) + rising


def _powers_of_z(moments: Sequence[sympy.Expr]) -> tuple[sympy.Expr, ...]:
    """Turn the coefficients of u^k, u = (z - 1)/pi, into those of z^l."""
    size = len(moments)
    return tuple(
        sympy.expand(
            sympy.Add(
                *[moments[k] / sympy.pi**k * sympy.binomial(k, power) * (-1) ** (k - power) for k in range(power, size)]
            )
        )
        for power in range(size)
    )
