"""Faults in the levels from projected Lanczos vectors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from qdverify.faults.fault import Change, Fault, fault
from qdverify.suite.finding import Stage


def _fault(text: str) -> Callable[[Change], Fault]:
    return fault(Stage.SPECTRUM, "projected_levels", text)


@_fault("a projection without weight is taken for a missing state: the level gets the spin of what is left")
def spin_of_what_is_left(right: Any, *, blind_to: int | None, **inputs: Any) -> Any:
    """Give each level the spin that its Lanczos vector shows without S+ and S-."""
    answer = right(blind_to=blind_to, **inputs)
    if blind_to is None:
        return answer
    pairs = zip(answer["two_S"], answer["recovered"], strict=True)
    return {**answer, "two_S": [abs(two_S - 2) if two_S in lost else two_S for two_S, lost in pairs]}


@_fault("rounding errors are renormalised in place of a projection that vanishes")
def nothing_recovered(right: Any, **inputs: Any) -> Any:
    """Claim that every projection was there."""
    answer = right(**inputs)
    return {**answer, "recovered": [[] for _ in answer["recovered"]]}


@_fault("one run from one vector: a level that the start does not see is never found")
def single_run(right: Any, *, levels: int, **inputs: Any) -> Any:
    """Leave out the second level, as a start vector orthogonal to it does."""
    answer = right(levels=levels + 1, **inputs)
    return {name: [*values[:1], *values[2:]] for name, values in answer.items()}
