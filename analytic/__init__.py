"""The exact side: derivations in sympy and mpmath, with no floating-point linear algebra."""

from analytic.bethe import bethe_energy, bethe_levels, free_fermion_energy
from analytic.blocking import blocking_threshold
from analytic.charging import charging_levels
from analytic.counting import degenerate_fano, noise_exact
from analytic.determinants import Determinant, spin_orbital
from analytic.dimensions import weyl_paldus_dimension
from analytic.exact import to_digits
from analytic.full_counting import (
    cumulant_sensitivities,
    cumulants_exact,
    cumulants_of,
    generating_function_exact,
    lead_cumulants_exact,
    lead_generating_function_exact,
    two_level_generating_function,
)
from analytic.hamiltonian import Block, levels, slater_basis, slater_hamiltonian, small_basis_blocks, symbol_values
from analytic.harmonic_dot import harmonic_dot
from analytic.harmonic_integrals import harmonic_integral
from analytic.harmonic_levels import PairLevel, fock_darwin_energy, ground_state_crossing, harmonic_pair_levels
from analytic.harmonic_pair import pair_coupling, relative_energy
from analytic.heisenberg import fit_couplings, heisenberg_levels
from analytic.hubbard_bethe import HubbardLevel, hubbard_band, hubbard_levels, hubbard_multiplets
from analytic.hubbard_dimer import DimerLevel, dimer_levels, dimer_transition_probabilities
from analytic.hubbard_trimer import TrimerLevel, trimer_levels
from analytic.integral_dot import IntegralDot, integral_dot
from analytic.integral_levels import (
    IntegralBlock,
    exact_levels,
    exact_transition_probabilities,
    integral_blocks,
    integral_determinants,
    integral_levels,
)
from analytic.integrals import Interaction, InteractionIntegrals, interaction_integral, rational_integral
from analytic.lead_currents import LeadCurrents, lead_currents_exact
from analytic.lead_limits import LeadLimits, zero_temperature_leads
from analytic.lead_response import LeadResponse, equal_leads_response, lead_response_exact
from analytic.linear_response import ConductancePeak, two_level_current
from analytic.matrix_tree import stationary_distribution
from analytic.models import box_integrals, coupled_levels, hubbard_chain, hubbard_trimer, single_level
from analytic.negative_conductance import ConductanceParts, conductance_parts_exact
from analytic.perturbation import WeakCouplingLevel, weak_coupling_levels, weak_coupling_transition_probabilities
from analytic.plateaux import Asymptotic, zero_temperature_current, zero_temperature_populations
from analytic.rates import Chain, Hop, Level, aggregated_hops
from analytic.repulsion import infinite_repulsion_transitions
from analytic.small_models import (
    CoupledLevel,
    coupled_energies,
    coupled_transition_probabilities,
    hubbard_couplings,
    single_level_current,
    single_level_populations,
)
from analytic.spin import clebsch_gordan_squared, clebsch_gordan_weight, clebsch_gordan_weight_symbolic
from analytic.spin_currents import SpinCurrents, one_level_spin_currents, spin_currents_exact
from analytic.spin_response import spin_response_exact
from analytic.taut import TautLevel, taut_levels
from analytic.thermoelectric import Thermoelectric, linear_response_exact, two_level_response
from analytic.transitions import Multiplet, multiplets, transition_probabilities_between
from analytic.transport import (
    barrier_flows,
    differential_conductance_exact,
    fermi_functions,
    grand_canonical,
    linear_conductance_exact,
    transport_exact,
)
from analytic.wigner_molecule import WignerMolecule, wigner_molecule

__all__ = [
    "Asymptotic",
    "Block",
    "Chain",
    "ConductanceParts",
    "ConductancePeak",
    "CoupledLevel",
    "Determinant",
    "DimerLevel",
    "Hop",
    "HubbardLevel",
    "IntegralBlock",
    "IntegralDot",
    "Interaction",
    "InteractionIntegrals",
    "LeadCurrents",
    "LeadLimits",
    "LeadResponse",
    "Level",
    "Multiplet",
    "PairLevel",
    "SpinCurrents",
    "TautLevel",
    "Thermoelectric",
    "TrimerLevel",
    "WeakCouplingLevel",
    "WignerMolecule",
    "aggregated_hops",
    "barrier_flows",
    "bethe_energy",
    "bethe_levels",
    "blocking_threshold",
    "box_integrals",
    "charging_levels",
    "clebsch_gordan_squared",
    "clebsch_gordan_weight",
    "clebsch_gordan_weight_symbolic",
    "conductance_parts_exact",
    "coupled_energies",
    "coupled_levels",
    "coupled_transition_probabilities",
    "cumulant_sensitivities",
    "cumulants_exact",
    "cumulants_of",
    "degenerate_fano",
    "differential_conductance_exact",
    "dimer_levels",
    "dimer_transition_probabilities",
    "equal_leads_response",
    "exact_levels",
    "exact_transition_probabilities",
    "fermi_functions",
    "fit_couplings",
    "fock_darwin_energy",
    "free_fermion_energy",
    "generating_function_exact",
    "grand_canonical",
    "ground_state_crossing",
    "harmonic_dot",
    "harmonic_integral",
    "harmonic_pair_levels",
    "heisenberg_levels",
    "hubbard_band",
    "hubbard_chain",
    "hubbard_couplings",
    "hubbard_levels",
    "hubbard_multiplets",
    "hubbard_trimer",
    "infinite_repulsion_transitions",
    "integral_blocks",
    "integral_determinants",
    "integral_dot",
    "integral_levels",
    "interaction_integral",
    "lead_cumulants_exact",
    "lead_currents_exact",
    "lead_generating_function_exact",
    "lead_response_exact",
    "levels",
    "linear_conductance_exact",
    "linear_response_exact",
    "multiplets",
    "noise_exact",
    "one_level_spin_currents",
    "pair_coupling",
    "rational_integral",
    "relative_energy",
    "single_level",
    "single_level_current",
    "single_level_populations",
    "slater_basis",
    "slater_hamiltonian",
    "small_basis_blocks",
    "spin_currents_exact",
    "spin_orbital",
    "spin_response_exact",
    "stationary_distribution",
    "symbol_values",
    "taut_levels",
    "to_digits",
    "transition_probabilities_between",
    "transport_exact",
    "trimer_levels",
    "two_level_current",
    "two_level_generating_function",
    "two_level_response",
    "weak_coupling_levels",
    "weak_coupling_transition_probabilities",
    "weyl_paldus_dimension",
    "wigner_molecule",
    "zero_temperature_current",
    "zero_temperature_leads",
    "zero_temperature_populations",
]
