"""`qdverify compare`: two reports, references or baselines, or one of them and the shipped data, digit by digit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import click

from qdverify.protocol.documents import read_json
from qdverify.protocol.inputs import InvalidInput
from qdverify.records.agreement import MOST_DIGITS, Agreement, Agreements, agreements, digits_between
from qdverify.report.diff import Change, ReportDiff, compare_reports
from qdverify.report.document import FIRST_SCHEMA as FIRST_REPORT
from qdverify.report.document import SCHEMA as REPORT
from qdverify.report.page_folder import read_report
from qdverify.report.shown import count, visible

_DOUBLE: Final = 15.0
SHIPPED: Final = "the shipped reference data"


@click.command("compare")
@click.argument("first", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("second", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--digits", type=click.FloatRange(min=0), metavar="D", help="Values with D digits in common agree.")
@click.option("--every", is_flag=True, help="Show every number, not only the worst of each value.")
@click.pass_context
def command(ctx: click.Context, *, first: Path, second: Path | None, digits: float | None, every: bool) -> None:
    """Compare two documents, digit by digit.

    Each is a report, a reference (or a list of them) or a baseline. Without SECOND, FIRST is compared with the
    reference data that are shipped. Exit status 1 if a finding of a report broke, or if two values cannot be
    the same number; with --digits, if FIRST has fewer digits of SECOND's number.
    """
    one = _read(first)
    two = _shipped() if second is None else _read(second)
    if (_schema(one) == REPORT) != (_schema(two) == REPORT):
        raise InvalidInput(f"{first} and {second or SHIPPED} must both be reports, or neither")
    found = agreements(one, two, sources=(str(first), str(second or SHIPPED)))
    if _schema(one) == REPORT:
        diff = compare_reports(one, two)
        _show_diff(diff)
        _show_measured(found)
        ctx.exit(1 if diff.broke else 0)
    agreed = [item.compatible if digits is None else item.reaches(digits) for item in found.values]
    _show_values(found, agreed, every=every)
    _show_missing(found, first, second)
    ctx.exit(0 if agreed and all(agreed) else 1)


def _shipped() -> Any:
    from qdverify.reference import data  # noqa: PLC0415  (reads the shipped files only if they are used)

    return data.references()


def _read(file: Path) -> Any:
    document = read_json(file)
    return read_report(file) if _schema(document) in (REPORT, FIRST_REPORT) else document


def _schema(document: object) -> object:
    return document.get("schema") if isinstance(document, Mapping) else None


def _show_diff(diff: ReportDiff) -> None:
    """Show the conclusion first, then every change."""
    counts = {"broke": diff.broke, "repaired": diff.repaired, "turned": diff.turned, "lost digits": diff.lost}
    said = [f"{len(items)} {word}" for word, items in counts.items() if items]
    click.echo(f"summary    {', '.join(said) or 'nothing changed its verdict or lost digits'}")
    for name, before, after in diff.context:
        click.echo(f"context    {name}: {visible(before)} -> {visible(after)}")
    for word, changes in (("broke", diff.broke), ("repaired", diff.repaired), ("turned", diff.turned)):
        for change in changes:
            click.echo(f"{word:<10} {_turn(change)}")
    for word, digits in (("lost", diff.lost), ("won", diff.won)):
        for item in digits:
            click.echo(f"{word:<10} {item.check}: {item.before:.1f} -> {item.after:.1f} digits")
    for word, found in (("appeared", diff.appeared), ("gone", diff.gone)):
        for check, number in found.items():
            click.echo(f"{word:<10} {check}: {count(number, 'finding')}")
    click.echo(f"unchanged  {count(diff.unchanged, 'finding')}")


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


def _show_values(found: Agreements, agreed: Sequence[bool], *, every: bool) -> None:
    for item, good in zip(found.values, agreed, strict=True):
        click.echo(f"{'agree' if good else 'DIFFER':<10} {item.case} {visible(item.name)}: {_agreement(item)}")
        for index, (one, two) in enumerate(item.pairs if every else ()):
            click.echo(f"{'':<10} {index:>4}  {one.mid}  {two.mid}  {_digits(digits_between(one, two))}")


def _agreement(item: Agreement) -> str:
    """Say how far apart the worst elements are, where they are."""
    if not item.pairs:
        return "of different shapes"
    if not item.deviation:
        return _digits(item.digits)
    return f"{_digits(item.digits)}, apart by {item.deviation:.3g} at index {item.index}"


def _digits(digits: tuple[float, float]) -> str:
    low, high = digits
    if low == MOST_DIGITS:
        return "equal"
    return f"{low:.1f}{'' if high - low < 0.1 else ' to all' if high == MOST_DIGITS else f' to {high:.1f}'} digits"


def _show_missing(found: Agreements, first: Path, second: Path | None) -> None:
    for case, name in found.only_first:
        click.echo(f"only in {first}: {case} {visible(name)}")
    for case, name in found.only_second if second else ():
        click.echo(f"only in {second}: {case} {visible(name)}")
    if second is None and found.only_second:
        click.echo(f"not asked: {len(found.only_second)} more values of {SHIPPED}")
    if not found.values:
        click.echo("nothing in common: no case with the same exact inputs is in both")
