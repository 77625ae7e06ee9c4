"""What a passage of an electron counts, less what the states tell of it: counts of strong exchange cancel exactly.

Electrons that a lead exchanges with the dot many times a second are counted in and out again. What is left of them, the
current and its cumulants, may be decades less than one of these counts. A count n that is a function y of the state
grows by y_j - y_i in a passage from i to j, and by nothing in the long run. So chi and chi - (y_j - y_i) have the same
cumulants, and the same surprises. Here y follows the strongest exchange: of all ways of electrons through a lead and
along an edge those of the largest flows that close no ring, a maximum spanning tree. They count exactly 0 then, as y
and chi are whole numbers.
"""

from __future__ import annotations

import numpy as np

from numeric.arrays import FloatArray
from numeric.chain import Parts, walk
from numeric.current import flow_error_bound
from numeric.elimination import Quantities
from numeric.estimates import Estimate
from numeric.network import Network
from numeric.rates import LeadRates
from numeric.scaled import ZERO_EXPONENT, Scaled, magnitude, signed_sum, times


def local_counts(network: Network, rates: LeadRates, populations: Quantities, counted: int) -> FloatArray:
    """Return what each passage counts, (leads, 2, edges): through each lead, in and out, along each edge.

    Parameters
    ----------
    network, rates, populations
        As `numeric.current.barrier_flows`; all points get the same counts.
    counted
        How many leads are counted, from the first one on.
    """
    chain = network.chain
    ends = np.stack([chain.lower, chain.upper])
    with np.errstate(divide="ignore"):
        flows = (np.log2(rates.data[0]) + rates.data[2]) + (np.log2(populations.mantissa) + populations.exponent)[ends]
    strength = flows.max(axis=1).mean(axis=-1).ravel()
    parts, step, tree = Parts(chain.states), np.zeros(chain.lower.size, np.int64), []
    for way in np.argsort(-strength, kind="stable").tolist():
        lead, edge = divmod(way, chain.lower.size)
        if np.isfinite(strength[way]) and parts.join(int(chain.lower[edge]), int(chain.upper[edge])):
            tree.append(edge)
            step[edge] = lead < counted
    y = np.zeros(chain.states, np.int64)
    for state, to, edge, sign in walk(chain, tree):
        y[to] = y[state] + sign * step[edge]
    inwards = (np.arange(chain.leads) < counted)[:, None] - (y[chain.upper] - y[chain.lower])
    return np.stack([inwards, -inwards], axis=1).astype(np.float64)


def mean_count(network: Network, rates: LeadRates, populations: Quantities, counts: FloatArray) -> Estimate:
    """Return the current as the sum of W P times what a passage counts, (points,)."""
    chi = counts[..., None]
    ends = np.stack([network.chain.lower, network.chain.upper])
    exponent = np.where(chi == 0, ZERO_EXPONENT, rates.data[2] + populations.exponent[ends])
    mantissa = rates.data[0] * populations.mantissa[ends] * chi
    terms = Scaled(*(part.reshape(-1, part.shape[-1]) for part in (mantissa, exponent)))
    return Estimate(signed_sum(terms), times(flow_error_bound(network), signed_sum(magnitude(terms))))
