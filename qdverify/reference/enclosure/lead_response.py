"""Linear response of any number of leads, in balls: Onsager's matrix of all currents and heat currents.

It is what the forces of two leads dissipate together in the network of `qdverify.reference.enclosure.network`. Forces
may move several leads as one, such as the leads for spin up and for spin down that a lead is made of.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from flint import arb, arb_mat, ctx

from qdverify.reference.enclosure.budget import check_time
from qdverify.reference.enclosure.network import Edge, between_edges, edges_at_rest, independent
from qdverify.reference.enclosure.transport import BITS_A_DIGIT, Device, Lead, RateEquation, accurate_bits, precisions

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
    device = Device(equation, leads, kT, gate)
    groups = groups or [(place,) for place in range(len(leads))]
    for bits in precisions(digits):
        with ctx.workprec(bits):
            edges = edges_at_rest(device, groups)
            found = _dissipated(edges, len(equation.energies), len(groups))
            reached = float(min(value.rel_accuracy_bits() for row in found for value in row))
            if reached < BITS_A_DIGIT * digits:  # an entry may vanish
                reached = _beside_the_largest(found, _largest(edges, len(groups)), digits)
        if reached >= BITS_A_DIGIT * digits:
            return found
        check_time(f"solving for the response of {len(groups)} leads with {bits} bits")
    raise equation.unresolved("the response of leads", digits, reached)


def _dissipated(edges: Sequence[Edge], levels: int, leads: int) -> Matrix:
    """Return what each two forces dissipate together, at the current precision."""
    whole, pairs = _within_edges(edges, leads), between_edges(edges, levels)
    if pairs:
        apart = arb_mat([row.entries() for _, row in pairs])
        weighted = arb_mat([(row * weight).entries() for weight, row in pairs])
        whole += apart.transpose() * weighted
    given = independent(leads)
    # a force at all leads is balanced on each edge: the last lead of two answers with the opposite of the first
    places = [(lead, 1) if lead < given else (0, -1) for lead in range(leads)]
    forces = [(kind * given + lead, sign) for kind in (0, 1) for lead, sign in places]
    return [[sign * other * whole[max(a, b), min(a, b)] for b, other in forces] for a, sign in forces]


def _beside_the_largest(matrix: Matrix, largest: Sequence[arb], digits: int) -> float:
    """Return the accuracy of a matrix in bits; of entries that may vanish, beside the largest that they could be."""
    return min(
        accurate_bits(value, (largest[a] * largest[b]).sqrt() if value.contains(0) else arb(0), digits)
        for a, row in enumerate(matrix)
        for b, value in enumerate(row)
    )


def _within_edges(edges: Sequence[Edge], leads: int) -> arb_mat:
    """Return what the leads of each edge dissipate among themselves, for forces 1 at each lead, then heat at each."""
    given = independent(leads)
    entries = [[arb(0)] * (2 * given) for _ in range(2 * given)]
    for first in range(given):
        for second in range(first + 1, leads):
            for row, column, value in _blocks(edges, first, second):
                a, b = row * given, column * given
                entries[a + first][b + first] += value
                if second < given:
                    entries[a + second][b + second] += value
                    entries[a + first][b + second] -= value
                    entries[a + second][b + first] -= value
    return arb_mat(entries)


def _blocks(edges: Sequence[Edge], first: int, second: int) -> list[tuple[int, int, arb]]:
    """Return what passes from one lead to another on all edges, times the heat to the power of row and column."""
    sums = [arb(0)] * 3
    for edge in edges:
        passed = edge.conductance * edge.shares.balls[first] * edge.shares.balls[second]
        carried = passed * edge.heat
        sums = [sums[0] + passed, sums[1] + carried, sums[2] + carried * edge.heat]
    return [(row, column, sums[row + column]) for row in (0, 1) for column in (0, 1)]


def _largest(edges: Sequence[Edge], leads: int) -> list[arb]:
    """Return what each force would dissipate if no population changed."""
    found = [arb(0)] * (2 * leads)
    for edge in edges:
        for lead, share in enumerate(edge.shares.balls):
            passed = edge.conductance * share
            found[lead] += passed
            found[leads + lead] += passed * edge.heat * edge.heat
    return found
