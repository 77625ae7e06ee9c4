"""`qdverify sweep`: a grid of questions, resumable."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TaskProgressColumn

from qdverify.implementations.resolve import FORMS
from qdverify.implementations.subprocess_channel import Budgets
from qdverify.interfaces.commands.budgets import budget_options
from qdverify.interfaces.commands.paths import require_apart
from qdverify.interfaces.shell import INTERRUPTED
from qdverify.report.bar import bar
from qdverify.report.progress import clock, description
from qdverify.report.terminal import safe
from qdverify.sweep.plan import Plan, read_plan
from qdverify.sweep.run import Progress as Outcome
from qdverify.sweep.run import run_sweep

MOST_WORKERS: Final = 1024


@click.command("sweep")
@click.argument("plan_file", metavar="PLAN.toml", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--store", type=click.Path(dir_okay=False, path_type=Path), help="Results  [default: PLAN.sqlite].")
@click.option("--implementation", metavar="SPEC", help=f"Who is asked, in place of what the plan says: {FORMS}.")
@click.option(
    "--workers",
    type=click.IntRange(min=1, max=MOST_WORKERS),
    default=None,
    help="Processes here  [default: one a core].",
)
@click.option("--scheduler", metavar="ADDRESS", help="Use the Dask cluster at this address instead.")
@click.option("--retry-errors", is_flag=True, help="Ask again for points that ended in an error.")
@budget_options
@click.pass_context
def command(
    ctx: click.Context,
    *,
    plan_file: Path,
    store: Path | None,
    implementation: str | None,
    workers: int | None,
    scheduler: str | None,
    retry_errors: bool,
    budgets: Budgets,
) -> None:
    """Ask an implementation for every point of a grid.

    Results are kept as they come. A sweep that was stopped, in whatever way, goes on where it was when the same
    command is given again. qdverify.sweep.open(STORE) reads the results as an xarray.Dataset.
    """
    plan = read_plan(plan_file, implementation)
    path = store or plan_file.with_suffix(".sqlite")
    require_apart([path], [plan_file])
    kept = 0

    def take(count: int, _: bool) -> None:
        nonlocal kept
        kept = count
        advance(count)

    try:
        with _bar(plan) as advance:
            outcome = run_sweep(
                plan,
                path,
                workers=workers or os.cpu_count() or 1,
                scheduler=scheduler,
                retry_errors=retry_errors,
                budgets=budgets,
                on_point=take,
            )
    except KeyboardInterrupt:
        stopped = f"stopped with {kept} of {plan.size} points" if kept else "stopped before the next point was there"
        click.echo(f"{stopped} in {path}; the same command goes on", err=True)
        ctx.exit(INTERRUPTED)
    _summarise(plan, outcome, path)
    ctx.exit(0 if outcome.complete else 3)


def _summarise(plan: Plan, outcome: Outcome, path: Path) -> None:
    """Print the first errors, and how many points are done."""
    for point, error in list(outcome.errors.items())[:3]:
        click.echo(f"error at {plan.point(point)}: {safe(error)}", err=True)
    errors = f", {len(outcome.errors)} ended in an error (--retry-errors asks again)" if outcome.errors else ""
    click.echo(f"{outcome.done} of {plan.size} points in {path}{errors}")


@contextmanager
def _bar(plan: Plan) -> Iterator[Callable[[int], None]]:
    """Show a bar on a terminal; yield what takes the number of points that are done."""
    console = Console(stderr=True)
    what = f"{plan.task} {' x '.join(plan.axes) or 'one point'}"
    counts = 2 * len(str(plan.size)) + 20
    columns = (
        description(console, len(what), counts),
        BarColumn(),
        MofNCompleteColumn(),
        TaskProgressColumn(show_speed=True),
        *clock(console),
    )
    with bar(console, *columns) as shown:
        points = shown.add_task(what, total=plan.size)
        yield lambda done: shown.update(points, completed=done)
