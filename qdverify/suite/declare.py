"""Checks and how they are declared: a claim of the model, the trials in which it is tried, and the judgement.

A file in `qdverify.suite.checks` declares a check with the decorator `check`; `all_checks` finds every one of them.
Nothing here or in the checks knows whose numbers are judged: a check sees its `Subject` only.

    @check(
        "spin.clebsch-gordan@1", suite="spin", stage=Stage.SPIN, tasks=("clebsch_gordan_weight",), trials=spin_pairs,
        claim="C_ji is the average of squared Clebsch-Gordan coefficients", equation="[J96] Eq. (5)",
    )
    def clebsch_gordan(subject: Subject, trial: Trial) -> Iterator[Comparison]:
        measured = subject.ask("clebsch_gordan_weight", **trial.inputs)["C"]
        yield close(measured, exact(...), subject.tolerance("clebsch_gordan_weight"))
"""

from __future__ import annotations

import importlib
import pkgutil
import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from functools import cache
from graphlib import CycleError, TopologicalSorter
from typing import Any, Final

from qdverify.protocol.answers import ALL_TASKS, Description
from qdverify.protocol.inputs import InvalidInput
from qdverify.protocol.plain import shown
from qdverify.suite.finding import Comparison, Stage
from qdverify.suite.subject import Subject

LEVELS: Final = ("quick", "full")
MOST_PATTERN: Final = 1000
"""Characters of a pattern of names."""


@dataclass(frozen=True)
class Trial:
    """One setting in which a check is tried.

    Attributes
    ----------
    label
        Short, readable, unique within the check: it names the finding and the test item.
    inputs
        A dictionary of JSON values that, with the check's id, are enough to repeat it. `Any`, because each check
        reads back what its own trials hold.
    """

    label: str
    inputs: Any = field(default_factory=dict)


@dataclass(frozen=True)
class Scope:
    """How widely to try: the level, the seed of every random choice, and the limits of the implementation."""

    level: str = "quick"
    seed: int = 0
    most_orbitals: int | None = None
    most_electrons: int | None = None

    def __post_init__(self) -> None:
        if self.level not in LEVELS:
            raise InvalidInput(f"level={self.level!r} must be one of {', '.join(LEVELS)}")
        if isinstance(self.seed, bool) or not isinstance(self.seed, int):
            raise InvalidInput(f"seed={self.seed!r} must be an integer")

    @property
    def full(self) -> bool:
        """Whether the thorough trials are wanted too."""
        return self.level == "full"

    def orbitals(self, wanted: int) -> int:
        """Return a number of orbitals that the implementation takes, the wanted one if possible."""
        return wanted if self.most_orbitals is None else min(wanted, self.most_orbitals)

    def electrons(self, wanted: int) -> int:
        """Return a number of electrons that the implementation takes, the wanted one if possible."""
        return wanted if self.most_electrons is None else min(wanted, self.most_electrons)

    def random(self, name: str) -> random.Random:
        """Return a generator of random choices that depends on the seed and the name only."""
        return random.Random(f"{self.seed}:{name}")


def within_limits(scope: Scope, description: Description) -> Scope:
    """Return the scope with the limits that the implementation declares."""
    limits = description.limits
    orbitals, electrons = (int(limits[name]) if name in limits else None for name in ("orbitals", "electrons"))
    return replace(scope, most_orbitals=orbitals, most_electrons=electrons)


Trials = Callable[[Scope], Iterable[Trial]]
Judgement = Callable[[Subject, Trial], Iterable[Comparison]]


@dataclass(frozen=True)
class Check:
    """A claim of the model with the way to try it.

    Attributes
    ----------
    id
        ``"suite.name@version"``; the version rises whenever a verdict could change for an unchanged implementation.
    claim
        One sentence that is true of a correct implementation.
    equation
        Its source: an equation number, a theorem, a section of physics.md.
    tasks
        What must be answered for the check to apply.
    requires
        Ids (without version) of checks that this one rests on: when one of them fails, this one is blocked, not failed.
    level
        ``"full"`` for a check that the quick suite leaves out.
    last
        Whether it is tried after all others.
    looks_back
        Whether it looks at what the others asked.
    """

    id: str
    suite: str
    stage: Stage
    claim: str
    equation: str
    tasks: tuple[str, ...]
    trials: Trials
    judge: Judgement
    requires: tuple[str, ...] = ()
    level: str = "quick"
    last: bool = False
    looks_back: bool = False

    def __post_init__(self) -> None:
        stem, _, version = self.id.partition("@")
        if not stem.startswith(f"{self.suite}.") or not version.isdigit():
            raise ValueError(f"check id {self.id!r} must read '{self.suite}.name@version'")
        unknown = set(self.tasks) - set(ALL_TASKS)
        if unknown or not self.tasks:
            raise ValueError(f"check {self.id} must name tasks of the protocol, not {sorted(unknown)}")

    @property
    def name(self) -> str:
        """The id without its version: what `requires` refers to."""
        return self.id.partition("@")[0]


def check(
    id: str,  # noqa: A002  (the report's field name)
    *,
    suite: str,
    stage: Stage,
    claim: str,
    equation: str,
    tasks: Sequence[str],
    trials: Trials,
    requires: Sequence[str] = (),
    level: str = "quick",
    last: bool = False,
    looks_back: bool = False,
) -> Callable[[Judgement], Check]:
    """Turn a judgement into a `Check`; the arguments are the fields of that class."""

    def declare(judge: Judgement) -> Check:
        needs = tuple(tasks), trials, judge, tuple(requires), level, last, looks_back
        return Check(id, suite, stage, claim, equation, *needs)

    return declare


def once(_: Scope) -> Iterator[Trial]:
    """Yield the single trial of a check that has only one."""
    yield Trial("once")


def _checks_in(values: Iterable[object]) -> Iterator[Check]:
    """Yield the checks among a module's values, those in its dictionaries too."""
    for value in values:
        if isinstance(value, Check):
            yield value
        elif isinstance(value, dict):
            yield from (item for item in value.values() if isinstance(item, Check))


@cache
def all_checks() -> tuple[Check, ...]:
    """Return every check of `qdverify.suite.checks`, each after those that it requires."""
    package = importlib.import_module("qdverify.suite.checks")
    modules = [
        importlib.import_module(f"qdverify.suite.checks.{info.name}") for info in pkgutil.iter_modules(package.__path__)
    ]
    found = {item.id: item for module in modules for item in _checks_in(vars(module).values())}
    names = {item.name for item in found.values()}
    for item in found.values():
        for name in set(item.requires) - names:
            raise ValueError(f"check {item.id} requires {name!r}, which no check is called")
    stages = list(Stage)
    return in_order(sorted(found.values(), key=lambda item: (item.last, stages.index(item.stage), item.suite, item.id)))


def in_order(checks: Iterable[Check]) -> tuple[Check, ...]:
    """Sort checks so that each stands after the ones that it requires; otherwise their order stays.

    A required check that is not among the given ones does not matter here.

    Raises
    ------
    ValueError
        If checks require each other in a circle.
    """
    by_name = {item.name: item for item in checks}
    order = TopologicalSorter({name: [r for r in item.requires if r in by_name] for name, item in by_name.items()})
    try:
        order.prepare()
    except CycleError as error:
        raise ValueError(f"checks require each other in a circle: {' -> '.join(error.args[1])}") from None
    place = {name: number for number, name in enumerate(by_name)}
    ready: list[str] = []
    found: list[Check] = []
    while order.is_active():
        ready = sorted([*ready, *order.get_ready()], key=place.__getitem__)
        found.append(by_name[ready[0]])
        order.done(ready.pop(0))
    return tuple(found)


def select(
    suites: Sequence[str] | None,
    level: str,
    patterns: Sequence[str] | None = None,
    *,
    among: Sequence[Check] | None = None,
) -> tuple[Check, ...]:
    """Return the checks of the named suites (all if None) that belong to the level and match one of the patterns.

    Parameters
    ----------
    patterns
        Each is matched with a check's name, with or without its version: ``"current.*"``.
    among
        The checks to choose from, those of the suite if None.

    Raises
    ------
    InvalidInput
        If a suite is unknown, or a pattern matches none of the checks.
    """
    checks = all_checks() if among is None else among
    known = {item.suite for item in checks}
    if isinstance(suites, str):
        raise InvalidInput(f"suites={suites!r} must be a list of names")
    unknown = sorted(set(suites or ()) - known)
    if unknown:
        raise InvalidInput(f"suite={unknown[0]!r} must be one of {', '.join(sorted(known))}")
    chosen = [item for item in checks if suites is None or item.suite in suites]
    chosen = [item for item in chosen if level == "full" or item.level == "quick"]
    if patterns is None:
        return tuple(chosen)
    if isinstance(patterns, str):
        raise InvalidInput(f"checks={patterns!r} must be a list of patterns")
    for pattern in patterns:
        given: object = pattern  # whatever an untyped caller gives
        require_short_pattern("check", given)
        if not isinstance(given, str) or not any(_matches(item, pattern) for item in chosen):
            named = "`qdverify list checks` names all" if among is None else ", ".join(item.name for item in chosen)
            raise InvalidInput(f"check={pattern!r} must match a check of level {level}: {named}")
    return tuple(item for item in chosen if any(_matches(item, pattern) for pattern in patterns))


def require_short_pattern(name: str, pattern: object) -> None:
    """Raise `InvalidInput` for a pattern that takes seconds to be compiled."""
    if isinstance(pattern, str) and len(pattern) > MOST_PATTERN:
        raise InvalidInput(f"{name}={shown(pattern)} must have at most {MOST_PATTERN} characters")


def _matches(item: Check, pattern: str) -> bool:
    return fnmatchcase(item.id, pattern) or fnmatchcase(item.name, pattern)
