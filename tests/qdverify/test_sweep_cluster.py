import importlib
import os
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import psutil
import pytest
import xarray as xr

import qdverify.sweep
import qdverify.sweep.cluster as cluster_module
from qdverify.implementations.subprocess_channel import Budgets
from qdverify.protocol.inputs import InvalidInput
from qdverify.sweep.plan import make_plan
from qdverify.sweep.run import run_sweep

distributed = pytest.importorskip("distributed", reason="no Dask found: pip install '.[cluster]'")
dask_settings = importlib.import_module("dask.config")

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module", autouse=True)
def patient():
    """Let a worker that was killed come back however slow the machine is: a local cluster retires it after 15 s."""
    with dask_settings.set({"distributed.deploy.lost-worker-timeout": "1h"}):
        yield


@pytest.fixture(scope="module")
def cluster(patient, tmp_path_factory):
    """Start a scheduler and two worker processes on this machine."""
    settings = {"n_workers": 2, "threads_per_worker": 1, "processes": True, "dashboard_address": ":0"}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SWEEP_LOG", str(tmp_path_factory.mktemp("cluster") / "log"))
        with distributed.LocalCluster(**settings) as started:
            yield started


LOGGED = {"budgets": Budgets(environment=("SWEEP_LOG",))}


def plan_of(implementation):
    """Return a plan of 120 points."""
    dot = {"kernel": "soft-coulomb", "length": 9.5, "cutoff_ratio": 2e-4, "orbitals": 6}
    strengths = {"from": 1.0, "to": 5.0, "count": 60}
    document = {"task": "spectrum", "electrons": [2, 3], "levels": 2, "dot": {**dot, "strength": strengths}}
    return make_plan({**document, "implementation": implementation})


def test_a_worker_killed_in_mid_run_costs_nothing(cluster, tmp_path):
    """A cluster whose worker is killed gives the dataset of local processes, and none of its own is left."""
    with distributed.Client(cluster) as client:
        victim = next(iter(client.run(os.getpid).values()))
    killed = threading.Event()

    def kill_one(count, _):
        if count == 20:
            os.kill(victim, signal.SIGKILL)
            killed.set()

    plan = plan_of("python:sweep_samples:Logged")
    progress = run_sweep(plan, tmp_path / "cluster", scheduler=cluster.scheduler_address, **LOGGED, on_point=kill_one)
    assert killed.is_set()
    assert progress.complete
    with distributed.Client(cluster) as client:
        assert not any(client.run(children).values())
    run_sweep(plan, tmp_path / "local", workers=2, **LOGGED)
    xr.testing.assert_identical(qdverify.sweep.open(tmp_path / "cluster"), qdverify.sweep.open(tmp_path / "local"))


def test_a_point_that_kills_every_worker_is_an_error(tmp_path):
    """The cluster gives up on such a point; the sweep keeps the one that was lost each time with the same worker."""
    document = plan_of("python:sweep_samples:ParricideSlowly").document()
    plan = qdverify.sweep.Plan.from_document({**document, "axes": {"strength": [6.0, 7.0], "electrons": [2]}})
    with distributed.LocalCluster(n_workers=1, threads_per_worker=2, dashboard_address=":0") as cluster:
        progress = run_sweep(plan, tmp_path / "a", scheduler=cluster.scheduler_address)
    assert list(progress.errors) == [1]
    assert "KilledWorker" in progress.errors[1]
    assert progress.done == 1


def test_a_cluster_without_workers_is_given_up(tmp_path, monkeypatch):
    """The last worker is gone and none comes: one line, and the points that were answered are kept."""
    plan = plan_of("python:sweep_samples:Logged")
    monkeypatch.setattr(cluster_module, "LOOK_SECONDS", 0.1)
    monkeypatch.setattr(cluster_module, "ALONE_SECONDS", 1.0)
    monkeypatch.setenv("SWEEP_LOG", str(tmp_path / "log"))
    with distributed.LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address=":0") as cluster:

        def lose_it(count, _):
            if count == 5:
                cluster.scale(0)

        with pytest.raises(InvalidInput, match="had no worker for 1 s"):
            run_sweep(plan, tmp_path / "a", scheduler=cluster.scheduler_address, **LOGGED, on_point=lose_it)
    assert run_sweep(plan, tmp_path / "a", workers=2, **LOGGED).complete


def test_a_lost_scheduler_makes_no_point_an_error(tmp_path, monkeypatch):
    """The scheduler is killed: one line, and the same command goes on elsewhere."""
    plan = plan_of("python:sweep_samples:Logged")
    monkeypatch.setattr(cluster_module, "LOOK_SECONDS", 0.1)
    monkeypatch.setenv("SWEEP_LOG", str(tmp_path / "log"))
    address = f"tcp://127.0.0.1:{free_port()}"
    # a worker finds the implementation in its current folder
    begin = {"stderr": subprocess.DEVNULL, "cwd": Path(__file__).parent}
    scheduler = subprocess.Popen(scheduler_command(address.rpartition(":")[2]), **begin)
    worker = subprocess.Popen(worker_command(address), **begin)
    try:
        with pytest.raises(InvalidInput, match="Dask scheduler"):
            run_sweep(
                plan,
                tmp_path / "a",
                scheduler=address,
                **LOGGED,
                on_point=lambda count, _: count == 5 and scheduler.kill(),
            )
    finally:
        for process in (worker, scheduler):
            process.kill()
            process.wait()
    progress = run_sweep(plan, tmp_path / "a", workers=2, **LOGGED)
    assert progress.complete
    assert progress.errors == {}


def children():
    """Return the processes that a worker of the cluster has started, and that run."""
    return [child.pid for child in psutil.Process().children(recursive=True) if child.status() != psutil.STATUS_ZOMBIE]


def free_port():
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return held.getsockname()[1]


def scheduler_command(port):
    return [sys.executable, "-m", "distributed.cli.dask_scheduler", "--port", port, "--no-dashboard"]


def worker_command(address):
    return [sys.executable, "-m", "distributed.cli.dask_worker", address, "--no-dashboard", "--no-nanny"]
