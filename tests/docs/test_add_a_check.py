"""A new contributor who follows "Add a check in twenty minutes" literally gets a working check with its fault."""

import shutil
from pathlib import Path

import pytest
from blocks import run_page

ROOT = Path(__file__).parents[2]


@pytest.mark.long
@pytest.mark.slow
def test_the_page_works_in_a_fresh_copy(tmp_path, warm):
    """Every block of the page runs in a copy of the three packages, in which the new files are found by themselves."""
    for package in ("analytic", "numeric", "qdverify"):
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    run_page(ROOT / "docs" / "add-a-check.md", tmp_path, warm)
    assert (tmp_path / "qdverify" / "suite" / "checks" / "one_electron.py").exists()
