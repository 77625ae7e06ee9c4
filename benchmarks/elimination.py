"""Points of a stability diagram beside LAPACK's LU factorisation of as many equations: how the cost grows with levels.

usage: python benchmarks/elimination.py [--levels N ...] [--repeat R] [--json FILE]

The lowest levels of the paper's dot (M = 12), N = 0 to 4, with all their transitions. The map reaches from 0.15 below
the addition energy mu(2->3) to 0.15 above mu(3->4) in gate and over +-0.3 in bias. A point yields I at both barriers
with error bounds and dI/dV; *exact* is the share of points that plain numbers cannot prove and exponents take over. The
peer is `numpy.linalg.solve` of random matrices of as many rows, in one batch of the size of a cache, without a bound.
Maps are large enough for the compiled kernel if numba is installed. Seconds are processor seconds on one thread, the
least of R passes that alternate between the two.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import patch

for variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"

import numpy as np  # noqa: E402  (after the threads are fixed)
from numpy.typing import NDArray  # noqa: E402

from numeric import Dot, LevelScheme, Spectrum, solve, transition_probabilities  # noqa: E402
from numeric.diagram import stability_arrays  # noqa: E402
from numeric.elimination import Quantities  # noqa: E402
from numeric.network import Network  # noqa: E402
from numeric.rates import LeadRates  # noqa: E402
from numeric.stationary import populations_at  # noqa: E402

SIZES = (13, 20, 31, 46, 64, 91, 130, 189, 270, 400)
SHARES = (0.0, 0.06, 0.2, 0.34, 0.4)
TEMPERATURES = (3e-3, 3e-4, 7e-5)
SECONDS_PER_PASS = 1.0


def paper_levels(largest: int) -> tuple[dict[int, Spectrum], list[NDArray[np.float64]]]:
    """Return the spectra of the paper's dot that the largest size needs, and M_ji between them."""
    dot = Dot.paper(orbitals=12)
    spectra = {N: solve(dot, N, count) for N, count in enumerate(counts_of(largest))}
    return spectra, [transition_probabilities(spectra[N], spectra[N + 1]) for N in range(4)]


def counts_of(levels: int) -> list[int]:
    """Return how many levels of each electron number a dot with so many levels has."""
    counts = [max(1, round(share * (levels - 1))) for share in SHARES]
    counts[1] = min(counts[1], 12)
    counts[-1] += levels - sum(counts)
    return counts


def scheme_of(levels: int, spectra: dict[int, Spectrum], M: list[NDArray[np.float64]]) -> LevelScheme:
    """Return the scheme of the lowest levels."""
    counts = counts_of(levels)
    return LevelScheme.from_matrices(
        {N: spectra[N].energies[:count] for N, count in enumerate(counts)},
        {N: spectra[N].two_S[:count] for N, count in enumerate(counts)},
        {N: M[N][: counts[N + 1], : counts[N]] for N in range(4)},
    )


def fastest(tasks: list[Callable[[], object]], repeat: int) -> list[float]:
    """Return the least processor seconds of each task, taken in turn."""
    seconds = [np.inf] * len(tasks)
    for _ in range(repeat):
        for number, task in enumerate(tasks):
            start = time.process_time()
            task()
            seconds[number] = min(seconds[number], time.process_time() - start)
    return seconds


def measure(scheme: LevelScheme, kT: float, repeat: int) -> dict[str, float]:
    """Return microseconds a point and a factorisation, and the share of points taken with exponents."""
    levels, random = scheme.energies.size, np.random.default_rng(0)
    batch = max(8, 400_000 // levels**2)
    matrices = random.uniform(size=(batch, levels, levels)) + levels * np.eye(levels)
    right = random.uniform(size=(batch, levels, 1))
    side = 2 * int(
        np.clip(np.sqrt(SECONDS_PER_PASS / (6e-6 * (levels / 13) ** 2.2)) / 2, 8, 160)
    )  # even: no row at V = 0
    ground = [scheme.energies[scheme.electrons == N].min() for N in range(5)]
    gate = np.linspace(ground[3] - ground[2] - 0.15, ground[4] - ground[3] + 0.15, side)
    options = {"gate": gate, "bias": np.linspace(-0.3, 0.3, side), "kT": kT}
    map_seconds, batch_seconds = fastest(
        [lambda: stability_arrays(scheme, **options), lambda: np.linalg.solve(matrices, right)], repeat
    )
    point, solve = 1e6 * map_seconds / side**2, 1e6 * batch_seconds / batch
    exact = points_with_exponents(scheme, options) / side**2
    return {
        "levels": levels,
        "transitions": int(np.count_nonzero(scheme.M)),
        "kT": kT,
        "point": point,
        "LU": solve,
        "exact": exact,
    }


def points_with_exponents(scheme: LevelScheme, options: dict[str, Any]) -> int:
    """Return at how many points populations are computed with exponents of their own, small biases left out."""
    counted = 0

    def counting(network: Network, rates: LeadRates) -> Quantities:
        nonlocal counted
        counted += rates.data.shape[-1]
        return populations_at(network, rates)

    with patch("numeric.diagram_points.populations_at", counting):
        stability_arrays(scheme, **options)
    return counted


def main() -> None:
    """Print the table and the fitted exponents; write them as JSON if asked to."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--levels", type=int, nargs="+", default=SIZES)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    rows = []
    print(f"{'levels':>7}{'transitions':>12}{'kT':>9}{'us/point':>10}{'us/LU':>9}{'ratio':>7}{'exact':>7}")
    spectra, M = paper_levels(max(arguments.levels))
    for levels in arguments.levels:
        scheme = scheme_of(levels, spectra, M)
        for kT in TEMPERATURES:
            row = measure(scheme, kT, arguments.repeat)
            rows.append(row)
            print(
                f"{levels:7d}{row['transitions']:12.0f}{kT:9.0e}{row['point']:10.1f}{row['LU']:9.1f}"
                f"{row['point'] / row['LU']:7.2f}{row['exact']:7.1%}",
                flush=True,
            )
    print(f"largest ratio: {max(row['point'] / row['LU'] for row in rows):.2f}")
    large = [row for row in rows if row["levels"] >= np.median(arguments.levels)]
    if len({row["levels"] for row in large}) > 1:
        for name in ("point", "LU"):
            exponent = np.polyfit(np.log([row["levels"] for row in large]), np.log([row[name] for row in large]), 1)[0]
            print(f"time of a {name} grows as n**{exponent:.2f} from {large[0]['levels']} levels")
    if arguments.json:
        arguments.json.write_text(json.dumps(rows, indent=1) + "\n")


if __name__ == "__main__":
    main()
