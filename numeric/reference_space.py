"""A small reference space P of low kinetic energy in a sector: start vectors, preconditioner, and a count of levels.

P holds the basis states of lowest kinetic energy T, whole configurations at a time, Q the others.

Count. Let v0 be a lower bound of the interaction V. As V - v0 >= 0, its Schur complement is not negative either: with
G = V_PP - v0 and C = V_QP = H_QP,

    QHQ >= T_Q + v0 + C G^(-1) C^T

(N. W. Bazley, Phys. Rev. 120, 144 (1960)). With D = T + v0 - sigma positive on all of Q, Haynsworth's inertia formula
then says that H has at most as many eigenvalues below sigma as its Schur complement on P has negative ones, which is,
with X = C^T D_Q^(-1) C,

    A = D_P + G (G + X)^(-1) G.

Without the second term of the bound A would be D_P + G - X: if the interaction is strong, X exceeds G many times. If P
is the whole sector, A is H - sigma, and its Cholesky factor costs less than A for a P that is more than half of it.
A positive semidefinite addition of rank r lifts at most r eigenvalues; so if A + tau F F^T is
positive definite, F being the P components of r vectors found, then H has at most r eigenvalues below sigma. This is
exact but for rounding, which moves eigenvalues by less than SLACK times the numbers that enter A.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import scipy.linalg
from scipy import sparse

from numeric.arrays import FloatArray
from numeric.dot import Dot
from numeric.hamiltonian import HamiltonianBase, sector_hamiltonians
from numeric.integrals import Integrals, interaction_integrals

SLACK = 1e-12
"""Rounding of A, relative to what enters it."""
SHIFT = 1e-9
"""How far v0 is lowered, relative to H_PP, to keep V_PP - v0 positive in spite of rounding."""


def lower_bound(dot: Dot, electrons: int, integrals: Integrals | None = None) -> float:
    """Return a lower bound of the interaction of N electrons, in effective Hartree.

    For the dot's own soft Coulomb repulsion the bound is classical, for any other or given integrals it is the one by
    pairs.
    """
    if integrals is None and dot.kernel == "soft-coulomb" and dot.strength > 0.0:
        return classical_bound(dot, electrons)
    return pair_bound(dot, electrons, interaction_integrals(dot) if integrals is None else integrals)


def pair_bound(dot: Dot, electrons: int, integrals: Integrals) -> float:
    """Return N(N-1)/2 times the lowest eigenvalue of the interaction of two electrons in the M orbitals."""
    if electrons < 2:
        return 0.0
    pairs = sector_hamiltonians(dot, 2, 0, integrals)
    lowest = min(float(np.linalg.eigvalsh(pair.matrix() - np.diag(pair.kinetic))[0]) for pair in pairs)
    return 0.5 * electrons * (electrons - 1) * lowest


def classical_bound(dot: Dot, electrons: int) -> float:
    """Return a lower bound of the soft Coulomb repulsion, s > 0, of N points in the box, in effective Hartree.

    1/sqrt(d^2 + lambda^2) >= 1/(d + lambda); k-th neighbours are N - k pairs whose distances sum up to at most
    min(k, N - k) L, and the sum of their 1/(d + lambda) is bounded by the inequality of the harmonic mean.
    """
    N, L, width = electrons, dot.length, dot.cutoff
    return dot.strength * sum((N - k) ** 2 / (min(k, N - k) * L + (N - k) * width) for k in range(1, N))


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
            other.__dict__["_columns"] = self._columns[:, : other.size]
        return other

    @cached_property
    def _columns(self) -> FloatArray | sparse.csr_array:
        return self.hamiltonian.columns(self.size)

    @cached_property
    def eigenpairs(self) -> tuple[FloatArray, FloatArray]:
        """Eigenvalues and eigenvectors (columns) of H_PP."""
        values, vectors = np.linalg.eigh(self._block)
        return values, vectors

    @property
    def _block(self) -> FloatArray:
        """A copy of H_PP."""
        block = self._columns[: self.size]
        return block.copy() if isinstance(block, np.ndarray) else block.toarray()

    def estimates(self, count: int) -> FloatArray:
        """Return ascending estimates of the lowest eigenvalues of H: those of H_PP, the first `count` corrected for Q.

        The correction is that of second order, - sum_q |<q|H|i>|^2/(H_qq - E_i).
        """
        energies = self.eigenpairs[0].copy()
        couplings, gaps = self._perturbation(count)
        energies[:count] -= np.sum(couplings**2 / gaps, axis=0)
        return np.sort(energies)

    def start(self, count: int) -> FloatArray:
        """Return the lowest eigenvectors of H_PP, corrected to first order, shape (count, size of the sector)."""
        couplings, gaps = self._perturbation(count)
        return np.concatenate([self.eigenpairs[1][:, :count], -couplings / gaps]).T

    def _perturbation(self, count: int) -> tuple[FloatArray, FloatArray]:
        """Return <q|H|i> and H_qq - E_i, kept away from zero, for the lowest eigenvectors i of H_PP."""
        energies, vectors = self.eigenpairs
        couplings = self._columns[self.size :] @ vectors[:, :count]
        gaps = self.hamiltonian.diagonal[self.size :, None] - energies[:count]
        return couplings, np.maximum(gaps, 2.0 * self.hamiltonian.unit)

    def precondition(self, residuals: FloatArray, values: FloatArray) -> FloatArray:
        """Return (H_0 - E)^(-1) applied to residuals; H_0 is H inside P and its diagonal in Q."""
        energies, vectors = self.eigenpairs
        P, unit = self.size, self.hamiltonian.unit
        inner = (residuals[:, :P] @ vectors) / _away_from_zero(energies - values[:, None], 0.02 * unit)
        outer = residuals[:, P:] / np.maximum(self.hamiltonian.diagonal[P:] - values[:, None], 2.0 * unit)
        return np.concatenate([inner @ vectors.T, outer], axis=1)

    def effective(self, sigma: float, bound: float) -> FloatArray | None:
        """Return A of the module, or None if D is not positive on all of Q, or rounding leaves G + X not positive.

        Parameters
        ----------
        sigma : float
            Energy in effective Hartree.
        bound : float
            Lower bound v0 of the interaction.
        """
        P, T = self.size, self.hamiltonian.kinetic
        G = self._block
        if self.hamiltonian.size == P:
            # Q is empty: A is H - sigma, and no factor of G is needed
            G[np.diag_indices(P)] -= sigma + SLACK * (np.max(np.abs(G)) + abs(sigma))
            return G
        scale = np.max(np.abs(G)) + abs(bound)
        v0 = bound - SHIFT * scale
        D = T + v0 - sigma
        if np.min(D[P:], initial=np.inf) <= 0.0:
            return None
        G[np.diag_indices(P)] -= T[:P] + v0
        coupling = self._columns[P:]
        if isinstance(coupling, np.ndarray):
            coupling = coupling / np.sqrt(D[P:])[:, None]
            total = G + coupling.T @ coupling
        else:
            coupling = sparse.diags_array(1.0 / np.sqrt(D[P:])) @ coupling
            total = G + (coupling.T @ coupling).toarray()
        try:
            factor = scipy.linalg.cho_factor(total, lower=True, check_finite=False)
        except np.linalg.LinAlgError:
            return None
        W: FloatArray = scipy.linalg.cho_solve(factor, G, check_finite=False)
        A: FloatArray = G @ W
        # a relative error e of G + X moves A by no more than e |W|^2 |G + X|
        amplified = np.linalg.norm(W, 1) * np.linalg.norm(W, np.inf) * (np.max(np.abs(total)) + scale)
        A[np.diag_indices(P)] += D[:P] - SLACK * (amplified + abs(sigma))
        return A


def allows_no_more(A: FloatArray, found: FloatArray) -> bool:
    """Return whether A proves that the vectors found, (r, size), account for every eigenvalue below sigma."""
    F = found[:, : len(A)]
    try:
        scipy.linalg.cholesky(A + 10.0 * np.max(np.abs(A)) * F.T @ F, lower=True, overwrite_a=True, check_finite=False)
    except np.linalg.LinAlgError:
        return False
    return True


def negative_eigenvalues(A: FloatArray) -> int:
    """Return the number of negative eigenvalues of a symmetric matrix, from the inertia of its LDL factorisation."""
    _, D, _ = scipy.linalg.ldl(A, check_finite=False)
    return int(np.count_nonzero(scipy.linalg.eigvalsh_tridiagonal(np.diag(D), np.diag(D, -1)) < 0.0))


def _away_from_zero(values: FloatArray, least: float) -> FloatArray:
    """Return values with those nearer to zero than `least` moved to +-least."""
    return np.where(np.abs(values) < least, np.where(values < 0.0, -least, least), values)
