"""How the symmetry labels of orbitals combine: irreps by XOR, angular momenta by addition.

A many-electron state has one label, the product of those of its occupied orbitals; H connects equal labels only.
"""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Combination:
    """How labels multiply and divide.

    Parameters
    ----------
    product, quotient : numpy.ufunc
        For integer labels a and b the label of a state with a and b, and the label that b lacks to make it a.
    irreps : int
        How many irreps labels stand for: label l belongs to number 1 + l modulo this.
    """

    product: np.ufunc
    quotient: np.ufunc
    irreps: int


IRREPS = Combination(np.bitwise_xor, np.bitwise_xor, irreps=8)
"""Irreps less 1 of an abelian group of order at most 8, each its own inverse."""
ANGULAR_MOMENTA = Combination(np.add, np.subtract, irreps=2)
"""L_z in units of hbar; even and odd ones belong to two irreps, since a turn by pi multiplies a state by (-1)^L_z."""
