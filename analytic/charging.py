"""The charging model: a constant interaction V(x,x') = U, exactly solvable at any strength (physics.md section 6).

Every pair of electrons costs U in any state, 1/2 sum over pairs = U N(N-1)/2, so H differs from the Hamiltonian
without interaction by a number: E = sum eps_n + U N(N-1)/2, and states, order and M_ji are those without interaction.
U = 0 is the dot without interaction.
"""

from __future__ import annotations

import sympy

from analytic.configurations import noninteracting_levels
from analytic.exact import ExactNumber, exact_rational, positive_rational
from analytic.transitions import Multiplet


def charging_levels(
    electrons: int, orbitals: int, count: int, *, length: ExactNumber, strength: ExactNumber = 0
) -> tuple[Multiplet, ...]:
    """Return the lowest levels of the charging model with their exact energies in E_H*.

    Parameters
    ----------
    electrons, orbitals, count
        As in `noninteracting_levels`: levels that coincide are listed one by one, the last set is never cut.
    length, strength
        L, and U in E_H*, read exactly.

    Raises
    ------
    ValueError
        If an argument is out of its range.

    Examples
    --------
    >>> from analytic import charging_levels
    >>> [(level.energy, level.two_S) for level in charging_levels(2, 2, 2, length=1, strength=3)]
    [(3 + pi**2, 0), (3 + 5*pi**2/2, 0), (3 + 5*pi**2/2, 2)]
    """
    L, U = positive_rational("length", length), exact_rational("strength", strength)
    unit = sympy.pi**2 / (2 * sympy.Rational(L) ** 2)
    shift = sympy.Rational(U) * electrons * (electrons - 1) / 2
    return tuple(
        Multiplet(state.energy * unit + shift, state.two_S, state.parity, (state,), (sympy.Integer(1),))
        for state in noninteracting_levels(electrons, orbitals, count)
    )
