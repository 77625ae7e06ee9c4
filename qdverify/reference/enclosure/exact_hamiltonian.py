"""What a proof needs of a Hamiltonian, whatever the dot is made of: types that the box and integrals both satisfy."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from flint import arb
from numpy.typing import NDArray

from qdverify.reference.enclosure.basis import Block
from qdverify.reference.enclosure.fixed_point import Objects

Floats = NDArray[np.float64]


class ExactModel(Protocol):
    """Integers that stand for the integrals, with a bound of the rounding."""

    @property
    def bits(self) -> int:
        """The resolution is 2^-bits in the model's unit of energy."""

    def rounding(self, electrons: int) -> arb:
        """Return the bound of ||H - H_integer|| on N electrons, in the unit of energy."""


class ExactHamiltonian(Protocol):
    """H on one block, exactly on integer vectors."""

    @property
    def model(self) -> ExactModel:
        """The integers."""

    @property
    def block(self) -> Block:
        """The block's functions."""

    def multiply_exactly(self, vector: Objects) -> Objects:
        """Return W^T H W vector for Python integers, in units of 2^-bits."""


class Approximate(Protocol):
    """Approximate lowest eigenpairs of a block, and first-order corrections to them."""

    @property
    def hamiltonian(self) -> ExactHamiltonian:
        """The block."""

    @property
    def values(self) -> Floats:
        """(k,) ascending."""

    @property
    def vectors(self) -> Floats:
        """(size, k) orthonormal in the normalised basis."""

    def correction(self, cluster: range, energy: float, residual: Floats) -> Floats:
        """Solve (A - energy) d = -residual, approximately, for d orthogonal to the eigenvectors of a cluster."""
