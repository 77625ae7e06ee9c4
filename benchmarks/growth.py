"""How cost grows with the size of a problem: `python benchmarks/growth.py`.

CPU seconds of one thread and peak memory, each case in a fresh process. The exponent is the slope of a line through the
logarithms, by least squares.
"""

from __future__ import annotations

import json
import math
import subprocess
import sys
from collections.abc import Sequence

ONE = """
import json, resource, sys, time
import numpy as np, numeric; from numeric.diagram import stability_arrays
kind, size = json.loads(sys.argv[1])
def scheme(M):
    spectra = [numeric.solve(numeric.Dot(9.5, 0.0019, M), N, k) for N, k in ((1, 2), (2, 4), (3, 4))]
    return numeric.LevelScheme.from_spectra(spectra)
if kind == "orbitals":
    ask = lambda: numeric.solve(numeric.Dot(9.5, 0.0019, size), 3, 6)
elif kind == "electrons":
    ask = lambda: numeric.solve(numeric.Dot(9.5, 0.0019, 9), size, 6)
elif kind == "points":
    s = scheme(6)
    ask = lambda: stability_arrays(
        s, bias=np.linspace(0, 1, size), gate=np.linspace(0, 8, size), kT=0.01
    )
else:
    s = scheme(6)
    leads = [numeric.Lead(f"l{k}", 1.0 + k, 0.1 * k) for k in range(size)]
    ask = lambda: [numeric.lead_flows(s, leads, kT=0.01, gate=gate) for gate in np.linspace(0, 8, 100)]
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
start = time.process_time()
ask()
spent = time.process_time() - start
print(json.dumps([spent, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024]))
"""
CASES = {
    "orbitals": ("three electrons, six levels, M orbitals", (10, 14, 20, 28, 40)),
    "electrons": ("nine orbitals, six levels, N electrons", (2, 3, 4, 5)),
    "points": ("diagram of 10 levels, n x n points", (100, 200, 400)),
    "leads": ("10 levels, 100 gates, n leads", (2, 3, 4, 6)),
}


def measured(kind: str, size: int) -> tuple[float, float]:
    """Return CPU seconds and MiB that one case takes beyond what is loaded before."""
    command = [sys.executable, "-c", ONE, json.dumps([kind, size])]
    seconds, memory = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    return seconds, memory


def exponent(sizes: Sequence[float], values: Sequence[float]) -> float:
    """Return the slope of the logarithm of the values over that of the sizes."""
    x, y = ([math.log(number) for number in numbers] for numbers in (sizes, values))
    mean_x, mean_y = sum(x) / len(x), sum(y) / len(y)
    return sum((a - mean_x) * (b - mean_y) for a, b in zip(x, y, strict=True)) / sum((a - mean_x) ** 2 for a in x)


def main() -> None:
    """Print sizes, times, memory and the exponent of each kind."""
    print("| case | sizes | CPU seconds | MiB | grows as |")
    print("| --- | --- | --- | --- | --- |")
    for kind, (words, sizes) in CASES.items():
        found = [measured(kind, size) for size in sizes]
        seconds, memory = zip(*found, strict=True)
        listed = [", ".join(f"{number:.2g}" for number in numbers) for numbers in (seconds, memory)]
        power = exponent(sizes, seconds)
        print(f"| {words} | {', '.join(map(str, sizes))} | {listed[0]} | {listed[1]} | n**{power:.1f} |", flush=True)


if __name__ == "__main__":
    main()
