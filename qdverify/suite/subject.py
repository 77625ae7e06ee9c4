"""The implementation under test as the checks see it: asked within its limits, each question once.

Answers are validated before a check sees them and remembered for the run, so that ten checks of one spectrum cost one
diagonalisation.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from qdverify.implementations.base import Implementation
from qdverify.protocol.answers import AnswerError, Broken, Description, Unsupported, check_answer, plain_answer
from qdverify.protocol.plain import said
from qdverify.suite.finding import Tolerance

_T = TypeVar("_T")


@dataclass(frozen=True)
class Remembered:
    """A question that was put, with its answer, or its error, and the seconds that it took."""

    task: str
    params: Mapping[str, Any]
    answer: dict[str, Any] | Exception
    seconds: float


class Subject:
    """An implementation behind its declared tasks and limits, with a memory of what it answered."""

    def __init__(self, implementation: Implementation) -> None:
        self._implementation = implementation
        self._answers: dict[str, Remembered] = {}
        self.description: Description = _guarded("hello", implementation.describe)

    def supports(self, *tasks: str) -> bool:
        """Tell whether the implementation declares all these tasks."""
        return self.description.tasks.issuperset(tasks)

    def accuracy(self, task: str) -> float:
        """Return the accuracy to which the implementation is held: what it claims, or the protocol's default."""
        return self.description.accuracy[task]

    def tolerance(self, task: str, scale: float = 1.0, *, condition: float = 1.0) -> Tolerance:
        """Return the deviation that the claimed accuracy allows.

        Parameters
        ----------
        task
            The task whose accuracy is claimed.
        scale
            Magnitude of the compared quantity, for tasks whose accuracy is relative.
        condition
            How much the case amplifies an error of that accuracy.
        """
        accuracy = self.accuracy(task)
        parts = [f"accuracy {accuracy:.0e} of {task}"]
        parts += [f"scale {scale:.3g}"] if scale != 1.0 else []
        parts += [f"condition {condition:.3g}"] if condition != 1.0 else []
        return Tolerance(accuracy * abs(scale) * condition, " x ".join(parts))

    def ask(self, task: str, **params: Any) -> dict[str, Any]:
        """Return the answer to a task.

        Raises
        ------
        Unsupported
            Where the task is not declared or the case lies beyond a declared limit.
        AnswerError
            Where the implementation returned an error.
        Broken
            Where it crashed, hung or answered off the protocol.
        """
        self._within_limits(task, params)
        key = json.dumps([task, params], sort_keys=True)
        if key not in self._answers:
            start = time.perf_counter()
            answer: dict[str, Any] | Exception
            try:
                answer = self._checked(task, params)
            except Exception as error:
                answer = error
            self._answers[key] = Remembered(task, params, answer, time.perf_counter() - start)
        answer = self._answers[key].answer
        if isinstance(answer, Exception):
            raise answer
        return answer

    def remembered(self, task: str) -> list[Remembered]:
        """Return the questions of a task that were answered so far, in the order in which they were asked."""
        return [item for item in self._answers.values() if item.task == task and not isinstance(item.answer, Exception)]

    def ask_invalid(self, task: str, params: Mapping[str, Any]) -> object:
        """Put inputs to the implementation, valid or not, and return what it makes of them as plain data."""
        if not self.supports(task):
            raise Unsupported(f"{task} is not among the tasks of {self.description.name}")
        return _guarded(task, lambda: plain_answer(task, self._implementation.answer(task, params)))

    def ask_again(self, task: str, **params: Any) -> dict[str, Any]:
        """Return the answer to a task that is put to the implementation anew, whatever it answered before."""
        self._within_limits(task, params)
        return self._checked(task, params)

    def _checked(self, task: str, params: Mapping[str, Any]) -> dict[str, Any]:
        return _guarded(task, lambda: check_answer(task, params, self._implementation.answer(task, params)))

    def _within_limits(self, task: str, params: Mapping[str, Any]) -> None:
        if not self.supports(task):
            raise Unsupported(f"{task} is not among the tasks of {self.description.name}")
        limits = self.description.limits
        orbitals = params["dot"]["orbitals"] if "dot" in params else 0
        electrons = params.get("electrons", 0) + (task == "transition_probabilities")
        for name, value in (("orbitals", orbitals), ("electrons", electrons)):
            if name in limits and isinstance(value, int) and value > limits[name]:
                raise Unsupported(
                    f"{name}={value} is beyond the limit of {limits[name]} that {self.description.name} declares"
                )


def _guarded(task: str, ask: Callable[[], _T]) -> _T:
    """Return what the implementation gives; whatever it raises besides its errors is a breakdown.

    `SystemExit` and the like must not end the run of the judge. `KeyboardInterrupt` is the user's own.
    """
    try:
        return ask()
    except (AnswerError, Broken, Unsupported, KeyboardInterrupt):
        raise
    except BaseException as error:
        raise Broken(f"{task} raised {said(error)}") from error
