"""The Hamiltonian between determinants by the Slater-Condon rules, as exact linear forms in h_pq and (pq|rs).

H = sum h_pq c+_(p,s) c_(q,s) + 1/2 sum (pq|rs) c+_(p,s) c+_(r,s') c_(s,s') c_(q,s) for real orbitals, of which [J96]
Eq. (1) with the factor 1/2 (physics.md section 2) is the case h_pq = eps_p delta_pq. Between |K> and |K'> that differ
in

    nothing:           sum_i h_ii + sum_(i<j) [ (ii|jj) - d(s_i,s_j) (ij|ji) ],
    i -> a:            h_ai d(s_a,s_i) + sum_j [ (ai|jj) d(s_a,s_i) - (aj|ji) d(s_a,s_j) d(s_j,s_i) ],   j in both,
    i, j -> a, b:      (ai|bj) d(s_a,s_i) d(s_b,s_j) - (aj|bi) d(s_a,s_j) d(s_b,s_i),
    more than two:     0,

times the sign (-1)^(positions of what left + positions of what came). This is first quantisation, one determinant pair
at a time; the floating-point side factorises the interaction into densities instead.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from itertools import combinations
from typing import TypeAlias

import sympy

from analytic.determinants import Determinant, IntegerVector, orbital_of, sigma_of

LinearForm: TypeAlias = Mapping[tuple[int, ...], int]
"""Integer coefficients of orbital energies, key (n,), and of integrals, key (p, q, r, s) in canonical order.

In the general form one-body integrals h_pq have the key (p, q) with p <= q, and there are no orbital energies.
"""

EPSILON = sympy.IndexedBase("epsilon", real=True)
REPULSION = sympy.IndexedBase("V", real=True)


def canonical(p: int, q: int, r: int, s: int) -> tuple[int, int, int, int]:
    """Return one of the eight index orders that real orbitals make equal: (pq|rs) = (qp|rs) = (rs|pq)."""
    first, second = sorted([(min(p, q), max(p, q)), (min(r, s), max(r, s))])
    return (*first, *second)


def symbol(key: tuple[int, ...]) -> sympy.Indexed:
    """Return epsilon[n] for a key (n,), V[p, q, r, s] for (pq|rs)."""
    return EPSILON[key] if len(key) == 1 else REPULSION[key]


def as_expression(form: LinearForm) -> sympy.Expr:
    """Return a linear form as a sympy expression in epsilon[n] and V[p, q, r, s]."""
    return sympy.Add(*(coefficient * symbol(key) for key, coefficient in form.items()))


def hamiltonian_element(
    bra: IntegerVector,
    ket: IntegerVector,
    element: Callable[[Determinant, Determinant], LinearForm] | None = None,
) -> dict[tuple[int, ...], int]:
    """Return <bra|H|ket> of two integer vectors over determinants as a linear form; by default that of the box."""
    element = element or determinant_element
    total: Counter[tuple[int, ...]] = Counter()
    for left, a in bra.items():
        for right, b in ket.items():
            for key, coefficient in element(left, right).items():
                total[key] += a * b * coefficient
    return {key: coefficient for key, coefficient in total.items() if coefficient}


def determinant_element(left: Determinant, right: Determinant) -> LinearForm:
    """Return <left|H|right> of the box: diagonal one-body part, without integrals that vanish by parity."""
    form: dict[tuple[int, ...], int] = {}
    for key, coefficient in general_element(left, right).items():
        if len(key) == 4 and sum(key) % 2 == 0:
            form[key] = coefficient
        elif len(key) == 2 and key[0] == key[1]:
            form[key[:1]] = coefficient
    return form


def general_element(left: Determinant, right: Determinant) -> LinearForm:
    """Return <left|H|right> by the Slater-Condon rules, for any one- and two-body integrals of real orbitals."""
    came = [i for i in left if i not in right]
    if len(came) > 2:
        return {}
    went = [i for i in right if i not in left]
    sign = (-1) ** (sum(left.index(i) for i in came) + sum(right.index(i) for i in went))
    if not came:
        form = _diagonal(right)
    elif len(came) == 1:
        form = _single(came[0], went[0], [i for i in right if i in left])
    else:
        form = _exchanged(came[0], went[0], came[1], went[1])
    return {key: sign * coefficient for key, coefficient in form.items() if coefficient}


def _diagonal(occupied: Determinant) -> Counter[tuple[int, ...]]:
    form: Counter[tuple[int, ...]] = Counter((orbital_of(i), orbital_of(i)) for i in occupied)
    for i, j in combinations(occupied, 2):
        form.update(_exchanged(i, i, j, j))
    return form


def _single(a: int, i: int, common: list[int]) -> Counter[tuple[int, ...]]:
    form: Counter[tuple[int, ...]] = Counter()
    if sigma_of(a) == sigma_of(i):
        form[tuple(sorted((orbital_of(a), orbital_of(i))))] += 1
    for j in common:
        form.update(_exchanged(a, i, j, j))
    return form


def _exchanged(a: int, i: int, b: int, j: int) -> Counter[tuple[int, ...]]:
    """(ai|bj) - (aj|bi) with spin deltas: the antisymmetrised integral of i, j -> a, b."""
    form: Counter[tuple[int, ...]] = Counter()
    for sign, (x, y) in ((1, (i, j)), (-1, (j, i))):
        if sigma_of(a) == sigma_of(x) and sigma_of(b) == sigma_of(y):
            form[canonical(orbital_of(a), orbital_of(x), orbital_of(b), orbital_of(y))] += sign
    return form
