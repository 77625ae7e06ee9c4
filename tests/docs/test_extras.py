"""Extras are installed from a clone: on no package index is the project that `pip install 'qdverify[...]'` asks for."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
EXTRAS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
FOLDERS = ("analytic", "checker", "docs", "examples", "numeric", "qdverify", "tests")
OF_KITS = {"test"}
"""Extras of the starter kits, which are projects of their own."""
TEXTS = [
    path
    for folder in FOLDERS
    for path in sorted((ROOT / folder).rglob("*"))
    if path.suffix in {".py", ".md", ".toml"} and path != Path(__file__).resolve()
]
COMMAND = re.compile(r"pip install (?:-e )?['\"]?([\w.]+)\[([\w,]+)\]")


def commands(text):
    """Return what pip is told to install, and with which extras."""
    return [(project, extras.split(",")) for project, extras in COMMAND.findall(text)]


def test_every_command_works_in_a_clone():
    """Each names this folder and extras that there are."""
    found = {
        path.relative_to(ROOT).as_posix(): commands(path.read_text(encoding="utf-8"))
        for path in [*TEXTS, *ROOT.glob("*.md")]
    }
    wrong = {
        name: [one for one in told if one[0] != "." or not set(one[1]) <= EXTRAS.keys() | OF_KITS]
        for name, told in found.items()
    }
    assert {name: told for name, told in wrong.items() if told} == {}
    told = {extra for each in found.values() for _, extras in each for extra in extras}
    assert {"units", "fast", "cluster"} <= told


@pytest.mark.parametrize("text", ["pip install 'qdverify[units]'", "pip install qdverify[cluster]"])
def test_a_command_for_an_index_is_found(text):
    """Quoted or not."""
    assert commands(text)[0][0] == "qdverify"
