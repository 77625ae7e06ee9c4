"""Populations and currents over the whole range of the inputs, and the relations that hold exactly for any case.

Faults that show in one range alone (rates below 1e-8, M_ji below 1e-9, more than five electrons, arguments of f below
1e-4) pass wherever that range is not asked for.
"""

from __future__ import annotations

from collections.abc import Iterator

from qdverify.protocol.json_types import Transition
from qdverify.suite.comparators import close
from qdverify.suite.declare import Scope, Trial, check
from qdverify.suite.evidence import resting_on
from qdverify.suite.exact.transport_cases import Case, mirrored, random_case
from qdverify.suite.exact.transport_reference import (
    TREES,
    compare_currents,
    compare_populations,
    population_tolerance,
    solve_exactly,
)
from qdverify.suite.exact.wide_cases import (
    astride_cases,
    coinciding_cases,
    named_cases,
    random_cases,
    times,
    unequal_cases,
    with_energy_per_electron,
)
from qdverify.suite.finding import Comparison, Stage, exact
from qdverify.suite.subject import Subject

FACTORS = (1e-12, 1e12)
PER_ELECTRON = (0.25, -4.0)


def _wide(scope: Scope) -> Iterator[Trial]:
    for label, case in named_cases():
        yield Trial(label, case)
        if "mu" not in label and "argument" not in label:
            yield Trial(f"{label}, R listed first", {**case, "leads": case["leads"][::-1]})
    for label, case in unequal_cases():
        yield Trial(label, case)
    for label, case in random_cases(scope.random("chains.range"), 60 if scope.full else 12):
        yield Trial(label, case)


def _wide_and_astride(scope: Scope) -> Iterator[Trial]:
    yield from _wide(scope)
    for label, case in astride_cases():
        yield Trial(label, case)


@check(
    "stationary.range@2",
    suite="stationary",
    stage=Stage.RATES,
    claim="Populations are right for t from 1e-9 to 1e8, M_ji from 0 to 5, N to 20, far gates, and equal levels",
    equation="matrix-tree theorem; protocol.md, task 5",
    tasks=("stationary_state",),
    trials=_wide_and_astride,
    requires=("stationary.one-transition",),
)
def populations(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare the populations of cases in which one input, or several, are unusual, with the exact ones."""
    yield from compare_populations(subject, trial.inputs, solve_exactly(trial.inputs).populations, TREES)


@check(
    "current.range@2",
    suite="current",
    stage=Stage.CURRENT,
    claim="Currents are right for t from 1e-9 to 1e8, M_ji from 0 to 5, N to 20, far gates, and equal levels",
    equation="matrix-tree theorem with [J96] Eq. (2); protocol.md, task 6",
    tasks=("current",),
    trials=_wide,
    requires=("current.one-transition",),
)
def currents(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare the currents of cases in which one input, or several, are unusual, with the exact ones."""
    yield from compare_currents(subject, trial.inputs, solve_exactly(trial.inputs).current, TREES)


def _chains(scope: Scope) -> Iterator[Trial]:
    choose = scope.random("chains.relations")
    for number in range(20 if scope.full else 3):
        yield Trial(f"random chain {number}", random_case(choose, depth=30.0))
    for label, case in coinciding_cases():
        yield Trial(label, case)


def _related(case: Case) -> Iterator[tuple[str, Case, float]]:
    """Yield cases of the same populations, and the factor by which their current is larger."""
    for factor in FACTORS:
        yield f"all rates times {factor:g}", times(case, rates=factor), factor
        yield f"all M_ji times {factor:g}", times(case, weights=factor), factor
    yield "left and right exchanged", mirrored(case), -1.0


@check(
    "stationary.relations@1",
    suite="stationary",
    stage=Stage.RATES,
    claim="Populations do not change if all rates or all M_ji are scaled, or left and right exchanged",
    equation="[J96] Eq. (3) is linear in t and M_ji, and both barriers enter alike",
    tasks=("stationary_state",),
    trials=_chains,
    requires=("stationary.one-transition",),
)
def same_populations(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Ask for the populations of related cases, whose exact ones are those of the case itself."""
    expected = solve_exactly(trial.inputs).populations
    for label, case, _ in _related(trial.inputs):
        yield from compare_populations(subject, case, expected, f"{TREES}, {label}")
    for energy in PER_ELECTRON:
        shifted = with_energy_per_electron(trial.inputs, energy)
        origin = f"{TREES}, {energy:+g} per electron in energies and gate"
        yield from compare_populations(subject, shifted, solve_exactly(shifted).populations, origin)


@check(
    "current.relations@1",
    suite="current",
    stage=Stage.CURRENT,
    claim="Currents scale with all rates and with all M_ji, and turn if left and right are exchanged",
    equation="[J96] Eqs. (2) and (3) are linear in t and M_ji, and both barriers enter alike",
    tasks=("current",),
    trials=_chains,
    requires=("current.one-transition",),
)
def scaled_currents(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Ask for the currents of related cases, whose exact ones are a factor times that of the case itself."""
    expected = solve_exactly(trial.inputs).current
    for label, case, factor in _related(trial.inputs):
        yield from compare_currents(subject, case, factor * expected, f"{TREES}, {label}")
    for energy in PER_ELECTRON:
        shifted = with_energy_per_electron(trial.inputs, energy)
        origin = f"{TREES}, {energy:+g} per electron in energies and gate"
        yield from compare_currents(subject, shifted, solve_exactly(shifted).current, origin)


@check(
    "stationary.equal-levels@2",
    suite="stationary",
    stage=Stage.RATES,
    claim="Levels that are equal in electrons, energy, spin and M_ji hold equal populations, each listed on its own",
    equation="symmetry of [J96] Eq. (3) under exchange of two levels",
    tasks=("stationary_state",),
    trials=lambda scope: (Trial(f"random chain {n}", case) for n, case in _doubled(scope)),
    requires=("stationary.one-transition",),
)
def equal_levels(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare both populations of a level that is listed twice with each other and with the exact one."""
    reference = solve_exactly(trial.inputs)
    last = len(trial.inputs["levels"]) - 1
    measured = subject.ask("stationary_state", **trial.inputs)["populations"]
    tolerance = population_tolerance(subject, 2 * reference.populations[last], reference.rounding, times=2)
    twin = close(measured[last], exact(measured[0], "the population of the equal level", own=True), tolerance)
    yield from resting_on(subject, [twin], ("stationary_state", trial.inputs))
    yield from compare_populations(subject, trial.inputs, reference.populations, TREES)


def _doubled(scope: Scope) -> Iterator[tuple[int, Case]]:
    """Yield random cases whose first level is listed once more at the end, with the same M_ji."""
    choose = scope.random("chains.equal-levels")
    for number in range(12 if scope.full else 3):
        case = random_case(choose, depth=30.0)
        last = len(case["levels"])
        twins: list[Transition] = [
            {**item, "from": item["from"] or last, "to": item["to"] or last}
            for item in case["transitions"]
            if 0 in (item["from"], item["to"])
        ]
        yield (
            number,
            {**case, "levels": [*case["levels"], case["levels"][0]], "transitions": [*case["transitions"], *twins]},
        )
