"""Comparators: a measured value against a reference, never silently.

Each comparator raises `ComparisonError` on a NaN, an infinity, a shape mismatch or an unknown type: what cannot be
compared has not passed. The deviation is symmetric in its two arguments, so that swapping two codes swaps no verdict.
"""

from __future__ import annotations

import math
import sys
from typing import Final, SupportsFloat

from qdverify.protocol.grade import Grade
from qdverify.protocol.nested import DifferentShapesError, paired
from qdverify.suite.finding import Comparison, Kind, Reference, Tolerance

MOST_DIGITS: Final = 16.0


class ComparisonError(ValueError):
    """Two values that cannot be compared, and why."""


def close(measured: object, reference: Reference, tolerance: Tolerance, *, note: str = "") -> Comparison:
    """Compare numbers, or nested lists of numbers, element by element; the worst element decides.

    Parameters
    ----------
    measured
        A number or nested sequences of numbers.
    reference
        Its value has the same shape.
    tolerance
        Absolute; widened by the reference's own bound, never by anything else.
    """
    pairs = _pairs(measured, reference.value)
    index, value, target = max(pairs, key=lambda pair: abs(pair[1] - pair[2]))
    # two finite numbers may lie further apart than the largest one
    deviation = min(abs(value - target), sys.float_info.max)
    scale = max((max(abs(a), abs(b)) for _, a, b in pairs), default=0.0)
    where = f"worst at index {list(index)}" if index else ""
    return Comparison(
        measured=measured,
        reference=reference,
        deviation=deviation,
        tolerance=tolerance,
        digits=_digits(deviation, reference.bound, scale),
        passed=deviation <= tolerance.value + reference.bound,
        note="; ".join(text for text in (note, where) if text),
    )


def equal(measured: object, reference: Reference, *, note: str = "") -> Comparison:
    """Compare discrete values (quantum numbers, counts, booleans): only identity passes."""
    same = _plain(measured) == _plain(reference.value)
    return Comparison(
        measured=measured,
        reference=reference,
        deviation=0.0 if same else 1.0,
        tolerance=Tolerance(0.0, "discrete values"),
        digits=(MOST_DIGITS, MOST_DIGITS) if same else (0.0, 0.0),
        passed=same,
        note=note,
        kind=Kind.EQUAL,
    )


def at_most(measured: float, bound: float, tolerance: Tolerance, *, origin: str, note: str = "") -> Comparison:
    """Compare an inequality: `measured` may exceed `bound` by no more than the tolerance.

    The deviation is the amount by which the bound is exceeded, zero if it holds.
    """
    _finite(measured)
    _finite(bound)
    excess = min(max(0.0, measured - bound), sys.float_info.max)
    return Comparison(
        measured=measured,
        reference=Reference(bound, Grade.EXACT, 0.0, f"upper bound: {origin}"),
        deviation=excess,
        tolerance=tolerance,
        digits=_digits(excess, 0.0, max(abs(measured), abs(bound))),
        passed=excess <= tolerance.value,
        note=note,
        kind=Kind.AT_MOST,
    )


def _pairs(measured: object, target: object) -> list[tuple[tuple[int, ...], float, float]]:
    try:
        return [(index, _finite(value), _finite(wanted)) for index, value, wanted in paired(measured, target)]
    except DifferentShapesError as error:
        raise ComparisonError(str(error)) from None


def _finite(value: object) -> float:
    if type(value) is float and math.isfinite(value):
        return value  # nearly all are: whether anything else is a number takes longer to tell
    if isinstance(value, bool) or not isinstance(value, SupportsFloat):
        raise ComparisonError(f"{value!r} is no number")
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        raise ComparisonError(f"{value!r} is no number") from None
    if not math.isfinite(number):
        raise ComparisonError(f"{value!r} is not finite")
    return number


def _plain(value: object) -> object:
    if isinstance(value, float) and not math.isfinite(value):
        raise ComparisonError(f"{value!r} is not finite")
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value


def _digits(deviation: float, bound: float, scale: float) -> tuple[float, float]:
    return _digits_of(deviation + bound, scale), _digits_of(max(0.0, deviation - bound), scale)


def _digits_of(deviation: float, scale: float) -> float:
    if deviation == 0.0:
        return MOST_DIGITS
    if deviation >= scale:
        return 0.0
    return min(MOST_DIGITS, math.log10(scale) - math.log10(deviation))
