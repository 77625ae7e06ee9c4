"""Negative differential conductance: where dI/dV is below 0, and the level whose growing population makes it so.

With c_i the electrons that pass from L to R per time in state i and P_i its population,

    dI/dV = sum P_i dc_i/dV + sum dP_i/dV c_i,

and the first sum is never negative: see `numeric.blockade`, of which this is the limit of two close biases. So the
second sum is, whose parts `numeric.blocking` finds, from the slopes dP_i/dV of the differentiated elimination.

The logarithmic slope of a weight is an average over spanning trees of sums of n - 1 edge slopes, each at most 1/kT.
Relative errors e of the rates shift it by at most (n - 1)/kT times the error 2 (n - 1) e of a population,
and normalisation adds twice that.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from numeric.blocking import (
    BlockingState,
    bias_axis,
    blocking_state,
    conserved,
    growth_of,
    leads_of,
    most_negative,
    parts_of,
    passed,
    scaled_rates,
)
from numeric.chain import Rate, coupled_leads
from numeric.current import barrier_flows, derivative_of
from numeric.estimates import Estimate
from numeric.level_scheme import LevelScheme, lead_rates
from numeric.network import network_of
from numeric.rates import axis_factor, edge_factor, lead_rates_at
from numeric.scaled import added, divide, from_float, multiply
from numeric.stationary import populations_at
from numeric.transport import left_to_right
from numeric.validation import as_float


@dataclass(frozen=True, eq=False)
class NegativeConductance(BlockingState):
    """A range of bias with dI/dV < 0, and the state that takes the current away.

    The level, its weight and its share are those of `numeric.BlockingState`, at the bias `steepest`.

    Parameters
    ----------
    bias
        First and last point of the axis with dI/dV < 0, without one between them that has not.
    steepest
        The point at which dI/dV is most negative.
    conductance
        dI/dV there, (1,).
    growth
        d P / d|V| of that level or state there, (1,).
    """

    bias: tuple[float, float]
    steepest: float
    conductance: Estimate
    growth: Estimate


def negative_conductances(
    scheme: LevelScheme,
    *,
    bias: ArrayLike,
    kT: float,
    gate: float = 0.0,
    rates: Sequence[Rate] = (1.0, 1.0),
    split: float = 0.5,
    resolved: bool = False,
    zeeman: float = 0.0,
) -> list[NegativeConductance]:
    """Find the ranges of bias in which dI/dV is negative, and name the level and the M_ji behind it.

    Parameters
    ----------
    scheme, bias, kT, gate, rates, split, resolved, zeeman
        As `numeric.blockades`.

    Returns
    -------
    list of NegativeConductance
        In the order of the bias. A point counts if dI/dV is below 0 by more than the bound on its error. A range counts
        unless the errors leave open which level it is.

    Raises
    ------
    ValueError
        As `numeric.blockades`.

    Examples
    --------
    The second level of one electron couples a hundred times more weakly than the first: around the bias at which an
    electron can enter it, here 0.6, the current falls.

    >>> import numpy as np
    >>> from numeric import LevelScheme, negative_conductances
    >>> scheme = LevelScheme([0, 1, 1], [0.0, 0.1, 0.3], [0, 1, 1], [0, 0], [1, 2], [0.5, 0.005])
    >>> (found,) = negative_conductances(scheme, bias=np.linspace(0.0, 1.0, 41), kT=0.01)
    >>> found.level, found.M, round(found.steepest, 3)
    (2, 0.005, 0.6)
    >>> print(f"{float(found.conductance):.3f}, share {float(found.share):.3f}")
    -1.628, share 1.000
    """
    V, split = bias_axis(bias, split)
    leads = leads_of(rates)
    kT, gate = as_float("kT", kT, positive=True), as_float("gate", gate)
    network = network_of(scheme, lead_rates(leads), resolved=resolved, zeeman=zeeman)
    chain = network.chain
    if coupled_leads(chain).sum() < 2:
        return []
    mu_slope = np.array([split, split - 1.0])
    potential = multiply(axis_factor([gate], kT), axis_factor(mu_slope[:, None] * V, kT))
    found = lead_rates_at(chain, edge_factor(chain, kT), potential, mu_slope)
    populations = populations_at(network, found)
    flows = barrier_flows(network, found, populations)
    conductance = left_to_right(derivative_of(network, flows), 1, divide(from_float([[1.0]]), from_float(kT))).best
    growth, rate = growth_of(network, found, populations, kT), scaled_rates(found)
    through = passed(chain, rate)
    named = []
    for first, last in _runs(added(conductance.scaled, conductance.error).mantissa < 0.0):
        k = first + most_negative(conductance.scaled[first : last + 1])
        sign = 1.0 if V[k] >= 0.0 else -1.0
        outwards = conserved(growth[:, k] * sign)
        parts = parts_of(outwards, through[:, k] * sign)
        blocking = blocking_state(scheme, chain, rate[..., k], parts)
        if blocking is not None:
            state = most_negative(parts.value)
            named.append(
                NegativeConductance(
                    **vars(blocking),
                    bias=(float(V[first]), float(V[last])),
                    steepest=float(V[k]),
                    conductance=conductance[k : k + 1],
                    growth=outwards[state : state + 1].estimate(),
                )
            )
    return named


def _runs(negative: NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    """Yield the first and last place of each run of true values."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], negative, [False]]).astype(np.int8)))
    for start, end in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        yield start, end - 1
