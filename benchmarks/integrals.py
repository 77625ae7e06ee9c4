"""Time to solve a dot given by its integrals, beside PySCF's FCI on the same FCIDUMP file in the same run.

    python benchmarks/integrals.py [FILE] [--pyscf-python PATH] [--electrons 1-4] [--levels 13] [--repeats 3]

Without FILE: 13 orbitals of the paper's box, mixed by a random rotation, so that neither side knows of a symmetry. Both
sides read the file and find the lowest levels of every number of electrons and all amplitudes between them; imports are
not timed. PySCF's solver is direct_spin1, which finds all spins, with conv_tol 1e-12 and max_space 60. It is asked for
as many roots as are wanted, four more, and thirteen more: the fastest run that misses no level counts.
"""

import argparse
import itertools
import json
import sys
import tempfile
import time
from math import comb
from pathlib import Path
from statistics import median

import numpy as np
from spectrum import in_subprocess  # beside this file

import qdverify
from numeric import Dot, IntegralDot, solve, transition_probabilities

HELPER = Path(__file__).with_name("pyscf_integrals.py")
AGREEMENT = 1e-8


def rotated_box(path, orbitals=13, seed=0):
    """Write the integrals of the paper's box between rotated orbitals as an FCIDUMP file."""
    box = IntegralDot.from_box(Dot.paper(orbitals))
    Q = np.linalg.qr(np.random.default_rng(seed).normal(size=(orbitals, orbitals)))[0]
    h = Q.T @ box.one_body @ Q
    g = np.einsum("pqrs,pa,qb,rc,sd->abcd", box.two_body, Q, Q, Q, Q, optimize=True)
    with path.open("w") as file:
        file.write(f"&FCI NORB={orbitals},NELEC=4,MS2=0 /\n")
        pairs = [(p, q) for p in range(orbitals) for q in range(p + 1)]
        for k, (p, q) in enumerate(pairs):
            file.writelines(f"{float(g[p, q, r, s])!r} {p + 1} {q + 1} {r + 1} {s + 1}\n" for r, s in pairs[: k + 1])
        file.writelines(f"{float(h[p, q])!r} {p + 1} {q + 1} 0 0\n" for p, q in pairs)
        file.write("0.0 0 0 0 0\n")
    return path


def measure(path, tasks, repeats):
    """Solve the file several times in this process; return seconds, energies and spins."""
    seconds = []
    for _ in range(repeats):
        start = time.perf_counter()
        dot = IntegralDot.from_document(qdverify.read_fcidump(path).dot)
        spectra = [solve(dot, N, levels) for N, levels in tasks]
        for pair in itertools.pairwise(spectra):
            transition_probabilities(*pair)
        seconds.append(time.perf_counter() - start)
    return {
        "seconds": seconds,
        "energies": [spectrum.energies.tolist() for spectrum in spectra],
        "applications": sum(spectrum.applications for spectrum in spectra),
    }


def compare(path, tasks, arguments):
    """Print both sides' medians and their ratio."""
    settings = json.dumps(
        {"path": str(path), "tasks": tasks, "repeats": arguments.repeats, "threads": arguments.threads}
    )
    ours = in_subprocess([sys.executable, __file__, "--measure", settings], arguments.threads)
    own = median(ours["seconds"])
    print(f"ours  {own:8.3f} s, {ours['applications']} products with H")
    if arguments.pyscf_python:
        best = None
        for spare in (0, 4, 13):
            theirs = in_subprocess([arguments.pyscf_python, str(HELPER), str(spare), settings], arguments.threads)
            missed = [N for (N, _), a, b in zip(tasks, ours["energies"], theirs["energies"], strict=True)
                      if not np.allclose(a, b[: len(a)], rtol=0.0, atol=AGREEMENT)]  # fmt: skip
            seconds = median(theirs["seconds"])
            note = f", wrong levels of N = {missed}" if missed else ""
            print(f"PySCF {seconds:8.3f} s with {spare} roots more{note}, ratio {seconds / own:.1f}")
            if not missed:
                best = seconds if best is None else min(best, seconds)
        print("PySCF missed a level in each run" if best is None else f"best ratio {best / own:.1f}")


def main():
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", nargs="?", type=Path)
    parser.add_argument("--pyscf-python", help="a python interpreter that can import pyscf")
    parser.add_argument("--electrons", default="1-4")
    parser.add_argument("--levels", type=int, default=13)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--measure", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.measure:
        given = json.loads(arguments.measure)
        print(json.dumps(measure(given["path"], given["tasks"], given["repeats"])))
        return
    first, _, last = arguments.electrons.partition("-")
    with tempfile.TemporaryDirectory() as folder:
        path = arguments.file or rotated_box(Path(folder) / "FCIDUMP")
        M = qdverify.read_fcidump(path).header.orbitals
        numbers = range(int(first), int(last or first) + 1)
        tasks = [(N, min(arguments.levels, comb(M, N // 2) * comb(M, N - N // 2))) for N in numbers]
        compare(path, tasks, arguments)


if __name__ == "__main__":
    main()
