"""Wrong models of counting with a field of each lead: whose field it is, which way, and no correlations."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Final, TypeAlias

from analytic import lead_generating_function_exact
from qdverify.protocol.json_types import Question
from qdverify.suite.exact.counting import DIGITS, function_scale
from qdverify.suite.exact.transport_reference import UNDERFLOW, allowance, rounding_error
from qdverify.suite.finding import Asked
from qdverify.suite.hints.exact_answer import WithRounding, exact_answer
from qdverify.suite.hints.leads import WRONG_CASES, WRONG_TEMPERATURES
from qdverify.suite.hints.typed_questions import leads_question
from qdverify.suite.hints.wrong_models import Prediction, WrongModel

MOST_LEVELS: Final = 8
Fields: TypeAlias = Mapping[str, float]
"""One field of each lead, by its name."""
Change: TypeAlias = Callable[[Fields, Sequence[str]], Sequence[Fields]]
"""Makes the sets of fields whose values are added up, of the right one and the names of the leads."""


def _model(
    sentence: str,
    *,
    case: Callable[[Question], Question] = lambda case: case,
    fields: Change = lambda row, _: [row],
) -> WrongModel:
    """Return a wrong model that solves another case, or has other fields."""

    def predict(asked: Asked) -> Prediction:
        def solve() -> WithRounding[list[tuple[float, float]]]:
            question = leads_question(case(asked.params))
            names = [lead["name"] for lead in question["leads"]]
            document, found = json.dumps(question, sort_keys=True), []
            for row in asked.params["theta"]:
                values = [_value(document, json.dumps(one, sort_keys=True)) for one in fields(row, names)]
                found.append((sum(values), sum(function_scale(question, value) for value in values)))
            return WithRounding(found, rounding_error(question))

        solved = exact_answer(asked, solve, most_levels=MOST_LEVELS)
        if solved is None:
            return None
        return [
            (value, allowance(asked.accuracy, scale, solved.rounding, max(scale, solved.rounding.current)) + UNDERFLOW)
            for value, scale in solved.answer
        ]

    return WrongModel(sentence, predict)


@lru_cache(maxsize=4096)
def _value(document: str, fields: str) -> float:
    (value,) = lead_generating_function_exact(**json.loads(document), theta=[json.loads(fields)], digits=DIGITS)
    return float(value)


def _each(change: Callable[[float], float]) -> Change:
    return lambda row, _: [{name: change(field) for name, field in row.items()}]


def _only(place: int) -> Change:
    return lambda row, names: [{names[place]: row[names[place]]}]


def _turned(place: int) -> Change:
    return lambda row, names: [{**row, names[place]: -row[names[place]]}]


def _in_order(order: Callable[[Fields], Sequence[str]]) -> Change:
    """Give the leads, as they are listed, the fields of names in another order."""
    return lambda row, names: [{name: row[other] for name, other in zip(names, order(row), strict=True)}]


RIGHT: Final = _model("")
WRONG_MODELS: Final = (
    _model("electrons are counted out of the dot: all fields have the wrong sign", fields=_each(lambda field: -field)),
    _model("the field of the first lead in the list has the wrong sign", fields=_turned(0)),
    _model("the field of the last lead in the list has the wrong sign", fields=_turned(-1)),
    _model("only the first lead in the list has a field", fields=_only(0)),
    _model("only the last lead in the list has a field", fields=_only(-1)),
    _model("the fields are given to the leads in the order of their names", fields=_in_order(sorted)),
    _model("the fields are given to the leads in the order in which they are listed", fields=_in_order(list)),
    _model(
        "what each field does alone is added up: the correlations between leads are missing",
        fields=lambda row, _: [{name: field} for name, field in row.items()],
    ),
    _model("electrons count half: all fields are halved", fields=_each(lambda field: 0.5 * field)),
    _model("electrons count twice: all fields are doubled", fields=_each(lambda field: 2.0 * field)),
    *(_model(sentence, case=case) for sentence, case in (*WRONG_TEMPERATURES, *WRONG_CASES)),
)
VAGUE: Final[tuple[WrongModel, ...]] = ()
