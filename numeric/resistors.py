"""Linear response at many points: the chain at rest as a network of resistors, in plain numbers.

At rest no elimination is needed for the populations: by detailed balance P is (2S + 1) exp(-(E - gate N - mu N) / kT),
and with k = exp(-(E - gate N - mu N) / kT) of both ends an edge conducts c = 2 t M (2S_i + 1) k_i k_j / (k_i + k_j),
the flow each way. A tilt x at one lead that has the share q of an edge is an electromotive force q x in series with
it, and drives u = q x + s_i - s_j; the flows through the two leads make

    sum over leads of c tau tau' = c (u u' + q (1 - q) x x').

States are eliminated in the order of their electrons, each with its neighbours of the same and of the next number. A
star becomes a mesh: c_ij += c_ik c_kj / sum c_k, and the forces add up along the way, so that b = c x of an edge is
kept beside c. Conductances are never subtracted. The tilt is laid at the lead whose shares are smaller.

*Underflow*. Conductances are in units of the largest k_i k_j / (k_i + k_j), so that no factor of a product is much
above 1, and what is lost changes conductances by less than 2**-1000. The matrix is the least dissipation of a network:
it changes by no more than that times the squares of u, each at most 2 (n - 1). A state that nothing else holds is
divided by 2**-1000 at least, so that currents that are lost raise no large potential. Points at which this could
matter are not proven, and left to `numeric.tilted`.

*Rounding*, in units of 2**-53, to first order, for forces of at most 1 on n states. A force between two states that
stands for eliminated ones is that of a unit flow through them, so at most D = n - 1, as are all differences of s. A
relative change e of the conductances of a network of r states acts like forces e u: it changes differences of s by at
most 2 (r - 1) e D, and an error h of the forces by (r - 1) h. Where a state with m neighbours leaves r states,
conductances take m + 3 roundings and forces, of a size up to D twice, 2 (m + 5). Backwards, s is a mean of m terms of
at most 2 D. All is taken twice, for what first order leaves out.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from numeric.arrays import FloatArray, IntArray
from numeric.chain import Chain
from numeric.heat import SUM_ERROR
from numeric.network import UNIT
from numeric.rates import axis_factor, edge_factor
from numeric.scaled import Scaled, divide, exact_sum, multiply, normalise_signed, power_of_two, signed_sum
from numeric.transport import Estimate

NUMBERS_PER_BLOCK, FEWEST_POINTS = 160_000, 8
"""Numbers in the conductances of a block of points, as measured: with fewer, calls cost more than arithmetic."""
MOST_STATES, MOST_ELECTRONS = 200, 1000
"""Chains with more states take too much memory. With more electrons the exponents of exp(N gate / kT) are not exact."""
ABOVE, SMALLEST = 300.0, -1000.0
"""Powers of two: of what counts as infinite beside the largest conductance, and of the least one."""
PROVEN = 2.0**-60
"""What underflow may change L11 by, over L11."""


@dataclass(frozen=True, eq=False)
class Resistors:
    """A chain at rest between two leads at one temperature.

    Parameters
    ----------
    order, end
        States by their electrons, (n,), and, of each place in that order, the end of its neighbours, (n,).
    low, high
        Places that each edge joins, (edges,).
    electrons
        Electrons of each place beyond the fewest, (n,).
    boltzmann
        exp(-E / kT) of each place, up to a common factor, (n,).
    spins
        2S + 1 of each place, up to a common factor, (n,).
    weight
        Rate up at f = 1 times `spins` of the lower end, of both leads, (edges,), in units of 2**unit, at most 1.
    share, other, largest
        Share q of the tilted lead over the largest q of all edges, 1 - q, (edges,), and the largest q.
    energy, zero
        E_j - E_i counted from `zero`, (edges,), and that energy, as two numbers.
    depth
        Edges of a path along which `boltzmann` and `spins` of a place were found, at most.
    smallest
        Energies in units of which SUM_ERROR of all energies is one rounding, not 0.
    """

    order: IntArray
    end: IntArray
    low: IntArray
    high: IntArray
    electrons: IntArray
    boltzmann: Scaled
    spins: FloatArray
    weight: FloatArray
    unit: float
    share: FloatArray
    other: FloatArray
    largest: Scaled
    energy: FloatArray
    zero: tuple[float, float]
    depth: int
    smallest: float

    @property
    def rate_roundings(self) -> int:
        """Bound on the error of c, in units of 2**-53, but for a common factor."""
        # a step along the tree: exp(E / kT) 4, its quotient and 2S + 1 of either side 5; gates: 4 + 4 + 1 and a product
        return 9 * self.depth + 10 * int(self.electrons.max()) + 24

    @property
    def difference_error(self) -> float:
        """Bound on the error of s_i - s_j for forces of at most 1."""
        n = self.order.size
        units = 2 * (n - 1) * self.rate_roundings + 8 * (n - 1)
        for place in range(n - 1):
            m, left = int(self.end[place]) - place - 1, n - place - 1
            units += 2 * max(left - 1, 0) * (2 * m + 8) + 8 * (m + 4)
        return 2.0 * units * (n - 1) * UNIT


@dataclass(frozen=True, eq=False)
class Moments:
    """Sums over leads and edges of c tau tau' of tilts 1 and x = e - mean, and the mean, (points,) each."""

    L11: Estimate
    L12: Estimate
    L22: Estimate
    mean: Estimate

    def put(self, points: IntArray, other: Moments) -> None:
        """Replace points, in place."""
        for own, new in ((self.L11, other.L11), (self.L12, other.L12), (self.L22, other.L22), (self.mean, other.mean)):
            for whole, part in ((own.scaled, new.scaled), (own.error, new.error)):
                whole.mantissa[points], whole.exponent[points] = part.mantissa, part.exponent


def resistors_of(chain: Chain, electrons: IntArray, kT: float) -> Resistors | None:
    """Prepare a chain of two coupled leads; None if `numeric.tilted` is to be taken.

    Parameters
    ----------
    electrons
        Electron number of each state of the chain, (states,).
    """
    beyond = electrons - electrons.min()
    if chain.states > MOST_STATES or beyond.max() > MOST_ELECTRONS:
        return None
    order = np.argsort(electrons, kind="stable")
    place = np.empty_like(order)
    place[order] = np.arange(order.size)
    low, high, sorted_electrons = place[chain.lower], place[chain.upper], beyond[order]
    whole = signed_sum(chain.up)
    first, second = (divide(chain.up[lead], whole) for lead in (0, 1))
    tilted, opposite = sorted((first, second), key=_largest_log)
    largest = tilted[int(np.argmax(tilted.log10()))]
    boltzmann, spins, depth = _along_a_tree(chain, low, high, edge_factor(chain, kT))
    with_spins = normalise_signed(whole.mantissa * spins[low], whole.exponent)
    unit = float(with_spins.exponent.max())
    return Resistors(
        order=order,
        end=np.searchsorted(sorted_electrons, sorted_electrons + 1, side="right"),
        low=low,
        high=high,
        electrons=sorted_electrons,
        boltzmann=boltzmann,
        spins=spins,
        weight=with_spins.mantissa * power_of_two(with_spins.exponent, unit),
        unit=unit,
        share=divide(tilted, largest).to_float(),
        other=opposite.to_float(),
        largest=largest,
        energy=(chain.energy_hi - chain.energy_hi[0]) + (chain.energy_lo - chain.energy_lo[0]),
        zero=(float(chain.energy_hi[0]), float(chain.energy_lo[0])),
        depth=depth,
        smallest=max(float(np.abs(chain.energy_hi).max()) * SUM_ERROR / UNIT, 2.0**-1000),
    )


def _largest_log(share: Scaled) -> float:
    return float(share.log10().max())


def _along_a_tree(chain: Chain, low: IntArray, high: IntArray, factor: Scaled) -> tuple[Scaled, FloatArray, int]:
    """Return exp(-E / kT) and 2S + 1 of each place, from place 0 along a tree of edges, and the tree's depth."""
    n, lead = chain.states, chain.up.log10().argmax(axis=0)
    edges = np.arange(low.size)
    ratio = divide(chain.up[lead, edges], chain.down[lead, edges]).to_float()
    ends: list[list[tuple[int, int, bool]]] = [[] for _ in range(n)]
    for edge, (i, j) in enumerate(zip(low.tolist(), high.tolist(), strict=True)):
        ends[i].append((edge, j, True))
        ends[j].append((edge, i, False))
    mantissa, exponent, spins, depth = np.zeros(n), np.zeros(n), np.zeros(n), np.zeros(n, np.int64)
    mantissa[0], spins[0], pending = 1.0, 1.0, [0]
    for state in pending:  # grows as states are found
        for edge, to, upwards in ends[state]:
            if spins[to] == 0:
                y, power = factor.mantissa[edge], factor.exponent[edge]
                found = mantissa[state] / y if upwards else mantissa[state] * y
                fraction, shift = np.frexp(found)
                mantissa[to], exponent[to] = fraction, exponent[state] + shift + (-power if upwards else power)
                spins[to] = spins[state] * ratio[edge] if upwards else spins[state] / ratio[edge]
                depth[to] = depth[state] + 1
                pending.append(to)
    return Scaled(mantissa, exponent), spins, int(depth.max())


def moments(resistors: Resistors, gates: FloatArray, mu: float, kT: float) -> tuple[Moments, IntArray]:
    """Return the sums at every gate, and the points at which they are not proven."""
    z = multiply(axis_factor(-gates, kT), axis_factor(-mu, kT))
    size = max(FEWEST_POINTS, NUMBERS_PER_BLOCK // resistors.order.size**2)
    count = gates.size
    found = np.empty((11, count))
    with np.errstate(under="ignore"):
        for start in range(0, count, size):
            part = slice(start, start + size)
            found[:, part] = _block(resistors, z[part])
    L11, L12, L22, e11, e12, e22, mean, slack, largest, power, total = found
    # each electron carries zero + mean - gate - mu
    (zero_hi, zero_lo), zero = resistors.zero, np.zeros(count)
    hi, lo = exact_sum(zero_hi + zero, zero_lo, -gates, -mu, mean)
    carried = hi + lo
    sizes = abs(zero_hi) + np.abs(gates) + abs(mu) + np.abs(mean)
    error = 2.0 * UNIT * np.abs(carried) + slack + SUM_ERROR * sizes
    exponent = power + resistors.unit + resistors.largest.exponent
    factor = resistors.largest.mantissa / total
    units = ((L11, e11, factor), (L12, e12, factor * largest), (L22, e22, factor * largest * largest))
    first, mixed, second = (
        Estimate(normalise_signed(value * scale, exponent), normalise_signed(bound * scale, exponent))
        for value, bound, scale in units
    )
    whole = Moments(first, mixed, second, Estimate(normalise_signed(carried, zero), normalise_signed(error, zero)))
    floor = _floor(resistors)
    return whole, np.flatnonzero(~(floor <= PROVEN * L11))


def _floor(resistors: Resistors) -> float:
    """Bound what underflow changes sums by, in the units of a block."""
    n = resistors.order.size
    return float((n**3 + 4 * resistors.low.size) * 4.0 * n**2 * 2.0**SMALLEST)


def _block(resistors: Resistors, z: Scaled) -> FloatArray:
    """Return the sums, their errors, the mean and what it may be off by, the largest |x|, and the units, of a block."""
    n, low, high = resistors.order.size, resistors.low, resistors.high
    conductance, power, total = _conductances(resistors, z)
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
    # errors of vectors, by Cauchy and Schwarz
    accuracy = (2 * resistors.rate_roundings + n + 2 * low.size + 24) * UNIT
    gross, floor = np.sqrt(conductance.sum(axis=0)), _floor(resistors)
    off = (own**0.5 * resistors.difference_error + 16.0 * UNIT) * gross
    off_2 = off * (1.0 + np.abs(excess))
    size, size_2 = np.sqrt(L11), np.sqrt(spread)
    return np.stack(
        [
            L11,
            residue,
            spread,
            accuracy * L11 + off * (2.0 * size + off) + floor,
            accuracy * size * size_2 + off_2 * size + off * (size_2 + off_2) + floor,
            accuracy * spread + off_2 * (2.0 * size_2 + off_2) + floor,
            mean + excess * largest,
            UNIT * (3.0 * np.abs(excess) * largest + np.abs(mean)),
            largest,
            power,
            total,
        ]
    )


def _conductances(resistors: Resistors, z: Scaled) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return c of each edge in units of 2**power, and the sum of all populations in it without that unit."""
    k, count = resistors.boltzmann, z.mantissa.size
    mantissa, exponent = np.ones((2, int(resistors.electrons.max()) + 1, count))
    exponent[0] = 0.0
    for number in range(1, len(mantissa)):
        value = mantissa[number - 1] * z.mantissa
        mantissa[number], shift = np.frexp(value)
        exponent[number] = exponent[number - 1] + z.exponent + shift
    mantissa = mantissa[resistors.electrons] * k.mantissa[:, None]
    exponent = exponent[resistors.electrons] + k.exponent[:, None]
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
