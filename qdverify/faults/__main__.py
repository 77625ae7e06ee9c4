"""Put every fault under the suite and write the kill table: `python -m qdverify.faults FILE`."""

from __future__ import annotations

import json
from pathlib import Path

import click
from rich.console import Console

from qdverify.faults.fault import all_faults
from qdverify.faults.kill_table import Kill, changed_under_their_id, document, idle_checks, kill_table, kills_alone
from qdverify.faults.update_table import updated_kills
from qdverify.protocol.files import write_whole
from qdverify.suite.declare import LEVELS, Scope, select
from qdverify.suite.kill_table import KillTable


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--level", type=click.Choice(LEVELS), default="quick", show_default=True)
@click.option("--seed", type=int, default=0, show_default=True)
@click.option("--workers", type=click.IntRange(min=1), default=1, show_default=True, help="Processes.")
@click.option(
    "--update", is_flag=True, help="Measure only the faults and checks that FILE lacks; level and seed are its."
)
def main(file: Path, level: str, seed: int, workers: int, *, update: bool) -> None:
    """Write the kill table as JSON."""
    console = Console(stderr=True)

    def say(kill: Kill) -> None:
        console.print(f"{kill.fault.name}: {len(kill.checks)} checks", highlight=False)

    known: dict[str, str | None] = {}
    if update:
        table: KillTable = json.loads(file.read_text(encoding="utf-8"))
        scope, known = Scope(table["level"], table["seed"]), table["alone"]
        checks = select(None, scope.level)
        if changed := changed_under_their_id(table, checks):
            raise click.ClickException(f"raise the version of {', '.join(changed)}: what is asked has changed")
        kills = updated_kills(table, checks, scope, say)
    else:
        scope = Scope(level, seed)
        checks = select(None, level)
        kills = kill_table(scope, say, workers=workers)
    alone: dict[str, str | None] = {}
    for check in idle_checks(kills, checks):
        if check.id in known:
            alone[check.id] = known[check.id]
            continue
        found = kills_alone(check, all_faults(), scope)
        alone[check.id] = found.name if found else None
        console.print(f"{check.id} alone: {alone[check.id]}", highlight=False)
    write_whole(file, json.dumps(document(kills, alone, checks, scope), indent=1) + "\n")


if __name__ == "__main__":
    main()
