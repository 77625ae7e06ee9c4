"""What a report may say of the suite's own power, and where the table of it is."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import metadata
from typing import Final

from qdverify.protocol.version import suite_version
from qdverify.report.document_types import ReportDocument
from qdverify.suite.kill_table import shipped

PAGE: Final = "kill-table.html"


@dataclass(frozen=True)
class Power:
    """How many deliberately wrong programs the suite catches, and the address of the table; empty if it has none."""

    sentence: str
    address: str


def power_of_the_suite(document: ReportDocument) -> Power | None:
    """Return the power of the suite that made a report, or None if that was another version than this one."""
    if document["suite_version"] != suite_version():
        return None
    table = shipped()
    caught = sum(bool(row["checks"]) for row in table["kills"])
    sentence = f"at level {table['level']} it catches {caught} of {len(table['kills'])} deliberately wrong programs"
    return Power(sentence, _address())


def _address() -> str:
    """Return the address of the kill table, if the installed package names the home of its documentation."""
    for entry in metadata("qdverify").get_all("Project-URL") or []:
        label, _, home = entry.partition(", ")
        if label.lower() == "documentation":
            return f"{home.rstrip('/')}/{PAGE}"
    return ""
