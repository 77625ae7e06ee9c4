"""The implementation under test as the checks see it: asked within its limits, each question once.

Answers are validated before a check sees them and remembered for the run, so that ten checks of one spectrum cost one
diagonalisation.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from copy import copy
from dataclasses import dataclass
from math import inf
from typing import TypeVar

from qdverify.implementations.base import Implementation
from qdverify.protocol.accuracy import TRANSPORT_TASKS, Accuracy, decades_of_rates
from qdverify.protocol.answers import (
    VERSION,
    AnswerError,
    Broken,
    Description,
    Unsupported,
    check_answer,
    plain_answer,
)
from qdverify.protocol.asking import Asking
from qdverify.protocol.dots import kind_of, orbitals_of
from qdverify.protocol.energy_size import energy_size
from qdverify.protocol.inputs import BIAS_TASKS, OPTIONAL_TASKS
from qdverify.protocol.json_types import Answer, Dot, DotKind, Question
from qdverify.protocol.nested import numbers
from qdverify.protocol.plain import said
from qdverify.suite.arranged import ascending, permuted_rows
from qdverify.suite.asked_as_integrals import as_integrals, require_small_rounding, require_told, with_rounding
from qdverify.suite.finding import Scales, Tolerance

_T = TypeVar("_T")


@dataclass(frozen=True)
class Remembered:
    """A question that was put, with its answer, or its error."""

    task: str
    params: Question
    answer: Answer | Exception


class Subject(Asking):
    """An implementation behind its declared tasks and limits, with a memory of what it answered."""

    def __init__(self, implementation: Implementation) -> None:
        self._implementation = implementation
        self._answers: dict[str, Remembered] = {}
        self._of_trial: list[Answer] = []
        self._put: list[str] = []
        self.description: Description = _guarded("hello", implementation.describe)

    @property
    def takes_only_integrals(self) -> bool:
        """Whether the implementation is asked about boxes, and other dots that it does not take, by their integrals."""
        return "box" not in self.description.dots and "integrals" in self.description.dots

    def supports(self, *tasks: str) -> bool:
        """Tell whether the implementation declares all these tasks."""
        return self.description.tasks.issuperset(tasks)

    def accuracy(self, task: str) -> Accuracy:
        """Return the accuracy to which the implementation is held: what it claims, or the protocol's default."""
        claimed = self.description.accuracy[task]
        return with_rounding(task, claimed) if self.takes_only_integrals else claimed

    def accuracy_of_largest(self, task: str) -> float:
        """Return the accuracy of a task's largest value as one number, whether it is claimed relative or absolute."""
        accuracy = self.accuracy(task)
        return max(accuracy.relative, accuracy.absolute)

    def tolerance(
        self,
        task: str,
        scale: float = 1.0,
        *,
        condition: float = 1.0,
        natural: float | None = None,
        absolute_condition: float | None = None,
    ) -> Tolerance:
        """Return the deviation that the claimed accuracy allows.

        Parameters
        ----------
        task
            The task whose accuracy is claimed.
        scale
            Size of the compared quantity: what a relative accuracy refers to.
        condition
            How much the case amplifies an error of that accuracy.
        natural
            What an absolute accuracy refers to (`qdverify.protocol.accuracy.natural_size`); the scale if None.
        absolute_condition
            How much the case amplifies an error of the absolute accuracy, if that differs.
        """
        accuracy, size = self.accuracy(task), abs(scale)
        unit = size if natural is None else natural
        per_relative, per_absolute = size * condition, unit * (absolute_condition or condition)
        relative, absolute = accuracy.relative * per_relative, accuracy.absolute * per_absolute
        if relative >= absolute:
            value, kind, of, times = accuracy.relative, "accuracy", size, condition
        else:
            value, kind, of, times = accuracy.absolute, "absolute accuracy", unit, absolute_condition or condition
        parts = [f"{kind} {value:.0e} of {task}"]
        parts += [f"scale {of:.3g}"] if of != 1.0 else []
        parts += [f"condition {times:.3g}"] if times != 1.0 else []
        return Tolerance(max(relative, absolute), " x ".join(parts), Scales(task, per_relative, per_absolute, unit))

    def energy_size(self, dot: Dot, electrons: int, energies: Sequence[float]) -> float:
        """Return the scale of energies of N electrons: the largest, or their natural size if they are close to 0."""
        return energy_size(dot, electrons, energies, self.accuracy_of_largest("spectrum"))

    def energy_tolerance(
        self, dot: Dot, electrons: int, energies: Sequence[float], *, condition: float = 1.0
    ) -> Tolerance:
        """Return the deviation that the claimed accuracy allows for energies of N electrons in a dot."""
        return self.tolerance("spectrum", self.energy_size(dot, electrons, energies), condition=condition)

    def put(self, task: str, params: Question) -> Answer:
        """Return the answer to a task, each question being put once."""
        self._within_limits(task, params)
        key = _key(task, params)
        self._put.append(key)
        if key not in self._answers:
            answer: Answer | Exception
            try:
                answer = self._checked(task, params)
            except Exception as error:
                answer = error
            self._answers[key] = Remembered(task, params, answer)
        answer = self._answers[key].answer
        if isinstance(answer, Exception):
            raise answer
        self._of_trial.append(answer)
        return self._arranged(task, params, answer)

    def begin_trial(self) -> None:
        """Forget which answers the last trial saw."""
        self._of_trial.clear()

    def largest_of_trial(self) -> float:
        """Return the largest magnitude among the numbers that the trial got as answers so far, 0 if there are none."""
        return max((abs(number) for answer in self._of_trial for number in numbers(answer)), default=0.0)

    def _arranged(self, task: str, params: Question, answer: Answer) -> Answer:
        """Return an answer with levels in ascending order, as far as the claimed accuracy lets them descend."""
        if task == "spectrum":
            order = self._order(params["dot"], params["electrons"], answer)
            return {name: [values[k] for k in order] for name, values in answer.items()} if order else answer
        if task == "transition_probabilities":
            electrons = params["electrons"]
            columns = self._known_order(params["dot"], electrons, params["levels_from"])
            rows = self._known_order(params["dot"], electrons + 1, params["levels_to"])
            return {**answer, "M": permuted_rows(answer["M"], rows, columns)} if rows or columns else answer
        return answer

    def _order(self, dot: Dot, electrons: int, answer: Answer) -> list[int]:
        """Return the order that makes the energies ascend; empty if they do, or descend by more than is allowed."""
        energies = answer["energies"]
        return ascending(energies, self.energy_tolerance(dot, electrons, energies).value)

    def _known_order(self, dot: Dot, electrons: int, levels: int) -> list[int]:
        """Return how the levels of an answer with M_ji are to be arranged: as those of the same spectrum were."""
        question = {"dot": dot, "electrons": electrons, "levels": levels}
        asked = self._answers.get(_key("spectrum", question))
        return [] if asked is None or isinstance(asked.answer, Exception) else self._order(dot, electrons, asked.answer)

    def remembered(self, task: str) -> list[Remembered]:
        """Return the questions of a task that were answered so far, in the order in which they were asked."""
        return [item for item in self._answers.values() if item.task == task and not isinstance(item.answer, Exception)]

    def begin_check(self) -> None:
        """Forget which questions the last check put; their answers are kept."""
        self._put.clear()

    def asked_by_check(self) -> list[Remembered]:
        """Return what the check has put so far, whether or not others had asked it before, each question once."""
        return [self._answers[key] for key in dict.fromkeys(self._put)]

    def with_memory(self, remembered: Iterable[Remembered]) -> Subject:
        """Return the same implementation with another memory; of a question that is in it twice, the first counts."""
        other = copy(self)
        other._answers, other._of_trial, other._put = {}, [], []
        for item in remembered:
            other._answers.setdefault(_key(item.task, item.params), item)
        return other

    def was_asked(self, task: str) -> bool:
        """Return whether a question of a task was put so far, answered or not."""
        return any(item.task == task for item in self._answers.values())

    def ask_invalid(self, task: str, params: Question) -> object:
        """Put inputs to the implementation, valid or not, and return what it makes of them as plain data."""
        if not self.supports(task):
            raise Unsupported(f"{task} is not among the tasks of {self.description.name}")
        question = self._as_put(task, params)
        return _guarded(task, lambda: plain_answer(task, self._implementation.answer(task, question)))

    def require_told(self, task: str, params: Question) -> None:
        """Raise `Unsupported` if the implementation cannot be told of the dot: an invalid box has no integrals."""
        if self.takes_only_integrals:
            require_told(task, params)

    def require_kind(self, kind: DotKind) -> None:
        """Raise `Unsupported` if the implementation does not take dots of a kind."""
        limit = self._not_taken({"dot": {"kind": kind}})
        if limit:
            raise Unsupported(f"{limit} that {self.description.name} declares", limit=limit)

    def _as_put(self, task: str, params: Question) -> Question:
        """Return a question as the implementation sees it."""
        known = "dot" in params and kind_of(params["dot"]) in self.description.dots
        return as_integrals(task, params) if self.takes_only_integrals and not known else params

    def ask_again(self, task: str, **params: object) -> Answer:
        """Return the answer to a task that is put to the implementation anew, whatever it answered before."""
        self._within_limits(task, params)
        answer = self._checked(task, params)
        self._of_trial.append(answer)
        return answer

    def _checked(self, task: str, params: Question) -> Answer:
        question = self._as_put(task, params)
        answer = _guarded(task, lambda: check_answer(task, params, self._implementation.answer(task, question)))
        if self.takes_only_integrals:
            require_small_rounding(task, params, answer)
        return answer

    def _within_limits(self, task: str, params: Question) -> None:
        name = self.description.name
        if not self.supports(task):
            raise Unsupported(f"{task} is not among the tasks of {name}")
        limit = self._not_taken(params) or self._exceeded(task, params)
        if limit:
            raise Unsupported(f"{limit} that {name} declares", limit=limit)
        self._as_put(task, params)

    def _not_taken(self, params: Question) -> str:
        """Return in words the kind of dot, or the part of the protocol, that the implementation does not take."""
        kind = kind_of(params["dot"]) if "dot" in params else ""
        if kind and kind not in self.description.dots and (kind == "integrals" or not self.takes_only_integrals):
            return f"dot of kind {kind!r} is not among the dots {', '.join(self.description.dots)}"
        if "weights" in params and self.description.protocol == VERSION:
            return f"weights are beyond the protocol {VERSION}"
        return ""

    def _exceeded(self, task: str, params: Question) -> str:
        """Return in words the declared limit that a question exceeds; empty if it exceeds none."""
        limits = self.description.limits
        orbitals = orbitals_of(params["dot"]) if "dot" in params else 0
        electrons = params.get("electrons", 0) + (task == "transition_probabilities")
        for name, value in (("orbitals", orbitals), ("electrons", electrons)):
            if name in limits and isinstance(value, int) and value > limits[name]:
                return f"{name}={value} is beyond the limit of {limits[name]}"
        if task in (*TRANSPORT_TASKS, *BIAS_TASKS, *OPTIONAL_TASKS):
            if len(params["leads"]) > limits.get("leads", inf):
                return f"{len(params['leads'])} leads are beyond the limit of {limits['leads']}"
            coldest = min(lead.get("kT", params["kT"]) for lead in params["leads"])
            if coldest < limits.get("kT_min", 0.0):
                return f"kT={coldest:.3g} is below the limit of {limits['kT_min']:g}"
            if "decades" in limits and decades_of_rates(params) > limits["decades"]:
                return f"the rates of the case span more than the limit of {limits['decades']:g} decades"
        return ""


def _key(task: str, params: Question) -> str:
    return json.dumps([task, params], sort_keys=True)


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
