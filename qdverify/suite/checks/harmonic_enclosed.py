"""Harmonic dots in a field against certified numbers, for three and more electrons, which no closed form solves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from qdverify.suite.checks import oracle
from qdverify.suite.declare import Scope, Trial, check
from qdverify.suite.exact.harmonic import random_harmonic_dot
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
    return oracle.transitions.judge(subject, trial)
