"""What surrounds a command: terminals of any encoding, pipes that close, interrupts, and mistakes of our own.

The exit statuses of a verdict (0 to 3) say something about an implementation. None of them may come from the shell:
an interrupt ends with 130, a mistake of this package with 70 and a file that holds its traceback.
"""

from __future__ import annotations

import hashlib
import io
import os
import stat
import sys
import tempfile
import traceback
from pathlib import Path
from typing import Any, Final

CRASHED: Final = 70
INTERRUPTED: Final = 130


class _OpenEnded(io.FileIO):
    """A file that drops what a closed pipe no longer takes, as after `| head`."""

    DROPPED: type[OSError] = BrokenPipeError

    def write(self, data: Any) -> int:
        """Write, or do nothing if nobody reads."""
        try:
            return super().write(data) or 0
        except self.DROPPED:
            return memoryview(data).nbytes


class _LastWords(_OpenEnded):
    """Standard error: if it takes nothing, as on a full disk, there is nowhere left to say so."""

    DROPPED = OSError


def settle_streams() -> None:
    """Make the standard streams take every text: a character that they cannot show becomes a question mark."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        # a stream that somebody has put in its place is left alone
        if isinstance(stream, io.TextIOWrapper) and stream is getattr(sys, f"__{name}__"):
            stream.flush()
            raw = (_LastWords if name == "stderr" else _OpenEnded)(stream.fileno(), "w", closefd=False)
            settled = io.TextIOWrapper(
                io.BufferedWriter(raw),
                encoding=stream.encoding,
                errors="replace",
                line_buffering=stream.line_buffering or name == "stderr",
            )
            setattr(sys, name, settled)


def finish_streams() -> None:
    """Write what is still held back; end with status 2 if standard output cannot take it, as on a full disk."""
    ending = sys.exception()
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except OSError as error:
        with Path(os.devnull).open("wb") as nowhere:
            os.dup2(nowhere.fileno(), sys.stdout.fileno())
        sys.stdout.flush()
        if not getattr(ending, "code", 0):
            sys.stderr.write(f"qdverify: standard output: {error}\n")
        raise SystemExit(2) from None


def keep_one_blas_thread() -> None:
    """Let linear algebra run in one thread, unless the user's environment says otherwise or numpy is loaded already."""
    if "numpy" not in sys.modules:
        for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
            os.environ.setdefault(name, "1")


def log_crash(error: BaseException) -> Path | None:
    """Write the traceback of an error into a file of the temporary folder; return None if that cannot be done.

    One mistake leaves one file, however often a script meets it.
    """
    text = "".join(traceback.format_exception(error))
    digest = hashlib.sha256(text.encode(errors="replace")).hexdigest()[:12]
    try:
        path = Path(tempfile.gettempdir()) / f"qdverify-crash-{digest}.log"
        if _is_our_file(path):
            return path
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:  # somebody else's, in a folder that all users share
            descriptor, name = tempfile.mkstemp(prefix="qdverify-crash-", suffix=".log")
            path = Path(name)
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="replace") as file:
            file.write(f"qdverify {' '.join(sys.argv[1:])}\n\n{text}")
    except OSError:
        return None
    return path


def _is_our_file(path: Path) -> bool:
    try:
        status = path.lstat()
    except FileNotFoundError:
        return False
    return stat.S_ISREG(status.st_mode) and status.st_uid == os.geteuid()
