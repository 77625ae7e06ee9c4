"""Heat currents: one transition, the two laws of thermodynamics, Carnot's bound, and any number of leads exactly.

An optional task of the protocol. An electron that enters through lead l takes the heat E_j - E_i - gate - mu_l along.
"""

from __future__ import annotations

from collections.abc import Iterator

from qdverify.protocol.json_types import LeadsQuestion
from qdverify.suite.checks.leads import (
    PAIRS,
    at_each_lead,
    at_rest,
    engines,
    in_its_ball,
    many_leads,
    two_level,
    with_a_crowd,
)
from qdverify.suite.comparators import ComparisonError, at_most, close
from qdverify.suite.declare import Scope, Trial, check
from qdverify.suite.evidence import resting_on
from qdverify.suite.exact.lead_cases import (
    CURRENTS,
    HEAT,
    engine,
    solve_leads,
    temperature,
)
from qdverify.suite.finding import Comparison, Stage, Tolerance, exact
from qdverify.suite.subject import Subject


@check(
    "heat.one-transition@2",
    suite="heat",
    stage=Stage.CURRENT,
    claim="Through one transition every electron carries the heat E_j - E_i - gate - mu: J is proportional to I",
    equation="physics.md section 5; tight coupling of heat and charge",
    tasks=(HEAT,),
    trials=engines,
)
def one_transition(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare two levels between a hot and a cold lead with the closed form."""
    case = engine(**trial.inputs)
    current = two_level(case, trial.inputs["two_S_i"], trial.inputs["two_S_j"])
    expected = {
        lead["name"]: exact(sign * current * (0.5 - lead["mu"]), "closed form")
        for lead, sign in zip(case["leads"], (1.0, -1.0), strict=True)
    }
    yield from at_each_lead(subject, HEAT, case, expected)


@check(
    "heat.first-law@1",
    suite="heat",
    stage=Stage.CURRENT,
    claim="Energy is conserved: heat and work of all leads, sum (J + mu I), add up to 0",
    equation="first law of thermodynamics in the stationary state of [J96] Eq. (2)",
    tasks=(CURRENTS, HEAT),
    trials=many_leads("heat.first-law", 8, 60),
    requires=("heat.one-transition",),
)
def first_law(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Add up what was answered."""
    case: LeadsQuestion = trial.inputs["question"]
    names, mu = [lead["name"] for lead in case["leads"]], [lead["mu"] for lead in case["leads"]]
    flows, heat = subject.ask(CURRENTS, **case)["currents"], subject.ask(HEAT, **case)["heat"]
    total = sum(heat[name] + potential * flows[name] for name, potential in zip(names, mu, strict=True))
    reference = solve_leads(case)
    of_heat, of_work = (
        reference.tolerance(subject, HEAT, names),
        reference.tolerance(subject, CURRENTS, names, mu),
    )
    tolerance = Tolerance(of_heat.value + of_work.value, f"{of_heat.origin} + {of_work.origin}")
    both = close(total, exact(0.0, "energy is conserved"), tolerance)
    yield from resting_on(subject, [both], (CURRENTS, case), (HEAT, case))


@check(
    "heat.second-law@1",
    suite="heat",
    stage=Stage.CURRENT,
    claim="Entropy never falls: -sum J / kT >= 0, whatever the temperatures and potentials of the leads",
    equation="second law of thermodynamics; local detailed balance of [J96] Eq. (3)",
    tasks=(HEAT,),
    trials=many_leads("heat.second-law", 8, 60),
    requires=("heat.one-transition",),
)
def second_law(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Add up the entropy that the leads take in, and compare it with 0 and with the exact production."""
    case: LeadsQuestion = trial.inputs["question"]
    names = [lead["name"] for lead in case["leads"]]
    inverse = [1.0 / temperature(case, lead) for lead in case["leads"]]
    measured, reference = subject.ask(HEAT, **case)["heat"], solve_leads(case)
    produced, expected = (
        -sum(heat[name] * weight for name, weight in zip(names, inverse, strict=True))
        for heat in (measured, reference.heat)
    )
    tolerance = reference.tolerance(subject, HEAT, names, inverse)
    yield at_most(-produced, 0.0, tolerance, origin="entropy does not fall")
    found = close(produced, exact(expected, PAIRS), tolerance, note="entropy production")
    yield from resting_on(subject, [found], (HEAT, case))


@check(
    "heat.equilibrium@1",
    suite="heat",
    stage=Stage.CURRENT,
    claim="No heat flows if all leads have one chemical potential and one temperature",
    equation="detailed balance of [J96] Eq. (3)",
    tasks=(HEAT,),
    trials=many_leads("heat.equilibrium", 4, 30),
)
def equilibrium(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare the heat of every lead with 0."""
    yield from at_rest(subject, HEAT, trial)


def _engines(_: Scope) -> Iterator[Trial]:
    for share in (0.25, 0.5, 0.9375):
        yield Trial(f"{share:g} of Carnot's efficiency", {"share": share})


@check(
    "heat.carnot@1",
    suite="heat",
    stage=Stage.CURRENT,
    claim="An engine has at most Carnot's efficiency, and through one transition the bias over E_j - E_i - gate - mu",
    equation="second law of thermodynamics; tight coupling of heat and charge",
    tasks=(CURRENTS, HEAT),
    trials=_engines,
)
def carnot(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Divide the work that electrons gain by the heat of the hot lead; at Carnot's bias they would stop."""
    hot, cold = 0.25, 0.125
    limit = 1 - cold / hot
    bias = trial.inputs["share"] * limit * 0.5
    case, reference = engine(hot, cold, bias), solve_leads(engine(hot, cold, bias))
    current, heat = subject.ask(CURRENTS, **case)["currents"]["hot"], subject.ask(HEAT, **case)["heat"]["hot"]
    if heat <= 0:
        raise ComparisonError(f"heat={heat:.3g} out of the hot lead must be positive while the dot is an engine")
    off = sum(
        reference.tolerance(subject, task, ["hot"]).value / abs(size["hot"])
        for task, size in ((CURRENTS, reference.currents), (HEAT, reference.heat))
    )
    efficiency = bias * current / heat
    tolerance = Tolerance(2 * off * bias / 0.5, "relative tolerances of current and heat")
    yield at_most(efficiency, limit, tolerance, origin="Carnot's efficiency")
    found = close(efficiency, exact(bias / 0.5, "bias over E_j - E_i"), tolerance)
    yield from resting_on(subject, [found], (CURRENTS, case), (HEAT, case))


@check(
    "heat.pairs@2",
    suite="heat",
    stage=Stage.CURRENT,
    claim="The heat of every lead is what it exchanges with each other lead, over all spanning trees",
    equation="matrix-tree theorem with [J96] Eq. (2); physics.md section 5",
    tasks=(HEAT,),
    trials=with_a_crowd(many_leads("leads.pairs", 12, 100), "leads.crowd"),
    requires=("heat.one-transition",),
)
def pairs(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare the heat of every lead with the exact one."""
    case = trial.inputs["question"]
    expected = {name: exact(heat, PAIRS) for name, heat in solve_leads(case).heat.items()}
    yield from at_each_lead(subject, HEAT, case, expected)


@check(
    "heat.enclosed@1",
    suite="heat",
    stage=Stage.CURRENT,
    claim="The heat of every lead lies within the claimed accuracy of its enclosure",
    equation="[J96] Eq. (2); certification.md item 6",
    tasks=(HEAT,),
    trials=many_leads("leads.enclosed", 4, 30),
    requires=("heat.one-transition",),
)
def enclosed(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare the heat of every lead with its ball."""
    yield from in_its_ball(subject, HEAT, trial)
