"""Devices: a Zeeman field beside compiled QmeQ, heat and thermopower beside the plain map, as ratios of one run.

usage: python benchmarks/devices.py [--qmeq-python PATH] [--kernel NAME] [--points N] [--repeat R] [--json FILE]

The paper's dot (M = 12), N = 0..4: 13 levels, 31 states of one S_z, on the map of benchmarks/transport.py:

- *field*: currents with their error bounds of the 31 states in a field that splits a doublet by 10 kT, a point here
  over a point of QmeQ's Pauli master equation on the same states, with and without `norm_row`; and with dI/dV besides.
  Ours is a point of a map of 200 x 200, which is large enough for the compiled kernel if numba is installed.
- *heat*: a map of 400 x 400 points of the 13 levels with the heat of both leads, over the same map without.
- *response*: conductance, thermopower, heat conductance and figure of merit with their error bounds over 400 gates and
  400 temperatures from kT to 3 kT, over the map of currents and dI/dV of 400 x 400 points; both in numpy, and both by
  the compiled kernels if numba is installed.

Passes alternate, so that both sides meet the same load; each ratio is that of the fastest passes, and the median of the
ratios of neighbours stands beside it. Seconds are processor seconds, one thread. QmeQ's environment is that of
benchmarks/transport.py; its pure Python kernel, `--kernel pyPauli`, is some ten times slower.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import Any

for variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"

import numpy as np  # noqa: E402  (after the threads are fixed)
from transport import axes, measure_qmeq, paper_scheme  # noqa: E402

from numeric import LevelScheme, fast_flows  # noqa: E402
from numeric.diagram import stability_arrays  # noqa: E402
from numeric.response_map import response_arrays  # noqa: E402

TEMPERATURES = (3e-4, 7e-5, 3e-3)
FIELD = 10.0
"""Zeeman energy over kT."""
FIELD_POINTS, HEAT_POINTS = 200, 400
ALTERNATIVES = ("QmeQ default (norm_row=0)", "QmeQ norm_row=3")


def processor_seconds(task: Callable[[], object]) -> float:
    """Return the processor seconds of one call."""
    start = time.process_time()
    task()
    return time.process_time() - start


def alternating(first: Callable[[], float], second: Callable[[], float], repeat: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the seconds of each pass of two measurements, taken in turn."""
    pairs = [(first(), second()) for _ in range(repeat)]
    left, right = np.array(pairs).T
    return left, right


def printed(name: str, ours: np.ndarray, others: np.ndarray, unit: float) -> dict[str, Any]:
    """Print both times and their ratio; return them."""
    row = {
        "name": name,
        "first": float(ours.min() / unit),
        "second": float(others.min() / unit),
        "ratio": float(ours.min() / others.min()),
        "median_ratio": float(np.median(ours / others)),
    }
    print(
        f"{name:52}{row['first']:10.2f}{row['second']:10.2f}{row['ratio']:9.3f}{row['median_ratio']:9.3f}", flush=True
    )
    return row


def field_beside_qmeq(
    scheme: LevelScheme, kT: float, name: str, *, conductance: bool, python: str, kernel: str, points: int, repeat: int
) -> tuple[dict[str, Any], float]:
    """Measure the 31 states in a field; return the row and the largest deviation of currents both answer soundly."""
    options: dict[str, Any] = {"kT": kT, "resolved": True, "zeeman": FIELD * kT, "conductance": conductance}
    gate, bias = axes(scheme, FIELD_POINTS)

    def ours() -> float:
        seconds = processor_seconds(lambda: stability_arrays(scheme, gate=gate, bias=bias, **options))
        return 1e6 * seconds / FIELD_POINTS**2

    peer: dict[str, Any] = {}

    def theirs() -> float:
        peer.update(measure_qmeq(scheme, points, kT, 1, python=python, name=name, kernel=kernel, zeeman=FIELD * kT))
        return float(peer["microseconds"])

    here, there = alternating(ours, theirs, repeat)
    same_gate, same_bias = axes(scheme, points)
    current = stability_arrays(scheme, gate=same_gate, bias=same_bias, **options)["I_L"].T
    sizeable = (np.abs(current) > 1e-3) & peer["sound"]
    deviation = float(np.max(np.abs(peer["current"][sizeable] / current[sizeable] - 1)))
    more = ", dI/dV" if conductance else ""
    return printed(f"field{more}, kT={kT:g}, {name}", here, there, 1.0), deviation


def heat_beside_plain(scheme: LevelScheme, kT: float, repeat: int) -> dict[str, Any]:
    """Measure the map with and without heat."""
    gate, bias = axes(scheme, HEAT_POINTS)
    options: dict[str, Any] = {"gate": gate, "bias": bias, "kT": kT}
    with_heat, plain = alternating(
        lambda: processor_seconds(lambda: stability_arrays(scheme, heat=True, **options)),
        lambda: processor_seconds(lambda: stability_arrays(scheme, **options)),
        repeat,
    )
    return printed(f"heat, kT={kT:g}, {HEAT_POINTS} x {HEAT_POINTS}", with_heat, plain, 1.0)


def response_beside_plain(scheme: LevelScheme, kT: float, repeat: int, *, compiled: bool) -> dict[str, Any]:
    """Measure a map of linear response, and the map of currents of as many points."""
    gate, bias = axes(scheme, HEAT_POINTS)
    temperatures = np.geomspace(kT, 3 * kT, HEAT_POINTS)
    fewest = fast_flows.FEWEST_RATES
    fast_flows.FEWEST_RATES = fewest if compiled else HEAT_POINTS**2 * scheme.lower.size + 1
    try:
        response, current = alternating(
            lambda: processor_seconds(lambda: response_arrays(scheme, kT=temperatures, gate=gate)),
            lambda: processor_seconds(lambda: stability_arrays(scheme, gate=gate, bias=bias, kT=kT)),
            repeat,
        )
    finally:
        fast_flows.FEWEST_RATES = fewest
    unit = 1e-6 * HEAT_POINTS**2
    how = "compiled" if compiled else "numpy"
    return printed(f"response, kT={kT:g}, us a point, {how}", response, current, unit)


def main() -> None:
    """Print both tables; write them as JSON if asked to."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--qmeq-python", help="interpreter of an environment with QmeQ")
    parser.add_argument("--kernel", default="Pauli", help="QmeQ's kerntype: Pauli, or pyPauli if it is not compiled")
    parser.add_argument("--points", type=int, default=120, help="points along each axis of the map in a field")
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    scheme, rows = paper_scheme(), []
    print(f"{'':52}{'here':>10}{'other':>10}{'ratio':>9}{'median':>9}")
    for kT in TEMPERATURES:
        rows.append(heat_beside_plain(scheme, kT, arguments.repeat))
        for compiled in (False, True):
            rows.append(response_beside_plain(scheme, kT, arguments.repeat, compiled=compiled))
    asked = product(TEMPERATURES, ALTERNATIVES, (False, True)) if arguments.qmeq_python else ()
    for kT, name, conductance in asked:
        row, deviation = field_beside_qmeq(
            scheme,
            kT,
            name,
            conductance=conductance,
            python=arguments.qmeq_python,
            kernel=arguments.kernel,
            points=arguments.points,
            repeat=arguments.repeat,
        )
        print(f"{'':4}currents above 1e-3 that QmeQ answers soundly agree to {deviation:.1e}")
        rows.append(row | {"deviation": deviation})
    if arguments.json:
        arguments.json.write_text(json.dumps(rows, indent=1) + "\n")


if __name__ == "__main__":
    main()
