"""The paper's figures, drawn: Fig. 1 in grey and in colour, Fig. 2, densities, levels, populations across a line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import SymLogNorm
from matplotlib.figure import Figure

import numeric
from qdverify.paper.diagrams import Crossing, Map, Peaks
from qdverify.paper.recomputed import LOWEST_MULTIPLETS, Matrix, PaperDot, spin_label

GREY = "gray_r"
DIVERGING = "RdBu_r"
INK = "#1f3a5f"
ACCENT = "#b3432b"


def figure_1(dot: PaperDot, data: Map, *, colour: bool) -> Figure:
    """Draw one window of Fig. 1: spin weights on the left, transition probabilities on the right."""
    figure = Figure(figsize=(11.0, 5.2), layout="constrained")
    axes = figure.subplots(1, 2, sharex=True, sharey=True)
    largest = max(np.abs(data.spin_only).max(), np.abs(data.correlated).max())
    panels = (
        (axes[0], data.spin_only, "spin only: rates from $C_{ji}$"),
        (axes[1], data.correlated, "rates from $M_{ji}$"),
    )
    for ax, conductance, title in panels:
        mesh = _mesh(ax, data, conductance, largest, colour=colour)
        ax.set_title(title, fontsize=11)
        ax.set_xlabel("gate $e\\phi$ ($E_H^*$)")
    axes[0].set_ylabel("bias $V$ ($E_H^*/e$)")
    if data.N is not None:
        _annotate_lines(axes[1], dot, data)
    figure.colorbar(mesh, ax=axes, label="d$I$/d$V$ ($t/E_H^*$)", shrink=0.9)
    figure.suptitle(f"{data.title}, $k_BT = {data.kT:g}\\,E_H^*$")
    return figure


def _mesh(ax: Axes, data: Map, conductance: Matrix, largest: float, *, colour: bool) -> Any:
    extent = (float(data.gate[0]), float(data.gate[-1]), float(data.bias[0]), float(data.bias[-1]))
    if colour:
        norm = SymLogNorm(linthresh=largest / 100, vmin=-largest, vmax=largest)
        style: dict[str, Any] = {"cmap": DIVERGING, "norm": norm}
    else:
        # as in the paper: zero is grey, dark is positive, white is negative
        style = {"cmap": GREY, "vmin": -0.2 * largest, "vmax": 0.2 * largest}
    return ax.imshow(conductance.T, origin="lower", aspect="auto", extent=extent, interpolation="nearest", **style)


def _annotate_lines(ax: Axes, dot: PaperDot, data: Map) -> None:
    """Name the transition of each line where it meets the upper edge."""
    N, top = data.N or 0, float(data.bias[-1])
    marks: list[tuple[float, str]] = []
    for i, E_i in enumerate(dot.spectra[N].energies[: LOWEST_MULTIPLETS[N]]):
        for j, E_j in enumerate(dot.spectra[N + 1].energies[: LOWEST_MULTIPLETS[N + 1]]):
            if dot.M[N][j, i] < 1e-3:
                continue
            for sign in (-1, 1):
                position = float(E_j - E_i) + sign * 0.5 * top
                if data.gate[0] < position < data.gate[-1]:
                    marks.append((position, f"{i}\u2192{j}"))
    width = (data.gate[-1] - data.gate[0]) / 34
    placed = -np.inf
    for position, text in sorted(marks):
        placed = max(position, placed + width)
        ax.annotate(
            text,
            (position, top),
            xytext=(placed, top * 1.045),
            fontsize=6,
            rotation=90,
            ha="center",
            va="bottom",
            annotation_clip=False,
            arrowprops={"arrowstyle": "-", "lw": 0.3, "color": INK, "shrinkA": 0, "shrinkB": 0},
        )
    ax.set_title(ax.get_title(), fontsize=11, pad=34)


def figure_2(data: Peaks, dot: PaperDot) -> Figure:
    """Draw the four peaks of the current along the gate, each in a window of its own."""
    figure = Figure(figsize=(9.0, 3.6), layout="constrained")
    axes = figure.subplots(1, 4, sharey=True)
    unit = float(data.current[0].max())
    for N, ax in enumerate(axes):
        ax.plot((data.gate[N] - dot.addition_energy(N)) * 1e3, data.current[N] / unit, color=INK)
        ax.set_title(f"{N} \u2192 {N + 1}", fontsize=11)
        ax.set_xlabel(f"$e\\phi - {dot.addition_energy(N):.4f}$\n($10^{{-3}}E_H^*$)", fontsize=9)
        ax.annotate(f"{data.heights[N]:.4f}", (0, data.heights[N]), ha="center", va="bottom", fontsize=9)
        ax.spines[["top", "right"]].set_visible(False)
        ax.set_ylim(0, 1.12)
    axes[0].set_ylabel("current, relative to the first peak")
    return figure


def densities(dot: PaperDot) -> Figure:
    """Draw the charge densities of the ground states of 1 to 4 electrons: N electrons, N peaks."""
    figure = Figure(figsize=(9.0, 5.0), layout="constrained")
    length = dot.spectra[1].dot.length
    x = np.linspace(0.0, length, 401)
    for N, ax in zip((1, 2, 3, 4), figure.subplots(2, 2, sharex=True, sharey=True).ravel(), strict=True):
        density = numeric.charge_density(dot.spectra[N], 0, x)
        ax.fill_between(x, density, color=INK, alpha=0.15, lw=0)
        ax.plot(x, density, color=INK)
        ax.set_title(f"N = {N}, S = {spin_label(int(dot.spectra[N].two_S[0]))}", fontsize=10)
        ax.spines[["top", "right"]].set_visible(False)
        ax.set_xlim(0, length)
        ax.set_ylim(bottom=0)
    figure.supxlabel("$x$ ($a_B^*$)")
    figure.supylabel("charge density ($1/a_B^*$)")
    return figure


def level_scheme(dot: PaperDot) -> Figure:
    """Draw the lowest multiplets, labelled by spin, joined by lines as thick as M_ji is large."""
    figure = Figure(figsize=(9.0, 5.0), layout="constrained")
    ax = figure.subplots()
    offsets = {
        N: (dot.spectra[N].energies[: LOWEST_MULTIPLETS[N]] - dot.spectra[N].energies[0]) * 1e3 for N in (2, 3, 4)
    }
    for N in (2, 3):
        for i, y_i in enumerate(offsets[N]):
            for j, y_j in enumerate(offsets[N + 1]):
                if dot.M[N][j, i] > 1e-4:
                    ax.plot((N + 0.22, N + 0.78), (y_i, y_j), color=ACCENT, lw=6 * dot.M[N][j, i], alpha=0.55)
    for N, energies in offsets.items():
        for level, y in enumerate(energies):
            ax.plot((N - 0.2, N + 0.2), (y, y), color=INK, lw=2)
            label = f"{level}: S = {spin_label(int(dot.spectra[N].two_S[level]))}"
            ax.text(N - 0.22, y, label, ha="right", va="center", fontsize=8)
    ax.set_xticks((2, 3, 4), ("N = 2", "N = 3", "N = 4"))
    ax.set_xlim(1.5, 4.4)
    ax.set_ylabel("energy above the ground state ($10^{-3}E_H^*$)")
    ax.spines[["top", "right", "bottom"]].set_visible(False)
    ax.tick_params(bottom=False)
    return figure


def populations(found: Sequence[Crossing], title: str) -> Figure:
    """Draw the populations on both sides of a negative and an enhanced line."""
    figure = Figure(figsize=(10.0, 3.2 * len(found)), layout="constrained")
    for ax, crossing in zip(np.atleast_1d(figure.subplots(len(found), 1)), found, strict=True):
        place = np.arange(len(crossing.electrons))
        for side, shift, colour in ((0, -0.2, INK), (1, 0.2, ACCENT)):
            label = f"V = {crossing.bias[side]:.4f}, I = {crossing.current[side]:.4f} t"
            ax.bar(place + shift, crossing.populations[:, side], 0.4, color=colour, label=label)
        ax.set_xticks(place, list(_level_names(crossing)), fontsize=8)
        ax.set_title(
            f"{crossing.kind} line at e\u03c6 = {crossing.gate:.4f}: dI/dV = {crossing.conductance:.3g}", fontsize=10
        )
        ax.set_ylabel("population")
        ax.legend(fontsize=8, frameon=False)
        ax.spines[["top", "right"]].set_visible(False)
    figure.suptitle(title)
    return figure


def _level_names(crossing: Crossing) -> Iterator[str]:
    seen: dict[int, int] = {}
    for N, two_S in zip(crossing.electrons.tolist(), crossing.two_S.tolist(), strict=True):
        level = seen.get(N, 0)
        seen[N] = level + 1
        yield f"N={N}\nlevel {level}\nS={spin_label(two_S)}"
