"""Start a program under test with its limits, and see to it that nothing it started outlives the harness.

This file is run by its path in an interpreter of its own and imports the standard library only, and of that nothing
that takes long to load: every program waits for it. It stays as the
program's parent and, on Linux, adopts every process that the program leaves behind (sub-reaper), whatever session that
process has moved to: its descendants are all that the program started. When the harness closes its pipe, or is gone, it
ends them all. Otherwise it ends as the program ended, as soon as no descendant is left. In both cases it removes the
program's folder.

Arguments: process id of the harness, descriptor of its pipe, memory limit in bytes, the program's folder, then the
program and its arguments.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import select
import signal
import sys
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final, NoReturn

PR_SET_PDEATHSIG: Final = 1
PR_SET_CHILD_SUBREAPER: Final = 36
CANNOT_START: Final = 127
_LONG_PATH: Final = 1000
_LOOK_SECONDS: Final = 0.25
_SWEEPS: Final = 1000
_PAUSE: Final = 0.01


def main(arguments: list[str]) -> NoReturn:
    """Start the program, wait for it and for all that it leaves behind, and end as it did."""
    harness, orders, memory, folder, *command = arguments
    os.set_inheritable(int(orders), False)
    control(PR_SET_CHILD_SUBREAPER, 1)
    # a program may have stopped this process, which then would not see the harness go
    control(PR_SET_PDEATHSIG, signal.SIGCONT)
    woken, wakes = os.pipe()
    os.set_blocking(wakes, False)
    signal.set_wakeup_fd(wakes, warn_on_full_buffer=False)
    for number in (signal.SIGCHLD, signal.SIGTERM):
        signal.signal(number, lambda *_: None)
    # an interrupt at the keyboard is for the harness, which ends this process when it has ended the program
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    supervisor = os.getpid()
    program = os.fork()
    if program == 0:
        _become(command, int(memory), supervisor)
    _let_go_of_the_pipes()
    _end_like(_watched(program, int(harness), int(orders), woken, folder))


def _become(command: list[str], memory: int, supervisor: int) -> NoReturn:
    """Set the limits, which hold from the program's first instruction on, and become the program."""
    signal.set_wakeup_fd(-1)
    # what Python ignores, or has got a handler for here, must reach the program as usual
    for number in (signal.SIGCHLD, signal.SIGTERM, signal.SIGPIPE, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)
    os.setsid()
    _limit(resource.RLIMIT_CORE, 0)
    # what is written to counts, what is only reserved does not: several language runtimes reserve terabytes
    _limit(resource.RLIMIT_DATA, memory)
    control(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != supervisor:
        os._exit(CANNOT_START)
    try:
        os.execvp(command[0], command)
    except OSError as error:
        os.write(2, f"{command[0]} cannot be started: {error.strerror}\n".encode())
    os._exit(CANNOT_START)


def _watched(program: int, harness: int, orders: int, woken: int, folder: str) -> int:
    """Return the program's wait status when it and all that it left behind have ended."""
    status, ordered = 0, False
    while True:
        try:
            ended, ending = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            # a program that ends because the harness was killed may do so before this process can see why
            remove(folder)
            return status
        if ended == program:
            status = ending
        if ordered or os.getppid() != harness:
            _end_all(program)
        elif not ended:
            ready, _, _ = select.select([woken, orders], [], [], _LOOK_SECONDS)
            if woken in ready:
                os.read(woken, 1024)
            ordered = orders in ready


def remove(folder: str) -> None:
    """Remove a program's folder, whatever the program made of it: locked, a link, a file, or nested without end."""
    if os.path.islink(folder) or not os.path.isdir(folder):
        with contextlib.suppress(OSError):
            os.unlink(folder)
        return
    folders, seen = [folder], 0
    while seen < len(folders):
        folders += _emptied(folders[seen], folder)
        seen += 1
    for below in reversed(folders):
        with contextlib.suppress(OSError):
            os.rmdir(below)


def _emptied(folder: str, top: str) -> list[str]:
    """Remove the files of a folder and return its folders; one whose path grows too long is moved to the top."""
    found: list[str] = []
    with contextlib.suppress(OSError):
        os.chmod(folder, 0o700)
        for entry in list(os.scandir(folder)):
            with contextlib.suppress(OSError):
                if not entry.is_dir(follow_symlinks=False):
                    os.unlink(entry.path)
                elif len(entry.path) < _LONG_PATH:
                    found.append(entry.path)
                else:
                    os.chmod(entry.path, 0o700)  # a folder that is locked cannot be moved
                    found.append(f"{top}/{os.urandom(8).hex()}")
                    os.rename(entry.path, found[-1])
    return found


def _end_all(program: int) -> None:
    """Kill every child until none is left: the children of those that are killed become children of this process.

    There is no pause at first: a process that becomes another one every millisecond must be met while it lives.
    """
    for sweep in range(_SWEEPS):
        for pid in {program, *_children()}:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            return
        time.sleep(_PAUSE if sweep > _SWEEPS // 2 else 0.0)


def _children() -> list[int]:
    try:
        with open(f"/proc/self/task/{os.getpid()}/children", encoding="ascii") as file:
            text = file.read()
    except OSError:
        return []
    return [int(pid) for pid in text.split()]


def _end_like(status: int) -> NoReturn:
    code = os.waitstatus_to_exitcode(status)
    if code < 0:
        _limit(resource.RLIMIT_CORE, 0)
        with contextlib.suppress(OSError):
            signal.signal(-code, signal.SIG_DFL)
        os.kill(os.getpid(), -code)
    os._exit(code if code >= 0 else 128 - code)


def _let_go_of_the_pipes() -> None:
    """Close the program's pipes here, so that they end when the program does."""
    null = os.open(os.devnull, os.O_RDWR)
    for pipe in (0, 1, 2):
        os.dup2(null, pipe)


def _limit(kind: int, value: int) -> None:
    _, hard = resource.getrlimit(kind)
    allowed = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(kind, (allowed, allowed))


def control(option: int, value: int) -> None:
    """Call prctl, if the system has it."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


if __name__ == "__main__":
    main(sys.argv[1:])
