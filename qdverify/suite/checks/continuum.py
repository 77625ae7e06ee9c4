"""Two electrons beyond any basis: levels and M_ji against the direct solution in the triangle x_1 < x_2.

The direct solution knows no orbitals.  The implementation's levels must lie above it, fall onto it for a kernel that
is smooth on the scale of the basis, and extrapolate to it where the cusp is sharp.  The gauge of that extrapolation is
the excess of the implementation's own ground state over the direct one: what truncation costs is the same function of
M for all levels up to a constant (`qdverify.reference.consensus.extrapolation`).  For the same reason that
extrapolation forgives a kernel that is wrong at short distance only; the smooth kernel, compared as it stands, does
not.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Final

from qdverify.protocol.grade import Grade
from qdverify.protocol.json_types import BoxDot
from qdverify.protocol.sample_dots import make_dot, random_dot
from qdverify.reference.consensus.continuum import (
    ContinuumLevels,
    ContinuumTransitions,
    one_to_two_electrons,
    two_electron_levels,
)
from qdverify.reference.printed import reported
from qdverify.suite.comparators import ComparisonError, at_most, close
from qdverify.suite.declare import Scope, Trial, check
from qdverify.suite.exact.growing_basis import close_in_the_limit, levels_by_spin
from qdverify.suite.finding import Comparison, Reference, Stage, Tolerance
from qdverify.suite.subject import Subject

ORIGIN: Final = "direct solution of N = 2 in the triangle x_1 < x_2"
LEVELS: Final = 5
LISTED: Final = 10
SMOOTH: Final = 0.3


def sharp_dots(scope: Scope) -> Iterator[Trial]:
    """Yield dots whose cusp no basis resolves: the paper's, and random ones at level full."""
    orbitals = list(range(8, 21, 2))
    yield Trial("paper's dot", {"dot": reported.dot(8), "orbitals": orbitals})
    choose = scope.random("continuum.sharp")
    for number in range(5 if scope.full else 0):
        dot = random_dot(choose, "soft-coulomb", 8)
        # Wider cutoffs are resolved by the larger bases: they belong to the smooth dots.
        cutoff = min(dot["cutoff"], 0.01 * dot["length"])
        yield Trial(f"random {number}", {"dot": {**dot, "cutoff": cutoff}, "orbitals": orbitals})


def smooth_dots(scope: Scope) -> Iterator[Trial]:
    """Yield dots whose kernel varies on the scale of the dot: a few orbitals are enough."""
    yield Trial("wide", {"dot": make_dot("soft-coulomb", 1, length=5.0, cutoff=5.0 * SMOOTH), "orbitals": [10, 14]})
    choose = scope.random("continuum.smooth")
    for number in range(5 if scope.full else 0):
        dot = random_dot(choose, "soft-coulomb", 1)
        yield Trial(f"random {number}", {"dot": {**dot, "cutoff": SMOOTH * dot["length"]}, "orbitals": [10, 14]})


@cache
def _direct(length: float, strength: float, cutoff: float) -> ContinuumLevels:
    return two_electron_levels("soft-coulomb", LEVELS, length=length, strength=strength, cutoff=cutoff)


@cache
def _direct_transitions(length: float, strength: float, cutoff: float) -> ContinuumTransitions:
    return one_to_two_electrons("soft-coulomb", 2, LEVELS, length=length, strength=strength, cutoff=cutoff)


def _inputs(dot: BoxDot) -> tuple[float, float, float]:
    return dot["length"], dot["strength"], dot["cutoff"]


def _consensus(value: float, bound: float) -> Reference:
    return Reference(float(value), Grade.CONSENSUS, float(bound), ORIGIN)


def _places(direct: ContinuumLevels) -> list[tuple[int, int]]:
    """Return (2S, place among the levels of that spin) of every level."""
    spins = direct.two_S.tolist()
    return [(two_S, spins[:index].count(two_S)) for index, two_S in enumerate(spins)]


@check(
    "continuum.smooth@1",
    suite="continuum",
    stage=Stage.SPECTRUM,
    claim="For a smooth kernel the levels of two electrons are those of the continuum, and never below them",
    equation="Schroedinger's equation of [J96] Eq. (1) for N = 2, M = infinity",
    tasks=("spectrum",),
    trials=smooth_dots,
    requires=("small-basis.levels",),
)
def smooth(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare every level, within what four more orbitals still changed."""
    dot: BoxDot = trial.inputs["dot"]
    few, many = trial.inputs["orbitals"]
    direct = _direct(*_inputs(dot))
    coarse, fine = (levels_by_spin(subject, {**dot, "orbitals": M}, 2, LISTED) for M in (few, many))
    limits = zip(_places(direct), direct.energies.tolist(), direct.uncertainties.tolist(), strict=True)
    for (two_S, place), energy, bound in limits:
        if min(len(coarse.get(two_S, [])), len(fine.get(two_S, []))) <= place:
            raise ComparisonError(f"fewer than {place + 1} levels of 2S={two_S} among the lowest {LISTED}")
        found, note = fine[two_S][place], f"2S={two_S}, level {place}"
        change = abs(coarse[two_S][place] - found)
        noise = subject.tolerance("spectrum", energy)
        tolerance = Tolerance(change + noise.value, f"change from M={few} to {many} + {noise.origin}")
        yield close(found, _consensus(energy, bound), tolerance, note=note)
        yield at_most(energy - bound - found, 0.0, noise, origin="min-max theorem", note=f"{note}, depth below")


@check(
    "continuum.sharp@1",
    suite="continuum",
    stage=Stage.SPECTRUM,
    claim="Levels of two electrons with a sharp cusp extrapolate to the continuum's, with one function of M for all",
    equation="short-distance universality; docs/continuum.md",
    tasks=("spectrum",),
    trials=sharp_dots,
    requires=("continuum.smooth",),
)
def sharp(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Use the ground state's excess as the gauge, and compare all other levels."""
    dot, orbitals = trial.inputs["dot"], trial.inputs["orbitals"]
    direct, gauge, found = _followed(subject, dot, orbitals)
    excess = min(gauge)
    yield at_most(-excess, 0.0, subject.tolerance("spectrum", float(direct.energies[0])), origin="min-max theorem")
    largest = max(abs(energy) for spectrum in found for energies in spectrum.values() for energy in energies)
    noise = subject.tolerance("spectrum", largest).value
    for index, (two_S, place) in enumerate(_places(direct)):
        if (two_S, place) == (0, 0):
            continue
        values = [spectrum[two_S][place] for spectrum in found]
        reference = _consensus(direct.energies[index], direct.uncertainties[index])
        note = f"2S={two_S}, level {place}"
        yield close_in_the_limit(orbitals, values, reference, noise, gauge=gauge, note=note)


@check(
    "continuum.transitions@1",
    suite="continuum",
    stage=Stage.TRANSITIONS,
    claim="M_ji from one to two electrons extrapolates to that of the continuum, add operator with all orbitals",
    equation="[J96] Eq. (4) at M = infinity: sum_n phi_n(x) = cot(pi x/2L)/sqrt(2L)",
    tasks=("spectrum", "transition_probabilities"),
    trials=sharp_dots,
    requires=("continuum.sharp", "small-basis.transitions"),
)
def transitions(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Extrapolate every M_ji from the two lowest orbitals with the same gauge."""
    dot, orbitals = trial.inputs["dot"], trial.inputs["orbitals"]
    direct, gauge, _ = _followed(subject, dot, orbitals)
    exact = _direct_transitions(*_inputs(dot))
    probabilities = []
    for M in orbitals:
        at_M = {**dot, "orbitals": M}
        spins = subject.ask("spectrum", dot=at_M, electrons=2, levels=LISTED)["two_S"]
        question = {"dot": at_M, "electrons": 1, "levels_from": 2, "levels_to": LISTED}
        rows = subject.ask("transition_probabilities", **question)["M"]
        same = {two_S: [row for row, other in zip(rows, spins, strict=True) if other == two_S] for two_S in set(spins)}
        probabilities.append([same[two_S][place] for two_S, place in _places(direct)])
    noise = subject.tolerance("transition_probabilities").value
    for j, (two_S, place) in enumerate(_places(direct)):
        for i in range(2):
            values = [rows[j][i] for rows in probabilities]
            reference = _consensus(exact.M[j, i], exact.uncertainties[j, i])
            note = f"orbital {i + 1} -> 2S={two_S}, level {place}"
            yield close_in_the_limit(orbitals, values, reference, noise, gauge=gauge, note=note)


def _followed(
    subject: Subject, dot: BoxDot, orbitals: list[int]
) -> tuple[ContinuumLevels, list[float], list[dict[int, list[float]]]]:
    """Return the direct solution, the ground singlet's excess at every M, and the levels by spin at every M."""
    direct = _direct(*_inputs(dot))
    found = [levels_by_spin(subject, {**dot, "orbitals": M}, 2, LISTED) for M in orbitals]
    for M, spectrum in zip(orbitals, found, strict=True):
        for two_S, place in _places(direct):
            if len(spectrum.get(two_S, [])) <= place:
                raise ComparisonError(f"M={M}: fewer than {place + 1} levels of 2S={two_S} among the lowest {LISTED}")
    target = direct.energies[direct.two_S.tolist().index(0)]
    return direct, [float(spectrum[0][0] - target) for spectrum in found], found
