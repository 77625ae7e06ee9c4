"""Levels of three electrons in the continuum, M = infinity, enclosed: no orbital is left out of the proof.

Units and the idea are those of `continuum`. The states of one sector are determinants of S_z = 1/2 (doublets) or 3/2
(quartets); T is diagonal in them, (pi^2/2) n^2 with n^2 the sum of p^2 over the three orbitals. Let P be those with
n^2 <= a, Q those with a < n^2 <= b, and R all others, infinitely many. V = w_12 + w_13 + w_23 acts on pairs.

Lemma. Let V >= v0 and G = T + v0 - sigma > 0 outside P. For c >= b let F_k be the operator on functions of two
particles that is diagonal in products |pq> and at least 1/G with n^2 = p^2 + q^2 + k^2 if n^2 > b, and 0 otherwise.
The number of levels of H = T + V in the sector below sigma is at most the number of negative eigenvalues of

    S = H_PP - sigma - V_PQ (1/G) V_QP - 3 sum over k of [a_k^+ (w F_k w) a_k]_PP.

Proof. As for two electrons, <u, (H - sigma) u> >= <x, (H - sigma) x> - <V x, (1/G) V x>_Q - <V x, (1/G) V x>_R for
the part x of u in P: the form of R is |(1/G)^(1/2) R V x|^2. On all functions of three particles, not only the
antisymmetric ones, 1/G and R depend on n^2 alone and are diagonal in products, so that they commute with permutations.
Hence |(1/G)^(1/2) R w_ij x| is the same for all three pairs, x being antisymmetric, and the triangle inequality gives

    |(1/G)^(1/2) R V x|^2 <= 3 sum over pairs of |(1/G)^(1/2) R w_ij x|^2 <= 3 sum over pairs of <x, w_ij F w_ij x>,

where w_ij leaves the orbital k of the third electron as it is: F acts on the pair as F_k. A sum over pairs of an
operator that is diagonal in k is the sum over the spin orbitals k of a_k^+ (...) a_k. Thus <u, (H - sigma) u> is at
least <x, S x>, and the numbers of levels compare as in `continuum`.

F_k is theta for n^2 > c, where theta >= 1/G, and 1/G for b < n^2 <= c. With A the elements of w between the pairs of P
and all products with b < n^2 <= c, and B those with n^2 <= b,

    w F_k w = theta [w^2 - B B^T] + A (1/G - theta) A^T,

w^2 from one-dimensional integrals of 1/(v^2 + beta^2): this is where the infinitely many states enter. The factor 3 is
the price for leaving out the three-body part of V^2, w_12 w_13; it is paid beyond b only.

Spin. Determinants of S_z = 1/2 hold quartets, too. With the total spin J, all parts of S commute with J^2, so that the
doublets' negative eigenvalues are among those of S + c (J^2 - 3/4), c > 0, in which those of quartets are raised by
3c. J^2 - 3/4 = J_- J_+ is a matrix of integers. The k-th eigenvalue of H_PP + c (J^2 - 3/4) is at least the k-th
doublet if it is below everything that a quartet can have, 3c + v0 + 14 pi^2/2.

All matrices are float64 with a bound for every rounding, as in `continuum`. An element of V is a sum of at most three
elements between pairs, each at most 8 j in magnitude: three errors, and two roundings of at most 24 j. An error of at
most d in each w F_k w is one of at most 3 d in the sum, since the sum of a_k^+ a_k is 3.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from math import inf, nextafter, pi
from typing import Final

import numpy as np
from flint import arb, ctx

from qdverify.reference.enclosure.budget import check_time
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
LOWEST_QUARTET: Final = 14  # 1 + 4 + 9
PAIRS: Final = 3
SIGNS: Final = (1, -1, 1)  # of a_k on c_p^+ c_q^+ c_r^+ |0>, for k = p, q, r


def three_electron_levels(
    dot: ExactDot, two_S: int, parity: int, levels: int, *, model: int, explicit: int, paired: int
) -> list[ContinuumLevel]:
    """Enclose the lowest levels of three electrons of one spin and parity at M = infinity.

    Parameters
    ----------
    dot
        Soft-Coulomb kernel; its number of orbitals is not used.
    two_S, parity
        1 or 3, and 1 or -1.
    levels
        How many.
    model, explicit, paired
        Radii of P, of P + Q, and of the states whose pairs are listed, in the space of all three orbital numbers.

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
    >>> (level,) = three_electron_levels(dot, 1, -1, 1, model=6, explicit=14, paired=30)
    >>> f"{float(level.low):.4f} {float(level.high):.4f}"
    '34.7477 34.7477'
    """
    dot.require_soft_coulomb()
    if two_S not in (1, 3) or parity not in (1, -1):
        raise ValueError(f"two_S={two_S} must be 1 or 3, and parity={parity} 1 or -1")
    if not 3 <= model <= explicit <= paired:
        raise ValueError(f"model={model} must be at least 3, explicit={explicit} and paired={paired} not smaller")
    with ctx.workprec(BITS):
        sector = _Sector(dot, two_S, parity, model=model, explicit=explicit, paired=paired)
        return sector.enclosed(dot, levels)


@dataclass(frozen=True, eq=False)
class _Removed:
    """What is left of some states after one electron was removed.

    Attributes
    ----------
    states
        Number of each state, (n,).
    pairs
        Orbitals of the two electrons that are left, (n, 2).
    signs
        1 or -1, (n,).
    """

    states: Integers
    pairs: Integers
    signs: Floats

    @property
    def squares(self) -> Integers:
        """p^2 + q^2 of each pair."""
        result: Integers = (self.pairs**2).sum(axis=1)
        return result


@dataclass(frozen=True, eq=False)
class _PairTail:
    """What w F_k w is made of, for one spin orbital k.

    Attributes
    ----------
    removed
        States of P with k, and their pairs.
    rest, rest_error
        w^2 - B B^T, and a bound of its error in norm.
    coupling
        A.
    squares
        n^2 of each column of A.
    """

    removed: _Removed
    rest: Floats
    rest_error: arb
    coupling: Floats
    squares: Integers


class _Sector(LevelCount):
    """Matrices of one spin and parity."""

    accuracy = 1e-9

    def __init__(self, dot: ExactDot, two_S: int, parity: int, *, model: int, explicit: int, paired: int) -> None:
        states = _states(two_S, parity, explicit)
        squares = (states**2).sum(axis=1)
        self.inner, self.outer = states[squares <= model**2], states[squares > model**2]
        self.two_S, self.parity, self.explicit, self.listed = two_S, parity, explicit, paired
        g, beta = ball(dot.coupling), dot.beta
        self.table = float_table(enclosed_moments(beta, model + paired, bits=BITS), g)
        self.square_table = float_table(squared_moments(beta, 2 * model, bits=BITS), g**2)
        floor = interaction_floor(dot, 3, bits=BITS)
        assert floor is not None  # only a contact has none
        self.floor = nextafter(float(floor.lower()), -inf)
        self.interaction, self.coupling = self._elements(self.inner), self._elements(self.outer)
        self.tails = list(self._pair_tails())

    @property
    def kinds(self) -> tuple[tuple[int, ...], ...]:
        """The places in p, q, r of electrons of one spin."""
        return ((0, 1), (2,)) if self.two_S == 1 else ((0, 1, 2),)

    def alike(self, kind: tuple[int, ...]) -> bool:
        """Return whether the two electrons that are left after one of this kind was removed have the same spin."""
        return kind != (0, 1)

    @property
    def element_error(self) -> float:
        """Bound of the error of one element of V."""
        largest = float(np.abs(self.table.values).max())
        return (3 * self.table.element_error + 48 * UNIT * largest) * (1 + 8 * UNIT)

    def _elements(self, columns: Integers) -> Floats:
        """Return the elements of V between P and other states: the sum over k of a_k^+ w a_k."""
        result = np.zeros((len(self.inner), len(columns)))
        for kind in self.kinds:
            for k in np.unique(self.inner):
                left, right = _without(self.inner, kind, int(k)), _without(columns, kind, int(k))
                block = _pair_elements(self.table, left.pairs, right.pairs, alike=self.alike(kind))
                result[np.ix_(left.states, right.states)] += left.signs[:, None] * block * right.signs[None, :]
        return result

    def _pair_tails(self) -> Iterator[_PairTail]:
        for kind in self.kinds:
            for k in np.unique(self.inner):
                check_time("forming what is left of the square of the interaction")
                removed = _without(self.inner, kind, int(k))
                if len(removed.states):
                    yield self._pair_tail(removed, int(k), alike=self.alike(kind))

    def _pair_tail(self, removed: _Removed, k: int, *, alike: bool) -> _PairTail:
        """Return w^2 - B B^T and A for the pairs that are left without an electron in orbital k."""
        parity = self.parity * (-1) ** (k + 1)
        partners = _pairs(self.listed**2 - k**2, parity, alike=alike)
        squares = (partners**2).sum(axis=1) + k**2
        near = squares <= self.explicit**2
        products = _pair_elements(self.table, removed.pairs, partners, alike=alike)
        square = _pair_elements(self.square_table, removed.pairs, removed.pairs, alike=alike)
        inner = products[:, near]
        explained = inner @ inner.T
        norm, delta = frobenius(inner), arb(max(1, inner.size)).sqrt() * arb(self.table.element_error)
        error = len(square) * arb(self.square_table.element_error) + 2 * delta * norm + delta**2
        error += gamma(max(1, inner.shape[1])) * norm**2 + arb(UNIT) * (frobenius(square) + frobenius(explained))
        return _PairTail(removed, square - explained, error, products[:, ~near], squares[~near])

    @property
    def inner_error(self) -> arb:
        """Bound of the error of V_PP, in the Frobenius norm."""
        return len(self.inner) * arb(self.element_error)

    @cached_property
    def quartets(self) -> Floats:
        """J_- J_+, which is 3 for a quartet and 0 for a doublet; integers. Zero if S_z = 3/2."""
        numbers = {tuple(state): number for number, state in enumerate(self.inner.tolist())}
        result = np.zeros((len(self.inner), len(self.inner)))
        for (p, q, r), number in numbers.items():
            if p < q < r and self.two_S == 1:  # all three states of these orbitals; J_+ turns the spin of the third
                places = [number, numbers[p, r, q], numbers[q, r, p]]
                signs = np.array([1.0, -1.0, 1.0])
                result[np.ix_(places, places)] = signs[:, None] * signs[None, :]
        return result

    @property
    def size(self) -> int:
        """The number of states of P of this spin."""
        return len(self.inner) - round(float(np.trace(self.quartets)) / 3)

    @cached_property
    def model_matrix(self) -> tuple[Floats, arb]:
        """H_PP, in which quartets are raised if doublets are asked for, with a bound of its error in norm."""
        kinetic = (self.inner**2).sum(axis=1).astype(np.float64) * (pi**2 / 2)
        matrix = self.interaction + np.diag(kinetic)
        raised = matrix + self.penalty * self.quartets
        rounding = 2 * frobenius(matrix) + 6 * arb(float(kinetic.max())) + 3 * frobenius(raised)
        return symmetric(raised), self.inner_error + arb(UNIT) * rounding

    @cached_property
    def penalty(self) -> float:
        """c, a power of two so that its products with integers are exact."""
        kinetic = (self.inner**2).sum(axis=1) * (pi**2 / 2)
        return float(2.0 ** np.ceil(np.log2(np.max(kinetic + np.abs(np.diag(self.interaction))))))

    def ritz_values(self, levels: int) -> list[arb]:
        """Return upper bounds of the lowest levels."""
        matrix, error = self.model_matrix
        enclosed = enclose_eigenvalues(matrix, error)
        uppers = [arb(float(value)) + enclosed.radius.upper() for value in enclosed.values[:levels]]
        lowest_quartet = 3 * arb(self.penalty) + arb(self.floor) + LOWEST_QUARTET * arb.pi() ** 2 / 2
        if self.two_S == 1 and not all(upper < lowest_quartet for upper in uppers):
            raise ArithmeticError("the levels are not proven to be doublets")
        return uppers

    def reduced(self, sigma: float) -> tuple[Floats, arb]:
        """Return S as floats, with a bound of its error in norm."""
        weights = inverse_gaps((self.outer**2).sum(axis=1), self.floor, sigma, 0.0)
        square, error = weighted_square(self.coupling, weights, self.element_error)
        tail, tail_error = self.tail(sigma)
        matrix, matrix_error = self.model_matrix
        shifted = matrix - sigma * np.eye(len(matrix))
        result = (shifted - square) - PAIRS * tail
        error += matrix_error + PAIRS * tail_error
        error += arb(UNIT) * (2 * frobenius(shifted) + 2 * frobenius(square) + 3 * PAIRS * frobenius(tail))
        error += 3 * arb(UNIT) * frobenius(result)
        return symmetric(result), error

    def tail(self, sigma: float) -> tuple[Floats, arb]:
        """Return the sum over k of a_k^+ (w F_k w) a_k or more, with a bound of its error in norm."""
        theta = self.largest_inverse(sigma)
        total, magnitude = np.zeros_like(self.interaction), np.zeros_like(self.interaction)
        largest = arb(0)
        for part in self.tails:
            weights = inverse_gaps(part.squares, self.floor, sigma, theta)
            square, error = weighted_square(part.coupling, weights, self.table.element_error)
            block = theta * part.rest + square
            error += arb(theta) * part.rest_error
            error += arb(UNIT) * (2 * arb(theta) * frobenius(part.rest) + 2 * frobenius(block))
            largest = max(largest, error.upper())
            place, signs = np.ix_(part.removed.states, part.removed.states), part.removed.signs
            total[place] += signs[:, None] * block * signs[None, :]
            magnitude[place] += np.abs(block)
        return total, PAIRS * largest + 3 * arb(UNIT) * frobenius(magnitude)


def _states(two_S: int, parity: int, radius: int) -> Integers:
    """Return p < q and r (r > q for a quartet) with p^2 + q^2 + r^2 <= radius^2, of the parity, ascending."""
    numbers = np.arange(1, radius + 1, dtype=np.int64)
    p, q, r = (axis.ravel() for axis in np.meshgrid(numbers, numbers, numbers, indexing="ij"))
    ordered = (p < q) & ((q < r) if two_S == 3 else True)
    wanted = ordered & (p**2 + q**2 + r**2 <= radius**2) & ((-1) ** (p + q + r + 1) == parity)
    states = np.stack([p[wanted], q[wanted], r[wanted]], axis=1)
    result: Integers = states[np.argsort((states**2).sum(axis=1), kind="stable")]
    return result


def _without(states: Integers, kind: tuple[int, ...], k: int) -> _Removed:
    """Return a_k of all states with an electron of this kind in orbital k."""
    numbers, pairs, signs = [], [], []
    for place in kind:
        found = np.flatnonzero(states[:, place] == k)
        others = np.array([other for other in range(3) if other != place])
        numbers.append(found)
        pairs.append(states[np.ix_(found, others)])
        signs.append(np.full(len(found), float(SIGNS[place])))
    return _Removed(np.concatenate(numbers), np.concatenate(pairs), np.concatenate(signs))


def _pairs(square: int, parity: int, *, alike: bool) -> Integers:
    """Return all p, q of the parity with p^2 + q^2 <= square; p < q if the spins are alike."""
    radius = int(max(0, square) ** 0.5) + 1
    p, q = (axis.ravel() for axis in np.mgrid[1 : radius + 1, 1 : radius + 1])
    wanted = ((p < q) if alike else True) & (p**2 + q**2 <= square) & ((-1) ** (p + q) == parity)
    return np.stack([p[wanted], q[wanted]], axis=1)


def _pair_elements(table: FloatTable, left: Integers, right: Integers, *, alike: bool) -> Floats:
    """Return the elements of w between pairs: (pr|qs), less (ps|qr) if the spins are alike."""
    (p, q), (r, s) = left.T[:, :, None], right.T[:, None, :]
    direct = integral(table.values, p, r, q, s)
    return direct - integral(table.values, p, s, q, r) if alike else direct
