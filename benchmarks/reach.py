"""What the oracle and its certificates reach, and at what cost: processor seconds and memory, a fresh process a row.

usage: python benchmarks/reach.py [ROW ...] [--repeat K]

Without rows all of them are measured, which takes several minutes. Each is run on one thread in a process of its own;
the time is the processor time that the work itself takes, without the imports, and the smallest of the repetitions; the
memory is the largest resident set of the process. On a machine that does other work too, processor time stretches: the
yardstick, a fixed piece of ball and matrix arithmetic measured before and after the row, tells by how much two runs
differ.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from flint import arb

from qdverify import oracle
from qdverify.certificate.check import check_file
from qdverify.protocol.case import Case
from qdverify.reference import data
from qdverify.reference.enclosure.interaction import ExactDot
from qdverify.reference.enclosure.levels import lowest_levels
from qdverify.reference.write_certificate import certificate

PAPER = {"length": "19/2", "cutoff": "19/10000", "orbitals": 13, "kernel": "soft-coulomb", "strength": "1"}
LOWEST = {0: 1, 1: 1, 2: 2, 3: 3, 4: 6}
THREADS = {f"{name}_NUM_THREADS": "1" for name in ("OPENBLAS", "OMP", "MKL")}
Work = Callable[[], Any]


def spectrum(electrons: int, levels: int, digits: int = 12, **changes: Any) -> Any:
    """Answer a spectrum of the paper's dot, or of one that differs from it."""
    return oracle("spectrum", digits, dot={**PAPER, **changes}, electrons=electrons, levels=levels)


def thirteen_levels() -> Any:
    """Enclose the levels that the paper lists, N = 0 to 4, to 20 digits."""
    return [lowest_levels(ExactDot.paper(13), electrons, count) for electrons, count in LOWEST.items()]


def written() -> Any:
    """Write the certificate of six levels of four electrons, to 18 digits; the checker has accepted it."""
    return certificate(Case("spectrum", {"dot": PAPER, "electrons": 4, "levels": 6}), 18)


def checked() -> Any:
    """Check the certificate of four electrons that the package ships."""
    return check_file(str(data.folder() / "certificate-paper-N4.json"))


ROWS: dict[str, tuple[str, float, Work]] = {
    "paper": ("13 lowest levels of N = 0 to 4, M = 13, 20 digits", 2, thirteen_levels),
    "write": ("certificate of N = 4, M = 13, six levels, 18 digits: write", 20, written),
    "check": ("certificate of N = 4, M = 13, six levels, 18 digits: check", 20, checked),
    "N5": ("N = 5, M = 13, ten levels", 60, lambda: spectrum(5, 10)),
    "N6": ("N = 6, M = 10, five levels", 60, lambda: spectrum(6, 5, orbitals=10)),
    "s=100": ("N = 4, M = 13, six levels, s = 100", 60, lambda: spectrum(4, 6, strength="100")),
    "s=1e4": ("N = 4, M = 13, six levels, s = 1e4", 60, lambda: spectrum(4, 6, strength="10000")),
    "s=1e12": ("N = 4, M = 13, six levels, s = 1e12", 60, lambda: spectrum(4, 6, strength="1000000000000")),
    "300": ("N = 2, M = 13, two levels, 300 digits", 60, lambda: spectrum(2, 2, 300)),
}


def yardstick() -> float:
    """Return the processor seconds of a fixed piece of ball and matrix arithmetic."""
    start = time.process_time()
    total = arb(0)
    for k in range(1, 200_001):
        total += arb(k) * total
        total /= k + 1
    matrix = np.random.default_rng(0).normal(size=(600, 600))
    np.linalg.eigvalsh(matrix + matrix.T)
    return time.process_time() - start


def measure(row: str) -> dict[str, Any]:
    """Run one row here; return what it costs."""
    _, _, work = ROWS[row]
    before = yardstick()
    start = time.process_time()  # imports are not part of it
    outcome = "answered"
    try:
        work()
    except ValueError as refusal:
        outcome = f"refused: {refusal}"
    seconds = time.process_time() - start
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"seconds": seconds, "MiB": memory, "outcome": outcome, "yardstick": (before + yardstick()) / 2}


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", nargs="*", metavar="ROW", help=f"any of {', '.join(ROWS)}")
    parser.add_argument("--repeat", type=int, default=1, metavar="K")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.here:
        print(json.dumps(measure(chosen.rows[0])))
        return
    print(f"{'':<60} {'target':>7} {'CPU':>9} {'memory':>9} {'yardstick':>9}")
    for row in chosen.rows or ROWS:
        label, target, _ = ROWS[row]
        command = [sys.executable, __file__, row, "--here"]
        runs = [
            json.loads(
                subprocess.run(command, env={**os.environ, **THREADS}, stdout=subprocess.PIPE, check=True).stdout
            )
            for _ in range(chosen.repeat)
        ]
        best = min(runs, key=lambda run: run["seconds"])
        cost = f"{best['seconds']:>7.1f} s {best['MiB']:>5.0f} MiB {best['yardstick']:>7.3f} s"
        print(f"{label:<60} {target:>5} s {cost}  {best['outcome']}", flush=True)


if __name__ == "__main__":
    main()
