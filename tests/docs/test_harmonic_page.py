"""The table of transitions on the page on harmonic dots is what the code gives."""

import importlib.util
import re
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"
ROW = re.compile(r"^\| ([\d.]+) \| (\(.*?\)) \| (\(.*?\)) \|((?: [\d.]+ \|){5})$", re.MULTILINE)


def figures():
    """Return the script that draws the pages' figures, as a module."""
    specification = importlib.util.spec_from_file_location("draw_figures", DOCS / "draw_figures.py")
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def label(text):
    """Return (L, 2S) of a level as the page names it."""
    L, S = text.strip("()").replace("−", "-").split(", ")
    return int(L), int(S.removesuffix("/2")) if S.endswith("/2") else 2 * int(S)


def printed():
    """Return the numbers of the page by field and both labels."""
    text = (DOCS / "harmonic-dot.md").read_text(encoding="utf-8")
    return {
        (float(field), label(one), label(other)): [float(cell) for cell in cells.split("|")[:-1]]
        for field, one, other, cells in ROW.findall(text)
    }


def test_what_the_page_says_of_its_table_is_so():
    """21 rows; with weights 1 nine grow, at the edge 20, two cross 1 with a further shell; the extremes are named."""
    rows = printed().values()
    assert len(rows) == 21
    assert [sum(row[column] > 1 for row in rows) for column in (2, 4)] == [9, 20]
    assert sum((row[2] - 1) * (row[3] - 1) < 0 for row in rows) == 2
    ratios = [row[column] for row in rows for column in (2, 4)]
    assert (min(ratios), round(max(ratios), 1)) == (0.30, 3.6)


@pytest.mark.slow
@pytest.mark.parametrize("field", [0.0, 0.5])
def test_every_row_is_recomputed(field):
    """All allowed transitions between the lowest levels at K = 7, and their ratios at K = 6."""
    ask = figures().transitions_and_squares
    mine = {key[1:]: row for key, row in printed().items() if key[0] == field}
    found = ask(field, 7)
    assert {row[:2] for row in found} == mine.keys()
    at_the_edge = {row[:2]: row[2] / row[3] for row in ask(field, 7, radius=2.0)}
    smaller = {row[:2]: row[2] / row[3] for row in ask(field, 6)}
    for one, other, M, squares in found:
        row = mine[one, other]
        assert row[:2] == pytest.approx([M, squares], abs=6e-5)
        assert row[2] == pytest.approx(M / squares, abs=6e-3)
        assert row[3] == pytest.approx(smaller[one, other], abs=6e-3)
        assert row[4] == pytest.approx(at_the_edge[one, other], abs=6e-3)
