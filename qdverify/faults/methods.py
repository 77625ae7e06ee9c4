"""Types of the methods of the builtin implementation that faults replace.

A fault takes the right method as its first argument. What a wrong task answers is an `Answer`, since it may hold
numbers and arrays of any kind.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ParamSpec, Protocol, TypeAlias, TypeVar

import numeric
from qdverify.implementations import builtin_answers as answers
from qdverify.implementations.builtin import Builtin
from qdverify.protocol import json_types as protocol

_Params = ParamSpec("_Params")
_Result_co = TypeVar("_Result_co", covariant=True)


class Method(Protocol[_Params, _Result_co]):
    """A method that is bound to the implementation."""

    @property
    def __self__(self) -> Builtin: ...

    def __call__(self, *args: _Params.args, **params: _Params.kwargs) -> _Result_co:
        """Compute, or answer."""
        ...


Levels: TypeAlias = Sequence[protocol.Level]
Transitions: TypeAlias = Sequence[protocol.Transition]
LeadTransitions: TypeAlias = Sequence[protocol.LeadTransition]
Leads: TypeAlias = Sequence[protocol.Lead]
SpinLeads: TypeAlias = Sequence[protocol.SpinLead]
Answer: TypeAlias = Mapping[str, object]
"""What a wrong task answers: its fields by name."""

# stages
Integrals: TypeAlias = Method[[numeric.Dot], numeric.Integrals]
Solve: TypeAlias = Method[[numeric.Dot, int, int], numeric.Spectrum]
SolveIntegrals: TypeAlias = Method[[numeric.IntegralDot, int, int], numeric.Spectrum]
SolveHarmonic: TypeAlias = Method[[numeric.HarmonicDot, int, int], numeric.Spectrum]
LevelScheme: TypeAlias = Method[[Levels, Transitions], numeric.LevelScheme]
LeadScheme: TypeAlias = Method[[Levels, LeadTransitions, Leads], numeric.LevelScheme]
Point: TypeAlias = Method[..., answers.PointArguments]
# tasks, which take keyword arguments
Task: TypeAlias = Method[..., Answer]
Weight: TypeAlias = Method[..., protocol.WeightAnswer]
Values: TypeAlias = Method[..., answers.Values]
Spectrum: TypeAlias = Method[..., answers.Levels]
Probabilities: TypeAlias = Method[..., answers.Probabilities]
Populations: TypeAlias = Method[..., answers.Populations]
Current: TypeAlias = Method[..., Mapping[str, float]]
LeadCurrents: TypeAlias = Method[..., protocol.LeadCurrentsAnswer]
Heat: TypeAlias = Method[..., protocol.HeatAnswer]
SpinPoint: TypeAlias = Method[..., answers.SpinPointArguments]
SpinCurrents: TypeAlias = Method[..., protocol.SpinCurrentsAnswer]
SpinHeat: TypeAlias = Method[..., protocol.HeatAnswer]
SpinPopulations: TypeAlias = Method[..., answers.SpinPopulations]
Response: TypeAlias = Method[..., protocol.ResponseAnswer]
LeadResponse: TypeAlias = Method[..., protocol.LeadResponseAnswer]
ConductanceParts: TypeAlias = Method[..., protocol.ConductancePartsAnswer]
Cumulants: TypeAlias = Method[..., protocol.CumulantsAnswer]
LeadCumulants: TypeAlias = Method[..., protocol.CumulantsAnswer]
Generating: TypeAlias = Method[..., protocol.GeneratingAnswer]
Noise: TypeAlias = Method[..., protocol.NoiseAnswer]
Conductance: TypeAlias = Method[..., protocol.ConductanceAnswer]
Projected: TypeAlias = Method[..., protocol.ProjectedAnswer]
LowTemperature: TypeAlias = Method[..., protocol.LowTemperatureAnswer]
