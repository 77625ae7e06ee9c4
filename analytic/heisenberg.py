"""The lowest multiplet at strong repulsion: an antiferromagnetic Heisenberg chain of N spins 1/2, exactly.

H = E_polarised + sum_p J_p (S_p.S_{p+1} - 1/4), J_p > 0 symmetric under reflection, p = 1..N-1 (physics.md section 6;
[J96] below Eq. (1)).  S_p.S_{p+1} - 1/4 = (P_{p,p+1} - 1)/2 in Young's rational form gives matrices of rational numbers
and couplings, at most 9 by 9 for N <= 6; the reflection p -> N + 1 - p splits them once more.  Energies are roots of
polynomials: closed forms up to N = 4 (N = 3: gaps J and 3J/2), algebraic numbers beyond.

The parity of the electronic level is the chain's reflection parity times (-1)^(N(N-1)/2), the determinant's share.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import mpmath
import sympy

from analytic.exact import exact_rational
from analytic.young import neighbour_exchanges

__all__ = ["CouplingFit", "HeisenbergLevel", "fit_couplings", "heisenberg_levels", "heisenberg_polynomials"]

_LARGEST_N = 6
_FIT_STEPS = 60
ENERGY = sympy.Symbol("E")


@dataclass(frozen=True)
class HeisenbergLevel:
    """One level of the chain: exact energy above the polarised level (so <= 0), 2S, and its electronic parity."""

    energy: sympy.Expr
    two_S: int
    parity: int


@dataclass(frozen=True)
class CouplingFit:
    """Couplings that describe a lowest multiplet best.

    Attributes
    ----------
    couplings
        J_1..J_{N-1}, symmetric.
    polarised_energy
        The level of S = N/2.
    residual
        Largest deviation of a level, relative to the width of the multiplet.
    """

    couplings: tuple[Any, ...]
    polarised_energy: Any
    residual: Any


def heisenberg_polynomials(electrons: int, couplings: Sequence[Any]) -> dict[tuple[int, int], sympy.Poly]:
    """Return the characteristic polynomial of every block (2S, parity), in the variable E.

    Parameters
    ----------
    electrons
        N = 1..6.
    couplings
        J_1..J_{N-1}, symmetric; numbers or symbols.

    Raises
    ------
    ValueError
        If N is out of range, or the couplings are not N - 1 in number and symmetric.
    """
    exact = _check_couplings(electrons, couplings)
    polynomials = {}
    for two_S in range(electrons % 2, electrons + 1, 2):
        bonds = [_rational_form(electrons, two_S, bond) for bond in range(electrons - 1)]
        for parity, basis in _parity_bases(electrons, two_S).items():
            left = (basis.T * basis).inv() * basis.T
            block = sympy.zeros(basis.shape[1])
            for coupling, exchange in zip(exact, bonds, strict=True):
                block += coupling * (left * exchange * basis - sympy.eye(basis.shape[1])) / 2
            polynomials[two_S, parity] = block.charpoly(ENERGY)
    return polynomials


def heisenberg_levels(electrons: int, couplings: Sequence[Any]) -> tuple[HeisenbergLevel, ...]:
    """Return all levels by rising energy, as exact algebraic numbers.

    Parameters
    ----------
    electrons
        N = 1..6.
    couplings
        J_1..J_{N-1}, symmetric rational numbers (a float stands for its exact double).

    Raises
    ------
    ValueError
        As `heisenberg_polynomials`, or if a coupling is not a number.

    Examples
    --------
    >>> from analytic import heisenberg_levels
    >>> [level.two_S for level in heisenberg_levels(3, [1, 1])]
    [1, 1, 3]
    """
    exact = [sympy.Rational(exact_rational("coupling", J)) for J in couplings]
    levels = [
        HeisenbergLevel(root, two_S, parity)
        for (two_S, parity), polynomial in heisenberg_polynomials(electrons, exact).items()
        for root in sympy.Poly(polynomial.as_expr(), ENERGY, domain="QQ").real_roots()
    ]
    return tuple(sorted(levels, key=lambda level: sympy.N(level.energy, 30)))


def fit_couplings(electrons: int, levels: Sequence[tuple[Any, int]], *, digits: int = 15) -> CouplingFit:
    """Fit symmetric couplings to the lowest multiplet of N electrons, by least squares over all its levels.

    Parameters
    ----------
    electrons
        N = 3..6.
    levels
        (energy, 2S) of all levels of the multiplet; the levels of one spin are matched in the order of their energy.
    digits
        Working precision.

    Raises
    ------
    ValueError
        If N is out of range or the levels are not those of N spins.
    ArithmeticError
        If Gauss and Newton's iteration does not converge.

    Examples
    --------
    >>> from mpmath import nstr
    >>> from analytic import fit_couplings, heisenberg_levels
    >>> multiplet = [(level.energy, level.two_S) for level in heisenberg_levels(3, [1, 1])]
    >>> [nstr(J, 6) for J in fit_couplings(3, multiplet).couplings]
    ['1.0', '1.0']
    """
    if not 3 <= electrons <= _LARGEST_N:
        raise ValueError(f"electrons={electrons} must be between 3 and {_LARGEST_N}")
    with mpmath.workdps(digits + 5):
        measured = {
            two_S: sorted(mpmath.mpf(energy) for energy, spin in levels if spin == two_S)
            for two_S in range(electrons % 2, electrons + 1, 2)
        }
        sizes = {two_S: len(neighbour_exchanges(electrons, two_S)[0]) for two_S in measured}
        if {two_S: len(found) for two_S, found in measured.items()} != sizes or len(levels) != sum(sizes.values()):
            raise ValueError(f"levels must be {sizes} in number for 2S = {list(sizes)}, N={electrons}")
        return _gauss_newton(electrons, measured, mpmath.mpf(10) ** -digits)


def _gauss_newton(electrons: int, measured: dict[int, list[Any]], goal: Any) -> CouplingFit:
    bonds = range(electrons - 1)
    independent = electrons // 2
    polarised = measured[electrons][0]
    width = polarised - min(energy for energies in measured.values() for energy in energies)
    target = mpmath.matrix([energy for energies in measured.values() for energy in energies])
    unknowns = mpmath.matrix([polarised, *[width / independent] * independent])
    for _ in range(_FIT_STEPS):
        couplings = [unknowns[1 + min(bond, electrons - 2 - bond)] for bond in bonds]
        rows = [row for two_S in measured for row in _energies_with_slopes(electrons, two_S, couplings)]
        # Energies are linear in the unknowns apart from the change of the eigenvectors (Hellmann-Feynman).
        jacobian = mpmath.matrix([[1, *slopes] for _, slopes in rows])
        deviation = target - mpmath.matrix([unknowns[0] + energy for energy, _ in rows])
        change = mpmath.lu_solve(jacobian, deviation)
        unknowns += change
        if max(abs(entry) for entry in change) < goal * width:
            largest = max(abs(entry) for entry in deviation)
            return CouplingFit(tuple(couplings), unknowns[0], largest / width)
    raise ArithmeticError(f"the fit of {independent} couplings does not converge in {_FIT_STEPS} steps")


def _energies_with_slopes(electrons: int, two_S: int, couplings: Sequence[Any]) -> list[tuple[Any, list[Any]]]:
    """Return the energies of one spin in rising order, each with its derivatives to the independent couplings."""
    exchanges = [_orthogonal_form(electrons, two_S, bond) for bond in range(electrons - 1)]
    bonds = [(exchange - mpmath.eye(exchange.rows)) / 2 for exchange in exchanges]
    total = mpmath.zeros(bonds[0].rows)
    for coupling, exchange in zip(couplings, bonds, strict=True):
        total += coupling * exchange
    energies, vectors = mpmath.mp.eigsy(total)
    levels = []
    for column in range(total.rows):
        vector = vectors[:, column]
        slopes = [mpmath.mpf(0)] * (electrons // 2)
        for bond, exchange in enumerate(bonds):
            slopes[min(bond, electrons - 2 - bond)] += (vector.T * exchange * vector)[0]
        levels.append((energies[column], slopes))
    return levels


def _check_couplings(electrons: int, couplings: Sequence[Any]) -> list[sympy.Expr]:
    if not 1 <= electrons <= _LARGEST_N:
        raise ValueError(f"electrons={electrons} must be between 1 and {_LARGEST_N}")
    exact = [sympy.sympify(J) for J in couplings]
    if len(exact) != electrons - 1 or exact != exact[::-1]:
        raise ValueError(f"couplings={tuple(couplings)} must be {electrons - 1} in number and symmetric")
    return exact


@cache
def _rational_form(electrons: int, two_S: int, bond: int) -> sympy.ImmutableMatrix:
    """Return P_{p,p+1} in Young's rational form."""
    rows = neighbour_exchanges(electrons, two_S)[bond]
    matrix = sympy.zeros(len(rows))
    for column, exchange in enumerate(rows):
        matrix[column, column] = sympy.Rational(1, exchange.distance)
        if exchange.partner is not None:
            matrix[exchange.partner, column] = 1 - sympy.Rational(1, exchange.distance)
    return sympy.ImmutableMatrix(matrix)


def _orthogonal_form(electrons: int, two_S: int, bond: int) -> Any:
    rows = neighbour_exchanges(electrons, two_S)[bond]
    matrix = mpmath.zeros(len(rows))
    for column, exchange in enumerate(rows):
        matrix[column, column] = mpmath.mpf(1) / exchange.distance
        if exchange.partner is not None:
            matrix[exchange.partner, column] = mpmath.sqrt(1 - mpmath.mpf(1) / exchange.distance**2)
    return matrix


@cache
def _parity_bases(electrons: int, two_S: int) -> dict[int, sympy.Matrix]:
    """Return bases (columns) of the spin functions of either electronic parity."""
    size = len(neighbour_exchanges(electrons, two_S)[0]) if electrons > 1 else 1
    reflection = sympy.eye(size)
    for last in range(electrons - 1, 0, -1):
        for bond in range(last):
            reflection = _rational_form(electrons, two_S, bond) * reflection
    sign = (-1) ** (electrons * (electrons - 1) // 2)
    bases = {sign * r: (reflection - r * sympy.eye(size)).nullspace() for r in (1, -1)}
    return {parity: sympy.Matrix.hstack(*basis) for parity, basis in bases.items() if basis}
