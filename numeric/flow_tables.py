"""The arrays that the compiled loops of `numeric.flow_kernel` read and write.

The order of the fields is part of the compiled code: whoever changes it here must save `flow_kernel.py` anew, by whose
date numba knows that its cache is out of date.
"""

from __future__ import annotations

from typing import NamedTuple

from numeric.arrays import FloatArray, IntArray


class Tunnelling(NamedTuple):
    """The edges of a chain and its leads; every exponent is an integer.

    Parameters
    ----------
    lower, upper
        States that each edge joins, (edges,).
    edge, edge_exponent
        exp(E / kT), (leads, edges).
    weight, weight_exponent
        Rates up at f = 1 and down at f = 0, (leads, 2, edges).
    mu_slope
        d mu / d parameter, (leads,), at most 1.
    energy_hi, energy_lo
        E of each edge as an unevaluated sum, (edges,).
    """

    lower: IntArray
    upper: IntArray
    edge: FloatArray
    edge_exponent: IntArray
    weight: FloatArray
    weight_exponent: IntArray
    mu_slope: FloatArray
    energy_hi: FloatArray
    energy_lo: FloatArray


class Order(NamedTuple):
    """The order of elimination.

    Parameters
    ----------
    first
        States that are dropped first, none of them joined to another, (first,).
    start
        Where the neighbours of each begin in the next three, and their number, (first + 1,).
    neighbour
        Position of the neighbour among the kept states, (edges,).
    leaving, entering
        Number of the rate to it and from it, "up" along edge r being r, and "down" edges + r, (edges,).
    kept
        The other states, (m,).
    """

    first: IntArray
    start: IntArray
    neighbour: IntArray
    leaving: IntArray
    entering: IntArray
    kept: IntArray


class Points(NamedTuple):
    """Where flows are wanted: exp(-(gate + mu) / kT) and mu of each lead, (leads, points), and the gate, (points,)."""

    potential: FloatArray
    exponent: FloatArray
    mu: FloatArray
    gate: FloatArray


class Found(NamedTuple):
    """What the kernel writes.

    Parameters
    ----------
    net, slope, gross
        Flow into the dot, its derivative by the parameter and the sum of both directions, (leads, points), in units of
        the sum of all pi.
    heat, heat_gross
        The same with the heat that each electron carries, and with its magnitude; (leads, 0) if not asked for.
    total, exponent
        By total * 2**exponent all of these are still to be divided, (points,).
    hitting
        Bound on h of `numeric.jump_chain`, (points,).
    held
        Binary logarithm of the longest time in a state, rounded up, (points,).
    """

    net: FloatArray
    slope: FloatArray
    gross: FloatArray
    heat: FloatArray
    heat_gross: FloatArray
    total: FloatArray
    exponent: FloatArray
    hitting: FloatArray
    held: FloatArray


class Work(NamedTuple):
    """Numbers of the lanes of one step, the lanes along the last axis.

    Parameters
    ----------
    lane_potential, lane_exponent
        As in `Points`, (leads, lanes).
    rate, slope, exponent
        Of each lead, direction and edge: first the rate, in the end J of the lead, (leads, 2, edges, lanes).
    top
        Largest exponent of the rates out of each state, (states, lanes).
    stay, stay_bits, stay_slope
        1 / s in units of 2**-top, its bits, and the logarithmic derivative of s, (states, lanes).
    jump, jump_slope
        Sum of J over the leads, (2 edges, lanes).
    chain, chain_slope
        Rates between kept states, (to, from, lanes).
    kept, kept_slope, time
        pi of the kept states, and the time spent in what was eliminated before per visit, (m, lanes).
    pi, pi_slope, weight, weight_bits
        pi of all states; pi / s without its exponent, and its bits, (states, lanes).
    last, hitting
        Position of the kept state that is eliminated last, and the bound on h, (lanes,).
    row, row_bits
        Rows for sums and powers of two, and their bits, (rows, lanes).
    """

    lane_potential: FloatArray
    lane_exponent: IntArray
    rate: FloatArray
    slope: FloatArray
    exponent: IntArray
    top: IntArray
    stay: FloatArray
    stay_bits: IntArray
    stay_slope: FloatArray
    jump: FloatArray
    jump_slope: FloatArray
    chain: FloatArray
    chain_slope: FloatArray
    kept: FloatArray
    kept_slope: FloatArray
    time: FloatArray
    pi: FloatArray
    pi_slope: FloatArray
    weight: FloatArray
    weight_bits: IntArray
    last: IntArray
    hitting: FloatArray
    row: FloatArray
    row_bits: IntArray
