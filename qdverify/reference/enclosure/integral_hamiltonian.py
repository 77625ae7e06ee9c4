"""The Hamiltonian of a dot given by integrals on one block: exact integers, and a float matrix with a proven error.

For the determinant (a, b) of an alpha and a beta string (integral_model.py for o and h, strings.py for hops)

    H = H_a + H_b + H_ab,
    H_a = sum_ps o_ps E_ps + sum h_pqrs E_pq E_rs on one spin,    H_ab = 2 sum h_pqrs E_pq(a) E_rs(b).

The integers are written in planes, digits of a few bits. In each plane all elements of W^T H W, W the block's
functions, are sums of integers below 2^53, which float64 holds exactly, whatever the order of summation; so are the
elements of the product of a plane with one digit of a vector.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from math import floor, log2

import numpy as np
from flint import arb
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array

from qdverify.reference.enclosure.basis import Block
from qdverify.reference.enclosure.budget import paced
from qdverify.reference.enclosure.fixed_point import Objects, from_limbs, limbs
from qdverify.reference.enclosure.hamiltonian import UNIT, common_zeros
from qdverify.reference.enclosure.integral_model import IntegralModel
from qdverify.reference.enclosure.strings import Integers, Strings, one_body

Floats = NDArray[np.float64]
WIDEST = 17  # bits of a plane: as many remain for a digit of a vector
LEAST_DIGIT = 2


@dataclass(frozen=True, eq=False)
class DenseMatrix:
    """A dense float64 matrix and a bound of its distance (spectral norm) from the exact one."""

    values: Floats
    error: arb


@dataclass(frozen=True, eq=False)
class IntegralHamiltonian:
    """H on a block in units of `scale`; A = D^(-1/2) H D^(-1/2) is its symmetric form in the normalised basis."""

    model: IntegralModel
    block: Block

    def multiply_exactly(self, vector: Objects) -> Objects:
        """Return W^T H W vector for Python integers (size,), in units of 2^-bits; W holds the basis functions."""
        scale = 1 << common_zeros(vector)
        digits = limbs(vector // scale, self._digit_width)
        total = np.zeros(len(vector), dtype=object)
        for place, plane in self._planes:
            total += from_limbs(digits @ plane.T, self._digit_width) * (1 << place)
        product: Objects = total * scale
        return product

    def matrix(self) -> DenseMatrix:
        """Return A with a bound of its error, the rounding of the model included.

        Adding up the planes rounds each partial sum once, sqrt(D_i D_j) and the division by it once each; the norm of
        that elementwise bound is at most sqrt(largest row sum * largest column sum), and it is symmetric.
        """
        value = np.zeros((self.block.size, self.block.size))
        rounded = value.copy()
        above = 0
        for place, plane in reversed(self._planes):
            factor = 2.0 ** (above - place) if above else 1.0
            value = value * factor + plane
            rounded = rounded * factor + abs(value)
            above = place
        metric = self.block.metric
        norms = np.sqrt((metric[:, None] * metric[None, :]).astype(np.float64))
        unit = 2.0 ** (above - self.model.bits)
        value, rounded = value * unit / norms, rounded * unit / norms
        elementwise = (rounded + 2 * abs(value)) * (1.01 * UNIT)
        error = arb(float(elementwise.sum(axis=0).max(initial=0.0))) * arb("1.01")
        return DenseMatrix(value, error + self.model.rounding(self.block.electrons))

    @cached_property
    def _planes(self) -> list[tuple[int, Floats]]:
        """W^T H W as sum of 2^place times float64 matrices of integers, planes of zeros left out; places ascend."""
        width = self._plane_width()
        functions, size = self.block.functions, self.block.size
        doing = f"forming the matrix of a block of {size} functions"
        found = []
        for place, hamiltonian in self._determinant_planes(width, doing):
            elements: Floats = functions.T @ (hamiltonian @ functions).toarray()
            found.append((place, elements))
        return found

    def _determinant_planes(self, width: int, doing: str) -> Iterator[tuple[int, csr_array]]:
        """Yield H between determinants, plane by plane."""
        model, count = self.model, self.model.orbitals * (self.model.orbitals + 1) // 2
        listed, single = limbs(model.pairs, width), limbs(model.one_body, width)
        paths = _paths(self.block.alpha, self.block.beta)
        for number in paced(range(max(len(listed), len(single))), doing, long=True):
            pairs = np.zeros((count, count))
            if number < len(listed):
                first, second = model.places.T
                pairs[first, second] = pairs[second, first] = listed[number]
            direct = single[number] if number < len(single) else np.zeros(single.shape[1:])
            if pairs.any() or direct.any():
                yield width * number, _elements(self.block, paths, pairs, direct)

    def _plane_width(self) -> int:
        """Return the digit width for which every element of W^T H W in one plane is exact.

        With w bits, coefficients are at most 2^(w-1). With K hops a string, an element of H gets at most K_a^2 + K_a +
        K_b^2 + K_b terms of one spin and 2 K_a K_b of both, and W^T and W multiply by their largest column sums.
        """
        hops = sum(family.hops.shape[1] for family in (self.block.alpha, self.block.beta))
        reach = float(abs(self.block.functions).sum(axis=0).max(initial=1.0)) ** 2
        return min(WIDEST, floor(54 - log2(reach * (hops**2 + hops + 1))))

    @cached_property
    def _digit_width(self) -> int:
        """The digit width of vectors for which the product with every plane is exact: by the largest row sum."""
        largest = max((float(abs(plane).sum(axis=1).max(initial=0.0)) for _, plane in self._planes), default=0.0)
        # the row sums are sums of exact integers, rounded by less than one part in 2^40
        width = floor(54 - log2(max(1.0, 1.001 * largest)))
        if width < LEAST_DIGIT:
            raise OverflowError(f"no digits are exact for a block of {self.block.size} functions")
        return min(width, 24)


@dataclass(frozen=True, eq=False)
class _Paths:
    """Terms of H between determinants: rows, columns and signs of E_pq(a) E_rs(b), and the numbers of their pairs."""

    rows: Integers
    columns: Integers
    signs: Integers
    first: Integers
    second: Integers


def _paths(alpha: Strings, beta: Strings) -> _Paths:
    """Return every product of a hop of alpha and a hop of beta."""
    (target_a, pair_a, sign_a), (target_b, pair_b, sign_b) = (_hops(family) for family in (alpha, beta))
    shape = (alpha.count, beta.count, pair_a.shape[1], pair_b.shape[1])

    def spread(up: Integers, down: Integers) -> tuple[Integers, Integers]:
        return np.broadcast_to(up[:, None, :, None], shape), np.broadcast_to(down[None, :, None, :], shape)

    to_a, to_b = spread(target_a, target_b)
    source = np.arange(alpha.count * beta.count).reshape(alpha.count, beta.count, 1, 1)
    sign = sign_a[:, None, :, None] * sign_b[None, :, None, :]
    first, second = spread(pair_a, pair_b)
    rows, columns = np.broadcast_to(source, shape), to_a * beta.count + to_b
    return _Paths(*(part.ravel() for part in (rows, columns, np.broadcast_to(sign, shape), first, second)))


def _hops(family: Strings) -> tuple[Integers, Integers, Integers]:
    """Return target, number of the pair (pq) and sign of every hop of every string: (count, hops) each."""
    target, p, q, sign = np.moveaxis(family.hops, 2, 0)
    low, high = np.minimum(p, q), np.maximum(p, q)
    return target, high * (high - 1) // 2 + low - 1, sign


def _elements(block: Block, paths: _Paths, pairs: Floats, single: Floats) -> csr_array:
    """Return H between the determinants of a block, for coefficients of one plane."""
    alpha, beta = block.alpha, block.beta
    size = alpha.count * beta.count
    values = 2 * paths.signs * pairs[paths.first, paths.second]
    both = coo_array((values, (paths.rows, paths.columns)), shape=(size, size)).tocsr()
    up = _one_spin(alpha, pairs, single).tocoo()
    down = _one_spin(beta, pairs, single).tocoo()
    b, a = np.arange(beta.count), np.arange(alpha.count)
    rows_up, columns_up = ((index[:, None] * beta.count + b).ravel() for index in up.coords)
    rows_down, columns_down = ((a[:, None] * beta.count + index).ravel() for index in down.coords)
    of_up = coo_array((np.repeat(up.data, beta.count), (rows_up, columns_up)), shape=(size, size))
    of_down = coo_array((np.tile(down.data, alpha.count), (rows_down, columns_down)), shape=(size, size))
    total: csr_array = both + of_up.tocsr() + of_down.tocsr()
    return total


def _one_spin(family: Strings, pairs: Floats, single: Floats) -> csr_array:
    """Return H_a between the strings of one spin: two hops after one another, and o."""
    target, pair, sign = _hops(family)
    count, hops = target.shape
    second_target, second_pair, second_sign = target[target], pair[target], sign[target]
    values = sign[:, :, None] * second_sign * pairs[pair[:, :, None], second_pair]
    source = np.broadcast_to(np.arange(count)[:, None, None], values.shape)
    shape = (count, count)
    two = coo_array((values.ravel(), (second_target.ravel(), source.ravel())), shape=shape).tocsr()
    if not hops:
        return csr_array(shape)
    total: csr_array = two + one_body(family, single)
    return total
