"""`qdverify certificate`: independent re-verification of a certificate."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click
from rich.console import Console


@click.group("certificate")
def command() -> None:
    """Re-verify certificates independently."""


@command.command("check")
@click.argument(
    "files", nargs=-1, required=True, metavar="FILE...", type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.pass_context
def check_command(ctx: click.Context, files: Sequence[Path]) -> None:
    """Verify each certificate anew, with code that shares nothing with what wrote it.

    Exit status 1 where one is rejected: it is damaged, or states more than its evidence proves.
    """
    from qdverify.certificate.check import check_file  # noqa: PLC0415  (loads flint)
    from qdverify.certificate.grammar import RejectedError  # noqa: PLC0415

    accepted = True
    for file in files:
        try:
            with Console(stderr=True).status(f"checking {file}"):
                proven = check_file(file)
        except RejectedError as rejected:
            accepted = False
            click.echo(f"rejected   {file}: {' '.join(str(rejected).split())}")
        else:
            numbers = ", ".join(f"{count} of {name}" for name, count in proven.items())
            click.echo(f"proven     {file}: {numbers}")
    ctx.exit(0 if accepted else 1)
