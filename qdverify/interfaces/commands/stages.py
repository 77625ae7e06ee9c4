"""A bar that counts the stages of a long command on a terminal; in a pipe it stays silent."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn

from qdverify.report.bar import bar
from qdverify.report.progress import WIDE

_OTHERS, _LEAST = 24, 8


@contextmanager
def stages(total: int) -> Iterator[Callable[[str], None]]:
    """Show a bar while the context lasts; yield what takes the name of each stage as it begins.

    Parameters
    ----------
    total
        Number of stages. A command that meets fewer of them ends before the bar is full.
    """
    console = Console(stderr=True)
    # on a narrow terminal the name of the stage is cut, and not the count
    name = TextColumn(f"{{task.description:.{max(_LEAST, console.width - _OTHERS)}}}")
    time = (TimeElapsedColumn(),) if console.width >= WIDE else ()
    columns = (BarColumn(), MofNCompleteColumn(), name, *time)
    with bar(console, *columns) as shown:
        task, done = shown.add_task("starting", total=total), count()
        # the stage that has begun is not yet done
        yield lambda name: shown.update(task, description=name, completed=next(done))
