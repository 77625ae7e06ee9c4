"""Linear response of the rate equation to bias and temperature, in balls.

At rest every lead l passes as many electrons into the dot as out of it on each edge, c of them. Forces at the left lead
that change the ratio of its rates by x, relative, change the populations by s, relative, and let c (x + s_i - s_j) flow
through it; x = 0 at the right one. That the flows into each level balance is a linear system for s with the Laplacian
of the conductances c, which `arb_mat.solve` solves with proof. With x = 1 and x = E_j - E_i - gate - mu the flows
dissipate

    L_jk = sum of c tau_j tau_k,  tau = x + s_i - s_j,

which is Onsager's matrix. The heat conductance is the same sum for x counted from its mean L12 / L11. It is 0 if all
electrons carry one energy, which the exact inputs tell, and only then: else the figure of merit is enclosed as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from flint import arb, arb_mat, ctx

from qdverify.reference.enclosure.budget import check_time
from qdverify.reference.enclosure.moments import ball
from qdverify.reference.enclosure.transport import (
    FIRST_BITS,
    MOST_BITS,
    Lead,
    RateEquation,
    accurate_bits,
)
from qdverify.reference.enclosure.unresolved import Unresolved


@dataclass(frozen=True)
class Response:
    """Onsager's matrix, thermopower in units of k_B, heat conductance and, if it is finite, ZT, as in protocol.md."""

    L11: arb
    L12: arb
    L22: arb
    thermopower: arb
    heat_conductance: arb
    figure_of_merit: arb | None


@dataclass(frozen=True)
class Edge:
    """Levels i and j, what passes each way at every lead, and the heat that an electron carries."""

    lower: int
    upper: int
    flows: tuple[arb, ...]
    heat: arb


def linear_response(
    equation: RateEquation, left: Lead, right: Lead, *, kT: Fraction, gate: Fraction, digits: int = 12
) -> Response:
    """Enclose the linear response between two leads at one chemical potential and temperature.

    Raises
    ------
    ValueError
        If the levels are not connected.
    Unresolved
        If the digits are not reached.
    """
    equation.require_one_state((left, right), kT)
    tight = _one_energy(equation)
    bits = FIRST_BITS
    while True:
        with ctx.workprec(bits):
            found, reached = _at_precision(
                edges_at_rest(equation, (left, right), kT, gate), len(equation.energies), kT, digits, tight=tight
            )
        if found is not None and reached >= 3.33 * digits:
            return found
        check_time(f"solving for the linear response with {bits} bits")
        bits *= 2
        if bits > MOST_BITS:
            raise Unresolved(f"digits={digits} of the linear response are not reached with {MOST_BITS} bits")


def _one_energy(equation: RateEquation) -> bool:
    """Tell whether every electron carries one energy; of levels that are balls that is never known."""
    exact = {place: energy for place, energy in enumerate(equation.energies) if not isinstance(energy, arb)}
    if len(exact) < len(equation.energies):
        return False
    return len({exact[j] - exact[i] for i, j, _ in equation.transitions}) == 1


def edges_at_rest(equation: RateEquation, leads: Sequence[Lead], kT: Fraction, gate: Fraction) -> list[Edge]:
    """Return the transitions between leads at one potential and temperature, as conductances at every lead."""
    ways = equation.tunnelling(leads, kT, gate)
    populations = equation.populations(ways)
    heat = {(way.lower, way.upper): way.carried for way in ways}
    flows = {(way.lower, way.upper, way.lead): populations[way.lower] * way.entering for way in ways}
    places = range(len(leads))
    return [Edge(i, j, tuple(flows.get((i, j, lead), arb(0)) for lead in places), heat[i, j]) for i, j in heat]


def _at_precision(
    edges: Sequence[Edge], levels: int, kT: Fraction, digits: int, *, tight: bool
) -> tuple[Response | None, float]:
    """Return the response at the current precision with its relative accuracy in bits; None if it solves nothing."""
    try:
        slopes = _slopes(edges, levels)
    except ZeroDivisionError:
        return None, 0.0
    flows = [flow for edge in edges for flow in edge.flows]
    one, heat = (_tilts(edges, slopes[column], column) for column in (0, 1))
    L11, L12, L22 = (_sum(flows, first, second) for first, second in ((one, one), (one, heat), (heat, heat)))
    mean = L12 / L11
    spread = [b - mean * a for a, b in zip(one, heat, strict=True)]
    square = arb(0) if tight else _sum(flows, spread, spread)
    temperature = ball(kT)
    merit = None if tight else L12**2 / (L11 * square)
    response = Response(L11, L12, L22, mean / temperature, square / temperature**2, merit)
    gross = _sum(flows, [abs(value) for value in one], [abs(value) for value in heat])
    reached = min(
        accurate_bits(L11, L11, digits),
        accurate_bits(L12, gross, digits),
        accurate_bits(L22, L22, digits),
        accurate_bits(mean, gross / L11, digits),
        accurate_bits(square, L22, digits),
        *([] if merit is None else [accurate_bits(merit, gross**2 / (L11 * square), digits)]),
    )
    return response, reached


def _slopes(edges: Sequence[Edge], levels: int) -> tuple[list[arb], list[arb]]:
    """Return the relative changes of the populations by both forces; that of the first level is 0."""
    source = arb_mat(levels, 2)
    for edge in edges:
        for column, x in enumerate((arb(1), edge.heat)):
            source[edge.lower, column] -= edge.flows[0] * x
            source[edge.upper, column] += edge.flows[0] * x
    solved = laplacian(edges, levels).solve(arb_mat([[source[a, 0], source[a, 1]] for a in range(1, levels)]))
    first, second = ([arb(0), *(solved[a, column] for a in range(levels - 1))] for column in (0, 1))
    return first, second


def laplacian(edges: Sequence[Edge], levels: int) -> arb_mat:
    """Return the Laplacian of the conductances between the levels, without the row and column of the first."""
    whole = arb_mat(levels, levels)
    for edge in edges:
        i, j, conductance = edge.lower, edge.upper, sum(edge.flows, arb(0))
        for a, b, sign in ((i, i, 1), (j, j, 1), (i, j, -1), (j, i, -1)):
            whole[a, b] += sign * conductance
    return arb_mat([[whole[a, b] for b in range(1, levels)] for a in range(1, levels)])


def _tilts(edges: Sequence[Edge], s: Sequence[arb], column: int) -> list[arb]:
    """Return tau of every edge, at the left and at the right lead."""
    steps = [(s[edge.lower] - s[edge.upper], edge.heat if column else arb(1)) for edge in edges]
    return [tau for step, x in steps for tau in (x + step, step)]


def _sum(flows: Sequence[arb], first: Sequence[arb], second: Sequence[arb]) -> arb:
    return sum((c * a * b for c, a, b in zip(flows, first, second, strict=True)), arb(0))
