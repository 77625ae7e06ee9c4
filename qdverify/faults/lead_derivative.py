"""Faults that leave currents and linear response right or consistent, each for itself, but not with each other."""

from __future__ import annotations

from typing import Unpack

from qdverify.faults import methods
from qdverify.faults.fault import fault
from qdverify.implementations.builtin_answers import PointArguments
from qdverify.protocol import json_types as protocol
from qdverify.suite.finding import Stage


@fault(Stage.CURRENT, "lead_point", "leads that differ by less than kT/8 are taken to be at rest with each other")
def small_forces_ignored(right: methods.Point, **point: Unpack[protocol.OperatingPoint]) -> PointArguments:
    """Give all leads the potential and the temperature of the first, if theirs are close to it."""
    leads, kT = point["leads"], point["kT"]
    first = leads[0]
    near = all(
        abs(lead["mu"] - first["mu"]) < kT / 8 and abs(lead.get("kT", kT) - first.get("kT", kT)) < kT / 8
        for lead in leads
    )
    if not near:
        return right(**point)
    same = {name: first[name] for name in ("mu", "kT") if name in first}
    others = [{name: value for name, value in lead.items() if name != "kT"} | same for lead in leads]
    return right(**{**point, "leads": others})


@fault(Stage.CURRENT, "lead_response", "the response of leads is that of twice the temperature, forces and all")
def response_at_another_temperature(
    right: methods.LeadResponse, **question: Unpack[protocol.LeadsQuestion]
) -> methods.Answer:
    """Answer a matrix as symmetric, positive and conserving as the right one."""
    return right(**{**question, "kT": 2.0 * question["kT"]})
