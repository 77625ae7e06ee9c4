"""Points of a sweep on a Dask cluster; the store stays with the process that runs the sweep.

Dask gives the points of a worker that was lost to another one, and gives a point up when that has happened to it
several times; such a point is then tried once more by itself. Dask is an optional dependency:
``pip install qdverify[cluster]``.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import islice
from queue import Empty, SimpleQueue
from time import monotonic
from typing import Final, Protocol, TypeVar

from qdverify.protocol.inputs import InvalidInput
from qdverify.sweep.work import Assignment, Outcome, end_workers, solve

_AHEAD: Final = 4
_CONNECT_SECONDS: Final = 30
LOOK_SECONDS: Final = 1.0
ALONE_SECONDS: Final = 60.0
"""How long a cluster may be without any worker before the sweep gives up."""

_Result = TypeVar("_Result")


class Future(Protocol):
    """A point on the cluster, as far as this module needs Dask's future."""

    key: str
    status: str

    def exception(self, timeout: float) -> Exception | None:
        """Return the error of the point, if there is one."""
        ...

    def result(self, timeout: float) -> Outcome:
        """Return what became of the point."""
        ...

    def add_done_callback(self, call: Callable[[Future], None]) -> None:
        """Call a function as soon as the point is done."""
        ...


class Client(Protocol):
    """A connection to a cluster, as far as this module needs Dask's client."""

    status: str

    def submit(
        self,
        function: Callable[[Assignment, int], Outcome],
        assignment: Assignment,
        point: int,
        *,
        key: str,
        pure: bool,
    ) -> Future:
        """Have a function called on the cluster."""
        ...

    def run(self, function: Callable[[], None], *, on_error: str) -> object:
        """Have a function called in every worker."""
        ...

    def nthreads(self) -> dict[str, int]:
        """Return the number of threads of each worker."""
        ...


def run_cluster(assignment: Assignment, key: str, points: Sequence[int], address: str) -> Iterator[tuple[int, Outcome]]:
    """Yield each point with its outcome, as they come from the cluster.

    Parameters
    ----------
    assignment
        What is asked, and of whom.
    key
        The plan's hash: it names the tasks on the scheduler.
    points
        To be answered.
    address
        Of the scheduler, such as ``"tcp://10.0.0.1:8786"``.

    Raises
    ------
    InvalidInput
        If Dask is not installed, no scheduler answers at the address, or the cluster is lost in between.
    """
    try:
        distributed = importlib.import_module("distributed")
    except ImportError:
        raise InvalidInput(f"scheduler={address!r} needs Dask: pip install 'qdverify[cluster]'") from None
    try:
        # a client that cannot read its address never closes
        distributed.comm.get_address_host_port(address)
        client = distributed.Client(address, timeout=_CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError) as error:
        raise InvalidInput(f"scheduler={address!r} must be the address of a Dask scheduler: {error}") from None
    with client:
        yield from _gather(client, distributed.KilledWorker, assignment, key, points)
        _end_implementations(client)


def _gather(
    client: Client, killed_worker: type[Exception], assignment: Assignment, key: str, points: Sequence[int]
) -> Iterator[tuple[int, Outcome]]:
    def submit(point: int, attempt: str) -> Future:
        return client.submit(solve, assignment, point, key=f"qdverify-{key[:16]}-{point}-{attempt}", pure=False)

    suspects = []
    # a few points a thread are under way at a time: the scheduler need not hold the whole grid
    at_once = max(64, _AHEAD * sum(client.nthreads().values()))
    watch = _Watch(client)
    for point, future in _completed(lambda point: submit(point, "among-others"), points, at_once, watch):
        settled = _settled(future, watch)
        if isinstance(settled, killed_worker):
            suspects.append(point)
        else:
            yield point, _outcome(settled)
    # Dask blames a lost worker on every point that the worker held: only one that is alone is surely to blame
    for point, future in _completed(lambda point: submit(point, "alone"), suspects, 1, watch):
        yield point, _outcome(_settled(future, watch))


def _end_implementations(client: Client) -> None:
    """End what the workers of the cluster started for the sweep; a worker that is lost meanwhile has ended it."""
    with suppress(Exception):
        client.run(end_workers, on_error="ignore")


class _Watch:
    """Notices a cluster from which no answer can come any more.

    Raises
    ------
    InvalidInput
        If the scheduler is gone, or has had no worker for `ALONE_SECONDS`.
    """

    def __init__(self, client: Client) -> None:
        self._client = client
        self._alone_since: float | None = None

    def require_scheduler(self) -> None:
        """Raise if the scheduler is gone."""
        if self._client.status != "running":
            raise InvalidInput("the Dask scheduler is gone; the same command goes on where the sweep was")

    def require_workers(self) -> None:
        """Raise if the cluster has had no worker for a while."""
        self.require_scheduler()
        now = monotonic()
        if self._client.nthreads():
            self._alone_since = None
            return
        self._alone_since = now if self._alone_since is None else self._alone_since
        if now - self._alone_since >= ALONE_SECONDS:
            raise InvalidInput(
                f"the Dask cluster has had no worker for {ALONE_SECONDS:g} s; the same command goes on with the sweep"
            )

    def waited(self, take: Callable[[float], _Result]) -> _Result:
        """Return what `take` returns, which is given a number of seconds at a time as long as the cluster lives."""
        while True:
            try:
                return take(LOOK_SECONDS)
            except TimeoutError:
                self.require_workers()
            except OSError as error:
                raise InvalidInput(f"the Dask scheduler is gone; the same command goes on: {error}") from None


def _completed(
    submit: Callable[[int], Future], points: Iterable[int], at_once: int, watch: _Watch
) -> Iterator[tuple[int, Future]]:
    """Yield each point with its future when that is done; `at_once` of them are under way at a time."""
    over: SimpleQueue[str] = SimpleQueue()
    under_way: dict[str, tuple[int, Future]] = {}
    waiting = iter(points)

    def start(count: int) -> None:
        for point in islice(waiting, count):
            future = submit(point)
            under_way[future.key] = point, future
            future.add_done_callback(lambda done: over.put(done.key))

    start(at_once)
    while under_way:
        try:
            key = over.get(timeout=LOOK_SECONDS)
        except Empty:
            watch.require_workers()
            continue
        point, future = under_way.pop(key)
        watch.require_scheduler()
        yield point, future
        start(1)


def _settled(future: Future, watch: _Watch) -> Outcome | Exception:
    """Return the outcome of a point, or the error that Dask reports in its place.

    A future that is "lost" is not over: its worker died with the answer, and another one computes it again.

    Raises
    ------
    InvalidInput
        If the scheduler cancelled the point.
    """
    settled: Outcome | Exception
    try:
        error = watch.waited(future.exception)
        settled = watch.waited(future.result) if error is None else error
    except InvalidInput:
        raise
    except Exception as given_up:
        settled = given_up
    if future.status == "cancelled":
        raise InvalidInput("the Dask scheduler gave up the sweep; the same command goes on where it was")
    return settled


def _outcome(settled: Outcome | Exception) -> Outcome:
    return {"error": f"{type(settled).__name__}: {settled}"} if isinstance(settled, Exception) else settled
