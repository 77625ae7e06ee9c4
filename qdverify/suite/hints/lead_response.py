"""Wrong models of the linear response of any number of leads: order, forces, and leads that do not feel each other.

Most of them change the exact matrix, entry by entry; the others solve another case.
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


def _model(
    sentence: str,
    *,
    case: Callable[[Question], Question] = lambda case: case,
    rows: Callable[[Question, Rows], Rows] = lambda _, rows: rows,
) -> WrongModel:
    """Return a wrong model that solves another case, or changes the matrix."""

    def predict(asked: Asked) -> Prediction:
        found = exact_answer(
            asked, lambda: response_of_leads(leads_question(case(asked.params))), most_levels=MOST_LEVELS
        )
        if found is None:
            return None
        return [entry for row in rows(asked.params, _matrix(asked, found)) for entry in row]

    return WrongModel(sentence, predict)


def _matrix(asked: Asked, found: ResponseOfLeads) -> Rows:
    return [
        [(entry, found.slack(asked.accuracy, (row, column))) for column, entry in enumerate(entries)]
        for row, entries in enumerate(found.onsager)
    ]


def _times(factor: Callable[[float, bool, bool], float]) -> Callable[[Question, Rows], Rows]:
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


def _ordered(order: Callable[[Question], list[int]]) -> Callable[[Question, Rows], Rows]:
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


def _grounded(*, rows_too: bool) -> Callable[[Question, Rows], Rows]:
    """Return the change that lets the columns of the last lead vanish, and its rows or not."""

    def changed(case: Question, rows: Rows) -> Rows:
        n = len(case["leads"])
        gone = [k % n == n - 1 for k in range(2 * n)]
        return [
            [(0.0, 0.0) if gone[column] or (rows_too and gone[row]) else entry for column, entry in enumerate(entries)]
            for row, entries in enumerate(rows)
        ]

    return changed


def _energies_shifted(amount: Callable[[Question], float]) -> Callable[[Question, Rows], Rows]:
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


RIGHT: Final = _model("")
WRONG_MODELS: Final = (
    _model("rows and columns are in the order of the names of the leads", rows=_ordered(_by_name)),
    _model("current and heat follow each other lead by lead, not all currents first", rows=_ordered(_lead_by_lead)),
    _model("heat stands before currents, and temperatures before potentials", rows=_ordered(_heat_first)),
    _model("the potential and the temperature of the last lead are never changed", rows=_grounded(rows_too=False)),
    _model("rows and columns of the last lead are left out", rows=_grounded(rows_too=True)),
    _model("heat is counted into the leads, not out of them", rows=_times(lambda _, heat, __: -1.0 if heat else 1.0)),
    _model("currents are counted out of the dot", rows=_times(lambda _, heat, __: 1.0 if heat else -1.0)),
    _model("the factor is 0.5: the spin factor 2 of the rates is missing", rows=_times(lambda _, __, ___: 0.5)),
    _model("the factor is -1: every flow has the wrong direction", rows=_times(lambda _, __, ___: -1.0)),
    _model(
        "the force of a lead's potential is taken as d mu, not d mu / kT: its columns lack a factor of kT",
        rows=_times(lambda kT, _, of_heat: 1.0 if of_heat else 1.0 / kT),
    ),
    _model(
        "the force of a lead's temperature is taken as dT / T, not dT / T^2: its columns lack a factor of kT",
        rows=_times(lambda kT, _, of_heat: 1.0 / kT if of_heat else 1.0),
    ),
    _model(
        "the force of a lead's temperature is taken as dT: its columns lack a factor of kT^2",
        rows=_times(lambda kT, _, of_heat: kT**-2 if of_heat else 1.0),
    ),
    _model("every entry lacks a factor of kT", rows=_times(lambda kT, _, __: 1.0 / kT)),
    _model(
        "energies are counted from zero in the heat, not from the chemical potential",
        rows=_energies_shifted(lambda case: float(case["leads"][0]["mu"])),
    ),
    _model(
        "the gate is missing in the heat that an electron carries",
        rows=_energies_shifted(lambda case: float(case["gate"])),
    ),
    *(_model(sentence, case=case) for sentence, case in WRONG_CASES),
)
VAGUE: Final[tuple[WrongModel, ...]] = ()
