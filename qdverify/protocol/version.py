"""The version of this distribution."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version


def suite_version() -> str:
    """Return the version of this distribution."""
    try:
        return version("qdverify")
    except PackageNotFoundError:
        return "unknown"
