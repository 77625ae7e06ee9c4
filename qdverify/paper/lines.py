"""Which transition a line of Fig. 1 belongs to.

Level j of N + 1 and level i of N coexist with a lead where E_j - E_i - gate = mu: as mu = +V/2 at L and -V/2 at R, each
transition draws two straight lines through the plane, gate = E_j - E_i -+ V/2.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from qdverify.paper.diagrams import Map
from qdverify.paper.recomputed import EXCITED, LOWEST_MULTIPLETS, Matrix, PaperDot

VISIBLE = 2e-3
"""Share of the map's largest |dI/dV| that a line must reach to be named."""
MERGED = 2.0
"""Lines of one lead closer than this many kT cannot be told apart."""
_SUBSCRIPTS = str.maketrans("0123456789", "\u2080\u2081\u2082\u2083\u2084\u2085\u2086\u2087\u2088\u2089")


@dataclass(frozen=True)
class Line:
    """A line where it meets the upper edge of the window.

    Attributes
    ----------
    gate
        Position on the edge.
    lead
        The lead with which the transition is in resonance, "L" or "R".
    N, i, j
        The transition with the largest weight among those that fall together.
    merged
        How many others do.
    conductance
        dI/dV there.
    """

    gate: float
    lead: str
    N: int
    i: int
    j: int
    merged: int
    conductance: float

    @property
    def name(self) -> str:
        """Electron numbers with the levels as subscripts."""
        start, end = (
            f"{N}{str(level).translate(_SUBSCRIPTS)}" for N, level in ((self.N, self.i), (self.N + 1, self.j))
        )
        return f"{start}\u2192{end}" + ("\u2026" if self.merged else "")


def visible_lines(dot: PaperDot, data: Map, conductance: Matrix) -> list[Line]:
    """Return the lines that can be seen where they leave the window at the largest bias, from left to right."""
    found = []
    for lead, sign in (("L", -1.0), ("R", 1.0)):
        candidates = sorted(_candidates(dot, data, sign * 0.5 * float(data.bias[-1])))
        for group in _merge(candidates, MERGED * data.kT):
            position, _, N, i, j = max(group, key=lambda candidate: candidate[1])
            seen = _seen(data, conductance, position)
            if seen is not None:
                found.append(Line(position, lead, N, i, j, len(group) - 1, seen))
    return sorted(found, key=lambda line: line.gate)


Candidate = tuple[float, float, int, int, int]


def _candidates(dot: PaperDot, data: Map, shift: float) -> list[Candidate]:
    """Return (position, weight, N, i, j) of every allowed transition inside the window."""
    levels = EXCITED if data.N is None else LOWEST_MULTIPLETS
    return [
        (position, float(dot.M[N][j, i]), N, i, j)
        for N in (range(4) if data.N is None else [data.N])
        for i, E_i in enumerate(dot.spectra[N].energies[: levels[N]])
        for j, E_j in enumerate(dot.spectra[N + 1].energies[: levels[N + 1]])
        if dot.C[N][j, i] > 0 and data.gate[0] < (position := float(E_j - E_i) + shift) < data.gate[-1]
    ]


def _merge(candidates: Sequence[Candidate], width: float) -> list[list[Candidate]]:
    """Group sorted candidates whose neighbours are closer than the width."""
    groups: list[list[Candidate]] = []
    for candidate in candidates:
        if groups and candidate[0] - groups[-1][-1][0] < width:
            groups[-1].append(candidate)
        else:
            groups.append([candidate])
    return groups


def _seen(data: Map, conductance: Matrix, position: float) -> float | None:
    """Return dI/dV at a position of the upper edge if a line runs there, not only the flank of a stronger one.

    Degeneracies shift a line by kT times a logarithm, so its summit may lie up to three kT away.
    """
    edge = conductance[:, -1]
    near, around = (np.abs(data.gate - position) <= reach * data.kT for reach in (3.0, 5.0))
    summit = int(np.argmax(np.where(near, np.abs(edge), -1.0)))
    strong = np.abs(edge[summit]) >= VISIBLE * np.abs(conductance).max()
    return float(edge[summit]) if strong and np.abs(edge[around]).max() <= np.abs(edge[summit]) else None


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
