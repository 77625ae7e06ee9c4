"""Time to solve dots given by their integrals, beside PySCF's FCI on the same FCIDUMP files in the same run.

    python benchmarks/integrals.py [FILE ...] [--pyscf-python PATH] [--oracle]

Prints the table of docs/performance.md, a row for each file. Without FILE: 8, 10 and 13 orbitals of the paper's box,
mixed by a random rotation, so that neither side knows of a symmetry. Both sides read the file and find the lowest
levels of every number of electrons and all amplitudes between them. Times are CPU seconds of one thread, so that other
work on the machine counts little; imports are not timed.

PySCF's solver is direct_spin1, which finds all spins, with conv_tol 1e-12 and max_space 60. It is asked for as many
roots as are wanted; if it misses a level, for four more, and for thirteen more. The first run without a gap counts,
since more roots take longer. --oracle adds the certified references that own-dots.md asks for.
"""

import argparse
import itertools
import json
import subprocess
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
from qdverify.implementations.peers import environment_python

HELPER = Path(__file__).with_name("pyscf_integrals.py")
AGREEMENT = 1e-8
ORBITALS = (8, 10, 13)
SPARE = (0, 4, 13)
ORACLE = ((3, 10, 6, 10), (4, 10, 6, 60), (4, 13, 6, 300))
"""Electrons, orbitals, levels, and seconds that own-dots.md allows."""


def rotated_box(path, orbitals=13, seed=0):
    """Write the integrals of the paper's box between rotated orbitals as an FCIDUMP file."""
    box = IntegralDot.from_box(Dot(9.5, 1.9e-3, orbitals))
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
    """Solve the file several times in this process; return CPU seconds, energies and spins."""
    seconds = []
    for _ in range(repeats):
        start = time.process_time()
        dot = IntegralDot.from_document(qdverify.read_fcidump(path).dot)
        spectra = [solve(dot, N, levels) for N, levels in tasks]
        for pair in itertools.pairwise(spectra):
            transition_probabilities(*pair)
        seconds.append(time.process_time() - start)
    return {"seconds": seconds, "energies": [spectrum.energies.tolist() for spectrum in spectra]}


def row(path, arguments):
    """Return a row of the table: a file solved here, and by PySCF."""
    M = qdverify.read_fcidump(path).header.orbitals
    first, _, last = arguments.electrons.partition("-")
    numbers = range(int(first), int(last or first) + 1)
    tasks = [(N, min(arguments.levels, comb(M, N // 2) * comb(M, N - N // 2))) for N in numbers]
    settings = json.dumps({"path": str(path), "tasks": tasks, "repeats": arguments.repeats, "threads": 1})
    ours = in_subprocess([sys.executable, __file__, "--measure", settings], 1)
    own = median(ours["seconds"])
    theirs = beside(ours, own, tasks, settings, arguments) if arguments.python else "not asked |  | "
    return f"| {M} | {arguments.electrons} | {arguments.levels} | {own:.2f} s | {theirs} |"


def beside(ours, own, tasks, settings, arguments):
    """Return PySCF's cells: its seconds, the ratio, and what it missed before."""
    missed = []
    for spare in SPARE:
        try:
            found = in_subprocess([arguments.python, str(HELPER), str(spare), settings], 1)
        except subprocess.CalledProcessError as error:
            return f"failed: {error.stderr.strip().splitlines()[-1]} |  | "
        gaps = [str(N) for (N, _), a, b in zip(tasks, ours["energies"], found["energies"], strict=True)
                if not np.allclose(a, b[: len(a)], rtol=0.0, atol=AGREEMENT)]  # fmt: skip
        seconds = median(found["seconds"])
        if not gaps:
            note = "; ".join(missed) or "none"
            return f"{seconds:.2f} s with {spare} roots more | {seconds / own:.1f} | {note}"
        missed.append(f"with {spare} roots more a level of N = {', '.join(gaps)}, {seconds:.2f} s")
    return f"no run without a gap |  | {'; '.join(missed)}"


def references():
    """Yield a row for each certified reference, computed in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        for electrons, orbitals, levels, allowed in ORACLE:
            path = rotated_box(Path(folder) / f"FCIDUMP{orbitals}", orbitals)
            given = json.dumps({"path": str(path), "electrons": electrons, "levels": levels, "seconds": 4 * allowed})
            found = in_subprocess([sys.executable, __file__, "--reference", given], 1)
            yield f"| {orbitals} | {electrons} | {levels} | {allowed} s | {found['answer']} |"


def reference(path, electrons, levels, seconds):
    """Return how long twelve digits of the lowest levels take, or why they are refused."""
    dot = qdverify.read_fcidump(path).dot
    start = time.process_time()
    try:
        found = qdverify.oracle("spectrum", dot=dot, electrons=electrons, levels=levels, digits=12, seconds=seconds)
    except qdverify.Refusal as refusal:
        return {"answer": f"refused: {refusal}"}
    return {"answer": f"{time.process_time() - start:.1f} s, {found.grade}"}


def arguments_of(given=None):
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE")
    parser.add_argument("--pyscf-python", dest="python", help="a python that can import pyscf [default: the peer's]")
    parser.add_argument("--electrons", default="1-4")
    parser.add_argument("--levels", type=int, default=13)
    parser.add_argument("--repeats", type=int, default=1)
    parser.add_argument("--oracle", action="store_true", help="also time certified references")
    parser.add_argument("--measure", help=argparse.SUPPRESS)
    parser.add_argument("--reference", help=argparse.SUPPRESS)
    arguments = parser.parse_args(given)
    peer = environment_python("pyscf")
    arguments.python = arguments.python or (str(peer) if peer.exists() else None)
    return arguments


def main():
    """Print the tables."""
    arguments = arguments_of()
    if arguments.measure:
        given = json.loads(arguments.measure)
        print(json.dumps(measure(given["path"], given["tasks"], given["repeats"])))
        return
    if arguments.reference:
        print(json.dumps(reference(**json.loads(arguments.reference))))
        return
    print("| orbitals | electrons | levels of each | here | PySCF, no level missed | ratio | missed with fewer roots |")
    print("| --- | --- | --- | --- | --- | --- | --- |", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        made = (rotated_box(Path(folder) / f"FCIDUMP{M}", M) for M in ORBITALS if not arguments.files)
        for path in itertools.chain(arguments.files, made):
            print(row(path, arguments), flush=True)
    if arguments.oracle:
        print("\n| orbitals | electrons | levels | asked for | 12 digits, CPU time |")
        print("| --- | --- | --- | --- | --- |", flush=True)
        for line in references():
            print(line, flush=True)


if __name__ == "__main__":
    main()
