"""The answer to any question about a device beside its exact one: thirteen tasks, on leads, spins, slopes and counting.

A check that asks every such task the same kind of thing needs only this: a question that holds all inputs any task may
take, what each task makes of it, and the comparison with the exact answer.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any, Final, TypeAlias

from analytic import (
    cumulants_exact,
    generating_function_exact,
    lead_cumulants_exact,
    lead_generating_function_exact,
)
from qdverify.protocol.json_types import Question
from qdverify.suite.checks import (
    conductance_parts,
    counting,
    lead_counting,
    lead_fields,
    lead_response,
    thermoelectric,
    zeeman_response,
)
from qdverify.suite.checks.leads import PAIRS, at_each_lead
from qdverify.suite.checks.zeeman import currents_of_spins
from qdverify.suite.checks.zeeman_heat import heat_of_leads
from qdverify.suite.checks.zeeman_populations import populations_of_states
from qdverify.suite.exact.counting import DIGITS, EIGENVALUE, SERIES
from qdverify.suite.exact.lead_cases import solve_leads
from qdverify.suite.exact.lead_response import PERTURBATION, response_of_leads
from qdverify.suite.exact.response import solved
from qdverify.suite.exact.spin_cases import SPINS, solve_spins
from qdverify.suite.exact.spin_response import response_of_spins
from qdverify.suite.finding import Comparison, Reference, exact
from qdverify.suite.subject import Subject

_Any: TypeAlias = Any
"""A question: which one it is, the task decides."""


def compared(subject: Subject, task: str, question: Question) -> Iterator[Comparison]:
    """Compare the answer to one question of a task with the exact one."""
    yield from _JUDGES[task](subject, task, question)


def _at_leads(subject: Subject, task: str, case: _Any) -> Iterator[Comparison]:
    found = solve_leads(case)
    values = found.currents if task == "lead_currents" else found.heat
    yield from at_each_lead(subject, task, case, {name: exact(value, PAIRS) for name, value in values.items()})


def _linear(subject: Subject, _: str, case: _Any) -> Iterator[Comparison]:
    found = solved(case)
    others = (found.thermopower, found.heat_conductance)
    yield from thermoelectric.compared(subject, case, found.onsager, others, thermoelectric.MOMENTS)


def _matrix(rows: list[list[float]]) -> dict[tuple[int, int], Reference]:
    places = range(len(rows))
    return {(row, column): exact(rows[row][column], PERTURBATION) for row in places for column in places}


def _lead_response(subject: Subject, _: str, case: _Any) -> Iterator[Comparison]:
    yield from lead_response.compared(subject, case, _matrix(response_of_leads(case).onsager))


def _spin_response(subject: Subject, _: str, case: _Any) -> Iterator[Comparison]:
    yield from zeeman_response.compared(subject, case, _matrix(response_of_spins(case).onsager))


def _spin_currents(subject: Subject, _: str, case: _Any) -> Iterator[Comparison]:
    currents = solve_spins(case).currents
    expected = {spin: {name: exact(value, PAIRS) for name, value in currents[spin].items()} for spin, _ in SPINS}
    yield currents_of_spins(subject, case, expected)


def _spin_heat(subject: Subject, _: str, case: _Any) -> Iterator[Comparison]:
    yield heat_of_leads(subject, case, {name: exact(J, PAIRS) for name, J in solve_spins(case).heat.items()})


def _spin_populations(subject: Subject, _: str, case: _Any) -> Iterator[Comparison]:
    found = solve_spins(case).populations
    expected = [(k, place, exact(P, PAIRS)) for k, states in enumerate(found) for place, P in enumerate(states)]
    yield populations_of_states(subject, case, expected)


def _conductance_parts(subject: Subject, _: str, case: _Any) -> Iterator[Comparison]:
    yield from conductance_parts.compared(subject, case, conductance_parts.references(case))


def _cumulants(subject: Subject, task: str, case: _Any) -> Iterator[Comparison]:
    yield from counting.compared(subject, case, _counted(task, case), SERIES)


def _lead_cumulants(subject: Subject, task: str, question: _Any) -> Iterator[Comparison]:
    expected = [exact(value, SERIES) for value in _counted(task, question)]
    yield from lead_counting.compared(subject, _without(question, "counted"), question["counted"], expected)


def _generating_function(subject: Subject, task: str, question: _Any) -> Iterator[Comparison]:
    expected = [exact(value, EIGENVALUE) for value in _counted(task, question)]
    of_fields = counting if task == "generating_function" else lead_fields
    yield from of_fields.values_compared(subject, _without(question, "theta"), question["theta"], expected)


def _counted(task: str, question: Question) -> list[float]:
    return [*_counted_exactly(task, json.dumps(question, sort_keys=True))]


@lru_cache(maxsize=512)
def _counted_exactly(task: str, document: str) -> tuple[float, ...]:
    question = json.loads(document)
    if "theta" not in question:
        return tuple(float(value) for value in _COUNTED[task](**question, digits=DIGITS))
    # a field may be asked for many times
    keys = [json.dumps(row, sort_keys=True) for row in question["theta"]]
    different = [*dict.fromkeys(keys)]
    found = _COUNTED[task](**{**question, "theta": [json.loads(key) for key in different]}, digits=DIGITS)
    values = {key: float(value) for key, value in zip(different, found, strict=True)}
    return tuple(values[key] for key in keys)


def _without(question: Question, name: str) -> _Any:
    return {key: value for key, value in question.items() if key != name}


_COUNTED: Final[Mapping[str, Callable[..., Any]]] = {
    "cumulants": cumulants_exact,
    "lead_cumulants": lead_cumulants_exact,
    "generating_function": generating_function_exact,
    "lead_generating_function": lead_generating_function_exact,
}
_JUDGES: Final[Mapping[str, Callable[[Subject, str, _Any], Iterator[Comparison]]]] = {
    "lead_currents": _at_leads,
    "heat_currents": _at_leads,
    "linear_response": _linear,
    "lead_response": _lead_response,
    "spin_currents": _spin_currents,
    "spin_heat": _spin_heat,
    "spin_populations": _spin_populations,
    "spin_response": _spin_response,
    "conductance_parts": _conductance_parts,
    "cumulants": _cumulants,
    "lead_cumulants": _lead_cumulants,
    "generating_function": _generating_function,
    "lead_generating_function": _generating_function,
}
SUITES: Final[Mapping[str, str]] = {
    "lead_currents": "leads",
    "heat_currents": "heat",
    "linear_response": "thermoelectric",
    "lead_response": "thermoelectric",
    "spin_currents": "zeeman",
    "spin_heat": "zeeman",
    "spin_populations": "zeeman",
    "spin_response": "zeeman",
    "conductance_parts": "conductance",
    "cumulants": "counting",
    "lead_cumulants": "counting",
    "generating_function": "counting",
    "lead_generating_function": "counting",
}
"""The suite of each task."""
