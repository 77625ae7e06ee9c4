r"""Stationary state of a Markov chain by Kirchhoff's matrix-tree theorem, in positive terms only.

A chain has states 0..n-1 and rates ``rates[to, from] > 0``. Its stationary state (physics.md section 5),
``sum_i (W_ki P_i - W_ik P_k) = 0``, is

.. math:: P_k = T_k / \sum_l T_l, \qquad T_k = \sum_{\text{in-trees } \tau \to k} \prod_{(i \to j) \in \tau} W_{ji}, (1)

where an in-tree rooted at k is a choice of one outgoing edge for every other state such that all of them lead to k
(G. Kirchhoff 1847; W. T. Tutte, Proc. Camb. Phil. Soc. 44, 463 (1948)). Proof by the Laplacian
``L_ij = delta_ij sum_k W_ki - W_ij``, whose columns sum to zero: its adjugate is a multiple of P 1^T because
``L adj(L) = det(L) = 0``, and its diagonal cofactors are the T_k.

`tree_sums` is a transfer method that adds and multiplies only, so that every T_k is manifestly positive and keeps its
full relative accuracy. It does not eliminate states. The tests compare it with two other routes: the list of all trees,
and the cofactors as determinants.

`tree_sums` works over any commutative semiring: rationals, sympy expressions, mpmath numbers, or the leading
exponents of `analytic.plateaux`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, reduce
from operator import add, mul
from typing import Any

from analytic.exact import require_between

Edge = tuple[int, int]
"""An edge as (to, from), the index order of W."""

_Block = tuple[frozenset[int], int]
"""States of the frontier that are connected so far, and their sink: the one that has not chosen its edge yet."""

_Forest = tuple[frozenset[_Block], int]
"""The blocks of a partial in-tree, and its root."""

_NONE = -1


def tree_sums(states: int, rates: Mapping[Edge, Any]) -> tuple[Any, ...]:
    """Return the sum T_k of Eq. (1) for every root k, or the integer 0 if no in-tree leads to k.

    The states are visited one after the other. What has been decided about the edges among the visited states matters
    for the rest only through the *frontier*, the states that still have undecided edges: which of them are connected,
    and which state of each connected block has not chosen its outgoing edge. So the partial trees are summed class by
    class, each class with one weight. Every in-tree is met exactly once and nothing is ever subtracted or divided.

    Parameters
    ----------
    states
        Number of states n.
    rates
        ``rates[to, from]``; absent pairs have no edge. Elements of any commutative semiring (``+`` and ``*``).

    Raises
    ------
    ValueError
        If n is not positive or an edge does not join two different states.
    """
    _check_edges(states, rates)
    edges = tuple(sorted(rates))
    steps, roots = _recipe(states, edges)
    values = [rates[edge] for edge in edges]
    for combine, first, second in steps:
        values.append(combine(values[first], values[second]))
    return tuple(root if isinstance(root, int) else values[root.place] for root in roots)


_Step = tuple[Callable[[Any, Any], Any], int, int]
"""A sum or product of two values, by their places among all that are known before it."""


@dataclass(frozen=True)
class _Known:
    """A value that is not known yet, by its place; what is done with it becomes steps of a recipe."""

    place: int
    steps: list[_Step]
    given: int

    def __add__(self, other: _Known) -> _Known:
        return self._then(add, other)

    def __mul__(self, other: _Known) -> _Known:
        return self._then(mul, other)

    def __rmul__(self, one: int) -> _Known:
        assert one == 1  # the weight of the empty forest
        return self

    def _then(self, combine: Callable[[Any, Any], Any], other: _Known) -> _Known:
        self.steps.append((combine, self.place, other.place))
        return _Known(self.given + len(self.steps) - 1, self.steps, self.given)


@lru_cache(maxsize=1024)
def _recipe(states: int, edges: tuple[Edge, ...]) -> tuple[list[_Step], tuple[_Known | int, ...]]:
    """Return the sums and products that `tree_sums` takes, which depend on the edges only, and where each T_k stands.

    The first places are those of the rates.
    """
    steps: list[_Step] = []
    rates = {edge: _Known(place, steps, len(edges)) for place, edge in enumerate(edges)}
    neighbours = _neighbours(states, rates)
    open_edges = {k: set(near) for k, near in enumerate(neighbours)}
    forests: dict[_Forest, Any] = {(frozenset(), _NONE): 1}
    entered: set[int] = set()
    for state in _order(neighbours):
        if state not in open_edges:
            continue
        for new in [state, *sorted(open_edges[state])]:
            if new not in entered:
                entered.add(new)
                forests = _enter(forests, new)
        for other in sorted(open_edges[state]):
            forests = _decide(forests, state, other, rates)
            open_edges[other].discard(state)
        open_edges[state].clear()
        for done in sorted(k for k in entered if not open_edges[k]):
            forests = _leave(forests, done)
            open_edges.pop(done)
            entered.discard(done)
    return steps, tuple(forests.get((frozenset(), root), 0) for root in range(states))


def frontier_width(states: int, edges: Sequence[Edge] | Mapping[Edge, Any]) -> int:
    """Return the number of states in the widest frontier of `tree_sums`; the cost grows like its partitions."""
    _check_edges(states, edges)
    neighbours = _neighbours(states, edges)
    undecided = [set(near) for near in neighbours]
    frontier: set[int] = set()
    widest = 0
    for state in _order(neighbours):
        frontier |= {state} | undecided[state]
        widest = max(widest, len(frontier))
        for other in undecided[state]:
            undecided[other].discard(state)
        undecided[state].clear()
        frontier = {k for k in frontier if undecided[k]}
    return widest


def closed_classes(states: int, edges: Sequence[Edge] | Mapping[Edge, Any]) -> tuple[tuple[int, ...], ...]:
    """Return the closed classes: sets of states that reach each other and that no edge leaves, in ascending order."""
    _check_edges(states, edges)
    targets: list[set[int]] = [{k} for k in range(states)]
    for to, start in edges:
        targets[start].add(to)
    reach = [_reachable(k, targets) for k in range(states)]
    return tuple(sorted({tuple(sorted(reach[k])) for k in range(states) if all(k in reach[j] for j in reach[k])}))


def stationary_distribution(states: int, rates: Mapping[Edge, Any]) -> tuple[Any, ...]:
    """Return the stationary populations P_k of Eq. (1), which sum to one.

    States outside the closed class are transient and have population 0.

    Raises
    ------
    ValueError
        If a rate is a number that is not finite or negative, or the chain has several closed classes, which the
        message names: the stationary state then depends on the initial state.

    Examples
    --------
    >>> from fractions import Fraction
    >>> from analytic import stationary_distribution
    >>> stationary_distribution(2, {(0, 1): Fraction(1), (1, 0): Fraction(2)})
    (Fraction(1, 3), Fraction(2, 3))
    """
    for (to, start), rate in rates.items():
        require_between(f"rate {start} -> {to}", rate, 0)
    present = {edge: rate for edge, rate in rates.items() if rate != 0}
    classes = closed_classes(states, present)
    if len(classes) > 1:
        raise ValueError(f"closed classes {', '.join(map(str, classes))} must be one for a unique stationary state")
    sums = tree_sums(states, present)
    total = reduce(add, (value for value in sums if value != 0))
    return tuple(value if value == 0 else value / total for value in sums)


def _check_edges(states: int, edges: Sequence[Edge] | Mapping[Edge, Any]) -> None:
    if states < 1:
        raise ValueError(f"states={states} must be positive")
    for to, start in edges:
        if not (0 <= to < states and 0 <= start < states) or to == start:
            raise ValueError(f"edge {start} -> {to} must join two different states among 0..{states - 1}")


def _neighbours(states: int, edges: Sequence[Edge] | Mapping[Edge, Any]) -> list[frozenset[int]]:
    near: list[set[int]] = [set() for _ in range(states)]
    for to, start in edges:
        near[to].add(start)
        near[start].add(to)
    return [frozenset(item) for item in near]


def _reachable(state: int, targets: Sequence[set[int]]) -> set[int]:
    known: set[int] = set()
    pending = {state}
    while pending:
        known |= pending
        pending = set().union(*(targets[k] for k in pending)) - known
    return known


def _order(neighbours: Sequence[frozenset[int]]) -> list[int]:
    """Visit next the state that widens the frontier least: the cost grows with the partitions of the frontier."""
    remaining = set(range(len(neighbours)))
    known: set[int] = set()
    order: list[int] = []
    while remaining:
        state = min(remaining, key=lambda k: (len((neighbours[k] | {k}) - known), len(neighbours[k]), k))
        remaining.discard(state)
        known |= neighbours[state] | {state}
        order.append(state)
    return order


def _enter(forests: Mapping[_Forest, Any], state: int) -> dict[_Forest, Any]:
    """Let a state enter the frontier, as a block of its own or as the root."""
    grown: dict[_Forest, Any] = {}
    for (blocks, root), weight in forests.items():
        grown[blocks | {(frozenset({state}), state)}, root] = weight
        if root == _NONE:
            grown[blocks | {(frozenset({state}), _NONE)}, state] = weight
    return grown


def _decide(forests: Mapping[_Forest, Any], a: int, b: int, rates: Mapping[Edge, Any]) -> dict[_Forest, Any]:
    """Leave the pair {a, b} unconnected, or let the sink among them take its edge to the other block."""
    decided: dict[_Forest, Any] = dict(forests)
    for (blocks, root), weight in forests.items():
        of_a, of_b = (next(block for block in blocks if state in block[0]) for state in (a, b))
        if of_a == of_b:
            continue
        for start, to, source, target in ((a, b, of_a, of_b), (b, a, of_b, of_a)):
            if source[1] != start or (to, start) not in rates:
                continue
            merged = blocks - {source, target} | {(source[0] | target[0], target[1])}
            _add(decided, (merged, root), weight * rates[to, start])
    return decided


def _leave(forests: Mapping[_Forest, Any], state: int) -> dict[_Forest, Any]:
    """Drop a state without undecided edges, and forests in which it is unused or roots a second tree."""
    left: dict[_Forest, Any] = {}
    for (blocks, root), weight in forests.items():
        block = next(block for block in blocks if state in block[0])
        members = block[0] - {state}
        if block[1] == state or (not members and len(blocks) > 1):
            continue
        remaining = blocks - {block} | ({(members, block[1])} if members else set())
        _add(left, (remaining, root), weight)
    return left


def _add(sums: dict[_Forest, Any], key: _Forest, value: Any) -> None:
    sums[key] = sums[key] + value if key in sums else value
