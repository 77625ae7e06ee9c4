"""The report as one page: a self-contained HTML document that fetches nothing, for reading, filtering and printing.

The page is made from the report document alone, so that any report.json can be shown again. All of its text passes
through the template's escaping, its one script is pinned by a hash, and its content policy allows nothing else.
"""

from __future__ import annotations

import base64
import importlib
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from qdverify.protocol.grade import Grade
from qdverify.report.accuracy import measured_accuracy
from qdverify.report.diff import compare_reports
from qdverify.report.figures.answer_types import Illustrations
from qdverify.report.groups import CheckGroup, cut_shorter, group_findings, ranked_failures
from qdverify.report.matrix import coverage_matrix
from qdverify.report.not_verified import CatalogueEntry
from qdverify.report.power import power_of_the_suite
from qdverify.report.shown import accuracy_text, claim_text, count, name_text, short, visible, visible_lines
from qdverify.report.summary import LOUD, Document, summarise
from qdverify.report.typeset import typeset
from qdverify.suite.finding import Verdict

if TYPE_CHECKING:
    from qdverify.report.figures.failures import Picture
    from qdverify.report.figures.svg import Plot

LARGEST: Final = 4_900_000
# the page grows with the report; what gives way first is the text of whole arrays, which report.json holds anyway
_LIMITS: Final = (2000, 300, 60, 0)
_ROW: Final = 650
"""Bytes of a page for each finding, roughly, apart from inputs and whole arrays."""
_RANKED: Final = 12
_PRINTED: Final = 8
"""How many failures the first sheet lists, on a screen and in print."""
_PICTURED: Final = 16
"""How many of the failures have a picture beside them: each adds ten to thirty kilobytes."""
_ON_THE_SHEET: Final = frozenset({"accuracy", "diagram"})
_GLYPHS: Final = {
    Verdict.PASS: "✓",
    Verdict.FAIL: "✕",
    Verdict.ERROR: "!",
    Verdict.DECLINED: "…",
    Verdict.UNSUPPORTED: "–",
    Verdict.BLOCKED: "⊘",
    Verdict.EXPECTED_FAILURE: "≈",
    Verdict.UNEXPECTED_PASS: "?",
}


def render(
    document: Document,
    *,
    previous: Document | None = None,
    illustrations: Illustrations | None = None,
    catalogue: Sequence[CatalogueEntry] = (),
    figures: bool = True,
) -> str:
    """Return the page of a report.

    Parameters
    ----------
    document
        The report, of the schema "qdverify-report/2".
    previous
        An earlier report to compare it with.
    illustrations
        Further answers to draw figures from, as `qdverify.report.figures.questions` gives them.
    catalogue
        Every check of the suite that made the report, so that the page can say which were not run.
    figures
        Whether to draw any.

    Raises
    ------
    ValueError
        If the page would exceed `LARGEST` bytes even without the inputs and arrays that report.json holds.
    """
    plots, reasons = _plots(document, illustrations or {}) if figures else ([], [])
    parts = {
        "pictures": _pictures(document) if figures else {},
        "power": power_of_the_suite(document),
        "summary": summarise(document, catalogue),
        "accuracy": measured_accuracy(document),
        "sheet_plots": [plot for plot in plots if plot.key in _ON_THE_SHEET],
        "plots": [plot for plot in plots if plot.key not in _ON_THE_SHEET],
        "left_out": reasons,
        "diff": None if previous is None else compare_reports(previous, document),
        "previous": previous,
    }
    groups = group_findings(document, _LIMITS[0])

    def rendered(limit: int, groups: Sequence[CheckGroup]) -> str:
        return _render(document, {**parts, "cases_shown": limit > 0}, groups, catalogue)

    return _largest_that_fits([(limit, cut_shorter(groups, limit)) for limit in _LIMITS], rendered)


def _largest_that_fits(
    choices: Sequence[tuple[int, Sequence[CheckGroup]]], rendered: Callable[[int, Sequence[CheckGroup]], str]
) -> str:
    """Return the first page, of those with ever shorter texts, that is not too large.

    A page takes long to render. The first one that is rendered is the one that should fit; from its size and the
    lengths of the texts it is seen that a page with longer ones would not.
    """
    texts = [_bytes_of_texts(groups) for _, groups in choices]
    rows = _ROW * sum(len(group.rows) for group in choices[0][1])
    place = next((place for place, bytes_ in enumerate(texts) if rows + bytes_ <= LARGEST), len(choices) - 1)
    page = rendered(*choices[place])
    if len(page.encode()) > LARGEST:
        for choice in choices[place + 1 :]:
            page = rendered(*choice)
            if len(page.encode()) <= LARGEST:
                return page
        size = len(page.encode())
        raise ValueError(f"page of {size} bytes must be at most {LARGEST}: the report has too many findings")
    while place > 0 and len(page.encode()) + texts[place - 1] - texts[place] <= LARGEST:
        place -= 1
        longer = rendered(*choices[place])
        if len(longer.encode()) > LARGEST:
            break
        page = longer
    return page


def _bytes_of_texts(groups: Sequence[CheckGroup]) -> int:
    """Return the bytes of inputs and whole arrays: a page holds no fewer, since there some characters are escaped."""
    numbers = [row.numbers for group in groups for row in group.rows if row.numbers is not None]
    arrays = sum(len(text.encode()) for one in numbers for text in {one.measured.full, one.reference.full})
    return arrays + sum(len(text.encode()) for text in _numbered_inputs(groups))


def _plots(document: Document, illustrations: Illustrations) -> tuple[list[Plot], list[str]]:
    # only a page that shows figures waits for what draws them
    draw = importlib.import_module("qdverify.report.figures.plots").plots_of
    plots, reasons = draw(document, illustrations.get("data", {}))
    return plots, [*(f"{name}: {text}" for name, text in illustrations.get("left_out", {}).items()), *reasons]


def _pictures(document: Document) -> dict[str, Picture]:
    """Return the pictures of the worst failures, by check."""
    draw = importlib.import_module("qdverify.report.figures.failures").picture_of
    failures = ranked_failures(document, group_findings(document, 0, with_any=LOUD))[:_PICTURED]
    drawn = {failure.group.id: draw(failure.group.id, failure.finding, failure.findings) for failure in failures}
    return {name: picture for name, picture in drawn.items() if picture is not None}


def _render(
    document: Document, parts: Mapping[str, object], groups: Sequence[CheckGroup], catalogue: Sequence[CatalogueEntry]
) -> str:
    script = asset("page.js")
    return (
        environment()
        .get_template("page.html.j2")
        .render(
            **parts,
            document=document,
            coverage=coverage_matrix(document, groups, catalogue),
            failures=ranked_failures(document, groups),
            groups=groups,
            inputs=_numbered_inputs(groups),
            choices=_choices(document, groups),
            # our own two files: the only text that the template does not escape, with the figures and formulas
            style=Markup(asset("page.css")),
            script=Markup(script),
            script_hash=base64.b64encode(sha256(script.encode()).digest()).decode(),
        )
    )


def _numbered_inputs(groups: Sequence[CheckGroup]) -> Mapping[str, int]:
    """Return the number of each inputs: the page holds them once, many findings have the same."""
    distinct = dict.fromkeys(row.inputs for group in groups for row in group.rows if row.inputs)
    return {text: number for number, text in enumerate(distinct, 1)}


def _choices(document: Document, groups: Sequence[CheckGroup]) -> Mapping[str, Sequence[str]]:
    """Return what the findings can be filtered by."""
    grades = {finding["reference"]["grade"] for finding in document["findings"] if "reference" in finding}
    return {
        "verdicts": [verdict for verdict in Verdict if document["summary"].get(verdict)],
        "stages": list(dict.fromkeys(group.stage for group in groups)),
        "grades": [grade for grade in Grade if grade in grades],
    }


@cache
def environment() -> Environment:
    """Return what renders the templates of this folder."""
    environment = Environment(
        loader=PackageLoader("qdverify.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        visible=visible,
        visible_lines=visible_lines,
        name=name_text,
        typeset=typeset,
        content=_content,
        short=short,
        accuracy=accuracy_text,
        claim=claim_text,
        duration=_duration,
        moment=_moment,
        web=_web_address,
    )
    environment.globals.update(glyphs=_GLYPHS, loud=LOUD, count=count, ranked=_RANKED, printed=_PRINTED)
    return environment


@cache
def asset(name: str) -> str:
    """Return the text of a file beside the templates."""
    return files("qdverify.report").joinpath("templates", name).read_text(encoding="utf-8")


def _content(text: str) -> Markup:
    """Return a text as the content of an element, never of an attribute: there a quotation mark may stand as it is."""
    return Markup(str(escape(text)).replace("&#34;", '"').replace("&#39;", "'"))


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s"


def _moment(generated: str) -> str:
    try:
        return f"{datetime.fromisoformat(generated).astimezone(UTC):%d %B %Y, %H:%M} UTC"
    except ValueError:
        return visible(generated)


def _web_address(text: object) -> str:
    """Return an address that is safe to link to, or nothing: an implementation may say anything of itself."""
    address = str(text)
    plain = address.isprintable() and " " not in address
    return address if plain and address.startswith(("https://", "http://")) else ""
