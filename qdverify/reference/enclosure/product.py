"""The Hamiltonian on vectors of one symmetry block in double precision, without its matrix; no bound is claimed.

On C[a, b] over (alpha, beta) strings (fixed_point.py for h and o, strings.py for rho)

    H C = H_a C + C H_b^T + 2 sum_mm' h_mm' rho_m(a) C rho_m'(b)^T,

with H_a = o + sum_mm' rho_m h_mm' rho_m' on the strings of one spin, a matrix if these are few. Reflection halves
the work twice: a string has the parity of its orbitals, C joins only strings whose parities multiply to that of the
block, rho_m changes the parity for odd m and keeps it for even m, and h joins densities of equal parity only.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, hstack

from qdverify.reference.enclosure.basis import Block
from qdverify.reference.enclosure.determinants import one_spin_rows
from qdverify.reference.enclosure.fixed_point import FixedPoint
from qdverify.reference.enclosure.strings import Integers, Strings, density_stack, one_body

Floats = NDArray[np.float64]
OneSpin = Callable[[Floats], Floats]
MOST_STRINGS = 5000  # of a stored H_a: each is joined to thousands of others
ELEMENTS_AT_ONCE = 2**18  # of sum over b of rho_m'(b) C: they stay in the cache between three passes


@dataclass(frozen=True, eq=False)
class _Part:
    """One term of the interaction between the spins: some target strings b', densities of one parity.

    Attributes
    ----------
    source_a, source_b, target_a, target_b
        Numbers of the strings between which it acts.
    first, coupling, second
        rho_m'(b) as (m' target_b, source_b), 2h as (m, m'), rho_m(a) as (target_a, m source_a).
    """

    source_a: Integers
    source_b: Integers
    target_a: Integers
    target_b: Integers
    first: csr_array
    coupling: Floats
    second: csr_array

    def apply(self, spread: Floats) -> Floats:
        """Return (target_a, target_b, k) of a vector (alpha, beta, k)."""
        count = spread.shape[2]
        source = spread[np.ix_(self.source_a, self.source_b)].swapaxes(0, 1).reshape(len(self.source_b), -1)
        densities = (self.first @ source).reshape(len(self.coupling), -1)
        coupled = (self.coupling @ densities).reshape(-1, len(self.target_b), len(self.source_a), count)
        result: Floats = self.second @ coupled.swapaxes(1, 2).reshape(self.second.shape[1], -1)
        return result.reshape(len(self.target_a), len(self.target_b), count)


@dataclass(frozen=True, eq=False)
class Product:
    """H on vectors (alpha, beta, k) over the determinants of a block."""

    up: OneSpin
    down: OneSpin
    parts: tuple[_Part, ...]

    @classmethod
    def of(cls, model: FixedPoint, block: Block) -> Product:
        """Prepare the strings' matrices."""
        pairs, single = model.approximate()
        up, down = (_one_spin(family, pairs, single) for family in (block.alpha, block.beta))
        return cls(up, down, tuple(_parts(block, pairs)))

    def apply(self, spread: Floats) -> Floats:
        """Return H C."""
        alpha, beta, count = spread.shape
        result: Floats = self.up(spread.reshape(alpha, -1)).reshape(spread.shape)
        result += self.down(spread.swapaxes(0, 1).reshape(beta, -1)).reshape(beta, alpha, count).swapaxes(0, 1)
        for part in self.parts:
            result[np.ix_(part.target_a, part.target_b)] += part.apply(spread)
        return result


def _one_spin(family: Strings, pairs: Floats, single: Floats) -> OneSpin:
    """Return H_a as it acts on (strings, k)."""
    if family.count <= MOST_STRINGS:
        matrix = one_spin_rows(family, np.arange(family.count), pairs, single)
        return lambda spread: matrix @ spread
    stack, direct = density_stack(family), one_body(family, single)

    def apply(spread: Floats) -> Floats:
        densities = (stack @ spread).reshape(len(pairs), -1)
        result: Floats = direct @ spread + stack.T @ (pairs @ densities).reshape(stack.shape[0], -1)
        return result

    return apply


def _parts(block: Block, pairs: Floats) -> list[_Part]:
    alpha, beta = _parities(block.alpha), _parities(block.beta)
    stack_a, stack_b = density_stack(block.alpha), density_stack(block.beta)
    parts: list[_Part] = []
    if not (stack_a.nnz and stack_b.nnz):
        return parts
    for odd, sign in product((0, 1), (1, -1)):
        densities = np.arange(odd, len(pairs), 2)
        flipped = sign * (1 - 2 * odd)
        source_a, source_b = (np.flatnonzero(part) for part in (alpha == block.parity * flipped, beta == flipped))
        target_a, target_b = (np.flatnonzero(part) for part in (alpha == block.parity * sign, beta == sign))
        if not (len(source_a) and len(source_b) and len(target_a) and len(target_b)):
            continue
        second = hstack([stack_a[m * block.alpha.count + target_a][:, source_a] for m in densities], format="csr")
        chunks = 1 + len(densities) * len(source_a) * len(target_b) // ELEMENTS_AT_ONCE
        for some in np.array_split(target_b, min(chunks, len(target_b))):
            first = stack_b[(densities[:, None] * block.beta.count + some).ravel()][:, source_b]
            coupling = 2 * pairs[np.ix_(densities, densities)]
            parts.append(_Part(source_a, source_b, target_a, some, first, coupling, second))
    return parts


def _parities(family: Strings) -> Integers:
    """Return the parity of each string: orbital n has (-1)^(n+1)."""
    even = sum(1 << bit for bit in range(1, family.orbitals, 2))
    odd: Integers = np.bitwise_count(family.masks & np.int64(even)).astype(np.int64) % 2
    return 1 - 2 * odd
