"""A computed number with a bound on its error, and the size that the bound is compared with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from numeric.arrays import FloatArray, IntArray
from numeric.scaled import Scaled, added, chosen, divide, last_place, magnitude, multiply, normalise_signed, times

LARGEST_DOUBT = 0.25
"""Relative error of a divisor up to which the error of a quotient is no more than twice its first order."""


@dataclass(frozen=True, eq=False)
class Estimate:
    """A computed number and an a-priori bound on its error; `float(...)` and `numpy.asarray(...)` give the number.

    Parameters
    ----------
    scaled
        The number with its own exponent.
    error
        Bound on its absolute error, derived from the rounding errors to first order in 2**-53.
    size
        Sum of the magnitudes that the number is the signed sum of, or less: what relative errors of the rates are
        multiplied by in it. None if that is the number itself.
    """

    scaled: Scaled
    error: Scaled
    size: Scaled | None = None

    @property
    def value(self) -> FloatArray:
        """The number as float64; below 2**-1074 it reads 0. Raises OverflowError if it exceeds the largest float64."""
        return self.scaled.to_float()

    @property
    def bound(self) -> FloatArray:
        """Bound on the absolute error of `value`, its rounding to float64 included; 0 only for an exact zero."""
        return self.in_floats()[1]

    def in_floats(self) -> tuple[FloatArray, FloatArray]:
        """Return `value` and `bound` at once."""
        value = self.scaled.to_float()
        rounding = np.where(self.scaled.mantissa == 0, 0.0, last_place(value))
        return value, self.error.bound_to_float() + rounding

    @property
    def log10(self) -> FloatArray:
        """Decimal logarithm of the magnitude; -inf for an exact zero."""
        return self.scaled.log10()

    @property
    def relative_error(self) -> FloatArray:
        """Bound on the relative error; 0 for an exact zero."""
        return self._error_over(self.scaled)

    @property
    def error_over_size(self) -> FloatArray:
        """Bound on the error over `size`; 0 for an exact zero."""
        return self._error_over(self.magnitudes)

    @property
    def magnitudes(self) -> Scaled:
        """`size`, or the number itself if there is none."""
        return self.scaled if self.size is None else self.size

    def _error_over(self, size: Scaled) -> FloatArray:
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            ratio = np.abs(self.error.mantissa / size.mantissa)
            bound = np.ldexp(ratio, np.clip(self.error.exponent - size.exponent, -2000, 2000).astype(np.int32))
        return np.where(self.error.mantissa == 0, 0.0, bound)

    def __getitem__(self, index: object) -> Estimate:
        """Index the number, its bound and its size in the same way."""
        return Estimate(self.scaled[index], self.error[index], None if self.size is None else self.size[index])

    def __float__(self) -> float:
        return float(self.value.item())

    def __array__(self, dtype: DTypeLike | None = None, copy: bool | None = None) -> NDArray[Any]:
        return np.array(self.value, dtype=dtype, copy=copy)

    def __repr__(self) -> str:
        return f"Estimate({in_words(self)})"


def less_doubtful(first: Estimate, second: Estimate) -> Estimate:
    """Return of two estimates of the same numbers the one with the smaller error bound, element by element."""
    left = first.error.log10() <= second.error.log10()
    size = None
    if first.size is not None and second.size is not None:
        size = chosen(left, first.size, second.size)
    return Estimate(chosen(left, first.scaled, second.scaled), chosen(left, first.error, second.error), size)


def in_words(estimate: Estimate) -> str:
    """Return the first number with its bound, and how many there are."""
    one = estimate[(0,) * np.ndim(estimate.scaled.mantissa)]
    scaled, error = float(one.scaled.log10()), float(one.error.log10())
    if max(scaled, error) > 308.0 or -np.inf < max(scaled, error) < -300.0:
        sign = "-" if one.scaled.mantissa < 0.0 else ""
        first = f"{sign}10**{scaled:.2f} ± 10**{error:.2f}"
    else:
        first = f"{float(one.value):.6g} ± {float(one.bound):.1g}"
    count = int(np.size(estimate.scaled.mantissa))
    return first if count == 1 else f"{first}, ... {count} numbers"


def with_size(found: Estimate, accuracy: float) -> Estimate:
    """Return an estimate whose error bound is `accuracy` times its size with that size."""
    return Estimate(found.scaled, found.error, Scaled(found.error.mantissa / accuracy, found.error.exponent))


def estimate(value: FloatArray, error: FloatArray, exponent: FloatArray) -> Estimate:
    """Return the numbers value * 2**exponent with bounds error * 2**exponent, of any shape."""
    return Estimate(normalise_signed(value, exponent), normalise_signed(error, exponent))


def shifted(value: Estimate, power: IntArray | int) -> Estimate:
    """Return numbers times 2**power."""
    number, error, size = (
        Scaled(part.mantissa, part.exponent + power) for part in (value.scaled, value.error, value.magnitudes)
    )
    return Estimate(number, error, None if value.size is None else size)


def zeros(count: int) -> Estimate:
    """Return exact zeros, (count,)."""
    return estimate(np.zeros(count), np.zeros(count), np.zeros(count))


def least_of(value: Estimate) -> Scaled:
    """Return the least magnitude that numbers may have."""
    least = added(magnitude(value.scaled), times(-1.0, value.error))
    return normalise_signed(np.maximum(least.mantissa, 0.0), least.exponent)


def most_of(value: Estimate) -> Scaled:
    """Return the magnitude plus the error."""
    return added(magnitude(value.scaled), value.error)


def sum_of(a: Estimate, b: Estimate) -> Estimate:
    """Return a + b."""
    value = added(a.scaled, b.scaled)
    return Estimate(value, added(a.error, b.error, Scaled(np.abs(value.mantissa) * 2.0**-52, value.exponent)))


def product(a: Estimate, b: Estimate) -> Estimate:
    """Return a b; errors beyond first order count."""
    value = multiply(a.scaled, b.scaled)
    error = added(multiply(a.error, most_of(b)), multiply(b.error, magnitude(a.scaled)))
    rounding = Scaled(np.abs(value.mantissa) * 2.0**-51, value.exponent)
    return Estimate(normalise_signed(value.mantissa, value.exponent), added(error, rounding))


def ratio(a: Estimate, b: Estimate, divisor: str) -> Estimate:
    """Return a / b; to first order in the errors, with a factor of 2 for what that leaves out.

    Parameters
    ----------
    divisor
        Name of b, for the error.

    Raises
    ------
    ArithmeticError
        If the relative error of a number in b exceeds `LARGEST_DOUBT`: a quotient has no bound then.
    """
    doubt = b.relative_error
    lost = ~((doubt <= LARGEST_DOUBT) & (b.scaled.mantissa != 0))
    if lost.any():
        worst = in_words(b[np.unravel_index(np.argmax(lost), doubt.shape)])
        raise ArithmeticError(
            f"{divisor} of {worst} is lost to rounding: a divisor must be known to {LARGEST_DOUBT} of itself"
        )
    value = divide(a.scaled, b.scaled)
    size = magnitude(value)
    relative = divide(b.error, magnitude(b.scaled))
    of_a = divide(a.error, magnitude(b.scaled))
    rounding = Scaled(size.mantissa * 2.0**-51, size.exponent)
    error = added(of_a, multiply(size, relative), rounding)
    return Estimate(normalise_signed(value.mantissa, value.exponent), Scaled(2.0 * error.mantissa, error.exponent))
