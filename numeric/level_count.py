"""How many levels a sector can have below an energy sigma, at most: the proof that a search missed none.

Let v0 be a lower bound of the interaction V, so that W = V - v0 is nowhere negative, and let F be any independent trial
vectors. Then W F G^(-1) F^T W with G = F^T W F is the part of W that F can see, and no more than W (N. W. Bazley,
Phys. Rev. 120, 144 (1960)). So with B = W F and the diagonal D = T + v0 - sigma

    H - sigma = D + W >= D + B G^(-1) B^T.

The matrix [[D, B], [B^T, -G]] has two Schur complements, this one and, of D, -S with

    S = G + B^T D^(-1) B,

and Haynsworth's inertia formula gives its number of negative eigenvalues by either: those of the right-hand side and
those of -G, which are as many as there are trial vectors; or those of D and those of -S. The first of them, and with it
the number of levels below sigma, is therefore

    n_-(D) - n_-(S) - n_0(S)   at most.

S is no larger than there are trial vectors, and one LDL factorisation counts its negative eigenvalues. D may have any
sign anywhere.

Trial vectors are the basis states of lowest kinetic energy and approximate eigenvectors. An exact eigenvector in the
span of F is one of the right-hand side too, with its own energy: near levels are counted one by one as soon as F comes
close to each. If F spans the whole sector, H - sigma itself is counted, with no bound of the interaction.

Rounding moves an element of S by less than SLACK times the lengths of its two columns, by the norm in which G and
B^T |D|^(-1) B add up; S is raised by as much, which can only raise the number.
"""

from functools import cached_property

import numpy as np
from scipy import sparse
from scipy.linalg import lapack

from numeric.arrays import FloatArray
from numeric.reference_space import ReferenceSpace

SLACK = 1e-12
"""Rounding of S, relative to what enters it."""
SHIFTS = (1e-9, 1.5e-9, 2e-9, 3e-9)
"""How far v0 may be lowered, relative to H_PP, to keep G positive and D away from zero in spite of rounding."""
ROWS = 500
"""Rows of S that are made at a time from sparse columns."""


class LevelCount:
    """An upper bound on the number of levels of a sector below any energy.

    Parameters
    ----------
    space : ReferenceSpace
        The basis states among the trial vectors.
    vectors : ndarray, shape (k, size of the sector)
        More trial vectors, such as approximate eigenvectors; their parts outside the reference space are used.
    """

    def __init__(self, space: ReferenceSpace, vectors: FloatArray) -> None:
        self.space = space
        self.hamiltonian = space.hamiltonian
        n, P = self.hamiltonian.size, space.size
        self._outer = np.zeros((n, min(len(vectors), n - P)))
        if self._outer.size:
            self._outer[P:] = np.linalg.qr(vectors[:, P:].T)[0]

    @cached_property
    def _images(self) -> FloatArray:
        """H applied to the trial vectors outside the reference space, as columns."""
        return self.hamiltonian.apply(self._outer.T).T if self._outer.size else self._outer

    def most(self, sigma: float, bound: float) -> int:
        """Return a number that the levels below sigma do not exceed.

        Parameters
        ----------
        sigma : float
            Energy in effective Hartree.
        bound : float
            Lower bound v0 of the interaction.
        """
        if self.space.size == self.hamiltonian.size:
            return self._most_in_whole(sigma)
        scale = float(np.max(np.abs(self.hamiltonian.diagonal[: self.space.size]))) + abs(bound)
        v0 = max((bound - shift * scale for shift in SHIFTS), key=lambda v0: self._least(v0 - sigma))
        free = self.hamiltonian.kinetic + v0
        S, lengths = self._complement(free, free - sigma)
        S[np.diag_indices(len(S))] += SLACK * lengths
        return int(np.count_nonzero(free < sigma)) - inertia(S)[0]

    def _most_in_whole(self, sigma: float) -> int:
        shifted = _dense(self.space.columns)
        shifted[np.diag_indices(len(shifted))] -= sigma + SLACK * (np.max(np.abs(shifted)) + abs(sigma))
        return sum(inertia(shifted))

    def _least(self, shift: float) -> float:
        return float(np.min(np.abs(self.hamiltonian.kinetic + shift)))

    def _complement(self, free: FloatArray, D: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return S, and the squared length of every column in the norm of the module; free is T + v0."""
        P, outer = self.space.size, self._outer
        inner = _minus_diagonal(self.space.columns, free[:P])
        images = self._images - free[:, None] * outer
        weighted = images / D[:, None]
        S = np.empty((P + outer.shape[1],) * 2)
        S[:P, :P] = _dense(inner[:P])
        S[:P, P:] = images[:P] + inner.T @ weighted
        S[P:, :P] = S[:P, P:].T
        G = np.concatenate([S.diagonal()[:P], np.einsum("qk,qk->k", outer, images)])
        S[P:, P:] = outer.T @ images + images.T @ weighted
        lengths = np.concatenate([_add_gram(S[:P, :P], inner, D), np.abs(images * weighted).sum(axis=0)])
        return S, G + lengths


def inertia(S: FloatArray) -> tuple[int, int]:
    """Return how many negative and how many zero eigenvalues a symmetric matrix has, from its LDL factorisation.

    Overwrites the matrix. A two-by-two block of the factorisation has one eigenvalue of either sign.

    Raises
    ------
    OverflowError
        If an element is not finite.
    """
    if not np.all(np.isfinite(S)):
        raise OverflowError("the count of levels overflows")
    factors, pivots, _ = lapack.dsytrf(S.T, lower=1, lwork=64 * len(S), overwrite_a=1)
    single = factors.diagonal()[pivots > 0]
    pairs = np.count_nonzero(pivots < 0) // 2
    return int(np.count_nonzero(single < 0.0) + pairs), int(np.count_nonzero(single == 0.0))


def _minus_diagonal(columns: FloatArray | sparse.csr_array, diagonal: FloatArray) -> FloatArray | sparse.csr_array:
    if isinstance(columns, np.ndarray):
        columns = columns.copy()
        columns[np.diag_indices(len(diagonal))] -= diagonal
        return columns
    return sparse.csr_array(columns - sparse.diags_array(diagonal, shape=columns.shape))


def _add_gram(S: FloatArray, inner: FloatArray | sparse.csr_array, D: FloatArray) -> FloatArray:
    """Add B^T D^(-1) B to S; return the diagonal of B^T |D|^(-1) B."""
    if isinstance(inner, np.ndarray):
        scaled = inner / np.sqrt(np.abs(D))[:, None]
        # the product of a matrix with its own transpose takes half the time; D ascends
        negative = int(np.searchsorted(D, 0.0))
        above, below = scaled[negative:].T @ scaled[negative:], scaled[:negative].T @ scaled[:negative]
        S += above
        S -= below
        diagonal: FloatArray = above.diagonal() + below.diagonal()
        return diagonal
    weighted, left = sparse.diags_array(1.0 / D) @ inner, inner.T.tocsr()
    for start in range(0, len(S), ROWS):
        S[start : start + ROWS] += (left[start : start + ROWS] @ weighted).toarray()
    lengths: FloatArray = inner.power(2).T @ (1.0 / np.abs(D))
    return lengths


def _dense(matrix: FloatArray | sparse.csr_array) -> FloatArray:
    return matrix.copy() if isinstance(matrix, np.ndarray) else matrix.toarray()
