"""Stability diagrams beside QmeQ's Pauli master equation: speed and soundness in one table.

usage: python benchmarks/transport.py [--qmeq-python PATH] [--points N] [--repeat R] [--json FILE]

The paper's dot (M = 12), N = 0..4: 13 levels, 31 states with S_z. The map reaches from 0.15 below the addition energy
mu(2->3) to 0.15 above mu(3->4) in gate and over +-0.3 in bias, t_L = t_R = 1. Soundness is counted over the whole map:
a point is *bad* when the solver reports success and a population lies outside [-1e-6, 1 + 1e-6]. "currents agree"
compares currents above 1e-3 at points that are neither failed nor bad. Seconds are processor seconds of the fastest of
R passes, one thread; ours are those of a map of 400 x 400 points, which is large enough for the compiled kernel if
numba is installed. The wall time of whole diagrams with dI/dV stands above the table.

QmeQ (gedaskir/qmeq, tag 1.1) needs an environment of its own: numpy<1.26, scipy<1.10, Cython<3, setuptools<60, wheel,
then `pip install --no-build-isolation --no-deps` of a checkout. Without --qmeq-python its rows are left out.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

for variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"

import numpy as np  # noqa: E402  (after the threads are fixed)
import xarray  # noqa: E402, F401  (its import is no part of the timing)

from numeric import Dot, LevelScheme, solve, stability_diagram, transition_probabilities  # noqa: E402
from numeric.chain import chain_of  # noqa: E402

LEVELS = {0: 1, 1: 1, 2: 2, 3: 3, 4: 6}
TEMPERATURES = (3e-4, 7e-5, 3e-3)
SETTINGS = {
    "QmeQ default (norm_row=0)": {"norm_row": 0, "symq": True},
    "QmeQ norm_row=3": {"norm_row": 3, "symq": True},
    "QmeQ lsqr (symq=False)": {"norm_row": 0, "symq": False},
}
SIZEABLE = 1e-3
TIMED_POINTS, LARGE = 400, 1000
"""Points along each axis of the map that is timed, and of the largest one."""


def paper_scheme() -> LevelScheme:
    """Return the 13 levels of the paper's dot at M = 12 and the transitions between them."""
    dot = Dot.paper(orbitals=12)
    spectra = {N: solve(dot, N, k) for N, k in LEVELS.items()}
    return LevelScheme.from_matrices(
        {N: spectrum.energies for N, spectrum in spectra.items()},
        {N: spectrum.two_S for N, spectrum in spectra.items()},
        {N: transition_probabilities(spectra[N], spectra[N + 1]) for N in range(4)},
    )


def axes(scheme: LevelScheme, points: int) -> tuple[np.ndarray, np.ndarray]:
    """Return gate and bias of a map of points x points."""
    ground = [scheme.energies[scheme.electrons == N].min() for N in LEVELS]
    gate = np.linspace(ground[3] - ground[2] - 0.15, ground[4] - ground[3] + 0.15, points)
    return gate, np.linspace(-0.3, 0.3, points)


def measure_builtin(scheme: LevelScheme, points: int, kT: float, repeat: int, *, resolved: bool) -> dict[str, Any]:
    """Time one diagram on one thread and look at every population."""
    options: dict[str, Any] = {"kT": kT, "resolved": resolved}
    seconds = np.inf
    for _ in range(repeat):
        gate, bias = axes(scheme, TIMED_POINTS)
        start = time.process_time()
        stability_diagram(scheme, gate=gate, bias=bias, **options)
        seconds = min(seconds, time.process_time() - start)
    options["gate"], options["bias"] = axes(scheme, points)
    diagram = stability_diagram(scheme, **options)
    P = stability_diagram(scheme, populations=True, **options)["population"].to_numpy()
    I_L, I_R = (diagram[name].transpose("gate", "bias").to_numpy() for name in ("I_L", "I_R"))
    return {
        "name": "qdverify, 31 states" if resolved else "qdverify, 13 levels",
        "microseconds": 1e6 * seconds / TIMED_POINTS**2,
        "failed": float(np.mean(~np.isfinite(I_L))),
        "bad": float(np.mean((P < -1e-6).any(axis=0) | (P > 1 + 1e-6).any(axis=0))),
        "nan": int(np.isnan(I_L).sum()),
        "largest": float(np.abs(I_L).max()),
        "current": I_L,
        "conserved": float(np.max(np.abs(I_L - I_R) / np.maximum(np.abs(I_L), 1e-300))),
    }


def measure_qmeq(
    scheme: LevelScheme,
    points: int,
    kT: float,
    repeat: int,
    *,
    python: str,
    name: str,
    kernel: str,
    zeeman: float = 0.0,
) -> dict[str, Any]:
    """Run the peer in its own interpreter over the same points."""
    chain = chain_of(scheme, [1.0], resolved=True, zeeman=zeeman)
    amplitudes = np.zeros((2, chain.states, chain.states))
    squared = np.ldexp(chain.up.mantissa[0], chain.up.exponent[0].astype(np.int32))
    spin_down = (chain.two_Sz[chain.upper] < chain.two_Sz[chain.lower]).astype(np.int64)
    amplitudes[spin_down, chain.upper, chain.lower] = np.sqrt(squared)
    gate, bias = (axis.ravel() for axis in np.meshgrid(*axes(scheme, points), indexing="ij"))
    case = {
        "energies": scheme.energies[chain.level] + 0.5 * zeeman * chain.two_Sz,
        "electrons": scheme.electrons[chain.level],
        "amplitudes": amplitudes,
        "rates": np.ones(2),
        "kT": kT,
        "gate": gate,
        "bias": bias,
        "repeat": repeat,
        "kernel": kernel,
        **SETTINGS[name],
    }
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "case.npz"), Path(folder, "result.npz")
        np.savez(source, **case)
        subprocess.run([python, str(Path(__file__).with_name("qmeq_worker.py")), str(source), str(target)], check=True)
        with np.load(target) as stored:
            (current, lowest, highest, success), seconds = stored["result"], float(stored["seconds"])
    with np.errstate(invalid="ignore"):
        outside = ~((lowest >= -1e-6) & (highest <= 1 + 1e-6))
    return {
        "name": name,
        "microseconds": 1e6 * seconds / points**2,
        "failed": float(np.mean(success == 0)),
        "bad": float(np.mean((success == 1) & outside)),
        "nan": int(np.isnan(current).sum()),
        "largest": float(np.nanmax(np.abs(current))),
        "current": current.reshape(points, points),
        "sound": ((success == 1) & ~outside).reshape(points, points),
    }


def agreement(row: dict[str, Any], reference: np.ndarray) -> float:
    """Return the largest relative deviation of sizeable currents at sound points."""
    chosen = (np.abs(reference) > SIZEABLE) & row.get("sound", np.ones_like(reference, dtype=bool))
    return float(np.max(np.abs(row["current"][chosen] / reference[chosen] - 1)))


def wall_time(scheme: LevelScheme, points: int, repeat: int) -> float:
    """Return the wall seconds of a diagram of the 13 levels with dI/dV."""
    gate, bias = axes(scheme, points)
    passes = []
    for _ in range(repeat):
        start = time.perf_counter()
        stability_diagram(scheme, gate=gate, bias=bias, kT=3e-4)
        passes.append(time.perf_counter() - start)
    return min(passes)


def main() -> None:
    """Print the table; write it as JSON if asked to."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--qmeq-python", help="interpreter of an environment with QmeQ")
    parser.add_argument("--kernel", default="Pauli", help="QmeQ's kerntype: Pauli, or pyPauli if it is not compiled")
    parser.add_argument("--points", type=int, default=100, help="points along each axis of the compared maps")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    scheme = paper_scheme()
    document: dict[str, Any] = {"machine": platform.processor() or platform.machine(), "maps": []}
    for points in (TIMED_POINTS, LARGE):
        seconds = wall_time(scheme, points, arguments.repeat)
        document[f"wall_{points}x{points}"] = seconds
        print(f"{points} x {points} diagram with dI/dV, 13 levels, one thread: {seconds:.2f} s")
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    document["peak_MiB"] = memory
    print(f"peak memory of the process so far, solver of the dot included: {memory:.0f} MiB\n")
    for kT in TEMPERATURES:
        rows = [
            measure_builtin(scheme, arguments.points, kT, arguments.repeat, resolved=resolved)
            for resolved in (False, True)
        ]
        if arguments.qmeq_python:
            rows += [
                measure_qmeq(
                    scheme,
                    arguments.points,
                    kT,
                    arguments.repeat,
                    python=arguments.qmeq_python,
                    name=name,
                    kernel=arguments.kernel,
                )
                for name in SETTINGS
            ]
        print(f"kT = {kT:g}, {arguments.points} x {arguments.points} points, one thread")
        print(f"{'':28}{'us/point':>10}{'failed':>9}{'bad':>9}{'NaN':>6}{'largest I':>12}{'currents agree':>16}")
        for row in rows:
            row["deviation"] = agreement(row, rows[0]["current"])
            print(
                f"{row['name']:28}{row['microseconds']:10.2f}{row['failed']:9.1%}{row['bad']:9.1%}{row['nan']:6d}"
                f"{row['largest']:12.3g}{row['deviation']:16.1e}"
            )
        print(f"conservation of the first row: |I_L - I_R| <= {rows[0]['conserved']:.1e} |I_L|\n")
        document["maps"].append(
            {"kT": kT, "rows": [{k: v for k, v in row.items() if k not in ("current", "sound")} for row in rows]}
        )
    if arguments.json:
        arguments.json.write_text(json.dumps(document, indent=1) + "\n")


if __name__ == "__main__":
    main()
