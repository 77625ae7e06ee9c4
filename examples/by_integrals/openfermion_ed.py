"""OpenFermion's second-quantised operators, diagonalised densely, asked through integrals.

    qdverify verify --implementation "command:python openfermion_ed.py"

The full Fock space of M orbitals has 4^M states, so that four orbitals are the limit here.
"""

from functools import lru_cache

import numpy as np
import openfermion
from common import largest, levels_of, sector, serve
from openfermion import FermionOperator, get_sparse_operator, s_squared_operator

LIMITS = {"orbitals": 4, "electrons": 8}


def hamiltonian(h, g):
    """Return H of the protocol's page: spin orbital 2n is spin up, 2n + 1 spin down."""
    H = FermionOperator()
    for p, q in np.argwhere(h).tolist():
        for a in (0, 1):
            H += FermionOperator(((2 * p + a, 1), (2 * q + a, 0)), h[p, q])
    for p, q, r, s in np.argwhere(g).tolist():
        for a in (0, 1):
            for b in (0, 1):
                path = ((2 * p + a, 1), (2 * r + b, 1), (2 * s + b, 0), (2 * q + a, 0))
                H += FermionOperator(path, g[p, q, r, s] / 2)
    return H


@lru_cache(maxsize=64)
def basis(orbitals, electrons):
    """Return the places of the states of N electrons and smallest S_z >= 0; the first spin orbital is the first bit."""
    bits = np.array([[n >> k & 1 for k in reversed(range(2 * orbitals))] for n in range(4**orbitals)])
    up, down = sector(electrons)
    return np.flatnonzero((bits[:, ::2].sum(axis=1) == up) & (bits[:, 1::2].sum(axis=1) == down))


@lru_cache(maxsize=8)
def spin_operator(orbitals):
    """Return S^2."""
    return get_sparse_operator(s_squared_operator(orbitals), 2 * orbitals).tocsr().real


def solve(h, g, irreps, electrons, count):
    """Return all levels, from a dense matrix."""
    places = basis(len(h), electrons)
    operator = hamiltonian(h, g)
    sparse = get_sparse_operator(operator, 2 * len(h)) if operator.terms else 0 * spin_operator(len(h))
    energies, vectors = np.linalg.eigh(sparse.tocsr().real[places][:, places].toarray())
    spin = spin_operator(len(h))[places][:, places]
    return levels_of(energies, vectors.T, lambda rows: (spin @ rows.T).T, largest(h, g))


def add_electron(state, orbitals, electrons, weights):
    """Return sum_n w_n c+_n on a state."""
    spin = electrons % 2
    D = sum((FermionOperator(((2 * n + spin, 1),), w) for n, w in enumerate(weights)), FermionOperator())
    if not any(D.terms.values()):
        return np.zeros(len(basis(orbitals, electrons + 1)))
    raised = get_sparse_operator(D, 2 * orbitals).tocsr().real
    return raised[basis(orbitals, electrons + 1)][:, basis(orbitals, electrons)] @ state


if __name__ == "__main__":
    serve(solve, add_electron, name="OpenFermion by integrals", version=openfermion.__version__, limits=LIMITS)
