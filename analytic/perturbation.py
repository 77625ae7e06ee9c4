"""The levels and M_ji that the interacting spectrum tends to as strength -> 0+: degenerate perturbation theory.

H = H_0 + s V. Without interaction the levels of one sum n^2 coincide: by spin coupling of open shells ({1,2,3}: two
doublets, one quartet), and by accident (1+16+16 = 4+4+25). Inside such a set, for each spin and parity,

    first order:   V_ab = <a|V|b>                                            E = E_0 + s E_1 ,
    second order:  W_ab = sum over k outside the set of V_ak V_kb/(E_0 - E_k)      + s^2 E_2

select the states: the eigenvectors of V, and within an eigenspace of V those of W. The second order is needed where
integrals coincide: for contact every (pp|qq) = (pq|pq) with p != q is the same, V depends on the spin only, and the two
doublets of {1,2,3} split at s^2. W is that of the M-orbital model. Levels that even W leaves together are marked.

contact, constant and none have rational integrals: everything is exact algebra, with eigenvalues of a rational matrix
similar to V, and eigenvectors in the field of their eigenvalue. Soft-Coulomb is evaluated in first order to any number
of digits. physics.md section 4 (zero-interaction limit) and 6.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby
from typing import Any, NamedTuple, TypeAlias

import mpmath
import sympy

from analytic.configurations import SpinAdaptedConfiguration, configurations, noninteracting_levels, spin_adapted
from analytic.eigenspaces import eigenspaces
from analytic.exact import GUARD_DIGITS, ExactNumber, to_digits
from analytic.integrals import Interaction, InteractionIntegrals, rational_integral
from analytic.slater_condon import hamiltonian_element
from analytic.transitions import Basis, Multiplet, transition_probabilities_between

Integral: TypeAlias = Callable[[int, int, int, int], Any]


@dataclass(frozen=True, repr=False)
class WeakCouplingLevel(Multiplet):
    """A level in the limit strength -> 0+.

    `energy` is the integer sum n^2, in units of pi^2/(2 L^2); the other two are energies in E_H* per strength and per
    strength squared.

    Parameters
    ----------
    first_order
        dE/ds at s = 0.
    second_order
        Half of d^2E/ds^2 at s = 0 if it was needed to tell levels apart, else None.
    resolved
        Whether the state is fixed; if not, only sums of M_ji over the levels that coincide with it have a meaning.
    """

    first_order: Any
    second_order: Any
    resolved: bool


class WeakCouplingTransitions(NamedTuple):
    """Levels of N and of N+1 electrons in the limit strength -> 0+, and M[j][i] between them."""

    initial: tuple[WeakCouplingLevel, ...]
    final: tuple[WeakCouplingLevel, ...]
    M: list[list[Any]]


def weak_coupling_levels(
    electrons: int,
    orbitals: int,
    count: int,
    *,
    kernel: str,
    length: ExactNumber = 1,
    cutoff: ExactNumber = 0,
    digits: int = 30,
) -> tuple[WeakCouplingLevel, ...]:
    """Return the levels that the lowest levels tend to as strength -> 0+, ordered as at small positive strength.

    Parameters
    ----------
    electrons, orbitals
        N (up to 6) and M.
    count
        Smallest number of levels; the last set of equal sum n^2 is never cut.
    kernel, length, cutoff
        The interaction at unit strength, read exactly.
    digits
        Of soft-Coulomb's numbers; the other kernels give sympy expressions.

    Raises
    ------
    ValueError
        If an argument is out of its range.

    Examples
    --------
    >>> from analytic import weak_coupling_levels
    >>> [(level.two_S, level.parity) for level in weak_coupling_levels(2, 2, 3, kernel="contact")]
    [(0, 1), (2, -1), (0, -1)]
    """
    interaction = Interaction.of(length=length, cutoff=cutoff, kernel=kernel, strength=1)
    lowest = noninteracting_levels(electrons, orbitals, count)
    found: list[WeakCouplingLevel] = []
    for _, members in groupby(sorted(lowest, key=_symmetry), key=lambda state: _symmetry(state)[:3]):
        basis = tuple(members)
        if kernel == "soft-coulomb":
            found += _soft_set(basis, interaction, digits)
        else:
            found += _exact_set(basis, interaction, orbitals)
    return tuple(sorted(found, key=lambda level: _order(level, digits)))


def weak_coupling_transition_probabilities(
    electrons: int,
    orbitals: int,
    levels_from: int,
    levels_to: int,
    *,
    kernel: str,
    length: ExactNumber = 1,
    cutoff: ExactNumber = 0,
    digits: int = 30,
) -> WeakCouplingTransitions:
    """Return M_ji of Eq. (4) between the limit states of N and N+1 electrons; parameters as `weak_coupling_levels`.

    Exact algebraic numbers for rational integrals, numbers to `digits` for soft-Coulomb.

    Examples
    --------
    >>> from mpmath import nstr
    >>> from analytic import weak_coupling_transition_probabilities
    >>> found = weak_coupling_transition_probabilities(1, 2, 1, 2, kernel="contact")
    >>> [[nstr(M, 6) for M in row] for row in found.M]
    [['1/2'], ['3/4'], ['1/4']]
    """
    initial, final = (
        weak_coupling_levels(N, orbitals, count, kernel=kernel, length=length, cutoff=cutoff, digits=digits)
        for N, count in ((electrons, levels_from), (electrons + 1, levels_to))
    )
    exact = kernel != "soft-coulomb"
    with mpmath.workdps(digits + GUARD_DIGITS):
        M = transition_probabilities_between(initial, final, exact=exact)
    return WeakCouplingTransitions(initial, final, [[_tidy(value) for value in row] for row in M] if exact else M)


def repulsion_element(bra: SpinAdaptedConfiguration, ket: SpinAdaptedConfiguration, integral: Integral) -> Any:
    """Return <bra|V|ket> between the unnormalised components with S_z = S: an integer form in (pq|rs)."""
    form = hamiltonian_element(bra.components[bra.two_S], ket.components[ket.two_S])
    return sum((value * integral(*key) for key, value in form.items() if len(key) == 4), start=Fraction(0))


def _symmetry(state: SpinAdaptedConfiguration) -> tuple[Any, ...]:
    return state.energy, state.two_S, state.parity, state.orbitals, state.intermediate


def _order(level: WeakCouplingLevel, digits: int) -> tuple[mpmath.mpf, ...]:
    energies = (level.energy, level.first_order, level.second_order or 0)
    return tuple(energy if isinstance(energy, mpmath.mpf) else to_digits(energy, digits=digits) for energy in energies)


def _tidy(value: sympy.Expr) -> sympy.Expr:
    return value if value.has(sympy.CRootOf) else sympy.radsimp(sympy.expand(value))


def _soft_set(basis: Basis, interaction: Interaction, digits: int) -> list[WeakCouplingLevel]:
    """Diagonalise V in one set numerically; levels closer than 10^(-digits/2) of it are marked as unresolved."""
    integrals = InteractionIntegrals(interaction, digits=digits + GUARD_DIGITS)
    with mpmath.workdps(digits + GUARD_DIGITS):
        V = mpmath.matrix(len(basis), len(basis))
        for a, bra in enumerate(basis):
            for b, ket in enumerate(basis):
                norm = mpmath.sqrt(bra.squared_norm(bra.two_S) * ket.squared_norm(ket.two_S))
                V[a, b] = mpmath.mpf(1) * repulsion_element(bra, ket, lambda *key: integrals[key]) / norm
        energies, vectors = mpmath.eigsy(V)
        near = mpmath.mnorm(V, 1) * mpmath.mpf(10) ** -(digits // 2)
        return [
            _level(
                basis,
                tuple(vectors[a, column] for a in range(len(basis))),
                (energy, None),
                resolved=all(abs(energy - other) > near for k, other in enumerate(energies) if k != column),
            )
            for column, energy in enumerate(energies)
        ]


def _level(
    basis: Basis, coefficients: tuple[Any, ...], orders: tuple[Any, Any], *, resolved: bool
) -> WeakCouplingLevel:
    state = basis[0]
    return WeakCouplingLevel(state.energy, state.two_S, state.parity, basis, coefficients, *orders, resolved)


def _exact_set(basis: Basis, interaction: Interaction, orbitals: int) -> list[WeakCouplingLevel]:
    """Split one set by V, and each eigenspace that stays together by W, exactly."""

    def integral(p: int, q: int, r: int, s: int) -> Fraction:
        return rational_integral(interaction, p, q, r, s)

    metric = [sympy.Integer(state.squared_norm(state.two_S)) for state in basis]
    V = sympy.Matrix(len(basis), len(basis), lambda a, b: _rational(repulsion_element(basis[a], basis[b], integral)))
    found = []
    for first, vectors in eigenspaces(V, metric):
        if len(vectors) == 1:
            found.append(_level(basis, _normalised(vectors[0], metric), (first, None), resolved=True))
            continue
        space = sympy.Matrix.hstack(*vectors)
        W = space.T * _second_order(basis, integral, orbitals) * space
        inner = [(vector.T * sympy.diag(*metric) * vector)[0] for vector in vectors]
        for second, combinations in eigenspaces(W, inner):
            scale = 2 * sympy.Rational(interaction.length) ** 2 / sympy.pi**2
            for combination in combinations:
                coefficients = _normalised(space * combination, metric)
                found.append(_level(basis, coefficients, (first, scale * second), resolved=len(combinations) == 1))
    return found


def _rational(value: Fraction) -> sympy.Rational:
    return sympy.Rational(value.numerator, value.denominator)


def _normalised(vector: sympy.Matrix, metric: list[sympy.Rational]) -> tuple[sympy.Expr, ...]:
    """Turn coordinates over unnormalised configurations into coefficients over normalised ones."""
    norm = sympy.sqrt(sum(n * y**2 for n, y in zip(metric, vector, strict=True)))
    return tuple(y * sympy.sqrt(n) / norm for n, y in zip(metric, vector, strict=True))


def _second_order(basis: Basis, integral: Integral, orbitals: int) -> sympy.Matrix:
    """Return <a|V (E_0 - H_0)^-1 V|b> with energies as sums of n^2, over all other sets of the M-orbital basis."""
    size, symmetry = len(basis), (basis[0].two_S, basis[0].parity)
    W = sympy.zeros(size, size)
    for occupied in configurations(len(basis[0].orbitals), orbitals):
        gap = basis[0].energy - sum(orbital**2 for orbital in occupied)
        if gap == 0 or all(_excitations(occupied, state.orbitals) > 2 for state in basis):
            continue
        for middle in spin_adapted(occupied):
            if (middle.two_S, middle.parity) == symmetry:
                row = sympy.Matrix([[_rational(repulsion_element(middle, state, integral)) for state in basis]])
                W += row.T * row / (gap * middle.squared_norm(middle.two_S))
    return W


def _excitations(first: tuple[int, ...], second: tuple[int, ...]) -> int:
    """Return the number of electrons that change their orbital between two configurations."""
    return (Counter(first) - Counter(second)).total()
