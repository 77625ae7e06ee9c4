"""Faults deep in blockade: what is below the range of single precision is flushed to zero, task by task."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from qdverify.faults import methods
from qdverify.faults.fault import Fault
from qdverify.protocol.inputs import LEAD_TASKS, SPIN_TASKS
from qdverify.suite.of_task import in_a_name, stage_of

SMALLEST: Final = 1e-38


def _flushed(value: Any) -> Any:
    """Return numbers, nested as they are, with 0 for small ones."""
    if isinstance(value, Mapping):
        return {name: _flushed(item) for name, item in value.items()}
    if value is None:
        return None
    if isinstance(value, float | int):
        return value if abs(value) >= SMALLEST else 0.0
    return [_flushed(item) for item in value]


def _fault(task: str) -> Fault:
    """Return the fault of a task whose small numbers are flushed."""

    def change(right: methods.Task, **question: object) -> methods.Answer:
        answer: methods.Answer = _flushed(right(**question))
        return answer

    text = f"numbers below 1e-38 are flushed to zero, as in single precision ({in_a_name(task)})"
    return Fault(f"flushed-{in_a_name(task)}", stage_of(task), task, text, change)


FLUSHED: Final = {
    task: _fault(task) for task in (*LEAD_TASKS, *SPIN_TASKS, "linear_response", "lead_response", "conductance_parts")
}
