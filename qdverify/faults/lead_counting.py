"""Faults in counting the electrons of some leads: which leads, which way, and what is added up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Unpack

from qdverify.faults import methods
from qdverify.faults.fault import Change, Fault, fault
from qdverify.protocol import json_types as protocol
from qdverify.protocol.inputs import InvalidInput
from qdverify.suite.finding import Stage


def _fault(text: str) -> Callable[[Change], Fault]:
    return fault(Stage.CURRENT, "lead_cumulants", text)


@_fault("electrons of counted leads are counted out of the dot")
def counted_out_of_the_leads(
    right: methods.LeadCumulants, **question: Unpack[protocol.CountedQuestion]
) -> methods.Answer:
    """Turn the signs of the odd cumulants."""
    I_c, S, third = right(**question)["cumulants"]
    return {"cumulants": [-I_c, S, -third]}


@_fault("only the first of the counted leads is counted")
def first_counted_lead_only(
    right: methods.LeadCumulants, **question: Unpack[protocol.CountedQuestion]
) -> methods.Answer:
    """Forget the others."""
    right(**question)
    return right(**{**question, "counted": question["counted"][:1]})


@_fault("cumulants of counted leads are added up, as if their counts were independent")
def leads_independent(right: methods.LeadCumulants, **question: Unpack[protocol.CountedQuestion]) -> methods.Answer:
    """Leave the correlations out."""
    right(**question)
    found = [right(**{**question, "counted": [name]})["cumulants"] for name in question["counted"]]
    return {"cumulants": [sum(values) for values in zip(*found, strict=True)]}


@_fault("the third cumulant of counted leads is that of independent electrons, the current")
def third_of_leads_poissonian(
    right: methods.LeadCumulants, **question: Unpack[protocol.CountedQuestion]
) -> methods.Answer:
    """Answer the current for it."""
    I_c, S, _ = right(**question)["cumulants"]
    return {"cumulants": [I_c, S, I_c]}


@_fault("the noise of counted leads is the sum of thermal and shot noise")
def thermal_noise_added(right: methods.LeadCumulants, **question: Unpack[protocol.CountedQuestion]) -> methods.Answer:
    """Add the magnitude of the current, which vanishes at rest."""
    I_c, S, third = right(**question)["cumulants"]
    return {"cumulants": [I_c, S + abs(I_c), third]}


@_fault("cumulants of counted leads are off by a millionth: single precision")
def lead_cumulants_off_by_a_millionth(
    right: methods.LeadCumulants, **question: Unpack[protocol.CountedQuestion]
) -> methods.Answer:
    """Be a little too large."""
    return {"cumulants": [value * (1 + 1e-6) for value in right(**question)["cumulants"]]}


@_fault("counted leads that are unknown, or named twice, are ignored")
def unknown_leads_ignored(right: methods.LeadCumulants, **question: Unpack[protocol.CountedQuestion]) -> methods.Answer:
    """Answer where nothing that there is is counted."""
    try:
        return right(**question)
    except InvalidInput:
        names = [lead["name"] for lead in question["leads"]]
        known = [name for name in dict.fromkeys(question["counted"]) if name in names]
        return right(**{**question, "counted": known or names[:1]})
