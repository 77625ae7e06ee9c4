"""Far from the usual: each task on a device is asked where floors, caps, ends of tables and cut-off names show."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from qdverify.suite.checks.of_devices import SUITES, compared
from qdverify.suite.declare import Check, Scope, Trial
from qdverify.suite.exact.device_cases import as_question
from qdverify.suite.exact.far_cases import FULL, QUICK, many_names, random_far
from qdverify.suite.finding import Comparison
from qdverify.suite.of_task import check_of_task, in_a_name
from qdverify.suite.subject import Subject

RANDOM: Final = 12
DEAR: Final = "spin_response"
"""A task that many leads are left out of at the quick level: its matrix holds a thousand entries then."""


def _far(task: str) -> Callable[[Scope], Iterator[Trial]]:
    def trials(scope: Scope) -> Iterator[Trial]:
        for label, make in {**QUICK, **(FULL if scope.full else {})}.items():
            if make is many_names and task == DEAR and not scope.full:
                continue
            yield Trial(label, {"question": as_question(task, make())})
        # all tasks are asked about the same devices
        choose = scope.random("far")
        for number in range(RANDOM if scope.full else 0):
            yield Trial(f"random units {number}", {"question": as_question(task, random_far(choose))})

    return trials


def _check(task: str) -> Check:
    @check_of_task(
        f"{SUITES[task]}.far-",
        task,
        version=1,
        claim=f"Results are right far from the usual energies, rates, spins and numbers of leads ({in_a_name(task)})",
        equation="[J96] Eq. (3)",
        trials=_far(task),
    )
    def far(subject: Subject, trial: Trial) -> Iterator[Comparison]:
        yield from compared(subject, task, trial.inputs["question"])

    return far


FAR: Final = {task: _check(task) for task in SUITES}
