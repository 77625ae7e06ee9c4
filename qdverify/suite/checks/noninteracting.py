"""Where the model is exactly solvable for any N and M: without interaction, and with a constant one.

Without interaction the states are spin-adapted configurations, energies are sums of n^2 and every M_ji is rational. A
constant interaction U adds U N(N-1)/2 to every level and changes nothing else. Levels coincide here, so spins and M_ji
are compared cluster by cluster (protocol.md, task 3).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from analytic import Multiplet, charging_levels, to_digits, transition_probabilities_between
from qdverify.protocol.json_types import BoxDot, Kernel
from qdverify.protocol.sample_dots import random_dot
from qdverify.suite.checks.small_basis import compare_levels, compare_transitions
from qdverify.suite.declare import Scope, Trial, check
from qdverify.suite.finding import Comparison, Stage
from qdverify.suite.subject import Subject

FREE_ORIGIN: Final = "spin-adapted configurations, sum of n^2 pi^2/(2 L^2)"
CHARGING_ORIGIN: Final = "sum of eps_n + U N(N-1)/2"


def solvable_levels(dot: BoxDot, electrons: int, count: int) -> list[Multiplet]:
    """Return at least `count` exact levels of kernel none or constant, the last set of equal energies whole."""
    strength = dot["strength"] if dot["kernel"] == "constant" else 0
    found = charging_levels(electrons, dot["orbitals"], count, length=dot["length"], strength=strength)
    return [Multiplet(to_digits(x.energy), x.two_S, x.parity, x.basis, x.coefficients) for x in found]


def _spectra(kernel: Kernel) -> Callable[[Scope], Iterator[Trial]]:
    def trials(scope: Scope) -> Iterator[Trial]:
        choose = scope.random(f"noninteracting.{kernel}")
        for electrons in range(1, 7):
            for number in range(3 if scope.full else 1):
                dot = random_dot(choose, kernel, choose.randint(5, 6))
                count = len(solvable_levels(dot, electrons, 4 if electrons == 1 else 10))
                inputs = {"dot": dot, "electrons": electrons, "levels": count}
                yield Trial(f"N={electrons}, M={dot['orbitals']}, {number}", inputs)

    return trials


def _transitions(kernel: Kernel) -> Callable[[Scope], Iterator[Trial]]:
    def trials(scope: Scope) -> Iterator[Trial]:
        choose = scope.random(f"noninteracting.{kernel}-transitions")
        for electrons in range(1, 6 if scope.full else 5):
            dot = random_dot(choose, kernel, choose.randint(5, 6))
            counts = {
                name: len(solvable_levels(dot, N, 4 if N == 1 else 8))
                for name, N in (("levels_from", electrons), ("levels_to", electrons + 1))
            }
            inputs = {"dot": dot, "electrons": electrons, **counts}
            yield Trial(f"N={electrons}->{electrons + 1}, M={dot['orbitals']}", inputs)

    return trials


def _compare_spectrum(subject: Subject, trial: Trial, origin: str) -> Iterator[Comparison]:
    inputs = trial.inputs
    found = solvable_levels(inputs["dot"], inputs["electrons"], inputs["levels"])
    yield from compare_levels(subject, inputs, found, origin)


def _compare_transitions(subject: Subject, trial: Trial, origin: str) -> Iterator[Comparison]:
    inputs = trial.inputs
    initial = solvable_levels(inputs["dot"], inputs["electrons"], inputs["levels_from"])
    final = solvable_levels(inputs["dot"], inputs["electrons"] + 1, inputs["levels_to"])
    M = transition_probabilities_between(initial, final, exact=True)
    yield compare_transitions(subject, inputs, (initial, final), M, origin)


@check(
    "noninteracting.levels@1",
    suite="noninteracting",
    stage=Stage.SPECTRUM,
    claim="Without interaction levels are sums of eps_n, one for each coupling of the open shells to a spin",
    equation="[J96] below Eq. (1): eps_n = n^2 pi^2/(2 L^2)",
    tasks=("spectrum",),
    trials=_spectra("none"),
)
def free_levels(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare energies and spins of N = 1 to 6 with configurations."""
    return _compare_spectrum(subject, trial, FREE_ORIGIN)


@check(
    "noninteracting.transitions@1",
    suite="noninteracting",
    stage=Stage.TRANSITIONS,
    claim="Without interaction M_ji between configurations is rational: 1/2 into a half-filled orbital of a doublet",
    equation="[J96] Eq. (4); physics.md section 4",
    tasks=("spectrum", "transition_probabilities"),
    trials=_transitions("none"),
    requires=("noninteracting.levels",),
)
def free_transitions(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare M_ji, summed over levels that coincide, with rational numbers."""
    return _compare_transitions(subject, trial, "rational M_ji between spin-adapted configurations")


@check(
    "noninteracting.charging-levels@1",
    suite="noninteracting",
    stage=Stage.SPECTRUM,
    claim="A constant interaction U adds U N(N-1)/2 to every level, at any strength",
    equation="physics.md section 6: the charging model",
    tasks=("spectrum",),
    trials=_spectra("constant"),
    requires=("integrals.rational-kernels",),
)
def charged_levels(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare energies and spins with the charging model."""
    return _compare_spectrum(subject, trial, CHARGING_ORIGIN)


@check(
    "noninteracting.charging-transitions@1",
    suite="noninteracting",
    stage=Stage.TRANSITIONS,
    claim="A constant interaction leaves every M_ji as it is without interaction",
    equation="physics.md section 6: the charging model",
    tasks=("spectrum", "transition_probabilities"),
    trials=_transitions("constant"),
    requires=("noninteracting.charging-levels",),
)
def charged_transitions(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare M_ji, summed over levels that coincide, with rational numbers."""
    return _compare_transitions(subject, trial, "M_ji without interaction")
