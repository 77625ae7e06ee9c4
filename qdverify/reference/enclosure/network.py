"""The rate equation at rest as a network of conductances, reduced without a subtraction of conductances.

At rest a lead passes c electrons both ways on each edge. Forces drive c (x + s_i - s_j) through it, with x = 1, or the
heat E_j - E_i - gate - mu, at the leads that they act on and 0 elsewhere, and with relative changes s of the
populations that let what enters a level leave it. What two forces dissipate together is Onsager's matrix.

Leads are branches of an edge in parallel. Two parallel branches of conductances c and c' are one of c + c', whose x is
their mean, and dissipate c c'/(c + c') times (x - x')^2 between themselves. A level k is left out by the star-mesh
transformation: branches to i and j become one between these of conductance c_i c_j / sum c, with the difference of
their x, which dissipates nothing of its own (A. E. Kennelly, Electr. World Eng. 34, 413 (1899), for three branches). So

    L_jk = sum of c c'/(c + c') (x_j - x_j')(x_k - x_k')

over all pairs that were in parallel: a sum of squares on the diagonal, each as accurate as its factors, however many
decades the conductances span. The mean of two x is kept as that of the larger conductance and what the smaller one
adds, so that means of x = 1 that differ from 1 by little differ from each other by a known number.

If all edges share their conductance between the leads alike, forces and changes of s balance on each edge: then what
the leads of an edge dissipate is all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from flint import arb, arb_mat

from qdverify.reference.enclosure.budget import paced
from qdverify.reference.enclosure.transport import Lead, Number, RateEquation, as_ball


@dataclass(frozen=True)
class Edge:
    """Levels i and j at rest.

    Attributes
    ----------
    lower, upper
        The levels, by place.
    conductance
        What passes each way through all leads.
    heat
        What an electron carries, E_j - E_i - gate - mu.
    shares
        Of each group of leads in the conductance; they add up to 1. Exact if the inputs are.
    """

    lower: int
    upper: int
    conductance: arb
    heat: arb
    shares: tuple[Number, ...]


@dataclass(frozen=True)
class Branch:
    """A branch between two levels, from the one with the smaller number.

    Attributes
    ----------
    x, more
        Rows of one number for each force: x of the branch is their sum, `more` the part that is known relatively.
    """

    conductance: arb
    x: arb_mat
    more: arb_mat

    def turned(self) -> Branch:
        """Return the branch the other way."""
        return Branch(self.conductance, -self.x, -self.more)


Pair = tuple[arb, arb_mat]
"""c c'/(c + c') of two parallel branches, and by how much their x differ."""


def edges_at_rest(
    equation: RateEquation, leads: Sequence[Lead], kT: Fraction, gate: Fraction, groups: Sequence[Sequence[int]]
) -> list[Edge]:
    """Return the transitions between leads at one potential and temperature, for leads that forces move in groups."""
    ways = equation.tunnelling(leads, kT, gate)
    populations = equation.populations(ways)
    passed: dict[tuple[int, int], arb] = {}
    for way in ways:
        edge = way.lower, way.upper
        passed[edge] = passed.get(edge, arb(0)) + populations[way.lower] * way.entering
    heat = {(way.lower, way.upper): way.carried for way in ways}
    shares = {(i, j): _shares(leads, M, groups) for i, j, M in equation.edges(leads)}
    return [Edge(i, j, conductance, heat[i, j], shares[i, j]) for (i, j), conductance in passed.items()]


def _shares(leads: Sequence[Lead], M: Sequence[Number], groups: Sequence[Sequence[int]]) -> tuple[Number, ...]:
    """Return what each group passes of the electrons on an edge; exact if M is, or is one for all leads."""
    alike = all(probability is M[0] for probability in M)
    rates = [lead.rate if alike else _product(lead.rate, m) for lead, m in zip(leads, M, strict=True)]
    of_groups = [[rates[lead] for lead in group] for group in groups]
    if all(isinstance(rate, Fraction) for rate in rates):
        exact = [sum((rate for rate in group if isinstance(rate, Fraction)), Fraction(0)) for group in of_groups]
        return tuple(rate / sum(exact) for rate in exact)
    sums = [sum(map(as_ball, group), arb(0)) for group in of_groups]
    return tuple(rate / sum(sums, arb(0)) for rate in sums)


def _product(rate: Fraction, M: Number) -> Number:
    return rate * M if isinstance(M, Fraction) else as_ball(rate) * M


def between_edges(edges: Sequence[Edge], levels: int) -> list[Pair]:
    """Return what is in parallel once each edge is one branch; nothing if all edges are shared alike.

    Forces are x = 1 at one group of leads after the other, then the heat at each.
    """
    first = edges[0].shares if edges else ()
    if all(isinstance(share, Fraction) for share in first) and all(edge.shares == first for edge in edges):
        return []
    pairs: list[Pair] = []
    network: list[dict[int, Branch]] = [{} for _ in range(levels)]
    for edge in edges:
        x = [as_ball(share) * unit for unit in (arb(1), edge.heat) for share in edge.shares]
        row = arb_mat(1, len(x), x)
        _join(network, edge.lower, edge.upper, Branch(edge.conductance, row, 0 * row), pairs)
    left = set(range(levels))
    for _ in paced(range(levels - 1), f"reducing a network of {levels} levels"):
        k = min(left, key=lambda level: len(network[level]))
        left.remove(k)
        star = [(j, branch.turned() if k < j else branch) for j, branch in network[k].items()]
        total = sum((branch.conductance for _, branch in star), arb(0))
        for j, _ in star:
            del network[j][k]
        for place, (i, one) in enumerate(star):
            for j, other in star[:place]:
                mesh = Branch(one.conductance * other.conductance / total, one.x - other.x, one.more - other.more)
                _join(network, i, j, mesh, pairs)
    return pairs


def _join(network: Sequence[dict[int, Branch]], i: int, j: int, branch: Branch, pairs: list[Pair]) -> None:
    """Add a branch from i to j, in parallel to the one that is there."""
    low, high = min(i, j), max(i, j)
    new, old = branch if i < j else branch.turned(), network[low].get(high)
    if old is not None:
        apart = (new.x - old.x) + (new.more - old.more)
        both = old.conductance + new.conductance
        large, small = (old, new) if old.conductance.mid() >= new.conductance.mid() else (new, old)
        towards = apart if large is old else -apart
        share = small.conductance / both
        pairs.append((large.conductance * share, apart))
        new = Branch(both, large.x, large.more + towards * share)
    network[low][high] = network[high][low] = new
