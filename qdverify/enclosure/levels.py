"""The lowest levels of a dot, enclosed one by one, with proof that none is missing.

Every block (total spin, parity) is searched by floating point; then each proof stands on its own: the exact residuals
of the levels found (eigenpairs.py) show that at least so many levels lie below a ceiling, the count (feshbach.py) that
there are no more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from flint import arb, ctx

from qdverify.enclosure.approximation import Approximation, lowest
from qdverify.enclosure.basis import allowed_spins, blocks
from qdverify.enclosure.eigenpairs import EnclosedPair, Unresolved, enclose_pairs
from qdverify.enclosure.feshbach import count_below
from qdverify.enclosure.fixed_point import FixedPoint, fixed_point
from qdverify.enclosure.hamiltonian import BlockHamiltonian
from qdverify.enclosure.interaction import ExactDot, interaction_floor
from qdverify.enclosure.moments import ball
from qdverify.enclosure.refine import CLUSTER, refine

FIRST_SEARCHED = 3


@dataclass(frozen=True, eq=False)
class Level:
    """One level: its energy in effective Hartree as a ball, total spin, reflection parity, and enclosed eigenvector."""

    energy: arb
    two_S: int
    parity: int
    pair: EnclosedPair


@dataclass(frozen=True, eq=False)
class LevelSet:
    """The levels of N electrons below a ceiling, all of them.

    Attributes
    ----------
    ceiling
        In units of 1/L^2; infinite where these are all levels there are.
    """

    model: FixedPoint
    electrons: int
    levels: list[Level]
    ceiling: float


def lowest_levels(dot: ExactDot, electrons: int, count: int, *, digits: int = 20) -> list[Level]:
    """Enclose at least the `count` lowest levels of N electrons; parameters as `prove_levels`."""
    return prove_levels(dot, electrons, count, digits=digits).levels


def prove_levels(dot: ExactDot, electrons: int, count: int, *, digits: int = 20) -> LevelSet:
    """Enclose at least the `count` lowest levels of N electrons; more where a cluster of close levels would be cut.

    Parameters
    ----------
    digits
        Wanted decimal digits of energies and amplitudes, relative to the scale 1/L^2.

    Returns
    -------
    LevelSet
        Levels ascending.

    Raises
    ------
    ValueError
        Where the dot has fewer levels.
    Unresolved
        Where a proof does not come about.
    """
    bits = max(64, 40 + int(3.33 * digits))
    with ctx.workprec(2 * bits):
        return _prove_levels(fixed_point(dot, bits=bits), electrons, count, 10.0 ** -(digits + 3))


def _prove_levels(model: FixedPoint, electrons: int, count: int, target: float) -> LevelSet:
    dot = model.dot
    hamiltonians = [
        BlockHamiltonian(model, block)
        for two_S in allowed_spins(dot.orbitals, electrons)
        for block in blocks(dot.orbitals, electrons, two_S)
        if block.size
    ]
    searched, below, sigma = _search(hamiltonians, count)
    floor = interaction_floor(dot, electrons)
    pairs = []
    for found, expected in zip(searched, below, strict=True):
        _prove_count(found.hamiltonian, expected, sigma, floor)
        pairs += enclose_pairs(refine(found, expected, target=target), ceiling_of(found.hamiltonian, expected, sigma))
    return LevelSet(model, electrons, as_levels(model, pairs), sigma)


def as_levels(model: FixedPoint, pairs: Sequence[EnclosedPair]) -> list[Level]:
    """Return enclosed eigenpairs of all blocks as levels, ascending, with energies in effective Hartree."""
    square = ball(model.dot.length**2)
    levels = [Level(pair.energy / square, pair.block.two_S, pair.block.parity, pair) for pair in pairs]
    return sorted(levels, key=lambda level: (level.energy.mid(), level.two_S))


def ceiling_of(hamiltonian: BlockHamiltonian, levels: int, sigma: float) -> arb:
    """Return what lies above that many levels of a block: nothing where they are all of it."""
    return arb.pos_inf() if levels == hamiltonian.block.size else arb(sigma)


def _search(hamiltonians: list[BlockHamiltonian], count: int) -> tuple[list[Approximation], list[int], float]:
    """Return approximations, how many levels of each block lie below a cut, and the cut, in a gap above the lowest."""
    total = sum(hamiltonian.block.size for hamiltonian in hamiltonians)
    if not 1 <= count <= total:
        raise ValueError(f"levels={count} must be between 1 and the {total} that the orbitals allow")
    found = [lowest(hamiltonian, FIRST_SEARCHED) for hamiltonian in hamiltonians]
    while True:
        values = np.sort(np.concatenate([part.values for part in found]))
        # above the lowest of the searched blocks' highest values, levels may be absent from the list
        horizons = [np.inf if len(part.values) == part.hamiltonian.block.size else part.values[-1] for part in found]
        width = CLUSTER * max(1.0, abs(float(values[0])))
        known = values[values <= min(horizons)]
        cuts = [m for m in range(count, len(known)) if known[m] - known[m - 1] > width]
        if cuts:
            sigma = float(known[cuts[0] - 1] + known[cuts[0]]) / 2
            return found, [int(np.count_nonzero(part.values < sigma)) for part in found], sigma
        shortest = int(np.argmin(horizons))
        if horizons[shortest] == np.inf:
            return found, [len(part.values) for part in found], np.inf
        part = found[shortest]
        found[shortest] = lowest(part.hamiltonian, 2 * len(part.values))


def _prove_count(hamiltonian: BlockHamiltonian, expected: int, sigma: float, floor: arb | None) -> None:
    """Prove that no more levels than expected lie below sigma."""
    block = hamiltonian.block
    if expected == block.size:
        return
    count = count_below(hamiltonian, sigma, floor, expected)
    if count > expected:
        name = f"block S={block.two_S}/2, parity {block.parity:+d}"
        raise Unresolved(f"{name}: at most {count} levels lie below {sigma}, {expected} were found")
