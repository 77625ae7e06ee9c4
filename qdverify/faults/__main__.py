"""Put every fault under the suite and write the kill table: `python -m qdverify.faults FILE`."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from fnmatch import fnmatchcase
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from qdverify.faults.fault import Fault, all_faults
from qdverify.faults.kill_table import Kill, changed_under_their_id, document, idle_checks, kill_table, kills_alone
from qdverify.faults.update_table import updated_kills
from qdverify.faults.whole_table import difference, measured_kills, with_rows
from qdverify.protocol.files import write_whole
from qdverify.suite.declare import LEVELS, Check, Scope, select
from qdverify.suite.kill_table import KillTable

CONSOLE = Console(stderr=True)


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--level", type=click.Choice(LEVELS), default="quick", show_default=True)
@click.option("--seed", type=int, default=0, show_default=True)
@click.option("--workers", type=click.IntRange(min=1), default=1, show_default=True, help="Processes.")
@click.option(
    "--update", is_flag=True, help="Measure only the faults and checks that FILE lacks; level and seed are its."
)
@click.option(
    "--compare",
    is_flag=True,
    help="Measure all faults by all checks, and say how FILE differs; level and seed are its. FILE stays as it is.",
)
@click.option("--fault", "globs", metavar="GLOB", multiple=True, help="With --compare: faults of such names only.")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="With --compare: write FILE with the measured rows to here, which may be FILE.",
)
def main(
    file: Path,
    level: str,
    seed: int,
    workers: int,
    *,
    update: bool,
    compare: bool,
    globs: tuple[str, ...],
    out: Path | None,
) -> None:
    """Write the kill table as JSON."""
    if (globs or out) and not compare:
        raise click.UsageError("--fault and --out need --compare")
    if update and compare:
        raise click.UsageError("--update and --compare exclude each other")
    if compare:
        sys.exit(_compare(file, globs, out))
    known: Mapping[str, str | None] = {}
    checks: Sequence[Check]
    if update:
        table, scope, checks = _read(file)
        known = table["alone"]
        kills = updated_kills(table, checks, scope, _say)
    else:
        scope = Scope(level, seed)
        checks = select(None, level)
        kills = kill_table(scope, _say, workers=workers)
    alone = _alone(kills, checks, scope, known)
    write_whole(file, json.dumps(document(kills, alone, checks, scope), indent=1) + "\n")


def _say(kill: Kill) -> None:
    CONSOLE.print(f"{kill.fault.name}: {len(kill.checks)} checks", highlight=False)


def _read(file: Path) -> tuple[KillTable, Scope, Sequence[Check]]:
    """Return a table with its level and seed, and the checks of that level."""
    table: KillTable = json.loads(file.read_text(encoding="utf-8"))
    scope = Scope(table["level"], table["seed"])
    checks = select(None, scope.level)
    if changed := changed_under_their_id(table, checks):
        raise click.ClickException(f"raise the version of {', '.join(changed)}: what is asked has changed")
    return table, scope, checks


def _alone(
    kills: Sequence[Kill], checks: Sequence[Check], scope: Scope, known: Mapping[str, str | None]
) -> dict[str, str | None]:
    """Return for each check that caught nothing the fault that it catches by itself, or None."""
    alone: dict[str, str | None] = {}
    for check in idle_checks(kills, checks):
        if check.id in known:
            alone[check.id] = known[check.id]
            continue
        found = kills_alone(check, all_faults(), scope)
        alone[check.id] = found.name if found else None
        CONSOLE.print(f"{check.id} alone: {alone[check.id]}", highlight=False)
    return alone


def _compare(file: Path, globs: Sequence[str], out: Path | None) -> int:
    """Measure faults as a whole, say how a table differs, and return the exit status: 1 if it does."""
    table, scope, checks = _read(file)
    faults = [fault for fault in all_faults() if not globs or any(fnmatchcase(fault.name, glob) for glob in globs)]
    if not faults:
        raise click.UsageError(f"no fault is called {', '.join(globs)}")
    differing = 0

    with _bar(faults) as advance:

        def told(kill: Kill) -> None:
            nonlocal differing
            if found := difference(table, kill):
                differing += 1
                click.echo(str(found))
            advance(kill)

        kills = measured_kills(faults, checks, scope, told)
    gone = [row["fault"] for row in table["kills"] if row["fault"] not in {fault.name for fault in all_faults()}]
    for name in gone:
        click.echo(f"{name}: in the table, but no fault any more")
    click.echo(f"{differing + len(gone)} of {len(faults) + len(gone)} rows differ")
    if out is not None:
        write_whole(out, json.dumps(with_rows(table, kills), indent=1) + "\n")
    return 1 if differing or gone else 0


@contextmanager
def _bar(faults: Sequence[Fault]) -> Iterator[Callable[[Kill], None]]:
    """Show a bar of the faults while the context lasts, if there is a terminal; yield what takes each outcome."""
    columns = (TextColumn("{task.description:<40.40}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    left = (TextColumn("left"), TimeRemainingColumn())
    with Progress(*columns, *left, console=CONSOLE, transient=True, disable=not CONSOLE.is_terminal) as shown:
        bar = shown.add_task("starting", total=len(faults))
        yield lambda kill: shown.update(bar, advance=1, description=kill.fault.name)


if __name__ == "__main__":
    main()
