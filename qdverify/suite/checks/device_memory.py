"""Answers about devices that depend on what was asked before: caches that leave an input out, or round it.

A walk: each question differs from the one before in exactly one input, and the last step leads back to the first
question. So a cache is found whether it keeps all answers or the last one only, and one that rounds its keys to three
decimals is found too, since numbers change by 1e-4. All answers are compared with exact values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise
from typing import Any, Final, TypeAlias

from qdverify.protocol.json_types import Question
from qdverify.suite.checks.memory import Anew
from qdverify.suite.checks.of_devices import SUITES, compared
from qdverify.suite.declare import Check, Scope, Trial
from qdverify.suite.exact.device_cases import AT_REST, Device, as_question
from qdverify.suite.exact.transport_cases import level
from qdverify.suite.finding import Comparison
from qdverify.suite.of_task import check_of_task
from qdverify.suite.subject import Subject

BY: Final = 1e-4
FIRST: Final = "the first question"
_Q: TypeAlias = Any
"""Params as JSON: which inputs there are, the task decides."""
Change = Callable[[_Q], _Q]


def base() -> Device:
    """Return the device of which all others are changed copies, a doublet and a singlet between leads.

    Two leads respond alike in either order, so there are three.
    """
    return {
        "levels": [level(1, 0.1252, 1), level(2, 0.3502, 0)],
        "transitions": [{"from": 0, "to": 1, "M": {"left": 0.7502, "right": 0.5002, "probe": 0.2502}}],
        "leads": [
            {"name": "left", "rate": 0.8002, "mu": 0.1502},
            {"name": "right", "rate": {"up": 0.5002, "down": 0.2502}, "mu": -0.0502, "kT": 0.1502},
            {"name": "probe", "rate": {"up": 0.1252, "down": 0.7502}, "mu": 0.0302},
        ],
        "kT": 0.1002,
        "gate": 0.1802,
        "zeeman": 0.0902,
        "counted": ["left"],
        "theta": [{"left": 0.5002, "right": -0.2502, "probe": 0.1252}],
        "L_first": False,
    }


def _moved(*path: str | int) -> Change:
    """Return the change of one number, at a place in the question."""

    def change(question: _Q) -> _Q:
        return _set(question, path, lambda number: number + BY)

    return change


def _set(value: _Q, path: tuple[str | int, ...], new: Callable[[_Q], _Q]) -> _Q:
    """Return a JSON value with another value at one place."""
    if not path:
        return new(value)
    first, *rest = path
    if isinstance(first, int):
        return [_set(item, tuple(rest), new) if k == first else item for k, item in enumerate(value)]
    return {**value, first: _set(value[first], tuple(rest), new)}


def _of_all_leads(question: _Q) -> _Q:
    return {**question, "leads": [{**lead, "mu": lead["mu"] + BY} for lead in question["leads"]]}


def _names_exchanged(question: _Q) -> _Q:
    one, other, *rest = question["leads"]
    exchanged = [{**one, "name": other["name"]}, {**other, "name": one["name"]}]
    return {**question, "leads": [*exchanged, *rest]}


def _leads_turned(question: _Q) -> _Q:
    return {**question, "leads": question["leads"][::-1]}


def _spins_exchanged(question: _Q) -> _Q:
    return _set(question, ("leads", 1, "rate"), lambda rate: {"up": rate["down"], "down": rate["up"]})


def _levels_turned(question: _Q) -> _Q:
    last = len(question["levels"]) - 1
    moved = [{**item, "from": last - item["from"], "to": last - item["to"]} for item in question["transitions"]]
    return {**question, "levels": question["levels"][::-1], "transitions": moved}


def _another_spin(question: _Q) -> _Q:
    """Return the question with a triplet in place of the singlet."""
    place = [one["electrons"] for one in question["levels"]].index(2)
    return _set(question, ("levels", place, "two_S"), lambda _: 2)


def _counted_elsewhere(question: _Q) -> _Q:
    return {**question, "counted": ["right"]}


def _more(question: _Q) -> _Q:
    """Return the question with another level of one electron, which has the transitions of the first one."""
    (item,), new = question["transitions"], len(question["levels"])
    levels = [*question["levels"], level(1, 0.2002, 1)]
    return {**question, "levels": levels, "transitions": [item, {**item, "from": new}]}


def changes(task: str) -> Iterator[tuple[str, Change]]:
    """Yield what is changed from one question to the next, each for the inputs that a task takes."""
    question: _Q = as_question(task, base())
    first, second = question["leads"][:2]
    yield from ((name, _moved(name)) for name in ("kT", "gate", "zeeman") if name in question)
    if task in AT_REST:
        yield "mu of all leads", _of_all_leads
    else:
        yield "mu of one lead", _moved("leads", 1, "mu")
        yield "mu of another lead", _moved("leads", 0, "mu")
    if "kT" in second:
        yield "kT of one lead", _moved("leads", 1, "kT")
    if isinstance(second["rate"], dict):
        yield "rate of one spin", _moved("leads", 1, "rate", "up")
        yield "the spins of one lead", _spins_exchanged
    else:
        yield "rate of one lead", _moved("leads", 1, "rate")
    yield "rate of another lead", _moved("leads", 0, "rate")
    yield "energy of one level", _moved("levels", 1, "energy")
    if isinstance(question["transitions"][0]["M"], dict):
        yield "M of one lead", _moved("transitions", 0, "M", second["name"])
        yield "M of another lead", _moved("transitions", 0, "M", first["name"])
    else:
        yield "M", _moved("transitions", 0, "M")
    if task == "lead_cumulants":
        yield "the counted lead", _counted_elsewhere
    if task == "generating_function":
        yield "one field", _moved("theta", 0)
    if task == "lead_generating_function":
        yield "the field of one lead", _moved("theta", 0, "left")
    yield "the names of two leads", _names_exchanged
    yield "the order of leads", _leads_turned
    if task == "spin_populations":
        yield "the order of levels", _levels_turned
    yield "the spin of one level", _another_spin
    yield "a level more", _more


def walk(task: str, *, full: bool = True) -> list[tuple[str, Question]]:
    """Return questions of a task, each with the one input in which it differs from the question before.

    Parameters
    ----------
    full
        Whether to change what stands in a question more than once at more than one place.
    """
    steps = [(FIRST, as_question(task, base()))]
    for label, change in changes(task):
        if full or "another" not in label:
            steps.append((label, change(steps[-1][1])))
    return steps


def _one_field(task: str) -> Check:
    def trials(scope: Scope) -> Iterator[Trial]:
        steps = walk(task, full=scope.full)
        yield Trial("forward", {"questions": [*steps, (f"back to {FIRST}", steps[0][1])]})
        if scope.full:
            turned = [(f"back: {label}", before) for (label, _), (_, before) in pairwise(reversed(steps))]
            yield Trial("backward", {"questions": [("the last question", steps[-1][1]), *turned]})

    @check_of_task(
        "determinism.one-field-",
        task,
        version=1,
        claim=f"Two questions of {task} that differ in one input only get each its own answer",
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


ONE_FIELD: Final = {task: _one_field(task) for task in SUITES}
