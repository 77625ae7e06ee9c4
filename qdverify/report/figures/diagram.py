"""Digits of the current over gate and bias: where in the stability diagram a code is sound, at three temperatures."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from qdverify.protocol.answers import AnswerError, Unsupported
from qdverify.protocol.asking import Ask
from qdverify.protocol.case import Case
from qdverify.protocol.json_types import TransportQuestion
from qdverify.reference.oracle import oracle
from qdverify.report.figures.answer_types import Answers, DigitsOfCurrent
from qdverify.report.figures.svg import INK, Plot, figure, svg_of
from qdverify.suite.comparators import MOST_DIGITS
from qdverify.suite.exact.transport_cases import ladder, leads

TEMPERATURES: Final = (7.27e-5, 7.27e-4, 7.27e-3)
"""9.2 mK, 92 mK and 0.92 K with the E_H* of GaAs, 10.9 meV."""
GATES: Final = tuple(float(gate) for gate in np.linspace(0.2, 2.6, 17))
BIASES: Final = tuple(float(bias) for bias in np.linspace(0.01, 0.61, 9))
_CAPTION: Final = (
    "Digits in which the current agrees with the certified oracle, the worse of both barriers, for 13 levels with "
    "the spins and roughly the energies of the paper's lowest multiplets of 0 to 4 electrons. They are relative "
    "to the current itself, however small it is in a blockade. Left blank: no answer, or a current below the "
    "smallest double."
)


def digits_over_gate_and_bias(ask: Ask, _: object) -> DigitsOfCurrent:
    """Return, for each temperature, the digits of the current at every bias (rows) and gate; None if unanswered."""
    maps = [[[_digits(ask, gate, bias, kT) for gate in GATES] for bias in BIASES] for kT in TEMPERATURES]
    if all(digits is None for rows in maps for row in rows for digits in row):
        raise Unsupported("no current was answered")
    return {"kT": list(TEMPERATURES), "gate": list(GATES), "bias": list(BIASES), "digits": maps}


def _digits(ask: Ask, gate: float, bias: float, kT: float) -> float | None:
    case: TransportQuestion = {**ladder(), "leads": leads(bias), "kT": kT, "gate": gate}
    try:
        answer = ask("current", **case)
    except (Unsupported, AnswerError):
        return None
    right = oracle(Case("current", case)).values["I_L"]
    size = abs(float(right.mid))
    error = max(abs(current - float(right.mid)) for current in (answer["I_L"], answer["I_R"]))
    if not size:
        return None
    return min(MOST_DIGITS, max(0.0, -math.log10(error / size))) if error else MOST_DIGITS


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
