"""A bar that counts the stages of a long command on a terminal; in a pipe it stays silent."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn


@contextmanager
def stages(total: int) -> Iterator[Callable[[str], None]]:
    """Show a bar while the context lasts; yield what takes the name of each stage as it begins.

    Parameters
    ----------
    total
        Number of stages. A command that meets fewer of them ends before the bar is full.
    """
    console = Console(stderr=True)
    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        # the stage that has begun is not yet done
        bar = progress.add_task("starting", total=total, completed=-1)
        yield lambda name: progress.update(bar, description=name, advance=1)
