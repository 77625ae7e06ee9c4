"""Linear response at many points: the chain at rest as a network of resistors, in plain numbers.

`numeric.resistor_moments` adds up the flows of such a network, compiled by `numeric.resistor_kernel` or in numpy.

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
at most 2 D. All is taken twice, for what first order leaves out. The sums are the least dissipation, over all s, of
what the forces drive: errors d of the differences of s change them by sum c d d' only, and those of c by their
relative size.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from numeric.arrays import FloatArray, IntArray
from numeric.chain import Chain
from numeric.heat import SUM_ERROR
from numeric.network import UNIT
from numeric.resistor_tables import SMALLEST
from numeric.scaled import Scaled, divide, exp_quotient, normalise_signed, power_of_two, signed_sum

MOST_STATES, MOST_ELECTRONS = 200, 1000
"""Chains with more states take too much memory. With more electrons the exponents of exp(N gate / kT) are not exact."""


@dataclass(frozen=True, eq=False)
class Resistors:
    """A chain at rest between two leads, at one temperature or several.

    Parameters
    ----------
    order, end
        States by their electrons, (n,), and, of each place in that order, the end of its neighbours, (n,).
    low, high
        Places that each edge joins, (edges,).
    electrons
        Electrons of each place beyond the fewest, (n,).
    boltzmann
        exp(-E / kT) of each place and temperature, up to a common factor, (n, temperatures).
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

    @property
    def accuracy(self) -> float:
        """Bound on the relative error of sums of c and two factors over edges, but for what the factors are off by."""
        return (2 * self.rate_roundings + self.order.size + 2 * self.low.size + 24) * UNIT

    @property
    def floor(self) -> float:
        """Bound on what underflow changes sums by, in the units of a block."""
        n = self.order.size
        return float((n**3 + 4 * self.low.size) * 4.0 * n**2 * 2.0**SMALLEST)


def resistors_of(chain: Chain, electrons: IntArray, kT: FloatArray) -> Resistors | None:
    """Prepare a chain of two coupled leads; None if `numeric.tilted` is to be taken.

    Parameters
    ----------
    electrons
        Electron number of each state of the chain, (states,).
    kT
        Temperatures, (temperatures,).
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
    factor = exp_quotient(chain.energy_hi[:, None], chain.energy_lo[:, None], kT)
    boltzmann, spins, depth = _along_a_tree(chain, low, high, factor)
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
    mantissa, exponent = np.zeros((2, n, factor.mantissa.shape[1]))
    spins, depth = np.zeros(n), np.zeros(n, np.int64)
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
