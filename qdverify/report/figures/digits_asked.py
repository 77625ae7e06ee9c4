"""The questions behind the diagram of digits: currents and populations over gate and bias, beside the oracle's.

They stand apart from what draws the diagram (`diagram`): a run without a page does not wait for matplotlib.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

import numpy as np

from qdverify.protocol.answers import AnswerError, Unsupported
from qdverify.protocol.asking import Ask
from qdverify.protocol.case import Case
from qdverify.protocol.json_types import TransportQuestion
from qdverify.reference.oracle import oracle
from qdverify.report.figures.answer_types import DigitsOverDiagram
from qdverify.suite.comparators import MOST_DIGITS
from qdverify.suite.exact.transport_cases import ladder, leads

TEMPERATURES: Final = (7.27e-5, 7.27e-4, 7.27e-3)
"""9.2 mK, 92 mK and 0.92 K with the E_H* of GaAs, 10.9 meV."""
GATES: Final = tuple(float(gate) for gate in np.linspace(0.2, 2.6, 17))
BIASES: Final = tuple(float(bias) for bias in np.linspace(0.01, 0.61, 9))


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
