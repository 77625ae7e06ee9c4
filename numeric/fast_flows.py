"""Flows at many points by the compiled kernel, `numeric.flow_kernel`, if numba is installed.

What the kernel cannot prove, and all small biases, are left to the paths in numpy, which stay the reference.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from numeric.arrays import FloatArray, IntArray
from numeric.chain import Chain
from numeric.charge_blocks import ChargePlan, charge_plan
from numeric.compiled import loaded
from numeric.current import Flows, flow_error_bound
from numeric.flow_tables import Found, Order, Points, Tunnelling, Work
from numeric.heat import LEAST_PLAIN, MOST_PLAIN, SUM_ERROR
from numeric.jump_chain import HITTING, LOST, NEGLIGIBLE
from numeric.network import RATE_ROUNDINGS, UNIT, Network
from numeric.scaled import Scaled

FEWEST_RATES = 2_000_000
"""Points times edges from which a map is worth loading numba, which takes about a second."""
MOST_POINTS_AT_ONCE, RATES_AT_ONCE = 4096, 1_000_000
"""Points of one call, and points times edges: more gain nothing, and leave who waits without a word for longer."""
CACHED_NUMBERS, MOST_NUMBERS = 4_000_000, 40_000_000
"""Numbers in the kernel's arrays that the last cache holds, and those that memory is granted for."""
MOST_LANES, FEWEST_LANES, LANES_OF_VECTORS = 64, 32, 8
"""Points side by side: a multiple of the last, and not fewer than the second even if they do not fit the cache."""
MOST_UNEQUAL = 64
"""Powers of two by which the tunnelling weights of two leads may differ, so that tangents need no common factor."""
Kernel = Callable[[Tunnelling, Order, Points, Work, Found], None]


@lru_cache(maxsize=1)
def load_kernel() -> Kernel | None:
    """Load the kernel; None if it cannot be compiled."""

    def load() -> Kernel:
        from numeric.flow_kernel import flows_of_points  # noqa: PLC0415  (loads numba)

        return flows_of_points

    return loaded(load)


@dataclass(frozen=True, eq=False)
class FastFlows:
    """The kernel, prepared for one chain between leads.

    Parameters
    ----------
    kernel, tunnelling, order, work
        The compiled function and its arrays.
    error
        Bound on the error of a flow over the sum of both directions.
    largest_energy
        Largest |E_j - E_i|, the Zeeman energy included.
    """

    kernel: Kernel
    tunnelling: Tunnelling
    order: Order
    work: Work
    error: float
    largest_energy: float

    def at(self, points: Points, *, heat: bool) -> tuple[list[Flows], IntArray]:
        """Return the flows of electrons and, if wanted, of heat, and the points at which they are not proven."""
        leads, count = points.mu.shape
        found = Found(*np.zeros((3, leads, count)), *np.zeros((2, leads, count if heat else 0)), *np.zeros((4, count)))
        lying = Points(*(_written_to(values) for values in points))
        self.kernel(self.tunnelling, self.order, lying, self.work, found)
        with np.errstate(all="ignore"):
            least = LOST - NEGLIGIBLE + 2.0 * np.log2(found.hitting)
            total = np.log2(found.total) + found.exponent
            proven = (found.hitting <= 2.0**HITTING) & np.isfinite(total) & (found.held - total <= -least)
            proven &= (found.gross >= np.exp2(least)).all(axis=0)
            flows = [_over_total(found, found.net, found.slope, found.gross * self.error)]
            if heat:
                # as `numeric.heat.heat_of` bounds the heat of each electron
                sizes = self.largest_energy + np.abs(points.gate) + np.abs(points.mu)
                error = (self.error + 2.0 * UNIT) * found.heat_gross + SUM_ERROR * sizes * found.gross
                flows.append(_over_total(found, found.heat, np.zeros_like(found.heat), error))
                proven &= (found.heat_gross >= np.exp2(least) * sizes).all(axis=0)
                proven &= ((sizes > LEAST_PLAIN) & (sizes < MOST_PLAIN)).all(axis=0)
        return flows, np.flatnonzero(~proven)


def _over_total(found: Found, net: FloatArray, slope: FloatArray, error: FloatArray) -> Flows:
    exponent = np.broadcast_to(-found.exponent, net.shape).copy()
    return Flows(net / found.total, slope / found.total, error / found.total, exponent)


def fast_flows(
    network: Network, electrons: IntArray, edge: Scaled, mu_slope: FloatArray, *, zeeman: float, points: int
) -> FastFlows | None:
    """Prepare the kernel for a map between leads; None if the paths in numpy are to be taken.

    Parameters
    ----------
    electrons
        Electron number of each state of the chain, (states,).
    edge
        exp(E / kT) of each edge, (edges,), or of each lead and edge, (leads, edges).
    mu_slope
        d mu / d parameter of each lead, (leads,).
    points
        Number of points of the whole map.
    """
    chain = network.chain
    if points * chain.lower.size < FEWEST_RATES or not _comparable(chain):
        return None
    plan = network.blocks or charge_plan(electrons, *np.array(network.edges).T)
    order = _order(plan, chain.lower.size)
    m = order.kept.size
    lanes = lanes_of((6 * chain.leads + 4) * chain.lower.size + 2 * m**2 + 8 * (order.first.size + m))
    kernel = load_kernel() if lanes else None
    if kernel is None:
        return None
    tunnelling = Tunnelling(
        lower=chain.lower,
        upper=chain.upper,
        edge=_of_leads(edge.mantissa, chain.leads),
        edge_exponent=_of_leads(edge.exponent, chain.leads).astype(np.int64),
        weight=_of_ways(chain.up.mantissa, chain.down.mantissa),
        weight_exponent=_of_ways(chain.up.exponent, chain.down.exponent).astype(np.int64),
        mu_slope=mu_slope,
        energy_hi=chain.energy_hi,
        energy_lo=chain.energy_lo,
    )
    return FastFlows(
        kernel=kernel,
        tunnelling=tunnelling,
        order=order,
        work=_work(chain.leads, chain.lower.size, order, lanes),
        error=flow_error_bound(network, population_error_bound(order, chain.leads)),
        largest_energy=float(np.abs(chain.energy_hi).max()) + abs(zeeman),
    )


def _of_leads(edge: FloatArray, leads: int) -> FloatArray:
    """Repeat numbers that all leads have in common, (leads, edges)."""
    return _written_to(np.broadcast_to(edge, (leads, edge.shape[-1])))


def _of_ways(up: FloatArray, down: FloatArray) -> FloatArray:
    """Stack numbers of both directions, (leads, 2, edges), always in the same order in memory."""
    return _written_to(np.stack([up, down], axis=1))


def _written_to(values: FloatArray) -> FloatArray:
    """Return numbers in one order in memory that may be written to: the kernel is compiled for no other arrays."""
    return np.require(values, requirements=("C", "W"))


def _comparable(chain: Chain) -> bool:
    """Return whether leads tunnel at rates that do not differ too much for tangents without a common factor."""
    largest = np.where(chain.up.mantissa == 0, -np.inf, chain.up.exponent).max(axis=1, initial=-np.inf)
    return chain.leads > 1 and bool(np.isfinite(largest).all() and np.ptp(largest) <= MOST_UNEQUAL)


def _order(plan: ChargePlan, edges: int) -> Order:
    """Write down the order of a plan by blocks, the neighbours of each dropped state one by one."""
    place = np.full(plan.states, -1)
    place[plan.kept] = np.arange(plan.kept.size)
    leaving = np.flatnonzero(place[plan.source] < 0)
    leaving = leaving[np.argsort(plan.source[leaving], kind="stable")]
    first, start = np.unique(plan.source[leaving], return_index=True)
    return Order(
        first=first,
        start=np.append(start, leaving.size),
        neighbour=place[plan.target[leaving]],
        leaving=leaving,
        entering=(leaving + edges) % (2 * edges),
        kept=plan.kept,
    )


def population_error_bound(order: Order, leads: int = 2) -> float:
    """Bound the relative error of every population, to first order in 2**-53, as `numeric.flow_kernel` derives it."""
    dropped, m, widest = order.first.size, order.kept.size, int(np.diff(order.start).max())
    states = dropped + m
    units = 2 * (states - 1) * (RATE_ROUNDINGS + leads)
    sum_of_jumps = leads * (widest + 1)
    units += 2 * (m - 1) * (1 + dropped + sum_of_jumps) + widest + sum_of_jumps
    units += sum(2 * (k - 1) * (k + 3) + 2 * k + 1 for k in range(1, m))
    return (units + states + 1) * UNIT


def points_at_once(edges: int) -> int:
    """Return how many points to give to the kernel in one call, all lanes full."""
    return min(max(RATES_AT_ONCE // edges // MOST_LANES, 1) * MOST_LANES, MOST_POINTS_AT_ONCE)


def lanes_of(numbers: int) -> int:
    """Return how many points, of that many numbers each, to take side by side: as many as fit the cache, within limits.

    0 if memory is short.
    """
    fitting = CACHED_NUMBERS // numbers // LANES_OF_VECTORS * LANES_OF_VECTORS
    lanes = min(max(fitting, FEWEST_LANES), MOST_LANES)
    return lanes if lanes * numbers <= MOST_NUMBERS else 0


def _work(leads: int, edges: int, order: Order, lanes: int) -> Work:
    """Return the kernel's arrays."""
    m = order.kept.size
    states = order.first.size + m
    stay, weight, row = (np.zeros((rows, lanes)) for rows in (states, states, 5))
    return Work(
        lane_potential=np.zeros((leads, lanes)),
        lane_exponent=np.zeros((leads, lanes), np.int64),
        rate=np.zeros((leads, 2, edges, lanes)),
        slope=np.zeros((leads, 2, edges, lanes)),
        exponent=np.zeros((leads, 2, edges, lanes), np.int64),
        top=np.zeros((states, lanes), np.int64),
        stay=stay,
        stay_bits=stay.view(np.int64),
        stay_slope=np.zeros((states, lanes)),
        jump=np.zeros((2 * edges, lanes)),
        jump_slope=np.zeros((2 * edges, lanes)),
        chain=np.zeros((m, m, lanes)),
        chain_slope=np.zeros((m, m, lanes)),
        kept=np.zeros((m, lanes)),
        kept_slope=np.zeros((m, lanes)),
        time=np.zeros((m, lanes)),
        pi=np.zeros((states, lanes)),
        pi_slope=np.zeros((states, lanes)),
        weight=weight,
        weight_bits=weight.view(np.int64),
        last=np.zeros(lanes, np.int64),
        hitting=np.zeros(lanes),
        row=row,
        row_bits=row.view(np.int64),
    )
