"""The rules of dots given by integrals, as a table like that of `qdverify.protocol.input_rules`.

They stand on their own, since only implementations that take such dots are asked about them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from qdverify.protocol.input_rules import DOT_TASKS, Example, Kind, Rule, rule_of
from qdverify.protocol.json_types import Question
from qdverify.protocol.sample_dots import INTEGRAL_DOT

INTEGRAL_QUESTIONS: Final[Mapping[str, Question]] = {
    "interaction_integrals": {"dot": INTEGRAL_DOT, "indices": [[1, 1, 1, 1], [1, 2, 1, 2], [1, 3, 2, 2]]},
    "spectrum": {"dot": INTEGRAL_DOT, "electrons": 2, "levels": 3},
    "transition_probabilities": {"dot": INTEGRAL_DOT, "electrons": 1, "levels_from": 2, "levels_to": 2},
}
"""One small question of each task on a dot, about a dot given by integrals."""
_WEIGHTED: Final = "transition_probabilities"
_ROWS: Final = INTEGRAL_DOT["one_body"]
_ENTRIES: Final = INTEGRAL_DOT["two_body"]


def _dots(label: str, /, **changes: object) -> Iterator[Example]:
    """Yield the question of every task on a dot with other fields of the dot; None leaves a field out."""
    changed = {name: value for name, value in {**INTEGRAL_DOT, **changes}.items() if value is not None}
    for task in DOT_TASKS:
        yield Example(task, label, {**INTEGRAL_QUESTIONS[task], "dot": changed})


def _weights(label: str, weights: object) -> Iterator[Example]:
    yield Example(_WEIGHTED, label, {**INTEGRAL_QUESTIONS[_WEIGHTED], "weights": weights})


def _rows(place: tuple[int, int], value: object) -> list[list[object]]:
    rows: list[list[object]] = [[*row] for row in _ROWS]
    rows[place[0]][place[1]] = value
    return rows


INTEGRAL_RULES: Final[tuple[Rule, ...]] = (
    rule_of(
        Kind.REFUSED,
        "Its `kind` is `integrals`, nothing but the optional fields is missing, and none is unknown.",
        *(_dots(f"{name} missing", **{name: None}) for name in ("orbitals", "one_body", "two_body")),
        _dots("unknown kind", kind="fcidump"),
        _dots("kind of a wrong type", kind=1),
        _dots("unknown field", length=1.0),
    ),
    rule_of(
        Kind.REFUSED,
        "It has at least one and at most 256 orbitals.",
        _dots("no orbitals", orbitals=0, one_body=[], two_body=[], irreps=None, weights=None),
        _dots("orbitals beyond the limit", orbitals=257),
        _dots("half an orbital", orbitals=2.5),
        _dots("orbitals as a string", orbitals="3"),
    ),
    rule_of(
        Kind.REFUSED,
        "`one_body` has $M$ rows of $M$ numbers and is symmetric, exactly.",
        _dots("a row missing", one_body=_ROWS[:2]),
        _dots("a number missing", one_body=[_ROWS[0], _ROWS[1], _ROWS[2][:2]]),
        _dots("a number too many", one_body=[[*_ROWS[0], 0.0], *_ROWS[1:]]),
        _dots("a flat list", one_body=[0.0, 0.0, 0.0]),
        _dots("not symmetric", one_body=_rows((0, 2), 0.25)),
        _dots("not symmetric in the last digit", one_body=_rows((0, 2), 0.125 + 2.0**-55)),
        _dots("one_body as a string", one_body=_rows((0, 0), "-1.0x")),
        _dots("one_body true", one_body=_rows((0, 0), True)),
        _dots("one_body null", one_body=_rows((0, 0), None)),
    ),
    rule_of(
        Kind.REFUSED,
        "An entry of `two_body` is four orbital numbers from 1 to $M$ and a value.",
        _dots("two_body is no list", two_body={}),
        _dots("an entry without a value", two_body=[[1, 1, 1, 1]]),
        _dots("an entry with two values", two_body=[[1, 1, 1, 1, 0.5, 0.5]]),
        _dots("an entry that is a number", two_body=[0.5]),
        _dots("orbital 0", two_body=[[0, 1, 1, 1, 0.5]]),
        _dots("an orbital beyond the basis", two_body=[[1, 1, 1, 4, 0.5]]),
        _dots("an orbital that is no integer", two_body=[[1, 1, 1.5, 1, 0.5]]),
        _dots("an orbital true", two_body=[[1, 1, True, 1, 0.5]]),
        _dots("a value true", two_body=[[1, 1, 1, 1, True]]),
        _dots("a value null", two_body=[[1, 1, 1, 1, None]]),
    ),
    rule_of(
        Kind.REFUSED,
        "Entries of one set of eight equal integrals do not differ.",
        _dots("two entries that differ", two_body=[*_ENTRIES, [1, 1, 1, 1, 0.5]]),
        _dots("an entry that differs from its mirror image", two_body=[*_ENTRIES, [1, 1, 2, 2, 0.25]]),
        _dots("an entry that differs after an exchange", two_body=[*_ENTRIES, [1, 2, 2, 1, 0.25]]),
    ),
    rule_of(
        Kind.REFUSED,
        "An irrep is an integer from 1 to 8, one for each orbital, and no integral that they forbid is given.",
        _dots("an irrep missing", irreps=[1, 2]),
        _dots("irreps that are no list", irreps=1),
        _dots("irrep 0", irreps=[0, 2, 1]),
        _dots("irrep 9", irreps=[1, 2, 9]),
        _dots("irrep true", irreps=[True, 2, 1]),
        _dots("a one-body integral that is forbidden", irreps=[1, 2, 3], two_body=_ENTRIES[:4]),
        _dots("a two-body integral that is forbidden", two_body=[*_ENTRIES, [1, 1, 1, 2, 0.5]]),
        _dots(
            "a two-body integral that three irreps forbid",
            one_body=_rows((0, 0), -1.0),
            irreps=[1, 2, 1],
            two_body=[[1, 2, 3, 3, 0.5]],
        ),
    ),
    rule_of(
        Kind.REFUSED,
        "The core energy is a number, and weights are $M$ numbers for lead L, R or both.",
        _dots("core true", core=True),
        _dots("core null in a list", core=[0.0]),
        _dots("no weights", weights={}),
        _dots("weights of no lead", weights=[1.0, 1.0, 1.0]),
        _dots("weights of an unknown lead", weights={"G": [1.0, 1.0, 1.0]}),
        _dots("a weight missing", weights={"L": [1.0, 1.0]}),
        _dots("a weight true", weights={"L": [1.0, 1.0, True]}),
    ),
    rule_of(
        Kind.REFUSED,
        "The `weights` of transition probabilities are $M$ numbers.",
        _weights("too few weights", [1.0, 1.0]),
        _weights("too many weights", [1.0, 1.0, 1.0, 1.0]),
        _weights("weights that are a number", 1.0),
        _weights("a weight null in M_ji", [1.0, None, 1.0]),
    ),
    rule_of(
        Kind.ANSWERED,
        "An integral may be listed again, in any of its eight orders, with the same value.",
        _dots("the same entry again", two_body=[*_ENTRIES, [1, 1, 1, 1, 0.75]]),
        _dots("all eight orders", two_body=[*_ENTRIES, [1, 2, 1, 2, 0.125], [1, 2, 2, 1, 0.125]]),
    ),
    rule_of(
        Kind.ANSWERED,
        "No interaction at all, and integrals of 0 that the irreps forbid, are valid.",
        _dots("no interaction", two_body=[]),
        _dots("a forbidden integral of 0", two_body=[*_ENTRIES, [1, 1, 1, 2, 0.0]]),
    ),
    rule_of(
        Kind.ANSWERED,
        "Core, irreps and weights may be left out.",
        _dots("no core", core=None),
        _dots("no irreps", irreps=None),
        _dots("no weights of leads", weights=None),
    ),
    rule_of(
        Kind.ANSWERED,
        "Weights of 0 and below are valid.",
        _weights("a weight of 0", [1.0, 0.0, -1.0]),
        _weights("whole weights", [1, -2, 3]),
    ),
)
