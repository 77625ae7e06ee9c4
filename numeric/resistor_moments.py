"""Moments of a chain at rest at many gates, by the network of `numeric.resistors`: compiled, or in numpy."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from numeric.arrays import FloatArray, IntArray
from numeric.estimates import Estimate, zeros
from numeric.fast_resistors import FastResistors
from numeric.heat import SUM_ERROR
from numeric.network import UNIT
from numeric.rates import axis_factor
from numeric.resistor_tables import ABOVE, ROWS, SMALLEST
from numeric.resistors import Resistors
from numeric.scaled import Scaled, exact_sum, multiply, normalise_signed, power_of_two
from numeric.tilted import SMALLEST_ERROR

NUMBERS_PER_BLOCK, FEWEST_POINTS = 160_000, 8
"""Numbers in the conductances of a block of points, as measured: with fewer, calls cost more than arithmetic."""
PROVEN = 2.0**-60
"""What underflow may change L11 by, over L11."""


@dataclass(frozen=True, eq=False)
class Moments:
    """Sums over leads and edges of c tau tau' of tilts 1 and x = e - mean, and the mean, (points,) each."""

    L11: Estimate
    L12: Estimate
    L22: Estimate
    mean: Estimate

    @classmethod
    def zeros(cls, count: int) -> Moments:
        """Return zeros at each of `count` points."""
        return cls(*(zeros(count) for _ in range(4)))

    def put(self, points: IntArray, other: Moments) -> None:
        """Replace points, in place."""
        for own, new in ((self.L11, other.L11), (self.L12, other.L12), (self.L22, other.L22), (self.mean, other.mean)):
            for whole, part in ((own.scaled, new.scaled), (own.error, new.error)):
                whole.mantissa[points], whole.exponent[points] = part.mantissa, part.exponent


def moments(
    resistors: Resistors, gates: FloatArray, mu: float, *, kT: FloatArray, row: IntArray, fast: FastResistors | None
) -> tuple[Moments, IntArray]:
    """Return the sums at every point, and the points at which they are not proven.

    Parameters
    ----------
    gates, kT, row
        Gate and temperature of each point, and the temperature's number, (points,).
    mu
        Chemical potential of both leads.
    fast
        The compiled kernel of these resistors; None computes in numpy.
    """
    count = gates.size
    z = multiply(axis_factor(-gates, kT), axis_factor(-mu, kT))
    found = _in_numpy(resistors, z, row) if fast is None else fast.at(z, row)
    L11, L12, L22, e11, e12, e22, mean, slack, largest, power, total = found
    # each electron carries zero + mean - gate - mu
    (zero_hi, zero_lo), zero = resistors.zero, np.zeros(count)
    carried = np.add(*exact_sum(zero_hi + zero, zero_lo, -gates, -mu, mean))
    sizes = abs(zero_hi) + np.abs(gates) + abs(mu) + np.abs(mean)
    error = 2.0 * UNIT * np.abs(carried) + slack + SUM_ERROR * sizes + SMALLEST_ERROR
    exponent = power + resistors.unit + resistors.largest.exponent
    factor = resistors.largest.mantissa / total
    fraction, shift = np.frexp(largest)
    first, mixed, second = (
        Estimate(*(normalise_signed(part * factor * fraction**n, exponent + n * shift) for part in (value, bound)))
        for n, (value, bound) in enumerate(((L11, e11), (L12, e12), (L22, e22)))
    )
    whole = Moments(first, mixed, second, Estimate(normalise_signed(carried, zero), normalise_signed(error, zero)))
    return whole, np.flatnonzero(~(resistors.floor <= PROVEN * L11))


def _in_numpy(resistors: Resistors, z: Scaled, row: IntArray) -> FloatArray:
    """Return what `_block` does at all points, (ROWS, points)."""
    count = z.mantissa.size
    size = max(FEWEST_POINTS, NUMBERS_PER_BLOCK // resistors.order.size**2)
    found = np.empty((ROWS, count))
    with np.errstate(under="ignore"):
        for start in range(0, count, size):
            part = slice(start, start + size)
            found[:, part] = _block(resistors, z[part], row[part])
    return found


def _block(resistors: Resistors, z: Scaled, row: IntArray) -> FloatArray:
    """Return the sums, their errors, the mean and what it may be off by, the largest |x|, and the units, of a block."""
    low, high = resistors.low, resistors.high
    conductance, power, total = _conductances(resistors, z, row)
    share, other = resistors.share[:, None], resistors.other[:, None]
    series = conductance * (share * other)
    sum_of_series = series.sum(axis=0)
    energy = resistors.energy[:, None]
    mean = resistors.energy @ series / np.maximum(sum_of_series, 2.0**SMALLEST)
    np.clip(mean, resistors.energy.min(), resistors.energy.max(), out=mean)
    x = energy - mean
    largest = np.maximum(np.abs(x).max(axis=0), resistors.smallest)
    x /= largest
    force = np.empty((2, *x.shape))
    force[0] = share
    np.multiply(x, share, out=force[1])
    s = _potentials(resistors, conductance, force)
    u = s[:, low]
    u -= s[:, high]
    u += force
    own = float(resistors.largest.to_float())
    driven = conductance * own
    first = driven * u[0]
    L11 = (first * u[0]).sum(axis=0) + sum_of_series
    L12 = (first * u[1]).sum(axis=0) + (series * x).sum(axis=0)
    excess = L12 / np.maximum(L11, 2.0**SMALLEST)
    u[1] -= excess * u[0]
    x -= excess
    residue = (first * u[1]).sum(axis=0) + (series * x).sum(axis=0)
    driven *= u[1]
    driven *= u[1]
    series *= x
    series *= x
    spread = driven.sum(axis=0) + series.sum(axis=0)
    # errors of vectors, by Cauchy and Schwarz: those of s in the second order, as the flows dissipate least
    accuracy, floor = resistors.accuracy, resistors.floor
    more, gross = 1.0 + np.abs(excess), np.sqrt(conductance.sum(axis=0))
    lost, slip = own**0.5 * resistors.difference_error * gross, 16.0 * UNIT * gross
    size, size_2 = np.sqrt(L11) + lost, np.sqrt(spread) + more * lost
    square = 2.0 * lost * lost
    return np.stack(
        [
            L11,
            residue,
            spread,
            accuracy * size * size + slip * (2.0 * size + slip) + square + floor,
            accuracy * size * size_2 + slip * (more * size + size_2 + more * slip) + more * square + floor,
            accuracy * size_2 * size_2 + more * slip * (2.0 * size_2 + more * slip) + more * more * square + floor,
            mean + excess * largest,
            UNIT * (3.0 * np.abs(excess) * largest + np.abs(mean)),
            largest,
            power,
            total,
        ]
    )


def _conductances(resistors: Resistors, z: Scaled, row: IntArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return c of each edge in units of 2**power, and the sum of all populations in it without that unit."""
    k, count = resistors.boltzmann, z.mantissa.size
    mantissa, exponent = np.ones((2, int(resistors.electrons.max()) + 1, count))
    exponent[0] = 0.0
    for number in range(1, len(mantissa)):
        value = mantissa[number - 1] * z.mantissa
        mantissa[number], shift = np.frexp(value)
        exponent[number] = exponent[number - 1] + z.exponent + shift
    mantissa = mantissa[resistors.electrons] * k.mantissa[:, row]
    exponent = exponent[resistors.electrons] + k.exponent[:, row]
    smaller = np.minimum(exponent[resistors.low], exponent[resistors.high])
    top = smaller.max(axis=0)
    highest = exponent.max(axis=0)
    total = (resistors.spins[:, None] * mantissa * power_of_two(exponent, highest)).sum(axis=0)
    exponent -= top
    np.minimum(exponent, ABOVE, out=exponent)
    np.maximum(exponent, SMALLEST, out=exponent)
    mantissa *= power_of_two(exponent, 0.0)
    found, upper = mantissa[resistors.low], mantissa[resistors.high]
    found /= found + upper
    found *= upper
    found *= resistors.weight[:, None]
    return found, top - highest, total


def _potentials(resistors: Resistors, conductance: FloatArray, force: FloatArray) -> FloatArray:
    """Return s of every place, (2, n, points), 0 at the last, for two forces on the edges, (2, edges, points)."""
    n, points = resistors.order.size, conductance.shape[1]
    low, high = resistors.low, resistors.high
    c, b = np.zeros((n, n, points)), np.zeros((2, n, n, points))
    c[low, high] = conductance
    b[:, low, high] = conductance * force
    inverse = np.empty((n, points))
    for k in range(n - 1):
        near = slice(k + 1, int(resistors.end[k]))
        row, driven = c[k, near], b[:, k, near]
        np.maximum(row.sum(axis=0), 2.0**SMALLEST, out=inverse[k])
        np.divide(1.0, inverse[k], out=inverse[k])
        part = row * inverse[k]
        c[near, near] += row[:, None] * part
        along = part[:, None] * driven[:, None]
        b[:, near, near] += along
        b[:, near, near] -= along.swapaxes(1, 2)
        row[:] = part
    s = np.zeros((2, n, points))
    for k in range(n - 2, -1, -1):
        near = slice(k + 1, int(resistors.end[k]))
        np.sum(c[k, near] * s[:, near], axis=1, out=s[:, k])
        s[:, k] -= b[:, k, near].sum(axis=1) * inverse[k]
    return s
