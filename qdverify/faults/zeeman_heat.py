"""Faults of heat in a field: what an electron carries, and which electrons are counted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Unpack

from qdverify.faults import methods
from qdverify.faults.fault import Change, Fault, fault
from qdverify.protocol import json_types as protocol
from qdverify.suite.finding import Stage


def _heat_fault(text: str) -> Callable[[Change], Fault]:
    return fault(Stage.CURRENT, "spin_heat", text)


def _with_field(factor: float) -> Callable[..., methods.Answer]:
    """Return the change of a method whose electrons carry `factor` times the field in their heat."""

    def answered(right: methods.SpinHeat, **question: Unpack[protocol.SpinQuestion]) -> methods.Answer:
        heat, flows = right(**question)["heat"], right.__self__.spin_currents(**question)
        half = 0.5 * (factor - 1.0) * question["zeeman"]
        return {
            "heat": {name: value + half * (flows["up"][name] - flows["down"][name]) for name, value in heat.items()}
        }

    return answered


FIELDS: Final = {
    name: Fault(name, Stage.CURRENT, "spin_heat", text, _with_field(factor))
    for name, text, factor in (
        ("heat-without-the-field", "electrons carry E_j - E_i - gate - mu, without what the field adds", 0.0),
        ("heat-of-the-other-spin", "the field lowers the heat of spin up and raises that of spin down", -1.0),
    )
}


@_heat_fault("the heat of a lead is that of its electrons of spin up only")
def heat_of_spin_up(right: methods.SpinHeat, **question: Unpack[protocol.SpinQuestion]) -> methods.Answer:
    """Give every lead a twin, so that either spin has a lead of its own."""
    leads: list[protocol.SpinLead] = []
    for lead in question["leads"]:
        rate = lead["rate"]
        up, down = (rate["up"], rate["down"]) if isinstance(rate, dict) else (rate, rate)
        leads.append({**lead, "rate": {"up": up, "down": 0.0}})
        leads.append({**lead, "name": _twin(lead["name"]), "rate": {"up": 0.0, "down": down}})
    transitions: list[protocol.LeadTransition] = []
    for item in question["transitions"]:
        M = item["M"]
        given = {**M, **{_twin(name): value for name, value in M.items()}} if isinstance(M, dict) else M
        transitions.append({"from": item["from"], "to": item["to"], "M": given})
    right(**question)
    divided: protocol.SpinQuestion = {**question, "leads": leads, "transitions": transitions}
    heat = right(**divided)["heat"]
    return {"heat": {lead["name"]: heat[lead["name"]] for lead in question["leads"]}}


def _twin(name: str) -> str:
    return f"{name} ."[-40:]


@_heat_fault("heat is counted from the gate: the chemical potential of the lead is not subtracted")
def heat_with_work(right: methods.SpinHeat, **question: Unpack[protocol.SpinQuestion]) -> methods.Answer:
    """Give the energy in place of the heat."""
    heat, flows = right(**question)["heat"], right.__self__.spin_currents(**question)
    return {
        "heat": {
            lead["name"]: heat[lead["name"]] + lead["mu"] * (flows["up"][lead["name"]] + flows["down"][lead["name"]])
            for lead in question["leads"]
        }
    }


def _changed(change: Callable[[float], float]) -> Callable[..., methods.Answer]:
    """Return the change of a method whose right heat is changed lead by lead."""

    def answered(right: methods.SpinHeat, **question: Unpack[protocol.SpinQuestion]) -> methods.Answer:
        return {"heat": {name: change(value) for name, value in right(**question)["heat"].items()}}

    return answered


CHANGED: Final = {
    name: Fault(name, Stage.CURRENT, "spin_heat", text, _changed(change))
    for name, text, change in (
        ("spin-heat-into-the-lead", "heat in a field is counted into the leads", lambda value: -value),
        (
            "spin-heat-off-by-a-millionth",
            "heat in a field is off by a millionth: single precision",
            lambda value: value * (1 + 1e-6),
        ),
        ("spin-heat-leak", "heat of 1e-7 leaks out of every lead", lambda value: value + 1e-7),
    )
}
