"""Levels of two electrons in the continuum, M = infinity, enclosed: no orbital is left out of the proof.

Energies are in units of 1/L^2, u = x/L. For one spin and parity, the symmetric or antisymmetric products |pq> of the
orbitals p <= q are an orthonormal basis of the whole sector, in which T is diagonal, (pi^2/2)(p^2 + q^2). Let P be
those with p^2 + q^2 <= a, Q those with a < p^2 + q^2 <= b, and R all others, infinitely many.

Lemma. Let V >= v0, G = T + v0 - sigma > 0 on Q, and theta >= 1/t with t = (pi^2/2)(b + 1) + v0 - sigma > 0. The number
of levels of H = T + V in the sector below sigma is at most the number of negative eigenvalues of the finite matrix

    S = H_PP - sigma - V_PQ (1/G - theta) V_QP - theta [(V^2)_PP - V_PP V_PP].

Proof. V is bounded, so that the form of H is that of T plus a bounded one, and the number of levels below sigma is the
largest dimension of a subspace of form domain on which <u, (H - sigma) u> is negative (Glazman). Write u = x + y + z
with parts in P, Q and R. T has no elements between them, and V >= v0 on y + z, hence

    <u, (H - sigma) u> >= <x, (H - sigma) x> + 2 Re <V x, y + z> + <y, G y> + |z|^2/theta
                       >= <x, (H - sigma) x> - <V x, G^(-1) V x>_Q - theta <V x, V x>_R

by completing two squares. P + Q + R = 1, so that P V R V P = (V^2)_PP - V_PP V_PP - V_PQ V_QP: the bound is <x, S x>.
If it is negative then x is not 0, so u -> x is one to one on such a subspace and maps it to one on which S is negative.

(V^2)_PP are one-dimensional integrals of 1/(v^2 + beta^2) (`squared_kernel`): this is where the infinitely many states
of R enter. The other side is Ritz's: the k-th eigenvalue of H_PP is at least the k-th level.

All matrices are float64 with a bound for every rounding. A matrix element is a sum of eight elements of a table of
J(m, n) times two factors of at most 1; with every J off by at most e and at most j in magnitude, it is off by at most
8 e + 80 u j. With A = V_PQ known up to a Frobenius norm delta, W = 1/G - theta rounded up and C = A W^(1/2),

    ||C C^T - float|| <= 2 delta sqrt(max W) ||C|| + delta^2 max W + (gamma_n + 8 u) ||C||_F^2,

and correspondingly for V_PP V_PP; each sum adds u times the norms of its terms.
"""

from __future__ import annotations

from functools import cached_property
from math import inf, nextafter, pi, sqrt
from typing import Final

import numpy as np
from flint import arb, ctx

from qdverify.reference.enclosure.eigenvalues import UNIT, enclose_eigenvalues, frobenius, gamma
from qdverify.reference.enclosure.float_tables import Floats, FloatTable, Integers, float_table, integral
from qdverify.reference.enclosure.interaction import ExactDot, interaction_floor
from qdverify.reference.enclosure.level_counts import (
    ContinuumLevel,
    LevelCount,
    inverse_gaps,
    symmetric,
    weighted_square,
)
from qdverify.reference.enclosure.moments import ball, enclosed_moments
from qdverify.reference.enclosure.squared_kernel import squared_moments

BITS: Final = 96


def continuum_levels(
    dot: ExactDot, two_S: int, parity: int, levels: int, *, model: int, explicit: int
) -> list[ContinuumLevel]:
    """Enclose the lowest levels of two electrons of one spin and parity at M = infinity.

    Parameters
    ----------
    dot
        Soft-Coulomb kernel; its number of orbitals is not used.
    two_S, parity
        0 or 2, and 1 or -1.
    levels
        How many.
    model, explicit
        Radii of P and of P + Q in the plane of both orbital numbers: p^2 + q^2 up to their squares.

    Raises
    ------
    ValueError
        If an argument breaks its rule, or P has fewer states than levels are asked for.
    ArithmeticError
        If no lower bound is found: the model is too small for the interaction.

    Examples
    --------
    >>> from fractions import Fraction
    >>> dot = ExactDot(Fraction(1), Fraction(1, 2), 1)
    >>> (level,) = continuum_levels(dot, 0, 1, 1, model=6, explicit=20)
    >>> f"{float(level.low):.6f} {float(level.high):.6f}"
    '11.685820 11.685821'
    """
    dot.require_soft_coulomb()
    if two_S not in (0, 2) or parity not in (1, -1):
        raise ValueError(f"two_S={two_S} must be 0 or 2, and parity={parity} 1 or -1")
    if not 2 <= model <= explicit:
        raise ValueError(f"model={model} must be at least 2, and explicit={explicit} not smaller")
    with ctx.workprec(BITS):
        return _Sector(dot, two_S, parity, model, explicit).enclosed(dot, levels)


class _Sector(LevelCount):
    """Matrices of one spin and parity."""

    def __init__(self, dot: ExactDot, two_S: int, parity: int, model: int, explicit: int) -> None:
        pairs = _pairs(two_S, parity, explicit)
        squares = (pairs**2).sum(axis=1)
        self.sign = 1 if two_S == 0 else -1
        self.inner, self.outer = pairs[squares <= model**2], pairs[squares > model**2]
        self.two_S, self.parity, self.explicit, self.listed = two_S, parity, explicit, explicit
        g, beta = ball(dot.coupling), dot.beta
        self.table = float_table(enclosed_moments(beta, 2 * explicit, bits=BITS), g)
        self.square_table = float_table(squared_moments(beta, 2 * model, bits=BITS), g**2)
        floor = interaction_floor(dot, 2, bits=BITS)
        assert floor is not None  # only a contact has none
        self.floor = nextafter(float(floor.lower()), -inf)
        self.interaction = self._elements(self.table, self.inner)
        self.coupling = self._elements(self.table, self.outer)
        self.tail = self._tail()

    def _elements(self, table: FloatTable, columns: Integers) -> Floats:
        """Return the elements between P and other states, row by row.

        (pq|V|rs) = c_pq c_rs [(pr|qs) +- (ps|qr)] with c = 1, or sqrt(1/2) if both orbitals are the same.
        """
        r, s = columns.T
        weight = np.where(r == s, sqrt(0.5), 1.0)
        rows = np.empty((len(self.inner), len(columns)))
        for number, (p, q) in enumerate(self.inner):
            direct, exchanged = integral(table.values, p, r, q, s), integral(table.values, p, s, q, r)
            rows[number] = (direct + self.sign * exchanged) * (weight * (sqrt(0.5) if p == q else 1.0))
        return rows

    def _tail(self) -> tuple[Floats, arb]:
        """Return (V^2)_PP - V_PP V_PP, with a bound of its error in norm."""
        square = self._elements(self.square_table, self.inner)
        product = self.interaction @ self.interaction
        size, norm, delta = len(self.inner), frobenius(self.interaction), self.inner_error
        error = size * arb(self.square_table.element_error) + 2 * delta * norm + delta**2 + gamma(size) * norm**2
        difference: Floats = square - product
        return difference, error + arb(UNIT) * (frobenius(square) + frobenius(product))

    @property
    def size(self) -> int:
        """The number of states of P."""
        return len(self.inner)

    @property
    def inner_error(self) -> arb:
        """Bound of the error of V_PP, in the Frobenius norm."""
        return len(self.inner) * arb(self.table.element_error)

    @cached_property
    def model_matrix(self) -> tuple[Floats, arb]:
        """H_PP, with a bound of its error in norm."""
        kinetic = (self.inner**2).sum(axis=1).astype(np.float64) * (pi**2 / 2)
        matrix = self.interaction + np.diag(kinetic)
        rounding = 2 * frobenius(matrix) + 6 * arb(float(kinetic.max()))
        return symmetric(matrix), self.inner_error + arb(UNIT) * rounding

    def ritz_values(self, levels: int) -> list[arb]:
        """Return upper bounds of the lowest levels."""
        matrix, error = self.model_matrix
        enclosed = enclose_eigenvalues(matrix, error)
        return [arb(float(value)) + enclosed.radius.upper() for value in enclosed.values[:levels]]

    def reduced(self, sigma: float) -> tuple[Floats, arb]:
        """Return S as floats, with a bound of its error in norm."""
        theta = self.largest_inverse(sigma)
        weights = self.weights(sigma, theta)
        square, error = weighted_square(self.coupling, weights, self.table.element_error)
        matrix, matrix_error = self.model_matrix
        tail, tail_error = self.tail
        shifted = matrix - sigma * np.eye(len(matrix))
        result = (shifted - square) - theta * tail
        error += matrix_error + arb(theta) * tail_error
        error += arb(UNIT) * (2 * frobenius(shifted) + 2 * frobenius(square) + 3 * arb(theta) * frobenius(tail))
        error += 3 * arb(UNIT) * frobenius(result)
        return symmetric(result), error

    def weights(self, sigma: float, theta: float) -> Floats:
        """Return at least 1/G - theta on Q, and at least 0."""
        return inverse_gaps((self.outer**2).sum(axis=1), self.floor, sigma, theta)


def _pairs(two_S: int, parity: int, radius: int) -> Integers:
    """Return all p <= q (p < q for a triplet) of the parity with p^2 + q^2 <= radius^2, ascending by this sum."""
    p, q = (axis.ravel() for axis in np.mgrid[1 : radius + 1, 1 : radius + 1])
    wanted = ((p <= q) if two_S == 0 else (p < q)) & (p**2 + q**2 <= radius**2) & ((-1) ** (p + q) == parity)
    pairs = np.stack([p[wanted], q[wanted]], axis=1)
    return pairs[np.argsort((pairs**2).sum(axis=1), kind="stable")]
