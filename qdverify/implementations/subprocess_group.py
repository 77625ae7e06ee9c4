"""All processes of a program under test: found, weighed and ended together.

They are the descendants of the launcher, which adopts those that the program leaves behind (`subprocess_launch`).
Whatever was seen once stays known, and a token in the environment marks what the program started. If a program kills
the launcher, what it frees becomes a child of this process, provided that this one adopts orphans as the command
`qdverify` and the workers of a sweep do. So such a program gains nothing.
"""

from __future__ import annotations

import contextlib
import ctypes
import multiprocessing
import sys
import time
from collections.abc import Iterator
from typing import Final

import psutil

from qdverify.implementations.subprocess_launch import PR_SET_CHILD_SUBREAPER, control

TOKEN_VARIABLE: Final = "QDVERIFY_RUN"
_SWEEPS: Final = 50
_PAUSE: Final = 0.02
_PR_GET_CHILD_SUBREAPER: Final = 37
_launchers: Final[set[int]] = set()


def adopt_orphans() -> None:
    """Let what a program frees by killing its launcher become children of this process, on Linux.

    They are ended with the program. So must this process start no others than launchers, and what `multiprocessing`
    knows, while a program runs.
    """
    control(PR_SET_CHILD_SUBREAPER, 1)


class ProcessGroup:
    """The processes of one program.

    Parameters
    ----------
    launcher
        Process id of the launcher, which has not been waited for.
    token
        The value of `TOKEN_VARIABLE` in the program's environment.
    """

    def __init__(self, launcher: int, token: str) -> None:
        self._launcher = psutil.Process(launcher)
        _launchers.add(launcher)
        self._token = token
        self._known: set[psutil.Process] = set()

    def members(self) -> list[psutil.Process]:
        """Return all that run, without the launcher."""
        self._known.update(_descendants(self._launcher))
        self._known = {process for process in self._known if _runs(process)}
        return list(self._known)

    def memory(self) -> int:
        """Return the bytes of memory that all of them hold together; pages that they share count once, at most."""
        members = self.members()
        return sum(_memory(process, shared=len(members) > 1) for process in members)

    def wake_launcher(self) -> None:
        """Let the launcher go on, if the program has stopped it."""
        with contextlib.suppress(psutil.Error):
            self._launcher.resume()

    def kill(self) -> None:
        """End all of them, whatever they ignore, those that are born meanwhile too, and the launcher at last."""
        for _ in range(_SWEEPS):
            for process in list(self._known):
                self._known.update(_descendants(process))
            self._known.update(self._marked())
            self._known.update(self._adopted())
            members = self.members()
            if not members:
                break
            for process in members:
                with contextlib.suppress(psutil.Error):
                    process.kill()
            time.sleep(_PAUSE)
        with contextlib.suppress(psutil.Error):
            self._launcher.kill()
        _launchers.discard(self._launcher.pid)

    def _adopted(self) -> Iterator[psutil.Process]:
        """Yield what a program has freed by killing its launcher: younger children of which nobody here knows."""
        if not adopts_orphans():
            return
        started = {child.pid for child in multiprocessing.active_children()} | _launchers
        with contextlib.suppress(psutil.Error):
            since = self._launcher.create_time()
            for child in psutil.Process().children():
                with contextlib.suppress(psutil.Error):
                    if child.pid not in started and child.create_time() > since:
                        yield child

    def _marked(self) -> Iterator[psutil.Process]:
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error, OSError):
                if process != self._launcher and process.environ().get(TOKEN_VARIABLE) == self._token:
                    yield process


def adopts_orphans() -> bool:
    """Return whether this process adopts what its descendants leave behind."""
    adopts = ctypes.c_int(0)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_GET_CHILD_SUBREAPER, ctypes.byref(adopts), 0, 0, 0)
    return bool(adopts.value)


def _descendants(process: psutil.Process) -> list[psutil.Process]:
    try:
        return process.children(recursive=True)
    except psutil.Error:
        return []


def _runs(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() not in (psutil.STATUS_ZOMBIE, psutil.STATUS_DEAD)
    except psutil.Error:
        return False


def _memory(process: psutil.Process, *, shared: bool) -> int:
    """Return the resident memory, or the share of it that adds up over processes if some of them share pages."""
    with contextlib.suppress(psutil.Error, AttributeError):
        if shared:
            return int(process.memory_full_info().pss)
    try:
        return int(process.memory_info().rss)
    except psutil.Error:
        return 0
