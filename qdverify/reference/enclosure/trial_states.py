"""Count levels of four electrons by trial states, and look for the largest energy with no more than k levels below.

The lemma and its notation are those of `continuum_of_four`. The elements i, j and j, i of a matrix X belong to the same
state of the sector, so that sums over all of X are scalar products.

Rounding. W X is off by at most a given e ||X||. With F the norm of all X together, <f_i, W f_j> is off by at most
F e F + gamma_n F ||W X||, the sums over the model as told at `weighted_square`. 1/D is rounded up: for D > 0 by
rounding D down, for D < 0 by rounding |D| up.
"""

from __future__ import annotations

from functools import cached_property
from math import inf, nextafter, pi
from typing import Final

import numpy as np
from flint import arb

from qdverify.reference.enclosure.budget import check_time
from qdverify.reference.enclosure.eigenvalues import UNIT, enclose_eigenvalues, frobenius, gamma
from qdverify.reference.enclosure.float_tables import Floats, Integers
from qdverify.reference.enclosure.four_electrons import FourElectrons
from qdverify.reference.enclosure.level_counts import inverse_gaps, symmetric, weighted_square

STEP: Final = 1e-9  # from a Ritz value to the first sigma that is tried, relative
DOUBLINGS: Final = 40  # of this step
SHARE: Final = 1 / 500  # of the distance to the Ritz value: how near to the largest sigma the search comes


class TrialStates:
    """Trial states in the lowest orbitals, and the matrix S.

    Parameters
    ----------
    model
        The states that they are made of.
    matrices, images
        X and W X of each, (n, pairs, pairs).
    image_error
        Bound of ||W X - float|| for ||X|| = 1.
    floor
        v0.

    Attributes
    ----------
    beyond
        Bound of the part of S outside the model, and of its error.
    """

    def __init__(self, model: FourElectrons, matrices: Floats, images: Floats, image_error: arb, floor: float) -> None:
        self.model, self.matrices, self.floor = model, matrices, floor
        self.squares: Integers = model.squares[model.belongs]
        self.states, self.images = matrices[:, model.belongs], images[:, model.belongs]
        self.norm = frobenius(self.states)
        self.image_error = image_error * self.norm
        self.beyond = np.zeros((len(matrices),) * 2), arb(0)

    @property
    def _rounding(self) -> arb:
        """Bound of the relative error of a scalar product."""
        return gamma(len(self.squares))

    @cached_property
    def _interaction(self) -> tuple[Floats, arb]:
        """<f_i, W f_j>, with a bound of its error in norm."""
        error = self.norm * self.image_error + self._rounding * self.norm * frobenius(self.images)
        product = symmetric(self.states @ self.images.T)
        return product, error + 2 * arb(UNIT) * frobenius(product)

    @cached_property
    def _overlap(self) -> tuple[Floats, arb]:
        """<f_i, f_j>, and a bound of its distance from 1 in norm."""
        overlap = self.states @ self.states.T
        rounding = (self._rounding + 4 * arb(UNIT)) * self.norm**2
        return overlap, frobenius(overlap - np.eye(len(overlap))) + rounding

    def ritz_values(self, levels: int) -> list[arb]:
        """Return upper bounds of the lowest levels of T + W + v0 in the sector.

        With the overlap O of the trial states at most d from 1, the k-th eigenvalue for it is the k-th one of the
        matrix times a number from 1/(1 + d) to 1/(1 - d) (Ostrowski).
        """
        overlap, distance = self._overlap
        if not distance < 1:
            raise ArithmeticError(f"trial states are orthonormal only to {distance}")
        moving = self.states * (self.squares * (pi**2 / 2))
        interaction, error = self._interaction
        matrix = symmetric((moving @ self.states.T + interaction) + self.floor * overlap)
        error += (self._rounding + 8 * arb(UNIT)) * self.norm * (frobenius(moving) + abs(arb(self.floor)) * self.norm)
        error += 4 * arb(UNIT) * (frobenius(matrix) + frobenius(interaction))
        enclosed = enclose_eigenvalues(matrix, error)
        uppers = [arb(float(value)) + enclosed.radius.upper() for value in enclosed.values[:levels]]
        return [max((upper / (1 - distance)).upper(), (upper / (1 + distance)).upper()) for upper in uppers]

    def reduced(self, sigma: float) -> tuple[Floats, arb, int]:
        """Return S as floats, a bound of its error in norm, and the number of negative eigenvalues of D."""
        check_time("counting levels of the continuum")
        kinetic = self.squares * (pi**2 / 2)
        lowest = self.floor - sigma
        gaps, slack = kinetic + lowest, 8 * UNIT * (kinetic + abs(lowest) + abs(sigma))
        below, above = gaps < -slack, gaps > slack
        if not np.all(below | above):
            raise ArithmeticError(f"sigma={sigma} is too close to an eigenvalue of T + v0")
        weights = inverse_gaps(self.squares[above], self.floor, sigma, 0.0)
        raising, error = self._square(above, weights)
        lowering, lowering_error = self._square(below, (1 - 8 * UNIT) / (slack - gaps)[below])
        interaction, interaction_error = self._interaction
        beyond, beyond_error = self.beyond
        matrix = ((interaction - lowering) + raising) + beyond
        error += lowering_error + interaction_error + beyond_error
        sizes = 2 * frobenius(interaction) + 2 * frobenius(lowering) + 2 * frobenius(raising) + frobenius(beyond)
        edge = self.squares[below].max(initial=0)
        negative = np.count_nonzero(self.model.squares[self.model.states] <= edge)
        return symmetric(matrix), error + 2 * arb(UNIT) * sizes, int(negative)

    def _square(self, chosen: np.ndarray, weights: Floats) -> tuple[Floats, arb]:
        """Return the sum over chosen states of weights times the products of W f_i and W f_j."""
        images = self.images[:, chosen]
        each = (self.image_error / arb(max(1, images.size)).sqrt()).upper()
        return weighted_square(images, weights, nextafter(float(each), inf))

    def count_below(self, sigma: float) -> int:
        """Return a proven upper bound of the number of levels below sigma."""
        matrix, error, negative = self.reduced(sigma)
        enclosed = enclose_eigenvalues(matrix, error)
        return negative - int(np.count_nonzero(enclosed.values < -nextafter(float(enclosed.radius.upper()), inf)))

    def lower_bound(self, k: int, start: float) -> float:
        """Return a proven lower bound of level k, counted from 0, near the largest that the lemma gives.

        Raises
        ------
        ArithmeticError
            If none is found.
        """
        step, high = STEP * (1 + abs(start)), start
        for _ in range(DOUBLINGS):
            low = start - step
            if self._proves(low, k):
                break
            high, step = low, 2 * step
        else:
            raise ArithmeticError(f"no lower bound of level {k} is proven near {start}")
        while high - low > SHARE * step:
            middle = (low + high) / 2
            low, high = (middle, high) if self._proves(middle, k) else (low, middle)
        return low

    def _proves(self, sigma: float, k: int) -> bool:
        """Return whether at most k levels are proven to lie below sigma; False too close to an eigenvalue of T + v0."""
        try:
            return self.count_below(sigma) <= k
        except ArithmeticError:
            return False
