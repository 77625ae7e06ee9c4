"""The approach to zero interaction: how levels and M_ji tend to those of degenerate perturbation theory.

As the strength s of a kernel tends to 0, E = E_0 + s E_1 + O(s^2), and the states tend to those in which perturbation
theory diagonalises the interaction among configurations of one energy: that fixes the doublets of an open shell, and
with them M_ji. [J96] follows a level down to zero interaction in this way to understand a forbidden transition.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import log, log2, pi
from typing import Final

from analytic import WeakCouplingLevel, weak_coupling_levels, weak_coupling_transition_probabilities
from qdverify.protocol.answers import Unsupported
from qdverify.protocol.json_types import BoxDot, Kernel
from qdverify.protocol.sample_dots import make_dot
from qdverify.suite.comparators import ComparisonError, close
from qdverify.suite.declare import Scope, Trial, check
from qdverify.suite.exact.coinciding_levels import gap_condition
from qdverify.suite.exact.small_basis import exact_levels
from qdverify.suite.finding import Comparison, Stage, Tolerance, exact
from qdverify.suite.subject import Subject

ENERGY_STRENGTHS: Final = (0.1, 0.05)
STATE_STRENGTHS: Final = (0.04, 0.02, 0.01)
VISIBLE: Final = 100.0
"""How far a remainder must stand out of the claimed accuracy for its order to mean something."""


def weak_dots(scope: Scope) -> Iterator[Trial]:
    """Yield small bases that the exact levels reach, of both kernels."""
    for kernel in ("soft-coulomb", "contact"):
        for electrons, orbitals in ((2, 4), (3, 3), (4, 3), (3, 4)) if scope.full else ((2, 4), (3, 3)):
            dot = make_dot(kernel, orbitals, cutoff=0.01)
            yield Trial(f"{kernel}, N={electrons}, M={orbitals}", {"dot": dot, "electrons": electrons, "levels": 6})


@check(
    "weak-coupling.energy-order@1",
    suite="weak-coupling",
    stage=Stage.SPECTRUM,
    claim="As the strength s -> 0, E - E_0 - s E_1 vanishes like s^2 with E_1 of degenerate perturbation theory",
    equation="first-order degenerate perturbation theory; physics.md section 4",
    tasks=("spectrum",),
    trials=weak_dots,
    requires=("small-basis.levels",),
)
def energy_order(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Measure the order from two strengths, level by level, and compare it with the order that exact levels have."""
    dot: BoxDot = trial.inputs["dot"]
    electrons, count = trial.inputs["electrons"], trial.inputs["levels"]
    limits = _limits(dot, electrons, count)
    measured, expected = [], []
    for strength in ENERGY_STRENGTHS:
        weak: BoxDot = {**dot, "strength": strength}
        energies = subject.ask("spectrum", dot=weak, electrons=electrons, levels=count)["energies"]
        measured.append(_remainders(energies, limits, dot, strength))
        exact_energies = [float(level.energy) for level in exact_levels(weak, electrons)[:count]]
        expected.append(_remainders(exact_energies, limits, dot, strength))
    noise = subject.tolerance("spectrum", abs(exact_energies[-1])).value
    visible = [k for k, remainder in enumerate(expected[1]) if abs(remainder) > VISIBLE * noise]
    if not visible:
        raise Unsupported(
            f"no remainder stands out of the claimed accuracy {subject.accuracy_of_largest('spectrum'):.0e}"
        )
    for k in visible:
        coarse, fine = expected[0][k], expected[1][k]
        spread = (noise / abs(coarse) + noise / abs(fine)) / log(2)
        yield close(
            _order(measured[0][k], measured[1][k]),
            exact(_order(coarse, fine), "2 + O(s), of the exact levels at the same two strengths"),
            Tolerance(spread, "claimed accuracy of both energies over what is left of them"),
            note=f"level {k}",
        )


def _limits(dot: BoxDot, electrons: int, count: int) -> Sequence[WeakCouplingLevel]:
    levels = weak_coupling_levels(
        electrons, dot["orbitals"], count, kernel=dot["kernel"], length=dot["length"], cutoff=dot["cutoff"]
    )
    return levels[:count]


def _remainders(
    energies: Sequence[float], limits: Sequence[WeakCouplingLevel], dot: BoxDot, strength: float
) -> list[float]:
    unit = pi**2 / (2 * dot["length"] ** 2)
    return [
        energy - level.energy * unit - strength * float(level.first_order)
        for energy, level in zip(energies, limits, strict=True)
    ]


def _order(coarse: float, fine: float) -> float:
    if coarse * fine <= 0:
        raise ComparisonError(f"remainders {coarse:.3g} and {fine:.3g} at half the strength have no order")
    return log2(coarse / fine)


def limit_dots(scope: Scope) -> Iterator[Trial]:
    """Yield bases beyond the exact blocks; for contact, levels that the first order tells apart."""
    shapes: tuple[tuple[Kernel, int, int, int], ...] = (
        ("soft-coulomb", 2, 3, 6),
        ("soft-coulomb", 3, 3, 5),
        ("contact", 2, 3, 3),
        ("contact", 3, 3, 5),
    )
    for kernel, electrons, levels_from, levels_to in shapes:
        inputs = {"electrons": electrons, "levels_from": levels_from, "levels_to": levels_to}
        for orbitals in (6, 8) if scope.full else (6,):
            dot = make_dot(kernel, orbitals, cutoff=0.01)
            yield Trial(f"{kernel}, N={electrons}->{electrons + 1}, M={orbitals}", {"dot": dot, **inputs})


@check(
    "weak-coupling.transition-limits@1",
    suite="weak-coupling",
    stage=Stage.TRANSITIONS,
    claim="As the strength -> 0+, M_ji tends to that of the states which degenerate perturbation theory selects",
    equation="[J96] Eq. (4), followed down to zero interaction; physics.md section 4",
    tasks=("transition_probabilities",),
    trials=limit_dots,
    requires=("small-basis.transitions", "weak-coupling.energy-order"),
)
def transition_limits(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Extrapolate M_ji to zero strength from three strengths, and compare it with the limit states."""
    dot = trial.inputs["dot"]
    shape = {key: trial.inputs[key] for key in ("electrons", "levels_from", "levels_to")}
    model = {key: dot[key] for key in ("kernel", "length", "cutoff")}
    limit = weak_coupling_transition_probabilities(orbitals=dot["orbitals"], **shape, **model)
    reference = [[float(value) for value in row[: shape["levels_from"]]] for row in limit.M[: shape["levels_to"]]]
    coarse, middle, fine = (
        subject.ask("transition_probabilities", dot={**dot, "strength": strength}, **shape)["M"]
        for strength in STATE_STRENGTHS
    )
    first, second = _extrapolated(coarse, middle), _extrapolated(middle, fine)
    step = max(abs(a - b) for x, y in zip(first, second, strict=True) for a, b in zip(x, y, strict=True))
    condition = max(_condition(levels, dot) for levels in (limit.initial, limit.final))
    noise = subject.tolerance("transition_probabilities", condition=3 * condition)
    origin = f"step between two linear extrapolations + {noise.origin}"
    reference_origin = "limit states of perturbation theory"
    yield close(second, exact(reference, reference_origin), Tolerance(step + noise.value, origin))


def _condition(levels: Sequence[WeakCouplingLevel], dot: BoxDot) -> float:
    """Return the conditioning of the states at the smallest strength, from their first-order energies."""
    unit, s = pi**2 / (2 * dot["length"] ** 2), STATE_STRENGTHS[-1]
    energies = sorted((level.energy * unit + s * float(level.first_order), level.two_S) for level in levels)
    return gap_condition([energy for energy, _ in energies], [two_S for _, two_S in energies], 0.0)


def _extrapolated(coarse: list[list[float]], fine: list[list[float]]) -> list[list[float]]:
    """Return what two strengths, the second half the first, say of zero strength: linear, error O(s^2)."""
    return [[2 * b - a for a, b in zip(x, y, strict=True)] for x, y in zip(coarse, fine, strict=True)]
