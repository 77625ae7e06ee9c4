"""What the oracle has proven, as the reference of a comparison."""

from __future__ import annotations

from qdverify.reference.oracle import Enclosed, OracleReference
from qdverify.suite.finding import Reference


def reference_of(found: OracleReference, name: str) -> Reference:
    """Return one of the oracle's values as a reference for a comparison."""
    return Reference(found.floats(name), found.grade, found.bound(name), _origin(found))


def reference_of_ball(found: OracleReference, ball: Enclosed) -> Reference:
    """Return one number among the oracle's values as a reference for a comparison."""
    return Reference(float(ball.mid), found.grade, ball.bound, _origin(found))


def _origin(found: OracleReference) -> str:
    return f"certified oracle: {found.method}"
