"""Time to solve the paper's dot, beside PySCF's FCI on the same integrals, tolerance and threads in the same run.

    python benchmarks/spectrum.py [--pyscf-python PATH] [--threads 1] [--repeats 10] [--case NAME ...]

Cases: "paper", all levels of the lowest multiplets of N = 1..4 at M = 13 and all amplitudes between them; "twenty" and
"thirty", six levels of N = 4 at M = 20 and M = 30; "five-13" and its like, five levels of N = 5 at M = 13. Every side
of every case runs in a process of its own with the threads set; imports are not timed, everything else is, integrals
and set-up included. Medians over the repetitions. Without a python that has pyscf the table shows our times and a
two floors: the matrix products of all applications of H alone, and those with the decompositions by LAPACK (of small
Ritz problems, blocks of reference states and the matrices whose inertia counts levels), which the method cannot do
without either. Products of other matrices (orthogonalisation) are in neither.
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
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from unittest.mock import patch

import numpy as np
import scipy.linalg

from numeric import Dot, interaction_integrals, solve, transition_probabilities
from numeric.basis import Strings
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
"""PySCF's energies may be off by so much, relative: what its tolerance of 1e-12 promises, with a margin."""


def measure(case, repeats):
    """Solve a case several times in this process; return seconds, energies, parities, products with H, peak memory."""
    M, tasks = CASES[case]
    seconds = []
    for _ in range(repeats):
        start = time.perf_counter()
        spectra = solved(M, tasks)
        seconds.append(time.perf_counter() - start)
    return {
        "seconds": seconds,
        "energies": [spectrum.energies.tolist() for spectrum in spectra],
        "parities": [spectrum.parity.tolist() for spectrum in spectra],
        "applications": [spectrum.applications for spectrum in spectra],
        "floor": sum(floor(M, spectrum.electrons, spectrum.applications) for spectrum in spectra),
        "lapack": min(lapack_seconds(M, tasks) for _ in range(min(repeats, 3))),
        "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def solved(M, tasks):
    """Return the spectra of a case, with the amplitudes between them computed."""
    spectra = [solve(Dot.paper(M), N, levels) for N, levels in tasks]
    for pair in itertools.pairwise(spectra):
        transition_probabilities(*pair)
    return spectra


def lapack_seconds(M, tasks):
    """Return the seconds that a run of a case spends in LAPACK's decompositions."""
    spent = 0.0

    def timed(decompose):
        def call(*arguments, **options):
            nonlocal spent
            start = time.perf_counter()
            try:
                return decompose(*arguments, **options)
            finally:
                spent += time.perf_counter() - start

        return call

    homes = [(np.linalg, "eigh"), (np.linalg, "qr"), (scipy.linalg, "eigh")]
    homes += [(scipy.linalg.lapack, name) for name in ("dsyevd", "dsytrf")]
    with ExitStack() as stack:
        for home, name in homes:
            stack.enter_context(patch.object(home, name, timed(getattr(home, name))))
        solved(M, tasks)
    return spent


def floor(M, electrons, applications):
    """Return the seconds of the matrix products alone in a number of applications of H, averaged over sectors."""
    if not applications:
        return 0.0
    dot = Dot.paper(M)
    hamiltonians = sector_hamiltonians(dot, electrons, electrons % 2, interaction_integrals(dot))
    return applications * sum(products(hamiltonian) for hamiltonian in hamiltonians) / len(hamiltonians)


def products(hamiltonian):
    """Return the seconds of the matrix products in one application of H to one vector: best of five."""
    tasks = [
        (term.faster or term.matrix.__matmul__, np.ones(term.amplitudes.states.shape)) for term in hamiltonian.terms
    ]
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


def peer(python, case, ours, told, arguments):
    """Time PySCF on a case and return its median seconds and how far, relative, its worst level is off.

    A user who wants the lowest five levels has to ask for five of each parity. If PySCF is told how many levels each
    parity has, it does less; it cannot know that.
    """
    M, tasks = CASES[case]
    dot = Dot.paper(M)
    split = [[parities.count(1), parities.count(-1)] for parities in ours["parities"]]
    asked = [[min(levels, size) for size in dimensions(M, N)] for N, levels in tasks]
    tasks = json.dumps([[N, counts] for (N, _), counts in zip(tasks, split if told else asked, strict=True)])
    with tempfile.TemporaryDirectory() as folder:
        problem = Path(folder) / "problem.npz"
        settings = {"tasks": tasks, "repeats": arguments.repeats, "threads": arguments.threads}
        np.savez(problem, eps=dot.orbital_energies, g=interaction_integrals(dot).tensor(), **settings)
        result = in_subprocess([python, str(HELPER), str(problem)], arguments.threads)
    pairs = zip(ours["energies"], result["energies"], strict=True)
    worst = max(float(np.max(np.abs(np.array(there[: len(here)]) / here - 1.0))) for here, there in pairs)
    return median(result["seconds"]), worst


def dimensions(M, electrons):
    """Return how many states of S_z = 0 or 1/2 have even and odd parity."""
    up, down = (Strings(M, n).parities for n in ((electrons + 1) // 2, electrons // 2))
    product = np.multiply.outer(up, down)
    return [int(np.count_nonzero(product == sign)) for sign in (1, -1)]


def compared(python, case, ours, own, arguments):
    """Return the columns of PySCF: seconds and ratio if it is asked for all levels of each parity, and if told."""
    columns = []
    for told in (False, True):
        seconds, worst = peer(python, case, ours, told, arguments)
        wrong = "" if worst < AGREEMENT else f" off by {worst:.0e}"
        columns += [f"{seconds:9.3f}", f"{seconds / own:8.1f}{wrong}"]
    return " ".join(columns)


def main():
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pyscf-python", help="a python interpreter that can import pyscf")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--repeats", type=int, default=10)
    parser.add_argument("--case", action="append", choices=CASES, help="default: paper and twenty")
    parser.add_argument("--measure", choices=CASES, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.measure:
        print(json.dumps(measure(arguments.measure, arguments.repeats)))
        return
    print(f"threads {arguments.threads}, medians of {arguments.repeats}, seconds")
    print("PySCF is asked for as many levels of each parity as are wanted; told, how many each parity has")
    print(f"{'case':8} {'ours':>9} {'first':>9} {'floor':>9} {'+ LAPACK':>9} {'products':>9} {'MB':>6}", end=" ")
    print(f"{'PySCF':>9} {'ratio':>8} {'told':>9} {'ratio':>8}")
    for case in arguments.case or ["paper", "twenty"]:
        command = [sys.executable, __file__, "--measure", case, "--repeats", str(arguments.repeats)]
        ours = in_subprocess(command, arguments.threads)
        own = median(ours["seconds"])
        times = f"{own:9.3f} {ours['seconds'][0]:9.3f} {ours['floor']:9.4f} {ours['floor'] + ours['lapack']:9.4f}"
        print(f"{case:8} {times} {sum(ours['applications']):9d} {ours['megabytes']:6.0f}", end=" ", flush=True)
        python = arguments.pyscf_python
        print(compared(python, case, ours, own, arguments) if python else "", flush=True)


if __name__ == "__main__":
    main()
