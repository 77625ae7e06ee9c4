"""The judge: holds implementations of a quantum-dot transport model against exact and certified references."""

from qdverify.report.document import Report
from qdverify.verification import verify

__all__ = ["Report", "verify"]
