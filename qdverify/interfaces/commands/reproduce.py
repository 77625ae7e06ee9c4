"""`qdverify reproduce`: the paper's tables and figures beside the paper's own numbers."""

from __future__ import annotations

from pathlib import Path

import click

from qdverify.interfaces.commands.stages import stages
from qdverify.paper.reproduction import STAGES, reproduce


@click.command("reproduce")
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), default="reproduction", show_default=True, help="Folder."
)
@click.option("--orbitals", type=int, default=13, show_default=True, metavar="M", help="Number of orbitals.")
@click.option("--cutoff-ratio", type=float, default=2e-4, show_default=True, metavar="R", help="lambda / L.")
def command(out: Path, orbitals: int, cutoff_ratio: float) -> None:
    """Recompute the paper's tables and figures."""
    with stages(STAGES) as begin:
        index = reproduce(out, orbitals=orbitals, cutoff_ratio=cutoff_ratio, progress=begin)
    click.echo(index)
