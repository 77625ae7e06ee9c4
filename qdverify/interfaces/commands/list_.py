"""`qdverify list`: suites, checks, faults and implementations."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

import click

from qdverify.implementations import peers
from qdverify.implementations.resolve import FORMS
from qdverify.report.shown import count
from qdverify.suite.declare import all_checks


def _suites() -> Iterator[str]:
    checks = all_checks()
    for suite in sorted({check.suite for check in checks}):
        yield f"{suite}  ({count(sum(check.suite == suite for check in checks), 'check')})"


def _checks() -> Iterator[str]:
    for check in all_checks():
        yield f"{check.id}  [{check.stage}, {check.level}]  {check.claim} ({check.equation})"


def _faults() -> Iterator[str]:
    from qdverify.faults.fault import all_faults  # noqa: PLC0415  (loads the numeric stack)

    for fault in all_faults():
        yield f"{fault.name}  [{fault.stage}]  {fault.sentence}"


def _implementations() -> Iterator[str]:
    yield "builtin  this project's floating-point side, `numeric`"
    for name, peer in peers.PEERS.items():
        state = "" if peers.installed(name) else " (not installed)"
        yield f"peer:{name}  {peer.about}{state}"
    yield f"SPEC reads {FORMS}"


_LISTS: Final[dict[str, Callable[[], Iterator[str]]]] = {
    "suites": _suites,
    "checks": _checks,
    "faults": _faults,
    "implementations": _implementations,
}


@click.command("list")
@click.argument("what", type=click.Choice(list(_LISTS)))
def command(what: str) -> None:
    """List suites, checks, faults and implementations."""
    for line in _LISTS[what]():
        click.echo(line)
