"""A connected chain prepared for elimination: graph checked, elimination planned, rounding errors bounded.

For kT > 0 neither f nor 1 - f is ever zero, so each edge runs both ways and every connected component of the graph is a
closed class: the stationary state is unique exactly if all levels are connected. An edge is absent only when M_ji = 0
or when no lead feeds it (t = 0), never because a Fermi factor is small.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from numeric.chain import Chain, Rate, chain_of
from numeric.elimination import EliminationPlan, elimination_plan
from numeric.level_scheme import LevelScheme
from numeric.validation import as_instance

UNIT = 2.0**-53
RATE_ROUNDINGS = 24
"""Relative error of a rate in units of 2**-53: three exponentials (4 each) and their products (2) enter y; 1 + y, the
quotient and y f add 3; the tunnelling weight 2 t M (2S_i+1)/(2S_j+1) CG^2 and its product with f add 6; the sum over
leads 1."""


@dataclass(frozen=True, eq=False)
class Network:
    """A connected chain with its elimination planned.

    Parameters
    ----------
    chain
        The chain; rate number r < edges is "up" along edge r, the others are "down".
    plan
        Its elimination.
    population_error
        A-priori bound on the relative error of every population, see `population_error_bound`.
    """

    chain: Chain
    plan: EliminationPlan
    population_error: float

    @property
    def edges(self) -> tuple[tuple[int, int], ...]:
        """From and to of each directed rate."""
        return directed_edges(self.chain)


def network_of(scheme: LevelScheme, rates: Sequence[Rate], *, resolved: bool = False, zeeman: float = 0.0) -> Network:
    """Build the chain and its elimination plan.

    Raises
    ------
    ValueError
        If the chain has more than one closed class; the message lists the levels of each. Also as `chain_of`.
    """
    chain = chain_of(as_instance("scheme", scheme, LevelScheme), rates, resolved=resolved, zeeman=zeeman)
    check_connected(chain)
    edges = directed_edges(chain)
    plan = elimination_plan(chain.states, edges)
    return Network(chain, plan, population_error_bound(plan))


def directed_edges(chain: Chain) -> tuple[tuple[int, int], ...]:
    """Return (from, to) of each rate, all "up" before all "down"."""
    low, high = chain.lower.tolist(), chain.upper.tolist()
    return tuple(zip(low + high, high + low, strict=True))


def check_connected(chain: Chain) -> None:
    """Raise ValueError naming the closed classes unless there is exactly one."""
    graph = coo_array((np.ones(chain.lower.size), (chain.lower, chain.upper)), shape=(chain.states, chain.states))
    count, label = connected_components(graph, directed=False)
    if count > 1:
        resolved = bool(chain.two_Sz.any())
        level = chain.level.tolist()
        states = list(zip(level, chain.two_Sz.tolist(), strict=True)) if resolved else level
        classes = [[states[k] for k in np.flatnonzero(label == number)] for number in range(count)]
        kind, names = "states (level, two_Sz)" if resolved else "levels", " | ".join(map(str, classes))
        raise ValueError(f"{count} closed classes of {kind}, {names}: a unique stationary state needs one")


def population_error_bound(plan: EliminationPlan) -> float:
    """Bound the relative error of every population, to first order in 2**-53.

    A relative change e of the rates of an n-state chain changes no population by more than 2 (n - 1) e: each is a ratio
    of sums over spanning trees of n - 1 rates (O'Cinneide 1993). The roundings of one elimination step are a relative
    change of the rates of the smaller chain that it leaves; those of the backward step add to the weights it yields.
    """
    units = 2 * (plan.states - 1) * RATE_ROUNDINGS + 2 * (len(plan.closing.trees.rounds) + 4)
    remaining = plan.states
    for stage in plan.stages:
        remaining -= stage.exits.labels.size
        leaving, entering, routes = (1 + len(plan.rounds) for plan in (stage.exits, stage.weights, stage.rerouted))
        units += 2 * (remaining - 1) * (leaving + routes + 2) + leaving + entering + 2
    return (units + plan.states + 2) * UNIT
