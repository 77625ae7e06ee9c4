"""Points of a sweep on a Dask cluster; the store stays with the process that runs the sweep.

Dask gives the points of a worker that was lost to another one, and gives a point up when that has happened to it
several times; such a point is then tried once more by itself. Dask is an optional dependency:
``pip install qdverify[cluster]``.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from queue import SimpleQueue
from typing import Any, Final

from qdverify.protocol.inputs import InvalidInput
from qdverify.sweep.work import solve

_AHEAD: Final = 4
_CONNECT_SECONDS: Final = 30


def run_cluster(plan_text: str, key: str, points: Sequence[int], address: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield each point with its outcome, as they come from the cluster.

    Parameters
    ----------
    plan_text
        The plan as JSON.
    key
        The plan's hash: it names the tasks on the scheduler.
    points
        To be answered.
    address
        Of the scheduler, such as ``"tcp://10.0.0.1:8786"``.

    Raises
    ------
    InvalidInput
        Where Dask is not installed or no scheduler answers at the address.
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
        yield from _gather(client, distributed.KilledWorker, plan_text, key, points)


def _gather(
    client: Any, killed_worker: type[Exception], plan_text: str, key: str, points: Sequence[int]
) -> Iterator[tuple[int, dict[str, Any]]]:
    def submit(point: int, attempt: str) -> Any:
        return client.submit(solve, plan_text, point, key=f"qdverify-{key[:16]}-{point}-{attempt}", pure=False)

    suspects = []
    # a few points a thread are under way at a time: the scheduler need not hold the whole grid
    at_once = max(64, _AHEAD * sum(client.nthreads().values()))
    for point, future in _completed(lambda point: submit(point, "among-others"), points, at_once):
        if isinstance(future.exception(), killed_worker):
            suspects.append(point)
        else:
            yield point, _outcome(future)
    # Dask blames a lost worker on every point that the worker held: only one that is alone is surely to blame
    for point, future in _completed(lambda point: submit(point, "alone"), suspects, 1):
        yield point, _outcome(future)


def _completed(submit: Callable[[int], Any], points: Iterable[int], at_once: int) -> Iterator[tuple[int, Any]]:
    """Yield each point with its future when that is done, so many of them being under way at a time."""
    over: SimpleQueue[Any] = SimpleQueue()
    under_way: dict[str, tuple[int, Any]] = {}
    waiting = iter(points)

    def start(count: int) -> None:
        for point in islice(waiting, count):
            future = submit(point)
            under_way[future.key] = point, future
            future.add_done_callback(lambda done: over.put(done.key))

    start(at_once)
    while under_way:
        yield under_way.pop(over.get())
        start(1)


def _outcome(future: Any) -> dict[str, Any]:
    error = future.exception()
    if error is not None:
        return {"error": f"{type(error).__name__}: {error}"}
    outcome: dict[str, Any] = future.result()
    return outcome
