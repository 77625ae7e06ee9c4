"""The form of the documents that are kept between runs, as a JSON Schema that is shipped with the package."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files


@cache
def record_schema(name: str) -> dict[str, object]:
    """Return the schema of a `baseline` or of a `reference`."""
    schema: dict[str, object] = json.loads(
        files("qdverify.records").joinpath("records.schema.json").read_text(encoding="utf-8")
    )
    return {**schema, "$ref": f"#/$defs/{name}"}
