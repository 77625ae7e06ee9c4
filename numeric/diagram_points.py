"""Flows through all barriers at the points of a map: compiled, in numpy, and in the form for small biases."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from numeric.arrays import FloatArray, IntArray
from numeric.current import SMALL_BIAS, Carried, Flows, are_known, barrier_flows, flow_error_bound, small_bias_flows
from numeric.elimination import Quantities, log2_total
from numeric.fast_flows import FastFlows, points_at_once
from numeric.flow_tables import Points
from numeric.heat import heat_of
from numeric.network import Network
from numeric.rates import LeadRates, lead_rates_at, total_rates
from numeric.scaled import ONE, Scaled
from numeric.stationary import populations_at, populations_from
from numeric.transport import scaled_flows, small_bias_factor

NUMBERS_PER_BLOCK, FEWEST_POINTS = 80_000, 96
"""Numbers in each array of a block. More do not fit the cache; with fewer, calls cost more than arithmetic."""
DENSE_POINTS, DENSE_POWER, FEWEST_DENSE_POINTS = 13_500, 0.65, 8
"""Points at once if dense blocks are eliminated: DENSE_POINTS / rates**DENSE_POWER, as measured, but not fewer."""
RETAINED_NUMBERS = 3_000_000
"""24 MB, as `retain_memory` explains."""


@dataclass(frozen=True, eq=False)
class Plane:
    """What all blocks have in common.

    Parameters
    ----------
    network
        The chain.
    fast
        The compiled kernel, or None.
    edge
        exp(E / kT) of its edges, (edges,), or of each lead and edge, (leads, edges), if temperatures differ.
    mu_slope
        d mu / d parameter of each lead, (leads,), at most 1.
    zeeman
        Zeeman energy.
    """

    network: Network
    fast: FastFlows | None
    edge: Scaled
    mu_slope: FloatArray
    zeeman: float

    @property
    def points_at_once(self) -> int:
        """Number of points of a block."""
        network = self.network
        if self.fast is not None:
            return points_at_once(network.chain.lower.size)
        if network.blocks is not None:
            return max(FEWEST_DENSE_POINTS, int(DENSE_POINTS / network.blocks.rates**DENSE_POWER))
        widest = max(network.chain.up.mantissa.size, network.plan.numbers)
        return max(FEWEST_POINTS, NUMBERS_PER_BLOCK // widest)


@dataclass(frozen=True, eq=False)
class Block:
    """Some points of a plane.

    Parameters
    ----------
    potential
        exp(-(gate + mu) / kT) of each lead, (leads, points).
    mu, gate
        Chemical potentials, (leads, points), and gates, (points,).
    v
        (mu_1 - mu_0) / kT, (points,), of two leads of one temperature; else None.
    """

    plane: Plane
    potential: Scaled
    mu: FloatArray
    gate: FloatArray
    v: Scaled | None

    def at(self, points: IntArray) -> Block:
        """Return some of the points."""
        v = None if self.v is None else self.v[points]
        return Block(self.plane, self.potential[:, points], self.mu[:, points], self.gate[points], v)

    @property
    def points(self) -> Points:
        """The points as the compiled kernel takes them."""
        return Points(self.potential.mantissa, self.potential.exponent, self.mu, self.gate)

    @property
    def carried(self) -> Carried:
        """The heat that each electron carries."""
        return heat_of(self.plane.network.chain, self.mu, self.gate, self.plane.zeeman)


def retain_memory() -> None:
    """Make the allocator keep what a block frees for the next block.

    glibc gives freed memory back to the system beyond a threshold, which follows the largest array freed so far:
    without a large one every block would take its few megabytes back page by page, at more than the cost of its
    arithmetic. The array is never touched, so it takes no memory. Other allocators are not affected.
    """
    np.empty(RETAINED_NUMBERS)


def compiled_flows(block: Block, fast: FastFlows, *, heat: bool) -> list[Flows]:
    """Return the flows of electrons and of heat by the compiled kernel, and in numpy what it does not prove."""
    flows, unproven = fast.at(block.points, heat=heat)
    if unproven.size:
        _, _, exact = flows_in_numpy(block.at(unproven), every=heat, slopes=True, heat=heat)
        for whole, part in zip(flows, exact, strict=True):
            whole.put(unproven, part)
    return flows


def flows_in_numpy(block: Block, *, every: bool, slopes: bool, heat: bool) -> tuple[LeadRates, Quantities, list[Flows]]:
    """Return rates, normalised populations and the flows of electrons and, if wanted, of heat.

    All populations are known to their relative accuracy if `every`, otherwise only those that matter to the flows.
    """
    network = block.plane.network
    rates = lead_rates_at(network.chain, block.plane.edge, block.potential, block.plane.mu_slope if slopes else None)
    if not every:
        state, flows = _state_and_flows(network, rates, slopes=slopes)
        return rates, state, [flows]
    state = populations_at(network, rates)
    flows = barrier_flows(network, rates, state)
    return rates, state, [flows, barrier_flows(network, rates, state, block.carried)] if heat else [flows]


def _state_and_flows(network: Network, rates: LeadRates, *, slopes: bool) -> tuple[Quantities, Flows]:
    """Return normalised populations in the fastest way, and the flows they give."""
    found = network.flow_weights(total_rates(rates, slopes=slopes), slopes=slopes)
    state = populations_from(found.weights)
    flows = barrier_flows(network, rates, state, slopes=slopes)
    unit = log2_total(found.weights)
    gross = flows.error / flow_error_bound(network)
    leads = range(network.chain.leads)
    known = [are_known(network, lead, gross[lead], flows.exponent[lead] + unit, found.least) for lead in leads]
    doubtful = np.flatnonzero(~np.all(known, axis=0))
    if doubtful.size:
        exact = populations_at(network, rates.at(doubtful))
        state.data[:, :, doubtful] = exact.data
        flows.put(doubtful, barrier_flows(network, rates.at(doubtful), exact))
    return state, flows


def with_small_bias(block: Block, flows: Flows, *, heat: bool) -> tuple[Scaled, Scaled]:
    """Return flows into the dot and their error bounds, (leads, points), in the form that suits each point's bias."""
    into, error = scaled_flows(flows, ONE)
    if block.v is None:
        return into, error
    v = block.v
    plain = v.to_float()
    small = np.flatnonzero(np.abs(plain) <= SMALL_BIAS)
    if small.size:
        network, there = block.plane.network, block.at(small)
        rates = lead_rates_at(network.chain, block.plane.edge, there.potential, None)
        found = small_bias_flows(network, rates, plain[small], there.carried if heat else None)
        exact = scaled_flows(found, small_bias_factor(v[small]))
        for whole, part in zip((into, error), exact, strict=True):
            whole.mantissa[:, small], whole.exponent[:, small] = part.mantissa, part.exponent
    return into, error
