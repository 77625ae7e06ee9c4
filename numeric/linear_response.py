"""Linear response to a bias and to a difference of temperatures: Onsager's matrix, thermopower, heat conductance.

At one chemical potential and temperature the chain is in detailed balance, edge by edge and lead by lead, with the flow
c = W_up P_lower = W_down P_upper of each lead l each way. Forces at lead L, (mu_L - mu_R) / kT = a and
(kT_L - kT_R) / kT**2 = b, change the ratio of its rates by x = a + b e, where e = E_j - E_i - gate - mu, and the
populations by relative amounts s. The net flow through lead l is then c tau with tau = x + s_lower - s_upper (x = 0 at
R): the chain is a network of resistors. So the matrix of the currents I and J out of L against a and b is

    L_jk = sum over leads and edges of c tau_j tau_k,

symmetric and positive. The slopes s come out of an elimination as averages of x: no difference of large flows is
left. `numeric.resistors` computes them at many gates at once in plain numbers, and proves for which that is enough;
`numeric.tilted` does the others.

The heat that flows if no current does, kT**2 K = L22 - L12**2 / L11, is the same sum for x = e - m, with m = L12 / L11
the mean energy of an electron. It is computed so, and vanishes for one transition, where L22 - L12**2 / L11 would lose
all digits.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from numeric.arrays import FloatArray, IntArray
from numeric.chain import coupled_leads, exchange_electrons
from numeric.estimates import LARGEST_DOUBT, Estimate, least_of, less_doubtful, most_of, product, ratio, shifted, sum_of
from numeric.fast_resistors import FastResistors, fast_resistors
from numeric.heat import SUM_ERROR, in_units, largest_energy, power_of_energies
from numeric.lead_response import DOUBTFUL, response_matrix
from numeric.level_scheme import LevelScheme
from numeric.network import UNIT, Network
from numeric.rates import LeadRates
from numeric.resistor_moments import Moments, moments
from numeric.resistors import Resistors, resistors_of
from numeric.scaled import (
    Scaled,
    added,
    chosen,
    divide,
    from_float,
    larger,
    magnitude,
    multiply,
    normalise_signed,
    root,
    times,
)
from numeric.tilted import Tilted, energies_above
from numeric.transport import between_two_leads, rates_at_rest
from numeric.validation import as_axis, as_float

MOST_LOST = 2.0**-30
"""Relative error of L11 from which on plain numbers do not do: on long chains, or between very different leads."""
ROUNDING_OF_ENERGIES = SUM_ERROR / UNIT
"""Below this, over the energies that it is a sum of, an energy is what rounding leaves."""


@dataclass(frozen=True, eq=False, repr=False)
class LinearResponse:
    """Response of the current I and the heat current J from L to R, (points,) each.

    Parameters
    ----------
    L11, L12, L22
        Onsager's matrix: I = L11 a + L12 b and J = L12 a + L22 b, with a = (mu_L - mu_R) / kT and
        b = (kT_L - kT_R) / kT**2.
    thermopower
        (mu_R - mu_L) / (kT_L - kT_R) at I = 0, in units of k_B per particle: L12 / (L11 kT).
    heat_conductance
        J / (kT_L - kT_R) at I = 0: (L22 - L12**2 / L11) / kT**2.
    """

    L11: Estimate
    L12: Estimate
    L22: Estimate
    thermopower: Estimate
    heat_conductance: Estimate

    @property
    def figure_of_merit(self) -> Estimate:
        """ZT = L12**2 / (L11 L22 - L12**2) of the electrons alone, (points,).

        An engine between kT + dT and kT has at most the efficiency (dT / T) (r - 1) / (r + 1), r = sqrt(1 + ZT).

        Raises
        ------
        ValueError
            If no heat flows without a current, as through one transition: ZT is infinite.
        ArithmeticError
            If the heat conductance is lost to rounding at a point.

        Examples
        --------
        >>> from numeric import LevelScheme, linear_response
        >>> scheme = LevelScheme([0, 1, 1], [0.0, 0.1, 0.2], [0, 1, 1], [0, 0], [1, 2], [0.5, 0.5])
        >>> linear_response(scheme, kT=0.02).figure_of_merit.value.round(4)
        array([151.4537])
        """
        heat = self.heat_conductance
        if np.any(heat.scaled.mantissa == 0):
            raise ValueError(
                "the figure of merit must be finite: through one transition heat flows with a current only"
            )
        if np.any(heat.relative_error > LARGEST_DOUBT):
            raise ArithmeticError(f"the heat conductance is known to {heat.relative_error.max():.1g} of itself only")
        return _merit(self.thermopower, self.L11, heat)

    def least_figure_of_merit(self) -> tuple[FloatArray, FloatArray]:
        """Return ZT and a bound on its error, (points,); if the heat conductance is lost, the least ZT and infinity.

        It is lost if it is smaller than about its own error, as through one transition, whose ZT is infinite.

        Examples
        --------
        >>> from numeric import LevelScheme, linear_response
        >>> scheme = LevelScheme([0, 1], [0.0, 0.1], [0, 1], [0], [1], [0.5])
        >>> value, error = linear_response(scheme, kT=0.02).least_figure_of_merit()
        >>> bool(value[0] > 1e12), error
        (True, array([inf]))
        """
        heat, S = self.heat_conductance, self.thermopower
        known = np.flatnonzero((heat.scaled.mantissa != 0) & (heat.relative_error <= LARGEST_DOUBT))
        smallest = np.maximum(np.abs(S.value) - S.bound, 0.0)
        # a heat conductance of exactly 0, as at E = 0, leaves room for a number: 2**-200 of L11 is below all else
        most_heat = added(most_of(heat), multiply(self.L11.scaled, from_float(2.0**-200)))
        most = divide(self.L11.scaled, most_heat)
        factor = smallest * smallest * np.maximum(1.0 - self.L11.relative_error, 0.0) * (1.0 - 2.0**-40)
        value, error = multiply(most, from_float(factor)).to_float(), np.full(smallest.shape, np.inf)
        found = _merit(S[known], self.L11[known], heat[known])
        value[known], error[known] = found.value, found.bound
        return value, error

    def __repr__(self) -> str:
        return f"LinearResponse(thermopower={self.thermopower!r}, heat_conductance={self.heat_conductance!r})"


def linear_response(
    scheme: LevelScheme,
    *,
    rates: tuple[float, float] = (1.0, 1.0),
    kT: float,
    gate: ArrayLike = 0.0,
    mu: float = 0.0,
    resolved: bool = False,
    zeeman: float = 0.0,
) -> LinearResponse:
    """Return Onsager's matrix, the thermopower and the heat conductance of electrons at V = 0.

    Parameters
    ----------
    rates
        t_L and t_R.
    gate
        One gate or many, (points,).
    mu
        Chemical potential of both leads.
    scheme, kT, resolved, zeeman
        As `numeric.stationary.stationary_state`.

    Raises
    ------
    ValueError
        As `numeric.stationary.stationary_state`, or if no current can flow, so that there is no thermopower.
    ArithmeticError
        If L11 is lost to rounding, so that no bound on a quotient is known.

    Examples
    --------
    Through one level every electron carries the same energy, 0.1 or 5 kT:

    >>> from numeric import LevelScheme, linear_response
    >>> scheme = LevelScheme([0, 1], [0.0, 0.1], [0, 1], [0], [1], [0.5])
    >>> found = linear_response(scheme, kT=0.02)
    >>> found.thermopower.value.round(12), found.heat_conductance.value
    (array([5.]), array([0.]))
    """
    kT, mu, gates = as_float("kT", kT, positive=True), as_float("mu", mu), as_axis("gate", gate)
    network = both_coupled(scheme, rates, resolved=resolved, zeeman=zeeman)
    temperatures, field = np.array([kT]), as_float("zeeman", zeeman)
    at_rest = AtRest.of(scheme, network, kT=temperatures, gates=gates, mu=mu, zeeman=field, points=gates.size)
    return at_rest.response(gates, np.zeros(gates.size, np.int64))


def both_coupled(scheme: LevelScheme, rates: tuple[float, float], *, resolved: bool, zeeman: float) -> Network:
    """Return the network of a scheme, or raise ValueError unless a current can flow through it."""
    network = between_two_leads(scheme, rates, resolved=resolved, zeeman=zeeman)
    if coupled_leads(network.chain).sum() < 2:
        raise ValueError(f"rates={[*rates]} must couple both leads to the dot: there is no thermopower else")
    if not exchange_electrons(network.chain):
        raise ValueError("leads must exchange electrons through the dot: there is no thermopower else")
    return network


@dataclass(frozen=True, eq=False)
class AtRest:
    """A chain at rest between two leads, prepared for many points.

    Parameters
    ----------
    network, kT, mu, zeeman
        The chain, temperatures, (temperatures,), chemical potential and Zeeman energy, in units of 2**power.
    power
        0 for all but extreme energies.
    resistors, fast
        The chain in plain numbers, or None; the compiled kernel, or None.
    """

    network: Network
    kT: FloatArray
    mu: float
    zeeman: float
    power: int
    resistors: Resistors | None
    fast: FastResistors | None

    @classmethod
    def of(
        cls,
        scheme: LevelScheme,
        network: Network,
        *,
        kT: FloatArray,
        gates: FloatArray,
        mu: float,
        zeeman: float,
        points: int,
    ) -> AtRest:
        """Prepare a scheme for responses at `points` points, at these gates or some of them."""
        largest = max(largest_energy(network.chain, zeeman), abs(mu), float(np.abs(gates).max()))
        power = power_of_energies(largest, kT)
        kT, mu, zeeman = np.ldexp(kT, -power), float(np.ldexp(mu, -power)), float(np.ldexp(zeeman, -power))
        network = replace(network, chain=in_units(network.chain, power))
        resistors = resistors_of(network.chain, scheme.electrons[network.chain.level], kT)
        fast = None if resistors is None else fast_resistors(resistors, points)
        return cls(network, kT, mu, zeeman, power, resistors, fast)

    def response(self, gates: FloatArray, row: IntArray) -> LinearResponse:
        """Return the response at points, given the gate and the number of the temperature of each, (points,)."""
        own, gates = self.kT[row], np.ldexp(gates, -self.power)
        if self.resistors is None:
            found, unproven = Moments.zeros(gates.size), np.arange(gates.size)
        else:
            found, unproven = moments(self.resistors, gates, self.mu, kT=own, row=row, fast=self.fast)
            unproven = np.union1d(unproven, np.flatnonzero(found.L11.relative_error > MOST_LOST))
        for number in np.unique(row[unproven]).tolist():
            points = unproven[row[unproven] == number]
            kT = float(self.kT[number])
            found.put(points, _with_exponents(self.network, gates[points], self.mu, kT, self.zeeman))
        ends = self.network.chain.energy_hi.max(), self.network.chain.energy_hi.min()
        largest = np.maximum(*(np.abs(end - gates - self.mu) for end in ends))
        scale = max(map(abs, ends)) + np.abs(gates) + abs(self.mu)
        response = _response(found, own, largest, ROUNDING_OF_ENERGIES * scale)
        return replace(response, L12=shifted(response.L12, self.power), L22=shifted(response.L22, 2 * self.power))


def _with_exponents(network: Network, gates: FloatArray, mu: float, kT: float, zeeman: float) -> Moments:
    """Return the sums with numbers of any size, as `numeric.lead_response` where that leaves too little of L11."""
    at_rest = rates_at_rest(network, gates, mu, kT)
    weight = Tilted.by(network, at_rest, np.ones((network.chain.lower.size, gates.size)), 0.0)
    tilt, _ = energies_above(network, gates, mu, zeeman, np.zeros(gates.size))
    L11 = weight.product(weight)
    doubtful = L11.relative_error > DOUBTFUL
    known, lost = np.flatnonzero(~doubtful), np.flatnonzero(doubtful)
    # what an electron carries on average, as a float that need not be exact: all that follows counts from there
    mean = np.zeros(gates.size)
    mean[known] = divide(weight.carried(tilt)[known], L11.scaled[known]).to_float()
    above = Tilted.by(network, at_rest, *energies_above(network, gates, mu, zeeman, mean))
    found = Moments(L11, weight.product(above), above.product(above), exactly(mean))
    if lost.size:
        found.put(lost, _of_all_leads(network, at_rest.at(lost), gates[lost], mu, zeeman))
    return found


def _of_all_leads(network: Network, rates: LeadRates, gates: FloatArray, mu: float, zeeman: float) -> Moments:
    """Return the sums from the responses of both leads."""
    mean = np.zeros(gates.size)
    for _ in range(2):  # from no mean, then from the one that this gives
        matrix = response_matrix(network, rates, *energies_above(network, gates, mu, zeeman, mean))
        # rows and columns: electrons at L and R, energy at L and R
        L11, L12, L22 = (Estimate(matrix.scaled[pair], matrix.error[pair]) for pair in ((0, 0), (0, 2), (2, 2)))
        # by Cauchy and Schwarz
        room = times(1.0 + 2.0**-40, root(multiply(most_of(L11), most_of(L22))))
        L12 = less_doubtful(L12, Estimate(times(0.0, room), room))
        found, excess = Moments(L11, L12, L22, exactly(mean)), ratio(L12, L11, "L11")
        mean = mean + chosen(excess.relative_error < 1.0, excess.scaled, from_float(0.0)).to_float()
    return found


def exactly(value: FloatArray) -> Estimate:
    """Return float64 numbers as they are."""
    return Estimate(from_float(value), from_float(np.zeros_like(value)))


def _response(found: Moments, kT: FloatArray, largest: FloatArray, least: FloatArray) -> LinearResponse:
    """Return the response, given the sums for energies that are counted from a mean.

    Parameters
    ----------
    kT, largest, least
        Temperature, the largest energy that an electron carries and what rounding leaves of one that is 0, (points,).
    """
    L11, L12, K, mean = found.L11, found.L12, found.L22, found.mean
    inverse = divide(from_float(np.ones(L11.scaled.mantissa.shape)), from_float(kT))
    excess = ratio(L12, L11, "L11")
    thermopower = _scaled_by(sum_of(mean, excess), inverse)
    # K counts from a mean that is off by the excess: that alone makes it too large, by excess**2 L11
    slack = multiply(most_of(excess), most_of(L12))
    heat = _scaled_by(Estimate(K.scaled, added(K.error, slack)), multiply(inverse, inverse))
    shifted = product(L11, mean)
    whole = sum_of(shifted, L12)
    twice = _scaled_by(L12, from_float(2.0))
    square = sum_of(product(sum_of(shifted, twice), mean), K)
    # sums of c |e| are not known: they are no less than those of c e**2 over the largest |e|
    rounding, weight = from_float(least), magnitude(L11.scaled)
    of_energy = added(
        divide(least_of(square), from_float(np.maximum(np.maximum(largest, least), 2.0**-1000))),
        multiply(weight, rounding),
    )
    of_energy = larger(of_energy, least_of(whole))
    of_square = added(least_of(square), multiply(of_energy, rounding))
    return LinearResponse(
        L11,
        replace(whole, size=of_energy),
        replace(square, size=of_square),
        replace(thermopower, size=times(2.0, divide(multiply(of_energy, inverse), weight))),
        replace(heat, size=times(4.0, multiply(of_square, multiply(inverse, inverse)))),
    )


def _merit(thermopower: Estimate, L11: Estimate, heat: Estimate) -> Estimate:
    return ratio(product(product(thermopower, thermopower), L11), heat, "the heat conductance")


def _scaled_by(value: Estimate, factor: Scaled) -> Estimate:
    """Return value times a factor that is exact to a few roundings."""
    product, error = multiply(value.scaled, factor), multiply(value.error, factor)
    rounding = Scaled(np.abs(product.mantissa) * 8 * UNIT, product.exponent)
    return Estimate(
        normalise_signed(product.mantissa, product.exponent),
        added(normalise_signed(np.abs(error.mantissa), error.exponent), rounding),
    )
