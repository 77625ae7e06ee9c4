"""Questions about boxes and harmonic dots, put to a program that takes only dots given by their integrals.

The program sees the integrals and irreps of the dot; what it answers is judged as any other answer about that dot.
What cannot be asked so is reported as unsupported: the integrals themselves, which are given to the program and not
computed by it, the charge density, for which the shapes of the orbitals would be needed, and a harmonic dot in a field,
which has no real integrals between real orbitals.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, TypeGuard

from qdverify.protocol.accuracy import Accuracy
from qdverify.protocol.answers import Unsupported
from qdverify.protocol.dots import check_dot, is_harmonic, is_integrals
from qdverify.protocol.energy_size import natural_energy
from qdverify.protocol.json_types import Answer, BoxDot, HarmonicDot, Question
from qdverify.protocol.values import InvalidInput, Real
from qdverify.reference.box_integrals import AsIntegrals
from qdverify.reference.harmonic_as_integrals import dot_as_integrals, real_weights

ROUNDING: Final = 1e-12
"""What the rounding of integrals to doubles may change in a level, relative to the largest energy of the question."""
_NEED_THE_DOT: Final = {
    "interaction_integrals": "the integrals of a dot are given to a program that takes only integrals",
    "charge_density": "the charge density needs the shapes of the orbitals, which integrals do not tell",
}


def as_integrals(task: str, params: Question) -> Question:
    """Return a question with the integrals of its dot in place of the dot; other questions are returned as they are.

    Raises
    ------
    Unsupported
        If the task is about what integrals do not tell, or the dot cannot be written as integrals.
    """
    dot = params.get("dot")
    if not _is_convertible(dot):
        return params
    if task in _NEED_THE_DOT:
        raise Unsupported(_NEED_THE_DOT[task])
    told = {**params, "dot": _converted(dot).dot}
    if is_harmonic(dot) and task == "transition_probabilities":
        told["weights"] = _real_weights(dot, params.get("weights"))
    return told


def require_told(task: str, params: Question) -> None:
    """Raise `Unsupported` if the question is about a dot that is invalid, or about what integrals do not tell."""
    if "dot" in params and as_integrals(task, params) is params:
        raise Unsupported("an invalid box or harmonic dot cannot be written as integrals")


def require_small_rounding(task: str, params: Question, answer: Answer) -> None:
    """Raise `Unsupported` if rounding the integrals may have moved a level by more than the tolerance allows for it."""
    dot = params.get("dot")
    if task != "spectrum" or not _is_convertible(dot):
        return
    electrons = params["electrons"]
    moved = _converted(dot).rounding(electrons)
    largest = max(natural_energy(dot, electrons), *map(abs, answer["energies"]))
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


def _is_convertible(dot: object) -> TypeGuard[BoxDot | HarmonicDot]:
    try:
        check_dot(dot)
    except InvalidInput:
        return False
    return isinstance(dot, dict) and not is_integrals(dot)  # type: ignore[arg-type]  # it was checked


def _converted(dot: BoxDot | HarmonicDot) -> AsIntegrals:
    try:
        return dot_as_integrals(dot)
    except InvalidInput as error:
        raise Unsupported(str(error)) from None


def _real_weights(dot: HarmonicDot, weights: Sequence[Real] | None) -> list[float]:
    try:
        return real_weights(dot, weights)
    except InvalidInput as error:
        raise Unsupported(str(error)) from None
