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
from typing import TypeAlias

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
        rows, size = _determinants(self.block), self.block.size
        functions = self.block.functions[rows]
        doing = f"forming the matrix of a block of {size} functions"
        found = []
        for place, hamiltonian in self._determinant_planes(rows, width, doing):
            elements: Floats = functions.T @ (hamiltonian @ functions).toarray()
            found.append((place, elements))
        return found

    def _determinant_planes(self, rows: Integers, width: int, doing: str) -> Iterator[tuple[int, csr_array]]:
        """Yield H between the determinants of the block, plane by plane."""
        model, count = self.model, int(self.model.numbers.max()) + 1
        listed, single = limbs(model.pairs, width), limbs(model.one_body, width)
        alpha, beta = self.block.alpha, self.block.beta
        spins = [_OneSpin.of(family, model) for family in (alpha, beta)]
        paths = _Paths.of(_hops(alpha, model.numbers), _hops(beta, model.numbers), rows, beta.count)
        for number in paced(range(max(len(listed), len(single))), doing, long=True):
            pairs = np.zeros((count, count))
            if number < len(listed):
                first, second = model.places.T
                pairs[first, second] = pairs[second, first] = listed[number]
            direct = single[number] if number < len(single) else np.zeros(single.shape[1:])
            if pairs.any() or direct.any():
                up, down = (spin.matrix(pairs, direct) for spin in spins)
                yield width * number, _between(paths, up, down, pairs)

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


_Hops: TypeAlias = tuple[Integers, Integers, Integers]
"""Target, number of the pair (pq) and sign of every hop of every string: (count, hops) each."""


def _hops(family: Strings, numbers: Integers) -> _Hops:
    target, p, q, sign = np.moveaxis(family.hops, 2, 0)
    return target, numbers[p - 1, q - 1], sign


def _determinants(block: Block) -> Integers:
    """Return the determinants a * beta.count + b of which the functions of a block are made."""
    return np.unique(block.functions.indices).astype(np.int64)


@dataclass(frozen=True, eq=False)
class _Paths:
    """The determinants of a block, and the terms of H_ab between them: E_pq(a) E_rs(b) with the numbers of its pairs.

    Attributes
    ----------
    a, b
        Strings of every determinant.
    places
        Place in the block of every determinant a * betas + b; -1 if it is not in the block.
    rows, columns, signs, first, second
        Of every term: places of the determinants, its sign, and the numbers of (pq) and (rs).
    """

    a: Integers
    b: Integers
    betas: int
    places: Integers
    rows: Integers
    columns: Integers
    signs: Integers
    first: Integers
    second: Integers

    @classmethod
    def of(cls, alpha: _Hops, beta: _Hops, determinants: Integers, betas: int) -> _Paths:
        """Return every product of a hop of alpha and a hop of beta between these determinants."""
        a, b = np.divmod(determinants, betas)
        target_a, pair_a, sign_a = (part[a] for part in alpha)
        target_b, pair_b, sign_b = (part[b] for part in beta)
        places = np.full(len(alpha[0]) * betas, -1, dtype=np.int64)
        places[determinants] = np.arange(len(determinants))
        columns = places[target_a[:, :, None] * betas + target_b[:, None, :]]
        kept = np.nonzero(columns >= 0)
        rows, i, j = kept
        signs = sign_a[rows, i] * sign_b[rows, j]
        return cls(a, b, betas, places, rows, columns[kept], signs, pair_a[rows, i], pair_b[rows, j])


def _between(paths: _Paths, up: csr_array, down: csr_array, pairs: Floats) -> csr_array:
    """Return H between the determinants of a block, from H_a of either spin and the coefficients of one plane."""
    size = len(paths.a)
    parts = [(2 * paths.signs * pairs[paths.first, paths.second], paths.rows, paths.columns)]
    for matrix, own, acting, looking_on in (
        (up, paths.a, paths.betas, paths.b),
        (down, paths.b, 1, paths.betas * paths.a),
    ):
        chosen = matrix[own]
        rows = np.repeat(np.arange(size), np.diff(chosen.indptr))
        columns = paths.places[acting * chosen.indices + looking_on[rows]]
        kept = columns >= 0
        parts.append((chosen.data[kept], rows[kept], columns[kept]))
    values, rows, columns = (np.concatenate(part) for part in zip(*parts, strict=True))
    found: csr_array = coo_array((values, (rows, columns)), shape=(size, size)).tocsr()
    return found


@dataclass(frozen=True, eq=False)
class _OneSpin:
    """Terms of H_a between the strings of one spin: two hops after one another, as rows, columns, signs and pairs."""

    family: Strings
    rows: Integers
    columns: Integers
    signs: Integers
    first: Integers
    second: Integers

    @classmethod
    def of(cls, family: Strings, model: IntegralModel) -> _OneSpin:
        """Return the terms whose integrals are listed."""
        target, pair, sign = _hops(family, model.numbers)
        second = pair[target]
        kept = np.nonzero(_listed(model)[pair[:, :, None], second])
        source, i, _ = kept
        end = target[target][kept]
        return cls(family, end, source, sign[source, i] * sign[target][kept], pair[source, i], second[kept])

    def matrix(self, pairs: Floats, single: Floats) -> csr_array:
        """Return H_a for coefficients of one plane."""
        shape = (self.family.count, self.family.count)
        values = self.signs * pairs[self.first, self.second]
        total: csr_array = coo_array((values, (self.rows, self.columns)), shape=shape).tocsr()
        return total + one_body(self.family, single) if self.family.electrons else total


def _listed(model: IntegralModel) -> NDArray[np.bool_]:
    """Return for which two pairs an integral is listed."""
    count = int(model.numbers.max()) + 1
    listed = np.zeros((count, count), dtype=np.bool_)
    first, second = model.places.T
    listed[first, second] = listed[second, first] = True
    return listed
