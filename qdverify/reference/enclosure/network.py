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
from fractions import Fraction
from typing import NamedTuple

from flint import arb, arb_mat

from qdverify.reference.enclosure.budget import paced
from qdverify.reference.enclosure.transport import Device, Lead, Number, OpenEdge, Tunnelling, as_ball


class Shares(NamedTuple):
    """Of each group of leads in a conductance; they add up to 1.

    Attributes
    ----------
    exact
        As rationals; None if the inputs are balls.
    balls
        At the current precision.
    """

    exact: tuple[Fraction, ...] | None
    balls: tuple[arb, ...]


class Edge(NamedTuple):
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
        Of each group of leads in the conductance.
    """

    lower: int
    upper: int
    conductance: arb
    heat: arb
    shares: Shares


class Branch(NamedTuple):
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


def edges_at_rest(device: Device, groups: Sequence[Sequence[int]]) -> list[Edge]:
    """Return the transitions between leads at one potential and temperature, for leads that forces move in groups.

    Raises
    ------
    ValueError
        If leads that pass electrons differ in chemical potential or temperature.
    """
    if not device.at_rest:
        raise ValueError(f"mu and kT of leads {device.coupled} must be equal in linear response")
    ways, edges, at = device.tunnelling(), [], 0
    populations = _populations_at_rest(ways, len(device.equation.energies))
    of_rates: dict[tuple[int, ...], Shares] = {}
    for edge in device.edges:
        through, at = ways[at : at + len(edge.open)], at + len(edge.open)
        entering = sum((way.entering for way in through), arb(0))
        if all(edge.M[place] is edge.M[edge.open[0]] for place in edge.open):  # rates alone share the conductance
            key = tuple(edge.open)
            shares = of_rates.get(key) or of_rates.setdefault(key, _shares(device.leads, edge, groups))
        else:
            shares = _shares(device.leads, edge, groups)
        edges.append(Edge(edge.lower, edge.upper, populations[edge.lower] * entering, through[0].carried, shares))
    return edges


def _populations_at_rest(ways: Sequence[Tunnelling], levels: int) -> list[arb]:
    """Return populations that balance each way of electrons on its own, as they do between leads in equilibrium."""
    ratios: list[dict[int, tuple[arb, arb]]] = [{} for _ in range(levels)]
    for way in ways:
        ratios[way.lower][way.upper] = way.entering, way.leaving
        ratios[way.upper][way.lower] = way.leaving, way.entering
    weights, reached = {0: arb(1)}, [0]
    for level in reached:
        for other, (there, back) in ratios[level].items():
            if other not in weights:
                weights[other] = weights[level] * there / back
                reached.append(other)
    total = sum(weights.values(), arb(0))
    return [weights[level] / total for level in range(levels)]


def _shares(leads: Sequence[Lead], edge: OpenEdge, groups: Sequence[Sequence[int]]) -> Shares:
    """Return what each group passes of the electrons on an edge; exact if M is, or is one for all leads."""
    given = edge.M[edge.open[0]]
    alike = all(edge.M[place] is given for place in edge.open)
    rates = {place: leads[place].rate if alike else _product(leads[place].rate, edge.M[place]) for place in edge.open}
    of_groups = [[rates[lead] for lead in group if lead in rates] for group in groups]
    if all(isinstance(rate, Fraction) for rate in rates.values()):
        exact = [sum((rate for rate in group if isinstance(rate, Fraction)), Fraction(0)) for group in of_groups]
        shares = tuple(rate / sum(exact) for rate in exact)
        return Shares(shares, tuple(map(as_ball, shares)))
    sums = [sum(map(as_ball, group), arb(0)) for group in of_groups]
    return Shares(None, tuple(rate / sum(sums, arb(0)) for rate in sums))


def _product(rate: Fraction, M: Number) -> Number:
    return rate * M if isinstance(M, Fraction) else as_ball(rate) * M


def between_edges(edges: Sequence[Edge], levels: int) -> list[Pair]:
    """Return what is in parallel once each edge is one branch; nothing if all edges are shared alike.

    Forces are x = 1 at one group of leads after the other, then the heat at each; of two groups, at the first alone, as
    both together are balanced on each edge.
    """
    first = edges[0].shares.exact if edges else None
    if first is not None and all(edge.shares.exact == first for edge in edges):
        return []
    pairs: list[Pair] = []
    network: list[dict[int, Branch]] = [{} for _ in range(levels)]
    for edge in edges:
        shares = edge.shares.balls[: independent(len(edge.shares.balls))]
        x = [*shares, *(share * edge.heat for share in shares)]
        row = arb_mat(1, len(x), x)
        _join(network, edge.lower, edge.upper, Branch(edge.conductance, row, 0 * row), pairs)
    order = sorted(range(levels), key=lambda level: len(network[level]))
    for k in paced(order[:-1], f"reducing a network of {levels} levels"):
        star = [(j, branch.turned() if k < j else branch) for j, branch in network[k].items()]
        total = sum((branch.conductance for _, branch in star), arb(0))
        for place, (i, one) in enumerate(star):
            del network[i][k]
            share = one.conductance / total
            for j, other in star[:place]:
                mesh = Branch(share * other.conductance, one.x - other.x, one.more - other.more)
                _join(network, i, j, mesh, pairs)
    return pairs


def independent(groups: int) -> int:
    """Return of how many groups of leads the forces are independent as they stand: of two, the first alone."""
    return 1 if groups == 2 else groups


def _join(network: Sequence[dict[int, Branch]], i: int, j: int, branch: Branch, pairs: list[Pair]) -> None:
    """Add a branch from i to j, in parallel to the one that is there."""
    low, high = min(i, j), max(i, j)
    new, old = branch if i < j else branch.turned(), network[low].get(high)
    if old is not None:
        apart = (new.x - old.x) + (new.more - old.more)
        both = old.conductance + new.conductance
        large, small = (old, new) if old.conductance >= new.conductance else (new, old)
        towards = apart if large is old else -apart
        share = small.conductance / both
        pairs.append((large.conductance * share, apart))
        new = Branch(both, large.x, large.more + towards * share)
    network[low][high] = network[high][low] = new
