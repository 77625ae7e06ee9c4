"""Operators on the strings of one spin species, from which the Hamiltonian of the dot is put together.

Inside one species H acts on single electrons and on pairs p < r, q < s:

    sum_p eps_p n_p + sum [(pq|rs) - (ps|rq)] c+_p c+_r c_s c_q.

All tables come from the action of c+ on strings of one or two electrons fewer; nothing loops over determinants.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import sparse

from numeric.arrays import FloatArray, IntArray
from numeric.basis import Strings
from numeric.integrals import Integrals

DENSE_BLOCK = 1500
"""Same-spin blocks up to this dimension are held as dense matrices."""


@dataclass(frozen=True, eq=False)
class Species:
    """The electrons of one spin in a dot.

    Parameters
    ----------
    strings : Strings
        Their strings.
    energies : ndarray, shape (M,)
        Orbital energies in effective Hartree.
    integrals : Integrals
        The interaction.
    """

    strings: Strings
    energies: FloatArray
    integrals: Integrals

    @cached_property
    def kinetic(self) -> FloatArray:
        """Sum of orbital energies of every string, shape (size,)."""
        kinetic: FloatArray = self.energies[self.strings.occupations].sum(axis=1)
        return kinetic

    @cached_property
    def densities(self) -> FloatArray:
        """Diagonal elements of the densities sum_p [delta(m, 0) - delta(m, 2p)] n_p, shape (size, 2M+1)."""
        table = np.zeros((self.strings.size, 2 * self.strings.orbitals + 1))
        table[:, 0] = self.strings.electrons
        table[:, 2::2] = -1.0 * self.strings.occupied
        return table

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
        even = (p + r) % 2 == 0
        bra, ket = np.nonzero((even[:, :, None] == even[:, None, :]).reshape(-1, len(j)))
        rest = bra // len(j)
        value = self._pair_matrix[pair.ravel()[bra], pair[rest, ket]] * sign.ravel()[bra] * sign[rest, ket]
        return value, target.ravel()[bra], target[rest, ket]

    @cached_property
    def _pair_matrix(self) -> FloatArray:
        """(pq|rs) - (ps|rq) for pairs p < r and q < s, numbered r (r - 1)/2 + p from 0-based orbitals."""
        r, p = np.tril_indices(self.strings.orbitals, k=-1)
        p, r = p + 1, r + 1
        value = self.integrals.value
        return value(p[:, None], p, r[:, None], r) - value(p[:, None], r, r[:, None], p)

    @cached_property
    def blocks(self) -> dict[int, FloatArray | sparse.csr_array]:
        """`same_spin` among the strings of either parity."""
        blocks: dict[int, FloatArray | sparse.csr_array] = {}
        for parity in (1, -1):
            index = self.strings.of_parity(parity)
            part = self.same_spin[index][:, index]
            blocks[parity] = part.toarray() if len(index) <= DENSE_BLOCK else part
        return blocks
