"""The builtin implementation's answers on the states of a dot: levels, integrals, amplitudes and M_ji."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

import numeric
from qdverify.implementations import builtin_answers as answers
from qdverify.implementations.builtin_claims import CLAIMED, told_levels
from qdverify.implementations.builtin_dots import Model, box_of, model_of
from qdverify.implementations.builtin_rules import as_declined, by_the_rules
from qdverify.protocol import json_types
from qdverify.protocol.dots import is_harmonic
from qdverify.protocol.energy_size import energy_size


class StatesOfDots:
    """Tasks on dots, from one memory of their spectra."""

    def __init__(self) -> None:
        self._spectra: dict[tuple[Model, int], numeric.Spectrum] = {}

    def integrals(self, dot: numeric.Dot) -> numeric.Integrals:
        """Return the interaction integrals that everything else is built on."""
        return numeric.interaction_integrals(dot)

    def solve(self, dot: numeric.Dot, electrons: int, levels: int) -> numeric.Spectrum:
        """Return the lowest levels with their states."""
        return numeric.solve(dot, electrons=electrons, levels=levels, integrals=self.integrals(dot))

    def solve_integrals(self, dot: numeric.IntegralDot, electrons: int, levels: int) -> numeric.Spectrum:
        """Return the lowest levels of a dot given by its integrals, with their states."""
        return numeric.solve(dot, electrons=electrons, levels=levels)

    def solve_harmonic(self, dot: numeric.HarmonicDot, electrons: int, levels: int) -> numeric.Spectrum:
        """Return the lowest levels of a harmonic dot in two dimensions, with their states."""
        return numeric.solve(dot, electrons=electrons, levels=levels)

    def _integrals_of_box(self, model: Model) -> numeric.Integrals | None:
        """Return the integrals of a box; None for a dot that brings its own."""
        return self.integrals(model) if isinstance(model, numeric.Dot) else None

    def spectrum_of(self, dot: json_types.Dot, electrons: int, levels: int) -> numeric.Spectrum:
        """Return at least the lowest levels, from memory if they were computed before."""
        model = model_of(dot)
        known = self._spectra.get((model, electrons))
        if known is None or len(known.energies) < levels:
            if isinstance(model, numeric.IntegralDot):
                known = self.solve_integrals(model, electrons, levels)
            elif isinstance(model, numeric.HarmonicDot):
                known = self.solve_harmonic(model, electrons, levels)
            else:
                known = self.solve(model, electrons, levels)
            self._spectra[model, electrons] = known
        return known

    @by_the_rules
    def clebsch_gordan_weight(self, *, two_S_i: int, two_S_j: int) -> json_types.WeightAnswer:
        """Answer task 1."""
        return {"C": numeric.clebsch_gordan_weight(two_S_i, two_S_j)}

    @by_the_rules
    def interaction_integrals(self, *, dot: json_types.Dot, indices: Sequence[Sequence[int]]) -> answers.Values:
        """Answer task 2."""
        p, q, r, s = np.asarray(indices).T
        model = model_of(dot)
        if not isinstance(model, numeric.Dot):
            return {"values": model.two_body[p - 1, q - 1, r - 1, s - 1]}
        return {"values": self.integrals(model).value(p, q, r, s)}

    @by_the_rules
    def spectrum(self, *, dot: json_types.Dot, electrons: int, levels: int) -> answers.Levels:
        """Answer task 3."""
        found = self.spectrum_of(dot, electrons, levels)
        energies = told_levels(found, levels, lambda energies: energy_size(dot, electrons, energies, CLAIMED))
        answer: answers.Levels = {"energies": energies, "two_S": found.two_S[:levels]}
        if is_harmonic(dot):
            answer["L"] = found.angular_momenta[:levels]
        return answer

    @by_the_rules
    def transition_probabilities(
        self,
        *,
        dot: json_types.Dot,
        electrons: int,
        levels_from: int,
        levels_to: int,
        weights: Sequence[float] | None = None,
    ) -> answers.Probabilities:
        """Answer task 4."""
        start = self.spectrum_of(dot, electrons, levels_from)
        end = self.spectrum_of(dot, electrons + 1, levels_to)
        M = numeric.transition_probabilities(start, end, weights=weights)
        return {"M": M[:levels_to, :levels_from]}

    @as_declined
    def sector_energies(
        self, *, dot: json_types.Dot, electrons: int, two_Sz: int, levels: int
    ) -> answers.SectorEnergies:
        """Answer the extension task of that name."""
        model = model_of(dot)
        integrals = self._integrals_of_box(model)
        return {"energies": numeric.sector_energies(model, electrons, two_Sz, levels, integrals=integrals)}

    @as_declined
    def transition_amplitudes(
        self, *, dot: json_types.Dot, electrons: int, level_from: int, level_to: int
    ) -> json_types.AmplitudesAnswer:
        """Answer the extension task of that name, by lowering both states and not by the theorem that is checked."""
        start = self.spectrum_of(dot, electrons, level_from + 1)
        end = self.spectrum_of(dot, electrons + 1, level_to + 1)
        found = numeric.transition_amplitudes(start, end, route="direct")
        amplitudes: list[json_types.Amplitude] = [
            {
                "two_Sz_i": two_Sz_i,
                "two_sigma": two_sigma,
                "two_Sz_j": two_Sz_j,
                "value": found.values[spin, row, column],
            }
            for row, (j, two_Sz_j) in enumerate(found.final)
            for column, (i, two_Sz_i) in enumerate(found.initial)
            for spin, two_sigma in enumerate((1, -1))
            if (i, j) == (level_from, level_to)
        ]
        return {"amplitudes": amplitudes}

    @as_declined
    def hamiltonian_matrix(self, *, dot: json_types.Dot, electrons: int, two_Sz: int) -> answers.Matrix:
        """Answer the extension task of that name."""
        model = model_of(dot)
        integrals = self._integrals_of_box(model)
        matrix, determinants = numeric.hamiltonian_matrix(model, electrons, two_Sz, integrals=integrals)
        return {"determinants": determinants, "matrix": matrix}

    @as_declined
    def leading_determinants(
        self, *, dot: json_types.Dot, electrons: int, level: int, count: int
    ) -> answers.Determinants:
        """Answer the extension task of that name."""
        found = self.spectrum_of(dot, electrons, level + 1)
        expansion = numeric.expand(found, level, two_Sz=electrons % 2)
        return {"determinants": expansion.determinants(count), "coefficients": expansion.coefficients[:count]}

    @as_declined
    def expectations(self, *, dot: json_types.Dot, electrons: int, level: int) -> json_types.ExpectationsAnswer:
        """Answer the extension task of that name."""
        kinetic, interaction = numeric.expectations(self.spectrum_of(dot, electrons, level + 1), level)
        return {"kinetic": kinetic, "interaction": interaction}

    @as_declined
    def charge_density(self, *, dot: json_types.Dot, electrons: int, level: int, x: Sequence[float]) -> answers.Density:
        """Answer the extension task of that name."""
        return {"density": numeric.charge_density(self.spectrum_of(dot, electrons, level + 1), level, x)}

    @as_declined
    def parities(self, *, dot: json_types.Dot, electrons: int, levels: int) -> answers.Parities:
        """Answer the extension task of that name; irreps 1 and 2 of a dot given by integrals stand for +1 and -1."""
        return {"parity": 3 - 2 * self.spectrum_of(dot, electrons, levels).irreps[:levels]}

    @as_declined
    def projected_levels(
        self, *, dot: json_types.Dot, electrons: int, levels: int, blind_to: int | None
    ) -> json_types.ProjectedAnswer:
        """Answer the extension task of that name."""
        model = box_of(dot)
        start = None if blind_to is None else numeric.start_vector_blind_to(model, electrons, blind_to)
        found = numeric.slater_lanczos(model, electrons, levels, start=start, integrals=self.integrals(model))
        return {
            "energies": [level.energy for level in found.levels],
            "two_S": [level.two_S for level in found.levels],
            "recovered": [sorted(level.recovered) for level in found.levels],
        }
