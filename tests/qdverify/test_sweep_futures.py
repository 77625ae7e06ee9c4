"""What a sweep makes of the states in which Dask may show a point, by futures that play them."""

import pytest

from qdverify.implementations.subprocess_channel import Budgets
from qdverify.protocol.inputs import InvalidInput
from qdverify.sweep import work
from qdverify.sweep.batches import Batches
from qdverify.sweep.cluster import run_cluster
from qdverify.sweep.work import Assignment, Solved

distributed = pytest.importorskip("distributed", reason="no Dask found: pip install '.[cluster]'")


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
            return Solved([{"answer": self.key}], 1.0)
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

    def submit(self, function, assignment, batch, seconds, *, key, pure):
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


class CountingClient(PlayedClient):
    """Answers every batch at once as a worker would for whom each point takes a set time, and notes the batches."""

    def __init__(self, seconds_each, broken=()):
        super().__init__(())
        self.batches, self.keys = [], []
        self._each, self._broken = seconds_each, set(broken)

    def submit(self, function, assignment, batch, seconds, *, key, pure):
        self.batches.append(batch)
        self.keys.append(key)
        if self._broken & set(batch):
            return PlayedFuture(key, first="error", last="error", error=ZeroDivisionError("point"))
        count = min(len(batch), max(1, round(seconds / self._each)))
        future = PlayedFuture(key)
        future.result = lambda _: Solved([{"answer": point} for point in batch[:count]], count * self._each)
        return future


def swept(monkeypatch, client, count):
    """Return what a sweep of so many points gathers from a client."""
    monkeypatch.setattr(distributed, "Client", lambda *_, **__: client)
    found = list(run_cluster(Assignment("{}", Budgets(), "played", "1"), "key", range(count), "tcp://127.0.0.1:1"))
    assert sorted(point for point, _ in found) == list(range(count))
    assert len(set(client.keys)) == len(client.keys)
    return dict(found)


def test_points_that_take_little_share_tasks(monkeypatch):
    """Of 10,000 points of a millisecond only the first go alone: a task costs the cluster more than such a point."""
    client = CountingClient(0.001)
    assert swept(monkeypatch, client, 10_000) == {point: {"answer": point} for point in range(10_000)}
    assert len(client.batches) < 150
    assert max(map(len, client.batches)) == 500


def test_points_that_take_long_go_alone(monkeypatch):
    """A worker that is lost takes few answers with it."""
    client = CountingClient(2.0)
    swept(monkeypatch, client, 200)
    assert client.batches == [(point,) for point in range(200)]


def test_points_that_a_batch_did_not_get_to_come_next(monkeypatch):
    """Points become dearer in mid sweep: a batch ends in time, and what is left of it is asked in another task."""
    client = CountingClient(0.001)

    def dearer(*arguments, **named):
        client._each = 0.001 if len(client.batches) < 70 else 0.1
        return CountingClient.submit(client, *arguments, **named)

    client.submit = dearer
    assert swept(monkeypatch, client, 4000) == {point: {"answer": point} for point in range(4000)}
    assert max(map(len, client.batches)) > 5
    assert len(client.batches[-1]) <= 5


def test_a_point_that_fails_does_not_cost_its_batch(monkeypatch):
    """An error that no implementation should raise is the error of its point only: the others are asked alone."""
    found = swept(monkeypatch, CountingClient(0.001, broken=[500]), 1000)
    assert {point for point, outcome in found.items() if "error" in outcome} == {500}
    assert found[500] == {"error": "ZeroDivisionError: point"}


def test_a_batch_ends_in_time(monkeypatch):
    """The points that were answered by then count, and the first one always."""
    asked, clock = [], iter(range(100))
    monkeypatch.setattr(work, "solve", lambda _, point: asked.append(point) or {"answer": point})
    monkeypatch.setattr(work, "monotonic", lambda: next(clock))
    assignment = Assignment("{}", Budgets(), "played", "1")
    assert work.solve_batch(assignment, (7, 8, 9), 2.0).outcomes == [{"answer": 7}, {"answer": 8}]
    assert work.solve_batch(assignment, (9, 10), 0.0).outcomes == [{"answer": 9}]
    assert asked == [7, 8, 9]


def test_batches_get_smaller_towards_the_end():
    """No thread is left with a long batch when the others are done, and each point is handed out once."""
    batches = Batches(range(100), threads=2)
    batches.learn(1, 0.001)
    sizes = []
    while batch := batches.take():
        sizes.append(len(batch))
    assert sizes == sorted(sizes, reverse=True)
    assert (sizes[0], sizes[-1], sum(sizes)) == (25, 1, 100)
