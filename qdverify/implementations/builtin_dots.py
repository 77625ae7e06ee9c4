"""The dots of `numeric` that the dots of the protocol stand for."""

from __future__ import annotations

from typing import TypeAlias

import numeric
from qdverify.protocol import json_types
from qdverify.protocol.answers import BEYOND_LIMITS, AnswerError
from qdverify.protocol.dots import as_box, is_box, is_harmonic

Model: TypeAlias = numeric.Dot | numeric.IntegralDot | numeric.HarmonicDot


def model_of(dot: json_types.Dot) -> Model:
    """Return the dot of `numeric` that a DOT of the protocol stands for."""
    if is_harmonic(dot):
        return _harmonic_of(dot)
    return box_of(dot) if is_box(dot) else numeric.IntegralDot.from_document(dot)


def _harmonic_of(dot: json_types.HarmonicDot) -> numeric.HarmonicDot:
    try:
        return numeric.HarmonicDot(
            dot["omega"], dot["shells"], dot["field"], dot["strength"], dot.get("thickness", 0.0)
        )
    except ValueError as error:
        # the dot is valid, so it must be larger than what is computed
        raise AnswerError(BEYOND_LIMITS, str(error)) from error


def box_of(dot: json_types.Dot) -> numeric.Dot:
    """Return the box of `numeric` that a DOT of the protocol stands for."""
    box = as_box(dot, "this task is about boxes")
    return numeric.Dot(box["length"], box["cutoff"], box["orbitals"], box["kernel"], box["strength"])
