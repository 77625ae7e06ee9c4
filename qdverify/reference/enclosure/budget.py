"""A budget of seconds for an answer of the oracle, checked inside the loops of a proof.

The budget belongs to the call, as flint's precision does: `limit_seconds` opens it, `check_time` asks whether it is
spent. Without one, nothing is limited.

Time is checked between steps, so no step may be long. A step that cannot be interrupted, such as one call of a library,
is announced with the seconds that it takes at least on a fast machine. It is not begun if fewer are left. How fast this
machine is, with what else runs on it, is measured: `measured` keeps the pace of the last step of each kind, by which
the next one is judged before it begins.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from time import monotonic
from typing import TypeVar

from qdverify.reference.enclosure.unresolved import Unresolved

Item = TypeVar("Item")
SECONDS_OF_EIGENSOLVE = 2e-10  # times n^3, at the least: all eigenpairs of a symmetric matrix


class OutOfTime(Unresolved):
    """The budget of seconds is spent; the message says on what, and what would be needed."""


@dataclass(frozen=True)
class _Budget:
    seconds: float
    start: float
    clock: Callable[[], float]
    pace: dict[str, float] = field(default_factory=dict)  # measured seconds a unit of work, by kind of step


_BUDGET: ContextVar[_Budget | None] = ContextVar("budget", default=None)


@contextmanager
def limit_seconds(
    seconds: float | None, clock: Callable[[], float] | None = None, *, begun: float | None = None
) -> Iterator[None]:
    """Give the calls inside at most that many seconds of wall-clock time; None leaves the budget as it is.

    Parameters
    ----------
    clock
        Function that returns the time in seconds; default: `time.monotonic`.
    begun
        The clock's time from which the seconds count; now if None.
    """
    clock = clock or monotonic
    budget = _BUDGET.get()
    if seconds is not None:
        budget = _Budget(seconds, clock() if begun is None else begun, clock)
    token = _BUDGET.set(budget)
    try:
        yield
    finally:
        _BUDGET.reset(token)


def check_time(doing: str, needed: float = 0.0) -> None:
    """Raise `OutOfTime` if the budget is spent, or if the next step alone needs more seconds than are left.

    Parameters
    ----------
    doing
        What the time is needed for, to complete "... while".
    needed
        Estimated seconds of the next step, which cannot be interrupted.
    """
    budget = _BUDGET.get()
    if budget is None:
        return
    spent = budget.clock() - budget.start
    if spent + needed > budget.seconds:
        raise _out_of_time(budget, spent + needed, doing)


def is_limited() -> bool:
    """Return whether there is a budget."""
    return _BUDGET.get() is not None


def expected_seconds(kind: str, work: float) -> float:
    """Return the seconds that steps of one kind take by the pace of the last one; 0 if none was measured."""
    budget = _BUDGET.get()
    return 0.0 if budget is None else budget.pace.get(kind, 0.0) * work


@contextmanager
def measured(
    kind: str, work: float, doing: str, *, least: float = 0.0, tells: bool = True, sample: bool = False
) -> Iterator[None]:
    """Measure a step that cannot be interrupted, and do not begin it if it takes longer than what is left.

    Parameters
    ----------
    kind, work
        What is done, and how much of it, in a unit that the seconds are proportional to.
    doing
        To complete "... while".
    least
        Seconds that it takes at least, whatever was measured.
    tells
        Whether it is large enough to tell the pace of larger ones.
    sample
        Whether it is so short that it may have been held up: the fastest of several samples tells the pace.

    Raises
    ------
    OutOfTime
        If the budget is spent, or fewer seconds are left than the step takes.
    """
    budget = _BUDGET.get()
    if budget is None:
        yield
        return
    check_time(doing, needed=max(least, expected_seconds(kind, work)))
    begun = budget.clock() if tells else 0.0
    yield
    if tells:
        pace = (budget.clock() - begun) / work
        budget.pace[kind] = min(pace, budget.pace.get(kind, pace)) if sample else pace


def paced(
    items: Sequence[Item], doing: str, weight: Callable[[Item], float] = lambda _: 1.0, *, long: bool = False
) -> Iterator[Item]:
    """Yield the items one after the other while the budget lasts.

    The refusal states the seconds that all of them would have needed, judged by those that were done.

    Parameters
    ----------
    weight
        The work that an item takes, in any unit.
    long
        Whether an item takes so long that none is begun that by those before it would outlast the budget.

    Raises
    ------
    OutOfTime
        If the budget is spent before an item is begun, or would be before it ends if it is long.
    """
    budget = _BUDGET.get()
    begun = budget.clock() - budget.start if budget else 0.0
    total, done = sum(map(weight, items)), 0.0
    for item in items:
        if budget is not None:
            spent = budget.clock() - budget.start if done else begun
            ahead = (spent - begun) * weight(item) / done if long and done else 0.0
            if spent + ahead > budget.seconds:
                raise _out_of_time(budget, begun + (spent - begun) * total / done if done else spent, doing)
        yield item
        done += weight(item)


def _out_of_time(budget: _Budget, needed: float, doing: str) -> OutOfTime:
    total = f"more than {max(needed, budget.seconds):.3g}"
    return OutOfTime(f"seconds={budget.seconds:g} do not suffice: {total} are needed, counted while {doing}")
