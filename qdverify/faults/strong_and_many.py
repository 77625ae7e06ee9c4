"""Faults that short chains between a few weak leads do not show: strengths above 1, zeros, many leads, high spins."""

from __future__ import annotations

from dataclasses import replace
from typing import Final, Unpack

import numpy as np

import numeric
from qdverify.faults import methods
from qdverify.faults.fault import Fault, fault
from qdverify.faults.zeeman import mean_coefficients
from qdverify.implementations.builtin_answers import PointArguments, SpinPointArguments
from qdverify.protocol import json_types as protocol
from qdverify.protocol.accuracy import rates_of_spins
from qdverify.suite.finding import Stage
from qdverify.suite.of_task import in_a_name

MOST_LEADS: Final = 8
LARGEST_TABULATED: Final = 3
"""Twice the spin up to which Clebsch-Gordan coefficients are known."""


@fault(Stage.CURRENT, "lead_scheme", "the M_ji of a lead is taken for a probability: what is above 1 is cut off")
def probability_of_lead_cut_off(
    right: methods.LeadScheme,
    levels: methods.Levels,
    transitions: methods.LeadTransitions,
    leads: methods.Leads,
) -> numeric.LevelScheme:
    """Cut M_ji off, lead by lead."""
    found = right(levels, transitions, leads)
    return replace(found, M=np.minimum(found.M, 1.0))


@fault(Stage.CURRENT, "lead_scheme", "an M_ji of 0 is read as missing: the lead takes the largest of the others")
def no_probability_as_missing(
    right: methods.LeadScheme,
    levels: methods.Levels,
    transitions: methods.LeadTransitions,
    leads: methods.Leads,
) -> numeric.LevelScheme:
    """Replace zeros where another lead is coupled."""
    found = right(levels, transitions, leads)
    if found.M.ndim == 1:
        return found
    return replace(found, M=np.where(found.M == 0.0, found.M.max(axis=1, keepdims=True), found.M))


@fault(Stage.CURRENT, "point", "a rate is taken for a probability: what is above 1 is cut off")
def rate_cut_off(right: methods.Point, **point: Unpack[protocol.OperatingPoint]) -> PointArguments:
    """Cut the rates off."""
    leads = [{**lead, "rate": min(lead["rate"], 1.0)} for lead in point["leads"]]
    return right(**{**point, "leads": leads})


@fault(Stage.CURRENT, "spin_point", "the rate of a spin is taken for a probability: what is above 1 is cut off")
def rate_of_spin_cut_off(right: methods.SpinPoint, **point: Unpack[protocol.SpinPoint]) -> SpinPointArguments:
    """Cut the rates of both spins off."""
    leads = []
    for lead in point["leads"]:
        up, down = rates_of_spins(lead)
        leads.append({**lead, "rate": {"up": min(up, 1.0), "down": min(down, 1.0)}})
    return right(**{**point, "leads": leads})


@fault(Stage.CURRENT, "point", "there is room for eight leads: further ones are not coupled")
def eight_leads(right: methods.Point, **point: Unpack[protocol.OperatingPoint]) -> PointArguments:
    """Set the rates of further leads to 0."""
    leads = [{**lead, "rate": lead["rate"] if k < MOST_LEADS else 0.0} for k, lead in enumerate(point["leads"])]
    return right(**{**point, "leads": leads})


@fault(Stage.CURRENT, "spin_point", "a lead that is colder than the common kT is given that of all")
def no_colder_lead(right: methods.SpinPoint, **point: Unpack[protocol.SpinPoint]) -> SpinPointArguments:
    """Warm the leads."""
    leads = [{**lead, "kT": max(lead.get("kT", point["kT"]), point["kT"])} for lead in point["leads"]]
    return right(**{**point, "leads": leads})


@fault(Stage.CURRENT, "spin_currents", "Clebsch-Gordan coefficients are known up to S = 3/2, their mean beyond")
def coefficients_up_to_three_halves(
    right: methods.SpinCurrents, **question: Unpack[protocol.SpinQuestion]
) -> methods.Answer:
    """Average where a spin is higher."""
    if max(level["two_S"] for level in question["levels"]) <= LARGEST_TABULATED:
        return right(**question)
    return mean_coefficients(right, question)


def _first_lead(task: str) -> Fault:
    """Return the fault of a task that counts at the first lead of the list."""

    def change(right: methods.Task, **question: Unpack[protocol.CountingQuestion]) -> methods.Answer:
        leads = [{**lead, "name": name} for lead, name in zip(question["leads"], "LR", strict=False)]
        # refuses what is invalid
        right(**question)
        return right(**{**question, "leads": leads})

    text = f"electrons are counted at the first lead of the list, whatever its name ({in_a_name(task)})"
    return Fault(f"first-lead-counted-{in_a_name(task)}", Stage.CURRENT, task, text, change)


FIRST_LEAD: Final = {task: _first_lead(task) for task in ("cumulants", "generating_function")}


@fault(Stage.CURRENT, "generating_function", "e^theta is computed for fields up to 10, and is e^10 beyond")
def large_fields_cut_off(right: methods.Generating, **question: Unpack[protocol.CountingQuestion]) -> methods.Answer:
    """Answer for a smaller field."""
    # refuses what is invalid
    right(**question)
    return right(**{**question, "theta": [max(-10.0, min(10.0, theta)) for theta in question["theta"]]})
