"""The documentation site builds without a warning and fetches nothing when it is read."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("sphinx", reason="no Sphinx found: pip install 'qdverify[docs]'")
pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Build the site as `make docs` does."""
    out = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-b", "html", ROOT / "docs", out]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return out


def test_every_page_is_there(site):
    """Each source becomes a page."""
    assert {page.stem for page in site.glob("*.html")} >= {page.stem for page in (ROOT / "docs").glob("*.md")}


def test_reading_the_site_fetches_nothing(site):
    """No page, style sheet or script loads anything from elsewhere; links are for the reader to follow."""
    for page in site.glob("*.html"):
        text = page.read_text(encoding="utf-8")
        loads = re.findall(r'<(?:script|img|iframe|source)[^>]* src="([^"]+)"', text)
        loads += re.findall(r'<link [^>]*rel="(?:stylesheet|preload|icon)"[^>]*href="([^"]+)"', text)
        assert not [address for address in loads if re.match(r"(?:https?:)?//", address)], page
    for sheet in site.rglob("*.css"):
        assert not re.search(r"url\(\s*['\"]?(?:https?:)?//|@import", sheet.read_text(encoding="utf-8")), sheet


def test_formulas_are_mathematics(site):
    """The formulas of the physics page are MathML, with no LaTeX left in the text."""
    text = (site / "physics.html").read_text(encoding="utf-8")
    assert text.count("<math ") > 150
    body = re.sub(r'alttext="[^"]*"', "", text)
    assert not re.search(r"\\(?:frac|sum|langle|mathrm|begin)", body)
