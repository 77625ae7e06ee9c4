"""What a sweep makes of the states in which Dask may show a point, by futures that play them."""

import pytest

from qdverify.implementations.subprocess_channel import Budgets
from qdverify.protocol.inputs import InvalidInput
from qdverify.sweep.cluster import run_cluster
from qdverify.sweep.work import Assignment

distributed = pytest.importorskip("distributed", reason="no Dask found: pip install 'qdverify[cluster]'")


class PlayedFuture:
    """Is done in the first state, and reaches the last one while the sweep waits for its result."""

    def __init__(self, key, *, first="finished", last="finished", error=None):
        self.key = key
        self.status = first
        self._last = last
        self._error = error
        self._waits = 2 if first == "lost" else 0

    def add_done_callback(self, callback):
        callback(self)

    def exception(self, seconds):
        self._wait()
        return self._error if self.status == "error" else None

    def result(self, seconds):
        self._wait()
        if self.status == "finished":
            return {"answer": self.key}
        raise self._error

    def _wait(self):
        if self._waits > 0:
            self._waits -= 1
            raise TimeoutError
        self.status = self._last


class PlayedClient:
    """Hands out one prepared future after the other."""

    status = "running"

    def __init__(self, futures):
        self._futures = list(futures)

    def __enter__(self):
        return self

    def __exit__(self, *details):
        return None

    def nthreads(self):
        return {"worker": 1}

    def run(self, function, on_error):
        return {}

    def submit(self, function, assignment, point, *, key, pure):
        return self._futures.pop(0)


def gathered(monkeypatch, *futures):
    """Return what a sweep of two points gathers when the cluster hands out these futures."""
    monkeypatch.setattr(distributed, "Client", lambda *_, **__: PlayedClient(futures))
    return dict(run_cluster(Assignment("{}", Budgets(), "played", "1"), "key", range(2), "tcp://127.0.0.1:1"))


def test_a_lost_point_is_waited_for(monkeypatch):
    """A worker that dies with an answer costs nothing: the point is computed again, and is no error."""
    outcomes = gathered(monkeypatch, PlayedFuture("a", first="lost"), PlayedFuture("b"))
    assert outcomes == {0: {"answer": "a"}, 1: {"answer": "b"}}


def test_a_point_cancelled_while_lost_ends_the_sweep(monkeypatch):
    """The scheduler gives up a point whose worker died: one line, no point is recorded as an error."""
    cancelled = PlayedFuture("a", first="lost", last="cancelled", error=RuntimeError("cancelled"))
    with pytest.raises(InvalidInput, match="gave up the sweep"):
        gathered(monkeypatch, cancelled, PlayedFuture("b"))


def test_a_cancelled_point_ends_the_sweep(monkeypatch):
    """The scheduler cancels a point: one line, no point is recorded as an error."""
    cancelled = PlayedFuture("a", first="cancelled", last="cancelled", error=RuntimeError("cancelled"))
    with pytest.raises(InvalidInput, match="gave up the sweep"):
        gathered(monkeypatch, cancelled, PlayedFuture("b"))


def test_a_point_that_killed_its_workers_while_lost_is_tried_alone(monkeypatch):
    """A point that is given up after it was lost is tried once more by itself, like any other."""
    killed = distributed.KilledWorker("a", None, 1)
    first = PlayedFuture("a", first="lost", last="error", error=killed)
    outcomes = gathered(monkeypatch, first, PlayedFuture("b"), PlayedFuture("again"))
    assert outcomes == {0: {"answer": "again"}, 1: {"answer": "b"}}
