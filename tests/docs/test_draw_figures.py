"""The pages that explain show figures; `test_site.py` has them drawn."""

import re
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"


def test_the_pages_that_explain_have_figures():
    """Physics, getting started, reading a report and continuum."""
    for name in ("physics", "getting-started", "reading-a-report", "continuum"):
        text = (DOCS / f"{name}.md").read_text(encoding="utf-8")
        shown = re.findall(r"\{figure\} figures/([\w-]+)\.svg\n:alt: \S", text)
        assert shown
        for figure in shown:
            assert f"<figures/{figure}.png>" in text
            assert f"<figures/{figure}.svg>" in text
