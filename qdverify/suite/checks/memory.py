"""Answers that depend on what was asked before: caches with too short a key, and state that an error leaves behind.

Two questions that differ in one field only are asked one after the other and back again, each anew. All answers are
compared with exact values, so that a cache that repeats itself faithfully is found too.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from functools import lru_cache
from typing import Any, Final

from analytic import clebsch_gordan_weight, transition_probabilities_between
from qdverify.protocol.answers import AnswerError
from qdverify.protocol.dots import as_box
from qdverify.protocol.json_types import (
    Answer,
    BoxDot,
    Fields,
    IntegralsQuestion,
    Question,
    SpectrumQuestion,
    TransitionsQuestion,
)
from qdverify.protocol.sample_dots import make_dot
from qdverify.suite.checks.small_basis import ORIGIN, compare_levels
from qdverify.suite.checks.transport_trials import ask_for_single_states
from qdverify.suite.comparators import close
from qdverify.suite.declare import Check, Scope, Trial
from qdverify.suite.evidence import resting_on
from qdverify.suite.exact.coinciding_levels import gap_condition
from qdverify.suite.exact.integrals import exact_integrals
from qdverify.suite.exact.small_basis import exact_levels
from qdverify.suite.exact.transport_cases import Case, leads, ring, two_levels
from qdverify.suite.exact.transport_reference import TREES, compare_currents, compare_populations, solve_exactly
from qdverify.suite.finding import Comparison, exact
from qdverify.suite.of_task import STAGES, check_of_task
from qdverify.suite.subject import Subject

MANY: Final = 101
SHARP: Final = 2e-4
"""A cutoff that is 0 to three decimals, as is 2.5 times it."""


class Anew(Subject):
    """An implementation whose answers are forgotten as soon as another question is asked."""

    def __init__(self, subject: Subject) -> None:
        self._subject = subject
        self._last: tuple[str, Answer] | None = None
        self.description = subject.description

    def put(self, task: str, params: Question) -> Answer:
        """Return the answer, asked anew unless it is that to the question before."""
        key = json.dumps([task, params], sort_keys=True)
        if self._last is None or self._last[0] != key:
            self._last = None
            self._last = (key, self._subject.ask_again(task, **params))
        return self._last[1]


def compared(subject: Subject, task: str, params: Question) -> list[Comparison]:
    """Compare the answer to one small question with the exact one."""
    return resting_on(subject, _compared(subject, task, {**params}), (task, params))


def _box(question: IntegralsQuestion | SpectrumQuestion | TransitionsQuestion) -> BoxDot:
    """Return the dot of one of the small questions, whose exact answers are known for boxes."""
    return as_box(question["dot"], "the small questions are about boxes")


def _compared(subject: Subject, task: str, question: Any) -> Iterator[Comparison]:
    # which question it is, the task decides
    if task == "stationary_state":
        yield from compare_populations(subject, question, solve_exactly(question).populations, TREES)
    elif task == "current":
        yield from compare_currents(subject, question, solve_exactly(question).current, TREES)
    elif task == "spectrum":
        found = exact_levels(_box(question), question["electrons"])[: question["levels"]]
        yield from compare_levels(subject, question, found, ORIGIN)
    elif task == "transition_probabilities":
        yield _compared_M(subject, question)
    elif task == "interaction_integrals":
        values = exact_integrals(_box(question), question["indices"])
        tolerance = subject.tolerance(task, max(1.0, *map(abs, values)))
        yield close(subject.ask(task, **question)["values"], exact(values, "closed form at 30 digits"), tolerance)
    else:
        value = float(clebsch_gordan_weight(question["two_S_i"], question["two_S_j"]))
        yield close(subject.ask(task, **question)["C"], exact(value, "[J96] Eq. (5)"), subject.tolerance(task))


def _compared_M(subject: Subject, question: TransitionsQuestion) -> Comparison:
    """Compare all M_ji of a dot without levels that coincide."""
    initial, final = (exact_levels(_box(question), question["electrons"] + added) for added in (0, 1))
    M = _exact_M(json.dumps(question["dot"], sort_keys=True), question["electrons"])
    expected = [list(row[: question["levels_from"]]) for row in M[: question["levels_to"]]]
    condition = max(
        gap_condition([float(level.energy) for level in levels], [level.two_S for level in levels], 0.0)
        for levels in (initial, final)
    )
    measured = subject.ask("transition_probabilities", **question)["M"]
    return close(measured, exact(expected, ORIGIN), subject.tolerance("transition_probabilities", condition=condition))


@lru_cache(maxsize=256)
def _exact_M(text: str, electrons: int) -> tuple[tuple[float, ...], ...]:
    """Return M_ji between all levels of N and of N+1 electrons: the same dot is asked about many times."""
    dot = as_box(json.loads(text), "the small questions are about boxes")
    initial, final = (exact_levels(dot, electrons + added) for added in (0, 1))
    return tuple(tuple(float(value) for value in row) for row in transition_probabilities_between(initial, final))


def _of_dots(dot: Fields) -> Iterator[tuple[str, Fields]]:
    """Yield dots that differ from a given one in one field."""
    for name in ("length", "strength", "cutoff"):
        yield f"{name} by 1e-4", {**dot, name: dot[name] * (1 + 1e-4)}
        yield name, {**dot, name: 1.5 * dot[name]}
    yield "kernel", {**dot, "kernel": "contact"}
    yield "orbitals", {**dot, "orbitals": dot["orbitals"] + 1}


def _of_transport(case: Question) -> Iterator[tuple[str, Question]]:
    """Yield rate equations that differ from a given one in one field."""
    levels, transitions, (left, right) = case["levels"], case["transitions"], case["leads"]
    for name in ("kT", "gate"):
        yield f"{name} by 1e-4", {**case, name: case[name] + 1e-4}
        yield name, {**case, name: 1.5 * case[name]}
    for name, by in (("mu", 0.125), ("mu", 1e-4), ("rate", 1.0), ("rate", 1e-4)):
        yield f"{name} of L by {by:g}", {**case, "leads": [{**left, name: left[name] + by}, right]}
        yield f"{name} of R by {by:g}", {**case, "leads": [left, {**right, name: right[name] + by}]}
    for by in (0.125, 1e-4):
        yield f"one M by {by:g}", {**case, "transitions": [*transitions[:-1], _changed(transitions[-1], "M", by)]}
        yield f"one energy by {by:g}", {**case, "levels": [*levels[:-1], _changed(levels[-1], "energy", by)]}
    yield "the spin of one level", {**case, "levels": [levels[0], _changed(levels[1], "two_S", 2), *levels[2:]]}
    yield "a transition less", {**case, "transitions": transitions[1:]}
    place = {0: 0, 1: 2, 2: 1, 3: 3}
    moved = [{**item, "from": place[item["from"]], "to": place[item["to"]]} for item in transitions]
    yield "the order of two levels", {**case, "levels": [levels[k] for k in (0, 2, 1, 3)], "transitions": moved}
    swapped = [levels[0], {**levels[2]}, {**levels[1]}, levels[3]]
    yield "two levels, with the transitions of each other", {**case, "levels": swapped}
    yield "the order of transitions", {**case, "transitions": transitions[::-1]}
    yield "the order of leads", {**case, "leads": [right, left]}


def _changed(item: Fields, name: str, by: float) -> Fields:
    return {**item, name: item[name] + by}


def base(task: str) -> Question:
    """Return the question of which all others are changed copies."""
    dot = make_dot("soft-coulomb", 2, length=2.0, cutoff=SHARP, strength=1.5)
    questions: dict[str, Question] = {
        "clebsch_gordan_weight": {"two_S_i": 2, "two_S_j": 3},
        "interaction_integrals": {"dot": dot, "indices": [[1, 1, 1, 1], [1, 2, 1, 2], [1, 1, 2, 2]]},
        "spectrum": {"dot": dot, "electrons": 2, "levels": 2},
        "transition_probabilities": {"dot": dot, "electrons": 1, "levels_from": 2, "levels_to": 2},
        "stationary_state": _ring(),
        "current": _ring(),
    }
    return questions[task]


def _ring() -> Case:
    return {**ring(), "leads": leads(0.2402, 1.0, 0.5002, centre=0.03), "kT": 0.0602, "gate": 0.4372}


def changed_questions(task: str) -> Iterator[tuple[str, Question]]:
    """Yield the questions that differ from the base question of a task in one field."""
    question = base(task)
    if task == "clebsch_gordan_weight":
        yield "final spin", {**question, "two_S_j": 1}
        yield "initial spin", {**question, "two_S_i": 4}
    elif task in ("stationary_state", "current"):
        yield from _of_transport(question)
    else:
        for label, dot in _of_dots(question["dot"]):
            yield label, {**question, "dot": dot}
        if task == "interaction_integrals":
            yield "order of indices", {**question, "indices": question["indices"][::-1]}
        else:
            yield "electrons", {**question, "electrons": question["electrons"] + 1}


def many_questions(task: str) -> Iterator[Question]:
    """Yield a hundred and one different questions that take next to no time."""
    for number in range(MANY):
        size = 1.0 + number / MANY
        dot = make_dot("contact", 2, length=size)
        questions: dict[str, Question] = {
            "clebsch_gordan_weight": {"two_S_i": number, "two_S_j": number + 1},
            "interaction_integrals": {"dot": dot, "indices": [[1, 1, 1, 1]]},
            "spectrum": {"dot": dot, "electrons": 2, "levels": 1},
            "transition_probabilities": {"dot": dot, "electrons": 1, "levels_from": 1, "levels_to": 1},
        }
        case: Question = {**two_levels(0, 1), "leads": leads(0.25, size, 1.0), "kT": 0.0625, "gate": 0.5}
        yield questions.get(task, case)


def _one_field(task: str) -> Check:
    """Return the check that a task tells questions apart that differ in one field."""

    def trials(_: Scope) -> Iterator[Trial]:
        return (Trial(label, {"question": question}) for label, question in changed_questions(task))

    @check_of_task(
        "determinism.one-field-",
        task,
        version=1,
        claim=f"Two questions of {task} that differ in one field only get each its own answer, in either order",
        equation='protocol.md, "What the harness promises"',
        trials=trials,
        last=True,
    )
    def apart(subject: Subject, trial: Trial) -> Iterator[Comparison]:
        anew, first, second = Anew(subject), base(task), trial.inputs["question"]
        if task in ("stationary_state", "current"):
            ask_for_single_states(anew, task, second)
        for question in (first, second, first):
            yield from compared(anew, task, question)

    return apart


def _after_errors(task: str) -> Check:
    """Return the check that a refused question leaves no trace."""

    def trials(_: Scope) -> Iterator[Trial]:
        for label, wrong in _refused(task):
            yield Trial(label, {"refused": wrong})

    @check_of_task(
        "determinism.after-error-",
        task,
        version=1,
        claim=f"A question of {task} that is refused changes no answer after it",
        equation='protocol.md, "Errors"',
        trials=trials,
        last=True,
    )
    def unchanged(subject: Subject, trial: Trial) -> Iterator[Comparison]:
        others = [question for _, question in changed_questions(task)]
        for question in (base(task), others[0]):
            anew = Anew(subject)
            # whether it is refused is another check's matter
            with suppress(AnswerError):
                subject.ask_invalid(task, trial.inputs["refused"])
            yield from compared(anew, task, question)

    return unchanged


def _refused(task: str) -> Iterator[tuple[str, Question]]:
    """Yield an invalid question that fails at the end of its reading, and one that fails at its beginning."""
    question = base(task)
    if task == "clebsch_gordan_weight":
        yield "negative spin", {**question, "two_S_j": -1}
    elif task in ("stationary_state", "current"):
        yield "negative kT", {**question, "kT": -question["kT"]}
        yield "no leads", {**question, "leads": []}
    else:
        yield "negative length", {**question, "dot": {**question["dot"], "length": -1.0}}
    yield "nothing", {}


def _hundredth(task: str) -> Check:
    """Return the check that the hundredth question of a task is answered as the first was."""

    @check_of_task(
        "determinism.hundredth-",
        task,
        version=1,
        claim=f"The hundredth question of {task} is answered as well as the first",
        equation='protocol.md, "What the harness promises"',
        trials=lambda _: (Trial(f"{MANY} questions", {"questions": MANY}),),
        last=True,
    )
    def lasting(subject: Subject, _: Trial) -> Iterator[Comparison]:
        anew = Anew(subject)
        found = [item for question in many_questions(task) for item in compared(anew, task, question)]
        wrong = [item for item in found if not item.passed]
        yield wrong[0] if wrong else max(found, key=lambda item: item.deviation)

    return lasting


one_field = {task: _one_field(task) for task in STAGES}
after_errors = {task: _after_errors(task) for task in STAGES}
hundredth = {task: _hundredth(task) for task in STAGES}
