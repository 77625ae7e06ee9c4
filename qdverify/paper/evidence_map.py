"""The map of `qdverify.paper.inference`: how many printed probabilities hold over length and cutoff."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import BoundaryNorm
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from qdverify.paper.evidence import COMPARED, PROBABILITIES
from qdverify.paper.inference import Flags, Floats, Scan
from qdverify.paper.palette import ACCENT, SOFT

STEPS = (0, 4, 7, 10, 13, 15, 16, 17, 18, 20)
"""Limits of the shades: a number of entries belongs to the shade that begins at or below it."""


def draw(scan: Scan) -> Figure:
    """Draw a panel for every number of orbitals: length along x, cutoff along y, entries that hold as shades."""
    figure = Figure(figsize=(10.4, 4.3))
    axes = figure.subplots(
        1,
        len(scan.orbitals),
        sharex=True,
        sharey=True,
        squeeze=False,
        gridspec_kw={"left": 0.075, "right": 0.905, "bottom": 0.22, "top": 0.84, "wspace": 0.08},
    )
    held = scan.holding(*PROBABILITIES)
    stated = scan.holding(*PROBABILITIES, stated=True) == scan.count(*PROBABILITIES)
    signed = scan.holding("Table IV") == scan.count("Table IV")
    for m, (ax, M) in enumerate(zip(axes[0], scan.orbitals, strict=True)):
        shown = np.ma.masked_less(held[m], 0)
        rows = np.arange(scan.cutoff_ratios.size + 1) - 0.5
        mesh = ax.pcolormesh(
            _edges(scan), rows, shown, cmap="Blues", norm=BoundaryNorm(STEPS, 256), rasterized=True, shading="flat"
        )
        ax.set_facecolor("#d9d9d9")
        _outline(ax, scan, stated[m], ACCENT)
        _outline(ax, scan, signed[m], "black", ls=":")
        r, x = np.nonzero(scan.scales_hold(None)[m])
        ax.plot(scan.lengths[x], r, "|", color="#c07a00", ms=9, mew=1.6)
        for length in COMPARED:
            ax.axvline(length, color=SOFT, lw=0.6, ls="--")
        ax.set_title(f"M = {M}", fontsize=10)
        ax.set_xticks((9.5, 10.0, 10.5))
        ax.set_xlabel("length $L$ ($a_B^*$)")
    axes[0, 0].set_yticks(range(scan.cutoff_ratios.size), [f"{ratio:.0e}" for ratio in scan.cutoff_ratios])
    axes[0, 0].set_ylabel("$\\lambda / L$")
    bar = figure.colorbar(mesh, cax=figure.add_axes((0.92, 0.22, 0.012, 0.62)), ticks=STEPS[:-1])
    bar.set_label("entries of Tables II and III within half a digit, of 19", fontsize=8)
    _add_legend(figure)
    figure.suptitle("Where the printed numbers hold: 9.5 is the length in the text, dashed beside 10", fontsize=11)
    return figure


def _add_legend(figure: Figure) -> None:
    figure.legend(
        handles=[
            Line2D([], [], color=ACCENT, label="all 19 within the stated error too"),
            Line2D([], [], color="black", ls=":", label="Table IV: all 8 within half a digit"),
            Line2D(
                [], [], color="#c07a00", marker="|", ls="", ms=9, mew=1.6, label="Omega / Delta = 100 within rounding"
            ),
            Patch(color="#d9d9d9", label="levels in another order, or repelling each other"),
        ],
        loc="lower center",
        ncols=4,
        fontsize=8,
        frameon=False,
    )


def _edges(scan: Scan) -> Floats:
    step = float(scan.lengths[1] - scan.lengths[0])
    return np.append(scan.lengths, scan.lengths[-1] + step) - 0.5 * step


def _outline(ax: Axes, scan: Scan, where: Flags, colour: str, ls: str = "-") -> None:
    """Draw a line around every stretch of lengths that holds, cutoff by cutoff."""
    edges = _edges(scan)
    for r, row in enumerate(where):
        change = np.flatnonzero(np.diff(np.concatenate([[0], row.astype(np.int8), [0]])))
        for first, last in zip(change[::2], change[1::2], strict=True):
            x = edges[[first, last, last, first, first]]
            ax.plot(x, np.array([-0.4, -0.4, 0.4, 0.4, -0.4]) + r, color=colour, ls=ls, lw=1.1)
