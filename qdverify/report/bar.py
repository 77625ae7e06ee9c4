"""A bar of progress that is gone when its context ends, so that what a command says last is the last line.

An iterator that shows a bar, such as that of `rich.progress.track`, keeps it until it is collected, which an exception
on its way to the user puts off until after its message.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Protocol, TypeVar

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn

Item = TypeVar("Item")


class Counted(Protocol):
    """Takes items and their number, and returns the items, counted on a bar as they are used."""

    def __call__(self, items: Iterable[Item], number: int, /) -> Iterable[Item]:
        """Return the items."""


@contextmanager
def bar(console: Console, *columns: ProgressColumn) -> Iterator[Progress]:
    """Show a bar while the context lasts, if the console is a terminal; an interrupt while it appears ends it too."""
    shown = Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
    try:
        shown.start()
        yield shown
    finally:
        shown.stop()


@contextmanager
def counted(what: str) -> Iterator[Counted]:
    """Show a bar of that name while the context lasts; yield what counts items on it."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(elapsed_when_finished=True),
    )
    with bar(Console(stderr=True), *columns) as shown:
        yield lambda items, number: shown.track(items, total=number, description=what)
