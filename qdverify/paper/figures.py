"""The paper's figures, drawn: Fig. 1 in grey and in colour, Fig. 2, and the populations across a line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from textwrap import fill
from typing import Any, Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import Normalize, SymLogNorm
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, NullLocator, StrMethodFormatter

from qdverify.paper.colours import diverging
from qdverify.paper.crossings import Crossing
from qdverify.paper.diagrams import PEAK_BIAS, PEAK_MILLIKELVIN, Map, Peaks
from qdverify.paper.line_strengths import Strength
from qdverify.paper.lines import Line, Weights, spread
from qdverify.paper.palette import ACCENT, INK, SOFT
from qdverify.paper.recomputed import Matrix, PaperDot
from qdverify.protocol.spins import spin_text

LEAD_COLOURS = {"L": INK, "R": ACCENT}
Scale = Literal["linear", "grey", "colour"]
LINEAR_END = 0.25
"""The linear scale ends at this share of the largest |dI/dV|: a line that is stronger is as dark."""
LINEAR_SHARE = 2e-3
"""Share of the largest |dI/dV| below which the other two scales are linear: beyond, they are logarithmic."""
LETTERS = "abc"
"""Name the crossings of a window, on its map and in the picture of its populations."""
ARROWS = {"enhanced": "black", "negative": "white"}
WORTH_AN_ARROW = 2e-3
"""Steps of the current below this many t get no arrow."""
LABELS_ABOVE, LABELS_ASIDE = 30, 17
"""How many labels fit along the upper edge, and along the upper half of a side edge."""


def figure_1(
    data: Map,
    lines: Mapping[Weights, Sequence[Line]],
    crossings: Sequence[Crossing],
    strong: Sequence[Strength],
    scale: Scale,
) -> Figure:
    """Draw one window of Fig. 1: spin weights on the left, transition probabilities on the right.

    Lines are named where they leave the half V > 0; the other half mirrors it with the leads exchanged. The crossings
    are marked where they lie, and lines that are enhanced by populations or negative by black and white arrows.
    """
    aside = any(line.edge != "top" for named in lines.values() for line in named)
    left, right, gap = (0.135, 0.845, 0.34) if aside else (0.085, 0.885, 0.07)
    figure = Figure(figsize=(10.4, 5.9))
    axes = figure.subplots(
        1,
        2,
        sharex=True,
        sharey=True,
        gridspec_kw={"left": left, "right": right, "bottom": 0.09, "top": 0.78, "wspace": gap},
    )
    largest = float(max(np.abs(data.spin_only).max(), np.abs(data.correlated).max()))
    panels: tuple[tuple[Axes, Weights, Matrix, str], ...] = (
        (axes[0], "C", data.spin_only, "spin only: rates from $C_{ji}$"),
        (axes[1], "M", data.correlated, "correlated: rates from $M_{ji}$"),
    )
    for ax, weights, conductance, title in panels:
        mesh = _mesh(ax, data, conductance, largest, scale)
        ax.autoscale(enable=False)
        _name_above(ax, data, [line for line in lines[weights] if line.edge == "top"])
        for edge, side in (("left", -1), ("right", 1)):
            _name_aside(ax, data, [line for line in lines[weights] if line.edge == edge], side)
        ax.text(0.5, 1.17, title, transform=ax.transAxes, ha="center", fontsize=11)
        ax.set_xlabel("gate $e\\phi$ ($E_H^*$)")
        ax.tick_params(axis="y", pad=46 if aside else 3)
    _mark_all(axes[1], data, crossings, strong)
    axes[0].set_ylabel("bias $V$ ($E_H^*/e$)")
    bar = figure.colorbar(mesh, cax=figure.add_axes((0.915, 0.09, 0.012, 0.69)), label="d$I$/d$V$ ($t/E_H^*$)")
    bar.ax.yaxis.labelpad = -1
    if scale != "linear":
        _decades(bar.ax, largest)
    figure.suptitle(f"{data.title}, $k_BT = {data.kT:g}\\,E_H^*$ (our choice)", x=0.48, y=0.985)
    _explain_names(figure)
    return figure


def _mesh(ax: Axes, data: Map, conductance: Matrix, largest: float, scale: Scale) -> Any:
    extent = (float(data.gate[0]), float(data.gate[-1]), float(data.bias[0]), float(data.bias[-1]))
    norm: Normalize
    if scale == "linear":
        norm = Normalize(-LINEAR_END * largest, LINEAR_END * largest)
    else:
        norm = SymLogNorm(linthresh=LINEAR_SHARE * largest, linscale=0.4, vmin=-largest, vmax=largest)
    # the grey scale is the paper's: zero is grey, dark is positive, white is negative
    colours = diverging() if scale == "colour" else "gray_r"
    return ax.imshow(
        conductance.T,
        origin="lower",
        aspect="auto",
        extent=extent,
        interpolation="bilinear",
        cmap=colours,
        norm=norm,
    )


def _mark_all(ax: Axes, data: Map, crossings: Sequence[Crossing], strong: Sequence[Strength]) -> None:
    """Draw the lettered cuts, and an arrow to each line that is stronger than its rate or negative."""
    for letter, crossing in zip(LETTERS, crossings, strict=False):
        _mark(ax, letter, crossing)
    for one in strong:
        if one.kind in ARROWS and abs(one.step) >= WORTH_AN_ARROW:
            place = float(data.gate[one.gate]), float(data.bias[one.bias])
            _arrow(ax, place, ARROWS[one.kind], side=-1 if one.lead == "L" else 1)


def _explain_names(figure: Figure) -> None:
    """Say above the panels what the names of the lines mean, and in which colour."""
    figure.text(0.93, 0.972, "N\u1d62\u2192(N+1)\u2c7c in resonance with", ha="right", va="top", fontsize=8, color=SOFT)
    for lead, x in (("L", 0.942), ("R", 0.96)):
        figure.text(x, 0.972, lead, ha="center", va="top", fontsize=8, color=LEAD_COLOURS[lead], weight="bold")


def _mark(ax: Axes, letter: str, crossing: Crossing) -> None:
    """Draw the cut through a line, with its letter beside it."""
    before, _, after = crossing.bias
    ax.plot((crossing.gate, crossing.gate), (before, after), color="black", lw=1.4, solid_capstyle="butt")
    ax.annotate(
        letter,
        (crossing.gate, after),
        xytext=(0, 2),
        textcoords="offset points",
        ha="center",
        va="bottom",
        fontsize=9,
        weight="bold",
        bbox={"boxstyle": "circle,pad=0.12", "fc": "white", "ec": "black", "lw": 0.6},
    )


def _arrow(ax: Axes, point: tuple[float, float], colour: str, side: int) -> None:
    """Point at a line from the left (-1) or right (1), in black or white with an outline that shows on any ground.

    Lines of L fall and lines of R rise with the gate: an arrow from the left meets the one, from the right the other.
    """
    ax.annotate(
        "",
        point,
        xytext=(17 * side, -6 * side),
        textcoords="offset points",
        arrowprops={"width": 2.2, "headwidth": 7.5, "headlength": 7.0, "fc": colour, "ec": "#404040", "lw": 0.7},
    )


def _decades(ax: Axes, largest: float) -> None:
    """Mark the decades of a symmetric logarithmic scale, without those that crowd at zero."""
    top = int(np.floor(np.log10(largest)))
    decades = [10.0**power for power in range(top, top - 6, -1) if 10.0**power > 1.5 * LINEAR_SHARE * largest]
    ax.yaxis.set_major_locator(FixedLocator([*(-value for value in decades), 0.0, *decades]))
    ax.yaxis.set_minor_locator(NullLocator())
    ax.yaxis.set_major_formatter(StrMethodFormatter("{x:g}"))  # a function would make the drawing import this


def _true_minus(value: float, _: int) -> str:
    return f"{value:g}".replace("-", "\u2212")


def _name_above(ax: Axes, data: Map, lines: Sequence[Line]) -> None:
    """Write the transition of each line above the place where it meets the upper edge."""
    top, height = float(data.bias[-1]), float(data.bias[-1] - data.bias[0])
    width = float(data.gate[-1] - data.gate[0]) / LABELS_ABOVE
    for line, place in zip(lines, spread([line.position for line in lines], width), strict=True):
        _label(ax, line, (line.position, top), (place, top + 0.03 * height), rotation=90, ha="center", va="bottom")


def _name_aside(ax: Axes, data: Map, lines: Sequence[Line], side: int) -> None:
    """Write the transition of each line beside the place where it meets a side edge, left (-1) or right (1)."""
    edge, width = float(data.gate[0 if side < 0 else -1]), float(data.gate[-1] - data.gate[0])
    height = float(data.bias[-1]) / LABELS_ASIDE
    for line, place in zip(lines, spread([line.position for line in lines], height), strict=True):
        at = edge + side * 0.018 * width, place
        _label(ax, line, (edge, line.position), at, rotation=0, ha="left" if side > 0 else "right", va="center")


def _label(
    ax: Axes, line: Line, point: tuple[float, float], text: tuple[float, float], *, rotation: float, ha: str, va: str
) -> None:
    colour = LEAD_COLOURS[line.lead]
    ax.plot(*zip(point, text, strict=True), color=colour, lw=0.4, clip_on=False)
    ax.text(*text, line.name, fontsize=8, rotation=rotation, ha=ha, va=va, color=colour)


def figure_2(data: Peaks, dot: PaperDot) -> Figure:
    """Draw the four peaks of the current along the gate, each in a window of its own."""
    figure = Figure(figsize=(10.0, 4.0))
    axes = figure.subplots(
        1, 4, sharey=True, gridspec_kw={"left": 0.065, "right": 0.985, "bottom": 0.15, "top": 0.78, "wspace": 0.08}
    )
    unit = float(data.current[0].max())
    for N, ax in enumerate(axes):
        offset = (data.gate[N] - dot.addition_energy(N)) / data.kT
        ax.fill_between(offset, data.current[N] / unit, color=INK, alpha=0.12, lw=0)
        ax.plot(offset, data.current[N] / unit, color=INK)
        ax.plot(offset, data.spin_only_current[N] / unit, color=ACCENT, lw=1.0, ls="--")
        ax.plot((0.0, 0.0), (0.0, 1.05), color=SOFT, lw=0.6, ls=":")
        ax.set_title(
            f"N = {N} \u2192 {N + 1}\n$M = {dot.M[N][0, 0]:.3f}$, $\\mu_{N} = {dot.addition_energy(N):.4f}\\,E_H^*$",
            fontsize=9,
        )
        ax.set_xlabel(f"$(e\\phi - \\mu_{N})\\,/\\,k_BT$")
        summit = int(np.argmax(data.current[N]))
        ax.annotate(
            f"{data.heights[N]:.4f}",
            (offset[summit] + 1.2, data.heights[N]),
            ha="left",
            va="center",
            fontsize=9,
        )
        ax.annotate(
            f"{data.spin_only_heights[N]:.2f}",
            (_left_of_both(data, N, offset), data.spin_only_heights[N]),
            ha="right",
            va="center",
            fontsize=8,
            color=ACCENT,
        )
        ax.spines[["top", "right"]].set_visible(False)
        ax.set_xlim(offset[0], offset[-1])
        ax.set_xticks((-10, -5, 0, 5, 10))
        ax.set_ylim(0, 1.08)
    axes[0].set_ylabel("current / first peak")
    figure.suptitle(
        f"Current at the first four resonances: $k_BT = {data.kT * 1e5:.2f}\\cdot 10^{{-5}}\\,E_H^*$ "
        f"({PEAK_MILLIKELVIN:g} mK), "
        f"$V = {PEAK_BIAS * 1e5:g}\\cdot 10^{{-5}}\\,E_H^*/e$, first peak $I = {unit:.4f}\\,t$",
        fontsize=10,
    )
    return figure


def _left_of_both(data: Peaks, N: int, offset: Matrix) -> float:
    """Return where a label at the height of the dashed peak ends on the left, clear of both curves."""
    higher = np.maximum(data.current[N], data.spin_only_current[N])
    return float(offset[np.argmax(higher > 0.9 * data.spin_only_current[N].max())]) - 0.3


def populations(found: Sequence[Crossing], title: str) -> Figure:
    """Draw the populations on both sides of each line, with the reason in words."""
    figure = Figure(figsize=(10.0, 0.5 + 3.4 * len(found)), layout="constrained")
    axes = figure.subplots(len(found), 1, squeeze=False)
    for letter, ax, crossing in zip(LETTERS, axes[:, 0], found, strict=False):
        shown = np.isin(crossing.electrons, (crossing.N, crossing.N + 1))
        place = np.arange(int(shown.sum()))
        for side, shift, shade in ((0, -0.2, INK), (1, 0.2, ACCENT)):
            when, V = ("before", "after")[side], crossing.bias[2 * side]
            label = f"{when}: $V = {V:.4f}\\,E_H^*/e$\n$I = {crossing.current[side]:.4f}\\,t$"
            ax.bar(place + shift, crossing.populations[shown, side], 0.38, color=shade, label=label)
        ax.set_xticks(
            place, [name for name, keep in zip(_level_names(crossing), shown, strict=True) if keep], fontsize=8
        )
        ax.set_title(
            f"({letter}) {crossing.kind} line at $e\\phi = {crossing.gate:.5f}\\,E_H^*$, "
            f"$V = {crossing.bias[1]:.4f}\\,E_H^*/e$: "
            f"d$I$/d$V = {_true_minus(float(f'{crossing.conductance:.3g}'), 0)}\\,t/E_H^*$, "
            f"step of the current ${crossing.step:+.4f}\\,t$\n{fill(_told(crossing), 132)}",
            fontsize=9,
            loc="left",
        )
        ax.set_ylabel("population")
        ax.set_ylim(0, 1.02)
        ax.legend(fontsize=8, frameon=False, loc="upper left", bbox_to_anchor=(1.0, 1.0), labelspacing=1.2)
        ax.spines[["top", "right"]].set_visible(False)
    figure.suptitle(title, fontsize=11)
    return figure


def _told(crossing: Crossing) -> str:
    """Return the reason of a crossing, for an enhanced line with what the spins alone would give."""
    before, after = crossing.spin_only_current
    alone = f" With the spin weights it would rise from {before:.4f} to {after:.4f} t."
    return crossing.reason + (alone if crossing.kind == "enhanced" else "")


def _level_names(crossing: Crossing) -> list[str]:
    first = {N: int(np.flatnonzero(crossing.electrons == N)[0]) for N in set(crossing.electrons.tolist())}
    return [
        f"N = {N}\nlevel {k - first[N]}\nS = {spin_text(two_S)}"
        for k, (N, two_S) in enumerate(zip(crossing.electrons.tolist(), crossing.two_S.tolist(), strict=True))
    ]
