"""The Hamiltonian of a harmonic dot in two dimensions as exact integers, in the form of `integral_model`.

Its integrals are irrational, so that they are rounded from balls; the rounding bound is that of `integral_model`.
Orbitals are complex: (pq|rs) = (rs|pq) = (qp|sr), and (qp|rs) is another integral, so that pairs of orbitals are
ordered ones.
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache

import numpy as np
from flint import arb, ctx

from qdverify.reference.enclosure.harmonic_integrals import ExactHarmonic, Quadruple, equal_integrals
from qdverify.reference.enclosure.integral_model import MODELS_KEPT, IntegralModel
from qdverify.reference.enclosure.moments import ball
from qdverify.reference.enclosure.strings import Integers

GUARD_BITS = 64


@lru_cache(maxsize=MODELS_KEPT)
def largest_integral(dot: ExactHarmonic) -> Fraction:
    """Return a power of two, in effective Hartree, of the size of the largest |h_pq| or |(pq|rs)|."""
    with ctx.workprec(GUARD_BITS):
        largest = max(abs(value) for value in (*dot.orbital_energies(), dot.integral(1, 1, 1, 1)))
        mantissa, exponent = largest.upper().man_exp()
    return Fraction(2) ** (int(mantissa).bit_length() + int(exponent))


@lru_cache(maxsize=MODELS_KEPT)
def harmonic_model(dot: ExactHarmonic, bits: int) -> IntegralModel:
    """Round a harmonic dot's integrals to integer multiples of 2^-bits `largest_integral`."""
    scale = largest_integral(dot)
    M = dot.orbitals
    with ctx.workprec(bits + GUARD_BITS):
        unit = ball(scale) * arb(2) ** -bits
        half = {key: _nearest(value / (2 * unit)) for key, value in dot.integrals()}
        energies = [_nearest(energy / unit) for energy in dot.orbital_energies()]
    listed = {order: value for key, value in half.items() for order in equal_integrals(key)}
    one_body = np.zeros((M, M), dtype=object)
    for p in range(1, M + 1):
        one_body[p - 1, p - 1] = energies[p - 1]
        for s in range(1, M + 1):
            one_body[p - 1, s - 1] -= sum(listed.get((p, q, q, s), 0) for q in range(1, M + 1))
    numbers = np.arange(M * M, dtype=np.int64).reshape(M, M)
    places = np.array([_places(key, numbers) for key in listed], dtype=np.int64).reshape(-1, 2)
    pairs = np.array([*listed.values()], dtype=object)
    return IntegralModel(M, bits, places, pairs, one_body, numbers, Fraction(1), Fraction(1))


def _places(indices: Quadruple, numbers: Integers) -> tuple[int, int]:
    p, q, r, s = indices
    return int(numbers[p - 1, q - 1]), int(numbers[r - 1, s - 1])


def _nearest(value: arb) -> int:
    """Return an integer less than 1 away from all numbers of a ball."""
    mantissa, exponent = (int(part) for part in value.mid().man_exp())
    nearest = mantissa << exponent if exponent >= 0 else (mantissa + (1 << (-exponent - 1))) >> -exponent
    if not abs(value - nearest) < 1:
        raise ArithmeticError(f"{value} is too wide a ball to be rounded")
    return nearest
