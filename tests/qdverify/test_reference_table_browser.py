"""The table of reference data in a browser: the filter narrows it, and a row gives its digits; nothing is fetched."""

import shutil
import sys
from pathlib import Path

import pytest
from browser import browser_page, find_browser

from qdverify import data

pytest.importorskip("sphinx", reason="no Sphinx found: pip install '.[docs]'")
DOCS = Path(__file__).parents[2] / "docs"
SHOWN = "[...document.querySelectorAll('table.reference-data tbody tr')].filter(row => !row.hidden).length"


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    if find_browser() is None:
        pytest.skip("no Chromium found")
    folder = tmp_path_factory.mktemp("table")
    sys.path.insert(0, str(DOCS / "_ext"))
    try:
        import reference_table  # noqa: PLC0415  (lies beside the documentation, which is no package)
    finally:
        sys.path.remove(str(DOCS / "_ext"))
    for name in ("reference-table.js", "site.css"):
        shutil.copy(DOCS / "_static" / name, folder)
    head = (
        '<!doctype html><meta charset="utf-8"><link rel="stylesheet" href="site.css">'
        '<script src="reference-table.js"></script>'
    )
    body = "".join(reference_table.as_html(data.references()))
    (folder / "table.html").write_text(f"{head}<body>{body}</body>", encoding="utf-8")
    with browser_page(folder) as page:
        page.open(folder / "table.html", width=390)
        yield page


def ask(page, words):
    """Type into the filter and return how many rows are left."""
    page.run(
        f"(box => {{ box.value = {words!r}; box.dispatchEvent(new Event('input')); }})"
        "(document.querySelector('.reference-filter input'))"
    )
    return page.run(SHOWN)


def test_the_filter_leaves_the_rows_that_have_every_word(page):
    """NAME=VALUE asks for the whole value, any other word for a part of one; an empty filter shows all."""
    cases = [document["case"] for document in data.references()]
    spectra = [case["inputs"]["dot"] for case in cases if case["task"] == "spectrum"]
    assert ask(page, "") == len(cases)
    assert ask(page, "task=spectrum") == len(spectra)
    assert ask(page, "Spectrum M=8") == sum(dot["orbitals"] == 8 for dot in spectra)
    assert ask(page, "no such word") == 0
    assert page.run("document.querySelector('.reference-filter output').textContent") == f"0 of {len(cases)}"


def test_a_row_gives_its_digits_to_copy(page):
    """The button selects the numbers of its row, all digits of them; without a request to anywhere."""
    ask(page, "")
    selected = page.run(
        "(row => { row.querySelector('details').open = true; row.querySelector('button').click();"
        " return getSelection().toString(); })(document.getElementById('reference-0'))"
    )
    ball = data.references()[0]["values"]["energies"][0]
    assert f"{ball['mid']} +- {ball['rad']}" in selected
    assert not [url for url in page.requests if not url.startswith("file:")]
    assert page.run("document.documentElement.scrollWidth") <= 390
