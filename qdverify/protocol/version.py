"""The version of this distribution."""

from __future__ import annotations

from functools import cache
from typing import Final

NO_VERSION: Final = "unknown"
"""Stands in reports for the version of what states none."""


@cache
def suite_version() -> str:
    """Return the version of this distribution, which is read from its metadata once."""
    from importlib.metadata import PackageNotFoundError, version  # noqa: PLC0415  (a program under test needs neither)

    try:
        return version("qdverify")
    except PackageNotFoundError:
        return NO_VERSION
