"""Wrong models in which a constant is added to every rate, "so that no matrix is singular".

The constant joins levels that no transition joins, and it decides whatever depends on rates below it. It has no right
size: populations then depend on the unit of the rates. The network is solved in floating point by elimination without
subtractions, which loses no relative accuracy; the current is carried by the true rates, as such programs form it.
"""

from __future__ import annotations

from collections.abc import Callable
from math import exp
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from qdverify.suite.exact.transport_reference import UNDERFLOW, rounding_error
from qdverify.suite.exact.wrong_transport import Case
from qdverify.suite.finding import Asked
from qdverify.suite.hints.wrong_models import Prediction, WrongModel

Array = NDArray[np.float64]
CONSTANTS: Final = tuple(float(f"1e-{decade}") for decade in range(6, 17))
MOST_LEVELS: Final = 24
_ROUNDING: Final = 1e-12
"""Relative error of a prediction, far below every accuracy that is claimed."""
_MOST_EXPONENT: Final = 700.0


def _between_joined_levels(case: Case, rates: Array) -> Array:
    return np.array(rates > 0.0, dtype=np.float64)


def _between_all_levels(case: Case, _: Array) -> Array:
    return np.ones(2 * (len(case["levels"]),))


def _between_all_states(case: Case, _: Array) -> Array:
    g = np.array([level["two_S"] + 1.0 for level in case["levels"]])
    return np.repeat(g[:, None], g.size, axis=1)


_ADDED: Final[tuple[tuple[str, Callable[[Case, Array], Array]], ...]] = (
    ("a constant of {0:.0e} is added to every rate that is not zero", _between_joined_levels),
    ("a constant of {0:.0e} is added to every rate, between levels that no transition joins too", _between_all_levels),
    ("a constant of {0:.0e} is added to every rate, between states that no transition joins too", _between_all_states),
)


def _model(sentence: str, constant: float, pattern: Callable[[Case, Array], Array]) -> WrongModel:
    def predict(asked: Asked) -> Prediction:
        case: Any = asked.params
        if len(case["levels"]) > MOST_LEVELS:
            return None
        of_lead = rates_of_leads(case)
        rates = of_lead["L"] + of_lead["R"]
        populations = stationary(rates + constant * pattern(case, rates))
        if populations is None:
            return None
        claimed, rounding = asked.accuracy, rounding_error(case)
        relative = claimed.relative * rounding.condition(claimed.relative) + _ROUNDING
        absolute = claimed.absolute * rounding.condition(claimed.absolute)
        if asked.task == "stationary_state":
            return [(float(P), max(relative * float(P), absolute) + UNDERFLOW) for P in populations]
        flows = [
            (sign, _entering_and_leaving(case, of_lead[name] * populations)) for name, sign in (("L", 1), ("R", -1))
        ]
        return [
            (sign * (enter - leave), max(relative * (enter + leave), absolute * rounding.current) + UNDERFLOW)
            for sign, (enter, leave) in flows
        ]

    return WrongModel(sentence.format(constant), predict)


def _entering_and_leaving(case: Case, flow: Array) -> tuple[float, float]:
    """Return how many electrons enter and leave the dot per time, from the flow between levels."""
    pairs = [(step["from"], step["to"]) for step in case["transitions"]]
    return sum(float(flow[j, i]) for i, j in pairs), sum(float(flow[i, j]) for i, j in pairs)


def rates_of_leads(case: Case) -> dict[str, Array]:
    """Return the rates of [J96] Eq. (3) through each barrier, ``[to, from]``, summed over S_z."""
    levels, size = case["levels"], len(case["levels"])
    found = {}
    for lead in case["leads"]:
        rates = np.zeros((size, size))
        for step in case["transitions"]:
            low, high = levels[step["from"]], levels[step["to"]]
            x = (high["energy"] - low["energy"] - case["gate"] - lead["mu"]) / case["kT"]
            strength = 2.0 * step["M"] * lead["rate"]
            rates[step["to"], step["from"]] = strength * _fermi(x)
            rates[step["from"], step["to"]] = strength * (low["two_S"] + 1) / (high["two_S"] + 1) * _fermi(-x)
        found[lead["name"]] = rates
    return found


def _fermi(x: float) -> float:
    return 1.0 / (1.0 + exp(min(x, _MOST_EXPONENT)))


def stationary(rates: Array) -> Array | None:
    """Return the stationary populations of rates ``[to, from]``; None if the levels do not hang together.

    Grassmann, Taksar and Heyman (1985): states are eliminated one by one with sums and quotients of positive numbers.
    """
    W = np.array(rates)
    np.fill_diagonal(W, 0.0)
    last = W.shape[0] - 1
    for state in range(last, 0, -1):
        out = W[:state, state].sum()
        if not out > 0.0:
            return None
        W[state, :state] /= out
        W[:state, :state] += np.outer(W[:state, state], W[state, :state])
    populations = np.ones(last + 1)
    for state in range(1, last + 1):
        populations[state] = W[state, :state] @ populations[:state]
    normalised: Array = populations / populations.sum()
    return normalised


MODELS: Final = tuple(_model(sentence, constant, added) for sentence, added in _ADDED for constant in CONSTANTS)
