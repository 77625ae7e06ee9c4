"""Harmonic dots against certified numbers: three and more electrons in a field, and dots with a thickness.

No closed form solves either. A program that knows flat dots only declines a thickness.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator

from qdverify.protocol.json_types import HarmonicDot
from qdverify.suite.certified import proven, reference_of
from qdverify.suite.checks import oracle
from qdverify.suite.checks.harmonic import quadruples
from qdverify.suite.comparators import close
from qdverify.suite.declare import Scope, Trial, check
from qdverify.suite.exact.harmonic import effective_omega, random_harmonic_dot
from qdverify.suite.finding import Comparison, Stage
from qdverify.suite.subject import Subject


def _spectra(scope: Scope) -> Iterator[Trial]:
    choose = scope.random("harmonic.enclosed")
    for electrons, shells in ((2, 4), (3, 3), (4, 3), (5, 3)) if scope.full else ((3, 3), (4, 2)):
        inputs = {"dot": random_harmonic_dot(choose, shells), "electrons": electrons, "levels": 6}
        yield Trial(f"N={electrons}, K={shells}", inputs)


@check(
    "harmonic.enclosed@1",
    suite="harmonic",
    stage=Stage.SPECTRUM,
    claim="The lowest levels of three and more electrons in a field have the energies and spins that a proof encloses",
    equation="certification.md item 3, block by block of L and S",
    tasks=("spectrum",),
    trials=_spectra,
    requires=("harmonic.pairs",),
)
def levels(subject: Subject, trial: Trial) -> Iterable[Comparison]:
    """Compare all energies, and the spins up to the order of levels that coincide."""
    return oracle.spectrum.judge(subject, trial)


def _transitions(scope: Scope) -> Iterator[Trial]:
    choose = scope.random("harmonic.transitions-enclosed")
    for electrons, shells in ((2, 3), (3, 2), (3, 3)) if scope.full else ((2, 2),):
        inputs = {"dot": random_harmonic_dot(choose, shells), "electrons": electrons, "levels_from": 3, "levels_to": 4}
        yield Trial(f"N={electrons}->{electrons + 1}, K={shells}", inputs)


@check(
    "harmonic.transitions-enclosed@1",
    suite="harmonic",
    stage=Stage.TRANSITIONS,
    claim="M_ji from two electrons to three in a field lies within the claimed accuracy of what a proof encloses",
    equation="[J96] Eq. (4); certification.md item 5",
    tasks=("spectrum", "transition_probabilities"),
    trials=_transitions,
    requires=("harmonic.enclosed",),
)
def transitions(subject: Subject, trial: Trial) -> Iterable[Comparison]:
    """Compare every M_ji, summed over levels of one spin that coincide."""
    return oracle.compare_transitions(subject, trial)


def _thick_dots(choose: random.Random, count: int) -> Iterator[tuple[str, HarmonicDot]]:
    """Yield dots with thicknesses below and above their oscillator length, in turns."""
    for number in range(count):
        dot = random_harmonic_dot(choose, 3)
        lengths = choose.uniform(*((0.125, 0.5), (1.0, 3.0))[number % 2])
        dot["thickness"] = lengths / float(effective_omega(dot)) ** 0.5
        yield f"random {number}, {'thin' if lengths < 1 else 'thick'}", dot


def _thick_integrals(scope: Scope) -> Iterator[Trial]:
    for label, dot in _thick_dots(scope.random("harmonic.thickness-integrals"), 6 if scope.full else 2):
        yield Trial(label, {"dot": dot, "indices": quadruples(dot["shells"])})


@check(
    "harmonic.thickness-integrals@1",
    suite="harmonic",
    stage=Stage.INTEGRALS,
    claim="(pq|rs) of a dot with a thickness lie within the claimed accuracy of what a proof encloses",
    equation="interaction s/sqrt(r^2 + z^2), z normal with variance 2 b^2",
    tasks=("interaction_integrals",),
    trials=_thick_integrals,
    requires=("harmonic.integrals",),
)
def thick_integrals(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare integrals of all kinds with balls."""
    measured = subject.ask("interaction_integrals", **trial.inputs)["values"]
    found = proven("interaction_integrals", trial.inputs, digits=20)
    tolerance = subject.tolerance("interaction_integrals", abs(found.floats("values")[0]))
    yield close(measured, reference_of(found, "values"), tolerance)


def _thick_spectra(scope: Scope) -> Iterator[Trial]:
    for label, dot in _thick_dots(scope.random("harmonic.thickness"), 4 if scope.full else 2):
        for still in (dot, {**dot, "field": 0.0}) if scope.full else (dot,):
            field = "no field" if still["field"] == 0.0 else "in a field"
            yield Trial(f"{label}, {field}", {"dot": still, "electrons": 2, "levels": 6})


@check(
    "harmonic.thickness@1",
    suite="harmonic",
    stage=Stage.SPECTRUM,
    claim="Two electrons in a dot with a thickness have the energies and spins that a proof encloses",
    equation="interaction s/sqrt(r^2 + z^2), z normal with variance 2 b^2",
    tasks=("spectrum",),
    trials=_thick_spectra,
    requires=("harmonic.pairs",),
)
def thick_levels(subject: Subject, trial: Trial) -> Iterable[Comparison]:
    """Compare all energies, and the spins up to the order of levels that coincide."""
    return oracle.spectrum.judge(subject, trial)
