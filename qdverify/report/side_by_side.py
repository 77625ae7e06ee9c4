"""Several codes on one page: codes by stages and suites, with verdicts and digits, and their accuracy in one frame.

No code is held to be the right one: the order of the reports changes the order of the rows and nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from qdverify.report.accuracy import measured_accuracy
from qdverify.report.document_types import AccuracyDocument
from qdverify.report.figures.accuracy import errors_side_by_side
from qdverify.report.page import asset, environment
from qdverify.report.shown import has_digits, name_text
from qdverify.report.summary import Document, Summary, summarise, worst
from qdverify.suite.finding import Stage, Verdict

_SOUND: Final = frozenset({Verdict.PASS, Verdict.EXPECTED_FAILURE})
_NOT_JUDGED: Final = frozenset({Verdict.UNSUPPORTED, Verdict.BLOCKED})


@dataclass(frozen=True)
class Cell:
    """What a code reached in one suite of one stage.

    Attributes
    ----------
    verdict
        The worst one; None if nothing of it was tried.
    passed, judged
        How many findings passed, of how many that reached a verdict on numbers or an error.
    digits
        Least digits of agreement; None if none mean anything.
    """

    verdict: Verdict | None
    passed: int = 0
    judged: int = 0
    digits: float | None = None

    @property
    def shade(self) -> int:
        """How dark the cell is, from 0 (no digit) to 8 (sixteen digits)."""
        return 0 if self.digits is None else min(8, round(self.digits / 2))


@dataclass(frozen=True)
class Code:
    """One row: a code with its cells and the accuracy that was measured."""

    name: str
    summary: Summary
    cells: Sequence[Cell]
    accuracy: Sequence[AccuracyDocument]


def columns_of(documents: Sequence[Document]) -> list[tuple[str, str]]:
    """Return the stages and suites of which some code was asked, in the order of the stages, then of the alphabet."""
    findings = [finding for document in documents for finding in document["findings"]]
    found = {(item["stage"], item["suite"]) for item in findings if item["verdict"] not in _NOT_JUDGED}
    stages = [str(stage) for stage in Stage]
    return sorted(found, key=lambda place: (stages.index(place[0]), place[1]))


def codes_of(documents: Sequence[Document]) -> list[Code]:
    """Return a row for each report; codes of one name are told apart by a number."""
    columns, seen = columns_of(documents), dict[str, int]()
    rows = []
    for document in documents:
        summary = summarise(document, ())
        seen[summary.name] = seen.get(summary.name, 0) + 1
        name = f"{summary.name} ({seen[summary.name]})" if seen[summary.name] > 1 else summary.name
        cells = [_cell(document, *column) for column in columns]
        rows.append(Code(name_text(name), summary, cells, measured_accuracy(document)))
    return rows


def _cell(document: Document, stage: str, suite: str) -> Cell:
    findings = [item for item in document["findings"] if (item["stage"], item["suite"]) == (stage, suite)]
    if not findings:
        return Cell(None)
    verdicts = [Verdict(finding["verdict"]) for finding in findings]
    judged = [verdict for verdict in verdicts if verdict not in _NOT_JUDGED]
    digits = [finding["digits"][0] for finding in findings if has_digits(finding)]
    passed = sum(verdict in _SOUND for verdict in judged)
    return Cell(worst(verdicts), passed, len(judged), min(digits, default=None))


def render_codes(documents: Sequence[Document]) -> str:
    """Return one self-contained page that shows several reports side by side."""
    columns, codes = columns_of(documents), codes_of(documents)
    plot = errors_side_by_side(documents, [code.name for code in codes])
    page = environment().get_template("codes.html.j2")
    style = Markup(asset("page.css"))
    return page.render(documents=documents, columns=columns, codes=codes, plot=plot, style=style)
