"""Following one level of the contact gas in g: from free fermions at g = infinity to the coupling that is asked for.

The unknowns are the momenta (in units of 1/L) and the spin function v of `analytic.scattering`; Newton's iteration
solves 2 k_j L + arg <v|Z_j|v> = 0 modulo 2 pi.  A unitary operator's eigenvalue changes to first order by its
expectation value alone, so the Jacobian needs no derivative of v.  Tracking runs in double precision with steps in
log g, which also resolves the square-root behaviour k_i - k_j ~ sqrt(g) of a doubly occupied orbital at g -> 0;
`polish` then raises the end point to any precision and verifies it.
"""

from __future__ import annotations

import cmath
import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any

import mpmath

from analytic.dimensions import multiplet_count
from analytic.scattering import exchange, inner, joint_eigenvector, linear_solve, numeric_exchanges, round_trips
from analytic.young import neighbour_exchanges

__all__ = ["Branch", "follow", "polish", "reflection_parity"]

_GUARD_DIGITS = 6
_QUADRATIC = 1e-7  # a Newton correction of this size leaves an error of its square
_NEWTON_STEPS = 12
_SMALLEST_LOG_STEP = 1e-4


@dataclass(frozen=True)
class Branch:
    """A point of the continuation at g L = exp(log_coupling), in units of L."""

    log_coupling: float
    momenta: list[Any]
    vector: list[Any]


@dataclass(frozen=True)
class _Arithmetic:
    """The functions of one precision."""

    exp: Callable[[Any], Any]
    phase: Callable[[Any], Any]
    tolerance: Any


_FLOAT = _Arithmetic(cmath.exp, cmath.phase, 1e-12)


@cache
def heisenberg_vector(electrons: int, two_S: int, spin_index: int) -> tuple[complex, ...]:
    """Return the spin function with the r-th lowest energy at g = infinity: the r-th largest sum of P_s."""
    size = multiplet_count(electrons, two_S)
    matrix = mpmath.zeros(size)
    for rows in neighbour_exchanges(electrons, two_S):
        for row, entry in enumerate(rows):
            matrix[row, row] += float(entry.diagonal)
            if entry.partner is not None:
                matrix[row, entry.partner] += math.sqrt(entry.off_diagonal_squared)
    _, vectors = mpmath.mp.eigsy(matrix)
    return tuple(complex(vectors[row, spin_index]) for row in range(size))


def reflection_parity(numbers: tuple[int, ...], two_S: int, spin_index: int) -> int:
    """Return the parity of the level (I; S; r) under x -> L - x, which no change of g changes.

    At g = infinity it is the determinant's, the product of (-1)^(I_j + 1), times that of the spin function, which
    reversing the order of the electrons multiplies by +1 or -1.
    """
    vector = list(heisenberg_vector(len(numbers), two_S, spin_index))
    bonds = numeric_exchanges(neighbour_exchanges(len(numbers), two_S), float, math.sqrt)
    reversed_vector = vector
    for last in range(len(numbers) - 1, 0, -1):
        for bond in range(last):
            reversed_vector = exchange(bonds[bond], reversed_vector)
    sign = -1 if sum(number + 1 for number in numbers) % 2 else 1
    return sign if inner(vector, reversed_vector).real > 0 else -sign


def follow(numbers: tuple[int, ...], two_S: int, spin_index: int, coupling: float) -> Branch:
    """Follow one label from strong repulsion down to g L = coupling, in double precision.

    Raises
    ------
    ArithmeticError
        If a step in log(g L) of 1e-4 still does not stay on the branch.
    """
    electrons = len(numbers)
    bonds = numeric_exchanges(neighbour_exchanges(electrons, two_S), float, math.sqrt)
    start = 200.0 * max(electrons * numbers[-1], coupling)
    target = math.log(coupling)
    vector = list(heisenberg_vector(electrons, two_S, spin_index))
    here = _newton(Branch(math.log(start), [math.pi * number for number in numbers], vector), bonds)
    before: Branch | None = None
    step = 0.5
    while here.log_coupling > target:
        step = min(step, here.log_coupling - target)
        guess = _extrapolate(before, here, here.log_coupling - step)
        try:
            there = _newton(guess, bonds)
            smooth = _is_close(here, there)
        except ArithmeticError:
            smooth = False
        if smooth:
            before, here, step = here, there, 1.5 * step
        elif step < _SMALLEST_LOG_STEP:
            raise ArithmeticError(
                f"label I={numbers}, two_S={two_S}, r={spin_index} is lost at log(g L) = {here.log_coupling}"
            )
        else:
            step /= 3
    return here


def _extrapolate(before: Branch | None, here: Branch, log_coupling: float) -> Branch:
    if before is None:
        return Branch(log_coupling, here.momenta, here.vector)
    weight = (log_coupling - here.log_coupling) / (here.log_coupling - before.log_coupling)
    momenta = [k + weight * (k - old) for k, old in zip(here.momenta, before.momenta, strict=True)]
    return Branch(log_coupling, momenta, here.vector)


def _is_close(here: Branch, there: Branch) -> bool:
    """Tell whether two points belong to one branch: little change of the phases 2 k_j L and of the spin function."""
    overlap = abs(sum(a.conjugate() * b for a, b in zip(here.vector, there.vector, strict=True)))
    shift = max(abs(a - b) for a, b in zip(here.momenta, there.momenta, strict=True))
    ordered = there.momenta[0] > 0 and all(a < b for a, b in pairwise(there.momenta))
    return ordered and bool(overlap > 0.95) and bool(shift < 0.4)


def _newton(guess: Branch, bonds: Any) -> Branch:
    """Solve 2 k_j L + arg <v|Z_j|v> = 0 (mod 2 pi) with v kept the joint eigenvector; double precision."""
    coupling = math.exp(guess.log_coupling)
    momenta, vector = list(guess.momenta), list(guess.vector)
    for _ in range(_NEWTON_STEPS):
        vector, correction = _newton_step(momenta, vector, coupling, bonds, _FLOAT)
        momenta = [k - change for k, change in zip(momenta, correction, strict=True)]
        if max(map(abs, correction)) < _QUADRATIC * max(momenta):
            return Branch(guess.log_coupling, momenta, vector)
    raise ArithmeticError(f"Newton's iteration does not converge at g L = {coupling}")


def _newton_step(
    momenta: list[Any], vector: list[Any], coupling: Any, bonds: Any, arithmetic: _Arithmetic
) -> tuple[list[Any], list[Any]]:
    trips = round_trips(momenta, coupling, bonds)
    vector = joint_eigenvector(trips, vector, arithmetic.tolerance)
    mismatch, jacobian = [], []
    for place, trip in enumerate(trips):
        value, gradient = trip.expectation(vector)
        mismatch.append(arithmetic.phase(arithmetic.exp(2j * momenta[place]) * value))
        row = [(slope / value).imag for slope in gradient]
        row[place] += 2
        jacobian.append(row)
    return vector, linear_solve(jacobian, mismatch)


def polish(rough: Branch, two_S: int, coupling: Any, digits: int) -> tuple[list[Any], Any]:
    """Raise a double-precision solution to the working precision; return the momenta and the verified residual.

    Raises
    ------
    ArithmeticError
        If the residual of exp(2 i k_j L) Z_j v = v exceeds 10^-digits.
    """
    bonds = numeric_exchanges(neighbour_exchanges(len(rough.momenta), two_S), mpmath.mpf, mpmath.sqrt)
    momenta = [mpmath.mpf(k) for k in rough.momenta]
    vector = [mpmath.mpc(entry) for entry in rough.vector]
    arithmetic = _Arithmetic(mpmath.exp, mpmath.arg, mpmath.mpf(10) ** (-digits - _GUARD_DIGITS))
    for _ in range(_NEWTON_STEPS):
        vector, correction = _newton_step(momenta, vector, coupling, bonds, arithmetic)
        momenta = [k - change for k, change in zip(momenta, correction, strict=True)]
        if max(map(abs, correction)) < arithmetic.tolerance:
            break
    residual = _residual(momenta, vector, coupling, bonds)
    if residual > mpmath.mpf(10) ** -digits:
        raise ArithmeticError(f"residual {mpmath.nstr(residual, 3)} of Bethe's equations exceeds 1e-{digits}")
    return momenta, residual


def _residual(momenta: list[Any], vector: list[Any], coupling: Any, bonds: Any) -> Any:
    """Return the largest entry of exp(2 i k_j L) Z_j v - v over all j."""
    return max(
        abs(mpmath.exp(2j * k) * moved - entry)
        for k, trip in zip(momenta, round_trips(momenta, coupling, bonds), strict=True)
        for moved, entry in zip(trip.apply(vector), vector, strict=True)
    )
