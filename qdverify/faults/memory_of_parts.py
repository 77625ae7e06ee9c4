"""Caches that leave out one number of many, or a sign: the third lead, the first level, the rate of one spin."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

from qdverify.faults.fault import Fault
from qdverify.faults.memory import Question, cached, leaving_out, rounded, without
from qdverify.suite.of_task import in_a_name


def _to_six_decimals(question: Question) -> object:
    return rounded(question, 6)


def _without_one(field: str, place: int, part: str) -> Callable[[Question], object]:
    """Return a question without a part of the item at one place of a list."""

    def known_by(question: Any) -> object:
        items = question[field]
        return {**question, field: [without(item, part) if k == place else item for k, item in enumerate(items)]}

    return known_by


def _with_field_of_either_sign(question: Any) -> object:
    return {**question, "zeeman": abs(question["zeeman"])}


def _with_one_field(question: Any) -> object:
    return {**question, "theta": question["theta"][:1]}


def _with_M_alone(question: Any) -> object:
    return {**question, "transitions": [item["M"] for item in question["transitions"]]}


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
        leaving_out("down"),
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
    for name, sentence, known_by, tasks in _PARTS:
        for task in tasks:
            yield cached(f"kept-{name}", task, f"answers to {in_a_name(task)} are kept {sentence}", known_by)


OF_PARTS: Final = {fault.name: fault for fault in _all()}
