"""Wrong models of counting electrons at some of many leads: other leads, no correlations, signs and factors of moments.

Some count at other leads, or count each lead for itself; the others change three right cumulants, or the case.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, TypeAlias

from analytic import lead_cumulants_exact
from qdverify.protocol.json_types import Question
from qdverify.suite.exact.counting import DIGITS, sensitivities
from qdverify.suite.exact.lead_cases import solve_leads
from qdverify.suite.exact.transport_reference import UNDERFLOW, allowance, rounding_error
from qdverify.suite.finding import Asked
from qdverify.suite.hints.exact_answer import WithRounding, exact_answer
from qdverify.suite.hints.leads import WRONG_CASES, WRONG_TEMPERATURES
from qdverify.suite.hints.typed_questions import leads_question
from qdverify.suite.hints.wrong_models import Prediction, WrongModel

MOST_LEVELS: Final = 8
Pair: TypeAlias = tuple[float, float]
"""A cumulant with what relative errors of the rates are multiplied by in it."""
Three: TypeAlias = tuple[Pair, Pair, Pair]
"""Current, noise and third cumulant."""


@dataclass(frozen=True)
class Solve:
    """The right answers of a case, which is given as JSON."""

    document: str

    def __call__(self, names: Sequence[str]) -> Three:
        """Return the cumulants of the leads of these names, counted together."""
        return _cumulants(self.document, tuple(names))

    def gross(self, names: Sequence[str]) -> float:
        """Return the electrons that pass the leads of these names in either direction."""
        flows = solve_leads(json.loads(self.document)).gross
        return sum(flows[name] for name in names)


def _model(
    sentence: str,
    *,
    case: Callable[[Question], Question] = lambda case: case,
    answer: Callable[[Sequence[str], Solve], Three] = lambda counted, solve: solve(counted),
) -> WrongModel:
    """Return a wrong model that counts at other leads or changes the cumulants, or solves another case."""

    def predict(asked: Asked) -> Prediction:
        def solve() -> WithRounding[Three]:
            question = leads_question(case(asked.params))
            document = json.dumps(question, sort_keys=True)
            found = answer(asked.params["counted"], Solve(document))
            return WithRounding(found, rounding_error(question))

        solved = exact_answer(asked, solve, most_levels=MOST_LEVELS)
        if solved is None:
            return None
        return [
            (value, allowance(asked.accuracy, scale, solved.rounding, max(scale, solved.rounding.current)) + UNDERFLOW)
            for value, scale in solved.answer
        ]

    return WrongModel(sentence, predict)


@lru_cache(maxsize=1024)
def _cumulants(document: str, names: tuple[str, ...]) -> Three:
    case = json.loads(document)
    values = (float(value) for value in lead_cumulants_exact(**case, counted=names, digits=DIGITS))
    current, noise, third = zip(values, sensitivities(case, names), strict=True)
    return current, noise, third


def _times(*factors: float) -> Callable[[Sequence[str], Solve], Three]:
    """Return the answer whose cumulants are multiplied."""

    def answered(counted: Sequence[str], solve: Solve) -> Three:
        current, noise, third = (
            (factor * value, abs(factor) * scale)
            for factor, (value, scale) in zip(factors, solve(counted), strict=True)
        )
        return current, noise, third

    return answered


def _combined(weights: Callable[[Three], Sequence[Sequence[float]]]) -> Callable[[Sequence[str], Solve], Three]:
    """Return the answer whose cumulants are sums of the right ones, with a row of weights each."""

    def answered(counted: Sequence[str], solve: Solve) -> Three:
        right = solve(counted)
        current, noise, third = (
            (
                sum(weight * value for weight, (value, _) in zip(row, right, strict=True)),
                sum(abs(weight) * scale for weight, (_, scale) in zip(row, right, strict=True)),
            )
            for row in weights(right)
        )
        return current, noise, third

    return answered


def _each_for_itself(counted: Sequence[str], solve: Solve) -> Three:
    """Add up the cumulants of the counted leads."""
    each = [solve([name]) for name in counted]
    current, noise, third = ((sum(three[k][0] for three in each), sum(three[k][1] for three in each)) for k in range(3))
    return current, noise, third


def _correlations_turned(counted: Sequence[str], solve: Solve) -> Three:
    """Subtract what the correlations of the counted leads add."""
    current, noise, third = (
        (2.0 * alone[0] - together[0], 2.0 * alone[1] + together[1])
        for alone, together in zip(_each_for_itself(counted, solve), solve(counted), strict=True)
    )
    return current, noise, third


def _correlations_halved(counted: Sequence[str], solve: Solve) -> Three:
    """Take the noise beyond that of independent electrons once, not twice."""
    current, (noise, scale), third = solve(counted)
    gross = solve.gross(counted)
    return current, (0.5 * (noise + gross), 0.5 * (scale + gross)), third


def _magnitude_added(right: Three) -> Sequence[Sequence[float]]:
    return (1, 0, 0), (1 if right[0][0] >= 0 else -1, 1, 0), (0, 0, 1)


RIGHT: Final = _model("")
WRONG_MODELS: Final = (
    _model("electrons are counted out of the dot, at the counted leads", answer=_times(-1, 1, -1)),
    _model("only the first of the counted leads is counted", answer=lambda counted, solve: solve(counted[:1])),
    _model("only the last of the counted leads is counted", answer=lambda counted, solve: solve(counted[-1:])),
    _model(
        "the cumulants of the counted leads are added up: the correlations between leads are missing",
        answer=_each_for_itself,
    ),
    _model("the correlations between counted leads have the wrong sign", answer=_correlations_turned),
    _model("the third cumulant has the wrong sign: that of i^3 = -i of an imaginary field", answer=_times(1, 1, -1)),
    _model("the current has the wrong sign", answer=_times(-1, 1, 1)),
    _model("the noise is the spectral density, 2 S", answer=_times(1, 2, 1)),
    _model(
        "the noise has the correlations of electrons once, not twice: the cross term lacks its factor 2",
        answer=_correlations_halved,
    ),
    _model("cumulants are Taylor coefficients of the field: a factor n! is missing", answer=_times(1, 1 / 2, 1 / 6)),
    _model(
        "the third cumulant is a Taylor coefficient of the field: a factor 3! is missing", answer=_times(1, 1, 1 / 6)
    ),
    _model("the third cumulant lacks a factor of 2", answer=_times(1, 1, 1 / 2)),
    _model("the third cumulant lacks a factor of 3", answer=_times(1, 1, 1 / 3)),
    _model(
        "the third cumulant is that of independent electrons, the current",
        answer=_combined(lambda _: ((1, 0, 0), (0, 1, 0), (1, 0, 0))),
    ),
    _model(
        "noise and third cumulant are those of independent electrons, the current",
        answer=_combined(lambda _: ((1, 0, 0), (1, 0, 0), (1, 0, 0))),
    ),
    _model(
        "the third cumulant is factorial: c_3 - 3 c_2 + 2 c_1",
        answer=_combined(lambda _: ((1, 0, 0), (0, 1, 0), (2, -3, 1))),
    ),
    _model(
        "cumulants are factorial: c_2 - c_1 and c_3 - 3 c_2 + 2 c_1",
        answer=_combined(lambda _: ((1, 0, 0), (-1, 1, 0), (2, -3, 1))),
    ),
    _model("the noise is the sum of thermal and shot noise: abs(I) is added", answer=_combined(_magnitude_added)),
    *(_model(sentence, case=case) for sentence, case in (*WRONG_TEMPERATURES, *WRONG_CASES)),
)
VAGUE: Final[tuple[WrongModel, ...]] = ()
