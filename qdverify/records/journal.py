"""Findings on disk as they come: one JSON line each, so that a run that is killed loses nothing that it found.

The first line says what was judged; each further line is a finding as the report shows it, in the order in which they
were made. The file is removed when the report that holds them all is written; `qdverify recover` makes a report of one
that stayed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import nullcontext, suppress
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from qdverify.protocol.answers import Description
from qdverify.protocol.documents import json_value, read_text, require_regular
from qdverify.protocol.files import naming
from qdverify.protocol.inputs import InvalidInput
from qdverify.report.document import Report, finding_document
from qdverify.report.document_types import FindingDocument
from qdverify.report.from_document import finding_from
from qdverify.suite.declare import Scope, all_checks
from qdverify.suite.finding import Finding
from qdverify.suite.runner import stopped

SCHEMA: Final = "qdverify-journal/1"


class Journal:
    """A file of findings that is complete up to the last one at any moment.

    Parameters
    ----------
    path
        The file: an earlier one, or a link of that name, is replaced, and never followed.
    header
        What the first line says beside the schema: implementation, level, seed.
    """

    def __init__(self, path: Path, header: Mapping[str, object]) -> None:
        self.path = path
        if not path.is_symlink() and path.exists():
            require_regular(path)
        path.unlink(missing_ok=True)
        self._file = path.open("x", encoding="utf-8")
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
        # a file that could not be written to holds the rest back, and would fail once more
        with suppress(OSError) if error is not None else nullcontext():
            self._file.close()

    def _write(self, document: Mapping[str, object]) -> None:
        try:
            self._file.write(json.dumps(document, allow_nan=False) + "\n")
            self._file.flush()
        except OSError as error:
            raise naming(self.path, error) from error


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


def recovered(path: Path) -> Report:
    """Return the report of a run that was stopped, from the journal that it left.

    What was not asked any more shows as one error at the end, so that such a report is never complete. What the
    implementation said of itself is not in the journal: its name is the one that was given on the command line.

    Raises
    ------
    InvalidInput
        If the file is no journal, or a line of it is no finding.
    """
    header, documents = read_journal(path)
    try:
        findings = [finding_from(document) for document in documents]
        name, seed = str(header["implementation"]), header["seed"]
        scope = Scope(str(header["level"]), seed if isinstance(seed, int) else 0)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise InvalidInput(f"{path} must hold a header and findings of this version of qdverify: {error!r}") from error
    # several processes that try checks at once do not write them in order
    place = {check.id: number for number, check in enumerate(all_checks())}
    findings.sort(key=lambda finding: place.get(finding.id, len(place)))
    tasks = frozenset(task for finding in findings for task in finding.tasks)
    return Report(
        description=Description(name, "unknown", tasks),
        scope=scope,
        findings=[*findings, stopped(len(findings))],
        seconds=sum(finding.seconds for finding in findings),
        given=name,
    )
