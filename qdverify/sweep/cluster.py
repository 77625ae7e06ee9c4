"""Points of a sweep on a Dask cluster; the store stays with the process that runs the sweep.

Points go to the cluster in batches, each a task of Dask that ends after about as long as others, whatever its points
take. Dask gives the batches of a worker that was lost to another one, and gives a batch up when that has happened to it
several times; its points are then tried once more, each by itself. Dask is an optional dependency:
``pip install '.[cluster]'`` in a clone of the project.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from queue import Empty, SimpleQueue
from time import monotonic
from typing import Final, Protocol, TypeVar

from qdverify.protocol.inputs import InvalidInput
from qdverify.sweep.batches import BATCH_SECONDS, Batches
from qdverify.sweep.work import Assignment, Outcome, Solved, end_workers, solve_batch

_AHEAD: Final = 4
_CONNECT_SECONDS: Final = 30
LOOK_SECONDS: Final = 1.0
ALONE_SECONDS: Final = 60.0
"""How long a cluster may be without any worker before the sweep gives up."""

_Result = TypeVar("_Result")
Batch = tuple[int, ...]


class Future(Protocol):
    """A batch on the cluster, as far as this module needs Dask's future."""

    key: str
    status: str

    def exception(self, timeout: float) -> Exception | None:
        """Return the error of the batch, if there is one."""
        ...

    def result(self, timeout: float) -> Solved:
        """Return what became of the batch."""
        ...

    def add_done_callback(self, call: Callable[[Future], None]) -> None:
        """Call a function as soon as the batch is done."""
        ...


class Client(Protocol):
    """A connection to a cluster, as far as this module needs Dask's client."""

    status: str

    def submit(
        self,
        function: Callable[[Assignment, Batch, float], Solved],
        assignment: Assignment,
        batch: Batch,
        seconds: float,
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
        raise InvalidInput(
            f"scheduler={address!r} needs Dask: pip install '.[cluster]' in a clone of qdverify"
        ) from None
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
    def submit(batch: Batch, attempt: str) -> Future:
        # a batch gets its first point done: no other batch of the same attempt begins with it
        name = f"qdverify-{key[:16]}-{batch[0]}-{attempt}"
        return client.submit(solve_batch, assignment, batch, BATCH_SECONDS, key=name, pure=False)

    suspects: list[int] = []
    # a few batches a thread are under way at a time: the scheduler need not hold the whole grid
    threads = sum(client.nthreads().values())
    batches, watch = Batches(points, threads), _Watch(client)
    for batch, future in _completed(
        batches.take, lambda batch: submit(batch, "among-others"), max(64, _AHEAD * threads), watch
    ):
        settled = _settled(future, watch)
        if isinstance(settled, killed_worker) or (isinstance(settled, Exception) and len(batch) > 1):
            suspects += batch
        else:
            done = _outcomes(settled)
            if isinstance(settled, Solved):
                batches.learn(len(done), settled.seconds)
            batches.put_back(batch[len(done) :])
            yield from zip(batch, done, strict=False)
    # Dask blames a lost worker on every batch that the worker held: only a point that is alone is surely to blame
    alone = Batches(suspects, threads)
    for batch, future in _completed(alone.take, lambda batch: submit(batch, "alone"), 1, watch):
        yield batch[0], _outcomes(_settled(future, watch))[0]


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
    take: Callable[[], Batch], submit: Callable[[Batch], Future], at_once: int, watch: _Watch
) -> Iterator[tuple[Batch, Future]]:
    """Yield each batch with its future when that is done; `at_once` of them are under way at a time."""
    over: SimpleQueue[str] = SimpleQueue()
    under_way: dict[str, tuple[Batch, Future]] = {}

    def start() -> None:
        while len(under_way) < at_once and (batch := take()):
            future = submit(batch)
            under_way[future.key] = batch, future
            future.add_done_callback(lambda done: over.put(done.key))

    start()
    while under_way:
        try:
            key = over.get(timeout=LOOK_SECONDS)
        except Empty:
            watch.require_workers()
            continue
        batch, future = under_way.pop(key)
        watch.require_scheduler()
        yield batch, future
        start()


def _settled(future: Future, watch: _Watch) -> Solved | Exception:
    """Return what became of a batch, or the error that Dask reports in its place.

    A future that is "lost" is not over: its worker died with the answers, and another one computes them again.

    Raises
    ------
    InvalidInput
        If the scheduler cancelled the batch.
    """
    settled: Solved | Exception
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


def _outcomes(settled: Solved | Exception) -> list[Outcome]:
    """Return the outcomes of the points that a batch got to; an error is that of its only point."""
    return [{"error": f"{type(settled).__name__}: {settled}"}] if isinstance(settled, Exception) else settled.outcomes
