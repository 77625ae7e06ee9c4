"""The builtin implementation: this project's floating-point layer behind the tasks of the protocol.

It stands under the same suite as everybody else's code. Stations that a deliberately wrong implementation may
want to replace, `integrals` and `solve`, are methods of their own: all that follows is built on them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.metadata import version
from typing import Any

import numpy as np

import numeric

DotInputs = Mapping[str, Any]
Answer = dict[str, Any]


class Builtin:
    """The six tasks of the protocol and its extensions, answered by `numeric`."""

    name = "builtin"
    url = "https://github.com/qdverify/qdverify"
    version = version("qdverify")

    def __init__(self) -> None:
        self._spectra: dict[tuple[numeric.Dot, int], numeric.Spectrum] = {}

    def integrals(self, dot: numeric.Dot) -> numeric.Integrals:
        """Return the interaction integrals that everything else is built on."""
        return numeric.interaction_integrals(dot)

    def solve(self, dot: numeric.Dot, electrons: int, levels: int) -> numeric.Spectrum:
        """Return the lowest levels with their states."""
        return numeric.solve(dot, electrons=electrons, levels=levels, integrals=self.integrals(dot))

    def spectrum_of(self, dot: DotInputs, electrons: int, levels: int) -> numeric.Spectrum:
        """Return at least the lowest levels, from memory where they were computed before."""
        model = numeric.Dot(**dot)
        known = self._spectra.get((model, electrons))
        if known is None or len(known.energies) < levels:
            known = self.solve(model, electrons, levels)
            self._spectra[model, electrons] = known
        return known

    def clebsch_gordan_weight(self, *, two_S_i: int, two_S_j: int) -> Answer:
        """Answer task 1."""
        return {"C": numeric.clebsch_gordan_weight(two_S_i, two_S_j)}

    def interaction_integrals(self, *, dot: DotInputs, indices: Sequence[Sequence[int]]) -> Answer:
        """Answer task 2."""
        p, q, r, s = np.asarray(indices).T
        return {"values": self.integrals(numeric.Dot(**dot)).value(p, q, r, s)}

    def spectrum(self, *, dot: DotInputs, electrons: int, levels: int) -> Answer:
        """Answer task 3."""
        found = self.spectrum_of(dot, electrons, levels)
        return {"energies": found.energies[:levels], "two_S": found.two_S[:levels]}

    def transition_probabilities(self, *, dot: DotInputs, electrons: int, levels_from: int, levels_to: int) -> Answer:
        """Answer task 4."""
        start = self.spectrum_of(dot, electrons, levels_from)
        end = self.spectrum_of(dot, electrons + 1, levels_to)
        return {"M": numeric.transition_probabilities(start, end)[:levels_to, :levels_from]}

    def sector_energies(self, *, dot: DotInputs, electrons: int, two_Sz: int, levels: int) -> Answer:
        """Answer the extension task of that name."""
        model = numeric.Dot(**dot)
        return {"energies": numeric.sector_energies(model, electrons, two_Sz, levels, integrals=self.integrals(model))}
