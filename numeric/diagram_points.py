"""Flows through both barriers at the points of a diagram: compiled, in numpy, and in the form for small biases."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from numeric.arrays import FloatArray, IntArray
from numeric.current import SMALL_BIAS, Carried, Flows, are_known, barrier_flows, flow_error_bound, small_bias_flows
from numeric.elimination import Quantities, log2_total
from numeric.fast_flows import FastFlows
from numeric.flow_tables import Points
from numeric.heat import heat_of
from numeric.network import Network
from numeric.rates import LeadRates, lead_rates_at, total_rates
from numeric.scaled import ONE, Scaled
from numeric.stationary import populations_at, populations_from
from numeric.transport import scaled_flows, small_bias_factor


@dataclass(frozen=True, eq=False)
class Plane:
    """What all blocks have in common: the chain, exp(E/kT) of its edges, and the two axes with their exponentials.

    `fast` is the compiled kernel, or None.
    """

    network: Network
    fast: FastFlows | None
    edge: Scaled
    gate: Scaled
    mu: Scaled
    v: Scaled
    mu_slope: FloatArray
    slope_unit: Scaled
    potentials: FloatArray
    gates: FloatArray
    zeeman: float


@dataclass(frozen=True, eq=False)
class Block:
    """Some points of a plane: their place on either axis, (points,), and exp(-(gate + mu) / kT), (leads, points)."""

    plane: Plane
    bias: IntArray
    gate: IntArray
    potential: Scaled

    def at(self, points: IntArray) -> Block:
        """Return some of the points."""
        return Block(self.plane, self.bias[points], self.gate[points], self.potential[:, points])

    @property
    def points(self) -> Points:
        """The points as the compiled kernel takes them."""
        mu, gate = self.plane.potentials[:, self.bias], self.plane.gates[self.gate]
        return Points(self.potential.mantissa, self.potential.exponent, mu, gate)

    @property
    def carried(self) -> Carried:
        """The heat that each electron carries."""
        points = self.points
        return heat_of(self.plane.network.chain, points.mu, points.gate, self.plane.zeeman)


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
    known = [are_known(network, lead, gross[lead], flows.exponent[lead] + unit, found.least) for lead in (0, 1)]
    doubtful = np.flatnonzero(~(known[0] & known[1]))
    if doubtful.size:
        exact = populations_at(network, rates.at(doubtful))
        state.data[:, :, doubtful] = exact.data
        flows.put(doubtful, barrier_flows(network, rates.at(doubtful), exact))
    return state, flows


def with_small_bias(block: Block, flows: Flows, *, heat: bool) -> tuple[Scaled, Scaled]:
    """Return flows into the dot and their error bounds, (leads, points), in the form that suits each point's bias."""
    into, error = scaled_flows(flows, ONE)
    v = block.plane.v[block.bias]
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
