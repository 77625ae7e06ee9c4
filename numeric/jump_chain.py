"""Stationary flows of a large chain by matrix products of plain numbers, with a proof that nothing lost mattered.

The jump chain takes the states one jump after the other: its rates J_ij = q_{i<-j} / sum_i q_{i<-j} are probabilities,
whatever the time that a state is held, and its weights pi_j = p_j sum_i q_{i<-j} are flows. The order of elimination is
that of `numeric.charge_blocks`, and nothing is subtracted, as in `numeric.elimination`: for a block K of eliminated
states with rates Q between them and o out of them, all entries of G = (diag(s) - Q)^-1, with s_k = o_k + sum_i Q_ik,
are sums of products of positive terms, and

    J_ij += sum_kl J_ik G_kl J_lj,        pi_k = sum_lj G_kl J_lj pi_j.

Rounding errors are therefore relative changes of the rates of the chains on the way, `numeric.network` counts them.

*What underflows.* Let T_m be the time of the first visit to state m and h = max_i E_i[T_m]. All J are at most 1 and all
sums over a column of G at most h, so a product that underflows, or that has an underflowed factor, takes less than
2**-1021 (1 + h) from a rate of one of the chains on the way. In all, rates of less than D = states**3 2**-1020 (1 + h)
are missing. A missing rate d from j to i changes the sum over all spanning trees by the share of the trees that contain
it,

    pi_j d E_i[T_j] <= pi_j d (E_i[T_m] + E_m[T_j]) <= 2 d h:

in a cycle from j to m and back, the time spent in j, pi_j times the length of the cycle, is spent before m is reached.
So no pi_k is off by more than 2 D h of the sum of all pi, and no tangent by more than that times twice the number of
states and the largest slope. m is the last state of the elimination, chosen at each point as one that is often visited,
and h comes out of the elimination: with r_k the time spent in k and in what was eliminated before, per unit of time in
k, h is at most the sum over blocks of the largest entry of r G.

For up to 10,000 states 2 D h is less than LOST h**2. Flows are used down to LOST h**2 / NEGLIGIBLE of the sum of all,
the *least flow*, so that what is lost is negligible. A point is accepted if this is below the flow through m, for which
pi_m >= 1 / (1 + h), that is if h is at most 2**HITTING.

*States that are held for long.* A population is pi_k times a time, 1 / sum_i q_{i<-k}. If none of these exceeds the
mean one by more than the inverse of the least flow, what is lost is negligible too. If one does, as where spins block a
level, call a state rare if its computed pi_k is below the least flow. Whoever enters the rare states leaves them for m
within the time h, so no rare state has a pi_k above h times the flow into all of them, which the rates give with their
exponents. The point is accepted if these populations add up to a NEGLIGIBLE part of all.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from numeric.arrays import FloatArray, IntArray
from numeric.charge_blocks import ChargePlan
from numeric.elimination import Quantities, log2_total
from numeric.route_elimination import RoutePlan, solve_by_routes
from numeric.scaled import ZERO_EXPONENT, power_of_two

LOST, NEGLIGIBLE, HITTING = -978, -90, 290
"""Binary logarithms of what may be lost for h = 1, of what may be neglected, and of the largest h."""
BLOCK = 8
"""States eliminated by one matrix product."""


@dataclass(frozen=True, eq=False)
class FlowWeights:
    """Weights that give all flows that matter.

    Parameters
    ----------
    weights
        Weight of each state, (states, points), not normalised.
    least
        Binary logarithm of the smallest sum of flows W p, in units of these weights, that is known to the accuracy of
        `numeric.network`, (points,); infinite if nothing is proven about a point.
    """

    weights: Quantities
    least: FloatArray


def flow_weights(
    plan: ChargePlan,
    rates: Quantities,
    increment: FloatArray | None = None,
    *,
    routes: RoutePlan | None = None,
    slopes: bool = True,
) -> FlowWeights:
    """Return the weights of the stationary state; parameters as `numeric.elimination.stationary_weights`.

    Parameters
    ----------
    routes
        Eliminate the kept states route by route, not by matrix products.
    slopes
        Whether tangents are wanted; if not, and if there are routes, they are 0.
    """
    layers = 2 if slopes or routes is None else 1
    unit = np.frexp(np.abs(rates.slope).max(axis=0))[1].astype(np.float64) if layers == 2 else np.zeros(1)
    change = None if increment is None else increment * np.exp2(unit)
    with np.errstate(all="ignore"):
        jumps, stay = _jumps(plan, rates, np.exp2(-unit), change, layers=layers, points_last=routes is not None)
        if routes is None:
            pi, hitting = _solve(plan, jumps.transpose(0, 2, 1), change)
            pi = pi.transpose(0, 2, 1)
        else:
            pi, hitting = solve_by_routes(routes, plan.states, jumps, change)
        weights = _weights(pi, stay, change)
        weights.data[1] *= np.exp2(unit)
        proven = (hitting <= 2.0**HITTING) & np.isfinite(weights.data).all(axis=(0, 1))
        total, least = log2_total(weights), LOST - NEGLIGIBLE + 2.0 * np.log2(hitting)
        doubtful = np.flatnonzero(proven & ((-np.log2(stay[0]) - stay[2]).max(axis=0) - total > -least))
        if doubtful.size:
            seldom = pi[0][:, doubtful]
            rare = np.exp2(least[doubtful]) > seldom
            held = _held(plan, rates.at(doubtful), seldom, stay[:, :, doubtful], rare)
            proven[doubtful] = held + np.log2(hitting[doubtful]) - total[doubtful] <= NEGLIGIBLE
    least[~proven] = np.inf
    weights.data[:, :, np.isinf(least)] = np.array([0.5, 0.0, 0.0])[:, None, None]
    return FlowWeights(weights, least)


def _jumps(
    plan: ChargePlan,
    rates: Quantities,
    scale: FloatArray,
    change: FloatArray | None,
    *,
    layers: int,
    points_last: bool,
) -> tuple[FloatArray, FloatArray]:
    """Return J by source, with tangents if there are 2 layers, and the total rate out of each state.

    J is (layers, rates + 1, points), the last a 0, and lies in memory with the points last or the rates last. The total
    is mantissa, slope and exponent, (3, states, points).
    """
    starts, points = plan.first_of_source, rates.data.shape[2]
    source = np.repeat(np.arange(plan.states), np.diff(np.append(starts, plan.rates)))
    shape = (layers, plan.rates + 1, points)
    jumps = np.zeros(shape) if points_last else np.zeros((layers, points, plan.rates + 1)).transpose(0, 2, 1)
    total = np.empty((3, plan.states, points))
    exponent = rates.exponent.take(plan.by_source, axis=0)
    np.maximum.reduceat(exponent, starts, axis=0, out=total[2])
    probability = rates.mantissa.take(plan.by_source, axis=0)
    probability *= power_of_two(exponent, total[2].take(source, axis=0))
    np.add.reduceat(probability, starts, axis=0, out=total[0])
    probability /= total[0].take(source, axis=0)
    jumps[0, :-1] = probability
    if layers == 1:
        total[1] = 0.0
        return jumps, total
    slope = rates.slope.take(plan.by_source, axis=0)
    slope *= scale
    np.add.reduceat(probability * slope, starts, axis=0, out=total[1])
    mean = total[1].take(source, axis=0)
    slope -= mean
    if change is not None:
        slope /= 1.0 + change * mean
    slope *= probability
    jumps[1, :-1] = slope
    return jumps, total


def _solve(plan: ChargePlan, jumps: FloatArray, change: FloatArray | None) -> tuple[FloatArray, FloatArray]:
    """Return pi and its tangent, (2, points, states), the sum of all being 1, and a bound on h, (points,)."""
    points, m = jumps.shape[1], plan.kept.size
    factor = None if change is None else change[:, None, None]
    chain = np.zeros((2, points, m, m))
    entering = []
    for block in plan.blocks:
        onward = jumps.take(block.leaving_by_source, axis=2, mode="clip")
        inward = jumps.take(block.entering_by_source, axis=2, mode="clip")
        near = block.neighbours
        chain[:, :, near, near] += _product(onward, inward, factor)
        entering.append(inward)
    last = _often_visited(chain[0])
    every = np.arange(points)
    for axis in (2, 3):
        _swap(chain.swapaxes(2, axis), every, last)
    kept, hitting = _dense(chain, change)
    _swap(kept, every, last)
    pi = np.empty((2, points, plan.states))
    pi[:, :, plan.kept] = kept
    for block, inward in zip(plan.blocks, entering, strict=True):
        pi[:, :, block.states] = _product(inward, kept[:, :, block.neighbours, None], factor)[..., 0]
    pi /= pi[0].sum(axis=1)[:, None]
    return pi, hitting


def _product(a: FloatArray, b: FloatArray, change: FloatArray | None) -> FloatArray:
    """Multiply matrices with tangents, (2, points, i, k) by (2, points, k, j)."""
    result: FloatArray = np.matmul(a, b[0])
    moved = a[0] if change is None else a[0] + change * a[1]
    result[1] += np.matmul(moved, b[1])
    return result


def _swap(value: FloatArray, every: IntArray, row: IntArray) -> None:
    """Exchange one row at each point with the last one, in place; value is (2, points, rows, ...)."""
    own = value[:, every, row].copy()
    value[:, every, row] = value[:, :, -1]
    value[:, :, -1] = own


def _often_visited(chain: FloatArray) -> IntArray:
    """Return a state that is often visited at each point, (points,)."""
    points, m = chain.shape[:2]
    visits = np.full((points, m, 1), 1.0 / m)
    for _ in range(3):
        visits = np.matmul(chain, visits)
    best: IntArray = visits[..., 0].argmax(axis=1)
    return best


def _dense(chain: FloatArray, change: FloatArray | None) -> tuple[FloatArray, FloatArray]:
    """Eliminate the kept states block by block, in place; return pi, (2, points, m), and a bound on h, (points,)."""
    points, m = chain.shape[1:3]
    factor = None if change is None else change[:, None, None]
    time = np.full((points, 1, m), 2.0)
    hitting = np.ones(points)
    steps = []
    for low in range(0, m - 1, BLOCK):
        high = min(low + BLOCK, m - 1)
        inner = chain[:, :, low:high, low:high].transpose(0, 2, 3, 1)
        exits = chain[:, :, high:, low:high].sum(axis=2).swapaxes(1, 2)
        G = np.ascontiguousarray(_stays(inner, exits, change).transpose(0, 3, 1, 2))
        inward = _product(G, chain[:, :, low:high, high:], factor)
        chain[:, :, high:, high:] += _product(chain[:, :, high:, low:high], inward, factor)
        before = time[:, :, low:high]
        hitting += np.matmul(before, G[0]).max(axis=(1, 2))
        time[:, :, high:] += np.matmul(before, inward[0])
        steps.append((low, high, inward))
    pi = np.zeros((2, points, m, 1))
    pi[0, :, m - 1] = 1.0
    for low, high, inward in reversed(steps):
        pi[:, :, low:high] = _product(inward, pi[:, :, high:], factor)
    return pi[..., 0], hitting


def _stays(inner: FloatArray, exits: FloatArray, change: FloatArray | None) -> FloatArray:
    """Return G with its tangent, (2, b, b, points).

    Parameters
    ----------
    inner
        Rates between the states, (2, b, b, points), (to, from), with tangents; the diagonal is not read.
    exits
        Rate out of all of them, from each, (2, b, points).
    """
    b, points = inner.shape[1], inner.shape[3]
    # rows: the states and the way out; columns: the states and one visit to each
    table = np.zeros((2, b + 1, 2 * b, points))
    table[:, :b, :b] = inner
    table[:, b, :b] = exits
    table[0, np.arange(b), b + np.arange(b)] = 1.0
    total = np.empty((2, b, points))
    for k in range(b):
        column = table[:, k + 1 :, k]
        total[:, k] = column.sum(axis=1)
        share = _quotient(column, total[:, k, None], change)
        onward = table[:, k, k + 1 : b + k + 1]
        table[:, k + 1 :, k + 1 : b + k + 1] += _outer(share, onward, change)
    G = table[:, :b, b:]
    for k in range(b - 1, -1, -1):
        onward, later = table[:, k, k + 1 : b], G[:, k + 1 :]
        G[0, k] += (onward[0][:, None] * later[0]).sum(axis=0)
        G[1, k] += (onward[1][:, None] * later[0] + _moved(onward, change)[:, None] * later[1]).sum(axis=0)
        G[:, k] = _quotient(G[:, k], total[:, k, None], change)
    return G


def _moved(value: FloatArray, change: FloatArray | None) -> FloatArray:
    moved: FloatArray = value[0] if change is None else value[0] + change * value[1]
    return moved


def _outer(a: FloatArray, b: FloatArray, change: FloatArray | None) -> FloatArray:
    """Return the product of every a with every b, (2, i, points) by (2, j, points) -> (2, i, j, points)."""
    result: FloatArray = a[:, :, None] * b[0]
    result[1] += _moved(a, change)[:, None] * b[1]
    return result


def _quotient(a: FloatArray, b: FloatArray, change: FloatArray | None) -> FloatArray:
    """Divide numbers with tangents."""
    result: FloatArray = a / b[0]
    result[1] -= result[0] * (b[1] / b[0])
    if change is not None:
        result[1] /= 1.0 + change * (b[1] / b[0])
    return result


def _weights(pi: FloatArray, stay: FloatArray, change: FloatArray | None) -> Quantities:
    """Divide pi, (1 or 2, states, points), by the total rate out of each state, (3, states, points)."""
    value = pi[0]
    known = value > 0.0
    data = np.empty_like(stay)
    mantissa, exponent = np.frexp(np.where(known, value / stay[0], 0.0))
    data[0] = mantissa
    data[1] = -stay[1]
    if len(pi) > 1:
        data[1] += np.where(known, pi[1] / value, 0.0)
    if change is not None:
        data[1] /= 1.0 + change * stay[1]
    data[2] = np.where(known, exponent - stay[2], ZERO_EXPONENT)
    return Quantities(data)


def _held(plan: ChargePlan, rates: Quantities, pi: FloatArray, stay: FloatArray, rare: NDArray[np.bool_]) -> FloatArray:
    """Bound the weights of all rare states, divided by h, as binary logarithms, (points,).

    Parameters
    ----------
    pi
        As computed, (states, points).
    stay
        Total rate out of each state, (3, states, points).
    rare
        Which states are rare, (states, points).
    """
    exits = np.log2(stay[0]) + stay[2]
    flow = np.log2(rates.mantissa) + rates.exponent + (np.log2(pi) - exits)[plan.source]
    into = np.where(rare[plan.target] & ~rare[plan.source], flow, -np.inf)
    longest = np.where(rare, -exits, -np.inf).max(axis=0)
    bound: FloatArray = into.max(axis=0) + longest + np.log2(plan.rates * plan.states)
    return bound
