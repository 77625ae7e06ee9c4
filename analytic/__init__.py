"""The exact side: derivations in sympy and mpmath, with no floating-point linear algebra."""

from analytic.bethe import (
    BetheLevel,
    bethe_energy,
    bethe_level,
    bethe_levels,
    bethe_multiplet,
    free_fermion_energy,
)
from analytic.charging import charging_levels
from analytic.configurations import SpinAdaptedConfiguration, noninteracting_levels
from analytic.counting import Cumulants, cumulants, degenerate_fano, noise_exact, set_fano
from analytic.dimensions import (
    multiplet_count,
    parity_resolved_dimensions,
    parity_resolved_multiplets,
    sector_dimension,
    weyl_paldus_dimension,
)
from analytic.exact import exact_rational, to_digits
from analytic.hamiltonian import Block, Level, levels, small_basis_blocks
from analytic.heisenberg import (
    CouplingFit,
    HeisenbergLevel,
    fit_couplings,
    heisenberg_levels,
    heisenberg_polynomials,
)
from analytic.integrals import Interaction, InteractionIntegrals, interaction_integral, rational_integral
from analytic.linear_response import ConductancePeak, single_level_current, two_level_current, two_level_populations
from analytic.matrix_tree import closed_classes, laplacian_cofactors, spanning_in_trees, stationary_state, tree_sums
from analytic.ordered_determinants import bond_contacts, insertion_amplitudes
from analytic.perturbation import (
    WeakCouplingLevel,
    weak_coupling_levels,
    weak_coupling_transition_probabilities,
)
from analytic.plateaux import Asymptotic, zero_temperature_current, zero_temperature_populations
from analytic.rapidities import RapidityState, admissible_J, solve_rapidities
from analytic.rates import Chain, aggregated_hops, resolved_hops, symbolic_occupation, total_rates
from analytic.repulsion import exchange_couplings, infinite_repulsion_transitions
from analytic.spin import (
    allowed_spins,
    clebsch_gordan_squared,
    clebsch_gordan_weight,
    clebsch_gordan_weight_symbolic,
    wigner_eckart_ratios,
)
from analytic.transitions import (
    Multiplet,
    configuration_transition_probability,
    small_basis_multiplets,
    transition_probabilities_between,
    transition_probabilities_small,
)
from analytic.transport import (
    ExactTransport,
    current_exact,
    differential_conductance_exact,
    linear_conductance_exact,
    populations_exact,
    resolved_current_exact,
    transport_exact,
)

__all__ = [
    "Asymptotic",
    "BetheLevel",
    "Block",
    "Chain",
    "ConductancePeak",
    "CouplingFit",
    "Cumulants",
    "ExactTransport",
    "HeisenbergLevel",
    "Interaction",
    "InteractionIntegrals",
    "Level",
    "Multiplet",
    "RapidityState",
    "SpinAdaptedConfiguration",
    "WeakCouplingLevel",
    "admissible_J",
    "aggregated_hops",
    "allowed_spins",
    "bethe_energy",
    "bethe_level",
    "bethe_levels",
    "bethe_multiplet",
    "bond_contacts",
    "charging_levels",
    "clebsch_gordan_squared",
    "clebsch_gordan_weight",
    "clebsch_gordan_weight_symbolic",
    "closed_classes",
    "configuration_transition_probability",
    "cumulants",
    "current_exact",
    "degenerate_fano",
    "differential_conductance_exact",
    "exact_rational",
    "exchange_couplings",
    "fit_couplings",
    "free_fermion_energy",
    "heisenberg_levels",
    "heisenberg_polynomials",
    "infinite_repulsion_transitions",
    "insertion_amplitudes",
    "interaction_integral",
    "laplacian_cofactors",
    "levels",
    "linear_conductance_exact",
    "multiplet_count",
    "noise_exact",
    "noninteracting_levels",
    "parity_resolved_dimensions",
    "parity_resolved_multiplets",
    "populations_exact",
    "rational_integral",
    "resolved_current_exact",
    "resolved_hops",
    "sector_dimension",
    "set_fano",
    "single_level_current",
    "small_basis_blocks",
    "small_basis_multiplets",
    "solve_rapidities",
    "spanning_in_trees",
    "stationary_state",
    "symbolic_occupation",
    "to_digits",
    "total_rates",
    "transition_probabilities_between",
    "transition_probabilities_small",
    "transport_exact",
    "tree_sums",
    "two_level_current",
    "two_level_populations",
    "weak_coupling_levels",
    "weak_coupling_transition_probabilities",
    "weyl_paldus_dimension",
    "wigner_eckart_ratios",
    "zero_temperature_current",
    "zero_temperature_populations",
]
