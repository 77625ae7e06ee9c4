"""The rules of rate equations between any number of leads, as a table like that of `qdverify.protocol.input_rules`.

They stand on their own, since only implementations that offer the tasks on any number of leads are asked about them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from qdverify.protocol.input_rules import Example, Kind, Rule, rule_of
from qdverify.protocol.inputs import LEAD_TASKS
from qdverify.protocol.json_types import LeadsQuestion, Question
from qdverify.protocol.rate_equations import LONGEST_NAME, MOST_LEADS

LEAD_QUESTION: Final[LeadsQuestion] = {
    "levels": [
        {"electrons": 0, "energy": 0.0, "two_S": 0},
        {"electrons": 1, "energy": 0.125, "two_S": 1},
        {"electrons": 2, "energy": 0.375, "two_S": 0},
    ],
    "transitions": [
        {"from": 0, "to": 1, "M": 1.0},
        {"from": 1, "to": 2, "M": {"source": 0.5, "drain": 0.25, "probe": 0.125}},
    ],
    "leads": [
        {"name": "source", "rate": 1.0, "mu": 0.0625, "kT": 0.03125},
        {"name": "drain", "rate": 0.5, "mu": -0.0625},
        {"name": "probe", "rate": 0.25, "mu": 0.0},
    ],
    "kT": 0.015625,
    "gate": 0.125,
}
LEAD_QUESTIONS: Final[Mapping[str, Question]] = dict.fromkeys(LEAD_TASKS, LEAD_QUESTION)
"""One small question of each task on any number of leads."""
_LEADS: Final = LEAD_QUESTION["leads"]


def _asked(label: str, /, **changes: object) -> Iterator[Example]:
    """Yield the question of every task on any number of leads with other params."""
    for task in LEAD_TASKS:
        yield Example(task, label, {**LEAD_QUESTIONS[task], **changes})


def _of_one_level(label: str, leads: Sequence[Mapping[str, object]]) -> Iterator[Example]:
    """Yield questions about other leads of the first two levels, whose transition has one M for all of them."""
    yield from _asked(
        label, leads=leads, transitions=LEAD_QUESTION["transitions"][:1], levels=LEAD_QUESTION["levels"][:2]
    )


def _lead(label: str, place: int, /, **changes: object) -> Iterator[Example]:
    """Yield questions in which one lead has other fields; None leaves a field out."""
    leads: list[Mapping[str, object]] = [*_LEADS]
    changed = {**leads[place], **changes}
    leads[place] = {name: value for name, value in changed.items() if value is not None}
    yield from _asked(label, leads=leads)


def _probabilities(label: str, M: object) -> Iterator[Example]:
    """Yield questions with other M of a transition, around which another level leads: without it none is left alone."""
    levels = [*LEAD_QUESTION["levels"], {"electrons": 1, "energy": 0.25, "two_S": 1}]
    around = [{"from": 0, "to": 3, "M": 0.5}, {"from": 3, "to": 2, "M": 0.5}]
    transitions = [LEAD_QUESTION["transitions"][0], {"from": 1, "to": 2, "M": M}, *around]
    yield from _asked(label, levels=levels, transitions=transitions)


def _many(count: int) -> list[dict[str, object]]:
    return [{"name": f"lead {k}", "rate": 1.0, "mu": 0.0625 - k / 64} for k in range(count)]


LEAD_RULES: Final[tuple[Rule, ...]] = (
    rule_of(
        Kind.REFUSED,
        f"There are 2 to {MOST_LEADS} leads, of different names, with rates of at least 0.",
        _of_one_level("no leads", []),
        _of_one_level("one lead", _LEADS[:1]),
        _of_one_level("more leads than the limit", _many(MOST_LEADS + 1)),
        _lead("a name twice", 1, name="source"),
        _lead("negative rate", 0, rate=-1.0),
        _lead("rate missing", 0, rate=None),
    ),
    rule_of(
        Kind.REFUSED,
        f"The name of a lead is a text of 1 to {LONGEST_NAME} characters.",
        _lead("no name", 2, name=""),
        _lead("a number as a name", 2, name=3),
        _lead("a name too long", 2, name="x" * (LONGEST_NAME + 1)),
    ),
    rule_of(
        Kind.REFUSED,
        "The temperature of a lead, if it has its own, is positive.",
        _lead("kT 0 of a lead", 0, kT=0.0),
        _lead("negative kT of a lead", 1, kT=-0.015625),
        _lead("kT of a lead as a string", 1, kT="0.1 meV"),
    ),
    rule_of(
        Kind.REFUSED,
        "$M_{ji}$ is a number of at least 0, or an object with one for each lead and no other.",
        _probabilities("M of a lead missing", {"source": 0.5, "drain": 0.25}),
        _probabilities("M of an unknown lead", {"source": 0.5, "drain": 0.25, "probe": 0.125, "R": 1.0}),
        _probabilities("negative M of a lead", {"source": 0.5, "drain": -0.25, "probe": 0.125}),
        _probabilities("negative M", -0.5),
        _probabilities("a list of M", [0.5, 0.25, 0.125]),
    ),
    rule_of(
        Kind.ANSWERED,
        "Names may be any texts, also those of fields and of other leads in another case.",
        _asked(
            "names of fields",
            leads=[{**lead, "name": name} for lead, name in zip(_LEADS, ("M", "m", "two_S"), strict=True)],
            transitions=[LEAD_QUESTION["transitions"][0], {"from": 1, "to": 2, "M": {"M": 0.5, "m": 0.25, "two_S": 1}}],
        ),
    ),
    rule_of(
        Kind.ANSWERED,
        "Every $M_{ji}$ of a lead may be 0, and so may its rate: then nothing flows there.",
        _lead("a lead of rate 0", 1, rate=0.0),
        _probabilities("M of 0 at a lead", {"source": 0.5, "drain": 0.0, "probe": 0.125}),
    ),
    rule_of(
        Kind.ANSWERED,
        "All leads may have temperatures of their own: then kT is that of none.",
        _asked("own temperatures", leads=[{**lead, "kT": 2.0 ** (-5 - k)} for k, lead in enumerate(_LEADS)]),
    ),
    rule_of(
        Kind.ANSWERED,
        "Two leads, named L and R or not, are leads like others.",
        _of_one_level("L and R", [{"name": "L", "rate": 1.0, "mu": 0.0625}, {"name": "R", "rate": 0.5, "mu": -0.0625}]),
        _of_one_level("as many as the limit", _many(MOST_LEADS)),
    ),
)
