"""The figures of the explaining pages are drawn by a script, as PNG and SVG, and each is on a page."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"
LARGEST = 400_000
"""Bytes of a figure: a page is read on a phone, too."""


@pytest.mark.slow
def test_every_figure_of_the_pages_is_drawn_by_the_script(tmp_path):
    """What the pages name is what the script draws, both as PNG and as SVG, of modest size."""
    subprocess.run([sys.executable, DOCS / "draw_figures.py", tmp_path], check=True, timeout=600)
    drawn = {path.name for path in tmp_path.iterdir()}
    named = {
        name for page in DOCS.glob("*.md") for name in re.findall(r"figures/([\w-]+\.(?:svg|png))", page.read_text())
    }
    assert drawn == named
    for path in tmp_path.iterdir():
        assert 5_000 < path.stat().st_size < LARGEST
    assert all((tmp_path / name).read_bytes().startswith(b"\x89PNG") for name in drawn if name.endswith("png"))


def test_the_pages_that_explain_have_figures():
    """Physics, getting started, reading a report and continuum."""
    for name in ("physics", "getting-started", "reading-a-report", "continuum"):
        text = (DOCS / f"{name}.md").read_text(encoding="utf-8")
        shown = re.findall(r"\{figure\} figures/([\w-]+)\.svg\n:alt: \S", text)
        assert shown
        for figure in shown:
            assert f"<figures/{figure}.png>" in text
            assert f"<figures/{figure}.svg>" in text
