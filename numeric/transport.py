"""Currents, differential and linear conductance of a quantum dot between leads ([J96] Eq. (2)).

Currents are particle currents in the units of the rates t. I_L and I_R are both counted from L to R, each at its own
barrier: the net flow into the dot through L and the net flow out of it through R. In the stationary state they agree.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from numeric.arrays import FloatArray
from numeric.chain import Chain, coupled_leads
from numeric.current import (
    SMALL_BIAS,
    Carried,
    Flows,
    barrier_flows,
    flow_error_bound,
    slope_error_bound,
    small_bias_flows,
)
from numeric.estimates import Estimate, estimate, in_words, less_doubtful, with_size, zeros
from numeric.level_scheme import Lead, LevelScheme, as_leads, as_two_leads, lead_temperatures
from numeric.network import Network, network_of
from numeric.rates import LeadRates, axis_factor, edge_factor, lead_rates_at
from numeric.scaled import (
    ONE,
    Scaled,
    divide,
    from_float,
    multiply,
    normalise_signed,
    scaled_difference,
    scaled_expm1,
)
from numeric.stationary import populations_at, rates_at_point
from numeric.validation import as_axis, as_float, as_floats, shown


@dataclass(frozen=True, eq=False)
class Currents:
    """The current from L to R, or its derivative, counted at either barrier, (points,).

    `float(...)` and `numpy.asarray(...)` give the number of `best`, the barrier with the smaller error bound.
    """

    I_L: Estimate
    I_R: Estimate

    @property
    def best(self) -> Estimate:
        """The current at the barrier with the smaller error bound."""
        return less_doubtful(self.I_L, self.I_R)

    def __float__(self) -> float:
        return float(self.best)

    def __array__(self, dtype: DTypeLike | None = None, copy: bool | None = None) -> NDArray[Any]:
        return self.best.__array__(dtype, copy)

    def __repr__(self) -> str:
        return f"Currents(I_L={in_words(self.I_L)}, I_R={in_words(self.I_R)})"


def lead_flows(
    scheme: LevelScheme,
    leads: Sequence[Lead],
    *,
    kT: float,
    gate: float = 0.0,
    resolved: bool = False,
    zeeman: float = 0.0,
) -> Estimate:
    """Return the net flow into the dot through each of any number of leads, (leads,).

    Parameters and errors are those of `numeric.stationary.stationary_state`.

    Examples
    --------
    >>> from numeric import Lead, LevelScheme, lead_flows
    >>> scheme = LevelScheme([0, 1], [0.0, 0.1], [0, 1], [0], [1], [0.5])
    >>> leads = [Lead("L", rate=1.0, mu=0.5), Lead("R", rate=1.0, mu=-0.5)]
    >>> lead_flows(scheme, leads, kT=0.01).value.round(6)
    array([ 0.333333, -0.333333])
    """
    leads, kT = as_leads(leads), as_float("kT", kT, positive=True)
    network, rates = rates_at_point(
        scheme, leads, kT=kT, gate=gate, resolved=resolved, zeeman=zeeman, mu_slope=np.zeros(len(leads))
    )
    return flows_into(network, rates, leads, kT)


def flows_into(
    network: Network, rates: LeadRates, leads: Sequence[Lead], kT: float, carried: Carried | None = None
) -> Estimate:
    """Return what flows into the dot through each lead at one point, (leads,); electrons if `carried` is None."""
    if in_equilibrium(network.chain, leads, kT):
        return zeros(len(leads))
    temperatures = lead_temperatures(leads, kT)
    if len(leads) == 2 and temperatures[0] == temperatures[1]:
        v = bias_over_temperature(np.array([[lead.mu] for lead in leads]), temperatures[0])
        if abs(v.to_float()[0]) <= SMALL_BIAS:
            flows = small_bias_flows(network, rates, v.to_float(), carried)
            value, error = (part[:, 0] for part in scaled_flows(flows, small_bias_factor(v)))
            steps = 1 if carried is None else network.chain.states
            return with_size(Estimate(value, error), 3.0 * steps * slope_error_bound(network))
    flows = barrier_flows(network, rates, populations_at(network, rates), carried)
    found = estimate(flows.into[:, 0], flows.error[:, 0], flows.exponent[:, 0])
    return with_size(found, flow_error_bound(network))


def currents(
    scheme: LevelScheme,
    leads: Sequence[Lead],
    *,
    kT: float,
    gate: float = 0.0,
    resolved: bool = False,
    zeeman: float = 0.0,
) -> Currents:
    """Return the current from lead "L" to lead "R".

    Parameters
    ----------
    leads
        Two leads, named "L" and "R".
    scheme, kT, gate, resolved, zeeman
        As `numeric.stationary.stationary_state`.

    Returns
    -------
    Currents
        Exactly zero when both leads have one chemical potential and one temperature, or only one of them is coupled
        to the dot.

    Raises
    ------
    ValueError
        If the leads are not L and R, or as `stationary_state`.

    Examples
    --------
    >>> from numeric import Lead, LevelScheme, currents
    >>> scheme = LevelScheme([0, 1], [0.0, 0.1], [0, 1], [0], [1], [0.5])
    >>> leads = [Lead("L", rate=1.0, mu=0.5), Lead("R", rate=1.0, mu=-0.5)]
    >>> found = currents(scheme, leads, kT=0.01)
    >>> round(float(found), 6), bool(found.I_L.bound[0] < 1e-13)
    (0.333333, True)
    """
    leads = as_two_leads(leads)
    into = lead_flows(scheme, leads, kT=kT, gate=gate, resolved=resolved, zeeman=zeeman)
    by_name = {lead.name: into[number : number + 1] for number, lead in enumerate(leads)}
    right = by_name["R"]
    outwards = Scaled(np.where(right.scaled.mantissa == 0, 0.0, -right.scaled.mantissa), right.scaled.exponent)
    return Currents(by_name["L"], Estimate(outwards, right.error, right.size))


def linear_conductance(
    scheme: LevelScheme,
    *,
    rates: tuple[float, float] = (1.0, 1.0),
    kT: float,
    gate: ArrayLike = 0.0,
    resolved: bool = False,
    zeeman: float = 0.0,
) -> Estimate:
    """Return dI/dV at V = 0, both chemical potentials at 0.

    Parameters
    ----------
    rates
        t_L and t_R.
    gate
        One gate or many, (points,).
    scheme, kT, resolved, zeeman
        As `numeric.stationary.stationary_state`.

    Returns
    -------
    Estimate
        Conductance of each gate, (points,).

    Raises
    ------
    ValueError
        As `numeric.stationary.stationary_state`.

    Examples
    --------
    >>> from numeric import LevelScheme, linear_conductance
    >>> scheme = LevelScheme([0, 1], [0.0, 0.1], [0, 1], [0], [1], [0.5])
    >>> linear_conductance(scheme, kT=0.01, gate=[0.0, 0.1]).value.round(4)
    array([2.3000e-03, 8.3333e+00])
    """
    kT, gates = as_float("kT", kT, positive=True), as_axis("gate", gate)
    network = between_two_leads(scheme, rates, resolved=resolved, zeeman=zeeman)
    if coupled_leads(network.chain).sum() < 2:
        return zeros(gates.size)
    at_rest = rates_at_rest(network, gates, 0.0, kT)
    factor = divide(from_float([[-1.0], [1.0]]), from_float(kT))
    return left_to_right(small_bias_flows(network, at_rest, np.zeros(gates.size)), 1, factor).best


def between_two_leads(scheme: LevelScheme, rates: tuple[float, float], *, resolved: bool, zeeman: float) -> Network:
    """Return the network of a scheme between leads of rates t_L and t_R."""
    t = as_rates(rates, "lead_response")
    return network_of(scheme, t, resolved=resolved, zeeman=zeeman)


def as_rates(rates: object, instead: str) -> list[float]:
    """Return t_L and t_R; of polarised leads, pairs of rates, say what to call instead."""
    if isinstance(rates, tuple | list) and any(isinstance(rate, tuple | list) for rate in rates):
        raise ValueError(f"rates={shown(rates)} must be two numbers: for polarised leads call {instead}")
    found: list[float] = as_floats("rates", rates, shape=(2,), minimum=0.0).tolist()
    return found


def rates_at_rest(network: Network, gates: FloatArray, mu: float, kT: float) -> LeadRates:
    """Return the rates at every gate, both leads at one chemical potential."""
    potential = multiply(axis_factor(np.stack([gates, gates]), kT), axis_factor(mu, kT))
    return lead_rates_at(network.chain, edge_factor(network.chain, kT), potential, np.zeros(2))


def in_equilibrium(chain: Chain, leads: Sequence[Lead], kT: float) -> bool:
    """Return whether all coupled leads have one chemical potential and one temperature: then no current flows."""
    mu = [lead.mu for lead in leads]
    settings = zip(mu, lead_temperatures(leads, kT), coupled_leads(chain).tolist(), strict=True)
    return len({(potential, temperature) for potential, temperature, coupled in settings if coupled}) <= 1


def bias_over_temperature(mu: FloatArray, kT: float) -> Scaled:
    """Return (mu_1 - mu_0) / kT of two leads, (2, points) -> (points,), to full relative accuracy however small."""
    return divide(scaled_difference(mu[1], mu[0]), from_float(kT))


def small_bias_factor(v: Scaled) -> Scaled:
    """Return expm1(v) and expm1(-v), by which the small-bias form divides the flows, (2, points)."""
    mantissa = np.stack([v.mantissa, -v.mantissa])
    return scaled_expm1(Scaled(mantissa, np.stack([v.exponent, v.exponent])))


def unit_slopes(split: float) -> tuple[FloatArray, float]:
    """Return d mu_L / dV and d mu_R / dV divided by a unit that leaves neither above 1, and the unit."""
    unit = max(1.0, abs(split), abs(split - 1.0))
    return np.array([split, split - 1.0]) / unit, unit


def scaled_flows(flows: Flows, factor: Scaled) -> tuple[Scaled, Scaled]:
    """Return factor times the flows into the dot, and the bounds on their errors, (leads, points)."""
    into, error = (normalise_signed(part, flows.exponent) for part in (flows.into, flows.error))
    value, bound = multiply(into, factor), multiply(error, factor)
    return (
        normalise_signed(value.mantissa, value.exponent),
        normalise_signed(np.abs(bound.mantissa), bound.exponent),
    )


def left_to_right(flows: Flows, order: int, factor: Scaled = ONE) -> Currents:
    """Turn factor times the flows into the dot, leads (L, R) or, for order -1, (R, L), into the current from L to R."""
    value, error = scaled_flows(flows, factor)
    sign = order * np.array([[1.0], [-1.0]])
    into = Scaled(value.mantissa * sign, value.exponent)
    first, second = (Estimate(into[lead], error[lead]) for lead in (0, 1))
    return Currents(first, second) if order == 1 else Currents(second, first)
