"""Which levels a current can occupy in a window of the plane of gate and bias.

An electron enters level j of N + 1 from level i of N where E_j - E_i < e phi + V/2, and leaves where
E_j - E_i > e phi - V/2 ([J96] Eq. (3) for T -> 0). A level is reached if such events lead to it from a ground state,
one after another. Both conditions widen with the bias, so the levels of a tile are those of its extreme potentials.

At small bias this ends by itself. Once the bias excites a vibration the ladder has no end, as each event may add V/2;
each rung is occupied more rarely, and levels excited by more than `EXCITED` times the largest bias are left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Final, TypeVar

import numpy as np

from qdverify.paper.recomputed import LOWEST_MULTIPLETS, Matrix, PaperDot

EXCITED: Final = 1.6
"""Largest excitation energy that is kept, in units of the window's largest eV."""
THERMAL: Final = 8.0
"""Events that miss this many kT still count."""
TILE: Final = (20, 7)
"""Points of gate and bias that share one set of levels."""

Tile = tuple[slice, slice, dict[int, int]]
Needed = TypeVar("Needed")


def tiles(dot: PaperDot, gate: Matrix, bias: Matrix, kT: float) -> Iterator[Tile]:
    """Yield tiles that cover a window: gates, biases, and how many levels of each N they need.

    Parameters
    ----------
    dot
        The levels.
    gate, bias
        Rising axis values, (g,) and (b,), bias >= 0.
    kT
        Temperature.
    """
    ladder = _Ladder.of(dot, held_levels(dot, EXCITED * float(bias[-1])))
    strips = [slice(b, min(b + TILE[1], bias.size)) for b in range(0, bias.size, TILE[1])]
    rows = [(strip, list(_row(dot, ladder, gate, float(bias[strip][-1]), kT))) for strip in strips]
    for biases, row in _merged(rows):
        yield from ((gates, biases, levels) for gates, levels in row)


def _row(dot: PaperDot, ladder: _Ladder, gate: Matrix, V: float, kT: float) -> Iterator[tuple[slice, dict[int, int]]]:
    """Yield stretches of the gate and the levels that they need up to a bias; neighbours that need the same are one."""
    grounds = _with_neighbour(dot, _grounds(dot, float(gate[0]), float(gate[-1])), float(gate.mean()))

    def needed(gates: slice) -> dict[int, int]:
        low, high = float(gate[gates][0]) - THERMAL * kT, float(gate[gates][-1]) + THERMAL * kT
        found = ladder.climb(_grounds(dot, low, high), (low - 0.5 * V, high + 0.5 * V))
        return {N: max(count, found.get(N, 0)) for N, count in _lowest(grounds, found).items()}

    stretches = (slice(g, min(g + TILE[0], gate.size)) for g in range(0, gate.size, TILE[0]))
    return _merged((gates, needed(gates)) for gates in stretches)


def _merged(parts: Iterable[tuple[slice, Needed]]) -> Iterator[tuple[slice, Needed]]:
    """Yield what slices of an axis need, neighbours that need the same as one slice."""
    for needed, group in groupby(parts, key=itemgetter(1)):
        slices = [part for part, _ in group]
        yield slice(slices[0].start, slices[-1].stop), needed


def held_levels(dot: PaperDot, excitation: float) -> dict[int, int]:
    """Return how many levels of each N lie less than an energy above the lowest, in whole multiplets."""
    held = {}
    for N, spectrum in dot.spectra.items():
        energies = spectrum.energies - spectrum.energies[0]
        held[N] = _whole(N, int(np.searchsorted(energies, excitation)), energies.size)
    return held


def _whole(N: int, count: int, most: int) -> int:
    """Round up to whole multiplets: fewer sets of levels differ, and each needs a plan of its own."""
    size = LOWEST_MULTIPLETS[N]
    return min(-(-count // size) * size, most)


def _grounds(dot: PaperDot, low: float, high: float) -> list[int]:
    """Return every N whose ground state is the lowest of all at some gate in between."""
    largest = max(dot.spectra)
    return [
        N
        for N in dot.spectra
        if (N == 0 or dot.addition_energy(N - 1) < high) and (largest == N or dot.addition_energy(N) > low)
    ]


def _with_neighbour(dot: PaperDot, grounds: list[int], gate: float) -> list[int]:
    """Add the nearest electron number to a single one: its levels exchange population only through another."""
    if len(grounds) > 1:
        return grounds
    (N,) = grounds
    others = {n: abs(dot.addition_energy(min(n, N)) - gate) for n in (N - 1, N + 1) if n in dot.spectra}
    return sorted([N, min(others, key=others.__getitem__)])


def _lowest(grounds: list[int], found: Mapping[int, int]) -> dict[int, int]:
    """Return the lowest multiplets of the window's ground states, and no level of the other N that are reached."""
    return {
        N: LOWEST_MULTIPLETS[N] if N in grounds else 0
        for N in range(min([*grounds, *found]), max([*grounds, *found]) + 1)
    }


@dataclass(frozen=True, eq=False)
class _Ladder:
    """Addition energies between the levels of N and N + 1, (levels of N + 1, levels of N), NaN if spin forbids."""

    held: Mapping[int, int]
    energies: Mapping[int, Matrix]

    @classmethod
    def of(cls, dot: PaperDot, held: Mapping[int, int]) -> _Ladder:
        """Return the ladder of the given number of levels of each N."""
        energies = {}
        for N in range(max(held)):
            above, below = (dot.spectra[n].energies[: held[n]] for n in (N + 1, N))
            allowed = dot.C[N][: held[N + 1], : held[N]] > 0
            energies[N] = np.where(allowed, above[:, None] - below[None, :], np.nan)
        return cls(held, energies)

    def climb(self, starts: list[int], potentials: tuple[float, float]) -> dict[int, int]:
        """Return how many levels of each N are reached from the ground states, counted from the lowest."""
        lowest, highest = potentials
        onward = {N: highest > E for N, E in self.energies.items()}
        back = {N: lowest < E for N, E in self.energies.items()}
        reached = {N: np.zeros(count, dtype=bool) for N, count in self.held.items()}
        for N in starts:
            reached[N][0] = True
        before, now = 0, len(starts)
        while now > before:
            for N in self.energies:
                reached[N + 1] |= (onward[N] & reached[N]).any(axis=1)
                reached[N] |= (back[N] & reached[N + 1][:, None]).any(axis=0)
            before, now = now, sum(int(levels.sum()) for levels in reached.values())
        tops = {N: int(np.flatnonzero(levels)[-1]) + 1 for N, levels in reached.items() if levels.any()}
        return {N: _whole(N, top, self.held[N]) for N, top in tops.items()}
