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
from numeric.scaled import (
    ZERO_EXPONENT,
    Scaled,
    added,
    chosen,
    difference,
    divide,
    from_float,
    in_units_of_largest,
    magnitude,
    multiply,
    normalise_signed,
    power_of_two,
    signed_sum,
    smaller,
    times,
)
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
    """Numbers of any size with bounds on their absolute errors, of one shape."""

    value: Scaled
    error: Scaled

    def __getitem__(self, index: Any) -> Numbers:
        """Index the numbers and their bounds in the same way."""
        return Numbers(self.value[index], self.error[index])

    def __mul__(self, factor: float) -> Numbers:
        """Return them times a power of two of either sign, which is exact."""
        return Numbers(times(factor, self.value), times(abs(factor), self.error))

    def estimate(self) -> Estimate:
        """Return them as an estimate."""
        return Estimate(*(normalise_signed(part.mantissa, part.exponent) for part in (self.value, self.error)))


def bias_axis(bias: ArrayLike, split: float) -> tuple[FloatArray, float]:
    """Return an axis of biases that increases, and the share of the bias on L, from 0 to 1."""
    V = as_axis("bias", bias)
    falls = np.flatnonzero(V[1:] <= V[:-1])
    if falls.size:
        first, second = V[falls[0] : falls[0] + 2].tolist()
        raise ValueError(f"bias must increase from point to point, and does not from {first} to {second}")
    return V, as_share(split)


def as_share(split: object) -> float:
    """Return the share of a bias on L: beyond 0 and 1 a lead would move against the bias, and no level would block."""
    share = as_float("split", split, minimum=0.0)
    if share > 1.0:
        raise ValueError(f"split={share!r} must be at most 1")
    return share


def leads_of(rates: Sequence[Rate]) -> list[Lead]:
    """Return leads L and R of these rates; raise ValueError unless there are two."""
    if not hasattr(rates, "__len__") or len(rates) != 2:
        raise ValueError(f"rates={rates!r} must be two: of L and of R")
    pairs = [rate if isinstance(rate, tuple) else (rate, None) for rate in rates]
    for pair in pairs:
        if len(pair) != 2:
            raise ValueError(f"rate={pair!r} of a lead must be one number, or a pair: of spin up and of spin down")
    return [Lead(name, up, 0.0, None, down) for name, (up, down) in zip("LR", pairs, strict=True)]


def scaled_rates(rates: LeadRates) -> Scaled:
    """Return the rates without their derivatives, (leads, 2, edges, points)."""
    return Scaled(rates.data[0], rates.data[2])


def passed(chain: Chain, rates: Scaled) -> Numbers:
    """Return how many electrons pass from L to R in each state, the mean of both barriers, (states, points)."""
    points = rates.mantissa.shape[-1]
    ends = np.broadcast_to(np.stack([chain.lower, chain.upper]), rates.mantissa.shape[:-1])
    top = np.full((chain.states, points), ZERO_EXPONENT)
    np.maximum.at(top, ends, np.where(rates.mantissa == 0, ZERO_EXPONENT, rates.exponent))
    halves = 0.5 * rates.mantissa * power_of_two(rates.exponent, top[ends])
    found, gross = np.zeros((2, chain.states, points))
    # into the dot through L and out of it through R
    np.add.at(found, ends, halves * np.array([[1.0, -1.0], [-1.0, 1.0]])[:, :, None, None])
    np.add.at(gross, ends, halves)
    rounding = (RATE_ROUNDINGS + 2 * chain.lower.size + 2) * UNIT
    return Numbers(normalise_signed(found, top), normalise_signed(gross * rounding, top))


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
    P, slope = populations.scaled, populations.slope
    data = rates.data.copy()
    np.abs(data[1], out=data[1])
    steepest = total_rates(LeadRates(data)).slope.max(axis=0, initial=0.0)
    error = 3.0 * (steepest * slope_error_bound(network) + SMALLEST_SLOPE)
    error = error + np.abs(slope) * (network.population_error + 6.0 * UNIT)
    per_unit = divide(P, from_float(unit))
    return Numbers(multiply(per_unit, from_float(slope)), multiply(per_unit, from_float(error)))


def conserved(gain: Numbers) -> Numbers:
    """Return the gains with the least certain one as what the others leave, if that is more certain: they add up to 0.

    So deep in blockade the state that holds the dot, which gains a tiny part of its population, has digits too.
    """
    worst = int(in_units_of_largest(gain.error).argmax())
    others = np.arange(gain.value.mantissa.size) != worst
    value, error = (chosen(others, part, from_float(0.0)) for part in (gain.value, gain.error))
    left = added(signed_sum(error), times((others.size + 2) * UNIT, signed_sum(magnitude(value))))
    if difference(left, gain.error[worst]).mantissa >= 0.0:
        return gain
    return Numbers(chosen(others, gain.value, times(-1.0, signed_sum(value))), chosen(others, gain.error, left))


def parts_of(gain: Numbers, through: Numbers) -> Numbers:
    """Return the part of each state that gains population in the change of the current, (states,); 0 of others.

    Parameters
    ----------
    gain
        How much population each state gains, (states,).
    through
        Electrons that pass in each state, (states,).
    """
    rises, nothing = gain.value.mantissa > 0.0, from_float(0.0)
    gained, lost = chosen(rises, gain.value, nothing), chosen(rises, nothing, magnitude(gain.value))
    room, size = gain.error, magnitude(through.value)
    total = signed_sum(lost)
    # a mean lies among the numbers of which it is one
    possible = added(size, through.error)
    widest = times(2.0, possible[int(in_units_of_largest(possible).argmax())])
    if not total.mantissa > 0.0:
        # what all lose is lost to rounding, and with it the mean
        return Numbers(times(0.0, room), multiply(added(gained, room), widest))
    count = gain.value.mantissa.size
    mean = divide(signed_sum(multiply(lost, through.value)), total)
    apart = difference(through.value, mean)
    moved = [
        multiply(room, magnitude(apart)),
        multiply(added(room, lost), through.error),
        times(4.0 * count * UNIT, multiply(lost, size)),
    ]
    slack = difference(total, signed_sum(room))
    mean_error = widest
    if slack.mantissa > 0.0:
        mean_error = smaller(widest, divide(signed_sum(added(*moved)), slack))
    rounding = times(8.0 * count * UNIT, added(size, magnitude(mean)))
    error = multiply(added(gained, room), added(through.error, mean_error, rounding))
    parts = chosen(rises, multiply(gain.value, apart), nothing)
    return Numbers(parts, added(multiply(room, magnitude(apart)), error))


def share_of(parts: Numbers, state: int) -> Estimate:
    """Return the share of one state in the sum of all parts, which is not 0."""
    total, room = signed_sum(parts.value), signed_sum(parts.error)
    share = divide(parts.value[state], total)
    size = magnitude(share)
    error = divide(added(parts.error[state], multiply(size, room)), difference(magnitude(total), room))
    return Numbers(share, added(error, times(4.0 * UNIT, size))).estimate()


def blocking_state(scheme: LevelScheme, chain: Chain, rates: Scaled, parts: Numbers) -> BlockingState | None:
    """Return the state whose part is most negative, with rates (leads, 2, edges) at which it is left.

    None if the sum of all parts could be 0, so that no share is known.
    """
    if not added(signed_sum(parts.value), signed_sum(parts.error)).mantissa < 0.0:
        return None
    state = most_negative(parts.value)
    ends = np.broadcast_to(np.stack([chain.lower, chain.upper]), rates.mantissa.shape)
    places, _, edges = ways = np.nonzero(ends == state)
    rate = rates[ways]
    strongest = int(in_units_of_largest(rate).argmax())
    edge, place = int(edges[strongest]), int(places[strongest])
    total = signed_sum(rate)
    lower, upper = int(chain.level[chain.lower[edge]]), int(chain.level[chain.upper[edge]])
    column = scheme.M[int(np.flatnonzero((scheme.lower == lower) & (scheme.upper == upper))[0])]
    return BlockingState(
        level=int(chain.level[state]),
        two_Sz=int(chain.two_Sz[state]),
        share=share_of(parts, state),
        transition=(lower, upper),
        lead="LR"[place],
        M=float(column if np.ndim(column) == 0 else column[place]),
        rate_out=Numbers(total, times((RATE_ROUNDINGS + edges.size) * UNIT, total)).estimate(),
    )


def most_negative(value: Scaled) -> int:
    """Return the place of the most negative of some numbers, (n,)."""
    return int(in_units_of_largest(value).argmin())
