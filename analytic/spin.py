"""Spin weights of adding one electron: squared Clebsch-Gordan coefficients and their sum C_ji, [J96] Eq. (5).

Nothing is looked up. A spin S is coupled to a spin 1/2; the operator of the total spin squared,

    (S + s)^2 = S^2 + s^2 + 2 S_z s_z + S_+ s_- + S_- s_+ ,

conserves m = S_z + s_z and therefore splits into 2 x 2 blocks in the basis |S_z = m - 1/2, up>, |S_z = m + 1/2, down>.
The ladder operators give its entries, its characteristic polynomial the two total spins S +- 1/2 (the selection
rule), its spectral projectors the squared Clebsch-Gordan coefficients, and their sum over m the weight of Eq. (5),

    C_ji = (1/2) (1/(2 S_i + 1)) sum over S_zi, S_zj, sigma of <S_i S_zi, 1/2 sigma | S_j S_zj>^2 .

Spins enter as twice their value (`two_S`), so that every argument is an integer.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, lru_cache
from typing import TypeAlias

import sympy

from analytic.exact import require_integer

HALF = sympy.Rational(1, 2)
S = sympy.Symbol("S", positive=True)
m = sympy.Symbol("m", real=True)
Formula: TypeAlias = Callable[[int, int], int]


def _lower(spin: sympy.Expr, projection: sympy.Expr) -> sympy.Expr:
    """<S, m-1| S_- |S, m> = sqrt(S(S+1) - m(m-1))."""
    return sympy.sqrt(sympy.expand(spin * (spin + 1) - projection * (projection - 1)))


def total_spin_squared_block(spin: sympy.Expr = S, projection: sympy.Expr = m) -> sympy.Matrix:
    """Return (S+s)^2 on |S_z=m-1/2, up>, |S_z=m+1/2, down>.

    The diagonal is S(S+1) + 3/4 + 2 S_z s_z; the off-diagonal entry is that of S_- s_+, which takes the second state to
    the first: sqrt(S(S+1) - (m+1/2)(m-1/2)) times 1.
    """
    common = spin * (spin + 1) + sympy.Rational(3, 4)
    coupling = _lower(spin, projection + HALF)
    return sympy.Matrix(
        [[common + (projection - HALF), coupling], [coupling, common - (projection + HALF)]],
    )


def clebsch_gordan_projector(total_spin: sympy.Expr, spin: sympy.Expr = S, projection: sympy.Expr = m) -> sympy.Matrix:
    """Return the projector onto total spin j in the 2 x 2 block, as function of S and m.

    With x_j = j(j+1) and j' the other spin, P_j = (block - x_j')/(x_j - x_j'). Its diagonal holds
    <S m-1/2, 1/2 up | j m>^2 and <S m+1/2, 1/2 down | j m>^2; its off-diagonal entry is their signed product.
    """
    return _projector(total_spin, spin, projection).applyfunc(sympy.factor)


def _projector(total_spin: sympy.Expr, spin: sympy.Expr, projection: sympy.Expr) -> sympy.Matrix:
    """Return the projector of `clebsch_gordan_projector`, its entries not simplified, which takes longest."""
    other = 2 * spin - total_spin
    x_j, x_other = total_spin * (total_spin + 1), other * (other + 1)
    block = total_spin_squared_block(spin, projection)
    return (block - x_other * sympy.eye(2)) / sympy.factor(x_j - x_other)


def clebsch_gordan_weight_symbolic(total_spin: sympy.Expr = S + HALF, spin: sympy.Expr = S) -> sympy.Expr:
    """Return C_ji of Eq. (5) for symbolic S by summing the squared coefficients over all projections.

    m runs over -j..j in 2j+1 steps, m = k - j; the summand is a polynomial in k, so the sum is exact for symbolic S.
    At m = +-(S+1/2) the block has only one state; the projector's entry for the missing one vanishes there by itself.

    Parameters
    ----------
    total_spin
        S_j: `S + 1/2` or `S - 1/2`.
    spin
        S_i, symbolic or a number.

    Raises
    ------
    ValueError
        If the two do not differ by 1/2.

    Examples
    --------
    >>> from analytic import clebsch_gordan_weight_symbolic
    >>> clebsch_gordan_weight_symbolic()
    (S + 1)/(2*S + 1)
    """
    if sympy.simplify(total_spin - spin) not in (HALF, -HALF):
        raise ValueError(f"total_spin={total_spin} must differ from spin={spin} by 1/2")
    k = sympy.Symbol("k", integer=True, nonnegative=True)
    projector = clebsch_gordan_projector(total_spin, spin)
    squares = sympy.expand(sympy.factor(projector[0, 0] + projector[1, 1]).subs(m, k - total_spin))
    total = sympy.summation(squares, (k, 0, 2 * total_spin))
    return sympy.factor(HALF * total / (2 * spin + 1))


def clebsch_gordan_squared(two_S_i: int, two_Sz_i: int, sigma: int, two_S_j: int, two_Sz_j: int) -> sympy.Rational:
    """Return <S_i S_zi, 1/2 sigma/2 | S_j S_zj>^2, exactly.

    Parameters
    ----------
    two_S_i, two_Sz_i, two_S_j, two_Sz_j
        Twice the spins and their projections.
    sigma
        +1 for up, -1 for down.

    Raises
    ------
    ValueError
        If a spin is negative or no integer, a projection exceeds its spin or has the other parity, or sigma is not +-1.

    Examples
    --------
    >>> from analytic import clebsch_gordan_squared
    >>> clebsch_gordan_squared(two_S_i=1, two_Sz_i=1, sigma=-1, two_S_j=2, two_Sz_j=0)
    1/2
    """
    for name, two_S, two_Sz in (("i", two_S_i, two_Sz_i), ("j", two_S_j, two_Sz_j)):
        require_integer(f"two_S_{name}", two_S, minimum=0)
        if abs(two_Sz) > two_S or (two_S - two_Sz) % 2:
            raise ValueError(f"two_Sz_{name}={two_Sz} must be one of -{two_S}, -{two_S}+2, ..., {two_S}")
    if sigma not in (-1, 1):
        raise ValueError(f"sigma={sigma} must be +1 (up) or -1 (down)")
    if two_Sz_j != two_Sz_i + sigma or abs(two_S_j - two_S_i) != 1:
        return sympy.Integer(0)
    return _squared_coefficient(two_S_i, two_S_j, two_Sz_j, sigma)


def _squared_coefficient(two_S_i: int, two_S_j: int, two_Sz_j: int, sigma: int) -> sympy.Rational:
    numerator, denominator = _squared_coefficient_of_symbols(raised=two_S_j > two_S_i, up=sigma == 1)
    return sympy.Rational(numerator(two_S_i, two_Sz_j), denominator(two_S_i, two_Sz_j))


@cache
def _squared_coefficient_of_symbols(*, raised: bool, up: bool) -> tuple[Formula, Formula]:
    """Return numerator and denominator of <S m-+1/2, 1/2 +-1/2 | j m>^2 as integer functions of 2S and 2m.

    They come from the projector for symbolic S, derived once. For S = 0, where the block has a single state, the
    raising projector's formula gives 1.
    """
    projector = _projector(S + HALF if raised else S - HALF, S, m)
    entry = sympy.factor(projector[0, 0] if up else projector[1, 1])
    doubled = sympy.together(entry.subs({S: S / 2, m: m / 2}, simultaneous=True))
    numerator, denominator = (sympy.lambdify((S, m), sympy.expand(part), "math") for part in sympy.fraction(doubled))
    return numerator, denominator


def clebsch_gordan_weight(two_S_i: int, two_S_j: int) -> sympy.Rational:
    """Return C_ji, Eq. (5), as an exact rational; 0 for every pair that the selection rule forbids.

    Parameters
    ----------
    two_S_i, two_S_j
        Twice the total spins before and after the electron is added.

    Returns
    -------
    (S_i+1)/(2 S_i+1) for S_j = S_i + 1/2, S_i/(2 S_i+1) for S_j = S_i - 1/2, else 0 (pairs of equal parity too: they
    are valid spins that one electron cannot connect).

    Raises
    ------
    ValueError
        If a spin is negative or no integer.

    Examples
    --------
    >>> from analytic import clebsch_gordan_weight
    >>> clebsch_gordan_weight(0, 1), clebsch_gordan_weight(1, 2), clebsch_gordan_weight(0, 3)
    (1, 3/4, 0)
    """
    require_integer("two_S_i", two_S_i, minimum=0)
    require_integer("two_S_j", two_S_j, minimum=0)
    return _weight(two_S_i, two_S_j)


@lru_cache(maxsize=4096)
def _weight(two_S_i: int, two_S_j: int) -> sympy.Rational:
    total = sum(
        (
            clebsch_gordan_squared(two_S_i, two_Sz_i, sigma, two_S_j, two_Sz_i + sigma)
            for two_Sz_i in projections(two_S_i)
            for sigma in (-1, 1)
            if abs(two_Sz_i + sigma) <= two_S_j and (two_S_j - two_S_i) % 2
        ),
        start=sympy.Integer(0),
    )
    return total / (2 * (two_S_i + 1))


def projections(two_S: int) -> range:
    """Return twice the projections -S, -S+1, ..., S of a spin given as twice its value."""
    return range(-two_S, two_S + 1, 2)
