"""Slater determinants as pairs of strings, and the symmetry sectors that they span.

A string is a set of occupied orbitals p_1 < ... < p_n of one spin, |a> = c+_{p_1} ... c+_{p_n} |0>, numbered in colexical
order (index = sum_i C(p_i, i), 0-based orbitals, i = 1..n). A determinant is |a, b> = A+_a B+_b |0>: all up creators,
ascending, left of all down creators. A state of definite S_z is a matrix C[a, b].

The Hamiltonian conserves S_z and the reflection x -> L - x, under which phi_n has parity (-1)^(n+1). At S_z = 0 it
commutes with the exchange of the two spins too: a state of total spin S has C^T = (-1)^S C.
"""

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Sign = Literal[-1, 1]
IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Strings:
    """All strings of `electrons` electrons of one spin in `orbitals` orbitals."""

    orbitals: int
    electrons: int

    @property
    def size(self) -> int:
        """Number of strings, C(M, n)."""
        return math.comb(self.orbitals, self.electrons)

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
        odd_orbitals = np.count_nonzero(self.occupations % 2 == 1, axis=1)
        return 1 - 2 * (odd_orbitals % 2)

    def of_parity(self, parity: int) -> IntArray:
        """Indices of the strings of one parity, ascending."""
        return np.flatnonzero(self.parities == parity)


@dataclass(frozen=True, eq=False)
class Creation:
    """The matrix elements of c+_p from n-strings to (n+1)-strings.

    Row c lists the orbitals p that string c leaves free: c+_p |c> = sign |target>.
    """

    orbital: IntArray
    target: IntArray
    sign: FloatArray


def creation(strings: Strings) -> Creation:
    """Return the action of every c+_p on every string, tables of shape (size, M - n)."""
    M, n = strings.orbitals, strings.electrons
    occupations = strings.occupations
    orbital = np.nonzero(~strings.occupied)[1].reshape(strings.size, M - n)
    below = np.cumsum(strings.occupied, axis=1)[np.arange(strings.size)[:, None], orbital]
    choose = _binomials(M, n + 2)
    place = np.arange(n)
    kept = _cumulative(choose[occupations, place + 1])
    shifted = _cumulative(choose[occupations, place + 2])
    rows = np.arange(strings.size)[:, None]
    target = kept[rows, below] + choose[orbital, below + 1] + (shifted[:, -1:] - shifted[rows, below])
    return Creation(orbital, target, 1.0 - 2.0 * (below % 2))


def _binomials(largest: int, order: int) -> IntArray:
    return np.array([[math.comb(p, k) for k in range(order + 1)] for p in range(largest + 1)], dtype=np.int64)


def _cumulative(terms: IntArray) -> IntArray:
    """Return sums of the first 0, 1, ..., n terms of every row."""
    return np.concatenate([np.zeros((len(terms), 1), dtype=np.int64), np.cumsum(terms, axis=1)], axis=1)


@dataclass(frozen=True, eq=False)
class Sector:
    """States of given numbers of up and down electrons, reflection parity and, at S_z = 0, exchange symmetry.

    A coefficient matrix C[a, b] has two non-zero blocks: even up strings with down strings of the parity that completes
    the sector's, and odd ones likewise. With exchange symmetry the basis states are (|a,b> + exchange |b,a>)/sqrt 2 for
    a < b and, if exchange = +1, |a,a>; a sector vector packs one coefficient for each.

    Parameters
    ----------
    up, down : Strings
        The strings of either spin.
    parity : {-1, 1}
        Total reflection parity.
    exchange : {-1, 0, 1}
        Symmetry C^T = exchange C; 0 imposes none and is the only choice for S_z != 0.
    """

    up: Strings
    down: Strings
    parity: Sign
    exchange: Literal[-1, 0, 1] = 0

    @cached_property
    def blocks(self) -> tuple[tuple[IntArray, IntArray], tuple[IntArray, IntArray]]:
        """String indices (up, down) of the two blocks."""
        return (
            (self.up.of_parity(1), self.down.of_parity(self.parity)),
            (self.up.of_parity(-1), self.down.of_parity(-self.parity)),
        )

    @cached_property
    def packing(self) -> list[tuple[IntArray, IntArray]]:
        """Positions in each flattened block of the packed pairs (a, b) and of their mirror images (b, a)."""
        if self.exchange == 0:
            return [(np.arange(len(up) * len(down)),) * 2 for up, down in self.blocks]
        if self.parity == -1:
            # the second block is the first one's mirror image as a whole
            rows, columns = (len(strings) for strings in self.blocks[0])
            mirror = np.arange(rows * columns).reshape(columns, rows).T.ravel()
            return [(np.arange(rows * columns), mirror)]
        pairs = []
        for up, _ in self.blocks:
            a, b = np.triu_indices(len(up), k=0 if self.exchange == 1 else 1)
            pairs.append((a * len(up) + b, b * len(up) + a))
        return pairs

    @cached_property
    def scale(self) -> FloatArray:
        """Coefficient C[a, b] of a basis state in its own determinant: 1/sqrt 2 where it has a mirror image, else 1."""
        if self.exchange == 0:
            return np.ones(self.size)
        return np.where(self.alpha == self.beta, 1.0, math.sqrt(0.5))

    @cached_property
    def size(self) -> int:
        """Dimension of the sector."""
        return sum(len(positions) for positions, _ in self.packing)

    @cached_property
    def alpha(self) -> IntArray:
        """Up string of every basis state, shape (size,)."""
        parts = zip(self.blocks, self.packing, strict=False)
        return np.concatenate([up[positions // max(len(down), 1)] for (up, down), (positions, _) in parts])

    @cached_property
    def beta(self) -> IntArray:
        """Down string of every basis state, shape (size,)."""
        parts = zip(self.blocks, self.packing, strict=False)
        return np.concatenate([down[positions % max(len(down), 1)] for (_, down), (positions, _) in parts])

    def unpack(self, vectors: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return the two blocks of sector vectors, shape (size, v), as arrays of shape (up, down, v)."""
        v = vectors.shape[1]
        scaled = vectors * self.scale[:, None] if self.exchange else vectors
        parts: list[FloatArray] = []
        start = 0
        for (up, down), (positions, mirror) in zip(self.blocks, self.packing, strict=False):
            part = scaled[start : start + len(positions)]
            start += len(positions)
            if self.exchange == 0 or self.parity == -1:
                parts.append(part.reshape(len(up), len(down), v))
                continue
            block = np.zeros((len(up) * len(down), v))
            block[mirror] = self.exchange * part
            block[positions] = part
            parts.append(block.reshape(len(up), len(down), v))
        if len(parts) == 1:
            parts.append(self.exchange * np.ascontiguousarray(parts[0].swapaxes(0, 1)))
        return parts[0], parts[1]

    def matrix(self, vector: FloatArray) -> FloatArray:
        """Return one sector vector as the coefficient matrix C[a, b], shape (up strings, down strings)."""
        C = np.zeros((self.up.size, self.down.size))
        for (up, down), block in zip(self.blocks, self.unpack(vector[:, None]), strict=True):
            C[np.ix_(up, down)] = block[:, :, 0]
        return C


def sectors(up: Strings, down: Strings, *, exchange: bool) -> list[Sector]:
    """Return the non-empty sectors of all parities, split by exchange symmetry if asked for (S_z = 0 only)."""
    symmetries: tuple[Literal[-1, 0, 1], ...] = (1, -1) if exchange else (0,)
    parities: tuple[Sign, ...] = (1, -1)
    candidates = [Sector(up, down, parity, symmetry) for symmetry in symmetries for parity in parities]
    return [sector for sector in candidates if sector.size]
