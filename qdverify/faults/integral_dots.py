"""Faults in reading or using the integrals of a dot given by them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Unpack

import numpy as np

from numeric import IntegralDot, Spectrum
from qdverify.faults import methods
from qdverify.faults.fault import Change, Fault, fault
from qdverify.implementations.builtin_answers import Floats
from qdverify.protocol import json_types as protocol
from qdverify.protocol.dots import is_integrals
from qdverify.suite.finding import Stage

SMALL = 2.0**-8
"""Integrals below this one are dropped by a program with a threshold."""
TINY = 1e-8
"""An absolute threshold as many programs have, which does no harm in effective Hartree but does in Joules."""


def _fault(text: str) -> Callable[[Change], Fault]:
    return fault(Stage.SPECTRUM, "solve_integrals", text)


def _with_two_body(dot: IntegralDot, V: Floats) -> IntegralDot:
    """Return the dot with other integrals of two electrons, averaged over their eight orders."""
    V = (V + V.transpose(1, 0, 2, 3)) / 2
    V = (V + V.transpose(0, 1, 3, 2)) / 2
    return replace(dot, two_body=(V + V.transpose(2, 3, 0, 1)) / 2, irreps=None)


@_fault("(pq|rs) is read in physicists' order, <pq|rs>")
def two_body_in_physicists_order(
    right: methods.SolveIntegrals, dot: IntegralDot, electrons: int, levels: int
) -> Spectrum:
    """Exchange the two middle indices."""
    return right(_with_two_body(dot, dot.two_body.transpose(0, 2, 1, 3)), electrons, levels)


@_fault("of equal integrals only (pq|rs) and (rs|pq) are filled in: those with p < q are missing")
def missing_permutation(right: methods.SolveIntegrals, dot: IntegralDot, electrons: int, levels: int) -> Spectrum:
    """Lose half of the integrals with two different orbitals in a pair."""
    size = len(dot.one_body)
    p, q = np.meshgrid(np.arange(size), np.arange(size), indexing="ij")
    kept = (p >= q)[:, :, None, None] & (p >= q)[None, None, :, :]
    return right(_with_two_body(dot, np.where(kept, dot.two_body, 0.0)), electrons, levels)


@_fault("exchange integrals (pq|qp) are counted half")
def exchange_halved(right: methods.SolveIntegrals, dot: IntegralDot, electrons: int, levels: int) -> Spectrum:
    """Halve (pq|qp) for p != q."""
    V = dot.two_body.copy()
    for p, q in np.ndindex(dot.one_body.shape):
        if p != q:
            V[p, q, q, p] /= 2
            V[p, q, p, q] /= 2
    return right(_with_two_body(dot, V), electrons, levels)


@_fault("the core energy is dropped")
def core_dropped(right: methods.SolveIntegrals, dot: IntegralDot, electrons: int, levels: int) -> Spectrum:
    """Set E_0 to 0."""
    return right(replace(dot, core=0.0), electrons, levels)


@_fault("integrals below a threshold are dropped")
def small_integrals_dropped(right: methods.SolveIntegrals, dot: IntegralDot, electrons: int, levels: int) -> Spectrum:
    """Set small (pq|rs) to 0."""
    return right(_with_two_body(dot, np.where(np.abs(dot.two_body) < SMALL, 0.0, dot.two_body)), electrons, levels)


@_fault("integrals below 1e-8 are dropped, whatever the unit of energy")
def threshold_in_one_unit(right: methods.SolveIntegrals, dot: IntegralDot, electrons: int, levels: int) -> Spectrum:
    """Set (pq|rs) below 1e-8 to 0."""
    return right(_with_two_body(dot, np.where(np.abs(dot.two_body) < TINY, 0.0, dot.two_body)), electrons, levels)


@fault(Stage.SPECTRUM, "spectrum", "integrals that are listed again are added up")
def listed_integrals_added(right: methods.Spectrum, **question: Unpack[protocol.SpectrumQuestion]) -> methods.Answer:
    """Take the sum of all entries that stand for one integral, whatever their order."""
    dot = question["dot"]
    if is_integrals(dot):
        sums: dict[tuple[frozenset[float], ...], float] = {}
        entries: dict[tuple[frozenset[float], ...], list[float]] = {}
        for entry in dot["two_body"]:
            pq, rs = frozenset(entry[:2]), frozenset(entry[2:4])
            place = (pq, rs) if sorted(pq) <= sorted(rs) else (rs, pq)
            sums[place] = sums.get(place, 0.0) + entry[4]
            entries[place] = [*entry[:4], sums[place]]
        question["dot"] = {**dot, "two_body": list(entries.values())}
    return right(**question)


@_fault("h_pq between different orbitals is ignored, as if they were those of a mean field")
def one_body_diagonal(right: methods.SolveIntegrals, dot: IntegralDot, electrons: int, levels: int) -> Spectrum:
    """Keep the diagonal of h."""
    return right(replace(dot, one_body=np.diag(np.diag(dot.one_body))), electrons, levels)


@_fault("of the irreps only the first is searched, so that levels of others are missing")
def one_irrep_searched(right: methods.SolveIntegrals, dot: IntegralDot, electrons: int, levels: int) -> Spectrum:
    """Leave out levels that are not totally symmetric, if enough others are there."""
    try:
        found = right(dot, electrons, 2 * levels)
    except ValueError:  # there are fewer levels
        found = right(dot, electrons, levels)
    first = [level for level in found.levels if level.sector.irrep == 1]
    others = [level for level in found.levels if level.sector.irrep != 1]
    chosen = sorted((first + others)[:levels], key=lambda level: level.energy)
    return replace(found, levels=tuple(chosen))


@_fault("singlets and triplets exchange their names")
def spin_blocks_swapped(right: methods.SolveIntegrals, dot: IntegralDot, electrons: int, levels: int) -> Spectrum:
    """Swap S = 0 and S = 1."""
    found = right(dot, electrons, levels)
    swapped = {0: 2, 2: 0}
    return replace(
        found, levels=tuple(replace(level, two_S=swapped.get(level.two_S, level.two_S)) for level in found.levels)
    )


@fault(Stage.TRANSITIONS, "transition_probabilities", "weights of the orbitals are taken without their signs")
def weights_without_signs(
    right: methods.Probabilities, **question: Unpack[protocol.TransitionsQuestion]
) -> methods.Answer:
    """Take |w_n|."""
    return _with_weights(right, question, abs)


@fault(Stage.TRANSITIONS, "transition_probabilities", "weights of the orbitals are left out")
def weights_ignored(right: methods.Probabilities, **question: Unpack[protocol.TransitionsQuestion]) -> methods.Answer:
    """Take 1."""
    return _with_weights(right, question, lambda _: 1.0)


@fault(Stage.TRANSITIONS, "transition_probabilities", "weights of the orbitals are squared before the states are added")
def weights_squared(right: methods.Probabilities, **question: Unpack[protocol.TransitionsQuestion]) -> methods.Answer:
    """Take w_n^2."""
    return _with_weights(right, question, lambda weight: weight * weight)


@fault(Stage.TRANSITIONS, "transition_probabilities", "weights belong to the orbitals in reverse order")
def weights_reversed(right: methods.Probabilities, **question: Unpack[protocol.TransitionsQuestion]) -> methods.Answer:
    """Take w_(M + 1 - n)."""
    if "weights" in question:
        question = {**question, "weights": question["weights"][::-1]}
    return right(**question)


def _with_weights(
    right: methods.Probabilities, question: protocol.TransitionsQuestion, change: Callable[[float], float]
) -> methods.Answer:
    """Answer with every weight changed."""
    if "weights" in question:
        question = {**question, "weights": [change(weight) for weight in question["weights"]]}
    return right(**question)
