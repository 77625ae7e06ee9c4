"""dI/dV at one point, by differentiating the elimination."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from numeric.chain import exchange_electrons
from numeric.current import barrier_flows, derivative_factor, derivative_of, flow_error_bound
from numeric.elimination import Quantities
from numeric.estimates import with_size, zeros
from numeric.level_scheme import Lead, LevelScheme, as_two_leads, lead_temperatures
from numeric.network import Network
from numeric.rates import LeadRates, in_units_of_coldest
from numeric.scaled import divide, from_float
from numeric.stationary import populations_at, rates_at_point
from numeric.transport import Currents, left_to_right, unit_slopes
from numeric.validation import as_float


def differential_conductance(
    scheme: LevelScheme,
    leads: Sequence[Lead],
    *,
    kT: float,
    gate: float = 0.0,
    split: float = 0.5,
    resolved: bool = False,
    zeeman: float = 0.0,
) -> Currents:
    """Return dI/dV at either barrier by differentiating the elimination.

    Parameters
    ----------
    split
        d mu_L / dV; d mu_R / dV is split - 1.
    scheme, leads, kT, gate, resolved, zeeman
        As `currents`.

    Raises
    ------
    ValueError
        As `currents`.

    Examples
    --------
    >>> from numeric import Lead, LevelScheme, differential_conductance
    >>> scheme = LevelScheme([0, 1], [0.0, 0.1], [0, 1], [0], [1], [0.5])
    >>> leads = [Lead("L", rate=1.0, mu=0.5), Lead("R", rate=1.0, mu=-0.5)]
    >>> round(float(differential_conductance(scheme, leads, kT=0.1).best), 6)
    0.025367
    """
    point = at_a_bias(scheme, leads, kT=kT, gate=gate, split=split, resolved=resolved, zeeman=zeeman)
    return conductances_at(point)


@dataclass(frozen=True)
class AtABias:
    """A point between leads L and R, and what a further bias does to its rates and populations.

    Parameters
    ----------
    network, rates, populations
        The chain, its rates and its populations; logarithmic derivatives by the bias are in units of unit / kT.
    kT
        That of the coldest lead that couples to the dot.
    unit
        The larger of 1 and the largest d mu / dV.
    order
        1 if the first lead is L, else -1.
    """

    network: Network
    rates: LeadRates
    populations: Quantities
    kT: float
    unit: float
    order: int


def at_a_bias(
    scheme: LevelScheme, leads: Sequence[Lead], *, kT: float, gate: float, split: float, resolved: bool, zeeman: float
) -> AtABias:
    """Return the point at which `differential_conductance` is asked for."""
    leads = as_two_leads(leads)
    order, split, kT = _from_left_to_right(leads), as_float("split", split), as_float("kT", kT, positive=True)
    mu_slope, unit = unit_slopes(split)
    network, rates = rates_at_point(
        scheme, leads, kT=kT, gate=gate, resolved=resolved, zeeman=zeeman, mu_slope=mu_slope[::order]
    )
    _, coldest = in_units_of_coldest(network.chain, mu_slope, lead_temperatures(leads, kT))
    return AtABias(network, rates, populations_at(network, rates), coldest, unit, order)


def conductances_at(point: AtABias) -> Currents:
    """Return dI/dV at either barrier."""
    network = point.network
    if not exchange_electrons(network.chain):
        return Currents(zeros(1), zeros(1))
    flows = barrier_flows(network, point.rates, point.populations)
    factor = divide(from_float([[point.unit], [point.unit]]), from_float(point.kT))
    found = left_to_right(derivative_of(network, flows), point.order, factor)
    accuracy = derivative_factor(network) * flow_error_bound(network)
    return Currents(with_size(found.I_L, accuracy), with_size(found.I_R, accuracy))


def _from_left_to_right(leads: Sequence[Lead]) -> int:
    """Return 1 for leads (L, R) and -1 for (R, L)."""
    return 1 if leads[0].name == "L" else -1
