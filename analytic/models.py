"""Makers of integrals: solvable models as dots given by integrals (`analytic.integral_dot`).

Every maker takes rational or symbolic parameters and returns exact integrals, so that any code that takes
integrals can be tested with the model. The exact reference values come from other modules: `hubbard_dimer`,
`hubbard_bethe`, `small_models`, `heisenberg`, `charging`.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations_with_replacement

import sympy

from analytic.exact import ExactNumber, positive_rational, require_integer
from analytic.integral_dot import Exact, IntegralDot, integral_dot
from analytic.integrals import Interaction, rational_integral


def hubbard_chain(
    sites: int,
    *,
    repulsion: Exact,
    hopping: Exact | Sequence[Exact] = 1,
    site_energies: Sequence[Exact] | None = None,
) -> IntegralDot:
    """Return the open Hubbard chain in its sites: h_pp = e_p, h_p,p+1 = -t_p, (pp|pp) = U.

    Parameters
    ----------
    sites
        L.
    repulsion
        U.
    hopping
        t, or t_1..t_{L-1} of the bonds.
    site_energies
        e_1..e_L; default: 0.

    Raises
    ------
    ValueError
        If L is not positive, or a list has the wrong length.

    Examples
    --------
    >>> from analytic import exact_levels, hubbard_chain
    >>> [level.energy for level in exact_levels(hubbard_chain(2, repulsion=3), 2)]
    [-1, 0, 3, 4]
    """
    require_integer("sites", sites, minimum=1)
    bonds = list(hopping) if isinstance(hopping, Sequence) and not isinstance(hopping, str) else [hopping] * (sites - 1)
    energies = list(site_energies) if site_energies is not None else [0] * sites
    if len(bonds) != sites - 1 or len(energies) != sites:
        raise ValueError(f"{len(bonds)} hoppings and {len(energies)} site_energies must be {sites - 1} and {sites}")
    rows: list[list[Exact]] = [[0] * sites for _ in range(sites)]
    for p, energy in enumerate(energies):
        rows[p][p] = energy
    for p, t in enumerate(bonds):
        rows[p][p + 1] = rows[p + 1][p] = -sympy.sympify(t)
    return integral_dot(rows, [[p, p, p, p, repulsion] for p in range(1, sites + 1)])


def hubbard_trimer(*, repulsion: Exact, hopping: Exact = 1) -> IntegralDot:
    """Return the open Hubbard chain of three sites in orbitals of a reflection: (1+3)/sqrt 2, 2, (1-3)/sqrt 2.

    The first two have irrep 1, the third irrep 2. With a+- = (c_1 +- c_3)/sqrt 2 the repulsion of the outer sites is
    U/2 (aa|aa) for every product of orbitals that is even.

    Examples
    --------
    >>> from analytic import hubbard_trimer, integral_levels
    >>> from mpmath import nstr
    >>> nstr(integral_levels(hubbard_trimer(repulsion=4), 3)[0].energy, 12)
    '-1.2360679775'
    """
    U, t = sympy.sympify(repulsion), sympy.sympify(hopping)
    s = -sympy.sqrt(2) * t
    outer = [[1, 1, 1, 1], [3, 3, 3, 3], [1, 1, 3, 3], [1, 3, 1, 3]]
    entries = [[*indices, U / 2] for indices in outer] + [[2, 2, 2, 2, U]]
    return integral_dot([[0, s, 0], [s, 0, 0], [0, 0, 0]], entries, irreps=(1, 1, 2))


def single_level(*, energy: Exact, repulsion: Exact) -> IntegralDot:
    """Return one orbital of energy e with (11|11) = U: Anderson's model without hybridisation, the atomic limit.

    Examples
    --------
    >>> from analytic import exact_levels, single_level
    >>> [exact_levels(single_level(energy=-1, repulsion=5), N)[0].energy for N in (0, 1, 2)]
    [0, -1, 3]
    """
    return integral_dot([[energy]], [[1, 1, 1, 1, repulsion]])


def coupled_levels(*, energies: Sequence[Exact], repulsions: Sequence[Exact], mutual: Exact) -> IntegralDot:
    """Return two orbitals that repel each other but exchange no electrons: (11|22) = W, irreps 1 and 2.

    Parameters
    ----------
    energies, repulsions
        e_1, e_2 and U_1, U_2.
    mutual
        W, paid for every pair of electrons on different orbitals.

    Raises
    ------
    ValueError
        If a list does not have two numbers.

    Examples
    --------
    >>> from analytic import coupled_levels, exact_levels
    >>> dot = coupled_levels(energies=[0, 1], repulsions=[5, 6], mutual=2)
    >>> [(level.energy, level.two_S) for level in exact_levels(dot, 2)]
    [(3, 0), (3, 2), (5, 0), (8, 0)]
    """
    if len(energies) != 2 or len(repulsions) != 2:
        raise ValueError(f"{len(energies)} energies and {len(repulsions)} repulsions must be 2 and 2")
    entries = [[1, 1, 1, 1, repulsions[0]], [2, 2, 2, 2, repulsions[1]], [1, 1, 2, 2, mutual]]
    return integral_dot([[energies[0], 0], [0, energies[1]]], entries, irreps=(1, 2))


def box_integrals(
    orbitals: int, *, length: ExactNumber, kernel: str, strength: ExactNumber = 1, cutoff: ExactNumber = 0
) -> IntegralDot:
    """Return the box of [J96] as integrals, for the kernels whose integrals are rational: contact, constant and none.

    h_nn = n^2 pi^2/(2 L^2); orbitals even under x -> L - x have irrep 1, odd ones irrep 2.

    Raises
    ------
    ValueError
        If the kernel is soft-coulomb, whose integrals are not rational, or an argument breaks its rule.

    Examples
    --------
    >>> from analytic import box_integrals
    >>> box_integrals(2, length=1, kernel="contact").two_body[1, 1, 2, 2]
    1
    """
    require_integer("orbitals", orbitals, minimum=1)
    interaction = Interaction.of(length=length, cutoff=cutoff, kernel=kernel, strength=strength)
    unit = sympy.pi**2 / (2 * sympy.Rational(positive_rational("length", length)) ** 2)
    numbers = range(1, orbitals + 1)
    pairs = list(combinations_with_replacement(numbers, 2))
    entries = [
        [*first, *second, rational_integral(interaction, *first, *second)]
        for place, first in enumerate(pairs)
        for second in pairs[: place + 1]
    ]
    rows = [[n**2 * unit if n == m else 0 for m in numbers] for n in numbers]
    return integral_dot(rows, entries, irreps=tuple(2 - n % 2 for n in numbers))
