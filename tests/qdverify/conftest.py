"""Fixtures that several files of these tests share."""

from multiprocessing import forkserver, get_context
from types import SimpleNamespace

import pytest
from programs import QUICK, start

from qdverify.faults.shared_references import SharedReferences
from qdverify.faults.shared_spectra import shared_spectra
from qdverify.implementations.builtin import Builtin
from qdverify.sweep import local


class _Kept(SharedReferences):
    """References that are remembered from file to file."""

    def forget(self):
        """Keep them: the next file asks the same questions."""


@pytest.fixture(scope="session")
def _memory():
    """Return what remembers references, and the methods of `Builtin` that remember spectra."""
    plain = dict(vars(Builtin))
    with shared_spectra():
        solvers = {name: value for name, value in vars(Builtin).items() if plain.get(name) is not value}
    assert solvers
    return _Kept(), solvers


@pytest.fixture(scope="module")
def shared_checks(_memory):
    """Compute the references of checks and the builtin's spectra once for all programs that a file lets judge.

    As the campaigns over many programs do: `test_shared_references.py` and `test_shared_spectra.py` show that no
    finding depends on it. It is not for files that count what is computed.
    """
    references, solvers = _memory
    references.install()
    with pytest.MonkeyPatch.context() as patch:
        for name, solver in solvers.items():
            patch.setattr(Builtin, name, solver)
        yield
    references.remove()


@pytest.fixture
def program(tmp_path):
    """Start programs that are ended with the test."""
    started = []

    def begin(faults="", budgets=QUICK):
        started.append(start(tmp_path, faults, budgets))
        return started[-1]

    yield begin
    for one in started:
        one.close()


@pytest.fixture(scope="module")
def _loaded():
    """A process that has loaded what the workers of a sweep load, from which they are forked; it ends with the file."""
    context = get_context("forkserver")
    context.set_forkserver_preload(["qdverify.sweep.work", "qdverify.implementations.builtin", "numeric"])
    yield context
    forkserver._forkserver._stop()


@pytest.fixture
def forked_workers(_loaded, monkeypatch):
    """Fork the workers of sweeps, where what they answer is tested and not that each is a fresh interpreter."""
    monkeypatch.setattr(local, "multiprocessing", SimpleNamespace(get_context=lambda _: _loaded))
