"""Exact parts of dI/dV with the errors that they allow, and the devices that checks try.

`analytic.negative_conductance` derives of every number by what a relative error of all rates is multiplied in it at
most. An absolute accuracy refers to 1/kT for the growth of a population, as a bias shifts no energy by more than
dV/kT, and to the natural size of a current over kT for dI/dV and its parts, with the kT of the coldest lead.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Final

from mpmath import workdps

from analytic import (
    Chain,
    ConductanceParts,
    aggregated_hops,
    conductance_parts_exact,
    fermi_functions,
    lead_currents_exact,
)
from qdverify.protocol.accuracy import Accuracy
from qdverify.protocol.conductance_parts_rules import TASK
from qdverify.protocol.json_types import ConductancePartsAnswer, Lead, LeadsQuestion, LeadTransition
from qdverify.suite.exact.lead_cases import random_leads_case
from qdverify.suite.exact.transport_cases import level
from qdverify.suite.exact.transport_reference import DIGITS, UNDERFLOW, allowance, relative_tolerance, rounding_error
from qdverify.suite.finding import Tolerance
from qdverify.suite.subject import Subject

MOST_LEVELS: Final = 6


class PartsReference:
    """The exact answer of a case in doubles, and what each number may be off by.

    Numbers stand in one row: dI/dV, the growth of every level, the part of every level.

    Parameters
    ----------
    found
        The exact answer.
    case
        What rounding errors are derived from.

    Attributes
    ----------
    values, sizes
        The numbers, and by what relative errors are multiplied in them.
    through
        dI/dV without its parts: what the bias lets pass more in each level.
    """

    def __init__(self, found: ConductanceParts, case: LeadsQuestion) -> None:
        self.levels, self.rounding = len(found.growth), rounding_error(case)
        self.values = [float(value) for value in (found.conductance, *found.growth, *found.parts)]
        self.sizes = [float(size) for size in (found.conductance_size, *found.growth_sizes, *found.part_sizes)]
        self.through = float(found.through)
        steepness = 1.0 / min(lead.get("kT", case["kT"]) for lead in case["leads"])
        flow = steepness * self.rounding.current
        self.natural = [flow, *[steepness] * self.levels, *[flow] * self.levels]

    @property
    def growth(self) -> range:
        """Places of the growths."""
        return range(1, 1 + self.levels)

    @property
    def parts(self) -> range:
        """Places of the parts."""
        return range(1 + self.levels, 1 + 2 * self.levels)

    def name(self, place: int) -> str:
        """Return what stands at a place."""
        if place == 0:
            return "dI_dV"
        return f"{'growth' if place in self.growth else 'part'} of level {(place - 1) % self.levels}"

    def tolerance(self, subject: Subject, weights: Mapping[int, float]) -> Tolerance:
        """Return what the sum of weight times number may be off by."""
        scale, natural = (
            sum(abs(weight) * numbers[place] for place, weight in weights.items())
            for numbers in (self.sizes, self.natural)
        )
        claimed = relative_tolerance(subject, TASK, scale, self.rounding, natural)
        origin = f"{claimed.origin} (of what errors of the rates are multiplied by) + smallest double"
        return replace(claimed, value=claimed.value + self._underflow(weights), origin=origin)

    def slack(self, accuracy: Accuracy, place: int) -> float:
        """Return what a number may be off by at an accuracy."""
        claimed = allowance(accuracy, self.sizes[place], self.rounding, self.natural[place])
        return claimed + self._underflow({place: 1.0})

    def _underflow(self, weights: Mapping[int, float]) -> float:
        return UNDERFLOW * (1.0 + sum(abs(weight) * max(1.0, self.natural[place]) for place, weight in weights.items()))


def in_a_row(answer: ConductancePartsAnswer) -> list[float]:
    """Return the numbers of an answer in the order of `PartsReference.values`."""
    return [answer["dI_dV"], *answer["growth"], *answer["parts"]]


def parts_of(case: LeadsQuestion) -> PartsReference:
    """Return the exact answer to a case, from memory if it was asked before."""
    return _solved(json.dumps(case, sort_keys=True))


@lru_cache(maxsize=1024)
def _solved(document: str, split: str = "1/2") -> PartsReference:
    case = json.loads(document)
    return PartsReference(conductance_parts_exact(**case, split=split, digits=DIGITS), case)


def bias_falling_on(name: str) -> Callable[[LeadsQuestion], PartsReference]:
    """Return what solves a case whose further bias falls on one lead alone."""
    return lambda case: _solved(json.dumps(case, sort_keys=True), {"L": "1", "R": "0"}[name])


def passed_in_levels(case: LeadsQuestion) -> tuple[list[float], list[float], list[float]]:
    """Return the electrons that pass L, then R, from left to right per time in each level, and the populations."""
    return _passed_in_levels(json.dumps(case, sort_keys=True))


@lru_cache(maxsize=128)
def _passed_in_levels(document: str) -> tuple[list[float], list[float], list[float]]:
    chain = Chain.from_case(**json.loads(document))
    size = len(chain.levels)
    found = {"L": [0.0] * size, "R": [0.0] * size}
    with workdps(DIGITS + 10):
        hops = aggregated_hops(chain, fermi_functions(chain))
        for hop in hops:
            found[hop.lead][hop.start] += float((hop.electrons if hop.lead == "L" else -hop.electrons) * hop.rate)
    populations = lead_currents_exact(**json.loads(document), digits=DIGITS).populations
    return found["L"], found["R"], [float(P) for P in populations]


def between_L_and_R(case: LeadsQuestion, order: Sequence[str] = ("L", "R")) -> LeadsQuestion:
    """Return a case between its first two leads alone, under these names."""
    names = {lead["name"]: name for lead, name in zip(case["leads"], order, strict=False)}
    leads: list[Lead] = [{**lead, "name": names[lead["name"]]} for lead in case["leads"][:2]]
    transitions: list[LeadTransition] = []
    for item in case["transitions"]:
        M = item["M"]
        given = {name: M[old] for old, name in names.items()} if isinstance(M, Mapping) else M
        transitions.append({"from": item["from"], "to": item["to"], "M": given})
    return {**case, "leads": leads, "transitions": transitions}


def random_parts_case(choose: random.Random, *, per_lead: bool = False) -> LeadsQuestion:
    """Return a random chain between L and R in either order, mu_L above or below mu_R."""
    case = random_leads_case(choose, per_lead=per_lead, most=MOST_LEVELS)
    return between_L_and_R(case, choose.choice((("L", "R"), ("R", "L"))))


def exchanged(case: LeadsQuestion) -> LeadsQuestion:
    """Return the case with L and R exchanged, rates, potentials, temperatures and M_ji, which turns the bias around."""
    return between_L_and_R(case, [{"L": "R", "R": "L"}[lead["name"]] for lead in case["leads"]])


def weak_level(bias: float, place: int, *, one_way: bool = False) -> LeadsQuestion:
    """Return an empty dot with levels of one electron at 1/8 and 1/4, the second of which is slow to leave.

    Parameters
    ----------
    bias
        1/2 of either sign opens the second.
    place
        Of the second level in the list, 0 to 2.
    one_way
        Whether it is slow at the lead alone to which electrons leave, else at both.
    """
    slow = 2.0**-7
    if one_way:
        M: float | dict[str, float] = {"L": 0.5, "R": slow} if bias > 0.0 else {"L": slow, "R": 0.5}
    else:
        M = slow
    order = [0, 1]
    order.insert(place, 2)
    levels = [level(0, 0.0, 0), level(1, 0.125, 1), level(1, 0.25, 1)]
    transitions: list[LeadTransition] = [
        {"from": order.index(0), "to": order.index(1), "M": 0.5},
        {"from": order.index(0), "to": place, "M": M},
    ]
    return {
        "levels": [levels[k] for k in order],
        "transitions": transitions,
        "leads": [{"name": "L", "rate": 1.0, "mu": 0.5 * bias}, {"name": "R", "rate": 0.5, "mu": -0.5 * bias}],
        "kT": 2.0**-6,
        "gate": 0.0,
    }
