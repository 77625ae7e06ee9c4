"""Two more routes to the tree sums of `analytic.matrix_tree`, for comparison: trees one by one, and determinants."""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

import sympy
from sympy import QQ
from sympy.polys.matrices import DomainMatrix

from analytic.matrix_tree import Edge


def spanning_in_trees(states: int, edges: Sequence[Edge] | Mapping[Edge, Any], root: int) -> Iterator[tuple[Edge, ...]]:
    """Yield every in-tree rooted at `root` as its edges (to, from), one for every other state."""
    choices = [[(to, start) for to, start in edges if start == k] for k in range(states) if k != root]

    def extend(chosen: dict[int, int], rest: list[list[Edge]]) -> Iterator[tuple[Edge, ...]]:
        if not rest:
            yield tuple((to, start) for start, to in sorted(chosen.items()))
            return
        for to, start in rest[0]:
            if not _leads_to(chosen, to, start):
                yield from extend({**chosen, start: to}, rest[1:])

    yield from extend({}, choices)


def laplacian_cofactors(states: int, rates: Mapping[Edge, Any]) -> tuple[Any, ...]:
    """Return the diagonal cofactors of the Laplacian, which are the T_k of Eq. (1).

    Rational rates give exact rationals. Other rates are handed to sympy and the result is expanded, so that the
    subtractions cancel visibly.
    """
    laplacian: list[list[Any]] = [[0] * states for _ in range(states)]
    for (to, start), rate in rates.items():
        laplacian[to][start] -= rate
        laplacian[start][start] += rate
    minors = ([[row[j] for j in range(states) if j != k] for row in _without(laplacian, k)] for k in range(states))
    if all(isinstance(rate, int | Fraction) for rate in rates.values()):
        return tuple(_rational_determinant(minor) for minor in minors)
    return tuple(sympy.expand(sympy.Matrix(minor).det(method="berkowitz")) for minor in minors)


def _rational_determinant(rows: list[list[Any]]) -> Fraction:
    entries = [[QQ(Fraction(value).numerator, Fraction(value).denominator) for value in row] for row in rows]
    value = DomainMatrix(entries, (len(rows), len(rows)), QQ).det()
    return Fraction(int(value.numerator), int(value.denominator))


def _leads_to(chosen: Mapping[int, int], state: int, goal: int) -> bool:
    while state != goal and state in chosen:
        state = chosen[state]
    return state == goal


def _without(rows: list[list[Any]], index: int) -> list[list[Any]]:
    return [row for i, row in enumerate(rows) if i != index]
