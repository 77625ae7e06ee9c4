"""Faults in the levels from projected Lanczos vectors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Unpack

from qdverify.faults import methods
from qdverify.faults.fault import Change, Fault, fault
from qdverify.protocol import json_types as protocol
from qdverify.suite.finding import Stage


def _fault(text: str) -> Callable[[Change], Fault]:
    return fault(Stage.SPECTRUM, "projected_levels", text)


@_fault("a projection without weight is taken for a missing state: the level gets the spin of what is left")
def spin_of_what_is_left(right: methods.Projected, *, blind_to: int | None, **inputs: object) -> methods.Answer:
    """Give each level the spin that its Lanczos vector shows without S+ and S-."""
    answer = right(blind_to=blind_to, **inputs)
    if blind_to is None:
        return answer
    pairs = zip(answer["two_S"], answer["recovered"], strict=True)
    return {**answer, "two_S": [abs(two_S - 2) if two_S in lost else two_S for two_S, lost in pairs]}


@_fault("rounding errors are renormalised in place of a projection that vanishes")
def nothing_recovered(right: methods.Projected, **inputs: Unpack[protocol.ProjectedQuestion]) -> methods.Answer:
    """Claim that every projection was there."""
    answer = right(**inputs)
    return {**answer, "recovered": [[] for _ in answer["recovered"]]}


@_fault("one run from one vector: a level that the start does not see is never found")
def single_run(right: methods.Projected, *, levels: int, **inputs: object) -> methods.Answer:
    """Leave out the second level, as a start vector orthogonal to it does."""
    answer = right(levels=levels + 1, **inputs)
    return {
        "energies": [*answer["energies"][:1], *answer["energies"][2:]],
        "two_S": [*answer["two_S"][:1], *answer["two_S"][2:]],
        "recovered": [*answer["recovered"][:1], *answer["recovered"][2:]],
    }
