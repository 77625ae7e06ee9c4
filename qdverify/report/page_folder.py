"""The folder of `qdverify verify --report DIR`: page, data, JUnit file and the figures' data, each written whole."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Final

from qdverify.protocol.documents import one_line, read_json, require_schema
from qdverify.protocol.files import Destination, settled, write_whole
from qdverify.protocol.inputs import InvalidInput
from qdverify.report.aside import Aside
from qdverify.report.document import SCHEMA, Report, report_schema, upgraded
from qdverify.report.document_types import ReportDocument
from qdverify.report.junit import junit_xml
from qdverify.report.not_verified import suite_catalogue

DATA: Final = "report.json"
PAGE: Final = "index.html"
JUNIT: Final = "junit.xml"
FIGURES: Final = "plots.json"
Places = Mapping[str, Destination]


def places_in(folder: Path) -> Places:
    """Return where the files of a folder are written to, to be settled before code under test is started."""
    return {name: settled(folder / name) for name in (DATA, JUNIT, FIGURES, PAGE)}


def write_folder(
    report: Report, folder: Path, previous: ReportDocument | None = None, *, places: Places | None = None
) -> Path:
    """Write a report's page, data and JUnit file and return the path of the page.

    Parameters
    ----------
    report
        The outcome of a run.
    folder
        Created if it does not exist; what an earlier run wrote there is replaced.
    previous
        An earlier report document that the page holds this one against.
    places
        Where its files are written to, if that was settled before the run.

    Raises
    ------
    ValueError
        If the data break the schema: a mistake of this package, never of an implementation under test.
    """
    # imported here: a run that writes no page does not wait for it
    from qdverify.report.page import render  # noqa: PLC0415

    document = report.document()
    data = Aside(partial(_valid_json, report))
    page = render(document, previous=previous, illustrations=report.illustrations, catalogue=suite_catalogue())
    text = data.result()
    folder.mkdir(parents=True, exist_ok=True)
    where = places or places_in(folder)
    write_whole(where[DATA], text)
    write_whole(where[JUNIT], junit_xml(report))
    write_whole(where[FIGURES], json.dumps(dict(report.illustrations), indent=1, allow_nan=False) + "\n")
    write_whole(where[PAGE], page)
    return folder / PAGE


def _valid_json(report: Report) -> str:
    """Return the report as JSON text, which follows its schema."""
    from jsonschema import Draft202012Validator  # noqa: PLC0415  (see `write_folder`)

    wrong = next(Draft202012Validator(report_schema()).iter_errors(report.document()), None)
    if wrong is not None:
        raise ValueError(f"report.json breaks its schema at {wrong.json_path}: {wrong.message}")
    return report.to_json()


def read_report(path: Path) -> ReportDocument:
    """Return the report document of a file.

    Raises
    ------
    InvalidInput
        If the file is no report; the message says why.
    """
    try:
        document = upgraded(read_json(path))
    except (KeyError, TypeError, AttributeError) as error:
        raise InvalidInput(f"{path} must be a report; it lacks or misuses {one_line(error)}") from None
    schema = document.get("schema") if isinstance(document, dict) else None
    if schema != SCHEMA:
        raise InvalidInput(f"{path} must be a report of the schema {SCHEMA!r}")
    require_schema(document, report_schema(), str(path))
    report: ReportDocument = document
    return report


def earlier_report(folder: Path) -> ReportDocument | None:
    """Return the report that an earlier run left in the folder, or None if there is none that can be read."""
    try:
        return read_report(folder / DATA)
    except (OSError, InvalidInput):
        return None
