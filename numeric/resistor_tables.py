"""The arrays that the compiled loops of `numeric.resistor_kernel` read and write.

As those of `numeric.flow_tables`, their order is part of the compiled code.
"""

from __future__ import annotations

from typing import NamedTuple

from numeric.arrays import FloatArray, IntArray

ABOVE, SMALLEST = 300, -1000
"""Powers of two: of what counts as infinite beside the largest conductance, and of the least one."""
ROWS = 11
"""Numbers found at each point."""


class Wires(NamedTuple):
    """A network of resistors, the fields of `numeric.resistors.Resistors` of the same names.

    Parameters
    ----------
    low, high, weight, share, other, energy
        Of each edge, (edges,).
    end, electrons, spins
        Of each place, (n,).
    boltzmann, exponent
        Of each place and temperature, (n, temperatures); exponents are integers.
    largest, smallest, difference_error, accuracy, floor
        Numbers.
    """

    low: IntArray
    high: IntArray
    weight: FloatArray
    share: FloatArray
    other: FloatArray
    energy: FloatArray
    end: IntArray
    electrons: IntArray
    boltzmann: FloatArray
    exponent: IntArray
    spins: FloatArray
    largest: float
    smallest: float
    difference_error: float
    accuracy: float
    floor: float


class Gates(NamedTuple):
    """Where moments are wanted: z = exp((gate + mu) / kT), its exponent, and the temperature's number, (points,)."""

    z: FloatArray
    exponent: FloatArray
    temperature: IntArray


class WireWork(NamedTuple):
    """Numbers of the lanes of one step, the lanes along the last axis.

    Parameters
    ----------
    z, z_exponent, own
        exp((gate + mu) / kT), and the number of the temperature, (lanes,).
    power, power_bits, power_exponent
        Powers of z, their bits, and their exponents, (electrons + 1, lanes).
    boltzmann, exponent
        k of each place, (n, lanes).
    conductance, series, x
        c of each edge, c q (1 - q), and the energy above the mean in units of the largest, (edges, lanes).
    c, first, second
        Conductances between places, and those times either force; the places above the diagonal, (n, n, lanes).
    inverse, part
        1 / sum of c of each place, and the share of it that goes to each later place, (n, lanes).
    s, t
        Potentials of either force, (n, lanes).
    row, row_bits
        Rows for sums and powers of two, and their bits, (rows, lanes).
    top, highest
        Exponents that are taken out, (lanes,).
    """

    z: FloatArray
    z_exponent: IntArray
    own: IntArray
    power: FloatArray
    power_bits: IntArray
    power_exponent: IntArray
    boltzmann: FloatArray
    exponent: IntArray
    conductance: FloatArray
    series: FloatArray
    x: FloatArray
    c: FloatArray
    first: FloatArray
    second: FloatArray
    inverse: FloatArray
    part: FloatArray
    s: FloatArray
    t: FloatArray
    row: FloatArray
    row_bits: IntArray
    top: IntArray
    highest: IntArray
