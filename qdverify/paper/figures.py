"""The paper's figures, drawn: Fig. 1 in grey and in colour, Fig. 2, and the populations across a line."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import fill
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import SymLogNorm
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from qdverify.paper.colours import diverging
from qdverify.paper.diagrams import Crossing, Map, Peaks
from qdverify.paper.lines import Line, spread, visible_lines
from qdverify.paper.recomputed import Matrix, PaperDot, spin_label

INK = "#1f3a5f"
ACCENT = "#b3432b"
SOFT = "#5b6675"
LEAD_COLOURS = {"L": INK, "R": ACCENT}
LINEAR_SHARE = 2e-3
"""Share of the largest |dI/dV| below which the colour scale is linear."""
GREY_SHARE = 0.2
"""Share of the largest |dI/dV| at which the grey scale saturates, so that weak lines can be seen as in the paper."""


def figure_1(dot: PaperDot, data: Map, *, colour: bool) -> Figure:
    """Draw one window of Fig. 1: spin weights on the left, transition probabilities on the right."""
    figure = Figure(figsize=(11.0, 5.4))
    axes = figure.subplots(
        1,
        2,
        sharex=True,
        sharey=True,
        gridspec_kw={"left": 0.075, "right": 0.885, "bottom": 0.1, "top": 0.79, "wspace": 0.06},
    )
    largest = float(max(np.abs(data.spin_only).max(), np.abs(data.correlated).max()))
    panels = (
        (axes[0], data.spin_only, "spin only: rates from $C_{ji}$"),
        (axes[1], data.correlated, "correlated: rates from $M_{ji}$"),
    )
    for ax, conductance, title in panels:
        mesh = _mesh(ax, data, conductance, largest, colour=colour)
        _name_lines(ax, data, visible_lines(dot, data, conductance))
        ax.text(0.5, 1.155, title, transform=ax.transAxes, ha="center", fontsize=11)
        ax.set_xlabel("gate $e\\phi$ ($E_H^*$)")
    axes[0].set_ylabel("bias $V$ ($E_H^*/e$)")
    bar = figure.colorbar(mesh, cax=figure.add_axes((0.9, 0.1, 0.014, 0.69)), label="d$I$/d$V$ ($t/E_H^*$)")
    if colour:
        _decades(bar.ax, largest)
    figure.suptitle(f"{data.title}, $k_BT = {data.kT:g}\\,E_H^*$", y=0.985)
    figure.text(0.9, 0.972, "N\u1d62\u2192(N+1)\u2c7c in resonance with", ha="right", va="top", fontsize=8, color=SOFT)
    for lead, x in (("L", 0.912), ("R", 0.93)):
        figure.text(x, 0.972, lead, ha="center", va="top", fontsize=8, color=LEAD_COLOURS[lead], weight="bold")
    return figure


def _mesh(ax: Axes, data: Map, conductance: Matrix, largest: float, *, colour: bool) -> Any:
    extent = (float(data.gate[0]), float(data.gate[-1]), float(data.bias[0]), float(data.bias[-1]))
    if colour:
        norm = SymLogNorm(linthresh=LINEAR_SHARE * largest, linscale=0.4, vmin=-largest, vmax=largest)
        style: dict[str, Any] = {"cmap": diverging(), "norm": norm}
    else:
        # as in the paper: zero is grey, dark is positive, white is negative
        style = {"cmap": "gray_r", "vmin": -GREY_SHARE * largest, "vmax": GREY_SHARE * largest}
    return ax.imshow(conductance.T, origin="lower", aspect="auto", extent=extent, interpolation="nearest", **style)


def _decades(ax: Axes, largest: float) -> None:
    """Mark the decades of a symmetric logarithmic scale, without those that crowd at zero."""
    top = int(np.floor(np.log10(largest)))
    decades = [10.0**power for power in range(top, top - 6, -1) if 10.0**power > 1.5 * LINEAR_SHARE * largest]
    ax.yaxis.set_major_locator(FixedLocator([*(-value for value in decades), 0.0, *decades]))
    ax.yaxis.set_minor_locator(NullLocator())
    ax.yaxis.set_major_formatter(FuncFormatter(_true_minus))


def _true_minus(value: float, _: int) -> str:
    return f"{value:g}".replace("-", "\u2212")


def _name_lines(ax: Axes, data: Map, lines: Sequence[Line]) -> None:
    """Write the transition of each line above the place where it meets the upper edge."""
    top, height = float(data.bias[-1]), float(data.bias[-1] - data.bias[0])
    width = float(data.gate[-1] - data.gate[0]) / 38
    for line, place in zip(lines, spread([line.gate for line in lines], width), strict=True):
        ax.annotate(
            line.name,
            (line.gate, top),
            xytext=(place, top + 0.028 * height),
            fontsize=6.5,
            rotation=90,
            ha="center",
            va="bottom",
            color=LEAD_COLOURS[line.lead],
            annotation_clip=False,
            arrowprops={"arrowstyle": "-", "lw": 0.4, "color": LEAD_COLOURS[line.lead], "shrinkA": 0, "shrinkB": 0},
        )


def figure_2(data: Peaks, dot: PaperDot) -> Figure:
    """Draw the four peaks of the current along the gate, each in a window of its own."""
    figure = Figure(figsize=(10.0, 3.8))
    axes = figure.subplots(
        1, 4, sharey=True, gridspec_kw={"left": 0.065, "right": 0.985, "bottom": 0.2, "top": 0.84, "wspace": 0.08}
    )
    unit = float(data.current[0].max())
    for N, ax in enumerate(axes):
        offset = (data.gate[N] - dot.addition_energy(N)) * 1e3
        ax.fill_between(offset, data.current[N] / unit, color=INK, alpha=0.12, lw=0)
        ax.plot(offset, data.current[N] / unit, color=INK)
        ax.axvline(0.0, color=SOFT, lw=0.6, ls=":")
        ax.set_title(f"{N} \u2192 {N + 1},  M = {dot.M[N][0, 0]:.3f}", fontsize=10)
        ax.set_xlabel(f"$e\\phi - {dot.addition_energy(N):.4f}$ ($10^{{-3}}E_H^*$)", fontsize=9)
        summit = int(np.argmax(data.current[N]))
        ax.annotate(
            f"{data.heights[N]:.4f}", (offset[summit], data.heights[N] + 0.015), ha="center", va="bottom", fontsize=9
        )
        ax.spines[["top", "right"]].set_visible(False)
        ax.set_xlim(offset[0], offset[-1])
        ax.set_ylim(0, 1.12)
    axes[0].set_ylabel("current / first peak")
    figure.suptitle("Current at the first four resonances; dotted: equal energies of N and N + 1", fontsize=10)
    return figure


def populations(found: Sequence[Crossing], title: str) -> Figure:
    """Draw the populations on both sides of a negative and an enhanced line, with the reason in words."""
    figure = Figure(figsize=(10.0, 3.5 * len(found)))
    axes = figure.subplots(
        len(found),
        1,
        squeeze=False,
        gridspec_kw={"left": 0.07, "right": 0.985, "bottom": 0.08, "top": 0.86, "hspace": 0.68},
    )
    for ax, crossing in zip(axes[:, 0], found, strict=True):
        shown = np.isin(crossing.electrons, (crossing.N, crossing.N + 1))
        place = np.arange(int(shown.sum()))
        for side, shift, shade in ((0, -0.2, INK), (1, 0.2, ACCENT)):
            label = f"V = {crossing.bias[side]:.4f}: I = {crossing.current[side]:.4f} t"
            ax.bar(place + shift, crossing.populations[shown, side], 0.38, color=shade, label=label)
        ax.set_xticks(
            place, [name for name, keep in zip(_level_names(crossing), shown, strict=True) if keep], fontsize=8
        )
        ax.set_title(
            f"{crossing.kind} line at e\u03c6 = {crossing.gate:.4f}: "
            f"d$I$/d$V = {crossing.conductance:.3g}\\,t/E_H^*$\n"
            f"{fill(crossing.reason, 135)}",
            fontsize=9,
            loc="left",
        )
        ax.set_ylabel("population")
        ax.legend(fontsize=8, frameon=False, loc="upper right")
        ax.spines[["top", "right"]].set_visible(False)
    figure.suptitle(title, y=0.985, fontsize=11)
    return figure


def _level_names(crossing: Crossing) -> list[str]:
    first = {N: int(np.flatnonzero(crossing.electrons == N)[0]) for N in set(crossing.electrons.tolist())}
    return [
        f"N = {N}, level {k - first[N]}\nS = {spin_label(two_S)}"
        for k, (N, two_S) in enumerate(zip(crossing.electrons.tolist(), crossing.two_S.tolist(), strict=True))
    ]
