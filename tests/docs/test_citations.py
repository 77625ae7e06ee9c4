"""What the suite cites as its sources stands on a page of the documentation."""

import re
from pathlib import Path

from rows import over

from qdverify.suite.declare import all_checks

DOCS = Path(__file__).parents[2] / "docs"
NUMBERS = r"(?P<numbers>\d(?:(?:, | and | to )\d)*)"
CITATION = re.compile(rf"(?P<page>[a-z]+)\.md(?:,? (?P<kind>section|item|task)s? {NUMBERS})?")
MARK = {"section": "## {}. ", "item": "{}. ", "task": "### {}. "}


def unknown(text):
    """Return the citations of a text that no page answers."""
    found = []
    for match in CITATION.finditer(text):
        page = DOCS / match[0].split(",")[0].split(" ")[0]
        lines = page.read_text(encoding="utf-8").splitlines() if page.exists() else []
        marks = [MARK[match["kind"]].format(number) for number in re.findall(r"\d", match["numbers"] or "")]
        if not lines or not all(any(line.startswith(mark) for line in lines) for mark in marks):
            found.append(match[0])
    return found


@over("check", all_checks(), ids=lambda check: check.id)
def test_every_source_can_be_looked_up(check):
    """A page, and a section, item or task of that number on it."""
    assert unknown(check.equation) == []


def test_a_source_that_does_not_exist_is_noticed():
    """A page that is not there, and a section that is not on it."""
    assert unknown("physics.md section 5; nowhere.md") == ["nowhere.md"]
    assert unknown("protocol.md, tasks 5 and 9") == ["protocol.md, tasks 5 and 9"]
