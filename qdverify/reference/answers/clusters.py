"""Levels in proven order, and clusters of levels that have none: how an answer states both.

A cluster is a set of levels that coincide, or that the largest precision tried does not tell apart. Its levels have no
order and, if several of one spin and parity coincide, no vectors of their own. What is known is stated:

- at each of its positions in a list of energies, a ball that contains the energies of all its levels;
- how many levels of each spin and parity it holds, in the lists of spins and parities sorted by both;
- M_ji summed over its levels of one spin and parity, a trace over the projectors on their common spaces, which does not
  depend on the choice of vectors. A single M_ji into or out of a cluster lies between 0 and the largest such sum.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from flint import arb, ctx

from qdverify.reference.answers.answer import Cluster, CutCluster, Group, SummedM

Label = tuple[int, int]
"""Twice a spin, and a parity."""


@dataclass(frozen=True)
class Listing:
    """The lowest levels of N electrons, in groups of which each lies below the next.

    Attributes
    ----------
    energies, labels
        A ball, and spin and parity, of each level; sorted by spin and parity inside a group.
    groups
        Ranges of positions.
    bits
        Precision at which the balls of different groups are disjoint.
    """

    electrons: int
    energies: tuple[arb, ...]
    labels: tuple[Label, ...]
    groups: tuple[range, ...]
    bits: int

    def cut(self, count: int, name: str) -> Listing:
        """Return the `count` lowest levels; raise `CutCluster` if that cuts a cluster."""
        for group in self.groups:
            if group.start < count < group.stop:
                counts = (group.stop, group.start) if group.start else (group.stop,)
                raise CutCluster(
                    f"{name}={count} cuts a cluster: levels {group.start + 1} to {group.stop} of {self.electrons} "
                    f"electrons coincide within {self._width(group):.1e} in the unit of the dot; "
                    f"ask for {name}={' or '.join(map(str, counts))}",
                    name,
                    counts,
                )
        groups = tuple(group for group in self.groups if group.start < count)
        return replace(self, energies=self.energies[:count], labels=self.labels[:count], groups=groups)

    @property
    def clusters(self) -> tuple[Cluster, ...]:
        """The groups of more than one level."""
        found = []
        for group in self.groups:
            if len(group) > 1:
                counts = Counter(self.labels[group.start : group.stop])
                members = tuple((two_S, parity, counts[two_S, parity]) for two_S, parity in sorted(counts))
                found.append(Cluster(self.electrons, group, members))
        return tuple(found)

    def stated_energies(self) -> list[arb]:
        """Return a ball for each position that holds whatever the order inside its group."""
        stated: list[arb] = []
        with ctx.workprec(self.bits):
            for group in self.groups:
                hull = self.energies[group.start]
                for energy in self.energies[group.start + 1 : group.stop]:
                    hull = hull.union(energy)
                stated += [hull] * len(group)
        return stated

    def sets(self) -> list[tuple[Group, range]]:
        """Return every group of one spin and parity, with the positions of its levels in this listing."""
        found = []
        for group in self.groups:
            start = group.start
            for (two_S, parity), count in sorted(Counter(self.labels[start : group.stop]).items()):
                found.append((Group(group, two_S, parity, count), range(start, start + count)))
                start += count
        return found

    def _width(self, group: range) -> float:
        members = self.energies[group.start : group.stop]
        with ctx.workprec(self.bits):
            return float(max(energy.upper() for energy in members) - min(energy.lower() for energy in members))


def stated_transitions(
    rows: Sequence[Sequence[arb]], initial: Listing, final: Listing
) -> tuple[list[list[arb]], tuple[SummedM, ...]]:
    """Return M_ji that hold whatever the order inside clusters, and the sums over clusters.

    Parameters
    ----------
    rows
        M_ji of the levels as listed, for one choice of orthonormal vectors in each space of coinciding levels.

    Returns
    -------
    rows, sums
        The matrix with the range of possible values if a cluster is involved; the sums for those pairs of groups.
    """
    stated = [list(row) for row in rows]
    sums: list[SummedM] = []
    tops: dict[tuple[range, range], arb] = {}
    for after, js in final.sets():
        for before, columns in initial.sets():
            if len(after.positions) == len(before.positions) == 1:
                continue
            total = sum((rows[j][i] for j in js for i in columns), arb(0))
            sums.append(SummedM(before, after, total))
            key = after.positions, before.positions
            tops[key] = max(tops.get(key, arb(0)), total.upper())
    for (js, columns), top in tops.items():
        for j in js:
            for i in columns:
                stated[j][i] = arb(0).union(top) if top > 0 else arb(0)
    return stated, tuple(sums)
