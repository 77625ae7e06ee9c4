"""Answers about devices that depend on what was asked before: caches that leave an input out, or round it.

A walk: each question differs from the one before in exactly one input, and the last step leads back to the first
question. So a cache is found whether it keeps all answers or the last one only. The steps are made from the question
itself: every number that it holds is moved alone, so that no lead, level or field is left out. A cache that rounds its
keys is found too, since numbers change by 1e-4, and then all of them by 2e-7. All answers are compared with exact
values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from itertools import pairwise
from random import Random
from typing import Any, Final, TypeAlias

from qdverify.protocol.answers import AnswerError, Unsupported
from qdverify.protocol.json_types import LeadTransition, Question
from qdverify.suite.checks.memory import Anew
from qdverify.suite.checks.of_devices import SUITES, compared
from qdverify.suite.declare import Check, Scope, Trial
from qdverify.suite.exact.corner_cases import at_each
from qdverify.suite.exact.device_cases import AT_REST, Device, as_question
from qdverify.suite.exact.transport_cases import level
from qdverify.suite.finding import Comparison
from qdverify.suite.of_task import check_of_task
from qdverify.suite.subject import Subject

BY: Final = 1e-4
LITTLE: Final = 2.0**-22
"""Far less than what the last of six decimals tells, and far more than an accuracy of 1e-9."""
DEAR: Final = ("lead_response", "spin_response", "cumulants", "lead_cumulants")
"""Tasks of which the quick level moves one number of each kind only: their exact answers take longest."""
FIRST: Final = "the first question"
_Q: TypeAlias = Any
"""Params as JSON: which inputs there are, the task decides."""
Place: TypeAlias = tuple[str | int, ...]
Change = Callable[[_Q], _Q]
_Move: TypeAlias = tuple[Place, str, Change]
"""Where the number is that is moved, what this is called, and the change."""


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
        "theta": [
            {"left": 0.5002, "right": -0.2502, "probe": 0.1252},
            {"left": -0.3752, "right": 0.2502, "probe": 0.7502},
        ],
        "L_first": False,
    }


def zigzag() -> Device:
    """Return the device with a level more of one electron and of two, which three of four transitions join."""
    device = base()
    (item,) = device["transitions"]
    transitions: list[LeadTransition] = [
        {"from": i, "to": j, "M": {name: share * M for name, M in at_each(item).items()}}
        for i, j, share in ((0, 1, 1.0), (2, 1, 0.625), (0, 3, 0.875))
    ]
    levels = [*device["levels"], level(1, 0.2002, 1), level(2, 0.4102, 2)]
    return {**device, "levels": levels, "transitions": transitions}


def _moved(*path: str | int, by: float = BY) -> Change:
    """Return the change of one number, at a place in the question."""

    def change(question: _Q) -> _Q:
        return _set(question, path, lambda number: number + by)

    return change


def places(value: _Q, path: Place = ()) -> Iterator[Place]:
    """Yield where the numbers in a question are that may be moved: all but counts, twice the spins, and ends."""
    if isinstance(value, float):
        yield path
    elif isinstance(value, Mapping):
        for name, item in value.items():
            yield from places(item, (*path, name))
    elif isinstance(value, list):
        for k, item in enumerate(value):
            yield from places(item, (*path, k))


def _all_by_a_little(question: _Q) -> _Q:
    for place in places(question):
        question = _moved(*place, by=LITTLE)(question)
    return question


def _set(value: _Q, path: Place, new: Callable[[_Q], _Q]) -> _Q:
    """Return a JSON value with another value at one place."""
    if not path:
        return new(value)
    first, *rest = path
    if isinstance(first, int):
        return [_set(item, tuple(rest), new) if k == first else item for k, item in enumerate(value)]
    return {**value, first: _set(value[first], tuple(rest), new)}


def _of_all_leads(by: float) -> Change:
    return lambda question: {
        **question,
        "leads": [{**lead, "mu": lead["mu"] + by} for lead in question["leads"]],
    }


def _field_turned(question: _Q) -> _Q:
    return {**question, "zeeman": -question["zeeman"]}


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
    """Return the question with another level of one electron, and a transition from it that is not the first one's."""
    (item,), new = question["transitions"], len(question["levels"])
    levels = [*question["levels"], level(1, 0.2002, 1)]
    M = item["M"]
    other = {name: 0.625 * at for name, at in M.items()} if isinstance(M, Mapping) else 0.625 * M
    return {**question, "levels": levels, "transitions": [item, {**item, "from": new, "M": other}]}


def _ends_exchanged(question: _Q) -> _Q:
    """Return the question in which the two transitions begin at each other's level."""
    one, other = question["transitions"]
    return {**question, "transitions": [{**one, "from": other["from"]}, {**other, "from": one["from"]}]}


def changes(task: str, *, by: float = BY) -> Iterator[_Move]:
    """Yield where each number is that a task takes, and how it is moved alone; leads at rest stay at one potential."""
    question = as_question(task, base())
    for place in places(question):
        if task in AT_REST and place[0] == "leads" and place[-1] == "mu":
            if place[1] == 0:
                yield place, "mu of all leads", _of_all_leads(by)
        else:
            yield place, " ".join(map(str, place)), _moved(*place, by=by)


def _others(task: str) -> Iterator[tuple[str, Change]]:
    """Yield what is changed besides: all numbers by a little, signs, names, orders, spins, and the levels."""
    question: _Q = as_question(task, base())
    yield "all numbers by a little", _all_by_a_little
    if "zeeman" in question:
        yield "the sign of the field", _field_turned
    if isinstance(question["leads"][1]["rate"], dict):
        yield "the spins of one lead", _spins_exchanged
    if task == "lead_cumulants":
        yield "the counted lead", _counted_elsewhere
    yield "the names of two leads", _names_exchanged
    yield "the order of leads", _leads_turned
    if task == "spin_populations":
        yield "the order of levels", _levels_turned
    yield "the spin of one level", _another_spin
    yield "a level more", _more
    yield "the ends of two transitions", _ends_exchanged


def walk(task: str, scope: Scope) -> list[tuple[str, Question]]:
    """Return questions of a task, each with the one input in which it differs from the question before.

    At the full level numbers are moved by a little, too.
    """
    found = [*changes(task)]
    if task in DEAR and not scope.full:
        found = _one_of_each_kind(found, scope.random(f"one-field {task}"))
    moves = [(label, change) for _, label, change in found]
    if scope.full:
        moves += [(f"{label} by a little", change) for _, label, change in changes(task, by=LITTLE)]
    steps = [(FIRST, as_question(task, base()))]
    for label, change in (*moves, *_others(task)):
        steps.append((label, change(steps[-1][1])))
    return steps


def _one_of_each_kind(moves: list[_Move], choose: Random) -> list[_Move]:
    """Return one move of each kind: that of the same fields, whatever the lead, level or transition."""
    kinds: dict[Place, list[_Move]] = {}
    for move in moves:
        fields = tuple(part for part in move[0] if isinstance(part, str))
        # below M stand the names of leads
        kinds.setdefault(fields[: fields.index("M") + 1] if "M" in fields else fields, []).append(move)
    return [choose.choice(alike) for alike in kinds.values()]


def walk_of_ends(task: str) -> list[tuple[str, Question]]:
    """Return questions that differ in one end of one transition."""
    steps = [("three transitions of four", as_question(task, zigzag()))]
    for number, end, new in ((1, "to", 3), (0, "from", 2), (2, "to", 1)):
        steps.append((f"{end} of transition {number}", _joined(steps[-1][1], number, end, new)))
    return steps


def _joined(question: _Q, number: int, end: str, new: int) -> Question:
    """Return the question in which one transition ends, or begins, at another level."""
    joined: Question = _set(question, ("transitions", number, end), lambda _: new)
    return joined


def of_two_leads(task: str) -> Question:
    """Return a question whose levels, transitions and leads are the same for all tasks of a family."""
    item = {"from": 0, "to": 1, "M": 0.7502}
    one, other = ({"name": name, "rate": rate, "mu": mu} for name, rate, mu in (("L", 0.8, 0.15), ("R", 0.5, -0.05)))
    rows = [{"L": 0.5, "R": -0.25}]
    changed: _Q = {"transitions": [item], "leads": [one, other], "counted": ["R"], "theta": rows, "L_first": True}
    return as_question(task, {**base(), **changed})


def relatives(task: str) -> list[str]:
    """Return the other tasks that may be asked about the same levels, transitions and leads, with a field or without.

    >>> relatives("lead_response")
    ['linear_response']
    """
    return [other for other in SUITES if other != task and _shared(other) == _shared(task)]


def _shared(task: str) -> Question:
    asked = of_two_leads(task)
    return {name: value for name, value in asked.items() if name not in ("counted", "theta")}


def _one_field(task: str) -> Check:
    def trials(scope: Scope) -> Iterator[Trial]:
        steps = walk(task, scope)
        yield Trial("forward", {"questions": [*steps, (f"back to {FIRST}", steps[0][1])]})
        if scope.full:
            turned = [(f"back: {label}", before) for (label, _), (_, before) in pairwise(reversed(steps))]
            yield Trial("backward", {"questions": [("the last question", steps[-1][1]), *turned]})
            yield Trial("ends of transitions", {"questions": walk_of_ends(task)})
        two = [("of two leads", of_two_leads(task))]
        yield Trial("after other tasks", {"questions": two, "first": relatives(task)})

    @check_of_task(
        "determinism.one-field-",
        task,
        version=2,
        claim=f"Two questions of {task} that differ in one input only get each its own answer",
        equation='protocol.md, "What the harness promises"',
        trials=trials,
        last=True,
    )
    def apart(subject: Subject, trial: Trial) -> Iterator[Comparison]:
        anew = Anew(subject)
        for other in trial.inputs.get("first", ()):
            # whether it is answered rightly is another check's matter
            with suppress(AnswerError, Unsupported):
                subject.ask_again(other, **of_two_leads(other))
        for label, question in trial.inputs["questions"]:
            for found in compared(anew, task, question):
                yield replace(found, note=f"{label}: {found.note}" if found.note else label)

    return apart


ONE_FIELD: Final = {task: _one_field(task) for task in SUITES}
