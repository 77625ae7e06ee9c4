"""The exact side: derivations in sympy and mpmath, with no floating-point linear algebra."""

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
from analytic.integrals import Interaction, InteractionIntegrals, interaction_integral, rational_integral
from analytic.perturbation import (
    WeakCouplingLevel,
    weak_coupling_levels,
    weak_coupling_transition_probabilities,
)
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
    "Block",
    "Interaction",
    "InteractionIntegrals",
    "Level",
    "Multiplet",
    "SpinAdaptedConfiguration",
    "WeakCouplingLevel",
    "allowed_spins",
    "charging_levels",
    "clebsch_gordan_squared",
    "clebsch_gordan_weight",
    "clebsch_gordan_weight_symbolic",
    "configuration_transition_probability",
    "exact_rational",
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
    "to_digits",
    "transition_probabilities_between",
    "transition_probabilities_small",
    "weak_coupling_levels",
    "weak_coupling_transition_probabilities",
    "weyl_paldus_dimension",
    "wigner_eckart_ratios",
]
