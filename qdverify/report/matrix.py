"""The coverage matrix: which claims were tried through which tasks, and with what outcome."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from qdverify.protocol.inputs import TASKS
from qdverify.report.cause import HELLO, said_hello
from qdverify.report.groups import CheckGroup
from qdverify.report.not_verified import CatalogueEntry
from qdverify.report.shown import visible
from qdverify.report.summary import Document, worst
from qdverify.suite.finding import Stage, Verdict


@dataclass(frozen=True)
class Column:
    """A task, and whether the implementation offers it."""

    task: str
    offered: bool
    extension: bool


@dataclass(frozen=True)
class Line:
    """A claim with its verdict under each task that it needs.

    Attributes
    ----------
    anchor
        Where the page shows its findings; empty for a check that was not run.
    cells
        By column: the verdict, None if the claim does not need the task.
    verdict
        None for a check that was not run.
    """

    id: str
    claim: str
    anchor: str
    cells: Sequence[bool]
    verdict: Verdict | None


@dataclass(frozen=True)
class Overview:
    """A stage in one line: for each task, how many of the claims that need it passed, of how many."""

    stage: str
    cells: Sequence[tuple[int, int, Verdict | None]]


@dataclass(frozen=True)
class Matrix:
    """The matrix: an overview of stages x tasks, and every claim x tasks by stage."""

    columns: Sequence[Column]
    overview: Sequence[Overview]
    lines: Mapping[str, Sequence[Line]]


def coverage_matrix(document: Document, groups: Sequence[CheckGroup], catalogue: Sequence[CatalogueEntry]) -> Matrix:
    """Return the coverage matrix of a report, with the claims of the suite that it left out."""
    offered = set(document["implementation"]["tasks"])
    groups = [group for group in groups if group.stage != HELLO]
    ran = {group.id for group in groups}
    left_out = [entry for entry in catalogue if entry.id not in ran]
    needed = {task for group in groups for task in group.tasks} | {task for entry in left_out for task in entry.tasks}
    tasks = [*TASKS, *sorted(needed - set(TASKS))]
    # of an implementation that said nothing nobody knows what it offers
    silent = not said_hello(document)
    columns = [Column(visible(task), silent or task in offered, task not in TASKS) for task in tasks]
    lines: dict[str, list[Line]] = {str(stage): [] for stage in Stage}
    for group in groups:
        cells = [task in group.tasks for task in tasks]
        lines[group.stage].append(Line(group.id, group.claim, group.anchor, cells, group.verdict))
    for entry in left_out:
        lines[entry.stage].append(Line(entry.id, entry.claim, "", [task in entry.tasks for task in tasks], None))
    overview = [_overview(stage, lines[stage], len(tasks)) for stage in lines]
    return Matrix(columns, overview, lines)


def _overview(stage: str, lines: Sequence[Line], columns: int) -> Overview:
    cells = []
    for column in range(columns):
        verdicts = [line.verdict for line in lines if line.cells[column]]
        known = [verdict for verdict in verdicts if verdict is not None]
        passed = sum(verdict in (Verdict.PASS, Verdict.EXPECTED_FAILURE) for verdict in known)
        cells.append((passed, len(verdicts), worst(known) if known else None))
    return Overview(stage, cells)
