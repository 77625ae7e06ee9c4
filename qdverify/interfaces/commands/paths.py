"""Files that a command reads and writes: none may be written twice, or over what is read."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations
from pathlib import Path

from qdverify.protocol.files import followed
from qdverify.protocol.inputs import InvalidInput


def require_apart(written: Iterable[Path | None], read: Iterable[Path | None] = ()) -> None:
    """Raise `InvalidInput` if two files to be written are the same, or one of them is also read; None names no file.

    A device or a pipe, such as `/dev/stdout`, may be written to as often as one likes.

    >>> require_apart([Path("report.json"), Path("report.xml"), None])
    """
    names = [path for path in written if path is not None]
    sources = [path for path in read if path is not None]
    pairs = [*combinations(names, 2), *((name, source) for name in names for source in sources)]
    for one, other in pairs:
        if followed(one) == followed(other) and (one.is_file() or not one.exists()):
            raise InvalidInput(f"{one} and {other} must be different files: one would take the place of the other")
