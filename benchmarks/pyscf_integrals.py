"""The peer of integrals.py: levels and amplitudes of an FCIDUMP file by PySCF's FCI, run by a python that has pyscf.

Takes the number of roots beyond those wanted and the settings as JSON, prints one JSON object with the CPU
seconds of every repetition and the energies.
"""

import itertools
import json
import sys
import time

import numpy as np
from pyscf import ao2mo, lib
from pyscf.fci import direct_spin1
from pyscf.tools import fcidump
from pyscf_spectrum import amplitudes  # beside this file


def solve(spare, h, g, electrons, roots):
    """Return energies and vectors of the lowest levels, S_z = 0 or 1/2."""
    nelec = ((electrons + 1) // 2, electrons // 2)
    solver = direct_spin1.FCI()
    solver.conv_tol, solver.max_space, solver.max_cycle, solver.verbose = 1e-12, 60, 500, 0
    energies, vectors = solver.kernel(h, g, len(h), nelec, nroots=roots + (spare if electrons > 1 else 0))
    energies = np.atleast_1d(energies)
    vectors = [vectors] if len(energies) == 1 else vectors
    order = np.argsort(energies)[:roots]
    return energies[order].tolist(), [np.asarray(vectors[k]) for k in order], nelec


def main():
    """Repeat everything and print the times."""
    spare, given = int(sys.argv[1]), json.loads(sys.argv[2])
    lib.num_threads(given["threads"])
    seconds = []
    for _ in range(given["repeats"]):
        start = time.process_time()
        found = fcidump.read(given["path"], verbose=False)
        h, M = found["H1"], found["NORB"]
        g = ao2mo.restore(8, found["H2"], M)
        spectra = [solve(spare, h, g, N, roots) for N, roots in given["tasks"]]
        for a, b in itertools.pairwise(spectra):
            amplitudes(a, b, M)
        seconds.append(time.process_time() - start)
    print(json.dumps({"seconds": seconds, "energies": [spectrum[0] for spectrum in spectra]}))


if __name__ == "__main__":
    main()
