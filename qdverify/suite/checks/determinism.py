"""The same question gets the same answer: a share of all that was asked is asked again when everything else is done.

An implementation that keeps hidden state, starts from a random vector without converging, or races between threads is
found here. Answers need not agree to the last bit: they may differ by the accuracy that the implementation claims. In
dots whose levels coincide by symmetry the choice of basis is free, so only the energies are compared
there.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final

from qdverify.protocol.accuracy import natural_size
from qdverify.protocol.answers import Unsupported
from qdverify.protocol.grade import Grade
from qdverify.protocol.json_types import Answer, Question
from qdverify.protocol.nested import numbers
from qdverify.protocol.sample_questions import QUESTIONS
from qdverify.suite.comparators import close
from qdverify.suite.declare import Check, Scope, Trial
from qdverify.suite.finding import Comparison, Reference
from qdverify.suite.of_task import STAGES, check_of_task
from qdverify.suite.subject import Remembered, Subject

SHARE: Final = 0.05
_DEGENERATE: Final = frozenset({"none", "constant"})


def _repeats(task: str) -> Check:
    """Return the check that answers to a task repeat."""

    def trials(scope: Scope) -> Iterator[Trial]:
        yield Trial("one fixed question", {"question": QUESTIONS[task]})
        yield Trial("a share of all questions", {"seed": scope.seed})

    @check_of_task(
        "determinism.",
        task,
        version=2 if task == "spectrum" else 1,
        claim=f"The same question of {task} gets the same answer, whatever was asked in between",
        equation='protocol.md, "What the harness promises"',
        trials=trials,
        last=True,
        looks_back=True,
    )
    def repeats(subject: Subject, trial: Trial) -> Iterator[Comparison]:
        if "question" in trial.inputs:
            subject.ask(task, **trial.inputs["question"])
            again = [item for item in subject.remembered(task) if item.params == trial.inputs["question"]]
        else:
            choose = Scope(seed=trial.inputs["seed"]).random(f"determinism.{task}")
            if not subject.was_asked(task):
                raise Unsupported(f"no question of {task} could be asked")
            asked = subject.remembered(task)
            # by their number, never by how long they took: the same run asks the same again on any machine
            again = choose.sample(asked, len(asked))[: math.ceil(SHARE * len(asked))]
        for item in again:
            yield _compared(subject, item)

    return repeats


def _compared(subject: Subject, item: Remembered) -> Comparison:
    second = subject.ask_again(item.task, **item.params)
    if not isinstance(item.answer, dict):
        raise TypeError("a remembered question has an answer")
    measured, expected = (_numbers(item, answer) for answer in (second, item.answer))
    scale = max(map(abs, expected), default=1.0) if item.task in ("spectrum", "current") else 1.0
    natural = natural_size(item.task, item.params)
    if item.task == "spectrum":
        scale, natural = subject.energy_size(item.params["dot"], item.params["electrons"], expected), None
    return close(
        measured,
        Reference(expected, Grade.REPORTED, 0.0, "the implementation's first answer to the same question", own=True),
        subject.tolerance(item.task, max(scale, 1e-300), condition=2, natural=natural),
        note=f"{item.task} of {_short(item.params)}",
    )


def _numbers(item: Remembered, answer: Answer) -> list[float]:
    """Return the numbers of an answer that no free choice of a basis changes."""
    degenerate = item.params.get("dot", {}).get("kernel") in _DEGENERATE
    if item.task == "spectrum" and degenerate:
        return list(numbers(answer["energies"]))
    if item.task == "transition_probabilities" and degenerate:
        return [math.fsum(numbers(answer["M"]))]
    return [number for name in sorted(answer) for number in numbers(answer[name])]


def _short(params: Question) -> str:
    text = repr(dict(params))
    return text if len(text) <= 120 else text[:117] + "..."


repeated = {task: _repeats(task) for task in STAGES}
