"""All processes of a program under test: found, weighed and ended together.

The program leads a session of its own. A child that leaves the session is still found by a token in the environment
that it inherited. Where there is no /proc, the process group is ended as a whole and its memory is bounded by the
limit on each process alone.
"""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

TOKEN_VARIABLE: Final = "QDVERIFY_RUN"
_PROC: Final = Path("/proc")
_SWEEPS: Final = 50
_PAUSE: Final = 0.02


class ProcessGroup:
    """The processes of one program.

    Parameters
    ----------
    leader
        Process id of the program, which leads a session of its own and has not been waited for.
    token
        The value of `TOKEN_VARIABLE` in the program's environment.
    """

    def __init__(self, leader: int, token: str) -> None:
        self._leader = leader
        self._mark = f"{TOKEN_VARIABLE}={token}".encode()

    def members(self) -> list[int]:
        """Return the process ids of all that run, where the system lets us see them."""
        return [pid for pid in _process_ids() if self._owns(pid)]

    def memory(self) -> int:
        """Return the bytes of memory that all of them hold together; pages that they share count once, at most."""
        pids = self.members()
        return sum(_share(pid) for pid in pids) if len(pids) > 1 else sum(_resident(pid) for pid in pids)

    def kill(self) -> None:
        """End all of them, whatever they ignore; those that are born meanwhile too."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._leader, signal.SIGKILL)
        for _ in range(_SWEEPS):
            pids = self.members()
            if not pids:
                return
            for pid in pids:
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.kill(pid, signal.SIGKILL)
            time.sleep(_PAUSE)

    def _owns(self, pid: int) -> bool:
        try:
            # the name in parentheses may itself hold spaces and parentheses
            fields = (_PROC / str(pid) / "stat").read_bytes().rpartition(b")")[2].split()
        except OSError:
            return False
        state, session = fields[0], int(fields[3])
        if state in (b"Z", b"X"):
            return False
        return session == self._leader or self._marked(pid)

    def _marked(self, pid: int) -> bool:
        try:
            return self._mark in (_PROC / str(pid) / "environ").read_bytes().split(b"\0")
        except OSError:
            return False


def _process_ids() -> Iterator[int]:
    try:
        names = [entry.name for entry in _PROC.iterdir()]
    except OSError:
        return
    yield from (int(name) for name in names if name.isdecimal() and int(name) != os.getpid())


def _resident(pid: int) -> int:
    try:
        return int((_PROC / str(pid) / "statm").read_bytes().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0


def _share(pid: int) -> int:
    """Return the process's proportional share of its pages, which adds up over processes that share some."""
    try:
        for line in (_PROC / str(pid) / "smaps_rollup").read_bytes().splitlines():
            if line.startswith(b"Pss:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    return _resident(pid)
