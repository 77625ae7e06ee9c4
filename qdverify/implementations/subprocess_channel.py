"""A line-by-line conversation with a program that nothing is expected of: it may hang, flood, die or fork.

One loop moves all three pipes without blocking, so that no pipe that fills up can stop the others; it watches the
clock, the size of the answer and the memory of the whole process group. Standard error is drained and its ends are
kept; it never makes a conversation fail.
"""

from __future__ import annotations

import fcntl
import os
import selectors
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from qdverify.implementations import subprocess_launch
from qdverify.implementations.subprocess_environment import environment
from qdverify.implementations.subprocess_group import TOKEN_VARIABLE, ProcessGroup

_CHUNK: Final = 1 << 16
_WATCH_SECONDS: Final = 0.1
_LAST_WORDS_SECONDS: Final = 0.3
_ENDING_SECONDS: Final = 5.0
_PAUSE: Final = 0.02


class ChannelError(Exception):
    """The conversation is over: the program hung, died, flooded or took too much memory."""


class ProgramEnded(ChannelError):
    """The program ended, or closed its standard output, before it had answered."""


@dataclass(frozen=True)
class Budgets:
    """What a program under test may use.

    Attributes
    ----------
    hello_seconds, request_seconds, shutdown_seconds
        Wall-clock seconds from a message to the end of its answer, and from the end of input to the program's end.
    memory_bytes
        Of each of its processes, and of all together.
    answer_bytes
        Longest answer.
    stderr_bytes
        How much of standard error is kept: the first half and the last.
    restarts
        How often a program that broke down is started again.
    environment
        Names of the environment variables that it gets besides those that every program gets.
    """

    hello_seconds: float = 30.0
    request_seconds: float = 120.0
    shutdown_seconds: float = 2.0
    memory_bytes: int = 4 << 30
    answer_bytes: int = 16 << 20
    stderr_bytes: int = 1 << 16
    restarts: int = 3
    environment: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name in ("hello_seconds", "request_seconds", "shutdown_seconds", "memory_bytes", "answer_bytes"):
            if not 0 < getattr(self, name) < float("inf"):
                raise ValueError(f"{name}={getattr(self, name)!r} must be positive and finite")


class Ends:
    """The first and the last bytes of a stream of any length."""

    def __init__(self, size: int) -> None:
        self._half = size // 2
        self._first = bytearray()
        self._last = bytearray()
        self._total = 0

    def add(self, data: bytes) -> None:
        """Take the next bytes of the stream."""
        self._total += len(data)
        room = self._half - len(self._first)
        self._first += data[:room]
        self._last += data[max(room, 0) :]
        del self._last[: -self._half]

    def text(self) -> str:
        """Return what was kept, with a remark if something is left out."""
        left_out = self._total - len(self._first) - len(self._last)
        remark = f"\n[{left_out} bytes left out]\n".encode() if left_out else b""
        return (bytes(self._first) + remark + bytes(self._last)).decode("utf-8", "replace")


class Channel:
    """A running program and its three pipes.

    Parameters
    ----------
    command
        The program and its arguments; no shell sees them.
    budgets
        What it may use.
    stderr
        Where its standard error is kept.
    """

    def __init__(self, command: Sequence[str], budgets: Budgets, stderr: Ends) -> None:
        self._budgets = budgets
        self._stderr = stderr
        self._answer = bytearray()
        self._pending = bytearray()
        token = uuid.uuid4().hex
        orders, self._orders = _pipe_beside_the_streams()
        self._folder = tempfile.mkdtemp(prefix="qdverify-")
        limits = (str(os.getpid()), str(orders), str(budgets.memory_bytes), self._folder)
        launcher = [sys.executable, "-I", "-S", subprocess_launch.__file__, *limits]
        try:
            self._process = subprocess.Popen(
                [*launcher, *command],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                bufsize=0,
                start_new_session=True,
                pass_fds=(orders,),
                env={**environment(self._folder, budgets.environment), TOKEN_VARIABLE: token},
            )
        except BaseException:
            os.close(self._orders)
            subprocess_launch.remove(self._folder)
            raise
        finally:
            os.close(orders)
        self._group = ProcessGroup(self._process.pid, token)
        self._watched = time.monotonic()
        pipes = (self._process.stdin, self._process.stdout, self._process.stderr)
        self._stdin, self._stdout, self._errors = (pipe.fileno() for pipe in pipes if pipe is not None)
        for pipe in (self._stdin, self._stdout, self._errors):
            os.set_blocking(pipe, False)
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._stdout, selectors.EVENT_READ)
        self._selector.register(self._errors, selectors.EVENT_READ)

    def ask(self, line: bytes, seconds: float) -> bytes:
        """Send one line and return the line that answers it, without its end.

        Raises
        ------
        ChannelError
            If there is no such line within the budgets; the program is to be ended then.
        """
        deadline = time.monotonic() + seconds
        self._read_stdout()
        if self._answer:
            raise ChannelError(f"wrote {len(self._answer)} bytes that nothing asked for: {_excerpt(self._answer)}")
        self._send(line)
        while b"\n" not in self._answer:
            if len(self._answer) > self._budgets.answer_bytes:
                raise ChannelError(
                    f"wrote more than {self._budgets.answer_bytes} bytes without ending the line: "
                    f"{_excerpt(self._answer)}"
                )
            left = deadline - time.monotonic()
            if left <= 0:
                raise ChannelError(f"gave no answer within {seconds:g} s{self._so_far()}")
            self._move(min(left, _WATCH_SECONDS))
            self._watch_memory()
            if self._stdout not in self._selector.get_map() and b"\n" not in self._answer:
                raise ProgramEnded(self._ending() + self._so_far())
        answer, _, rest = bytes(self._answer).partition(b"\n")
        self._answer = bytearray(rest)
        return answer

    def close(self, farewell: bytes = b"") -> None:
        """Say farewell, close the program's input, grant it its budget to end, then end all that is left of it."""
        deadline = time.monotonic() + (self._budgets.shutdown_seconds if farewell else 0.0)
        if farewell:
            self._send(farewell)
        while not self._ended() and time.monotonic() < deadline:
            self._move(_PAUSE)
            self._answer.clear()
            if not self._pending:
                self._close_stdin()
        self._end_all()
        self._move(0.0)
        self._selector.close()
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            if pipe is not None:
                pipe.close()
        subprocess_launch.remove(self._folder)

    def _end_all(self) -> None:
        """Let the launcher end all, which alone knows when none is left; then look for what may have escaped it."""
        os.close(self._orders)
        self._group.wake_launcher()
        deadline = time.monotonic() + _ENDING_SECONDS
        while not self._ended() and time.monotonic() < deadline:
            self._move(_PAUSE)
            self._answer.clear()
        self._group.kill()
        self._process.wait()

    def _send(self, line: bytes) -> None:
        self._pending += line + b"\n"
        if self._stdin not in self._selector.get_map():
            self._selector.register(self._stdin, selectors.EVENT_WRITE)

    def _move(self, seconds: float) -> None:
        """Move what the pipes take and give within that time."""
        for key, _ in self._selector.select(seconds):
            if key.fd == self._stdin:
                self._write_stdin()
            elif key.fd == self._stdout:
                self._read_stdout()
            else:
                self._read_stderr()

    def _write_stdin(self) -> None:
        try:
            written = os.write(self._stdin, self._pending[:_CHUNK])
        except BlockingIOError:
            return
        except OSError:
            # it no longer reads; whether it still answers is for the reader to find out
            self._pending.clear()
        else:
            del self._pending[:written]
        if not self._pending:
            self._selector.unregister(self._stdin)

    def _read_stdout(self) -> None:
        while (data := _read(self._stdout)) is not None:
            if not data:
                if self._stdout in self._selector.get_map():
                    self._selector.unregister(self._stdout)
                return
            self._answer += data
            if len(self._answer) > self._budgets.answer_bytes:
                return

    def _read_stderr(self) -> None:
        data = _read(self._errors)
        if data:
            self._stderr.add(data)
        elif data is not None:
            self._selector.unregister(self._errors)

    def _close_stdin(self) -> None:
        if self._process.stdin is not None and not self._process.stdin.closed:
            if self._stdin in self._selector.get_map():
                self._selector.unregister(self._stdin)
            self._process.stdin.close()

    def _watch_memory(self) -> None:
        if time.monotonic() - self._watched < _WATCH_SECONDS:
            return
        self._watched = time.monotonic()
        memory = self._group.memory()
        if memory > self._budgets.memory_bytes:
            raise ChannelError(f"holds {memory} bytes of memory, more than the {self._budgets.memory_bytes} granted")

    def _ended(self) -> bool:
        # not waited for: its process id, which names the group, must not be given away yet
        return os.waitid(os.P_PID, self._process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None

    def _ending(self) -> str:
        deadline = time.monotonic() + _LAST_WORDS_SECONDS
        while not self._ended() and time.monotonic() < deadline:
            self._move(_PAUSE)
        self._move(0.0)
        status = os.waitid(os.P_PID, self._process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        if status is None:
            return "closed its standard output"
        if status.si_code == os.CLD_EXITED:
            return f"ended with exit status {status.si_status}"
        return f"was ended by signal {status.si_status} ({signal.strsignal(status.si_status)})"

    def _so_far(self) -> str:
        return f", having written {_excerpt(self._answer)}" if self._answer else ""


def _pipe_beside_the_streams() -> tuple[int, int]:
    """Return a pipe that takes no descriptor of a standard stream, also if this process has closed some of them."""
    reader, writer = os.pipe()
    try:
        return fcntl.fcntl(reader, fcntl.F_DUPFD_CLOEXEC, 3), fcntl.fcntl(writer, fcntl.F_DUPFD_CLOEXEC, 3)
    finally:
        os.close(reader)
        os.close(writer)


def _read(pipe: int) -> bytes | None:
    """Return what the pipe holds, b"" at its end, None if there is nothing yet."""
    try:
        return os.read(pipe, _CHUNK)
    except BlockingIOError:
        return None
    except OSError:
        return b""


def _excerpt(data: bytes | bytearray, size: int = 160) -> str:
    text = bytes(data[:size]).decode("utf-8", "replace")
    return repr(text) + ("..." if len(data) > size else "")
