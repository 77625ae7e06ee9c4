"""The documentation site builds without a warning and fetches nothing when it is read."""

import html
import json
import re
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest
from installed_wheel import completed, once

pytest.importorskip("sphinx", reason="no Sphinx found: pip install '.[docs]'")
pytestmark = [pytest.mark.slow, pytest.mark.long]
ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
LARGEST_FIGURE = 400_000
"""Bytes: a page is read on a phone, too."""


@pytest.fixture(scope="module")
def built(of_all_processes):
    """Build the site as `make docs` does, from a copy of its sources; return the folder of `docs` and of `site`."""
    return once(of_all_processes / "site", build)


@pytest.fixture(scope="module")
def site(built):
    """Return the folder of the pages."""
    return built / "site"


def build(folder):
    made = shutil.ignore_patterns("_build", "figures", "__pycache__", "*.fcidump")
    for name in ("docs", "examples"):
        shutil.copytree(ROOT / name, folder / name, ignore=made)
    for page in ROOT.glob("*.md"):
        shutil.copy(page, folder)
    sphinx = (sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-b", "html")
    completed(*sphinx, folder / "docs", folder / "site", cwd=folder)


def test_every_page_is_there(site):
    """Each source becomes a page."""
    for source in (*DOCS.rglob("*.md"), *DOCS.rglob("*.ipynb")):
        assert (site / source.relative_to(DOCS).with_suffix(".html")).exists()


def test_the_search_finds_what_physicists_look_for(site):
    """The index of the search knows pages with each of these words."""
    text = (site / "searchindex.js").read_text(encoding="utf-8")
    index = json.loads(text.removeprefix("Search.setIndex(").removesuffix(")"))
    from sphinx.search.en import SearchEnglish  # noqa: PLC0415  (after the check that Sphinx is there)

    stem = SearchEnglish({}).stem
    for words in ("Zeeman", "stability diagram", "thermopower", "Coulomb peak", "Fano factor"):
        pages = [set(np.atleast_1d(index["terms"].get(stem(word.lower()), []))) for word in words.split()]
        assert set.intersection(*pages), words


def test_every_figure_of_the_pages_is_drawn(built):
    """What the pages name is what was drawn, both as PNG and as SVG, of modest size."""
    drawn = {path.name: path for path in (built / "docs" / "figures").iterdir()}
    named = {
        name for page in DOCS.glob("*.md") for name in re.findall(r"figures/([\w-]+\.(?:svg|png))", page.read_text())
    }
    assert drawn.keys() == named
    assert all(5_000 < path.stat().st_size < LARGEST_FIGURE for path in drawn.values())
    assert all(path.read_bytes().startswith(b"\x89PNG") for name, path in drawn.items() if name.endswith("png"))


def test_every_figure_of_the_gallery_is_drawn_by_its_code(site):
    """Each section has code and, below it, the picture that it drew when the site was built."""
    sections = (site / "gallery.html").read_text(encoding="utf-8").split("<h2>")[1:]
    assert len(sections) >= 9
    for section in sections:
        assert section.index('class="cell_input') < section.index("<img ")


def test_the_notebook_has_its_outputs(site):
    """Each kind of object shows its repr; a report shows its page."""
    page = (site / "tour.html").read_text(encoding="utf-8")
    text = html.unescape(re.sub(r"<[^>]+>", "", page.split("<iframe")[0]))
    shown = ("Dot(length=", "Spectrum(electrons=4", "LevelScheme(13", "Currents(I_L=", "OracleReference(spectrum")
    assert [start for start in shown if start not in text] == []
    assert '<iframe srcdoc="' in page
    assert "<img " in page


def test_the_stored_notebook_has_the_outputs_of_the_page(site):
    """Whoever opens the notebook itself sees what the built page shows, whatever the last digits of numbers."""
    page = _without_numbers(html.unescape(re.sub(r"<[^>]+>", "", (site / "tour.html").read_text(encoding="utf-8"))))
    cells = json.loads((DOCS / "tour.ipynb").read_text(encoding="utf-8"))["cells"]
    outputs = [output.get("data", {}) for cell in cells for output in cell.get("outputs", ())]
    shown = ["".join(data["text/plain"]) for data in outputs if set(data) == {"text/plain"}]
    assert len(shown) >= 8
    assert any("image/png" in data for data in outputs)
    assert [text for text in shown if _without_numbers(text) not in page] == []


def _without_numbers(text):
    return " ".join(re.sub(r"-?\d+(?:\.\d*)?(?:e[-+]?\d+)?", "#", text).split())


def test_the_pages_of_the_interface_are_of_readable_length(site):
    """No page of the Python interface has more than 3500 words."""
    for page in (site / "api").glob("*.html"):
        body = re.search(r"<article.*?</article>", page.read_text(encoding="utf-8"), re.DOTALL)
        assert len(re.sub(r"<[^>]+>", " ", body[0]).split()) <= 3500, page


def test_reading_the_site_fetches_nothing(site):
    """No page, style sheet or script loads anything from elsewhere; links are for the reader to follow."""
    for page in site.rglob("*.html"):
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
