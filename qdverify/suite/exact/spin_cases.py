"""Rate equations resolved by S_z that checks try, and their exact answers with the errors they allow.

Errors are those of `qdverify.suite.exact.transport_reference` for the chain of the states |level, S_z>: n is the number
of states, and the field adds to the size of the energies. The current of a spin through a lead may be off by what the
claimed accuracy makes of the gross flow of that spin there, and heat by what `qdverify.suite.exact.lead_cases` allows,
with b/2 among the energies of an electron.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from typing import Final, Literal, TypeAlias

from mpmath import workdps

from analytic import Chain, clebsch_gordan_squared, grand_canonical, spin_currents_exact
from qdverify.protocol.accuracy import natural_size, probability_at, rates_of_spins
from qdverify.protocol.json_types import (
    Lead,
    LeadsQuestion,
    LeadTransition,
    Level,
    RatesOfSpins,
    SpinLead,
    SpinQuestion,
)
from qdverify.suite.exact.lead_cases import energy_rounding, random_leads_case
from qdverify.suite.exact.transport_cases import level, two_levels
from qdverify.suite.exact.transport_reference import DIGITS, UNDERFLOW, Rounding, relative_tolerance, rounding_error
from qdverify.suite.finding import Tolerance
from qdverify.suite.subject import Subject

SPIN_CURRENTS: Final = "spin_currents"
SPIN_HEAT: Final = "spin_heat"
SPIN_POPULATIONS: Final = "spin_populations"
Spin: TypeAlias = Literal["up", "down"]
SPINS: Final[tuple[tuple[Spin, int], ...]] = (("up", 1), ("down", -1))
ByLead: TypeAlias = Mapping[str, float]


@dataclass(frozen=True)
class SpinReference:
    """The exact answer of a case, rounded to doubles.

    Attributes
    ----------
    populations
        Of each level, from S_z = -S to S.
    currents, gross
        Electrons of either spin per time from each lead into the dot, net, and in plus out.
    rounding
        What double precision means in this case.
    heat, gross_heat
        Heat of both spins per time out of each lead, net, and in plus out.
    natural_heat
        Natural size of a heat current.
    heat_rounding
        Rounding error of the heat of one electron.
    """

    populations: tuple[tuple[float, ...], ...]
    currents: Mapping[Spin, ByLead]
    gross: Mapping[Spin, ByLead]
    rounding: Rounding
    heat: ByLead
    gross_heat: ByLead
    natural_heat: float
    heat_rounding: float

    def tolerance(self, subject: Subject, spin: Spin, names: Sequence[str], *, times: float = 1.0) -> Tolerance:
        """Return `times` what the currents of one spin, added up over these leads, may be off by."""
        gross, natural = times * sum(self.gross[spin][name] for name in names), times * len(names)
        claimed = relative_tolerance(subject, SPIN_CURRENTS, gross, self.rounding, natural * self.rounding.current)
        origin = f"{claimed.origin} (relative to gross flow) + smallest double"
        return replace(claimed, value=claimed.value + UNDERFLOW * (1 + natural), origin=origin)

    def heat_tolerance(
        self, subject: Subject, names: Sequence[str], factors: Sequence[float] | None = None
    ) -> Tolerance:
        """Return what the sum over leads of factor times heat may be off by."""
        times = [1.0] * len(names) if factors is None else [abs(factor) for factor in factors]
        gross = sum(
            factor * self.gross[spin][name] for factor, name in zip(times, names, strict=True) for spin, _ in SPINS
        )
        scale = sum(factor * self.gross_heat[name] for factor, name in zip(times, names, strict=True))
        claimed = relative_tolerance(subject, SPIN_HEAT, scale, self.rounding, sum(times) * self.natural_heat)
        more = self.heat_rounding * gross
        origin = f"{claimed.origin} (relative to gross flow) + smallest double + rounding of the energies {more:.1e}"
        return replace(claimed, value=claimed.value + more + UNDERFLOW * (1 + sum(times)), origin=origin)

    def population_tolerance(self, subject: Subject, population: float) -> Tolerance:
        """Return what a population may be off by."""
        claimed = relative_tolerance(subject, SPIN_POPULATIONS, population, self.rounding, 1.0)
        return replace(claimed, value=claimed.value + UNDERFLOW, origin=f"{claimed.origin} + smallest double")


def solve_spins(case: SpinQuestion) -> SpinReference:
    """Return the exact answer of a case, from memory if it was asked before."""
    return _solved(json.dumps(case, sort_keys=True))


@lru_cache(maxsize=1024)
def _solved(document: str) -> SpinReference:
    case = json.loads(document)
    found = spin_currents_exact(**case, digits=DIGITS)
    currents, gross = (
        {
            spin: {name: float(value) for name, value in flows.items()}
            for (spin, _), flows in zip(SPINS, both, strict=True)
        }
        for both in ((found.up, found.down), (found.gross_up, found.gross_down))
    )
    populations = tuple(tuple(float(P) for P in states) for states in found.populations)
    natural, equation = natural_size(SPIN_CURRENTS, case) or 0.0, as_levels(case)
    heat, gross_heat = (
        {name: float(value) for name, value in flows.items()} for flows in (found.heat, found.gross_heat)
    )
    return SpinReference(
        populations,
        currents,
        gross,
        replace(rounding_error(equation), current=natural),
        heat,
        gross_heat,
        natural_size(SPIN_HEAT, case) or 0.0,
        energy_rounding(equation),
    )


def as_levels(case: SpinQuestion) -> LeadsQuestion:
    """Return the states of every level as levels without degeneracy, between leads "up NAME" and "down NAME"."""
    levels: list[Level] = []
    place: dict[tuple[int, int], int] = {}
    for k, one in enumerate(case["levels"]):
        for two_m in range(-one["two_S"], one["two_S"] + 1, 2):
            place[k, two_m] = len(levels)
            energy = Fraction(one["energy"]) + Fraction(case["zeeman"]) * two_m / 2
            levels.append(level(one["electrons"], float(energy), 0))
    transitions: list[LeadTransition] = []
    for item in case["transitions"]:
        two_S_i, two_S_j = (case["levels"][end]["two_S"] for end in (item["from"], item["to"]))
        for (k, two_m), start in place.items():
            for _, sigma in SPINS:
                end = place.get((item["to"], two_m + sigma))
                if k == item["from"] and end is not None:
                    squared = float(clebsch_gordan_squared(two_S_i, two_m, sigma, two_S_j, two_m + sigma))
                    share = squared * (two_S_i + 1) / (two_S_j + 1)
                    M = {
                        f"{spin} {lead['name']}": share * probability_at(item, lead) * (sign == sigma)
                        for lead in case["leads"]
                        for spin, sign in SPINS
                    }
                    transitions.append({"from": start, "to": end, "M": M})
    leads = [_of_spin(lead, spin) for spin, _ in SPINS for lead in case["leads"]]
    return {"levels": levels, "transitions": transitions, "leads": leads, "kT": case["kT"], "gate": case["gate"]}


def _of_spin(lead: SpinLead, spin: Spin) -> Lead:
    up, down = rates_of_spins(lead)
    one: Lead = {"name": f"{spin} {lead['name']}", "rate": up if spin == "up" else down, "mu": lead["mu"]}
    return {**one, "kT": lead["kT"]} if "kT" in lead else one


def boltzmann(case: SpinQuestion) -> tuple[tuple[float, ...], ...]:
    """Return the grand-canonical populations of all states in the field, at the first lead's potential and kT."""
    chain = Chain.from_case(**as_levels(case))
    with workdps(DIGITS + 10):
        states = iter([float(P) for P in grand_canonical(chain, chain.leads[0].mu)])
    return tuple(tuple(next(states) for _ in range(one["two_S"] + 1)) for one in case["levels"])


ARRANGEMENTS: Final[Mapping[str, tuple[float | RatesOfSpins, float | RatesOfSpins]]] = {
    "unpolarised leads": (1.0, 0.5),
    "parallel leads": ({"up": 1.0, "down": 0.25}, {"up": 0.5, "down": 0.125}),
    "antiparallel leads": ({"up": 1.0, "down": 0.25}, {"up": 0.125, "down": 0.5}),
    "a drain of spin up only": (1.0, {"up": 0.5, "down": 0.0}),
    "a source of spin down only": ({"up": 0.0, "down": 1.0}, 0.5),
}
"""Rates of source and drain."""


def one_level(
    two_S_i: int, two_S_j: int, arrangement: str, zeeman: float, *, bias: float = 0.5, kT: float = 0.0625
) -> SpinQuestion:
    """Return one transition in resonance between source and drain, in a field."""
    source, drain = ARRANGEMENTS[arrangement]
    leads: list[SpinLead] = [
        {"name": "source", "rate": source, "mu": 0.5 * bias},
        {"name": "drain", "rate": drain, "mu": -0.5 * bias},
    ]
    scheme = two_levels(two_S_i, two_S_j)
    transitions: list[LeadTransition] = [{**item} for item in scheme["transitions"]]
    return {
        "levels": scheme["levels"],
        "transitions": transitions,
        "leads": leads,
        "kT": kT,
        "gate": 0.5,
        "zeeman": zeeman,
    }


def random_spin_case(choose: random.Random, *, per_lead: bool = False) -> SpinQuestion:
    """Return a random chain in a field between 2 to 5 leads, most of them polarised; the first takes both spins."""
    case = random_leads_case(choose, per_lead=per_lead, most=4)
    return between_states(case, list(_polarised(choose, case)), choose.uniform(-3.0, 3.0) * case["kT"])


def between_states(case: LeadsQuestion, leads: Sequence[SpinLead], zeeman: float) -> SpinQuestion:
    """Return a case between levels as one between states, with these leads and in this field."""
    return {
        "levels": case["levels"],
        "transitions": case["transitions"],
        "leads": leads,
        "kT": case["kT"],
        "gate": case["gate"],
        "zeeman": zeeman,
    }


def _polarised(choose: random.Random, case: LeadsQuestion) -> Iterator[SpinLead]:
    for number, lead in enumerate(case["leads"]):
        rate, chance = lead["rate"], choose.random()
        down = 0.0 if number and chance < 0.2 else rate * 10 ** choose.uniform(-2, 0)
        both: RatesOfSpins = {"up": rate, "down": down} if choose.random() < 0.5 else {"up": down, "down": rate}
        chosen: SpinLead = {"name": lead["name"], "rate": both if chance < 0.8 else rate, "mu": lead["mu"]}
        yield {**chosen, "kT": lead["kT"]} if "kT" in lead else chosen


def unpolarised(case: LeadsQuestion) -> SpinQuestion:
    """Return a case between levels as one between states, without field."""
    return between_states(case, [{**lead} for lead in case["leads"]], 0.0)


def mirrored(case: SpinQuestion) -> SpinQuestion:
    """Return the case with the field reversed and the spins of all leads exchanged."""
    leads: list[SpinLead] = []
    for lead in case["leads"]:
        up, down = rates_of_spins(lead)
        leads.append({**lead, "rate": {"up": down, "down": up}})
    return {**case, "leads": leads, "zeeman": -case["zeeman"]}


def at_rest(case: SpinQuestion) -> SpinQuestion:
    """Return the case with every lead at the potential of the first, and without temperatures of their own."""
    leads: list[SpinLead] = [
        {"name": lead["name"], "rate": lead["rate"], "mu": case["leads"][0]["mu"]} for lead in case["leads"]
    ]
    return {**case, "leads": leads, "kT": 2 * case["kT"]}
