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
from analytic.ordered_determinants import bond_contacts, insertion_amplitudes
from analytic.perturbation import (
    WeakCouplingLevel,
    weak_coupling_levels,
    weak_coupling_transition_probabilities,
)
from analytic.rapidities import RapidityState, admissible_J, solve_rapidities
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

__all__ = [
    "BetheLevel",
    "Block",
    "CouplingFit",
    "HeisenbergLevel",
    "Interaction",
    "InteractionIntegrals",
    "Level",
    "Multiplet",
    "RapidityState",
    "SpinAdaptedConfiguration",
    "WeakCouplingLevel",
    "admissible_J",
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
    "configuration_transition_probability",
    "exact_rational",
    "exchange_couplings",
    "fit_couplings",
    "free_fermion_energy",
    "heisenberg_levels",
    "heisenberg_polynomials",
    "infinite_repulsion_transitions",
    "insertion_amplitudes",
    "interaction_integral",
    "levels",
    "multiplet_count",
    "noninteracting_levels",
    "parity_resolved_dimensions",
    "parity_resolved_multiplets",
    "rational_integral",
    "sector_dimension",
    "small_basis_blocks",
    "small_basis_multiplets",
    "solve_rapidities",
    "to_digits",
    "transition_probabilities_between",
    "transition_probabilities_small",
    "weak_coupling_levels",
    "weak_coupling_transition_probabilities",
    "weyl_paldus_dimension",
    "wigner_eckart_ratios",
]
