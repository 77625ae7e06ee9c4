"""PySCF's full configuration interaction with default settings, asked through integrals.

qdverify verify --implementation "command:python pyscf_fci.py"
"""

import math

import numpy as np
import pyscf
from common import Refused, largest, levels_of, sector, serve
from pyscf.fci import addons, direct_spin1, spin_op


def solve(h, g, irreps, electrons, count):
    """Return the lowest levels as PySCF finds them: its own start vectors, thresholds, and no symmetry."""
    M, spins = len(h), sector(electrons)
    if electrons == 0:
        return [(0.0, 0, np.ones(1))]
    solver = direct_spin1.FCI()
    energies, states = solver.kernel(h, g, M, spins, nroots=count)
    if not np.all(solver.converged):
        raise Refused(-32001, "the Davidson iteration has not converged")
    energies, states = np.atleast_1d(energies), [states] if count == 1 else states
    shape = (-1, math.comb(M, spins[0]), math.comb(M, spins[1]))

    def apply_spin(rows):
        return np.array([spin_op.contract_ss(state, M, spins).ravel() for state in rows.reshape(shape)])

    order = np.argsort(energies)
    rows = np.array([np.ravel(states[k]) for k in order])
    return levels_of(energies[order], rows, apply_spin, largest(h, g))


def add_electron(state, orbitals, electrons, weights):
    """Return sum_n w_n c+_n on a state."""
    spins = sector(electrons)
    matrix = state.reshape(math.comb(orbitals, spins[0]), math.comb(orbitals, spins[1]))
    create = addons.cre_b if electrons % 2 else addons.cre_a
    return sum(w * create(matrix, orbitals, spins, n) for n, w in enumerate(weights)).ravel()


if __name__ == "__main__":
    limits = {"orbitals": 13, "electrons": 6}
    serve(solve, add_electron, name="PySCF FCI by integrals", version=pyscf.__version__, limits=limits)
