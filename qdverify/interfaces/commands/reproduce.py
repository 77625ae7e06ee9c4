"""`qdverify reproduce`: the paper's tables and figures beside the paper's own numbers."""

from __future__ import annotations

from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from qdverify.paper.reproduction import reproduce


@click.command("reproduce")
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), default="reproduction", show_default=True, help="Folder."
)
@click.option("--orbitals", type=int, default=13, show_default=True, metavar="M", help="Number of orbitals.")
@click.option("--cutoff-ratio", type=float, default=2e-4, show_default=True, metavar="R", help="lambda / L.")
def command(out: Path, orbitals: int, cutoff_ratio: float) -> None:
    """Recompute the paper's tables and figures."""
    console = Console(stderr=True)
    columns = (BarColumn(), TextColumn("{task.completed} done, now {task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("starting", total=None, completed=-1)

        def begin(what: str) -> None:
            bar.update(task, description=what, advance=1)

        index = reproduce(out, orbitals=orbitals, cutoff_ratio=cutoff_ratio, progress=begin)
    click.echo(index)
