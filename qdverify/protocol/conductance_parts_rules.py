"""The rules of the parts of dI/dV, as a table like that of `qdverify.protocol.input_rules`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from qdverify.protocol.input_rules import Example, Kind, Rule
from qdverify.protocol.json_types import LeadsQuestion

TASK: Final = "conductance_parts"
PARTS_QUESTION: Final[LeadsQuestion] = {
    "levels": [
        {"electrons": 0, "energy": 0.0, "two_S": 0},
        {"electrons": 1, "energy": 0.125, "two_S": 1},
        {"electrons": 1, "energy": 0.25, "two_S": 1},
    ],
    "transitions": [{"from": 0, "to": 1, "M": 0.5}, {"from": 0, "to": 2, "M": {"L": 0.25, "R": 0.0078125}}],
    "leads": [{"name": "L", "rate": 1.0, "mu": 0.25}, {"name": "R", "rate": 0.5, "mu": -0.25}],
    "kT": 0.015625,
    "gate": 0.0,
}
"""One small question, in which level 2 blocks."""
_LEADS: Final = PARTS_QUESTION["leads"]


def _asked(label: str, /, **changes: object) -> Example:
    return Example(TASK, label, {**PARTS_QUESTION, **changes})


def _lead(label: str, place: int, /, **changes: object) -> Example:
    """Return the question in which one lead has other fields."""
    leads: list[Mapping[str, object]] = [*_LEADS]
    leads[place] = {**leads[place], **changes}
    return _asked(label, leads=leads)


def _leads(label: str, leads: Sequence[Mapping[str, object]]) -> Example:
    """Return the question about the two levels between which every lead has one M_ji."""
    levels, transitions = PARTS_QUESTION["levels"][:2], PARTS_QUESTION["transitions"][:1]
    return _asked(label, leads=leads, levels=levels, transitions=transitions)


CONDUCTANCE_PARTS_RULES: Final[tuple[Rule, ...]] = (
    Rule(
        Kind.REFUSED,
        "There are two leads, named L and R.",
        (
            _leads("one lead", _LEADS[:1]),
            _leads("L twice", [_LEADS[0], _LEADS[0]]),
            _leads("a lead of another name", [_LEADS[0], {**_LEADS[1], "name": "drain"}]),
            _leads("a third lead", [*_LEADS, {"name": "probe", "rate": 1.0, "mu": 0.0}]),
        ),
    ),
    Rule(
        Kind.REFUSED,
        "The temperature of a lead, if it has its own, is positive; rates and $M_{ji}$ are at least 0.",
        (
            _lead("kT 0 of a lead", 0, kT=0.0),
            _lead("negative rate", 1, rate=-0.5),
            _asked(
                "M of a lead missing",
                transitions=[{"from": 0, "to": 1, "M": {"L": 0.5}}, PARTS_QUESTION["transitions"][1]],
            ),
        ),
    ),
    Rule(
        Kind.ANSWERED,
        "The bias may have either sign, or be 0, and R may stand before L.",
        (
            _asked("R before L", leads=_LEADS[::-1]),
            _asked("mu_L below mu_R", leads=[{**_LEADS[0], "mu": -0.25}, {**_LEADS[1], "mu": 0.25}]),
            _asked("no bias", leads=[{**_LEADS[0], "mu": 0.125}, {**_LEADS[1], "mu": 0.125}]),
        ),
    ),
    Rule(
        Kind.ANSWERED,
        "A lead may have a temperature of its own, and its rate may be 0: then no current flows.",
        (_lead("own kT", 1, kT=0.03125), _lead("a lead of rate 0", 1, rate=0.0)),
    ),
    Rule(
        Kind.ANSWERED,
        "A level may be alone: its population cannot grow.",
        (_asked("one level", levels=PARTS_QUESTION["levels"][:1], transitions=[]),),
    ),
)
