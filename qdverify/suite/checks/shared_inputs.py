"""Answers that depend on what another task was asked about the same inputs: one memory for several tasks.

A program may keep what it has prepared for a dot or a rate equation: the next task then takes it over. That is wrong
if it knows less than this task needs, if an earlier task has changed it, or if it holds the answer to that task. Every
task is asked after each other one that takes the same inputs, and its answer compared with the exact one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any, Final

from qdverify.protocol.answers import AnswerError, Unsupported
from qdverify.protocol.json_types import Question
from qdverify.suite.checks import conductance, device_memory, memory, noise, of_devices
from qdverify.suite.checks.memory import Anew
from qdverify.suite.declare import Check, Trial
from qdverify.suite.exact.device_cases import AT_REST, as_question
from qdverify.suite.exact.transport_reference import TREES, compare_currents, solve_exactly
from qdverify.suite.finding import Comparison
from qdverify.suite.of_task import check_of_task
from qdverify.suite.subject import Subject

ON_DOTS: Final = ("interaction_integrals", "spectrum", "transition_probabilities")
ON_RATES: Final = ("stationary_state", "current", "resolved_current", "differential_conductance", "noise")
"""Tasks on two leads L and R."""
_OF_RATES: Final = (*ON_RATES, *of_devices.SUITES)
_BESIDES: Final = ("counted", "theta", "zeeman")
"""What some tasks are asked besides levels, transitions, leads, kT and gate."""


def question_of(task: str, *, at_rest: bool = False) -> Question:
    """Return the small question of a task, whose dot or rate equation is that of all tasks of its kind."""
    if task in ON_DOTS:
        return memory.base(task)
    biased: Any = device_memory.of_two_leads("spin_currents")
    mu = biased["leads"][0]["mu"]
    leads = [{**lead, "mu": mu} for lead in biased["leads"]] if at_rest else biased["leads"]
    shared = {name: value for name, value in {**biased, "leads": leads}.items() if name not in _BESIDES}
    if task not in of_devices.SUITES:
        return shared
    own = as_question(task, {**device_memory.base(), "counted": ["R"], "theta": [{"L": 0.5, "R": -0.25}], **biased})
    return {**shared, **{name: value for name, value in own.items() if name in _BESIDES}}


def others(task: str) -> list[str]:
    """Return the tasks that take the inputs of a task.

    >>> others("spectrum")
    ['interaction_integrals', 'transition_probabilities']
    """
    alike = ON_DOTS if task in ON_DOTS else _OF_RATES
    at_rest = task in AT_REST
    return [other for other in alike if other != task and (at_rest or other not in AT_REST)]


def _compared(subject: Subject, task: str, question: Any) -> Iterator[Comparison]:
    # which question it is, the task decides
    if task in of_devices.SUITES:
        yield from of_devices.compared(subject, task, question)
    elif task == "resolved_current":
        yield from compare_currents(subject, question, solve_exactly(question).current, TREES, task=task)
    elif task == "differential_conductance":
        yield conductance.compared_with_exact(subject, question)
    elif task == "noise":
        yield from noise.compared_with_exact(subject, question)
    else:
        yield from memory.compared(subject, task, question)


def _after_others(task: str) -> Check:
    at_rest = task in AT_REST
    question = question_of(task, at_rest=at_rest)

    @check_of_task(
        "determinism.shared-inputs-",
        task,
        version=1,
        claim=f"The answer to {task} is the same whatever other task was asked about the same inputs before",
        equation='protocol.md, "What the harness promises"',
        trials=lambda _: (Trial("the inputs of other tasks", {"question": question, "first": others(task)}),),
        last=True,
    )
    def unmoved(subject: Subject, trial: Trial) -> Iterator[Comparison]:
        for other in trial.inputs["first"]:
            anew = Anew(subject)
            # whether it is answered rightly is another check's matter
            with suppress(AnswerError, Unsupported):
                subject.ask_again(other, **question_of(other, at_rest=at_rest))
            found = [*_compared(anew, task, trial.inputs["question"])]
            wrong = [item for item in found if not item.passed]
            worst = wrong[0] if wrong else max(found, key=lambda item: item.deviation)
            yield replace(worst, note=f"after {other}: {worst.note}" if worst.note else f"after {other}")

    return unmoved


SHARED_INPUTS: Final[Mapping[str, Check]] = {task: _after_others(task) for task in (*ON_DOTS, *_OF_RATES)}
