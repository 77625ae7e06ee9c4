"""The rules of linear response, as a table like that of `qdverify.protocol.input_rules`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from qdverify.protocol.input_rules import Example, Kind, Rule
from qdverify.protocol.json_types import Lead, TransportQuestion

TASK: Final = "linear_response"
RESPONSE_QUESTION: Final[TransportQuestion] = {
    "levels": [
        {"electrons": 0, "energy": 0.0, "two_S": 0},
        {"electrons": 1, "energy": 0.125, "two_S": 1},
        {"electrons": 2, "energy": 0.375, "two_S": 0},
    ],
    "transitions": [{"from": 0, "to": 1, "M": 1.0}, {"from": 1, "to": 2, "M": 0.5}],
    "leads": [{"name": "L", "rate": 1.0, "mu": 0.0625}, {"name": "R", "rate": 0.5, "mu": 0.0625}],
    "kT": 0.03125,
    "gate": 0.109375,
}
"""One small question."""


def _asked(label: str, /, **changes: object) -> Example:
    return Example(TASK, label, {**RESPONSE_QUESTION, **changes})


def _leads(label: str, /, **changes: object) -> Iterator[Example]:
    """Yield the question with other fields of the second lead."""
    first, second = RESPONSE_QUESTION["leads"]
    changed: Mapping[str, object] = {**second, **changes}
    yield _asked(label, leads=[first, changed])


def _both(label: str, /, *, mu: float) -> Example:
    leads: list[Lead] = [{**lead, "mu": mu} for lead in RESPONSE_QUESTION["leads"]]
    return _asked(label, leads=leads[::-1])


RESPONSE_RULES: Final[tuple[Rule, ...]] = (
    Rule(
        Kind.REFUSED,
        "Both leads have one chemical potential, and no temperature of their own.",
        (*_leads("a bias", mu=0.0), *_leads("a tiny bias", mu=0.0625 + 2.0**-40), *_leads("own kT", kT=0.0625)),
    ),
    Rule(
        Kind.REFUSED,
        "Both rates and at least one $M_{ji}$ are above 0: without a current there is no thermopower.",
        (
            *_leads("a lead of rate 0", rate=0.0),
            _asked("no transitions", transitions=[], levels=RESPONSE_QUESTION["levels"][:1]),
        ),
    ),
    Rule(
        Kind.ANSWERED,
        "The chemical potential may be any, and the leads stand in any order.",
        (_both("R before L, no potential", mu=0.0), _both("a potential far from zero", mu=-3.0)),
    ),
)
