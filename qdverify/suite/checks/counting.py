"""Full counting statistics: three cumulants, the generating function, and the fluctuation relation between its fields.

Optional tasks of the protocol. `qdverify.suite.exact.counting` derives what each number may be off by.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import exp
from typing import Final, cast

from analytic import (
    cumulants_exact,
    generating_function_exact,
    two_level_generating_function,
)
from qdverify.protocol.counting_rules import COUNTING_RULES
from qdverify.protocol.json_types import LeadsQuestion
from qdverify.suite.certified import proven, reference_of_ball
from qdverify.suite.checks.invalid_input import rules_of
from qdverify.suite.checks.transport_trials import STRONG_M
from qdverify.suite.comparators import close
from qdverify.suite.declare import Scope, Trial, Trials, check
from qdverify.suite.evidence import resting_on
from qdverify.suite.exact.counting import (
    CUMULANTS,
    DIGITS,
    EIGENVALUE,
    FUNCTION,
    SERIES,
    function_scale,
    sensitivities,
)
from qdverify.suite.exact.transport_cases import Case, leads, random_level_scheme, two_levels
from qdverify.suite.exact.transport_reference import UNDERFLOW, relative_tolerance, rounding_error
from qdverify.suite.finding import Comparison, Reference, Stage, Tolerance, exact
from qdverify.suite.subject import Subject

NAMES: Final = ("current", "noise", "third cumulant")
SOURCE: Final = "full counting statistics of [J96] Eq. (3): Bagrets and Nazarov, Phys. Rev. B 67, 085316 (2003)"


def tolerance_of(subject: Subject, task: str, case: Case | LeadsQuestion, scale: float) -> Tolerance:
    """Return what a number may be off by if relative errors of the rates are multiplied by `scale` in it."""
    claimed = relative_tolerance(subject, task, scale, rounding_error(case), max(scale, rounding_error(case).current))
    return replace(claimed, value=claimed.value + UNDERFLOW, origin=f"{claimed.origin} + smallest double")


def _pairs(scope: Scope) -> Iterator[Trial]:
    for two_S_i, two_S_j in ((0, 1), (1, 0), (1, 2)) if scope.full else ((0, 1), (1, 0)):
        for bias, x in ((0.0, 0.5), (4.0, 0.0), (1.0, -1.5)):
            inputs = {"two_S_i": two_S_i, "two_S_j": two_S_j, "bias": bias, "x": x}
            yield Trial(f"2S = {two_S_i} -> {two_S_j}, V = {bias:g} kT, {x:+g} kT from resonance", inputs)


def _pair(two_S_i: int, two_S_j: int, bias: float, x: float) -> Case:
    kT = 2.0**-5
    return {
        **two_levels(two_S_i, two_S_j, STRONG_M),
        "leads": leads(bias * kT, 4.0, 0.25),
        "kT": kT,
        "gate": 0.5 - kT * x,
    }


FIELDS: Final = (0.0, 0.75, -0.75, 2.0, -3.0, 48.0, -80.0)


@check(
    "counting.one-transition@2",
    suite="counting",
    stage=Stage.CURRENT,
    claim="Two levels have Lambda = -(u + d)/2 + sqrt((u - d)^2/4 + c), c the weighted ways up times those down",
    equation=SOURCE,
    tasks=(FUNCTION,),
    trials=_pairs,
)
def one_transition(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare Lambda of two levels with the closed form, at 0 and at small and large fields of both signs."""
    case = _pair(**trial.inputs)
    two_S_i, two_S_j = trial.inputs["two_S_i"], trial.inputs["two_S_j"]
    up, down = {}, {}
    for lead in case["leads"]:
        f = 1 / (1 + exp((0.5 - case["gate"] - lead["mu"]) / case["kT"]))
        up[lead["name"]] = 2 * STRONG_M * lead["rate"] * f
        down[lead["name"]] = 2 * STRONG_M * lead["rate"] * (1 - f) * (two_S_i + 1) / (two_S_j + 1)
    expected = [exact(float(two_level_generating_function(up, down, theta)), "closed form") for theta in FIELDS]
    yield from values_compared(subject, case, FIELDS, expected)


def _chains(name: str, quick: int, full: int, most: int = 4) -> Trials:
    """Return random warm chains between two leads, with a bias of some kT; every other one lists R first."""

    def trials(scope: Scope) -> Iterator[Trial]:
        choose = scope.random(name)
        for number in range(full if scope.full else quick):
            kT = 10 ** choose.uniform(-0.75, 0.25)
            pair = leads(kT * choose.uniform(-6.0, 6.0), *(10 ** choose.uniform(-1, 0) for _ in range(2)))
            scheme = random_level_scheme(choose, most)
            if number % 2:
                pair.reverse()
            case: Case = {**scheme, "leads": pair, "kT": kT, "gate": choose.uniform(-0.5, 0.5)}
            theta = [choose.uniform(-4.0, 4.0) for _ in range(3)]
            yield Trial(f"random chain {number}", {"question": case, "theta": theta})

    return trials


@check(
    "counting.fluctuation-relation@2",
    suite="counting",
    stage=Stage.CURRENT,
    claim="Lambda(theta) = Lambda(-theta - (mu_L - mu_R)/kT): no set of rates without detailed balance survives it",
    equation="fluctuation theorem; local detailed balance of [J96] Eq. (3)",
    tasks=(FUNCTION,),
    trials=_chains("counting.fluctuation", 6, 40, 6),
)
def fluctuation_relation(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare the values at pairs of fields, and those at 0 and at -V/kT with 0."""
    case: Case = trial.inputs["question"]
    mu = {lead["name"]: lead["mu"] for lead in case["leads"]}
    v = (mu["L"] - mu["R"]) / case["kT"]
    fields = [0.0, *trial.inputs["theta"]]
    mirrored = [-theta - v for theta in fields]
    question = {**case, "theta": [*fields, *mirrored]}
    values, found = subject.ask(FUNCTION, **question)["values"], []
    for theta, one, other in zip(fields, values, values[len(fields) :], strict=False):
        tolerance = tolerance_of(subject, FUNCTION, case, 2 * function_scale(case, one))
        before = exact(one, "the field before the mirror", own=True)
        found.append(close(other, before, tolerance, note=f"theta = {theta:g}"))
    tolerance = tolerance_of(subject, FUNCTION, case, function_scale(case, 0.0))
    found.append(close(values[0], exact(0.0, "nothing is weighted"), tolerance, note="theta = 0"))
    yield from resting_on(subject, found, (FUNCTION, question))


@check(
    "counting.generating-function@2",
    suite="counting",
    stage=Stage.CURRENT,
    claim="Lambda is the largest eigenvalue of the rates in which every electron from L to R has the weight e^theta",
    equation=SOURCE,
    tasks=(FUNCTION,),
    trials=_chains("counting.generating-function", 4, 30, 5),
    requires=("counting.one-transition",),
)
def generating_function(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare Lambda of many levels with the exact eigenvalue."""
    case, theta = trial.inputs["question"], trial.inputs["theta"]
    values = generating_function_exact(**case, theta=theta, digits=DIGITS)
    expected = [exact(float(value), EIGENVALUE) for value in values]
    yield from values_compared(subject, case, theta, expected)


def values_compared(
    subject: Subject, case: Case, theta: Sequence[float], expected: Sequence[Reference]
) -> Iterator[Comparison]:
    """Compare Lambda at each field with its reference."""
    question = {**case, "theta": [*theta]}
    found = [
        close(
            value,
            target,
            tolerance_of(subject, FUNCTION, case, function_scale(case, cast("float", target.value))),
            note=f"theta = {field:.3g}",
        )
        for field, value, target in zip(theta, subject.ask(FUNCTION, **question)["values"], expected, strict=True)
    ]
    yield from resting_on(subject, found, (FUNCTION, question))


@check(
    "counting.cumulants@2",
    suite="counting",
    stage=Stage.CURRENT,
    claim="Current, noise and third cumulant are the first three derivatives of Lambda at theta = 0",
    equation=SOURCE,
    tasks=(CUMULANTS,),
    trials=_chains("counting.cumulants", 6, 40),
    requires=("counting.full-bias",),
)
def cumulants(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare the cumulants of random chains with the exact series in the field."""
    case: Case = trial.inputs["question"]
    expected = [float(value) for value in cumulants_exact(**case, digits=DIGITS)]
    yield from compared(subject, case, expected, SERIES)


def compared(subject: Subject, case: Case, expected: list[float], origin: str) -> Iterator[Comparison]:
    """Compare the three cumulants with their references."""
    measured = subject.ask(CUMULANTS, **case)["cumulants"]
    found = [
        close(value, exact(target, origin), tolerance_of(subject, CUMULANTS, case, scale), note=name)
        for name, value, target, scale in zip(NAMES, measured, expected, sensitivities(case), strict=True)
    ]
    yield from resting_on(subject, found, (CUMULANTS, case))


def _open(scope: Scope) -> Iterator[Trial]:
    for two_S_i, two_S_j in ((0, 1), (1, 0), (2, 3)) if scope.full else ((0, 1), (1, 0)):
        for t_L, t_R in ((1.0, 1.0), (4.0, 0.5), (0.125, 1.0)):
            inputs = {"two_S_i": two_S_i, "two_S_j": two_S_j, "t_L": t_L, "t_R": t_R}
            yield Trial(f"2S = {two_S_i} -> {two_S_j}, t = {t_L:g}, {t_R:g}", inputs)


@check(
    "counting.full-bias@2",
    suite="counting",
    stage=Stage.CURRENT,
    claim="At full bias c_3/I = (a^4 - 2 a^3 b + 6 a^2 b^2 - 2 a b^3 + b^4)/(a + b)^4, a and b the rates in and out",
    equation=SOURCE,
    tasks=(CUMULANTS,),
    trials=_open,
)
def full_bias(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare the cumulants of two levels with the closed forms."""
    two_S_i, two_S_j, t_L, t_R = (trial.inputs[key] for key in ("two_S_i", "two_S_j", "t_L", "t_R"))
    case: Case = {**two_levels(two_S_i, two_S_j, STRONG_M), "leads": leads(0.5, t_L, t_R), "kT": 2.0**-9, "gate": 0.5}
    a, b = 2 * STRONG_M * t_L, 2 * STRONG_M * t_R * (two_S_i + 1) / (two_S_j + 1)
    current = a * b / (a + b)
    noise = current * (a**2 + b**2) / (a + b) ** 2
    third = current * (a**4 - 2 * a**3 * b + 6 * a**2 * b**2 - 2 * a * b**3 + b**4) / (a + b) ** 4
    yield from compared(subject, case, [current, noise, third], "closed form, reached to e^-128")


@check(
    "counting.equilibrium@2",
    suite="counting",
    stage=Stage.CURRENT,
    claim="Without a bias electrons pass both ways alike: current and third cumulant vanish, and noise does not",
    equation="fluctuation theorem; local detailed balance of [J96] Eq. (3)",
    tasks=(CUMULANTS,),
    trials=_chains("counting.equilibrium", 3, 20),
)
def equilibrium(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare the cumulants of a case at rest with 0, and with the exact noise."""
    asked: Case = trial.inputs["question"]
    case: Case = {**asked, "leads": leads(0.0, *(lead["rate"] for lead in asked["leads"]))}
    noise = float(cumulants_exact(**case, digits=DIGITS)[1])
    yield from compared(subject, case, [0.0, noise, 0.0], "equilibrium")


@check(
    "counting.enclosed@2",
    suite="counting",
    stage=Stage.CURRENT,
    claim="Cumulants and generating function lie within the claimed accuracy of their enclosures",
    equation="physics.md section 5; certification.md item 6",
    tasks=(CUMULANTS, FUNCTION),
    trials=_chains("counting.enclosed", 3, 20),
    requires=("counting.full-bias", "counting.one-transition"),
)
def enclosed(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare every number with its ball."""
    case, theta = trial.inputs["question"], trial.inputs["theta"]
    questions = ((CUMULANTS, "cumulants", case), (FUNCTION, "values", {**case, "theta": theta}))
    for task, name, question in questions:
        found, measured = proven(task, question), subject.ask(task, **question)[name]
        scales = (
            sensitivities(case) if task == CUMULANTS else [function_scale(case, value) for value in found.floats(name)]
        )
        compared = [
            close(value, reference_of_ball(found, ball), tolerance_of(subject, task, case, scale), note=task)
            for value, ball, scale in zip(measured, found.values[name], scales, strict=True)
        ]
        yield from resting_on(subject, compared, (task, question))


rules = rules_of(FUNCTION, "counting", COUNTING_RULES)
