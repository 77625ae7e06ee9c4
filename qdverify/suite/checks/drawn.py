"""Devices of which every input is drawn from its whole range, for every task on devices and on two leads.

Each is asked beside the devices on which thresholds show: leads that are nearly alike, a nominal kT that no lead has,
a level that is slow to leave. Where each lead has its own temperature, the nominal one must not matter at all: the
same answer is asked for with another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, TypeAlias

from qdverify.protocol.json_types import LeadsQuestion
from qdverify.suite.checks import conductance, noise
from qdverify.suite.checks.corners import AskedInstead
from qdverify.suite.checks.of_devices import SUITES, compared
from qdverify.suite.comparators import close
from qdverify.suite.declare import Check, Scope, Trial
from qdverify.suite.exact.device_cases import AT_REST, L_AND_R, OF_SPINS, TWO_LEADS, Device, as_question
from qdverify.suite.exact.drawn_cases import (
    COLD,
    Sizes,
    drawn,
    high_spins,
    in_a_small_unit,
    nearly_equal,
    nominal_kT,
    relaxing,
    steep_fall,
    twins,
)
from qdverify.suite.exact.transport_reference import flow_tolerance, solve_exactly
from qdverify.suite.finding import Comparison, exact
from qdverify.suite.of_task import check_of_task, in_a_name
from qdverify.suite.subject import Subject

Case: TypeAlias = Any
"""A question, or a part of it: what it holds, the task decides."""
FULL: Final = 6
MANY: Final = 3
"""Every how many draws there are many leads, and not many levels."""
AS_ONE_KT: Final = (*AT_REST, *TWO_LEADS)
OF_MANY_LEADS: Final = ("lead_currents", "heat_currents", "spin_currents", "lead_generating_function")
"""Tasks that are asked about many leads at the quick level too."""
DEAR: Final = ("spin_heat", "spin_response")
"""Tasks that are asked about high spins at the full level alone."""
OF_SLOPES: Final = (L_AND_R, "differential_conductance")
COUNTED: Final = ("noise", "cumulants", "lead_cumulants", "generating_function", "lead_generating_function")
"""Tasks whose exact answers are dear where levels are many."""
FACTORS: Final = (2.0**-10, 2.0**10)
"""Of the nominal kT, by which no answer may change."""


def _slope(subject: Subject, case: Case) -> Iterator[Comparison]:
    yield conductance.compared_with_exact(subject, case)


def _current(subject: Subject, case: Case) -> Iterator[Comparison]:
    found, answer = solve_exactly(case), subject.ask("current", **case)
    for field, name in (("I_L", "L"), ("I_R", "R")):
        allowed = flow_tolerance(subject, found.gross[name], found.rounding)
        yield close(answer[field], exact(found.current, "sum over spanning trees"), allowed, note=field)


OF_TWO_LEADS: Final[Mapping[str, tuple[str, Callable[[Subject, Case], Iterator[Comparison]]]]] = {
    "current": ("current", _current),
    "differential_conductance": ("conductance", _slope),
    "noise": ("noise", noise.compared_with_exact),
}
"""Suite and comparison of the tasks on L and R that have one M_ji and one kT."""
DRAWN_TASKS: Final = (*SUITES, *OF_TWO_LEADS)


def question_of(task: str, device: Case) -> Case:
    """Return the question of a task about a device."""
    return as_question("cumulants" if task in OF_TWO_LEADS else task, device)


def takes_own_kT(task: str) -> bool:
    """Return whether leads may have temperatures of their own.

    >>> takes_own_kT("heat_currents"), takes_own_kT("lead_response")
    (True, False)
    """
    return task in SUITES and task not in AS_ONE_KT


def _sizes(task: str, number: int, *, full: bool) -> Sizes:
    """Return how large a device is drawn: many leads and fields in turn with many levels, few where these are dear."""
    own = takes_own_kT(task)
    few = task in OF_SPINS or task in AT_REST
    if not full:
        many = task == L_AND_R
        return Sizes(2, 9, 2, 4, own) if few else Sizes(9 if many else 4, 1000, 3, 4, own, fewest=7 if many else 2)
    if number % MANY == MANY - 1:
        return Sizes(2, 9, 12 if few else 24, 30, own, most_leads=not few)
    if few:
        return Sizes(4, 30, 3, 1, own)
    return Sizes(6 if task in COUNTED else 12, 1000, 4, 6, own)


def _trials(task: str) -> Callable[[Scope], Iterator[Trial]]:
    def trials(scope: Scope) -> Iterator[Trial]:
        choose = scope.random(f"drawn {task}")
        for number in range(FULL if scope.full else 1):
            device = drawn(choose, _sizes(task, number, full=scope.full), forward=number % 2 == 1)
            yield Trial(f"drawn device {number}", {"question": question_of(task, device)})
        if task in OF_MANY_LEADS:
            device = drawn(choose, Sizes(2, 9, 24, 1, own_kT=True, most_leads=True), forward=True)
            yield Trial("many leads", {"question": question_of(task, device)})
        for label, device in _devices(task, full=scope.full):
            yield Trial(label, {"question": question_of(task, device)})
        if takes_own_kT(task):
            case = question_of(task, nominal_kT(COLD))
            for factor in FACTORS:
                inputs = {"question": case, "asked": {**case, "kT": factor * case["kT"]}}
                yield Trial(f"kT that no lead has, times {factor:g}", inputs)
        for label, question in _of_slopes(task):
            yield Trial(label, {"question": question})

    return trials


def _devices(task: str, *, full: bool) -> Iterator[tuple[str, Device]]:
    if full or task != "spin_response":
        yield "leads nearly alike", nearly_equal()
    if task == "linear_response":
        yield "a gate of two thousand", nominal_kT(COLD)
    if task == "lead_cumulants" or (full and task == "lead_generating_function"):
        yield "a Fano factor near 1/4", relaxing()
    if task in OF_SPINS and (full or task not in DEAR):
        yield "S = 9/2 and 5", high_spins()


def _of_slopes(task: str) -> Iterator[tuple[str, LeadsQuestion]]:
    if task == L_AND_R:
        yield "twins", twins()
        yield "in a small unit", in_a_small_unit()
    if task in OF_SLOPES:
        for bias in (0.5, -0.5):
            yield f"a level slow to leave, bias {bias:g}", steep_fall(bias)


def _check(task: str) -> Check:
    suite = SUITES.get(task) or OF_TWO_LEADS[task][0]

    @check_of_task(
        f"{suite}.drawn-",
        task,
        version=1,
        claim=f"Results are right wherever in its range an input lies, whatever the others are ({in_a_name(task)})",
        equation="[J96] Eq. (3)",
        trials=_trials(task),
    )
    def in_range(subject: Subject, trial: Trial) -> Iterator[Comparison]:
        inputs = trial.inputs
        asked = AskedInstead(subject, inputs["asked"]) if "asked" in inputs else subject
        if task in OF_TWO_LEADS:
            yield from OF_TWO_LEADS[task][1](asked, inputs["question"])
        else:
            yield from compared(asked, task, inputs["question"])

    return in_range


DRAWN: Final = {task: _check(task) for task in DRAWN_TASKS}
