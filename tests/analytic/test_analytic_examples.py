"""The examples in the docstrings of `analytic` run, and every public function has one."""

import doctest
import importlib
import inspect
import linecache
import pkgutil

import pytest
from rows import over

import analytic

MODULES = [f"analytic.{info.name}" for info in pkgutil.iter_modules(analytic.__path__)]


@pytest.mark.parametrize("name", MODULES)
def test_examples_print_what_they_show(name):
    """Doctest finds no difference."""
    linecache.clearcache()  # else doctest looks at every file that has been read since the tests began
    assert doctest.testmod(importlib.import_module(name)).failed == 0


@over("name", [name for name in analytic.__all__ if inspect.isfunction(getattr(analytic, name))])
def test_every_public_function_has_an_example(name):
    """A reader sees a call and its result in the docstring."""
    assert ">>> " in (getattr(analytic, name).__doc__ or "")
