"""Corners: each task on a device is asked where inputs coincide, vanish, or are many, and with its fields turned."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from qdverify.protocol.json_types import Answer, Question
from qdverify.suite.checks.of_devices import SUITES, compared
from qdverify.suite.declare import Check, Scope, Trial
from qdverify.suite.exact.corner_cases import CORNERS, few_for_many, in_turn, many_levels, turned_fields
from qdverify.suite.exact.device_cases import OF_SPINS, as_question
from qdverify.suite.finding import Comparison
from qdverify.suite.of_task import check_of_task, in_a_name
from qdverify.suite.subject import Subject

DEAR: Final = ("spin_response", "conductance_parts")
"""Tasks that many levels are left out of at the quick level: they are not counted as one."""


class AskedInstead(Subject):
    """An implementation that is asked one question whatever is asked: another form of it, with the same answer."""

    def __init__(self, subject: Subject, question: Question) -> None:
        self._subject = subject
        self._question = question
        self.description = subject.description

    def put(self, task: str, params: Question) -> Answer:
        """Return the answer to the one question."""
        return self._subject.put(task, self._question)


def _corners(task: str) -> Callable[[Scope], Iterator[Trial]]:
    def trials(scope: Scope) -> Iterator[Trial]:
        for label, (make, tells) in CORNERS.items():
            if tells(task):
                yield Trial(label, {"question": as_question(task, make())})
        turned = as_question(task, turned_fields())
        yield Trial("fields in reverse order", {"question": in_turn(turned)})
        many = as_question(task, many_levels())
        if task not in (*OF_SPINS, *DEAR):
            yield Trial("many levels", {"question": as_question(task, few_for_many()), "asked": many})
        elif task not in DEAR or scope.full:
            yield Trial("many levels", {"question": many})

    return trials


def _check(task: str) -> Check:
    @check_of_task(
        f"{SUITES[task]}.corners-",
        task,
        version=1,
        claim=f"Results are right where inputs coincide, vanish, or lie far off, in any order ({in_a_name(task)})",
        equation="[J96] Eq. (3)",
        trials=_corners(task),
    )
    def corners(subject: Subject, trial: Trial) -> Iterator[Comparison]:
        inputs = trial.inputs
        asked = AskedInstead(subject, inputs["asked"]) if "asked" in inputs else subject
        yield from compared(asked, task, inputs["question"])

    return corners


CORNER: Final = {task: _check(task) for task in SUITES}
