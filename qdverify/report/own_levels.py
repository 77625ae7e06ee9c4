"""The levels of a user's own dot in the terminal: what is proven, and what the implementation says."""

from __future__ import annotations

from collections.abc import Iterator

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from qdverify.protocol.nested import numbers
from qdverify.protocol.spins import spin_text
from qdverify.report.document import Report
from qdverify.suite.finding import Comparison, Finding, Kind
from qdverify.suite.own_dot import SUITE

LEVELS = f"{SUITE}.levels"


def print_own_levels(report: Report, console: Console) -> None:
    """Print the levels that a report about one dot compared; nothing if it is about the suite."""
    rows = [row for finding in report.findings if finding.id.partition("@")[0] == LEVELS for row in _rows(finding)]
    if not rows:
        return
    spins = {(label, k): two_S for label, k, two_S in _spins(report)}
    table = Table(title="Levels of the dot", box=SIMPLE_HEAD, title_justify="left", caption_justify="left")
    for heading in ("", "S", "E (proven)", "E (answered)", "deviation", "allowed"):
        table.add_column(heading, justify="right")
    previous = ""
    for label, k, known, said, comparison in rows:
        spin = spins.get((label, k))
        table.add_row(
            label if label != previous else "",
            "" if spin is None else spin_text(spin),
            f"{known if abs(known) > comparison.reference.bound else 0.0:.12g}",
            f"{said:.12g}",
            f"{abs(said - known):.1e}",
            f"{comparison.tolerance.value:.1e}",
        )
        previous = label
    console.print(table, highlight=False)


def _rows(finding: Finding) -> Iterator[tuple[str, int, float, float, Comparison]]:
    """Yield the label, the place, the proven and the answered energy of every level of a finding about energies."""
    comparison = finding.comparison
    if comparison is not None and comparison.kind is Kind.CLOSE:
        pairs = zip(numbers(comparison.reference.value), numbers(comparison.measured), strict=True)
        for k, (known, said) in enumerate(pairs):
            yield str(finding.case["label"]), k, known, said, comparison


def _spins(report: Report) -> Iterator[tuple[str, int, int]]:
    """Yield the label, the place and 2S of every level whose spin is proven; in a cluster the spins are sorted."""
    for finding in report.findings:
        comparison = finding.comparison
        if finding.id.partition("@")[0] == LEVELS and comparison is not None and comparison.kind is not Kind.CLOSE:
            for k, two_S in enumerate(numbers(comparison.reference.value)):
                yield str(finding.case["label"]), k, int(two_S)
