"""Slater determinants as the paper writes them: their names, and their signs in its order of creation operators.

A determinant is a product of creation operators on the vacuum, so its sign depends on their order. `numeric` puts all
spins up before all spins down (spin-major). The signs of Table IV are those of the other usual order, orbital by
orbital (orbital-major): c+_1up c+_1down c+_2up c+_2down ...
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

import numeric


@dataclass(frozen=True, eq=False)
class Leading:
    """The leading determinants of a state with their coefficients in both orders of creation operators.

    Attributes
    ----------
    occupied
        Orbitals 1..M of spin up and of spin down, determinant by determinant.
    spin_major, orbital_major
        Coefficients, (n,). The overall sign of a state is arbitrary: it is chosen so that the first
        coefficient in orbital-major order has the sign of `like`.
    """

    occupied: Sequence[tuple[Sequence[int], Sequence[int]]]
    spin_major: NDArray[np.float64]
    orbital_major: NDArray[np.float64]

    @classmethod
    def of(cls, spectrum: numeric.Spectrum, level: int, count: int, like: float) -> Leading:
        """Return the largest coefficients of a level at its smallest S_z that is not negative."""
        expansion = numeric.expand(spectrum, level, two_Sz=spectrum.electrons % 2)
        occupied = expansion.determinants(count)
        signs = np.array([orbital_major_sign(*one) for one in occupied])
        spin_major = expansion.coefficients[:count]
        overall = np.sign(like) * np.sign(signs[0] * spin_major[0])
        return cls(occupied, overall * spin_major, overall * signs * spin_major)


def name(up: Sequence[int], down: Sequence[int]) -> str:
    """Return a determinant as text, orbitals with arrows.

    >>> name((1, 2), (1,))
    '1\u2191 2\u2191 1\u2193'
    """
    return " ".join([*(f"{n}\u2191" for n in up), *(f"{n}\u2193" for n in down)])


def orbital_major_sign(up: Sequence[int], down: Sequence[int]) -> int:
    """Return the sign of the permutation from spin-major to orbital-major order: each step past an electron is -1.

    >>> orbital_major_sign((1, 2), (1,)), orbital_major_sign((2, 3), (1,))
    (-1, 1)
    """
    return -1 if sum(n > m for n in up for m in down) % 2 else 1
