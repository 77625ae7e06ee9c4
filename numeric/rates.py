"""Rates of Eq. (3) of [J96] at many points: Fermi factors whose f and 1 - f both keep full relative accuracy.

With y = exp((E - mu) / kT) = m 2**e the two factors are f = 1 / (1 + y) and 1 - f = y / (1 + y). Pulling out the larger
of 1 and 2**e leaves sums of positive terms of order one:

    k = max(e, 0),  d = 2**-k + m 2**(e - k),    f = 2**-k (1 / d),  1 - f = 2**(e - k) (m / d).

y is a product of exp(E / kT) of the edge and exp(-(gate + mu) / kT) of the point, each an exponential of an exact
quotient: a diagram takes as many exponentials as it has axis values and edges, none per point, and no rounding of
E - mu is ever multiplied by 1 / kT.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from numeric.arrays import FloatArray, IntArray
from numeric.chain import Chain, coupled_leads
from numeric.elimination import Quantities
from numeric.scaled import Scaled, exp_quotient, multiply, power_of_two, stacked


@dataclass(frozen=True)
class FermiFactors:
    """The factors f and 1 - f, each as a mantissa of order one with its exponent, and as a plain number."""

    f: Scaled
    one_minus_f: Scaled
    plain_f: FloatArray
    plain_one_minus_f: FloatArray


def fermi_factors(y: Scaled) -> FermiFactors:
    """Return f = 1 / (1 + y) and 1 - f for y = exp((E - mu) / kT), mantissa of y in (1/4, 4)."""
    below = np.minimum(y.exponent, 0.0)
    above = below - y.exponent
    one, other = power_of_two(below, y.exponent), power_of_two(below, 0.0)
    other *= y.mantissa
    inverse = 1.0 / (one + other)
    one *= inverse
    other *= inverse
    return FermiFactors(Scaled(inverse, above), Scaled(y.mantissa * inverse, below), one, other)


@dataclass(frozen=True)
class LeadRates:
    """Rates of every lead and edge at every point, with their derivatives by the chemical potentials.

    Parameters
    ----------
    data
        Mantissas, logarithmic derivatives in units of the inverse of one kT, and exponents, (3, leads, 2, edges,
        points): along the fourth axis the edges, along the third the rates into the dot ("up") and out of it ("down").
    """

    data: FloatArray

    def at(self, points: IntArray) -> LeadRates:
        """Copy points."""
        return LeadRates(self.data[..., points])


def edge_factor(chain: Chain, kT: float) -> Scaled:
    """Return exp(E / kT) of each edge, (edges,)."""
    return exp_quotient(chain.energy_hi, chain.energy_lo, kT)


def edge_factors(chain: Chain, temperatures: Sequence[float]) -> Scaled:
    """Return exp(E / kT) of each edge, (edges,), or of each lead and edge, (leads, edges), if temperatures differ."""
    if len(set(temperatures)) == 1:
        return edge_factor(chain, temperatures[0])
    return stacked([edge_factor(chain, kT) for kT in temperatures])


def axis_factor(energy: ArrayLike, kT: ArrayLike) -> Scaled:
    """Return exp(-energy / kT) of gates or chemical potentials, the shape of both."""
    energy = np.asarray(energy, dtype=np.float64)
    return exp_quotient(-energy, np.zeros_like(energy), kT)


def of_coupled(chain: Chain, values: ArrayLike) -> FloatArray:
    """Return numbers of leads, (leads, ...), with those of a coupled lead for leads that are not: they move nothing."""
    coupled = coupled_leads(chain)
    numbers: FloatArray = np.asarray(values, dtype=np.float64)[
        np.where(coupled, np.arange(coupled.size), coupled.argmax())
    ]
    return numbers


def thermal_factors(
    chain: Chain, gate: float, mu: Sequence[float], temperatures: Sequence[float]
) -> tuple[Scaled, Scaled]:
    """Return what `lead_rates_at` takes as edge and potential at one point, for leads of any temperatures, (leads,)."""
    kT = of_coupled(chain, temperatures)[:, None]
    potential = multiply(axis_factor([gate], kT), axis_factor(of_coupled(chain, mu)[:, None], kT))
    return edge_factors(chain, kT[:, 0].tolist()), potential


def lead_rates_at(chain: Chain, edge: Scaled, potential: Scaled, mu_slope: FloatArray | None) -> LeadRates:
    """Evaluate all rates.

    Parameters
    ----------
    chain
        Edges and tunnelling weights.
    edge
        exp(E / kT) of each edge, (edges,), or of each lead and edge, (leads, edges), if temperatures differ.
    potential
        exp(-(gate + mu) / kT) of each lead at each point, (leads, points).
    mu_slope
        d mu / d parameter of each lead, (leads,), over its kT in units of one kT: d ln f / d mu = (1 - f) / kT and
        d ln (1 - f) / d mu = -f / kT; None if no derivative is wanted, which is then 0.
    """
    leads, edges, points = chain.leads, edge.mantissa.shape[-1], potential.mantissa.shape[1]
    y = Scaled(
        edge.mantissa[..., None] * potential.mantissa[:, None, :],
        edge.exponent[..., None] + potential.exponent[:, None, :],
    )
    factors = fermi_factors(y)
    data = np.empty((3, leads, 2, edges, points))
    for direction, (factor, weight) in enumerate(((factors.f, chain.up), (factors.one_minus_f, chain.down))):
        np.multiply(factor.mantissa, weight.mantissa[:, :, None], out=data[0, :, direction])
        np.add(factor.exponent, weight.exponent[:, :, None], out=data[2, :, direction])
    if mu_slope is None:
        data[1] = 0.0
        return LeadRates(data)
    np.multiply(factors.plain_one_minus_f, mu_slope[:, None, None], out=data[1, :, 0])
    np.multiply(factors.plain_f, -mu_slope[:, None, None], out=data[1, :, 1])
    return LeadRates(data)


def in_units_of_coldest(chain: Chain, mu_slope: FloatArray, temperatures: Sequence[float]) -> tuple[FloatArray, float]:
    """Return what `lead_rates_at` takes as slopes, and the kT in units of whose inverse logarithmic derivatives are.

    It is that of the coldest of the leads that the chain couples: in these units slopes are at most what `mu_slope` is
    at most, as `numeric.current.derivative_of` takes for granted. Leads that are not coupled move nothing.
    """
    kT, coupled = np.array(temperatures), coupled_leads(chain)
    coldest = float(kT[coupled if coupled.any() else slice(None)].min())
    return np.where(coupled, mu_slope * (coldest / np.where(coupled, kT, coldest)), 0.0), coldest


def total_rates(rates: LeadRates, *, slopes: bool = True) -> Quantities:
    """Sum over leads: the rate along each edge, "up" before "down", (2 edges, points); slopes 0 if not wanted."""
    mantissa, slope, exponent = rates.data
    data = np.empty((3, *mantissa.shape[1:]))
    exponent.max(axis=0, out=data[2])
    aligned = power_of_two(exponent, data[2])
    aligned *= mantissa
    aligned.sum(axis=0, out=data[0])
    if slopes:
        aligned *= slope
        aligned.sum(axis=0, out=data[1])
        data[1] /= data[0]
    else:
        data[1] = 0.0
    return Quantities(data.reshape(3, -1, mantissa.shape[-1]))
