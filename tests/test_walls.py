"""The walls between the packages, tried in a fresh interpreter: what else is loaded when one side is."""

import ast
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

import analytic

LOADED = "import sys, {package}, pkgutil, importlib\n" + "\n".join(
    [
        "for info in pkgutil.walk_packages({package}.__path__, '{package}.'): importlib.import_module(info.name)",
        "print(*(name.partition('.')[0] for name in sys.modules))",
    ]
)


def loaded_with(package):
    code = LOADED.format(package=package)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


@pytest.mark.parametrize(
    ("package", "forbidden"),
    [
        ("analytic", {"numeric", "qdverify", "numpy", "scipy"}),
        ("numeric", {"analytic", "qdverify", "sympy", "mpmath", "flint"}),
    ],
)
def test_one_side_loads_nothing_of_the_other(package, forbidden):
    """Importing every module of one side loads neither the other side nor its libraries."""
    loaded = loaded_with(package)
    assert package in loaded
    assert not loaded & forbidden


def test_no_function_of_the_exact_side_is_there_for_tests_alone():
    """Every public function is exported or used by another line of the package; what only tests call is in tests."""
    sources = [path.read_text(encoding="utf-8") for path in Path(analytic.__file__).parent.glob("*.py")]
    written = Counter(word for source in sources for word in re.findall(r"\w+", source))
    defined = {
        node.name
        for source in sources
        for node in ast.parse(source).body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
    }
    assert "levels" in defined
    assert [name for name in sorted(defined) if written[name] == 1] == []
