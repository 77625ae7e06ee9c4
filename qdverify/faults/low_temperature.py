"""Faults in the limit kT -> 0."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from qdverify.faults import methods
from qdverify.faults.fault import Change, Fault, fault
from qdverify.protocol import json_types as protocol
from qdverify.suite.finding import Stage


def _fault(text: str) -> Callable[[Change], Fault]:
    return fault(Stage.CURRENT, "low_temperature", text)


@_fault("a level exactly at a chemical potential counts as above it: the 1/2 of f(0) is missing")
def no_half_at_threshold(right: methods.LowTemperature, *, gate: float, **case: object) -> methods.Answer:
    """Move every level off its threshold by less than any digit shows."""
    return right(gate=gate - 2.0**-50, **case)


@_fault("exponents are measured from the chemical potential of L only")
def exponents_from_left(
    right: methods.LowTemperature, *, leads: Sequence[protocol.Lead], **case: object
) -> methods.Answer:
    """Compute the exponents at zero bias, at the chemical potential of L."""
    answer = right(leads=leads, **case)
    (mu,) = (lead["mu"] for lead in leads if lead["name"] == "L")
    unbiased = right(leads=[{**lead, "mu": mu} for lead in leads], **case)
    terms = zip(answer["populations"], unbiased["populations"], strict=True)
    return {**answer, "populations": [[a, A] for (a, _), (_, A) in terms]}


@_fault("the leading current is given without its sign")
def current_without_sign(right: methods.LowTemperature, **case: object) -> methods.Answer:
    """Give the magnitude of the current."""
    answer = right(**case)
    return {**answer, "current": [abs(answer["current"][0]), answer["current"][1]]}
