"""Types of the protocol's JSON objects: dots, levels, leads, and the question and answer of every task (protocol.md).

They describe objects that were checked: `qdverify.protocol.inputs` checks questions, `qdverify.protocol.answers` checks
answers. Whatever has not been checked yet is an `object`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NotRequired, TypeAlias, TypedDict

from qdverify.protocol import json_dots

Kernel: TypeAlias = json_dots.Kernel
BoxDot: TypeAlias = json_dots.BoxDot
IntegralDot: TypeAlias = json_dots.IntegralDot
HarmonicDot: TypeAlias = json_dots.HarmonicDot
Dot: TypeAlias = json_dots.Dot
DotKind: TypeAlias = json_dots.DotKind

Fields: TypeAlias = Mapping[str, Any]
"""An object of the protocol whose kind is only known when the program runs: its fields by name.

No type can express that, hence `Any`, here only. Whoever knows the kind states its own type.
"""
Question: TypeAlias = Fields
"""The params of a task of any name."""
Answer: TypeAlias = Fields
"""The answer to a task of any name."""


class Level(TypedDict):
    """A many-body level, as the transport tasks take it."""

    electrons: int
    energy: float
    two_S: int


Transition = TypedDict("Transition", {"from": int, "to": int, "M": float})
"""A transition between two levels, named by their places in the list, with its probability M_ji."""


LeadTransition = TypedDict("LeadTransition", {"from": int, "to": int, "M": float | Mapping[str, float]})
"""A transition whose M_ji may differ from lead to lead: one number, or one for each lead by name."""


class Lead(TypedDict):
    """A lead: its name ("L" or "R" in the tasks of version 1), tunnelling rate and chemical potential."""

    name: str
    rate: float
    mu: float
    kT: NotRequired[float]
    """Its own temperature, in the tasks on any number of leads."""


class LevelScheme(TypedDict):
    """The levels of a dot and the transitions between them."""

    levels: Sequence[Level]
    transitions: Sequence[Transition]


class OperatingPoint(TypedDict):
    """The leads, the temperature and the gate energy at which a level scheme is asked about."""

    leads: Sequence[Lead]
    kT: float
    gate: float


class TransportQuestion(LevelScheme, OperatingPoint):
    """Params of every task on a rate equation: stationary state, currents, conductance and noise."""


class CountingQuestion(TransportQuestion):
    """Params of `generating_function`."""

    theta: Sequence[float]
    """Real counting fields."""


class LeadsQuestion(OperatingPoint):
    """Params of the tasks on any number of leads, and of `conductance_parts`, whose leads are L and R."""

    levels: Sequence[Level]
    transitions: Sequence[LeadTransition]


class CountedQuestion(LeadsQuestion):
    """Params of `lead_cumulants`."""

    counted: Sequence[str]
    """Names of the leads whose electrons are counted together."""


class RatesOfSpins(TypedDict):
    """The tunnelling rates of a polarised lead."""

    up: float
    down: float


class SpinLead(TypedDict):
    """A lead of the tasks on spins: its rate is one number for both spins, or one for each."""

    name: str
    rate: float | RatesOfSpins
    mu: float
    kT: NotRequired[float]


class SpinPoint(TypedDict):
    """The leads, the temperature, the gate and the field at which a level scheme is asked about."""

    leads: Sequence[SpinLead]
    kT: float
    gate: float
    zeeman: float
    """b: adds b S_z to the energy of every state."""


class SpinQuestion(SpinPoint):
    """Params of the tasks `spin_currents`, `spin_heat`, `spin_populations` and `spin_response`."""

    levels: Sequence[Level]
    transitions: Sequence[LeadTransition]


class WeightQuestion(TypedDict):
    """Params of `clebsch_gordan_weight`."""

    two_S_i: int
    two_S_j: int


class IntegralsQuestion(TypedDict):
    """Params of `interaction_integrals`."""

    dot: Dot
    indices: Sequence[Sequence[int]]


class SpectrumQuestion(TypedDict):
    """Params of `spectrum` and of `parities`."""

    dot: Dot
    electrons: int
    levels: int


class TransitionsQuestion(TypedDict):
    """Params of `transition_probabilities`."""

    dot: Dot
    electrons: int
    levels_from: int
    levels_to: int
    weights: NotRequired[Sequence[float]]
    """Amplitudes w_n of the orbitals in D+ = sum w_n c+_n; 1 if they are not given (protocol 1.1)."""


class SectorQuestion(TypedDict):
    """Params of `hamiltonian_matrix`: one sector of S_z."""

    dot: Dot
    electrons: int
    two_Sz: int


class SectorEnergiesQuestion(SectorQuestion):
    """Params of `sector_energies`."""

    levels: int


class LevelQuestion(TypedDict):
    """Params of `expectations`: one level of a dot."""

    dot: Dot
    electrons: int
    level: int


class DeterminantsQuestion(LevelQuestion):
    """Params of `leading_determinants`."""

    count: int


class DensityQuestion(LevelQuestion):
    """Params of `charge_density`."""

    x: Sequence[float]


class AmplitudesQuestion(TypedDict):
    """Params of `transition_amplitudes`."""

    dot: Dot
    electrons: int
    level_from: int
    level_to: int


class ProjectedQuestion(SpectrumQuestion):
    """Params of `projected_levels`."""

    blind_to: int | None


class WeightAnswer(TypedDict):
    """Answer to `clebsch_gordan_weight`."""

    C: float


class IntegralsAnswer(TypedDict):
    """Answer to `interaction_integrals`: one value for each quadruple of indices."""

    values: list[float]


class SpectrumAnswer(TypedDict):
    """Answer to `spectrum`: energy and twice the spin of each level."""

    energies: list[float]
    two_S: list[int]
    L: NotRequired[list[int]]
    """Angular momentum of each level of a harmonic dot, if the program tells it."""


class TransitionsAnswer(TypedDict):
    """Answer to `transition_probabilities`: one row for each level of N + 1 electrons."""

    M: list[list[float]]


class PopulationsAnswer(TypedDict):
    """Answer to `stationary_state`: one population for each level."""

    populations: list[float]


class CurrentAnswer(TypedDict):
    """Answer to `current` and `resolved_current`."""

    I_L: float
    I_R: float


class LeadCurrentsAnswer(TypedDict):
    """Answer to `lead_currents`: electrons per time from each lead into the dot, by the lead's name."""

    currents: Mapping[str, float]


class SpinCurrentsAnswer(TypedDict):
    """Answer to `spin_currents`: electrons of either spin per time from each lead into the dot, by the lead's name."""

    up: Mapping[str, float]
    down: Mapping[str, float]


class SpinPopulationsAnswer(TypedDict):
    """Answer to `spin_populations`: of each level the populations from S_z = -S to S."""

    populations: list[list[float]]


class HeatAnswer(TypedDict):
    """Answer to `heat_currents` and `spin_heat`: heat per time out of each lead, by the lead's name."""

    heat: Mapping[str, float]


class ResponseAnswer(TypedDict):
    """Answer to `linear_response`; the figure of merit is None where it is infinite."""

    onsager: list[list[float]]
    thermopower: float
    heat_conductance: float
    figure_of_merit: NotRequired[float | None]


class LeadResponseAnswer(TypedDict):
    """Onsager's matrix of `lead_response` and `spin_response`: currents, then heat, against potentials, then kT."""

    onsager: list[list[float]]


class ConductancePartsAnswer(TypedDict):
    """Answer to `conductance_parts`: dI/dV, and of each level dP/d|V| and its part in what that does to the current."""

    dI_dV: float
    growth: list[float]
    parts: list[float]


class CumulantsAnswer(TypedDict):
    """Answer to `cumulants` and `lead_cumulants`: growth rates of the first three."""

    cumulants: list[float]


class GeneratingAnswer(TypedDict):
    """Answer to `generating_function` and `lead_generating_function`: Lambda at each theta."""

    values: list[float]


class EnergiesAnswer(TypedDict):
    """Answer to `sector_energies`."""

    energies: list[float]


class Amplitude(TypedDict):
    """One amplitude between two states of given S_z."""

    two_Sz_i: int
    two_sigma: int
    two_Sz_j: int
    value: float


class AmplitudesAnswer(TypedDict):
    """Answer to `transition_amplitudes`."""

    amplitudes: list[Amplitude]


class MatrixAnswer(TypedDict):
    """Answer to `hamiltonian_matrix`: the orbitals of each determinant's spins up and down, and the matrix."""

    determinants: list[list[list[int]]]
    matrix: list[list[float]]


class ExpectationsAnswer(TypedDict):
    """Answer to `expectations`."""

    kinetic: float
    interaction: float


class DeterminantsAnswer(TypedDict):
    """Answer to `leading_determinants`."""

    determinants: list[list[list[int]]]
    coefficients: list[float]


class DensityAnswer(TypedDict):
    """Answer to `charge_density`: electrons per length at each x."""

    density: list[float]


class ParitiesAnswer(TypedDict):
    """Answer to `parities`: +1 or -1 for each level."""

    parity: list[int]


class ProjectedAnswer(SpectrumAnswer):
    """Answer to `projected_levels`."""

    recovered: list[list[int]]


class ConductanceAnswer(TypedDict):
    """Answer to `differential_conductance`."""

    dI_dV: float


class NoiseAnswer(TypedDict):
    """Answer to `noise`; `fano` is None where no current flows."""

    S: float
    fano: float | None


class LowTemperatureAnswer(TypedDict):
    """Answer to `low_temperature`: prefactor and exponent of each level's population, and of the current."""

    populations: list[list[float]]
    current: list[float]
