"""Faults in the linear response of many leads: order, forces, leads that are left out, and populations that stay."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import combinations
from math import exp
from typing import Final, Unpack

from qdverify.faults import methods
from qdverify.faults.fault import Change, Fault, fault
from qdverify.protocol import json_types as protocol
from qdverify.protocol.accuracy import probability_at
from qdverify.protocol.inputs import InvalidInput
from qdverify.suite.finding import Stage

Rows = list[list[float]]


def _fault(text: str) -> Callable[[Change], Fault]:
    return fault(Stage.CURRENT, "lead_response", text)


def _scaled(
    factor: Callable[[float, bool, bool], float],
) -> Callable[..., methods.Answer]:
    """Return the change of a method whose entries are multiplied by a function of kT, and of what flows and forces."""

    def answered(right: methods.LeadResponse, **question: Unpack[protocol.LeadsQuestion]) -> methods.Answer:
        rows, kT, n = right(**question)["onsager"], question["kT"], len(question["leads"])
        return {
            "onsager": [
                [factor(kT, row >= n, column >= n) * entry for column, entry in enumerate(entries)]
                for row, entries in enumerate(rows)
            ]
        }

    return answered


SCALED: Final = {
    name: Fault(name, Stage.CURRENT, "lead_response", text, _scaled(factor))
    for name, text, factor in (
        (
            "force-of-potential-of-leads",
            "the force of a lead's potential is d mu, not d mu / kT",
            lambda kT, _, of_heat: 1.0 if of_heat else 1.0 / kT,
        ),
        (
            "force-of-temperature-of-leads",
            "the force of a lead's temperature is dT / T, not dT / T^2",
            lambda kT, _, of_heat: 1.0 / kT if of_heat else 1.0,
        ),
        (
            "heat-of-response-into-leads",
            "in linear response heat is counted into the leads",
            lambda _, heat, __: -1.0 if heat else 1.0,
        ),
        (
            "response-of-leads-off-by-a-millionth",
            "the response of leads is off by a millionth: single precision",
            lambda _, __, ___: 1.0 + 1e-6,
        ),
        (
            "response-of-leads-of-one-spin",
            "the spin factor 2 of the rates is missing in the response of leads",
            lambda _, __, ___: 0.5,
        ),
    )
}


@_fault("rows and columns of leads are in the order of their names")
def response_by_name(right: methods.LeadResponse, **question: Unpack[protocol.LeadsQuestion]) -> methods.Answer:
    """Sort the leads first."""
    return right(**{**question, "leads": sorted(question["leads"], key=lambda lead: lead["name"])})


@_fault("the current and the heat of each lead follow each other, lead by lead")
def response_lead_by_lead(right: methods.LeadResponse, **question: Unpack[protocol.LeadsQuestion]) -> methods.Answer:
    """Interleave currents and heat."""
    rows, n = right(**question)["onsager"], len(question["leads"])
    order = [half * n + lead for lead in range(n) for half in (0, 1)]
    return {"onsager": [[rows[row][column] for column in order] for row in order]}


@_fault("the last lead is at rest: its potential and its temperature are never changed")
def last_lead_at_rest(right: methods.LeadResponse, **question: Unpack[protocol.LeadsQuestion]) -> methods.Answer:
    """Let the columns of the last lead vanish."""
    rows, n = right(**question)["onsager"], len(question["leads"])
    return {"onsager": [[0.0 if column % n == n - 1 else row[column] for column in range(2 * n)] for row in rows]}


@_fault("leads exchange electrons pair by pair, as if there were no other lead")
def response_pair_by_pair(right: methods.LeadResponse, **question: Unpack[protocol.LeadsQuestion]) -> methods.Answer:
    """Add up the response of all pairs, which is as symmetric, positive and conserving as the right one."""
    leads, n = question["leads"], len(question["leads"])
    right(**question)
    total: Rows = [[0.0] * (2 * n) for _ in range(2 * n)]
    for pair in combinations(range(n), 2):
        names = [leads[k]["name"] for k in pair]
        transitions: list[protocol.LeadTransition] = []
        for item in question["transitions"]:
            M = item["M"]
            given = {name: M[name] for name in names} if isinstance(M, dict) else M
            transitions.append({"from": item["from"], "to": item["to"], "M": given})
        of_two: protocol.LeadsQuestion = {**question, "leads": [leads[k] for k in pair], "transitions": transitions}
        if min(lead["rate"] for lead in of_two["leads"]) > 0.0:
            places = [half * n + k for half in (0, 1) for k in pair]
            _add(total, right(**of_two)["onsager"], places)
    return {"onsager": total}


def _add(total: Rows, part: Rows, places: list[int]) -> None:
    for row, entries in zip(places, part, strict=True):
        for column, entry in zip(places, entries, strict=True):
            total[row][column] += entry


@_fault("the populations stay as they are at rest: no lead feels the force of another")
def populations_stay(right: methods.LeadResponse, **question: Unpack[protocol.LeadsQuestion]) -> methods.Answer:
    """Give every lead the response of its own Fermi functions."""
    n = len(question["leads"])
    right(**question)
    total: Rows = [[0.0] * (2 * n) for _ in range(2 * n)]
    for lead, flow, energy in _flows(question):
        _add(total, [[flow, flow * energy], [flow * energy, flow * energy**2]], [lead, n + lead])
    return {"onsager": total}


def _flows(question: protocol.LeadsQuestion) -> Iterator[tuple[int, float, float]]:
    """Yield every lead with the electrons that enter through it at rest on a transition, and their heat."""
    levels, kT, mu = question["levels"], question["kT"], question["leads"][0]["mu"]
    exponents = [(one["energy"] - one["electrons"] * (question["gate"] + mu)) / kT for one in levels]
    weights = [
        (one["two_S"] + 1) * exp(min(exponents) - exponent) for one, exponent in zip(levels, exponents, strict=True)
    ]
    for item in question["transitions"]:
        i, j = item["from"], item["to"]
        x = exponents[j] - exponents[i]
        occupied = weights[i] / sum(weights) * (1.0 / (1.0 + exp(x)) if x < 700.0 else 0.0)
        for place, lead in enumerate(question["leads"]):
            yield place, 2.0 * lead["rate"] * probability_at(item, lead) * occupied, kT * x


@_fault("energies are counted from zero in the heat of the response, not from the chemical potential")
def response_with_work(right: methods.LeadResponse, **question: Unpack[protocol.LeadsQuestion]) -> methods.Answer:
    """Add mu to the energy of every electron: the matrix stays symmetric and positive."""
    rows, n, mu = right(**question)["onsager"], len(question["leads"]), question["leads"][0]["mu"]
    rows = [[entry + mu * rows[k - n][c] * (k >= n) for c, entry in enumerate(row)] for k, row in enumerate(rows)]
    return {"onsager": [[row[c] + mu * row[c - n] * (c >= n) for c in range(2 * n)] for row in rows]}


@_fault("leads that differ in potential or temperature are taken as if they were at rest")
def leads_not_at_rest(right: methods.LeadResponse, **question: Unpack[protocol.LeadsQuestion]) -> methods.Answer:
    """Answer where there is no linear response."""
    try:
        return right(**question)
    except InvalidInput:
        mu = question["leads"][0]["mu"]
        leads: list[protocol.Lead] = [
            {"name": lead["name"], "rate": lead["rate"], "mu": mu} for lead in question["leads"]
        ]
        return right(**{**question, "leads": leads})


@_fault("the chemical potential of all leads is read only beside a gate that is not 0")
def no_common_mu_without_gate(
    right: methods.LeadResponse, **question: Unpack[protocol.LeadsQuestion]
) -> methods.Answer:
    """Take mu = 0 at gate 0."""
    if question["gate"] != 0.0:
        return right(**question)
    return right(**{**question, "leads": [{**lead, "mu": 0.0} for lead in question["leads"]]})
