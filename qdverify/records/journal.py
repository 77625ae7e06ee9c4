"""Findings on disk as they come: one JSON line each, so that a run that is killed loses nothing that it found.

The first line says what was judged; each further line is a finding as the report shows it. The file is removed when
the report that holds them all is written.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from qdverify.protocol.documents import json_value, read_text
from qdverify.protocol.inputs import InvalidInput
from qdverify.report.document import finding_document
from qdverify.report.document_types import FindingDocument
from qdverify.suite.finding import Finding

SCHEMA: Final = "qdverify-journal/1"


class Journal:
    """A file of findings that is complete up to the last one at any moment.

    Parameters
    ----------
    path
        The file; what it held before is gone.
    header
        What the first line says beside the schema: implementation, level, seed.
    """

    def __init__(self, path: Path, header: Mapping[str, object]) -> None:
        self.path = path
        self._file = path.open("w", encoding="utf-8")
        self._write({"schema": SCHEMA, **header})

    def add(self, finding: Finding) -> None:
        """Write a finding, and hand it to the system at once."""
        self._write(finding_document(finding))

    def remove(self) -> None:
        """Delete the file: the report holds its findings now."""
        self._file.close()
        self.path.unlink(missing_ok=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._file.close()

    def _write(self, document: Mapping[str, object]) -> None:
        self._file.write(json.dumps(document, allow_nan=False) + "\n")
        self._file.flush()


def read_journal(path: Path) -> tuple[dict[str, object], list[FindingDocument]]:
    """Return the header and the findings of a journal, up to the last whole line.

    Raises
    ------
    InvalidInput
        If the file is no journal.
    """
    lines = read_text(path).split("\n")
    whole = [json_value(line, f"{path}, line {number}") for number, line in enumerate(lines[:-1], 1)]
    if not all(isinstance(line, dict) for line in whole):
        raise InvalidInput(f"{path} must hold one JSON object a line")
    if not whole or whole[0].get("schema") != SCHEMA:
        raise InvalidInput(f"{path} must begin with a line of schema {SCHEMA!r}")
    return whole[0], whole[1:]
