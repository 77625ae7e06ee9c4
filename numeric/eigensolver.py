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

from numeric.arrays import FloatArray

Operator = Callable[[FloatArray], FloatArray]
Preconditioner = Callable[[FloatArray, FloatArray], FloatArray]

MOST_PRODUCTS = 3000
"""Number of vectors that H is applied to before an iteration counts as failed."""
LEAST = 1e-10
"""Squared length left of normalised directions, all combined, below which a second projection would not be enough."""


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
    tolerance: float,
    max_applications: int = MOST_PRODUCTS,
    wanted: int | None = None,
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
    tolerance : float
        Largest residual norm accepted.
    max_applications : int
        Number of vectors that H may be applied to.
    wanted : int, optional
        Number of pairs that have to meet the tolerance, all by default; the others are as good as they happen to be.

    Raises
    ------
    NotConvergedError
        If this number is used up before the tolerance is met.
    """
    space = _SearchSpace(apply, start)
    while True:
        residuals = space.step()
        norms = np.linalg.norm(residuals, axis=1)
        active = np.flatnonzero(norms[:wanted] > tolerance)
        if not active.size:
            return EigenPairs(space.values, space.vectors, norms, space.applications)
        if space.applications + len(active) > max_applications:
            raise NotConvergedError(
                f"residual {norms.max():.1e} exceeds {tolerance:.1e} after {space.applications} products with H"
            )
        if not space.fits(len(active)):
            space.restart()
        space.extend(precondition(residuals[active], space.values[active]))


class _SearchSpace:
    """Orthonormal vectors V, their products with H, and the Ritz vectors of two steps in coefficients of V."""

    def __init__(self, apply: Operator, start: FloatArray) -> None:
        self.apply = apply
        self.wanted = len(start)
        capacity = min(max(24, 8 * self.wanted), start.shape[1])
        self.applications = self.size = 0
        self._basis = np.empty((capacity, start.shape[1]))
        self._products = np.empty_like(self._basis)
        self._projected = np.empty((capacity, capacity))
        self._rotation = self._previous = np.empty((0, self.wanted))
        self._append(start)

    def fits(self, count: int) -> bool:
        return self.size + count <= len(self._basis)

    def step(self) -> FloatArray:
        """Find the lowest Ritz pairs and return their residuals."""
        m, k = self.size, self.wanted
        self._previous = self._rotation[:, :k]
        energies, self._rotation = np.linalg.eigh(self._projected[:m, :m])
        self.values = energies[:k]
        lowest = self._rotation[:, :k].T
        self.vectors = lowest @ self._basis[:m]
        residuals: FloatArray = lowest @ self._products[:m] - self.values[:, None] * self.vectors
        return residuals

    def restart(self) -> None:
        """Keep the lowest Ritz vectors, twice as many as wanted, and those of the step before."""
        m = self.size
        old = np.zeros((m, self._previous.shape[1]))
        old[: len(self._previous)] = self._previous
        change = np.linalg.qr(np.column_stack([self._rotation[:, : 2 * self.wanted], old]))[0].T
        self.size = n = len(change)
        self._projected[:n, :n] = change @ self._projected[:m, :m] @ change.T
        self._basis[:n] = change @ self._basis[:m]
        self._products[:n] = change @ self._products[:m]
        self._rotation = np.eye(n, self.wanted)

    def extend(self, directions: FloatArray) -> None:
        """Add directions to the space, orthonormalised against it and each other: twice is enough."""
        space = self._basis[: self.size + len(directions)]
        new = space[self.size :]
        lengths = np.linalg.norm(directions, axis=1, keepdims=True)
        new[:] = directions / np.where(lengths > 0.0, lengths, 1.0)
        for _ in range(2):
            overlaps = new @ space.T
            along = overlaps[:, : self.size]
            # the Gram matrix of what is left after projection, by the theorem of Pythagoras
            left = overlaps[:, self.size :] - along @ along.T
            if np.linalg.eigvalsh(left)[0] > LEAST:
                inverse = np.linalg.inv(np.linalg.cholesky(left))
                new[:] = np.column_stack([-inverse @ along, inverse]) @ space
            else:
                # the matrix of Householder's reflections is orthogonal even if its columns depend on each other
                new[:] = np.linalg.qr(space.T)[0].T[self.size :]
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
