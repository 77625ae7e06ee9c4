"""The rules of the protocol's inputs as a table: each in one sentence, with examples of inputs to which it applies.

protocol.md shows the sentences, `qdverify.protocol.inputs` enforces them, and the suite of invalid inputs asks every
example. A rule says that inputs are refused, that they are valid and must be answered, or that either is right.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from qdverify.protocol.json_types import Fields, Question
from qdverify.protocol.sample_questions import QUESTIONS

DOT_TASKS: Final = ("interaction_integrals", "spectrum", "transition_probabilities")
TRANSPORT_TASKS: Final = ("stationary_state", "current")
_WEIGHT: Final = "clebsch_gordan_weight"
_INTEGRALS: Final = "interaction_integrals"
_SPECTRUM: Final = "spectrum"
_M: Final = "transition_probabilities"
_NOTHING: Final = object()


class Kind(StrEnum):
    """What becomes of inputs to which a rule applies."""

    REFUSED = "refused"
    ANSWERED = "answered"
    FREE = "free"


@dataclass(frozen=True)
class Example:
    """Params of a task to which a rule applies; the label is unique within the task."""

    task: str
    label: str
    params: Question


@dataclass(frozen=True)
class Rule:
    """One rule: what becomes of the inputs, a sentence that protocol.md repeats word for word, and examples."""

    kind: Kind
    sentence: str
    examples: tuple[Example, ...]


def _asked(task: str, label: str, /, **changes: object) -> Example:
    """Return the small question of a task with other params; a param changed to `_NOTHING` is left out."""
    return Example(task, label, _changed(QUESTIONS[task], changes))


def _changed(item: Fields, changes: Mapping[str, object]) -> Fields:
    return {name: value for name, value in {**item, **changes}.items() if value is not _NOTHING}


def _dots(label: str, /, **changes: object) -> Iterator[Example]:
    """Yield the question of every task on a dot with another dot."""
    for task in DOT_TASKS:
        yield _asked(task, label, dot=_changed(QUESTIONS[task]["dot"], changes))


def _transport(label: str, /, **changes: object) -> Iterator[Example]:
    """Yield the question of both tasks on a rate equation with other params."""
    for task in TRANSPORT_TASKS:
        yield _asked(task, label, **changes)


def _one_of(name: str, label: str, place: int, /, **changes: object) -> Iterator[Example]:
    """Yield rate equations in which one entry of a list has other fields."""
    items = list(QUESTIONS["current"][name])
    items[place] = _changed(items[place], changes)
    yield from _transport(label, **{name: items})


def _one_more(name: str, label: str, /, **entry: object) -> Iterator[Example]:
    """Yield rate equations with one more entry in a list."""
    yield from _transport(label, **{name: [*QUESTIONS["current"][name], entry]})


def _quadruple(label: str, quadruple: object) -> Example:
    return _asked(_INTEGRALS, label, indices=[[1, 1, 1, 1], quadruple])


def rule_of(kind: Kind, sentence: str, *examples: Example | Iterable[Example]) -> Rule:
    """Return a rule with its examples, given one by one or in groups."""
    found = [[item] if isinstance(item, Example) else [*item] for item in examples]
    return Rule(kind, sentence, tuple(example for group in found for example in group))


_ENTRIES: Final = (
    ("levels", "energy"),
    ("levels", "electrons"),
    ("levels", "two_S"),
    ("transitions", "M"),
    ("transitions", "to"),
    ("leads", "rate"),
    ("leads", "mu"),
    ("leads", "name"),
)
_EQUAL_LEVELS: Final[Mapping[str, Sequence[object]]] = {
    "levels": [*QUESTIONS["current"]["levels"], QUESTIONS["current"]["levels"][1]],
    "transitions": [
        *QUESTIONS["current"]["transitions"],
        {"from": 0, "to": 3, "M": 0.5},
        {"from": 3, "to": 2, "M": 0.25},
    ],
}
_WITH_A_ZERO: Final[Mapping[str, Sequence[object]]] = {
    "levels": _EQUAL_LEVELS["levels"],
    "transitions": [*_EQUAL_LEVELS["transitions"][:3], {"from": 3, "to": 2, "M": 0.0}],
}
RULES: Final[tuple[Rule, ...]] = (
    rule_of(
        Kind.REFUSED,
        "Nothing is missing: all parameters, and all keys of an object, are there.",
        *(_asked(task, f"{name} missing", **{name: _NOTHING}) for task in QUESTIONS for name in QUESTIONS[task]),
        *(
            _dots(f"{name} of the dot missing", **{name: _NOTHING})
            for name in ("length", "orbitals", "kernel", "strength")
        ),
        *(_one_of(name, f"{field} missing in {name}", 0, **{field: _NOTHING}) for name, field in _ENTRIES),
    ),
    rule_of(
        Kind.REFUSED,
        "A number is a JSON number: no string, not true or false, not null.",
        _asked(_WEIGHT, "spin as a string", two_S_i="1"),
        _asked(_WEIGHT, "spin true", two_S_i=True),
        _asked(_WEIGHT, "spin null", two_S_j=None),
        _dots("length as a string", length="1.0"),
        _dots("length true", length=True),
        _dots("orbitals as a string", orbitals="3"),
        _dots("strength null", strength=None),
        _asked(_SPECTRUM, "electrons as a string", electrons="2"),
        _asked(_SPECTRUM, "levels true", levels=True),
        _asked(_M, "electrons true", electrons=True),
        _quadruple("orbital as a string", [1, 1, 1, "1"]),
        _quadruple("orbital true", [1, True, 1, 1]),
        _transport("kT as a string", kT="0.02"),
        _transport("gate true", gate=True),
        _one_of("levels", "energy as a string", 1, energy="0.1"),
        _one_of("levels", "spin true", 1, two_S=True),
        _one_of("transitions", "M as a string", 0, M="1.0"),
        _one_of("transitions", "place true", 0, to=True),
        _one_of("leads", "rate true", 0, rate=True),
        _one_of("leads", "mu null", 0, mu=None),
    ),
    rule_of(
        Kind.REFUSED,
        "Twice a spin is an integer of at least 0.",
        _asked(_WEIGHT, "negative spin", two_S_i=-1, two_S_j=0),
        _asked(_WEIGHT, "negative final spin", two_S_i=0, two_S_j=-1),
        _asked(_WEIGHT, "both negative", two_S_i=-2, two_S_j=-3),
        _asked(_WEIGHT, "quarter spin", two_S_i=0.5, two_S_j=1.5),
        _one_of("levels", "negative spin", 0, two_S=-1),
        _one_of("levels", "quarter spin", 0, two_S=0.5),
    ),
    rule_of(
        Kind.REFUSED,
        "A dot has a positive length, at least one orbital, and a kernel of the list; "
        "the cutoff of `soft-coulomb` is positive.",
        _dots("length 0", length=0.0),
        _dots("negative length", length=-9.5),
        _dots("no cutoff", cutoff=0.0),
        _dots("negative cutoff", cutoff=-0.1),
        _dots("no orbitals", orbitals=0),
        _dots("half an orbital", orbitals=2.5),
        _dots("unknown kernel", kernel="yukawa"),
    ),
    rule_of(
        Kind.REFUSED,
        "An index is four integers from 1 to $M$.",
        _quadruple("orbital 0", [0, 1, 1, 1]),
        _quadruple("negative orbital", [1, 1, -1, 1]),
        _quadruple("orbital beyond the basis", [1, 1, 1, 4]),
        _quadruple("half an orbital in an index", [1, 1, 1.5, 1]),
        _quadruple("three orbitals", [1, 1, 2]),
        _quadruple("five orbitals", [1, 1, 2, 2, 1]),
    ),
    rule_of(
        Kind.REFUSED,
        "Electrons are an integer from 0 to $2M$, for transition probabilities to $2M-1$.",
        _asked(_SPECTRUM, "more electrons than the basis holds", electrons=7, levels=1),
        _asked(_SPECTRUM, "negative number of electrons", electrons=-1, levels=1),
        _asked(_SPECTRUM, "half an electron", electrons=1.5, levels=1),
        _asked(_M, "no room for another electron", electrons=6, levels_from=1, levels_to=1),
        _asked(_M, "negative number of electrons", electrons=-1, levels_from=1, levels_to=1),
        _asked(_M, "half an electron", electrons=0.5, levels_from=1, levels_to=1),
    ),
    rule_of(
        Kind.REFUSED,
        "At least one level is asked for, and no more than $N$ electrons have in $M$ orbitals: "
        "$\\binom{M}{\\lfloor N/2\\rfloor}\\binom{M}{\\lceil N/2\\rceil}$.",
        _asked(_SPECTRUM, "no levels", levels=0),
        _asked(_SPECTRUM, "half a level", levels=1.5),
        _asked(_SPECTRUM, "a level more than one electron has", electrons=1, levels=4),
        _asked(_SPECTRUM, "a level more than two electrons have", electrons=2, levels=10),
        _asked(_SPECTRUM, "two levels of no electron", electrons=0, levels=2),
        _asked(_M, "no levels", levels_from=0),
        _asked(_M, "no final levels", levels_to=0),
        _asked(_M, "an initial level more than there are", levels_from=4),
        _asked(_M, "a final level more than there are", levels_to=10),
    ),
    rule_of(
        Kind.REFUSED,
        "There is at least one level, with electrons an integer of at least 0.",
        _transport("no levels", levels=[], transitions=[]),
        _one_of("levels", "half an electron", 0, electrons=0.5),
        _one_of("levels", "negative number of electrons", 0, electrons=-1),
    ),
    rule_of(
        Kind.REFUSED,
        "A transition joins two levels of the list, adds one electron, is listed once, and has $M_{ji}\\ge 0$.",
        _one_of("transitions", "transition from no level", 0, **{"from": 7}),
        _one_of("transitions", "transition to no level", 1, to=3),
        _one_of("transitions", "transition to level -1", 1, to=-1),
        _one_of("transitions", "transition from half a level", 0, **{"from": 0.5}),
        _one_of("transitions", "transition of two electrons", 0, to=2),
        _one_of("transitions", "transition that removes an electron", 0, **{"from": 1, "to": 0}),
        _one_of("transitions", "transition to itself", 0, to=0),
        _one_of("transitions", "negative M", 0, M=-1.0),
        _one_more("transitions", "a transition of two electrons beside right ones", **{"from": 0, "to": 2, "M": 1.0}),
        _one_more("transitions", "a transition to no level beside right ones", **{"from": 0, "to": 3, "M": 1.0}),
        _one_more("transitions", "a transition listed twice", **QUESTIONS["current"]["transitions"][0]),
        _one_more("transitions", "a transition listed twice with another M", **{"from": 0, "to": 1, "M": 0.25}),
    ),
    rule_of(
        Kind.REFUSED,
        'There are two leads, one named "L" and one named "R", with rates of at least 0.',
        _one_of("leads", "negative rate", 0, rate=-1.0),
        _one_of("leads", "unknown lead", 1, name="S"),
        _one_of("leads", "lead of a small letter", 1, name="r"),
        _one_of("leads", "lead L twice", 1, name="L"),
        _one_more("leads", "a third lead", name="G", rate=0.0, mu=0.0),
        _one_more("leads", "lead R twice", name="R", rate=0.5, mu=-0.05),
        _transport("one lead", leads=QUESTIONS["current"]["leads"][:1]),
        _transport("no leads", leads=[]),
    ),
    rule_of(
        Kind.REFUSED,
        "The temperature is positive.",
        _transport("negative kT", kT=-0.01),
        _transport("kT 0", kT=0.0),
    ),
    rule_of(
        Kind.ANSWERED,
        "Spins that no electron connects are valid, and their weight is 0.",
        _asked(_WEIGHT, "equal spins", two_S_i=2, two_S_j=2),
        _asked(_WEIGHT, "spins that differ by 3/2", two_S_i=0, two_S_j=3),
    ),
    rule_of(
        Kind.ANSWERED,
        "No electron at all, and a full basis, are valid.",
        _asked(_SPECTRUM, "no electron", electrons=0, levels=1),
        _asked(_SPECTRUM, "a full basis", electrons=6, levels=1),
        _asked(_M, "into the empty dot", electrons=0, levels_from=1, levels_to=1),
    ),
    rule_of(
        Kind.ANSWERED,
        "A strength of 0 or below, and a cutoff of 0 for kernels that ignore it, are valid.",
        _dots("attraction", strength=-0.5),
        _asked(_SPECTRUM, "strength 0", dot=_changed(QUESTIONS[_SPECTRUM]["dot"], {"strength": 0.0})),
        # three final levels, since the second and the third coincide
        _asked(_M, "strength 0", dot=_changed(QUESTIONS[_M]["dot"], {"strength": 0.0}), levels_to=3),
        _dots("contact without a cutoff", kernel="contact", cutoff=0.0),
    ),
    rule_of(
        Kind.ANSWERED,
        "A whole number stands for a real one: 1 for 1.0.",
        _dots("whole length", length=1),
        _transport("whole kT", kT=1),
        _one_of("leads", "whole rate", 0, rate=2),
    ),
    rule_of(
        Kind.ANSWERED,
        "Leads and levels stand in any order.",
        _transport("R before L", leads=QUESTIONS["current"]["leads"][::-1]),
    ),
    rule_of(
        Kind.ANSWERED,
        "A transition with $M_{ji}=0$ and a lead of rate 0 may be listed: nothing happens there.",
        _transport("a transition of M 0", **_WITH_A_ZERO),
        _one_of("leads", "a lead of rate 0", 1, rate=0.0),
    ),
    rule_of(
        Kind.ANSWERED,
        "Levels may coincide in energy, and in everything: each is listed, and answered, on its own.",
        _transport("equal levels", **_EQUAL_LEVELS),
    ),
    rule_of(
        Kind.FREE,
        "An empty list of indices, which has no values.",
        _asked(_INTEGRALS, "no indices", indices=[]),
    ),
    rule_of(
        Kind.FREE,
        "Keys and parameters beyond those of this page.",
        _transport("one key more", phase=0.0),
        _dots("one key more in the dot", width=0.1),
    ),
    rule_of(
        Kind.FREE,
        "A level whose spin its electrons cannot have, and $M_{ji}>0$ between spins that do not differ by 1/2: "
        "a multiplicity is all that the rate equation needs of a spin.",
        _one_of("levels", "2S above N", 2, two_S=4),
        _one_of("levels", "2S of the other parity than N", 0, two_S=1),
    ),
    rule_of(
        Kind.FREE,
        "Levels that no transitions join: their stationary state is not unique; one that is given must be stationary.",
        _one_more("levels", "a level on its own", electrons=2, energy=0.4, two_S=2),
        _transport("no transitions", transitions=[]),
        _one_of("transitions", "the only way has M 0", 0, M=0.0),
    ),
)


def examples(kind: Kind, task: str, table: Sequence[Rule] = RULES) -> Iterator[Example]:
    """Yield the examples of all rules of a kind in a table for one task."""
    for rule in table:
        if rule.kind is kind:
            yield from (example for example in rule.examples if example.task == task)
