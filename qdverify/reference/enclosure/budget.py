"""A budget of seconds for an answer of the oracle, checked inside the loops of a proof.

The budget belongs to the call, as flint's precision does: `limit_seconds` opens it, `check_time` asks whether it is
spent. Without one, nothing is limited.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from time import monotonic

from qdverify.reference.enclosure.unresolved import Unresolved


class OutOfTime(Unresolved):
    """The budget of seconds is spent; the message says on what, and what would be needed."""


@dataclass(frozen=True)
class _Budget:
    seconds: float
    start: float


_BUDGET: ContextVar[_Budget | None] = ContextVar("budget", default=None)


@contextmanager
def limit_seconds(seconds: float | None) -> Iterator[None]:
    """Give the calls inside at most that many seconds of wall-clock time; None limits nothing."""
    token = _BUDGET.set(None if seconds is None else _Budget(seconds, monotonic()))
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
    spent = monotonic() - budget.start
    if spent + needed > budget.seconds:
        total = f"more than {max(spent + needed, budget.seconds):.3g}"
        raise OutOfTime(f"seconds={budget.seconds:g} do not suffice: {total} are needed, counted while {doing}")
