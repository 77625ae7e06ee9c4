"""Levels of a dot given by its integrals: solved in the eigenorbitals of h, returned in the orbitals of the dot.

On the way back each state is multiplied, spin by spin, by a matrix with one row and one column for each way to place
the electrons of that spin in the orbitals. If there are too many ways, `TooLargeError` is raised.
"""

from dataclasses import replace
from functools import partial

import numpy as np

from numeric.arrays import FloatArray
from numeric.basis import IrrepSector, SectorBase, Strings
from numeric.eigenorbitals import MOST_MINORS, Eigenorbitals, eigenorbitals, minors
from numeric.feasible import TooLargeError, require_feasible
from numeric.integral_hamiltonian import IntegralHamiltonian, integral_hamiltonians, pair_bound
from numeric.kinds_of_dots import OrbitalDot
from numeric.search import Method, SectorStates, lowest_states


def integral_states(
    dot: OrbitalDot,
    electrons: int,
    two_Sz: int,
    count: int,
    method: Method,
    *,
    exchange: bool = True,
    complete: bool = True,
) -> tuple[list[SectorStates], float, list[IntegralHamiltonian]]:
    """Return the lowest eigenpairs of all sectors of one S_z, the constant to add to them, and their Hamiltonians."""
    require_feasible(dot.orbitals, (electrons + two_Sz) // 2, (electrons - two_Sz) // 2)
    orbitals = eigenorbitals(dot)
    hamiltonians = integral_hamiltonians(orbitals, electrons, two_Sz, exchange=exchange)
    bound = partial(pair_bound, orbitals, electrons)
    states = lowest_states(hamiltonians, count, bound=bound, method=method, complete=complete)
    return states, dot.core + electrons * orbitals.shift, hamiltonians


class BackTransformation:
    """Takes vectors of one number of electrons from the eigenorbitals to the orbitals of the dot."""

    def __init__(self, dot: OrbitalDot, orbitals: Eigenorbitals, up: Strings, down: Strings) -> None:
        self._dot = dot
        self._same = np.array_equal(orbitals.vectors, np.eye(dot.orbitals))
        if not self._same:
            most = max(up.size, down.size)
            if most**2 > MOST_MINORS:
                raise TooLargeError(
                    f"the {most} strings of one spin must be at most {int(MOST_MINORS**0.5)} to be taken back to the "
                    "orbitals of the dot: make one_body diagonal first"
                )
            self._up = minors(orbitals.vectors, up)
            self._down = self._up if up.electrons == down.electrons else minors(orbitals.vectors, down)

    def sector(self, sector: IrrepSector) -> IrrepSector:
        """Return the sector of the same symmetry in the orbitals of the dot."""
        return replace(sector, energies=self._dot.one_body.diagonal())

    def vector(self, sector: SectorBase, vector: FloatArray, home: IrrepSector) -> FloatArray:
        """Return one sector vector in the sector of the orbitals of the dot."""
        C = sector.matrix(vector)
        return home.packed(C if self._same else self._up @ C @ self._down.T)
