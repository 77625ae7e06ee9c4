"""The order of levels, proven: precision is raised until the balls of all levels asked for are disjoint.

Levels are listed in an order only if every energy of one lies below every energy of the next. Sorted by their lower
ends, balls fall into groups where the running largest upper end lies below the next lower end; the energies of a group
then lie below those of the next, whichever block (spin, parity) a level belongs to. A group of more than one level is a
*cluster*: its levels coincide, or are closer than the balls are wide.

Levels of different blocks may cross, and levels of equal kinetic energy are split only by the interaction, however weak
it is. Digits are therefore doubled up to a largest number, which falls with the size of the problem.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import sqrt

from flint import arb, ctx

from qdverify.protocol.inputs import number_of_levels
from qdverify.reference.enclosure.budget import check_time
from qdverify.reference.enclosure.integral_levels import IntegralLevels, enclose_located_integrals, locate_integrals
from qdverify.reference.enclosure.interaction import ExactDot
from qdverify.reference.enclosure.levels import Level, LevelSet, enclose_located, locate
from qdverify.reference.enclosure.orbital_dots import OrbitalDot, mirrored

MOST_DIGITS = 1100  # of a small problem: doubles of strength or 1/cutoff^3 reach below 1e-900
SMALL = 400  # determinants up to which MOST_DIGITS are tried
FEWEST_DIGITS = 60
LEVEL_SETS_KEPT = 256  # more than a run of the suite asks for


@dataclass(frozen=True, eq=False)
class Ordered:
    """The lowest levels of N electrons, in groups whose order is proven.

    Attributes
    ----------
    groups
        Of positions in `levels`, ascending in energy; all levels of a group lie below all of the next.
    digits
        Decimal digits, relative to 1/L^2 or to the largest integral, with which the balls were formed.
    raised
        Whether these are more than asked for, to tell levels apart.
    """

    levels: tuple[Level, ...]
    groups: tuple[range, ...]
    digits: int
    raised: bool


def order_levels(dot: ExactDot | OrbitalDot, electrons: int, count: int, *, digits: int, extra: int = 0) -> Ordered:
    """Enclose the `count` lowest levels and what cannot be told from them, in proven order.

    Parameters
    ----------
    digits
        Least decimal digits of energies, relative to 1/L^2.
    extra
        Digits beyond those that tell the levels apart, for their vectors.

    Returns
    -------
    Ordered
        Whole groups only: the last one may end beyond `count`. Within a cluster, levels are sorted by spin and parity.
    """
    if isinstance(dot, OrbitalDot):
        # integrals are doubles as a rule, and levels that their last bits split differ before 60 digits
        most = max(FEWEST_DIGITS, 2 * digits)
    else:
        most = largest_precision(dot.orbitals, electrons, digits)
    asked = digits
    levels, groups = _groups(dot, electrons, count, asked)
    while asked < most and any(_may_split(dot, levels[group.start : group.stop]) for group in groups):
        asked = min(2 * asked, most)
        check_time(f"raising the precision to {asked} digits, since levels of {electrons} electrons lie so close")
        levels, groups = _groups(dot, electrons, count, asked)
    if extra:
        levels, groups = _groups(dot, electrons, count, asked + extra)
    return Ordered(levels, groups, asked + extra, asked > digits)


def _may_split(dot: ExactDot | OrbitalDot, members: Sequence[Level]) -> bool:
    """Return whether more digits may tell levels apart: of two mirror images it is known that they coincide."""
    if len(members) == 2 and isinstance(dot, OrbitalDot):
        return not mirrored(dot, *(level.pair.block for level in members))
    return len(members) > 1


def largest_precision(orbitals: int, electrons: int, digits: int) -> int:
    """Return the largest number of digits that is tried to tell levels apart, if `digits` are asked for.

    Its square times the number of determinants of one S_z, and so the effort, is bounded.
    """
    size = max(SMALL, number_of_levels(orbitals, electrons, 10**9))
    return max(FEWEST_DIGITS, 2 * digits, int(MOST_DIGITS * sqrt(SMALL / size)))


@lru_cache(maxsize=LEVEL_SETS_KEPT)
def enclosed_levels(dot: ExactDot | OrbitalDot, electrons: int, count: int, digits: int) -> LevelSet | IntegralLevels:
    """Enclose levels as `prove_levels`, and remember them."""
    if isinstance(dot, OrbitalDot):
        return enclose_located_integrals(locate_integrals(dot, electrons, count), digits)
    return enclose_located(locate(dot, electrons, count), digits)


def proven_groups(energies: Sequence[arb]) -> list[list[int]]:
    """Return the positions of balls in groups such that all of one lie strictly below all of the next.

    Ends are rounded outward to flint's current precision.

    Examples
    --------
    >>> proven_groups([arb("2 +/- 0.5"), arb("1 +/- 0.1"), arb("1.8 +/- 0.1")])
    [[1], [0, 2]]
    """
    groups: list[list[int]] = []
    top = arb.neg_inf()
    for position in sorted(range(len(energies)), key=lambda k: energies[k].lower()):
        # the exact ends are compared: a difference would round
        if groups and not top < energies[position].lower():
            groups[-1].append(position)
        else:
            groups.append([position])
        top = max(top, energies[position].upper())
    return groups


def _groups(
    dot: ExactDot | OrbitalDot, electrons: int, count: int, digits: int
) -> tuple[tuple[Level, ...], tuple[range, ...]]:
    """Return the groups that hold the `count` lowest levels, and the levels in that order."""
    found = enclosed_levels(dot, electrons, count, digits)
    ordered: list[Level] = []
    groups: list[range] = []
    with ctx.workprec(2 * found.model.bits):
        for positions in proven_groups([level.energy for level in found.levels]):
            if len(ordered) >= count:
                break
            members = sorted((found.levels[k] for k in positions), key=lambda level: (level.two_S, level.parity))
            groups.append(range(len(ordered), len(ordered) + len(members)))
            ordered += members
    return tuple(ordered), tuple(groups)
