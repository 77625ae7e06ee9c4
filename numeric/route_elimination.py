"""The jump chain of `numeric.jump_chain` with few kept states: route by route, all points of a block at once.

The states of one parity of the charge are eliminated first, each by itself, since none is joined to another. A state
|level, S_z> is joined only to states of S_z +- 1/2: with the kept states sorted by charge and S_z the neighbours of
each are one run of them per charge, and what its elimination adds is a small dense block for each pair of runs. The
kept states follow one after the other. Points lie along the last axis, so that each step is one sum over all of them;
matrix products of this size would cost more in calls than in arithmetic.

The bound on h of `numeric.jump_chain` is the sum over the states of r_k / s_k, since each is a block of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from numeric.arrays import FloatArray, IntArray
from numeric.charge_blocks import ChargePlan

MOST_PRODUCTS = 1000
"""Products of two rates up to which single routes are faster than matrix products."""


@dataclass(frozen=True, eq=False)
class RoutePlan:
    """The routes through the states that are eliminated first.

    Parameters
    ----------
    kept
        Numbers of the states that are left, sorted by charge and S_z, (m,).
    states
        Numbers of the states that are eliminated first.
    runs
        For each of them the runs of kept states that it is joined to, as slices of `kept`.
    leaving, entering
        For each of them and each state of its runs the position of the rate out to it and in from it, in
        `ChargePlan.by_source`; the number of rates if there is none.
    neighbour
        Position in `kept` of each of these.
    """

    kept: IntArray
    states: tuple[int, ...]
    runs: tuple[tuple[slice, ...], ...]
    leaving: IntArray
    entering: IntArray
    neighbour: IntArray

    @property
    def products(self) -> int:
        """Number of products of two rates that the elimination takes."""
        m = int(self.kept.size)
        widths = [sum(run.stop - run.start for run in own) for own in self.runs]
        return sum(int(width) ** 2 for width in widths) + (m**3 - m) // 3

    def terms(self) -> Iterator[tuple[int, list[tuple[slice, slice]]]]:
        """Yield each state with its runs and where their terms lie in `leaving` and `entering`."""
        at = 0
        for state, runs in zip(self.states, self.runs, strict=True):
            placed = []
            for run in runs:
                placed.append((run, slice(at, at + run.stop - run.start)))
                at += run.stop - run.start
            yield state, placed


def route_plan(plan: ChargePlan, charge: IntArray, two_Sz: IntArray) -> RoutePlan:
    """Plan the elimination route by route, in the order of a plan by blocks.

    Parameters
    ----------
    charge, two_Sz
        Electron number and twice S_z of each state, (states,).
    """
    kept = plan.kept[np.lexsort((two_Sz[plan.kept], charge[plan.kept]))]
    place = np.full(plan.states, -1, dtype=np.int64)
    place[kept] = np.arange(kept.size)
    position = np.full((plan.states, plan.states), plan.rates, dtype=np.int64)  # (to, from)
    position[plan.target[plan.by_source], plan.source[plan.by_source]] = np.arange(plan.rates)
    first = np.flatnonzero(place < 0)
    runs = tuple(_runs(place[plan.target[plan.source == state]], charge[kept]) for state in first.tolist())
    around = [np.concatenate([np.arange(run.start, run.stop) for run in own]) for own in runs]
    through = np.repeat(first, [near.size for near in around])
    neighbour = np.concatenate(around)
    return RoutePlan(
        kept=kept,
        states=tuple(first.tolist()),
        runs=runs,
        leaving=position[kept[neighbour], through],
        entering=position[through, kept[neighbour]],
        neighbour=neighbour,
    )


def _runs(neighbours: IntArray, charge: IntArray) -> tuple[slice, ...]:
    """Return the shortest run of kept states of each charge that holds all neighbours."""
    found = []
    for value in np.unique(charge[neighbours]):
        own = neighbours[charge[neighbours] == value]
        found.append(slice(int(own.min()), int(own.max()) + 1))
    return tuple(found)


def solve_by_routes(
    plan: RoutePlan, states: int, jumps: FloatArray, change: FloatArray | None
) -> tuple[FloatArray, FloatArray]:
    """Return pi, (1 or 2, states, points), the sum of all being 1, and a bound on h, (points,).

    Parameters
    ----------
    states
        Number of all states.
    jumps
        J by source, values alone or with tangents, and last a 0, (1 or 2, rates + 1, points).
    change
        The d of base (1 + d slope), (points,), or None.
    """
    layers, _, points = jumps.shape
    onward, inward = (jumps.take(rates, axis=1, mode="clip") for rates in (plan.leaving, plan.entering))
    m = plan.kept.size
    chain, space = np.zeros((layers, m, m, points)), np.empty((layers, m, m, points))
    for _, runs in plan.terms():
        for to, leaving in runs:
            for source, entering in runs:
                _add_outer(chain[:, to, source], onward[:, leaving], inward[:, entering], change, space)
    last, every = _often_visited(chain[0]), np.arange(points)
    _swap(chain, every, last)
    _swap(chain.swapaxes(1, 2), every, last)
    kept, hitting = _one_by_one(chain, change, space)
    _swap(kept, every, last)
    pi = np.empty((layers, states, points))
    pi[:, plan.kept] = kept
    terms = _times(inward, kept.take(plan.neighbour, axis=1), change)
    for state, runs in plan.terms():
        terms[:, runs[0][1].start : runs[-1][1].stop].sum(axis=1, out=pi[:, state])
    pi /= pi[0].sum(axis=0)
    return pi, hitting


def _one_by_one(chain: FloatArray, change: FloatArray | None, space: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Eliminate the kept states in place; return pi, (1 or 2, m, points), and a bound on h, (points,)."""
    layers, m, _, points = chain.shape
    time, hitting = np.full((m, points), 2.0), np.ones(points)
    for k in range(m - 1):
        leaving, inward = chain[:, k + 1 :, k], chain[:, k, k + 1 :]
        exits = leaving.sum(axis=1)
        _divide(inward, exits[:, None], change)
        _add_outer(chain[:, k + 1 :, k + 1 :], leaving, inward, change, space)
        hitting += time[k] / exits[0]
        time[k + 1 :] += time[k] * inward[0]
    pi = np.zeros((layers, m, points))
    pi[0, m - 1] = 1.0
    for k in range(m - 2, -1, -1):
        _times(chain[:, k, k + 1 :], pi[:, k + 1 :], change).sum(axis=1, out=pi[:, k])
    return pi, hitting


def _add_outer(target: FloatArray, a: FloatArray, b: FloatArray, change: FloatArray | None, space: FloatArray) -> None:
    """Add every a times every b, (layers, i, points) by (layers, j, points), to target, (layers, i, j, points)."""
    i, j = a.shape[1], b.shape[1]
    product = space[:, :i, :j]
    np.multiply(a[:, :, None], b[0], out=product)
    target += product
    if len(a) > 1:
        np.multiply(_moved(a, change)[:, None], b[1], out=product[0])
        target[1] += product[0]


def _times(a: FloatArray, b: FloatArray, change: FloatArray | None) -> FloatArray:
    """Multiply numbers one by one."""
    product: FloatArray = a * b[0]
    if len(a) > 1:
        product[1] += _moved(a, change) * b[1]
    return product


def _divide(a: FloatArray, b: FloatArray, change: FloatArray | None) -> None:
    """Divide numbers one by one, in place."""
    a /= b[0]
    if len(a) > 1:
        slope = b[1] / b[0]
        a[1] -= a[0] * slope
        if change is not None:
            a[1] /= 1.0 + change * slope


def _moved(value: FloatArray, change: FloatArray | None) -> FloatArray:
    moved: FloatArray = value[0] if change is None else value[0] + change * value[1]
    return moved


def _often_visited(chain: FloatArray) -> IntArray:
    """Return a state that is often visited at each point, (points,)."""
    m, points = chain.shape[1:]
    visits = np.full((m, points), 1.0 / m)
    for _ in range(3):
        visits = (chain * visits).sum(axis=1)
    best: IntArray = visits.argmax(axis=0)
    return best


def _swap(value: FloatArray, every: IntArray, row: IntArray) -> None:
    """Exchange one row at each point with the last one, in place; value is (layers, rows, ..., points)."""
    own = value[:, row, ..., every].copy()  # (points, layers, ...)
    value[:, row, ..., every] = np.moveaxis(value[:, -1], -1, 0)
    value[:, -1] = np.moveaxis(own, 0, -1)
