"""Wrong models of the linear response of any number of leads: order, forces, and leads that do not feel each other.

Most of them change the exact matrix, entry by entry; the others solve another case. Those that change the matrix are
wrong in the same way if a field and polarised leads are there (`qdverify.suite.hints.spin_response`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

from qdverify.protocol.json_types import Question
from qdverify.suite.exact.lead_response import ResponseOfLeads, response_of_leads
from qdverify.suite.finding import Asked
from qdverify.suite.hints.exact_answer import exact_answer
from qdverify.suite.hints.leads import WRONG_CASES
from qdverify.suite.hints.typed_questions import leads_question
from qdverify.suite.hints.wrong_models import Prediction, WrongModel

MOST_LEVELS: Final = 24
Pair: TypeAlias = tuple[float, float]
"""An entry with what it may be off by."""
Rows: TypeAlias = list[list[Pair]]
"""The matrix."""
Change: TypeAlias = Callable[[Question, Rows], Rows]


def wrong_response(
    sentence: str, solve: Callable[[Question], ResponseOfLeads], rows: Change, *, most_levels: int
) -> WrongModel:
    """Return a wrong model that solves a question in a way of its own, and then changes the matrix."""

    def predict(asked: Asked) -> Prediction:
        found = exact_answer(asked, lambda: solve(asked.params), most_levels=most_levels)
        if found is None:
            return None
        return [entry for row in rows(asked.params, matrix_of(asked, found)) for entry in row]

    return WrongModel(sentence, predict)


def _model(
    sentence: str,
    *,
    case: Callable[[Question], Question] = lambda case: case,
    rows: Change = lambda _, rows: rows,
) -> WrongModel:
    """Return a wrong model that solves another case, or changes the matrix."""
    return wrong_response(
        sentence, lambda asked: response_of_leads(leads_question(case(asked))), rows, most_levels=MOST_LEVELS
    )


def matrix_of(asked: Asked, found: ResponseOfLeads) -> Rows:
    """Return the exact matrix with the errors that the accuracy of an answer allows."""
    return [
        [(entry, found.slack(asked.accuracy, (row, column))) for column, entry in enumerate(entries)]
        for row, entries in enumerate(found.onsager)
    ]


def _times(factor: Callable[[float, bool, bool], float]) -> Change:
    """Return the change that multiplies entries by a function of kT, of whether heat flows, and of what drives it."""

    def changed(case: Question, rows: Rows) -> Rows:
        n = len(case["leads"])
        return [
            [_scaled(entry, factor(case["kT"], row >= n, column >= n)) for column, entry in enumerate(entries)]
            for row, entries in enumerate(rows)
        ]

    return changed


def _scaled(entry: Pair, factor: float) -> Pair:
    return factor * entry[0], abs(factor) * entry[1]


def _ordered(order: Callable[[Question], list[int]]) -> Change:
    """Return the change that lists rows and columns in another order."""

    def changed(case: Question, rows: Rows) -> Rows:
        places = order(case)
        return [[rows[row][column] for column in places] for row in places]

    return changed


def _by_name(case: Question) -> list[int]:
    names = [lead["name"] for lead in case["leads"]]
    order = sorted(range(len(names)), key=lambda k: names[k])
    return [*order, *(len(names) + k for k in order)]


def _lead_by_lead(case: Question) -> list[int]:
    n = len(case["leads"])
    return [half * n + lead for lead in range(n) for half in (0, 1)]


def _heat_first(case: Question) -> list[int]:
    n = len(case["leads"])
    return [*range(n, 2 * n), *range(n)]


def _grounded(*, rows_too: bool) -> Change:
    """Return the change that lets the columns of the last lead vanish, and its rows or not."""

    def changed(case: Question, rows: Rows) -> Rows:
        n = len(case["leads"])
        gone = [k % n == n - 1 for k in range(2 * n)]
        return [
            [(0.0, 0.0) if gone[column] or (rows_too and gone[row]) else entry for column, entry in enumerate(entries)]
            for row, entries in enumerate(rows)
        ]

    return changed


def _energies_shifted(amount: Callable[[Question], float]) -> Change:
    """Return the change that adds an amount to the energy of every electron."""

    def changed(case: Question, rows: Rows) -> Rows:
        n, e = len(case["leads"]), amount(case)
        taller = [
            row if k < n else [_plus(a, b, e) for a, b in zip(row, rows[k - n], strict=True)]
            for k, row in enumerate(rows)
        ]
        return [[entry if c < n else _plus(entry, row[c - n], e) for c, entry in enumerate(row)] for row in taller]

    return changed


def _plus(one: Pair, other: Pair, factor: float) -> Pair:
    return one[0] + factor * other[0], one[1] + abs(factor) * other[1]


MATRIX_MODELS: Final[tuple[tuple[str, Change], ...]] = (
    ("rows and columns are in the order of the names of the leads", _ordered(_by_name)),
    ("current and heat follow each other lead by lead, not all currents first", _ordered(_lead_by_lead)),
    ("heat stands before currents, and temperatures before potentials", _ordered(_heat_first)),
    ("the potential and the temperature of the last lead are never changed", _grounded(rows_too=False)),
    ("rows and columns of the last lead are left out", _grounded(rows_too=True)),
    ("heat is counted into the leads, not out of them", _times(lambda _, heat, __: -1.0 if heat else 1.0)),
    ("currents are counted out of the dot", _times(lambda _, heat, __: 1.0 if heat else -1.0)),
    ("the factor is 0.5: the spin factor 2 of the rates is missing", _times(lambda _, __, ___: 0.5)),
    ("the factor is -1: every flow has the wrong direction", _times(lambda _, __, ___: -1.0)),
    (
        "the force of a lead's potential is taken as d mu, not d mu / kT: its columns lack a factor of kT",
        _times(lambda kT, _, of_heat: 1.0 if of_heat else 1.0 / kT),
    ),
    (
        "the force of a lead's temperature is taken as dT / T, not dT / T^2: its columns lack a factor of kT",
        _times(lambda kT, _, of_heat: 1.0 / kT if of_heat else 1.0),
    ),
    (
        "the force of a lead's temperature is taken as dT: its columns lack a factor of kT^2",
        _times(lambda kT, _, of_heat: kT**-2 if of_heat else 1.0),
    ),
    ("every entry lacks a factor of kT", _times(lambda kT, _, __: 1.0 / kT)),
    (
        "energies are counted from zero in the heat, not from the chemical potential",
        _energies_shifted(lambda case: float(case["leads"][0]["mu"])),
    ),
    (
        "the gate is missing in the heat that an electron carries",
        _energies_shifted(lambda case: float(case["gate"])),
    ),
)
"""What may be wrong in the matrix of whatever leads."""
RIGHT: Final = _model("")
WRONG_MODELS: Final = (
    *(_model(sentence, rows=rows) for sentence, rows in MATRIX_MODELS),
    *(_model(sentence, case=case) for sentence, case in WRONG_CASES),
)
VAGUE: Final[tuple[WrongModel, ...]] = ()
