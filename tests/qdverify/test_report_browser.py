"""The page in a real browser: it loads without a complaint or a request, filters, opens, and prints."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from browser import browser_page, find_browser
from report_samples import sample_report

from qdverify.faults.fault import all_faults
from qdverify.report.figures import questions
from qdverify.report.page_folder import write_folder
from qdverify.run.verify import verify

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(find_browser() is None, reason="no Chromium found: apt-get install chromium"),
]
SHOWN = "document.querySelectorAll('tr[data-verdict]:not([hidden])').length"
STATUS = "document.getElementById('filter-status').textContent"


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """Write the pages of a correct and of a faulty made-up implementation."""
    folder = tmp_path_factory.mktemp("pages")
    good, faulty = sample_report(), sample_report(faulty=True)
    (folder / "good.html").write_text(good.to_html(), encoding="utf-8")
    (folder / "faulty.html").write_text(faulty.to_html(previous=good.document()), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    """Start one browser for all tests of this file."""
    with browser_page(tmp_path_factory.mktemp("browser")) as page:
        yield page


@pytest.fixture
def faulty(browser, files):
    """Open the page of the faulty implementation."""
    browser.open(files / "faulty.html")
    return browser


@pytest.mark.parametrize("name", ["good", "faulty"])
@pytest.mark.parametrize("dark", [False, pytest.param(True, marks=pytest.mark.slow)], ids=["light", "dark"])
@pytest.mark.parametrize("width", [390, 820, 1440])
def test_it_loads_without_a_complaint_a_request_or_a_sideways_scroll(browser, files, name, dark, width):
    """At three widths and in both themes the console stays empty and the page asks for itself only.

    With QDVERIFY_SCREENSHOTS set to a folder, the pictures are kept there to be looked at.
    """
    browser.open(files / f"{name}.html", width=width, dark=dark)
    assert browser.messages == []
    assert browser.requests == [(files / f"{name}.html").as_uri()]
    assert browser.run("document.documentElement.scrollWidth") <= width
    dark_ground = browser.run("getComputedStyle(document.body).backgroundColor") == "rgb(19, 21, 24)"
    assert dark_ground == dark
    if keep := os.environ.get("QDVERIFY_SCREENSHOTS"):
        browser.screenshot(Path(keep) / f"{name}-{width}-{'dark' if dark else 'light'}.png", full=True)


@pytest.mark.parametrize("width", [390, *(pytest.param(width, marks=pytest.mark.slow) for width in (820, 1440))])
def test_nothing_is_cut_off_at_the_side(browser, files, width):
    """Sections, figures and the coverage of tasks are seen whole at every width, without a sideways scroll inside."""
    browser.open(files / "faulty.html", width=width)
    seen = "nav a, figure svg, .overview, .overview td, .overview th"
    cut = f"[...document.querySelectorAll('{seen}')].filter(e => e.getBoundingClientRect().right > innerWidth)"
    assert browser.run(f"{cut}.map(e => e.outerHTML.slice(0, 80))") == []
    assert browser.run("[...document.querySelectorAll('figure svg')].every(e => e.getBoundingClientRect().width > 300)")


def test_the_verdict_fits_one_screen(faulty):
    """Verdict, stages, scope and what was not verified are seen without scrolling on a laptop's screen."""
    assert faulty.run("document.getElementById('verdict').getBoundingClientRect().bottom") < 900


def test_the_search_narrows_to_what_matches_and_opens_it(faulty):
    """Words narrow the findings, matching checks open, and clearing brings all of them back, closed."""
    everything = faulty.run(SHOWN)
    faulty.run("document.querySelector('[name=q]').focus()")
    for key in "rates.check-7 dot":
        faulty.press(key)
    faulty.wait_for(f"{SHOWN} === 25")
    assert faulty.run(STATUS) == f"25 of {everything} findings"
    assert faulty.run("[...document.querySelectorAll('details.check:not([hidden])')].every(c => c.open)")
    assert faulty.run("document.querySelectorAll('.stage:not([hidden])').length") == 1
    faulty.run("document.querySelector('#filter [type=reset]').click()")
    faulty.wait_for(f"{SHOWN} === {everything}")
    assert not faulty.run("[...document.querySelectorAll('details.check')].some(c => c.open)")
    assert faulty.messages == []


def test_the_filters_agree_with_the_findings(faulty):
    """Verdict, stage, grade and digits each leave exactly the rows that say so."""
    faulty.run("document.querySelector('[name=verdict][value=fail]').click()")
    faulty.wait_for(f"{SHOWN} < 100")
    failing = sum(finding.verdict == "fail" for finding in sample_report(faulty=True).findings)
    assert faulty.run(SHOWN) == failing > 0
    faulty.run("f = document.getElementById('filter'); f.elements.grade.value = 'consensus'; f.elements.stage.value = "
               "'transitions'; f.elements.digits.value = 0.35; f.dispatchEvent(new Event('input'))")  # fmt: skip
    faulty.wait_for(f"{SHOWN} < {failing}")
    cells = "[...row.cells].map(cell => cell.innerText)"
    rows = faulty.run(f"[...document.querySelectorAll('tr[data-verdict]:not([hidden])')].map(row => {cells})")
    assert rows
    assert all((row[7], row[3]) == ("fail", "consensus") for row in rows)
    assert all(float(row[6].partition("–")[0]) < 0.35 for row in rows)


def test_a_row_that_is_opened_shows_its_inputs(faulty):
    """The reference to the list of inputs gives way to the inputs, and the search finds them in closed rows too."""
    row = "document.querySelector('#check-spin-check-0-v1 tr[data-verdict]')"
    assert "inputs " in faulty.run(f"{row}.textContent")
    faulty.run(f"{row}.querySelector('details').open = true")
    faulty.wait_for(f"{row}.textContent.includes('\"orbitals\": 8')")
    assert "inputs " not in faulty.run(f"{row}.textContent")
    assert faulty.run("document.getElementById('inputs').hidden")
    faulty.run("f = document.getElementById('filter'); f.elements.q.value = 'orbitals\": 8'; "
               "f.dispatchEvent(new Event('input'))")  # fmt: skip
    faulty.wait_for(f"{SHOWN} > 1000")


def test_the_keyboard_reaches_search_and_findings(faulty):
    """The slash key leads to the search, Enter opens the check that has the focus."""
    faulty.press("/")
    assert faulty.run("document.activeElement.name") == "q"
    faulty.run("document.querySelector('#check-spin-check-0-v1 summary').focus()")
    faulty.press("Enter")
    assert faulty.run("document.querySelector('#check-spin-check-0-v1').open")


def test_a_failure_leads_to_its_findings(faulty):
    """The link of a failure opens the check's findings, even where a filter had hidden them."""
    faulty.run("f = document.getElementById('filter'); f.elements.q.value = 'nothing at all matches this'; "
               "f.dispatchEvent(new Event('input'))")  # fmt: skip
    faulty.wait_for(f"{SHOWN} === 0")
    target = faulty.run("(a => { a.click(); return a.hash })(document.querySelector('.failure h3 a'))")
    faulty.wait_for(f"document.querySelector('{target}').open && !document.querySelector('{target}').hidden")


def test_formulas_are_set_as_mathematics(faulty):
    """The browser lays the formulas out in two dimensions: a fraction stands higher than its parts."""
    assert faulty.run("document.querySelectorAll('.failure math').length") > 0
    taller = "(f => f.getBoundingClientRect().height > 1.5 * f.firstElementChild.getBoundingClientRect().height)"
    assert faulty.run(f"{taller}(document.querySelector('.failure mfrac'))")


def test_every_control_has_a_name(faulty):
    """A reader who hears the page is told what each field, button and picture is."""
    unnamed = faulty.run(
        "[...document.querySelectorAll('input, select, button')].filter(e => "
        "!(e.labels && e.labels.length && e.labels[0].textContent.trim()) && !e.textContent.trim()).length"
    )
    assert unnamed == 0
    assert faulty.run("[...document.querySelectorAll('[role=img], [role=region]')].every(e => e.ariaLabel)")


def printed_text(page, folder):
    """Return what a page holds on paper, sheets apart."""
    page.print(folder / "report.pdf")
    command = ["pdftotext", "-layout", folder / "report.pdf", "-"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="no pdftotext found: apt-get install poppler-utils")
def test_print_holds_the_verdict_first_and_every_claim(faulty, tmp_path):
    """On paper the first page says what failed, what to look at and what was not verified, and no claim is missing."""
    text = printed_text(faulty, tmp_path)
    pages = text.split("\f")
    for part in ("disagrees with the model", "transitions", "ratio 2.000: a spin factor?", "Not verified"):
        assert part in pages[0]
    assert len(pages) < 30
    printed = set(re.findall(r"[a-z]+\.(?:check-\d|table-2|hangs|large)@1", text))
    assert printed >= {finding.id for finding in sample_report(faulty=True).findings}


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="no pdftotext found: apt-get install poppler-utils")
@pytest.mark.slow
def test_the_first_sheet_prints_as_two_pages(browser, tmp_path, monkeypatch):
    """Verdict, accuracy, pictures, failures and what was not verified fill two pages; the rest begins on the third."""
    on_the_sheet = {name: questions.GATHERERS[name] for name in ("digits", "populations")}
    monkeypatch.setattr(questions, "GATHERERS", on_the_sheet)
    wrong = next(fault for fault in all_faults() if fault.name == "gate-sign").implementation()
    browser.open(write_folder(verify(wrong, ["spin", "rates", "stationary", "current"], figures=True), tmp_path))
    pages = printed_text(browser, tmp_path).split("\f")
    sheet = " ".join(" ".join(pages[:2]).split())
    for part in (
        "disagrees with the model",
        "Accuracy",
        "Errors over references",
        "Digits over gate and bias",
        "populations, kT",
        "in the order of harm",
        "Not verified",
    ):
        assert part in sheet
    assert pages[2].lstrip().startswith("Coverage")


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="no pdftotext found: apt-get install poppler-utils")
def test_print_keeps_together_what_belongs_together(faulty, tmp_path):
    """Headings stand with their content, figures on the page of their title, checks with their worst numbers."""
    text = printed_text(faulty, tmp_path)
    pages = [[line.strip() for line in page.splitlines() if line.strip()] for page in text.split("\f") if page.strip()]
    headings = set(faulty.run("[...document.querySelectorAll('h2, h3')].map(e => e.textContent)"))
    assert [page[-1] for page in pages if page[-1] in headings] == []
    compared = {finding.id for finding in sample_report(faulty=True).findings if finding.comparison}
    assert text.count("measured ") >= len(compared)
    assert text.count(" allowed") >= len(compared)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("fault", "stage", "telling"),
    [
        ("half-contact", "integrals", "the factor is 0.5 for the contact kernel"),
        ("missing-half-of-M", "transitions", "the factor is 2 everywhere"),
        ("missing-degeneracy", "rates", "of the way back is missing"),
    ],
)
def test_the_first_screen_of_a_faulty_implementation_names_the_fault(browser, tmp_path, fault, stage, telling):
    """Stage and fault are read without scrolling."""
    implementation = next(each for each in all_faults() if each.name == fault).implementation()
    suites = ["integrals", "small-basis", "noninteracting", "rates"]
    browser.open(write_folder(verify(implementation, suites), tmp_path))
    assert browser.messages == []
    shown = browser.run(
        "[...document.querySelectorAll('#verdict *')].filter(e => e.getBoundingClientRect().bottom < innerHeight)"
        ".map(e => e.textContent).join(' ')"
    )
    assert f"The first stage that fails is {stage}" in shown
    assert telling in shown


@pytest.mark.long
@pytest.mark.slow
def test_the_page_of_the_builtin_implementation_is_whole(browser, main_job):
    """A full quick run: below 5 MB, every figure drawn, no complaint, no request."""
    page = main_job / "index.html"
    assert page.stat().st_size < 5_000_000
    browser.open(page)
    assert browser.messages == []
    assert browser.requests == [page.as_uri()]
    figures = browser.run("[...document.querySelectorAll('figure')].map(f => f.id)")
    names = ("accuracy", "diagram", "digits", "paper-tables", "stability", "peaks", "levels", "convergence")
    assert figures == [f"plot-{name}" for name in names]
    assert browser.run("document.querySelector('.state').textContent") == "pass"
