"""The lowest levels of a dot given by integrals, or of a harmonic dot, enclosed, with proof that none is missing.

Nothing is known of the interaction but its integrals, so that no part of a block can be left out of the count: every
block (total spin, and irrep or angular momentum) is diagonalised as a whole, and all its eigenvalues are enclosed with
multiplicity (eigenvalues.py). That proves how many levels lie below a ceiling; exact residuals then give the levels
below it to any number of digits (eigenpairs.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import comb

import numpy as np
from flint import arb, ctx
from numpy.typing import NDArray

from qdverify.protocol.spins import spin_text
from qdverify.reference.enclosure.basis import Block, allowed_spins
from qdverify.reference.enclosure.budget import check_time, paced
from qdverify.reference.enclosure.eigenpairs import EnclosedPair, enclose_pairs
from qdverify.reference.enclosure.eigenvalues import enclose_eigenvalues, expected_seconds_of_all
from qdverify.reference.enclosure.hamiltonian import COARSE_BITS
from qdverify.reference.enclosure.integral_hamiltonian import IntegralHamiltonian
from qdverify.reference.enclosure.integral_model import ExactIntegrals, IntegralModel
from qdverify.reference.enclosure.levels import LOOSE, Level, choose_ceiling
from qdverify.reference.enclosure.moments import ball
from qdverify.reference.enclosure.orbital_dots import (
    OrbitalDot,
    blocks_of,
    core_of,
    model_of,
    number_of_labels,
    scale_of,
)
from qdverify.reference.enclosure.refine import cluster_width, refine
from qdverify.reference.enclosure.unresolved import Unresolved

Floats = NDArray[np.float64]
MOST_ROWS = 5000
MOST_PATHS = 60_000_000
SECONDS_OF_PROOF = 1e-9  # times n^3, roughly: eigenpairs and their residuals on one core
GIGABYTES_OF_PROOF = 1.2e-7  # times n^2: fifteen matrices of doubles
LOCATED_KEPT = 4


@dataclass(frozen=True, eq=False)
class Diagonalised:
    """All approximate eigenpairs of a block; see `Approximate`."""

    hamiltonian: IntegralHamiltonian
    values: Floats
    vectors: Floats

    def correction(self, cluster: range, energy: float, residual: Floats) -> Floats:
        """Solve (A - energy) d = -residual, approximately, for d orthogonal to the eigenvectors of a cluster."""
        gaps = self.values - energy
        gaps[cluster.start : cluster.stop] = np.inf
        change: Floats = -self.vectors @ ((self.vectors.T @ residual) / gaps)
        return change


@dataclass(frozen=True, eq=False)
class LocatedIntegrals:
    """Where the levels of N electrons lie, with proof of how many lie below a ceiling; energies in units of `scale`.

    Attributes
    ----------
    parts
        All approximate levels of every block.
    below
        How many levels of each block lie below the ceiling.
    reach
        Levels up to here are those asked for and what double precision cannot tell from them.
    width
        The distance within which double precision takes levels to coincide.
    """

    dot: OrbitalDot
    electrons: int
    parts: tuple[Diagonalised, ...]
    below: tuple[int, ...]
    ceiling: float
    reach: float
    width: float


@dataclass(frozen=True, eq=False)
class IntegralLevels:
    """The levels of N electrons below a ceiling, all of them, ascending; those not asked for with few digits.

    Attributes
    ----------
    ceiling
        In units of `scale`, without E_0; infinite if these are all levels there are.
    """

    dot: OrbitalDot
    model: IntegralModel
    electrons: int
    levels: list[Level]
    ceiling: float


@lru_cache(maxsize=LOCATED_KEPT)
def locate_integrals(dot: OrbitalDot, electrons: int, count: int) -> LocatedIntegrals:
    """Find all levels of N electrons and a ceiling above the `count` lowest, and prove how many lie below it.

    Raises
    ------
    ValueError
        If the dot has fewer levels.
    Unresolved
        If a block is too large, or a level comes too close to the ceiling for a proof.
    """
    blocks = [
        block
        for two_S in allowed_spins(dot.orbitals, electrons)
        for block in _blocks_within_reach(dot, electrons, two_S)
    ]
    total = sum(block.size for block in blocks)
    if not 1 <= count <= total:
        raise ValueError(f"levels={count} must be between 1 and the {total} that the orbitals allow")
    # the small ones first: their pace tells whether there is time for the large ones
    blocks.sort(key=lambda block: block.size)
    sizes = [block.size for block in blocks]
    doing = f"diagonalising every block of {electrons} electrons"
    check_time(doing, needed=expected_seconds_of_all(sizes))
    with ctx.workprec(2 * COARSE_BITS):
        model = model_of(dot, COARSE_BITS)
        parts, radii = [], []
        for number, block in enumerate(paced(blocks, doing, lambda block: block.size**3)):
            check_time(doing, needed=expected_seconds_of_all(sizes[number:]))
            hamiltonian = IntegralHamiltonian(model, block)
            matrix = hamiltonian.matrix()
            enclosed = enclose_eigenvalues(matrix.values, matrix.error)
            parts.append(Diagonalised(IntegralHamiltonian(model, block), enclosed.values, enclosed.vectors))
            radii.append(float(enclosed.radius.upper()))
    values = np.sort(np.concatenate([part.values for part in parts]))
    ceiling = choose_ceiling(values, count, count + comb(electrons, electrons // 2), everything=True)
    if ceiling is None:
        raise Unresolved(f"no gap was found above {count} of {total} levels")
    below = tuple(_count(part.values, radius, ceiling) for part, radius in zip(parts, radii, strict=True))
    width = cluster_width(values)
    return LocatedIntegrals(dot, electrons, tuple(parts), below, ceiling, float(values[count - 1]) + width, width)


def enclose_located_integrals(located: LocatedIntegrals, digits: int) -> IntegralLevels:
    """Enclose the levels below the ceiling.

    Parameters
    ----------
    digits
        Wanted decimal digits of energies and amplitudes, relative to `scale`.
    """
    bits = max(COARSE_BITS, 40 + int(3.33 * digits))
    dot, pairs = located.dot, list[EnclosedPair]()
    with ctx.workprec(2 * bits):
        model = model_of(dot, bits)
        target = arb(10) ** -(digits + 3)
        parts = list(zip(located.parts, located.below, strict=True))
        doing = f"enclosing the levels of every block to {digits} digits"
        for found, expected in paced(parts, doing, lambda part: part[1] * part[0].hamiltonian.block.size):
            if not expected:
                continue
            block = found.hamiltonian.block
            refined = refine(
                found,
                expected,
                target=target,
                wanted=int(np.count_nonzero(found.values < located.reach)),
                otherwise=LOOSE * located.width,
                hamiltonian=IntegralHamiltonian(model, block),
            )
            everything = expected == block.size
            pairs += enclose_pairs(refined, arb.pos_inf() if everything else arb(located.ceiling))
        return IntegralLevels(dot, model, located.electrons, levels_of(dot, pairs), located.ceiling)


def levels_of(dot: OrbitalDot, pairs: Sequence[EnclosedPair]) -> list[Level]:
    """Return enclosed eigenpairs as levels, ascending, in the units of the integrals and with E_0."""
    scale, core = ball(scale_of(dot)), ball(core_of(dot))
    levels = [Level(pair.energy * scale + core, pair.block.two_S, pair.block.parity, pair) for pair in pairs]
    return sorted(levels, key=lambda level: (level.energy.mid(), level.two_S))


def _count(values: Floats, radius: float, ceiling: float) -> int:
    """Return how many levels of a block lie below the ceiling, proven."""
    below = int(np.count_nonzero(values < ceiling))
    if below < len(values) and not values[below] - radius > ceiling:
        raise Unresolved(
            f"a level of a block near {values[below]} lies too close to the ceiling {ceiling} of the proof"
        )
    return below


def _blocks_within_reach(dot: OrbitalDot, electrons: int, two_S: int) -> list[Block]:
    """Return the blocks of one spin; raise `Unresolved` before any work if they are too large to be diagonalised."""
    M = dot.orbitals
    up = (electrons + two_S) // 2
    down = electrons - up
    determinants = comb(M, up) * comb(M, down)
    paths = determinants * (up * (M - up + 1)) * (down * (M - down + 1))
    rows = determinants - (comb(M, up + 1) * comb(M, down - 1) if down else 0)
    labels = number_of_labels(dot, electrons)
    if rows > MOST_ROWS * labels or paths > MOST_PATHS * labels:
        raise Unresolved(_too_large(dot, electrons, two_S, rows // labels))
    blocks = blocks_of(dot, electrons, two_S)
    largest = max(block.size for block in blocks)
    if largest > MOST_ROWS:
        raise Unresolved(_too_large(dot, electrons, two_S, largest))
    return blocks


def _too_large(dot: OrbitalDot, electrons: int, two_S: int, rows: int) -> str:
    gigabytes, seconds = GIGABYTES_OF_PROOF * rows**2, SECONDS_OF_PROOF * rows**3
    return (
        f"{electrons} electrons in {dot.orbitals} orbitals have a block of {rows} rows with S={spin_text(two_S)}: "
        f"levels of a dot given by integrals are proven by full diagonalisation of at most {MOST_ROWS} rows, and this "
        f"block would need about {gigabytes:.2g} GB and {seconds:.2g} s"
        + ("; irreps of the orbitals make smaller blocks" if isinstance(dot, ExactIntegrals) else "")
    )
