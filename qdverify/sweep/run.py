"""A sweep from its plan to its store: what is done stays done, what is missing is asked."""

from __future__ import annotations

import json
from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import dataclass
from os import PathLike
from pathlib import Path

from qdverify.implementations.subprocess_channel import Budgets
from qdverify.protocol.answers import Broken
from qdverify.protocol.inputs import InvalidInput
from qdverify.sweep.cluster import run_cluster
from qdverify.sweep.local import run_local
from qdverify.sweep.plan import Plan
from qdverify.sweep.store import write_store
from qdverify.sweep.work import Assignment, Outcome, Worker

OnPoint = Callable[[int, bool], None]


@dataclass(frozen=True)
class Progress:
    """Where a sweep stands.

    Attributes
    ----------
    size
        Points of the plan.
    done
        Points that have an answer.
    errors
        Points that ended in an error, with its text.

    >>> Progress(size=3, done=2, errors={2: "out of memory"}).complete
    False
    """

    size: int
    done: int
    errors: dict[int, str]

    @property
    def complete(self) -> bool:
        """Whether every point has an answer."""
        return self.done == self.size


def run_sweep(
    plan: Plan,
    path: str | PathLike[str],
    *,
    workers: int = 1,
    scheduler: str | None = None,
    retry_errors: bool = False,
    budgets: Budgets = Budgets(),  # noqa: B008  (immutable)
    on_point: OnPoint = lambda _, __: None,
) -> Progress:
    """Ask for every point that the store does not hold yet, and keep each answer as it comes.

    Parameters
    ----------
    plan
        The grid.
    path
        The store; made if it does not exist.
    workers
        Processes on this machine.
    scheduler
        Address of a Dask scheduler to use instead.
    retry_errors
        Ask again for points that ended in an error.
    budgets
        What a program, or the process of a Python object that is named, may use for a point; how often it is
        started again is not limited.
    on_point
        Called after each point with the number of points that have an outcome, and whether this one is an answer.

    Raises
    ------
    InvalidInput
        If the implementation cannot be resolved, or the store belongs to another plan or implementation.

    Examples
    --------
    >>> from qdverify.sweep import make_plan, run_sweep
    >>> dot = {"kernel": "contact", "length": 1.0, "cutoff": 0.0, "orbitals": [4, 5], "electrons": [1, 2], "levels": 3}
    >>> run_sweep(make_plan({"task": "spectrum", "dot": dot}), Path("levels.sqlite")).done
    4
    """
    if workers < 1:
        raise InvalidInput(f"workers={workers} must be at least 1")
    with write_store(Path(path), plan) as store:
        who = _who(plan, budgets)
        store.describe(who)
        if retry_errors:
            store.forget_errors()
        done = store.done()
        assignment = Assignment(json.dumps(plan.document()), budgets, **who)
        points = [point for point in range(plan.size) if point not in done]
        with closing(_outcomes(plan, points, workers, scheduler, assignment)) as outcomes:
            for count, (point, outcome) in enumerate(outcomes, start=len(done) + 1):
                store.add(point, outcome)
                on_point(count, "answer" in outcome)
        errors = store.errors()
        return Progress(plan.size, len(store.done()) - len(errors), errors)


def _who(plan: Plan, budgets: Budgets) -> dict[str, str]:
    """Return who answers, asked once before the workers start: a mistake in its name shows at once."""
    try:
        with closing(Worker(plan, budgets)) as worker:
            return {"name": worker.description.name, "version": worker.description.version}
    except Broken as error:
        raise InvalidInput(f"implementation {plan.implementation!r} must speak the protocol: {error}") from error


def _outcomes(
    plan: Plan, points: list[int], workers: int, scheduler: str | None, assignment: Assignment
) -> Generator[tuple[int, Outcome]]:
    if not points:
        return
    if scheduler is not None:
        yield from run_cluster(assignment, plan.key, points, scheduler)
    else:
        yield from run_local(assignment, points, workers)
