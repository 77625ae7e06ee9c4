"""The report in the terminal: one line a suite, what went wrong with the cause first, and the verdict last.

Colours follow the terminal and the variable NO_COLOR; in a pipe the lines are plain and unwrapped. Everything that an
implementation sent is printed as text: `rich` markup in it is escaped, control characters are shown, not obeyed.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.markup import escape
from rich.padding import Padding

from qdverify.report.cause import SILENT
from qdverify.report.document import Report
from qdverify.report.document_types import AccuracyDocument, FindingDocument
from qdverify.report.groups import CheckGroup, Failure, Numbers, group_findings, ranked_failures
from qdverify.report.not_verified import suite_catalogue
from qdverify.report.shown import Shown, accuracy_text, has_digits, visible
from qdverify.report.summary import LOUD, WORST_FIRST, Summary, summarise
from qdverify.suite.finding import Verdict

STYLES: Final = {
    Verdict.PASS: "green",
    Verdict.FAIL: "bold red",
    Verdict.ERROR: "bold magenta",
    Verdict.DECLINED: "magenta",
    Verdict.UNSUPPORTED: "dim",
    Verdict.BLOCKED: "yellow",
    Verdict.EXPECTED_FAILURE: "cyan",
    Verdict.UNEXPECTED_PASS: "bold red",
}
_STATES: Final = {"pass": "bold green", "fail": "bold red", "incomplete": "bold magenta"}
_TOLD: Final = LOUD | {Verdict.EXPECTED_FAILURE}
"""Verdicts of which the terminal shows single findings."""
_CASES: Final = 6
_LIMIT: Final = 160
_LINES: Final = 12


def print_report(report: Report, console: Console, page: Path | None = None) -> None:
    """Print a line a suite, the failures, what was not verified, and the verdict."""
    document = report.document()
    groups = group_findings(document, _LIMIT, with_any=_TOLD)
    summary = summarise(document, suite_catalogue())
    for line in _suites(document["findings"]):
        _print(console, line)
    for failure in ranked_failures(document, groups):
        _print_failure(console, failure)
    _print_expected(console, report, groups)
    _print(console, "")
    for line in _accuracy(document["accuracy"]):
        _print(console, line)
    for sentence in summary.not_verified:
        _print(console, f"[dim]not verified: {escape(sentence)}[/]")
    _print_verdict(console, report, summary)
    if page is not None:
        _print(console, f"report: {safe(page)}")


def safe(text: object) -> str:
    """Return text that is safe to print: markup escaped, control characters made visible."""
    return escape(visible(text))


def _print(console: Console, line: str, indent: int = 0) -> None:
    if console.is_terminal:
        console.print(Padding(line, (0, 0, 0, indent)), highlight=False)
    else:
        console.print(" " * indent + line, highlight=False, soft_wrap=True)


def _suites(findings: Sequence[FindingDocument]) -> Iterator[str]:
    by_suite: dict[str, list[FindingDocument]] = defaultdict(list)
    for finding in findings:
        by_suite[finding["suite"]].append(finding)
    width = max((len(name) for name in by_suite), default=0)
    for name, members in by_suite.items():
        digits = [finding["digits"][0] for finding in members if has_digits(finding)]
        seconds = sum(finding["seconds"] for finding in members)
        least = f"≥ {min(digits):4.1f} digits" if digits else " " * 13
        yield f"{name:<{width}}  {least}  {seconds:6.1f} s  {_tally(Counter(f['verdict'] for f in members))}"


def _tally(counts: Mapping[str, int]) -> str:
    return ", ".join(
        f"[{STYLES[verdict]}]{counts[verdict]} {verdict}[/]" for verdict in WORST_FIRST if counts.get(verdict)
    )


def _print_failure(console: Console, failure: Failure) -> None:
    group, row = failure.group, failure.worst
    _print(console, "")
    _print(console, f"[bold]{group.id}[/]  {_tally(dict(group.counts))}  [dim]stage {group.stage}[/]", 2)
    _print(console, f"{escape(group.claim)} [dim]({escape(group.source)})[/]", 4)
    _print(console, f"[dim]case[/]      {escape(row.label)}", 4)
    others = [case for case in failure.cases if case != row.label]
    if others:
        named = "; ".join(others[:_CASES]) + ("; …" if len(others) > _CASES else "")
        _print(console, f"[dim]and {len(others)} more: {escape(named)}[/]", 4)
    for line in _numbers(group, row.numbers) if row.numbers is not None else ():
        _print(console, line, 4)
    for line in row.detail.split("\n")[:_LINES] if row.detail else ():
        # marked, so that no line can pass for one of the report
        _print(console, f"[dim]|[/] {escape(line)}", 4)
    for hint in failure.hints[:2]:
        _print(console, f"[bold]hint: {escape(hint)}[/]", 4)
    if failure.blocks:
        _print(console, f"[yellow]blocks {len(failure.blocks)}[/]: {', '.join(failure.blocks)}", 4)
    # unwrapped even on a terminal: it is there to be copied
    console.print(f"    [dim]Reproduce with:[/] {escape(failure.command)}", highlight=False, soft_wrap=True)


def _numbers(group: CheckGroup, numbers: Numbers) -> Iterator[str]:
    where = f" [dim]at {escape(numbers.measured.index)}[/]" if numbers.measured.index else ""
    ball = f" {numbers.ball}" if numbers.ball else ""
    origin = numbers.reference_origin or group.reference_origin
    allowed = numbers.tolerance_origin or group.tolerance_origin
    yield f"[dim]measured[/]  {_number(numbers.measured)}{where}"
    yield f"[dim]reference[/] {_number(numbers.reference)}{ball} ({numbers.grade}: {escape(origin)})"
    yield f"[dim]off by[/]    {numbers.deviation}, {numbers.tolerance} allowed ({escape(allowed)})"
    if numbers.note:
        yield f"[dim]note[/]      {escape(numbers.note)}"


def _accuracy(measured: Sequence[AccuracyDocument]) -> Iterator[str]:
    """Yield a line for each task: what was claimed, and what was found."""
    if measured:
        yield "[bold]accuracy[/]  claimed; measured: least digits, and the accuracy with which all would have passed"
    for found in measured:
        digits = "" if found["digits"] is None else f"{found['digits']:.1f} digits, "
        numbers = f"{digits}relative {accuracy_text(found['relative'])}"
        numbers += f" or absolute {accuracy_text(found['absolute'])}"
        yield f"  {found['task']}: {found['claimed']}; {numbers}"
        if found["sentence"]:
            yield f"    {found['sentence']}"


def _number(shown: Shown) -> str:
    return escape(shown.agreeing) + (f"[underline]{escape(shown.differing)}[/]" if shown.differing else "")


def _print_expected(console: Console, report: Report, groups: Sequence[CheckGroup]) -> None:
    known = [(group, row) for group in groups for row in group.rows if row.verdict is Verdict.EXPECTED_FAILURE]
    if known or report.outdated:
        _print(console, "\n[bold]expected failures[/]")
    for group, row in known:
        numbers = row.numbers
        values = "" if numbers is None else f": {_number(numbers.measured)}, not {_number(numbers.reference)}"
        _print(console, f"[cyan]{group.id}[/] {escape(row.label)}{values}", 2)
        _print(console, f"[dim]{safe(row.detail)}[/]", 4)
    for entry, state in report.outdated:
        where = f"{safe(entry.check)} {safe(entry.case)} in {safe(entry.source)}"
        _print(console, f"[bold red]{state}[/] {where}: {safe(entry.reason)}", 2)


def _print_verdict(console: Console, report: Report, summary: Summary) -> None:
    _print(console, f"[{_STATES[summary.state]}]{summary.state}[/]  [bold]{escape(summary.headline)}[/]")
    if summary.cause:
        _print(console, escape(summary.cause), 2)
    if summary.kind is not None and summary.kind is not SILENT:
        for claim, number, tried in summary.broken_claims[:1]:
            _print(console, f"{escape(claim)}: {summary.kind.outcome(number, tried)}", 2)
    if summary.hint:
        share = f" [dim]({summary.explains})[/]" if summary.explains else ""
        _print(console, f"most likely cause: {escape(summary.hint)}{share}", 2)
    scope = f"[dim]in {report.seconds:.1f} s, level {report.scope.level}, seed {report.scope.seed}[/]"
    _print(console, f"{_tally(report.counts)} {scope}", 2)
