"""Bethe's nested equations with real rapidities: physics.md section 6 as it stands, a second route to `analytic.bethe`.

    2 k_j L = 2 pi I_j - sum_a [theta(2(k_j - l_a)/g) + theta(2(k_j + l_a)/g)],            theta(x) = 2 arctan x,
    sum_j [theta(2(l_a - k_j)/g) + theta(2(l_a + k_j)/g)]
        = 2 pi J_a + sum_{b != a} [theta((l_a - l_b)/g) + theta((l_a + l_b)/g)],           a = 1..m,  m = N/2 - S.

Admissible integers: I_1 < ... < I_N positive, J_1 < ... < J_m with 1 <= J_a <= N - m (l_a -> infinity belongs to
J = N - m + 1).  That makes C(N - m, m) sets J for each I, all f(N, S) of them for m <= 1 but fewer for m >= 2: the
other levels have pairs of complex rapidities (N = 4, S = 0 is the first case, one level of two).  `analytic.bethe` has
them all. This module is a check of it: the two share nothing but theta, and must agree on the levels that both give.

At g -> 0 each rapidity lies between two momenta and k_j -> pi (I_j - number of l_a below k_j) / L.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import Any

import mpmath

from analytic.scattering import linear_solve
from analytic.young import check_spin

__all__ = ["RapidityState", "admissible_J", "solve_rapidities"]

_GUARD_DIGITS = 12
_NEWTON_STEPS = 30
_LOG_STEP = 0.1
_DOUBLE_GOAL = 1e-11


@dataclass(frozen=True)
class RapidityState:
    """Energy, momenta k_j, rapidities l_a and the largest residual of the nested equations."""

    energy: Any
    momenta: tuple[Any, ...]
    rapidities: tuple[Any, ...]
    residual: Any


def admissible_J(electrons: int, two_S: int) -> tuple[tuple[int, ...], ...]:
    """Return the sets J of real rapidities: m = N/2 - S different integers out of 1..N - m.

    Raises
    ------
    ValueError
        If N spins 1/2 cannot couple to S.
    """
    check_spin(electrons, two_S)
    flipped = (electrons - two_S) // 2
    return tuple(combinations(range(1, electrons - flipped + 1), flipped))


def solve_rapidities(
    I_numbers: Sequence[int], J_numbers: Sequence[int], *, strength: Any, length: Any = 1, digits: int = 30
) -> RapidityState:
    """Solve the nested equations for one set (I, J).

    Parameters
    ----------
    I_numbers, J_numbers
        I_1 < .. < I_N and J_1 < .. < J_m, admissible (module docstring).
    strength, length
        g > 0 and L > 0 as anything that `mpmath.mpf` takes.
    digits
        Decimal digits of the result.

    Raises
    ------
    ValueError
        If the integers are not admissible or g or L is not positive.
    ArithmeticError
        If the residual stays above 10^-digits.
    """
    I_set, J_set = tuple(I_numbers), tuple(J_numbers)
    if not I_set or I_set[0] < 1 or any(a >= b for a, b in pairwise(I_set)):
        raise ValueError(f"I_numbers={I_set} must be positive integers in rising order")
    if 2 * len(J_set) > len(I_set) or J_set not in admissible_J(len(I_set), len(I_set) - 2 * len(J_set)):
        raise ValueError(
            f"J_numbers={J_set} must be different integers out of 1..{len(I_set) - len(J_set)} in rising order"
        )
    with mpmath.workdps(digits + _GUARD_DIGITS):
        scale, g = mpmath.mpf(length), mpmath.mpf(strength)
        if not (g > 0 and scale > 0):
            raise ValueError(f"strength={strength} and length={length} must be positive")
        return _solve(I_set, J_set, g * scale, scale, digits)


@dataclass(frozen=True)
class _Equations:
    """The nested equations for k and l in units of 1/L, at coupling g L, in one precision."""

    I_set: tuple[int, ...]
    J_set: tuple[int, ...]
    coupling: Any
    arctan: Callable[[Any], Any] = math.atan
    pi: Any = math.pi

    def evaluate(self, unknowns: list[Any]) -> tuple[list[Any], list[list[Any]]]:
        """Return the mismatch of every equation, left minus right side, and its Jacobian."""
        electrons, size = len(self.I_set), len(unknowns)
        k, rapidities = range(electrons), range(electrons, size)
        mismatch = [2 * unknowns[j] - 2 * self.pi * self.I_set[j] for j in k]
        mismatch += [-2 * self.pi * J for J in self.J_set]
        jacobian = [[2 if row == column and row < electrons else 0 for column in range(size)] for row in range(size)]

        def add(row: int, other: int, weight: int, width: Any) -> None:
            """Add weight * [theta((x_row - x_other)/width) + theta((x_row + x_other)/width)] to one equation."""
            for sign in (-1, 1):
                argument = (unknowns[row] + sign * unknowns[other]) / width
                slope = 2 * weight / (width * (1 + argument**2))
                mismatch[row] += 2 * weight * self.arctan(argument)
                jacobian[row][row] += slope
                jacobian[row][other] += sign * slope

        for a in rapidities:
            for j in k:
                add(j, a, 1, self.coupling / 2)
                add(a, j, 1, self.coupling / 2)
            for b in rapidities:
                if b != a:
                    add(a, b, -1, self.coupling)
        return mismatch, jacobian

    def solve(self, unknowns: list[Any], goal: Any) -> list[Any]:
        """Return the solution near `unknowns` by Newton's iteration, to the relative correction `goal`."""
        for _ in range(_NEWTON_STEPS):
            mismatch, jacobian = self.evaluate(unknowns)
            correction = linear_solve(jacobian, mismatch)
            # Half the distance to zero at most: a rapidity that changes sign is another one's mirror image.
            relative = max(abs(c / x) for x, c in zip(unknowns, correction, strict=True))
            damping = min(1, 1 / (2 * relative)) if relative else 1
            unknowns = [x - damping * c for x, c in zip(unknowns, correction, strict=True)]
            if relative < goal:
                return unknowns
        raise ArithmeticError(f"no convergence for I={self.I_set}, J={self.J_set} at g L = {self.coupling}")


def _solve(I_set: tuple[int, ...], J_set: tuple[int, ...], coupling: Any, scale: Any, digits: int) -> RapidityState:
    electrons = len(I_set)
    equations = _Equations(I_set, J_set, coupling, mpmath.atan, mpmath.pi)
    rough = [mpmath.mpf(x) for x in _follow(I_set, J_set, float(coupling))]
    unknowns = equations.solve(rough, mpmath.mpf(10) ** (-digits - _GUARD_DIGITS // 2))
    residual = max(abs(value) for value in equations.evaluate(unknowns)[0])
    if residual > mpmath.mpf(10) ** -digits:
        raise ArithmeticError(f"residual {mpmath.nstr(residual, 3)} of the nested equations exceeds 1e-{digits}")
    momenta = [k / scale for k in unknowns[:electrons]]
    return RapidityState(
        energy=sum(k * k for k in momenta) / 2,
        momenta=tuple(momenta),
        rapidities=tuple(value / scale for value in unknowns[electrons:]),
        residual=residual,
    )


def _follow(I_set: tuple[int, ...], J_set: tuple[int, ...], coupling: float) -> list[float]:
    """Follow (k, l) in units 1/L from strong repulsion, where l_a scales with g, down to g L = coupling."""
    electrons = len(I_set)
    target = math.log(coupling)
    here = math.log(100.0 * max(electrons * I_set[-1], coupling))
    rapidities = [math.exp(here) / 2 * math.tan(math.pi * J / (2 * electrons)) for J in J_set]
    start = [math.pi * number for number in I_set] + rapidities
    points = [_Equations(I_set, J_set, math.exp(here)).solve(start, _DOUBLE_GOAL)]
    while here > target:
        step = min(_LOG_STEP, here - target)
        here -= step
        guess = points[-1]
        if len(points) > 1:  # geometric extrapolation: both k and l stay positive
            power = step / _LOG_STEP
            guess = [new * (new / old) ** power for new, old in zip(points[-1], points[-2], strict=True)]
        points.append(_Equations(I_set, J_set, math.exp(here)).solve(guess, _DOUBLE_GOAL))
    return points[-1]
