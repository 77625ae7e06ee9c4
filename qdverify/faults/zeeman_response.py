"""Faults of linear response in a field: spins that are left out or kept apart, signs, digits, and leads not at rest."""

from __future__ import annotations

from collections.abc import Callable
from typing import Unpack

from qdverify.faults import methods
from qdverify.faults.fault import Change, Fault, fault
from qdverify.protocol import json_types as protocol
from qdverify.protocol.accuracy import rates_of_spins
from qdverify.protocol.inputs import InvalidInput
from qdverify.suite.finding import Stage


def _fault(text: str) -> Callable[[Change], Fault]:
    return fault(Stage.CURRENT, "spin_response", text)


@_fault("the field is left out of the response")
def response_without_field(right: methods.LeadResponse, **question: Unpack[protocol.SpinQuestion]) -> methods.Answer:
    """Answer for b = 0: as symmetric and conserving as the right matrix, and its own mirror image."""
    return right(**{**question, "zeeman": 0.0})


@_fault("the leads of the response are polarised alike: all as the first one")
def response_of_one_polarisation(
    right: methods.LeadResponse, **question: Unpack[protocol.SpinQuestion]
) -> methods.Answer:
    """Keep the sum of both rates of every lead."""
    up, down = rates_of_spins(question["leads"][0])
    leads: list[protocol.SpinLead] = []
    for lead in question["leads"]:
        total, both = sum(rates_of_spins(lead)), up + down
        rate: protocol.RatesOfSpins = {"up": total * up / both, "down": total * down / both} if both else lead["rate"]  # type: ignore[assignment]
        leads.append({**lead, "rate": rate})
    return right(**{**question, "leads": leads})


@_fault("the response in a field is off by a millionth: single precision")
def spin_response_off_by_a_millionth(
    right: methods.LeadResponse, **question: Unpack[protocol.SpinQuestion]
) -> methods.Answer:
    """Be a little too large."""
    return {"onsager": [[entry * (1 + 1e-6) for entry in row] for row in right(**question)["onsager"]]}


@_fault("in a field only what spin up responds with is answered, as if it were half of everything")
def response_of_spin_up_doubled(
    right: methods.LeadResponse, **question: Unpack[protocol.SpinQuestion]
) -> methods.Answer:
    """Take the field and the rates of spin up for both spins."""
    leads: list[protocol.SpinLead] = [{**lead, "rate": rates_of_spins(lead)[0]} for lead in question["leads"]]
    return right(**{**question, "leads": leads if any(lead["rate"] for lead in leads) else question["leads"]})


@_fault("leads that differ in potential or temperature are taken as if they were at rest, in a field")
def spin_leads_not_at_rest(right: methods.LeadResponse, **question: Unpack[protocol.SpinQuestion]) -> methods.Answer:
    """Answer where there is no linear response."""
    try:
        return right(**question)
    except InvalidInput:
        mu = question["leads"][0]["mu"]
        leads: list[protocol.SpinLead] = [
            {"name": lead["name"], "rate": lead["rate"], "mu": mu} for lead in question["leads"]
        ]
        return right(**{**question, "leads": leads})
