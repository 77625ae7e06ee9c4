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
DIAMOND_KT = 4e-3
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


def maps(dot: PaperDot, points: int = 201) -> Iterator[Map]:
    """Yield Fig. 1: the diamond of three electrons and its two corners."""
    low, high = dot.addition_energy(2), dot.addition_energy(3)
    margin = 0.15
    gate, bias = np.linspace(low - margin, high + margin, 200), np.linspace(-(high - low), high - low, 160)
    yield _map(dot, "diamond", "N = 3 diamond", (gate, bias), kT=DIAMOND_KT, N=None)
    for N in (2, 3):
        centre = dot.addition_energy(N)
        gate = np.linspace(centre - CORNER_GATE, centre + CORNER_GATE, points)
        bias = np.linspace(-CORNER_BIAS, CORNER_BIAS, points)
        yield _map(dot, f"corner-{N}-{N + 1}", f"{N} \u2194 {N + 1} electrons", (gate, bias), kT=CORNER_KT, N=N)


def _map(dot: PaperDot, name: str, title: str, axes: tuple[Matrix, Matrix], *, kT: float, N: int | None) -> Map:
    gate, bias = axes
    levels = EXCITED if N is None else LOWEST_MULTIPLETS
    spin_only, correlated = (
        numeric.stability_diagram(dot.scheme(weights, levels), bias=bias, gate=gate, kT=kT)["dI_dV"].values
        for weights in (dot.C, dot.M)
    )
    return Map(name, title, gate, bias, spin_only, correlated, kT, N)


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
    bias
        Values on both sides of the line, (2,).
    populations
        Of every level on both sides, (levels, 2).
    electrons, two_S
        Of every level.
    """

    kind: str
    gate: float
    bias: Matrix
    conductance: float
    current: Matrix
    populations: Matrix
    electrons: NDArray[np.integer[Any]]
    two_S: NDArray[np.integer[Any]]


def crossings(dot: PaperDot, corner: Map) -> Iterator[Crossing]:
    """Yield the most negative line of a corner, and the line that the correlations enhance most."""
    scale = np.abs(corner.spin_only).max()
    positive = corner.bias > 6 * corner.kT
    enhanced = np.where(positive, corner.correlated - corner.spin_only, -scale)
    negative = np.where(positive, corner.correlated, scale)
    places = {"negative": np.argmin(negative), "enhanced": np.argmax(enhanced)}
    for kind, place in places.items():
        g, b = np.unravel_index(place, corner.correlated.shape)
        yield _crossing(dot, corner, kind, (int(g), int(b)))


def _crossing(dot: PaperDot, corner: Map, kind: str, place: tuple[int, int]) -> Crossing:
    g, b = place
    scheme = dot.scheme(dot.M, LOWEST_MULTIPLETS)
    # half of the bias acts on a lead: these are five kT on either side, beyond the line's thermal width
    bias = corner.bias[b] + 10 * corner.kT * np.array([-1.0, 1.0])
    found = numeric.stability_diagram(scheme, bias=bias, gate=[corner.gate[g]], kT=corner.kT, populations=True)
    return Crossing(
        kind=kind,
        gate=float(corner.gate[g]),
        bias=bias,
        conductance=float(corner.correlated[g, b]),
        current=found["I_L"].values[0],
        populations=found["population"].values[:, 0, :],
        electrons=scheme.electrons,
        two_S=scheme.two_S,
    )
