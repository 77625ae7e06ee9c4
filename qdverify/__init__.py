"""The judge: holds implementations of a quantum-dot transport model against exact and certified references."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qdverify.report.document import Report
from qdverify.verification import verify

if TYPE_CHECKING:
    from qdverify.pytest_plugin import parametrize_with_checks
    from qdverify.reference import oracle

__all__ = ["Report", "oracle", "parametrize_with_checks", "verify"]


def __getattr__(name: str) -> Any:
    """Load what needs pytest, or the whole exact side, where it is used."""
    if name == "parametrize_with_checks":
        from qdverify.pytest_plugin import parametrize_with_checks  # noqa: PLC0415

        return parametrize_with_checks
    if name == "oracle":
        from qdverify.reference import oracle  # noqa: PLC0415

        return oracle
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
