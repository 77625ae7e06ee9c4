"""Identities that hold for every dot, whatever the interaction: scaling, holes, completeness, slopes and curvatures.

None of them needs a reference value.  Each compares answers of the implementation with other answers of it, so that
only a fault that is made consistently everywhere goes unseen.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import pi
from typing import Any, Final

import mpmath

from analytic import weyl_paldus_dimension
from qdverify.protocol.json_types import BoxDot, Kernel
from qdverify.protocol.sample_dots import random_dot
from qdverify.suite.comparators import at_most, close, equal
from qdverify.suite.declare import Scope, Trial, check
from qdverify.suite.exact.coinciding_levels import gap_condition
from qdverify.suite.exact.growing_basis import levels_by_spin
from qdverify.suite.exact.small_basis import level_count
from qdverify.suite.finding import Comparison, Stage, exact
from qdverify.suite.subject import Subject

KERNELS: Final[tuple[Kernel, ...]] = ("soft-coulomb", "contact", "constant")
STRENGTH_POWER: Final[Mapping[str, int]] = {"soft-coulomb": 1, "contact": 1, "constant": 2}


def _scaled_dots(scope: Scope) -> Iterator[Trial]:
    choose = scope.random("identities.scaling")
    for number in range(9 if scope.full else 4):
        kernel = KERNELS[number % 3]
        dot = random_dot(choose, kernel, choose.randint(4, 6))
        factor = choose.choice((0.5, 2.0, 8.0)) if number % 2 == 0 else float(f"{10 ** choose.uniform(-0.5, 0.5):.3g}")
        yield Trial(f"{kernel} {number}, a={factor}", {"dot": dot, "factor": factor, "electrons": 2 + number % 2})


def scaled(dot: BoxDot, factor: float) -> BoxDot:
    """Return the dot with all lengths times a and the strength such that H becomes H / a^2."""
    strength = dot["strength"] / factor ** STRENGTH_POWER[dot["kernel"]]
    return {**dot, "length": dot["length"] * factor, "cutoff": dot["cutoff"] * factor, "strength": strength}


@check(
    "identities.scaling@1",
    suite="identities",
    stage=Stage.SPECTRUM,
    claim="E(aL, a lambda, s/a) = E(L, lambda, s)/a^2 (s/a^2 for a constant interaction), spins unchanged",
    equation="dimensional analysis of [J96] Eq. (1)",
    tasks=("spectrum",),
    trials=_scaled_dots,
)
def scaling(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Solve the dot and its scaled image, and compare."""
    dot, factor, electrons = (trial.inputs[key] for key in ("dot", "factor", "electrons"))
    one = subject.ask("spectrum", dot=dot, electrons=electrons, levels=6)
    other = subject.ask("spectrum", dot=scaled(dot, factor), electrons=electrons, levels=6)
    energies = [energy * factor**2 for energy in other["energies"]]
    scale = max(abs(energy) for energy in one["energies"])
    yield close(
        energies,
        exact(one["energies"], "the unscaled dot", own=True),
        subject.tolerance("spectrum", scale, condition=2),
    )


@check(
    "identities.scaling-transitions@1",
    suite="identities",
    stage=Stage.TRANSITIONS,
    claim="M_ji has no unit: it is the same in a dot with all lengths times a",
    equation="dimensional analysis of [J96] Eq. (4)",
    tasks=("spectrum", "transition_probabilities"),
    trials=lambda scope: (trial for trial in _scaled_dots(scope) if trial.inputs["dot"]["kernel"] == "soft-coulomb"),
    requires=("identities.scaling",),
)
def scaling_transitions(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare M_ji of the dot with that of its scaled image."""
    dot, factor, electrons = (trial.inputs[key] for key in ("dot", "factor", "electrons"))
    question = {"electrons": electrons, "levels_from": 3, "levels_to": 3}
    one, other = (subject.ask("transition_probabilities", dot=d, **question)["M"] for d in (dot, scaled(dot, factor)))
    condition = 1.0
    for N in (electrons, electrons + 1):
        answer = subject.ask("spectrum", dot=dot, electrons=N, levels=4)
        width = subject.tolerance("spectrum", max(map(abs, answer["energies"]))).value
        condition = max(condition, gap_condition(answer["energies"], answer["two_S"], width))
    yield close(
        other,
        exact(one, "the unscaled dot", own=True),
        subject.tolerance("transition_probabilities", condition=2 * condition),
    )


def _hole_dots(scope: Scope) -> Iterator[Trial]:
    choose = scope.random("identities.holes")
    for number in range(6 if scope.full else 3):
        kernel = KERNELS[number % 3]
        yield Trial(f"{kernel} {number}", {"dot": random_dot(choose, kernel, 3)})


@check(
    "identities.holes@1",
    suite="identities",
    stage=Stage.SPECTRUM,
    claim="2M - N electrons are N holes: their levels follow from h -> -(h + 2J - K) and the same repulsion, N <= 2",
    equation="c_{p,s} -> c+_{p,-s}: E_pq -> 2 delta_pq - E_qp in [J96] Eq. (1)",
    tasks=("spectrum", "interaction_integrals"),
    trials=_hole_dots,
    requires=("integrals.permutations",),
)
def holes(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Build the full shell, one hole and two holes from the implementation's integrals, and compare all levels."""
    dot = trial.inputs["dot"]
    M = dot["orbitals"]
    V = _integrals(subject, dot)
    orbital = range(M)
    eps = [(n * pi / dot["length"]) ** 2 / 2 for n in range(1, M + 1)]
    shell = mpmath.matrix(M, M)
    for p in orbital:
        for q in orbital:
            mean = sum(2 * V[p, q, r, r] - V[p, r, r, q] for r in orbital)
            shell[p, q] = (eps[p] if p == q else 0) + mean
    full = sum(2 * eps[p] for p in orbital) + sum(2 * V[p, p, r, r] - V[p, r, r, p] for p in orbital for r in orbital)
    expected: dict[int, list[tuple[float, int]]] = {0: [(float(full), 0)]}
    expected[1] = [(float(full - energy), 1) for energy in mpmath.mp.eigsy(shell, eigvals_only=True)]
    expected[2] = [
        (float(full + energy), two_S)
        for two_S, sign in ((0, 1), (2, -1))
        for energy in mpmath.mp.eigsy(_two_particles(-shell, V, sign), eigvals_only=True)
    ]
    scale = max(abs(energy) for levels in expected.values() for energy, _ in levels)
    for N, levels in expected.items():
        found = subject.ask("spectrum", dot=dot, electrons=2 * M - N, levels=len(levels))
        tolerance = subject.tolerance("spectrum", scale, condition=1 + 2 * M)
        origin = f"{N} holes in the full shell, from the implementation's own integrals"
        yield close(found["energies"], exact(sorted(energy for energy, _ in levels), origin, own=True), tolerance)
        yield equal(sorted(found["two_S"]), exact(sorted(two_S for _, two_S in levels), origin), note="doubled spins")


def _integrals(subject: Subject, dot: BoxDot) -> dict[tuple[int, int, int, int], float]:
    orbital = range(dot["orbitals"])
    places = [(p, q, r, s) for p in orbital for q in orbital for r in orbital for s in orbital]
    indices = [[index + 1 for index in place] for place in places]
    values = subject.ask("interaction_integrals", dot=dot, indices=indices)["values"]
    return dict(zip(places, values, strict=True))


def _two_particles(h: Any, V: Mapping[tuple[int, int, int, int], float], sign: int) -> Any:
    """Return H of two particles in symmetric (singlet) or antisymmetric (triplet) orbital functions."""
    pairs = [(p, q) for q in range(h.rows) for p in range(q + 1) if sign == 1 or p < q]

    def element(p: int, q: int, r: int, s: int) -> Any:
        """Return <p(1) q(2)| h + V |r(1) s(2)>."""
        return (h[p, r] if q == s else 0) + (h[q, s] if p == r else 0) + V[p, r, q, s]

    matrix = mpmath.matrix(len(pairs), len(pairs))
    for row, (p, q) in enumerate(pairs):
        for column, (r, s) in enumerate(pairs):
            norm = mpmath.sqrt((2 if p == q else 1) * (2 if r == s else 1))
            matrix[row, column] = (element(p, q, r, s) + sign * element(p, q, s, r)) / norm
    return matrix


def _complete_dots(scope: Scope) -> Iterator[Trial]:
    choose = scope.random("identities.completeness")
    cases = ((1, 3), (2, 3), (3, 3), (4, 3), (2, 4), (3, 4)) if scope.full else ((1, 3), (2, 3), (3, 3))
    for electrons, orbitals in cases:
        for kernel in ("soft-coulomb", "contact"):
            dot = random_dot(choose, kernel, orbitals)
            yield Trial(f"{kernel}, N={electrons}, M={orbitals}", {"dot": dot, "electrons": electrons})


@check(
    "identities.completeness@1",
    suite="identities",
    stage=Stage.TRANSITIONS,
    claim="Over all levels, sum_j 2(2S_i+1) M_ji + sum_k 2(2S_k+1) M_ik = 2M (2S_i+1): what can be added or removed",
    equation="{D_s, D+_s} = M for D_s = sum_n c_{n,s}, traced over both spins and the 2S_i+1 states of level i",
    tasks=("spectrum", "transition_probabilities"),
    trials=_complete_dots,
    requires=("small-basis.levels",),
)
def completeness(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Sum M over all levels of N + 1 and N - 1 electrons, for every level of N electrons."""
    dot, electrons = trial.inputs["dot"], trial.inputs["electrons"]
    M = dot["orbitals"]
    counts = {N: level_count(N, M) for N in (electrons - 1, electrons, electrons + 1)}
    spins = {N: _spins(subject, dot, N, counts[N]) for N in (electrons - 1, electrons)}
    added, removed = (
        subject.ask("transition_probabilities", dot=dot, electrons=N, levels_from=counts[N], levels_to=counts[N + 1])
        for N in (electrons, electrons - 1)
    )
    sums = [
        sum(2 * (two_S + 1) * row[i] for row in added["M"])
        + sum(2 * (other + 1) * M_ik for other, M_ik in zip(spins[electrons - 1], removed["M"][i], strict=True))
        for i, two_S in enumerate(spins[electrons])
    ]
    expected = [2.0 * M * (two_S + 1) for two_S in spins[electrons]]
    # In a complete sum errors of the levels' vectors cancel; those of the single M_ji may all have one sign.
    condition = 2 * (electrons + 1) * (counts[electrons + 1] + counts[electrons - 1])
    tolerance = subject.tolerance("transition_probabilities", condition=condition)
    yield close(sums, exact(expected, "2M (2S_i + 1)"), tolerance)


def _spins(subject: Subject, dot: BoxDot, electrons: int, count: int) -> Sequence[int]:
    if electrons == 0:
        return [0]
    found: list[int] = subject.ask("spectrum", dot=dot, electrons=electrons, levels=count)["two_S"]
    return found


def _strengths(scope: Scope) -> Iterator[Trial]:
    choose = scope.random("identities.concavity")
    for number in range(8 if scope.full else 4):
        kernel: Kernel = ("soft-coulomb", "contact")[number % 2]
        dot = random_dot(choose, kernel, 5)
        centre = 0.0 if number == 0 else dot["strength"]
        inputs = {"dot": {**dot, "strength": centre}, "step": dot["strength"] / 2, "electrons": 2 + number % 2}
        yield Trial(f"{kernel} {number}", inputs)


@check(
    "identities.concavity@1",
    suite="identities",
    stage=Stage.SPECTRUM,
    claim="For each spin, the sum of the n lowest levels is a concave function of the strength",
    equation="Ky Fan's minimum principle: an infimum of functions linear in s",
    tasks=("spectrum",),
    trials=_strengths,
    requires=("identities.scaling",),
)
def concavity(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare the second difference of each sum with zero, attraction included."""
    dot: BoxDot = trial.inputs["dot"]
    step, electrons = trial.inputs["step"], trial.inputs["electrons"]
    count = level_count(electrons, dot["orbitals"])
    strengths = [dot["strength"] + shift * step for shift in (-1, 0, 1)]
    low, middle, high = (levels_by_spin(subject, {**dot, "strength": s}, electrons, count) for s in strengths)
    scale = max(abs(energy) for spectrum in (low, high) for energies in spectrum.values() for energy in energies)
    for two_S in range(electrons % 2, electrons + 1, 2):
        sizes = {len(spectrum.get(two_S, [])) for spectrum in (low, middle, high)}
        same = exact([weyl_paldus_dimension(electrons, dot["orbitals"], two_S)], "number of levels of this spin")
        yield equal(sorted(sizes), same, note=f"2S={two_S}")
        for n in range(1, min(4, *sizes) + 1 if sizes else 1):
            second = sum(low[two_S][:n]) - 2 * sum(middle[two_S][:n]) + sum(high[two_S][:n])
            tolerance = subject.tolerance("spectrum", scale, condition=4 * n)
            yield at_most(second, 0.0, tolerance, origin="concave", note=f"2S={two_S}, sum of {n}")
