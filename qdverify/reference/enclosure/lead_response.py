"""Linear response of any number of leads, in balls: Onsager's matrix of all currents and heat currents.

The network of `qdverify.reference.enclosure.linear_response`, with a source x = 1 or E_j - E_i - gate - mu at one lead
at a time. The potentials of all sources are solved for at once, and

    L_jk = sum over leads and edges of c tau_j tau_k

is the power that two of them dissipate together.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from flint import arb, arb_mat, ctx

from qdverify.reference.enclosure.budget import check_time
from qdverify.reference.enclosure.linear_response import Edge, edges_at_rest, laplacian
from qdverify.reference.enclosure.transport import FIRST_BITS, MOST_BITS, Lead, RateEquation, accurate_bits
from qdverify.reference.enclosure.unresolved import Unresolved

Matrix = list[list[arb]]


def lead_response(equation: RateEquation, *leads: Lead, kT: Fraction, gate: Fraction, digits: int = 12) -> Matrix:
    """Enclose the response of all currents, then all heat currents, to the forces of all leads.

    An entry that vanishes has three times as many digits, and 30 more, in units of what it is the difference of or of
    what its lead and force could do at most: the root of both their own entries, without cancellation.

    Raises
    ------
    ValueError
        If the levels are not connected.
    Unresolved
        If the digits are not reached.
    """
    equation.require_one_state(leads, kT)
    bits = FIRST_BITS
    while bits <= MOST_BITS:
        with ctx.workprec(bits):
            edges = edges_at_rest(equation, leads, kT, gate)
            found = _at_precision(edges, len(equation.energies), len(leads), digits)
        if found is not None:
            return found
        check_time(f"solving for the response of {len(leads)} leads with {bits} bits")
        bits *= 2
    raise Unresolved(f"digits={digits} of the response of leads are not reached with {MOST_BITS} bits")


def _at_precision(edges: Sequence[Edge], levels: int, leads: int, digits: int) -> Matrix | None:
    """Return the matrix; None if the precision is not enough for the digits."""
    sources = [(power, lead) for power in (0, 1) for lead in range(leads)]
    try:
        potentials = _potentials(edges, levels, sources)
    except ZeroDivisionError:
        return None
    tilts = [[*_tilts(edges, s, *source)] for s, source in zip(potentials, sources, strict=True)]
    conductances = [flow for edge in edges for flow in edge.flows]
    largest = [sum((c * size * size for c, (_, size) in zip(conductances, one, strict=True)), arb(0)) for one in tilts]
    matrix = [[arb(0)] * len(sources) for _ in sources]
    for row, one in enumerate(tilts):
        for column, other in enumerate(tilts[: row + 1]):
            terms = [(c, a, b) for c, a, b in zip(conductances, one, other, strict=True)]
            value = sum((c * tau * other_tau for c, (tau, _), (other_tau, _) in terms), arb(0))
            gross = sum((c * size * other_size for c, (_, size), (_, other_size) in terms), arb(0))
            if value.contains(0):
                gross = (largest[row] * largest[column]).sqrt()
            if accurate_bits(value, gross, digits) < 3.33 * digits:
                return None
            matrix[row][column] = matrix[column][row] = value
    return matrix


def _potentials(edges: Sequence[Edge], levels: int, sources: Sequence[tuple[int, int]]) -> list[list[arb]]:
    """Return the relative changes of the populations by every source; those of the first level are 0."""
    driven = arb_mat(levels, len(sources))
    for column, (power, lead) in enumerate(sources):
        for edge in edges:
            moved = edge.flows[lead] * (edge.heat if power else arb(1))
            driven[edge.lower, column] -= moved
            driven[edge.upper, column] += moved
    columns, rest = range(len(sources)), range(1, levels)
    if levels == 1:
        return [[arb(0)] for _ in columns]
    solved = laplacian(edges, levels).solve(arb_mat([[driven[a, column] for column in columns] for a in rest]))
    return [[arb(0), *(solved[a, column] for a in range(levels - 1))] for column in columns]


def _tilts(edges: Sequence[Edge], s: Sequence[arb], power: int, forced: int) -> Iterator[tuple[arb, arb]]:
    """Yield tau of every edge at every lead, with the sum of the magnitudes of its terms."""
    for edge in edges:
        step, x = s[edge.lower] - s[edge.upper], edge.heat if power else arb(1)
        for lead in range(len(edge.flows)):
            yield (x + step, abs(x) + abs(step)) if lead == forced else (step, abs(step))
