"""Work done in a copy of this process while it goes on: a report is written when all else is over, on both cores.

The copy is made by fork and knows all that this process knows; only its result comes back. Where there is one core, or
one system call would copy a process with several threads, the work is done at once, in this process.
"""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Generic, TypeVar

_T = TypeVar("_T")


class Aside(Generic[_T]):
    """Some work whose result is wanted later.

    Parameters
    ----------
    work
        What to do; it may change nothing that this process sees, and its result can be pickled.

    Examples
    --------
    >>> Aside(lambda: 6 * 7).result()
    42
    """

    def __init__(self, work: Callable[[], _T]) -> None:
        self._work = work
        self._channel: Connection | None = None
        if not _second_core():
            self._done = _outcome(work)
            return
        context = multiprocessing.get_context("fork")
        self._channel, theirs = context.Pipe(duplex=False)
        self._process = context.Process(target=_send, args=(theirs, work), daemon=True)
        self._process.start()
        theirs.close()

    def result(self) -> _T:
        """Return the result, or raise what the work raised; if the copy was ended, the work is done here."""
        if self._channel is not None:
            try:
                self._done = pickle.loads(self._channel.recv_bytes())
            except (EOFError, OSError):
                self._done = _outcome(self._work)
            self._process.join()
            self._channel.close()
            self._channel = None
        if isinstance(self._done, _Raised):
            raise self._done.error
        return self._done


def _second_core() -> bool:
    return sys.platform == "linux" and threading.active_count() == 1 and len(os.sched_getaffinity(0)) > 1


@dataclass(frozen=True)
class _Raised:
    """What the work raised in place of a result."""

    error: Exception


def _outcome(work: Callable[[], _T]) -> _T | _Raised:
    try:
        return work()
    except Exception as error:
        return _Raised(error)


def _send(channel: Connection, work: Callable[[], object]) -> None:
    # an interrupt ends the process that waits, and this one with it
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    channel.send_bytes(pickle.dumps(_outcome(work)))
