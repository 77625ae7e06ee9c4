"""How busy a sweep keeps the workers of a local Dask cluster: `python benchmarks/cluster.py [--points 10000]`.

Every point is a spectrum of its own dot. Busy is the time that workers spend on tasks, as Dask's own record has it, in
proportion to the time from the first task's start to the last one's end, times the number of workers. What the client
and the scheduler do, in this process, takes time from workers on the same machine; its CPU time is told, which depends
less on what else the machine does.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

import distributed

from qdverify.sweep.plan import make_plan
from qdverify.sweep.run import run_sweep


def plan_of(points: int, orbitals: int, electrons: int):
    """Return a plan over as many strengths."""
    strength = {"from": 0.1, "to": 10.0, "count": points}
    dot = {"kernel": "soft-coulomb", "length": 9.5, "cutoff_ratio": 2e-4, "orbitals": orbitals, "strength": strength}
    document = {"task": "spectrum", "electrons": electrons, "levels": 4, "dot": dot, "implementation": "builtin"}
    return make_plan(document)


def main() -> None:
    """Print time, work and the share of time for which workers were busy."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--points", type=int, default=10_000)
    options.add_argument("--orbitals", type=int, default=8)
    options.add_argument("--electrons", type=int, default=3)
    options.add_argument("--workers", type=int, default=2)
    given = options.parse_args()
    plan = plan_of(given.points, given.orbitals, given.electrons)
    settings = {"n_workers": given.workers, "threads_per_worker": 1, "processes": True, "dashboard_address": None}
    with (
        tempfile.TemporaryDirectory() as folder,
        distributed.LocalCluster(**settings) as cluster,
        distributed.Client(cluster) as client,
        distributed.get_task_stream(client) as stream,
    ):
        start, used = time.perf_counter(), time.process_time()
        outcome = run_sweep(plan, Path(folder) / "store.sqlite", scheduler=cluster.scheduler_address)
        wall, used = time.perf_counter() - start, time.process_time() - used
    assert outcome.complete
    steps = [step for task in stream.data for step in task["startstops"] if step["action"] == "compute"]
    spans = [(step["start"], step["stop"]) for step in steps]
    work = sum(stop - begun for begun, stop in spans)
    length = max(stop for _, stop in spans) - min(begun for begun, _ in spans)
    print(f"{plan.size} points in {len(spans)} tasks, {given.workers} workers: {wall:.1f} s")
    print(
        f"a point: {1e3 * work / plan.size:.2f} ms in a worker, {1e3 * used / plan.size:.2f} ms of CPU in this process"
    )
    print(f"busy {work / (given.workers * length):.1%} of {length:.1f} s from the first task to the last")


if __name__ == "__main__":
    main()
