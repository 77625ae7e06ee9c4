"""Hold every installed peer against the suite: `python benchmarks/peer_verdicts.py [PEER ...]`.

Prints the table of verdicts that docs/peers.md shows, one row a variant.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from qdverify.implementations.peers import PEERS, installed
from qdverify.report.document import Report
from qdverify.run.verify import verify
from qdverify.suite.finding import Stage, Verdict

_WRONG = (Verdict.FAIL, Verdict.ERROR, Verdict.UNEXPECTED_PASS)


@click.command()
@click.argument("names", nargs=-1, type=click.Choice(list(PEERS)))
@click.option("--level", type=click.Choice(("quick", "full")), default="quick", show_default=True)
@click.option("--seed", type=int, default=0, show_default=True)
@click.option("--json", "folder", type=click.Path(file_okay=False, path_type=Path), help="Keep the reports here.")
def main(names: Sequence[str], level: str, seed: int, folder: Path | None) -> None:
    """Print the verdicts over the peers NAMES, or over all that are installed."""
    click.echo(
        "| peer | exit status | pass | fail | error | declined | blocked | unsupported | first wrong stage: checks |"
    )
    click.echo("| --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    for name in names or [name for name in PEERS if installed(name)]:
        report = verify(f"peer:{name}", level=level, seed=seed)
        click.echo(row(name, report))
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / f"{name}.json").write_text(report.to_json(), encoding="utf-8")


def row(name: str, report: Report) -> str:
    """Return a peer's row of the table."""
    counts = report.counts
    numbers = " | ".join(
        str(counts[verdict]) for verdict in ("pass", "fail", "error", "declined", "blocked", "unsupported")
    )
    return f"| `{name}` | {report.exit_status} | {numbers} | {_first_wrong(report)} |"


def _first_wrong(report: Report) -> str:
    wrong = [finding for finding in report.findings if finding.verdict in _WRONG]
    if not wrong:
        return ""
    stages = list(Stage)
    first = min((finding.stage for finding in wrong), key=stages.index)
    checks = dict.fromkeys(finding.id.partition("@")[0] for finding in wrong if finding.stage is first)
    return f"{first}: {', '.join(checks)}"


if __name__ == "__main__":
    main()
