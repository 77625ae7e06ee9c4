"""The builtin implementation: this project's floating-point layer behind the tasks of the protocol.

It stands under the same suite as everybody else's code. The stations that a deliberately wrong implementation may
want to replace, `integrals`, `solve` and `chain`, are methods of their own: all that follows is built on them.
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

    def transition_amplitudes(self, *, dot: DotInputs, electrons: int, level_from: int, level_to: int) -> Answer:
        """Answer the extension task of that name."""
        start = self.spectrum_of(dot, electrons, level_from + 1)
        end = self.spectrum_of(dot, electrons + 1, level_to + 1)
        found = numeric.transition_amplitudes(start, end, level_from, level_to)
        return {"amplitudes": [amplitude._asdict() for amplitude in found]}

    def chain(
        self, levels: Sequence[Mapping[str, Any]], transitions: Sequence[Mapping[str, Any]]
    ) -> numeric.LevelScheme:
        """Return the levels and transitions of a rate equation."""
        return numeric.LevelScheme(
            electrons=np.array([level["electrons"] for level in levels]),
            energies=np.array([level["energy"] for level in levels], dtype=np.float64),
            two_S=np.array([level["two_S"] for level in levels]),
            lower=np.array([transition["from"] for transition in transitions], dtype=np.int64),
            upper=np.array([transition["to"] for transition in transitions], dtype=np.int64),
            M=np.array([transition["M"] for transition in transitions], dtype=np.float64),
        )

    def point(self, *, leads: Sequence[Mapping[str, Any]], kT: float, gate: float) -> Answer:
        """Return the leads, temperature and gate at which a rate equation is solved."""
        return {"leads": [numeric.Lead(**lead) for lead in leads], "kT": kT, "gate": gate}

    def stationary_state(self, *, levels: Any, transitions: Any, **point: Any) -> Answer:
        """Answer task 5."""
        found = numeric.stationary_state(self.chain(levels, transitions), **self.point(**point))
        return {"populations": found.populations}

    def current(self, *, levels: Any, transitions: Any, **point: Any) -> Answer:
        """Answer task 6."""
        found = numeric.currents(self.chain(levels, transitions), **self.point(**point))
        return {"I_L": float(found.I_L), "I_R": float(found.I_R)}

    def resolved_current(self, *, levels: Any, transitions: Any, **point: Any) -> Answer:
        """Answer the extension task of that name."""
        found = numeric.currents(self.chain(levels, transitions), **self.point(**point), resolved=True)
        return {"I_L": float(found.I_L), "I_R": float(found.I_R)}

    def differential_conductance(self, *, levels: Any, transitions: Any, **point: Any) -> Answer:
        """Answer the extension task of that name."""
        found = numeric.differential_conductance(self.chain(levels, transitions), **self.point(**point))
        return {"dI_dV": float(found.best)}
