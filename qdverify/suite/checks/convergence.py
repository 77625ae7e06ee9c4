"""Growing bases: adding an orbital enlarges the space in which energies are minimal, spin by spin.

By the theorem of Hylleraas, Undheim and MacDonald (Cauchy's interlacing) the n-th level of each spin falls as M grows,
E_n(M+1) <= E_n(M), and not below what the d new states can push it to, E_n(M) <= E_{n+d}(M+1).  Both hold for every
interaction, whatever its sign, since H(M) is a block of H(M+1).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from qdverify.protocol.json_types import BoxDot, Kernel
from qdverify.protocol.sample_dots import make_dot, random_dot
from qdverify.reference.printed import reported
from qdverify.suite.comparators import ComparisonError, at_most
from qdverify.suite.declare import Scope, Trial, check
from qdverify.suite.exact.growing_basis import levels_by_spin
from qdverify.suite.exact.small_basis import level_count
from qdverify.suite.finding import Comparison, Stage
from qdverify.suite.subject import Subject

THEOREM: Final = "Hylleraas and Undheim, Z. Phys. 65, 759 (1930); MacDonald, Phys. Rev. 43, 830 (1933)"
COUNT: Final = 6


def growing_dots(scope: Scope) -> Iterator[Trial]:
    """Yield dots with a run of consecutive M: the paper's, strong contact, attraction, and random ones."""
    attraction = make_dot("soft-coulomb", 1, length=4.0, cutoff=0.2, strength=-1.0)
    fixed = [
        ("paper's dot", reported.dot(1)),
        ("contact", make_dot("contact", 1, strength=8.0)),
        ("attraction", attraction),
    ]
    choose = scope.random("convergence.monotone")
    for number in range(6 if scope.full else 2):
        kernel: Kernel = ("soft-coulomb", "contact")[number % 2]
        fixed.append((f"random {kernel} {number}", random_dot(choose, kernel, 1)))
    for label, dot in fixed:
        for electrons in (2, 3, 4) if scope.full else (2, 3):
            orbitals = list(range(4, 13) if scope.full else range(4, 8))
            yield Trial(f"{label}, N={electrons}", {"dot": dot, "electrons": electrons, "orbitals": orbitals})


@check(
    "convergence.monotone@1",
    suite="convergence",
    stage=Stage.SPECTRUM,
    claim="The n-th level of each spin never rises when an orbital is added",
    equation=THEOREM,
    tasks=("spectrum",),
    trials=growing_dots,
)
def monotone(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare the largest rise between consecutive M with zero, over the spins and places that both list."""
    dot: BoxDot = trial.inputs["dot"]
    electrons, orbitals = trial.inputs["electrons"], trial.inputs["orbitals"]
    found = [levels_by_spin(subject, {**dot, "orbitals": M}, electrons, COUNT) for M in orbitals]
    rises = [
        (high - low, f"2S={two_S}, level {n}, M={M}->{M + 1}: {low!r} -> {high!r}")
        for M, (small, large) in zip(orbitals[1:], pairwise(found), strict=True)
        for two_S in set(small) & set(large)
        for n, (low, high) in enumerate(zip(small[two_S], large[two_S], strict=False))
    ]
    if not rises:
        raise ComparisonError("no spin is listed at two consecutive M")
    rise, where = max(rises)
    scale = max(abs(energy) for spectrum in found for energies in spectrum.values() for energy in energies)
    yield at_most(rise, 0.0, subject.tolerance("spectrum", scale, condition=2), origin="min-max theorem", note=where)


def small_steps(scope: Scope) -> Iterator[Trial]:
    """Yield bases small enough for every level to be listed, before and after one orbital is added."""
    choose = scope.random("convergence.interlacing")
    for electrons, orbitals in ((2, 2), (2, 4), (3, 3), (4, 3)) if scope.full else ((2, 2), (2, 4), (3, 2)):
        for kernel in ("soft-coulomb", "contact"):
            dot = random_dot(choose, kernel, orbitals)
            yield Trial(f"{kernel}, N={electrons}, M={orbitals}", {"dot": dot, "electrons": electrons})


@check(
    "convergence.interlacing@1",
    suite="convergence",
    stage=Stage.SPECTRUM,
    claim="All levels of M orbitals lie between those of M + 1: E_n(M+1) <= E_n(M) <= E_{n+d}(M+1) for d new states",
    equation=f"Cauchy's interlacing; {THEOREM}",
    tasks=("spectrum",),
    trials=small_steps,
    requires=("convergence.monotone",),
)
def interlacing(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare every level of every spin with its bounds on both sides."""
    dot: BoxDot = trial.inputs["dot"]
    electrons = trial.inputs["electrons"]
    small, large = (_all_levels(subject, {**dot, "orbitals": dot["orbitals"] + more}, electrons) for more in (0, 1))
    tolerance = subject.tolerance("spectrum", max(abs(e) for es in large.values() for e in es), condition=2)
    for two_S, energies in small.items():
        above = large.get(two_S, [])
        added = len(above) - len(energies)
        if added < 0:
            raise ComparisonError(f"{len(above)} levels of 2S={two_S} at M+1, but {len(energies)} at M")
        outside = max(max(above[n] - energy, energy - above[n + added]) for n, energy in enumerate(energies))
        yield at_most(outside, 0.0, tolerance, origin="interlacing", note=f"2S={two_S}, {added} new states")


def _all_levels(subject: Subject, dot: BoxDot, electrons: int) -> dict[int, list[float]]:
    return levels_by_spin(subject, dot, electrons, level_count(electrons, dot["orbitals"]))
