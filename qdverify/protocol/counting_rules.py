"""The rules of full counting statistics, as a table like that of `qdverify.protocol.input_rules`."""

from __future__ import annotations

from typing import Final

from qdverify.protocol.input_rules import Example, Kind, Rule
from qdverify.protocol.json_types import CountingQuestion
from qdverify.protocol.rate_equations import LARGEST_FIELD, MOST_FIELDS
from qdverify.protocol.response_rules import RESPONSE_QUESTION

TASK: Final = "generating_function"
COUNTING_QUESTION: Final[CountingQuestion] = {
    **RESPONSE_QUESTION,
    "leads": [{"name": "L", "rate": 1.0, "mu": 0.0625}, {"name": "R", "rate": 0.5, "mu": -0.0625}],
    "theta": [0.5, -4.5],
}
"""One small question."""


def _asked(label: str, theta: object) -> Example:
    return Example(TASK, label, {**COUNTING_QUESTION, "theta": theta})


COUNTING_RULES: Final[tuple[Rule, ...]] = (
    Rule(
        Kind.REFUSED,
        f"`theta` is a list of 1 to {MOST_FIELDS} numbers from -{LARGEST_FIELD} to {LARGEST_FIELD}.",
        (
            _asked("no field", []),
            _asked("a field beyond the limit", [0.0, LARGEST_FIELD + 1.0]),
            _asked("a field as a string", ["half"]),
            _asked("a field true", [True]),
            _asked("more fields than the limit", [0.0] * (MOST_FIELDS + 1)),
        ),
    ),
    Rule(
        Kind.ANSWERED,
        "Fields may be 0, whole numbers, equal and in any order.",
        (_asked("equal fields", [1, 0, 1, -2.5]), _asked("as many fields as the limit", [0.0] * MOST_FIELDS)),
    ),
)
