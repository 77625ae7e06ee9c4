"""Compilation of inner loops by numba, which is optional (`pip install '.[fast]'`) and loaded only when needed.

The compiled code is kept in a cache on disk, beside the source if that can be written, else in the user's cache folder,
so that it is compiled once for each installation and kind of processor.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from typing import Any, TypeVar

Function = TypeVar("Function", bound=Callable[..., Any])


def can_compile() -> bool:
    """Return whether numba is installed."""
    return find_spec("numba") is not None


def compiled(function: Function) -> Function:
    """Compile a function when it is first called; without numba it stays plain Python.

    Compiled functions that it calls become part of it, which halves the time that compilation takes. A division by zero
    gives an infinity or NaN, as in numpy. Rounding is that of the written order of operations: nothing is reassociated
    or contracted.

    Raises
    ------
    ImportError
        If the installed numba does not work with the installed numpy.
    RuntimeError
        If there is no folder in which compiled code can be kept.
    """
    if not can_compile():
        return function
    import numba  # noqa: PLC0415  (takes most of a second, and is not always there)

    dispatcher: Function = numba.njit(function, cache=True, error_model="numpy", inline="always")
    return dispatcher


def loaded(load: Callable[[], Function]) -> Function | None:
    """Return what `load` imports; None if numba is missing, does not work, or has nowhere to keep compiled code."""
    if not can_compile():
        return None
    try:
        return load()
    except (ImportError, RuntimeError):
        return None
