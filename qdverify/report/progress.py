"""The progress of a run on a terminal: a bar with what is left, and how many findings went wrong so far.

The bar counts trials, weighed by how long their checks took in an earlier run if there is one; in a pipe it stays
silent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import Final

from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    ProgressColumn,
    TaskProgressColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from qdverify.report.document_types import ReportDocument
from qdverify.report.summary import LOUD
from qdverify.suite.declare import Check, Scope
from qdverify.suite.finding import Finding

WIDE: Final = 70
"""Columns of a terminal on which a bar shows the time."""
_LEAST: Final = 10


class Gauge:
    """How much of a run is done: the weight of each check times the share of its trials that are over.

    Parameters
    ----------
    checks
        In the order in which they are run.
    scope
        Level and seed: they decide how many trials a check has.
    seconds
        How long each check, by its id, took earlier; checks that are not in it count as an average trial each.
    jobs
        How many checks are tried at once.
    """

    def __init__(self, checks: Sequence[Check], scope: Scope, seconds: Mapping[str, float], jobs: int = 1) -> None:
        self._checks, self._scope, self._seconds = checks, scope, seconds
        self._jobs = jobs
        self._under_way: dict[str, set[str]] = {}
        self._over: set[str] = set()

    @cached_property
    def _trials(self) -> dict[str, int]:
        """How many trials each check has: making them all takes a second, which only a bar that is seen should cost."""
        return {check.id: max(1, sum(1 for _ in check.trials(self._scope))) for check in self._checks}

    @cached_property
    def _weights(self) -> dict[str, float]:
        known = {name: self._seconds[name] for name in self._trials if name in self._seconds}
        trials = sum(self._trials[name] for name in known)
        average = sum(known.values()) / trials if trials and any(known.values()) else 1.0
        return {name: known.get(name, average * count) or 1e-6 for name, count in self._trials.items()}

    @property
    def total(self) -> float:
        """The weight of the whole run."""
        return sum(self._weights.values())

    def count(self, finding: Finding) -> float:
        """Take a finding and return the weight of what is done.

        Checks of which nothing was heard while as many others had findings as are tried at once count as over.
        """
        labels = self._under_way.pop(finding.id, set())
        self._under_way[finding.id] = labels | {str(finding.case["label"])}
        while len(self._under_way) > self._jobs:
            self._over.add(next(iter(self._under_way)))
            del self._under_way[next(iter(self._under_way))]
        shares = {name: min(1.0, len(seen) / self._trials.get(name, 1)) for name, seen in self._under_way.items()}
        shares.update(dict.fromkeys(self._over, 1.0))
        return sum(share * self._weights.get(name, 0.0) for name, share in shares.items())


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
    with Progress(*columns, console=console, transient=True) as shown:
        bar = shown.add_task("starting", total=gauge.total, wrong="")

        def advance(finding: Finding) -> None:
            nonlocal wrong
            wrong += finding.verdict in LOUD
            text = f"[bold red]{wrong} wrong[/]" if wrong else ""
            shown.update(bar, completed=gauge.count(finding), description=finding.id, wrong=text)

        yield advance
