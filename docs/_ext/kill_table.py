"""The directive `kill-table`: what the suite made of every fault, from the table that comes with the package."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from qdverify.suite.kill_table import shipped


class KillTable(SphinxDirective):
    """Sets the kill table."""

    def run(self) -> list[nodes.Node]:
        """Return the nodes of the table."""
        container = nodes.container()
        self.state.nested_parse(StringList(list(as_markdown(shipped()))), 0, container)
        return container.children


def as_markdown(table: dict[str, Any]) -> Iterator[str]:
    """Yield the lines of a kill table, as `qdverify.faults.kill_table.document` lays it out."""
    kills = table["kills"]
    caught, at_home = (sum(bool(kill[key]) for kill in kills) for key in ("checks", "at_home"))
    yield f"Level {table['level']}, seed {table['seed']}: {caught} of {len(kills)} faults are caught, {at_home} of them"
    yield "by a check of the fault's own stage or of one below it."
    yield ""
    yield "| stage | fault | what is wrong | caught by |"
    yield "|---|---|---|---|"
    for kill in kills:
        checks = ", ".join(f"`{name}`" for name in kill["checks"]) or "**none**"
        yield f"| {kill['stage']} | `{kill['fault']}` | {kill['sentence'].replace('|', chr(92) + '|')} | {checks} |"
    yield ""
    yield "In a whole run an earlier check stops these checks first. Alone they catch:"
    yield ""
    yield "| check | fault |"
    yield "|---|---|"
    for check, fault in table["alone"].items():
        yield f"| `{check}` | {f'`{fault}`' if fault else '**none**'} |"


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the directive."""
    app.add_directive("kill-table", KillTable)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
