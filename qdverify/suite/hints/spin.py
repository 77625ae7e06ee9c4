"""Wrong models of the spin weight C_ji of [J96] Eq. (5), as other functions of the two spins."""

from __future__ import annotations

from collections.abc import Callable
from math import sqrt
from typing import Final

from analytic import clebsch_gordan_weight
from qdverify.suite.finding import Asked
from qdverify.suite.hints.wrong_models import Prediction, WrongModel


def _weight(two_S_i: int, two_S_j: int) -> float:
    return float(clebsch_gordan_weight(two_S_i, two_S_j))


def _closed_form(S: float, *, rises: bool) -> float:
    return (S + 1) / (2 * S + 1) if rises else S / (2 * S + 1)


def _model(
    sentence: str, wrong: Callable[[int, int], float], *, forbidden: Callable[[int, int], float] | None = None
) -> WrongModel:
    """Return a wrong model of the pairs that an electron connects, and of the forbidden ones, by default 0."""

    def predict(asked: Asked) -> Prediction:
        i, j = asked.params["two_S_i"], asked.params["two_S_j"]
        allowed = abs(i - j) == 1
        value = wrong(i, j) if allowed else (forbidden(i, j) if forbidden else 0.0)
        return [(value, asked.accuracy.allowed(max(1.0, abs(value)), 1.0))]

    return WrongModel(sentence, predict)


RIGHT: Final = _model("", _weight)
VAGUE: Final[tuple[WrongModel, ...]] = ()
WRONG_MODELS: Final = (
    _model("the spins S_i and S_j are interchanged", lambda i, j: _weight(j, i)),
    _model("the branches S_j = S_i + 1/2 and S_j = S_i - 1/2 are interchanged", lambda i, j: 1 - _weight(i, j)),
    # the two ways to write Eq. (5) are no longer the same
    _model("2S in place of S: the inputs are twice the spins", lambda i, j: _closed_form(i, rises=j > i)),
    _model("2S in place of S: the inputs are twice the spins", lambda i, j: (2 * j + 1) / (2 * (2 * i + 1))),
    _model("S is rounded down: two_S is halved with integer division", lambda i, j: _closed_form(i // 2, rises=j > i)),
    _model("the factor is 2 everywhere: the 1/2 of Eq. (4) is missing", lambda i, j: 2 * _weight(i, j)),
    _model("the factor is 1/2 everywhere: the 1/2 of Eq. (4) is counted twice", lambda i, j: 0.5 * _weight(i, j)),
    _model(
        "the factor is 2S_i+1: the average over the initial spin states is missing",
        lambda i, j: (i + 1) * _weight(i, j),
    ),
    _model(
        "the factor is (2S_i+1)/(2S_j+1): the average runs over the final spin states",
        lambda i, j: (i + 1) / (j + 1) * _weight(i, j),
    ),
    _model(
        "the square roots of the right values: an amplitude in place of a probability", lambda i, j: sqrt(_weight(i, j))
    ),
    _model("the squares of the right values: a probability squared once more", lambda i, j: _weight(i, j) ** 2),
    _model(
        "1/2 where the spin rises: the pair of highest weights stands for all",
        lambda i, j: 0.5 if j > i else _weight(i, j),
    ),
    _model(
        "pairs of spins that no electron connects get a weight: the selection rule |S_j - S_i| = 1/2 is missing",
        _weight,
        forbidden=lambda i, j: (j + 1) / (2 * (i + 1)),
    ),
)
