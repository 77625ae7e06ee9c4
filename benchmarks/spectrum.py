"""Time to solve the paper's dot, beside PySCF's FCI on the same integrals, tolerance and threads in the same run.

    python benchmarks/spectrum.py [--pyscf-python PATH] [--threads 1] [--repeats 5] [--case NAME ...]

Cases: "paper", all levels of the lowest multiplets of N = 1..4 at M = 13 and all amplitudes between them; "twenty" and
"thirty", six levels of N = 4 at M = 20 and M = 30; "five-13" and its like, five levels of N = 5 at M = 13. Every side
of every case runs in a process of its own with the threads set; imports are not timed, everything else is, integrals
and set-up included. Medians over the repetitions. Without a python that has pyscf the table shows our times and a
floor: the matrix products of all applications of H alone.
"""

import argparse
import itertools
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

import numpy as np

from numeric import Dot, interaction_integrals, solve, transition_probabilities
from numeric.hamiltonian import sector_hamiltonians

CASES = {
    "paper": (13, [(1, 1), (2, 2), (3, 3), (4, 6)]),
    "twenty": (20, [(4, 6)]),
    "thirty": (30, [(4, 6)]),
    "five-10": (10, [(5, 5)]),
    "five-13": (13, [(5, 5)]),
    "five-16": (16, [(5, 5)]),
    "five-20": (20, [(5, 5)]),
    "six-10": (10, [(6, 5)]),
    "six-12": (12, [(6, 5)]),
    "six-14": (14, [(6, 5)]),
}
HELPER = Path(__file__).with_name("pyscf_spectrum.py")
AGREEMENT = 1e-9
"""Energies of both sides may differ by so much, relative: what PySCF's tolerance of 1e-12 promises with a margin."""


def measure(case, repeats):
    """Solve a case several times in this process; return seconds, energies, parities, products with H, peak memory."""
    M, tasks = CASES[case]
    seconds = []
    for _ in range(repeats):
        start = time.perf_counter()
        spectra = [solve(Dot.paper(M), N, levels) for N, levels in tasks]
        for pair in itertools.pairwise(spectra):
            transition_probabilities(*pair)
        seconds.append(time.perf_counter() - start)
    return {
        "seconds": seconds,
        "energies": [spectrum.energies.tolist() for spectrum in spectra],
        "parities": [spectrum.parity.tolist() for spectrum in spectra],
        "applications": [spectrum.applications for spectrum in spectra],
        "floor": sum(floor(M, spectrum.electrons, spectrum.applications) for spectrum in spectra),
        "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def floor(M, electrons, applications):
    """Return the seconds of the matrix products alone in a number of applications of H, averaged over sectors."""
    if not applications:
        return 0.0
    dot = Dot.paper(M)
    hamiltonians = sector_hamiltonians(dot, electrons, electrons % 2, interaction_integrals(dot))
    return applications * sum(products(hamiltonian) for hamiltonian in hamiltonians) / len(hamiltonians)


def products(hamiltonian):
    """Return the seconds of the matrix products in one application of H to one vector: best of five."""
    tasks = [(term.apply, np.ones(term.amplitudes.states.shape)) for term in hamiltonian.terms]
    best = np.inf
    for _ in range(5):
        start = time.perf_counter()
        for apply, amplitudes in tasks:
            apply(amplitudes)
        best = min(best, time.perf_counter() - start)
    return best


def in_subprocess(command, threads):
    """Run one side of a benchmark with its threads set and return the JSON object that it prints last."""
    names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
    environment = os.environ | dict.fromkeys(names, str(threads)) | {"OMP_WAIT_POLICY": "passive"}
    done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def peer(python, case, ours, arguments):
    """Time PySCF on a case; it is told how many levels of each parity there are, and must find the same energies."""
    M, tasks = CASES[case]
    dot = Dot.paper(M)
    roots = [[parities.count(1), parities.count(-1)] for parities in ours["parities"]]
    tasks = json.dumps([[N, counts] for (N, _), counts in zip(tasks, roots, strict=True)])
    with tempfile.TemporaryDirectory() as folder:
        problem = Path(folder) / "problem.npz"
        settings = {"tasks": tasks, "repeats": arguments.repeats, "threads": arguments.threads}
        np.savez(problem, eps=dot.orbital_energies, g=interaction_integrals(dot).tensor(), **settings)
        result = in_subprocess([python, str(HELPER), str(problem)], arguments.threads)
    for here, there in zip(ours["energies"], result["energies"], strict=True):
        if not np.allclose(here, there, rtol=AGREEMENT, atol=0.0):
            raise SystemExit(f"energies differ: {here} here, {there} by PySCF")
    return result


def main():
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pyscf-python", help="a python interpreter that can import pyscf")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--case", action="append", choices=CASES, help="default: paper and twenty")
    parser.add_argument("--measure", choices=CASES, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.measure:
        print(json.dumps(measure(arguments.measure, arguments.repeats)))
        return
    print(f"threads {arguments.threads}, medians of {arguments.repeats}, seconds")
    print(f"{'case':8} {'ours':>9} {'first':>9} {'floor':>9} {'PySCF':>9} {'PySCF/ours':>11} {'products':>9} {'MB':>6}")
    for case in arguments.case or ["paper", "twenty"]:
        command = [sys.executable, __file__, "--measure", case, "--repeats", str(arguments.repeats)]
        ours = in_subprocess(command, arguments.threads)
        own = median(ours["seconds"])
        other = ratio = "-"
        if arguments.pyscf_python:
            theirs = median(peer(arguments.pyscf_python, case, ours, arguments)["seconds"])
            other, ratio = f"{theirs:.3f}", f"{theirs / own:.1f}"
        columns = f"{own:9.3f} {ours['seconds'][0]:9.3f} {ours['floor']:9.3f} {other:>9} {ratio:>11}"
        print(f"{case:8} {columns} {sum(ours['applications']):9d} {ours['megabytes']:6.0f}", flush=True)


if __name__ == "__main__":
    main()
