"""The elimination of `numeric.elimination` in dense blocks, every number with its own exponent.

The order is that of `numeric.charge_blocks`. Rates that do not exist are held as 2**ABSENT, smaller than all others by
more than any sum can notice, so that dense arrays need no mask. The cost grows as the cube of the number of states, at
some nanoseconds a product. `numeric.jump_chain` is faster, but does not keep the relative accuracy of populations that
hardly matter.
"""

from __future__ import annotations

import numpy as np

from numeric.arrays import FloatArray, IntArray
from numeric.charge_blocks import ChargePlan
from numeric.elimination import Quantities, elimination_plan, product, quotient, stationary_weights
from numeric.scaled import normalise, power_of_two

ABSENT = -(2.0**52)
"""Exponent of a rate that does not exist."""
LARGEST_EXPONENT = 2.0**50
"""Largest sum of the exponents along a spanning tree that stays far from `ABSENT`."""
NUMBERS_AT_ONCE = 250_000


def dense_weights(plan: ChargePlan, rates: Quantities, increment: FloatArray | None = None) -> Quantities:
    """Return the stationary weights of each state, not normalised, (states, points).

    Parameters and accuracy are those of `numeric.elimination.stationary_weights`.
    """
    if np.abs(rates.exponent).max() * 4 * plan.states > LARGEST_EXPONENT:
        return stationary_weights(elimination_plan(plan.states, plan.edges), rates, increment)
    points = rates.data.shape[2]
    size = max(1, NUMBERS_AT_ONCE // plan.numbers)
    weights = np.empty((3, plan.states, points))
    for start in range(0, points, size):
        part = slice(start, start + size)
        change = None if increment is None else increment[part]
        weights[:, :, part] = _weights(plan, rates.data[:, :, part], change)
    return Quantities(weights)


def _weights(plan: ChargePlan, rates: FloatArray, increment: FloatArray | None) -> FloatArray:
    points = rates.shape[2]
    absent = np.broadcast_to(np.array([0.5, 0.0, ABSENT])[:, None, None], (3, 1, points))
    listed = np.concatenate([rates, absent], axis=1)
    m = plan.kept.size
    # (to, from) between kept states
    chain = np.broadcast_to(absent[:, :, None], (3, m, m, points)).copy()
    inward = []
    for block in plan.blocks:
        leaving, entering = (_gathered(listed, numbers) for numbers in (block.leaving, block.entering))
        exits = _total(leaving)
        near = block.neighbours
        inward.append(quotient(Quantities(entering.copy()), Quantities(exits[:, :, None]), increment).data)
        for k in range(block.states.size):
            _reroute(chain[:, near, near], leaving[:, :, k], inward[-1][:, k], increment)
    kept = _dense_weights(chain, increment)
    weights = np.empty((3, plan.states, points))
    weights[:, plan.kept] = kept
    for block, ratio in zip(plan.blocks, inward, strict=True):
        terms = product(Quantities(ratio), Quantities(kept[:, None, block.neighbours]), increment).data
        weights[:, block.states] = _total(terms.swapaxes(1, 2))
    return weights


def _gathered(listed: FloatArray, numbers: IntArray) -> FloatArray:
    return listed.take(numbers.ravel(), axis=1).reshape(3, *numbers.shape, listed.shape[2])


def _dense_weights(chain: FloatArray, increment: FloatArray | None) -> FloatArray:
    """Eliminate one state after the other, in place; return the weights, (3, m, points)."""
    m, points = chain.shape[1], chain.shape[3]
    for k in range(m - 1):
        exits = _total(chain[:, k + 1 :, k])
        inward = chain[:, k, k + 1 :]
        quotient(Quantities(inward), Quantities(exits[:, None]), increment)
        _reroute(chain[:, k + 1 :, k + 1 :], chain[:, k + 1 :, k], inward, increment)
    weights = np.empty((3, m, points))
    weights[:, m - 1] = np.array([1.0, 0.0, 0.0])[:, None]
    for k in range(m - 2, -1, -1):
        terms = product(Quantities(chain[:, k, k + 1 :].copy()), Quantities(weights[:, k + 1 :]), increment)
        weights[:, k] = _total(terms.data)
    return weights


def _reroute(chain: FloatArray, leaving: FloatArray, inward: FloatArray, increment: FloatArray | None) -> None:
    """Add leaving[i] * inward[j] to chain[i, j], in place."""
    shape = (3, leaving.shape[1], *inward.shape[1:])
    first = Quantities(np.broadcast_to(leaving[:, :, None], shape).copy())
    routes = product(first, Quantities(inward[:, None]), increment).data
    top = np.maximum(chain[2], routes[2])
    for part in (chain, routes):
        part[0] *= power_of_two(part[2], top)
        part[1] *= part[0]
    chain[:2] += routes[:2]
    chain[1] /= chain[0]
    _tidy(chain, top)


def _total(terms: FloatArray) -> FloatArray:
    """Add positive numbers along the first axis, (3, terms, ..., points) -> (3, ..., points)."""
    top = terms[2].max(axis=0)
    aligned = terms[0] * power_of_two(terms[2], top)
    result = np.empty((3, *top.shape))
    aligned.sum(axis=0, out=result[0])
    aligned *= terms[1]
    aligned.sum(axis=0, out=result[1])
    result[1] /= result[0]
    _tidy(result, top)
    return result


def _tidy(value: FloatArray, exponent: FloatArray) -> None:
    """Bring positive mantissas into [1/2, 1) with the given exponents, in place."""
    mantissa = value[0].copy()
    normalise(mantissa, exponent)
    value[0] = mantissa
    np.maximum(exponent, ABSENT, out=value[2])
