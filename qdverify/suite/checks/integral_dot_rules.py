"""The rules of dots given by their integrals: what breaks one is refused, and what is unusual and valid is answered.

The inputs are the examples of `qdverify.protocol.integral_rules`; only implementations that take such dots are asked.
"""

from __future__ import annotations

from collections.abc import Iterator

from qdverify.protocol.input_rules import DOT_TASKS, Kind
from qdverify.protocol.integral_rules import INTEGRAL_RULES
from qdverify.suite.checks.invalid_input import compare_answer, compare_refusal
from qdverify.suite.declare import Check, Scope, Trial
from qdverify.suite.finding import Comparison
from qdverify.suite.of_task import check_of_task
from qdverify.suite.subject import Subject


def _examples(kind: Kind, task: str) -> Iterator[Trial]:
    for rule in INTEGRAL_RULES:
        if rule.kind is kind:
            yield from (Trial(item.label, item.params) for item in rule.examples if item.task == task)


def _refuses(task: str) -> Check:
    """Return the check that a task refuses dots given by integrals that break a rule."""

    def trials(_: Scope) -> Iterator[Trial]:
        return _examples(Kind.REFUSED, task)

    @check_of_task(
        "integral-dots.refused-",
        task,
        version=1,
        claim=f"Inputs of {task} that break a rule of dots given by integrals are refused with an error",
        equation='protocol.md, "Rules of dots given by integrals"',
        trials=trials,
    )
    def refuses(subject: Subject, trial: Trial) -> Iterator[Comparison]:
        subject.require_integrals()
        yield compare_refusal(subject, task, trial.inputs)

    return refuses


def _answers(task: str) -> Check:
    """Return the check that a task answers dots given by integrals that are unusual and valid."""

    def trials(_: Scope) -> Iterator[Trial]:
        return _examples(Kind.ANSWERED, task)

    @check_of_task(
        "integral-dots.answered-",
        task,
        version=1,
        claim=f"Inputs of {task} about dots given by integrals that are unusual and valid are answered, not refused",
        equation='protocol.md, "Rules of dots given by integrals"',
        trials=trials,
    )
    def answers(subject: Subject, trial: Trial) -> Iterator[Comparison]:
        yield compare_answer(subject, task, trial.inputs)

    return answers


refused = {task: _refuses(task) for task in DOT_TASKS}
answered = {task: _answers(task) for task in DOT_TASKS}
