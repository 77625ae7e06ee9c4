"""The dot's Hamiltonian as exact integers, with a rigorous bound for the rounding.

In units of 1/L^2, H = sum_p t_p n_p + 1/2 sum (pq|rs) (E_pq E_rs - delta_qr E_ps), t_p = (p pi)^2/2, and with the
densities of `strings`

    H = sum_ps o_ps E_ps + sum_mm' h_mm' rho_m rho_m',   h = g J/2,   o_ps = t_p delta_ps - 1/2 sum_q (pq|qs).

The model's h and t are rounded to integer multiples of 2^-bits, o follows exactly, and everything after that is exact
integer arithmetic.

Rounding bound. Let |h - h_rounded| <= e and |t - t_rounded| <= e' in units of 2^-bits. Each (pq|rs) is twice a signed
sum of four h, hence off by at most 8e. As a sum over pairs of electrons the two-body error has norm at most N(N-1)/2
times that of the pair matrix <pr|dv|qs>, whose rows have at most M^2 elements; the one-body error has norm at most N
e':

    ||H - 2^-bits H_integer|| <= 2^-bits [4 N(N-1) M^2 e + N e'].
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from flint import arb, ctx, fmpz
from numpy.typing import NDArray

from qdverify.reference.enclosure.interaction import ExactDot, cosine_table

Objects = NDArray[np.object_]
MODELS_KEPT = 16  # a dot is rounded once for finding levels and once for enclosing them


@dataclass(frozen=True, eq=False)
class FixedPoint:
    """Integer Hamiltonian of a dot in units of 2^-bits / L^2.

    Attributes
    ----------
    pairs
        (2M+1, 2M+1) Python integers: h_mm'.
    one_body
        (M, M) Python integers: o_ps.
    pair_error, kinetic_error
        e and e' of the rounding bound, in units of 2^-bits / L^2.
    """

    dot: ExactDot
    bits: int
    pairs: Objects
    one_body: Objects
    pair_error: arb
    kinetic_error: arb

    def rounding(self, electrons: int) -> arb:
        """Return the bound of ||H - H_integer|| on N electrons, in units of 1/L^2."""
        pairs = 4 * electrons * (electrons - 1) * self.dot.orbitals**2
        return (pairs * self.pair_error + electrons * self.kinetic_error) * arb(2) ** -self.bits

    def approximate(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return h and o in units of 1/L^2, rounded to double precision."""
        scale = 2**self.bits
        return (self.pairs / scale).astype(np.float64), (self.one_body / scale).astype(np.float64)

    def coarse(self, bits: int) -> FixedPoint:
        """Return the model rounded once more, to 2^-bits; `bits` is at most that of this model."""
        shift = self.bits - bits
        if shift < 0:
            raise ValueError(f"bits={bits} must be at most {self.bits}")
        half = (1 << shift) >> 1
        pairs = _shift(self.pairs + half, shift)
        kinetic = _shift(np.diag(self.one_body - _exchange(self.pairs)) + half, shift)
        unit = arb(2) ** -shift
        half_unit = arb("0.5")
        return FixedPoint(
            self.dot,
            bits,
            pairs,
            _one_body(pairs, kinetic),
            self.pair_error * unit + half_unit,
            self.kinetic_error * unit + half_unit,
        )


@lru_cache(maxsize=MODELS_KEPT)
def fixed_point(dot: ExactDot, *, bits: int = 96) -> FixedPoint:
    """Round the dot's Hamiltonian to integers.

    Parameters
    ----------
    bits
        The resolution is 2^-bits in units of 1/L^2.
    """
    if bits < 16:
        raise ValueError(f"bits={bits} must be at least 16")
    table = cosine_table(dot, bits=bits + 48)
    with ctx.workprec(bits + 64):
        scale = arb(2) ** bits
        pairs, pair_error = _round([[value * scale / 2 for value in row] for row in table])
        numbers = range(1, dot.orbitals + 1)
        kinetic, kinetic_error = _round([[(p * arb.pi()) ** 2 * scale / 2 for p in numbers]])
    return FixedPoint(dot, bits, pairs, _one_body(pairs, kinetic[0]), pair_error, kinetic_error)


def limbs(integers: Objects, width: int) -> NDArray[np.float64]:
    """Write integers in balanced digits of base 2^width.

    Returns
    -------
    array
        (count, *shape) float64 with integer values in [-2^(width-1), 2^(width-1)); sum_l limb_l 2^(width l) gives the
        integers back.
    """
    flat = [int(value) for value in integers.ravel()]
    longest = max((abs(value).bit_length() for value in flat), default=0)
    # balanced digits reach to (2^(width-1) - 1)/(2^width - 1) of 2^(width count), which is more than a quarter
    count = digits_needed(longest, width)
    half, mask = 1 << (width - 1), (1 << width) - 1
    shift = sum(half << (width * limb) for limb in range(count))
    digits = np.array([[((value + shift) >> (width * limb)) & mask for value in flat] for limb in range(count)])
    return (digits.astype(np.float64) - half).reshape(count, *integers.shape)


def digits_needed(longest: int, width: int) -> int:
    """Return how many balanced digits of at least 3 bits hold every integer of `longest` bits."""
    return (longest + 1) // width + 1


def from_limbs(digits: NDArray[np.float64], width: int) -> Objects:
    """Return sum_l digits_l 2^(width l) as Python integers; the digits are integers below 2^53 in magnitude."""
    total = np.zeros(digits.shape[1:], dtype=object)
    for limb, digit in enumerate(digits):
        total += digit.astype(np.int64).astype(object) * (1 << (width * limb))
    return total


def _round(rows: list[list[arb]]) -> tuple[Objects, arb]:
    """Round balls to integers; return them with a bound of the error."""
    integers = np.empty((len(rows), len(rows[0])), dtype=object)
    error = arb(0)
    for index in np.ndindex(*integers.shape):
        value = rows[index[0]][index[1]]
        mantissa, exponent = (int(part) for part in value.mid().man_exp())
        nearest = mantissa << exponent if exponent >= 0 else (mantissa + (1 << (-exponent - 1))) >> -exponent
        integers[index] = nearest
        error = max(error, abs(value - arb(fmpz(nearest))).upper())
    return integers, error


def _shift(integers: Objects, bits: int) -> Objects:
    shifted: Objects = np.floor_divide(integers, 1 << bits)
    return shifted


def _one_body(pairs: Objects, kinetic: Objects) -> Objects:
    """o_ps = t_p delta_ps + the exchange part."""
    result = _exchange(pairs)
    result[np.diag_indices(len(kinetic))] += kinetic
    return result


def _exchange(pairs: Objects) -> Objects:
    """-1/2 sum_q (pq|qs) = -sum_q [h(d,d') - h(d,s') - h(s,d') + h(s,s')], d = |p-q|, s = p+q, d' = |q-s|, s' = q+s."""
    numbers = np.arange(1, (len(pairs) - 1) // 2 + 1)
    p, q, s = np.meshgrid(numbers, numbers, numbers, indexing="ij")
    d, t, d_, t_ = abs(p - q), p + q, abs(q - s), q + s
    exchange = pairs[d, d_] - pairs[d, t_] - pairs[t, d_] + pairs[t, t_]
    result: Objects = -exchange.sum(axis=1)
    return result
