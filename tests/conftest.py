"""Hypothesis profiles, small for a developer and reproducible in CI; the installed wheel that all tests share."""

import gc
import os
import shutil
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from installed_wheel import once, shared
from warm_commands import Warm

# Without bytecode each of the hundreds of processes that the tests start would compile the three packages anew, and
# pytest would rewrite the assertions of every file in every process; containers often set this variable.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

WEIGHTS = Path(__file__).parent / "qdverify" / "weights.py"

settings.register_profile("dev", max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", max_examples=30, deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "dev")


@pytest.hookimpl(wrapper=True)
def pytest_collection():
    """Let the collector of garbage pass over what all tests share: modules and the tests themselves, which stay."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


@pytest.fixture(scope="session")
def installed(tmp_path_factory):
    """Return the environment that holds the wheel of this checkout, built once for all processes of the session."""
    return shared(_of_all_processes(tmp_path_factory))


@pytest.fixture(scope="session")
def warm(installed, tmp_path_factory):
    """Start the interpreter of that environment once, for all runs that do not ask how it starts."""
    with Warm(installed.python, installed.environment(), tmp_path_factory.mktemp("warm")) as started:
        yield started


@pytest.fixture(scope="session")
def warm_here(tmp_path_factory):
    """Do the same with this interpreter, which has the packages as they stand in the checkout."""
    with Warm(sys.executable, dict(os.environ), tmp_path_factory.mktemp("warm")) as started:
        yield started


@pytest.fixture(scope="session")
def recorded_baseline(installed, tmp_path_factory):
    """Return a baseline of `weights.py`, recorded once for all processes of the session; tests copy it."""

    def record(folder):
        within = folder / "project"  # the command waits for the folder of its file to be free, and this one is not
        within.mkdir()
        shutil.copy(WEIGHTS, within)
        command = ("qdverify", "baseline", "record", "baseline", "--implementation", "python:weights:Weights")
        done = installed.run(*command, cwd=within)
        assert done.returncode == 0, done.stderr

    return once(_of_all_processes(tmp_path_factory) / "recorded", record) / "project" / "baseline"


def _of_all_processes(tmp_path_factory):
    base = tmp_path_factory.getbasetemp()
    # the processes of pytest-xdist have one folder each, side by side
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
