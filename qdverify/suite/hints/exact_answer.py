"""Exact answers that wrong models start from, as far as they can tell one model from another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from qdverify.suite.exact.transport_reference import Rounding, allowance
from qdverify.suite.finding import Asked
from qdverify.suite.hints.wrong_models import COARSEST


class Solved(Protocol):
    """An exact answer that knows what double precision means in its case."""

    @property
    def rounding(self) -> Rounding:
        """What a rounding of the inputs does to the answer."""


_S = TypeVar("_S", bound=Solved)
_A = TypeVar("_A")


@dataclass(frozen=True)
class WithRounding(Generic[_A]):
    """An answer of any form, and what a rounding of the inputs does in its case."""

    answer: _A
    rounding: Rounding


def exact_answer(asked: Asked, solve: Callable[[], _S], *, most_levels: int) -> _S | None:
    """Return what `solve` gives for a question, or None.

    Nothing is told by a case with too many levels, by one whose levels no longer hang together, so that it has no
    unique answer, or by one whose answer the accuracy of the program leaves too uncertain.
    """
    if len(asked.params["levels"]) > most_levels:
        return None
    try:
        found = solve()
    except (ValueError, ZeroDivisionError):
        return None
    return None if allowance(asked.accuracy, 1.0, found.rounding, 1.0) > COARSEST else found
