"""The chain at rest as a network of resistors with numbers of any size, and its answer to a tilt at one lead.

This is the general form of `numeric.resistors`: any number of leads, every number with an exponent of its own. It costs
several times as much a point. The tilt is laid where the rates are small (`numeric.local_forces`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from numeric.arrays import FloatArray
from numeric.current import SMALLEST_SLOPE, flow_error_bound, slope_error_bound
from numeric.heat import SUM_ERROR
from numeric.local_forces import local_forces
from numeric.network import UNIT, Network
from numeric.rates import LeadRates, total_rates
from numeric.scaled import Scaled, added, exact_sum, from_float, multiply, normalise_signed, signed_sum
from numeric.stationary import populations_from
from numeric.transport import Estimate


def energies_above(
    network: Network, gates: FloatArray, mu: float, zeeman: float, mean: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return E_j - E_i - gate - mu - mean, (edges, points), and a bound on its error at each point."""
    chain, spread = network.chain, np.zeros((network.chain.lower.size, gates.size))
    high, low = exact_sum(
        chain.energy_hi[:, None] + spread, chain.energy_lo[:, None], -gates + spread, -mu + spread, -mean + spread
    )
    found = high + low
    sizes = np.abs(chain.energy_hi).max() + np.abs(gates) + abs(mu) + abs(zeeman) + np.abs(mean)
    return found, 2.0 * UNIT * np.abs(found).max(axis=0) + SUM_ERROR * sizes


@dataclass(frozen=True)
class Tilted:
    """The chain at rest and its answer to a tilt x of the edges at one lead, L if there are only two.

    Parameters
    ----------
    lead, tilt
        The tilted lead, and the magnitude of its tilt x of each edge, no less than what rounding leaves of an energy
        that is 0, (edges, points).
    flow
        c of each lead and edge, (leads, edges, points).
    tau
        x + s_lower - s_upper at that lead and s_lower - s_upper at the others, same shape.
    error
        Bound on the error of tau, same shape.
    floor
        What rounding of the energies leaves of a tau that is 0, same shape.
    accuracy
        Bound on the relative error of a sum of flows.
    """

    lead: int
    tilt: FloatArray
    flow: Scaled
    tau: FloatArray
    error: FloatArray
    floor: FloatArray
    accuracy: float

    @classmethod
    def by(
        cls, network: Network, at_rest: LeadRates, x: FloatArray, x_error: FloatArray | float, lead: int = 0
    ) -> Tilted:
        """Return the answer to a tilt x of the edges at one lead, (edges, points), with a bound on its error."""
        x_error = x_error + np.zeros_like(x)
        left = local_forces(network.chain, lead, x, x_error)
        base, doubts = at_rest.data.copy(), at_rest.data.copy()
        for data, own, others in ((base, left.own, left.others), (doubts, left.own_error, left.others_error)):
            data[1] = 0.0
            data[1, :, 0] = others
            data[1, lead, 0] = own
        totals = total_rates(LeadRates(base))
        weights = network.weights(totals)
        lower, upper = network.chain.lower, network.chain.upper
        populations = populations_from(weights).scaled
        up = Scaled(at_rest.data[0, :, 0], at_rest.data[2, :, 0])
        step = weights.slope[lower] - weights.slope[upper]
        largest = np.abs(totals.slope).max(axis=0)
        doubt = total_rates(LeadRates(doubts)).slope.max(axis=0)
        lost = SMALLEST_SLOPE if network.chain.up.mantissa[lead].any() else 0.0
        error = 3.0 * (largest * slope_error_bound(network) + lost) + network.chain.states * doubt
        tau = step + base[1, :, 0]
        return cls(
            lead,
            np.maximum(np.abs(x), x_error / (4.0 * UNIT)),
            multiply(up, populations[lower]),
            tau,
            error + doubts[1, :, 0],
            (doubt + doubts[1, :, 0]) / (4.0 * UNIT),
            flow_error_bound(network) + 4 * UNIT,
        )

    def product(self, other: Tilted) -> Estimate:
        """Return sum c tau tau', (points,)."""
        own, others = np.abs(self.tau), np.abs(other.tau)
        value = self._sum(from_float(self.tau), from_float(other.tau))
        rounding = self._sum(from_float(own * self.accuracy), from_float(others))
        first = self._sum(from_float(own), from_float(other.error))
        second = self._sum(from_float(others + other.error), from_float(self.error))
        return Estimate(value, added(rounding, first, second))

    def carried(self, energy: FloatArray) -> Scaled:
        """Return the sum of c tau energy at L, (points,)."""
        return _total(multiply(self.flow[:1], multiply(from_float(self.tau[:1]), from_float(energy[None]))))

    def magnitudes(self, other: Tilted) -> Scaled:
        """Return the sum of the magnitudes of the flows through the tilted lead that another tilt drives, (points,).

        Their signed sum, of c x tau', is `product`.
        """
        there = slice(self.lead, self.lead + 1)
        size = multiply(from_float(self.tilt[None]), from_float(np.maximum(np.abs(other.tau), other.floor)[there]))
        return _total(multiply(self.flow[there], size))

    def _sum(self, a: Scaled, b: Scaled) -> Scaled:
        return _total(multiply(self.flow, multiply(a, b)))


def _total(terms: Scaled) -> Scaled:
    """Return the sum over leads and edges, (points,)."""
    points = terms.mantissa.shape[-1]
    return signed_sum(normalise_signed(terms.mantissa.reshape(-1, points), terms.exponent.reshape(-1, points)))
