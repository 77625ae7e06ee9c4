"""The lowest levels of a dot, enclosed one by one, with proof that none is missing.

Every block (total spin, parity) is searched by floating point; then each proof stands on its own: the exact residuals
of the levels found (eigenpairs.py) show that at least so many levels lie below a ceiling, the count (feshbach.py) that
there are no more.
"""

from __future__ import annotations

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

LARGEST_BLOCK = 60000


@dataclass(frozen=True, eq=False)
class Level:
    """One level: its energy in effective Hartree as a ball, total spin, reflection parity, and enclosed eigenvector."""

    energy: arb
    two_S: int  # noqa: N815  (physics symbol)
    parity: int
    pair: EnclosedPair


def lowest_levels(dot: ExactDot, electrons: int, count: int, *, digits: int = 20) -> list[Level]:
    """Enclose at least the `count` lowest levels of N electrons; more where a cluster of close levels would be cut.

    Parameters
    ----------
    digits
        Wanted decimal digits of energies and amplitudes, relative to the scale 1/L^2.

    Returns
    -------
    list of Level
        Ascending.

    Raises
    ------
    ValueError
        Where the dot has fewer levels.
    Unresolved
        Where levels of one block coincide to within the precision, or a proof does not come about.
    """
    bits = max(64, 40 + int(3.33 * digits))
    with ctx.workprec(2 * bits):
        return _lowest_levels(fixed_point(dot, bits=bits), electrons, count, 10.0 ** -(digits + 3))


def _lowest_levels(model: FixedPoint, electrons: int, count: int, target: float) -> list[Level]:
    dot = model.dot
    hamiltonians = [
        BlockHamiltonian(model, block)
        for two_S in allowed_spins(dot.orbitals, electrons)
        for block in blocks(dot.orbitals, electrons, two_S)
        if block.size
    ]
    searched, below, sigma = _search(hamiltonians, count)
    floor = interaction_floor(dot, electrons)
    levels = []
    for found, expected in zip(searched, below, strict=True):
        _prove_count(found.hamiltonian, expected, sigma, floor)
        pairs = refine(found, expected, target=target)
        complete = expected == found.hamiltonian.block.size
        levels += enclose_pairs(pairs, arb.pos_inf() if complete else arb(sigma))
    square = ball(dot.length**2)
    found_levels = [Level(pair.energy / square, pair.block.two_S, pair.block.parity, pair) for pair in levels]
    return sorted(found_levels, key=lambda level: (float(level.energy.mid()), level.two_S))


def _search(hamiltonians: list[BlockHamiltonian], count: int) -> tuple[list[Approximation], list[int], float]:
    """Return approximations, how many levels of each block lie below a cut, and the cut, in a gap above the lowest."""
    total = sum(hamiltonian.block.size for hamiltonian in hamiltonians)
    if not 1 <= count <= total:
        raise ValueError(f"levels={count} must be between 1 and the {total} that the orbitals allow")
    wanted = count
    while True:
        wanted += 2
        found = [lowest(hamiltonian, wanted) for hamiltonian in hamiltonians]
        values = np.sort(np.concatenate([approximation.values for approximation in found]))
        complete = all(len(part.values) == part.hamiltonian.block.size for part in found)
        # beyond the lowest of the blocks' highest values, levels may be absent from the search
        known = len(values) if complete else wanted
        if complete and count == len(values):
            return found, [len(part.values) for part in found], float("inf")
        scale = CLUSTER * max(1.0, abs(float(values[0])))
        cuts = [m for m in range(count, known) if values[m] - values[m - 1] > scale]
        if cuts or complete:
            break
    if not cuts:
        return found, [len(part.values) for part in found], float("inf")
    sigma = float(values[cuts[0] - 1] + values[cuts[0]]) / 2
    return found, [int(np.count_nonzero(part.values < sigma)) for part in found], sigma


def _prove_count(hamiltonian: BlockHamiltonian, expected: int, sigma: float, floor: arb | None) -> None:
    block = hamiltonian.block
    if expected == block.size:
        return
    bound = count_below(hamiltonian, sigma, floor, expected)
    if bound > expected:
        name = f"block S={block.two_S}/2, parity {block.parity:+d}"
        raise Unresolved(f"{name}: at most {bound} levels lie below {sigma}, {expected} were found")
