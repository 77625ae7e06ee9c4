"""The questions behind the diagram of digits: currents over gate and bias, compared with the certified oracle.

They stand apart from what draws the diagram (`diagram`): a run without a page does not wait for matplotlib.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from qdverify.protocol.answers import AnswerError, Unsupported
from qdverify.protocol.asking import Ask
from qdverify.protocol.case import Case
from qdverify.protocol.json_types import TransportQuestion
from qdverify.reference.oracle import oracle
from qdverify.report.figures.answer_types import DigitsOfCurrent
from qdverify.suite.comparators import MOST_DIGITS
from qdverify.suite.exact.transport_cases import ladder, leads

TEMPERATURES: Final = (7.27e-5, 7.27e-4, 7.27e-3)
"""9.2 mK, 92 mK and 0.92 K with the E_H* of GaAs, 10.9 meV."""
GATES: Final = tuple(float(gate) for gate in np.linspace(0.2, 2.6, 17))
BIASES: Final = tuple(float(bias) for bias in np.linspace(0.01, 0.61, 9))


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
