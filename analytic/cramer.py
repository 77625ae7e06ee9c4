r"""Stationary state of a Markov chain by Cramer's rule, at a precision that is proved sufficient beforehand.

With every column divided by its exit rate, ``D_k = sum_i W_ik``, the Laplacian of `analytic.matrix_tree` has unit
diagonal and columns of 1-norm 2. One diagonal minor A and the off-diagonal column b of the state r that it leaves out
give, by Cramer's rule and the matrix-tree theorem,

.. math:: A x = b, \qquad x_k = \hat T_k / \hat T_r, \qquad P_k \propto x_k / D_k.                       (1)

The determinants cancel: they are tiny sums of trees made of terms of order one. How tiny is known before anything is
computed, because each is at least its heaviest single tree, and the tree of heaviest paths to k is a lower bound t_k
of it that a shortest-path search finds. Solving A x = b in precision u perturbs A by at most
``3 n u |L||U| <= 12 n^2 u`` in every column sum (column diagonal dominance bounds the growth by 2; N. J. Higham,
Accuracy and Stability of Numerical Algorithms, theorems 9.3 and 13.7; A has n - 1 rows, which leaves room for the
further rounding of each entry and multiplier that is formed with a reciprocal), hence each determinant by at most
``12 n^3 2^n u``, and

.. math:: u = 10^{-d} \min_k t_k / (48 n^3 2^n)                                                            (2)

leaves a relative error below 10^-d in every x_k, however small it is.
"""

from __future__ import annotations

import heapq
from collections.abc import Mapping, Sequence
from math import ceil, inf, log2
from typing import Any

from mpmath import mp, workprec

from analytic.exact import require_integer
from analytic.matrix_tree import Edge, closed_classes


def cramer_populations(states: int, rates: Mapping[Edge, Any], *, digits: int = 30) -> tuple[Any, ...]:
    """Return the stationary populations P_k as mpmath numbers with `digits` correct decimals each.

    Parameters
    ----------
    states
        Number of states n.
    rates
        Positive mpmath numbers or integers ``rates[to, from]``, given to `digits` decimals or more.
    digits
        Relative accuracy of every population, beside the 2(n-1)-fold error of the rates (matrix-tree theorem).

    Raises
    ------
    ValueError
        If `digits` is no positive integer, a rate is not positive, or the chain is not irreducible.
    """
    require_integer("digits", digits, minimum=1)
    for (to, start), rate in rates.items():
        if not rate > 0:
            raise ValueError(f"rate {rate} of {start} -> {to} must be positive")
    weights = _tree_weights(states, rates)
    if states == 1:
        return (mp.one,)
    with workprec(ceil(digits * log2(10)) + _lost_bits(weights)):
        return _solve(states, rates, min(range(states), key=lambda k: weights[k]))


def cancelled_bits(states: int, rates: Mapping[Edge, Any]) -> int:
    """Return the bits that the determinants of Eq. (1) lose to cancellation at most: the spread of rates decides.

    Parameters and errors are those of `cramer_populations`.

    Examples
    --------
    >>> from mpmath import mp
    >>> from analytic.cramer import cancelled_bits
    >>> [cancelled_bits(3, {(1, 0): 1, (0, 1): 1, (2, 1): rate, (1, 2): 1}) for rate in (1, mp.mpf(10) ** -300)]
    [19, 1015]
    """
    return _lost_bits(_tree_weights(states, rates))


def require_irreducible(states: int, rates: Mapping[Edge, Any]) -> None:
    """Raise `ValueError` unless every state can be reached from every other."""
    classes = closed_classes(states, rates)
    if classes != (tuple(range(states)),):
        raise ValueError(f"closed classes {classes} must be the whole chain of {states} states")


def _tree_weights(states: int, rates: Mapping[Edge, Any]) -> list[int]:
    """Return the weight of the heaviest tree into each state of an irreducible chain."""
    require_irreducible(states, rates)
    exits = [sum(rate for (_, start), rate in rates.items() if start == k) for k in range(states)]
    return [_heaviest_tree(states, rates, exits, root) for root in range(states)]


def _lost_bits(weights: Sequence[int]) -> int:
    """Return -log2 of Eq. (2) without its digits."""
    states = len(weights)
    return max(weights) + ceil(6 + 3 * log2(states) + states)


def _solve(states: int, rates: Mapping[Edge, Any], root: int) -> tuple[Any, ...]:
    inverse = [1 / mp.fsum(rate for (_, start), rate in rates.items() if start == k) for k in range(states)]
    others = [k for k in range(states) if k != root]
    place = {k: row for row, k in enumerate(others)}
    rows = [[mp.zero] * states for _ in others]
    for row in range(len(others)):
        rows[row][row] = mp.one
    for (to, start), rate in rates.items():
        if to != root:
            share = rate * inverse[start]
            rows[place[to]][-1 if start == root else place[start]] += share if start == root else -share
    solution = _without_pivoting(rows)
    weights = {root: inverse[root], **{k: value * inverse[k] for k, value in zip(others, solution, strict=True)}}
    total = mp.fsum(weights.values())
    return tuple(weights[k] / total for k in range(states))


def _without_pivoting(rows: list[list[Any]]) -> list[Any]:
    """Solve A x = b for the rows [A | b]: the diagonal dominates every column of A and stays the pivot throughout.

    Of numbers with thousands of digits a quotient takes many times as long as a product: each pivot is inverted once.
    """
    size = len(rows)
    inverse: list[Any] = []
    for k in range(size):
        inverse.append(1 / rows[k][k])
        for i in range(k + 1, size):
            if rows[i][k]:
                factor = rows[i][k] * inverse[k]
                for j in range(k + 1, size + 1):
                    if rows[k][j]:
                        rows[i][j] -= factor * rows[k][j]
    solution: list[Any] = [mp.zero] * size
    for k in reversed(range(size)):
        known = mp.fsum(rows[k][j] * solution[j] for j in range(k + 1, size))
        solution[k] = (rows[k][-1] - known) * inverse[k]
    return solution


def _heaviest_tree(states: int, rates: Mapping[Edge, Any], exits: list[Any], root: int) -> int:
    """Return bits b such that some in-tree to `root` weighs at least 2^-b (Dijkstra's search on -log2 of the rates)."""
    lengths = {edge: _log2(exits[edge[1]]) - _log2(rate) + 2 for edge, rate in rates.items()}
    distance = {root: 0}
    first: dict[int, int] = {}
    queue = [(0, root, 0)]
    while queue:
        far, state, step = heapq.heappop(queue)
        if state in first:
            continue
        first[state] = step
        for (to, start), length in lengths.items():
            if to == state and start not in first and far + length < distance.get(start, inf):
                distance[start] = far + length
                heapq.heappush(queue, (far + length, start, length))
    return sum(first[k] for k in range(states))


def _log2(value: Any) -> int:
    """Return an integer within one of the binary logarithm; the exponent may be any integer."""
    return int(mp.mag(value))
