"""The walls between the packages, tried in a fresh interpreter: what else is loaded when one side is."""

import subprocess
import sys

import pytest

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
