import os
import signal
import threading

import pytest
import xarray as xr

import qdverify.sweep
from qdverify.sweep.plan import make_plan
from qdverify.sweep.run import run_sweep

distributed = pytest.importorskip("distributed", reason="no Dask found: pip install 'qdverify[cluster]'")

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    """Start a scheduler and two worker processes on this machine."""
    settings = {"n_workers": 2, "threads_per_worker": 1, "processes": True, "dashboard_address": ":0"}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SWEEP_LOG", str(tmp_path_factory.mktemp("cluster") / "log"))
        with distributed.LocalCluster(**settings) as started:
            yield started


def plan_of(implementation):
    """Return a plan of 120 points."""
    dot = {"kernel": "soft-coulomb", "length": 9.5, "cutoff_ratio": 2e-4, "orbitals": 6}
    strengths = {"from": 1.0, "to": 5.0, "count": 60}
    document = {"task": "spectrum", "electrons": [2, 3], "levels": 2, "dot": {**dot, "strength": strengths}}
    return make_plan({**document, "implementation": implementation})


def test_a_worker_killed_in_mid_run_costs_nothing(cluster, tmp_path):
    """A cluster whose worker is killed gives the dataset that the local processes give."""
    with distributed.Client(cluster) as client:
        victim = next(iter(client.run(os.getpid).values()))
    killed = threading.Event()

    def kill_one(count, _):
        if count == 20:
            os.kill(victim, signal.SIGKILL)
            killed.set()

    plan = plan_of("python:sweep_samples:Logged")
    progress = run_sweep(plan, tmp_path / "cluster", scheduler=cluster.scheduler_address, on_point=kill_one)
    assert killed.is_set()
    assert progress.complete
    run_sweep(plan, tmp_path / "local", workers=2)
    xr.testing.assert_identical(qdverify.sweep.open(tmp_path / "cluster"), qdverify.sweep.open(tmp_path / "local"))


def test_a_point_that_kills_every_worker_is_an_error(tmp_path):
    """The cluster gives up on such a point; the sweep keeps the one that was lost each time with the same worker."""
    document = plan_of("python:sweep_samples:DyingSlowly").document()
    plan = qdverify.sweep.Plan.from_document({**document, "axes": {"strength": [6.0, 7.0], "electrons": [2]}})
    with distributed.LocalCluster(n_workers=1, threads_per_worker=2, dashboard_address=":0") as cluster:
        progress = run_sweep(plan, tmp_path / "a", scheduler=cluster.scheduler_address)
    assert list(progress.errors) == [1]
    assert "KilledWorker" in progress.errors[1]
    assert progress.done == 1
