"""Rate equations between any number of leads that checks try, and their exact answers with the errors they allow.

Errors are those of `qdverify.suite.exact.transport_reference`. An electron carries the heat h = E_j - E_i - gate - mu,
which double precision forms to ``4 epsilon A``, where A is the sum of the magnitudes of the four. So heat is allowed
what the claimed accuracy makes of its gross flow, the sum of abs(h) over electrons in and out, and 4 epsilon A times
the gross flow of electrons.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final, SupportsFloat

from analytic import lead_currents_exact
from qdverify.protocol.accuracy import natural_size
from qdverify.protocol.json_types import Lead, LeadsQuestion, LeadTransition, TransportQuestion
from qdverify.suite.exact.transport_cases import random_level_scheme, two_levels
from qdverify.suite.exact.transport_reference import (
    DIGITS,
    UNDERFLOW,
    Rounding,
    relative_tolerance,
    rounding_error,
)
from qdverify.suite.finding import Tolerance
from qdverify.suite.subject import Subject

CURRENTS: Final = "lead_currents"
HEAT: Final = "heat_currents"
NAMES: Final = ("source", "drain", "probe", "L", "R", "gate electrode", "3")


@dataclass(frozen=True)
class LeadReference:
    """The exact answer of a case, rounded to doubles, each by the name of a lead.

    Attributes
    ----------
    currents, heat
        Electrons per time from the lead into the dot, and heat per time out of it.
    gross, gross_heat
        Electrons, and magnitudes of their heat, in plus out.
    rounding
        What double precision means in this case.
    natural_heat
        Natural size of a heat current.
    heat_rounding
        Rounding error of the heat of one electron.
    populations
        Of each level, summed over S_z.
    """

    currents: Mapping[str, float]
    heat: Mapping[str, float]
    gross: Mapping[str, float]
    gross_heat: Mapping[str, float]
    rounding: Rounding
    natural_heat: float
    heat_rounding: float
    populations: tuple[float, ...]

    def tolerance(
        self, subject: Subject, task: str, names: Sequence[str], factors: Sequence[float] | None = None
    ) -> Tolerance:
        """Return what the sum over leads of factor times a current, or times heat, may be off by."""
        times = [1.0] * len(names) if factors is None else [abs(factor) for factor in factors]
        gross = sum(factor * self.gross[name] for factor, name in zip(times, names, strict=True))
        if task == CURRENTS:
            scale, natural, more = gross, self.rounding.current, 0.0
        else:
            scale = sum(factor * self.gross_heat[name] for factor, name in zip(times, names, strict=True))
            natural, more = self.natural_heat, self.heat_rounding * gross
        claimed = relative_tolerance(subject, task, scale, self.rounding, sum(times) * natural)
        origin = f"{claimed.origin} (relative to gross flow) + smallest double"
        origin += f" + rounding of the energies {more:.1e}" if more else ""
        return replace(claimed, value=claimed.value + more + UNDERFLOW * (1 + sum(times)), origin=origin)


def solve_leads(case: LeadsQuestion) -> LeadReference:
    """Return the exact answer of a case, from memory if it was asked before."""
    return _solved(json.dumps(case, sort_keys=True))


@lru_cache(maxsize=1024)
def _solved(document: str) -> LeadReference:
    case = json.loads(document)
    found = lead_currents_exact(**case, digits=DIGITS)
    return LeadReference(
        currents=_rounded(found.currents),
        heat=_rounded(found.heat),
        gross=_rounded(found.gross),
        gross_heat=_rounded(found.gross_heat),
        rounding=rounding_error(case),
        natural_heat=natural_size(HEAT, case) or 0.0,
        heat_rounding=energy_rounding(case),
        populations=tuple(float(population) for population in found.populations),
    )


def energy_rounding(case: LeadsQuestion | TransportQuestion) -> float:
    """Return 4 epsilon A, the rounding error of E_j - E_i - gate - mu."""
    largest = max(abs(level["energy"]) for level in case["levels"])
    size = 2 * largest + abs(case["gate"]) + max(abs(lead["mu"]) for lead in case["leads"])
    return 4 * sys.float_info.epsilon * size


def _rounded(numbers: Mapping[str, SupportsFloat]) -> dict[str, float]:
    return {name: float(value) for name, value in numbers.items()}


def temperature(case: LeadsQuestion, lead: Lead) -> float:
    """Return the temperature of a lead: its own, or that of the case."""
    return lead.get("kT", case["kT"])


def engine(hot: float, cold: float, bias: float, two_S_i: int = 0, two_S_j: int = 1) -> LeadsQuestion:
    """Return one transition at 1/2 above a hot lead, whose heat can drive electrons up to a cold lead at mu = bias."""
    leads: list[Lead] = [
        {"name": "hot", "rate": 1.0, "mu": 0.0, "kT": hot},
        {"name": "cold", "rate": 0.25, "mu": bias, "kT": cold},
    ]
    scheme = two_levels(two_S_i, two_S_j)
    transitions: list[LeadTransition] = [{**item} for item in scheme["transitions"]]
    return {"levels": scheme["levels"], "transitions": transitions, "leads": leads, "kT": 1.0, "gate": 0.0}


def random_leads_case(
    choose: random.Random, *, per_lead: bool = False, own_kT: bool = True, most: int = 6
) -> LeadsQuestion:
    """Return a random chain between 2 to 5 leads, with rates and populations down to e^-40 or so."""
    scheme = random_level_scheme(choose, most)
    names = choose.sample(NAMES, choose.randint(2, 5))
    leads: list[Lead] = [
        {"name": name, "rate": 10 ** choose.uniform(-2, 0), "mu": choose.uniform(-0.5, 0.5)} for name in names
    ]
    gate = choose.uniform(-0.5, 0.5)
    energies = [level["energy"] for level in scheme["levels"]]
    steps = [energies[item["to"]] - energies[item["from"]] - gate for item in scheme["transitions"]]
    kT = max(abs(step - lead["mu"]) for step in steps for lead in leads) / choose.uniform(2.0, 40.0)
    if own_kT:
        leads = [{**lead, "kT": kT * 2 ** choose.uniform(0, 2)} if choose.random() < 0.6 else lead for lead in leads]
    transitions: list[LeadTransition] = [{**item} for item in scheme["transitions"]]
    if per_lead:
        transitions = [{**item, "M": {name: 10 ** choose.uniform(-2, 0) for name in names}} for item in transitions]
    return {"levels": scheme["levels"], "transitions": transitions, "leads": leads, "kT": kT, "gate": gate}


def in_equilibrium(case: LeadsQuestion) -> LeadsQuestion:
    """Return the case with every lead at the chemical potential and temperature of the first."""
    first = case["leads"][0]
    kT = temperature(case, first)
    leads: list[Lead] = [{"name": lead["name"], "rate": lead["rate"], "mu": first["mu"]} for lead in case["leads"]]
    return {**case, "leads": leads, "kT": kT}


def split(case: LeadsQuestion, share: float) -> LeadsQuestion:
    """Return the case with the first lead as two leads of the same kind that share its rate; one is named "twin"."""
    first, *others = case["leads"]
    parts: list[Lead] = [{**first, "rate": share * first["rate"]}]
    parts.append({**first, "name": "twin", "rate": (1 - share) * first["rate"]})
    transitions: list[LeadTransition] = []
    for item in case["transitions"]:
        M = item["M"]
        given = {**M, "twin": M[first["name"]]} if isinstance(M, Mapping) else M
        transitions.append({"from": item["from"], "to": item["to"], "M": given})
    return {**case, "leads": [*others, *parts], "transitions": transitions}
