"""Heat currents between the dot and any number of leads.

An electron that enters through lead l on the transition i -> j takes the energy E_j - E_i - gate from the lead, mu_l of
it as work; the rest is heat. The heat current out of lead l,

    J_l = sum (E_j - E_i - gate - mu_l) (W^l_up P_i - W^l_down P_j),

is positive if the lead cools. Energy is conserved, sum (J_l + mu_l I_l) = 0, and entropy grows, -sum J_l / kT_l >= 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from numeric.arrays import FloatArray
from numeric.chain import Chain
from numeric.current import Carried
from numeric.estimates import Estimate
from numeric.level_scheme import Lead, LevelScheme, as_leads
from numeric.network import UNIT
from numeric.scaled import LARGEST_ARGUMENT, exact_sum
from numeric.stationary import rates_at_point
from numeric.transport import flows_into
from numeric.validation import as_float

SUM_ERROR = 2.0**-98
"""Error of E_j - E_i - gate - mu over the sum of the magnitudes in it; each sum in two parts is exact to 2**-104."""
LEAST_PLAIN, MOST_PLAIN = 2.0**-800, 2.0**800
"""Energies between which flows of heat are summed in plain numbers."""


def heat_currents(
    scheme: LevelScheme,
    leads: Sequence[Lead],
    *,
    kT: float,
    gate: float = 0.0,
    resolved: bool = False,
    zeeman: float = 0.0,
) -> Estimate:
    """Return the heat current out of each lead into the dot, (leads,), in units of t times the unit of energy.

    Parameters and errors are those of `numeric.stationary.stationary_state`.

    Returns
    -------
    Estimate
        Positive if the lead cools; exactly zero if all coupled leads have one chemical potential and one temperature.

    Examples
    --------
    One level above both chemical potentials: the hot lead drives electrons into the cold one, with their heat.

    >>> from numeric import Lead, LevelScheme, heat_currents
    >>> scheme = LevelScheme([0, 1], [0.0, 0.1], [0, 1], [0], [1], [0.5])
    >>> leads = [Lead("hot", rate=1.0, mu=0.0, kT=0.1), Lead("cold", rate=1.0, mu=0.0, kT=0.05)]
    >>> heat_currents(scheme, leads, kT=0.05).value.round(6)
    array([ 0.00627, -0.00627])
    """
    leads, kT, gate = as_leads(leads), as_float("kT", kT, positive=True), as_float("gate", gate)
    network, rates = rates_at_point(
        scheme, leads, kT=kT, gate=gate, resolved=resolved, zeeman=zeeman, mu_slope=np.zeros(len(leads))
    )
    mu = np.array([[lead.mu] for lead in leads])
    return flows_into(network, rates, leads, kT, heat_of(network.chain, mu, np.array([gate]), zeeman))


def heat_of(chain: Chain, mu: FloatArray, gate: FloatArray, zeeman: float) -> Carried:
    """Return the heat E_j - E_i - gate - mu_l that an electron carries on each edge, (leads, edges, points).

    Parameters
    ----------
    mu, gate
        Of each lead and point, (leads, points), and of each point, (points,).
    """
    size = largest_energy(chain, zeeman)
    largest = np.maximum(np.maximum(np.abs(gate), np.abs(mu)), size)
    power = np.where((largest > LEAST_PLAIN) & (largest < MOST_PLAIN), 0, np.frexp(largest)[1])
    energies: tuple[FloatArray | float, ...] = (
        chain.energy_hi[:, None],
        chain.energy_lo[:, None],
        gate,
        mu[:, None],
        size,
    )
    if power.any():
        energies = tuple(np.ldexp(energy, -power[:, None]) for energy in energies)
    hi, lo, phi, potential, whole = energies
    heat = np.add(*exact_sum(hi, lo, -phi, -potential))
    sizes = whole + np.abs(phi) + np.abs(potential)
    return Carried(heat, 2.0 * UNIT * np.abs(heat) + SUM_ERROR * sizes, power.astype(np.float64))


def largest_energy(chain: Chain, zeeman: float) -> float:
    """Return the largest energy that rounding errors of E_j - E_i are relative to."""
    return max(float(np.abs(chain.energy_hi).max(initial=0.0)), abs(zeeman))


def power_of_energies(largest: float, kT: FloatArray) -> int:
    """Return n such that in units of 2**n no energy is so extreme that its square or rounding error is no double.

    It is 0 for all but extreme energies, and for those too large to be computed.

    Parameters
    ----------
    largest
        Largest energy, chemical potential or gate.
    kT
        Temperatures, (n,).
    """
    hottest = float(kT.max())
    if largest / LARGEST_ARGUMENT > kT.min() or (largest <= MOST_PLAIN and hottest >= LEAST_PLAIN):
        return 0
    return int(np.frexp(largest if largest > MOST_PLAIN else hottest)[1])


def in_units(chain: Chain, power: int) -> Chain:
    """Return a chain with energies in units of 2**power."""
    return replace(chain, energy_hi=np.ldexp(chain.energy_hi, -power), energy_lo=np.ldexp(chain.energy_lo, -power))
