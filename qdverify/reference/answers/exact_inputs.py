"""Types of the inputs of a case in exact numbers, as `Case.exact` gives them, task by task."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TypedDict

from qdverify.protocol.json_types import Kernel, WeightQuestion

WeightInputs = WeightQuestion
"""Spins are integers already."""


class DotInputs(TypedDict):
    """A dot."""

    length: Fraction
    cutoff: Fraction
    orbitals: int
    kernel: Kernel
    strength: Fraction


class IntegralsInputs(TypedDict):
    """Inputs of `interaction_integrals`."""

    dot: DotInputs
    indices: Sequence[tuple[int, int, int, int]]


class SpectrumInputs(TypedDict):
    """Inputs of `spectrum`."""

    dot: DotInputs
    electrons: int
    levels: int


class TransitionsInputs(TypedDict):
    """Inputs of `transition_probabilities`."""

    dot: DotInputs
    electrons: int
    levels_from: int
    levels_to: int


class LevelInputs(TypedDict):
    """A level of a rate equation."""

    electrons: int
    energy: Fraction
    two_S: int


TransitionInputs = TypedDict("TransitionInputs", {"from": int, "to": int, "M": Fraction})
"""A transition of a rate equation."""


class LeadInputs(TypedDict):
    """A lead of a rate equation."""

    name: str
    rate: Fraction
    mu: Fraction


class TransportInputs(TypedDict):
    """Inputs of `stationary_state` and of `current`."""

    levels: Sequence[LevelInputs]
    transitions: Sequence[TransitionInputs]
    leads: Sequence[LeadInputs]
    kT: Fraction
    gate: Fraction
