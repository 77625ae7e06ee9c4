"""One point of a sweep: the questions that it takes, put to an implementation.

The transport tasks are asked in the protocol's own steps: the spectra of each electron number, the transition
probabilities between neighbouring ones, then the rate equation. The level scheme is kept for the next points of
the same dot.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from threading import Lock
from typing import Final, TypedDict

from qdverify.implementations.resolve import resolve
from qdverify.protocol.answers import AnswerError, Broken, Unsupported
from qdverify.protocol.inputs import as_dot
from qdverify.protocol.json_types import Answer, LevelScheme
from qdverify.protocol.level_scheme import level_scheme
from qdverify.suite.subject import Subject
from qdverify.sweep.plan import Plan, Value, dot_of, leads_of

FAILURES: Final = (AnswerError, Broken, Unsupported)
_DOTS_KEPT: Final = 8


class Outcome(TypedDict, total=False):
    """What became of a point: its answer, or the text of its error."""

    answer: Answer
    error: str


class Worker:
    """An implementation that answers the points of one plan, one at a time."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        # a sweep judges nothing, and its workers are processes that may be lost: no further ones are started
        self._implementation = resolve(plan.implementation, isolated=False)
        self._level_schemes: dict[str, LevelScheme] = {}
        self._lock = Lock()
        self.description = self._implementation.describe()

    def answer(self, index: int) -> Answer:
        """Return the answer to a point.

        Raises
        ------
        AnswerError, Broken, Unsupported
            As `Subject.ask` does.
        """
        inputs = self._plan.point(index)
        with self._lock:
            # the memory of a subject would grow with the sweep: each point gets a fresh one
            return self._ask(Subject(self._implementation), inputs)

    def close(self) -> None:
        """End the implementation."""
        self._implementation.close()

    def _ask(self, subject: Subject, inputs: Mapping[str, Value]) -> Answer:
        task, dot = self._plan.task, dot_of(inputs)
        if task == "spectrum":
            return subject.put(task, {"dot": dot, "electrons": inputs["electrons"], "levels": inputs["levels"]})
        if task == "transition_probabilities":
            names = ("electrons", "levels_from", "levels_to")
            return subject.put(task, {"dot": dot, **{name: inputs[name] for name in names}})
        return subject.put(task, {**self._level_scheme(subject, dot), **leads_of(inputs)})

    def _level_scheme(self, subject: Subject, dot: Mapping[str, Value]) -> LevelScheme:
        key = json.dumps(dot, sort_keys=True)
        if key not in self._level_schemes:
            if len(self._level_schemes) >= _DOTS_KEPT:
                self._level_schemes.pop(next(iter(self._level_schemes)))
            self._level_schemes[key] = level_scheme(
                subject.ask, as_dot(dot), self._plan.level_counts, self._plan.weights
            )
        return self._level_schemes[key]


@lru_cache(maxsize=4)
def process_worker(plan_text: str) -> Worker:
    """Return the worker of a plan in this process, the same one for all its points."""
    return Worker(Plan.from_document(json.loads(plan_text)))


def solve(plan_text: str, index: int) -> Outcome:
    """Answer a point in whatever process this is; an error of the implementation is part of the outcome.

    Returns
    -------
    dict
        ``{"answer": ...}`` or ``{"error": text}``.
    """
    try:
        return {"answer": process_worker(plan_text).answer(index)}
    except FAILURES as error:
        return {"error": f"{type(error).__name__}: {error}"}
