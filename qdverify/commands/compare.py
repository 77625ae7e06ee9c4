"""`qdverify compare`: two reports, references or baselines, digit by digit."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import click

from qdverify.agreement import MOST_DIGITS, Agreements, agreements
from qdverify.report.diff import Change, ReportDiff, compare_reports
from qdverify.report.document import SCHEMA as REPORT
from qdverify.report.page_folder import read_report
from qdverify.report.shown import visible
from qdverify.rules import InvalidInput

_DOUBLE: Final = 15.0


@click.command("compare")
@click.argument("first", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("second", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_context
def command(ctx: click.Context, first: Path, second: Path) -> None:
    """Say in how many digits FIRST and SECOND agree, and what changed from one to the other.

    Each is a report, a reference (or a list of them) or a baseline. Exit status 1 where a finding of a report broke,
    or where two values cannot be the same number.
    """
    one, two = _read(first), _read(second)
    if (_schema(one) == REPORT) != (_schema(two) == REPORT):
        raise InvalidInput(f"{first} and {second} must both be reports, or neither")
    found = agreements(one, two)
    if _schema(one) == REPORT:
        diff = compare_reports(one, two)
        _show_diff(diff)
        _show_measured(found)
        ctx.exit(1 if diff.broke else 0)
    _show_values(found, first, second)
    ctx.exit(0 if found.compatible and found.values else 1)


def _read(file: Path) -> Any:
    try:
        document = json.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise InvalidInput(f"{file} must be JSON: {error}") from None
    return read_report(file) if _schema(document) == REPORT else document


def _schema(document: Any) -> Any:
    return document.get("schema") if isinstance(document, Mapping) else None


def _show_diff(diff: ReportDiff) -> None:
    for name, before, after in diff.context:
        click.echo(f"context    {name}: {visible(before)} -> {visible(after)}")
    for word, changes in (("broke", diff.broke), ("repaired", diff.repaired), ("turned", diff.turned)):
        for change in changes:
            click.echo(f"{word:<10} {_turn(change)}")
    for word, digits in (("lost", diff.lost), ("won", diff.won)):
        for item in digits:
            click.echo(f"{word:<10} {item.check}: {item.before:.1f} -> {item.after:.1f} digits")
    for word, counts in (("appeared", diff.appeared), ("gone", diff.gone)):
        for check, number in counts.items():
            click.echo(f"{word:<10} {check}: {number} findings")
    click.echo(f"unchanged  {diff.unchanged} findings")


def _turn(change: Change) -> str:
    digits = f", {change.digits[0]:.1f} -> {change.digits[1]:.1f} digits" if change.digits else ""
    return f"{change.check} {visible(change.case)}: {change.before} -> {change.after}{digits}"


def _show_measured(found: Agreements) -> None:
    """Show, for each check whose measured values differ beyond rounding, in how many digits they agree at least."""
    least: dict[str, float] = {}
    for item in found.values:
        least[item.case] = min(item.digits[0], least.get(item.case, MOST_DIGITS))
    for check, digits in least.items():
        if digits < _DOUBLE:
            click.echo(f"measured   {check}: the values agree to {digits:.1f} digits")


def _show_values(found: Agreements, first: Path, second: Path) -> None:
    for item in found.values:
        word = "agree" if item.compatible else "DIFFER"
        low, high = item.digits
        digits = f"{low:.1f}" if high - low < 0.1 else f"{low:.1f} to {'all' if high == MOST_DIGITS else f'{high:.1f}'}"
        click.echo(
            f"{word:<10} {item.case} {visible(item.name)}: {digits} digits, "
            f"apart by {item.deviation:.3g} at index {item.index}"
        )
    for file, keys in ((first, found.only_first), (second, found.only_second)):
        for case, name in keys:
            click.echo(f"only in {file}: {case} {visible(name)}")
    if not found.values:
        click.echo("nothing in common: no case with the same exact inputs stands in both")
