"""Electrons in a two-dimensional harmonic potential without field, as a dot given by exact integrals.

Real orbitals take the place of the complex ones of `analytic.harmonic_integrals`,

    (phi_m + phi_-m)/sqrt 2  (even under y -> -y)   and   (phi_m - phi_-m)/(i sqrt 2)  (odd),   m > 0,

so that the integrals have all the symmetries that `analytic.integral_dot` asks for, and the two reflections are irreps.
In a perpendicular field of cyclotron frequency omega_c the levels are those of the frequency
Omega = sqrt(omega^2 + omega_c^2/4) without field, less L_z omega_c/2: the field needs no integrals of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import product
from typing import TypeAlias

import sympy

from analytic.exact import ExactNumber, exact_rational, positive_rational
from analytic.harmonic_integrals import Orbital, rational_part, shell_orbitals, squared_norm
from analytic.integral_dot import IntegralDot, integral_dot

Combination: TypeAlias = tuple[tuple[Orbital, int], ...]
"""Orbitals phi_m with factors 1 or -1; the root of 2 and the i of an odd combination are left out."""


def harmonic_dot(omega: ExactNumber, shells: int, *, strength: ExactNumber = 1) -> IntegralDot:
    """Return electrons in a two-dimensional harmonic potential, without field, as integrals between real orbitals.

    Orbitals come by shell n = 0..K-1 and, within a shell, with m = -n, -n+2, ..., n, where -m < 0 stands for the
    combination that is odd under y -> -y, and m > 0 for the even one.

    Parameters
    ----------
    omega
        Frequency of the potential, positive, read exactly.
    shells
        Number K of whole shells; M = K(K+1)/2.
    strength
        Strength s of the Coulomb interaction, read exactly.

    Returns
    -------
    IntegralDot
        Its irreps are 1 for orbitals even under inversion and under y -> -y, plus 1 if odd under the former, plus 2 if
        odd under the latter.

    Raises
    ------
    ValueError
        If omega is not positive, or shells no integer of at least 1.

    Examples
    --------
    Two electrons in the lowest shell have the energy 2 omega + s sqrt(pi omega/2):

    >>> from analytic import exact_levels, harmonic_dot
    >>> exact_levels(harmonic_dot(1, 1), 2)[0].energy
    sqrt(2)*sqrt(pi)/2 + 2
    """
    frequency, s = positive_rational("omega", omega), exact_rational("strength", strength)
    orbitals = shell_orbitals(shells)
    combinations = [_combination(orbital) for orbital in orbitals]
    scale = sympy.sqrt(sympy.pi * sympy.Rational(frequency) / 2) * sympy.Rational(s)
    one_body = [
        [frequency * (2 * radial + abs(m) + 1) if (radial, m) == other else 0 for other in orbitals]
        for radial, m in orbitals
    ]
    two_body = [
        [*(index + 1 for index in key), scale * _value([orbitals[index] for index in key], rational)]
        for key, rational in _rational_integrals(combinations)
    ]
    irreps = [1 + abs(m) % 2 + (2 if m < 0 else 0) for _, m in orbitals]
    return integral_dot(one_body, two_body, irreps=irreps)


def _combination(orbital: Orbital) -> Combination:
    radial, m = orbital
    if m == 0:
        return ((orbital, 1),)
    return (((radial, abs(m)), 1), ((radial, -abs(m)), 1 if m > 0 else -1))


def _rational_integrals(combinations: list[Combination]) -> Iterator[tuple[tuple[int, ...], Fraction]]:
    """Yield one of eight equal integrals, as indices and rational part, without those that vanish."""
    size = len(combinations)
    pairs = [(p, q) for q in range(size) for p in range(q + 1)]
    for number, (p, q) in enumerate(pairs):
        for r, s in pairs[: number + 1]:
            rational = _rational([combinations[index] for index in (p, q, r, s)])
            if rational:
                yield (p, q, r, s), rational


def _rational(parts: list[Combination]) -> Fraction:
    """Return the sum over the complex orbitals of four real ones; 1/i is conjugated in the first and third."""
    odd = [len(part) == 2 and part[1][1] < 0 for part in parts]
    power = sum((1, -1, 1, -1)[place] for place in range(4) if odd[place])
    if power % 2:
        return Fraction(0)
    total = Fraction(0)
    for chosen in product(*parts):
        sign = 1
        for _, factor in chosen:
            sign *= factor
        total += sign * rational_part(*(orbital for orbital, _ in chosen))
    return -total if power // 2 % 2 else total


def _value(orbitals: list[Orbital], rational: Fraction) -> sympy.Expr:
    doubled = sum(m != 0 for _, m in orbitals)
    return sympy.Rational(rational) * sympy.sqrt(sympy.Rational(1, squared_norm(*orbitals) * 2**doubled))
