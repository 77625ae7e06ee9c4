"""One point of a sweep: the questions that it takes, put to an implementation.

The transport tasks are asked in the protocol's own steps: the spectra of each electron number, the transition
probabilities between neighbouring ones, then the rate equation. The level scheme is kept for the next points of
the same dot.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from threading import Lock
from time import monotonic
from typing import Final, NamedTuple, TypedDict

from qdverify.implementations.resolve import resolve
from qdverify.implementations.subprocess_channel import Budgets
from qdverify.protocol.answers import AnswerError, Broken, Ended, Unsupported
from qdverify.protocol.inputs import as_dot
from qdverify.protocol.json_types import Answer, LevelScheme
from qdverify.protocol.level_scheme import level_scheme
from qdverify.suite.subject import Subject
from qdverify.sweep.plan import Plan
from qdverify.sweep.point import Value, dot_of, leads_of

FAILURES: Final = (AnswerError, Broken, Unsupported)
ATTEMPTS: Final = 3
"""How often a point is tried over which a process dies."""
_DOTS_KEPT: Final = 8
_WORKERS_KEPT: Final = 4


@dataclass(frozen=True)
class Assignment:
    """What a process must know to answer points of a sweep.

    Attributes
    ----------
    plan
        The plan as JSON.
    budgets
        What the implementation's process may use.
    name, version
        What the implementation said of itself when the sweep began.
    """

    plan: str
    budgets: Budgets
    name: str
    version: str


class Outcome(TypedDict, total=False):
    """What became of a point: its answer, or the text of its error."""

    answer: Answer
    error: str


class Solved(NamedTuple):
    """What became of the first points of a batch, and the wall-clock seconds that they took."""

    outcomes: list[Outcome]
    seconds: float


class Worker:
    """An implementation that answers the points of one plan, one at a time.

    A program, or a Python object that is named, runs in a process of its own, the same one for all points. If that
    process ends over a point, it is started again.

    Raises
    ------
    InvalidInput
        If the implementation cannot be resolved.
    Broken
        If it does not say hello.
    """

    def __init__(self, plan: Plan, budgets: Budgets) -> None:
        self._plan = plan
        # one point that breaks it down must not cost the points after it
        self._implementation = resolve(plan.implementation, budgets=replace(budgets, restarts=sys.maxsize))
        self._level_schemes: dict[str, LevelScheme] = {}
        self._lock = Lock()
        try:
            self.description = Subject(self._implementation).description
        except BaseException:
            self._implementation.close()
            raise

    def answer(self, index: int) -> Answer:
        """Return the answer to a point.

        Raises
        ------
        AnswerError, Broken, Unsupported
            As `Subject.ask` does; `Broken` if the process of the implementation ended at each attempt.
        """
        inputs = self._plan.point(index)
        with self._lock:
            for attempt in range(1, ATTEMPTS + 1):
                try:
                    # the memory of a subject would grow with the sweep: each point gets a fresh one
                    return self._ask(Subject(self._implementation), inputs)
                except Ended as error:
                    if attempt == ATTEMPTS:
                        raise Broken(f"{error}, {ATTEMPTS} times") from error
        raise AssertionError("the last attempt returns or raises")

    def close(self) -> None:
        """End the implementation, once it has answered the point at hand."""
        with self._lock:
            self._implementation.close()

    def _ask(self, subject: Subject, inputs: Mapping[str, Value]) -> Answer:
        task, dot = self._plan.task, dot_of(inputs)
        if task == "spectrum":
            return subject.put(task, {"dot": dot, "electrons": inputs["electrons"], "levels": inputs["levels"]})
        if task == "transition_probabilities":
            names = ("electrons", "levels_from", "levels_to")
            return subject.put(task, {"dot": dot, **{name: inputs[name] for name in names}})
        return subject.put(task, {**self._level_scheme(subject, dot), **leads_of(inputs)})

    def _level_scheme(self, subject: Subject, dot: Mapping[str, object]) -> LevelScheme:
        key = json.dumps(dot, sort_keys=True)
        if key not in self._level_schemes:
            if len(self._level_schemes) >= _DOTS_KEPT:
                self._level_schemes.pop(next(iter(self._level_schemes)))
            self._level_schemes[key] = level_scheme(
                subject.ask, as_dot(dot), self._plan.level_counts, self._plan.weights
            )
        return self._level_schemes[key]


_workers: dict[Assignment, Worker] = {}
_guard = Lock()


def solve(assignment: Assignment, index: int) -> Outcome:
    """Answer a point in whatever process this is; an error of the implementation is part of the outcome.

    Returns
    -------
    dict
        ``{"answer": ...}`` or ``{"error": text}``.
    """
    try:
        return {"answer": _worker_of(assignment).answer(index)}
    except FAILURES as error:
        return {"error": f"{type(error).__name__}: {error}"}


def solve_batch(assignment: Assignment, points: Sequence[int], seconds: float) -> Solved:
    """Answer the points of a batch in their order, at least one, until a wall-clock time has passed."""
    start, outcomes = monotonic(), list[Outcome]()
    for point in points:
        outcomes.append(solve(assignment, point))
        if monotonic() - start >= seconds:
            break
    return Solved(outcomes, monotonic() - start)


def end_workers() -> None:
    """End every implementation that answers points in this process."""
    with _guard:
        while _workers:
            _workers.popitem()[1].close()


def _worker_of(assignment: Assignment) -> Worker:
    """Return the worker of an assignment in this process, the same one for all its points."""
    with _guard:
        if assignment not in _workers:
            while len(_workers) >= _WORKERS_KEPT:
                _workers.pop(next(iter(_workers))).close()
            _workers[assignment] = _started(assignment)
        return _workers[assignment]


def _started(assignment: Assignment) -> Worker:
    worker = Worker(Plan.from_document(json.loads(assignment.plan)), assignment.budgets)
    said = worker.description.name, worker.description.version
    if said != (assignment.name, assignment.version):
        worker.close()
        began = f"{assignment.name} {assignment.version}"
        raise Broken(f"the implementation describes itself as {' '.join(said)}, as {began} when the sweep began")
    return worker
