"""Put every fault under the suite and write the page of the kill table: `python -m qdverify.faults FILE`."""

from __future__ import annotations

from pathlib import Path

import click
from rich.console import Console

from qdverify.faults.fault import all_faults
from qdverify.faults.kill_table import Kill, as_markdown, idle_checks, kill_table, kills_alone
from qdverify.suite import LEVELS, Scope, select


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--level", type=click.Choice(LEVELS), default="quick", show_default=True)
@click.option("--seed", type=int, default=0, show_default=True)
def main(file: Path, level: str, seed: int) -> None:
    """Write the kill table as a page."""
    scope, console = Scope(level, seed), Console(stderr=True)

    def say(kill: Kill) -> None:
        console.print(f"{kill.fault.name}: {len(kill.checks)} checks", highlight=False)

    kills = kill_table(scope, say)
    checks = {check.id: check for check in select(None, level)}
    alone = {}
    for name in idle_checks(kills, checks.values()):
        found = kills_alone(checks[name], all_faults(), scope)
        alone[name] = found.name if found else "nothing"
        console.print(f"{name} alone: {alone[name]}", highlight=False)
    file.write_text("\n".join(as_markdown(kills, alone, scope)) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
