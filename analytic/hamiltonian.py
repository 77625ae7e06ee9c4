"""Exact Hamiltonians of small bases: blocks of N, S and parity in sympy, and their levels to any number of digits.

H commutes with S^2, S_z and the reflection ([J96] Eq. (1)), so in the spin-adapted configurations of
`analytic.configurations` it falls into blocks of one spin and one parity, and its entries, from the Slater-Condon rules
between the components with S_z = S, are

    H_ab = <a|H|b> / sqrt(n_a n_b) ,   <a|H|b> an integer linear form in epsilon[n] and V[p, q, r, s] = (pq|rs).

Blocks of one or two states have closed-form eigenvalues, all have a characteristic polynomial, and `levels` puts
numbers in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, groupby
from typing import NamedTuple

import mpmath
import sympy

from analytic.configurations import SpinAdaptedConfiguration, configurations, spin_adapted
from analytic.determinants import Determinant, sigma_of
from analytic.exact import GUARD_DIGITS, ExactNumber, as_mpf, require_integer, to_digits
from analytic.integrals import Interaction, InteractionIntegrals
from analytic.slater_condon import EPSILON, as_expression, determinant_element, hamiltonian_element

Values = Callable[[sympy.Indexed], mpmath.mpf]


class Level(NamedTuple):
    """One level: energy in units of E_H*, twice its spin, reflection parity."""

    energy: mpmath.mpf
    two_S: int
    parity: int


@dataclass(frozen=True, repr=False)
class Block:
    """All states of one spin and parity in a small basis.

    Parameters
    ----------
    two_S, parity
        Twice the total spin, and +1 or -1 under x -> L-x.
    basis
        The spin-adapted configurations, rising in energy without interaction.
    """

    two_S: int
    parity: int
    basis: tuple[SpinAdaptedConfiguration, ...]

    def __repr__(self) -> str:
        return f"Block(two_S={self.two_S}, parity={self.parity}, {len(self.basis)} configurations)"

    @cached_property
    def hamiltonian(self) -> sympy.ImmutableMatrix:
        """The symmetric matrix of H in the normalised basis, symbolic in epsilon[n] and V[p, q, r, s]."""
        size = len(self.basis)
        entries = {(a, b): self._entry(a, b) for a in range(size) for b in range(a + 1)}
        return sympy.ImmutableMatrix(size, size, lambda a, b: entries[max(a, b), min(a, b)])

    def _entry(self, a: int, b: int) -> sympy.Expr:
        bra, ket = self.basis[a], self.basis[b]
        form = hamiltonian_element(bra.components[self.two_S], ket.components[self.two_S])
        norm = bra.squared_norm(self.two_S) * ket.squared_norm(self.two_S)
        return sympy.expand(as_expression(form) / sympy.sqrt(norm))

    def characteristic_polynomial(self, x: sympy.Symbol) -> sympy.Expr:
        """Return det(x - H), a polynomial in x with rational coefficients whose roots are the levels.

        Taken from diag(1/n_a) <a|H|b>, which is similar to H and free of the square roots, so that the determinant is
        one of polynomials.
        """
        roots = sympy.diag(*(sympy.sqrt(state.squared_norm(self.two_S)) for state in self.basis))
        rational = (roots.inv() * self.hamiltonian * roots).applyfunc(sympy.expand)
        plain = {indexed: sympy.Dummy() for indexed in rational.atoms(sympy.Indexed)}
        polynomial = rational.xreplace(plain).charpoly(x).as_expr(x)
        return sympy.expand(polynomial.xreplace({dummy: indexed for indexed, dummy in plain.items()}))

    def eigenvalues(self) -> tuple[sympy.Expr, ...]:
        """Return the levels in closed form: blocks of one state, and of two by the quadratic formula.

        Raises
        ------
        ValueError
            If the block is larger: its levels are roots of `characteristic_polynomial` without a useful closed form.
        """
        H = self.hamiltonian
        if len(self.basis) == 1:
            return (H[0, 0],)
        if len(self.basis) == 2:
            middle, half = (H[0, 0] + H[1, 1]) / 2, (H[0, 0] - H[1, 1]) / 2
            splitting = sympy.sqrt(half**2 + H[0, 1] ** 2)
            return middle - splitting, middle + splitting
        raise ValueError(f"block of {len(self.basis)} states has no closed form: use characteristic_polynomial")

    def numbers(self, values: Values, digits: int) -> mpmath.matrix:
        """Return H with numbers for its symbols."""
        size = len(self.basis)
        matrix = mpmath.matrix(size, size)
        with mpmath.workdps(digits + GUARD_DIGITS):
            for (a, b), form in self._forms(digits).items():
                matrix[a, b] = matrix[b, a] = mpmath.fdot((number, values(symbol)) for symbol, number in form)
        return matrix

    def _forms(self, digits: int) -> Mapping[tuple[int, int], list[tuple[sympy.Indexed, mpmath.mpf]]]:
        """Return H_ab for a >= b as linear forms with coefficients in numbers, which are the same for all dots."""
        if digits not in self._known_forms:
            self._known_forms[digits] = {
                (a, b): [
                    (symbol, to_digits(factor, digits=digits)) for symbol, factor in _linear(self.hamiltonian[a, b])
                ]
                for a in range(len(self.basis))
                for b in range(a + 1)
            }
        return self._known_forms[digits]

    @cached_property
    def _known_forms(self) -> dict[int, Mapping[tuple[int, int], list[tuple[sympy.Indexed, mpmath.mpf]]]]:
        return {}

    def eigensystem(self, values: Values, digits: int) -> tuple[mpmath.matrix, mpmath.matrix]:
        """Return all eigenvalues, rising, and the orthogonal matrix of eigenvectors in its columns.

        Raises
        ------
        ArithmeticError
            If ||H Q - Q E|| exceeds 10^-digits ||H|| or ||Q^T Q - 1|| exceeds 10^-digits (Frobenius): for a symmetric
            matrix the two together bound the error of every eigenvalue, multiplicity included.
        """
        with mpmath.workdps(digits + GUARD_DIGITS):
            return checked_eigensystem(self.numbers(values, digits + GUARD_DIGITS), digits)


def checked_eigensystem(H: mpmath.matrix, digits: int) -> tuple[mpmath.matrix, mpmath.matrix]:
    """Return all eigenvalues, rising, and eigenvectors of a symmetric matrix; parameters and errors as `Block`."""
    with mpmath.workdps(digits + GUARD_DIGITS):
        energies, vectors = mpmath.eigsy(H)
        rows, states = H.tolist(), vectors.T.tolist()
        residuals = [
            mpmath.fdot(row, state) - energy * entry
            for energy, state in zip(energies, states, strict=True)
            for row, entry in zip(rows, state, strict=True)
        ]
        defects = [
            mpmath.fdot(state, other) - (k == m) for k, state in enumerate(states) for m, other in enumerate(states)
        ]
        norm, scale = _length(entry for row in rows for entry in row), mpmath.mpf(10) ** -digits
        if _length(residuals) > scale * norm or _length(defects) > scale:
            raise ArithmeticError(f"eigenvectors of {H.rows} states miss {digits} digits")
        return energies, vectors


def _length(entries: Iterable[mpmath.mpf]) -> mpmath.mpf:
    return mpmath.sqrt(mpmath.fsum(entries, squared=True))


def _linear(form: sympy.Expr) -> list[tuple[sympy.Indexed, sympy.Expr]]:
    """Return the symbols of an expanded linear form, each with its factor."""
    factors: dict[sympy.Indexed, sympy.Expr] = {}
    for term in sympy.Add.make_args(form):
        (symbol,) = term.atoms(sympy.Indexed) or (None,)
        if symbol is not None:
            factors[symbol] = factors.get(symbol, sympy.Integer(0)) + term / symbol
    return list(factors.items())


def small_basis_blocks(electrons: int, orbitals: int) -> tuple[Block, ...]:
    """Return every block of N electrons in M orbitals, by spin, then parity +1 before -1.

    Meant for small bases (N = 2, M = 2 and 3; N = 3, M = 2 and 3; N = 4, M = 3); some dozen states a block stay quick.

    Raises
    ------
    ValueError
        If N is negative or exceeds 2M, or M is not positive.

    Examples
    --------
    >>> from analytic import small_basis_blocks
    >>> [(block.two_S, block.parity, len(block.basis)) for block in small_basis_blocks(2, 2)]
    [(0, 1, 2), (0, -1, 1), (2, -1, 1)]
    """
    require_integer("electrons", electrons, minimum=0)
    require_integer("orbitals", orbitals, minimum=1)
    if electrons > 2 * orbitals:
        raise ValueError(f"electrons={electrons} must not exceed 2*orbitals={2 * orbitals}")
    states = sorted(
        (state for occupied in configurations(electrons, orbitals) for state in spin_adapted(occupied)),
        key=lambda state: (state.two_S, -state.parity, state.energy, state.orbitals),
    )
    return tuple(
        Block(two_S, parity, tuple(members))
        for (two_S, parity), members in groupby(states, key=lambda state: (state.two_S, state.parity))
    )


def slater_basis(electrons: int, orbitals: int, two_Sz: int) -> tuple[Determinant, ...]:
    """Return the determinants of one S_z, C(M, N_up) C(M, N_down) of them, in lexicographic order.

    Examples
    --------
    >>> from analytic import slater_basis
    >>> slater_basis(electrons=2, orbitals=2, two_Sz=0)
    ((0, 1), (0, 3), (1, 2), (2, 3))
    """
    return tuple(
        determinant
        for determinant in combinations(range(2 * orbitals), electrons)
        if sum(map(sigma_of, determinant)) == two_Sz
    )


def slater_hamiltonian(electrons: int, orbitals: int, two_Sz: int) -> sympy.ImmutableMatrix:
    """Return H between the determinants of `slater_basis`, symbolic in epsilon[n] and V[p, q, r, s].

    Another order of the creation operators in a determinant changes signs of its row and column together.

    Examples
    --------
    >>> from analytic import slater_hamiltonian
    >>> slater_hamiltonian(electrons=1, orbitals=2, two_Sz=1)
    Matrix([
    [epsilon[1],          0],
    [         0, epsilon[2]]])
    """
    basis = slater_basis(electrons, orbitals, two_Sz)
    return sympy.ImmutableMatrix(
        len(basis), len(basis), lambda a, b: as_expression(determinant_element(basis[a], basis[b]))
    )


def symbol_values(interaction: Interaction, digits: int) -> Values:
    """Return the number of each symbol: epsilon[n] = n^2 pi^2/(2 L^2) and V[p, q, r, s] = (pq|rs).

    Examples
    --------
    >>> from fractions import Fraction
    >>> from mpmath import nstr
    >>> from sympy import IndexedBase
    >>> from analytic import Interaction, symbol_values
    >>> value = symbol_values(Interaction("contact", Fraction(1), Fraction(0), Fraction(1)), 30)
    >>> nstr(value(IndexedBase("V")[1, 1, 1, 1]), 12)
    '1.5'
    """
    integrals = InteractionIntegrals(interaction, digits=digits)

    def value(symbol: sympy.Indexed) -> mpmath.mpf:
        if symbol.base == EPSILON:
            return (int(symbol.indices[0]) * mpmath.pi) ** 2 / (2 * as_mpf(interaction.length) ** 2)
        p, q, r, s = (int(index) for index in symbol.indices)
        return integrals[p, q, r, s]

    return value


def levels(
    electrons: int,
    orbitals: int,
    *,
    length: ExactNumber,
    cutoff: ExactNumber,
    kernel: str,
    strength: ExactNumber = 1,
    digits: int = 30,
) -> list[Level]:
    """Return all levels of a small basis, rising in energy.

    Parameters
    ----------
    electrons, orbitals
        N and M.
    length, cutoff, kernel, strength
        The dot, in effective atomic units, read exactly.
    digits
        Relative accuracy 10^-digits of the Hamiltonian's norm, checked by residuals.

    Raises
    ------
    ValueError
        If an argument is out of its range.

    Examples
    --------
    >>> from mpmath import nstr
    >>> from analytic import levels
    >>> found = levels(2, 2, length=1, cutoff=0, kernel="constant", strength=3)
    >>> [(nstr(level.energy, 8), level.two_S) for level in found]
    [('12.869604', 0), ('27.674011', 0), ('27.674011', 2), ('42.478418', 0)]
    """
    interaction = Interaction.of(length=length, cutoff=cutoff, kernel=kernel, strength=strength)
    values = symbol_values(interaction, digits + GUARD_DIGITS)
    found = [
        Level(energy, block.two_S, block.parity)
        for block in small_basis_blocks(electrons, orbitals)
        for energy in block.eigensystem(values, digits)[0]
    ]
    return sorted(found, key=lambda level: level.energy)
