"""What a passage of an electron counts, less what the states tell of it: counts of strong exchange cancel exactly.

Electrons that a lead exchanges with the dot many times a second are counted in and out again. What is left of them, the
current and its cumulants, may be decades less than one of these counts. A count n that is a function y of the state
grows by y_j - y_i in a passage from i to j, and by nothing in the long run. So chi and chi - (y_j - y_i) have the same
cumulants, and the same surprises. Here y follows the strongest exchange: of all ways of electrons through a lead and
along an edge those of the largest flows that close no ring, a maximum spanning tree. They count exactly 0 then, as y
and chi are whole numbers.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from numeric.arrays import FloatArray
from numeric.current import flow_error_bound
from numeric.elimination import Quantities
from numeric.estimates import Estimate
from numeric.local_forces import local_forces
from numeric.network import Network
from numeric.rates import LeadRates
from numeric.scaled import ZERO_EXPONENT, Scaled, magnitude, signed_sum, times

MOST_POINTS = 8
"""Points by which flows are compared: any tree is right, and one that suits some of them suits all."""


def local_counts(network: Network, rates: LeadRates, populations: Quantities, counted: int) -> FloatArray:
    """Return what each passage counts, (leads, 2, edges, 1): through each lead, in and out, along each edge.

    Parameters
    ----------
    network, rates, populations
        As `numeric.current.barrier_flows`; all points get the same counts.
    counted
        How many leads are counted, from the first one on.
    """
    chain = network.chain
    leads = np.arange(chain.leads) < counted
    one = np.ones((chain.lower.size, 1))
    left = local_forces(chain, by_flow(network, rates, populations, leads), one, np.zeros_like(one))
    return of_passages(leads, left.own, left.others)


def by_flow(
    network: Network, rates: LeadRates, populations: Quantities, counted: NDArray[np.bool_]
) -> Iterator[tuple[int, bool]]:
    """Yield edges from the largest flow through a lead to the smallest, and whether that lead is counted, (leads,)."""
    chain, some = network.chain, slice(None, None, -(-populations.data.shape[-1] // MOST_POINTS))
    strength = strengths(network, rates.data[..., some], populations.scaled[:, some]).mean(axis=-1)
    for way in np.argsort(-strength, kind="stable").tolist():
        lead, edge = divmod(way, chain.lower.size)
        if np.isfinite(strength[way]):
            yield edge, bool(counted[lead])


def strengths(network: Network, rates: FloatArray, populations: Scaled) -> FloatArray:
    """Return log2 of the larger flow, in or out, of each lead and edge, (leads edges, points)."""
    with np.errstate(divide="ignore"):
        of_rates = np.log2(rates[0]) + rates[2]
        of_states = np.log2(populations.mantissa) + populations.exponent
    flows = of_rates + of_states[np.stack([network.chain.lower, network.chain.upper])]
    larger: FloatArray = flows.max(axis=1).reshape(-1, flows.shape[-1])
    return larger


def of_passages(counted: NDArray[np.bool_], own: FloatArray, others: FloatArray) -> FloatArray:
    """Return numbers of all passages, (leads, 2, edges, points), from those on edges at counted and other leads."""
    inwards = np.where(counted[:, None, None], own, others)
    return np.stack([inwards, -inwards], axis=1)


def mean_count(network: Network, rates: LeadRates, populations: Quantities, counts: FloatArray) -> Estimate:
    """Return the current as the sum of W P times what a passage counts, (points,)."""
    ends = np.stack([network.chain.lower, network.chain.upper])
    exponent = np.where(counts == 0, ZERO_EXPONENT, rates.data[2] + populations.exponent[ends])
    mantissa = rates.data[0] * populations.mantissa[ends] * counts
    terms = Scaled(*(part.reshape(-1, part.shape[-1]) for part in (mantissa, exponent)))
    return Estimate(signed_sum(terms), times(flow_error_bound(network), signed_sum(magnitude(terms))))
