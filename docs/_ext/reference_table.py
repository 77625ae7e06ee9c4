"""The directive `reference-table`: the shipped reference data as a table with a filter, and as files to take along.

Everything is made from the data of the package when the site is built; the page fetches nothing.
"""

from __future__ import annotations

import csv
import html
import io
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from qdverify import data

FOLDER = "reference-data"
COLUMNS = ("number", "task", "kernel", "L", "lambda", "strength", "M", "N", "kT", "grade")
_FILTER = """
<p class="reference-filter"><label>Filter <input type="search" placeholder="spectrum contact M=8 enclosed"></label>
<output aria-live="polite"></output></p>
<noscript><p>The filter and the copy buttons need JavaScript; table and digits do not.</p></noscript>
"""


class ReferenceTable(SphinxDirective):
    """Sets the table of the shipped reference documents."""

    def run(self) -> list[nodes.Node]:
        """Return the table as one node."""
        return [nodes.raw("", "".join(as_html(data.references())), format="html")]


def as_html(references: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Yield the filter, then the table, a row a document."""
    yield _FILTER
    yield '<div class="reference-scroll"><table class="reference-data"><thead><tr>'
    yield "".join(f'<th scope="col">{_shown(name)}</th>' for name in (*COLUMNS, "digits"))
    yield "</tr></thead><tbody>"
    for number, document in enumerate(references):
        cells = described(number, document)
        words = " ".join(f"{name}={cells[name]} {cells[name]}" for name in COLUMNS[1:] if cells[name])
        yield f'<tr id="reference-{number}" data-words="{html.escape(words.lower())}">'
        yield "".join(f"<td>{html.escape(cells[name])}</td>" for name in COLUMNS)
        digits = "\n".join(f"{name} {mid} +- {rad}" if rad else f"{name} {mid}" for name, mid, rad in numbers(document))
        yield (
            f'<td><details><summary>show</summary><button type="button">copy</button><pre>{html.escape(digits)}</pre>'
            f"<p>{html.escape(document['method'])}</p></details></td></tr>\n"
        )
    yield "</tbody></table></div>"


def _shown(column: str) -> str:
    return {"lambda": "\u03bb", "number": "#", "kT": "k<sub>B</sub>T"}.get(column, column)


def described(number: int, document: Mapping[str, Any]) -> dict[str, str]:
    """Return what the columns say of a document; empty if the case has no such input."""
    case = document["case"]
    inputs = case["inputs"]
    dot = inputs.get("dot", {})
    return {
        "number": str(number),
        "task": case["task"],
        "kernel": dot.get("kernel", ""),
        "L": _number(dot.get("length")),
        "lambda": _number(dot.get("cutoff")),
        "strength": _number(dot.get("strength")),
        "M": _number(dot.get("orbitals")),
        "N": _electrons(inputs),
        "kT": _number(inputs.get("kT")),
        "grade": document["grade"],
    }


def _number(value: float | str | None) -> str:
    """Return a number as text; some cases state theirs as a decimal text."""
    return "" if value is None else value if isinstance(value, str) else f"{value:g}"


def _electrons(inputs: Mapping[str, Any]) -> str:
    if "levels_to" in inputs:
        return f"{inputs['electrons']} to {inputs['electrons'] + 1}"
    if "electrons" in inputs:
        return str(inputs["electrons"])
    held = [level["electrons"] for level in inputs.get("levels", ()) if isinstance(level, Mapping)]
    return f"{min(held)} to {max(held)}" if held else ""


def numbers(document: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Yield every number of a document: its name with its place, midpoint and radius; exact integers have none."""
    for name, value in document["values"].items():
        yield from _walk(name, value)


def _walk(name: str, value: Any) -> Iterator[tuple[str, str, str]]:
    if isinstance(value, Mapping) and set(value) == {"mid", "rad"}:
        yield name, value["mid"], value["rad"]
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _walk(f"{name}.{key}", inner)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for place, inner in enumerate(value):
            yield from _walk(f"{name}[{place}]", inner)
    else:
        yield name, str(value), ""


def as_csv(references: Sequence[Mapping[str, Any]]) -> str:
    """Return all numbers as CSV, a row a number, with the columns of the table before it."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow((*COLUMNS, "quantity", "midpoint", "radius"))
    for number, document in enumerate(references):
        cells = list(described(number, document).values())
        writer.writerows([*cells, *one] for one in numbers(document))
    return file.getvalue()


def write_files(app: Sphinx, error: Exception | None) -> None:
    """Put the data beside the pages: CSV, JSON, and the certificates."""
    if error is not None or app.builder.format != "html":
        return
    out = Path(app.outdir) / FOLDER
    out.mkdir(exist_ok=True)
    (out / "references.csv").write_text(as_csv(data.references()), encoding="utf-8")
    for name in data.manifest()["files"]:
        (out / name).write_bytes((data.folder() / name).read_bytes())
    (out / "manifest.json").write_bytes((data.folder() / "manifest.json").read_bytes())


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the directive and the files."""
    app.add_directive("reference-table", ReferenceTable)
    app.connect("build-finished", write_files)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
