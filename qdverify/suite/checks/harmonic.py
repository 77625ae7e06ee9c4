"""Harmonic dots in two dimensions and a magnetic field: integrals, levels and M_ji in a basis of whole shells.

The references are exact in that basis. Whether a program tells the angular momenta of levels is its choice; if it does,
they are compared too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any, Final

import mpmath

from analytic import Multiplet, integral_levels, transition_probabilities_between
from analytic import harmonic_dot as exact_dot
from analytic.harmonic_integrals import shell_orbitals
from qdverify.protocol.dots import orbitals_of
from qdverify.protocol.json_types import HarmonicDot, SpectrumQuestion
from qdverify.suite.checks.small_basis import compare_levels, compare_transitions
from qdverify.suite.comparators import close, equal
from qdverify.suite.declare import Scope, Trial, check
from qdverify.suite.exact.coinciding_levels import cluster_numbers, cluster_spins
from qdverify.suite.exact.harmonic import (
    DIGITS,
    exact_harmonic_levels,
    exact_harmonic_transitions,
    exact_integrals_of,
    harmonic_dot,
    random_harmonic_dot,
)
from qdverify.suite.exact.small_basis import level_count
from qdverify.suite.finding import Comparison, Stage, exact
from qdverify.suite.own_dot_checks import sum_rule
from qdverify.suite.subject import Subject

MODEL: Final = "electrons in two dimensions, V = omega^2 r^2/2 and a perpendicular field"
IN_BASIS: Final = "pairs of Fock-Darwin orbitals of one L and S, diagonalised at 30 digits"
FEW: Final = 6
WEIGHTS: Final = (1.0, -0.5, 0.25, 0.75, -1.25, 0.5)


def _integral_trials(scope: Scope) -> Iterator[Trial]:
    choose = scope.random("harmonic.integrals")
    for number in range(4 if scope.full else 2):
        dot = random_harmonic_dot(choose, (3, 4)[number % 2])
        yield Trial(f"random {number}", {"dot": dot, "indices": quadruples(dot["shells"])})


def quadruples(shells: int) -> list[list[int]]:
    """Return quadruples of orbitals that conserve angular momentum, and some that do not."""
    m = [orbital[1] for orbital in shell_orbitals(shells)]
    size = range(1, len(m) + 1)
    kept: list[list[int]] = []
    others: list[list[int]] = []
    for p, q, r, s in product(size, repeat=4):
        (kept if m[p - 1] + m[r - 1] == m[q - 1] + m[s - 1] else others).append([p, q, r, s])
    return [[1, 1, 1, 1], *kept[:: max(1, len(kept) // 80)], *others[:: max(1, len(others) // 8)]]


@check(
    "harmonic.integrals@1",
    suite="harmonic",
    stage=Stage.INTEGRALS,
    claim="(pq|rs) between Fock-Darwin orbitals are the closed forms, and 0 unless m_p + m_r = m_q + m_s",
    equation="Coulomb integrals of Fock-Darwin orbitals",
    tasks=("interaction_integrals",),
    trials=_integral_trials,
)
def integrals(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare integrals of all kinds with sums of rational numbers."""
    measured = subject.ask("interaction_integrals", **trial.inputs)["values"]
    expected = exact_integrals_of(trial.inputs["dot"], trial.inputs["indices"])
    tolerance = subject.tolerance("interaction_integrals", abs(expected[0]))
    yield close(measured, exact(expected, "relative coordinates, exact"), tolerance)


def _one(scope: Scope) -> Iterator[Trial]:
    choose = scope.random("harmonic.one-electron")
    dots = {"no field": harmonic_dot(0.5, 0.0, 4), "omega_c = 8 omega/3": harmonic_dot(3.0, 8.0, 4)}
    for number in range(8 if scope.full else 2):
        dots[f"random {number}"] = random_harmonic_dot(choose, 4)
    for label, dot in dots.items():
        yield Trial(label, {"dot": dot, "electrons": 1, "levels": orbitals_of(dot)})


@check(
    "harmonic.one-electron@1",
    suite="harmonic",
    stage=Stage.SPECTRUM,
    claim="One electron has the levels of Fock and Darwin, with their angular momenta, whatever the strength",
    equation="V. Fock, Z. Phys. 47, 446 (1928); C. G. Darwin, Proc. Camb. Phil. Soc. 27, 86 (1931)",
    tasks=("spectrum",),
    trials=_one,
)
def one_electron(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare all levels of four shells."""
    found = exact_harmonic_levels(trial.inputs["dot"], 1)
    yield from compare_with_momenta(subject, trial.inputs, found, "(2 n_r + |m| + 1) Omega - m omega_c/2")


def compare_with_momenta(subject: Subject, question: SpectrumQuestion, found: Any, origin: str) -> Iterator[Comparison]:
    """Compare energies, spins and, if they are told, angular momenta with those of exact levels."""
    yield from compare_levels(subject, question, found, origin)
    answer = subject.ask("spectrum", **question)
    if "L" in answer:
        energies = [float(level.energy) for level in found]
        tolerance = subject.energy_tolerance(question["dot"], question["electrons"], energies)
        numbers = cluster_numbers(energies, 2 * tolerance.value)
        expected = exact(told_momenta(numbers, [level.L for level in found]), origin)
        yield equal(told_momenta(numbers, answer["L"]), expected, note="angular momenta, cluster by cluster")


def told_momenta(numbers: Sequence[int], momenta: Sequence[int]) -> list[str]:
    """Return the angular momenta of each cluster in words: what hints say of numbers here is said of spins.

    >>> told_momenta([0, 0, 1], [1, -1, 0])
    ['L = -1, 1', 'L = 0']
    """
    return [f"L = {', '.join(map(str, cluster))}" for cluster in cluster_spins(numbers, momenta)]


def _pairs(scope: Scope) -> Iterator[Trial]:
    choose = scope.random("harmonic.pairs")
    dots = {
        "omega = s = 1": harmonic_dot(),
        "strong": harmonic_dot(0.25, 0.125, 3, 8.0),
        "attractive": harmonic_dot(1.0, 0.5, 3, -0.75),
    }
    for number in range(6 if scope.full else 1):
        dots[f"random {number}"] = random_harmonic_dot(choose, 4 if scope.full else 3)
    for label, dot in dots.items():
        yield Trial(label, {"dot": dot, "electrons": 2, "levels": level_count(2, orbitals_of(dot))})
    for number in range(3 if scope.full else 1):
        dot = random_harmonic_dot(choose, 3)
        yield Trial(f"few levels {number}", {"dot": dot, "electrons": 2, "levels": FEW})


@check(
    "harmonic.pairs@1",
    suite="harmonic",
    stage=Stage.SPECTRUM,
    claim="Two electrons in a basis of shells have the levels of exact integrals, none missing, with their L and S",
    equation=MODEL,
    tasks=("spectrum",),
    trials=_pairs,
    requires=("harmonic.one-electron",),
)
def pairs(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare all levels of two electrons, or the lowest: of each L and S a program has to know how many."""
    found = exact_harmonic_levels(trial.inputs["dot"], 2)[: trial.inputs["levels"]]
    yield from compare_with_momenta(subject, trial.inputs, found, IN_BASIS)


def _without_field(scope: Scope) -> Iterator[Trial]:
    for electrons in (3, 4, 5) if scope.full else (3, 4):
        for strength in (1.0, -0.5) if scope.full else (1.0,):
            dot = harmonic_dot(0.5, 0.0, 2, strength)
            inputs = {"dot": dot, "electrons": electrons, "levels": level_count(electrons, 3)}
            yield Trial(f"N={electrons}, s={strength:g}", inputs)


def _real_levels(dot: HarmonicDot, electrons: int) -> list[Multiplet]:
    """Return all levels without field, through real orbitals."""
    found = exact_dot(dot["omega"], dot["shells"], strength=dot["strength"])
    return integral_levels(found, electrons, digits=DIGITS)


@check(
    "harmonic.more-electrons@1",
    suite="harmonic",
    stage=Stage.SPECTRUM,
    claim="Three and four electrons in two shells without field have the levels of exact integrals, none missing",
    equation=MODEL,
    tasks=("spectrum",),
    trials=_without_field,
    requires=("harmonic.pairs",),
)
def more_electrons(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare all levels with exact blocks between real orbitals."""
    found = _real_levels(trial.inputs["dot"], trial.inputs["electrons"])
    yield from compare_levels(subject, trial.inputs, found, "exact blocks between real orbitals at 30 digits")


def _first_transitions(scope: Scope) -> Iterator[Trial]:
    choose = scope.random("harmonic.transitions")
    for number in range(6 if scope.full else 2):
        dot = random_harmonic_dot(choose, 3 if number % 2 else 2)
        M = orbitals_of(dot)
        inputs = {"dot": dot, "electrons": 1, "levels_from": M, "levels_to": level_count(2, M)}
        yield Trial(f"random {number}", inputs)
        yield Trial(f"random {number} with weights", {**inputs, "weights": list(WEIGHTS[:M])})


@check(
    "harmonic.transitions@1",
    suite="harmonic",
    stage=Stage.TRANSITIONS,
    claim="In a field M_ji from one electron to two is (2 S_j + 1)/2 (sum_p w_p C_pn)^2, C the function of the pair",
    equation="[J96] Eq. (4) with w_n c+_n in place of c+_n",
    tasks=("spectrum", "transition_probabilities"),
    trials=_first_transitions,
    requires=("harmonic.pairs",),
)
def transitions(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare every M_ji between all levels of one and of two electrons."""
    dot = trial.inputs["dot"]
    M = exact_harmonic_transitions(dot, trial.inputs.get("weights", [1.0] * orbitals_of(dot)))
    levels: Any = exact_harmonic_levels(dot, 1), exact_harmonic_levels(dot, 2)
    yield compare_transitions(subject, trial.inputs, levels, M, IN_BASIS)


def _second_transitions(_: Scope) -> Iterator[Trial]:
    counts = [level_count(N, 3) for N in range(5)]
    for electrons in (2, 3):
        inputs = {"electrons": electrons, "levels_from": counts[electrons], "levels_to": counts[electrons + 1]}
        yield Trial(f"N={electrons}->{electrons + 1}", {"dot": harmonic_dot(0.5, 0.0, 2), **inputs})


@check(
    "harmonic.added-electron@1",
    suite="harmonic",
    stage=Stage.TRANSITIONS,
    claim="Amplitudes of pairs of determinants are added with their signs and squared, not added as squares",
    equation="[J96] Eq. (6)",
    tasks=("spectrum", "transition_probabilities"),
    trials=_second_transitions,
    requires=("harmonic.more-electrons",),
)
def added_electron(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare M_ji between all levels without field, summed over levels that coincide."""
    dot, electrons = trial.inputs["dot"], trial.inputs["electrons"]
    initial, final = (_real_levels(dot, N) for N in (electrons, electrons + 1))
    with mpmath.workdps(DIGITS):
        # orbitals m and -m with weights 1 are sqrt 2 times the even combination
        weights = [mpmath.sqrt(2) if m > 0 else mpmath.mpf(m == 0) for _, m in shell_orbitals(dot["shells"])]
        M = transition_probabilities_between(initial, final, weights=weights)
    yield compare_transitions(subject, trial.inputs, (initial, final), M, "exact blocks between real orbitals")


def _sums(scope: Scope) -> Iterator[Trial]:
    choose = scope.random("harmonic.sum-rule")
    for electrons in (1, 2, 3) if scope.full else (2,):
        counts = [level_count(N, 3) for N in (electrons - 1, electrons, electrons + 1)]
        inputs = {"dot": random_harmonic_dot(choose, 2), "electrons": electrons, "counts": counts, "whole": True}
        yield Trial(f"N={electrons}", inputs)
        yield Trial(f"N={electrons} with weights", {**inputs, "weights": list(WEIGHTS[:3])})


@check(
    "harmonic.sum-rule@1",
    suite="harmonic",
    stage=Stage.TRANSITIONS,
    claim="What can be added to a level and removed from it, summed over all levels in a field, is 2(2S_i+1) sum w_n^2",
    equation="{D_s, D+_s} = sum_n w_n^2 for D_s = sum_n w_n c_{n,s}, traced over both spins and the states of level i",
    tasks=("spectrum", "transition_probabilities"),
    trials=_sums,
    requires=("harmonic.pairs",),
)
def sums(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Add up the program's own M_ji."""
    yield from sum_rule(subject, trial)
