"""The orbitals in which a dot given by integrals is solved: eigenvectors of its one-body part, irrep by irrep.

With c'+_k = sum_p U[p, k] c+_p the one-body part is diagonal, and the levels' proof of completeness
(`numeric.reference_space`) has a kinetic energy T to work with. A string of new orbitals is a combination of strings of
the old ones, |b'> = sum_a K[a, b] |a>, whose coefficients are the minors of U, K[a, b] = det U[occupied a, occupied b].
"""

from dataclasses import dataclass

import numpy as np

from numeric.arrays import FloatArray, IntArray
from numeric.basis import Strings
from numeric.kinds_of_dots import OrbitalDot
from numeric.symmetry import IRREPS, Combination

MOST_MINORS = 4_000_000
"""Most minors that are computed to take vectors back to the orbitals of the dot; that many take a few seconds."""
CHUNK = 1 << 18


@dataclass(frozen=True, eq=False)
class Eigenorbitals:
    """Integrals between the eigenvectors of the one-body part.

    Parameters
    ----------
    energies : ndarray, shape (M,)
        Orbital energies, shifted so that the lowest one is 0.
    shift : float
        That shift, to be added for every electron.
    two_body : ndarray, shape (M, M, M, M)
        (pq|rs) between the eigenvectors.
    vectors : ndarray, shape (M, M)
        U: the eigenvectors as columns; each belongs to one irrep.
    labels : ndarray, shape (M,)
        The irreps of the eigenvectors less 1, or their angular momenta.
    combination : Combination
        How labels combine.
    """

    energies: FloatArray
    shift: float
    two_body: FloatArray
    vectors: FloatArray
    labels: IntArray
    combination: Combination = IRREPS


def eigenorbitals(dot: OrbitalDot) -> Eigenorbitals:
    """Return the integrals of a dot between the eigenvectors of its one-body part; unchanged if that is diagonal."""
    h, M = dot.one_body, dot.orbitals
    energies, U = h.diagonal().copy(), np.eye(M)
    if np.any(h - np.diag(energies)):
        for label in np.unique(dot.labels):
            members = np.flatnonzero(dot.labels == label)
            block = np.ix_(members, members)
            energies[members], U[block] = np.linalg.eigh(h[block])
    shift = float(np.min(energies))
    return Eigenorbitals(energies - shift, shift, _rotated(dot.two_body, U), U, dot.labels, dot.combination)


def _rotated(g: FloatArray, U: FloatArray) -> FloatArray:
    """Return (pq|rs) between the columns of U, symmetric to the last digit."""
    if np.array_equal(U, np.eye(len(U))):
        return g
    for _ in range(4):
        # the first index is transformed and becomes the last; after four such steps the order is the old one
        g = np.tensordot(g, U, axes=(0, 0))
    g = 0.5 * (g + g.transpose(1, 0, 2, 3))
    g = 0.5 * (g + g.transpose(0, 1, 3, 2))
    return 0.5 * (g + g.transpose(2, 3, 0, 1))


def minors(U: FloatArray, strings: Strings) -> FloatArray:
    """Return K[a, b] = det U[occupied a, occupied b] for all strings, shape (size, size)."""
    occupied, size = strings.occupations, strings.size
    K = np.empty((size, size))
    step = max(1, CHUNK // size)
    for start in range(0, size, step):
        rows = occupied[start : start + step]
        # axes: a, b, electron of a, electron of b
        K[start : start + step] = np.linalg.det(U[rows[:, None, :, None], occupied[None, :, None, :]])
    return K
