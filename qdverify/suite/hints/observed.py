"""A comparison as numbers, with the case that it belongs to."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, SupportsFloat

from qdverify.protocol.json_types import Question
from qdverify.protocol.nested import items
from qdverify.suite.finding import Finding, Kind, Verdict

CLEAR: Final = 100.0
"""Minimum ratio of a number to its allowed error, to tell an order, a sign or a cause from a lack of digits."""


def numbers_in(value: object) -> Iterator[float]:
    """Yield the numbers of nested lists, in their order; raise `ValueError` or `TypeError` for anything else."""
    for _, item in items(value):
        # the usual kinds first: to look for the method of a protocol takes 30 times as long
        if not isinstance(item, float | int | str) and not isinstance(item, SupportsFloat):
            raise TypeError(f"{item!r} must be a number")
        yield float(item)


@dataclass(frozen=True)
class Observed:
    """A comparison as numbers.

    Attributes
    ----------
    measured, expected
        The values, in one row.
    columns
        Number of columns if the value is a matrix, else 0.
    slack
        How far from the expected value a value may lie: what the check itself tolerates.
    discrete
        Whether the values are quantum numbers or counts.
    own
        Whether the expected value is made of other answers of the implementation.
    case
        The inputs of the question, or of the trial if several questions stand behind the comparison.
    failed
        Whether the comparison failed.
    """

    measured: tuple[float, ...]
    expected: tuple[float, ...]
    columns: int
    slack: float
    discrete: bool
    own: bool
    case: Question
    failed: bool

    @cached_property
    def key(self) -> str:
        """The case as text: comparisons of one case share it."""
        return json.dumps(self.case, sort_keys=True, default=str)

    @cached_property
    def worst(self) -> float:
        """The largest deviation from the expected values."""
        return self.distance(self.expected)

    def distance(self, values: Sequence[float]) -> float:
        """Return the largest deviation of the measured values from those."""
        return max(abs(a - b) for a, b in zip(self.measured, values, strict=True))

    @property
    def size(self) -> float:
        """The largest magnitude among the expected values."""
        return max(map(abs, self.expected))

    @property
    def stands_out(self) -> bool:
        """Whether the expected values stand out of what the check tolerates, so that a factor would show."""
        return not self.discrete and self.size > CLEAR * self.slack

    @property
    def ratio(self) -> float:
        """The factor between the values, read off where the expected one is largest."""
        largest = max(range(len(self.expected)), key=lambda k: abs(self.expected[k]))
        return self.measured[largest] / self.expected[largest] if self.expected[largest] else math.nan


Comparisons = Sequence[Observed]


def observed(findings: Iterable[Finding]) -> Iterator[Observed]:
    """Yield the comparisons of numbers among findings that failed or passed; inequalities are none."""
    for finding in findings:
        comparison = finding.comparison
        if comparison is None or comparison.kind is Kind.AT_MOST:
            continue
        if finding.verdict not in (Verdict.FAIL, Verdict.PASS):
            continue
        try:
            measured, expected = tuple(numbers_in(comparison.measured)), tuple(numbers_in(comparison.reference.value))
        except (TypeError, ValueError, OverflowError):
            continue
        if expected and len(measured) == len(expected):
            yield Observed(
                measured=measured,
                expected=expected,
                columns=_columns(comparison.reference.value),
                slack=comparison.tolerance.value + comparison.reference.bound,
                discrete=comparison.kind is Kind.EQUAL,
                own=comparison.reference.own,
                case=case_of(finding),
                failed=finding.verdict is Verdict.FAIL,
            )


def case_of(finding: Finding) -> Question:
    """Return the question behind a finding if there is one only, which may be a changed copy of the trial's case."""
    asked = finding.comparison.asked if finding.comparison else ()
    case = asked[0].params if len(asked) == 1 else finding.case
    question = case.get("question")
    inputs = {**case, **question} if isinstance(question, Mapping) else case
    return {name: value for name, value in inputs.items() if name not in ("label", "question")}


def _columns(value: object) -> int:
    rows = list(value) if isinstance(value, list | tuple) else []
    if not rows or not all(isinstance(row, list | tuple) for row in rows):
        return 0
    return len(rows[0]) if len({len(row) for row in rows}) == 1 else 0
