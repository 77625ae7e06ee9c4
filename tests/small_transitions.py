"""All transition probabilities of a small basis, from the exact blocks, with the numbers of one dot."""

import mpmath

from analytic import Interaction, multiplets, small_basis_blocks, symbol_values, transition_probabilities_between

GUARD = 12


def transition_probabilities_small(electrons, orbitals, *, digits=30, **dot):
    """Return M[j][i] of Eq. (4) from every level i of N to every level j of N+1 electrons, both rising in energy."""
    values = symbol_values(Interaction.of(**dot), digits + GUARD)
    initial, final = (multiplets(small_basis_blocks(N, orbitals), values, digits) for N in (electrons, electrons + 1))
    with mpmath.workdps(digits + GUARD):
        return transition_probabilities_between(initial, final)
