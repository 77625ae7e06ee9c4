"""The rules of harmonic dots in two dimensions, as a table like that of `qdverify.protocol.input_rules`.

They stand on their own, since only implementations that take such dots are asked about them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from qdverify.protocol.input_rules import DOT_TASKS, Example, Kind, Rule, rule_of
from qdverify.protocol.json_types import Question
from qdverify.protocol.sample_dots import HARMONIC_DOT

HARMONIC_QUESTIONS: Final[Mapping[str, Question]] = {
    "interaction_integrals": {"dot": HARMONIC_DOT, "indices": [[1, 1, 1, 1], [1, 2, 2, 1], [1, 2, 1, 3]]},
    "spectrum": {"dot": HARMONIC_DOT, "electrons": 2, "levels": 3},
    "transition_probabilities": {"dot": HARMONIC_DOT, "electrons": 1, "levels_from": 2, "levels_to": 2},
}
"""One small question of each task on a dot, about a harmonic dot in a field."""
_WEIGHTED: Final = "transition_probabilities"


def _dots(label: str, /, **changes: object) -> Iterator[Example]:
    """Yield the question of every task on a dot with other fields of the dot; None leaves a field out."""
    changed = {name: value for name, value in {**HARMONIC_DOT, **changes}.items() if value is not None}
    for task in DOT_TASKS:
        yield Example(task, label, {**HARMONIC_QUESTIONS[task], "dot": changed})


def _asked(task: str, label: str, /, **changes: object) -> Iterator[Example]:
    yield Example(task, label, {**HARMONIC_QUESTIONS[task], **changes})


HARMONIC_RULES: Final[tuple[Rule, ...]] = (
    rule_of(
        Kind.REFUSED,
        "Its `kind` is `harmonic-2d`, no field but `thickness` is missing, and none is unknown.",
        *(_dots(f"{name} missing", **{name: None}) for name in ("omega", "field", "shells", "strength")),
        _dots("another number of dimensions", kind="harmonic-3d"),
        _dots("unknown field", zeeman=0.5),
        _dots("orbitals beside shells", orbitals=3),
    ),
    rule_of(
        Kind.REFUSED,
        "`omega` is positive, and `field` and `strength` are numbers.",
        _dots("omega 0", omega=0.0),
        _dots("negative omega", omega=-1.0),
        _dots("omega as a string", omega="1.0x"),
        _dots("field true", field=True),
        _dots("a field with three components", field=[0.0, 0.0, 0.5]),
        _dots("strength true", strength=True),
    ),
    rule_of(
        Kind.REFUSED,
        "`shells` is an integer from 1 to 22.",
        _dots("no shells", shells=0),
        _dots("half a shell", shells=2.5),
        _dots("shells true", shells=True),
        _dots("shells as a string", shells="2"),
        _dots("shells beyond the limit", shells=23),
    ),
    rule_of(
        Kind.REFUSED,
        "`thickness` is at least 0.",
        _dots("negative thickness", thickness=-0.1),
        _dots("thickness true", thickness=True),
    ),
    rule_of(
        Kind.REFUSED,
        "It has $M=K(K+1)/2$ orbitals: indices, electrons, levels and weights go no further.",
        _asked("interaction_integrals", "an orbital beyond the shells", indices=[[1, 1, 1, 4]]),
        _asked("spectrum", "more electrons than the shells hold", electrons=7, levels=1),
        _asked("spectrum", "more levels than the shells have", electrons=1, levels=4),
        _asked(_WEIGHTED, "weights of more orbitals", weights=[1.0] * 4),
    ),
    rule_of(
        Kind.ANSWERED,
        "Field and strength may be 0 and negative.",
        _dots("no field, no interaction", field=0.0, strength=0.0),
        _dots("the field turned round", field=-0.5),
        _dots("attraction", strength=-0.25),
    ),
    rule_of(
        Kind.ANSWERED,
        "Whole numbers stand for real ones, and a thickness of 0 may be given.",
        _dots("whole numbers", omega=1, field=2, strength=1),
        _dots("thickness 0", thickness=0.0),
    ),
    rule_of(
        Kind.ANSWERED,
        "A single shell, which is one orbital, is valid.",
        _asked("spectrum", "one shell", dot={**HARMONIC_DOT, "shells": 1}, levels=1),
    ),
)
