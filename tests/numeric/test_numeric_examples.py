"""The examples in the docstrings of `numeric` run, and every public function has one."""

import doctest
import importlib
import inspect
import linecache
import pkgutil

import pytest
from rows import over

import numeric

MODULES = [f"numeric.{info.name}" for info in pkgutil.iter_modules(numeric.__path__)]


@pytest.mark.parametrize("name", MODULES)
def test_examples_print_what_they_show(name):
    """Doctest finds no difference."""
    linecache.clearcache()  # else doctest looks at every file that has been read since the tests began
    assert doctest.testmod(importlib.import_module(name)).failed == 0


@over("name", [name for name in numeric.__all__ if inspect.isfunction(getattr(numeric, name))])
def test_every_public_function_has_an_example(name):
    """A reader sees a call and its result in the docstring."""
    assert ">>> " in (getattr(numeric, name).__doc__ or "")
