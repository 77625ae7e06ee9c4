"""Digits of current and populations over gate and bias: where in the stability diagram a code is sound.

At three temperatures, from warm to cold.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from qdverify.protocol.answers import AnswerError, Unsupported
from qdverify.protocol.asking import Ask
from qdverify.protocol.case import Case
from qdverify.protocol.json_types import TransportQuestion
from qdverify.reference.oracle import oracle
from qdverify.report.figures.answer_types import Answers, DigitsOverDiagram
from qdverify.report.figures.svg import INK, Plot, figure, svg_of
from qdverify.suite.comparators import MOST_DIGITS
from qdverify.suite.exact.transport_cases import ladder, leads

TEMPERATURES: Final = (7.27e-5, 7.27e-4, 7.27e-3)
"""9.2 mK, 92 mK and 0.92 K with the E_H* of GaAs, 10.9 meV."""
GATES: Final = tuple(float(gate) for gate in np.linspace(0.2, 2.6, 17))
BIASES: Final = tuple(float(bias) for bias in np.linspace(0.01, 0.61, 9))
_CAPTION: Final = (
    "Digits of agreement with the certified oracle for 13 levels with the spins and roughly the energies of the "
    "paper's lowest multiplets of 0 to 4 electrons. Those of the current, the worse of both barriers, are relative "
    "to the current itself, however small it is in a blockade; those of the populations say how far the worst one "
    "is off, since all of them add up to 1. Left blank: no answer, or a current below the smallest double."
)


def digits_of_current(ask: Ask, _: object) -> DigitsOverDiagram:
    """Return, for each temperature, the digits of the current at every bias (rows) and gate; None if unanswered."""

    def digits(case: TransportQuestion) -> float | None:
        answer = ask("current", **case)
        right = float(oracle(Case("current", case)).values["I_L"].mid)
        error = max(abs(current - right) for current in (answer["I_L"], answer["I_R"]))
        return _digits(error, abs(right)) if right else None

    return _over_diagram(digits)


def digits_of_populations(ask: Ask, _: object) -> DigitsOverDiagram:
    """Return, for each temperature, the digits of the worst population at every bias and gate; None if unanswered."""

    def digits(case: TransportQuestion) -> float:
        populations = ask("stationary_state", **case)["populations"]
        right = oracle(Case("stationary_state", case)).values["populations"]
        return _digits(max(abs(found - float(ball.mid)) for found, ball in zip(populations, right, strict=True)), 1.0)

    return _over_diagram(digits)


def _over_diagram(digits: Callable[[TransportQuestion], float | None]) -> DigitsOverDiagram:
    """Return digits at every temperature, bias and gate of the diagram."""

    def at(gate: float, bias: float, kT: float) -> float | None:
        try:
            return digits({**ladder(), "leads": leads(bias), "kT": kT, "gate": gate})
        except (Unsupported, AnswerError):
            return None

    maps = [[[at(gate, bias, kT) for gate in GATES] for bias in BIASES] for kT in TEMPERATURES]
    if all(found is None for rows in maps for row in rows for found in row):
        raise Unsupported("nothing was answered")
    return {"kT": list(TEMPERATURES), "gate": list(GATES), "bias": list(BIASES), "digits": maps}


def _digits(error: float, size: float) -> float:
    return min(MOST_DIGITS, max(0.0, -math.log10(error / size))) if error else MOST_DIGITS


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
