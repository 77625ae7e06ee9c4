"""`qdverify recover`: the report of a run that was stopped before it wrote one."""

from __future__ import annotations

from pathlib import Path

import click
from rich.console import Console

from qdverify.protocol.files import write_whole
from qdverify.protocol.inputs import InvalidInput
from qdverify.records.journal import recovered
from qdverify.report.terminal import print_report


@click.command("recover")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--json",
    "json_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the report as JSON to this file.",
)
@click.pass_context
def command(ctx: click.Context, file: Path, json_file: Path | None) -> None:
    """Report what a stopped run had found.

    FILE is the FILE.findings.jsonl that it left.
    """
    if json_file is not None and not json_file.parent.is_dir():
        raise InvalidInput(f"--json {json_file} must be a file in a folder that exists")
    report = recovered(file)
    if json_file is not None:
        write_whole(json_file, report.to_json())
    print_report(report, Console(emoji=False))
    ctx.exit(report.exit_status)
