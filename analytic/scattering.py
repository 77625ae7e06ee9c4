"""Scattering phases of the contact gas between hard walls, for all spin states together.

Bethe's wave function of N spin-1/2 fermions with V = g delta(x - x') is, for x_1 < ... < x_N, a sum of plane waves over
all orders and signs of the momenta k_1..k_N; its amplitudes A are vectors in the space of the f(N, S) spin functions.
The condition at x_p = x_{p+1} (triplets vanish, singlets have the logarithmic derivative g) ties the amplitudes of
neighbouring orders, with kappa = (right momentum) - (left momentum) before the exchange:

    A(.. b a ..) = -Y_p(b - a) A(.. a b ..),   Y_p(kappa) = (1 + P_p)/2 + r(kappa) (1 - P_p)/2,
    r(kappa) = (g - i kappa) / (g + i kappa).

The walls reflect, A(-k ..) = -A(k ..) at x = 0 and A(.. -k) = -exp(2 i k L) A(.. k) at x = L.  Taking k_j to the right
wall, to the left wall and back to its place gives the conditions

    exp(2 i k_j L) Z_j(k) v = v,   j = 1..N,   Z_j a product of 2(N - 1) factors Y.

The Z_j commute (Yang-Baxter and reflection equations), so v is a joint eigenvector.  Diagonalising them in a space of
at most nine dimensions replaces the rapidities l_a of physics.md section 6, whose complex solutions (strings) the
logarithmic equations with integers J_a do not list.

The functions accept Python complex numbers and mpmath numbers; the caller chooses the precision.
Sources: C. N. Yang, Phys. Rev. Lett. 19, 1312 (1967); M. Gaudin, Phys. Rev. A 4, 386 (1971); F. Woynarovich,
Phys. Lett. A 108, 401 (1985) for the walls.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from analytic.young import Exchange

__all__ = [
    "RoundTrip",
    "exchange",
    "inner",
    "joint_eigenvector",
    "linear_solve",
    "numeric_exchanges",
    "round_trips",
]

Scalar = Any  # complex or mpmath.mpc: one algorithm, two precisions
Vector = list[Scalar]

_REFINEMENTS = 8  # Rayleigh quotient iteration triples the digits each time


@dataclass(frozen=True)
class _Passage:
    """One exchange on a round trip: bond, momentum l that is passed, and kappa = sign * k_l - k_j."""

    bond: int
    passed: int
    sign: int


@dataclass(frozen=True)
class RoundTrip:
    """The operator Z_j at given momenta: the passages in order with their amplitudes r and dr/dkappa."""

    mover: int
    passages: tuple[_Passage, ...]
    amplitudes: tuple[Scalar, ...]
    slopes: tuple[Scalar, ...]
    bonds: tuple[tuple[tuple[Scalar, int | None, Scalar], ...], ...]

    def apply(self, vector: Vector) -> Vector:
        """Return Z_j v."""
        for passage, amplitude in zip(self.passages, self.amplitudes, strict=True):
            vector = _pass(self.bonds[passage.bond], amplitude, vector)
        return vector

    def expectation(self, vector: Vector) -> tuple[Scalar, list[Scalar]]:
        """Return <v|Z_j|v> and its derivatives <v|dZ_j/dk_l|v> for l = 1..N."""
        ahead, singlets = vector, []
        for passage, amplitude in zip(self.passages, self.amplitudes, strict=True):
            singlets.append(_singlet(self.bonds[passage.bond], ahead))
            ahead = _turned(ahead, singlets[-1], amplitude)
        gradient: list[Scalar] = [0] * (len(self.bonds) + 1)
        behind = vector
        for step in reversed(range(len(self.passages))):
            passage = self.passages[step]
            slope = self.slopes[step] * inner(behind, singlets[step])
            gradient[self.mover] -= slope
            gradient[passage.passed] += passage.sign * slope
            if step:
                behind = _pass(self.bonds[passage.bond], self.amplitudes[step].conjugate(), behind)
        return inner(vector, ahead), gradient


def inner(left: Vector, right: Vector) -> Scalar:
    """Return the scalar product <left|right>."""
    return sum(a.conjugate() * b for a, b in zip(left, right, strict=True))


def exchange(bond: tuple[tuple[Scalar, int | None, Scalar], ...], vector: Vector) -> Vector:
    """Return P v for the exchange P of one bond, a list of rows from `numeric_exchanges`."""
    return [
        diagonal * vector[row] + (off * vector[partner] if partner is not None else 0)
        for row, (diagonal, partner, off) in enumerate(bond)
    ]


def round_trips(
    momenta: Sequence[Scalar], strength: Scalar, bonds: tuple[tuple[tuple[Scalar, int | None, Scalar], ...], ...]
) -> list[RoundTrip]:
    """Return the operators Z_1..Z_N.

    Parameters
    ----------
    momenta
        k_1..k_N, real and all different.
    strength
        g > 0.
    bonds
        Exchange operators of the N - 1 bonds in numbers, from `numeric_exchanges`.
    """
    trips = []
    for mover in range(len(momenta)):
        passages = _itinerary(mover, len(momenta))
        kappas = [step.sign * momenta[step.passed] - momenta[mover] for step in passages]
        trips.append(
            RoundTrip(
                mover=mover,
                passages=passages,
                amplitudes=tuple((strength - 1j * kappa) / (strength + 1j * kappa) for kappa in kappas),
                slopes=tuple(-2j * strength / (strength + 1j * kappa) ** 2 for kappa in kappas),
                bonds=bonds,
            )
        )
    return trips


def numeric_exchanges(
    exchanges: tuple[tuple[Exchange, ...], ...], number: Any, root: Any
) -> tuple[tuple[tuple[Scalar, int | None, Scalar], ...], ...]:
    """Return the rows (diagonal, partner, off-diagonal) of the exchanges in the arithmetic of `number` and `root`."""

    def quotient(fraction: Any) -> Scalar:
        return number(fraction.numerator) / fraction.denominator

    return tuple(
        tuple((quotient(row.diagonal), row.partner, root(quotient(row.off_diagonal_squared))) for row in rows)
        for rows in exchanges
    )


def joint_eigenvector(trips: Sequence[RoundTrip], start: Vector, tolerance: Scalar) -> Vector:
    """Return the joint eigenvector of the Z_j nearest to `start`, by Rayleigh quotient iteration.

    Raises
    ------
    ArithmeticError
        If the residual of Z_1 + Z_N / 2 stays above `tolerance`.
    """
    size = len(start)
    if size == 1:
        return start
    # Eigenvalues of one Z_j cross along a path in g; those of a complex combination of two do so only by accident.
    first, last = trips[0], trips[-1]
    units = [[int(row == column) + 0j for row in range(size)] for column in range(size)]
    columns = [[a + b / 2 for a, b in zip(first.apply(e), last.apply(e), strict=True)] for e in units]
    matrix = [list(row) for row in zip(*columns, strict=True)]
    vector = start
    for _ in range(_REFINEMENTS):
        image = [sum(a * b for a, b in zip(row, vector, strict=True)) for row in matrix]
        quotient = inner(vector, image)
        if max(abs(a - quotient * b) for a, b in zip(image, vector, strict=True)) < tolerance:
            return vector
        shifted = [[matrix[i][j] - (quotient if i == j else 0) for j in range(size)] for i in range(size)]
        vector = linear_solve(shifted, vector, smallest_pivot=tolerance / 100)
        norm = abs(inner(vector, vector)) ** 0.5
        vector = [entry / norm for entry in vector]
    raise ArithmeticError(f"no joint eigenvector of the scattering operators to {tolerance}")


def linear_solve(matrix: Sequence[Sequence[Scalar]], right: Sequence[Scalar], smallest_pivot: Scalar = 0) -> Vector:
    """Solve a small linear system by Gaussian elimination with partial pivoting.

    Parameters
    ----------
    matrix, right
        The system; neither is changed.
    smallest_pivot
        Replaces a vanishing pivot: inverse iteration looks for the singular direction.

    Raises
    ------
    ZeroDivisionError
        If the matrix is singular and smallest_pivot is 0.
    """
    size = len(right)
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    for column in range(size):
        pivot = max(range(column, size), key=lambda row: abs(rows[row][column]))
        rows[column], rows[pivot] = rows[pivot], rows[column]
        if abs(rows[column][column]) <= smallest_pivot:
            rows[column][column] = smallest_pivot
        for row in range(column + 1, size):
            factor = rows[row][column] / rows[column][column]
            for entry in range(column, size + 1):
                rows[row][entry] -= factor * rows[column][entry]
    solution: Vector = [0] * size
    for row in reversed(range(size)):
        rest = sum(rows[row][column] * solution[column] for column in range(row + 1, size))
        solution[row] = (rows[row][size] - rest) / rows[row][row]
    return solution


@cache
def _itinerary(mover: int, count: int) -> tuple[_Passage, ...]:
    others = [label for label in range(count) if label != mover]
    to_right = [_Passage(bond, others[bond], 1) for bond in range(mover, count - 1)]
    to_left = [_Passage(bond, others[bond], -1) for bond in reversed(range(count - 1))]
    back = [_Passage(bond, others[bond], 1) for bond in range(mover)]
    return (*to_right, *to_left, *back)


def _pass(bond: tuple[tuple[Scalar, int | None, Scalar], ...], amplitude: Scalar, vector: Vector) -> Vector:
    """Return Y v, in one go: nearly all of the time that Bethe's equations take is spent here."""
    half = (1 - amplitude) / 2
    return [
        a - half * (a - diagonal * a - (off * vector[partner] if partner is not None else 0))
        for a, (diagonal, partner, off) in zip(vector, bond, strict=True)
    ]


def _singlet(bond: tuple[tuple[Scalar, int | None, Scalar], ...], vector: Vector) -> Vector:
    """Return (1 - P)/2 v."""
    return [(a - b) / 2 for a, b in zip(vector, exchange(bond, vector), strict=True)]


def _turned(vector: Vector, singlet: Vector, amplitude: Scalar) -> Vector:
    """Return Y v = v - (1 - r) (1 - P)/2 v from v and its singlet part."""
    loss = 1 - amplitude
    return [a - loss * b for a, b in zip(vector, singlet, strict=True)]
