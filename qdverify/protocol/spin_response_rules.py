"""The rules of linear response in a field, as a table like that of `qdverify.protocol.input_rules`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from qdverify.protocol.input_rules import Example, Kind, Rule
from qdverify.protocol.json_types import SpinLead, SpinQuestion
from qdverify.protocol.spin_rules import SPIN_QUESTION

TASK: Final = "spin_response"
_LEADS: Final[list[SpinLead]] = [
    {"name": lead["name"], "rate": lead["rate"], "mu": 0.0625} for lead in SPIN_QUESTION["leads"]
]
SPIN_RESPONSE_QUESTION: Final[SpinQuestion] = {**SPIN_QUESTION, "leads": _LEADS, "kT": 0.03125}
"""One small question."""


def _asked(label: str, /, **changes: object) -> Example:
    return Example(TASK, label, {**SPIN_RESPONSE_QUESTION, **changes})


def _lead(label: str, place: int, /, **changes: object) -> Example:
    """Return the question in which one lead has other fields."""
    leads: list[Mapping[str, object]] = [*_LEADS]
    leads[place] = {**leads[place], **changes}
    return _asked(label, leads=leads)


SPIN_RESPONSE_RULES: Final[tuple[Rule, ...]] = (
    Rule(
        Kind.REFUSED,
        "All leads have one chemical potential, and no temperature of their own, in a field too.",
        (
            _lead("a bias", 0, mu=0.0),
            _lead("a tiny bias", 1, mu=0.0625 + 2.0**-40),
            _lead("own kT", 1, kT=0.0625),
            _lead("own kT that is the common one", 0, kT=0.03125),
        ),
    ),
    Rule(
        Kind.REFUSED,
        "Rates and the field are those of the other tasks on spins.",
        (
            _lead("negative rate of one spin", 0, rate={"up": 1.0, "down": -0.25}),
            _lead("the rate of one spin alone", 0, rate={"up": 1.0}),
            _asked("a field as a list", zeeman=[0.03125]),
        ),
    ),
    Rule(
        Kind.ANSWERED,
        "`zeeman` may be 0, negative, and larger than all other energies, and a lead may take one spin only.",
        (
            _asked("no field", zeeman=0.0),
            _asked("a large field of negative sign", zeeman=-2.0),
            _lead("a lead of spin up only", 0, rate={"up": 1.0, "down": 0.0}),
            _lead("a lead of rate 0", 0, rate=0.0),
        ),
    ),
)
