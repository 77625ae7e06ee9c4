"""What dI/dV is made of: growth of every population with the bias, and the part of every level; which level blocks.

An optional task of the protocol. `qdverify.suite.exact.conductance_parts` derives what each number may be off by.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from math import exp
from typing import Final

from qdverify.protocol.conductance_parts_rules import CONDUCTANCE_PARTS_RULES, TASK
from qdverify.protocol.json_types import Lead, LeadsQuestion, LeadTransition
from qdverify.suite.certified import proven, reference_of_ball
from qdverify.suite.checks.invalid_input import rules_of
from qdverify.suite.checks.zeeman import worst
from qdverify.suite.comparators import at_most, close, equal
from qdverify.suite.declare import Scope, Trial, Trials, check
from qdverify.suite.evidence import resting_on
from qdverify.suite.exact.conductance_parts import (
    between_L_and_R,
    exchanged,
    in_a_row,
    parts_of,
    random_parts_case,
    weak_level,
)
from qdverify.suite.exact.crowded_cases import UNCOUPLED, crowded
from qdverify.suite.exact.lead_cases import temperature
from qdverify.suite.exact.lead_response import PERTURBATION
from qdverify.suite.exact.transport_cases import leads, spin_blockade, two_levels
from qdverify.suite.finding import Comparison, Reference, Stage, exact
from qdverify.suite.subject import Subject

SUITE: Final = "conductance"
SOURCE: Final = "physics.md section 5; dI/dV = sum P_i c_i' + sum P_i' c_i, sum P_i' = 0"


def compared(subject: Subject, case: LeadsQuestion, expected: Sequence[Reference]) -> Iterator[Comparison]:
    """Compare dI/dV, then the growth and the part that are worst relative to what each may be off by."""
    measured, reference = in_a_row(subject.ask(TASK, **case)), parts_of(case)

    def at(place: int) -> Comparison:
        allowed = reference.tolerance(subject, {place: 1.0})
        return close(measured[place], expected[place], allowed, note=reference.name(place))

    found = [at(0), *(worst(map(at, places)) for places in (reference.growth, reference.parts))]
    yield from resting_on(subject, found, (TASK, case))


def references(case: LeadsQuestion) -> list[Reference]:
    """Return the exact answer to a case."""
    return [exact(value, PERTURBATION) for value in parts_of(case).values]


def _one_transition(scope: Scope) -> Iterator[Trial]:
    for two_S_i, two_S_j in ((0, 1), (1, 0), (2, 3)) if scope.full else ((0, 1), (1, 0)):
        for bias, own in product((0.25, -0.25, 0.03125), (False, True)):
            inputs = {"two_S_i": two_S_i, "two_S_j": two_S_j, "bias": bias, "own": own}
            of_each = ", M and kT of each" if own else ""
            yield Trial(f"2S = {two_S_i} -> {two_S_j}, bias {bias:g}{of_each}", inputs)


@check(
    "conductance.parts-one-transition@1",
    suite=SUITE,
    stage=Stage.CURRENT,
    claim="Of two levels one gains with |V| what the other loses, (u' d - u d') / (u + d)^2, and has the whole part",
    equation="physics.md section 5; P_j = u / (u + d) of the rates u into the dot and d out of it",
    tasks=(TASK,),
    trials=_one_transition,
)
def one_transition(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare two levels with the closed form."""
    two_S_i, two_S_j, bias, own = (trial.inputs[key] for key in ("two_S_i", "two_S_j", "bias", "own"))
    M = {"L": 0.75, "R": 0.375 if own else 0.75}
    transitions: list[LeadTransition] = [{"from": 0, "to": 1, "M": M if own else 0.75}]
    reservoirs: list[Lead] = [*leads(bias, 1.0, 0.25)]
    if own:
        reservoirs[1] = {**reservoirs[1], "kT": 0.125}
    case: LeadsQuestion = {
        "levels": two_levels(two_S_i, two_S_j)["levels"],
        "transitions": transitions,
        "leads": reservoirs,
        "kT": 0.0625,
        "gate": 0.4375,
    }
    yield from compared(subject, case, [exact(value, "closed form") for value in _closed_form(case, M)])


def _closed_form(case: LeadsQuestion, M: dict[str, float]) -> list[float]:
    """Return the answer for two levels."""
    low, high = case["levels"]
    ratio = (low["two_S"] + 1) / (high["two_S"] + 1)
    up: dict[str, float] = {}
    down: dict[str, float] = {}
    up_slope: dict[str, float] = {}
    down_slope: dict[str, float] = {}
    for lead, sign in zip(case["leads"], (0.5, -0.5), strict=True):
        kT, name = temperature(case, lead), lead["name"]
        f = 1 / (1 + exp((high["energy"] - low["energy"] - case["gate"] - lead["mu"]) / kT))
        strength = 2 * lead["rate"] * M[name]
        up[name], down[name] = strength * f, ratio * strength * (1 - f)
        up_slope[name] = strength * f * (1 - f) * sign / kT
        down_slope[name] = -ratio * up_slope[name]
    (u, d), (du, dd) = ((sum(one.values()), sum(two.values())) for one, two in ((up, down), (up_slope, down_slope)))
    P, slope = u / (u + d), (du * d - u * dd) / (u + d) ** 2
    c_low, c_high = (up["L"] - up["R"]) / 2, (down["R"] - down["L"]) / 2
    dc_low, dc_high = (up_slope["L"] - up_slope["R"]) / 2, (down_slope["R"] - down_slope["L"]) / 2
    moved = slope * (c_high - c_low)
    growth = slope if case["leads"][0]["mu"] >= case["leads"][1]["mu"] else -slope
    parts = [moved if growth < 0 else 0.0, moved if growth > 0 else 0.0]
    return [(1 - P) * dc_low + P * dc_high + moved, -growth, growth, *parts]


def _blocked(scope: Scope) -> Iterator[Trial]:
    for bias, one_way, place in product((0.5, -0.5), (False, True), (0, 1, 2) if scope.full else (0, 2)):
        way = "one way" if one_way else "both ways"
        label = f"a level that is slow {way}, number {place}, bias {bias:g}"
        yield Trial(label, {"question": weak_level(bias, place, one_way=one_way), "level": place})
    for bias in (0.28125, 0.34375, 0.40625) if scope.full else (0.34375,):
        point = {"leads": leads(bias, 1.0, 0.125), "kT": 2.0**-8, "gate": 0.953125}
        yield Trial(f"spin blockade, bias {bias:g}", {"question": {**spin_blockade(), **point}, "level": 3})


@check(
    "conductance.parts-blocking@1",
    suite=SUITE,
    stage=Stage.CURRENT,
    claim="Where a level opens that is slow to leave, or that spin blocks, dI/dV < 0 and its part is most negative",
    equation=SOURCE,
    tasks=(TASK,),
    trials=_blocked,
)
def blocking(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Name the level of the most negative part; look at the signs of dI/dV and of its growth."""
    case: LeadsQuestion = trial.inputs["question"]
    answer, reference, place = subject.ask(TASK, **case), parts_of(case), trial.inputs["level"]
    named = min(range(reference.levels), key=lambda k: answer["parts"][k])
    yield equal(named, exact(place, "the level that opens and is slow to leave"), note="the level that blocks")
    origin = "what blocks fills up, and less passes"
    growth = reference.tolerance(subject, {reference.growth[place]: 1.0})
    signs = [
        at_most(answer["dI_dV"], 0.0, reference.tolerance(subject, {0: 1.0}), origin=origin, note="dI_dV"),
        at_most(-answer["growth"][place], 0.0, growth, origin=origin, note="less the growth of that level"),
    ]
    yield from resting_on(subject, signs, (TASK, case))


def _chains(name: str, quick: int, full: int) -> Trials:
    """Return random chains between L and R in either order; every other one has its own M_ji at each lead."""

    def trials(scope: Scope) -> Iterator[Trial]:
        choose = scope.random(name)
        for number in range(full if scope.full else quick):
            case = random_parts_case(choose, per_lead=number % 2 == 1)
            yield Trial(f"random chain {number}", {"question": case})

    return trials


@check(
    "conductance.parts-growth@1",
    suite=SUITE,
    stage=Stage.CURRENT,
    claim="What some levels gain with the bias others lose: the growth of all populations adds up to 0",
    equation=SOURCE,
    tasks=(TASK,),
    trials=_chains("conductance.parts-growth", 4, 30),
)
def growth(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Add up the growth of all levels."""
    case: LeadsQuestion = trial.inputs["question"]
    answer, reference = subject.ask(TASK, **case), parts_of(case)
    allowed = reference.tolerance(subject, dict.fromkeys(reference.growth, 1.0))
    found = close(sum(answer["growth"]), exact(0.0, "populations add up to 1"), allowed)
    yield from resting_on(subject, [found], (TASK, case))


@check(
    "conductance.parts-sum@1",
    suite=SUITE,
    stage=Stage.CURRENT,
    claim="The parts of all levels add up to dI/dV less what the bias lets pass more in each level, sum P_i c_i'",
    equation=SOURCE,
    tasks=(TASK,),
    trials=_chains("conductance.parts-sum", 4, 30),
)
def total(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare the sum of the parts with the program's own dI/dV, less the exact rest."""
    case: LeadsQuestion = trial.inputs["question"]
    answer, reference = subject.ask(TASK, **case), parts_of(case)
    allowed = reference.tolerance(subject, dict.fromkeys((0, *reference.parts), 1.0))
    rest = exact(answer["dI_dV"] - reference.through, "dI_dV of the same answer, less the exact sum P_i c_i'", own=True)
    yield from resting_on(subject, [close(sum(answer["parts"]), rest, allowed)], (TASK, case))


@check(
    "conductance.parts-mirror@1",
    suite=SUITE,
    stage=Stage.CURRENT,
    claim="With L and R exchanged, bias and all, dI/dV, every growth and every part are what they were",
    equation="physics.md section 5; the names of the leads alone are exchanged",
    tasks=(TASK,),
    trials=_chains("conductance.parts-mirror", 4, 30),
)
def mirror(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Ask about the device and about its mirror image."""
    case: LeadsQuestion = trial.inputs["question"]
    image = exchanged(case)
    reference, one, other = parts_of(case), *(in_a_row(subject.ask(TASK, **each)) for each in (case, image))
    found = worst(
        close(
            other[place],
            exact(one[place], "before the leads were exchanged", own=True),
            reference.tolerance(subject, {place: 2.0}),
            note=reference.name(place),
        )
        for place in range(len(one))
    )
    yield from resting_on(subject, [found], (TASK, case), (TASK, image))


def _exact_trials(scope: Scope) -> Iterator[Trial]:
    """Return random chains, one deep in blockade, one without a bias, high spins, and a lead that is not coupled."""
    yield from _chains("conductance.parts-exact", 5, 30)(scope)
    choose = scope.random("conductance.parts-exact, limits")
    cold = weak_level(0.5, 1)
    yield Trial("deep in blockade", {"question": {**cold, "kT": 2.0**-9, "gate": -0.03125}})
    case = random_parts_case(choose, per_lead=True)
    first, second = case["leads"]
    yield Trial("no bias", {"question": {**case, "leads": [first, {**second, "mu": first["mu"]}]}})
    crowd = crowded(choose)
    alone: LeadsQuestion = {**crowd, "leads": [crowd["leads"][place] for place in (UNCOUPLED[1], 0)]}
    yield Trial("high spins, one transition alone at a lead", {"question": between_L_and_R(alone)})
    yield Trial("a lead of rate 0", {"question": {**case, "leads": [first, {**second, "rate": 0.0}]}})


@check(
    "conductance.parts-exact@1",
    suite=SUITE,
    stage=Stage.CURRENT,
    claim="dI/dV, growth and parts are those that first-order perturbation theory of the rate equation gives",
    equation=SOURCE,
    tasks=(TASK,),
    trials=_exact_trials,
    requires=("conductance.parts-one-transition",),
)
def exactly(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare all numbers."""
    case: LeadsQuestion = trial.inputs["question"]
    yield from compared(subject, case, references(case))


@check(
    "conductance.parts-enclosed@1",
    suite=SUITE,
    stage=Stage.CURRENT,
    claim="dI/dV, growth and parts lie within the claimed accuracy of their enclosures",
    equation=f"{SOURCE}; certification.md item 6",
    tasks=(TASK,),
    trials=_chains("conductance.parts-enclosed", 2, 12),
    requires=("conductance.parts-one-transition",),
)
def enclosed(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare each number with its ball."""
    case: LeadsQuestion = trial.inputs["question"]
    found = proven(TASK, case)
    balls = [found.values["dI_dV"], *found.values["growth"], *found.values["parts"]]
    yield from compared(subject, case, [reference_of_ball(found, ball) for ball in balls])


rules = rules_of(TASK, SUITE, CONDUCTANCE_PARTS_RULES, name="parts-rules")
