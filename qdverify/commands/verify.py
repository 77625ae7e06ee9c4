"""`qdverify verify`: hold an implementation against the suite."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from qdverify.expected import expected_failures
from qdverify.finding import Finding
from qdverify.implementations.resolve import FORMS, resolve
from qdverify.report.terminal import print_report
from qdverify.suite import LEVELS, Scope, select
from qdverify.verification import judge


@click.command("verify")
@click.option("--implementation", default="builtin", show_default=True, metavar="SPEC", help=f"What to test: {FORMS}.")
@click.option("--suite", "suites", multiple=True, metavar="NAME", help="Run this suite only; may be repeated.")
@click.option("--level", type=click.Choice(LEVELS), default="quick", show_default=True, help="How thoroughly to test.")
@click.option("--seed", type=int, default=0, show_default=True, help="Seed of the random cases.")
@click.option("--json", "json_file", type=click.Path(dir_okay=False, path_type=Path), help="Write the report as JSON.")
@click.option(
    "--expected-failures",
    "expected_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="TOML file of failures that are known, each with reason, link and expiry.",
)
@click.pass_context
def command(
    ctx: click.Context,
    *,
    implementation: str,
    suites: tuple[str, ...],
    level: str,
    seed: int,
    json_file: Path | None,
    expected_file: Path | None,
) -> None:
    """Hold an implementation against the suite."""
    checks = select(suites or None, level)
    expected = expected_failures(expected_file)
    under_test = resolve(implementation)
    try:
        with _progress(len(checks)) as advance:
            report = judge(under_test, checks, Scope(level, seed), advance, expected=expected)
    finally:
        under_test.close()
    if json_file is not None:
        json_file.write_text(report.to_json(), encoding="utf-8")
    print_report(report, Console())
    ctx.exit(report.exit_status)


@contextmanager
def _progress(total: int) -> Iterator[Callable[[Finding], None]]:
    """Show a bar that counts checks, on a terminal only; yield what takes the findings."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description:<44}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        bar = progress.add_task("starting", total=total)
        seen: set[str] = set()

        def advance(finding: Finding) -> None:
            seen.add(finding.id)
            progress.update(bar, completed=len(seen), description=finding.id)

        yield advance
