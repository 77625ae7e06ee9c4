"""Operators on the strings of one spin of a dot given by integrals, for any labels: see `species`."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import sparse

from numeric.arrays import FloatArray, IntArray
from numeric.basis import Strings
from numeric.eigenorbitals import Eigenorbitals
from numeric.species import SpeciesBase
from numeric.symmetry import Combination


@dataclass(frozen=True, eq=False)
class OneSpin(SpeciesBase):
    """The electrons of one spin in the eigenorbitals of a dot."""

    strings: Strings
    orbitals: Eigenorbitals

    @property
    def energies(self) -> FloatArray:
        """Orbital energies, shape (M,)."""
        return self.orbitals.energies

    @property
    def labels(self) -> IntArray:
        """Symmetry label of every orbital, shape (M,)."""
        return self.orbitals.labels

    @property
    def combination(self) -> Combination:
        """How labels combine."""
        return self.orbitals.combination

    @cached_property
    def string_labels(self) -> IntArray:
        """Product of the labels of every string's orbitals, shape (size,)."""
        return self.strings.labels_from(self.orbitals.labels, self.combination)

    @cached_property
    def fewer_labels(self) -> IntArray:
        """The same of the strings of one electron fewer, shape (fewer strings,)."""
        return self.strings.fewer.labels_from(self.orbitals.labels, self.combination)

    @cached_property
    def _blocks(self) -> dict[int, FloatArray | sparse.csr_array]:
        return {}

    def block_of(self, label: int) -> FloatArray | sparse.csr_array:
        """Return `block` of the strings of one label, which all sectors share."""
        if label not in self._blocks:
            self._blocks[label] = self.block(np.flatnonzero(self.string_labels == label))
        return self._blocks[label]

    @cached_property
    def pair_matrix(self) -> FloatArray:
        """(pq|rs) - (ps|rq) for pairs p < r and q < s, numbered r (r - 1)/2 + p from 0-based orbitals."""
        r, p = np.tril_indices(self.strings.orbitals, k=-1)
        g = self.orbitals.two_body
        matrix: FloatArray = g[p[:, None], p, r[:, None], r] - g[p[:, None], r, r[:, None], p]
        return matrix
