"""A dot of the user's own with what is asked about it, and how checks about one dot are declared.

They are made for a dot and are no part of the suites that every implementation is asked. What the oracle has no proof
for, or what no time is left for, is reported as unsupported, with its reason.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from math import isfinite
from time import monotonic
from typing import Any, Final

from qdverify.protocol.answers import Unsupported
from qdverify.protocol.dots import is_integrals, orbitals_of
from qdverify.protocol.inputs import InvalidInput, as_dot, check_inputs, number_of_levels
from qdverify.protocol.json_types import Dot, IntegralDot, Question
from qdverify.protocol.values import integer, is_real
from qdverify.reference.answers.answer import Refusal
from qdverify.reference.enclosure.budget import limit_seconds
from qdverify.suite.declare import Check, Judgement, Trial, check
from qdverify.suite.finding import Comparison, Stage
from qdverify.suite.own_dot_needs import would_need
from qdverify.suite.subject import Subject

SUITE: Final = "own-dot"
LEVELS_OF_OWN_DOT: Final = 6
"""Lowest levels of each number of electrons that are asked for unless another number is given."""
MOST_INTEGRALS_TOLD: Final = 200
"""Two-electron integrals up to which each finding repeats the dot."""
MOST_ORBITALS: Final = 40
"""Orbitals up to which all M^4 integrals are changed, for other orbitals or for holes."""
MOST_LEVELS: Final = 120
"""Levels of one electron number up to which sums over all of them are asked for."""


@dataclass(frozen=True)
class OwnDot:
    """A dot of the user's with what is asked about it.

    Attributes
    ----------
    dot
        A DOT of the protocol.
    electrons
        Numbers of electrons whose levels are asked for.
    levels
        How many of the lowest levels of each number, or all if there are fewer.
    seconds
        Wall-clock time for all checks about the dot; None sets no limit.

    Raises
    ------
    InvalidInput
        If the dot is none, a number of electrons does not fit into it, no level is asked for, or no time is given.
    """

    dot: Dot
    electrons: tuple[int, ...]
    levels: int = LEVELS_OF_OWN_DOT
    seconds: float | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "dot", as_dot(self.dot))
        numbers: object = self.electrons  # whatever an untyped caller gives
        if isinstance(numbers, str) or not isinstance(numbers, Iterable):
            raise InvalidInput(f"electrons={numbers!r} must be a list of numbers of electrons")
        object.__setattr__(self, "electrons", tuple(numbers))
        if not self.electrons:
            raise InvalidInput("electrons=() must name at least one number of electrons")
        if self.seconds is not None and not (is_real(self.seconds) and isfinite(self.seconds) and self.seconds > 0):
            raise InvalidInput(f"seconds={self.seconds!r} must be positive and finite")
        integer("levels", self.levels, 1)
        for number in self.electrons:
            check_inputs("spectrum", {"dot": self.dot, "electrons": number, "levels": 1})
        object.__setattr__(self, "electrons", tuple(sorted(set(self.electrons))))

    @property
    def weights(self) -> dict[str, list[float]]:
        """The weights of the orbitals for each lead that the dot names."""
        given: Any = self.dot.get("weights", {}) if is_integrals(self.dot) else {}
        return {lead: [*numbers] for lead, numbers in given.items()}

    def count(self, electrons: int) -> int:
        """Return how many levels of N electrons are asked for."""
        return min(self.levels, number_of_levels(orbitals_of(self.dot), electrons, self.levels))

    def all_levels(self, electrons: int) -> int:
        """Return how many levels N electrons have, or any number above `MOST_LEVELS` if there are more than that."""
        if not 0 <= electrons <= 2 * orbitals_of(self.dot):
            return 0
        return number_of_levels(orbitals_of(self.dot), electrons, MOST_LEVELS + 1)


class Declare:
    """What declares the checks about a dot: together they keep to its seconds, which begin with the first judgement."""

    def __init__(self, own: OwnDot) -> None:
        self._own = own
        self._begun: float | None = None
        self._told: Question = {"dot": own.dot}  # what the findings hold of it
        if is_integrals(own.dot) and len(own.dot["two_body"]) > MOST_INTEGRALS_TOLD:
            self._told = {"dot_summary": summary_of(own.dot)}

    def __call__(
        self,
        name: str,
        stage: Stage,
        tasks: Sequence[str],
        *,
        claim: str,
        equation: str,
        trials: Iterator[Trial],
        requires: Sequence[str] = (),
        version: int = 1,
    ) -> Callable[[Judgement], Check]:
        """Turn a judgement into a check; if the oracle has no proof, or no time is left, nothing is judged."""
        found = tuple(replace(trial, inputs={**self._told, **trial.inputs}) for trial in trials)

        def declare(judge: Judgement) -> Check:
            def judged(subject: Subject, trial: Trial) -> Iterator[Comparison]:
                own = self._own
                self._require_time(name, trial)
                inputs = {name: value for name, value in trial.inputs.items() if name not in self._told}
                try:
                    with limit_seconds(own.seconds, begun=self._begun):
                        yield from judge(subject, replace(trial, inputs={**inputs, "dot": own.dot}))
                except Refusal as refusal:
                    raise Unsupported(f"the oracle gives no reference: {refusal}") from None

            described = check(
                f"{SUITE}.{name}@{version}",
                suite=SUITE,
                stage=stage,
                claim=claim,
                equation=equation,
                tasks=tasks,
                trials=lambda _: found,
                requires=[f"{SUITE}.{item}" for item in requires],
            )
            return described(judged)

        return declare

    def _require_time(self, name: str, trial: Trial) -> None:
        """Raise `Unsupported` if the seconds are over; they begin with the first call."""
        now = monotonic()
        if self._begun is None:
            self._begun = now
        seconds = self._own.seconds
        if seconds is not None and now - self._begun > seconds:
            needed = would_need(name, self._own.dot, trial.inputs)
            raise Unsupported(f"not asked: seconds={seconds:g} were spent on the checks before; {needed}")


def of_few_orbitals(judge: Judgement) -> Judgement:
    """Return a judgement that is not asked for if changing the integrals would take long."""

    def judged(subject: Subject, trial: Trial) -> Iterator[Comparison]:
        orbitals = trial.inputs["dot"]["orbitals"]
        if orbitals > MOST_ORBITALS:
            raise Unsupported(f"orbitals={orbitals} are more than the {MOST_ORBITALS} whose integrals are changed here")
        yield from judge(subject, trial)

    return judged


def summary_of(dot: IntegralDot) -> dict[str, object]:
    """Return what findings say of a dot with many integrals, which the file that was read holds: enough to know it.

    Examples
    --------
    >>> from qdverify.protocol.sample_dots import INTEGRAL_DOT
    >>> summary_of(INTEGRAL_DOT)["orbitals"]
    3
    """
    content = json.dumps(dot, sort_keys=True).encode()
    count = len(dot["two_body"])
    return {"orbitals": dot["orbitals"], "two_body_integrals": count, "sha256": sha256(content).hexdigest()}
