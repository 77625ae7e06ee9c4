"""Digits of current and populations over gate and bias: where in the stability diagram a code is sound.

At three temperatures, from warm to cold.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from qdverify.report.figures.answer_types import Answers
from qdverify.report.figures.svg import INK, Plot, figure, svg_of
from qdverify.suite.comparators import MOST_DIGITS

_CAPTION: Final = (
    "Digits of agreement with the certified oracle for 13 levels with the spins and roughly the energies of the "
    "paper's lowest multiplets of 0 to 4 electrons. Those of the current, the worse of both barriers, are relative "
    "to the current itself, however small it is in a blockade; those of the populations say how far the worst one "
    "is off, since all of them add up to 1. Left blank: no answer, or a current below the smallest double."
)


def digits_diagram(answers: Answers) -> Plot | None:
    """Return the picture, a panel for each quantity and temperature; None if neither was asked for."""
    panels: list[str] = []
    rows: list[tuple[str, str, str, str]] = []
    for quantity, found in (("current", answers.get("digits")), ("populations", answers.get("populations"))):
        if found is None:
            continue
        for kT, digits in zip(found["kT"], found["digits"], strict=True):
            grid = np.array(digits, dtype=float)
            panels.append(_panel(f"{quantity}, kT = {kT:.3g}", grid, found["gate"], found["bias"]))
            known = grid[~np.isnan(grid)]
            least = f"{known.min():.1f}" if known.size else "–"
            rows.append((quantity, f"{kT:.3g}", least, str(known.size)))
    if not panels:
        return None
    alt = "Digits of current and populations over gate and bias at three temperatures"
    header = ("quantity", "kT", "least digits", "answered")
    return Plot("diagram", "Digits over gate and bias", _CAPTION, alt, panels, header, rows, across=3)


def _panel(title: str, grid: NDArray[np.float64], gate: Sequence[float], bias: Sequence[float]) -> str:
    with figure(2.3) as (drawing, axes):
        mesh = axes.imshow(
            grid,
            origin="lower",
            aspect="auto",
            extent=(gate[0], gate[-1], bias[0], bias[-1]),
            cmap="cividis",
            vmin=0.0,
            vmax=MOST_DIGITS,
            interpolation="nearest",
        )
        axes.set_title(title, loc="left", color=INK)
        axes.set_xlabel("gate")
        axes.set_ylabel("bias")
        drawing.colorbar(mesh, ax=axes, label="digits")
        return svg_of(drawing, f"digits of {title}")
