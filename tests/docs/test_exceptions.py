"""The page of exceptions names every exception of the three packages."""

import re
from pathlib import Path

import analytic
import numeric
import qdverify

PAGE = (Path(__file__).parents[2] / "docs" / "exceptions.md").read_text(encoding="utf-8")
ROWS = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in PAGE.splitlines() if line.startswith("| `")]
CLASS = re.compile(r"^ *class ([A-Za-z]\w*)\(([^)]*)\):", re.MULTILINE)
NAMED = {re.split(r"[`.]", row[0].partition("` ")[0].strip("`"))[-1] for row in ROWS}


def exceptions(package):
    """Return the names of the public classes whose bases are exceptions, ours or Python's."""
    classes = {
        name: {base.strip().rpartition(".")[2] for base in bases.split(",")}
        for path in Path(package.__file__).parent.rglob("*.py")
        for name, bases in CLASS.findall(path.read_text(encoding="utf-8"))
    }
    found = {name for name, bases in classes.items() if any(base.endswith(("Error", "Exception")) for base in bases)}
    # an exception of ours may have a base of ours, in any file
    while more := {name for name, bases in classes.items() if bases & found} - found:
        found |= more
    return found


def test_every_exception_is_on_the_page():
    """And the page names no other."""
    ours = exceptions(analytic) | exceptions(numeric) | exceptions(qdverify)
    assert "InvalidInput" in ours
    assert ours == NAMED


def test_each_row_says_when_and_what_to_do():
    """Three cells, none of them empty."""
    assert all(len(row) == 3 and all(row) for row in ROWS)


def test_what_users_catch_is_exported():
    """The first table's exceptions are reached from the packages themselves."""
    names = re.findall(r"^\| `(qdverify|numeric)\.(\w+)`", PAGE, re.MULTILINE)
    assert len(names) >= 5
    for package, name in names:
        assert issubclass(getattr({"qdverify": qdverify, "numeric": numeric}[package], name), Exception)
