"""What a run verified and, above all, what it did not: claims x tasks, as data.

A claim is *verified* if every trial was judged, *partly* if some were not, and *not* verified if none was:
because a task is not offered, a case lies beyond a limit, a prerequisite failed, or the answer was none. "Verified"
says that a verdict was reached, whichever it was.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from typing import Final, TypedDict

from qdverify.protocol.inputs import TASKS
from qdverify.suite.finding import Finding, Verdict

JUDGED: Final = frozenset({Verdict.PASS, Verdict.FAIL, Verdict.EXPECTED_FAILURE, Verdict.UNEXPECTED_PASS})


class CoveredTask(TypedDict):
    """A task of the coverage matrix."""

    task: str
    offered: bool


class CoveredClaim(TypedDict):
    """A claim of the coverage matrix; a cell is the claim's extent, or null if it does not need the task."""

    id: str
    extent: str
    cells: list[str | None]
    counts: dict[str, int]
    reasons: list[str]


class CoverageDocument(TypedDict):
    """The matrix of claims x tasks."""

    tasks: list[CoveredTask]
    claims: list[CoveredClaim]


class Extent(StrEnum):
    """How far a claim was verified."""

    VERIFIED = "verified"
    PARTLY = "partly"
    NOT = "not"


@dataclass(frozen=True)
class Row:
    """One claim.

    Attributes
    ----------
    tasks
        The tasks through which it is tried.
    counts
        Number of findings by verdict.
    reasons
        Why what was not judged was not, each reason once.
    """

    id: str
    claim: str
    tasks: tuple[str, ...]
    extent: Extent
    counts: Mapping[Verdict, int]
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Coverage:
    """The matrix of claims x tasks of one run.

    Attributes
    ----------
    rows
        The claims, in the order in which they were tried.
    offered
        The tasks that the implementation answers.
    """

    rows: Sequence[Row]
    offered: frozenset[str]

    @property
    def tasks(self) -> tuple[str, ...]:
        """The columns: the protocol's tasks, then the further ones that some claim needs."""
        needed = {task for row in self.rows for task in row.tasks}
        return (*TASKS, *sorted(needed - set(TASKS)))

    @property
    def not_verified(self) -> tuple[Row, ...]:
        """The claims of which at least a part was not judged."""
        return tuple(row for row in self.rows if row.extent is not Extent.VERIFIED)

    def document(self) -> CoverageDocument:
        """Return the matrix as JSON values; a cell is the claim's extent, or null if it does not need the task."""
        return {
            "tasks": [{"task": task, "offered": task in self.offered} for task in self.tasks],
            "claims": [
                {
                    "id": row.id,
                    "extent": str(row.extent),
                    "cells": [str(row.extent) if task in row.tasks else None for task in self.tasks],
                    "counts": {str(verdict): number for verdict, number in row.counts.items()},
                    "reasons": list(row.reasons),
                }
                for row in self.rows
            ],
        }


def coverage(findings: Iterable[Finding], offered: Iterable[str]) -> Coverage:
    """Return what the findings of a run cover.

    Parameters
    ----------
    findings
        Of the run.
    offered
        The tasks that the implementation answers.
    """
    by_check = groupby(sorted(findings, key=_in_order()), key=lambda finding: finding.id)
    return Coverage([_row(list(group)) for _, group in by_check], frozenset(offered))


def _in_order() -> Callable[[Finding], int]:
    """Return a key that gathers the findings of each check at the place of its first one."""
    places: dict[str, int] = {}
    return lambda finding: places.setdefault(finding.id, len(places))


def _row(findings: Sequence[Finding]) -> Row:
    counts = Counter(finding.verdict for finding in findings)
    judged = sum(counts[verdict] for verdict in JUDGED)
    extent = Extent.NOT if not judged else Extent.VERIFIED if judged == len(findings) else Extent.PARTLY
    reasons = dict.fromkeys(finding.detail for finding in findings if finding.verdict not in JUDGED)
    first = findings[0]
    return Row(first.id, first.claim, first.tasks, extent, dict(counts), tuple(reasons))
