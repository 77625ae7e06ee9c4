"""Hypotheses about accuracy: the right values with errors of a size that one law gives, in all answers of a check."""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator
from statistics import median
from typing import Final

from qdverify.suite.hints.hypothesis import IMPOSSIBLE, Hypothesis, Predict, Predicted, exactly
from qdverify.suite.hints.observed import Comparisons, Observed

_COARSEST: Final = 1e-4
"""Largest relative error that is still called a lack of digits."""
_SPREAD: Final = 300.0
"""How much smaller than the largest error of one kind the others may be."""
_SEVERAL: Final = 4
_TINY: Final = 1e-6
"""Largest error that is called one of small values only."""
_DECADES: Final = 3.0


def small_values(failed: Comparisons) -> Iterator[Hypothesis]:
    """Yield the laws by which small values alone are wrong."""
    dropped = [
        abs(value)
        for item in failed
        for answer, value in zip(item.measured, item.expected, strict=True)
        if answer == 0.0 and abs(value) > item.slack
    ]
    if len(dropped) > 1:
        yield Hypothesis(
            f"values below {max(dropped):.1e} are set to 0: are small ones dropped?", _cut_at(max(dropped))
        )
    errors = [item.worst for item in failed]
    sizes = [item.size for item in failed if item.size]
    if (
        len(errors) >= _SEVERAL
        and sizes
        and max(errors) <= _TINY
        and _whatever_their_size(failed)
        and math.log10(max(sizes)) - math.log10(min(sizes)) >= _DECADES
    ):
        sentence = f"only small values are wrong, by no more than {max(errors):.1e}, whatever their size: absolute "
        yield Hypothesis(
            f"{sentence}accuracy where relative is needed, or a tiny number added?",
            _absolute_error(max(errors), median(errors)),
        )


def _whatever_their_size(failed: Comparisons) -> bool:
    """Return whether errors are more alike than errors relative to the values are."""
    relative = [item.worst / item.size for item in failed if item.size]
    absolute = [item.worst for item in failed if item.size]
    return math.log(max(relative)) - math.log(min(relative)) > math.log(max(absolute)) - math.log(min(absolute))


def few_digits(failed: Comparisons) -> Iterator[Hypothesis]:
    """Yield the law by which all values have the same few digits."""
    if any(item.discrete or item.own for item in failed):
        return
    relative = max(item.worst / max(map(abs, (*item.measured, *item.expected))) for item in failed)
    if relative <= _COARSEST:
        digits = -math.log10(relative)
        yield Hypothesis(
            f"right to {digits:.1f} digits and no further: is the limit a threshold, a grid or basis, single "
            "precision, or a constant?",
            _relative_error(relative),
        )


def _rounded(number: float, kind: str) -> float:
    """Return a number as it is stored in 32 bits, for kind "f", or in 16, for kind "e"."""
    try:
        return float(struct.unpack(kind, struct.pack(kind, number))[0])
    except OverflowError:
        return math.inf


def _stored_as(kind: str, rounding: float) -> Predict:
    def predict(item: Observed) -> Predicted | None:
        if item.discrete or item.own:
            return IMPOSSIBLE if item.failed else None
        stored = all(_rounded(value, kind) == value for value in item.measured)
        largest = max(map(abs, (*item.measured, *item.expected)))
        return Predicted(item.expected, rounding * largest if stored else -1.0, 1e-300 if item.failed else 0.0)

    return predict


SINGLE_PRECISION: Final = Hypothesis(
    "every value is one of single precision: is a result stored in 32 bits?", _stored_as("f", 2.0**-23)
)
HALF_PRECISION: Final = Hypothesis(
    "every value is one of half precision: is a result stored in 16 bits?", _stored_as("e", 2.0**-10)
)


def _cut_at(threshold: float) -> Predict:
    def predict(item: Observed) -> Predicted | None:
        if item.discrete or item.own:
            return IMPOSSIBLE if item.failed else None
        return exactly(item, [0.0 if abs(value) <= threshold else value for value in item.expected])

    return predict


def _relative_error(relative: float) -> Predict:
    def predict(item: Observed) -> Predicted | None:
        if item.discrete or item.own:
            return IMPOSSIBLE if item.failed else None
        largest = max(map(abs, (*item.measured, *item.expected)))
        error = relative * largest * (1 + 1e-9)
        return Predicted(item.expected, error, error / _SPREAD)

    return predict


def _absolute_error(worst: float, typical: float) -> Predict:
    def predict(item: Observed) -> Predicted | None:
        if item.discrete or item.own:
            return IMPOSSIBLE if item.failed else None
        visible = worst > 16 * math.ulp(item.size)
        if not item.failed and not visible:  # large values hide the error in their rounding
            return Predicted(item.expected, max(worst, 2.0 * item.slack))
        return Predicted(item.expected, worst * (1 + 1e-9), typical / _SPREAD)

    return predict
