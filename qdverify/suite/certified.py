"""What the oracle has proven, as the reference of a comparison."""

from __future__ import annotations

import json
from functools import lru_cache

from qdverify.protocol.case import Case
from qdverify.protocol.json_types import Question
from qdverify.reference.oracle import Enclosed, OracleReference, oracle
from qdverify.suite.finding import Reference


def proven(task: str, inputs: Question, digits: int = 12) -> OracleReference:
    """Return the oracle's answer, from memory if it was asked before: it depends on nothing but the question."""
    return _proven(task, json.dumps(inputs, sort_keys=True), digits)


@lru_cache(maxsize=512)
def _proven(task: str, document: str, digits: int) -> OracleReference:
    return oracle(Case(task, json.loads(document)), digits)


def reference_of(found: OracleReference, name: str) -> Reference:
    """Return one of the oracle's values as a reference for a comparison."""
    return Reference(found.floats(name), found.grade, found.bound(name), _origin(found))


def reference_of_ball(found: OracleReference, ball: Enclosed) -> Reference:
    """Return one number among the oracle's values as a reference for a comparison."""
    return Reference(float(ball.mid), found.grade, ball.bound, _origin(found))


def _origin(found: OracleReference) -> str:
    return f"certified oracle: {found.method}"
