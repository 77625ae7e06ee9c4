"""A comparison as numbers, and whether they follow a pattern."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, SupportsFloat

from qdverify.protocol.json_types import Question
from qdverify.protocol.nested import items

CLEAR: Final = 100.0
"""Minimum ratio of a number to its allowed error, to tell an order, a sign or a wrong model from a lack of digits."""


def numbers_in(value: object) -> Iterator[float]:
    """Yield the numbers of nested lists, in their order; raise `ValueError` or `TypeError` for anything else."""
    for _, item in items(value):
        if not isinstance(item, SupportsFloat | str):
            raise TypeError(f"{item!r} must be a number")
        yield float(item)


@dataclass(frozen=True)
class Observed:
    """A comparison as numbers.

    Attributes
    ----------
    measured, expected
        The values, in one row.
    matrix
        Number of columns where the value is a square matrix, else 0.
    slack
        How far from a pattern a value may lie and still follow it: what the check itself tolerates.
    discrete
        Whether the values are quantum numbers or counts.
    case
        The inputs of the trial.
    """

    measured: tuple[float, ...]
    expected: tuple[float, ...]
    matrix: int
    slack: float
    discrete: bool
    case: Question

    @property
    def worst(self) -> float:
        """The largest deviation."""
        return max(abs(a - b) for a, b in zip(self.measured, self.expected, strict=True))

    @property
    def clear(self) -> bool:
        """Whether the values are wrong by much more than they may be."""
        return self.worst > CLEAR * self.slack

    @property
    def stands_out(self) -> bool:
        """Whether the expected values stand out of what the check tolerates, so that a factor would show."""
        return not self.discrete and max(map(abs, self.expected)) > CLEAR * self.slack

    def follows(self, pattern: Sequence[float]) -> bool:
        """Tell whether the measured values are the pattern's, far better than they are the expected ones."""
        if len(pattern) != len(self.measured):
            return False
        room = max(2.0 * self.slack, 1e-3 * min(self.worst, max(map(abs, pattern))))
        return all(abs(a - b) <= room for a, b in zip(self.measured, pattern, strict=True))

    def times(self, factor: float) -> bool:
        """Tell whether every measured value is that factor times the expected one."""
        pattern = [factor * value for value in self.expected]
        # what lies within the slack of zero follows every factor
        return max(map(abs, pattern)) > 10.0 * self.slack and self.follows(pattern)

    @property
    def ratio(self) -> float:
        """The factor between the values, read off where the expected one is largest."""
        largest = max(range(len(self.expected)), key=lambda k: abs(self.expected[k]))
        return self.measured[largest] / self.expected[largest] if self.expected[largest] else math.nan


Comparisons = Sequence[Observed]
