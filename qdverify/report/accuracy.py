"""The accuracy that a run measured, task by task, whatever was claimed: digits, errors, class and floor.

An error counts in units of what an accuracy of 1 would allow (`qdverify.suite.finding.Scales`), so that conditioning is
taken out. The *floor* of a transport code is the size below which its values have no correct digit although their
absolute error is small: the typical error of such values, or the size of the largest of them. A constant that was added
to every rate shows as the former, results that are cut to zero as the latter.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

from qdverify.protocol.accuracy import CLASS_ACCURACY, TRANSPORT_TASKS
from qdverify.protocol.inputs import TASKS
from qdverify.protocol.nested import matching_numbers
from qdverify.report.document_types import AccuracyDocument, FindingDocument, ReportDocument
from qdverify.report.shown import claim_text, has_digits, short
from qdverify.suite.finding import Kind

LOST: Final = 0.1
"""The relative error from which on a value has no correct digit."""
_APART: Final = 1e3
"""Ratio of neighbouring sizes from which on a floor between them is not known well."""
_SMALLEST_NORMAL: Final = 2.3e-308
_MOST: Final = 1e308
_ROUNDING: Final = 1.0 + 1e-6
_CLASS: Final = CLASS_ACCURACY * _ROUNDING


@dataclass(frozen=True)
class Point:
    """One number that was compared.

    Attributes
    ----------
    error
        Deviation from the reference, less the reference's own bound.
    reference
        Size of the reference.
    relative, absolute
        The error in units of what a relative or an absolute accuracy of 1 would allow.
    size
        The size that a relative accuracy refers to, in units of the natural size, conditioning included.
    """

    error: float
    reference: float
    relative: float
    absolute: float
    size: float


def measured_accuracy(document: ReportDocument) -> list[AccuracyDocument]:
    """Return what a report's findings say of the accuracy of each task that was compared."""
    found = []
    for task in TASKS:
        findings = [finding for finding in document["findings"] if task_of(finding) == task]
        points = [point for finding in findings for point in points_of(finding)]
        if points:
            digits = [finding["digits"][0] for finding in findings if has_digits(finding)]
            claim = document["implementation"]["accuracy"].get(task, CLASS_ACCURACY)
            found.append(_summed_up(task, claim_text(claim), points, min(digits, default=None)))
    return found


def task_of(finding: FindingDocument) -> str:
    """Return the task whose claimed accuracy a finding is judged by; empty if there is none or nothing is measured."""
    close = finding.get("kind") == Kind.CLOSE and "reference" in finding
    return str(finding["tolerance"].get("task", "")) if close else ""


def points_of(finding: FindingDocument) -> Iterator[Point]:
    """Yield every number that a finding compares."""
    tolerance, bound = finding["tolerance"], finding["reference"]["bound"]
    natural, per_absolute = tolerance["natural"], tolerance["per_absolute"]
    if not natural or not per_absolute:
        return
    for measured, reference in matching_numbers(finding["measured"], finding["reference"]["value"]):
        error = max(0.0, min(abs(measured - reference), _MOST) - bound)
        if error <= _SMALLEST_NORMAL:
            error = 0.0
        # each population has its own size; a tolerance knows the largest one's only
        own = tolerance["task"] == "stationary_state"
        per_relative = abs(reference) * per_absolute / natural if own else tolerance["per_relative"]
        # a limit of 0 has no size of its own, and below the smallest double there is no relative accuracy
        relative = error / per_relative if per_relative > _SMALLEST_NORMAL else 0.0
        absolute, size = error / per_absolute, per_relative / natural
        yield Point(error, abs(reference), min(relative, _MOST), min(absolute, _MOST), size)


def _summed_up(task: str, claimed: str, points: Sequence[Point], digits: float | None) -> AccuracyDocument:
    absolute, relative = max(point.absolute for point in points), max(point.relative for point in points)
    found: AccuracyDocument = {
        "task": task,
        "claimed": claimed,
        "values": len(points),
        "digits": digits,
        "absolute": absolute,
        "relative": relative,
        "reached": "",
        "floor": None,
        "sentence": "",
    }
    if task not in TRANSPORT_TASKS:
        return found
    reached = "full" if relative <= _CLASS else "ordinary" if absolute <= _CLASS else "none"
    close = [point for point in points if point.absolute <= _CLASS]
    lost = [point for point in close if point.relative >= LOST]
    floor = max(*(point.size for point in lost), median(point.absolute for point in lost)) if lost else None
    sentence = _sentence(reached, points, close, floor)
    return {**found, "reached": reached, "floor": floor, "sentence": sentence}


def _sentence(reached: str, points: Sequence[Point], close: Sequence[Point], floor: float | None) -> str:
    """Return the class that was reached, and where relative accuracy ends."""
    if reached == "full":
        smallest = min((point.size for point in points if point.size), default=0.0)
        return f"Class full: relative accuracy holds down to the smallest size that was asked, {short(smallest)}."
    coarsest = _coarsest(points)
    opening = "Class ordinary:" if reached == "ordinary" else "Neither class:"
    if coarsest < LOST:
        return f"{opening} relative accuracy is {short(coarsest)} at every size that was asked."
    if reached != "ordinary":
        number = len(points) - len(close)
        verb = "is" if number == 1 else "are"
        off = f"{number} of {len(points)} values {verb} off by more than an absolute 1e-9"
        if not close:
            return f"Neither class: {off}."
        if floor is None:
            return f"Neither class: {off}; the others are right to a relative {short(_coarsest(close))}."
        opening = f"Neither class: {off}. Apart from these,"
    return f"{opening} relative accuracy is lost {_where(floor, close)}."


def _coarsest(points: Sequence[Point]) -> float:
    return max(point.relative for point in points)


def _where(floor: float | None, close: Sequence[Point]) -> str:
    """Return below which size no digit is right, or between which sizes that begins if none between was asked."""
    if floor is None:  # only values without a size of their own are wrong
        return "where 0 is right"
    lost = [point for point in close if point.relative >= LOST]
    right = [point.size for point in close if point.size > floor and point.relative < LOST]
    # an error of one size says where its floor is; of values that are set to 0 only the sizes are known
    if median(point.absolute for point in lost) < floor and right and min(right) > _APART * floor:
        return f"somewhere between {short(min(right))} and {short(floor)}, and below"
    return f"below {short(floor)}"
