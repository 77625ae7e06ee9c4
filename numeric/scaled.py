"""Numbers with a separate integer exponent, value = mantissa * 2**exponent.

Rates deep in Coulomb blockade span thousands of decades: exp(-x) with x = E / kT may reach x = 1e12, and every step
from the rate to the current must keep full relative accuracy. Mantissa and exponent are both held as float64: integers
up to 2**53 are exact there, and the two can share an array.

Three operations carry the transport equations: the exponential of an exact quotient, the sum of positive terms, and the
conversion back. Argument reduction follows W. J. Cody and W. Waite, "Software Manual for the Elementary Functions"
(1980), here with quotient and multiple of ln 2 held in twice the working precision (T. J. Dekker, Numer. Math. 18, 224
(1971)), so that exp((hi + lo) / kT) is within two units in the last place of the exponential of the exact quotient.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from numeric.arrays import FloatArray, IntArray
from numeric.feasible import TooLargeError

ZERO_EXPONENT = -(2.0**50)
"""Exponent that goes with the mantissa 0: below that of every nonzero number here."""
TINY_ARGUMENT = 2.0**-60
"""Below this |x|, exp(x) - 1 is x to better than 2**-60."""
LARGEST_ARGUMENT = 2.0**40
"""Largest |E| / kT: up to here the reduced argument of the exponential is exact to 2**-60."""

_LN2_HI, _LN2_LO = 0.6931471805599453, 2.3190468138462996e-17
_LOG10_2 = 0.30102999566398120
_SPLITTER = 134217729.0  # 2**27 + 1
_MANTISSA_BITS = 52
_INTEGER = 2.0**_MANTISSA_BITS  # added to a small integer, it leaves that integer in the lowest bits
_POWER_BIAS = _INTEGER + 1023.0  # with an exponent it leaves the field of that power of two in the lowest bits
_INTEGER_BITS = np.int64(1075 << _MANTISSA_BITS)
_FRACTION_MASK = np.int64((1 << _MANTISSA_BITS) - 1)
_HALF_BITS = np.int64(1022 << _MANTISSA_BITS)


@dataclass(frozen=True)
class Scaled:
    """An array of numbers mantissa * 2**exponent.

    Parameters
    ----------
    mantissa
        Any shape; 0 for the number zero, otherwise of moderate size and either sign.
    exponent
        The same shape, integers; `ZERO_EXPONENT` for the number zero.
    """

    mantissa: FloatArray
    exponent: FloatArray

    def to_float(self) -> FloatArray:
        """Return float64 values: below 2**-1074 they are 0.

        Raises
        ------
        OverflowError
            If a value exceeds the largest float64.
        """
        with np.errstate(over="ignore"):
            value: FloatArray = np.ldexp(self.mantissa, np.clip(self.exponent, -3000.0, 3000.0).astype(np.int32))
        if np.any(np.isinf(value)):
            largest = self.log10()[np.isinf(value)].max()
            raise OverflowError(
                f"a value near 10**{largest:.0f} exceeds float64: ask for its log10, or for smaller rates"
            )
        return value

    def bound_to_float(self) -> FloatArray:
        """Return float64 values that are not below numbers >= 0: the conversion rounds up, and only 0 becomes 0.

        Raises
        ------
        OverflowError
            If a value exceeds the largest float64.
        """
        value = self.to_float()
        return np.where(self.mantissa == 0, 0.0, value + last_place(value))

    def log10(self) -> FloatArray:
        """Return log10 of the magnitude; -inf for zero."""
        with np.errstate(divide="ignore"):
            fraction = np.log10(np.abs(self.mantissa))
        logarithm: FloatArray = np.where(self.mantissa == 0, -np.inf, fraction + self.exponent * _LOG10_2)
        return logarithm

    def __getitem__(self, index: Any) -> Scaled:
        """Index both arrays in the same way."""
        return Scaled(self.mantissa[index], self.exponent[index])

    def reshape(self, *shape: int) -> Scaled:
        """Return the numbers in another shape."""
        return Scaled(self.mantissa.reshape(shape), self.exponent.reshape(shape))


def last_place(value: FloatArray) -> FloatArray:
    """Return no less than the distance to the next float64, and no more than about twice that: sooner than numpy."""
    distance: FloatArray = np.abs(value) * 2.0**-_MANTISSA_BITS + 2.0**-1074
    return distance


ONE = Scaled(np.ones((1, 1)), np.zeros((1, 1)))


def from_float(value: ArrayLike) -> Scaled:
    """Split finite float64 numbers exactly into mantissa and exponent."""
    mantissa, exponent = np.frexp(np.asarray(value, dtype=np.float64))
    return Scaled(mantissa, np.where(mantissa == 0, ZERO_EXPONENT, exponent))


def multiply(a: Scaled, b: Scaled) -> Scaled:
    """Return a * b, elementwise with broadcasting; one rounding, mantissas not renormalised."""
    return Scaled(a.mantissa * b.mantissa, a.exponent + b.exponent)


def divide(a: Scaled, b: Scaled) -> Scaled:
    """Return a / b, elementwise with broadcasting, for b that are not zero; mantissas not renormalised."""
    return Scaled(a.mantissa / b.mantissa, a.exponent - b.exponent)


def scaled_difference(a: FloatArray, b: FloatArray) -> Scaled:
    """Return a - b of finite float64 numbers, correctly rounded even if it exceeds the range of float64."""
    power = np.maximum(np.maximum(np.frexp(a)[1], np.frexp(b)[1]), -1000)
    return normalise_signed(np.ldexp(a, -power) - np.ldexp(b, -power), power.astype(np.float64))


def scaled_expm1(x: Scaled) -> Scaled:
    """Return exp(x) - 1 for x below 700, to full relative accuracy also if x itself is no float64."""
    plain = x.to_float()
    whole = from_float(np.expm1(plain))
    tiny = np.abs(plain) < TINY_ARGUMENT
    return Scaled(np.where(tiny, x.mantissa, whole.mantissa), np.where(tiny, x.exponent, whole.exponent))


def exact_sum(*terms: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Add float64 numbers into an unevaluated pair hi + lo, exact to 2**-104 of the largest partial sum."""
    hi = np.asarray(terms[0], dtype=np.float64)
    lo = np.zeros_like(hi)
    for term in terms[1:]:
        other = np.asarray(term, dtype=np.float64)
        total = hi + other
        back = total - hi
        lo = lo + ((hi - (total - back)) + (other - back))
        hi = total
    return hi, lo


def exp_quotient(hi: ArrayLike, lo: ArrayLike, kT: ArrayLike) -> Scaled:
    """Return exp((hi + lo) / kT) with a relative error below 4 * 2**-53.

    Parameters
    ----------
    hi, lo
        Energy as an unevaluated sum, see `exact_sum`.
    kT
        Temperatures in the same unit, positive; all three are broadcast.

    Raises
    ------
    TooLargeError
        If |hi| / kT exceeds `LARGEST_ARGUMENT`.
    """
    hi, lo, kT = (np.asarray(value, dtype=np.float64) for value in (hi, lo, kT))
    with np.errstate(over="ignore"):
        ratio = np.abs(hi / kT)
    if not np.max(ratio, initial=0.0) <= LARGEST_ARGUMENT:
        energy, temperature = (float(np.broadcast_to(part, ratio.shape).flat[ratio.argmax()]) for part in (hi, kT))
        raise TooLargeError(
            f"an energy of {abs(energy):.6g} at kT={temperature!r} is too large: levels apart, gate and mu are at most"
            " 2**40 kT"
        )
    return _exp_quotient(hi, lo, kT)


def _exp_quotient(hi: FloatArray, lo: FloatArray, kT: FloatArray) -> Scaled:
    # A power of two takes kT into [1/2, 1) exactly, so that no product below leaves the range of float64.
    kT, power = np.frexp(kT)
    hi, lo = np.ldexp(hi, -power), np.ldexp(lo, -power)
    x = hi / kT
    product, error = _exact_product(x, kT)
    x_lo = (((hi - product) - error) + lo) / kT
    n = np.rint(x / _LN2_HI)
    product, error = _exact_product(n, np.float64(_LN2_HI))
    reduced = (x - product) + ((x_lo - error) - n * _LN2_LO)
    return Scaled(np.exp(reduced), n)


def _exact_product(a: FloatArray, b: FloatArray | np.float64) -> tuple[FloatArray, FloatArray]:
    """Return a * b as an exact unevaluated sum."""
    product = a * b
    a_hi, b_hi = a * _SPLITTER, b * _SPLITTER
    a_hi, b_hi = a_hi - (a_hi - a), b_hi - (b_hi - b)
    a_lo, b_lo = a - a_hi, b - b_hi
    return product, ((a_hi * b_hi - product) + a_hi * b_lo + a_lo * b_hi) + a_lo * b_lo


def power_of_two(exponent: FloatArray, less: FloatArray | float) -> FloatArray:
    """Return 2.0**(exponent - less), an integer up to 1023, by writing the exponent field; below 2**-1022 it is 0."""
    biased: FloatArray = exponent - (less - _POWER_BIAS)
    np.maximum(biased, _INTEGER, out=biased)
    bits = biased.view(np.int64)
    bits <<= _MANTISSA_BITS
    return biased


def normalise(mantissa: FloatArray, exponent: FloatArray) -> None:
    """Bring positive mantissas into [1/2, 1), exactly and in place."""
    bits = mantissa.view(np.int64)
    field = bits >> _MANTISSA_BITS
    field |= _INTEGER_BITS
    shift = field.view(np.float64)
    shift -= _INTEGER + 1022.0
    exponent += shift
    bits &= _FRACTION_MASK
    bits |= _HALF_BITS


def normalise_signed(mantissa: FloatArray, exponent: FloatArray) -> Scaled:
    """Bring mantissas of either sign, zero included, to magnitudes in [1/2, 1)."""
    fraction, shift = np.frexp(mantissa)
    return Scaled(fraction, np.where(fraction == 0, ZERO_EXPONENT, exponent + shift))


def signed_sum(terms: Scaled, axis: int = 0) -> Scaled:
    """Return the sum over an axis of numbers of either sign."""
    top = terms.exponent.max(axis=axis, keepdims=True)
    return normalise_signed((terms.mantissa * power_of_two(terms.exponent, top)).sum(axis=axis), top.squeeze(axis))


def stacked(values: Sequence[Scaled], axis: int = 0) -> Scaled:
    """Stack numbers along a new axis."""
    return Scaled(*(np.stack([getattr(value, name) for value in values], axis) for name in ("mantissa", "exponent")))


def added(*parts: Scaled) -> Scaled:
    """Return the sum of numbers of either sign, elementwise with broadcasting."""
    mantissas = np.broadcast_arrays(*(part.mantissa for part in parts))
    exponents = np.broadcast_arrays(*(part.exponent for part in parts))
    return signed_sum(Scaled(np.stack(mantissas), np.stack(exponents)))


def difference(a: Scaled, b: Scaled) -> Scaled:
    """Return a - b, elementwise with broadcasting."""
    return added(a, times(-1.0, b))


def magnitude(value: Scaled) -> Scaled:
    """Return the numbers without their signs."""
    return Scaled(np.abs(value.mantissa), value.exponent)


def root(value: Scaled) -> Scaled:
    """Return the square roots of numbers >= 0."""
    half = np.floor(0.5 * value.exponent)
    return normalise_signed(np.sqrt(np.ldexp(value.mantissa, (value.exponent - 2.0 * half).astype(np.int32))), half)


def times(factor: float, value: Scaled) -> Scaled:
    """Return the numbers times a factor, a plain number."""
    return normalise_signed(factor * value.mantissa, value.exponent)


def in_units_of_largest(value: Scaled) -> FloatArray:
    """Return the numbers in units of a power of two that none exceeds by much: in the same order, but for underflow."""
    normal = normalise_signed(value.mantissa, value.exponent)
    numbers: FloatArray = normal.mantissa * power_of_two(normal.exponent, float(normal.exponent.max()))
    return numbers


def near_one(x: FloatArray, error: FloatArray) -> tuple[FloatArray, FloatArray, IntArray]:
    """Return numbers and bounds, (n, points) each, in units of powers of two near the largest, and these, (points,)."""
    power = np.frexp(np.abs(x).max(axis=0))[1].astype(np.int64)
    return np.ldexp(x, -power), np.ldexp(error, -power), power


def smaller(a: Scaled, b: Scaled) -> Scaled:
    """Return the smaller of numbers >= 0, one by one."""
    return chosen(a.log10() <= b.log10(), a, b)


def larger(a: Scaled, b: Scaled) -> Scaled:
    """Return the larger of numbers >= 0, one by one."""
    return chosen(a.log10() >= b.log10(), a, b)


def chosen(first: NDArray[np.bool_], a: Scaled, b: Scaled) -> Scaled:
    """Return the numbers of a where `first` is true and those of b elsewhere."""
    return Scaled(np.where(first, a.mantissa, b.mantissa), np.where(first, a.exponent, b.exponent))
