"""Fixtures that several files of these tests share."""

from multiprocessing import forkserver, get_context
from types import SimpleNamespace

import pytest
from programs import QUICK, start

from qdverify.faults.shared_references import shared_references
from qdverify.faults.shared_spectra import shared_spectra
from qdverify.sweep import local


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


@pytest.fixture(scope="module")
def shared():
    """Spectra of the builtin implementation and references, computed once for all faults that are put under checks."""
    with shared_references(), shared_spectra():
        yield
