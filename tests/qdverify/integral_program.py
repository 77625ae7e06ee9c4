"""A program that takes only dots given by their integrals: the floating-point side, which never sees a box."""

from collections.abc import Callable

from qdverify.faults.fault import all_faults
from qdverify.implementations.builtin import Builtin
from qdverify.protocol.answers import ALL_TASKS

UNSEEN = ("charge_density", "projected_levels")


class OfIntegrals:
    name = "a program of integrals"
    dots = ("integrals",)
    accuracy = Builtin.accuracy

    def __init__(self, fault: str | None = None) -> None:
        chosen = {item.name: item for item in all_faults()}[fault].implementation() if fault else Builtin()
        for task in set(ALL_TASKS) - set(UNSEEN):
            setattr(self, task, _without_boxes(getattr(chosen, task)))


def _without_boxes(answer: Callable[..., object]) -> Callable[..., object]:
    def answered(**question: object) -> object:
        dot = question.get("dot")
        if isinstance(dot, dict) and dot.get("kind") != "integrals":
            raise ValueError(f"dot={dot} must be of kind 'integrals'")
        return answer(**question)

    return answered
