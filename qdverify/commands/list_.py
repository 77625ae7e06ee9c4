"""`qdverify list`: what there is to choose from."""

from __future__ import annotations

import click

from qdverify.suite import all_checks


@click.command("list")
@click.argument("what", type=click.Choice(["suites", "checks"]))
def command(what: str) -> None:
    """List what there is to choose from."""
    checks = all_checks()
    if what == "suites":
        for suite in sorted({check.suite for check in checks}):
            click.echo(f"{suite}  ({sum(check.suite == suite for check in checks)} checks)")
    else:
        for check in checks:
            click.echo(f"{check.id}  [{check.layer}, {check.level}]  {check.claim} ({check.equation})")
