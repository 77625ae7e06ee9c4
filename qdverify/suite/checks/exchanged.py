"""Answers that depend on what was asked before, where sums, products and sets of inputs stay what they were.

A cache may know a question by a sum over leads, by numbers without their order, or by energies in units of kT. A walk
that moves one number at a time finds none of these: here each step exchanges two inputs, or scales those of one kind
all together. Where energies are a thousand, the last step moves one of them in its eleventh digit, which is 1e-5 kT.
All answers are compared with exact values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Final, TypeAlias

from qdverify.suite.checks.device_memory import base
from qdverify.suite.checks.memory import Anew
from qdverify.suite.checks.of_devices import SUITES, compared
from qdverify.suite.declare import Check, Scope, Trial
from qdverify.suite.exact.corner_cases import at_each
from qdverify.suite.exact.device_cases import AT_REST, TWO_LEADS, Device, as_question
from qdverify.suite.exact.drawn_cases import COLD, nominal_kT
from qdverify.suite.exact.transport_cases import level
from qdverify.suite.finding import Comparison
from qdverify.suite.of_task import check_of_task
from qdverify.suite.subject import Subject

ENERGIES: Final = ("energy", "mu", "kT", "gate", "zeeman")
RATES: Final = ("rate",)
OF_ENERGIES: Final = (*AT_REST, "heat_currents", "spin_heat", "conductance_parts")
"""Tasks whose answers are not the same in units of kT."""
ELEVENTH_DIGIT: Final = 2.0**-24
DEAR: Final = ("lead_response", "spin_response")
"""Tasks whose exact answers take longest."""
_Q: TypeAlias = Any
"""A question, or a part of it: which inputs there are, the task decides."""


def two_ways() -> Device:
    """Return the device of the other walks with a second level of one electron, so that two of everything are there."""
    device = base()
    (item,) = device["transitions"]
    M = at_each(item)
    other = {name: 0.625 * M[before] for name, before in zip(M, reversed(M), strict=True)}
    levels = [*device["levels"], level(1, 0.2002, 1)]
    return {**device, "levels": levels, "transitions": [item, {"from": 2, "to": 1, "M": other}]}


def exchanged(question: _Q, field: str, *names: str) -> _Q:
    """Return the question with the first two items of a list exchanged, or what they hold under a name.

    >>> exchanged({"leads": [{"mu": 1}, {"mu": 2}]}, "leads", "mu")
    {'leads': [{'mu': 2}, {'mu': 1}]}
    """
    one, other, *rest = question[field]
    for name in names:
        one, other = {**one, name: other[name]}, {**other, name: one[name]}
    if not names:
        one, other = other, one
    return {**question, field: [one, other, *rest]}


def _M_of_two_leads(question: _Q) -> _Q:
    first, *rest = question["transitions"]
    one, other, *others = first["M"].items()
    M = {one[0]: other[1], other[0]: one[1], **dict(others)}
    return {**question, "transitions": [{**first, "M": M}, *rest]}


def scaled(value: _Q, names: tuple[str, ...], factor: float) -> _Q:
    """Return a JSON value with the numbers under some names multiplied.

    >>> scaled({"gate": 1.0, "levels": [{"energy": 2.0, "two_S": 1}]}, ENERGIES, 2.0)
    {'gate': 2.0, 'levels': [{'energy': 4.0, 'two_S': 1}]}
    """
    if isinstance(value, Mapping):
        return {
            name: _times(item, factor) if name in names else scaled(item, names, factor) for name, item in value.items()
        }
    return [scaled(item, names, factor) for item in value] if isinstance(value, list) else value


def _times(value: _Q, factor: float) -> _Q:
    return {name: factor * part for name, part in value.items()} if isinstance(value, Mapping) else factor * value


def steps(task: str, *, full: bool = True) -> Iterator[tuple[str, _Q]]:
    """Yield questions of a task, each made of the one before, and not all of them at the quick level."""
    question = as_question(task, two_ways() if full else base())
    yield "the first question", question
    changes: list[tuple[str, Callable[[_Q], _Q], bool]] = [
        ("M of two leads", _M_of_two_leads, task not in TWO_LEADS),
        ("two counting fields", lambda now: exchanged(now, "theta"), "theta" in question),
        (
            "all energies doubled",
            lambda now: scaled(now, ENERGIES, 2.0),
            task in OF_ENERGIES and (full or task not in DEAR),
        ),
        ("M of two transitions", lambda now: exchanged(now, "transitions", "M"), full),
        ("rates of two leads", lambda now: exchanged(now, "leads", "rate"), full or task == "cumulants"),
        ("potentials of two leads", lambda now: exchanged(now, "leads", "mu"), full and task not in AT_REST),
        ("energies of two levels", lambda now: exchanged(now, "levels", "energy"), full),
        ("all rates doubled", lambda now: scaled(now, RATES, 2.0), full),
    ]
    for label, change, asked in changes:
        if asked:
            question = change(question)
            yield label, question


def steps_far_from_zero(task: str) -> Iterator[tuple[str, _Q]]:
    """Yield two questions whose energies are a thousand and differ in the eleventh digit of one of them."""
    question = as_question(task, nominal_kT(COLD))
    yield "energies of a thousand", question
    first, *rest = question["levels"]
    moved = {**first, "energy": first["energy"] + ELEVENTH_DIGIT}
    yield "one of them in its eleventh digit", {**question, "levels": [moved, *rest]}


def _check(task: str) -> Check:
    def trials(scope: Scope) -> Iterator[Trial]:
        yield Trial("one after the other", {"questions": [*steps(task, full=scope.full)]})
        if scope.full or task not in DEAR:
            yield Trial("far from zero", {"questions": [*steps_far_from_zero(task)]})

    @check_of_task(
        "determinism.exchanged-",
        task,
        version=1,
        claim=f"Two questions of {task} with the same numbers at other places get each its own answer",
        equation='protocol.md, "What the harness promises"',
        trials=trials,
        last=True,
    )
    def apart(subject: Subject, trial: Trial) -> Iterator[Comparison]:
        anew = Anew(subject)
        for label, question in trial.inputs["questions"]:
            for found in compared(anew, task, question):
                yield replace(found, note=f"{label}: {found.note}" if found.note else label)

    return apart


EXCHANGED: Final = {task: _check(task) for task in SUITES}
