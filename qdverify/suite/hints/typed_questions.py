"""Questions about rate equations with their types: the inputs that wrong models take and change are plain mappings."""

from __future__ import annotations

from qdverify.protocol.json_types import LeadsQuestion, Question, SpinQuestion, TransportQuestion


def transport_question(case: Question) -> TransportQuestion:
    """Return the level scheme, two leads, kT and the gate of a case."""
    return {
        "levels": case["levels"],
        "transitions": case["transitions"],
        "leads": case["leads"],
        "kT": case["kT"],
        "gate": case["gate"],
    }


def leads_question(case: Question) -> LeadsQuestion:
    """Return the same with leads that have their own kT and M_ji."""
    return {
        "levels": case["levels"],
        "transitions": case["transitions"],
        "leads": case["leads"],
        "kT": case["kT"],
        "gate": case["gate"],
    }


def spin_question(case: Question) -> SpinQuestion:
    """Return the same with a Zeeman splitting."""
    return {
        "levels": case["levels"],
        "transitions": case["transitions"],
        "leads": case["leads"],
        "kT": case["kT"],
        "gate": case["gate"],
        "zeeman": case["zeeman"],
    }
