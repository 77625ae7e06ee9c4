"""Electron flow through each barrier, and the small-bias form that keeps its accuracy where the current vanishes.

The net flow into the dot through lead a is the sum over edges of J_a = W^a_up P_lower - W^a_down P_upper. At small bias
that is a small difference of large flows. Between two leads a and b let v = (mu_b - mu_a) / kT and d = expm1(v), and
let w be the equilibrium weights of the chain with the rates W^a_up + e^-v W^b_up and W^a_down + W^b_down: at mu_a it is
in detailed balance, edge by edge and lead by lead. With c = W^a_up w_lower = W^a_down w_upper and P = w (1 + d s) / Z,

    J_a = (d / Z) c (s_lower - s_upper)

holds exactly. The slopes s come out of the elimination as averages of the share that b has in each edge: no difference
is left that vanishes with v, at v = 0 the current is an exact zero, and J / d at v = 0 is kT times the linear
conductance. Each barrier takes its own lead as a, so that neither suffers when t^a and t^b differ by many decades.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from numeric.arrays import FloatArray, IntArray
from numeric.elimination import Quantities
from numeric.jump_chain import FlowWeights
from numeric.network import RATE_ROUNDINGS, UNIT, Network
from numeric.rates import LeadRates, total_rates
from numeric.scaled import ZERO_EXPONENT, power_of_two

SMALLEST_SLOPE = 2.0**-1000
"""Slopes are plain numbers: what underflows in them, over all steps of an elimination, adds up to less than this."""
Weigh = Callable[[Quantities, FloatArray | None], FlowWeights]
SMALL_BIAS = 1.0
"""Largest |mu_L - mu_R| / kT for the small-bias form; beyond it the plain difference loses less than a bit."""


@dataclass(frozen=True)
class Flows:
    """Numbers array * 2**exponent that share their exponents.

    Parameters
    ----------
    into
        Net electron flow into the dot through each lead, (leads, points).
    slope
        Its derivative in units of 1 / kT, same shape; zero if it was not asked for.
    error
        First-order bound on the absolute error of `into`, same shape.
    exponent
        Same shape.
    """

    into: FloatArray
    slope: FloatArray
    error: FloatArray
    exponent: FloatArray

    def put(self, points: IntArray, other: Flows) -> None:
        """Replace points, in place."""
        for whole, part in zip(
            (self.into, self.slope, self.error, self.exponent),
            (other.into, other.slope, other.error, other.exponent),
            strict=True,
        ):
            whole[:, points] = part


@dataclass(frozen=True)
class Carried:
    """What one electron carries through each barrier on each edge, such as heat.

    Parameters
    ----------
    value
        Amount that each electron brings into the dot and takes out of it, (leads, edges, points), or (leads, edges, 1)
        if it is the same at all points.
    error
        Bound on its absolute error, same shape.
    power
        Both are in units of 2**power, (leads, points) or (leads, 1).
    """

    value: FloatArray
    error: FloatArray
    power: FloatArray

    def magnitude(self, bound: float) -> FloatArray:
        """Return by what a flow is multiplied in an error bound, if its own relative error bound is `bound`."""
        return np.abs(self.value) + self.error / bound

    def at(self, points: IntArray) -> Carried:
        """Return what electrons carry at some of the points."""
        if self.value.shape[-1] == 1:
            return self
        return Carried(self.value[..., points], self.error[..., points], self.power[:, points])


def barrier_flows(
    network: Network,
    rates: LeadRates,
    populations: Quantities,
    carried: Carried | None = None,
    *,
    slopes: bool = True,
) -> Flows:
    """Count the flow through each barrier as in minus out.

    Parameters
    ----------
    network, rates
        The chain and its rates with logarithmic derivatives.
    populations
        Normalised, with logarithmic derivatives, (states, points).
    carried
        What each electron carries; None counts electrons.
    slopes
        Whether the derivative is wanted; it is 0 if not.
    """
    chain, rate = network.chain, rates.data
    mantissa, slope, exponents = populations.data
    ends = np.stack([chain.lower, chain.upper])
    exponent = rate[2] + exponents.take(ends, axis=0)
    if carried is not None and not (carries := carried.magnitude(1.0) > 0.0).all():
        # edges that carry nothing must not set the scale on which those that do would underflow
        exponent = np.where(carries[:, None], exponent, ZERO_EXPONENT)
    top = exponent.max(axis=(1, 2))
    flow = rate[0] * mantissa.take(ends, axis=0)
    flow *= power_of_two(exponent, top[:, None, None])
    bound = flow_error_bound(network)
    if carried is not None:
        gross = (flow.sum(axis=1) * carried.magnitude(bound)).sum(axis=1)
        flow *= carried.value[:, None]
        top = top + carried.power
    up, down = np.moveaxis(flow.sum(axis=2), 1, 0)
    if carried is None:
        gross = up + down
    if not slopes:
        return Flows(up - down, np.zeros_like(up), gross * bound, top)
    flow *= rate[1] + slope.take(ends, axis=0)
    up_slope, down_slope = np.moveaxis(flow.sum(axis=2), 1, 0)
    return Flows(up - down, up_slope - down_slope, gross * bound, top)


def flow_error_bound(network: Network, population_error: float | None = None) -> float:
    """Bound the relative error of the terms W P of a flow, their sum over edges and leads included, to first order.

    Populations are known to the network's bound if no other is given.
    """
    known_to = network.population_error if population_error is None else population_error
    terms = max(network.chain.leads, 2) * network.chain.lower.size
    return known_to + (RATE_ROUNDINGS + terms + 4) * UNIT


def small_bias_flows(network: Network, rates: LeadRates, v: FloatArray, carried: Carried | None = None) -> Flows:
    """Return the flows through two leads divided by expm1(v) and expm1(-v), without derivative.

    Parameters
    ----------
    v
        (mu_1 - mu_0) / kT, (points,), at most about `SMALL_BIAS`.
    carried
        What each electron carries; None counts electrons.
    """
    flows, doubtful = _small_bias_flows(network, rates, v, carried, network.flow_weights)
    if doubtful.size:
        there = None if carried is None else carried.at(doubtful)
        exact, _ = _small_bias_flows(network, rates.at(doubtful), v[doubtful], there, network.exact_weights)
        flows.put(doubtful, exact)
    return flows


def _small_bias_flows(
    network: Network, rates: LeadRates, v: FloatArray, carried: Carried | None, weigh: Weigh
) -> tuple[Flows, IntArray]:
    """Return the flows and the points at which they are less than the weights are known for."""
    first = _small_bias_flow(network, rates, v, 0, carried=carried, weigh=weigh)
    second = _small_bias_flow(network, rates, -v, 1, carried=carried, weigh=weigh)
    into, error, exponent = (np.stack(pair) for pair in zip(first[:3], second[:3], strict=True))
    return Flows(into, np.zeros_like(into), error, exponent), np.flatnonzero(~(first[3] & second[3]))


def _small_bias_flow(
    network: Network, rates: LeadRates, v: FloatArray, lead: int, *, carried: Carried | None, weigh: Weigh
) -> tuple[FloatArray, FloatArray, FloatArray, NDArray[np.bool_]]:
    """Return J_a / d with its error bound, for a = `lead`, as numbers array * 2**exponent, and whether it is known."""
    d = np.expm1(v)
    base = rates.data.copy()
    base[0, 1 - lead, 0] *= np.exp(-v)
    base[1] = 0.0
    base[1, 1 - lead, 0] = 1.0
    totals = total_rates(LeadRates(base))
    found = weigh(totals, d)
    weights = found.weights
    top = weights.exponent.max(axis=0)
    total = (weights.mantissa * power_of_two(weights.exponent, top) * (1.0 + d * weights.slope)).sum(axis=0)
    lower, upper = weights.take(network.chain.lower), weights.take(network.chain.upper)
    into_dot = rates.data[:, lead, 0]
    exponent = into_dot[2] + lower.exponent
    flow_top = exponent.max(axis=0)
    c = into_dot[0] * lower.mantissa * power_of_two(exponent, flow_top) / total
    net = c * (lower.slope - upper.slope)
    known = are_known(network, lead, c.sum(axis=0) * total, flow_top, found.least)
    bound = slope_error_bound(network)
    exponent = flow_top - top
    if carried is not None:
        net *= carried.value[lead]
        exponent = exponent + carried.power[lead]
        # the difference of two slopes is at most `states`
        c = c * (carried.magnitude(bound)[lead] * network.chain.states)
    error = 3.0 * c.sum(axis=0) * (totals.slope.max(axis=0) * bound + SMALLEST_SLOPE)
    return net.sum(axis=0), error, exponent, known


def are_known(
    network: Network, lead: int, gross: FloatArray, exponent: FloatArray, least: FloatArray
) -> NDArray[np.bool_]:
    """Return whether flows gross * 2**exponent through a lead are at least 2**least, or nothing couples the lead."""
    if not network.chain.up.mantissa[lead].any():
        return np.isfinite(least) | (least < 0)
    with np.errstate(divide="ignore"):
        known: NDArray[np.bool_] = np.log2(gross) + exponent >= least
    return known


def slope_error_bound(network: Network) -> float:
    """Bound the error of slopes over the largest edge slope: averages over spanning trees of states - 1."""
    return network.chain.states * flow_error_bound(network)


def derivative_of(network: Network, flows: Flows) -> Flows:
    """Return the derivatives of flows as flows, for slopes of chemical potentials over kT of at most 1 in their unit.

    A flow is a sum of W P. The derivative of its logarithm is that of W, at most 1, and that of P: the mean over
    spanning trees, of n - 1 rates each, that end in its state, less the mean over all, at most 2 (n - 1). Relative
    errors e of the rates change the mean by its covariance with the sum of the errors, at most (n - 1)**2 e, while they
    change P by up to 2 (n - 1) e. The error of W P (W' + P') is so at most 2 n - 1 times, and that of P' n - 1 times
    what bounds the error of W P.
    """
    return Flows(flows.slope, flows.slope, flows.error * derivative_factor(network), flows.exponent)


def derivative_factor(network: Network) -> int:
    """Return by what the error bound of a flow is multiplied to bound that of its derivative."""
    return 3 * network.chain.states
