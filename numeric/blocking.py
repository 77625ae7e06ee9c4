"""Which state takes current away as population moves, and by what weight: the part of each that gains population.

Let c_i be the electrons that pass from L to R per time in state i, the mean of both barriers, and g_i the population
that state i gains. What the shift of population does to the current is sum g_i c_i. As the g_i add up to 0, with c the
mean of those that lose population it is a sum over the states that gain,

    sum over gaining i of g_i (c_i - c),

whose most negative term belongs to the state that blocks. The dot leaves that state by its strongest way out, whose
M_ji is then the weight that limits the current. Bounds follow the rounding errors of g_i and c_i to first order; a g_i
that could have either sign counts with what it may be.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from numeric.arrays import FloatArray
from numeric.chain import Chain, Rate
from numeric.current import SMALLEST_SLOPE, slope_error_bound
from numeric.elimination import Quantities
from numeric.estimates import Estimate
from numeric.level_scheme import Lead, LevelScheme
from numeric.network import RATE_ROUNDINGS, UNIT, Network
from numeric.rates import LeadRates, total_rates
from numeric.scaled import Scaled, from_float
from numeric.validation import as_axis, as_float


@dataclass(frozen=True, eq=False)
class BlockingState:
    """The level, or state, that holds the dot, and the weight that limits the current.

    Parameters
    ----------
    level, two_Sz
        The level that blocks and twice its S_z, which is 0 if levels are not resolved.
    share
        Its part of what the shift of population takes from the current; those of all states that gain add up to 1.
    transition
        Levels (lower, upper) of the strongest way out.
    lead
        Name of the lead to or from which the electron of that way passes, "L" or "R".
    M
        Its M_ji, at that lead.
    rate_out
        Total rate at which the dot leaves the state, in the units of the rates t.
    """

    level: int
    two_Sz: int
    share: Estimate
    transition: tuple[int, int]
    lead: str
    M: float
    rate_out: Estimate


@dataclass(frozen=True)
class Numbers:
    """Plain numbers with bounds on their absolute errors, of one shape."""

    value: FloatArray
    error: FloatArray

    def __getitem__(self, index: Any) -> Numbers:
        """Index the numbers and their bounds in the same way."""
        return Numbers(self.value[index], self.error[index])

    def __mul__(self, factor: float) -> Numbers:
        """Return them times a number, which is exact."""
        return Numbers(self.value * factor, self.error * abs(factor))

    def estimate(self) -> Estimate:
        """Return them as an estimate."""
        return Estimate(from_float(self.value), from_float(self.error))


def bias_axis(bias: ArrayLike, split: float) -> tuple[FloatArray, float]:
    """Return an axis of biases that increases, and the share of the bias on L, from 0 to 1."""
    V, share = as_axis("bias", bias), as_float("split", split, minimum=0.0)
    if np.any(np.diff(V) <= 0):
        raise ValueError("bias must increase from point to point")
    if share > 1.0:
        raise ValueError(f"split={share!r} must be at most 1")
    return V, share


def leads_of(rates: Sequence[Rate]) -> list[Lead]:
    """Return leads L and R of these rates; raise ValueError unless there are two."""
    if not hasattr(rates, "__len__") or len(rates) != 2:
        raise ValueError(f"rates={rates!r} must be two: of L and of R")
    pairs = [rate if isinstance(rate, tuple) else (rate, None) for rate in rates]
    for pair in pairs:
        if len(pair) != 2:
            raise ValueError(f"rate={pair!r} of a lead must be one number, or a pair: of spin up and of spin down")
    return [Lead(name, up, 0.0, None, down) for name, (up, down) in zip("LR", pairs, strict=True)]


def plain_rates(rates: LeadRates) -> FloatArray:
    """Return rates as float64, (leads, 2, edges, points); below 2**-1074 they are 0."""
    return Scaled(rates.data[0], rates.data[2]).to_float()


def passed(chain: Chain, rates: FloatArray) -> Numbers:
    """Return how many electrons pass from L to R in each state, the mean of both barriers, (states, points)."""
    found, gross = (np.zeros((chain.states, rates.shape[-1])) for _ in range(2))
    for (into, out), half in zip(rates, (0.5, -0.5), strict=True):
        for state, rate, sign in ((chain.lower, into, half), (chain.upper, out, -half)):
            np.add.at(found, state, sign * rate)
            np.add.at(gross, state, 0.5 * rate)
    return Numbers(found, gross * (RATE_ROUNDINGS + 2 * chain.lower.size + 2) * UNIT)


def growth_of(network: Network, rates: LeadRates, populations: Quantities, unit: float) -> Numbers:
    """Return the derivatives of populations, (states, points).

    Slopes come out of the elimination as averages of those of the edges, and their errors are relative to the largest.

    Parameters
    ----------
    network, rates, populations
        The chain, its rates and its populations, with logarithmic derivatives.
    unit
        What logarithmic derivatives are to be divided by.
    """
    P, slope = populations.scaled.to_float(), populations.slope
    data = rates.data.copy()
    np.abs(data[1], out=data[1])
    steepest = total_rates(LeadRates(data)).slope.max(axis=0, initial=0.0)
    error = 3.0 * (steepest * slope_error_bound(network) + SMALLEST_SLOPE)
    error = P * (error + np.abs(slope) * (network.population_error + 6.0 * UNIT))
    return Numbers(P * slope / unit, error / unit)


def conserved(gain: Numbers) -> Numbers:
    """Return the gains with the least certain one as what the others leave, if that is more certain: they add up to 0.

    So deep in blockade the state that holds the dot, which gains a tiny part of its population, has digits too.
    """
    value, error = gain.value.copy(), gain.error.copy()
    worst = int(error.argmax())
    value[worst] = error[worst] = 0.0
    left = error.sum() + error.size * UNIT * np.abs(value).sum()
    if left >= gain.error[worst]:
        return gain
    value[worst], error[worst] = -value.sum(), left
    return Numbers(value, error)


def parts_of(gain: Numbers, through: Numbers) -> Numbers:
    """Return the part of each state that gains population in the change of the current, (states,); 0 of others.

    Parameters
    ----------
    gain
        How much population each state gains, (states,).
    through
        Electrons that pass in each state, (states,).
    """
    lost, room = np.minimum(gain.value, 0.0), gain.error
    total, width = -lost.sum(), np.ptp(through.value)
    if not total > 0.0:
        return Numbers(np.zeros_like(lost), room * (width + 2.0 * through.error.max()))
    mean = -(lost * through.value).sum() / total
    moved = (room * np.abs(through.value - mean) + (room - lost) * through.error).sum()
    slack = total - room.sum()
    # a mean lies among the numbers of which it is one
    mean_error = min(moved / slack if slack > 0.0 else np.inf, width + 2.0 * through.error.max())
    gained = np.maximum(gain.value, 0.0)
    apart = through.value - mean
    rounding = 8.0 * gain.value.size * UNIT * (np.abs(through.value) + abs(mean))
    error = room * np.abs(apart) + (gained + room) * (through.error + mean_error + rounding)
    return Numbers(gained * apart + 0.0, error)


def share_of(parts: Numbers, state: int) -> Estimate:
    """Return the share of one state in the sum of all parts, which is not 0."""
    total, room = parts.value.sum(), parts.error.sum()
    share = parts.value[state] / total
    error = (parts.error[state] + abs(share) * room) / (abs(total) - room) + 4.0 * UNIT * abs(share)
    return Numbers(np.array(share), np.array(error)).estimate()


def blocking_state(scheme: LevelScheme, chain: Chain, rates: FloatArray, parts: Numbers) -> BlockingState | None:
    """Return the state whose part is most negative, with rates (leads, 2, edges) at which it is left.

    None if the sum of all parts could be 0, so that no share is known.
    """
    if not parts.value.sum() + parts.error.sum() < 0.0:
        return None
    state = int(parts.value.argmin())
    ways = [
        (float(rate[edge]), int(edge), place)
        for place in (0, 1)
        for origin, rate in ((chain.lower, rates[place, 0]), (chain.upper, rates[place, 1]))
        for edge in np.flatnonzero(origin == state)
    ]
    _, edge, place = max(ways)
    total = sum(way[0] for way in ways)
    lower, upper = int(chain.level[chain.lower[edge]]), int(chain.level[chain.upper[edge]])
    column = scheme.M[int(np.flatnonzero((scheme.lower == lower) & (scheme.upper == upper))[0])]
    error = total * (RATE_ROUNDINGS + len(ways)) * UNIT
    return BlockingState(
        level=int(chain.level[state]),
        two_Sz=int(chain.two_Sz[state]),
        share=share_of(parts, state),
        transition=(lower, upper),
        lead="LR"[place],
        M=float(column if np.ndim(column) == 0 else column[place]),
        rate_out=Numbers(np.array(total), np.array(error)).estimate(),
    )
