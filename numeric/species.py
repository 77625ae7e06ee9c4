"""Operators on the strings of one spin species, from which the Hamiltonian of the dot is put together.

Inside one species H acts on single electrons and on pairs p < r, q < s:

    sum_p eps_p n_p + sum [(pq|rs) - (ps|rq)] c+_p c+_r c_s c_q.

All tables come from the action of c+ on strings of one or two electrons fewer; nothing loops over determinants.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import sparse

from numeric.arrays import FloatArray, IntArray
from numeric.basis import Strings
from numeric.integrals import Integrals
from numeric.symmetry import IRREPS, Combination

DENSE_BLOCK = 1500
"""Same-spin blocks up to this dimension are held as dense matrices."""
DENSE_FAMILY = 300
"""Number of strings up to which their blocks are cut from one dense matrix, which is faster than from a sparse one."""


class SpeciesBase(ABC):
    """The electrons of one spin in a dot of either kind."""

    strings: Strings

    @property
    @abstractmethod
    def energies(self) -> FloatArray:
        """Orbital energies, shape (M,)."""

    @property
    @abstractmethod
    def labels(self) -> IntArray:
        """Symmetry label of every orbital, shape (M,)."""

    @property
    def combination(self) -> Combination:
        """How labels combine."""
        return IRREPS

    @property
    @abstractmethod
    def pair_matrix(self) -> FloatArray:
        """(pq|rs) - (ps|rq) for pairs p < r and q < s, numbered r (r - 1)/2 + p from 0-based orbitals."""

    @cached_property
    def kinetic(self) -> FloatArray:
        """Sum of orbital energies of every string, shape (size,)."""
        kinetic: FloatArray = self.energies[self.strings.occupations].sum(axis=1)
        return kinetic

    @cached_property
    def same_spin(self) -> sparse.csr_array:
        """H inside the species, shape (size, size)."""
        own = np.arange(self.strings.size)
        parts = [(self.kinetic, own, own)]
        if self.strings.electrons >= 2:
            parts.append(self._interaction())
        value, row, column = (np.concatenate(part) for part in zip(*parts, strict=True))
        return sparse.csr_array((value, (row, column)), shape=(len(own), len(own)))

    def _interaction(self) -> tuple[FloatArray, IntArray, IntArray]:
        """Return value, row and column of all contributions to the interaction of two or more electrons."""
        M, n = self.strings.orbitals, self.strings.electrons
        first, second = self.strings.fewer.ladder, self.strings.ladder
        # orbital j stays the j-th free one after the higher, k-th one is filled
        j, k = np.triu_indices(M - n + 2, k=1)
        middle = first.target[:, k]
        target = second.target[middle, j]
        sign = first.added_sign[:, k] * second.added_sign[middle, j]
        p, r = first.free[:, j], first.free[:, k]
        pair = r * (r - 1) // 2 + p
        label = self.combination.product(self.labels[p], self.labels[r])
        bra, ket = np.nonzero((label[:, :, None] == label[:, None, :]).reshape(-1, len(j)))
        rest = bra // len(j)
        value = self.pair_matrix[pair.ravel()[bra], pair[rest, ket]] * sign.ravel()[bra] * sign[rest, ket]
        return value, target.ravel()[bra], target[rest, ket]

    def block(self, strings: IntArray) -> FloatArray | sparse.csr_array:
        """Return `same_spin` among some strings, given by their indices; dense unless they are many."""
        if self.strings.size <= DENSE_FAMILY:
            return self._dense[np.ix_(strings, strings)]
        part = self.same_spin[strings][:, strings]
        return part.toarray() if len(strings) <= DENSE_BLOCK else part

    @cached_property
    def _dense(self) -> FloatArray:
        dense: FloatArray = self.same_spin.toarray()
        return dense


@dataclass(frozen=True, eq=False)
class Species(SpeciesBase):
    """The electrons of one spin in a box.

    Parameters
    ----------
    strings : Strings
        Their strings.
    levels : ndarray, shape (M,)
        Orbital energies in effective Hartree.
    integrals : Integrals
        The interaction.
    """

    strings: Strings
    levels: FloatArray
    integrals: Integrals

    @property
    def energies(self) -> FloatArray:
        """Orbital energies in effective Hartree, shape (M,)."""
        return self.levels

    @property
    def labels(self) -> IntArray:
        """0 for even, 1 for odd orbitals, shape (M,)."""
        return np.arange(self.strings.orbitals) % 2

    @cached_property
    def densities(self) -> FloatArray:
        """Diagonal elements of the densities sum_p [delta(m, 0) - delta(m, 2p)] n_p, shape (size, 2M+1)."""
        table = np.zeros((self.strings.size, 2 * self.strings.orbitals + 1))
        table[:, 0] = self.strings.electrons
        table[:, 2::2] = -1.0 * self.strings.occupied
        return table

    @cached_property
    def pair_matrix(self) -> FloatArray:
        """(pq|rs) - (ps|rq) for pairs p < r and q < s."""
        r, p = np.tril_indices(self.strings.orbitals, k=-1)
        p, r = p + 1, r + 1
        value = self.integrals.value
        return value(p[:, None], p, r[:, None], r) - value(p[:, None], r, r[:, None], p)

    @cached_property
    def blocks(self) -> dict[int, FloatArray | sparse.csr_array]:
        """`same_spin` among the strings of either parity."""
        return {parity: self.block(self.strings.of_parity(parity)) for parity in (1, -1)}
