"""The peer of spectrum.py: the same levels and amplitudes by PySCF's FCI, run by a python that has pyscf.

Reads a problem from the file given (npz: orbital energies `eps`, integrals `g`; JSON list `tasks` of electron numbers
and of the numbers of levels of even and of odd reflection parity), prints one JSON object with the seconds of every
repetition and the energies. The solver is direct_spin1_symm with parity as point group; settings: conv_tol 1e-12,
max_space 60. A long problem is repeated less often.
"""

import itertools
import json
import sys
import time

import numpy as np
from pyscf import lib
from pyscf.fci import addons, direct_spin1_symm

LONG = 30.0
"""Seconds after which a problem is not repeated again."""


def solve(eps, g, electrons, roots):
    """Return energies and vectors of the lowest levels of both parities, S_z = 0 or 1/2."""
    M, found = len(eps), []
    orbital_symmetry = np.arange(M) % 2
    nelec = ((electrons + 1) // 2, electrons // 2)
    for parity, count in enumerate(roots):
        if count:
            solver = direct_spin1_symm.FCI()
            solver.conv_tol, solver.max_space, solver.max_cycle, solver.verbose = 1e-12, 60, 500, 0
            options = {"orbsym": orbital_symmetry, "wfnsym": parity, "nroots": count}
            energies, vectors = solver.kernel(np.diag(eps), g, M, nelec, **options)
            vectors = [vectors] if count == 1 else vectors
            found += zip(np.atleast_1d(energies).tolist(), vectors, strict=True)
    found.sort(key=lambda pair: pair[0])
    return [pair[0] for pair in found], [pair[1] for pair in found], nelec


def amplitudes(initial, final, M):
    """Return <j| sum_n c+_n |i> between all levels of N and N+1 electrons, adding up for even N and down for odd."""
    _, vectors, nelec = initial
    create = addons.cre_a if nelec[0] == nelec[1] else addons.cre_b
    added = [sum(create(vector, M, nelec, n) for n in range(M)) for vector in vectors]
    return [[float(np.vdot(bra, ket)) for ket in added] for bra in final[1]]


def main():
    """Repeat everything and print the times."""
    problem = np.load(sys.argv[1])
    lib.num_threads(int(problem["threads"]))
    M, seconds = len(problem["eps"]), []
    while len(seconds) < int(problem["repeats"]) and sum(seconds) < LONG:
        start = time.perf_counter()
        spectra = [solve(problem["eps"], problem["g"], N, roots) for N, roots in json.loads(str(problem["tasks"]))]
        connected = [amplitudes(a, b, M) for a, b in itertools.pairwise(spectra)]
        seconds.append(time.perf_counter() - start)
    print(json.dumps({"seconds": seconds, "energies": [spectrum[0] for spectrum in spectra], "amplitudes": connected}))


if __name__ == "__main__":
    main()
