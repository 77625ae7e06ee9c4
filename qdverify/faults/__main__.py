"""Put every fault under the suite and write the kill table: `python -m qdverify.faults FILE`."""

from __future__ import annotations

import json
from pathlib import Path

import click
from rich.console import Console

from qdverify.faults.fault import all_faults
from qdverify.faults.kill_table import Kill, document, idle_checks, kill_table, kills_alone
from qdverify.protocol.files import write_whole
from qdverify.suite.declare import LEVELS, Scope, select


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--level", type=click.Choice(LEVELS), default="quick", show_default=True)
@click.option("--seed", type=int, default=0, show_default=True)
@click.option("--workers", type=click.IntRange(min=1), default=1, show_default=True, help="Processes.")
def main(file: Path, level: str, seed: int, workers: int) -> None:
    """Write the kill table as JSON."""
    scope, console = Scope(level, seed), Console(stderr=True)

    def say(kill: Kill) -> None:
        console.print(f"{kill.fault.name}: {len(kill.checks)} checks", highlight=False)

    kills = kill_table(scope, say, workers=workers)
    checks = select(None, level)
    alone: dict[str, str | None] = {}
    for check in idle_checks(kills, checks):
        found = kills_alone(check, all_faults(), scope)
        alone[check.id] = found.name if found else None
        console.print(f"{check.id} alone: {alone[check.id]}", highlight=False)
    write_whole(file, json.dumps(document(kills, alone, checks, scope), indent=1) + "\n")


if __name__ == "__main__":
    main()
