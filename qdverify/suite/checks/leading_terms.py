"""The limit kT -> 0 as exact numbers: each population and the current tends to a exp(-A/kT).

Prefactor a and exponent A are rational functions of the inputs: sums over trees of rates on the exact side, elimination
of states in the implementation. Energies are dyadic, so that an exponent that should be zero is zero.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from analytic import zero_temperature_current, zero_temperature_populations
from qdverify.suite.comparators import close
from qdverify.suite.declare import Scope, Trial, check
from qdverify.suite.exact import transport_cases
from qdverify.suite.exact.transport_cases import leads
from qdverify.suite.finding import Comparison, Stage, exact
from qdverify.suite.subject import Subject

TREES: Final = "sum over spanning trees of leading terms, exact"


def points(_: Scope) -> Iterator[Trial]:
    """Yield a plateau, a threshold, blockades and a spin blockade, at both signs of the bias."""
    orbital, blockade = transport_cases.one_orbital(), transport_cases.spin_blockade()
    for label, level_scheme, gate, bias in (
        ("plateau of one orbital", orbital, 0.75, 1.0),
        ("plateau of one orbital, from R to L", orbital, 0.75, -1.0),
        ("one orbital at a threshold", orbital, 0.25, 0.5),
        ("blockade at N = 1", orbital, 0.625, 0.125),
        ("blockade at N = 2", orbital, 1.125, 0.125),
        ("spin blockade", blockade, 0.953125, 0.375),
    ):
        yield Trial(label, {**level_scheme, "leads": leads(bias, 1.0, 0.125), "gate": gate})


@check(
    "plateaux.leading-terms@1",
    suite="plateaux",
    stage=Stage.CURRENT,
    claim="For kT -> 0 populations and current tend to a exp(-A/kT), with a and A rational in the inputs",
    equation="physics.md section 5, T -> 0: leading exponents and prefactors",
    tasks=("low_temperature",),
    trials=points,
)
def leading_terms(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare the prefactors and the exponents of all populations, then those of the current."""
    case = trial.inputs
    answer = subject.ask("low_temperature", **case)
    populations, current = zero_temperature_populations(**case), zero_temperature_current(**case)
    largest = max(abs(item["energy"]) for item in case["levels"]) + abs(case["gate"])
    for measured, terms, task in (
        (answer["populations"], populations, "stationary_state"),
        ([answer["current"]], [current], "current"),
    ):
        prefactors, exponents = [float(term.prefactor) for term in terms], [float(term.exponent) for term in terms]
        found = [[term[k] for term in measured] for k in (0, 1)]
        unit = max(map(abs, prefactors))
        yield close(found[0], exact(prefactors, TREES), subject.tolerance(task, unit), note=f"prefactors, {task}")
        yield close(found[1], exact(exponents, TREES), subject.tolerance(task, largest), note=f"exponents, {task}")
