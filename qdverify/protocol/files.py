"""Files written whole: whatever stops the writing, the old content or the new one is there, never a part."""

from __future__ import annotations

import errno
import fcntl
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TextIO

_MOST_LINKS: Final = 40


@dataclass(frozen=True)
class Destination:
    """Where a file is written to, settled before code under test can put a link or a pipe of its own there.

    Attributes
    ----------
    path
        The name that the user gave.
    target
        What a new file takes the place of, links followed; None for a device or a pipe, which is written to as it is.
    """

    path: Path
    target: Path | None

    @property
    def replaceable(self) -> bool:
        """Whether a new file takes the place of what is there."""
        return self.target is not None


def settled(path: Path) -> Destination:
    """Return where a path leads now; raise `OSError` if its links go in a circle.

    >>> settled(Path("/dev/null")).replaceable
    False
    """
    return Destination(path, followed(path) if replaceable(path) else None)


def followed(path: Path) -> Path:
    """Return the absolute path that a path stands for, its links followed; raise `OSError` if they go in a circle."""
    try:
        return path.resolve()
    except RuntimeError:  # as Python before 3.13 has it
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(path)) from None


def write_whole(where: Path | Destination, text: str) -> None:
    """Write a text file in one step; see `written_whole`."""
    with written_whole(where) as file:
        file.write(text)


@contextmanager
def written_whole(where: Path | Destination) -> Iterator[TextIO]:
    """Yield a text file that takes the place of a path when the block ends, and vanishes if the block fails.

    A link is followed and the permissions of the old file are kept. A device or a pipe cannot be replaced: it is
    written to as it is, and so is what this process has open, such as `/dev/stdout`, whatever lies behind it; what
    nobody reads there any more is dropped. A `Destination` stays what it was when it was settled: a link or a pipe that
    has come there since is neither followed nor written to, but replaced.

    Raises
    ------
    OSError
        If the file cannot be written; the error names `path`, whose content is then the old one.
    """
    destination = where if isinstance(where, Destination) else settled(where)
    path, target = destination.path, destination.target
    if target is None:
        try:
            with _as_it_is(path) as file:
                yield file
        except OSError as error:
            if isinstance(error, BrokenPipeError) and _descriptor(path) is not None:
                # whoever reads has had enough, as `head` has
                return
            if error.filename is None:
                raise naming(path, error) from error
            raise
        return
    mode = _mode_of_file(target)
    draft = target.with_name(f".{target.name[:100]}.{secrets.token_hex(4)}.part")
    try:
        with draft.open("x", encoding="utf-8") as file:
            if mode is not None:
                os.fchmod(file.fileno(), stat.S_IMODE(mode))
            yield file
            file.flush()
            os.fsync(file.fileno())
        draft.replace(target)
    except BaseException as error:
        draft.unlink(missing_ok=True)
        if isinstance(error, OSError) and error.filename in (None, str(draft)):
            raise naming(path, error) from error
        raise
    _sync(target.parent)


def replaceable(path: Path) -> bool:
    """Return whether a new file can take the place of a path: there is a regular file, or nothing.

    >>> replaceable(Path("/dev/null"))
    False
    """
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        return True
    return stat.S_ISREG(mode) and _descriptor(path) is None


def _mode_of_file(path: Path) -> int | None:
    """Return the mode of a regular file; None if there is none, or something else in its place."""
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:
        return None
    return mode if stat.S_ISREG(mode) else None


def naming(path: Path, error: OSError) -> OSError:
    """Return the same error of the system with the name that the user gave."""
    return OSError(error.errno, error.strerror, str(path))


def _as_it_is(path: Path) -> TextIO:
    descriptor = _descriptor(path)
    if descriptor is None:
        return path.open("w", encoding="utf-8")
    # opened anew, the file behind a descriptor would begin again and lose what was written before
    return os.fdopen(os.dup(descriptor), "w", encoding="utf-8")


def _descriptor(path: Path) -> int | None:
    """Return the descriptor of this process that a path such as `/dev/stdout` or `/dev/fd/3` names, or None."""
    here = path.absolute()
    for _ in range(_MOST_LINKS):
        if here.name.isdecimal() and os.path.realpath(here.parent) in (f"/proc/{os.getpid()}/fd", "/dev/fd"):
            return int(here.name)
        if not here.is_symlink():
            return None
        here = here.parent / here.readlink()
    return None


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Wait until no other process is inside such a block for the same folder; the lock ends with the process."""
    held = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield
    finally:
        os.close(held)


def _sync(folder: Path) -> None:
    """Bring a new name in a folder to the disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
