"""Exact levels and transition probabilities of a dot given by integrals: blocks of N, S and irrep.

Between spin-adapted configurations (`analytic.configurations`) with the Slater-Condon rules (`analytic.slater_condon`),

    G_ab = <a|H|b>   and   N_aa = <a|a>, an integer,

so the levels of a block are the eigenvalues of G y = E N y, algebraic numbers if the integrals are rational. Blocks of
determinants with fixed S_z (`integral_determinants`) hold the same levels once for every spin S >= |S_z|.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby, product

import mpmath
import sympy

from analytic.configurations import SpinAdaptedConfiguration, configurations, spin_adapted
from analytic.determinants import orbital_of
from analytic.eigenspaces import eigenspaces
from analytic.exact import GUARD_DIGITS, ExactNumber, exact_rational, require_integer, to_digits
from analytic.hamiltonian import checked_eigensystem, slater_basis
from analytic.integral_dot import IntegralDot
from analytic.slater_condon import general_element, hamiltonian_element
from analytic.transitions import Multiplet, transition_probabilities_between


@dataclass(frozen=True, repr=False)
class IntegralBlock:
    """All states of one spin and irrep of N electrons.

    Parameters
    ----------
    dot
        The integrals.
    two_S, irrep
        Twice the total spin, and the label of the irrep, 1..8.
    basis
        The spin-adapted configurations.
    """

    dot: IntegralDot
    two_S: int
    irrep: int
    basis: tuple[SpinAdaptedConfiguration, ...]

    def __repr__(self) -> str:
        return f"IntegralBlock(two_S={self.two_S}, irrep={self.irrep}, {len(self.basis)} configurations)"

    @cached_property
    def matrix(self) -> sympy.ImmutableMatrix:
        """G_ab = <a|H|b> between the unnormalised configurations of highest weight, symmetric."""
        size = len(self.basis)
        entries = {(a, b): self._element(a, b) for a in range(size) for b in range(a + 1)}
        return sympy.ImmutableMatrix(size, size, lambda a, b: entries[max(a, b), min(a, b)])

    @cached_property
    def metric(self) -> tuple[int, ...]:
        """The squared norms N_aa of the configurations."""
        return tuple(state.squared_norm(self.two_S) for state in self.basis)

    @property
    def hamiltonian(self) -> sympy.ImmutableMatrix:
        """H in the normalised basis."""
        roots = [sympy.sqrt(norm) for norm in self.metric]
        return sympy.ImmutableMatrix(
            len(roots), len(roots), lambda a, b: sympy.expand(self.matrix[a, b] / (roots[a] * roots[b]))
        )

    def characteristic_polynomial(self, x: sympy.Symbol) -> sympy.Expr:
        """Return det(x - N^-1 G), whose roots are the levels; symbolic integrals stay symbols."""
        rational = sympy.diag(*self.metric).inv() * self.matrix
        return sympy.expand(rational.charpoly(x).as_expr(x))

    def eigensystem(self, digits: int) -> tuple[mpmath.matrix, mpmath.matrix]:
        """Return all levels, rising, and the orthogonal matrix of eigenvectors; every integral must be a number."""
        H, size = self.hamiltonian, len(self.basis)
        numbers = mpmath.matrix(size, size)
        for a, b in product(range(size), repeat=2):
            numbers[a, b] = to_digits(H[a, b], digits=digits + GUARD_DIGITS)
        return checked_eigensystem(numbers, digits)

    def exact_multiplets(self) -> list[Multiplet]:
        """Return every level with its normalised state in exact algebra.

        Raises
        ------
        ArithmeticError
            If an irrational level is degenerate within the block.
        """
        metric = [sympy.Integer(norm) for norm in self.metric]
        found = []
        for energy, vectors in eigenspaces(sympy.Matrix(self.matrix), metric):
            for vector in vectors:
                length = sympy.sqrt(sum(norm * entry**2 for norm, entry in zip(metric, vector, strict=True)))
                states = tuple(entry * sympy.sqrt(norm) / length for norm, entry in zip(metric, vector, strict=True))
                found.append(Multiplet(energy, self.two_S, self.irrep, self.basis, states))
        return found

    def _element(self, a: int, b: int) -> sympy.Expr:
        bra, ket = self.basis[a].components[self.two_S], self.basis[b].components[self.two_S]
        form = hamiltonian_element(bra, ket, general_element)
        return sympy.expand(self.dot.value(form) + (self.dot.core * self.metric[a] if a == b else 0))


def integral_blocks(dot: IntegralDot, electrons: int) -> tuple[IntegralBlock, ...]:
    """Return every block of N electrons, by spin, then irrep.

    Raises
    ------
    ValueError
        If N is negative or exceeds 2M.

    Examples
    --------
    >>> from sympy import symbols
    >>> from analytic import integral_blocks, integral_dot
    >>> t, U = symbols("t U")
    >>> dimer = integral_dot([[0, -t], [-t, 0]], [[1, 1, 1, 1, U], [2, 2, 2, 2, U]])
    >>> [(block.two_S, len(block.basis)) for block in integral_blocks(dimer, 2)]
    [(0, 3), (2, 1)]
    """
    require_integer("electrons", electrons, minimum=0)
    if electrons > 2 * dot.orbitals:
        raise ValueError(f"electrons={electrons} must not exceed 2*orbitals={2 * dot.orbitals}")

    def label(state: SpinAdaptedConfiguration) -> tuple[int, int]:
        return state.two_S, dot.irrep_of(state.orbitals)

    states = sorted(
        (state for occupied in configurations(electrons, dot.orbitals) for state in spin_adapted(occupied)),
        key=lambda state: (label(state), state.orbitals),
    )
    return tuple(
        IntegralBlock(dot, two_S, irrep, tuple(members)) for (two_S, irrep), members in groupby(states, key=label)
    )


def integral_determinants(dot: IntegralDot, electrons: int, two_Sz: int, irrep: int | None = None) -> sympy.Matrix:
    """Return H between all determinants of one S_z, or those of one irrep among them, in lexicographic order.

    Examples
    --------
    >>> from analytic import integral_determinants, integral_dot
    >>> integral_determinants(integral_dot([[1, 2], [2, 5]]), 1, 1)
    Matrix([
    [1, 2],
    [2, 5]])
    """
    basis = [
        determinant
        for determinant in slater_basis(electrons, dot.orbitals, two_Sz)
        if irrep in {None, dot.irrep_of(map(orbital_of, determinant))}
    ]
    return sympy.Matrix(
        len(basis),
        len(basis),
        lambda a, b: sympy.expand(dot.value(general_element(basis[a], basis[b])) + (dot.core if a == b else 0)),
    )


def integral_levels(dot: IntegralDot, electrons: int, *, digits: int = 30) -> list[Multiplet]:
    """Return all levels of N electrons with their states, rising in energy, as mpmath numbers.

    Parameters
    ----------
    digits
        Relative accuracy 10^-digits of the Hamiltonian's norm, checked by residuals.

    Examples
    --------
    >>> from mpmath import nstr
    >>> from analytic import integral_dot, integral_levels
    >>> dimer = integral_dot([[0, -1], [-1, 0]], [[1, 1, 1, 1, 4], [2, 2, 2, 2, 4]])
    >>> [(nstr(level.energy, 10), level.two_S) for level in integral_levels(dimer, 2)]
    [('-0.8284271247', 0), ('0.0', 2), ('4.0', 0), ('4.828427125', 0)]
    """
    found = []
    for block in integral_blocks(dot, electrons):
        energies, vectors = block.eigensystem(digits)
        for column, energy in enumerate(energies):
            states = tuple(vectors[row, column] for row in range(len(block.basis)))
            found.append(Multiplet(energy, block.two_S, block.irrep, block.basis, states))
    return sorted(found, key=lambda level: level.energy)


def exact_levels(dot: IntegralDot, electrons: int) -> list[Multiplet]:
    """Return all levels of N electrons in exact algebra, rising in energy if every integral is a number.

    Energies are rationals, quadratic radicals or isolated roots of polynomials.

    Raises
    ------
    ArithmeticError
        If an irrational level is degenerate within a block, or integrals are symbols in a block of three or more
        states.

    Examples
    --------
    >>> from analytic import exact_levels, integral_dot
    >>> dimer = integral_dot([[0, -1], [-1, 0]], [[1, 1, 1, 1, 4], [2, 2, 2, 2, 4]])
    >>> [level.energy for level in exact_levels(dimer, 2)]
    [2 - 2*sqrt(2), 0, 4, 2 + 2*sqrt(2)]
    """
    symbols = set().union(
        dot.one_body.free_symbols, dot.core.free_symbols, *(v.free_symbols for v in dot.two_body.values())
    )
    blocks = integral_blocks(dot, electrons)
    if not symbols:
        found = [level for block in blocks for level in block.exact_multiplets()]
        return sorted(found, key=lambda level: to_digits(level.energy))
    return [level for block in blocks for level in _symbolic(block)]


def exact_transition_probabilities(
    initial: Sequence[Multiplet], final: Sequence[Multiplet], weights: Sequence[ExactNumber | sympy.Expr] | None = None
) -> list[list[sympy.Expr]]:
    """Return M[j][i] of [J96] Eq. (4) with D+ = sum w_p c+_p, exactly, between levels of `exact_levels`.

    Within levels of one spin and irrep that coincide only sums over them are meaningful.

    Parameters
    ----------
    weights
        (M,) amplitudes w_p; default: 1 each.

    Examples
    --------
    >>> from analytic import exact_levels, exact_transition_probabilities, integral_dot
    >>> atom = integral_dot([[0]], [[1, 1, 1, 1, 1]])
    >>> one, two = exact_levels(atom, 1), exact_levels(atom, 2)
    >>> exact_transition_probabilities(one, two, weights=[3])
    [[9/2]]
    """
    exact = None if weights is None else [_weight(weight) for weight in weights]
    return transition_probabilities_between(initial, final, exact=True, weights=exact)


def _weight(weight: ExactNumber | sympy.Expr) -> sympy.Expr:
    if isinstance(weight, sympy.Expr) and not weight.is_Float:
        return weight
    return sympy.Rational(exact_rational("weight", weight))


def _symbolic(block: IntegralBlock) -> list[Multiplet]:
    """Return levels and states of a block of one or two states, for symbolic integrals."""
    H, size = block.hamiltonian, len(block.basis)
    if size == 1:
        return [Multiplet(H[0, 0], block.two_S, block.irrep, block.basis, (sympy.Integer(1),))]
    if size > 2:
        raise ArithmeticError(f"a symbolic block of {size} states has no closed form: use characteristic_polynomial")
    middle, half = (H[0, 0] + H[1, 1]) / 2, (H[0, 0] - H[1, 1]) / 2
    root = sympy.sqrt(half**2 + H[0, 1] ** 2)
    found = []
    for sign in (-1, 1):
        # (H01, E - H00) solves the first row; if H01 vanishes, the states are the configurations themselves
        if H[0, 1] == 0:
            state = (sympy.Integer(sign == 1), sympy.Integer(sign == -1))
            energy = H[0, 0] if sign == 1 else H[1, 1]
        else:
            energy = middle + sign * root
            length = sympy.sqrt(H[0, 1] ** 2 + (energy - H[0, 0]) ** 2)
            state = (H[0, 1] / length, (energy - H[0, 0]) / length)
        found.append(Multiplet(energy, block.two_S, block.irrep, block.basis, state))
    return found
