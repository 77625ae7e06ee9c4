"""The report in the terminal: a progress bar while it grows, then one line a check and what went wrong in full.

Everything that an implementation sent is printed as text: `rich` markup in it is escaped, control characters are
shown, not obeyed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from qdverify.finding import Finding, Verdict
from qdverify.report.document import Report

_STYLES: Final = {
    Verdict.PASS: "green",
    Verdict.FAIL: "bold red",
    Verdict.ERROR: "bold magenta",
    Verdict.UNSUPPORTED: "dim",
    Verdict.BLOCKED: "yellow",
    Verdict.EXPECTED_FAILURE: "cyan",
    Verdict.UNEXPECTED_PASS: "bold red",
}
_WORST_FIRST: Final = (
    Verdict.ERROR,
    Verdict.FAIL,
    Verdict.UNEXPECTED_PASS,
    Verdict.BLOCKED,
    Verdict.EXPECTED_FAILURE,
    Verdict.UNSUPPORTED,
    Verdict.PASS,
)
_SHOWN_PER_CHECK: Final = 3


def print_report(report: Report, console: Console, page: Path | None = None) -> None:
    """Print the table of checks, the details of all that did not pass, the summary line and where the page is."""
    console.print(_table(report.findings))
    for finding in _to_explain(report.findings):
        console.print(_explanation(finding), highlight=False, soft_wrap=True)
    for entry, state in report.outdated:
        console.print(
            f"[bold red]{state}[/] expected failure of {safe(entry.check)} {safe(entry.case)} in {safe(entry.source)}: "
            f"{safe(entry.reason)}",
            highlight=False,
            soft_wrap=True,
        )
    console.print(_summary(report), highlight=False, soft_wrap=True)
    if page is not None:
        console.print(f"Report: {safe(page)}", highlight=False, soft_wrap=True)


def safe(text: object) -> str:
    """Return text that is safe to print: markup escaped, control characters made visible."""
    shown = "".join(char if char.isprintable() or char == "\n" else repr(char)[1:-1] for char in str(text))
    return escape(shown)


def _table(findings: Sequence[Finding]) -> Table:
    by_check: dict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        by_check[finding.id].append(finding)
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("check", "claim", "verdict"):
        table.add_column(name, overflow="fold")
    for name in ("findings", "digits", "seconds"):
        table.add_column(name, justify="right", no_wrap=True)
    suite = ""
    for id, group in by_check.items():  # noqa: A001  (the report's field name)
        if group[0].suite != suite:
            suite = group[0].suite
            table.add_section()
        worst = min((finding.verdict for finding in group), key=_WORST_FIRST.index)
        digits = [finding.comparison.digits[0] for finding in group if finding.comparison is not None]
        table.add_row(
            id,
            group[0].claim,
            f"[{_STYLES[worst]}]{worst}[/]",
            str(len(group)),
            f"{min(digits):.1f}" if digits else "",
            f"{sum(finding.seconds for finding in group):.2f}",
        )
    return table


def _to_explain(findings: Sequence[Finding]) -> list[Finding]:
    shown: dict[str, int] = defaultdict(int)
    chosen = []
    for finding in findings:
        if finding.verdict in (Verdict.PASS, Verdict.UNSUPPORTED):
            continue
        shown[finding.id] += 1
        if shown[finding.id] <= _SHOWN_PER_CHECK:
            chosen.append(finding)
    return chosen


def _explanation(finding: Finding) -> str:
    lines = [f"[{_STYLES[finding.verdict]}]{finding.verdict}[/] {finding.id}  {safe(finding.case['label'])}"]
    if finding.comparison is not None:
        comparison = finding.comparison
        lines.append(
            f"    measured {safe(_short(comparison.measured))}, "
            f"reference {safe(_short(comparison.reference.value))} "
            f"({comparison.reference.grade}: {safe(comparison.reference.origin)})"
        )
        lines.append(
            f"    deviation {comparison.deviation:.3g}, tolerance {comparison.tolerance.value:.3g} "
            f"({safe(comparison.tolerance.origin)})" + (f"; {safe(comparison.note)}" if comparison.note else "")
        )
    lines += [f"    {label}{safe(text)}" for label, text in (("", finding.detail), ("hint: ", finding.hint)) if text]
    return "\n".join(lines)


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 90 else text[:87] + "..."


def _summary(report: Report) -> str:
    counted = ", ".join(
        f"[{_STYLES[verdict]}]{report.counts[verdict]} {verdict}[/]" for verdict in Verdict if report.counts[verdict]
    )
    state = "" if report.complete else "  [bold magenta]incomplete[/]"
    who = f"{safe(report.description.name)} {safe(report.description.version)}"
    return f"{who}: {counted} in {report.seconds:.1f} s (level {report.scope.level}, seed {report.scope.seed}){state}"
