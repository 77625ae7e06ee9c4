"""Contact gas at strong repulsion: exchange couplings at order 1/g, and transition probabilities at g = infinity.

For g -> infinity a level is a determinant of free fermions, which fixes the order of the electrons, times a spin
function chi of the open Heisenberg chain (physics.md section 6).  In the sector x_1 < ... < x_N, Psi = Phi_N chi.

Order 1/g.  A singlet pair at sites p, p+1 obeys d Psi/dr = g Psi / 2 at r = x_{p+1} - x_p = 0 where a triplet vanishes.
The boundary term of Green's identity gives E = E_F - sum_p J_p <1/4 - S_p.S_{p+1}> with J_p = 2 K_p / g and the bond
contacts K_p of `analytic.ordered_determinants`.  All of them are equal, J_p = 4 E_F / (g L), for excited
determinants too, which is what Bethe's ansatz says as well (`analytic.bethe`).

g = infinity.  The new electron lands in place l with amplitude a_l, and its spin is inserted there:
M_ji = C_ji |sum_l a_l <chi_j| P_l |chi_i, S_j>|^2.  |chi_i, S_j> couples the new spin to the last place, in Young's
basis by one more letter; P_l, the cycle of places l..N+1, moves it; the sum over spin components in [J96] Eq. (4)
leaves C_ji of Eq. (5).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import mpmath
import sympy

from analytic.exact import require_above
from analytic.ordered_determinants import bond_contacts, insertion_amplitudes
from analytic.scattering import numeric_exchanges
from analytic.young import neighbour_exchanges, standard_tableaux

__all__ = ["ChainState", "chain_states", "exchange_couplings", "infinite_repulsion_transitions"]

_LARGEST_N = 5
_GUARD_DIGITS = 5


@dataclass(frozen=True)
class ChainState:
    """A spin function of the uniform open chain, in units J = 1: energy <= 0 above the polarised state, 2S, vector."""

    energy: Any
    two_S: int
    vector: tuple[Any, ...]


def exchange_couplings(momentum_numbers: Sequence[int], *, strength: Any, length: Any = 1) -> tuple[sympy.Expr, ...]:
    """Return J_1..J_{N-1} of the multiplet I_1 < .. < I_N at order 1/g, from its determinant.

    Parameters
    ----------
    momentum_numbers
        Orbitals of the determinant, 2 to 5 of them; 1..N for the lowest multiplet.
    strength, length
        g and L, symbols or positive numbers.

    Returns
    -------
    tuple of sympy.Expr
        In E_H*.

    Raises
    ------
    ValueError
        As `analytic.ordered_determinants.bond_contacts`, or if strength or length is not positive.
    """
    g, L = sympy.sympify(strength), sympy.sympify(length)
    require_above("strength", g, 0)
    require_above("length", L, 0)
    return tuple(2 * contact / (g * L**3) for contact in bond_contacts(momentum_numbers))


def chain_states(electrons: int, *, digits: int = 30) -> tuple[ChainState, ...]:
    """Return all spin functions of the uniform open chain by rising energy, in Young's orthogonal basis.

    Raises
    ------
    ValueError
        If N is not 1..6.
    """
    if not 1 <= electrons <= _LARGEST_N + 1:
        raise ValueError(f"electrons={electrons} must be between 1 and {_LARGEST_N + 1}")
    states = []
    with mpmath.workdps(digits + _GUARD_DIGITS):
        for two_S in range(electrons % 2, electrons + 1, 2):
            bonds = numeric_exchanges(neighbour_exchanges(electrons, two_S), mpmath.mpf, mpmath.sqrt)
            size = len(standard_tableaux(electrons, two_S))
            matrix = -mpmath.eye(size) * (electrons - 1) / 2
            for rows in bonds:
                for row, (diagonal, partner, off_diagonal) in enumerate(rows):
                    matrix[row, row] += diagonal / 2
                    if partner is not None:
                        matrix[row, partner] += off_diagonal / 2
            energies, vectors = mpmath.mp.eigsy(matrix)
            states += [ChainState(energies[r], two_S, tuple(vectors[:, r])) for r in range(size)]
    return tuple(sorted(states, key=lambda state: state.energy))


def infinite_repulsion_transitions(
    electrons: int, *, orbitals: int | None = None, digits: int = 30
) -> tuple[tuple[Any, ...], ...]:
    """Return M_ji between the lowest multiplets of N and N + 1 electrons at g = infinity.

    Parameters
    ----------
    electrons
        N = 1..4.
    orbitals
        M of the add operator's sum over orbitals; None for all.  (The states know no truncation either way.)
    digits
        Decimal digits.

    Returns
    -------
    tuple
        Rows j of numbers i, [J96] Eq. (4); levels in the order of `chain_states`, that of the energies at large g.

    Raises
    ------
    ValueError
        If N or M is out of range.

    Examples
    --------
    >>> from mpmath import nstr
    >>> from analytic import infinite_repulsion_transitions
    >>> [[nstr(M, 6) for M in row] for row in infinite_repulsion_transitions(1)]
    [['0.519129'], ['0.75']]
    """
    if not 1 <= electrons < _LARGEST_N:
        raise ValueError(f"electrons={electrons} must be between 1 and {_LARGEST_N - 1}")
    with mpmath.workdps(digits + _GUARD_DIGITS):
        exact = insertion_amplitudes(electrons, orbitals=orbitals)
        amplitudes = [mpmath.mpf(sympy.N(a, digits + _GUARD_DIGITS)) for a in exact]
        initial = chain_states(electrons, digits=digits)
        return tuple(
            tuple(_probability(start, end, amplitudes) for start in initial)
            for end in chain_states(electrons + 1, digits=digits)
        )


def _probability(start: ChainState, end: ChainState, amplitudes: Sequence[Any]) -> Any:
    """Return C_ji |sum_l a_l <chi_j| P_l |chi_i, S_j>|^2."""
    if abs(end.two_S - start.two_S) != 1:
        return mpmath.mpf(0)
    electrons = len(amplitudes)
    letter = 0 if end.two_S > start.two_S else 1
    places = {tableau: place for place, tableau in enumerate(standard_tableaux(electrons, end.two_S))}
    moved = [mpmath.mpf(0)] * len(places)
    for tableau, entry in zip(standard_tableaux(electrons - 1, start.two_S), start.vector, strict=True):
        moved[places[(*tableau, letter)]] = entry
    bonds = numeric_exchanges(neighbour_exchanges(electrons, end.two_S), mpmath.mpf, mpmath.sqrt)
    total = amplitudes[-1] * _overlap(end.vector, moved)
    for place in range(electrons - 2, -1, -1):
        moved = [
            diagonal * moved[row] + (off_diagonal * moved[partner] if partner is not None else 0)
            for row, (diagonal, partner, off_diagonal) in enumerate(bonds[place])
        ]
        total += amplitudes[place] * _overlap(end.vector, moved)
    return mpmath.mpf(end.two_S + 1) / (2 * (start.two_S + 1)) * total**2


def _overlap(left: Sequence[Any], right: Sequence[Any]) -> Any:
    return mpmath.fsum(a * b for a, b in zip(left, right, strict=True))
