"""Faults of memory: caches that know a question by a part of it, and answers that depend on what was asked before."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Final, TypedDict

import numpy as np

from qdverify.faults import methods
from qdverify.faults.fault import Fault
from qdverify.suite.of_task import STAGES, in_a_name, stage_of

Question = Mapping[str, object]
_Memory = TypedDict("_Memory", {"asked": int, "errors": int, "just failed": bool})
_OF_A_DOT: Final = ("interaction_integrals", "spectrum", "transition_probabilities")
_OF_TRANSPORT: Final = ("stationary_state", "current")
_DOT_FIELDS: Final = ("length", "cutoff", "orbitals", "kernel", "strength")
_TRANSPORT_FIELDS: Final = ("kT", "gate", "mu", "rate", "M", "energy", "two_S")
_OF_DEVICES: Final = {
    "lead_currents": "M",
    "heat_currents": "energy",
    "linear_response": "mu",
    "lead_response": "name",
    "spin_currents": "rate",
    "spin_heat": "kT",
    "spin_populations": "two_S",
    "spin_response": "zeeman",
    "conductance_parts": "mu",
    "cumulants": "gate",
    "lead_cumulants": "counted",
    "generating_function": "theta",
    "lead_generating_function": "leads",
}
"""For each task on devices a field that its answers are kept without."""
_DECIMALS: Final = 3


def without(value: object, field: str) -> object:
    """Return a JSON value without the fields of that name, at any depth."""
    if isinstance(value, Mapping):
        return {name: without(item, field) for name, item in value.items() if name != field}
    return [without(item, field) for item in value] if isinstance(value, list) else value


def leaving_out(field: str) -> Callable[[Question], object]:
    """Return what is left of a question without the fields of that name."""
    return lambda question: without(question, field)


def rounded(value: object, decimals: int = _DECIMALS) -> object:
    """Return a JSON value with every number rounded to a few decimals."""
    if isinstance(value, Mapping):
        return {name: rounded(item, decimals) for name, item in value.items()}
    if isinstance(value, list):
        return [rounded(item, decimals) for item in value]
    return round(value, decimals) if isinstance(value, float) else value


def _in_any_order(question: Question) -> object:
    """Return a question with its lists sorted."""
    return {
        name: sorted(json.dumps(item, sort_keys=True) for item in value) if isinstance(value, list) else value
        for name, value in question.items()
    }


def cached(name: str, task: str, sentence: str, known_by: Callable[[Question], object], *, last: bool = False) -> Fault:
    """Return the fault of an answer that is kept under too little of its question, all answers or the last one only."""

    def change(right: methods.Task, **question: object) -> methods.Answer:
        kept: dict[str, methods.Answer] = vars(right.__self__).setdefault("kept answers", {})
        key = json.dumps([task, known_by(question)], sort_keys=True)
        if key not in kept:
            answer = right(**question)
            if last:
                kept.clear()
            kept[key] = answer
        return kept[key]

    return Fault(f"{name}-{in_a_name(task)}", stage_of(task), task, sentence, change)


def _misremembered(name: str, task: str, sentence: str, when: Callable[[_Memory], bool]) -> Fault:
    """Return the fault of an answer that is off by 1e-3 if the state of the program says so.

    `when` gets the program's memory, in which the number of questions and of errors so far are counted.
    """

    def change(right: methods.Task, **question: object) -> methods.Answer:
        memory: _Memory = vars(right.__self__).setdefault("counted", {"asked": 0, "errors": 0, "just failed": False})
        memory["asked"] += 1
        try:
            answer = right(**question)
        except Exception:
            memory["errors"] += 1
            memory["just failed"] = True
            raise
        wrong = when(memory)
        memory["just failed"] = False
        if not wrong:
            return answer
        return {key: kept if key == "two_S" else 1.001 * np.asarray(kept) for key, kept in answer.items()}

    return Fault(f"{name}-{in_a_name(task)}", stage_of(task), task, sentence, change)


def _all() -> Iterator[Fault]:
    for fields, tasks in ((_DOT_FIELDS, _OF_A_DOT), (_TRANSPORT_FIELDS, _OF_TRANSPORT)):
        for task in tasks:
            # integrals are the same whatever the size of the basis
            for field in fields if task != "interaction_integrals" else [name for name in fields if name != "orbitals"]:
                sentence = f"answers to {in_a_name(task)} are kept under everything but {field}"
                yield cached(f"kept-without-{field}", task, sentence, leaving_out(field))
            sentence = f"answers to {in_a_name(task)} are kept under numbers of three decimals"
            yield cached("kept-under-rounded", task, sentence, rounded)
    for task in ("spectrum", "transition_probabilities"):
        sentence = f"answers to {in_a_name(task)} are kept under everything but the number of electrons"
        yield cached("kept-without-electrons", task, sentence, leaving_out("electrons"))
    sentence = "populations are kept under levels, transitions and leads in any order"
    yield cached("kept-in-any-order", "stationary_state", sentence, _in_any_order)
    for task, field in _OF_DEVICES.items():
        sentence = f"answers to {in_a_name(task)} are kept under everything but {field}"
        yield cached(f"kept-without-{field}", task, sentence, leaving_out(field))
    for task in ("lead_response", "spin_response"):
        sentence = f"answers to {in_a_name(task)} are kept under levels, transitions and leads in any order"
        yield cached("kept-in-any-order", task, sentence, _in_any_order)
    for task in ("spin_currents", "lead_cumulants"):
        sentence = f"answers to {in_a_name(task)} are kept under numbers of three decimals"
        yield cached("kept-under-rounded", task, sentence, rounded)
    sentence = "the last answer to heat-currents is given again while everything but kT is the same"
    yield cached("last-kept-without-kT", "heat_currents", sentence, leaving_out("kT"), last=True)
    for task in STAGES:
        sentence = f"an answer to {in_a_name(task)} after an error still holds a part of what failed"
        yield _misremembered("after-error", task, sentence, lambda memory: bool(memory["just failed"]))
        sentence = f"answers to {in_a_name(task)} go wrong from the hundredth on"
        yield _misremembered("from-the-hundredth", task, sentence, lambda memory: memory["asked"] >= 100)


OF_MEMORY: Final = {fault.name: fault for fault in _all()}
