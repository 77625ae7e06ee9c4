"""The data of Figs. 1 and 2: differential conductance over gate and bias, current peaks along the gate."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

import numeric
from qdverify.paper.recomputed import EXCITED, LOWEST_MULTIPLETS, Matrix, PaperDot

CORNER_KT = 1.2e-4
CORNER_BIAS, CORNER_GATE = 0.035, 0.02
DIAMOND_KT = 3e-3
MARGIN = 0.15
PEAK_KT, PEAK_BIAS = 7.27e-5, 1e-5
"""10 mK in the effective Hartree of the paper, and a bias well below the first splitting."""
LINE = 0.05
"""A cell belongs to a line where |dI/dV| exceeds this share of the map's largest value."""


@dataclass(frozen=True, eq=False)
class Map:
    """dI/dV over a window of the plane, once with the spin weights and once with the transition probabilities.

    Attributes
    ----------
    gate, bias
        Axes, (g,) and (b,).
    spin_only, correlated
        dI/dV with C_ji and with M_ji, (g, b), in units of t / E_H*.
    N
        The window is centred where N and N + 1 electrons coexist; None for the whole diamond.
    """

    name: str
    title: str
    gate: Matrix
    bias: Matrix
    spin_only: Matrix
    correlated: Matrix
    kT: float
    N: int | None


def maps(dot: PaperDot) -> Iterator[Map]:
    """Yield Fig. 1: both corners of the diamond of three electrons, and the diamond."""
    for N in (2, 3):
        yield corner(dot, N)
    yield diamond(dot)


def diamond(dot: PaperDot) -> Map:
    """Return the whole diamond of three electrons, with the higher multiplets that its bias reaches."""
    low, high = dot.addition_energy(2), dot.addition_energy(3)
    axes = np.linspace(low - MARGIN, high + MARGIN, 201), np.linspace(0.0, high - low, 71)
    return _map(dot, "diamond", "N = 3 diamond", axes, kT=DIAMOND_KT, N=None)


def corner(dot: PaperDot, N: int) -> Map:
    """Return the corner of the diamond where N and N + 1 electrons coexist."""
    centre = dot.addition_energy(N)
    axes = np.linspace(centre - CORNER_GATE, centre + CORNER_GATE, 321), np.linspace(0.0, CORNER_BIAS, 141)
    return _map(dot, f"corner-{N}-{N + 1}", f"{N} \u2194 {N + 1} electrons", axes, kT=CORNER_KT, N=N)


def _map(dot: PaperDot, name: str, title: str, axes: tuple[Matrix, Matrix], *, kT: float, N: int | None) -> Map:
    """Compute V >= 0 and mirror it: equal barriers make the current odd in V and its slope even."""
    gate, bias = axes
    levels = EXCITED if N is None else LOWEST_MULTIPLETS
    halves = (
        numeric.stability_diagram(dot.scheme(weights, levels), bias=bias, gate=gate, kT=kT)["dI_dV"].values
        for weights in (dot.C, dot.M)
    )
    spin_only, correlated = (np.concatenate([half[:, :0:-1], half], axis=1) for half in halves)
    return Map(name, title, gate, np.concatenate([-bias[:0:-1], bias]), spin_only, correlated, kT, N)


def line_count(conductance: Matrix) -> int:
    """Count the lines that a cut at the largest positive bias crosses: separate runs of |dI/dV| above the threshold."""
    cut = np.abs(conductance[:, -1]) > LINE * np.abs(conductance).max()
    return int(cut[0]) + int(np.count_nonzero(np.diff(cut.astype(np.int8)) == 1))


@dataclass(frozen=True, eq=False)
class Peaks:
    """Fig. 2: the current at small bias around each resonance.

    Attributes
    ----------
    gate, current
        One window for each of the transitions 0 -> 1, ..., 3 -> 4, (4, points).
    heights
        Largest current in each window over the first's, (4,).
    """

    gate: Matrix
    current: Matrix
    heights: Matrix


def peaks(dot: PaperDot, points: int = 241) -> Peaks:
    """Return Fig. 2."""
    scheme = dot.scheme(dot.M, LOWEST_MULTIPLETS)
    offset = np.linspace(-12 * PEAK_KT, 12 * PEAK_KT, points)
    gate = np.array([dot.addition_energy(N) + offset for N in range(4)])
    found = numeric.stability_diagram(scheme, bias=[PEAK_BIAS], gate=np.sort(gate.ravel()), kT=PEAK_KT)
    current: NDArray[np.floating[Any]] = found["I_L"].values[:, 0].reshape(gate.shape)
    heights = current.max(axis=1)
    return Peaks(gate, current, heights / heights[0])


@dataclass(frozen=True, eq=False)
class Crossing:
    """What happens to the populations where a line of Fig. 1 is crossed.

    Attributes
    ----------
    kind
        "negative" or "enhanced".
    N
        The line belongs to transitions between N and N + 1 electrons.
    bias
        Values on both sides of the line, (2,).
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
    populations: Matrix
    electrons: NDArray[np.integer[Any]]
    two_S: NDArray[np.integer[Any]]
    reason: str


def crossings(dot: PaperDot, window: Map) -> Iterator[Crossing]:
    """Yield the most negative line of a corner and the one that correlations enhance most, away from zero bias."""
    scale = np.abs(window.spin_only).max()
    positive = window.bias > 12 * window.kT
    enhanced = np.where(positive, window.correlated - window.spin_only, -scale)
    negative = np.where(positive, window.correlated, scale)
    places = {"negative": np.argmin(negative), "enhanced": np.argmax(enhanced)}
    for kind, place in places.items():
        g, b = np.unravel_index(place, window.correlated.shape)
        yield _crossing(dot, window, kind, (int(g), int(b)))


def _crossing(dot: PaperDot, window: Map, kind: str, place: tuple[int, int]) -> Crossing:
    g, b = place
    scheme = dot.scheme(dot.M, LOWEST_MULTIPLETS)
    # half of the bias acts on a lead: these are five kT on either side, beyond the line's thermal width
    bias = window.bias[b] + 10 * window.kT * np.array([-1.0, 1.0])
    found = numeric.stability_diagram(scheme, bias=bias, gate=[window.gate[g]], kT=window.kT, populations=True)
    sides, current = found["population"].values[:, 0, :], found["I_L"].values[0]
    return Crossing(
        kind=kind,
        N=window.N or 0,
        gate=float(window.gate[g]),
        bias=bias,
        conductance=float(window.correlated[g, b]),
        current=current,
        populations=sides,
        electrons=scheme.electrons,
        two_S=scheme.two_S,
        reason=_reason(dot, window, scheme, sides, current),
    )


def _reason(dot: PaperDot, window: Map, scheme: numeric.LevelScheme, sides: Matrix, current: Matrix) -> str:
    """Say which level gains across the line, which one loses, and how each couples to the other electron number."""
    change = sides[:, 1] - sides[:, 0]
    gains, loses = (_level_in_words(dot, window, scheme, int(k)) for k in (np.argmax(change), np.argmin(change)))
    moved, turn = 100 * change.max(), "falls" if current[1] < current[0] else "rises"
    return (
        f"Across the line {gains} gains {moved:.0f} % of the time while {loses} loses most: "
        f"the current {turn} from {current[0]:.3f} to {current[1]:.3f} t."
    )


def _level_in_words(dot: PaperDot, window: Map, scheme: numeric.LevelScheme, k: int) -> str:
    N, low = int(scheme.electrons[k]), window.N or 0
    level = k - int(np.flatnonzero(scheme.electrons == N)[0])
    M = dot.M[low][0, level] if low == N else dot.M[low][level, 0]
    return f"level {level} of N = {N} (M = {M:.3f} with the ground level of N = {2 * low + 1 - N})"
