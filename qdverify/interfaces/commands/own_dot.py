"""The options with which a command is asked about a dot of the user's own."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, Final

import click

from qdverify.interfaces.commands.budgets import Amount
from qdverify.interfaces.commands.dot_files import print_note
from qdverify.protocol.documents import one_line
from qdverify.protocol.dot_files import read_dot
from qdverify.protocol.inputs import InvalidInput, as_dot
from qdverify.suite.own_dot import LEVELS_OF_OWN_DOT, OwnDot

_READ: Final = click.Path(exists=True, dir_okay=False, path_type=Path)
_MOST_CHARACTERS: Final = 1000
_RANGE: Final = re.compile(r"([0-9]{1,4})(?:-([0-9]{1,4}))?")


def own_dot_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add --dot, --electrons, --levels and --seconds, received as `own: OwnDot | None` and `dot_file: Path | None`."""

    @click.option(
        "--dot", "dot_file", type=_READ, metavar="FILE", help="Test with your own dot: FCIDUMP, or JSON of a DOT."
    )
    @click.option("--electrons", metavar="N", help="Electrons in the dot of --dot: 3, 1-4 or 1,3.")
    @click.option(
        "--levels",
        type=int,
        metavar="K",
        help=f"Lowest levels of each number of electrons  [default: {LEVELS_OF_OWN_DOT}].",
    )
    @click.option(
        "--seconds",
        type=Amount(min=0, min_open=True),
        metavar="S",
        help="Wall-clock time after which nothing more is asked about the dot of --dot.",
    )
    @wraps(command)
    def with_own_dot(
        *arguments: Any,
        dot_file: Path | None,
        electrons: str | None,
        levels: int | None,
        seconds: float | None,
        **options: Any,
    ) -> None:
        command(*arguments, own=_own(dot_file, electrons, levels, seconds), dot_file=dot_file, **options)

    return with_own_dot


def _own(file: Path | None, electrons: str | None, levels: int | None, seconds: float | None) -> OwnDot | None:
    if file is None:
        if (electrons, levels, seconds) != (None, None, None):
            raise click.UsageError("--electrons, --levels and --seconds go with --dot")
        return None
    if electrons is None:
        raise click.UsageError("--dot needs --electrons N")
    dot = as_dot(read_dot(file, on_note=print_note))
    return OwnDot(dot, electron_numbers(electrons), LEVELS_OF_OWN_DOT if levels is None else levels, seconds)


def electron_numbers(text: str) -> tuple[int, ...]:
    """Return the numbers that a text such as 1-4 or 1,3 names, each once and rising.

    Raises
    ------
    InvalidInput
        If it names none, or has more than 1000 characters.

    Examples
    --------
    >>> electron_numbers("1-3,6")
    (1, 2, 3, 6)
    """
    if len(text) > _MOST_CHARACTERS:
        raise InvalidInput(f"electrons={one_line(text)} must have at most {_MOST_CHARACTERS} characters")
    found: set[int] = set()
    for part in text.split(","):
        ends = _RANGE.fullmatch(part.strip())
        first, last = (int(ends[1]), int(ends[2] or ends[1])) if ends else (1, 0)
        if first > last:
            raise InvalidInput(f"electrons={one_line(text)} must read like 3, 1-4 or 1,3")
        found.update(range(first, last + 1))
    return tuple(sorted(found))
