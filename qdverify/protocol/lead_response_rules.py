"""The rules of linear response of any number of leads, as a table like that of `qdverify.protocol.input_rules`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from qdverify.protocol.input_rules import Example, Kind, Rule
from qdverify.protocol.json_types import LeadsQuestion
from qdverify.protocol.lead_rules import LEAD_QUESTION
from qdverify.protocol.rate_equations import MOST_LEADS

TASK: Final = "lead_response"
LEAD_RESPONSE_QUESTION: Final[LeadsQuestion] = {
    **LEAD_QUESTION,
    "leads": [{"name": lead["name"], "rate": lead["rate"], "mu": 0.0625} for lead in LEAD_QUESTION["leads"]],
    "kT": 0.03125,
    "gate": 0.109375,
}
"""One small question."""
_LEADS: Final = LEAD_RESPONSE_QUESTION["leads"]


def _asked(label: str, /, **changes: object) -> Example:
    return Example(TASK, label, {**LEAD_RESPONSE_QUESTION, **changes})


def _of_one_level(label: str, leads: Sequence[Mapping[str, object]]) -> Example:
    """Return the question about other leads of the first two levels, whose transition has one M for all of them."""
    levels, transitions = LEAD_RESPONSE_QUESTION["levels"][:2], LEAD_RESPONSE_QUESTION["transitions"][:1]
    return _asked(label, leads=leads, levels=levels, transitions=transitions)


def _lead(label: str, place: int, /, **changes: object) -> Example:
    """Return the question in which one lead has other fields."""
    leads: list[Mapping[str, object]] = [*_LEADS]
    leads[place] = {**leads[place], **changes}
    return _asked(label, leads=leads)


LEAD_RESPONSE_RULES: Final[tuple[Rule, ...]] = (
    Rule(
        Kind.REFUSED,
        "All leads have one chemical potential, and no temperature of their own.",
        (
            _lead("a bias", 0, mu=0.0),
            _lead("a tiny bias at the last lead", 2, mu=0.0625 + 2.0**-40),
            _lead("own kT", 1, kT=0.0625),
            _lead("own kT that is the common one", 1, kT=0.03125),
        ),
    ),
    Rule(
        Kind.REFUSED,
        f"There are 2 to {MOST_LEADS} leads, of different names, with rates of at least 0.",
        (
            _of_one_level("one lead", _LEADS[:1]),
            _lead("a name twice", 1, name="source"),
            _lead("negative rate", 0, rate=-1.0),
        ),
    ),
    Rule(
        Kind.ANSWERED,
        "The rate of a lead may be 0, also of all leads but one: what would flow there is 0.",
        (
            _lead("a lead of rate 0", 1, rate=0.0),
            _asked("one lead that is coupled", leads=[_LEADS[0], *({**lead, "rate": 0.0} for lead in _LEADS[1:])]),
        ),
    ),
    Rule(
        Kind.ANSWERED,
        "Two leads, named L and R or not, are leads like others; the chemical potential may be any.",
        (
            _of_one_level(
                "R before L", [{"name": "R", "rate": 0.5, "mu": -3.0}, {"name": "L", "rate": 1.0, "mu": -3.0}]
            ),
        ),
    ),
)
