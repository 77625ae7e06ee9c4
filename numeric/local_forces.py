"""A force at one lead, less what the levels give way to: what is left of it on each edge, subtraction-free.

A tilt x of the edges at one lead drives the flows c (x + s_lower - s_upper) there and c (s_lower - s_upper) at the
other leads (`numeric.tilted`). With s = y + s' for any y of the states, the s' answer to the forces
x - (y_upper - y_lower) at that lead and -(y_upper - y_lower) at the others. States that one lead holds follow that
lead: if y takes this along, forces are left where the rates are small only. Between leads of rates 1 and 1e-40 that
makes slopes of 1e-40, known to their own accuracy, where x + s_lower - s_upper would be known to that of x. An edge
follows the tilted lead if more than half of its rate is of that lead, and else the others. At rest the shares of the
leads depend on no gate or temperature.

What is left is exactly 0 on edges that y was chosen by, and where a ring of edges follows one lead altogether: it is
computed as a difference only between edges that follow both.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from numeric.arrays import FloatArray
from numeric.chain import Chain, Parts, walk
from numeric.scaled import divide, exact_sum, signed_sum

Way = tuple[int, bool]
"""An edge, and whether a way along it is through a tilted lead."""


@dataclass(frozen=True)
class LocalForces:
    """What is left of a tilt, at the tilted lead and at any other.

    Parameters
    ----------
    own, others
        Forces, (edges, points).
    own_error, others_error
        Bounds on their errors, same shape.
    tree
        Edges that join all states.
    """

    own: FloatArray
    others: FloatArray
    own_error: FloatArray
    others_error: FloatArray
    tree: tuple[int, ...]


def by_share(chain: Chain, lead: int) -> list[Way]:
    """Return all edges: those that follow the tilted lead first, then the others, from those that it hardly touches."""
    share = divide(chain.up[lead], signed_sum(chain.up)).to_float()
    following = share > 0.5
    order = np.argsort(np.where(following, -1.0, share), kind="stable").tolist()
    return [(edge, bool(following[edge])) for edge in order]


def local_forces(chain: Chain, ways: Iterable[Way], x: FloatArray, x_error: FloatArray) -> LocalForces:
    """Return what is left of a tilt of the edges at some leads that is a difference of potentials of the states.

    Parameters
    ----------
    ways
        Edges, each with whether it follows the tilted leads there; the potentials follow those that come first.
    x, x_error
        The tilt and a bound on its error, (edges, points) each.
    """
    edges = list(zip(chain.lower.tolist(), chain.upper.tolist(), strict=True))
    joined, held, still = (Parts(chain.states) for _ in range(3))
    tree = []
    for edge, follows in ways:
        if joined.join(*edges[edge]):
            (held if follows else still).join(*edges[edge])
            tree.append(edge)
    gives, stays = (np.array([parts.same(i, j) for i, j in edges], dtype=np.bool_) for parts in (held, still))
    taken, error = np.where(gives[:, None], x, 0.0), np.where(gives[:, None], x_error, 0.0)
    rest = np.flatnonzero(~gives & ~stays)
    if rest.size:
        y, doubt = along(chain, tree, taken, error)
        low, high = chain.lower[rest], chain.upper[rest]
        taken[rest], lost = exact_sum(y[high], -y[low])
        error[rest] = doubt[high] + doubt[low] + np.abs(lost)
    left, lost = exact_sum(x, -taken)
    own = np.where(gives[:, None], 0.0, left)
    own_error = np.where(gives[:, None], 0.0, x_error + error + np.abs(lost))
    return LocalForces(own, -taken, own_error, error, tuple(tree))


def along(chain: Chain, tree: Sequence[int], step: FloatArray, step_error: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return y of each state, which rises by a step along each edge of a tree, and a bound on its error."""
    y, error = np.zeros((2, chain.states, step.shape[1]))
    for state, to, edge, sign in walk(chain, tree):
        y[to], lost = exact_sum(y[state], sign * step[edge])
        error[to] = error[state] + step_error[edge] + np.abs(lost)
    return y, error
