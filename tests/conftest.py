"""Hypothesis profiles, small for a developer and reproducible in CI; what is built once for all tests."""

import gc
import os
import shutil
import sys
import venv
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from installed_wheel import ROOT, completed, once, shared
from warm_commands import Warm

# Without bytecode each of the hundreds of processes that the tests start would compile the three packages anew, and
# pytest would rewrite the assertions of every file in every process; containers often set this variable.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

PACKAGES = """
import analytic, numeric, qdverify.implementations.builtin, qdverify.interfaces.cli, qdverify.run.verify
from qdverify.suite.declare import all_checks
all_checks()
"""
WEIGHTS = Path(__file__).parent / "qdverify" / "weights.py"
DISTRIBUTION = "distribution"
SLOW = "mark.slow"

settings.register_profile("dev", max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", max_examples=30, deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "dev")


@pytest.hookimpl(wrapper=True)
def pytest_collection():
    """Let the collector of garbage pass over what all tests share: modules and the tests themselves, which stay.

    What tests leave is sought a hundred times less often than Python does, which would take 2 % of the time.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.set_threshold(70_000)
        gc.enable()


def pytest_ignore_collect(collection_path, config):
    """Leave out, where only slow tests are asked for, the files that have none: four fifths of the collector's work."""
    asked = config.option.markexpr
    only_slow = "slow" in asked.split(" and ") and "or" not in asked.split()
    return True if only_slow and collection_path.match("test_*.py") and not _names_slow(collection_path) else None


def pytest_itemcollected(item):
    """Let no test be slow by a mark that its file does not name: it would never be run."""
    if item.get_closest_marker("slow") and not _names_slow(item.path):
        raise pytest.UsageError(f"{item.nodeid} is slow: its file must say {SLOW!r}")


@cache
def _names_slow(path):
    return SLOW in path.read_text("utf-8")


@pytest.hookimpl(trylast=True)  # once those are gone that are not asked for
def pytest_collection_modifyitems(items):
    """Let each process of pytest-xdist begin with long tests: what is left to the end is short.

    It gives the first process the first share of the tests, and so on. Tests of a file stand together, and so do those
    of what is distributed, which takes long to make: no process waits for what another one makes. The first process
    builds the wheel, and the others begin with what does not need it.
    """
    processes = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    if processes == 1:
        return
    files, short = {}, []
    for item in items:
        place = DISTRIBUTION if DISTRIBUTION in item.fixturenames else item.path
        (files.setdefault(place, []) if item.get_closest_marker("long") else short).append(item)
    share, ordered = len(items) // processes, []
    for process in range(processes):
        first = [item for file in list(files.values())[process::processes] for item in file]
        if process > 0:
            first.sort(key=lambda item: "installed" in item.fixturenames)
        room = max(0, share - len(first))
        ordered += first + short[:room]
        del short[:room]
    items[:] = ordered + short


@pytest.fixture(scope="session")
def of_all_processes(tmp_path_factory):
    """Return the folder in which `once` keeps what is made once for all processes of the session."""
    base = tmp_path_factory.getbasetemp()
    # the processes of pytest-xdist have one folder each, side by side
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


@pytest.fixture(scope="session")
def installed(of_all_processes):
    """Return the environment that holds the wheel of this checkout."""
    return shared(of_all_processes)


@pytest.fixture(scope="session")
def distribution(of_all_processes):
    """Return the folder of the source distribution, and of the wheel that is built from what is in it."""

    def build(folder):
        completed(sys.executable, "-m", "build", "--outdir", folder / "dist", ROOT, cwd=folder)

    return once(of_all_processes / "distribution", build) / "dist"


@pytest.fixture(scope="session")
def stranger(distribution, of_all_processes):
    """Return an environment of its own, with the wheel and the dependencies that the package index has for it."""

    def install(folder):
        venv.create(folder / "env", with_pip=True)
        # as `make verify` does: modules that nobody imports are not compiled
        pip = (folder / "env" / "bin" / "python", "-m", "pip", "install", "-q", "--no-compile")
        completed(*pip, *distribution.glob("*.whl"), cwd=folder)

    return once(of_all_processes / "stranger", install) / "env"


@pytest.fixture(scope="session")
def main_job(stranger, of_all_processes):
    """Return the report folder of the builtin implementation under the whole quick suite, as a stranger makes it."""

    def verify(folder):
        within = folder / "project"
        within.mkdir()
        completed(stranger / "bin" / "qdverify", "verify", "--report", "report", cwd=within)

    return once(of_all_processes / "main-job", verify) / "project" / "report"


@pytest.fixture(scope="session")
def warm(installed, tmp_path_factory):
    """Start the interpreter of that environment once, for all runs that do not ask how it starts."""
    with Warm(installed.python, installed.environment(), tmp_path_factory.mktemp("warm")) as started:
        yield started


@pytest.fixture(scope="session")
def loaded(installed, tmp_path_factory):
    """Do the same with the packages loaded, for all runs that do not ask what is loaded, or when."""
    folder = tmp_path_factory.mktemp("warm")
    with Warm(installed.python, installed.environment(), folder, PACKAGES) as started:
        yield started


@pytest.fixture(scope="session")
def warm_here(tmp_path_factory):
    """Do the same with this interpreter, which has the packages as they stand in the checkout."""
    with Warm(sys.executable, dict(os.environ), tmp_path_factory.mktemp("warm")) as started:
        yield started


@pytest.fixture(scope="session")
def recorded_baseline(installed, of_all_processes):
    """Return a baseline of `weights.py`; tests copy it."""

    def record(folder):
        within = folder / "project"  # the command waits for the folder of its file to be free, and this one is not
        within.mkdir()
        shutil.copy(WEIGHTS, within)
        command = ("qdverify", "baseline", "record", "baseline", "--implementation", "python:weights:Weights")
        done = installed.run(*command, cwd=within)
        assert done.returncode == 0, done.stderr

    return once(of_all_processes / "recorded", record) / "project" / "baseline"
