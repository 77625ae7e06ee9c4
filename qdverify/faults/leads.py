"""Faults between many leads: temperatures, probabilities and names mixed up, and heat counted wrongly."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, Unpack

import numeric
from qdverify.faults import methods
from qdverify.faults.fault import Change, Fault, fault
from qdverify.implementations.builtin_answers import PointArguments
from qdverify.protocol import json_types as protocol
from qdverify.protocol.inputs import LEAD_TASKS, InvalidInput
from qdverify.suite.finding import Stage
from qdverify.suite.of_task import in_a_name


def _point_fault(text: str) -> Callable[[Change], Fault]:
    return fault(Stage.CURRENT, "lead_point", text)


def _current_fault(text: str) -> Callable[[Change], Fault]:
    return fault(Stage.CURRENT, "lead_currents", text)


def _heat_fault(text: str) -> Callable[[Change], Fault]:
    return fault(Stage.CURRENT, "heat_currents", text)


def _with_temperatures(
    leads: methods.Leads, kT: float, chosen: Callable[[list[float]], list[float]]
) -> list[protocol.Lead]:
    """Return leads whose temperatures are a function of the right ones; leads without one of their own keep none."""
    changed = chosen([lead.get("kT", kT) for lead in leads])
    return [{**lead, "kT": other} for lead, other in zip(leads, changed, strict=True)]


@_point_fault("the temperature that a lead has of its own is ignored")
def own_temperature_ignored(right: methods.Point, **point: Unpack[protocol.OperatingPoint]) -> PointArguments:
    """Use the common kT."""
    leads = [{"name": lead["name"], "rate": lead["rate"], "mu": lead["mu"]} for lead in point["leads"]]
    return right(**{**point, "leads": leads})


@_point_fault("the temperature of the first lead is that of all")
def temperature_of_first_lead(right: methods.Point, **point: Unpack[protocol.OperatingPoint]) -> PointArguments:
    """Use one temperature."""
    leads = _with_temperatures(point["leads"], point["kT"], lambda kT: [kT[0]] * len(kT))
    return right(**{**point, "leads": leads})


@_point_fault("all leads have the mean of their temperatures")
def mean_temperature(right: methods.Point, **point: Unpack[protocol.OperatingPoint]) -> PointArguments:
    """Average."""
    leads = _with_temperatures(point["leads"], point["kT"], lambda kT: [sum(kT) / len(kT)] * len(kT))
    return right(**{**point, "leads": leads})


@_point_fault("each lead has the temperature of the next one")
def temperature_of_another_lead(right: methods.Point, **point: Unpack[protocol.OperatingPoint]) -> PointArguments:
    """Rotate the temperatures."""
    leads = _with_temperatures(point["leads"], point["kT"], lambda kT: kT[1:] + kT[:1])
    return right(**{**point, "leads": leads})


@fault(Stage.CURRENT, "lead_scheme", "the probability of the first lead is that of all")
def probability_of_first_lead(
    right: methods.LeadScheme,
    levels: methods.Levels,
    transitions: methods.LeadTransitions,
    leads: methods.Leads,
) -> numeric.LevelScheme:
    """Take one M_ji for all leads."""
    first: methods.LeadTransitions = [
        {**item, "M": item["M"][leads[0]["name"]] if isinstance(item["M"], Mapping) else item["M"]}
        for item in transitions
    ]
    return right(levels, first, leads)


@_current_fault("leads beyond the second are left out")
def two_leads_only(right: methods.LeadCurrents, **question: Unpack[protocol.LeadsQuestion]) -> methods.Answer:
    """Set the rates of further leads to 0."""
    leads = [{**lead, "rate": lead["rate"] if k < 2 else 0.0} for k, lead in enumerate(question["leads"])]
    return right(**{**question, "leads": leads})


@_current_fault("the current of every lead but the first is counted out of the dot")
def counted_out_of_the_dot(right: methods.LeadCurrents, **question: Unpack[protocol.LeadsQuestion]) -> methods.Answer:
    """Change the sign of all but the first."""
    first = question["leads"][0]["name"]
    currents = right(**question)["currents"]
    return {"currents": {name: value if name == first else -value for name, value in currents.items()}}


@_current_fault("the current of a lead is that of one spin")
def lead_current_per_spin(right: methods.LeadCurrents, **question: Unpack[protocol.LeadsQuestion]) -> methods.Answer:
    """Halve every current."""
    return {"currents": {name: 0.5 * value for name, value in right(**question)["currents"].items()}}


@_current_fault("currents are given to the leads in the order of their names")
def names_in_order(right: methods.LeadCurrents, **question: Unpack[protocol.LeadsQuestion]) -> methods.Answer:
    """Sort the names, but not the currents."""
    currents = right(**question)["currents"]
    return {"currents": dict(zip(sorted(currents), currents.values(), strict=True))}


@_current_fault("currents between leads are taken to be zero below 1e-6 of the largest rate")
def small_lead_currents_dropped(
    right: methods.LeadCurrents, **question: Unpack[protocol.LeadsQuestion]
) -> methods.Answer:
    """Set small currents to zero."""
    least = 1e-6 * max(lead["rate"] for lead in question["leads"])
    currents = right(**question)["currents"]
    return {"currents": {name: value if abs(value) > least else 0.0 for name, value in currents.items()}}


@_current_fault("a thousandth of every current is lost on the way")
def leaking_lead_currents(right: methods.LeadCurrents, **question: Unpack[protocol.LeadsQuestion]) -> methods.Answer:
    """Lower the currents that enter the dot."""
    currents = right(**question)["currents"]
    return {"currents": {name: value * (0.999 if value > 0 else 1.0) for name, value in currents.items()}}


@_current_fault("a leak of 1e-6 flows through every lead, also in equilibrium")
def leak_current(right: methods.LeadCurrents, **question: Unpack[protocol.LeadsQuestion]) -> methods.Answer:
    """Add a constant to the first current and take it from the last, so that they add up to 0."""
    currents = right(**question)["currents"]
    first, *_, last = currents
    return {"currents": {**currents, first: currents[first] + 1e-6, last: currents[last] - 1e-6}}


def _carried(
    right: methods.Heat, question: protocol.LeadsQuestion, more: Callable[[protocol.Lead], float]
) -> dict[str, float]:
    """Return the heat if every electron carried more, by an amount that depends on the lead."""
    heat = right(**question)["heat"]
    flows = right.__self__.lead_currents(**question)["currents"]
    return {lead["name"]: heat[lead["name"]] + more(lead) * flows[lead["name"]] for lead in question["leads"]}


@_heat_fault("the chemical potential is forgotten in the heat: what is answered is the energy current")
def energy_for_heat(right: methods.Heat, **question: Unpack[protocol.LeadsQuestion]) -> methods.Answer:
    """Add mu I."""
    return {"heat": _carried(right, question, lambda lead: lead["mu"])}


@_heat_fault("heat is counted from the mean chemical potential of the leads")
def heat_from_mean_potential(right: methods.Heat, **question: Unpack[protocol.LeadsQuestion]) -> methods.Answer:
    """Add (mu - mean) I."""
    mean = sum(lead["mu"] for lead in question["leads"]) / len(question["leads"])
    return {"heat": _carried(right, question, lambda lead: lead["mu"] - mean)}


@_heat_fault("the gate is forgotten in the heat")
def gate_forgotten_in_heat(right: methods.Heat, **question: Unpack[protocol.LeadsQuestion]) -> methods.Answer:
    """Add gate I."""
    return {"heat": _carried(right, question, lambda _: question["gate"])}


def _times(factor: float) -> Callable[..., methods.Answer]:
    """Return the change of a method whose right heat is multiplied afterwards."""

    def answered(right: methods.Heat, **question: Unpack[protocol.LeadsQuestion]) -> methods.Answer:
        return {"heat": {name: factor * value for name, value in right(**question)["heat"].items()}}

    return answered


FACTORS: Final = {
    name: Fault(name, Stage.CURRENT, "heat_currents", text, _times(factor))
    for name, text, factor in (
        ("heat-into-the-lead", "heat is counted into the lead, not out of it", -1.0),
        ("heat-per-spin", "heat is counted per spin", 0.5),
        ("heat-off-by-a-millionth", "heat is off by a millionth: single precision", 1 + 1e-6),
    )
}


@_heat_fault("heat of 1e-7 flows out of every lead, also in equilibrium")
def heat_in_equilibrium(right: methods.Heat, **question: Unpack[protocol.LeadsQuestion]) -> methods.Answer:
    """Add a constant to every heat current."""
    return {"heat": {name: value + 1e-7 for name, value in right(**question)["heat"].items()}}


def _repaired(task: str) -> Fault:
    """Return the fault of a task that reads an M_ji that is not given for a lead as 0."""

    def change(right: methods.Task, **question: Unpack[protocol.LeadsQuestion]) -> methods.Answer:
        try:
            return right(**question)
        except InvalidInput:
            names = [lead["name"] for lead in question["leads"]]
            transitions = [
                {**item, "M": {name: item["M"].get(name, 0.0) for name in names}}
                if isinstance(item["M"], Mapping)
                else item
                for item in question["transitions"]
            ]
            return right(**{**question, "transitions": transitions})

    text = f"an M_ji that is not given for a lead is read as 0 ({in_a_name(task)})"
    return Fault(f"missing-M-as-zero-{in_a_name(task)}", Stage.CURRENT, task, text, change)


REPAIRED: Final = {task: _repaired(task) for task in LEAD_TASKS}
