"""A small reference space P of low kinetic energy in a sector: start vectors, preconditioner, and a count of levels.

P holds the basis states of lowest kinetic energy T, whole configurations at a time, Q the others.

Count. Any two electrons repel by at least v, the lowest eigenvalue of the pair interaction in the M orbitals, so that
QHQ >= T_Q + v0 with v0 = v N(N-1)/2. If T_Q + v0 > sigma on all of Q, then by Haynsworth's inertia formula H has at
most as many eigenvalues below sigma as

    A = H_PP - sigma - H_PQ (T_Q + v0 - sigma)^(-1) H_QP

has negative ones. A positive semidefinite addition of rank r lifts at most r eigenvalues; so if A + tau F F^T is
positive definite, F being the P components of r vectors found, then H has at most r eigenvalues below sigma. This is
exact but for rounding, which moves eigenvalues by less than SLACK times the largest element of A.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import scipy.linalg
from scipy import sparse

from numeric.basis import FloatArray
from numeric.dot import Dot
from numeric.hamiltonian import SectorHamiltonian, sector_hamiltonians
from numeric.integrals import Integrals

SLACK = 1e-12


def pair_minimum(dot: Dot, integrals: Integrals) -> float:
    """Return the lowest eigenvalue of the interaction of two electrons in the M orbitals, in effective Hartree."""
    pairs = sector_hamiltonians(dot, 2, 0, integrals)
    return min(float(np.linalg.eigvalsh(pair.matrix() - np.diag(pair.kinetic))[0]) for pair in pairs)


@dataclass(frozen=True, eq=False)
class ReferenceSpace:
    """The basis states of a sector with the lowest kinetic energies.

    Parameters
    ----------
    hamiltonian : SectorHamiltonian
        H in the sector.
    minimum_size : int
        How many states to take at least; the last configuration is completed.
    """

    hamiltonian: SectorHamiltonian
    minimum_size: int

    @cached_property
    def size(self) -> int:
        """Dimension of P: the states of a sector are ordered by kinetic energy, P are the first of them."""
        squares = self.hamiltonian.sector.squares
        last = min(self.minimum_size, len(squares)) - 1
        return int(np.searchsorted(squares, squares[last], side="right"))

    @cached_property
    def _columns(self) -> sparse.csr_array:
        return sparse.csr_array(self.hamiltonian.columns(np.arange(self.size)))

    @cached_property
    def _block(self) -> FloatArray:
        block: FloatArray = self._columns[: self.size].toarray()
        return block

    @cached_property
    def eigenpairs(self) -> tuple[FloatArray, FloatArray]:
        """Eigenvalues and eigenvectors (columns) of H_PP."""
        values, vectors = np.linalg.eigh(self._block)
        return values, vectors

    def start(self, count: int) -> FloatArray:
        """Return the lowest eigenvectors of H_PP as sector vectors, shape (count, size of the sector)."""
        vectors = np.zeros((count, self.hamiltonian.size))
        vectors[:, : self.size] = self.eigenpairs[1][:, :count].T
        return vectors

    def precondition(self, residuals: FloatArray, values: FloatArray) -> FloatArray:
        """Return (H_0 - E)^(-1) applied to residuals; H_0 is H inside P and its diagonal in Q."""
        energies, vectors = self.eigenpairs
        unit = self.hamiltonian.up.energies[0]
        result = residuals / _away_from_zero(self.hamiltonian.diagonal - values[:, None], 2.0 * unit)
        inner = (residuals[:, : self.size] @ vectors) / _away_from_zero(energies - values[:, None], 0.02 * unit)
        result[:, : self.size] = inner @ vectors.T
        return result

    def allows_no_more(self, found: FloatArray, sigma: float, pair_bound: float) -> bool:
        """Tell whether H provably has no more eigenvalues below sigma than there are vectors found.

        Parameters
        ----------
        found : ndarray, shape (r, size of the sector)
            The vectors found.
        sigma : float
            Energy in effective Hartree.
        pair_bound : float
            Lower bound of the interaction of two electrons, `pair_minimum`.
        """
        P, sector = self.size, self.hamiltonian.sector
        N = sector.up.electrons + sector.down.electrons
        gap = self.hamiltonian.kinetic[P:] + 0.5 * N * (N - 1) * pair_bound - sigma
        if np.min(gap, initial=np.inf) <= 0.0:
            return False
        coupling = sparse.diags_array(1.0 / np.sqrt(gap)) @ self._columns[P:]
        A = self._block - (coupling.T @ coupling).toarray()
        size = np.max(np.abs(A)) + abs(sigma)
        A[np.diag_indices(P)] -= sigma + SLACK * size
        A += 10.0 * size * found[:, :P].T @ found[:, :P]
        try:
            scipy.linalg.cholesky(A, lower=True, overwrite_a=True, check_finite=False)
        except np.linalg.LinAlgError:
            return False
        return True


def _away_from_zero(values: FloatArray, least: float) -> FloatArray:
    """Return values with those nearer to zero than `least` moved to +-least."""
    return np.where(np.abs(values) < least, np.where(values < 0.0, -least, least), values)
