"""The Hamiltonian on one symmetry block: exactly on integer vectors, and as a float matrix with a proven error.

On a vector C[a, b] over (alpha, beta) strings, with the integers h and o of fixed_point.py and the densities rho of
strings.py, which act on either spin,

    y_m = rho_m C,    H C = o C + sum_m rho_m sum_m' h_mm' y_m'.

Integers are processed as float64 digits of a few bits each: every product and sum then stays below 2^53 in magnitude,
which float64 holds exactly, whatever the order of summation. The widths of the digits follow from bounds that are
computed from the matrices themselves.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property, lru_cache, reduce
from math import floor, log2
from operator import or_

import numpy as np
from flint import arb
from numpy.typing import NDArray
from scipy.sparse import csc_array, csr_array

from qdverify.reference.enclosure.basis import Block
from qdverify.reference.enclosure.budget import paced
from qdverify.reference.enclosure.determinants import determinant_rows, growth, one_spin_rows
from qdverify.reference.enclosure.fixed_point import FixedPoint, Objects, digits_needed, from_limbs, limbs
from qdverify.reference.enclosure.product import Product
from qdverify.reference.enclosure.strings import Integers, Strings, density_stack, one_body

Floats = NDArray[np.float64]
OneSpins = tuple[csr_array, csr_array]
UNIT = 2.0**-53
ROWS_AT_ONCE = 1000
COARSE_BITS = 64
DIGITS_KEPT = 16  # models and widths: one of each for every block of a few dots
SMALL_BLOCK = 100  # functions: a matrix of integers is then cheaper than digits


@dataclass(frozen=True, eq=False)
class FloatMatrix:
    """A sparse float64 matrix and a bound of its distance (spectral norm) from the exact one."""

    values: csc_array
    error: arb


@dataclass(frozen=True, eq=False)
class BlockHamiltonian:
    """H on a block in units of 1/L^2; A = D^(-1/2) H D^(-1/2) is its symmetric form in the normalised basis."""

    model: FixedPoint
    block: Block

    def multiply(self, vectors: Floats) -> Floats:
        """Return A @ vectors in double precision for vectors (size, k); no bound is claimed."""
        scale = 1 / np.sqrt(self.block.metric)[:, None]
        return self._gather(self._product.apply(self._spread(vectors * scale))) * scale

    def multiply_exactly(self, vector: Objects) -> Objects:
        """Return W^T H W vector for Python integers (size,), in units of 2^-bits / L^2; W holds the basis functions."""
        if self.block.size <= SMALL_BLOCK:
            product: Objects = self._integer_matrix @ vector
            return product
        # new vectors come from doubles: the zeros behind their 53 bits need no digits
        scale = 1 << common_zeros(vector)
        scaled: Objects = self._multiply_in_digits(vector // scale) * scale
        return scaled

    @cached_property
    def _integer_matrix(self) -> Objects:
        """W^T H W as Python integers, for small blocks."""
        width = self._element_width()
        digits, taken = self._digits_of_matrix(self.model, width), self._taken(slice(None))
        return from_limbs(np.array([self._exact_columns(taken, *digit).toarray() for digit in digits]), width)

    def _multiply_in_digits(self, vector: Objects) -> Objects:
        width = self._digit_width(vector)
        pairs, _ = digits_of(self.model, width)
        digits = limbs(vector, width)
        orders = len(pairs) + len(digits) - 1
        spread = [self._spread(digit[:, None]) for digit in digits]
        inner = np.zeros((orders, pairs.shape[1], *spread[0].shape))
        doing = f"multiplying a vector of {len(vector)} functions in {len(pairs)} digits"
        for low in paced(range(len(spread)), doing):
            part = spread[low]
            densities = self._densities(part)
            for parity in (slice(0, None, 2), slice(1, None, 2)):  # h joins densities of equal parity only
                chosen = densities[parity]
                coupling = pairs[:, parity, parity].reshape(-1, len(chosen))
                contracted = coupling @ chosen.reshape(len(chosen), -1)
                inner[low : low + len(pairs), parity] += contracted.reshape(len(pairs), *chosen.shape)
        direct = np.zeros((orders, *spread[0].shape))
        together = np.concatenate(spread, axis=2)
        for high, (up, down) in enumerate(self._one_bodies(width)):
            direct[high : high + len(digits)] += np.moveaxis(_one_electron(up, down, together), 2, 0)[..., None]
        results = [
            self._gather(self._collect(inner[order]) + direct[order])[:, 0] for order in paced(range(orders), doing)
        ]
        return from_limbs(np.array(results), width)

    @cached_property
    def matrix(self) -> FloatMatrix:
        """A itself with a bound of its error, kept in memory: only for blocks that fit into it."""
        return self._columns(slice(None))

    def columns(self, chosen: slice) -> FloatMatrix:
        """Return A[:, chosen] with a bound of its error, taken from `matrix` if that was formed already."""
        if "matrix" in vars(self) or len(self.block.metric[chosen]) == self.block.size:
            return FloatMatrix(self.matrix.values[:, chosen], self.matrix.error)
        return self._columns(chosen)

    def approximate(self, states: int) -> Floats:
        """Return A[:states, :states] in double precision; no bound is claimed."""
        if "matrix" in vars(self) or states == self.block.size:
            return self.columns(slice(0, states)).values[:states].toarray()
        chosen = slice(0, states)
        inner = replace(self.block, functions=self.block.functions[:, chosen], metric=self.block.metric[chosen])
        part = replace(self, block=inner)
        elements = part._exact_columns(part._taken(slice(None)), *self.model.approximate())
        return part._normalised(elements, chosen).toarray()

    def _columns(self, chosen: slice) -> FloatMatrix:
        """Return A[:, chosen] with a bound of its error, the rounding of the model included.

        The elements of W^T H W are formed exactly in a few digits. Adding up the digits rounds each partial sum
        once, sqrt(D_i D_j) and the division by it once each; the norm of that elementwise bound is at most
        sqrt(largest row sum * largest column sum).
        """
        model = self.model.coarse(COARSE_BITS) if self.model.bits > COARSE_BITS else self.model
        width = self._element_width()
        value = csc_array((self.block.size, len(self.block.metric[chosen])))
        rounded, taken = value, self._taken(chosen)
        for digit in reversed(self._digits_of_matrix(model, width)):
            value = value * 2.0**width + self._exact_columns(taken, *digit)
            rounded = rounded * 2.0**width + abs(value)
        value, rounded = (self._normalised(part * 2.0**-model.bits, chosen) for part in (value, rounded))
        elementwise = (rounded + 2 * abs(value)) * (1.01 * UNIT)
        row, column = (float(elementwise.sum(axis=axis).max(initial=0.0)) for axis in (0, 1))
        return FloatMatrix(value, (arb(row) * arb(column)).sqrt() * arb("1.01") + model.rounding(self.block.electrons))

    @cached_property
    def _product(self) -> Product:
        return Product.of(self.model, self.block)

    @cached_property
    def _stacks(self) -> tuple[csr_array, csr_array]:
        return density_stack(self.block.alpha), density_stack(self.block.beta)

    def _spread(self, vectors: Floats) -> Floats:
        """Take vectors from the basis, (size, k), to determinants, (alpha, beta, k)."""
        spread: Floats = self.block.functions @ vectors
        return spread.reshape(self.block.alpha.count, self.block.beta.count, -1)

    def _gather(self, spread: Floats) -> Floats:
        """Apply the transpose of `_spread`."""
        gathered: Floats = self.block.functions.T @ spread.reshape(-1, spread.shape[2])
        return gathered

    def _densities(self, spread: Floats) -> Floats:
        """Return rho_m C for every m: (2M+1, alpha, beta, k)."""
        alpha, beta, count = spread.shape
        up, down = self._stacks
        first: Floats = (up @ spread.reshape(alpha, -1)).reshape(-1, alpha, beta, count)
        second: Floats = (down @ spread.swapaxes(0, 1).reshape(beta, -1)).reshape(-1, beta, alpha, count)
        return first + second.swapaxes(1, 2)

    def _collect(self, inner: Floats) -> Floats:
        """Return sum_m rho_m z_m, the transpose of `_densities`."""
        orders, alpha, beta, count = inner.shape
        up, down = self._stacks
        first: Floats = (up.T @ inner.reshape(orders * alpha, -1)).reshape(alpha, beta, count)
        second: Floats = (down.T @ inner.swapaxes(1, 2).reshape(orders * beta, -1)).reshape(beta, alpha, count)
        return first + second.swapaxes(0, 1)

    def _one_bodies(self, width: int) -> list[tuple[csr_array, csr_array]]:
        """Return each digit of o as matrices on the strings of either spin."""
        up, down = (one_body_digits(family, self.model, width) for family in (self.block.alpha, self.block.beta))
        return list(zip(up, down, strict=True))

    def _digits_of_matrix(self, model: FixedPoint, width: int) -> list[tuple[Floats, Floats, OneSpins | None]]:
        """Return h and o digit by digit, each with its H_a and H_b if these are small enough to be kept."""
        families = self.block.alpha, self.block.beta
        pairs, single = digits_of(model, width)
        if max(family.count for family in families) > ROWS_AT_ONCE:
            return [(h, o, None) for h, o in zip(pairs, single, strict=True)]
        up, down = (one_spin_digits(family, model, width) for family in families)
        return list(zip(pairs, single, zip(up, down, strict=True), strict=True))

    @cached_property
    def _functions(self) -> csr_array:
        return self.block.functions.tocsr()

    def _taken(self, chosen: slice) -> tuple[csr_array, Integers]:
        """Return the rows of W[:, chosen] that hold anything, and their numbers."""
        partial = self._functions[:, chosen]
        rows = np.flatnonzero(np.diff(partial.indptr))
        return partial[rows], rows

    def _exact_columns(
        self, taken: tuple[csr_array, Integers], pairs: Floats, single: Floats, one_spin: OneSpins | None = None
    ) -> csc_array:
        """Return W^T H W[:, chosen] for h and o whose digits `_element_width` admits; `taken` as `_taken` gives it."""
        block = self.block
        partial, rows = taken
        total: csc_array | None = None
        doing = f"forming the matrix of a block of {block.size} functions"
        for start in paced(range(0, len(rows), ROWS_AT_ONCE), doing):
            some = rows[start : start + ROWS_AT_ONCE]
            hamiltonian = determinant_rows(block.alpha, block.beta, some, pairs, single, one_spin=one_spin)
            part = (hamiltonian @ self._functions).T @ partial[start : start + ROWS_AT_ONCE]
            total = part if total is None else total + part
        return csc_array((block.size, partial.shape[1])) if total is None else total.tocsc()

    def _normalised(self, elements: csc_array, chosen: slice) -> csc_array:
        entries = elements.tocoo()
        row, column = entries.coords
        norms = np.sqrt((self.block.metric[row] * self.block.metric[chosen][column]).astype(np.float64))
        return csc_array((entries.data / norms, (row, column)), shape=entries.shape)

    def _element_width(self) -> int:
        """Return the digit width for which every element of W^T H W is exact.

        With w bits they are at most 2^(w-1) `growth` (largest column sum of |W|)^2.
        """
        reach = float(abs(self.block.functions).sum(axis=0).max(initial=1.0)) ** 2
        return floor(54 - log2(reach * growth(self.block.alpha, self.block.beta)))

    def _digit_width(self, vector: Objects) -> int:
        """Return the digit width for which `multiply_exactly` is exact.

        A digit of the vector and one of the coefficients are below 2^(w-1). Row sums bound the growth through W, the
        densities, h (of which half vanishes), the densities again and W^T; at most as many pairs of digits are added
        up as the shorter number has digits.
        """
        longest = min(_longest(vector), longest_coefficient(self.model))
        for width in range(24, 3, -1):
            if 2 * (width - 1) + log2(self._reach * digits_needed(longest, width)) < 53:
                return width
        raise OverflowError(f"no digits are exact for a block of {self.block.size} functions")

    @cached_property
    def _reach(self) -> float:
        """Bound of the factor by which one product of digits grows inside `multiply_exactly`."""
        block = self.block
        functions = abs(block.functions)
        inward, outward = (sum(float(abs(stack).sum(axis=axis).max()) for stack in self._stacks) for axis in (1, 0))
        hops = sum(family.hops.shape[1] for family in (block.alpha, block.beta))
        reach: float = float(functions.sum(axis=1).max()) * float(functions.sum(axis=0).max())
        reach *= inward * (block.alpha.orbitals + 1) * outward + hops + 1
        return reach


@lru_cache(maxsize=DIGITS_KEPT)
def digits_of(model: FixedPoint, width: int) -> tuple[Floats, Floats]:
    """Return h and o of a model in equally many digits."""
    pairs, single = limbs(model.pairs, width), limbs(model.one_body, width)
    count = max(len(pairs), len(single))

    def padded(part: Floats) -> Floats:
        return np.concatenate([part, np.zeros((count - len(part), *part.shape[1:]))])

    return padded(pairs), padded(single)


@lru_cache(maxsize=DIGITS_KEPT)
def one_body_digits(family: Strings, model: FixedPoint, width: int) -> tuple[csr_array, ...]:
    """Return each digit of o as a matrix on strings of one spin."""
    return tuple(one_body(family, digit) for digit in digits_of(model, width)[1])


@lru_cache(maxsize=DIGITS_KEPT)
def one_spin_digits(family: Strings, model: FixedPoint, width: int) -> tuple[csr_array, ...]:
    """Return H on one spin for each digit of h and o: all blocks of a total S_z have the same."""
    everything = np.arange(family.count)
    return tuple(one_spin_rows(family, everything, h, o) for h, o in zip(*digits_of(model, width), strict=True))


def _one_electron(up: csr_array, down: csr_array, spread: Floats) -> Floats:
    """Return o C for both spins."""
    alpha, beta, count = spread.shape
    first: Floats = up @ spread.reshape(alpha, -1)
    second: Floats = down @ spread.swapaxes(0, 1).reshape(beta, -1)
    return first.reshape(spread.shape) + second.reshape(beta, alpha, count).swapaxes(0, 1)


@lru_cache(maxsize=DIGITS_KEPT)
def longest_coefficient(model: FixedPoint) -> int:
    """Return the number of bits of the largest h or o."""
    return max(_longest(model.pairs), _longest(model.one_body))


def common_zeros(integers: Objects) -> int:
    """Return how many low bits are zero in all of the integers."""
    union = reduce(or_, (int(abs(value)) for value in integers.flat), 0)
    return (union & -union).bit_length() - 1 if union else 0


def _longest(integers: Objects) -> int:
    return max(int(abs(value)).bit_length() for value in integers.flat)
