"""A dot given by integrals, with exact rational numbers, and its Hamiltonian as exact integers.

H = E_0 + sum h_pq E_pq + 1/2 sum (pq|rs) (E_pq E_rs - delta_qr E_ps), E_pq = sum over spin of c+_p c_q, real orbitals.
Energies are measured in a power of two, `scale`, of which no integral is more than one; E_0 is added at the end. Then

    H = sum_ps o_ps E_ps + sum h_pqrs E_pq E_rs,   h_pqrs = (pq|rs)/2,   o_ps = h_ps - sum_q h_pqqs,

with h_ps and h_pqrs rounded to integer multiples of 2^-bits; o follows exactly, and everything after that is exact
integer arithmetic. Doubles are such multiples themselves if there are enough bits: nothing is rounded then.

Rounding bound. Let h_ps and h_pqrs be off by at most e' and e in units of 2^-bits. On one electron the first error is a
matrix of M rows with M elements of at most e', of norm at most M e'. As a sum over pairs of electrons the second has
norm at most N(N-1)/2 times that of the pair matrix <pr|dV|qs>, whose rows have M^2 elements of at most 2e:

    ||H - 2^-bits H_integer|| <= 2^-bits [N M e' + N(N-1) M^2 e].
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache

import numpy as np
from flint import arb

from qdverify.reference.enclosure.fixed_point import Objects
from qdverify.reference.enclosure.moments import ball
from qdverify.reference.enclosure.strings import Integers

MODELS_KEPT = 8


@dataclass(frozen=True)
class ExactIntegrals:
    """Exact integrals between M real orbitals.

    Attributes
    ----------
    core
        E_0.
    one_body
        M rows of h_pq, symmetric.
    two_body
        ((p, q, r, s), value) of one entry of each eight equal (pq|rs), orbitals counted from 1; what is not listed is
        zero.
    irreps
        Label 1..8 of each orbital.
    """

    core: Fraction
    one_body: tuple[tuple[Fraction, ...], ...]
    two_body: tuple[tuple[tuple[int, int, int, int], Fraction], ...]
    irreps: tuple[int, ...]

    @classmethod
    def of(
        cls,
        one_body: Sequence[Sequence[Fraction]],
        two_body: Sequence[Sequence[Fraction | int]],
        core: Fraction = Fraction(0),
        irreps: Sequence[int] | None = None,
    ) -> ExactIntegrals:
        """Return the integrals of a dot of the protocol, entries [p, q, r, s, value] that were listed twice once."""
        found = {}
        for *indices, value in two_body:
            p, q, r, s = (int(index) for index in indices)
            first, second = sorted([(min(p, q), max(p, q)), (min(r, s), max(r, s))])
            found[*first, *second] = Fraction(value)
        kept = tuple((key, value) for key, value in sorted(found.items()) if value)
        labels = tuple(irreps) if irreps is not None else (1,) * len(one_body)
        return cls(core, tuple(tuple(map(Fraction, row)) for row in one_body), kept, labels)

    @property
    def orbitals(self) -> int:
        """Number of orbitals M."""
        return len(self.one_body)

    @cached_property
    def scale(self) -> Fraction:
        """The least power of two that no |h_pq| or |(pq|rs)| exceeds; 1 if all vanish."""
        values = [abs(value) for row in self.one_body for value in row] + [abs(value) for _, value in self.two_body]
        largest = max(values)
        if not largest:
            return Fraction(1)
        power = largest.numerator.bit_length() - largest.denominator.bit_length()
        candidates = (Fraction(2) ** (power + step) for step in (-1, 0, 1))
        return next(candidate for candidate in candidates if candidate >= largest)

    def integral(self, p: int, q: int, r: int, s: int) -> Fraction:
        """Return (pq|rs)."""
        first, second = sorted([(min(p, q), max(p, q)), (min(r, s), max(r, s))])
        return self._listed.get((*first, *second), Fraction(0))

    @cached_property
    def _listed(self) -> Mapping[tuple[int, int, int, int], Fraction]:
        return dict(self.two_body)


@dataclass(frozen=True, eq=False)
class IntegralModel:
    """Integer Hamiltonian of a dot given by integrals, in units of 2^-bits `scale`.

    Attributes
    ----------
    places
        (k, 2) int64: for each listed integral the numbers of its pairs (pq) and (rs).
    pairs
        (k,) Python integers: h_pqrs of the listed integrals.
    one_body
        (M, M) Python integers: o_ps.
    numbers
        (M, M) int64: the number of each pair of orbitals; (pq) and (qp) have the same one between real orbitals.
    pair_error, one_body_error
        e and e' of the rounding bound, in units of 2^-bits.
    """

    orbitals: int
    bits: int
    places: Integers
    pairs: Objects
    one_body: Objects
    numbers: Integers
    pair_error: Fraction
    one_body_error: Fraction

    def rounding(self, electrons: int) -> arb:
        """Return the bound of ||H - H_integer|| on N electrons, in units of `scale`."""
        M, N = self.orbitals, electrons
        return ball(N * M * self.one_body_error + N * (N - 1) * M**2 * self.pair_error) * arb(2) ** -self.bits


def pair_number(p: int, q: int) -> int:
    """Return the number of the unordered pair of two orbitals, both counted from 1."""
    low, high = min(p, q), max(p, q)
    return high * (high - 1) // 2 + low - 1


@lru_cache(maxsize=MODELS_KEPT)
def integral_model(dot: ExactIntegrals, bits: int) -> IntegralModel:
    """Round a dot's integrals to integer multiples of 2^-bits `scale`."""
    unit = dot.scale / 2**bits
    listed, pair_error = _rounded([value / 2 / unit for _, value in dot.two_body])
    flat, one_body_error = _rounded([value / unit for row in dot.one_body for value in row])
    M = dot.orbitals
    one_body = np.array(flat, dtype=object).reshape(M, M)
    half = {key: value for (key, _), value in zip(dot.two_body, listed, strict=True)}
    for p in range(1, M + 1):
        for s in range(1, M + 1):
            exchange = (sorted([(min(p, q), max(p, q)), (min(q, s), max(q, s))]) for q in range(1, M + 1))
            one_body[p - 1, s - 1] -= sum(half.get((*first, *second), 0) for first, second in exchange)
    places = np.array([(pair_number(*key[:2]), pair_number(*key[2:])) for key, _ in dot.two_body], dtype=np.int64)
    pairs = np.array(listed, dtype=object)
    numbers = np.array([[pair_number(p, q) for q in range(1, M + 1)] for p in range(1, M + 1)], dtype=np.int64)
    return IntegralModel(M, bits, places.reshape(-1, 2), pairs, one_body, numbers, pair_error, one_body_error)


def _rounded(values: Sequence[Fraction]) -> tuple[list[int], Fraction]:
    """Return the nearest integers and the largest distance from them."""
    nearest = [round(value) for value in values]
    errors = (abs(value - integer) for value, integer in zip(values, nearest, strict=True))
    return nearest, max(errors, default=Fraction(0))
