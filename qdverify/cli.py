"""The command line: what users type (interface.md). Each command parses, calls one function of the package, and shows what it returns.

Exit status: 0 all that applies passed, 1 a failure, 2 wrong usage or invalid input (one line that names value and rule), 3 incomplete.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from qdverify.finding import Finding
from qdverify.implementations.resolve import FORMS, resolve
from qdverify.report.document import suite_version
from qdverify.report.terminal import print_report
from qdverify.rules import InvalidInput
from qdverify.suite import LEVELS, Scope, all_checks, select
from qdverify.verification import judge


class OneLineErrors(click.Group):
    """A group of commands in which invalid input ends with one line and exit status 2."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; turn an invalid input into a usage error."""
        try:
            return super().invoke(ctx)
        except (InvalidInput, FileNotFoundError, IsADirectoryError, PermissionError) as error:
            click.echo(f"qdverify: {' '.join(str(error).split())}", err=True)
            ctx.exit(2)


@click.group(cls=OneLineErrors, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(suite_version(), prog_name="qdverify")
def main() -> None:
    """Verify quantum-dot transport codes against exact and certified references."""


@main.command()
@click.option("--implementation", default="builtin", show_default=True, metavar="SPEC", help=f"What to test: {FORMS}.")
@click.option("--suite", "suites", multiple=True, metavar="NAME", help="Run this suite only; may be repeated.")
@click.option("--level", type=click.Choice(LEVELS), default="quick", show_default=True, help="How thoroughly to test.")
@click.option("--seed", type=int, default=0, show_default=True, help="Seed of the random cases.")
@click.option("--json", "json_file", type=click.Path(dir_okay=False, path_type=Path), help="Write the report as JSON.")
@click.pass_context
def verify(
    ctx: click.Context, implementation: str, suites: tuple[str, ...], level: str, seed: int, json_file: Path | None
) -> None:
    """Hold an implementation against the suite."""
    checks = select(suites or None, level)
    under_test = resolve(implementation)
    try:
        with _progress(len(checks)) as advance:
            report = judge(under_test, checks, Scope(level, seed), advance)
    finally:
        under_test.close()
    if json_file is not None:
        json_file.write_text(report.to_json(), encoding="utf-8")
    print_report(report, Console())
    ctx.exit(report.exit_status)


@main.command("list")
@click.argument("what", type=click.Choice(["suites", "checks"]))
def list_(what: str) -> None:
    """List what there is to choose from."""
    checks = all_checks()
    if what == "suites":
        for suite in sorted({check.suite for check in checks}):
            click.echo(f"{suite}  ({sum(check.suite == suite for check in checks)} checks)")
    else:
        for check in checks:
            click.echo(f"{check.id}  [{check.layer}, {check.level}]  {check.claim} ({check.equation})")


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
