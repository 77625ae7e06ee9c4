"""Put limits on this process, then become the program under test: the first thing that the harness starts.

It is run by its path in an interpreter of its own and imports the standard library only. Limits set here hold from the
program's first instruction on, for everything that it starts, and need no code between fork and exec in the harness.

Arguments: process id of the harness, memory limit in bytes, then the program and its arguments.
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import sys
from typing import Final, NoReturn

PR_SET_PDEATHSIG: Final = 1
CANNOT_START: Final = 127


def main(arguments: list[str]) -> NoReturn:
    """Set the limits and replace this process by the program."""
    harness, memory, *command = arguments
    _limit(resource.RLIMIT_CORE, 0)
    # what is written to counts, what is only reserved does not: several language runtimes reserve terabytes
    _limit(resource.RLIMIT_DATA, int(memory))
    _die_with(int(harness))
    try:
        os.execvp(command[0], command)
    except OSError as error:
        sys.stderr.write(f"{command[0]} cannot be started: {error.strerror}\n")
        sys.exit(CANNOT_START)


def _limit(kind: int, value: int) -> None:
    _, hard = resource.getrlimit(kind)
    allowed = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(kind, (allowed, allowed))


def _die_with(harness: int) -> None:
    """Ask the kernel to kill this process when the harness is gone, where it knows how to."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != harness:
            sys.exit(CANNOT_START)


if __name__ == "__main__":
    main(sys.argv[1:])
