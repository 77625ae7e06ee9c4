"""The examples in the docstrings of `qdverify` run, and every public function has one."""

import doctest
import importlib
import inspect
import linecache
import pkgutil
from pathlib import Path

import pytest
from rows import over

import qdverify
import qdverify.sweep

ROOT = Path(qdverify.__file__).parent
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
MODULES = [
    info.name
    for info in pkgutil.walk_packages([str(ROOT)], "qdverify.")
    if info.name != "qdverify.__main__" and ">>> " in Path(info.module_finder.find_spec(info.name).origin).read_text()
]
PUBLIC = [
    (module.__name__, name)
    for module in (qdverify, qdverify.data, qdverify.sweep)
    for name in module.__all__
    if inspect.isfunction(getattr(module, name))
]


@pytest.mark.parametrize("name", MODULES)
def test_examples_print_what_they_show(name, tmp_path, monkeypatch):
    """Doctest finds no difference; examples that write files write into the working directory."""
    monkeypatch.chdir(tmp_path)
    linecache.clearcache()  # else doctest looks at every file that has been read since the tests began
    assert doctest.testmod(importlib.import_module(name), optionflags=FLAGS).failed == 0


@over(("module", "name"), PUBLIC)
def test_every_public_function_has_an_example(module, name):
    """A reader sees a call and its result in the docstring."""
    assert ">>> " in (getattr(importlib.import_module(module), name).__doc__ or "")
