"""Compiled loops: the moments of a chain at rest at many gates, from exponentials to sums and their error bounds.

Each number is that of `numeric.resistor_moments`, by the same operations, so that the bounds derived in
`numeric.resistors` hold; only the mean energy, which need not be exact, is summed in another order. A few points stand
side by side, the *lanes*, along the last axis of every array. Of matrices that are symmetric, or change their sign with
the order of places, only what is above the diagonal is kept.
"""

from __future__ import annotations

from math import sqrt

from numeric.arrays import FloatArray
from numeric.compiled import compiled
from numeric.resistor_tables import ABOVE, SMALLEST, Gates, Wires, WireWork

BIAS, BITS = 1023, 52
"""Exponent of 1 in the representation of float64, and the number of bits that follow an exponent."""
FRACTION, HALF = (1 << BITS) - 1, (BIAS - 1) << BITS
"""The bits that follow an exponent, and the exponent of 1/2."""
LEAST, UNIT = 2.0**SMALLEST, 2.0**-53
NOWHERE = -(1 << 60)
"""Exponent below all others."""
MEAN, EXCESS, LARGEST, L11, L12, GROSS, SERIES, TOTAL, SPREAD, MORE, POWER = range(11)
"""Rows of `WireWork.row`."""


@compiled
def moments_of_points(wires: Wires, gates: Gates, work: WireWork, found: FloatArray) -> None:
    """Write the moments of all points, (ROWS, points)."""
    count, lanes = gates.z.size, work.z.size
    for start in range(0, count, lanes):
        size = min(lanes, count - start)
        for lane in range(lanes):
            point = start + min(lane, size - 1)  # lanes left over repeat the last point
            work.z[lane] = gates.z[point]
            work.z_exponent[lane] = int(gates.exponent[point])
            work.own[lane] = gates.temperature[point]
        _powers(work)
        _populations(wires, work)
        _conductances(wires, work)
        _forces(wires, work)
        _eliminate(wires, work)
        _backwards(wires, work)
        _first_sums(wires, work)
        _second_sums(wires, work)
        _write(wires, work, found, (start, size))


@compiled
def _powers(work: WireWork) -> None:
    """Write the powers of z."""
    rows, lanes = work.power.shape
    work.power[0] = 1.0
    work.power_exponent[0] = 0
    for number in range(1, rows):
        bits = work.power_bits[number]
        for lane in range(lanes):
            work.power[number, lane] = work.power[number - 1, lane] * work.z[lane]
        for lane in range(lanes):
            shift = (bits[lane] >> BITS) - (BIAS - 1)
            bits[lane] = (bits[lane] & FRACTION) | HALF
            work.power_exponent[number, lane] = work.power_exponent[number - 1, lane] + work.z_exponent[lane] + shift


@compiled
def _populations(wires: Wires, work: WireWork) -> None:
    """Write k of each place in units of the largest conductance, and the sum of all populations."""
    n, lanes = work.boltzmann.shape
    top, highest, total = work.top, work.highest, work.row[TOTAL]
    bits, power = work.row_bits[POWER], work.row[POWER]
    top.fill(NOWHERE)
    highest.fill(NOWHERE)
    total.fill(0.0)
    for place in range(n):
        number, k, own = wires.electrons[place], wires.boltzmann[place], wires.exponent[place]
        for lane in range(lanes):
            work.boltzmann[place, lane] = work.power[number, lane] * k[work.own[lane]]
            work.exponent[place, lane] = work.power_exponent[number, lane] + own[work.own[lane]]
            highest[lane] = max(highest[lane], work.exponent[place, lane])
    for edge in range(wires.low.size):
        low, high = work.exponent[wires.low[edge]], work.exponent[wires.high[edge]]
        for lane in range(lanes):
            top[lane] = max(top[lane], min(low[lane], high[lane]))
    for place in range(n):
        k, exponent, spins = work.boltzmann[place], work.exponent[place], wires.spins[place]
        for lane in range(lanes):
            bits[lane] = max(exponent[lane] - highest[lane] + BIAS, 0) << BITS
        for lane in range(lanes):
            total[lane] += spins * k[lane] * power[lane]
        for lane in range(lanes):
            bits[lane] = (max(min(exponent[lane] - top[lane], ABOVE), SMALLEST) + BIAS) << BITS
        for lane in range(lanes):
            k[lane] *= power[lane]


@compiled
def _conductances(wires: Wires, work: WireWork) -> None:
    """Write c of each edge, and the mean energy of what passes through both leads."""
    edges, lanes = work.conductance.shape
    mean, gross, whole, largest = work.row[MEAN], work.row[GROSS], work.row[SERIES], work.row[LARGEST]
    mean.fill(0.0)
    gross.fill(0.0)
    whole.fill(0.0)
    largest.fill(wires.smallest)
    least, most = wires.energy.min(), wires.energy.max()
    for edge in range(edges):
        k, upper = work.boltzmann[wires.low[edge]], work.boltzmann[wires.high[edge]]
        weight, both, energy = wires.weight[edge], wires.share[edge] * wires.other[edge], wires.energy[edge]
        c, series = work.conductance[edge], work.series[edge]
        for lane in range(lanes):
            c[lane] = k[lane] / (k[lane] + upper[lane]) * upper[lane] * weight
            series[lane] = c[lane] * both
            gross[lane] += c[lane]
            whole[lane] += series[lane]
            mean[lane] += energy * series[lane]
    for lane in range(lanes):
        mean[lane] = min(max(mean[lane] / max(whole[lane], LEAST), least), most)
    for edge in range(edges):
        x, energy = work.x[edge], wires.energy[edge]
        for lane in range(lanes):
            x[lane] = energy - mean[lane]
            largest[lane] = max(largest[lane], abs(x[lane]))
    for edge in range(edges):
        for lane in range(lanes):
            work.x[edge, lane] /= largest[lane]


@compiled
def _forces(wires: Wires, work: WireWork) -> None:
    """Write conductances between places, and those times either force."""
    n, lanes = work.boltzmann.shape
    for k in range(n):
        for near in range(k + 1, wires.end[k]):
            work.c[k, near] = 0.0
            work.first[k, near] = 0.0
            work.second[k, near] = 0.0
    for edge in range(wires.low.size):
        low, high, share = wires.low[edge], wires.high[edge], wires.share[edge]
        for lane in range(lanes):
            c = work.conductance[edge, lane]
            work.c[low, high, lane] = c
            work.first[low, high, lane] = c * share
            work.second[low, high, lane] = c * (work.x[edge, lane] * share)


@compiled
def _eliminate(wires: Wires, work: WireWork) -> None:
    """Turn the star of each place into a mesh, place by place."""
    c, part = work.c, work.part
    n, lanes = work.boltzmann.shape
    for k in range(n - 1):
        end, inverse = wires.end[k], work.inverse[k]
        inverse.fill(0.0)
        for near in range(k + 1, end):
            for lane in range(lanes):
                inverse[lane] += c[k, near, lane]
        for lane in range(lanes):
            inverse[lane] = 1.0 / max(inverse[lane], LEAST)
        for near in range(k + 1, end):
            for lane in range(lanes):
                part[near, lane] = c[k, near, lane] * inverse[lane]
        _mesh(work, k, end)
        for near in range(k + 1, end):
            c[k, near] = part[near]


@compiled
def _mesh(work: WireWork, k: int, end: int) -> None:
    """Add what passes through place k to the conductances between its neighbours, and to their forces."""
    c, first, second, part = work.c, work.first, work.second, work.part
    lanes = work.z.size
    for a in range(k + 1, end):
        for b in range(a + 1, end):
            for lane in range(lanes):
                one, other = part[a, lane], part[b, lane]
                c[a, b, lane] += c[k, a, lane] * other
                first[a, b, lane] = first[a, b, lane] + one * first[k, b, lane] - other * first[k, a, lane]
                second[a, b, lane] = second[a, b, lane] + one * second[k, b, lane] - other * second[k, a, lane]


@compiled
def _backwards(wires: Wires, work: WireWork) -> None:
    """Write the potentials of either force."""
    n, lanes = work.boltzmann.shape
    work.s[n - 1] = 0.0
    work.t[n - 1] = 0.0
    one, other = work.row[L11], work.row[L12]
    for k in range(n - 2, -1, -1):
        s, t = work.s[k], work.t[k]
        s.fill(0.0)
        t.fill(0.0)
        one.fill(0.0)
        other.fill(0.0)
        for near in range(k + 1, wires.end[k]):
            for lane in range(lanes):
                part = work.c[k, near, lane]
                s[lane] += part * work.s[near, lane]
                t[lane] += part * work.t[near, lane]
                one[lane] += work.first[k, near, lane]
                other[lane] += work.second[k, near, lane]
        for lane in range(lanes):
            s[lane] -= one[lane] * work.inverse[k, lane]
            t[lane] -= other[lane] * work.inverse[k, lane]


@compiled
def _first_sums(wires: Wires, work: WireWork) -> None:
    """Write L11 and L12, and by how much the mean energy is off."""
    edges, lanes = work.conductance.shape
    found, mixed, series, more = work.row[L11], work.row[L12], work.row[SERIES], work.row[MORE]
    found.fill(0.0)
    mixed.fill(0.0)
    more.fill(0.0)
    for edge in range(edges):
        low, high, share = wires.low[edge], wires.high[edge], wires.share[edge]
        for lane in range(lanes):
            x = work.x[edge, lane]
            u = work.s[low, lane] - work.s[high, lane] + share
            v = work.t[low, lane] - work.t[high, lane] + x * share
            flow = work.conductance[edge, lane] * wires.largest * u
            found[lane] += flow * u
            mixed[lane] += flow * v
            more[lane] += work.series[edge, lane] * x
    for lane in range(lanes):
        found[lane] += series[lane]
        mixed[lane] += more[lane]
        work.row[EXCESS, lane] = mixed[lane] / max(found[lane], LEAST)


@compiled
def _second_sums(wires: Wires, work: WireWork) -> None:
    """Write L12 and L22 for energies that are counted from the mean."""
    edges, lanes = work.conductance.shape
    mixed, spread, more = work.row[L12], work.row[SPREAD], work.row[MORE]
    excess, square = work.row[EXCESS], work.row[POWER]
    mixed.fill(0.0)
    spread.fill(0.0)
    more.fill(0.0)
    square.fill(0.0)
    for edge in range(edges):
        low, high, share = wires.low[edge], wires.high[edge], wires.share[edge]
        for lane in range(lanes):
            x, series = work.x[edge, lane], work.series[edge, lane]
            u = work.s[low, lane] - work.s[high, lane] + share
            v = work.t[low, lane] - work.t[high, lane] + x * share - excess[lane] * u
            x -= excess[lane]
            c = work.conductance[edge, lane] * wires.largest
            mixed[lane] += c * u * v
            more[lane] += series * x
            spread[lane] += c * v * v
            square[lane] += series * x * x
    for lane in range(lanes):
        mixed[lane] += more[lane]
        spread[lane] += square[lane]


@compiled
def _write(wires: Wires, work: WireWork, found: FloatArray, span: tuple[int, int]) -> None:
    """Write the sums and their errors, by Cauchy and Schwarz, and what else `numeric.resistor_moments` asks for."""
    start, size = span
    row = work.row
    unit = sqrt(wires.largest) * wires.difference_error
    for lane in range(size):
        point, excess = start + lane, row[EXCESS, lane]
        more, gross = 1.0 + abs(excess), sqrt(row[GROSS, lane])
        lost, slip = unit * gross, 16.0 * UNIT * gross
        norm, norm_2 = sqrt(row[L11, lane]) + lost, sqrt(row[SPREAD, lane]) + more * lost
        found[0, point] = row[L11, lane]
        found[1, point] = row[L12, lane]
        found[2, point] = row[SPREAD, lane]
        square = 2.0 * lost * lost
        of_11 = slip * (2.0 * norm + slip) + square
        of_12 = slip * (more * norm + norm_2 + more * slip) + more * square
        of_22 = more * slip * (2.0 * norm_2 + more * slip) + more * more * square
        found[3, point] = wires.accuracy * norm * norm + of_11 + wires.floor
        found[4, point] = wires.accuracy * norm * norm_2 + of_12 + wires.floor
        found[5, point] = wires.accuracy * norm_2 * norm_2 + of_22 + wires.floor
        found[6, point] = row[MEAN, lane] + excess * row[LARGEST, lane]
        found[7, point] = UNIT * (3.0 * abs(excess) * row[LARGEST, lane] + abs(row[MEAN, lane]))
        found[8, point] = row[LARGEST, lane]
        found[9, point] = work.top[lane] - work.highest[lane]
        found[10, point] = row[TOTAL, lane]
