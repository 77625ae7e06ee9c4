"""The progress of a run on a terminal: a bar with what is left, and how many findings went wrong so far.

The bar counts time: how long the checks took in an earlier run, if there is one, or when the suite was measured; in a
pipe it stays silent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Final

from rich.console import Console
from rich.progress import (
    BarColumn,
    ProgressColumn,
    TaskProgressColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from qdverify.report.bar import bar
from qdverify.report.document_types import ReportDocument
from qdverify.report.summary import LOUD
from qdverify.suite.declare import Check
from qdverify.suite.finding import Finding

WIDE: Final = 70
"""Columns of a terminal on which a bar shows the time."""
_LEAST: Final = 10


class Gauge:
    """How much of a run is done: the weight of each check times the share of it that is over.

    A check that is under way has come as far as its findings took, of the time that it is expected to take; to make
    its trials once more and count them would cost seconds.

    Parameters
    ----------
    checks
        In the order in which they are run.
    seconds
        How long each check, by its id, is expected to take; checks that are not in it count as an average one each.
    jobs
        How many checks are tried at once.
    """

    def __init__(self, checks: Sequence[Check], seconds: Mapping[str, float], jobs: int = 1) -> None:
        known = {check.id: seconds[check.id] for check in checks if check.id in seconds}
        average = sum(known.values()) / len(known) if any(known.values()) else 1.0
        self._weights = {check.id: known.get(check.id, average) or 1e-6 for check in checks}
        self._jobs = jobs
        self._under_way: dict[str, float] = {}
        self._over: set[str] = set()

    @property
    def total(self) -> float:
        """The weight of the whole run."""
        return sum(self._weights.values())

    def count(self, finding: Finding) -> float:
        """Take a finding and return the weight of what is done.

        Checks of which nothing was heard while as many others had findings as are tried at once count as over.
        """
        if finding.id not in self._over:
            self._under_way[finding.id] = self._under_way.pop(finding.id, 0.0) + finding.seconds
        while len(self._under_way) > self._jobs:
            longest_silent = next(iter(self._under_way))
            self._over.add(longest_silent)
            del self._under_way[longest_silent]
        over = sum(self._weights.get(name, 0.0) for name in self._over)
        return over + sum(min(seconds, self._weights.get(name, 0.0)) for name, seconds in self._under_way.items())


def earlier_seconds(document: ReportDocument | None) -> dict[str, float]:
    """Return how long each check took in an earlier report; empty if there is none."""
    seconds: dict[str, float] = {}
    for finding in document["findings"] if document else ():
        seconds[finding["id"]] = seconds.get(finding["id"], 0.0) + finding["seconds"]
    return seconds


def description(console: Console, longest: int, others: int) -> ProgressColumn:
    """Return the column with a bar's description, cut so that the columns beside it stay whole.

    Parameters
    ----------
    console
        Where the bar is shown.
    longest
        Most characters of the description, and its width if there is room for them.
    others
        Characters that the other columns need.
    """
    width = max(_LEAST, min(longest, console.width - others))
    return TextColumn(f"{{task.description:<{width}.{width}}}")


def clock(console: Console) -> tuple[ProgressColumn, ...]:
    """Return the columns with the time that has passed and the time that is left, if the terminal has room."""
    return (TimeElapsedColumn(), TextColumn("left"), TimeRemainingColumn()) if console.width >= WIDE else ()


@contextmanager
def progress(gauge: Gauge, console: Console) -> Iterator[Callable[[Finding], None]]:
    """Show the bar while the context lasts; yield what takes the findings, and does nothing if nobody sees a bar."""
    if not console.is_terminal:
        yield lambda _: None
        return
    columns = (
        description(console, 40, 28),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[wrong]}"),
        *clock(console),
    )
    wrong = 0
    with bar(console, *columns) as shown:
        run = shown.add_task("starting", total=gauge.total, wrong="")

        def advance(finding: Finding) -> None:
            nonlocal wrong
            wrong += finding.verdict in LOUD
            text = f"[bold red]{wrong} wrong[/]" if wrong else ""
            shown.update(run, completed=gauge.count(finding), description=finding.id, wrong=text)

        yield advance
