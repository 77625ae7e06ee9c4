"""The judge: holds implementations of a quantum-dot transport model against exact and certified references."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qdverify.report.document import Report
from qdverify.verification import verify

if TYPE_CHECKING:
    from qdverify.following import follow
    from qdverify.pytest_plugin import parametrize_with_checks
    from qdverify.reference import oracle

__all__ = ["Report", "follow", "oracle", "parametrize_with_checks", "verify"]


def __getattr__(name: str) -> Any:
    """Load what needs pytest, the whole exact side, or numpy, where it is used."""
    if name == "parametrize_with_checks":
        from qdverify.pytest_plugin import parametrize_with_checks  # noqa: PLC0415

        return parametrize_with_checks
    if name == "oracle":
        from qdverify.reference import oracle  # noqa: PLC0415

        return oracle
    if name == "follow":
        from qdverify.following import follow  # noqa: PLC0415

        return follow
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
