"""Cases that random ones leave out: twelve leads, some without a coupling, strengths above 1, high spins, fields.

A program that reads an M_ji of 0 as missing, takes M_ji or a rate for a probability of at most 1, has arrays for a few
leads, or tables of Clebsch-Gordan coefficients up to S = 3/2, answers all questions about short random chains.
"""

from __future__ import annotations

import random
from typing import Final

from qdverify.protocol.json_types import Lead, LeadsQuestion, LeadTransition, SpinLead, SpinQuestion
from qdverify.suite.exact.spin_cases import between_states
from qdverify.suite.exact.transport_cases import level

LEADS: Final = 12
UNCOUPLED: Final = (2, 7)
"""A lead whose rate is 0, and one that only the first transition couples to."""
_SPINS: Final = (3, 4, 5, 4)
"""Twice the spins of 5, 6, 7 and 8 electrons, which grow and fall."""


def crowded(choose: random.Random) -> LeadsQuestion:
    """Return levels of S = 3/2, 2, 5/2 and 2 between twelve leads, each with its own M_ji, most with their own kT."""
    names = choose.sample([f"lead {k}" for k in range(LEADS)], LEADS)
    leads: list[Lead] = []
    for k, name in enumerate(names):
        rate = 0.0 if k == UNCOUPLED[0] else 2 ** choose.uniform(-3, 3)
        one: Lead = {"name": name, "rate": rate, "mu": choose.uniform(-0.5, 0.5)}
        leads.append({**one, "kT": 2 ** choose.uniform(-2, 0)} if k % 3 else one)
    transitions: list[LeadTransition] = []
    for k in range(len(_SPINS) - 1):
        M = {name: 2 ** choose.uniform(-4, 3) for name in names}
        transitions.append({"from": k, "to": k + 1, "M": {**M, names[UNCOUPLED[1]]: 0.0 if k else 1.0}})
    levels = [level(5 + k, choose.uniform(-0.5, 0.5), two_S) for k, two_S in enumerate(_SPINS)]
    return {"levels": levels, "transitions": transitions, "leads": leads, "kT": 0.5, "gate": choose.uniform(-0.5, 0.5)}


def crowded_in_a_field(choose: random.Random) -> SpinQuestion:
    """Return the same in a field of several kT, every other lead polarised."""
    case = crowded(choose)
    leads: list[SpinLead] = [
        {**lead, "rate": {"up": lead["rate"], "down": 3.0 * lead["rate"]} if k % 2 else lead["rate"]}
        for k, lead in enumerate(case["leads"])
    ]
    return between_states(case, leads, choose.choice((-1.0, 1.0)) * choose.uniform(1.0, 2.0))
