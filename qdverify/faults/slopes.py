"""Faults in dI/dV and in the noise of a dot: convention, step and temperature."""

from __future__ import annotations

from collections.abc import Callable
from typing import Unpack

from qdverify.faults import methods
from qdverify.faults.fault import Change, Fault, fault
from qdverify.protocol import json_types as protocol
from qdverify.suite.finding import Stage


def _slope_fault(text: str) -> Callable[[Change], Fault]:
    return fault(Stage.CURRENT, "differential_conductance", text)


@_slope_fault("dI/dV is taken by half of the bias, that of one lead")
def slope_over_one_lead(right: methods.Conductance, **question: Unpack[protocol.TransportQuestion]) -> methods.Answer:
    """Answer dI/dmu_L - dI/dmu_R."""
    return {"dI_dV": 2 * right(**question)["dI_dV"]}


@_slope_fault("dI/dV is a difference of two currents over a fiftieth of kT, forward from the bias")
def forward_difference(right: methods.Conductance, **question: Unpack[protocol.TransportQuestion]) -> methods.Answer:
    """Answer (I(V + kT/50) - I(V)) 50/kT."""
    step = question["kT"] / 50
    moved: protocol.TransportQuestion = {**question, "leads": [_moved(lead, step / 2) for lead in question["leads"]]}
    here, there = (right.__self__.current(**asked)["I_L"] for asked in (question, moved))
    return {"dI_dV": (there - here) / step}


def _moved(lead: protocol.Lead, step: float) -> protocol.Lead:
    return {**lead, "mu": lead["mu"] + (step if lead["name"] == "L" else -step)}


@fault(Stage.CURRENT, "noise", "electrons that go back are not counted: the noise is that of a cold dot")
def shot_noise_only(right: methods.Noise, **question: Unpack[protocol.TransportQuestion]) -> methods.Answer:
    """Answer with the noise at a thousandth of kT."""
    return right(**{**question, "kT": question["kT"] / 1000})
