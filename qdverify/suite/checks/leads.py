"""Currents of any number of leads, of any names, each with its own chemical potential, temperature and M_ji.

An optional task of the protocol. The flow from each lead into the dot is counted; all of them add up to nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from math import exp
from typing import Final

from analytic import two_level_current
from qdverify.protocol.inputs import LEAD_TASKS
from qdverify.protocol.json_types import LeadsQuestion, SpinQuestion
from qdverify.protocol.lead_rules import LEAD_RULES
from qdverify.suite.certified import proven, reference_of_ball
from qdverify.suite.checks.invalid_input import rules_of
from qdverify.suite.comparators import close
from qdverify.suite.declare import Scope, Trial, Trials, check
from qdverify.suite.evidence import resting_on
from qdverify.suite.exact.crowded_cases import crowded
from qdverify.suite.exact.lead_cases import (
    CURRENTS,
    HEAT,
    engine,
    in_equilibrium,
    random_leads_case,
    solve_leads,
    split,
)
from qdverify.suite.finding import Comparison, Reference, Stage, exact
from qdverify.suite.subject import Subject

PAIRS = "Landauer form, pairs of leads, 20 digits"
ENGINES = (
    (0.25, 0.125, 0.125),
    (0.125, 0.25, 0.0625),
    (0.25, 0.0625, 0.375),
    (0.125, 0.125, 0.25),
    (2.0**-9, 2.0**-10, 0.125),
)
"""Temperatures of the hot and the cold lead, and the bias that electrons climb; the last has currents of e^-256."""
_FIELD: Final = {CURRENTS: "currents", HEAT: "heat"}


def engines(scope: Scope) -> Iterator[Trial]:
    """Yield two leads of two temperatures; `engine` makes the case."""
    for two_S_i, two_S_j in ((0, 1), (1, 0), (2, 3)) if scope.full else ((0, 1), (1, 0)):
        for hot, cold, bias in ENGINES:
            inputs = {"hot": hot, "cold": cold, "bias": bias, "two_S_i": two_S_i, "two_S_j": two_S_j}
            yield Trial(f"2S = {two_S_i} -> {two_S_j}, kT = {hot:g} and {cold:g}, bias {bias:g}", inputs)


def many_leads(
    name: str, quick: int, full: int, *, make: Callable[..., LeadsQuestion | SpinQuestion] = random_leads_case
) -> Trials:
    """Return random chains between 2 to 5 leads; every other one has its own M_ji at each lead."""

    def trials(scope: Scope) -> Iterator[Trial]:
        choose = scope.random(name)
        for number in range(full if scope.full else quick):
            case = make(choose, per_lead=number % 2 == 1)
            yield Trial(f"random chain {number}, {len(case['leads'])} leads", {"question": case})

    return trials


def with_a_crowd(trials: Trials, name: str, *, make: Callable[..., LeadsQuestion | SpinQuestion] = crowded) -> Trials:
    """Return the trials and one more, high spins between twelve leads of which some are not coupled."""

    def all_trials(scope: Scope) -> Iterator[Trial]:
        yield from trials(scope)
        yield Trial("twelve leads", {"question": make(scope.random(name))})

    return all_trials


@check(
    "leads.one-transition@2",
    suite="leads",
    stage=Stage.CURRENT,
    claim="Two leads of two temperatures: I = 2 M g_i t_1 t_2 (f_1 - f_2) / [g_i sum t (1-f) + g_j sum t f]",
    equation="[J96] Eqs. (2) and (3); physics.md section 5",
    tasks=(CURRENTS,),
    trials=engines,
)
def one_transition(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare two levels between a hot and a cold lead with the closed form."""
    case = engine(**trial.inputs)
    current = two_level(case, trial.inputs["two_S_i"], trial.inputs["two_S_j"])
    expected = {"hot": exact(current, "closed form"), "cold": exact(-current, "closed form")}
    yield from at_each_lead(subject, CURRENTS, case, expected)


def at_each_lead(
    subject: Subject, task: str, case: LeadsQuestion, expected: Mapping[str, Reference]
) -> Iterator[Comparison]:
    """Compare the current, or the heat, of every lead with its reference."""
    measured, solved = subject.ask(task, **case)[_FIELD[task]], solve_leads(case)
    found = [
        close(measured[name], reference, solved.tolerance(subject, task, [name]), note=name)
        for name, reference in expected.items()
    ]
    yield from resting_on(subject, found, (task, case))


def two_level(case: LeadsQuestion, two_S_i: int, two_S_j: int) -> float:
    """Return the closed form of the current out of the hot lead."""
    (t_hot, f_hot), (t_cold, f_cold) = (
        (lead["rate"], 1 / (1 + exp((0.5 - lead["mu"]) / lead["kT"]))) for lead in case["leads"]
    )
    found = two_level_current(M=0.75, two_S_i=two_S_i, two_S_j=two_S_j, t_L=t_hot, t_R=t_cold, f_L=f_hot, f_R=f_cold)
    return float(found)


@check(
    "leads.conservation@1",
    suite="leads",
    stage=Stage.CURRENT,
    claim="The currents of all leads add up to 0: in the stationary state as many electrons leave the dot as enter it",
    equation="[J96] Eq. (2); physics.md section 5",
    tasks=(CURRENTS,),
    trials=many_leads("leads.conservation", 8, 60),
)
def conservation(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Add up what was answered, to the accuracy that the gross flows allow."""
    case = trial.inputs["question"]
    measured = subject.ask(CURRENTS, **case)["currents"]
    tolerance = solve_leads(case).tolerance(subject, CURRENTS, [*measured])
    total = close(sum(measured.values()), exact(0.0, "what enters leaves"), tolerance)
    yield from resting_on(subject, [total], (CURRENTS, case))


@check(
    "leads.equilibrium@1",
    suite="leads",
    stage=Stage.CURRENT,
    claim="No lead carries a current if all have one chemical potential and one temperature",
    equation="detailed balance of [J96] Eq. (3)",
    tasks=(CURRENTS,),
    trials=many_leads("leads.equilibrium", 4, 30),
)
def equilibrium(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare every current with 0; all there is to cancel is the gross flow."""
    yield from at_rest(subject, CURRENTS, trial)


def at_rest(subject: Subject, task: str, trial: Trial) -> Iterator[Comparison]:
    """Compare the current, or the heat, of every lead with 0."""
    case = in_equilibrium(trial.inputs["question"])
    yield from at_each_lead(subject, task, case, {lead["name"]: exact(0.0, "equilibrium") for lead in case["leads"]})


@check(
    "leads.pairs@2",
    suite="leads",
    stage=Stage.CURRENT,
    claim="The current of every lead is what it exchanges with each other lead, over all spanning trees",
    equation="matrix-tree theorem with [J96] Eq. (2); physics.md section 5",
    tasks=(CURRENTS,),
    trials=with_a_crowd(many_leads("leads.pairs", 12, 100), "leads.crowd"),
    requires=("leads.one-transition",),
)
def pairs(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare the current of every lead with the exact one."""
    case = trial.inputs["question"]
    expected = {name: exact(current, PAIRS) for name, current in solve_leads(case).currents.items()}
    yield from at_each_lead(subject, CURRENTS, case, expected)


@check(
    "leads.twins@1",
    suite="leads",
    stage=Stage.CURRENT,
    claim="A lead may be told as two of the same kind that share its rate: their currents add up to its own",
    equation="[J96] Eq. (3): rates of leads add up",
    tasks=(CURRENTS,),
    trials=many_leads("leads.twins", 4, 30),
    requires=("leads.one-transition",),
)
def twins(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Split the first lead, list it last, and compare all currents."""
    case = trial.inputs["question"]
    whole, parts = (subject.ask(CURRENTS, **each)["currents"] for each in (case, split(case, 0.25)))
    first, reference = case["leads"][0]["name"], solve_leads(case)
    for name, expected in whole.items():
        found = parts[name] + (parts["twin"] if name == first else 0.0)
        tolerance = reference.tolerance(subject, CURRENTS, [name], [3.0])
        together = close(found, exact(expected, "the lead as one", own=True), tolerance, note=name)
        yield from resting_on(subject, [together], (CURRENTS, case), (CURRENTS, split(case, 0.25)))


@check(
    "leads.enclosed@1",
    suite="leads",
    stage=Stage.CURRENT,
    claim="The current of every lead lies within the claimed accuracy of its enclosure",
    equation="[J96] Eq. (2); certification.md item 6",
    tasks=(CURRENTS,),
    trials=many_leads("leads.enclosed", 4, 30),
    requires=("leads.one-transition",),
)
def enclosed(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare the current of every lead with its ball."""
    yield from in_its_ball(subject, CURRENTS, trial)


def in_its_ball(subject: Subject, task: str, trial: Trial) -> Iterator[Comparison]:
    """Compare the current, or the heat, of every lead with what the oracle encloses."""
    case = trial.inputs["question"]
    found = proven(task, case)
    expected = {name: reference_of_ball(found, ball) for name, ball in found.values[_FIELD[task]].items()}
    yield from at_each_lead(subject, task, case, expected)


rules = {
    task: rules_of(task, suite, LEAD_RULES, version=2)
    for task, suite in zip(LEAD_TASKS, ("leads", "heat"), strict=True)
}
