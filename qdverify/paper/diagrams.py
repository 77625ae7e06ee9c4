"""The data of Figs. 1 and 2: differential conductance over gate and bias, current peaks along the gate."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from numeric.diagram import stability_arrays
from qdverify.paper.reach import tiles
from qdverify.paper.recomputed import BOLTZMANN, EFFECTIVE_HARTREE, LOWEST_MULTIPLETS, Matrix, PaperDot
from qdverify.reference.printed import reported

CORNER_KT = 1.2e-4
CORNER_BIAS, CORNER_GATE = 0.035, 0.02
DIAMOND_KT = 5e-3
MARGIN = 0.15
PEAK_MILLIKELVIN: Final[float] = reported.tables()["fig_2"]["temperature_mK"]
FIRST_PEAK: Final[str] = reported.tables()["fig_2"]["first_peak"]
PEAK_KT = 1e-3 * PEAK_MILLIKELVIN * BOLTZMANN / EFFECTIVE_HARTREE
PEAK_BIAS = 1e-5
"""Well below the first splitting."""
LINE = 0.05
THRESHOLDS = (0.01, 0.02, LINE, 0.1)
"""Shares of a map's largest |dI/dV| beyond which a cell belongs to a line: how many lines there are depends on it."""


@dataclass(frozen=True, eq=False)
class Map:
    """dI/dV over a window of the plane, once with the spin weights and once with the transition probabilities.

    Attributes
    ----------
    gate, bias
        Axes e phi, (g,), and V, (b,), in E_H* and E_H*/e.
    spin_only, correlated
        dI/dV with C_ji and with M_ji, (g, b), in units of t / E_H*.
    spin_only_current, correlated_current
        The currents themselves, (g, b), in units of t.
    N
        The window is centred where N and N + 1 electrons coexist; None for the whole diamond.
    """

    name: str
    title: str
    gate: Matrix
    bias: Matrix
    spin_only: Matrix
    correlated: Matrix
    spin_only_current: Matrix
    correlated_current: Matrix
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
    axes = np.linspace(low - MARGIN, high + MARGIN, 131), np.linspace(0.0, high - low, 46)
    return _map(dot, "diamond", "N = 3 diamond", axes, kT=DIAMOND_KT, N=None)


def corner(dot: PaperDot, N: int) -> Map:
    """Return the corner of the diamond where N and N + 1 electrons coexist."""
    centre = dot.addition_energy(N)
    axes = np.linspace(centre - CORNER_GATE, centre + CORNER_GATE, 321), np.linspace(0.0, CORNER_BIAS, 141)
    return _map(dot, f"corner-{N}-{N + 1}", f"{N} \u2194 {N + 1} electrons", axes, kT=CORNER_KT, N=N)


def _map(dot: PaperDot, name: str, title: str, axes: tuple[Matrix, Matrix], *, kT: float, N: int | None) -> Map:
    """Compute V >= 0 and mirror it: equal barriers make the current odd in V and its slope even."""
    gate, bias = axes
    halves = np.zeros((2, 2, gate.size, bias.size))
    for gates, biases, levels in tiles(dot, gate, bias, kT):
        for weights, (current, slope) in zip((dot.C, dot.M), halves, strict=True):
            found = stability_arrays(dot.scheme(weights, levels), bias=bias[biases], gate=gate[gates], kT=kT)
            current[gates, biases], slope[gates, biases] = found["I_L"].T, found["dI_dV"].T
    (spin_only_current, spin_only), (correlated_current, correlated) = (
        (_mirrored(current, -1), _mirrored(slope, 1)) for current, slope in halves
    )
    both = _mirrored(bias[None], -1)[0]
    return Map(name, title, gate, both, spin_only, correlated, spin_only_current, correlated_current, kT, N)


def _mirrored(half: Matrix, sign: int) -> Matrix:
    """Continue columns of V >= 0 to V < 0."""
    whole: Matrix = np.concatenate([sign * half[:, :0:-1], half], axis=1)
    return whole


def line_count(conductance: Matrix, threshold: float = LINE) -> int:
    """Count the lines that a cut at the largest positive bias crosses.

    Parameters
    ----------
    conductance
        dI/dV, (g, b).
    threshold
        A line is a run of neighbouring gates where |dI/dV| exceeds this share of the map's largest value.
    """
    cut = np.abs(conductance[:, -1]) > threshold * np.abs(conductance).max()
    return int(cut[0]) + int(np.count_nonzero(np.diff(cut.astype(np.int8)) == 1))


@dataclass(frozen=True, eq=False)
class Peaks:
    """Fig. 2: the current at small bias around each resonance.

    Attributes
    ----------
    gate
        One window for each of the transitions 0 -> 1, ..., 3 -> 4, (4, points).
    current, spin_only_current
        With M_ji and with C_ji, (4, points).
    kT
        Temperature in E_H*.
    """

    kT: float
    gate: Matrix
    current: Matrix
    spin_only_current: Matrix

    @property
    def heights(self) -> Matrix:
        """Largest current in each window over the first's, (4,)."""
        return _heights(self.current)

    @property
    def spin_only_heights(self) -> Matrix:
        """The same with C_ji."""
        return _heights(self.spin_only_current)


def _heights(current: Matrix) -> Matrix:
    heights: Matrix = current.max(axis=1) / current[0].max()
    return heights


def peaks(dot: PaperDot, points: int = 241, kT: float = PEAK_KT) -> Peaks:
    """Return Fig. 2."""
    offset = np.linspace(-12 * kT, 12 * kT, points)
    gate = np.array([dot.addition_energy(N) + offset for N in range(4)])
    current, spin_only = (
        stability_arrays(dot.scheme(weights, LOWEST_MULTIPLETS), bias=[PEAK_BIAS], gate=np.sort(gate.ravel()), kT=kT)[
            "I_L"
        ][0].reshape(gate.shape)
        for weights in (dot.M, dot.C)
    )
    return Peaks(kT, gate, current, spin_only)
