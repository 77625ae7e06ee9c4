"""`qdverify reproduce`: the paper's tables and figures beside the paper's own numbers."""

from __future__ import annotations

from pathlib import Path

import click

from qdverify.interfaces.commands.stages import stages
from qdverify.paper.recomputed import CUTOFF_RATIO, PAPER_ORBITALS, STATED_LENGTH
from qdverify.paper.reproduction import STAGES, STAGES_OF_INFERENCE, reproduce


@click.command("reproduce")
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), default="reproduction", show_default=True, help="Folder."
)
@click.option(
    "--length", type=float, default=STATED_LENGTH, show_default=True, metavar="L", help="In effective Bohr radii."
)
@click.option("--cutoff-ratio", type=float, default=CUTOFF_RATIO, show_default=True, metavar="R", help="lambda / L.")
@click.option(
    "--orbitals", type=int, default=PAPER_ORBITALS, show_default=True, metavar="M", help="Number of orbitals."
)
@click.option(
    "--inference/--no-inference",
    default=True,
    show_default=True,
    help="Ask which length, cutoff and number of orbitals the printed numbers ask for (40 s).",
)
def command(out: Path, length: float, cutoff_ratio: float, orbitals: int, inference: bool) -> None:
    """Recompute the paper's tables and figures."""
    with stages(STAGES + (STAGES_OF_INFERENCE if inference else 0)) as begin:
        index = reproduce(
            out, length=length, cutoff_ratio=cutoff_ratio, orbitals=orbitals, inference=inference, progress=begin
        )
    click.echo(index)
