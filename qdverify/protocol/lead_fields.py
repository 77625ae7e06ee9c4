"""The question about counting electrons at every lead with a field of its own, and its rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from qdverify.protocol.counted_rules import COUNTED_QUESTION
from qdverify.protocol.input_rules import Example, Kind, Rule
from qdverify.protocol.json_types import LeadsQuestion
from qdverify.protocol.rate_equations import LARGEST_FIELD, MOST_FIELDS

TASK: Final = "lead_generating_function"


class LeadFieldsQuestion(LeadsQuestion):
    """Params of `lead_generating_function`."""

    theta: Sequence[Mapping[str, float]]
    """Real counting fields, one of each lead by its name."""


_FIELDS: Final = {"source": 0.5, "drain": -1.0, "probe": 0.25}
_LEADS: Final = COUNTED_QUESTION["leads"]
LEAD_FIELDS_QUESTION: Final[LeadFieldsQuestion] = {
    "levels": COUNTED_QUESTION["levels"],
    "transitions": COUNTED_QUESTION["transitions"],
    "leads": _LEADS,
    "kT": COUNTED_QUESTION["kT"],
    "gate": COUNTED_QUESTION["gate"],
    "theta": [_FIELDS],
}
"""One small question."""


def _asked(label: str, /, **changes: object) -> Example:
    return Example(TASK, label, {**LEAD_FIELDS_QUESTION, **changes})


LEAD_FIELDS_RULES: Final[tuple[Rule, ...]] = (
    Rule(
        Kind.REFUSED,
        f"`theta` is a list of 1 to {MOST_FIELDS} objects.",
        (
            _asked("no fields", theta=[]),
            _asked("one object without a list", theta=_FIELDS),
            _asked("numbers without names", theta=[[0.5, -1.0, 0.25]]),
            _asked("more objects than the limit", theta=[_FIELDS] * (MOST_FIELDS + 1)),
        ),
    ),
    Rule(
        Kind.REFUSED,
        f"Each holds one number from -{LARGEST_FIELD} to {LARGEST_FIELD} for each lead, by name, and nothing else.",
        (
            _asked("a lead without a field", theta=[_FIELDS, {"source": 0.5, "drain": -1.0}]),
            _asked("a field of a lead that there is not", theta=[{**_FIELDS, "L": 0.5}]),
            _asked("a field of a lead beyond the limit", theta=[{**_FIELDS, "probe": LARGEST_FIELD + 1.0}]),
            _asked("a field of a lead as a string", theta=[{**_FIELDS, "probe": "half"}]),
        ),
    ),
    Rule(
        Kind.ANSWERED,
        "Fields may be 0, whole numbers, equal, far apart, in any order, and of a lead that is not coupled.",
        (
            _asked("equal fields of all leads", theta=[dict.fromkeys(_FIELDS, 3), dict.fromkeys(_FIELDS, 0)]),
            _asked("fields of both limits", theta=[{"probe": 0, "drain": -LARGEST_FIELD, "source": LARGEST_FIELD}]),
            _asked("as many objects as the limit", theta=[_FIELDS] * MOST_FIELDS),
            _asked("a field of a lead of rate 0", leads=[*_LEADS[:2], {**_LEADS[2], "rate": 0.0}]),
        ),
    ),
    Rule(
        Kind.ANSWERED,
        "Leads with a field may have temperatures of their own.",
        (_asked("a hot lead with a field", leads=[{**_LEADS[0], "kT": 0.125}, *_LEADS[1:]]),),
    ),
)
