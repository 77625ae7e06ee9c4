"""Every code block of the documentation and of the README does what the page says."""

import shutil
from pathlib import Path

import pytest
from blocks import blocks_of, run_page

ROOT = Path(__file__).parents[2]
IN_A_COPY = {"add-a-check.md"}  # changes the source: test_add_a_check.py runs it in a copy
PAGES = [
    page
    for page in (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")))
    if page.name not in IN_A_COPY and blocks_of(page)
]
QUICK = {"physics.md", "validity.md"}


def _marked(page):
    marks = [] if page.name in QUICK else [pytest.mark.slow, pytest.mark.long]
    return pytest.param(page, id="-".join(page.relative_to(ROOT).with_suffix("").parts), marks=marks)


@pytest.mark.parametrize("page", [_marked(page) for page in PAGES])
def test_every_block_of_a_page_runs(page, tmp_path, warm):
    """The blocks of a page run in order, in an empty folder beside a copy of the examples, from the installed wheel."""
    shutil.copytree(ROOT / "examples", tmp_path / "examples", ignore=shutil.ignore_patterns("__pycache__"))
    run_page(page, tmp_path, warm)


def test_a_wrong_block_is_noticed(tmp_path, warm):
    """A failing assertion, a warning, a wrong status and a wrong output each stop the page."""
    for text in (
        "```python\nassert 1 == 2\n```\n",
        "```python\nimport warnings\nwarnings.warn('old')\n```\n",
        "```console\n$ exit 3\n```\n",
        "```console\n$ echo one\ntwo\n```\n",
    ):
        page = tmp_path / "page.md"
        page.write_text(text)
        with pytest.raises(AssertionError):
            run_page(page, tmp_path, warm)


def test_a_block_that_nobody_runs_is_refused(tmp_path):
    """Code of another language must at least become a file that a later block uses."""
    page = tmp_path / "page.md"
    page.write_text("```rust\nfn main() {}\n```\n")
    with pytest.raises(ValueError, match="must be run or name its file"):
        blocks_of(page)
