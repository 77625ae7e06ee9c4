"""Populations of the states |level, S_z> in a Zeeman field, between leads that may be polarised.

An optional task of the protocol, beside the currents of `qdverify.suite.checks.zeeman`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from qdverify.protocol.json_types import SpinQuestion
from qdverify.protocol.spin_rules import SPIN_RULES
from qdverify.suite.certified import proven, reference_of_ball
from qdverify.suite.checks.invalid_input import rules_of
from qdverify.suite.checks.leads import many_leads
from qdverify.suite.checks.zeeman import STATES, arrangements, closed_form, in_a_field, of_states, worst
from qdverify.suite.comparators import close
from qdverify.suite.declare import Trial, check
from qdverify.suite.evidence import resting_on
from qdverify.suite.exact.lead_cases import solve_leads
from qdverify.suite.exact.spin_cases import SPIN_POPULATIONS, at_rest, boltzmann, one_level, solve_spins, unpolarised
from qdverify.suite.finding import Comparison, Reference, Stage, exact
from qdverify.suite.subject import Subject


def populations_of_states(
    subject: Subject, case: SpinQuestion, expected: Iterable[tuple[int, int, Reference]]
) -> Comparison:
    """Compare the populations of states, given as level and place; the worst relative to its size is returned."""
    measured, solved = subject.ask(SPIN_POPULATIONS, **case)["populations"], solve_spins(case)
    found = worst(
        close(
            measured[k][place],
            reference,
            solved.population_tolerance(subject, solved.populations[k][place]),
            note=f"level {k}, 2 S_z = {2 * place - case['levels'][k]['two_S']}",
        )
        for k, place, reference in expected
    )
    return resting_on(subject, [found], (SPIN_POPULATIONS, case))[0]


@check(
    "zeeman.blockade@2",
    suite="zeeman",
    stage=Stage.RATES,
    claim="P/P_0 = sum t f / sum t (1 - f) of a state's own spin, or its inverse: a spin without a way out blocks",
    equation="[J96] Eq. (3) for one S_z; physics.md section 5",
    tasks=(SPIN_POPULATIONS,),
    trials=arrangements,
)
def blockade(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare the populations of a singlet and a doublet with the closed form."""
    case, two_S_i = one_level(**trial.inputs), trial.inputs["two_S_i"]
    (singlet, of_up, of_down), _ = closed_form(case, two_S_i)
    # spin up joins the singlet to S_z = 1/2, or to S_z = -1/2 if the doublet has one electron less
    doublet = (of_down, of_up) if two_S_i == 0 else (of_up, of_down)
    places = [(two_S_i, 0, singlet), (1 - two_S_i, 0, doublet[0]), (1 - two_S_i, 1, doublet[1])]
    yield populations_of_states(subject, case, [(k, m, exact(P, "closed form")) for k, m, P in places])


@check(
    "zeeman.no-field-populations@1",
    suite="zeeman",
    stage=Stage.RATES,
    claim="Without field and between unpolarised leads all states of a level are equally populated",
    equation="Wigner and Eckart; [J96] Eq. (3) summed over S_z",
    tasks=(SPIN_POPULATIONS,),
    trials=many_leads("zeeman.no-field", 6, 40),
)
def no_field_populations(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare every state with its share of the exact population of its level."""
    case = unpolarised(trial.inputs["question"])
    populations = solve_leads(trial.inputs["question"]).populations
    sizes = [level["two_S"] + 1 for level in case["levels"]]
    shares = [[P / size] * size for P, size in zip(populations, sizes, strict=True)]
    yield populations_of_states(subject, case, _all_states(shares, "levels, 20 digits"))


@check(
    "zeeman.boltzmann@1",
    suite="zeeman",
    stage=Stage.RATES,
    claim="In equilibrium P is proportional to exp(-(E + b S_z - (gate + mu) N)/kT), however polarised the leads are",
    equation="detailed balance of [J96] Eq. (3)",
    tasks=(SPIN_POPULATIONS,),
    trials=in_a_field("zeeman.boltzmann", 6, 40),
)
def grand_canonical_states(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare every state with its Boltzmann factor."""
    case = at_rest(trial.inputs["question"])
    yield populations_of_states(subject, case, _all_states(boltzmann(case), "grand-canonical, 20 digits"))


def _all_states(populations: Iterable[Iterable[float]], origin: str) -> list[tuple[int, int, Reference]]:
    return [(k, m, exact(P, origin)) for k, states in enumerate(populations) for m, P in enumerate(states)]


@check(
    "zeeman.trees-populations@2",
    suite="zeeman",
    stage=Stage.RATES,
    claim="The population of every state |level, S_z> is the stationary one",
    equation="matrix-tree theorem with [J96] Eq. (3) for one S_z; physics.md section 5",
    tasks=(SPIN_POPULATIONS,),
    trials=of_states("zeeman.trees", 8, 60),
    requires=("zeeman.blockade",),
)
def trees_populations(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare the population of every state with the exact one."""
    case: SpinQuestion = trial.inputs["question"]
    yield populations_of_states(subject, case, _all_states(solve_spins(case).populations, STATES))


@check(
    "zeeman.enclosed-populations@1",
    suite="zeeman",
    stage=Stage.RATES,
    claim="The population of every state |level, S_z> lies within the claimed accuracy of its enclosure",
    equation="[J96] Eq. (2); certification.md item 6",
    tasks=(SPIN_POPULATIONS,),
    trials=in_a_field("zeeman.enclosed", 3, 30),
    requires=("zeeman.blockade",),
)
def enclosed_populations(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare the population of every state with its ball."""
    case: SpinQuestion = trial.inputs["question"]
    found = proven(SPIN_POPULATIONS, case)
    balls = [
        (k, m, reference_of_ball(found, ball))
        for k, states in enumerate(found.values["populations"])
        for m, ball in enumerate(states)
    ]
    yield populations_of_states(subject, case, balls)


rules = rules_of(SPIN_POPULATIONS, "zeeman", SPIN_RULES, name="rules-of-populations")
