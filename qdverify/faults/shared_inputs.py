"""Faults of what tasks share: what one task has prepared for its inputs, and changed, another one takes over."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from qdverify.faults import methods
from qdverify.faults.fault import Fault
from qdverify.implementations.builtin import Builtin
from qdverify.suite.of_task import in_a_name, stage_of

_AFTER: Final = (
    ("interaction_integrals", "spectrum"),
    ("spectrum", "transition_probabilities"),
    ("transition_probabilities", "interaction_integrals"),
    ("current", "stationary_state"),
    ("stationary_state", "current"),
    ("differential_conductance", "current"),
    ("current", "resolved_current"),
    ("current", "differential_conductance"),
    ("current", "noise"),
    ("current", "lead_currents"),
    ("lead_currents", "heat_currents"),
    ("lead_response", "linear_response"),
    ("linear_response", "lead_response"),
    ("lead_response", "spin_response"),
    ("spin_heat", "spin_currents"),
    ("spin_currents", "spin_heat"),
    ("spin_currents", "spin_populations"),
    ("differential_conductance", "conductance_parts"),
    ("noise", "cumulants"),
    ("cumulants", "lead_cumulants"),
    ("cumulants", "generating_function"),
    ("generating_function", "lead_generating_function"),
)
"""A task, and one that takes over what it leaves behind."""
_SHARED: Final = ("levels", "transitions", "leads", "kT", "gate")
_KEPT: Final = "left behind"


def _inputs(question: Mapping[str, object]) -> str:
    names = ("dot",) if "dot" in question else _SHARED
    return json.dumps({name: question[name] for name in names}, sort_keys=True)


def _moved(question: Mapping[str, Any]) -> dict[str, Any]:
    """Return the question with what the task before has moved: the gate, or the strength of the interaction."""
    if "dot" in question:
        dot = question["dot"]
        return {**question, "dot": {**dot, "strength": 1.001 * dot["strength"]}}
    return {**question, "gate": question["gate"] + 1e-3}


def _taken_over(first: str, task: str) -> Fault:
    """Return the fault that a task takes over the inputs that another one was asked about and has moved."""

    def prepare(self: Builtin, **question: object) -> None:
        vars(self).setdefault(_KEPT, set()).add(_inputs(question))

    def change(right: methods.Task, **question: object) -> methods.Answer:
        known = _inputs(question) in vars(right.__self__).get(_KEPT, ())
        return right(**(_moved(question) if known else question))

    sentence = f"{in_a_name(first)} leaves the inputs that it keeps changed, and {in_a_name(task)} takes them over"
    name = f"left-by-{in_a_name(first)}-to-{in_a_name(task)}"
    return Fault(name, stage_of(task), task, sentence, change, {first: prepare})


def _all() -> Iterator[Fault]:
    for first, task in _AFTER:
        yield _taken_over(first, task)


OF_SHARED_INPUTS: Final = {fault.name: fault for fault in _all()}
