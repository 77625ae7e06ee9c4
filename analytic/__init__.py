"""The exact side: derivations in sympy and mpmath, with no floating-point linear algebra."""

from analytic.dimensions import (
    multiplet_count,
    parity_resolved_dimensions,
    parity_resolved_multiplets,
    sector_dimension,
    weyl_paldus_dimension,
)
from analytic.exact import exact_rational, to_digits
from analytic.integrals import Interaction, InteractionIntegrals, interaction_integral, rational_integral
from analytic.spin import (
    allowed_spins,
    clebsch_gordan_squared,
    clebsch_gordan_weight,
    clebsch_gordan_weight_symbolic,
    wigner_eckart_ratios,
)

__all__ = [
    "Interaction",
    "InteractionIntegrals",
    "allowed_spins",
    "clebsch_gordan_squared",
    "clebsch_gordan_weight",
    "clebsch_gordan_weight_symbolic",
    "exact_rational",
    "interaction_integral",
    "multiplet_count",
    "parity_resolved_dimensions",
    "parity_resolved_multiplets",
    "rational_integral",
    "sector_dimension",
    "to_digits",
    "weyl_paldus_dimension",
    "wigner_eckart_ratios",
]
