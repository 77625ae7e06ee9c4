"""The kill table that comes with the package: which check catches which fault, measured by `qdverify.faults`."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any, Final

FILE: Final = "kills.json"


def shipped() -> dict[str, Any]:
    """Return the kill table that comes with the package, as `qdverify.faults.kill_table.document` lays it out."""
    table: dict[str, Any] = json.loads(files("qdverify.suite").joinpath(FILE).read_text(encoding="utf-8"))
    return table
