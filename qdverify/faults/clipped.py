"""Faults far from resonance: the argument of the Fermi function is clipped at 700, task by task."""

from __future__ import annotations

from typing import Any, Final

from qdverify.faults import methods
from qdverify.faults.fault import Fault
from qdverify.protocol.inputs import LEAD_TASKS, SPIN_TASKS
from qdverify.suite.of_task import in_a_name, stage_of

LARGEST: Final = 700.0
"""What is often taken, since exp(710) is no double."""
TASKS: Final = (
    *LEAD_TASKS,
    *SPIN_TASKS,
    "linear_response",
    "lead_response",
    "spin_response",
    "conductance_parts",
    "cumulants",
    "lead_cumulants",
)


def _clipped(question: dict[str, Any]) -> dict[str, Any]:
    """Return the question of a single transition with every lead at most 700 kT away."""
    if len(question["transitions"]) != 1:
        return question
    (item,), levels = question["transitions"], question["levels"]
    energy = levels[item["to"]]["energy"] - levels[item["from"]]["energy"] - question["gate"]
    leads = []
    for lead in question["leads"]:
        most = LARGEST * lead.get("kT", question["kT"])
        leads.append({**lead, "mu": min(max(lead["mu"], energy - most), energy + most)})
    return {**question, "leads": leads}


def _fault(task: str) -> Fault:
    """Return the fault of a task whose single transition is never further than that."""

    def change(right: methods.Task, **question: Any) -> methods.Answer:
        right(**question)  # refuses what is invalid
        answer: methods.Answer = right(**_clipped(question))
        return answer

    text = f"a level is never further than 700 kT from a chemical potential ({in_a_name(task)})"
    return Fault(f"clipped-{in_a_name(task)}", stage_of(task), task, text, change)


CLIPPED: Final = {task: _fault(task) for task in TASKS}
