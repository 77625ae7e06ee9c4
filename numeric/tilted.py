"""The chain at rest as a network of resistors with numbers of any size, and its answer to a tilt at one lead.

This is the general form of `numeric.resistors`: any number of leads, every number with an exponent of its own. It costs
several times as much a point. The tilt is laid where the rates are small (`numeric.local_forces`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from numeric.arrays import FloatArray, IntArray
from numeric.current import SMALLEST_SLOPE, flow_error_bound, slope_error_bound
from numeric.estimates import Estimate, shifted
from numeric.heat import SUM_ERROR, largest_energy
from numeric.local_forces import along, by_share, local_forces
from numeric.network import UNIT, Network
from numeric.rates import LeadRates, total_rates
from numeric.scaled import (
    Scaled,
    added,
    exact_sum,
    from_float,
    magnitude,
    multiply,
    near_one,
    normalise_signed,
    power_of_two,
    root,
    signed_sum,
    stacked,
    times,
)
from numeric.stationary import populations_from

SMALLEST_ERROR = 2.0**-1040
"""What an energy is off by at least: products of less with 2**-53 are no doubles."""


def energies_above(
    network: Network, gates: FloatArray, mu: float, zeeman: float, mean: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return E_j - E_i - gate - mu - mean and a bound on its error, (edges, points) each."""
    chain, spread = network.chain, np.zeros((network.chain.lower.size, gates.size))
    found = np.add(*exact_sum(chain.energy_hi[:, None] + spread, chain.energy_lo[:, None], -gates, -mu, -mean))
    sizes = largest_energy(chain, zeeman) + np.abs(gates) + abs(mu) + np.abs(mean)
    return found, 2.0 * UNIT * np.abs(found) + SUM_ERROR * sizes + SMALLEST_ERROR


@dataclass(frozen=True)
class Tilted:
    """The chain at rest and its answer to a tilt x of the edges at one lead, L if there are only two.

    Parameters
    ----------
    lead, power
        The tilted lead, and the power of two that its tilt, and all that answers to it, is in units of, (points,).
    tilt
        The least magnitude that the tilt x of each edge may have, (edges, points).
    flow
        c of each lead and edge, (leads, edges, points).
    tau
        x + s_lower - s_upper at that lead and s_lower - s_upper at the others, same shape.
    slip
        What tau is off by because of x, and by rounding of the sum, same shape.
    least
        The least sum of magnitudes that tau at any lead may consist of, same shape: of x, and of s at both ends if they
        are counted from their mean.
    norm, off
        Roots of sum c tau**2, and of a bound on the same sum of all that tau is off by, (points,).
    accuracy
        Bound on the relative error of a sum of flows.
    """

    lead: int
    power: IntArray
    tilt: FloatArray
    flow: Scaled
    tau: FloatArray
    slip: FloatArray
    least: FloatArray
    norm: Scaled
    off: Scaled
    accuracy: float

    @classmethod
    def by(
        cls, network: Network, at_rest: LeadRates, x: FloatArray, x_error: FloatArray | float, lead: int = 0
    ) -> Tilted:
        """Return the answer to a tilt x of the edges at one lead, (edges, points), with a bound on its error."""
        # near 1 nothing of the slopes underflows
        x, doubt_of_x, power = near_one(x, x_error + np.zeros_like(x))
        left = local_forces(network.chain, by_share(network.chain, lead), x, doubt_of_x)
        base, doubts = at_rest.data.copy(), at_rest.data.copy()
        for data, own, others in ((base, left.own, left.others), (doubts, left.own_error, left.others_error)):
            data[1] = 0.0
            data[1, :, 0] = others
            data[1, lead, 0] = own
        totals = total_rates(LeadRates(base))
        weights = network.weights(totals)
        lower, upper = network.chain.lower, network.chain.upper
        populations = populations_from(weights).scaled
        flow = multiply(Scaled(at_rest.data[0, :, 0], at_rest.data[2, :, 0]), populations[lower])
        step = weights.slope[lower] - weights.slope[upper]
        tau = step + base[1, :, 0]
        lost = SMALLEST_SLOPE if network.chain.up.mantissa[lead].any() else 0.0
        difference_error = 3.0 * (np.abs(totals.slope).max(axis=0) * slope_error_bound(network) + lost)
        force_error = doubts[1, :, 0]
        doubt = total_rates(LeadRates(doubts)).slope.max(axis=0)
        slip = UNIT * (np.abs(step) + np.abs(tau)) + force_error
        # s is a mean of what trees of edges give: errors of forces add up along the edges of a tree at most
        unsure = slip + difference_error + (network.chain.states - 1) * doubt
        rise, doubtful = -(step + left.others), UNIT * np.abs(step) + left.others_error + unsure.max(axis=0)
        ends = _least_potentials(network, populations.to_float(), *along(network.chain, left.tree, rise, doubtful))
        least = np.maximum(np.abs(tau) - 2.0 * unsure, ends)
        # what drives is no less than the tilt itself, where that is laid
        least[lead] = np.maximum(least[lead], ends + np.maximum(np.abs(x) - doubt_of_x, 0.0))
        norm, slipped = (root(_total(multiply(flow, _square(of)))) for of in (tau, slip))
        accuracy = flow_error_bound(network) + 4 * UNIT
        unbalanced = root(_unbalanced(network, flow, step, tau, difference_error))
        return cls(
            lead=lead,
            power=power,
            tilt=np.maximum(np.abs(x) - doubt_of_x, 0.0),
            flow=flow,
            tau=tau,
            slip=slip,
            least=least,
            norm=norm,
            off=added(unbalanced, times(2.0, slipped), times(accuracy, norm)),
            accuracy=accuracy,
        )

    @classmethod
    def together(cls, tilts: Sequence[Tilted]) -> Tilted:
        """Return the answers to several tilts as one, along a new first axis, to be asked for their products."""
        return cls(
            lead=tilts[0].lead,
            power=np.stack([one.power for one in tilts]),
            tilt=np.stack([one.tilt for one in tilts]),
            flow=stacked([one.flow for one in tilts]),
            tau=np.stack([one.tau for one in tilts]),
            slip=np.stack([one.slip for one in tilts]),
            least=np.stack([one.least for one in tilts]),
            norm=stacked([one.norm for one in tilts]),
            off=stacked([one.off for one in tilts]),
            accuracy=tilts[0].accuracy,
        )

    def product(self, other: Tilted) -> Estimate:
        """Return sum c tau tau', (points,); of each of several others that are one.

        Errors of c count by their own relative size, since the flows dissipate least: no first order of s is in the
        sum. A slip e of the forces counts by sum c tau' e, as tau' takes no part in what the potentials answer to it.
        Of second order is what the answers to both tilts are off by: s and s' by rounding and by errors of c, and by
        what they answer to slips, which spreads to edges that have none. By Cauchy and Schwarz that is `off` times
        `off`, and as much again for tau in place of what it should be in the first order.
        """
        terms = multiply(self.flow, multiply(from_float(self.tau), from_float(other.tau)))
        slipped = (self.tau, other.slip), (other.tau, self.slip)
        slips = [_total(multiply(self.flow, multiply(from_float(np.abs(a)), from_float(b)))) for a, b in slipped]
        size = added(_total(magnitude(terms)), multiply(self.norm, other.off), multiply(self.off, other.norm))
        rounding = Scaled(size.mantissa * self.accuracy, size.exponent)
        doubt = added(rounding, *slips, times(2.0, multiply(self.off, other.off)))
        return shifted(Estimate(_total(terms), doubt), self.power + other.power)

    def carried(self, energy: FloatArray) -> Scaled:
        """Return the sum of c tau energy at L, (points,)."""
        whole = _total(multiply(self.flow[:1], multiply(from_float(self.tau[:1]), from_float(energy[None]))))
        return Scaled(whole.mantissa, whole.exponent + self.power)

    def magnitudes(self, other: Tilted) -> Scaled:
        """Return the least sum of magnitudes of flows through the tilted lead that another tilt may drive, (points,).

        Of several others that are one, each is answered. What their signed sum, `product`, consists of is c x x' that
        the tilt x' itself drives, if it is at the same lead, and c x s' at both ends of each edge. That is no less than
        the sum of c x tau'.
        """
        there = slice(self.lead, self.lead + 1)
        driven = multiply(from_float(self.tilt[None]), from_float(other.least[..., there, :, :]))
        whole = times(1.0 - 4.0 * self.accuracy, _total(multiply(self.flow[there], driven)))
        return Scaled(whole.mantissa, whole.exponent + self.power + other.power)


def _square(values: FloatArray) -> Scaled:
    return multiply(from_float(values), from_float(values))


def _total(terms: Scaled) -> Scaled:
    """Return the sum over leads and edges, (..., points)."""
    *several, leads, edges, points = terms.mantissa.shape
    shape = (*several, leads * edges, points)
    return signed_sum(normalise_signed(terms.mantissa.reshape(shape), terms.exponent.reshape(shape)), axis=-2)


def _least_potentials(network: Network, populations: FloatArray, s: FloatArray, error: FloatArray) -> FloatArray:
    """Return the least that magnitudes of s, less its mean, at both ends of each edge add up to, (edges, points)."""
    mean = (populations * s).sum(axis=0)
    sure = 2.0 * error.max(axis=0) + (network.chain.states + 4) * flow_error_bound(network) * np.abs(s).max(axis=0)
    least: FloatArray = np.maximum(np.abs(s - mean) - sure, 0.0)
    return least[network.chain.lower] + least[network.chain.upper]


def _unbalanced(
    network: Network, flow: Scaled, step: FloatArray, tau: FloatArray, difference_error: FloatArray
) -> Scaled:
    """Bound sum c d**2, (points,), where d is by what errors of s put tau off.

    It is the sum over states of the error of s times what flows in and not out again. That adds up to 0, so that half
    of its magnitudes times the largest difference of two errors is a bound.
    """
    chain = network.chain
    driven = multiply(flow, from_float(tau))
    driven = normalise_signed(driven.mantissa, driven.exponent)
    top = driven.exponent.max(axis=(0, 1))
    flows = (driven.mantissa * power_of_two(driven.exponent, top)).sum(axis=0)
    left = np.zeros((chain.states, tau.shape[-1]))
    np.add.at(left, chain.upper, flows)
    np.subtract.at(left, chain.lower, flows)
    size = _total(multiply(flow, from_float(np.abs(step) + np.abs(tau))))
    rounding = 2.0 * (chain.leads * chain.lower.size + 4) * UNIT
    unbalanced = added(Scaled(np.abs(left).sum(axis=0), top), Scaled(size.mantissa * rounding, size.exponent))
    return multiply(unbalanced, from_float(0.5 * difference_error))
