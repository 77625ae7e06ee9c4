"""Faults of memory: caches that know a question by a part of it, and answers that depend on what was asked before."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final, TypedDict

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


def _without(value: object, field: str) -> object:
    """Return a JSON value without the fields of that name, at any depth."""
    if isinstance(value, Mapping):
        return {name: _without(item, field) for name, item in value.items() if name != field}
    return [_without(item, field) for item in value] if isinstance(value, list) else value


def _leaving_out(field: str) -> Callable[[Question], object]:
    return lambda question: _without(question, field)


def _rounded(value: object, decimals: int = _DECIMALS) -> object:
    """Return a JSON value with every number rounded to a few decimals."""
    if isinstance(value, Mapping):
        return {name: _rounded(item, decimals) for name, item in value.items()}
    if isinstance(value, list):
        return [_rounded(item, decimals) for item in value]
    return round(value, decimals) if isinstance(value, float) else value


def _to_six_decimals(question: Question) -> object:
    return _rounded(question, 6)


def _without_one(field: str, place: int, part: str) -> Callable[[Question], object]:
    """Return a question without a part of the item at one place of a list."""

    def known_by(question: Any) -> object:
        items = question[field]
        return {**question, field: [_without(item, part) if k == place else item for k, item in enumerate(items)]}

    return known_by


def _with_field_of_either_sign(question: Any) -> object:
    return {**question, "zeeman": abs(question["zeeman"])}


def _with_one_field(question: Any) -> object:
    return {**question, "theta": question["theta"][:1]}


def _with_M_alone(question: Any) -> object:
    return {**question, "transitions": [item["M"] for item in question["transitions"]]}


def _in_any_order(question: Question) -> object:
    """Return a question with its lists sorted."""
    return {
        name: sorted(json.dumps(item, sort_keys=True) for item in value) if isinstance(value, list) else value
        for name, value in question.items()
    }


def _cached(
    name: str, task: str, sentence: str, known_by: Callable[[Question], object], *, last: bool = False
) -> Fault:
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


_PARTS: Final[Sequence[tuple[str, str, Callable[[Question], object], Sequence[str]]]] = (
    (
        "to-six-decimals",
        "under numbers of six decimals",
        _to_six_decimals,
        ("lead_currents", "lead_response", "spin_currents", "cumulants", "lead_generating_function"),
    ),
    (
        "without-sign",
        "without the sign of the field",
        _with_field_of_either_sign,
        ("spin_currents", "spin_heat", "spin_populations", "spin_response"),
    ),
    (
        "without-the-first-energy",
        "without the energy of the first level",
        _without_one("levels", 0, "energy"),
        ("heat_currents", "linear_response", "spin_currents", "lead_generating_function"),
    ),
    (
        "without-the-third-potential",
        "without mu of the third lead",
        _without_one("leads", 2, "mu"),
        ("lead_currents", "spin_populations", "lead_generating_function"),
    ),
    (
        "without-spin-down",
        "without the rates of spin down",
        _leaving_out("down"),
        ("spin_heat", "spin_populations"),
    ),
    (
        "without-ends",
        "without the levels that a transition joins",
        _with_M_alone,
        ("lead_currents", "linear_response", "spin_response", "conductance_parts", "lead_cumulants"),
    ),
    (
        "with-one-field",
        "without the fields after the first one",
        _with_one_field,
        ("generating_function", "lead_generating_function"),
    ),
)
"""Name, under what answers are kept, what is left of a question, and the tasks."""


def _all() -> Iterator[Fault]:
    for fields, tasks in ((_DOT_FIELDS, _OF_A_DOT), (_TRANSPORT_FIELDS, _OF_TRANSPORT)):
        for task in tasks:
            # integrals are the same whatever the size of the basis
            for field in fields if task != "interaction_integrals" else [name for name in fields if name != "orbitals"]:
                sentence = f"answers to {in_a_name(task)} are kept under everything but {field}"
                yield _cached(f"kept-without-{field}", task, sentence, _leaving_out(field))
            sentence = f"answers to {in_a_name(task)} are kept under numbers of three decimals"
            yield _cached("kept-under-rounded", task, sentence, _rounded)
    for task in ("spectrum", "transition_probabilities"):
        sentence = f"answers to {in_a_name(task)} are kept under everything but the number of electrons"
        yield _cached("kept-without-electrons", task, sentence, _leaving_out("electrons"))
    sentence = "populations are kept under levels, transitions and leads in any order"
    yield _cached("kept-in-any-order", "stationary_state", sentence, _in_any_order)
    for task, field in _OF_DEVICES.items():
        sentence = f"answers to {in_a_name(task)} are kept under everything but {field}"
        yield _cached(f"kept-without-{field}", task, sentence, _leaving_out(field))
    for task in ("lead_response", "spin_response"):
        sentence = f"answers to {in_a_name(task)} are kept under levels, transitions and leads in any order"
        yield _cached("kept-in-any-order", task, sentence, _in_any_order)
    for task in ("spin_currents", "lead_cumulants"):
        sentence = f"answers to {in_a_name(task)} are kept under numbers of three decimals"
        yield _cached("kept-under-rounded", task, sentence, _rounded)
    sentence = "the last answer to heat-currents is given again while everything but kT is the same"
    yield _cached("last-kept-without-kT", "heat_currents", sentence, _leaving_out("kT"), last=True)
    for name, sentence, known_by, tasks in _PARTS:
        for task in tasks:
            yield _cached(f"kept-{name}", task, f"answers to {in_a_name(task)} are kept {sentence}", known_by)
    for task in STAGES:
        sentence = f"an answer to {in_a_name(task)} after an error still holds a part of what failed"
        yield _misremembered("after-error", task, sentence, lambda memory: bool(memory["just failed"]))
        sentence = f"answers to {in_a_name(task)} go wrong from the hundredth on"
        yield _misremembered("from-the-hundredth", task, sentence, lambda memory: memory["asked"] >= 100)


OF_MEMORY: Final = {fault.name: fault for fault in _all()}
