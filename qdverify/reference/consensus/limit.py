"""The continuum limit of a dot: levels, splittings and transition probabilities at M = infinity.

[J96] works with M <= 13 orbitals.  N = 1 is known in closed form, N = 2 from the direct solution of
`qdverify.reference.consensus.continuum`, N = 3 and 4 by extrapolation with the gauge of N = 2 (`extrapolation`).
Levels are followed in M by spin, parity and their order among equals, which a basis that grows cannot exchange.  M_ji
counts every orbital of the add operator, as its definition with M orbitals does in the limit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from numeric import Dot, Spectrum, solve, transition_probabilities
from qdverify.reference.consensus.continuum import one_to_two_electrons, two_electron_levels
from qdverify.reference.consensus.extrapolation import Extrapolation, extrapolate, short_distance_gauge
from qdverify.reference.consensus.triangle import FloatArray
from qdverify.reference.printed import reported

__all__ = ["ContinuumLimit", "LimitLevel", "continuum_limit", "paper_limit"]

PAPER_ORBITALS: Final = tuple(range(10, 31, 2))
PAPER_LEVELS: Final[Mapping[int, int]] = {N: count for N, count in reported.lowest_multiplets().items() if N}
VECTOR_PRECISION: Final = 1e-8
Label = tuple[int, int, int]  # 2S, parity, order among equals


@dataclass(frozen=True)
class LimitLevel:
    """One level at M = infinity.

    Attributes
    ----------
    two_S, parity
        Twice the spin, and the reflection parity.
    energy
        In E_H*.
    splitting
        Energy above the lowest level of the same N, extrapolated as a difference: most of the error cancels.
    """

    two_S: int
    parity: int
    energy: Extrapolation
    splitting: Extrapolation


@dataclass(frozen=True)
class ContinuumLimit:
    """Levels by N, in ascending order of energy, and M_ji by (N, i, j) from level i of N to level j of N + 1."""

    levels: Mapping[int, tuple[LimitLevel, ...]]
    transitions: Mapping[tuple[int, int, int], Extrapolation]


@dataclass(frozen=True)
class _Ladder:
    """The dot solved for several M: energies of shape (M, levels) and M_ji of shape (M, to, from), by N."""

    dot: Dot
    orbitals: Sequence[int]
    gauge: FloatArray
    labels: Mapping[int, Sequence[Label]]
    energies: Mapping[int, FloatArray]
    probabilities: Mapping[int, FloatArray]

    def limit(self, values: FloatArray, precision: float = 1e-12) -> Extrapolation:
        """Extrapolate values of shape (M,)."""
        return extrapolate(self.orbitals, values, gauge=self.gauge, precision=precision)


def paper_limit(orbitals: Sequence[int] = PAPER_ORBITALS) -> ContinuumLimit:
    """Return the continuum limit of the paper's dot for the levels of its tables."""
    return continuum_limit(Dot.paper(), PAPER_LEVELS, orbitals)


def continuum_limit(dot: Dot, levels: Mapping[int, int], orbitals: Sequence[int]) -> ContinuumLimit:
    """Return the continuum limit of the lowest levels of a dot.

    Parameters
    ----------
    dot
        Soft Coulomb or contact, repulsive; its number of orbitals does not matter.
    levels
        How many levels for each N, consecutive N out of 1..4; at most 16 for N = 2.
    orbitals
        The numbers M to extrapolate from, rising, all even or all odd.

    Raises
    ------
    ValueError
        If an argument breaks its rule, or the lowest levels of the largest M are not those of a smaller one.
    qdverify.reference.consensus.extrapolation.NotStableError
        If a quantity does not follow the law of the gauge.
    """
    numbers = list(levels)
    if not numbers or numbers != list(range(numbers[0], numbers[-1] + 1)) or not set(numbers) <= {1, 2, 3, 4}:
        raise ValueError(f"levels={dict(levels)} must be given for consecutive N out of 1..4")
    if any(count < 1 for count in levels.values()) or levels.get(2, 1) > 16:
        raise ValueError(f"levels={dict(levels)} must ask for 1 or more levels, at most 16 for N = 2")
    ladder = _climb(dot, levels, orbitals)
    found = {N: _levels(ladder, N) for N in numbers}
    transitions = [_transitions(ladder, N) for N in numbers[:-1]]
    return ContinuumLimit(found, {key: value for part in transitions for key, value in part.items()})


def _climb(dot: Dot, levels: Mapping[int, int], orbitals: Sequence[int]) -> _Ladder:
    gauge = short_distance_gauge(dot, orbitals)
    rungs = [Dot(dot.length, dot.cutoff, M, dot.kernel, dot.strength) for M in orbitals]
    spectra = {N: [solve(rung, N, count) for rung in rungs] for N, count in levels.items()}
    labels = {N: _labels(column[-1]) for N, column in spectra.items()}
    places = {N: [_places(spectrum, labels[N]) for spectrum in column] for N, column in spectra.items()}
    energies = {
        N: np.array([spectrum.energies[place] for spectrum, place in zip(spectra[N], places[N], strict=True)])
        for N in levels
    }
    probabilities = {
        N: np.array(
            [
                transition_probabilities(spectra[N][rung], spectra[N + 1][rung])[
                    np.ix_(places[N + 1][rung], places[N][rung])
                ]
                for rung in range(len(rungs))
            ]
        )
        for N in list(levels)[:-1]
    }
    return _Ladder(dot, orbitals, gauge, labels, energies, probabilities)


def _number_equals(keys: Sequence[tuple[int, int]]) -> list[Label]:
    seen: dict[tuple[int, int], int] = {}
    labels = []
    for key in keys:
        seen[key] = seen.get(key, -1) + 1
        labels.append((*key, seen[key]))
    return labels


def _labels(spectrum: Spectrum) -> list[Label]:
    return _number_equals(list(zip(spectrum.two_S.tolist(), spectrum.parity.tolist(), strict=True)))


def _places(spectrum: Spectrum, wanted: Sequence[Label]) -> list[int]:
    labels = _labels(spectrum)
    missing = [label for label in wanted if label not in labels]
    if missing:
        raise ValueError(f"M={spectrum.dot.orbitals} must have the levels of larger M lowest, and lacks {missing[0]}")
    return [labels.index(label) for label in wanted]


def _levels(ladder: _Ladder, N: int) -> tuple[LimitLevel, ...]:
    energies = ladder.energies[N]
    known = _known_levels(ladder, N)
    result = []
    for place, (two_S, parity, _) in enumerate(ladder.labels[N]):
        above = energies[:, place] - energies[:, 0]
        if known is not None:
            (value, bound), (ground, ground_bound) = known[place], known[0]
            energy = Extrapolation(value, bound, 0, value - float(energies[-1, place]))
            error = bound + ground_bound if place else 0.0
            splitting = Extrapolation(value - ground, error, 0, value - ground - float(above[-1]))
        else:
            energy = ladder.limit(energies[:, place])
            splitting = ladder.limit(above) if place else Extrapolation(0.0, 0.0, 0, 0.0)
        result.append(LimitLevel(two_S, parity, energy, splitting))
    return tuple(result)


def _known_levels(ladder: _Ladder, N: int) -> list[tuple[float, float]] | None:
    """Return (energy, bound) of the levels that need no extrapolation: N = 1 and 2."""
    if N == 1:
        return [(float(energy), 0.0) for energy in ladder.energies[1][-1]]
    if N > 2:
        return None
    dot, labels = ladder.dot, ladder.labels[N]
    inputs = {"length": dot.length, "strength": dot.strength, "cutoff": dot.cutoff}
    # Near-degenerate levels of different spin may stand in the other order: look a little higher.
    direct = two_electron_levels(dot.kernel, len(labels) + 4, **inputs)
    places = _number_equals(list(zip(direct.two_S.tolist(), direct.parity.tolist(), strict=True)))
    order = [places.index(label) for label in labels]
    return list(zip(direct.energies[order].tolist(), direct.uncertainties[order].tolist(), strict=True))


def _transitions(ladder: _Ladder, N: int) -> dict[tuple[int, int, int], Extrapolation]:
    """Return M_ji of every pair that the selection rules allow."""
    dot, result = ladder.dot, {}
    _, to, start = ladder.probabilities[N].shape
    if N == 1:
        inputs = {"length": dot.length, "strength": dot.strength, "cutoff": dot.cutoff}
        direct = one_to_two_electrons(dot.kernel, start, to, **inputs)
    for j in range(to):
        for i in range(start):
            if abs(ladder.labels[N + 1][j][0] - ladder.labels[N][i][0]) != 1:
                continue
            column = ladder.probabilities[N][:, j, i]
            if N == 1:
                value, bound = float(direct.M[j, i]), float(direct.uncertainties[j, i])
                result[N, i, j] = Extrapolation(value, bound, 0, value - float(column[-1]))
            else:
                result[N, i, j] = ladder.limit(column, VECTOR_PRECISION)
    return result
