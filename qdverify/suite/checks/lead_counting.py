"""Cumulants of the electrons that enter through some of any number of leads: sums, twins, rest, and exactly.

An optional task of the protocol. Electrons of all counted leads are one count, +1 into the dot and -1 out of it. As a
dot holds few electrons, what enters through some leads leaves through the others.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final, cast

from analytic import lead_cumulants_exact, lead_response_exact
from qdverify.protocol.counted_rules import COUNTED_RULES, TASK
from qdverify.protocol.json_types import CountedQuestion, Lead, LeadsQuestion, LeadTransition
from qdverify.suite.certified import proven, reference_of_ball
from qdverify.suite.checks.counting import NAMES, SOURCE, tolerance_of
from qdverify.suite.checks.invalid_input import rules_of
from qdverify.suite.comparators import close
from qdverify.suite.declare import Scope, Trial, Trials, check
from qdverify.suite.evidence import resting_on
from qdverify.suite.exact.counting import DIGITS, SERIES, sensitivities
from qdverify.suite.exact.crowded_cases import crowded
from qdverify.suite.exact.lead_cases import in_equilibrium, random_leads_case, split
from qdverify.suite.exact.transport_cases import two_levels
from qdverify.suite.finding import Comparison, Reference, Stage, Tolerance, exact
from qdverify.suite.subject import Subject

SUITE: Final = "counting"
SIGNS: Final = (-1.0, 1.0, -1.0)
"""Of the three cumulants of a count that is turned around."""


def _asked(case: LeadsQuestion, counted: Sequence[str]) -> CountedQuestion:
    return {**case, "counted": [*counted]}


def _tolerances(subject: Subject, case: LeadsQuestion, counted: Sequence[str]) -> list[Tolerance]:
    return [tolerance_of(subject, TASK, case, scale) for scale in sensitivities(case, counted)]


def compared(
    subject: Subject, case: LeadsQuestion, counted: Sequence[str], expected: Sequence[Reference]
) -> Iterator[Comparison]:
    """Compare the three cumulants with their references."""
    question = _asked(case, counted)
    measured, allowed = subject.ask(TASK, **question)["cumulants"], _tolerances(subject, case, counted)
    found = [
        close(value, target, tolerance, note=name)
        for name, value, target, tolerance in zip(NAMES, measured, expected, allowed, strict=True)
    ]
    yield from resting_on(subject, found, (TASK, question))


def _alike(
    subject: Subject, one: CountedQuestion, other: CountedQuestion, signs: Sequence[float], origin: str
) -> Iterator[Comparison]:
    """Compare the cumulants that are answered to two questions, but for signs."""
    first, second = (subject.ask(TASK, **question)["cumulants"] for question in (one, other))
    allowed = [
        _tolerances(subject, cast("LeadsQuestion", _without_counted(question)), question["counted"])
        for question in (one, other)
    ]
    found = [
        close(a, exact(sign * b, origin, own=True), replace(room, value=room.value + more.value), note=name)
        for name, a, b, sign, room, more in zip(NAMES, first, second, signs, *allowed, strict=True)
    ]
    yield from resting_on(subject, found, (TASK, one), (TASK, other))


def _without_counted(question: CountedQuestion) -> dict[str, object]:
    return {name: value for name, value in question.items() if name != "counted"}


def _chains(name: str, quick: int, full: int) -> Trials:
    """Return random short chains between 3 leads, of which one or two are counted; every other one has M of each."""

    def trials(scope: Scope) -> Iterator[Trial]:
        choose = scope.random(name)
        for number in range(full if scope.full else quick):
            case = random_leads_case(choose, per_lead=number % 2 == 1, most=4)
            names = [lead["name"] for lead in case["leads"]]
            counted = choose.sample(names, choose.randint(1, len(names) - 1))
            label = f"random chain {number}, {len(counted)} of {len(names)} leads"
            yield Trial(label, {"question": case, "counted": counted})

    return trials


def _chains_and_a_crowd(name: str, quick: int, full: int) -> Trials:
    """Return the same and one more trial, with high spins between twelve leads, of which four are counted."""

    def trials(scope: Scope) -> Iterator[Trial]:
        yield from _chains(name, quick, full)(scope)
        case = crowded(scope.random("counting.crowd"))
        counted = [lead["name"] for lead in case["leads"][:4]]
        yield Trial("twelve leads, four of which are counted", {"question": case, "counted": counted})

    return trials


def _open(scope: Scope) -> Iterator[Trial]:
    for two_S_i, two_S_j in ((0, 1), (1, 0), (2, 3)) if scope.full else ((0, 1), (1, 0)):
        for counted in (["a", "b"], ["drain"]):
            inputs = {"two_S_i": two_S_i, "two_S_j": two_S_j, "counted": counted}
            yield Trial(f"2S = {two_S_i} -> {two_S_j}, counted at {' and '.join(counted)}", inputs)


@check(
    "counting.leads-full-bias@1",
    suite=SUITE,
    stage=Stage.CURRENT,
    claim="At full bias two sources are one: S/I and c_3/I are those of the sum a of their rates in and the rate b out",
    equation=SOURCE,
    tasks=(TASK,),
    trials=_open,
)
def full_bias(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare the cumulants of two levels between two sources and a drain with the closed forms."""
    two_S_i, two_S_j, counted = (trial.inputs[key] for key in ("two_S_i", "two_S_j", "counted"))
    scheme = two_levels(two_S_i, two_S_j)
    leads: list[Lead] = [
        {"name": "a", "rate": 0.5, "mu": 0.25},
        {"name": "b", "rate": 0.125, "mu": 0.25},
        {"name": "drain", "rate": 0.25, "mu": -0.25},
    ]
    transitions: list[LeadTransition] = [{**item} for item in scheme["transitions"]]
    case: LeadsQuestion = {
        "levels": scheme["levels"],
        "transitions": transitions,
        "leads": leads,
        "kT": 2.0**-9,
        "gate": 0.5,
    }
    a, b = 2 * 0.75 * 0.625, 2 * 0.75 * 0.25 * (two_S_i + 1) / (two_S_j + 1)
    current = a * b / (a + b)
    noise = current * (a**2 + b**2) / (a + b) ** 2
    third = current * (a**4 - 2 * a**3 * b + 6 * a**2 * b**2 - 2 * a * b**3 + b**4) / (a + b) ** 4
    signs = SIGNS if counted == ["drain"] else (1.0, 1.0, 1.0)
    expected = [
        exact(sign * value, "closed form, reached to e^-128")
        for sign, value in zip(signs, (current, noise, third), strict=True)
    ]
    yield from compared(subject, case, counted, expected)


@check(
    "counting.leads-conservation@1",
    suite=SUITE,
    stage=Stage.CURRENT,
    claim="What enters through some leads leaves through all others: the same noise, I and c_3 of the other sign",
    equation=SOURCE,
    tasks=(TASK,),
    trials=_chains("counting.leads-conservation", 3, 20),
)
def conservation(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Count the leads that were not counted, and all leads, of which nothing is left."""
    case, counted = trial.inputs["question"], trial.inputs["counted"]
    names = [lead["name"] for lead in case["leads"]]
    others = [name for name in names if name not in counted]
    yield from _alike(subject, _asked(case, counted), _asked(case, others), SIGNS, "all other leads")
    nothing = [exact(0.0, "the dot holds few electrons")] * len(NAMES)
    question, room = _asked(case, names), _tolerances(subject, case, counted)
    measured = subject.ask(TASK, **question)["cumulants"]
    found = [
        close(value, target, tolerance, note=f"{name}, all leads counted")
        for name, value, target, tolerance in zip(NAMES, measured, nothing, room, strict=True)
    ]
    yield from resting_on(subject, found, (TASK, question))


@check(
    "counting.leads-twins@1",
    suite=SUITE,
    stage=Stage.CURRENT,
    claim="Two leads of one kind that share a rate count together what one lead counts",
    equation=SOURCE,
    tasks=(TASK,),
    trials=_chains("counting.leads-twins", 3, 20),
)
def twins(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Count the first lead, whole and in two parts."""
    case: LeadsQuestion = trial.inputs["question"]
    first = case["leads"][0]["name"]
    parts = split(case, 0.25)
    yield from _alike(subject, _asked(parts, [first, "twin"]), _asked(case, [first]), (1.0, 1.0, 1.0), "one lead")


@check(
    "counting.leads-equilibrium@1",
    suite=SUITE,
    stage=Stage.CURRENT,
    claim="At rest the noise of counted leads is 2 sum L_lk of linear response, and current and third cumulant vanish",
    equation="fluctuation-dissipation theorem; local detailed balance of [J96] Eq. (3)",
    tasks=(TASK,),
    trials=_chains("counting.leads-equilibrium", 3, 20),
)
def equilibrium(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare with the response of the leads to their potentials, by perturbation theory."""
    case, counted = in_equilibrium(trial.inputs["question"]), trial.inputs["counted"]
    found = lead_response_exact(**case, digits=DIGITS)
    places = [found.names.index(name) for name in counted]
    noise = 2 * sum(float(found.onsager[row][column]) for row in places for column in places)
    expected = [exact(value, "perturbation theory of the rates") for value in (0.0, noise, 0.0)]
    yield from compared(subject, case, counted, expected)


@check(
    "counting.leads-exact@2",
    suite=SUITE,
    stage=Stage.CURRENT,
    claim="Cumulants of counted leads are derivatives at theta = 0 of the eigenvalue of the rates weighted there",
    equation=SOURCE,
    tasks=(TASK,),
    trials=_chains_and_a_crowd("counting.leads-exact", 4, 24),
    requires=("counting.leads-full-bias",),
)
def exactly(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare with the exact series in the field."""
    case, counted = trial.inputs["question"], trial.inputs["counted"]
    found = lead_cumulants_exact(**case, counted=counted, digits=DIGITS)
    yield from compared(subject, case, counted, [exact(float(value), SERIES) for value in found])


@check(
    "counting.leads-enclosed@1",
    suite=SUITE,
    stage=Stage.CURRENT,
    claim="Cumulants of counted leads lie within the claimed accuracy of their enclosures",
    equation="physics.md section 5; certification.md item 6",
    tasks=(TASK,),
    trials=_chains("counting.leads-enclosed", 2, 12),
    requires=("counting.leads-full-bias",),
)
def enclosed(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare every number with its ball."""
    case, counted = trial.inputs["question"], trial.inputs["counted"]
    found = proven(TASK, _asked(case, counted))
    expected = [reference_of_ball(found, ball) for ball in found.values["cumulants"]]
    yield from compared(subject, case, counted, expected)


rules = rules_of(TASK, SUITE, COUNTED_RULES, name="leads-rules")
