"""Lower bounds of levels from a matrix S(sigma) with at least as many negative eigenvalues as levels lie below."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from math import inf, nextafter, pi
from typing import Final

import numpy as np
from flint import arb
from scipy.optimize import brentq

from qdverify.reference.enclosure.budget import check_time
from qdverify.reference.enclosure.eigenvalues import UNIT, enclose_eigenvalues, frobenius, gamma
from qdverify.reference.enclosure.float_tables import Floats, Integers
from qdverify.reference.enclosure.interaction import ExactDot
from qdverify.reference.enclosure.moments import ball

MARGINS: Final = (4.0, 100.0, 1e4)  # of the radius, by which sigma stays below the number that would just fail


@dataclass(frozen=True)
class ContinuumLevel:
    """One level without truncation.

    Attributes
    ----------
    two_S, parity
        Twice the total spin, and 1 or -1.
    low, high
        The level lies between them; in E_H*.
    """

    two_S: int
    parity: int
    low: arb
    high: arb


class LevelCount(ABC):
    """The matrix S(sigma) of one spin and parity, whose eigenvalues fall by at least the rise of sigma.

    Attributes
    ----------
    two_S, parity
        Of the sector.
    floor
        v0, not above the interaction.
    outer
        Orbitals of the states of Q, a row each.
    explicit, listed
        Radii of P + Q, and of the states beyond which 1/(T + v0 - sigma) is replaced by its largest value.
    accuracy
        To which the largest sigma is looked for, relative.
    """

    two_S: int
    parity: int
    floor: float
    outer: Integers
    explicit: int
    listed: int
    accuracy: float = 1e-11

    @property
    @abstractmethod
    def size(self) -> int:
        """The number of states of P."""

    @abstractmethod
    def ritz_values(self, levels: int) -> list[arb]:
        """Return upper bounds of the lowest levels."""

    @abstractmethod
    def reduced(self, sigma: float) -> tuple[Floats, arb]:
        """Return S as floats, with a bound of its error in norm."""

    def enclosed(self, dot: ExactDot, levels: int) -> list[ContinuumLevel]:
        """Return the lowest levels.

        Raises
        ------
        ValueError
            If P has fewer states.
        """
        if not 1 <= levels <= self.size:
            raise ValueError(f"levels={levels} must be from 1 to {self.size}, the states of the model")
        square = ball(dot.length) ** 2
        uppers = self.ritz_values(levels)
        lowers = [self.lower_bound(k, float(upper.mid())) for k, upper in enumerate(uppers)]
        return [
            ContinuumLevel(self.two_S, self.parity, (arb(low) / square).lower(), (upper / square).upper())
            for low, upper in zip(lowers, uppers, strict=True)
        ]

    def highest(self) -> float:
        """Return the largest sigma worth trying: below every T + v0 outside P."""
        lowest = min([*(self.outer**2).sum(axis=1), self.explicit**2 + 1])
        edge = float(lowest) * (pi**2 / 2) + self.floor
        return edge - 1e-9 * (1 + abs(edge))

    def largest_inverse(self, sigma: float) -> float:
        """Return theta, which is at least 1/(T + v0 - sigma) on all states that are not listed."""
        gap = arb.pi() ** 2 / 2 * (self.listed**2 + 1) + arb(self.floor) - arb(sigma)
        if not gap > 0:
            raise ArithmeticError(f"sigma={sigma} is not below the states that are not explicit")
        return nextafter(float((1 / gap).upper()), inf)

    def lower_bound(self, k: int, start: float) -> float:
        """Return a proven lower bound of level k, counted from 0, near the largest that the lemma gives."""
        sigma = self._fixed_point(k, start)
        radius = float(enclose_eigenvalues(*self.reduced(sigma)).radius.upper())
        for margin in MARGINS:
            below = sigma - margin * radius
            if self.count_below(below) <= k:
                return below
        raise ArithmeticError(f"no lower bound of level {k} is proven near {sigma}")

    def _fixed_point(self, k: int, start: float) -> float:
        """Return the sigma at which eigenvalue k of S, which falls with sigma, is about zero."""

        def value(sigma: float) -> float:
            check_time("looking for a lower bound")
            return float(np.linalg.eigvalsh(self.reduced(sigma)[0])[k])

        high = min(start, self.highest())
        excess = value(high)
        if excess >= 0:
            return high
        width = self.accuracy * (1 + abs(high))
        low = high + 1.01 * excess - 100 * width  # S falls by at least the rise of sigma; its rounding is far smaller
        return float(brentq(value, low, high, xtol=width, rtol=1e-14))

    def count_below(self, sigma: float) -> int:
        """Return a proven upper bound of the number of levels below sigma."""
        check_time("counting levels of the continuum")
        matrix, error = self.reduced(sigma)
        enclosed = enclose_eigenvalues(matrix, error)
        return int(np.count_nonzero(enclosed.values <= nextafter(float(enclosed.radius.upper()), inf)))


def inverse_gaps(squares: Integers, floor: float, sigma: float, theta: float) -> Floats:
    """Return at least 1/G - theta, and at least 0, for G = (pi^2/2) * squares + floor - sigma > 0.

    Each G is rounded down, with at most 7 roundings.
    """
    kinetic = squares.astype(np.float64) * (pi**2 / 2)
    lowest = floor - sigma
    gaps = (kinetic + lowest) - 8 * UNIT * (kinetic + abs(lowest) + abs(sigma))
    if len(gaps) and not gaps.min() > 0:
        raise ArithmeticError(f"sigma={sigma} is not below the explicit states")
    inverse = 1 / gaps
    result: Floats = np.maximum((inverse - theta) + 8 * UNIT * (inverse + theta), 0.0)
    return result


def weighted_square(coupling: Floats, weights: Floats, element_error: float) -> tuple[Floats, arb]:
    """Return A diag(weights) A^T for the matrix A near `coupling`, with a bound of its error in norm.

    With C = A W^(1/2) and A known up to a Frobenius norm delta, the error is at most
    2 delta sqrt(max W) ||C|| + delta^2 max W + (gamma_n + 8 u) ||C||_F^2.
    """
    scaled = coupling * np.sqrt(weights)
    norm, delta = frobenius(scaled), arb(coupling.size).sqrt() * arb(element_error)
    widest = arb(float(weights.max(initial=0.0)))
    error = 2 * delta * widest.sqrt() * norm * (1 + 4 * arb(UNIT)) + delta**2 * widest
    error += (gamma(max(1, len(weights))) + 8 * arb(UNIT)) * norm**2
    return scaled @ scaled.T, error


def symmetric(matrix: Floats) -> Floats:
    """Return the mean of a matrix and its transpose, which is no farther from a symmetric matrix than it was."""
    result: Floats = (matrix + matrix.T) / 2
    return result
