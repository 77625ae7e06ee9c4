"""The paper's dot, solved once for all that is reproduced from it: levels, M_ji, and the figures' level schemes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

import numeric
from qdverify.reference.printed import reported

Matrix = NDArray[np.float64]
LOWEST_MULTIPLETS = reported.lowest_multiplets()
"""Levels of each electron number that the spins of N localised electrons form."""
STATED_LENGTH: Final = reported.length()
CUTOFF_RATIO: Final = reported.cutoff_ratio()
PAPER_ORBITALS: Final = max(reported.basis_sizes())
"""Orbitals of the paper's largest basis."""
EFFECTIVE_HARTREE: Final = 10.9
"""E_H* in meV, for what the paper prints in laboratory units, see `HARTREE_SOURCE`."""
HARTREE_SOURCE: Final = (
    "GaAs, m* = 0.0665 m\u2091 and dielectric constant 12.9: 27211 meV times 0.0665 / 12.9\u00b2; our choice"
)
BOLTZMANN: Final = 0.0861733
"""In meV / K."""
SOLVED = {0: 1, 1: 5, 2: 14, 3: 18, 4: 30}
"""Levels of each electron number to solve for; `qdverify.paper.reach` says which of them a window needs."""


@dataclass(frozen=True, eq=False)
class PaperDot:
    """Levels and transition probabilities of up to four electrons in the paper's dot.

    Attributes
    ----------
    length
        In effective Bohr radii; the paper states 9.5.
    spectra
        The lowest levels of N electrons, at least those of the lowest multiplet.
    M
        M[N], shape (levels of N + 1, levels of N): transition probabilities of [J96] Eq. (4).
    """

    length: float
    orbitals: int
    cutoff_ratio: float
    spectra: Mapping[int, numeric.Spectrum]
    M: Mapping[int, Matrix]

    @classmethod
    def solve(cls, orbitals: int, cutoff_ratio: float, length: float = STATED_LENGTH) -> PaperDot:
        """Diagonalise the dot for 0 to 4 electrons."""
        dot = numeric.Dot(length=length, cutoff=cutoff_ratio * length, orbitals=orbitals)
        integrals = numeric.interaction_integrals(dot)
        spectra = {
            N: numeric.solve(dot, electrons=N, levels=levels, integrals=integrals) for N, levels in SOLVED.items()
        }
        M = {N: numeric.transition_probabilities(spectra[N], spectra[N + 1]) for N in range(4)}
        return cls(length, orbitals, cutoff_ratio, spectra, M)

    @cached_property
    def C(self) -> Mapping[int, Matrix]:
        """The spin weights of [J96] Eq. (5) in place of M, same shapes."""
        return {
            N: np.array(
                [
                    [numeric.clebsch_gordan_weight(int(i), int(j)) for i in self.spectra[N].two_S]
                    for j in self.spectra[N + 1].two_S
                ]
            )
            for N in range(4)
        }

    @cached_property
    def with_one_more_orbital(self) -> Mapping[int, Matrix]:
        """M of the lowest multiplets with M + 1 orbitals, the paper's own test of convergence."""
        dot = replace(self.spectra[1].box, orbitals=self.orbitals + 1)
        integrals = numeric.interaction_integrals(dot)
        spectra = {N: numeric.solve(dot, N, levels, integrals=integrals) for N, levels in LOWEST_MULTIPLETS.items()}
        return {N: numeric.transition_probabilities(spectra[N], spectra[N + 1]) for N in range(4)}

    def addition_energy(self, N: int) -> float:
        """Return the energy that electron N + 1 brings: the gate e phi at which N and N + 1 electrons coexist."""
        return float(self.spectra[N + 1].energies[0] - self.spectra[N].energies[0])

    def scheme(self, weights: Mapping[int, Matrix], levels: Mapping[int, int]) -> numeric.LevelScheme:
        """Return the rate equation's levels, with M_ji or C_ji as weights, for the lowest levels of consecutive N."""
        return numeric.LevelScheme.from_matrices(
            {N: self.spectra[N].energies[:k] for N, k in levels.items()},
            {N: self.spectra[N].two_S[:k] for N, k in levels.items()},
            {N: weights[N][: levels[N + 1], :k] for N, k in levels.items() if N + 1 in levels},
        )


def paper_note(entry: reported.Entry) -> str:
    """Return the name of an entry of Table II or III, as findings note it."""
    return f"N = {entry.electrons}, level {entry.i} -> N = {entry.electrons + 1}, level {entry.j}"
