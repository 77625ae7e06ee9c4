"""Strings of one spin and their density matrices, in exact integers.

A string is a set of n orbitals occupied by electrons of one spin; strings are ordered by their bit masks, and a
string's determinant is c+_{p1} c+_{p2} ... |0> with p1 < p2 < ... The densities that carry the interaction
(physics.md section 2) are

    rho_m = sum over |p-q| = m of E_pq - sum over p+q = m of E_pq,   E_pq = c+_p c_q,   m = 0..2M,

because the product of two sines is half the difference of two cosines. Their elements are integers.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from math import comb

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

Integers = NDArray[np.int64]
STACKS_KEPT = 4  # families of strings: two spins, N and N+1 electrons
STRINGS_KEPT = 16  # families, each with what is known of it: the blocks of a few dots share them


@dataclass(frozen=True, eq=False)
class Strings:
    """All strings of n electrons of one spin in M orbitals.

    Attributes
    ----------
    masks
        (count,) int64, ascending; bit p-1 is orbital p.
    hops
        (count, n + n (M-n), 4) int64: for each string the E_pq that do not annihilate it, as rows (target string, p,
        q, sign); the n diagonal ones come first.
    """

    orbitals: int
    electrons: int
    masks: Integers
    hops: Integers

    @property
    def count(self) -> int:
        """Number of strings."""
        return len(self.masks)


@lru_cache(maxsize=STRINGS_KEPT)
def strings(orbitals: int, electrons: int) -> Strings:
    """Return the strings of `electrons` electrons in `orbitals` orbitals (at most 62)."""
    if not 0 <= electrons <= orbitals <= 62:
        raise ValueError(f"electrons={electrons}, orbitals={orbitals} must satisfy 0 <= electrons <= orbitals <= 62")
    occupied = np.array(list(combinations(range(orbitals), electrons)), dtype=np.int64)
    occupied = occupied.reshape(comb(orbitals, electrons), electrons)
    masks = np.bitwise_or.reduce(np.int64(1) << occupied, axis=1)
    order = np.argsort(masks)
    return Strings(orbitals, electrons, masks[order], _hops(orbitals, occupied[order], masks[order]))


@lru_cache(maxsize=STACKS_KEPT)
def density_stack(family: Strings) -> csr_array:
    """Return rho_0, ..., rho_2M on top of each other: sparse ((2M+1) count, count), float64 with integer values."""
    target, p, q, sign = np.moveaxis(family.hops, 2, 0)
    source = np.broadcast_to(np.arange(family.count)[:, None], target.shape)
    rows = np.concatenate([np.abs(p - q) * family.count + target, (p + q) * family.count + target], axis=1)
    columns = np.concatenate([source, source], axis=1)
    values = np.concatenate([sign, -sign], axis=1).astype(np.float64)
    shape = ((2 * family.orbitals + 1) * family.count, family.count)
    return csr_array((values.ravel(), (rows.ravel(), columns.ravel())), shape=shape)


def one_body(family: Strings, coefficients: NDArray[np.float64]) -> csr_array:
    """Return sum_pq coefficients[p-1, q-1] E_pq as a sparse (count, count) matrix."""
    target, p, q, sign = np.moveaxis(family.hops, 2, 0)
    source = np.broadcast_to(np.arange(family.count)[:, None], target.shape)
    values = sign * coefficients[p - 1, q - 1]
    return csr_array((values.ravel(), (target.ravel(), source.ravel())), shape=(family.count, family.count))


def creation(orbitals: int, electrons: int, weights: NDArray[np.float64] | None = None) -> csr_array:
    """Return sum_p w_p c+_p from n to n+1 electrons of one spin: sparse (C(M,n+1), C(M,n)), entries +-w_p or +-1.

    The sign counts the electrons in orbitals below p.
    """
    lower, upper = strings(orbitals, electrons), strings(orbitals, electrons + 1)
    source, p = np.nonzero(_empty(lower.masks, orbitals))
    mask = lower.masks[source]
    sign = 1.0 - 2.0 * (np.bitwise_count(mask & ((np.int64(1) << p) - 1)) & 1)
    target = np.searchsorted(upper.masks, mask | (np.int64(1) << p))
    if weights is not None:
        sign = sign * weights[p]
    return csr_array((sign, (target, source)), shape=(upper.count, lower.count))


def _empty(masks: Integers, orbitals: int) -> NDArray[np.bool_]:
    empty: NDArray[np.bool_] = ((masks[:, None] >> np.arange(orbitals)) & 1) == 0
    return empty


def _hops(orbitals: int, occupied: Integers, masks: Integers) -> Integers:
    count, electrons = occupied.shape
    diagonal = np.stack(
        [
            np.broadcast_to(np.arange(count)[:, None], occupied.shape),
            occupied + 1,
            occupied + 1,
            np.ones_like(occupied),
        ],
        axis=2,
    )
    virtual = np.nonzero(_empty(masks, orbitals))[1].reshape(count, orbitals - electrons)
    shape = (count, electrons, orbitals - electrons)
    q = np.broadcast_to(occupied[:, :, None], shape).reshape(count, -1)
    p = np.broadcast_to(virtual[:, None, :], shape).reshape(count, -1)
    rest = masks[:, None] ^ (np.int64(1) << q)
    target = np.searchsorted(masks, rest | (np.int64(1) << p))
    between = (np.int64(1) << np.maximum(p, q)) - (np.int64(2) << np.minimum(p, q))
    sign = 1 - 2 * (np.bitwise_count(rest & between) & 1).astype(np.int64)
    return np.concatenate([diagonal, np.stack([target, p + 1, q + 1, sign], axis=2)], axis=1)
