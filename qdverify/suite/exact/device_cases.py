"""A device, of which each task is told what it takes: rates of either spin, own temperatures, a field, counting fields.

Checks that ask all tasks the same kind of question make one `Device` and let `as_question` leave out what a task does
not know.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from qdverify.protocol.accuracy import probability_at, rates_of_spins
from qdverify.protocol.json_types import Question, SpinQuestion

TWO_LEADS: Final = ("linear_response", "cumulants", "generating_function")
L_AND_R: Final = "conductance_parts"
"""A task on two leads, each with its own M_ji and temperature as those of any number."""
AT_REST: Final = ("linear_response", "lead_response", "spin_response")
OF_SPINS: Final = ("spin_currents", "spin_heat", "spin_populations", "spin_response")


class Device(SpinQuestion):
    """A question about spins, with what is counted besides."""

    counted: Sequence[str]
    """Names of leads."""
    theta: Sequence[Mapping[str, float]]
    """Counting fields, one of each lead by its name."""
    L_first: bool
    """Whether the first two leads are L and R, not R and L, where a task takes those alone."""


def as_question(task: str, device: Device) -> Question:
    """Return the params of a task.

    Where a task takes one number for both spins, a lead has its rate of spin up. Where it takes L and R alone, they are
    the first two leads; but for `conductance_parts`, M_ji is that of the first. A counting field is then half the
    difference of theirs, which is within the limits of the protocol if theirs are. Where leads are at rest, they are at
    the potential of the first.
    """
    leads: list[dict[str, Any]] = [{**lead} for lead in device["leads"]]
    transitions: list[dict[str, Any]] = [{**item} for item in device["transitions"]]
    theta: list[Any] = [dict(row) for row in device["theta"]]
    order = ("L", "R") if device["L_first"] else ("R", "L")
    if task not in OF_SPINS:
        leads = [{**lead, "rate": rates_of_spins(lead)[0]} for lead in leads]
    if task in TWO_LEADS:
        first, second = leads[:2]
        transitions = [{**item, "M": probability_at(item, first)} for item in transitions]
        theta = [0.5 * (row[first["name"]] - row[second["name"]]) for row in theta]
        leads = [
            {"name": name, "rate": lead["rate"], "mu": lead["mu"]}
            for name, lead in zip(order, (first, second), strict=True)
        ]
    if task == L_AND_R:
        names = dict(zip((lead["name"] for lead in leads[:2]), order, strict=True))
        leads = [{**lead, "name": names[lead["name"]]} for lead in leads[:2]]
        transitions = [
            {**item, "M": {name: probability_at(item, {"name": old}) for old, name in names.items()}}
            for item in transitions
        ]
    if task in AT_REST:
        leads = [{"name": lead["name"], "rate": lead["rate"], "mu": leads[0]["mu"]} for lead in leads]
    question: dict[str, Any] = {
        "levels": [{**level} for level in device["levels"]],
        "transitions": transitions,
        "leads": leads,
        "kT": device["kT"],
        "gate": device["gate"],
    }
    if task in OF_SPINS:
        question["zeeman"] = device["zeeman"]
    if task == "lead_cumulants":
        question["counted"] = [*device["counted"]]
    if task.endswith("generating_function"):
        question["theta"] = theta
    return question
