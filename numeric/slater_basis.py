"""The full Slater basis of N electrons in 2M spin orbitals, with all S_z together: the basis of [J96].

Nothing here is shared with `basis`, `species`, `lattice` or `hamiltonian`: determinants are bit patterns, spin-up
orbitals being bits 0..M-1 and spin-down orbitals bits M..2M-1, creators ascending from the left. H is put together from
annihilators of pairs,

    H = sum_k eps_k n_k + sum_{k<l, k'<l'} (<k'l'|V|kl> - <k'l'|V|lk>) (c_l' c_k')+ (c_l c_k)
"""

from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

import numpy as np
from scipy import sparse

from numeric.arrays import FloatArray, IntArray
from numeric.dot import Dot
from numeric.integrals import Integrals


@dataclass(frozen=True, eq=False)
class SlaterBasis:
    """All determinants of `electrons` electrons in 2 `orbitals` spin orbitals, at most 62 of them."""

    orbitals: int
    electrons: int

    @cached_property
    def patterns(self) -> IntArray:
        """Bit patterns, ascending, shape (C(2M, N),)."""
        # c_k leads from no electrons to no state
        chosen = combinations(range(2 * self.orbitals), self.electrons) if self.electrons >= 0 else iter(())
        return np.sort(np.array([sum(1 << k for k in occupied) for occupied in chosen], dtype=np.int64))

    @property
    def size(self) -> int:
        """Number of determinants, the rank of [J96]."""
        return len(self.patterns)

    @cached_property
    def two_Sz(self) -> IntArray:
        """Twice S_z of every determinant, shape (size,)."""
        up: IntArray = np.bitwise_count(self.patterns & ((1 << self.orbitals) - 1)).astype(np.int64)
        two_Sz: IntArray = 2 * up - self.electrons
        return two_Sz

    @cached_property
    def fewer(self) -> "SlaterBasis":
        """The basis of one electron fewer."""
        return SlaterBasis(self.orbitals, self.electrons - 1)

    @cached_property
    def annihilators(self) -> list[sparse.csr_array]:
        """c_k of every spin orbital k, each of shape (fewer.size, size)."""
        return [self._annihilator(k) for k in range(2 * self.orbitals)]

    def _annihilator(self, k: int) -> sparse.csr_array:
        column = np.flatnonzero(self.patterns >> k & 1)
        pattern = self.patterns[column]
        row = np.searchsorted(self.fewer.patterns, pattern ^ (1 << k))
        sign = 1.0 - 2.0 * (np.bitwise_count(pattern & ((1 << k) - 1)) % 2)
        return sparse.csr_array((sign, (row, column)), shape=(self.fewer.size, self.size))

    @cached_property
    def spin_raising(self) -> sparse.csr_array:
        """S+ = sum_p c+_{p,up} c_{p,down}, shape (size, size)."""
        M = self.orbitals
        total = sparse.csr_array((self.size, self.size))
        for up, down in zip(self.annihilators[:M], self.annihilators[M:], strict=True):
            total = total + up.T @ down
        return sparse.csr_array(total)

    def add(self, weights: FloatArray) -> sparse.csr_array:
        """Return sum_{n,sigma} w_n c+_{n,sigma} from the basis of one electron fewer, shape (size, fewer.size)."""
        total = sparse.csr_array((self.size, self.fewer.size))
        for k, annihilator in enumerate(self.annihilators):
            total = total + float(weights[k % self.orbitals]) * annihilator.T
        return sparse.csr_array(total)


@dataclass(frozen=True, eq=False)
class SlaterHamiltonian:
    """H of a dot in the full Slater basis."""

    dot: Dot
    integrals: Integrals
    basis: SlaterBasis

    @cached_property
    def kinetic(self) -> FloatArray:
        """Kinetic energy of every determinant, shape (size,)."""
        M = self.dot.orbitals
        occupied = self.basis.patterns[:, None] >> np.arange(2 * M) & 1
        kinetic: FloatArray = occupied.astype(np.float64) @ np.tile(self.dot.orbital_energies, 2)
        return kinetic

    @cached_property
    def _pairs(self) -> tuple[sparse.csr_array, FloatArray]:
        """All c_l c_k, k < l, one below the other, and the matrix of the interaction between the pairs (k, l)."""
        M, basis = self.dot.orbitals, self.basis
        first, second = np.triu_indices(2 * M, k=1)
        pairs = zip(first.tolist(), second.tolist(), strict=True)
        stack = sparse.vstack([basis.fewer.annihilators[j] @ basis.annihilators[i] for i, j in pairs])
        g = self.integrals.tensor()
        (s, p), (t, r) = np.divmod(first, M), np.divmod(second, M)
        # axes: pair created (k', l'), pair annihilated (k, l); p, r are orbitals, s, t spins
        same = (s[:, None] == s) & (t[:, None] == t)
        crossed = (s[:, None] == t) & (t[:, None] == s)
        direct = g[p[:, None], p, r[:, None], r]
        exchange = g[p[:, None], r, r[:, None], p]
        return sparse.csr_array(stack), direct * same - exchange * crossed

    @cached_property
    def scale(self) -> float:
        """Upper bound of the size of an eigenvalue, in effective Hartree: H applied to a vector is rounded by this."""
        scale = float(np.max(self.kinetic))
        N = self.basis.electrons
        if N >= 2:
            scale += 0.5 * N * (N - 1) * float(np.max(np.sum(np.abs(self._pairs[1]), axis=1)))
        return scale

    def apply(self, vector: FloatArray) -> FloatArray:
        """Return H applied to a vector, shape (size,)."""
        result = self.kinetic * vector
        if self.basis.electrons >= 2:
            stack, interaction = self._pairs
            pairs = (stack @ vector).reshape(len(interaction), -1)
            result = result + stack.T @ (interaction @ pairs).ravel()
        return result
