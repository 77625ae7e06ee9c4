"""`qdverify report`: several reports side by side on one page."""

from __future__ import annotations

from pathlib import Path

import click

from qdverify.interfaces.commands.paths import require_apart
from qdverify.protocol.files import write_whole
from qdverify.protocol.inputs import InvalidInput
from qdverify.report.page_folder import read_report


@click.command("report")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("codes.html"),
    show_default=True,
    help="The page to write.",
)
def command(files: tuple[Path, ...], out: Path) -> None:
    """Show several codes side by side, from the report.json of each."""
    # the page draws figures, for which other commands need not wait
    from qdverify.report.side_by_side import render_codes  # noqa: PLC0415

    require_apart([out], files)
    if not out.parent.is_dir():
        raise InvalidInput(f"--out {out} must be a file in a folder that exists")
    write_whole(out, render_codes([read_report(file) for file in files]))
    click.echo(f"page: {out}")
