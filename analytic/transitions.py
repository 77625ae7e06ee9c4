"""Transition probabilities M_ji from Eq. (4) as it stands: a sum over every S_z of both multiplets.

M_ji = 1/2 * 1/(2 S_i+1) * sum over S_zi, S_zj of |<j S_zj| sum_(n,sigma) c+_(n,sigma) |i S_zi>|^2, N_j = N_i + 1. [J96]

Each amplitude is the double sum over determinants of Eq. (6). Neither highest-weight states nor Clebsch-Gordan
coefficients nor the Wigner-Eckart theorem are used. Between spin-adapted configurations every squared amplitude is an
integer over a product of integer norms, so M_ji is rational.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, TypeAlias

import mpmath
import sympy

from analytic.configurations import SpinAdaptedConfiguration
from analytic.determinants import add_electron, overlap
from analytic.hamiltonian import Block, Values
from analytic.spin import projections

Basis: TypeAlias = tuple[SpinAdaptedConfiguration, ...]
MOST_SHOWN = 60
"""Characters of an energy that a repr shows."""


@dataclass(frozen=True, repr=False)
class Multiplet:
    """A level with its state: energy, spin, parity, and coefficients over normalised spin-adapted configurations.

    All components S_z have the same coefficients, as the components of each configuration are linked by S_-. The
    coefficients are sympy expressions or mpmath numbers. For a dot given by integrals `parity` is the irrep's label.
    """

    energy: Any
    two_S: int
    parity: int
    basis: Basis
    coefficients: tuple[Any, ...]

    def __repr__(self) -> str:
        energy = str(self.energy)
        energy = energy if len(energy) <= MOST_SHOWN else f"{energy[:MOST_SHOWN]}..."
        spin = f"two_S={self.two_S}, parity={self.parity}"
        return f"{type(self).__name__}(energy={energy}, {spin}, {len(self.basis)} configurations)"


def addition_table(
    initial: Basis, final: Basis, two_Sz_i: int, two_Sz_j: int, weights: Sequence[Any] | None = None
) -> dict[tuple[int, int], tuple[Any, int]]:
    """Return the amplitudes of sum_n w_n c+_(n,sigma) between two bases for one pair of projections.

    Returns
    -------
    {(index in final, index in initial): (a, b)} for the amplitudes a/sqrt(b) that do not vanish; b is an integer, and
    so is a without weights. sigma is S_zj - S_zi. Configurations that differ by more than the added electron never
    connect.
    """
    sigma = two_Sz_j - two_Sz_i
    highest = max((orbital for state in final for orbital in state.orbitals), default=0)
    table: dict[tuple[int, int], tuple[Any, int]] = {}
    for column, state in enumerate(initial):
        added = add_electron(state.components[two_Sz_i], sigma, highest, weights)
        for row, target in enumerate(final):
            amplitude = overlap(target.components[two_Sz_j], added)
            if amplitude:
                table[row, column] = amplitude, state.squared_norm(two_Sz_i) * target.squared_norm(two_Sz_j)
    return table


def projection_pairs(two_S_i: int, two_S_j: int) -> list[tuple[int, int]]:
    """Return the pairs (2 S_zi, 2 S_zj) that an electron of either spin connects: a selection rule of S_z alone."""
    return [
        (two_Sz_i, two_Sz_i + sigma)
        for two_Sz_i in projections(two_S_i)
        for sigma in (-1, 1)
        if two_Sz_i + sigma in projections(two_S_j)
    ]


def transition_probabilities_between(
    initial: Sequence[Multiplet],
    final: Sequence[Multiplet],
    *,
    exact: bool = False,
    weights: Sequence[Any] | None = None,
) -> list[list[Any]]:
    """Return M[j][i] of Eq. (4) between multiplets of N and N+1 electrons.

    Parameters
    ----------
    initial, final
        Levels of N and of N+1 electrons.
    exact
        Whether the coefficients are sympy expressions; else they are mpmath numbers of the current precision.
    weights
        (M,) amplitudes w_n with which orbital n couples to the lead, in numbers of the same kind; default: 1 each.

    Examples
    --------
    >>> from analytic import charging_levels, transition_probabilities_between
    >>> one, two = (charging_levels(N, 2, count, length=1) for N, count in ((1, 1), (2, 3)))
    >>> transition_probabilities_between(one, two, exact=True)
    [[1/2], [1/4], [3/4]]
    """
    tables: dict[tuple[Basis, Basis], list[dict[tuple[int, int], Any]]] = {}
    root = sympy.sqrt if exact else mpmath.sqrt
    for i, j in product(initial, final):
        _require_one_more(len(i.basis[0].orbitals), len(j.basis[0].orbitals))
        if (i.basis, j.basis) not in tables:
            tables[i.basis, j.basis] = [
                {key: a / root(b) for key, (a, b) in addition_table(i.basis, j.basis, *pair, weights).items()}
                for pair in projection_pairs(i.two_S, j.two_S)
            ]
    return [[_probability(i, j, tables[i.basis, j.basis]) for i in initial] for j in final]


def _probability(initial: Multiplet, final: Multiplet, tables: list[dict[tuple[int, int], Any]]) -> Any:
    total = 0 * initial.coefficients[0]  # a zero of the coefficients' own kind
    for table in tables:
        total += sum(final.coefficients[j] * value * initial.coefficients[i] for (j, i), value in table.items()) ** 2
    return total / (2 * (initial.two_S + 1))


def _require_one_more(electrons: int, more: int) -> None:
    if more != electrons + 1:
        raise ValueError(f"electrons={more} after adding one must be {electrons + 1}")


def multiplets(blocks: Iterable[Block], values: Values, digits: int) -> list[Multiplet]:
    """Return all levels of a small basis with their eigenvectors, rising in energy.

    Parameters
    ----------
    blocks
        All blocks of `small_basis_blocks`.
    values
        Number of each symbol, from `symbol_values` with some digits more.
    digits
        As in `Block.eigensystem`. The error of an eigenvector is that over the gap to the next level of the same spin
        and parity.

    Raises
    ------
    ArithmeticError
        As `Block.eigensystem`.

    Examples
    --------
    >>> from mpmath import nstr
    >>> from analytic import Interaction, multiplets, small_basis_blocks, symbol_values
    >>> values = symbol_values(Interaction.of(length=1, cutoff=0, kernel="contact", strength=2), 42)
    >>> [(nstr(level.energy, 6), level.two_S) for level in multiplets(small_basis_blocks(2, 2), values, 30)]
    [('12.7351', 0), ('24.674', 2), ('28.674', 0), ('42.6129', 0)]
    """
    found = []
    for block in blocks:
        energies, vectors = block.eigensystem(values, digits)
        for column, energy in enumerate(energies):
            coefficients = tuple(vectors[row, column] for row in range(len(block.basis)))
            found.append(Multiplet(energy, block.two_S, block.parity, block.basis, coefficients))
    return sorted(found, key=lambda level: level.energy)
