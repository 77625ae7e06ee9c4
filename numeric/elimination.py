"""State elimination without subtraction (Grassmann, Taksar, Heyman) on many chains of one graph at once.

Eliminating state k reroutes what passes through it, q_{i<-j} += q_{i<-k} q_{k<-j} / s_k with s_k = sum_i q_{i<-k}, and
the weights follow backwards, p_k = sum_j (q_{k<-j} / s_k) p_j. Nothing is subtracted, so every weight keeps the
relative accuracy of the rates (W. K. Grassmann, M. I. Taksar, D. P. Heyman, Oper. Res. 33, 1107 (1985);
C. A. O'Cinneide, Numer. Math. 65, 109 (1993)). Numbers are mantissa and exponent (`numeric.scaled`): none underflows.

States that no edge joins are eliminated together: electron numbers of one parity never connect, which takes half of
the chain in one step. What to add where is worked out once per graph (`elimination_plan`); the numbers then run through
it with the points of a diagram along the last axis.

Beside each value runs its *relative tangent*: with `increment` d a value is base (1 + d slope). For d -> 0 the slope
is a logarithmic derivative, at finite d an exact divided difference. Sums average slopes, so no slope ever overflows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from itertools import product as product_of

import numpy as np

from numeric.arrays import FloatArray, IntArray
from numeric.scaled import Scaled, normalise, power_of_two

MOST_ROUTES = 160
"""Routes rerouted in one step: more would leave the cache before they are added up."""
_ONE = np.array([1.0, 0.0, 0.0])[:, None, None]  # mantissa, slope and exponent of 1


@dataclass(frozen=True)
class Quantities:
    """Positive numbers with relative tangents.

    Parameters
    ----------
    data
        Mantissas, slopes and exponents, (3, rows, points).
    """

    data: FloatArray

    @property
    def mantissa(self) -> FloatArray:
        """Mantissas, (rows, points)."""
        plane: FloatArray = self.data[0]
        return plane

    @property
    def slope(self) -> FloatArray:
        """Relative tangents, (rows, points)."""
        plane: FloatArray = self.data[1]
        return plane

    @property
    def exponent(self) -> FloatArray:
        """Exponents, (rows, points)."""
        plane: FloatArray = self.data[2]
        return plane

    @property
    def scaled(self) -> Scaled:
        """The numbers without their tangents."""
        return Scaled(self.mantissa, self.exponent)

    def take(self, rows: IntArray) -> Quantities:
        """Copy rows; each plane of the copy lies in one piece, which an index would not see to."""
        return Quantities(self.data.take(rows, axis=1))

    def at(self, points: IntArray) -> Quantities:
        """Copy points."""
        return Quantities(self.data[:, :, points])


@dataclass(frozen=True)
class SumPlan:
    """Which rows add up: terms lie round by round, each round holds at most one term of each sum.

    Parameters
    ----------
    order
        Position of each laid-out term in the caller's list, (terms,).
    total
        Sum to which each laid-out term belongs, (terms,); the first round is 0, 1, ..., sums - 1.
    labels
        The caller's label of each sum, (sums,).
    rounds
        For each round after the first, how many sums have a term in it, and its slice of the layout; sums with most
        terms come first.
    """

    order: IntArray
    total: IntArray
    labels: IntArray
    rounds: tuple[tuple[slice, slice], ...]


def sum_plan(labels: Sequence[int]) -> SumPlan:
    """Lay out terms so that equal labels add up."""
    count = Counter(labels)
    rank = {label: position for position, (label, _) in enumerate(count.most_common())}
    occurrence: Counter[int] = Counter()
    keys = []
    for label in labels:
        keys.append((occurrence[label], rank[label]))
        occurrence[label] += 1
    order = sorted(range(len(labels)), key=keys.__getitem__)
    sizes = Counter(turn for turn, _ in keys)
    ends = np.cumsum([sizes[turn] for turn in range(len(sizes))]).tolist()
    return SumPlan(
        order=_array(order),
        total=_array(keys[term][1] for term in order),
        labels=_array(rank),
        rounds=tuple((slice(0, end - start), slice(start, end)) for start, end in pairwise(ends)),
    )


def sums(terms: Quantities, plan: SumPlan) -> Quantities:
    """Add laid-out positive terms, (terms, points) -> (sums, points); overwrites them, normalises nothing."""
    count, (mantissa, slope, exponent) = plan.labels.size, terms.data
    result = np.empty((3, count, mantissa.shape[1]))
    top = result[2]
    top[:] = exponent[:count]
    for head, part in plan.rounds:
        np.maximum(top[head], exponent[part], out=top[head])
    mantissa *= power_of_two(exponent, top[plan.total])
    slope *= mantissa
    # Mantissas and mantissas times slopes lie side by side, so that both are added at once.
    result[:2] = terms.data[:2, :count]
    for head, part in plan.rounds:
        result[:2, head] += terms.data[:2, part]
    result[1] /= result[0]
    return Quantities(result)


def normalised(value: Quantities) -> Quantities:
    """Bring the mantissas into [1/2, 1), in place."""
    normalise(value.mantissa, value.exponent)
    return value


def product(a: Quantities, b: Quantities, increment: FloatArray | None) -> Quantities:
    """Multiply a by b row by row, in place."""
    if increment is not None:
        a.data[1] *= 1.0 + increment * b.slope
    a.data[0] *= b.data[0]
    a.data[1:] += b.data[1:]
    return a


def quotient(a: Quantities, b: Quantities, increment: FloatArray | None) -> Quantities:
    """Divide a by b row by row, in place."""
    a.data[0] /= b.data[0]
    a.data[1:] -= b.data[1:]
    if increment is not None:
        a.data[1] /= 1.0 + increment * b.slope
    return a


@dataclass(frozen=True)
class Stage:
    """One step: the states eliminated together and the sums it takes.

    Parameters
    ----------
    exits, leaving, target
        Sums s_k over the rates out of each eliminated state; the rate and the state it leads to, laid out by `exits`.
    weights, entering, source, exit
        Sums p_k over the states from which each is entered; the rate, that state, and the row of s_k of each term.
    rerouted
        Sums that give the rates between the states left: the rate so far, if any, and a product for each route.
    onward, inward
        Factors of each term: a rate, and a row in the layout of `weights`, the row past its end being 1.
    """

    exits: SumPlan
    leaving: IntArray
    target: IntArray
    weights: SumPlan
    entering: IntArray
    source: IntArray
    exit: IntArray
    rerouted: SumPlan
    onward: IntArray
    inward: IntArray


@dataclass(frozen=True)
class Closing:
    """The last states, at most three, by the matrix-tree theorem: a weight is the sum over trees towards the state.

    Parameters
    ----------
    trees
        Sums over trees; their labels are the states.
    factors
        Numbers of the rates in each tree, laid out by `trees`, one array a factor.
    """

    trees: SumPlan
    factors: tuple[IntArray, ...]


@dataclass(frozen=True)
class EliminationPlan:
    """The symbolic elimination of one graph, see `elimination_plan`: `rows` counts the rates, created ones included."""

    states: int
    rows: int
    stages: tuple[Stage, ...]
    closing: Closing

    @property
    def numbers(self) -> int:
        """Size of the largest array at one point."""
        return max((stage.onward.size for stage in self.stages), default=0)


@lru_cache(maxsize=64)
def elimination_plan(states: int, edges: tuple[tuple[int, int], ...], last: int | None = None) -> EliminationPlan:
    """Work out the elimination of a graph in which every state can be reached from every other.

    Parameters
    ----------
    states
        Number of states.
    edges
        Rate number r leads from edges[r][0] to edges[r][1].
    last
        State that is kept to the end; any when omitted.
    """
    rate = {edge: number for number, edge in enumerate(edges)}
    remaining = set(range(states))
    stages = []
    while len(remaining) > 3 or (last is not None and len(remaining) > 1):
        chosen = _independent_states(remaining, rate, last)
        remaining -= set(chosen)
        stages.append(_stage(chosen, remaining, rate))
    return EliminationPlan(states, len(rate), tuple(stages), _closing(sorted(remaining), rate))


def _independent_states(remaining: set[int], rate: dict[tuple[int, int], int], last: int | None) -> list[int]:
    """Pick states that no edge joins, those with fewest neighbours first, while the routes through them are few."""
    neighbours = {k: {j for j in remaining if (k, j) in rate or (j, k) in rate} for k in remaining}
    chosen: list[int] = []
    blocked: set[int] = set() if last is None else {last}
    routes = 0
    for state in sorted(remaining, key=lambda k: (len(neighbours[k]), k)):
        if state not in blocked and len(chosen) < len(remaining) - 1:
            routes += len(neighbours[state]) ** 2
            if chosen and routes > MOST_ROUTES:
                break
            chosen.append(state)
            blocked |= neighbours[state]
    return chosen


def _stage(chosen: list[int], remaining: set[int], rate: dict[tuple[int, int], int]) -> Stage:
    """Write down the sums of one step; rates that it creates get new numbers in `rate`."""
    left = sorted(remaining)
    leaving, exits = _laid_out([(k, j) for k in chosen for j in left if (k, j) in rate], key=0)
    entering, weights = _laid_out([(j, k) for k in chosen for j in left if (j, k) in rate], key=1)
    exit_row = {int(k): row for row, k in enumerate(exits.labels)}
    ends = {k: [i for i in left if (k, i) in rate] for k in chosen}
    routes = [((j, i), rate[k, i], row) for row, (j, k) in enumerate(entering) for i in ends[k] if i != j]
    kept = [(edge, rate[edge], len(entering)) for edge in dict.fromkeys(edge for edge, _, _ in routes) if edge in rate]
    terms = kept + routes
    rerouted = sum_plan([rate.setdefault(edge, len(rate)) for edge, _, _ in terms])
    return Stage(
        exits=exits,
        leaving=_array(rate[edge] for edge in leaving),
        target=_array(i for _, i in leaving),
        weights=weights,
        entering=_array(rate[edge] for edge in entering),
        source=_array(j for j, _ in entering),
        exit=_array(exit_row[k] for _, k in entering),
        rerouted=rerouted,
        onward=_array(terms[term][1] for term in rerouted.order),
        inward=_array(terms[term][2] for term in rerouted.order),
    )


def _laid_out(edges: list[tuple[int, int]], *, key: int) -> tuple[list[tuple[int, int]], SumPlan]:
    """Plan the sums over edges that share one end, and bring the edges into that layout."""
    plan = sum_plan([edge[key] for edge in edges])
    return [edges[term] for term in plan.order], plan


def _closing(states: list[int], rate: dict[tuple[int, int], int]) -> Closing:
    """List the trees of one, two or three states."""
    trees = []
    for root in states:
        others = [state for state in states if state != root]
        for parents in product_of(*[[j for j in states if j != state] for state in others]):
            edges = list(zip(others, parents, strict=True))
            loops = any((j, i) in edges for i, j in edges)
            if not loops and all(edge in rate for edge in edges):
                trees.append((root, [rate[edge] for edge in edges]))
    plan = sum_plan([root for root, _ in trees])
    laid_out = [trees[term][1] for term in plan.order]
    return Closing(plan, tuple(_array(column) for column in zip(*laid_out, strict=True)))


def _array(values: Iterable[int]) -> IntArray:
    return np.array(list(values), dtype=np.int64)


def stationary_weights(plan: EliminationPlan, rates: Quantities, increment: FloatArray | None = None) -> Quantities:
    """Return the stationary weights of each state, not normalised, (states, points).

    Parameters
    ----------
    plan
        Of the graph whose rates these are.
    rates
        Rates in the order of the plan's edges, (edges, points), with relative tangents.
    increment
        The d of base (1 + d slope), (points,); omitted, slopes are logarithmic derivatives.
    """
    points = rates.data.shape[2]
    rows = np.empty((3, plan.rows, points))
    rows[:, : rates.data.shape[1]] = rates.data
    ratios = [eliminate(stage, rows, increment)[1] for stage in plan.stages]
    weights = np.empty((3, plan.states, points))
    weights[:, plan.closing.trees.labels] = _close(plan.closing, rows, increment).data
    for stage, ratio in zip(reversed(plan.stages), reversed(ratios), strict=True):
        terms = product(Quantities(weights).take(stage.source), ratio, increment)
        weights[:, stage.weights.labels] = normalised(sums(terms, stage.weights)).data
    return Quantities(weights)


def eliminate(stage: Stage, rows: FloatArray, increment: FloatArray | None) -> tuple[Quantities, Quantities]:
    """Reroute the rates around the stage's states, in place; return the s_k and the entering rates over s_k."""
    rates = Quantities(rows)
    exits = sums(rates.take(stage.leaving), stage.exits)
    ratios = quotient(rates.take(stage.entering), exits.take(stage.exit), increment)
    if stage.rerouted.labels.size:
        one = np.broadcast_to(_ONE, (3, 1, rows.shape[2]))
        factors = Quantities(np.concatenate([ratios.data, one], axis=1)).take(stage.inward)
        terms = product(rates.take(stage.onward), factors, increment)
        rows[:, stage.rerouted.labels] = normalised(sums(terms, stage.rerouted)).data
    return exits, ratios


def _close(closing: Closing, rows: FloatArray, increment: FloatArray | None) -> Quantities:
    """Return the weights of the last states."""
    if not closing.factors:
        return Quantities(np.broadcast_to(_ONE, (3, 1, rows.shape[2])))
    rates = Quantities(rows)
    trees = rates.take(closing.factors[0])
    for factor in closing.factors[1:]:
        trees = product(trees, rates.take(factor), increment)
    return sums(trees, closing.trees)


def log2_total(weights: Quantities) -> FloatArray:
    """Return the binary logarithm of the sum of weights (states, points), by which populations are divided."""
    top = weights.exponent.max(axis=0)
    total: FloatArray = top + np.log2((weights.mantissa * power_of_two(weights.exponent, top)).sum(axis=0))
    return total
