"""Linear response of any number of leads, in balls: Onsager's matrix of all currents and heat currents.

It is what the forces of two leads dissipate together in the network of `qdverify.reference.enclosure.network`. Forces
may move several leads as one, such as the leads for spin up and for spin down that a lead is made of.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import inf

from flint import arb, arb_mat, ctx

from qdverify.reference.enclosure.budget import check_time
from qdverify.reference.enclosure.network import Edge, between_edges, edges_at_rest
from qdverify.reference.enclosure.transport import Lead, RateEquation, accurate_bits, as_ball, precisions

Matrix = list[list[arb]]


def lead_response(
    equation: RateEquation,
    *leads: Lead,
    kT: Fraction,
    gate: Fraction,
    digits: int = 12,
    groups: Sequence[Sequence[int]] | None = None,
) -> Matrix:
    """Enclose the response of all currents, then all heat currents, to the forces of all leads.

    An entry that vanishes has three times as many digits, and 30 more, in units of what its lead and force could do at
    most: the root of what both forces dissipate where the levels stay as they are.

    Parameters
    ----------
    groups
        Places of the leads that are moved as one, in place of each on its own.

    Raises
    ------
    ValueError
        If the levels are not connected.
    Unresolved
        If the digits are not reached.
    """
    equation.require_one_state(leads, kT)
    groups = groups or [(place,) for place in range(len(leads))]
    for bits in precisions():
        with ctx.workprec(bits):
            edges = edges_at_rest(equation, leads, kT, gate, groups)
            found, reached = _at_precision(edges, len(equation.energies), len(groups), digits)
        if reached >= 3.33 * digits:
            return found
        check_time(f"solving for the response of {len(groups)} leads with {bits} bits")
    raise equation.unresolved("the response of leads", digits, reached)


def _at_precision(edges: Sequence[Edge], levels: int, leads: int, digits: int) -> tuple[Matrix, float]:
    """Return the matrix at the current precision with its relative accuracy in bits."""
    whole = _within_edges(edges, leads)
    for weight, apart in between_edges(edges, levels):
        whole += apart.transpose() * (apart * weight)
    largest = _largest(edges, leads)
    matrix, reached = [[arb(0)] * len(largest) for _ in largest], inf
    for row in range(len(largest)):
        for column in range(row + 1):
            value = whole[row, column]
            gross = (largest[row] * largest[column]).sqrt() if value.contains(0) else arb(0)
            reached = min(reached, accurate_bits(value, gross, digits))
            matrix[row][column] = matrix[column][row] = value
    return matrix, reached


def _within_edges(edges: Sequence[Edge], leads: int) -> arb_mat:
    """Return what the leads of each edge dissipate among themselves, for forces 1 at each lead, then heat at each."""
    entries = [[arb(0)] * (2 * leads) for _ in range(2 * leads)]
    for first in range(leads):
        for second in range(first):
            for row, column, value in _blocks(edges, first, second):
                a, b = row * leads, column * leads
                entries[a + first][b + first] += value
                entries[a + second][b + second] += value
                entries[a + first][b + second] -= value
                entries[a + second][b + first] -= value
    return arb_mat(entries)


def _blocks(edges: Sequence[Edge], first: int, second: int) -> list[tuple[int, int, arb]]:
    """Return what passes from one lead to another on all edges, times the heat to the power of row and column."""
    sums = [arb(0)] * 3
    for edge in edges:
        passed = edge.conductance * as_ball(edge.shares[first]) * as_ball(edge.shares[second])
        for power, unit in enumerate((arb(1), edge.heat, edge.heat * edge.heat)):
            sums[power] += passed * unit
    return [(row, column, sums[row + column]) for row in (0, 1) for column in (0, 1)]


def _largest(edges: Sequence[Edge], leads: int) -> list[arb]:
    """Return what each force would dissipate if no population changed."""
    found = [arb(0)] * (2 * leads)
    for edge in edges:
        for lead, share in enumerate(edge.shares):
            passed = edge.conductance * as_ball(share)
            found[lead] += passed
            found[leads + lead] += passed * edge.heat * edge.heat
    return found
