"""Digits of the current over gate and bias: where in the stability diagram a code is sound, at three temperatures."""

from __future__ import annotations

from typing import Final

import numpy as np

from qdverify.report.figures.answer_types import Answers
from qdverify.report.figures.svg import INK, Plot, figure, svg_of
from qdverify.suite.comparators import MOST_DIGITS

_CAPTION: Final = (
    "Digits in which the current agrees with the certified oracle, the worse of both barriers, for 13 levels with "
    "the spins and roughly the energies of the paper's lowest multiplets of 0 to 4 electrons. They are relative "
    "to the current itself, however small it is in a blockade. Left blank: no answer, or a current below the "
    "smallest double."
)


def digits_diagram(answers: Answers) -> Plot | None:
    """Return the picture, a panel a temperature; None if no currents were asked for."""
    if "digits" not in answers:
        return None
    found = answers["digits"]
    gate, bias, panels, rows = found["gate"], found["bias"], [], []
    for kT, digits in zip(found["kT"], found["digits"], strict=True):
        grid = np.array(digits, dtype=float)
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
            axes.set_title(f"kT = {kT:.3g}", loc="left", color=INK)
            axes.set_xlabel("gate")
            axes.set_ylabel("bias")
            drawing.colorbar(mesh, ax=axes, label="digits")
            panels.append(svg_of(drawing, f"digits at kT {kT:.3g}"))
        known = grid[~np.isnan(grid)]
        least = f"{known.min():.1f}" if known.size else "–"
        rows.append((f"{kT:.3g}", least, str(known.size)))
    alt = "Digits of the current over gate and bias at three temperatures"
    header = ("kT", "least digits", "answered")
    return Plot("diagram", "Digits over gate and bias", _CAPTION, alt, panels, header, rows, across=3)
