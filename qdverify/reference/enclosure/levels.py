"""The lowest levels of a dot, enclosed one by one, with proof that none is missing.

Every block (total spin, parity) is searched by floating point; then each proof stands on its own: the exact residuals
of the levels found (eigenpairs.py) show that at least these levels lie below a ceiling, the count (feshbach.py) that
there are no more.

Where the ceiling lies decides what the count costs, since the lower bound that it rests on must not sink through the
gap. Strong repulsion gathers levels in multiplets of binom(N, N/2) that are far apart while their members are close
([J96] section III). So the ceiling is put near the lower edge of the first wide gap above the levels asked for, or else
of the widest one that a limited number of further levels shows. Levels between those asked for and the ceiling are
enclosed too, but to fewer digits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import comb, inf

import numpy as np
from flint import arb, ctx
from numpy.typing import NDArray

from qdverify.protocol.spins import spin_text
from qdverify.reference.enclosure.approximation import Approximation, lowest
from qdverify.reference.enclosure.basis import allowed_spins, blocks
from qdverify.reference.enclosure.budget import check_time, paced
from qdverify.reference.enclosure.eigenpairs import EnclosedPair, enclose_pairs
from qdverify.reference.enclosure.feshbach import count_below
from qdverify.reference.enclosure.fixed_point import FixedPoint, fixed_point
from qdverify.reference.enclosure.hamiltonian import COARSE_BITS, BlockHamiltonian
from qdverify.reference.enclosure.interaction import ExactDot, interaction_floor
from qdverify.reference.enclosure.moments import ball
from qdverify.reference.enclosure.refine import cluster_width, refine
from qdverify.reference.enclosure.unresolved import Unresolved

FIRST_SEARCHED = 3
LOCATED_KEPT = 4  # matrices are large
LARGEST = 10**60  # squares and sums of squares of energies stay far inside the range of doubles
WIDE = 1 / 50  # of the energy: a gap with which small model spaces suffice
MARGIN = 1 / 4  # of the gap, between the highest level below the ceiling and the ceiling
LOOSE = 1 / 16  # of what tells two clusters apart: the residual that is enough for a level nobody asked for


@dataclass(frozen=True, eq=False)
class Level:
    """One level: its energy in effective Hartree as a ball, total spin, reflection parity, and enclosed eigenvector."""

    energy: arb
    two_S: int
    parity: int
    pair: EnclosedPair


@dataclass(frozen=True, eq=False)
class LevelSet:
    """The levels of N electrons below a ceiling, all of them; those beyond the ones asked for with few digits.

    Attributes
    ----------
    ceiling
        In units of 1/L^2; infinite if these are all levels there are.
    """

    model: FixedPoint
    electrons: int
    levels: list[Level]
    ceiling: float


@dataclass(frozen=True, eq=False)
class Located:
    """Where the lowest levels of N electrons lie, to double precision, with proof that no more lie below the ceiling.

    Attributes
    ----------
    parts
        Approximate levels of every block.
    below
        At most how many levels of each block lie below the ceiling.
    reach
        Levels up to here, in units of 1/L^2, are those asked for and what double precision cannot tell from them.
    width
        The distance within which double precision takes levels to coincide.
    """

    dot: ExactDot
    electrons: int
    parts: tuple[Approximation, ...]
    below: tuple[int, ...]
    ceiling: float
    reach: float
    width: float


def lowest_levels(dot: ExactDot, electrons: int, count: int, *, digits: int = 20) -> list[Level]:
    """Enclose the `count` lowest levels of N electrons; parameters as `prove_levels`."""
    return prove_levels(dot, electrons, count, digits=digits).levels[:count]


def prove_levels(dot: ExactDot, electrons: int, count: int, *, digits: int = 20) -> LevelSet:
    """Enclose the `count` lowest levels of N electrons, and all others below a ceiling.

    Parameters
    ----------
    digits
        Wanted decimal digits of energies and amplitudes, relative to the scale 1/L^2.

    Returns
    -------
    LevelSet
        Levels by ascending midpoint; balls of neighbours may overlap (see `order`).

    Raises
    ------
    ValueError
        If the dot has fewer levels.
    Unresolved
        If a proof fails.
    """
    return enclose_located(locate(dot, electrons, count), digits)


@lru_cache(maxsize=LOCATED_KEPT)
def locate(dot: ExactDot, electrons: int, count: int) -> Located:
    """Find the `count` lowest levels and a ceiling above them, and prove how many lie below it; errors as above."""
    with ctx.workprec(2 * COARSE_BITS):
        model = fixed_point(dot, bits=COARSE_BITS)
        if max(abs(int(value)) for value in (*model.pairs.flat, *model.one_body.flat)) >> model.bits > LARGEST:
            raise Unresolved(f"energies in units of 1/length^2 exceed the {LARGEST:.0e} that doubles are searched to")
        spins = allowed_spins(dot.orbitals, electrons)
        hamiltonians = [
            BlockHamiltonian(model, block)
            for two_S in paced(list(spins), f"setting up the spins of {electrons} electrons")
            for block in blocks(dot.orbitals, electrons, two_S)
            if block.size
        ]
        searched, sigma = _search(hamiltonians, count, count + comb(electrons, electrons // 2))
        below = [int(np.count_nonzero(part.values < sigma)) for part in searched]
        floor = interaction_floor(dot, electrons)
        doing = f"counting the levels of every block of {electrons} electrons"
        for found, expected in paced(list(zip(searched, below, strict=True)), doing, lambda pair: pair[1] + 1):
            _prove_count(found.hamiltonian, expected, sigma, floor)
    values = np.sort(np.concatenate([part.values for part in searched]))
    width = cluster_width(values)
    return Located(dot, electrons, tuple(searched), tuple(below), sigma, values[count - 1] + width, width)


def enclose_located(located: Located, digits: int) -> LevelSet:
    """Enclose the levels that are located; `digits` as in `prove_levels`."""
    bits = max(COARSE_BITS, 40 + int(3.33 * digits))
    pairs: list[EnclosedPair] = []
    with ctx.workprec(2 * bits):
        model = fixed_point(located.dot, bits=bits)
        target = arb(10) ** -(digits + 3)
        parts = list(zip(located.parts, located.below, strict=True))
        doing = f"enclosing the levels of every block to {digits} digits"
        for found, expected in paced(parts, doing, lambda part: part[1] * part[0].hamiltonian.block.size):
            hamiltonian = BlockHamiltonian(model, found.hamiltonian.block)
            wanted = int(np.count_nonzero(found.values < located.reach))
            refined = refine(
                found,
                expected,
                target=target,
                wanted=wanted,
                otherwise=LOOSE * located.width,
                hamiltonian=hamiltonian,
            )
            pairs += enclose_pairs(refined, ceiling_of(hamiltonian, expected, located.ceiling))
        return LevelSet(model, located.electrons, as_levels(model, pairs), located.ceiling)


def as_levels(model: FixedPoint, pairs: Sequence[EnclosedPair]) -> list[Level]:
    """Return enclosed eigenpairs of all blocks as levels, ascending, with energies in effective Hartree."""
    square = ball(model.dot.length**2)
    levels = [Level(pair.energy / square, pair.block.two_S, pair.block.parity, pair) for pair in pairs]
    return sorted(levels, key=lambda level: (level.energy.mid(), level.two_S))


def ceiling_of(hamiltonian: BlockHamiltonian, levels: int, sigma: float) -> arb:
    """Return the energy above which all but that many levels of a block lie: infinite if it has no more."""
    return arb.pos_inf() if levels == hamiltonian.block.size else arb(sigma)


def _search(hamiltonians: list[BlockHamiltonian], count: int, most: int) -> tuple[list[Approximation], float]:
    """Return approximations and a ceiling above the `count` lowest: infinite if they are all levels there are."""
    total = sum(hamiltonian.block.size for hamiltonian in hamiltonians)
    if not 1 <= count <= total:
        raise ValueError(f"levels={count} must be between 1 and the {total} that the orbitals allow")
    found = []
    for hamiltonian in paced(hamiltonians, "searching the lowest levels of every block", lambda part: part.block.size):
        found.append(lowest(hamiltonian, FIRST_SEARCHED))
    while True:
        # above the lowest of the searched blocks' highest values, levels may be absent from the list
        horizons = [np.inf if len(part.values) == part.hamiltonian.block.size else part.values[-1] for part in found]
        shortest = int(np.argmin(horizons))
        values = np.sort(np.concatenate([part.values for part in found]))
        known = values[values <= horizons[shortest]]
        ceiling = choose_ceiling(known, count, most, everything=len(known) == total)
        if ceiling is not None:
            return found, ceiling
        check_time(f"searching {len(values)} levels and more")
        found[shortest] = lowest(found[shortest].hamiltonian, 2 * len(found[shortest].values), found[shortest])


def choose_ceiling(known: NDArray[np.float64], count: int, most: int, *, everything: bool) -> float | None:
    """Return an energy in a gap above `count` of the known levels; None if more of them must be known to choose.

    The gap is the first wide one, if everything is known the first above at most `most` levels; if none is wide, the
    widest above at most `most` levels; if there is none such, the first. The energy is infinite if there is no gap.
    """
    gaps = np.diff(known)
    places = [m for m in range(count, len(known)) if gaps[m - 1] > cluster_width(known)]
    wide = [m for m in places if gaps[m - 1] > WIDE * abs(known[m - 1]) and (m <= most or not everything)]
    if not wide and not everything and (len(known) <= most or not places):
        return None
    if not places:
        return inf
    near = [m for m in places if m <= most] or places[:1]
    place = wide[0] if wide else max(near, key=lambda m: gaps[m - 1])
    return float(known[place - 1] + MARGIN * gaps[place - 1])


def _prove_count(hamiltonian: BlockHamiltonian, expected: int, sigma: float, floor: arb | None) -> None:
    """Prove that no more levels than expected lie below sigma."""
    block = hamiltonian.block
    if expected == block.size:
        return
    count = count_below(hamiltonian, sigma, floor, expected)
    if count > expected:
        name = f"block S={spin_text(block.two_S)}, parity {block.parity:+d}"
        energy = sigma / float(hamiltonian.model.dot.length**2)
        raise Unresolved(
            f"{name}: at most {count} levels lie below {energy:.7g} effective Hartree, {expected} were found"
        )
