r"""The open Hubbard chain of three sites in closed form: all levels of every N.

H = -t sum over spin (c+_1 c_2 + c+_2 c_3 + h.c.) + U sum_p n_{p,up} n_{p,down}; parity under exchange of the outer
sites. With s = sqrt(U^2/4 + 2 t^2),

    N = 0:  0
    N = 1:  S = 1/2   even -sqrt(2) t, sqrt(2) t;   odd 0
    N = 2:  S = 1     even 0;                       odd -sqrt(2) t, sqrt(2) t
            S = 0     even U and the roots of x^3 - U x^2 - 8 t^2 x + 2 U t^2;   odd U/2 - s, U/2 + s
    N = 3:  S = 3/2   odd 0
            S = 1/2   even U/2 - s, U/2 + s, U - sqrt(2) t, U + sqrt(2) t;
                      odd U and the roots of x^3 - 2 U x^2 + (U^2 - 8 t^2) x + 6 U t^2

and with 6 - N electrons the same spins and parities at E + U (3 - N): electrons for holes. U - sqrt(2) t, U + sqrt(2) t
(N = 3) and U (N = 2) are levels of N - 2 electrons with one more pair, of pseudospin 3/2 and 1. Each cubic has three
real roots

    x = m + 2 r cos((theta - 2 pi k)/3),   k = 0, 1, 2.

A test compares the polynomials with those of `analytic.integral_levels` for symbolic t and U.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import sympy

from analytic.exact import require_integer
from analytic.integral_dot import Exact

__all__ = ["TrimerLevel", "trimer_levels"]


@dataclass(frozen=True)
class TrimerLevel:
    """One level of the trimer; the parity is that of the reflection of its sites."""

    electrons: int
    energy: sympy.Expr
    two_S: int
    parity: int


def trimer_levels(electrons: int, *, repulsion: Exact, hopping: Exact = 1) -> list[TrimerLevel]:
    """Return all levels of N electrons, sorted by spin and parity, not by energy, as U and t may be symbols.

    Parameters
    ----------
    electrons
        N = 0..6.
    repulsion, hopping
        U and t, real numbers or symbols.

    Raises
    ------
    ValueError
        If N is out of range.

    Examples
    --------
    >>> from sympy import symbols
    >>> from analytic import trimer_levels
    >>> t, U = symbols("t U")
    >>> [(level.energy, level.two_S) for level in trimer_levels(5, repulsion=U, hopping=t)]
    [(2*U, 1), (2*U - sqrt(2)*t, 1), (2*U + sqrt(2)*t, 1)]
    """
    if require_integer("electrons", electrons, minimum=0) > 6:
        raise ValueError(f"electrons={electrons} must be at most 6")
    U, t = sympy.sympify(repulsion), sympy.sympify(hopping)
    fewer = min(electrons, 6 - electrons)
    shift = U * (3 - fewer) if electrons > 3 else 0
    return [
        TrimerLevel(electrons, energy + shift, two_S, parity)
        for two_S, parity, energies in _up_to_half_filling(fewer, U, t)
        for energy in energies
    ]


def _up_to_half_filling(
    electrons: int, U: sympy.Expr, t: sympy.Expr
) -> Iterator[tuple[int, int, tuple[sympy.Expr, ...]]]:
    """Yield (2S, parity, energies) for N = 0..3."""
    zero, orbital, s = sympy.Integer(0), sympy.sqrt(2) * t, sympy.sqrt(U**2 / 4 + 2 * t**2)
    pair = (U / 2 - s, U / 2 + s)
    if electrons == 0:
        yield 0, 1, (zero,)
    elif electrons == 1:
        yield 1, -1, (zero,)
        yield 1, 1, (-orbital, orbital)
    elif electrons == 2:
        yield 0, -1, pair
        yield 0, 1, (U, *_cubic(-U, -8 * t**2, 2 * U * t**2))
        yield 2, -1, (-orbital, orbital)
        yield 2, 1, (zero,)
    else:
        yield 1, -1, (U, *_cubic(-2 * U, U**2 - 8 * t**2, 6 * U * t**2))
        yield 1, 1, (*pair, U - orbital, U + orbital)
        yield 3, -1, (zero,)


def _cubic(b: sympy.Expr, c: sympy.Expr, d: sympy.Expr) -> tuple[sympy.Expr, ...]:
    """Return the three real roots of x^3 + b x^2 + c x + d."""
    middle, square = -b / 3, (b**2 - 3 * c) / 9
    theta = sympy.acos((9 * b * c - 27 * d - 2 * b**3) / (54 * square ** sympy.Rational(3, 2)))
    return tuple(middle + 2 * sympy.sqrt(square) * sympy.cos((theta - 2 * sympy.pi * k) / 3) for k in range(3))
