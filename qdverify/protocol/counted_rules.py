"""The rules of counted leads, as a table like that of `qdverify.protocol.input_rules`."""

from __future__ import annotations

from typing import Final

from qdverify.protocol.input_rules import Example, Kind, Rule
from qdverify.protocol.json_types import CountedQuestion, Lead, LeadTransition
from qdverify.protocol.lead_response_rules import LEAD_RESPONSE_QUESTION

TASK: Final = "lead_cumulants"
_POTENTIALS: Final = {"source": 0.0625, "drain": -0.0625, "probe": 0.0}
_LEADS: Final[list[Lead]] = [{**lead, "mu": _POTENTIALS[lead["name"]]} for lead in LEAD_RESPONSE_QUESTION["leads"]]
_APART: Final[list[LeadTransition]] = [
    {"from": 0, "to": 1, "M": {"source": 0.5, "drain": 0.0, "probe": 0.0}},
    {"from": 1, "to": 2, "M": {"source": 0.0, "drain": 0.25, "probe": 0.125}},
]
"""Transitions of which the source has one to itself, so that each electron leaves the way it came."""
COUNTED_QUESTION: Final[CountedQuestion] = {**LEAD_RESPONSE_QUESTION, "leads": _LEADS, "counted": ["source"]}
"""One small question."""


def _asked(label: str, /, **changes: object) -> Example:
    return Example(TASK, label, {**COUNTED_QUESTION, **changes})


COUNTED_RULES: Final[tuple[Rule, ...]] = (
    Rule(
        Kind.REFUSED,
        "`counted` is a list of one or more names of leads, each once.",
        (
            _asked("nothing counted", counted=[]),
            _asked("a lead counted twice", counted=["source", "source"]),
            _asked("a lead that there is not", counted=["source", "L"]),
            _asked("a number of a lead", counted=[0]),
        ),
    ),
    Rule(
        Kind.ANSWERED,
        "All leads may be counted, one not coupled, and those that exchange nothing with others: then nothing grows.",
        (
            _asked("all leads", counted=["probe", "source", "drain"]),
            _asked("a lead of rate 0", leads=[*_LEADS[:2], {**_LEADS[2], "rate": 0.0}], counted=["probe"]),
            _asked("leads that exchange nothing", transitions=_APART),
        ),
    ),
    Rule(
        Kind.ANSWERED,
        "Leads may have temperatures of their own, and those that are counted too.",
        (_asked("a hot lead", leads=[{**_LEADS[0], "kT": 0.125}, *_LEADS[1:]]),),
    ),
)
