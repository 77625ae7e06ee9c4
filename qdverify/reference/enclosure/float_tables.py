"""Tables of the cosine integrals J(m, n) as floats with one bound for all errors, and (pr|qs) from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, nextafter
from typing import Final

import numpy as np
from flint import arb
from numpy.typing import NDArray

from qdverify.reference.enclosure.eigenvalues import UNIT
from qdverify.reference.enclosure.moments import Moments

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


LARGEST: Final = 1e300
"""Beyond it, differences and sums of a few integrals might exceed every double."""


@dataclass(frozen=True, eq=False)
class FloatTable:
    """Floats near coupling * J(m, n), each off by at most `error`."""

    values: Floats
    error: float

    @property
    def element_error(self) -> float:
        """Bound of the error of one matrix element between symmetric or antisymmetric products."""
        return (8 * self.error + 80 * UNIT * float(np.abs(self.values).max())) * (1 + 8 * UNIT)


def float_table(moments: Moments, coupling: arb) -> FloatTable:
    """Round coupling * J(m, n) to floats.

    For m != n of equal parity J = (x_n - x_m)/(m^2 - n^2) with x_m = 2 m S_m/pi, where |m^2 - n^2| >= 4: an error of
    each x, one rounding of the difference and one of the quotient, each of at most a unit of the largest magnitude.

    Raises
    ------
    ArithmeticError
        If an integral is larger than any double.
    """
    orders = len(moments.sine)
    scaled = [coupling * 2 * m * sine / arb.pi() for m, sine in enumerate(moments.sine)]
    diagonal = [coupling * 2 * (moments.cosine[0] - moments.weighted[0])]
    for m in range(1, orders):
        diagonal.append(coupling * (moments.cosine[m] - moments.weighted[m] - moments.sine[m] / (m * arb.pi())))
    (x, x_error), (d, d_error) = _rounded(scaled), _rounded(diagonal)
    row, column = np.arange(orders, dtype=np.int64)[:, None], np.arange(orders, dtype=np.int64)[None, :]
    squares = row**2 - column**2
    values = np.divide(x[None, :] - x[:, None], squares, where=squares != 0, out=np.zeros((orders, orders)))
    values[(row + column) % 2 == 1] = 0
    largest = float(np.abs(values).max(initial=0.0))
    np.fill_diagonal(values, d)
    return FloatTable(values, max(d_error, x_error / 2 + 3 * UNIT * largest) * (1 + 8 * UNIT))


def _rounded(balls: Sequence[arb]) -> tuple[Floats, float]:
    """Return floats near the balls, and a bound for the distance of each from every point of its ball."""
    values = [float(number.mid()) for number in balls]
    if not np.all(np.abs(values) <= LARGEST):
        raise ArithmeticError(f"integrals of up to {max(np.abs(values)):.0e} are too large for doubles")
    errors = [float(abs(number - arb(value)).upper()) for number, value in zip(balls, values, strict=True)]
    return np.array(values), nextafter(max(errors), inf)


def integral(J: Floats, p: int | Integers, r: int | Integers, q: int | Integers, s: int | Integers) -> Floats:
    """Return (pr|qs) from the table of J."""
    d, t, d_, t_ = np.abs(p - r), p + r, np.abs(q - s), q + s
    result: Floats = J[d, d_] - J[d, t_] - J[t, d_] + J[t, t_]
    return result
