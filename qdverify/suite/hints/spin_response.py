"""Wrong models of the linear response in a field: of the matrix, of field and rates, and of the heat in a field."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Final

from qdverify.protocol.json_types import Question
from qdverify.suite.exact.lead_response import ResponseOfLeads, response_of_leads
from qdverify.suite.exact.spin_cases import as_levels
from qdverify.suite.exact.spin_response import response_of_spins
from qdverify.suite.exact.wrong_transport import without_degeneracy
from qdverify.suite.hints.lead_response import MATRIX_MODELS, Change, Pair, Rows, wrong_response
from qdverify.suite.hints.leads import WRONG_CASES
from qdverify.suite.hints.spins import MOST_LEVELS, WRONG_SPINS
from qdverify.suite.hints.typed_questions import spin_question
from qdverify.suite.hints.wrong_models import WrongModel


def _model(
    sentence: str,
    *,
    case: Callable[[Question], Question] = lambda case: case,
    rows: Change = lambda _, rows: rows,
) -> WrongModel:
    """Return a wrong model that solves another case, or changes the matrix."""
    return wrong_response(
        sentence, lambda asked: response_of_spins(spin_question(case(asked))), rows, most_levels=MOST_LEVELS
    )


def _of_each_spin(asked: Question) -> ResponseOfLeads:
    return response_of_leads(as_levels(spin_question(asked)))


def _carrying_field(factor: float) -> Change:
    """Return the change of the matrix of each spin in which electrons carry `factor` times what the field adds."""

    def changed(case: Question, rows: Rows) -> Rows:
        n = len(case["leads"])
        more = [0.5 * (factor - 1.0) * case["zeeman"] * (1 if lead < n else -1) for lead in range(2 * n)]
        taller = [
            [_plus(row[k], rows[j - 2 * n][k], more[j - 2 * n] if j >= 2 * n else 0.0) for k in range(4 * n)]
            for j, row in enumerate(rows)
        ]
        wider = [
            [_plus(row[k], row[k - 2 * n], more[k - 2 * n] if k >= 2 * n else 0.0) for k in range(4 * n)]
            for row in taller
        ]
        return _both_spins(wider, n)

    return changed


def _one_spin(first: int) -> Change:
    """Return the change of the matrix of each spin that keeps spin up (0) or spin down (1) alone."""

    def changed(case: Question, rows: Rows) -> Rows:
        n = len(case["leads"])
        kept = [half * 2 * n + first * n + lead for half in (0, 1) for lead in range(n)]
        return [[rows[j][k] for k in kept] for j in kept]

    return changed


def _both_spins(rows: Rows, n: int) -> Rows:
    """Return the sums over both spins of n leads."""
    places = [(2 * half * n + lead, (2 * half + 1) * n + lead) for half in (0, 1) for lead in range(n)]
    return [[_sum([rows[j][k] for j, k in product(row, column)]) for column in places] for row in places]


def _plus(one: Pair, other: Pair, factor: float) -> Pair:
    return one[0] + factor * other[0], one[1] + abs(factor) * other[1]


def _sum(pairs: list[Pair]) -> Pair:
    return sum(value for value, _ in pairs), sum(slack for _, slack in pairs)


RIGHT: Final = _model("")
WRONG_MODELS: Final = (
    *(_model(sentence, case=case) for sentence, case in WRONG_SPINS),
    *(_model(sentence, rows=rows) for sentence, rows in MATRIX_MODELS),
    *(_model(sentence, case=case) for sentence, case in WRONG_CASES if case is not without_degeneracy),
    *(
        wrong_response(sentence, _of_each_spin, rows, most_levels=MOST_LEVELS)
        for sentence, rows in (
            ("electrons carry no heat of the field: b sigma/2 is missing", _carrying_field(0.0)),
            ("the field enters the heat with the wrong sign", _carrying_field(-1.0)),
            ("only electrons of spin up are counted", _one_spin(0)),
            ("only electrons of spin down are counted", _one_spin(1)),
        )
    ),
)
VAGUE: Final[tuple[WrongModel, ...]] = ()
