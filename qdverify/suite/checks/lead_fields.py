"""Counting with a field of each of any number of leads: closed form, fluctuation relation, conservation, exactly.

An optional task of the protocol. An electron that enters through a lead has the weight e^theta of that lead, one that
leaves through it e^-theta. `qdverify.suite.exact.counting` derives what each number may be off by.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from math import exp, sqrt
from typing import Any, Final, TypeAlias, cast

from analytic import lead_generating_function_exact
from qdverify.protocol.json_types import Lead, LeadsQuestion, LeadTransition, TransportQuestion
from qdverify.protocol.lead_fields import LEAD_FIELDS_RULES, TASK, LeadFieldsQuestion
from qdverify.suite.certified import proven, reference_of_ball
from qdverify.suite.checks.counting import SOURCE, tolerance_of
from qdverify.suite.checks.invalid_input import rules_of
from qdverify.suite.comparators import close
from qdverify.suite.declare import Scope, Trial, Trials, check
from qdverify.suite.evidence import resting_on
from qdverify.suite.exact.counting import DIGITS, EIGENVALUE, FUNCTION, function_scale
from qdverify.suite.exact.crowded_cases import crowded
from qdverify.suite.exact.lead_cases import random_leads_case, temperature
from qdverify.suite.exact.transport_cases import leads, random_level_scheme, two_levels
from qdverify.suite.finding import Comparison, Reference, Stage, exact
from qdverify.suite.subject import Subject

SUITE: Final = "counting"
OWN_KT: Final = 0.6
"""Share of the leads that have a temperature of their own."""
Fields: TypeAlias = Mapping[str, float]


def _asked(case: LeadsQuestion, theta: Sequence[Fields]) -> LeadFieldsQuestion:
    return {**case, "theta": [*theta]}


def values_compared(
    subject: Subject, case: LeadsQuestion, theta: Sequence[Fields], expected: Sequence[Reference]
) -> Iterator[Comparison]:
    """Compare Lambda at each set of fields with its reference."""
    question = _asked(case, theta)
    found = [
        close(value, target, tolerance_of(subject, TASK, case, function_scale(case, cast("float", target.value))))
        for value, target in zip(subject.ask(TASK, **question)["values"], expected, strict=True)
    ]
    yield from resting_on(subject, found, (TASK, question))


def _alike(
    subject: Subject, inputs: Mapping[str, Any], other: LeadFieldsQuestion, origin: str, note: str = ""
) -> Iterator[Comparison]:
    """Compare the values that are answered to a trial's question and to another about the same rates."""
    case: LeadsQuestion = inputs["question"]
    one = _asked(case, inputs["theta"])
    first, second = (subject.ask(TASK, **question)["values"] for question in (one, other))
    found = [
        close(b, exact(a, origin, own=True), tolerance_of(subject, TASK, case, 2 * function_scale(case, a)), note=note)
        for a, b in zip(first, second, strict=True)
    ]
    yield from resting_on(subject, found, (TASK, one), (TASK, other))


def _open(scope: Scope) -> Iterator[Trial]:
    for two_S_i, two_S_j in ((0, 1), (1, 0), (2, 3)) if scope.full else ((0, 1), (1, 0)):
        for kT in (2.0**-5, 2.0**-3):
            inputs = {"two_S_i": two_S_i, "two_S_j": two_S_j, "kT": kT}
            yield Trial(f"2S = {two_S_i} -> {two_S_j}, kT = {kT:g}", inputs)


FIELDS: Final[Sequence[Sequence[float]]] = (
    (0.0, 0.0, 0.0),
    (0.75, 0.0, 0.0),
    (0.0, -0.75, 0.0),
    (0.5, 0.25, -2.0),
    (-3.0, 1.0, 1.0),
    (48.0, -16.0, 0.0),
    (-16.0, 0.0, -80.0),
)
"""Of the leads z, a and hot."""


@check(
    "counting.fields-one-transition@1",
    suite=SUITE,
    stage=Stage.CURRENT,
    claim="Two levels between three leads: Lambda = -(u + d)/2 + sqrt((u - d)^2/4 + c), c of weighted ways up and down",
    equation=SOURCE,
    tasks=(TASK,),
    trials=_open,
)
def one_transition(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare Lambda of two levels with the closed form, at 0, at fields of single leads and at large ones."""
    two_S_i, two_S_j, kT = (trial.inputs[key] for key in ("two_S_i", "two_S_j", "kT"))
    scheme, hot = two_levels(two_S_i, two_S_j), 0.0625
    reservoirs: list[Lead] = [
        {"name": "z", "rate": 0.5, "mu": 0.0625},
        {"name": "a", "rate": 2.0, "mu": -0.03125},
        {"name": "hot", "rate": 0.25, "mu": 0.0, "kT": hot},
    ]
    strengths = (0.5, 0.75, 2.0)
    M = {lead["name"]: strength for lead, strength in zip(reservoirs, strengths, strict=True)}
    transitions: list[LeadTransition] = [{"from": 0, "to": 1, "M": M}]
    case: LeadsQuestion = {
        "levels": scheme["levels"],
        "transitions": transitions,
        "leads": reservoirs,
        "kT": kT,
        "gate": 0.46875,
    }
    up, down = [], []
    for lead, strength in zip(reservoirs, strengths, strict=True):
        f = 1 / (1 + exp((0.5 - case["gate"] - lead["mu"]) / temperature(case, lead)))
        up.append(2 * strength * lead["rate"] * f)
        down.append(2 * strength * lead["rate"] * (1 - f) * (two_S_i + 1) / (two_S_j + 1))
    theta, expected = [], []
    for row in FIELDS:
        theta.append({lead["name"]: field for lead, field in zip(reservoirs, row, strict=True)})
        there = sum(rate * exp(field) for rate, field in zip(up, row, strict=True))
        back = sum(rate * exp(-field) for rate, field in zip(down, row, strict=True))
        u, d = sum(up), sum(down)
        expected.append(exact(-(u + d) / 2 + sqrt((u - d) ** 2 / 4 + there * back), "closed form"))
    yield from values_compared(subject, case, theta, expected)


def _warm(choose: random.Random, *, per_lead: bool, own_kT: bool) -> LeadsQuestion:
    """Return a random chain between 2 to 5 leads, with potentials that are some kT apart."""
    case = random_leads_case(choose, per_lead=per_lead, own_kT=False, most=4)
    kT, reservoirs = 10 ** choose.uniform(-0.75, 0.25), case["leads"]
    if own_kT:
        reservoirs = [
            {**lead, "kT": kT * 2 ** choose.uniform(-1, 1)} if choose.random() < OWN_KT else lead for lead in reservoirs
        ]
    return {**case, "leads": reservoirs, "kT": kT}


def _random_fields(choose: random.Random, case: LeadsQuestion, rows: int = 3) -> list[Fields]:
    """Return fields in steps of 1/64, so that what is added to all of them is not rounded."""
    return [{lead["name"]: choose.randint(-256, 256) / 64 for lead in case["leads"]} for _ in range(rows)]


def _chains(name: str, quick: int, full: int, *, own_kT: bool = True) -> Trials:
    """Return random short chains between any number of leads, with fields of each; every other one has M of each."""

    def trials(scope: Scope) -> Iterator[Trial]:
        choose = scope.random(name)
        for number in range(full if scope.full else quick):
            case = _warm(choose, per_lead=number % 2 == 1, own_kT=own_kT)
            label = f"random chain {number}, {len(case['leads'])} leads"
            yield Trial(label, {"question": case, "theta": _random_fields(choose, case)})

    return trials


def _chains_and_a_crowd(scope: Scope) -> Iterator[Trial]:
    """Yield such chains, and one more trial, with high spins between twelve leads."""
    yield from _chains("counting.fields-exact", 4, 24)(scope)
    choose = scope.random("counting.fields-crowd")
    case = crowded(choose)
    yield Trial("twelve leads", {"question": case, "theta": _random_fields(choose, case)})


@check(
    "counting.fields-fluctuation@1",
    suite=SUITE,
    stage=Stage.CURRENT,
    claim="Leads of one temperature: Lambda is the same at all theta_l and at all -theta_l - mu_l/kT, at any bias",
    equation="fluctuation theorem; local detailed balance of [J96] Eq. (3)",
    tasks=(TASK,),
    trials=_chains("counting.fields-fluctuation", 6, 40, own_kT=False),
)
def fluctuation_relation(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare the values at pairs of fields, and those without a field and at -mu/kT with 0."""
    case: LeadsQuestion = trial.inputs["question"]
    force = {lead["name"]: lead["mu"] / case["kT"] for lead in case["leads"]}
    fields: list[Fields] = trial.inputs["theta"]
    mirrored = [{name: -row[name] - force[name] for name in row} for row in fields]
    yield from _alike(subject, trial.inputs, _asked(case, mirrored), "the fields before the mirror")
    nothing = [dict.fromkeys(force, 0.0), {name: -value for name, value in force.items()}]
    yield from values_compared(
        subject, case, nothing, [exact(0.0, "nothing is weighted, or all of it turned around")] * 2
    )


@check(
    "counting.fields-conservation@1",
    suite=SUITE,
    stage=Stage.CURRENT,
    claim="What enters the dot leaves it again: one number that is added to the fields of all leads changes nothing",
    equation=SOURCE,
    tasks=(TASK,),
    trials=_chains("counting.fields-conservation", 4, 24),
)
def conservation(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Add a small number and a large one to all fields."""
    case, fields = trial.inputs["question"], trial.inputs["theta"]
    for more in (0.75, -32.0):
        shifted = [{name: field + more for name, field in row.items()} for row in fields]
        note = f"{more:+g} for all leads"
        yield from _alike(subject, trial.inputs, _asked(case, shifted), "the fields before", note)


@check(
    "counting.fields-order@1",
    suite=SUITE,
    stage=Stage.CURRENT,
    claim="A field belongs to the lead of its name, in whatever order leads are listed",
    equation='protocol.md, "Rules of counting fields of leads"',
    tasks=(TASK,),
    trials=_chains("counting.fields-order", 3, 20),
)
def order(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """List the leads the other way round, and the fields as before."""
    question = _asked(trial.inputs["question"], trial.inputs["theta"])
    turned: LeadFieldsQuestion = {**question, "leads": question["leads"][::-1]}
    yield from _alike(subject, trial.inputs, turned, "leads in the opposite order")


def _pairs(scope: Scope) -> Iterator[Trial]:
    choose = scope.random("counting.fields-two-leads")
    for number in range(20 if scope.full else 4):
        kT = 10 ** choose.uniform(-0.75, 0.25)
        pair = leads(kT * choose.uniform(-6.0, 6.0), *(10 ** choose.uniform(-1, 0) for _ in range(2)))
        scheme = random_level_scheme(choose, 4)
        case: TransportQuestion = {
            "levels": scheme["levels"],
            "transitions": scheme["transitions"],
            "leads": pair[::-1] if number % 2 else pair,
            "kT": kT,
            "gate": choose.uniform(-0.5, 0.5),
        }
        fields = [{name: choose.uniform(-3.0, 3.0) for name in "LR"} for _ in range(3)]
        yield Trial(f"random chain {number}", {"question": case, "theta": fields})


@check(
    "counting.fields-two-leads@1",
    suite=SUITE,
    stage=Stage.CURRENT,
    claim="Between L and R the task generating_function has the difference of both fields, theta = theta_L - theta_R",
    equation=SOURCE,
    tasks=(TASK, FUNCTION),
    trials=_pairs,
)
def two_leads(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare the answers to both tasks."""
    case, fields = trial.inputs["question"], trial.inputs["theta"]
    one = {**case, "theta": [row["L"] - row["R"] for row in fields]}
    other = _asked(case, fields)
    first, second = subject.ask(FUNCTION, **one)["values"], subject.ask(TASK, **other)["values"]
    found = []
    for a, b in zip(first, second, strict=True):
        scale = function_scale(case, a)
        known, claimed = (tolerance_of(subject, task, case, scale) for task in (FUNCTION, TASK))
        room = replace(claimed, value=claimed.value + known.value)
        found.append(close(b, exact(a, "generating_function", own=True), room))
    yield from resting_on(subject, found, (FUNCTION, one), (TASK, other))


@check(
    "counting.fields-exact@1",
    suite=SUITE,
    stage=Stage.CURRENT,
    claim="Lambda is the largest eigenvalue of the rates weighted with the field of each lead",
    equation=SOURCE,
    tasks=(TASK,),
    trials=_chains_and_a_crowd,
    requires=("counting.fields-one-transition",),
)
def exactly(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare Lambda of many levels with the exact eigenvalue."""
    case, fields = trial.inputs["question"], trial.inputs["theta"]
    values = lead_generating_function_exact(**case, theta=fields, digits=DIGITS)
    expected = [exact(float(value), EIGENVALUE) for value in values]
    yield from values_compared(subject, case, fields, expected)


@check(
    "counting.fields-enclosed@1",
    suite=SUITE,
    stage=Stage.CURRENT,
    claim="Lambda with a field of each lead lies within the claimed accuracy of its enclosure",
    equation="physics.md section 5; certification.md item 6",
    tasks=(TASK,),
    trials=_chains("counting.fields-enclosed", 3, 20),
    requires=("counting.fields-one-transition",),
)
def enclosed(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare every number with its ball."""
    case, fields = trial.inputs["question"], trial.inputs["theta"]
    found = proven(TASK, _asked(case, fields))
    expected = [reference_of_ball(found, ball) for ball in found.values["values"]]
    yield from values_compared(subject, case, fields, expected)


rules = rules_of(TASK, SUITE, LEAD_FIELDS_RULES, name="fields-rules")
