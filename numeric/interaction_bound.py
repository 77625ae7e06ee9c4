"""Lower bounds of the interaction of N electrons, from which the count of levels (`level_count`) starts."""

import numpy as np

from numeric.dot import Dot
from numeric.hamiltonian import sector_hamiltonians
from numeric.integrals import Integrals, interaction_integrals

STEPS = 10
"""Tangents tried."""


def lower_bound(dot: Dot, electrons: int, integrals: Integrals | None = None) -> float:
    """Return a lower bound of the interaction of N electrons, in effective Hartree.

    For the dot's own soft Coulomb repulsion the bound is classical, for any other or given integrals it is the one by
    pairs.
    """
    if integrals is None and dot.kernel == "soft-coulomb" and dot.strength > 0.0:
        return classical_bound(dot, electrons)
    return pair_bound(dot, electrons, interaction_integrals(dot) if integrals is None else integrals)


def pair_bound(dot: Dot, electrons: int, integrals: Integrals) -> float:
    """Return N(N-1)/2 times the lowest eigenvalue of the interaction of two electrons in the M orbitals."""
    if electrons < 2:
        return 0.0
    pairs = sector_hamiltonians(dot, 2, 0, integrals)
    lowest = min(float(np.linalg.eigvalsh(pair.matrix() - np.diag(pair.kinetic))[0]) for pair in pairs)
    return 0.5 * electrons * (electrons - 1) * lowest


def classical_bound(dot: Dot, electrons: int) -> float:
    """Return a lower bound of the soft Coulomb repulsion, s > 0, of N points in the box, in effective Hartree.

    1/sqrt(d^2 + lambda^2) >= 1/(d + lambda), and the sum of these is convex in the gaps between neighbours. It lies
    above its tangents, and a tangent is lowest where the whole box is one gap, the one that pulls most. The bound is
    the best of those on the way to charges at rest, where all gaps pull alike and the tangent touches the minimum.
    """
    if electrons < 2:
        return 0.0
    first, second = np.triu_indices(electrons, 1)
    gaps = np.arange(electrons - 1)
    between = ((first[:, None] <= gaps) & (gaps < second[:, None])).astype(np.float64)
    # lengths in units of the box, and energies in those of two points at its ends
    share, lengths, best = dot.length / (dot.length + dot.cutoff), np.full(len(gaps), 1.0 / len(gaps)), 0.0
    for _ in range(STEPS):
        energies = 1.0 / (share * (between @ lengths) + (1.0 - share))
        pulls = energies**2 @ between
        best = max(best, float(energies.sum() + share * (pulls @ lengths - pulls.max())))
        lengths *= np.sqrt(pulls)
        lengths /= lengths.sum()
    return dot.strength * best / (dot.length + dot.cutoff)
