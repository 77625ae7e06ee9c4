"""A Zeeman field and polarised leads: currents of either spin.

An optional task of the protocol. In a field b every state |level, S_z> has the energy E + b S_z, and each lead may
take electrons of spin up and of spin down at rates of their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from math import exp, isfinite
from typing import Any, Final

from mpmath import mp, mpf, workdps

from analytic import one_level_spin_currents
from qdverify.protocol.accuracy import rates_of_spins
from qdverify.protocol.answers import AnswerError, Unsupported
from qdverify.protocol.json_types import SpinQuestion
from qdverify.protocol.spin_rules import SPIN_RULES
from qdverify.suite.certified import proven, reference_of_ball
from qdverify.suite.checks.invalid_input import rules_of
from qdverify.suite.checks.leads import many_leads, with_a_crowd
from qdverify.suite.comparators import close
from qdverify.suite.declare import Scope, Trial, Trials, check
from qdverify.suite.evidence import resting_on
from qdverify.suite.exact.crowded_cases import crowded_in_a_field
from qdverify.suite.exact.lead_cases import CURRENTS, solve_leads
from qdverify.suite.exact.spin_cases import (
    ARRANGEMENTS,
    SPIN_CURRENTS,
    SPINS,
    Spin,
    as_levels,
    at_rest,
    mirrored,
    one_level,
    random_spin_case,
    solve_spins,
    unpolarised,
)
from qdverify.suite.finding import Comparison, Reference, Stage, exact
from qdverify.suite.subject import Subject

STATES = "spanning trees of the states, 20 digits"
CLOSED_DIGITS: Final = 400
"""Of closed forms, so that 1 - f keeps twenty digits down to e^-800."""
_SHIFTED: Final = ((0, 1), (1, 0), (1, 2), (2, 1), (2, 3), (3, 2))


def arrangements(scope: Scope) -> Iterator[Trial]:
    """Yield a singlet and a doublet between source and drain, polarised or not, in fields of either sign."""
    for two_S_i in (0, 1):
        for number, arrangement in enumerate(ARRANGEMENTS):
            for zeeman in (0.25, -0.125) if scope.full else ((0.25, -0.125)[(number + two_S_i) % 2],):
                inputs = {"two_S_i": two_S_i, "two_S_j": 1 - two_S_i, "arrangement": arrangement, "zeeman": zeeman}
                yield Trial(f"2S = {two_S_i} -> {1 - two_S_i}, {arrangement}, b = {zeeman:g}", inputs)
        # populations and currents down to e^-256
        cold = {"two_S_i": two_S_i, "two_S_j": 1 - two_S_i, "arrangement": "unpolarised leads", "zeeman": 0.5}
        label = f"2S = {two_S_i} -> {1 - two_S_i}, b = 0.5, bias 0.25, kT = 2^-10"
        yield Trial(label, {**cold, "bias": 0.25, "kT": 2.0**-10})


in_a_field = partial(many_leads, make=random_spin_case)
"""Trials with the same chains in a field, most of whose leads are polarised."""


def of_states(name: str, quick: int, full: int) -> Trials:
    """Return the trials of `in_a_field` and one more, with high spins between twelve leads."""
    return with_a_crowd(in_a_field(name, quick, full), "zeeman.crowd", make=crowded_in_a_field)


def worst(comparisons: Iterable[Comparison]) -> Comparison:
    """Return the comparison that is farthest off in units of its tolerance."""
    return max(comparisons, key=lambda one: one.deviation / one.tolerance.value if isfinite(one.deviation) else 1e308)


def currents_of_spins(
    subject: Subject, case: SpinQuestion, expected: Mapping[Spin, Mapping[str, Reference]], *, times: float = 1.0
) -> Comparison:
    """Compare the currents of either spin through every lead; the worst is returned."""
    measured, solved = subject.ask(SPIN_CURRENTS, **case), solve_spins(case)
    found = worst(
        close(
            (measured["up"] if spin == "up" else measured["down"])[name],
            reference,
            solved.tolerance(subject, spin, [name], times=times),
            note=f"spin {spin} through {name}",
        )
        for spin, by_lead in expected.items()
        for name, reference in by_lead.items()
    )
    return resting_on(subject, [found], (SPIN_CURRENTS, case))[0]


def closed_form(case: SpinQuestion, two_S_i: int) -> tuple[tuple[float, ...], dict[Spin, list[float]]]:
    """Return the populations as `one_level_spin_currents` does, and the currents of either spin."""
    with workdps(CLOSED_DIGITS):
        up, down = (
            [
                (rates_of_spins(lead)[number], _fermi(0.5 * sigma * case["zeeman"] - lead["mu"], case["kT"]))
                for lead in case["leads"]
            ]
            for number, (_, sigma) in enumerate(SPINS)
        )
        populations, of_up, of_down = one_level_spin_currents(0.75, two_S_i, up, down)
        P_0, P_1, P_2 = (float(P) for P in populations)
        return (P_0, P_1, P_2), {"up": [float(value) for value in of_up], "down": [float(value) for value in of_down]}


def _fermi(energy: float, kT: float) -> Any:
    return 1 / (1 + mp.exp(mpf(energy) / kT))


@check(
    "zeeman.one-level@2",
    suite="zeeman",
    stage=Stage.CURRENT,
    claim="A singlet and a doublet between polarised leads in a field carry the current of a star of three states",
    equation="[J96] Eqs. (2) and (3) for one S_z; physics.md section 5",
    tasks=(SPIN_CURRENTS,),
    trials=arrangements,
)
def one_level_currents(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare a singlet and a doublet with the closed form of a star of three states."""
    case = one_level(**trial.inputs)
    _, currents = closed_form(case, trial.inputs["two_S_i"])
    expected: dict[Spin, dict[str, Reference]] = {
        spin: {
            lead["name"]: exact(value, "closed form") for lead, value in zip(case["leads"], currents[spin], strict=True)
        }
        for spin, _ in SPINS
    }
    yield currents_of_spins(subject, case, expected)


def _shifts(_: Scope) -> Iterator[Trial]:
    for two_S_i, two_S_j in _SHIFTED:
        for zeeman in (0.25, -0.25):
            inputs = {"two_S_i": two_S_i, "two_S_j": two_S_j, "zeeman": zeeman}
            yield Trial(f"2S = {two_S_i} -> {two_S_j}, b = {zeeman:g}", inputs)


@check(
    "zeeman.shift@1",
    suite="zeeman",
    stage=Stage.CURRENT,
    claim="In a large field the transition of the ground states moves by -|b|/2 if S grows, by +|b|/2 if it falls",
    equation="E + b S_z of the states S_z = -S; physics.md section 5",
    tasks=(SPIN_CURRENTS,),
    trials=_shifts,
)
def shift(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare the current with that of one state of one spin; all others are e^-64 away."""
    two_S_i, two_S_j, zeeman = (trial.inputs[name] for name in ("two_S_i", "two_S_j", "zeeman"))
    grows = two_S_j - two_S_i
    energy, kT = -0.5 * abs(zeeman) * grows, 2.0**-8
    case = one_level(two_S_i, two_S_j, "antiparallel leads", zeeman, bias=2 * kT)
    question: SpinQuestion = {**case, "kT": kT, "gate": 0.5 + energy}
    spin: Spin = "down" if zeeman * grows > 0 else "up"
    t = [rates_of_spins(lead)[0 if spin == "up" else 1] for lead in question["leads"]]
    f = [1 / (1 + exp(-lead["mu"] / kT)) for lead in question["leads"]]
    strength = 1.5 * ((two_S_i + 1) / (two_S_j + 1) if grows > 0 else 1.0)
    current = strength * t[0] * t[1] / (t[0] + t[1]) * (f[0] - f[1])
    expected = {"source": exact(current, "one state"), "drain": exact(-current, "one state")}
    yield currents_of_spins(subject, question, {spin: expected})


@check(
    "zeeman.no-field@1",
    suite="zeeman",
    stage=Stage.CURRENT,
    claim="Without field and between unpolarised leads each spin carries half of the current",
    equation="Wigner and Eckart; [J96] Eq. (3) summed over S_z",
    tasks=(SPIN_CURRENTS,),
    trials=many_leads("zeeman.no-field", 6, 40),
)
def no_field(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare either spin with half of the exact current between levels."""
    levels = trial.inputs["question"]
    half = {name: exact(0.5 * value, "levels, 20 digits") for name, value in solve_leads(levels).currents.items()}
    yield currents_of_spins(subject, unpolarised(levels), {"up": half, "down": half})


@check(
    "zeeman.mirror@1",
    suite="zeeman",
    stage=Stage.CURRENT,
    claim="The field reversed and the spins of all leads exchanged, spin up does what spin down did",
    equation="symmetry of [J96] Eqs. (2) and (3) under S_z -> -S_z",
    tasks=(SPIN_CURRENTS,),
    trials=in_a_field("zeeman.mirror", 4, 30),
    requires=("zeeman.one-level",),
)
def mirror(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare the currents of the mirrored case with those of the other spin."""
    case: SpinQuestion = trial.inputs["question"]
    here = subject.ask(SPIN_CURRENTS, **case)
    other = {"up": here["down"], "down": here["up"]}
    expected: dict[Spin, dict[str, Reference]] = {
        spin: {name: exact(value, "mirrored", own=True) for name, value in other[spin].items()} for spin, _ in SPINS
    }
    yield currents_of_spins(subject, mirrored(case), expected, times=2.0)


@check(
    "zeeman.conservation@1",
    suite="zeeman",
    stage=Stage.CURRENT,
    claim="The currents of spin up add up to 0 over all leads, and so do those of spin down: S_z is conserved",
    equation="stationary S_z and N of the dot; [J96] Eq. (2)",
    tasks=(SPIN_CURRENTS,),
    trials=in_a_field("zeeman.conservation", 6, 40),
)
def conservation(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Add up what was answered, spin by spin."""
    case: SpinQuestion = trial.inputs["question"]
    measured, solved = subject.ask(SPIN_CURRENTS, **case), solve_spins(case)
    for spin, by_lead in (("up", measured["up"]), ("down", measured["down"])):
        tolerance = solved.tolerance(subject, "up" if spin == "up" else "down", [*by_lead])
        total = close(sum(by_lead.values()), exact(0.0, "what enters leaves"), tolerance, note=f"spin {spin}")
        yield from resting_on(subject, [total], (SPIN_CURRENTS, case))


@check(
    "zeeman.equilibrium@1",
    suite="zeeman",
    stage=Stage.CURRENT,
    claim="Neither spin flows if all leads have one chemical potential and one temperature, however polarised they are",
    equation="detailed balance of [J96] Eq. (3)",
    tasks=(SPIN_CURRENTS,),
    trials=in_a_field("zeeman.equilibrium", 4, 30),
)
def equilibrium(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare every current with 0; all there is to cancel is the gross flow."""
    case = at_rest(trial.inputs["question"])
    none = {lead["name"]: exact(0.0, "equilibrium") for lead in case["leads"]}
    yield currents_of_spins(subject, case, {"up": none, "down": none})


@check(
    "zeeman.trees@2",
    suite="zeeman",
    stage=Stage.CURRENT,
    claim="The current of either spin through every lead is that of the stationary state over all S_z",
    equation="matrix-tree theorem with [J96] Eq. (3) for one S_z; physics.md section 5",
    tasks=(SPIN_CURRENTS,),
    trials=of_states("zeeman.trees", 8, 60),
    requires=("zeeman.one-level",),
)
def trees(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare the current of either spin with the exact one."""
    case: SpinQuestion = trial.inputs["question"]
    expected: dict[Spin, dict[str, Reference]] = {
        spin: {name: exact(value, STATES) for name, value in by_lead.items()}
        for spin, by_lead in solve_spins(case).currents.items()
    }
    yield currents_of_spins(subject, case, expected)


@check(
    "zeeman.states@1",
    suite="zeeman",
    stage=Stage.CURRENT,
    claim="States are levels without degeneracy between leads of one spin each: both equations give the same currents",
    equation="[J96] Eq. (3) for one S_z",
    tasks=(SPIN_CURRENTS, CURRENTS),
    trials=in_a_field("zeeman.states", 4, 30),
    requires=("zeeman.one-level", "leads.one-transition"),
)
def states(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Ask for the currents between levels that are the states, and compare; a program may refuse their spins."""
    case: SpinQuestion = trial.inputs["question"]
    try:
        found = subject.ask(CURRENTS, **as_levels(case))["currents"]
    except AnswerError as error:
        raise Unsupported(f"levels whose spins do not differ by 1/2 may be refused, and are: {error}") from error
    expected: dict[Spin, dict[str, Reference]] = {
        spin: {lead["name"]: exact(found[f"{spin} {lead['name']}"], "as levels", own=True) for lead in case["leads"]}
        for spin, _ in SPINS
    }
    yield currents_of_spins(subject, case, expected, times=2.0)


@check(
    "zeeman.enclosed@1",
    suite="zeeman",
    stage=Stage.CURRENT,
    claim="The current of either spin through every lead lies within the claimed accuracy of its enclosure",
    equation="[J96] Eq. (2); certification.md item 6",
    tasks=(SPIN_CURRENTS,),
    trials=in_a_field("zeeman.enclosed", 3, 30),
    requires=("zeeman.one-level",),
)
def enclosed(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare the current of either spin with its ball."""
    case: SpinQuestion = trial.inputs["question"]
    found = proven(SPIN_CURRENTS, case)
    expected: dict[Spin, dict[str, Reference]] = {
        spin: {name: reference_of_ball(found, ball) for name, ball in found.values[spin].items()} for spin, _ in SPINS
    }
    yield currents_of_spins(subject, case, expected)


rules = rules_of(SPIN_CURRENTS, "zeeman", SPIN_RULES)
