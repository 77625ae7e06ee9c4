"""The states behind the transport figures, drawn: charge densities and the scheme of the lowest multiplets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

import numeric
from qdverify.paper.palette import ACCENT, INK, SOFT
from qdverify.paper.recomputed import LOWEST_MULTIPLETS, Matrix, PaperDot
from qdverify.protocol.spins import spin_text

SUPPRESSED = 0.05
"""Allowed transitions with less than this M_ji are drawn dotted: the spins would let them pass."""


@dataclass(frozen=True, eq=False)
class Densities:
    """Charge densities of the ground states.

    Attributes
    ----------
    x
        Places in a_B*, (k,).
    density
        For each N the charge density in 1/a_B*, (k,).
    two_S
        For each N twice the total spin.
    """

    x: Matrix
    density: Mapping[int, Matrix]
    two_S: Mapping[int, int]


def charge_densities(dot: PaperDot) -> Densities:
    """Return the charge densities of the ground states of 1 to 4 electrons."""
    x = np.linspace(0.0, dot.spectra[1].box.length, 401)
    numbers = (1, 2, 3, 4)
    return Densities(
        x,
        {N: numeric.charge_density(dot.spectra[N], 0, x) for N in numbers},
        {N: int(dot.spectra[N].two_S[0]) for N in numbers},
    )


def densities(data: Densities) -> Figure:
    """Draw the charge densities: N electrons, N peaks."""
    figure = Figure(figsize=(9.0, 5.4))
    axes = figure.subplots(
        2,
        2,
        sharex=True,
        sharey=True,
        gridspec_kw={"left": 0.08, "right": 0.98, "bottom": 0.1, "top": 0.95, "hspace": 0.22, "wspace": 0.06},
    )
    x, highest = data.x, 0.0
    for (N, density), ax in zip(data.density.items(), axes.ravel(), strict=True):
        highest = max(highest, float(density.max()))
        peaks = np.flatnonzero((density[1:-1] > density[:-2]) & (density[1:-1] > density[2:])) + 1
        ax.fill_between(x, density, color=INK, alpha=0.13, lw=0)
        ax.plot(x, density, color=INK)
        ax.plot(x[peaks], density[peaks], "o", ms=4, color=ACCENT)
        ax.set_title(
            f"N = {N}, S = {spin_text(data.two_S[N])}: {len(peaks)} peak{'s' * (len(peaks) > 1)}",
            fontsize=10,
        )
        ax.spines[["top", "right"]].set_visible(False)
        ax.set_xlim(0, x[-1])
    axes[0, 0].set_ylim(0, 1.08 * highest)
    figure.supxlabel("$x$ ($a_B^*$)", fontsize=10)
    figure.supylabel("charge density ($1/a_B^*$)", fontsize=10)
    return figure


def level_scheme(dot: PaperDot) -> Figure:
    """Draw the lowest multiplets, labelled by spin, joined by lines as thick as M_ji is large."""
    figure = Figure(figsize=(10.0, 6.2))
    ax = figure.subplots(gridspec_kw={"left": 0.075, "right": 0.985, "bottom": 0.08, "top": 0.93})
    offsets = {
        N: (dot.spectra[N].energies[: LOWEST_MULTIPLETS[N]] - dot.spectra[N].energies[0]) * 1e3 for N in (2, 3, 4)
    }
    for N in (2, 3):
        for i, y_i in enumerate(offsets[N]):
            for j, y_j in enumerate(offsets[N + 1]):
                if dot.C[N][j, i] > 0:
                    _join(ax, (N + 0.14, y_i), (N + 0.86, y_j), float(dot.M[N][j, i]))
    height = max(float(energies[-1]) for energies in offsets.values())
    for N, energies in offsets.items():
        ax.hlines(energies, N - 0.13, N + 0.13, color=INK, lw=2.2)
        for level, (y, text_y) in enumerate(zip(energies, _apart(energies, height / 28), strict=True)):
            label = f"{level}: S = {spin_text(int(dot.spectra[N].two_S[level]))}"
            if N == 4:
                ax.text(N + 0.15, y, label, ha="left", va="center", fontsize=9)
            elif N == 2:
                ax.text(N - 0.15, text_y, label, ha="right", va="center", fontsize=9)
            else:
                ax.text(N, y + height / 110, label, ha="center", va="bottom", fontsize=9)
    ax.set_xticks((2, 3, 4), ("N = 2", "N = 3", "N = 4"))
    ax.set_xlim(1.68, 4.42)
    ax.set_ylim(-0.05 * height, 1.06 * height)
    ax.set_ylabel("energy above the ground state ($10^{-3}E_H^*$)")
    ax.set_title(
        f"Lowest multiplets; line width: $M_{{ji}}$, dotted: allowed by spin but $M_{{ji}} < {SUPPRESSED:g}$",
        fontsize=10,
    )
    ax.spines[["top", "right", "bottom"]].set_visible(False)
    ax.tick_params(bottom=False)
    return figure


def _join(ax: Axes, start: tuple[float, float], end: tuple[float, float], M: float) -> None:
    (x_i, y_i), (x_j, y_j) = start, end
    if M < SUPPRESSED:
        ax.plot((x_i, x_j), (y_i, y_j), color=SOFT, lw=0.8, ls=(0, (1, 3)))
    else:
        ax.plot((x_i, x_j), (y_i, y_j), color=ACCENT, lw=7 * M, alpha=0.6, solid_capstyle="butt")


def _apart(values: np.ndarray[tuple[int], np.dtype[np.float64]], least: float) -> list[float]:
    """Move labels of ascending values apart."""
    placed: list[float] = []
    for value in values.tolist():
        placed.append(max(value, placed[-1] + least) if placed else value)
    return placed
