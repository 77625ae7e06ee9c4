"""The one test that every hint has to pass: it predicts all that was seen, what failed and what passed.

A hypothesis says of each comparison which values it expects, and how far from them the answers may lie. It explains the
findings of a check if every answer, wrong or right, lies there, and if it tells some wrong answer clearly from the
right one. A hypothesis about accuracy expects the right values with errors of a certain size: then most answers, those
that passed too, must show errors of about that size.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from qdverify.suite.hints.observed import CLEAR, Comparisons, Observed

SHARE: Final = 0.8
"""Part of the answers that must be as wrong as a hypothesis about accuracy says."""
SHARE_OF_PASSED: Final = 0.5
"""The same for those that passed, which are as wrong as the check lets them be."""
FEWEST: Final = 2
"""Fewest different values that must be told from the right ones: a single number follows any pattern."""


MOST_TOGETHER: Final = 3
"""Most hypotheses that are named together, if the cases do not tell them apart."""


@dataclass(frozen=True)
class Predicted:
    """What a hypothesis says of one comparison.

    Attributes
    ----------
    values
        The values that it expects.
    most
        Largest distance of an answer from them; negative if no answer of this kind is possible.
    least
        The distance that most answers reach: above 0 if the hypothesis is one about accuracy.
    """

    values: Sequence[float]
    most: float
    least: float = 0.0


IMPOSSIBLE: Final = Predicted((), -1.0)
Predict = Callable[[Observed], Predicted | None]
"""Returns None if the hypothesis says nothing about a comparison."""


@dataclass(frozen=True)
class Hypothesis:
    """A possible cause of the failures of one check.

    Attributes
    ----------
    sentence
        What the reader is told.
    predict
        What it says of a comparison.
    """

    sentence: str
    predict: Predict

    def explains(self, failed: Comparisons, passed: Comparisons) -> bool:
        """Return whether it predicts every failing comparison and denies none that passed."""
        told: set[float] = set()
        typical: dict[bool, list[bool]] = {True: [], False: []}
        for item in (*failed, *passed):
            predicted = self.predict(item)
            if predicted is None:
                if item.failed:
                    return False
                continue
            if predicted.most < 0.0 or item.distance(predicted.values) > predicted.most:
                return False
            if predicted.least > 0.0:
                typical[item.failed].append(item.worst >= predicted.least)
            if item.failed:
                told.update(_told_apart(item, predicted))
        return (
            len(told) >= FEWEST
            and sum(typical[True]) >= SHARE * len(typical[True])
            and sum(typical[False]) >= SHARE_OF_PASSED * len(typical[False])
        )


def exactly(item: Observed, values: Sequence[float]) -> Predicted:
    """Return the prediction of values to the accuracy of the check, with more room for values that are larger."""
    larger = max(map(abs, values)) / item.size if item.size else 1.0
    return Predicted(values, 0.0 if item.discrete else 2.0 * item.slack * max(1.0, larger))


def simplest(groups: Iterable[Iterable[Hypothesis]], failed: Comparisons, passed: Comparisons) -> str:
    """Return the sentences of the hypotheses that explain all, out of the first group that holds any.

    If more than three of a group do, the cases tell too little, and nothing is said.
    """
    for group in groups:
        found = list(dict.fromkeys(item.sentence for item in group if item.explains(failed, passed)))
        if found:
            return "; or ".join(found) if len(found) <= MOST_TOGETHER else ""
    return ""


def _told_apart(item: Observed, predicted: Predicted) -> list[float]:
    """Return the right values from which those of the hypothesis lie clearly apart."""
    if predicted.least > 0.0:
        return [_without_opposite(value) for value in item.expected]
    pairs = zip(predicted.values, item.expected, strict=True)
    if item.discrete:
        return [right for value, right in pairs if value != right]
    apart = [(value, right) for value, right in pairs if abs(value - right) > CLEAR * item.slack]
    # an empty and a full level look alike in many models
    return [_without_opposite(right) for value, right in apart if not {value, right} <= {0.0, 1.0}]


def _without_opposite(value: float) -> float:
    """Return the smaller of a value and of one minus it: of two populations one says it all."""
    return float(f"{min(abs(value), abs(1.0 - value)):.9g}")
