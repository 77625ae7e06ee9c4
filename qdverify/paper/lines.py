"""Which transition a line of Fig. 1 belongs to.

Level j of N + 1 and level i of N coexist with a lead where E_j - E_i - gate = mu: as mu = +V/2 at L and -V/2 at R, each
transition draws two straight lines through the plane, gate = E_j - E_i -+ V/2. Lines of L leave the half V > 0 of the
window upwards or to the left, lines of R upwards or to the right. How strong a transition is there is its weight times
the population that it may start from, M_ji (P_i + P_j) with the weights of the very picture.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from numeric.diagram import stability_arrays
from qdverify.paper.diagrams import Map
from qdverify.paper.reach import tiles
from qdverify.paper.recomputed import Matrix, PaperDot

Edge = Literal["top", "left", "right"]
Weights = Literal["C", "M"]
WEIGHTS: Final[tuple[Weights, ...]] = ("C", "M")
VISIBLE: Final = 2e-3
"""Share of the map's largest |dI/dV| that a line of a corner must reach to be named."""
VISIBLE_IN_DIAMOND: Final = 0.1
"""The same in the whole diamond, where most lines are bundles of transitions."""
NEAR: Final = 3.0
"""Degeneracies shift a line from its transition by kT times a logarithm, which stays below this many kT."""
WORTH: Final = 0.1
"""Transitions count for a line if they have this share of its strongest one's strength."""
_SUBSCRIPTS = str.maketrans("0123456789", "\u2080\u2081\u2082\u2083\u2084\u2085\u2086\u2087\u2088\u2089")


@dataclass(frozen=True)
class Line:
    """A line where it leaves the half V > 0 of the window.

    Attributes
    ----------
    edge
        "top", "left" or "right".
    position
        Gate on the upper edge, bias on a side edge.
    lead
        The lead with which the transition is in resonance, "L" or "R".
    N, i, j
        The transition that names the line: the one between the ground levels, else the strongest.
    merged
        How many other transitions of that lead coincide with it, negligible ones left out.
    conductance
        dI/dV there.
    """

    edge: Edge
    position: float
    lead: str
    N: int
    i: int
    j: int
    merged: int
    conductance: float

    @property
    def name(self) -> str:
        """Electron numbers with the levels as subscripts; an ellipsis stands for what falls together with it."""
        start, end = (
            f"{N}{str(level).translate(_SUBSCRIPTS)}" for N, level in ((self.N, self.i), (self.N + 1, self.j))
        )
        return f"{start}\u2192{end}" + ("\u2026" if self.merged else "")


@dataclass(frozen=True)
class _Candidate:
    """A transition that meets an edge: where, and how strong it is there."""

    position: float
    strength: float
    N: int
    i: int
    j: int


@dataclass(frozen=True, eq=False)
class _Cut:
    """An edge of the half V > 0: dI/dV along it, and the populations of the levels that its tile needs.

    `scale` is how far the position moves for a shift of the gate by one.
    """

    edge: Edge
    axis: Matrix
    conductance: Matrix
    population: Mapping[int, Matrix]
    scale: float


def visible_lines(dot: PaperDot, data: Map, weights: Weights) -> list[Line]:
    """Return the lines of one picture that can be seen where they leave the half V > 0 of the window.

    Parameters
    ----------
    dot, data
        The levels and the window.
    weights
        "C" for the spin weights, "M" for the transition probabilities.
    """
    used, conductance = (dot.C, data.spin_only) if weights == "C" else (dot.M, data.correlated)
    share = VISIBLE_IN_DIAMOND if data.N is None else VISIBLE
    threshold = share * float(np.abs(conductance).max())
    found = []
    for cut in _cuts(dot, data, used, conductance):
        leads: dict[Edge, str] = {"top": "LR", "left": "L", "right": "R"}
        candidates = {lead: list(_candidates(dot, data, used, cut, lead)) for lead in leads[cut.edge]}
        found += [line for summit in _summits(cut, threshold) for line in _named(cut, data.kT, summit, candidates)]
    return sorted(found, key=lambda line: line.position)


def _cuts(dot: PaperDot, data: Map, weights: Mapping[int, Matrix], conductance: Matrix) -> Iterator[_Cut]:
    half = slice(data.bias.size // 2, None)
    bias = data.bias[half]
    yield _Cut("top", data.gate, conductance[:, -1], _populations(dot, data, weights, data.gate, bias[-1:]), 1.0)
    sides: tuple[tuple[Edge, int], ...] = (("left", 0), ("right", -1))
    for edge, g in sides:
        gate = data.gate[[g]]
        yield _Cut(edge, bias, conductance[g, half], _populations(dot, data, weights, gate, bias), 2.0)


def _populations(
    dot: PaperDot, data: Map, weights: Mapping[int, Matrix], gate: Matrix, bias: Matrix
) -> Mapping[int, Matrix]:
    """Return the populations of the levels of each N along a cut, (levels, points)."""
    total = {N: np.zeros((spectrum.energies.size, gate.size * bias.size)) for N, spectrum in dot.spectra.items()}
    index = np.arange(gate.size * bias.size).reshape(gate.size, bias.size)
    for gates, biases, levels in tiles(dot, gate, bias, data.kT):
        scheme = dot.scheme(weights, levels)
        found = stability_arrays(scheme, bias=bias[biases], gate=gate[gates], kT=data.kT, populations=True)
        points = index[gates, biases].ravel()
        for N, count in levels.items():
            part = found["population"].transpose(0, 2, 1)[scheme.electrons == N]
            total[N][:count, points] = part.reshape(count, points.size)
    return total


def _candidates(dot: PaperDot, data: Map, weights: Mapping[int, Matrix], cut: _Cut, lead: str) -> Iterator[_Candidate]:
    """Yield every transition of a lead that meets the edge, with its strength there."""
    shift = {"L": -0.5, "R": 0.5}[lead]
    corner = {"left": data.gate[0], "right": data.gate[-1]}
    for N, matrix in weights.items():
        for j, i in zip(*np.nonzero(matrix), strict=True):
            E = float(dot.spectra[N + 1].energies[j] - dot.spectra[N].energies[i])
            position = E + shift * float(data.bias[-1]) if cut.edge == "top" else float((corner[cut.edge] - E) / shift)
            if not cut.axis[0] < position < cut.axis[-1]:
                continue
            near = np.abs(cut.axis - position) <= np.maximum(3.0 * data.kT * cut.scale, np.diff(cut.axis)[0])
            occupied = float((cut.population[N][i, near] + cut.population[N + 1][j, near]).max())
            yield _Candidate(position, float(matrix[j, i]) * occupied, N, int(i), int(j))


def _summits(cut: _Cut, threshold: float) -> list[int]:
    """Return where |dI/dV| is largest along an edge, line by line."""
    size = np.abs(cut.conductance)
    inner = (size[1:-1] > size[:-2]) & (size[1:-1] >= size[2:]) & (size[1:-1] >= threshold)
    return [int(at) + 1 for at in np.flatnonzero(inner)]


def _named(cut: _Cut, kT: float, summit: int, candidates: Mapping[str, Sequence[_Candidate]]) -> Iterator[Line]:
    """Yield the line of each lead whose transitions make up a summit, for none if only the other lead's do."""
    reach = max(NEAR * kT * cut.scale, float(np.diff(cut.axis)[0]))
    near = {
        lead: [one for one in listed if abs(one.position - cut.axis[summit]) <= reach]
        for lead, listed in candidates.items()
    }
    strongest = max((one.strength for listed in near.values() for one in listed), default=0.0)
    for lead, listed in near.items():
        group = sorted(
            (one for one in listed if one.strength > 0 and one.strength >= WORTH * strongest),
            key=lambda one: (one.i == one.j == 0, one.strength),
        )
        if group:
            leader = group[-1]
            conductance = float(cut.conductance[summit])
            yield Line(cut.edge, leader.position, lead, leader.N, leader.i, leader.j, len(group) - 1, conductance)


def spread(positions: Sequence[float], width: float) -> list[float]:
    """Move sorted labels apart to at least the width, each as little as possible (pooling of adjacent violators)."""
    pools: list[list[float]] = []
    for count, position in enumerate(positions):
        pools.append([position - count * width, 1.0])
        while len(pools) > 1 and pools[-2][0] > pools[-1][0]:
            (first, m), (second, n) = pools[-2:]
            pools[-2:] = [[(m * first + n * second) / (m + n), m + n]]
    centres = [centre for centre, size in pools for _ in range(int(size))]
    return [centre + count * width for count, centre in enumerate(centres)]
