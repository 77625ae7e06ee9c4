r"""One level with repulsion, two levels that repel each other, and the spins of a half-filled Hubbard chain, exactly.

One level of energy e with U (`single_level`), weights w: E = 0, e, 2e + U for N = 0, 1, 2, and with [J96] Eq. (4)
M = w^2 for 0 -> 1, w^2/2 for 1 -> 2. Between two leads with rates t_L, t_R the populations of N = 0, 1, 2 are a chain
of two steps, P_1/P_0 = 2 F_1/H_1 and P_2/P_1 = F_2/(2 H_2), with

    F_n = t_L f_L(x_n) + t_R f_R(x_n),   H_n = t_L + t_R - F_n,   x_1 = e - gate, x_2 = e + U - gate,

and every step carries its own current, so that the particle current from L to R is

    I = 2 w^2 t_L t_R [(f_L - f_R)(x_1) H_2 + (f_L - f_R)(x_2) F_1] / (H_1 H_2 + 2 F_1 H_2 + F_1 F_2).

Two levels with energies e_1, e_2, repulsions U_1, U_2 and mutual repulsion W (`coupled_levels`) have the levels

    E(n_1, n_2) = sum_i [n_i e_i + U_i n_i (n_i - 1)/2] + W n_1 n_2,   n_i = 0, 1, 2,

with spin 0, 1/2, or both 0 and 1 for n_1 = n_2 = 1. An electron that enters orbital i has M = w_i^2 C_ji of Eq. (5) if
the orbital was empty, and w_i^2/2 if it held one electron.

A Hubbard chain with one electron a site has spins alone at low energy, H = sum_p J_p (S_p.S_{p+1} - 1/4) with
J_p = 4 t_p^2/U, to the second order in t/U; what is left is of order t^4/U^3 (`heisenberg_levels` takes the J_p).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import sympy

from analytic.exact import require_integer
from analytic.integral_dot import Exact
from analytic.spin import clebsch_gordan_weight

__all__ = [
    "CoupledLevel",
    "coupled_energies",
    "coupled_transition_probabilities",
    "hubbard_couplings",
    "single_level_current",
    "single_level_populations",
]


def single_level_populations(*, t_L: Any, t_R: Any, f_L: Sequence[Any], f_R: Sequence[Any]) -> tuple[Any, ...]:
    """Return the stationary populations of N = 0, 1, 2 (both spins together) of one level with U.

    Parameters
    ----------
    t_L, t_R
        Rates of the barriers.
    f_L, f_R
        Fermi functions of each lead at x_1 and at x_2.

    Examples
    --------
    >>> from sympy import Rational
    >>> from analytic import single_level_populations
    >>> half = [Rational(1, 2)] * 2
    >>> single_level_populations(t_L=1, t_R=1, f_L=half, f_R=half)
    (1/4, 1/2, 1/4)
    """
    F, H = _factors(t_L, t_R, f_L, f_R)
    weights = (H[0] * H[1], 2 * F[0] * H[1], F[0] * F[1])
    total = sum(weights)
    return tuple(weight / total for weight in weights)


def single_level_current(*, t_L: Any, t_R: Any, f_L: Sequence[Any], f_R: Sequence[Any], weight: Any = 1) -> Any:
    """Return the particle current from L to R through one level with U; parameters as `single_level_populations`.

    Parameters
    ----------
    weight
        w, the amplitude with which the orbital couples to both leads.

    Examples
    --------
    >>> from analytic import single_level_current
    >>> single_level_current(t_L=1, t_R=1, f_L=[1, 0], f_R=[0, 0])  # U too large for a second electron
    2/3
    """
    F, H = _factors(t_L, t_R, f_L, f_R)
    step = [left - right for left, right in zip(f_L, f_R, strict=True)]
    total = H[0] * H[1] + 2 * F[0] * H[1] + F[0] * F[1]
    return 2 * weight**2 * t_L * t_R * (step[0] * H[1] + step[1] * F[0]) / sympy.sympify(total)


def _factors(t_L: Any, t_R: Any, f_L: Sequence[Any], f_R: Sequence[Any]) -> tuple[list[Any], list[Any]]:
    if len(f_L) != 2 or len(f_R) != 2:
        raise ValueError(f"{len(f_L)} and {len(f_R)} Fermi functions must be 2 and 2, one for each electron")
    F = [t_L * left + t_R * right for left, right in zip(f_L, f_R, strict=True)]
    return F, [t_L + t_R - forward for forward in F]


@dataclass(frozen=True)
class CoupledLevel:
    """One level of two capacitively coupled orbitals: its occupations (n_1, n_2), energy and spin."""

    occupations: tuple[int, int]
    energy: sympy.Expr
    two_S: int


def coupled_energies(
    electrons: int, *, energies: Sequence[Exact], repulsions: Sequence[Exact], mutual: Exact
) -> list[CoupledLevel]:
    """Return all levels of N electrons, by occupations and spin; parameters as `coupled_levels`.

    Raises
    ------
    ValueError
        If N exceeds 4, or a list does not have two numbers.

    Examples
    --------
    >>> from analytic import coupled_energies
    >>> found = coupled_energies(2, energies=[0, 1], repulsions=[5, 6], mutual=2)
    >>> [(level.occupations, level.energy, level.two_S) for level in found]
    [((0, 2), 8, 0), ((1, 1), 3, 0), ((1, 1), 3, 2), ((2, 0), 5, 0)]
    """
    if require_integer("electrons", electrons, minimum=0) > 4:
        raise ValueError(f"electrons={electrons} must be at most 4")
    if len(energies) != 2 or len(repulsions) != 2:
        raise ValueError(f"{len(energies)} energies and {len(repulsions)} repulsions must be 2 and 2")
    e, U, W = ([sympy.sympify(value) for value in values] for values in (energies, repulsions, [mutual]))
    found = []
    for n in product(range(3), range(3)):
        if sum(n) == electrons:
            energy = sum(n[i] * e[i] + U[i] * n[i] * (n[i] - 1) / 2 for i in (0, 1)) + W[0] * n[0] * n[1]
            found += [CoupledLevel(n, energy, two_S) for two_S in {0: (0,), 1: (1,), 2: (0, 2)}[n.count(1)]]
    return found


def coupled_transition_probabilities(
    initial: Sequence[CoupledLevel], final: Sequence[CoupledLevel], weights: Sequence[Exact] = (1, 1)
) -> list[list[sympy.Expr]]:
    """Return M[j][i] between levels of `coupled_energies` for N and N + 1 electrons.

    Singlet and triplet of (1, 1) coincide, and others may: compare a code by the sums over coinciding levels of one
    spin.

    Examples
    --------
    >>> from analytic import coupled_energies, coupled_transition_probabilities
    >>> model = {"energies": [0, 1], "repulsions": [5, 6], "mutual": 2}
    >>> levels = [coupled_energies(N, **model) for N in (0, 1)]
    >>> coupled_transition_probabilities(*levels, weights=(2, 3))
    [[9], [4]]
    """
    w = [sympy.sympify(weight) for weight in weights]
    return [[_entering(i, j, w) for i in initial] for j in final]


def _entering(initial: CoupledLevel, final: CoupledLevel, weights: Sequence[sympy.Expr]) -> sympy.Expr:
    change = [after - before for before, after in zip(initial.occupations, final.occupations, strict=True)]
    if sorted(change) != [0, 1]:
        return sympy.Integer(0)
    place = change.index(1)
    empty = initial.occupations[place] == 0
    part = clebsch_gordan_weight(initial.two_S, final.two_S) if empty else sympy.Rational(1, 2)
    return weights[place] ** 2 * part


def hubbard_couplings(sites: int, *, repulsion: Exact, hopping: Exact | Sequence[Exact] = 1) -> list[sympy.Expr]:
    """Return J_p = 4 t_p^2/U of the spin chain that a Hubbard chain with N = L becomes at large U.

    Parameters
    ----------
    sites, repulsion, hopping
        As `hubbard_chain`.

    Raises
    ------
    ValueError
        If there is not one hopping for each bond.

    Examples
    --------
    >>> from analytic import hubbard_couplings
    >>> hubbard_couplings(3, repulsion=100, hopping=[1, 2])
    [1/25, 4/25]
    """
    require_integer("sites", sites, minimum=1)
    bonds = list(hopping) if isinstance(hopping, Sequence) and not isinstance(hopping, str) else [hopping] * (sites - 1)
    if len(bonds) != sites - 1:
        raise ValueError(f"{len(bonds)} hoppings must be {sites - 1}")
    return [4 * sympy.sympify(t) ** 2 / sympy.sympify(repulsion) for t in bonds]
