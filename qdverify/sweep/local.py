"""Points of a sweep on the cores of this machine: one process each, one point at a time.

A process that dies takes one point with it, which is tried again in a fresh one; a point that kills its process three
times is an error, not an endless loop.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections import Counter, deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from threading import Thread
from typing import Final

from qdverify.implementations.subprocess_group import adopt_orphans
from qdverify.sweep.work import ATTEMPTS, Assignment, Outcome, end_workers, solve

_THREADS: Final = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")


def run_local(assignment: Assignment, points: Sequence[int], workers: int) -> Iterator[tuple[int, Outcome]]:
    """Yield each point with its outcome, as they come.

    Parameters
    ----------
    assignment
        What is asked, and of whom.
    points
        To be answered; begun in this order.
    workers
        Number of processes.
    """
    todo, deaths = deque(points), Counter[int]()
    crew = [_Process(assignment) for _ in range(min(workers, len(points)))]
    try:
        for process in crew:
            process.take(todo)
        while busy := {process.channel: process for process in crew if process.point is not None}:
            for channel in wait(list(busy)):
                process = busy[channel]  # type: ignore[index]  # `wait` returns what it was given
                point, outcome = process.receive()
                if outcome is None:
                    deaths[point] += 1
                    crew[crew.index(process)] = process = _Process(assignment)
                    if deaths[point] < ATTEMPTS:
                        todo.appendleft(point)
                    else:
                        yield point, {"error": f"the process that worked on it died {ATTEMPTS} times"}
                else:
                    yield point, outcome
                process.take(todo)
    finally:
        for process in crew:
            process.channel.close()
        for process in crew:
            process.end()


class _Process:
    """A process with what it is working on."""

    def __init__(self, assignment: Assignment) -> None:
        # a fresh interpreter: a forked one would share locks and threads of numerical libraries with this one
        context = multiprocessing.get_context("spawn")
        self.channel, theirs = context.Pipe()
        with _without_the_users_modules() as left_out, _deaf_to_interrupts():
            self._process: BaseProcess = context.Process(
                target=_serve, args=(theirs, assignment, left_out), daemon=True
            )
            self._process.start()
        theirs.close()
        self.point: int | None = None

    def take(self, todo: deque[int]) -> None:
        """Begin the next point, if there is one."""
        if todo:
            self.point = todo.popleft()
            try:
                self.channel.send(self.point)
            except OSError:
                # it died before it began; `receive` meets the end of the channel and says so
                return

    def receive(self) -> tuple[int, Outcome | None]:
        """Return the point and its outcome; None if the process died over it."""
        point, self.point = self.point, None
        assert point is not None
        try:
            return point, self.channel.recv()
        except (EOFError, OSError):
            self.end()
            return point, None

    def end(self) -> None:
        """End the process, and with it the implementation that it holds."""
        self.channel.close()
        self._process.join(timeout=2)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()


@contextmanager
def _without_the_users_modules() -> Iterator[dict[str, str | None]]:
    """Let an interpreter that starts here import no `pickle.py` of the current folder or of PYTHONPATH.

    Yields what it must put back into its environment for the programs that it starts.
    """
    before = {name: os.environ.get(name) for name in ("PYTHONPATH", "PYTHONSAFEPATH")}
    os.environ["PYTHONSAFEPATH"] = "1"
    os.environ.pop("PYTHONPATH", None)
    try:
        yield before
    finally:
        _put_back(before)


@contextmanager
def _deaf_to_interrupts() -> Iterator[None]:
    """Let a process that starts here take no interrupt at the keyboard, which the sweep answers, while it imports."""
    # it is started first, as it lets interrupts through again once it runs
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _put_back(variables: Mapping[str, str | None]) -> None:
    for name, value in variables.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value


def _serve(channel: Connection, assignment: Assignment, variables: Mapping[str, str | None]) -> None:
    """Answer points until the other end closes."""
    # the other end decides when to stop: an interrupt at the keyboard reaches it too
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    _put_back(variables)
    adopt_orphans()
    Thread(target=_end_with_the_sweep, daemon=True).start()
    for name in _THREADS:
        os.environ.setdefault(name, "1")
    try:
        while True:
            channel.send(solve(assignment, channel.recv()))
    except (EOFError, OSError):
        return
    finally:
        end_workers()


def _end_with_the_sweep() -> None:
    """End this process when the one that runs the sweep is gone, however long the point still takes.

    The program that it asks is ended by its launcher then.
    """
    sweep = multiprocessing.parent_process()
    if sweep is not None:
        sweep.join()
        os._exit(1)
