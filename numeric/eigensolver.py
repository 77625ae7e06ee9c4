"""Lowest eigenpairs of a large symmetric operator by a preconditioned block Davidson method.

The search space starts from approximate eigenvectors and grows by preconditioned residuals of the lowest Ritz pairs.
When full it is restarted from the lowest Ritz vectors together with those of the step before, which keeps the
convergence close to that of an unrestarted method (A. Stathopoulos and Y. Saad, Electron. Trans. Numer. Anal. 7, 163
(1998)). Vectors are rows throughout.

Why no library: the proof that no level is missed (`numeric.reference_space`, `numeric.search`) and this iteration share
the reference space. It supplies the start vectors and the preconditioner; and if the count of levels fails, the search
continues with more vectors from a larger space instead of starting anew. ARPACK (`scipy.sparse.linalg.eigsh`) takes
neither a block of start vectors nor a preconditioner, and `scipy.sparse.linalg.lobpcg` only warns if it has not
converged.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.linalg import lapack

from numeric.arrays import FloatArray, IntArray

Operator = Callable[[FloatArray], FloatArray]
Preconditioner = Callable[[FloatArray, FloatArray], FloatArray]

MOST_PRODUCTS = 3000
"""Number of vectors that H is applied to before an iteration counts as failed."""
SHORT = 1e-300
"""Squared length up to which a direction counts as none."""
LEAST = 1e-10
"""Squared length left of normalised directions, all combined, below which a projection does not orthogonalise."""
ENOUGH = 0.01
"""Squared length left above which one projection does; in between, a second one follows."""


class NotConvergedError(RuntimeError):
    """An iteration did not reach the accuracy asked for."""


@dataclass(frozen=True, eq=False)
class EigenPairs:
    """Ritz pairs in ascending order.

    Parameters
    ----------
    values : ndarray, shape (k,)
        Ritz values.
    vectors : ndarray, shape (k, n)
        Orthonormal Ritz vectors.
    residuals : ndarray, shape (k,)
        Norms of H x - E x.
    applications : int
        Number of vectors that H was applied to.
    """

    values: FloatArray
    vectors: FloatArray
    residuals: FloatArray
    applications: int


def lowest_eigenpairs(
    apply: Operator,
    precondition: Preconditioner,
    start: FloatArray,
    *,
    tolerance: float | FloatArray,
    max_applications: int = MOST_PRODUCTS,
) -> EigenPairs:
    """Return as many of the lowest eigenpairs as there are start vectors.

    Parameters
    ----------
    apply : callable
        From vectors, shape (v, n), to H applied to them.
    precondition : callable
        From residuals, shape (v, n), and their Ritz values, shape (v,), to search directions.
    start : ndarray, shape (k, n)
        Orthonormal start vectors.
    tolerance : float or ndarray, shape (k,)
        Largest residual norm accepted, of all or of each; a pair of infinite tolerance only accompanies the others.
    max_applications : int
        Number of vectors that H may be applied to.

    Raises
    ------
    NotConvergedError
        If this number is used up before the tolerance is met.
    """
    space = _SearchSpace(apply, start)
    limits = np.broadcast_to(tolerance, (len(start),))
    every, pending = np.arange(len(start)), np.flatnonzero(np.isfinite(limits))
    while True:
        space.diagonalise()
        residuals, norms = space.residuals(pending)
        failing = norms > limits[pending]
        if not failing.any():
            # one that met its tolerance before may have moved
            pending = every
            residuals, norms = space.residuals(every)
            failing = norms > limits
            if not failing.any():
                return EigenPairs(space.values, space.ritz_vectors(every), norms, space.applications)
        if not failing.all():
            pending, residuals = pending[failing], residuals[failing]
        if space.applications + len(pending) > max_applications or space.size == len(start[0]):
            raise NotConvergedError(
                f"residual {norms.max():.1e} exceeds {np.min(tolerance):.1e} after {space.applications} products with H"
            )
        if space.room < len(pending):
            space.restart(len(pending))
        space.extend(precondition(residuals, space.values[pending])[: space.room])


def eigh(matrix: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return ascending eigenvalues and eigenvectors (columns) of a small symmetric matrix.

    By LAPACK itself: what `numpy.linalg.eigh` does around it takes as long for matrices of a few rows.

    Raises
    ------
    NotConvergedError
        If LAPACK finds none.
    """
    values, vectors, failed = lapack.dsyevd(matrix)
    if failed:
        raise NotConvergedError(f"LAPACK finds no eigenvalues of a matrix of {len(matrix)} rows")
    return values, vectors


class _SearchSpace:
    """Orthonormal vectors V, their products with H, and the Ritz vectors of two steps in coefficients of V."""

    def __init__(self, apply: Operator, start: FloatArray) -> None:
        self.apply = apply
        self.wanted = len(start)
        capacity = min(max(20, 4 * self.wanted), start.shape[1])
        self.applications = self.size = 0
        self._basis = np.empty((capacity, start.shape[1]))
        self._products = np.empty_like(self._basis)
        self._projected = np.empty((capacity, capacity))
        self._rotation = self._previous = np.empty((0, self.wanted))
        self._append(start)

    @property
    def room(self) -> int:
        """How many more directions fit."""
        return len(self._basis) - self.size

    def diagonalise(self) -> None:
        """Find the lowest Ritz values and their coefficients."""
        m, k = self.size, self.wanted
        self._previous = self._rotation[:, :k]
        energies, self._rotation = eigh(self._projected[:m, :m])
        self.values = energies[:k]

    def ritz_vectors(self, chosen: IntArray) -> FloatArray:
        """Return the Ritz vectors of some of the lowest Ritz values."""
        vectors: FloatArray = self._rotation[:, chosen].T @ self._basis[: self.size]
        return vectors

    def residuals(self, chosen: IntArray) -> tuple[FloatArray, FloatArray]:
        """Return H x - E x of some of the lowest Ritz pairs, and their lengths."""
        coefficients = self._rotation[:, chosen].T
        residuals: FloatArray = coefficients @ self._products[: self.size]
        residuals -= (self.values[chosen, None] * coefficients) @ self._basis[: self.size]
        return residuals, np.sqrt(np.einsum("kn,kn->k", residuals, residuals))

    def restart(self, room: int) -> None:
        """Keep the lowest Ritz vectors, twice as many as wanted, and those of the step before, if that leaves room."""
        m, most = self.size, max(self.wanted, len(self._basis) - room)
        old = np.zeros((m, self._previous.shape[1]))
        old[: len(self._previous)] = self._previous
        change = np.linalg.qr(np.column_stack([self._rotation[:, : 2 * self.wanted], old])[:, :most])[0].T
        self.size = n = len(change)
        self._projected[:n, :n] = change @ self._projected[:m, :m] @ change.T
        self._basis[:n] = change @ self._basis[:m]
        self._products[:n] = change @ self._products[:m]
        self._rotation = np.eye(n, self.wanted)

    def extend(self, directions: FloatArray) -> None:
        """Add directions to the space, orthonormalised against it and each other."""
        space = self._basis[: self.size + len(directions)]
        new = space[self.size :]
        new[:] = directions
        for _ in range(2):  # twice is enough
            overlaps = new @ space.T
            lengths = np.sqrt(np.maximum(overlaps.diagonal(self.size), SHORT))
            overlaps /= lengths[:, None]
            along, among = overlaps[:, : self.size], overlaps[:, self.size :]
            # the Gram matrix of what is left of directions of length 1 after projection, by the theorem of Pythagoras
            left, axes = eigh(among / lengths - along @ along.T)
            if left[0] > LEAST:
                axes /= np.sqrt(left)
                new[:] = np.concatenate([-axes.T @ along, axes.T / lengths], axis=1) @ space
            else:
                # the matrix of Householder's reflections is orthogonal even if its columns depend on each other
                new /= lengths[:, None]
                new[:] = np.linalg.qr(space.T)[0].T[self.size :]
            if left[0] > ENOUGH:
                break
        self._append(new)

    def _append(self, directions: FloatArray) -> None:
        old, new = self.size, self.size + len(directions)
        self._basis[old:new] = directions
        self._products[old:new] = self.apply(directions)
        border = self._products[:new] @ directions.T
        self._projected[:new, old:new] = border
        self._projected[old:new, :new] = border.T
        self.applications += len(directions)
        self.size = new
