"""Why a line of Fig. 1 is white, or strong: the populations on both of its sides.

The integral of dI/dV from one side of a line to the other is the step of the current at the line.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

import numeric
from numeric.diagram import stability_arrays
from qdverify.paper.diagrams import Map
from qdverify.paper.features import features
from qdverify.paper.line_strengths import ZERO_BIAS, Strength, corner_of
from qdverify.paper.recomputed import LOWEST_MULTIPLETS, Matrix, PaperDot

FINENESS: Final = 8
"""Points of a cut in a kT of bias."""
SAME: Final = 4.0
"""A line of the map and one of a cut are the same if they lie within this many kT."""


@dataclass(frozen=True, eq=False)
class Crossing:
    """What happens to the populations where a line of Fig. 1 is crossed.

    Attributes
    ----------
    kind
        "negative" or "enhanced".
    N
        The line belongs to transitions between N and N + 1 electrons.
    gate
        e phi of the cut.
    bias
        Before the line, at its extremum, after it, (3,).
    conductance
        dI/dV at the extremum, in t / E_H*.
    current
        On both sides, (2,), in t.
    spin_only_current
        The same at the same biases with C_ji.
    populations
        Of every level on both sides, (levels, 2).
    electrons, two_S
        Of every level.
    reason
        What changes across the line, in a sentence.
    """

    kind: str
    N: int
    gate: float
    bias: Matrix
    conductance: float
    current: Matrix
    spin_only_current: Matrix
    populations: Matrix
    electrons: NDArray[np.int64]
    two_S: NDArray[np.int64]
    reason: str

    @property
    def step(self) -> float:
        """Change of the current across the line."""
        return float(self.current[1] - self.current[0])


def crossings(dot: PaperDot, window: Map, lines: Sequence[Strength]) -> Iterator[Crossing]:
    """Yield the line of a corner with the most negative step, and the one that populations enhance most, if any.

    Parameters
    ----------
    dot, window
        The levels and the corner.
    lines
        The corner's lines, from `line_strengths.strengths`.
    """
    found = [("negative", g, b) for _, g, b in sorted(_falling(window))]
    enhanced = sorted((one for one in lines if one.kind == "enhanced"), key=lambda one: -one.population_part)
    found += [("enhanced", one.gate, one.bias) for one in enhanced]
    for kind in ("negative", "enhanced"):
        cuts = (_crossing(dot, window, kind, g, b) for which, g, b in found if which == kind)
        first = next((crossing for crossing in cuts if crossing is not None), None)
        if first is not None:
            yield first


def _falling(window: Map) -> Iterator[tuple[float, int, int]]:
    """Yield every negative step of the current, with its gate and bias as indices of the window."""
    bias_from, first = window.bias.size // 2, int(np.searchsorted(window.bias, ZERO_BIAS * window.kT))
    for g, (slope, current) in enumerate(zip(window.correlated, window.correlated_current, strict=True)):
        for line in features(slope[bias_from:]):
            step = float(current[bias_from + line.after] - current[bias_from + line.before])
            if bias_from + line.at >= first and bias_from + line.after < window.bias.size - 1 and step < 0:
                yield step, g, bias_from + line.at


def _crossing(dot: PaperDot, window: Map, kind: str, g: int, b: int) -> Crossing | None:
    """Cut through a line finely, at the gate of the map where it was found; None if it then is no line of its own."""
    N, kT, gate = corner_of(window), window.kT, float(window.gate[g])
    levels = {n: LOWEST_MULTIPLETS[n] for n in (N, N + 1)}
    scheme = dot.scheme(dot.M, levels)
    points = int(np.ceil(FINENESS * float(window.bias[-1]) / kT)) + 1
    bias = np.linspace(0.0, float(window.bias[-1]), points)
    cut = stability_arrays(scheme, bias=bias, gate=[gate], kT=kT, populations=True)
    slope, current = cut["dI_dV"][:, 0], cut["I_L"][:, 0]
    near = [
        found
        for found in features(slope)
        if abs(bias[found.at] - window.bias[b]) <= SAME * kT and slope[found.at] * window.correlated[g, b] > 0
    ]
    if not near:
        return None
    line = min(near, key=lambda found: abs(bias[found.at] - window.bias[b]))
    sides = [line.before, line.after]
    populations = cut["population"][:, sides, 0]
    spin_only = stability_arrays(dot.scheme(dot.C, levels), bias=bias[sides], gate=[gate], kT=kT)
    return Crossing(
        kind=kind,
        N=N,
        gate=gate,
        bias=bias[[line.before, line.at, line.after]],
        conductance=float(slope[line.at]),
        current=current[sides],
        spin_only_current=spin_only["I_L"][:, 0],
        populations=populations,
        electrons=scheme.electrons,
        two_S=scheme.two_S,
        reason=_reason(dot, N, scheme, populations, current[sides]),
    )


def _reason(dot: PaperDot, N: int, scheme: numeric.LevelScheme, sides: Matrix, current: Matrix) -> str:
    """Say which level gains across the line, which one loses, and how each couples to the other electron number."""
    change = sides[:, 1] - sides[:, 0]
    gains, loses = (_level_in_words(dot, N, scheme, int(k)) for k in (np.argmax(change), np.argmin(change)))
    turn = "falls" if current[1] < current[0] else "rises"
    return (
        f"Across the line {gains} gains {100 * change.max():.0f} % of the time while {loses} loses most: "
        f"the current {turn} from {current[0]:.4f} to {current[1]:.4f} t."
    )


def _level_in_words(dot: PaperDot, low: int, scheme: numeric.LevelScheme, k: int) -> str:
    N = int(scheme.electrons[k])
    level = k - int(np.flatnonzero(scheme.electrons == N)[0])
    M = dot.M[low][0, level] if low == N else dot.M[low][level, 0]
    words = f"level {level} of N = {N} (M = {M:.3f} with the ground level of N = {2 * low + 1 - N})"
    return words.replace(" = ", "\u00a0=\u00a0")
