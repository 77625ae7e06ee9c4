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
@click.option("--length", type=float, default=9.5, show_default=True, metavar="L", help="In effective Bohr radii.")
@click.option("--cutoff-ratio", type=float, default=2e-4, show_default=True, metavar="R", help="lambda / L.")
@click.option("--orbitals", type=int, default=13, show_default=True, metavar="M", help="Number of orbitals.")
@click.option(
    "--inference/--no-inference",
    default=True,
    show_default=True,
    help="Ask which length, cutoff and number of orbitals the printed numbers ask for (40 s).",
)
def command(out: Path, length: float, cutoff_ratio: float, orbitals: int, inference: bool) -> None:
    """Recompute the paper's tables and figures."""
    console = Console(stderr=True)
    columns = (BarColumn(), TextColumn("{task.completed} done, now {task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("starting", total=None, completed=-1)

        def begin(what: str) -> None:
            bar.update(task, description=what, advance=1)

        index = reproduce(
            out, length=length, cutoff_ratio=cutoff_ratio, orbitals=orbitals, inference=inference, progress=begin
        )
    click.echo(index)
