"""A small reference space P of low kinetic energy in a sector: start vectors and preconditioner of a search.

P holds the basis states of lowest kinetic energy T, whole configurations at a time, Q the others. The count of levels
(`level_count`) takes its columns of H too.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import sparse

from numeric.arrays import FloatArray
from numeric.hamiltonian import HamiltonianBase


@dataclass(frozen=True, eq=False)
class ReferenceSpace:
    """The basis states of a sector with the lowest kinetic energies.

    Parameters
    ----------
    hamiltonian : HamiltonianBase
        H in the sector.
    minimum_size : int
        How many states to take at least; the last configuration is completed.
    """

    hamiltonian: HamiltonianBase
    minimum_size: int

    @cached_property
    def size(self) -> int:
        """Dimension of P: the states of a sector are ordered by kinetic energy, P are the first of them."""
        shells = self.hamiltonian.shells
        last = min(self.minimum_size, len(shells)) - 1
        return int(np.searchsorted(shells, shells[last], side="right"))

    def resized(self, minimum_size: int) -> "ReferenceSpace":
        """Return the reference space of another size; a smaller one shares the columns of H."""
        other = ReferenceSpace(self.hamiltonian, minimum_size)
        if other.size <= self.size:
            other.__dict__["columns"] = self.columns[:, : other.size]
        return other

    @cached_property
    def columns(self) -> FloatArray | sparse.csr_array:
        """Columns of H of the states of P, shape (size of the sector, size); dense unless mostly zero."""
        return self.hamiltonian.columns(self.size)

    @cached_property
    def eigenpairs(self) -> tuple[FloatArray, FloatArray]:
        """Eigenvalues and eigenvectors (columns) of H_PP."""
        values, vectors = np.linalg.eigh(self._block)
        return values, vectors

    @property
    def _block(self) -> FloatArray:
        """A copy of H_PP."""
        block = self.columns[: self.size]
        return block.copy() if isinstance(block, np.ndarray) else block.toarray()

    def estimates(self, count: int) -> FloatArray:
        """Return ascending estimates of the lowest eigenvalues of H: those of H_PP, the first `count` corrected for Q.

        The correction is that of second order, - sum_q |<q|H|i>|^2/(H_qq - E_i).
        """
        energies = self.eigenpairs[0].copy()
        couplings, gaps = self._perturbation(count)
        energies[: len(gaps)] -= np.sum(couplings**2 / gaps, axis=1)
        return np.sort(energies)

    def start(self, count: int) -> FloatArray:
        """Return the lowest eigenvectors of H_PP, corrected to first order, shape (count, size of the sector)."""
        couplings, gaps = self._perturbation(count)
        return np.concatenate([self.eigenpairs[1].T[:count], -couplings / gaps], axis=1)

    @cached_property
    def _couplings(self) -> list[FloatArray]:
        """<i|H|q> as computed so far, the most of them last."""
        return []

    def _perturbation(self, count: int) -> tuple[FloatArray, FloatArray]:
        """Return <i|H|q> and H_qq - E_i, kept away from zero, for the lowest eigenvectors i of H_PP."""
        energies, vectors = self.eigenpairs
        if not self._couplings or count > len(self._couplings[-1]):
            self._couplings.append(np.ascontiguousarray((self.columns[self.size :] @ vectors[:, :count]).T))
        gaps = self.hamiltonian.diagonal[self.size :] - energies[:count, None]
        return self._couplings[-1][:count], np.maximum(gaps, 2.0 * self.hamiltonian.unit)

    def precondition(self, residuals: FloatArray, values: FloatArray) -> FloatArray:
        """Return (H_0 - E)^(-1) applied to residuals; H_0 is H inside P and its diagonal in Q."""
        energies, vectors = self.eigenpairs
        P, unit = self.size, self.hamiltonian.unit
        directions: FloatArray = self.hamiltonian.diagonal - values[:, None]
        np.maximum(directions, 2.0 * unit, out=directions)
        np.divide(residuals, directions, out=directions)
        gaps = energies - values[:, None]
        # gaps nearer to zero than 0.02 units are moved there, with their sign
        inner = residuals[:, :P] @ vectors / np.copysign(np.maximum(np.abs(gaps), 0.02 * unit), gaps)
        directions[:, :P] = inner @ vectors.T
        return directions
