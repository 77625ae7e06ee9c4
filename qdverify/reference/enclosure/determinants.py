"""Rows of the Hamiltonian in determinants, exactly, for integer coefficients held in float64.

For the determinant (a, b) of an alpha and a beta string (fixed_point.py for h and o, strings.py for hops)

    H = H_a + H_b + H_ab,
    H_a = sum_ps o_ps E_ps + sum_mm' rho_m h_mm' rho_m'  on one spin,    H_ab = 2 sum_mm' rho_m(a) h_mm' rho_m'(b).

A hop q -> p contributes sign (delta_{m,|p-q|} - delta_{m,p+q}) to rho_m; contracted with h it is a vector u over m',
from which the second density of the product picks two elements.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from qdverify.reference.enclosure.strings import Integers, Strings, density_stack

Floats = NDArray[np.float64]


def growth(alpha: Strings, beta: Strings) -> int:
    """Return the least G such that |h|, |o| <= c make every partial sum of a matrix element at most G c.

    The terms of an element are paths from one determinant to another, by two hops of one spin (|u| <= 2c, of which the
    second hop picks two elements: 4c), by one hop of either spin (2 * 2 |u| = 8c), or by one hop with o (c). With n of
    one spin in M orbitals and n' of the other they are, for each target,

        the same determinant    n (M-n) hops there and back, n^2 pairs of diagonal hops, n of o; n n' of both spins
        one electron moved      n pairs with a diagonal hop before and n after, M-n-1 through an empty orbital, n-1
                                through an occupied one, 1 of o; n' of both spins
        two of one spin moved   4;    two of different spin moved   1 of both spins

    Two electrons of one spin need n >= 2 and M >= 4, hence 4 <= nM, and nM - (2n + M - 2) = (n-1) (M-2) >= 0 if an
    electron can move. So the first kind has the most: G = sum of 4nM + n over both spins, and 8 n n'.
    """
    one_spin = sum((4 * family.orbitals + 1) * family.electrons for family in (alpha, beta))
    return max(1, one_spin + 8 * alpha.electrons * beta.electrons)


def determinant_rows(
    alpha: Strings,
    beta: Strings,
    rows: Integers,
    pairs: Floats,
    single: Floats,
    *,
    one_spin: tuple[csr_array, csr_array] | None = None,
) -> csr_array:
    """Return the chosen rows of H.

    Parameters
    ----------
    rows
        (k,) numbers a * beta.count + b of determinants.
    pairs, single
        h (2M+1, 2M+1) and o (M, M): float64 with integer values below 2^53 / `growth`.
    one_spin
        All rows of H_a and of H_b, as `one_spin_rows` gives them, if they are at hand.

    Returns
    -------
    sparse array
        (k, determinants) float64; an element is the exact sum of its entries, which are not added up nor sorted.
    """
    a, b = np.divmod(rows, beta.count)
    if one_spin is None:
        up, down = one_spin_rows(alpha, a, pairs, single), one_spin_rows(beta, b, pairs, single)
    else:
        up, down = one_spin[0][a], one_spin[1][b]
    up_columns = up.indices * beta.count + np.repeat(b, np.diff(up.indptr))
    down_columns = down.indices + beta.count * np.repeat(a, np.diff(down.indptr))
    both, both_columns = _both_spins(alpha, beta, rows, pairs)
    parts = [
        (both.ravel(), both_columns.ravel(), both.shape[1] * np.arange(len(rows) + 1)),
        (up.data, up_columns, up.indptr),
        (down.data, down_columns, down.indptr),
    ]
    return _side_by_side(parts, (len(rows), alpha.count * beta.count))


def _side_by_side(parts: Sequence[tuple[Floats, Integers, Integers]], shape: tuple[int, int]) -> csr_array:
    """Return the sum of sparse matrices, given by entries, columns and pointers to rows: each row's entries in turn."""
    pointers: Integers = np.sum([pointer for _, _, pointer in parts], axis=0)
    data, columns = np.empty(pointers[-1]), np.empty(pointers[-1], dtype=np.int64)
    start = pointers[:-1].copy()
    for entries, own, pointer in parts:
        lengths = np.diff(pointer)
        place = np.repeat(start - pointer[:-1], lengths) + np.arange(len(entries))
        data[place], columns[place] = entries, own
        start += lengths
    return csr_array((data, columns, pointers), shape=shape)


def _contracted(family: Strings, own: Integers, pairs: Floats) -> Floats:
    """Return u for every hop of the strings `own`: shape (len(own), hops, 2M+1)."""
    _, p, q, sign = np.moveaxis(family.hops[own], 2, 0)
    u: Floats = sign[:, :, None] * (pairs[np.abs(p - q)] - pairs[p + q])
    return u


def one_spin_rows(family: Strings, own: Integers, pairs: Floats, single: Floats) -> csr_array:
    """Return the rows `own` of H_a: sparse (len(own), strings); exact under the conditions of `determinant_rows`."""
    chosen, inverse = np.unique(own, return_inverse=True)
    target, p, q, sign = np.moveaxis(family.hops[chosen], 2, 0)
    u = _contracted(family, chosen, pairs)
    orders, hops = u.shape[2], np.arange(len(chosen) + 1) * target.shape[1]
    column = np.arange(orders) * family.count + target[:, :, None]
    half_way = csr_array((u.ravel(), column.ravel(), hops * orders), shape=(len(chosen), orders * family.count))
    twice = half_way @ density_stack(family)
    # a hop from a row's string is one towards it, read backwards
    once = sign * single[q - 1, p - 1]
    parts = [(twice.data, twice.indices, twice.indptr), (once.ravel(), target.ravel(), hops)]
    return _side_by_side(parts, (len(chosen), family.count))[inverse]


def _both_spins(alpha: Strings, beta: Strings, rows: Integers, pairs: Floats) -> tuple[Floats, Integers]:
    """Return the entries of the rows of H_ab and their columns, (len(rows), hops of both spins)."""
    a, b = np.divmod(rows, beta.count)
    u = _contracted(alpha, a, pairs)
    target_a = alpha.hops[a, :, 0]
    target_b, p, q, sign = np.moveaxis(beta.hops[b], 2, 0)
    row = np.arange(len(a))[:, None, None]
    hop = np.arange(u.shape[1])[None, :, None]
    values = 2 * sign[:, None, :] * (u[row, hop, np.abs(p - q)[:, None, :]] - u[row, hop, (p + q)[:, None, :]])
    column = target_a[:, :, None] * beta.count + target_b[:, None, :]
    return values.reshape(len(rows), -1), column.reshape(len(rows), -1)
