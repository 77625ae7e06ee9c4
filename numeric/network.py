"""A connected chain prepared for elimination: graph checked, elimination planned, rounding errors bounded.

For kT > 0 neither f nor 1 - f is ever zero, so each edge runs both ways and every connected component of the graph is a
closed class: the stationary state is unique exactly if all levels are connected. An edge is absent only when M_ji = 0
or when no lead feeds it (t = 0), never because a Fermi factor is small.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from numeric.arrays import FloatArray, IntArray
from numeric.chain import Chain, Rate, chain_of
from numeric.charge_blocks import FEWEST_EXACT_STATES, FEWEST_STATES, ChargePlan, charge_plan
from numeric.dense_elimination import dense_weights
from numeric.elimination import EliminationPlan, Quantities, elimination_plan, stationary_weights
from numeric.jump_chain import BLOCK, FlowWeights, flow_weights
from numeric.level_scheme import LevelScheme
from numeric.route_elimination import MOST_PRODUCTS, RoutePlan, route_plan
from numeric.validation import as_instance

UNIT = 2.0**-53
RATE_ROUNDINGS = 24
"""Relative error of a rate in units of 2**-53: three exponentials (4 each) and their products (2) enter y; 1 + y, the
quotient and y f add 3; the tunnelling weight 2 t M (2S_i+1)/(2S_j+1) CG^2 and its product with f add 6; the sum over
two leads 1."""


@dataclass(frozen=True, eq=False)
class Network:
    """A connected chain with its elimination planned.

    Parameters
    ----------
    chain
        The chain; rate number r < edges is "up" along edge r, the others are "down".
    plan
        Its elimination in numbers with exponents of their own.
    blocks
        Its elimination in plain numbers; None if there are too few states.
    routes
        The same route by route; None if matrix products are faster.
    population_error
        A-priori bound on the relative error of every population, see `population_error_bound`.
    """

    chain: Chain
    plan: EliminationPlan | ChargePlan
    blocks: ChargePlan | None
    routes: RoutePlan | None
    population_error: float

    @property
    def edges(self) -> tuple[tuple[int, int], ...]:
        """From and to of each directed rate."""
        return directed_edges(self.chain)

    def weights(self, rates: Quantities, increment: FloatArray | None = None) -> Quantities:
        """Return the stationary weights, parameters and accuracy as `numeric.elimination.stationary_weights`."""
        if isinstance(self.plan, ChargePlan):
            return dense_weights(self.plan, rates, increment)
        return stationary_weights(self.plan, rates, increment)

    def exact_weights(self, rates: Quantities, increment: FloatArray | None = None) -> FlowWeights:
        """Return `weights` as weights that give every flow, however small."""
        return FlowWeights(self.weights(rates, increment), np.full(rates.data.shape[2], -np.inf))

    def flow_weights(
        self, rates: Quantities, increment: FloatArray | None = None, *, slopes: bool = True
    ) -> FlowWeights:
        """Return weights that give all flows that matter, in the fastest way; parameters as `weights`.

        Without `slopes` tangents may be 0.
        """
        if self.blocks is None:
            return self.exact_weights(rates, increment)
        return flow_weights(self.blocks, rates, increment, routes=self.routes, slopes=slopes)


def network_of(scheme: LevelScheme, rates: Sequence[Rate], *, resolved: bool = False, zeeman: float = 0.0) -> Network:
    """Build the chain and its elimination plan.

    Raises
    ------
    ValueError
        If the chain has more than one closed class; the message lists the levels of each. Also as `chain_of`.
    """
    chain = chain_of(as_instance("scheme", scheme, LevelScheme), rates, resolved=resolved, zeeman=zeeman)
    check_connected(chain)
    blocks = _blocks(chain, scheme.electrons[chain.level]) if chain.states >= FEWEST_STATES else None
    plan: EliminationPlan | ChargePlan
    if blocks is not None and chain.states >= FEWEST_EXACT_STATES:
        plan = blocks
    else:
        plan = elimination_plan(chain.states, directed_edges(chain))
    routes = None
    bounds = [population_error_bound(plan, chain.leads)]
    if blocks is not None:
        planned = route_plan(blocks, scheme.electrons[chain.level], chain.two_Sz)
        routes = planned if planned.products <= MOST_PRODUCTS else None
        size = BLOCK if routes is None else 1
        bounds.append(_error_bound_of_blocks(blocks, chain.leads, size))
    return Network(chain, plan, blocks, routes, max(bounds))


def rate_roundings(leads: int) -> int:
    """Return `RATE_ROUNDINGS` of a rate that is summed over `leads` leads."""
    return RATE_ROUNDINGS + max(leads - 2, 0)


def _blocks(chain: Chain, electrons: IntArray) -> ChargePlan:
    return charge_plan(electrons, np.append(chain.lower, chain.upper), np.append(chain.upper, chain.lower))


def directed_edges(chain: Chain) -> tuple[tuple[int, int], ...]:
    """Return (from, to) of each rate, all "up" before all "down"."""
    low, high = chain.lower.tolist(), chain.upper.tolist()
    return tuple(zip(low + high, high + low, strict=True))


def check_connected(chain: Chain) -> None:
    """Raise ValueError naming the closed classes unless there is exactly one."""
    label = _components(chain)
    count = len(set(label))
    if count > 1:
        resolved = bool(chain.two_Sz.any())
        level = chain.level.tolist()
        states = list(zip(level, chain.two_Sz.tolist(), strict=True)) if resolved else level
        classes = [[states[k] for k, other in enumerate(label) if other == first] for first in sorted(set(label))]
        kind, names = "states (level, two_Sz)" if resolved else "levels", " | ".join(map(str, classes))
        raise ValueError(f"{count} closed classes of {kind}, {names}: a unique stationary state needs one")


def _components(chain: Chain) -> list[int]:
    """Return the first state of the component of each state, (states,): on chains this short sooner than scipy does."""
    neighbours: list[list[int]] = [[] for _ in range(chain.states)]
    for low, high in zip(chain.lower.tolist(), chain.upper.tolist(), strict=True):
        neighbours[low].append(high)
        neighbours[high].append(low)
    label = [-1] * chain.states
    for first in range(chain.states):
        pending = [first] if label[first] < 0 else []
        while pending:
            state = pending.pop()
            if label[state] < 0:
                label[state] = first
                pending += neighbours[state]
    return label


def population_error_bound(plan: EliminationPlan | ChargePlan, leads: int = 2) -> float:
    """Bound the relative error of every population, to first order in 2**-53.

    A relative change e of the rates of an n-state chain changes no population by more than 2 (n - 1) e: each is a ratio
    of sums over spanning trees of n - 1 rates (O'Cinneide 1993). The roundings of one elimination step are a relative
    change of the rates of the smaller chain that it leaves; those of the backward step add to the weights it yields.
    """
    if isinstance(plan, ChargePlan):
        return _error_bound_of_blocks(plan, leads)
    units = 2 * (plan.states - 1) * rate_roundings(leads) + 2 * (len(plan.closing.trees.rounds) + 4)
    remaining = plan.states
    for stage in plan.stages:
        remaining -= stage.exits.labels.size
        leaving, entering, routes = (1 + len(plan.rounds) for plan in (stage.exits, stage.weights, stage.rerouted))
        units += 2 * (remaining - 1) * (leaving + routes + 2) + leaving + entering + 2
    return (units + plan.states + 2) * UNIT


def _error_bound_of_blocks(plan: ChargePlan, leads: int, size: int = BLOCK) -> float:
    """Bound the same by dense blocks of `size` kept states each.

    Blocks of one state are those of `dense_elimination` and of `route_elimination`.

    A sum of k products is rounded k + 1 times at most, in whatever order, and a rate of the jump chain twice. Where a
    block of b states goes at once, each of them changes rates of the chain that it leaves by its exits, summed within
    the block and beyond, a quotient, a product and a sum. The entries of G take b rounds forwards, b backwards,
    each a sum of at most b terms and a quotient, and reach the smaller chain in two more sums of b products.
    """
    m, widest = int(plan.kept.size), max(block.leaving.shape[0] for block in plan.blocks)
    terms = sum(block.states.size for block in plan.blocks)
    units: float = 2 * (plan.states - 1) * (rate_roundings(leads) + 2) + plan.states + 2
    units += 2 * (m - 1) * (widest + terms + 4) + 2 * widest + 4
    for low in range(0, m - 1, size):
        b = min(size, m - 1 - low)
        left = m - low - b
        stays = 2 * b * (b + 3)
        units += sum(2 * (left + k) * (left + b + 5) for k in range(b))
        units += 2 * (left - 1) * (stays + 2 * b + 4) + stays + b + left + 4
    return float(units * UNIT)
