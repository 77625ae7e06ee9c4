"""Where the current falls with the bias, and which level blocks it: spin blockade between two biases.

Let c_i be the electrons that pass from L to R per time while the dot is in state i, the mean of both barriers:
I = sum P_i c_i. With mu_L = share V and mu_R = (share - 1) V, a larger V lets no state pass fewer electrons, as more
enter and fewer leave through L, and the other way round at R. Between two biases a and b, V growing,

    I(b) - I(a) = sum (P_i(a) + P_i(b))/2 (c_i(b) - c_i(a)) + sum (P_i(b) - P_i(a)) (c_i(a) + c_i(b))/2,

and the first sum is never negative. So a current can fall only because population moves to states that pass less: the
second sum, of which `numeric.blocking` finds the part of each state.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike

from numeric.arrays import FloatArray
from numeric.blocking import (
    BlockingState,
    Numbers,
    bias_axis,
    blocking_state,
    conserved,
    leads_of,
    most_negative,
    parts_of,
    passed,
    scaled_rates,
)
from numeric.chain import Chain, Rate
from numeric.current import barrier_flows
from numeric.estimates import Estimate
from numeric.level_scheme import Lead, LevelScheme
from numeric.network import UNIT, network_of
from numeric.rates import axis_factor, edge_factor, lead_rates_at
from numeric.scaled import Scaled, added, difference, magnitude, multiply, times
from numeric.stationary import populations_at
from numeric.transport import left_to_right
from numeric.validation import as_float


@dataclass(frozen=True, eq=False)
class Blockade(BlockingState):
    """A range of bias in which the current falls, and the state that holds the dot.

    The level, its weight and its share are those of `numeric.BlockingState`.

    Parameters
    ----------
    bias
        Where the current begins to fall and where it has stopped, in the order of growing magnitude.
    current
        Current from L to R at both, (2,).
    population
        Of that level or state, at both biases, (2,).
    """

    bias: tuple[float, float]
    current: Estimate
    population: Estimate


@dataclass(frozen=True)
class _Solved:
    """Everything at all biases: currents, (points,), populations P and c, (states, points)."""

    chain: Chain
    rates: Scaled
    current: Estimate
    populations: Estimate
    passed: Numbers


def blockades(
    scheme: LevelScheme,
    *,
    bias: ArrayLike,
    kT: float,
    gate: float = 0.0,
    rates: Sequence[Rate] = (1.0, 1.0),
    split: float = 0.5,
    resolved: bool = False,
    zeeman: float = 0.0,
) -> list[Blockade]:
    """Find the ranges of bias in which the current falls, and name the level that blocks and the M_ji that limits it.

    Parameters
    ----------
    bias
        Axis of biases V, strictly increasing, (b,), fine enough to tell the ranges apart.
    rates
        t_L and t_R; of a polarised lead a pair, those of spin up and down (needs resolved).
    split
        Share of the bias that falls on L, from 0 to 1: mu_L = split V, mu_R = (split - 1) V, rounded to doubles, for
        which all error bounds hold.
    scheme, kT, gate, resolved, zeeman
        As `numeric.stationary.stationary_state`.

    Returns
    -------
    list of Blockade
        In the order of the bias. A current that falls by less than the bounds on its errors does not count, nor does a
        fall of which the errors leave open which level it is.

    Raises
    ------
    ValueError
        If the axis does not increase, the share is outside 0 to 1, or as `numeric.stationary.stationary_state`.

    Examples
    --------
    The second level of one electron couples a hundred times more weakly than the first: where an electron can enter it,
    it stays, and the current falls.

    >>> import numpy as np
    >>> from numeric import LevelScheme, blockades
    >>> scheme = LevelScheme([0, 1, 1], [0.0, 0.1, 0.3], [0, 1, 1], [0, 0], [1, 2], [0.5, 0.005])
    >>> (found,) = blockades(scheme, bias=np.linspace(0.0, 1.0, 41), kT=0.01)
    >>> found.level, found.transition, found.M
    (2, (0, 2), 0.005)
    >>> [round(float(P), 3) for P in found.population]
    [0.0, 0.4]
    """
    V, share = bias_axis(bias, split)
    leads = leads_of(rates)
    solved = _solve(scheme, leads, V, share, kT=kT, gate=gate, resolved=resolved, zeeman=zeeman)
    falling = _falling(V, solved.current)
    named = [_named(scheme, solved, V, start, end) for start, end in falling]
    return [blockade for blockade in named if blockade is not None]


def _solve(
    scheme: LevelScheme,
    leads: Sequence[Lead],
    V: FloatArray,
    share: float,
    *,
    kT: float,
    gate: float,
    resolved: bool,
    zeeman: float,
) -> _Solved:
    kT, gate = as_float("kT", kT, positive=True), as_float("gate", gate)
    by_spin = [lead.rate if lead.rate_down is None else (lead.rate, lead.rate_down) for lead in leads]
    network = network_of(scheme, by_spin, resolved=resolved, zeeman=zeeman)
    chain = network.chain
    potential = multiply(axis_factor([gate], kT), axis_factor(np.stack([share * V, (share - 1.0) * V]), kT))
    rates = lead_rates_at(chain, edge_factor(chain, kT), potential, np.zeros(2))
    state = populations_at(network, rates)
    current = left_to_right(barrier_flows(network, rates, state), 1).best
    P, rate = state.scaled, scaled_rates(rates)
    return _Solved(chain, rate, current, Estimate(P, times(network.population_error, P)), passed(chain, rate))


def _falling(V: FloatArray, current: Estimate) -> Iterator[tuple[int, int]]:
    """Yield the ends of each range in which the current falls with growing magnitude of the bias, that order kept."""
    rise = added(current.scaled[1:], times(-1.0, current.scaled[:-1]), current.error[1:], current.error[:-1])
    falls = rise.mantissa < 0.0
    falls &= V[1:] * V[:-1] >= 0.0  # a step over V = 0 lies on neither side
    edges = np.flatnonzero(np.diff(np.concatenate([[False], falls, [False]]).astype(np.int8)))
    for start, end in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        middles = [start, *(k for k in range(start + 1, end) if V[k] == 0.0), end]
        for first, last in pairwise(middles):
            yield (first, last) if V[first] + V[last] >= 0 else (last, first)


def _named(scheme: LevelScheme, solved: _Solved, V: FloatArray, start: int, end: int) -> Blockade | None:
    """Name the state that blocks between two points; None if the errors leave open which it is."""
    chain, ends = solved.chain, [start, end]
    P, error = solved.populations.scaled[:, ends], solved.populations.error[:, ends]
    gain = difference(P[:, 1], P[:, 0])
    # from the side of a negative bias electrons that pass from R to L count
    forwards = 0.5 if V[start] + V[end] >= 0 else -0.5
    at_start, at_end = (solved.passed[:, k] * forwards for k in ends)
    through = Numbers(
        added(at_start.value, at_end.value),
        added(at_start.error, at_end.error, *(times(2.0 * UNIT, magnitude(part.value)) for part in (at_start, at_end))),
    )
    doubt = added(error[:, 0], error[:, 1], times(2.0 * UNIT, magnitude(gain)))
    parts = parts_of(conserved(Numbers(gain, doubt)), through)
    blocking = blocking_state(scheme, chain, solved.rates[..., end], parts)
    if blocking is None:
        return None
    return Blockade(
        **vars(blocking),
        bias=(float(V[start]), float(V[end])),
        current=solved.current[ends],
        population=solved.populations[most_negative(parts.value), ends],
    )
