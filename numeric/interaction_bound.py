"""Lower bounds of the interaction of N electrons, from which the count of levels (`level_count`) starts."""

import numpy as np

from numeric.dot import Dot
from numeric.hamiltonian import sector_hamiltonians
from numeric.integrals import Integrals, interaction_integrals


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

    1/sqrt(d^2 + lambda^2) >= 1/(d + lambda); k-th neighbours are N - k pairs whose distances sum up to at most
    min(k, N - k) L, and the sum of their 1/(d + lambda) is bounded by the inequality of the harmonic mean.
    """
    N, L, width = electrons, dot.length, dot.cutoff
    return dot.strength * sum((N - k) ** 2 / (min(k, N - k) * L + (N - k) * width) for k in range(1, N))
