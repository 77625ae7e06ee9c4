"""Faults of conduct, one of each kind for every task: numbers for invalid inputs, and answers that do not repeat."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Final

import numpy as np

from qdverify.faults import methods
from qdverify.faults.fault import Fault
from qdverify.suite.of_task import STAGES, in_a_name


def _numbers_for(task: str, question: Mapping[str, object]) -> methods.Answer:
    """Return an answer of the task's shape that says nothing."""
    answers: dict[str, Callable[..., methods.Answer]] = {
        "clebsch_gordan_weight": lambda _: {"C": 0.0},
        "interaction_integrals": lambda q: {"values": [0.0] * len(q["indices"])},
        "spectrum": lambda q: {"energies": [0.0] * q["levels"], "two_S": [0] * q["levels"]},
        "transition_probabilities": lambda q: {"M": [[0.0] * q["levels_from"]] * q["levels_to"]},
        "stationary_state": lambda q: {"populations": [1.0] + [0.0] * (len(q["levels"]) - 1)},
        "current": lambda _: {"I_L": 0.0, "I_R": 0.0},
    }
    return answers[task](question)


def _never_refuses(task: str) -> Fault:
    def change(right: methods.Task, **question: object) -> methods.Answer:
        try:
            return right(**question)
        except ValueError:
            return _numbers_for(task, question)

    return Fault(
        f"never-refuses-{in_a_name(task)}", STAGES[task], task, f"an invalid {in_a_name(task)} gets numbers", change
    )


def _forgets_digits(task: str) -> Fault:
    def change(right: methods.Task, **question: object) -> methods.Answer:
        asked = vars(right.__self__).setdefault("asked", set())
        key = json.dumps(question, sort_keys=True)
        answer = right(**question)
        if key not in asked:
            asked.add(key)
            return answer
        rounding = 1 + 1e-5
        return {name: kept if name == "two_S" else rounding * np.asarray(kept) for name, kept in answer.items()}

    sentence = f"an answer to {in_a_name(task)} that is asked for again comes from a cache of few digits"
    return Fault(f"coarse-cache-{in_a_name(task)}", STAGES[task], task, sentence, change)


def _all(kind: Callable[[str], Fault]) -> dict[str, Fault]:
    return {task: kind(task) for task in STAGES}


NEVER_REFUSES: Final = _all(_never_refuses)
COARSE_CACHE: Final = _all(_forgets_digits)
