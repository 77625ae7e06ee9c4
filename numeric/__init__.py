"""The floating-point side: the quantum dot in numpy and scipy."""

from numeric.amplitudes import TransitionAmplitudes, transition_amplitudes
from numeric.arrays import FloatArray
from numeric.blockade import Blockade, blockades
from numeric.blocking import BlockingState
from numeric.charge_addition import coulomb_peaks
from numeric.conductance_parts import ConductanceParts, conductance_parts
from numeric.counting import Cumulants, cumulants
from numeric.decomposition import Decomposition, Expansion, decompose, expand
from numeric.diagram import stability_diagram
from numeric.differential_conductance import differential_conductance
from numeric.dot import KERNELS, Dot, Kernel
from numeric.eigensolver import NotConvergedError
from numeric.electrostatics import LeverArms
from numeric.estimates import Estimate
from numeric.feasible import TooLargeError
from numeric.generating_function import generating_function, lead_generating_function
from numeric.harmonic_dot import HarmonicDot
from numeric.heat import heat_currents
from numeric.integral_dot import IntegralDot
from numeric.integrals import Integrals, interaction_integrals
from numeric.lead_counting import lead_cumulants
from numeric.lead_diagram import lead_diagram
from numeric.lead_response import LeadResponse, lead_response
from numeric.level_scheme import Lead, LevelScheme
from numeric.linear_response import LinearResponse, linear_response
from numeric.low_temperature import Leading, LowTemperatureLimit, low_temperature_limit
from numeric.low_temperature_flows import LowTemperatureFlows, low_temperature_flows
from numeric.negative_conductance import NegativeConductance, negative_conductances
from numeric.noise import Noise, shot_noise
from numeric.observables import charge_density, density_matrix, expectations, spin_squared
from numeric.response_map import response_map
from numeric.sector_energies import hamiltonian_matrix, sector_energies
from numeric.slater_lanczos import slater_lanczos, slater_transition_probabilities, start_vector_blind_to
from numeric.spectrum import Spectrum, solve
from numeric.spin import clebsch_gordan_weight
from numeric.spin_currents import SpinCurrents, spin_currents
from numeric.stationary import StationaryState, stationary_distribution, stationary_state
from numeric.transitions import transition_probabilities
from numeric.transport import (
    Currents,
    currents,
    lead_flows,
    linear_conductance,
)

__all__ = [
    "KERNELS",
    "Blockade",
    "BlockingState",
    "ConductanceParts",
    "Cumulants",
    "Currents",
    "Decomposition",
    "Dot",
    "Estimate",
    "Expansion",
    "FloatArray",
    "HarmonicDot",
    "IntegralDot",
    "Integrals",
    "Kernel",
    "Lead",
    "LeadResponse",
    "Leading",
    "LevelScheme",
    "LeverArms",
    "LinearResponse",
    "LowTemperatureFlows",
    "LowTemperatureLimit",
    "NegativeConductance",
    "Noise",
    "NotConvergedError",
    "Spectrum",
    "SpinCurrents",
    "StationaryState",
    "TooLargeError",
    "TransitionAmplitudes",
    "blockades",
    "charge_density",
    "clebsch_gordan_weight",
    "conductance_parts",
    "coulomb_peaks",
    "cumulants",
    "currents",
    "decompose",
    "density_matrix",
    "differential_conductance",
    "expand",
    "expectations",
    "generating_function",
    "hamiltonian_matrix",
    "heat_currents",
    "interaction_integrals",
    "lead_cumulants",
    "lead_diagram",
    "lead_flows",
    "lead_generating_function",
    "lead_response",
    "linear_conductance",
    "linear_response",
    "low_temperature_flows",
    "low_temperature_limit",
    "negative_conductances",
    "response_map",
    "sector_energies",
    "shot_noise",
    "slater_lanczos",
    "slater_transition_probabilities",
    "solve",
    "spin_currents",
    "spin_squared",
    "stability_diagram",
    "start_vector_blind_to",
    "stationary_distribution",
    "stationary_state",
    "transition_amplitudes",
    "transition_probabilities",
]
