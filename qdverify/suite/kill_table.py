"""The kill table that comes with the package: which check catches which fault, measured by `qdverify.faults`."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Final, TypedDict

FILE: Final = "kills.json"


class KillEntry(TypedDict):
    """A fault with the checks that caught it, and whether one of its own stage or before did."""

    fault: str
    stage: str
    sentence: str
    at_home: bool
    checks: list[str]


class KillTable(TypedDict):
    """The table: level and seed of the run, its checks with their stages, and the kills.

    `questions` holds a digest of what each check asked, so that a check that asks something else is noticed. `alone`
    names, for each check that caught nothing in the whole run, the fault that it catches by itself.
    """

    level: str
    seed: int
    checks: dict[str, str]
    questions: dict[str, str]
    kills: list[KillEntry]
    alone: dict[str, str | None]


def shipped() -> KillTable:
    """Return the kill table that comes with the package, as `qdverify.faults.kill_table.document` lays it out."""
    table: KillTable = json.loads(files("qdverify.suite").joinpath(FILE).read_text(encoding="utf-8"))
    return table
