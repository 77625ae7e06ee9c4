"""Types of the inputs of a case in exact numbers, as `Case.exact` gives them, task by task."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Literal, NotRequired, TypeAlias, TypedDict, final

from qdverify.protocol.json_types import Kernel, WeightQuestion

WeightInputs = WeightQuestion
"""Spins are integers already."""


@final
class IntegralDotInputs(TypedDict):
    """A dot given by integrals."""

    kind: Literal["integrals"]
    orbitals: int
    one_body: Sequence[Sequence[Fraction]]
    two_body: Sequence[Sequence[Fraction | int]]
    core: NotRequired[Fraction]
    irreps: NotRequired[Sequence[int]]
    weights: NotRequired[Mapping[str, Sequence[Fraction]]]


@final
class BoxInputs(TypedDict):
    """A dot that is a box."""

    kind: NotRequired[Literal["box"]]

    length: Fraction
    cutoff: Fraction
    orbitals: int
    kernel: Kernel
    strength: Fraction


@final
class HarmonicInputs(TypedDict):
    """A harmonic dot in two dimensions."""

    kind: Literal["harmonic-2d"]
    omega: Fraction
    field: Fraction
    shells: int
    strength: Fraction
    thickness: NotRequired[Fraction]


DotInputs: TypeAlias = BoxInputs | IntegralDotInputs | HarmonicInputs
"""A dot."""


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
    weights: NotRequired[Sequence[Fraction]]


class LevelInputs(TypedDict):
    """A level of a rate equation."""

    electrons: int
    energy: Fraction
    two_S: int


TransitionInputs = TypedDict("TransitionInputs", {"from": int, "to": int, "M": Fraction | Mapping[str, Fraction]})
"""A transition of a rate equation, whose M_ji may be given for each lead."""


class LeadInputs(TypedDict):
    """A lead of a rate equation."""

    name: str
    rate: Fraction
    mu: Fraction
    kT: NotRequired[Fraction]


class TransportInputs(TypedDict):
    """Inputs of every task on a rate equation."""

    levels: Sequence[LevelInputs]
    transitions: Sequence[TransitionInputs]
    leads: Sequence[LeadInputs]
    kT: Fraction
    gate: Fraction
    theta: NotRequired[Sequence[Fraction]]
    counted: NotRequired[Sequence[str]]


class LeadFieldsInputs(TypedDict):
    """Inputs of `lead_generating_function`."""

    levels: Sequence[LevelInputs]
    transitions: Sequence[TransitionInputs]
    leads: Sequence[LeadInputs]
    kT: Fraction
    gate: Fraction
    theta: Sequence[Mapping[str, Fraction]]


class SpinLeadInputs(TypedDict):
    """A lead of an S_z-resolved rate equation, whose rate may be given for each spin."""

    name: str
    rate: Fraction | Mapping[str, Fraction]
    mu: Fraction
    kT: NotRequired[Fraction]


class SpinInputs(TypedDict):
    """Inputs of the tasks on spins."""

    levels: Sequence[LevelInputs]
    transitions: Sequence[TransitionInputs]
    leads: Sequence[SpinLeadInputs]
    kT: Fraction
    gate: Fraction
    zeeman: Fraction
