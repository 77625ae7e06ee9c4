"""Heat in a Zeeman field and between polarised leads: one level, the two laws, the mirrored case, and exactly.

An optional task of the protocol, beside the currents of `qdverify.suite.checks.zeeman`. An electron of spin sigma = +-1
that enters through lead l takes the heat E_j - E_i + b sigma/2 - gate - mu_l along.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from qdverify.protocol.json_types import SpinQuestion
from qdverify.protocol.spin_rules import SPIN_RULES
from qdverify.suite.certified import proven, reference_of_ball
from qdverify.suite.checks.invalid_input import rules_of
from qdverify.suite.checks.zeeman import STATES, arrangements, closed_form, in_a_field, of_states, worst
from qdverify.suite.comparators import at_most, close
from qdverify.suite.declare import Trial, check
from qdverify.suite.evidence import resting_on
from qdverify.suite.exact.spin_cases import (
    SPIN_CURRENTS,
    SPIN_HEAT,
    SPINS,
    at_rest,
    mirrored,
    one_level,
    solve_spins,
)
from qdverify.suite.finding import Comparison, Reference, Stage, Tolerance, exact
from qdverify.suite.subject import Subject


def heat_of_leads(
    subject: Subject, case: SpinQuestion, expected: Mapping[str, Reference], *, times: float = 1.0
) -> Comparison:
    """Compare the heat out of every lead; the worst is returned."""
    measured, solved = subject.ask(SPIN_HEAT, **case)["heat"], solve_spins(case)
    found = worst(
        close(measured[name], reference, solved.heat_tolerance(subject, [name], [times]), note=name)
        for name, reference in expected.items()
    )
    return resting_on(subject, [found], (SPIN_HEAT, case))[0]


@check(
    "zeeman.heat-one-level@2",
    suite="zeeman",
    stage=Stage.CURRENT,
    claim="Through one doublet an electron of spin sigma carries E_j - E_i + b sigma/2 - gate - mu: J = sum J_sigma",
    equation="physics.md section 5; tight coupling of heat and current of one spin",
    tasks=(SPIN_HEAT,),
    trials=arrangements,
)
def heat_of_one_level(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare a singlet and a doublet with the closed form of a star of three states."""
    case = one_level(**trial.inputs)
    _, currents = closed_form(case, trial.inputs["two_S_i"])
    expected: dict[str, Reference] = {}
    for place, lead in enumerate(case["leads"]):
        # the level lies at the gate
        carried = {spin: 0.5 * sigma * case["zeeman"] - lead["mu"] for spin, sigma in SPINS}
        heat = sum(carried[spin] * currents[spin][place] for spin, _ in SPINS)
        expected[lead["name"]] = exact(heat, "closed form")
    yield heat_of_leads(subject, case, expected)


@check(
    "zeeman.first-law@1",
    suite="zeeman",
    stage=Stage.CURRENT,
    claim="Energy is conserved in a field: heat and work of all leads, sum (J + mu I) over both spins, add up to 0",
    equation="first law of thermodynamics in the stationary state of [J96] Eq. (2)",
    tasks=(SPIN_CURRENTS, SPIN_HEAT),
    trials=in_a_field("zeeman.first-law", 6, 40),
    requires=("zeeman.heat-one-level",),
)
def first_law(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Add up what was answered."""
    case: SpinQuestion = trial.inputs["question"]
    solved, names = solve_spins(case), [lead["name"] for lead in case["leads"]]
    flows, heat = subject.ask(SPIN_CURRENTS, **case), subject.ask(SPIN_HEAT, **case)["heat"]
    total = sum(heat[lead["name"]] for lead in case["leads"])
    of_heat = solved.heat_tolerance(subject, names)
    allowed = of_heat.value
    for lead in case["leads"]:
        total += lead["mu"] * (flows["up"][lead["name"]] + flows["down"][lead["name"]])
        allowed += abs(lead["mu"]) * sum(solved.tolerance(subject, spin, [lead["name"]]).value for spin, _ in SPINS)
    tolerance = Tolerance(allowed, f"{of_heat.origin} + work: as the currents of spins")
    found = close(total, exact(0.0, "energy is conserved"), tolerance)
    yield from resting_on(subject, [found], (SPIN_CURRENTS, case), (SPIN_HEAT, case))


@check(
    "zeeman.second-law@1",
    suite="zeeman",
    stage=Stage.CURRENT,
    claim="Entropy never falls in a field: -sum J / kT >= 0, however polarised the leads are",
    equation="second law of thermodynamics; local detailed balance of [J96] Eq. (3) for one S_z",
    tasks=(SPIN_HEAT,),
    trials=in_a_field("zeeman.second-law", 6, 40),
    requires=("zeeman.heat-one-level",),
)
def second_law(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Add up the entropy that the leads take in, and compare it with 0 and with the exact production."""
    case: SpinQuestion = trial.inputs["question"]
    names = [lead["name"] for lead in case["leads"]]
    inverse = [1.0 / lead.get("kT", case["kT"]) for lead in case["leads"]]
    measured, solved = subject.ask(SPIN_HEAT, **case)["heat"], solve_spins(case)
    produced, expected = (
        -sum(heat[name] * weight for name, weight in zip(names, inverse, strict=True))
        for heat in (measured, solved.heat)
    )
    tolerance = solved.heat_tolerance(subject, names, inverse)
    yield at_most(-produced, 0.0, tolerance, origin="entropy does not fall")
    found = close(produced, exact(expected, STATES), tolerance, note="entropy production")
    yield from resting_on(subject, [found], (SPIN_HEAT, case))


@check(
    "zeeman.heat-mirror@1",
    suite="zeeman",
    stage=Stage.CURRENT,
    claim="The field reversed and the spins of all leads exchanged, every lead gives the same heat",
    equation="symmetry of [J96] Eqs. (2) and (3) under S_z -> -S_z",
    tasks=(SPIN_HEAT,),
    trials=in_a_field("zeeman.heat-mirror", 4, 30),
    requires=("zeeman.heat-one-level",),
)
def mirror(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare the heat of the mirrored case with that of the case."""
    case: SpinQuestion = trial.inputs["question"]
    here = subject.ask(SPIN_HEAT, **case)["heat"]
    expected: dict[str, Reference] = {name: exact(value, "mirrored", own=True) for name, value in here.items()}
    yield heat_of_leads(subject, mirrored(case), expected, times=2.0)


@check(
    "zeeman.heat-equilibrium@1",
    suite="zeeman",
    stage=Stage.CURRENT,
    claim="No heat flows in a field if all leads have one chemical potential and one temperature",
    equation="detailed balance of [J96] Eq. (3)",
    tasks=(SPIN_HEAT,),
    trials=in_a_field("zeeman.heat-equilibrium", 4, 30),
)
def equilibrium(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare the heat of every lead with 0; all there is to cancel is the gross flow."""
    case = at_rest(trial.inputs["question"])
    yield heat_of_leads(subject, case, {lead["name"]: exact(0.0, "equilibrium") for lead in case["leads"]})


@check(
    "zeeman.heat-trees@2",
    suite="zeeman",
    stage=Stage.CURRENT,
    claim="The heat of every lead in a field is that of the stationary state over all S_z",
    equation="matrix-tree theorem with [J96] Eq. (3) for one S_z; physics.md section 5",
    tasks=(SPIN_HEAT,),
    trials=of_states("zeeman.trees", 8, 60),
    requires=("zeeman.heat-one-level",),
)
def heat_trees(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare the heat of every lead with the exact one."""
    case: SpinQuestion = trial.inputs["question"]
    yield heat_of_leads(subject, case, {name: exact(heat, STATES) for name, heat in solve_spins(case).heat.items()})


@check(
    "zeeman.heat-enclosed@1",
    suite="zeeman",
    stage=Stage.CURRENT,
    claim="The heat of every lead in a field lies within the claimed accuracy of its enclosure",
    equation="[J96] Eq. (2); certification.md item 6",
    tasks=(SPIN_HEAT,),
    trials=in_a_field("zeeman.enclosed", 3, 30),
    requires=("zeeman.heat-one-level",),
)
def heat_enclosed(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare the heat of every lead with its ball."""
    case: SpinQuestion = trial.inputs["question"]
    found = proven(SPIN_HEAT, case)
    yield heat_of_leads(
        subject, case, {name: reference_of_ball(found, ball) for name, ball in found.values["heat"].items()}
    )


rules = rules_of(SPIN_HEAT, "zeeman", SPIN_RULES, name="rules-of-heat")
