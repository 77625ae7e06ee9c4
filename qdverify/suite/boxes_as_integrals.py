"""Questions about boxes, put to a program that takes only dots given by their integrals.

The program sees the integrals and irreps of the box; what it answers is judged as any other answer about that box.
What cannot be asked so is reported as unsupported: the integrals themselves, which are given to the program and not
computed by it, and the charge density, for which the shapes of the orbitals would be needed.
"""

from __future__ import annotations

from typing import Final, TypeGuard

from qdverify.protocol.accuracy import Accuracy
from qdverify.protocol.answers import Unsupported
from qdverify.protocol.dots import check_dot, is_box
from qdverify.protocol.energy_size import natural_energy
from qdverify.protocol.json_types import Answer, BoxDot, Question
from qdverify.protocol.values import InvalidInput
from qdverify.reference.box_integrals import BoxAsIntegrals, box_as_integrals

ROUNDING: Final = 1e-12
"""What the rounding of integrals to doubles may change in a level, relative to the largest energy of the question."""
_NEED_THE_BOX: Final = {
    "interaction_integrals": "the integrals of a box are given to a program that takes only integrals",
    "charge_density": "the charge density needs the shapes of the orbitals, which integrals do not tell",
}


def as_integrals(task: str, params: Question) -> Question:
    """Return a question with the integrals of its box in place of the box; other questions are returned as they are.

    Raises
    ------
    Unsupported
        If the task is about what integrals do not tell, or the box has too many orbitals.
    """
    box = params.get("dot")
    if not _is_valid_box(box):
        return params
    if task in _NEED_THE_BOX:
        raise Unsupported(_NEED_THE_BOX[task])
    return {**params, "dot": _converted(box).dot}


def require_told(task: str, params: Question) -> None:
    """Raise `Unsupported` if the question is about a box that is invalid, or about what integrals do not tell."""
    if "dot" in params and as_integrals(task, params) is params:
        raise Unsupported("an invalid box cannot be written as integrals")


def require_small_rounding(task: str, params: Question, answer: Answer) -> None:
    """Raise `Unsupported` if rounding the integrals may have moved a level by more than the tolerance allows for it."""
    box = params.get("dot")
    if task != "spectrum" or not _is_valid_box(box):
        return
    electrons = params["electrons"]
    moved = _converted(box).rounding(electrons)
    largest = max(natural_energy(box, electrons), *map(abs, answer["energies"]))
    if moved > ROUNDING * largest:
        raise Unsupported(
            f"integrals rounded to doubles may move these levels by {moved:.1e}, "
            f"more than {ROUNDING:.0e} of {largest:.3g}"
        )


def with_rounding(task: str, accuracy: Accuracy) -> Accuracy:
    """Return the accuracy that a program is held to for a task, widened by what rounding the integrals may change."""
    if task != "spectrum":
        return accuracy
    return Accuracy(accuracy.relative + ROUNDING, accuracy.absolute)


def _is_valid_box(dot: object) -> TypeGuard[BoxDot]:
    try:
        check_dot(dot)
    except InvalidInput:
        return False
    return isinstance(dot, dict) and is_box(dot)  # type: ignore[arg-type]  # it was checked


def _converted(box: BoxDot) -> BoxAsIntegrals:
    try:
        return box_as_integrals(box)
    except InvalidInput as error:
        raise Unsupported(str(error)) from None
