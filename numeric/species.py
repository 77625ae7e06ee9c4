"""Operators on the strings of one spin species, from which the Hamiltonian of the dot is put together.

With E_pq = c+_p c_q of one species, its density operators are

    rho_m = sum_{|p-q| = m} E_pq - sum_{p+q = m} E_pq,   m = 0..2M,

so that the interaction between the species is sum_{m,m'} J(m, m') rho_m^up rho_m'^down with the couplings J of
`integrals`. Inside one species the interaction acts on pairs, p < r and q < s:

    sum [(pq|rs) - (ps|rq)] c+_p c+_r c_s c_q.

rho_m changes the reflection parity of a string if m is odd, and keeps it if m is even. All tables come from the action of
c+ on strings of one or two electrons fewer; nothing loops over determinants.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import sparse

from numeric.basis import Creation, FloatArray, IntArray, Strings, creation
from numeric.integrals import Integrals

DENSE_BLOCK = 1500
"""Same-spin blocks up to this dimension are held as dense matrices."""


@dataclass(frozen=True, eq=False)
class Excitations:
    """All E_pq |a> = sign |target>, tables of shape (strings, n (M - n + 1)), 0-based p and q."""

    target: IntArray
    p: IntArray
    q: IntArray
    sign: FloatArray


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
        """Diagonal elements <a|rho_m|a>, shape (size, 2M+1)."""
        n, M = self.strings.electrons, self.strings.orbitals
        table = np.zeros((self.strings.size, 2 * M + 1))
        table[:, 0] = n
        table[:, 2::2] = -1.0 * self.strings.occupied
        return table

    @cached_property
    def _creation(self) -> Creation:
        return creation(Strings(self.strings.orbitals, self.strings.electrons - 1))

    @cached_property
    def excitations(self) -> Excitations:
        """The action of every E_pq on every string."""
        table, n, size = self._creation, self.strings.electrons, self.strings.size
        # every string is the target of exactly n creations
        place = np.argsort(table.target, axis=None, kind="stable").reshape(size, n)
        row = place // table.target.shape[1]
        q, sign = table.orbital.ravel()[place], table.sign.ravel()[place]
        shape = (size, n * table.target.shape[1])
        return Excitations(
            target=table.target[row].reshape(shape),
            p=table.orbital[row].reshape(shape),
            q=np.broadcast_to(q[:, :, None], table.orbital[row].shape).reshape(shape),
            sign=(table.sign[row] * sign[:, :, None]).reshape(shape),
        )

    @cached_property
    def same_spin(self) -> sparse.csr_array:
        """Kinetic energy and interaction inside the species, shape (size, size)."""
        diagonal = sparse.diags_array(self.kinetic, format="csr")
        if self.strings.electrons < 2:
            return diagonal
        M, n, size = self.strings.orbitals, self.strings.electrons, self.strings.size
        first = creation(Strings(M, n - 2))
        second = self._creation
        j, k = np.triu_indices(M - n + 2, k=1)
        middle = first.target[:, k]
        # orbital j stays j-th in the free list after the higher orbital k is filled
        target = second.target[middle, j]
        sign = first.sign[:, k] * second.sign[middle, j]
        p, r = first.orbital[:, j], first.orbital[:, k]
        pair = r * (r - 1) // 2 + p
        even = (p + r) % 2 == 0
        row, column = np.nonzero((even[:, :, None] == even[:, None, :]).reshape(-1, len(j)))
        rest = row // len(j)
        values = self._pair_matrix[pair.ravel()[row], pair[rest, column]] * sign.ravel()[row] * sign[rest, column]
        entries = (values, (target.ravel()[row], target[rest, column]))
        return diagonal + sparse.coo_array(entries, shape=(size, size)).tocsr()

    @cached_property
    def _pair_matrix(self) -> FloatArray:
        """(pq|rs) - (ps|rq) for pairs p < r and q < s, pair number r (r - 1)/2 + p."""
        r, p = np.tril_indices(self.strings.orbitals, k=-1)
        p, r = p + 1, r + 1
        value = self.integrals.value
        return value(p[:, None], p, r[:, None], r) - value(p[:, None], r, r[:, None], p)

    def block(self, parity: int) -> FloatArray | sparse.csr_array:
        """Return `same_spin` among the strings of one parity."""
        index = self.strings.of_parity(parity)
        part = self.same_spin[index][:, index]
        return part.toarray() if len(index) <= DENSE_BLOCK else part

    def density_stack(self, target_parity: int, source_parity: int) -> sparse.csr_array:
        """Return all rho_m from strings of one parity to those of another, one below the other.

        Shape (m * targets, sources); m runs over the even or the odd numbers of 0..2M, whichever connects the parities.
        """
        M, table = self.strings.orbitals, self._creation
        targets, sources = self.strings.of_parity(target_parity), self.strings.of_parity(source_parity)
        number = np.empty(self.strings.size, dtype=np.int64)
        number[targets] = np.arange(len(targets))
        number[sources] = np.arange(len(sources))
        # index order: string of n-1 electrons, creation of p, annihilation of q
        keep = self.strings.parities[table.target] == target_parity
        keep = keep[:, :, None] & (self.strings.parities[table.target] == source_parity)[:, None, :]
        c, i, j = np.nonzero(keep)
        p, q = table.orbital[c, i], table.orbital[c, j]
        sign = table.sign[c, i] * table.sign[c, j]
        row, column = number[table.target[c, i]], number[table.target[c, j]]
        m = np.concatenate([np.abs(p - q), p + q + 2]) // 2
        count = M + 1 if target_parity == source_parity else M
        entries = (np.concatenate([sign, -sign]), (m * len(targets) + np.tile(row, 2), np.tile(column, 2)))
        return sparse.coo_array(entries, shape=(count * len(targets), len(sources))).tocsr()
