"""What the passages of electrons earn: means of it, and by how much a start in one state earns more than in another."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from numeric.current import flow_error_bound
from numeric.estimates import Estimate
from numeric.network import Network
from numeric.noise import Surprises, advantages
from numeric.rates import LeadRates
from numeric.scaled import Scaled, added, difference, magnitude, multiply, signed_sum, stacked, times


@dataclass(frozen=True, eq=False)
class Passages:
    """Every way an electron passes, in and out, through each lead and along each edge.

    Parameters
    ----------
    network, rates, found
        The chain, its rates and the surprises of all passages.
    last
        The state to be eliminated last.
    """

    network: Network
    rates: LeadRates
    found: Surprises
    last: int

    @property
    def surprise(self) -> Estimate:
        """The surprise of each passage, (passages, points)."""
        return Estimate(self.found.surprise, self.found.slack)

    def mean(self, value: Estimate) -> Estimate:
        """Return the sum of P W times the value of each passage, (points,)."""
        flow, unit = self.found.flow, flow_error_bound(self.network)
        rounding = times(2.0 * unit, signed_sum(multiply(flow, magnitude(value.scaled))))
        return Estimate(
            signed_sum(multiply(flow, value.scaled)), added(signed_sum(multiply(flow, value.error)), rounding)
        )

    def advantage(self, value: Estimate, mean: Estimate) -> Estimate:
        """Return by how much a start behind each passage earns more of its values than one before it."""
        unit = flow_error_bound(self.network)
        ahead = advantages(self.network, self.rates, self._tally(value, mean, unit), self.last)
        step = ahead[:, self.found.target, self.found.origin]
        return Estimate(step[0], Scaled(step.mantissa[1] * unit, step.exponent[1]))

    def _tally(self, value: Estimate, mean: Estimate, unit: float) -> Scaled:
        """Return what a stay earns beyond the mean and the magnitudes that bound its error over `unit`."""
        earned = multiply(self.found.rate, value.scaled)
        doubts = multiply(self.found.rate, added(magnitude(value.scaled), times(1.0 / unit, value.error)))
        mean_doubt = added(magnitude(mean.scaled), times(1.0 / unit, mean.error))
        values, sizes = [], []
        for state in range(self.network.chain.states):
            own = np.flatnonzero(self.found.origin == state)
            values.append(difference(signed_sum(earned[own]), mean.scaled))
            sizes.append(added(signed_sum(doubts[own]), mean_doubt))
        return stacked([stacked(values), stacked(sizes)])
