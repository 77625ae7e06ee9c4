r"""The Hubbard dimer in closed form: all levels of every N, and every M_ji between them.

H = -t sum over spin (c+_1 c_2 + h.c.) + U (n_1up n_1down + n_2up n_2down), R = sqrt(U^2/4 + 4 t^2), p = +1 or -1 the
parity under exchange of the sites.

    N = 0:  0
    N = 1:  -p t,                                     S = 1/2
    N = 2:  0,                                        S = 1
            U (odd),   U/2 - R,   U/2 + R (even),     S = 0
    N = 3:  U + p t,                                  S = 1/2
    N = 4:  2U

The even singlets are cos a |covalent> + sin a |ionic> with 2 cos a sin a = 2t/R and the orthogonal one. With weights
w_1, w_2 of the sites in D+ = w_1 c+_1 + w_2 c+_2, and t/R as the only other parameter, M_ji of [J96] Eq. (4) is

    0 -> 1, p:          (w_1 + p w_2)^2 / 2
    1, p -> triplet:    3 (w_1 - p w_2)^2 / 8         odd singlet:  (w_1 - p w_2)^2 / 8
    1, p -> U/2 -+ R:   (w_1 + p w_2)^2 (1 +- 2 p t/R) / 8
    triplet -> 3, p:    (w_1 - p w_2)^2 / 4           odd singlet -> 3, p:  (w_1 - p w_2)^2 / 4
    U/2 -+ R -> 3, p:   (w_1 + p w_2)^2 (1 -+ 2 p t/R) / 4
    3, p -> 4:          (w_1 + p w_2)^2 / 4
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sympy

from analytic.exact import require_integer
from analytic.integral_dot import Exact

__all__ = ["DimerLevel", "dimer_levels", "dimer_transition_probabilities"]


@dataclass(frozen=True)
class DimerLevel:
    """One level of the dimer.

    Attributes
    ----------
    branch
        -1 and +1 for the lower and the upper even singlet of two electrons, 0 for every other level.
    """

    electrons: int
    energy: sympy.Expr
    two_S: int
    parity: int
    branch: int = 0


def dimer_levels(electrons: int, *, repulsion: Exact, hopping: Exact = 1) -> list[DimerLevel]:
    """Return all levels of N electrons, by rising energy for t > 0 and U > 0 (N = 2: triplet before the odd singlet).

    Parameters
    ----------
    electrons
        N = 0..4.
    repulsion, hopping
        U and t, numbers or symbols.

    Raises
    ------
    ValueError
        If N is out of range.

    Examples
    --------
    >>> from analytic import dimer_levels
    >>> [level.energy for level in dimer_levels(2, repulsion=3)]
    [-1, 0, 3, 4]
    """
    if require_integer("electrons", electrons, minimum=0) > 4:
        raise ValueError(f"electrons={electrons} must be at most 4")
    U, t = sympy.sympify(repulsion), sympy.sympify(hopping)
    R = _root(U, t)
    levels = {
        0: [DimerLevel(0, sympy.Integer(0), 0, 1)],
        1: [DimerLevel(1, -t, 1, 1), DimerLevel(1, t, 1, -1)],
        2: [
            DimerLevel(2, U / 2 - R, 0, 1, -1),
            DimerLevel(2, sympy.Integer(0), 2, -1),
            DimerLevel(2, U, 0, -1),
            DimerLevel(2, U / 2 + R, 0, 1, 1),
        ],
        3: [DimerLevel(3, U - t, 1, -1), DimerLevel(3, U + t, 1, 1)],
        4: [DimerLevel(4, 2 * U, 0, 1)],
    }
    return levels[electrons]


def dimer_transition_probabilities(
    electrons: int, *, repulsion: Exact, hopping: Exact = 1, weights: Sequence[Exact] = (1, 1)
) -> list[list[sympy.Expr]]:
    """Return M[j][i] from the levels i of N electrons to the levels j of N + 1, as `dimer_levels` lists them.

    Parameters
    ----------
    electrons
        N = 0..3.
    weights
        w_1, w_2.

    Raises
    ------
    ValueError
        If N is out of range, or there are not two weights.

    Examples
    --------
    >>> from analytic import dimer_transition_probabilities
    >>> dimer_transition_probabilities(1, repulsion=3, weights=(1, 0))
    [[9/40, 1/40], [3/8, 3/8], [1/8, 1/8], [1/40, 9/40]]
    """
    if require_integer("electrons", electrons, minimum=0) > 3:
        raise ValueError(f"electrons={electrons} must be at most 3: the dimer holds 4")
    if len(weights) != 2:
        raise ValueError(f"{len(weights)} weights must be 2")
    U, t = sympy.sympify(repulsion), sympy.sympify(hopping)
    slope = 2 * t / _root(U, t)
    initial, final = (dimer_levels(electrons + k, repulsion=repulsion, hopping=hopping) for k in (0, 1))
    return [[_probability(i, j, slope, weights) for i in initial] for j in final]


def _probability(initial: DimerLevel, final: DimerLevel, slope: sympy.Expr, weights: Sequence[Exact]) -> sympy.Expr:
    """Return one M_ji from the table above; `slope` is 2t/R."""
    one, two = (sympy.sympify(weight) for weight in weights)
    odd = initial if initial.electrons % 2 else final
    other = final if initial.electrons % 2 else initial
    p = odd.parity
    # the electron enters one site or the other with the sign that joins the two parities
    square = (one + p * other.parity * two) ** 2 if other.electrons in {0, 2, 4} else sympy.Integer(0)
    if initial.electrons == 0:
        return square / 2
    if initial.electrons == 3:
        return square / 4
    if initial.electrons == 1:
        part = sympy.Rational(3, 8) if other.two_S else sympy.Rational(1, 8)
        return part * square * (1 - other.branch * p * slope)
    return square / 4 * (1 + other.branch * p * slope)


def _root(U: sympy.Expr, t: sympy.Expr) -> sympy.Expr:
    return sympy.sqrt(U**2 / 4 + 4 * t**2)
