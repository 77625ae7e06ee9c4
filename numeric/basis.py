"""Slater determinants as pairs of strings, and the symmetry sectors that they span.

A string is a set of occupied orbitals p_1 < ... < p_n of one spin, |a> = c+_{p_1} ... c+_{p_n} |0>, numbered in
colexical order: index = sum_i C(p_i, i) with 0-based orbitals and i = 1..n. A determinant is |a, b> = A+_a B+_b |0>,
all up creators, ascending, left of all down creators. A state of definite S_z is a matrix C[a, b].

The Hamiltonian conserves S_z and the reflection x -> L - x, under which phi_n has parity (-1)^(n+1). At S_z = 0 it
commutes with the exchange of the two spins too: a state of total spin S has C^T = (-1)^S C.
"""

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from numeric.arrays import FloatArray, IntArray
from numeric.symmetry import IRREPS, Combination

Sign = Literal[-1, 1]
Exchange = Literal[-1, 0, 1]

RECENT = 16
"""Strings whose tables are kept for the next dot."""


@dataclass(frozen=True, eq=False)
class Ladder:
    """Matrix elements of c+_p from strings of n-1 to strings of n electrons, and of c_p back.

    Parameters
    ----------
    free, target, added_sign : ndarray, shape (C(M, n-1), M - n + 1)
        Row c lists the orbitals p free in string c: c+_p |c> = added_sign |target>.
    rest, orbital, removed_sign : ndarray, shape (C(M, n), n)
        Row a lists the electrons p of string a: c_p |a> = removed_sign |rest>.
    """

    free: IntArray
    target: IntArray
    added_sign: FloatArray
    rest: IntArray
    orbital: IntArray
    removed_sign: FloatArray

    def additions(self, orbitals: int) -> tuple[IntArray, FloatArray]:
        """Return target and sign of c+_p |c> for every p, shapes (C(M, n-1), orbitals); sign 0 if p is occupied."""
        target, sign = self._additions
        return target[:, :orbitals], sign[:, :orbitals]

    @cached_property
    def _additions(self) -> tuple[IntArray, FloatArray]:
        """The same for all orbitals and one that is missing, which no string can add."""
        target = np.zeros((len(self.free), self.free.shape[1] + self.rest.shape[1]), dtype=np.int64)
        sign = np.zeros(target.shape)
        np.put_along_axis(target, self.free, self.target, axis=1)
        np.put_along_axis(sign, self.free, self.added_sign, axis=1)
        return target, sign


@dataclass(frozen=True, eq=False)
class Strings:
    """All strings of `electrons` electrons of one spin in `orbitals` orbitals."""

    orbitals: int
    electrons: int

    @property
    def size(self) -> int:
        """Number of strings, C(M, n)."""
        return math.comb(self.orbitals, self.electrons)

    @property
    def more(self) -> "Strings":
        """The strings of one electron more."""
        return strings_of(self.orbitals, self.electrons + 1)

    @property
    def fewer(self) -> "Strings":
        """The strings of one electron fewer."""
        return strings_of(self.orbitals, self.electrons - 1)

    @cached_property
    def occupations(self) -> IntArray:
        """Occupied orbitals, 0-based and ascending, shape (size, electrons)."""
        lists = np.zeros((1, 0), dtype=np.int64)
        for n in range(1, self.electrons + 1):
            # the (n-1)-strings below orbital p are the first C(p, n-1) of their list
            counts = [math.comb(p, n - 1) for p in range(self.orbitals)]
            highest = np.repeat(np.arange(self.orbitals), counts)
            lower = np.concatenate([np.arange(count) for count in counts])
            lists = np.column_stack([lists[lower], highest])
        return lists

    @cached_property
    def occupied(self) -> NDArray[np.bool_]:
        """Occupation numbers, shape (size, orbitals)."""
        table = np.zeros((self.size, self.orbitals), dtype=np.bool_)
        np.put_along_axis(table, self.occupations, True, axis=1)
        return table

    @cached_property
    def parities(self) -> IntArray:
        """Reflection parity of every string, +1 or -1, shape (size,)."""
        odd: IntArray = np.count_nonzero(self.occupations % 2, axis=1) % 2
        return 1 - 2 * odd

    @cached_property
    def squares(self) -> IntArray:
        """Sum of n^2 over the occupied orbitals n = 1..M: kinetic energy in units of eps_1, shape (size,)."""
        squares: IntArray = ((self.occupations + 1) ** 2).sum(axis=1)
        return squares

    def labels_from(self, labels: IntArray, combination: Combination = IRREPS) -> IntArray:
        """Return the product of the labels of the occupied orbitals of every string, shape (size,)."""
        product: IntArray = combination.product.reduce(labels[self.occupations], axis=1)
        return product

    def of_parity(self, parity: int) -> IntArray:
        """Return the indices of the strings of one parity, ascending."""
        return np.flatnonzero(self.parities == parity)

    @cached_property
    def ladder(self) -> Ladder:
        """How these strings, of n >= 1 electrons, arise from those of n-1."""
        n, M, fewer = self.electrons, self.orbitals, self.fewer
        rows = np.arange(fewer.size)[:, None]
        free = np.nonzero(~fewer.occupied)[1].reshape(fewer.size, M - n + 1)
        below = np.cumsum(fewer.occupied, axis=1)[rows, free]
        choose = np.array([[math.comb(p, k) for k in range(n + 1)] for p in range(M)], dtype=np.int64)
        place = np.arange(n - 1)
        kept = _partial_sums(choose[fewer.occupations, place + 1])
        shifted = _partial_sums(choose[fewer.occupations, place + 2])
        target = kept[rows, below] + choose[free, below + 1] + (shifted[:, -1:] - shifted[rows, below])
        added_sign = np.where(below % 2, -1.0, 1.0)
        # every string is the target of exactly n creations
        origin = np.argsort(target, axis=None, kind="stable").reshape(self.size, n)
        rest, orbital = origin // free.shape[1], free.ravel()[origin]
        return Ladder(free, target, added_sign, rest, orbital, added_sign.ravel()[origin])


@lru_cache(maxsize=RECENT)
def strings_of(orbitals: int, electrons: int) -> Strings:
    """Return all strings of n electrons in M orbitals; dots and numbers of electrons share their tables."""
    return Strings(orbitals, electrons)


def _partial_sums(terms: IntArray) -> IntArray:
    """Return the sums of the first 0, 1, ..., n terms of every row."""
    return np.concatenate([np.zeros((len(terms), 1), dtype=np.int64), np.cumsum(terms, axis=1)], axis=1)


class SectorBase(ABC):
    """States of given numbers of up and down electrons, one spatial symmetry and, at S_z = 0, exchange symmetry.

    Basis states are determinants |a, b> of that symmetry; with exchange symmetry (|a,b> + exchange |b,a>)/sqrt 2 for a
    < b and, if exchange = +1, |a, a>. They are ordered by the sum of their orbital energies. A sector vector holds one
    coefficient for each.

    Attributes
    ----------
    up, down : Strings
        The strings of either spin.
    exchange : {-1, 0, 1}
        Symmetry C^T = exchange C; 0 imposes none and is the only choice for S_z != 0.
    """

    up: Strings
    down: Strings
    exchange: Exchange

    @property
    @abstractmethod
    def allowed(self) -> NDArray[np.bool_]:
        """Whether the spatial symmetry allows the determinant |a, b>, shape (up strings, down strings)."""

    @property
    @abstractmethod
    def irrep(self) -> int:
        """Label 1..8 of the spatial symmetry; 1 is the totally symmetric one."""

    @abstractmethod
    def energies_of(self, alpha: IntArray, beta: IntArray) -> NDArray[np.int64] | FloatArray:
        """Return the sums of orbital energies of determinants |a, b>, in any unit, shape of alpha."""

    @cached_property
    def _determinants(self) -> tuple[IntArray, IntArray]:
        allowed = self.allowed
        if self.exchange:
            allowed = np.triu(allowed, k=0 if self.exchange == 1 else 1)
        alpha, beta = np.nonzero(allowed)
        order = np.argsort(self.energies_of(alpha, beta), kind="stable")
        return alpha[order], beta[order]

    @property
    def alpha(self) -> IntArray:
        """Up string of every basis state, shape (size,)."""
        return self._determinants[0]

    @property
    def beta(self) -> IntArray:
        """Down string of every basis state, shape (size,)."""
        return self._determinants[1]

    @property
    def size(self) -> int:
        """Dimension of the sector."""
        return len(self.alpha)

    @cached_property
    def states(self) -> IntArray:
        """Basis state that holds |a, b>, shape (up strings, down strings); `size` outside the sector."""
        table = np.full((self.up.size, self.down.size), self.size)
        own = np.arange(self.size)
        if self.exchange:
            table[self.beta, self.alpha] = own
        table[self.alpha, self.beta] = own
        return table

    @cached_property
    def factors(self) -> FloatArray:
        """Coefficient C[a, b] of that basis state, shape (up strings, down strings); 0 outside the sector."""
        mirrored = (self.alpha != self.beta) if self.exchange else np.zeros(self.size, dtype=np.bool_)
        own = np.where(mirrored, math.sqrt(0.5), 1.0)
        table = np.zeros((self.up.size, self.down.size))
        if self.exchange:
            table[self.beta, self.alpha] = self.exchange * own
        table[self.alpha, self.beta] = own
        return table

    def matrix(self, vector: FloatArray) -> FloatArray:
        """Return sector vectors, shape (..., size), as matrices C[a, b], shape (..., up strings, down strings)."""
        # what lies outside the sector takes the last coefficient times zero
        coefficients: FloatArray = vector.take(self.states, axis=-1, mode="clip") * self.factors
        return coefficients

    def packed(self, coefficients: FloatArray) -> FloatArray:
        """Return the sector vector of a coefficient matrix C[a, b] of this symmetry: the inverse of `matrix`."""
        vector: FloatArray = coefficients[self.alpha, self.beta] / self.factors[self.alpha, self.beta]
        return vector


@dataclass(frozen=True, eq=False)
class Sector(SectorBase):
    """A sector of the box: its spatial symmetry is the total reflection parity, +1 or -1."""

    up: Strings
    down: Strings
    parity: Sign
    exchange: Exchange = 0

    @property
    def allowed(self) -> NDArray[np.bool_]:
        """Whether |a, b> has the parity of the sector, shape (up strings, down strings)."""
        allowed: NDArray[np.bool_] = np.multiply.outer(self.up.parities, self.down.parities) == self.parity
        return allowed

    @property
    def irrep(self) -> int:
        """Label 1 for even, 2 for odd states."""
        return 1 if self.parity == 1 else 2

    def energies_of(self, alpha: IntArray, beta: IntArray) -> IntArray:
        """Return the kinetic energies of determinants in units of eps_1."""
        return self.up.squares[alpha] + self.down.squares[beta]

    @cached_property
    def squares(self) -> IntArray:
        """Kinetic energy of every basis state in units of eps_1, ascending, shape (size,)."""
        return self.energies_of(self.alpha, self.beta)


@dataclass(frozen=True, eq=False)
class IrrepSector(SectorBase):
    """A sector of a dot given by integrals: its spatial symmetry is one irrep of up to eight, or one L_z.

    Parameters
    ----------
    up, down : Strings
        The strings of either spin.
    label : int
        The irrep less 1, or L_z.
    labels : ndarray, shape (M,)
        The labels of the orbitals.
    energies : ndarray, shape (M,)
        The orbital energies by which the basis states are ordered.
    exchange : {-1, 0, 1}
        As in `SectorBase`.
    combination : Combination
        How labels combine.
    """

    up: Strings
    down: Strings
    label: int
    labels: IntArray
    energies: FloatArray
    exchange: Exchange = 0
    combination: Combination = IRREPS

    @property
    def allowed(self) -> NDArray[np.bool_]:
        """Whether the labels of the orbitals of |a, b> multiply to that of the sector."""
        up, down = (strings.labels_from(self.labels, self.combination) for strings in (self.up, self.down))
        allowed: NDArray[np.bool_] = self.combination.product.outer(up, down) == self.label
        return allowed

    @property
    def irrep(self) -> int:
        """Label 1..8 of the sector; 1 for even and 2 for odd L_z."""
        return 1 + self.label % self.combination.irreps

    def energies_of(self, alpha: IntArray, beta: IntArray) -> FloatArray:
        """Return the sums of orbital energies of determinants."""
        up, down = (self.energies[strings.occupations].sum(axis=1) for strings in (self.up, self.down))
        energies: FloatArray = up[alpha] + down[beta]
        return energies


def sectors(up: Strings, down: Strings, *, exchange: bool) -> list[Sector]:
    """Return the non-empty sectors of all parities, split by exchange symmetry if asked for (S_z = 0 only)."""
    symmetries: tuple[Exchange, ...] = (1, -1) if exchange else (0,)
    parities: tuple[Sign, ...] = (1, -1)
    candidates = [Sector(up, down, parity, symmetry) for symmetry in symmetries for parity in parities]
    return [sector for sector in candidates if sector.size]
