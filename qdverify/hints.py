"""From a check's failures to the likeliest slip: one deviation says little, what a dozen have in common says much."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from qdverify.finding import Finding, Verdict
from qdverify.slips import RECOGNISERS, Observed


def likeliest_slip(findings: Sequence[Finding]) -> str:
    """Return the slip that explains all failures of one check, or an empty string.

    Parameters
    ----------
    findings
        All findings of the check.
    """
    failed = [observed for finding in findings if (observed := _observed(finding)) is not None]
    if not failed:
        return ""
    for recognise in RECOGNISERS:
        slip = recognise(failed)
        if slip:
            return slip
    return ""


def _observed(finding: Finding) -> Observed | None:
    comparison = finding.comparison
    if finding.verdict is not Verdict.FAIL or comparison is None:
        return None
    if comparison.reference.origin.startswith("upper bound"):
        return None
    try:
        measured, expected = tuple(_flat(comparison.measured)), tuple(_flat(comparison.reference.value))
    except (TypeError, ValueError, OverflowError):
        return None
    if not expected or len(measured) != len(expected):
        return None
    discrete = comparison.tolerance.origin == "discrete values"
    slack = comparison.tolerance.value + comparison.reference.bound
    return Observed(measured, expected, _square(comparison.measured), slack, discrete, finding.case)


def _flat(value: Any) -> Iterator[float]:
    if isinstance(value, list | tuple):
        for item in value:
            yield from _flat(item)
    else:
        yield float(value)


def _square(value: Any) -> int:
    if isinstance(value, list | tuple) and value and all(isinstance(row, list | tuple) for row in value):
        return len(value) if all(len(row) == len(value) for row in value) else 0
    return 0
