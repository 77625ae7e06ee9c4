"""Stationary state of the rate equation ([J96] Eq. (2)): sum_i (W_{ji} P_i - W_{ij} P_j) = 0, sum P = 1, P > 0."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse.csgraph import connected_components

from numeric.arrays import FloatArray, IntArray, listed
from numeric.elimination import Quantities, elimination_plan, stationary_weights
from numeric.level_scheme import Lead, LevelScheme, as_leads, lead_rates, lead_temperatures
from numeric.network import Network, network_of
from numeric.rates import LeadRates, in_units_of_coldest, lead_rates_at, thermal_factors, total_rates
from numeric.scaled import ZERO_EXPONENT, Scaled, from_float, power_of_two
from numeric.validation import as_float, as_floats


@dataclass(frozen=True, eq=False, repr=False)
class StationaryState:
    """Populations of one point, numbers with their own exponent.

    Parameters
    ----------
    scaled
        Population of each state, (states,): of each level, summed over S_z, or of each |level, S_z>.
    level, two_Sz
        Level and twice S_z of each state, (states,); two_Sz is 0 when aggregated.
    relative_error
        A-priori bound on the relative error of every population.
    """

    scaled: Scaled
    level: IntArray
    two_Sz: IntArray
    relative_error: float

    def __repr__(self) -> str:
        # by logarithms, as a population may be below the smallest float64
        logarithms = listed(self.log10_populations, "states")
        return f"StationaryState(log10_populations={logarithms}, relative_error={self.relative_error:.1g})"

    @property
    def populations(self) -> FloatArray:
        """Populations as float64, (states,); below 2**-1074 they read 0."""
        return self.scaled.to_float()

    @property
    def log10_populations(self) -> FloatArray:
        """Decimal logarithms of the populations, (states,), finite however small they are."""
        return self.scaled.log10()

    @property
    def level_populations(self) -> FloatArray:
        """Populations summed over S_z, (levels,)."""
        total = np.zeros(int(self.level[-1]) + 1)
        np.add.at(total, self.level, self.populations)
        return total


def stationary_state(
    scheme: LevelScheme,
    leads: Sequence[Lead],
    *,
    kT: float,
    gate: float = 0.0,
    resolved: bool = False,
    zeeman: float = 0.0,
) -> StationaryState:
    """Solve the rate equation at one point.

    Parameters
    ----------
    scheme
        Levels and transitions.
    leads
        Any number of leads.
    kT
        Temperature of every lead that has none of its own, positive.
    gate
        e phi: lowers every level of N electrons by gate * N.
    resolved
        Solve for every |level, S_z> instead of levels.
    zeeman
        Zeeman energy: adds zeeman * S_z to each state (needs resolved).

    Returns
    -------
    StationaryState
        All populations to the same relative accuracy, see `StationaryState.relative_error`.

    Raises
    ------
    ValueError
        If kT <= 0, a number is not finite, there is no lead, |E| / kT exceeds 2**40, a field or a polarised lead needs
        `resolved`, or there is more than one closed class; the message names the classes.

    Examples
    --------
    >>> from numeric import Lead, LevelScheme, stationary_state
    >>> scheme = LevelScheme([0, 1], [0.0, 0.1], [0, 1], [0], [1], [0.5])
    >>> leads = [Lead("L", rate=1.0, mu=0.5), Lead("R", rate=1.0, mu=-0.5)]
    >>> stationary_state(scheme, leads, kT=0.01).populations.round(4)
    array([0.3333, 0.6667])
    """
    chosen = as_leads(leads)
    fixed = np.zeros(len(chosen))
    network, rates = rates_at_point(scheme, chosen, kT=kT, gate=gate, resolved=resolved, zeeman=zeeman, mu_slope=fixed)
    populations = populations_at(network, rates)
    chain = network.chain
    return StationaryState(populations.scaled[:, 0], chain.level, chain.two_Sz, network.population_error)


def rates_at_point(
    scheme: LevelScheme,
    leads: Sequence[Lead],
    *,
    kT: float,
    gate: float,
    resolved: bool,
    zeeman: float,
    mu_slope: FloatArray,
) -> tuple[Network, LeadRates]:
    """Validate all but the leads and evaluate the rates of one point.

    `mu_slope` is d mu / d parameter of each lead; derivatives are as `numeric.rates.in_units_of_coldest` tells.
    """
    kT, gate = as_float("kT", kT, positive=True), as_float("gate", gate)
    network = network_of(scheme, lead_rates(leads), resolved=resolved, zeeman=zeeman)
    temperatures = lead_temperatures(leads, kT)
    edge, potential = thermal_factors(network.chain, gate, [lead.mu for lead in leads], temperatures)
    slope, _ = in_units_of_coldest(network.chain, mu_slope, temperatures)
    return network, lead_rates_at(network.chain, edge, potential, slope)


def populations_at(network: Network, rates: LeadRates) -> Quantities:
    """Return normalised populations, (states, points), and their logarithmic derivatives."""
    return populations_from(network.weights(total_rates(rates)))


def populations_from(weights: Quantities) -> Quantities:
    """Divide weights (states, points) by their sum; slopes become those of the quotient."""
    data = np.empty_like(weights.data)
    top = weights.exponent.max(axis=0)
    np.subtract(weights.exponent, top, out=data[2])
    part = weights.mantissa * power_of_two(weights.exponent, top)
    total = part.sum(axis=0)
    np.divide(weights.mantissa, total, out=data[0])
    np.subtract(weights.slope, (part * weights.slope).sum(axis=0) / total, out=data[1])
    return Quantities(data)


def stationary_distribution(rates: ArrayLike) -> Scaled:
    """Return the stationary distribution of any finite chain, (n,).

    Parameters
    ----------
    rates
        rates[j, i] is the rate from i to j, (n, n), finite and >= 0; the diagonal is not read.

    Returns
    -------
    Scaled
        Zero, exactly, for transient states; the others to full relative accuracy.

    Raises
    ------
    ValueError
        If a rate breaks its rule, or if there is more than one closed class: the message lists their states.

    Examples
    --------
    >>> from numeric import stationary_distribution
    >>> stationary_distribution([[0.0, 2.0], [1.0, 0.0]]).to_float().round(4)
    array([0.6667, 0.3333])
    """
    W = as_floats("rates", rates, minimum=0.0)
    if W.ndim != 2 or W.shape[0] != W.shape[1] or W.size == 0:
        raise ValueError(f"rates of shape {W.shape} must form a square matrix")
    np.fill_diagonal(W, 0.0)
    count, label = connected_components(W.T > 0, directed=True, connection="strong")
    classes = [np.flatnonzero(label == number) for number in range(count)]
    closed = [members for members in classes if not np.any(np.delete(W, members, axis=0)[:, members])]
    if len(closed) > 1:
        names = " | ".join(str(members.tolist()) for members in closed)
        raise ValueError(f"{len(closed)} closed classes of states, {names}: a unique stationary state needs one")
    return _of_one_class(W, closed[0])


def _of_one_class(W: FloatArray, members: IntArray) -> Scaled:
    target, source = np.nonzero(W[np.ix_(members, members)])
    value = from_float(W[members[target], members[source]])
    data = np.stack([value.mantissa, np.zeros(value.mantissa.size), value.exponent])[:, :, None]
    plan = elimination_plan(members.size, tuple(zip(source.tolist(), target.tolist(), strict=True)))
    weights = populations_from(stationary_weights(plan, Quantities(data)))
    mantissa, exponent = np.zeros(W.shape[0]), np.full(W.shape[0], ZERO_EXPONENT)
    mantissa[members], exponent[members] = weights.mantissa[:, 0], weights.exponent[:, 0]
    return Scaled(mantissa, exponent)
