"""The pages of the reference data hold what the package ships, number by number."""

import csv
import io
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from qdverify import data

pytest.importorskip("sphinx", reason="no Sphinx found: pip install '.[docs]'")
EXTENSIONS = Path(__file__).parents[2] / "docs" / "_ext"


@pytest.fixture(scope="module")
def table():
    sys.path.insert(0, str(EXTENSIONS))
    try:
        import reference_table  # noqa: PLC0415  (lies beside the documentation, which is no package)
    finally:
        sys.path.remove(str(EXTENSIONS))
    return reference_table


def balls(value):
    """Return every midpoint and radius in nested values, in order."""
    if isinstance(value, dict) and "mid" in value:
        return [(value["mid"], value["rad"])]
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [ball for one in inner for ball in balls(one)]


def test_the_csv_has_every_number_of_every_document(table):
    """Midpoints and radii as shipped, digit by digit, each with the number of its document."""
    rows = list(csv.DictReader(io.StringIO(table.as_csv(data.references()))))
    for number, document in enumerate(data.references()):
        found = [(row["midpoint"], row["radius"]) for row in rows if row["number"] == str(number)]
        assert [one for one in found if one[1]] == balls(document["values"])
        assert all(Decimal(radius) >= 0 for _, radius in found if radius)
    assert {row["grade"] for row in rows} == {document["grade"] for document in data.references()}


def test_a_row_says_what_the_case_asks(table):
    """Task, kernel, length, cutoff, orbitals and electrons of a spectrum; kT of a current, electrons of its levels."""
    documents = data.references()
    spectrum = next(one for one in documents if one["case"]["task"] == "spectrum")
    row = table.described(0, spectrum)
    dot = spectrum["case"]["inputs"]["dot"]
    assert row["kernel"] == dot["kernel"]
    assert [float(row[name]) for name in ("L", "lambda", "M")] == [dot["length"], dot["cutoff"], dot["orbitals"]]
    current = next(one for one in documents if one["case"]["task"] == "current")
    row = table.described(0, current)
    assert float(row["kT"]) == pytest.approx(current["case"]["inputs"]["kT"], rel=1e-5)
    assert row["N"] == "0 to 4"


def test_the_table_has_a_row_for_each_document_and_its_digits(table):
    """Each row has its anchor, and in it the first midpoint of its document."""
    rows = "".join(table.as_html(data.references())).split("<tr ")[1:]
    assert len(rows) == len(data.references())
    for number, (row, document) in enumerate(zip(rows, data.references(), strict=True)):
        assert row.startswith(f'id="reference-{number}"')
        for mid, rad in balls(document["values"])[:1]:
            assert f"{mid} +- {rad}" in row
