"""Currents of spin up and spin down through each lead, with a Zeeman field and polarised leads.

Every edge of the S_z-resolved chain adds one electron of spin up or down, so the flow through a lead splits into two.
Tunnelling conserves the spin of the electron: in the stationary state as much spin leaves the dot as enters it, and the
flows of either spin add up to 0 over all leads.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from numeric.arrays import FloatArray
from numeric.chain import Chain
from numeric.current import Carried
from numeric.estimates import Estimate
from numeric.level_scheme import Lead, LevelScheme, as_leads
from numeric.stationary import rates_at_point
from numeric.transport import flows_into
from numeric.validation import as_float


@dataclass(frozen=True, eq=False)
class SpinCurrents:
    """The net flow into the dot through each lead, (leads,), of either spin."""

    up: Estimate
    down: Estimate


def spin_currents(
    scheme: LevelScheme, leads: Sequence[Lead], *, kT: float, gate: float = 0.0, zeeman: float = 0.0
) -> SpinCurrents:
    """Return the net flow of spin up and of spin down into the dot through each of any number of leads.

    Parameters
    ----------
    leads
        Any number of leads, each with a `rate_down` of its own if it is polarised.
    zeeman
        Zeeman energy b: adds b S_z to each state.
    scheme, kT, gate
        As `numeric.stationary.stationary_state`.

    Raises
    ------
    ValueError
        As `numeric.stationary.stationary_state`.

    Examples
    --------
    Spin blockade: the drain takes spin up only, so that an electron of spin down stays on the dot and no current flows.

    >>> from numeric import Lead, LevelScheme, spin_currents
    >>> scheme = LevelScheme([0, 1], [0.0, 0.1], [0, 1], [0], [1], [0.5])
    >>> leads = [Lead("L", rate=1.0, mu=0.5), Lead("R", rate=1.0, mu=-0.5, rate_down=0.0)]
    >>> bool(abs(spin_currents(scheme, leads, kT=0.01).up.value[0]) < 1e-16)
    True
    """
    leads, kT = as_leads(leads), as_float("kT", kT, positive=True)
    network, rates = rates_at_point(
        scheme, leads, kT=kT, gate=gate, resolved=True, zeeman=zeeman, mu_slope=np.zeros(len(leads))
    )
    up, down = (
        flows_into(network, rates, leads, kT, Carried(counted, np.zeros_like(counted), np.zeros((len(counted), 1))))
        for counted in _counted(network.chain)
    )
    return SpinCurrents(up, down)


def _counted(chain: Chain) -> tuple[FloatArray, FloatArray]:
    """Return 1 where an edge adds spin up, and where it adds spin down, else 0, (leads, edges, 1) each."""
    up = np.where(chain.two_Sz[chain.upper] > chain.two_Sz[chain.lower], 1.0, 0.0)
    every_lead = np.ones((chain.leads, 1, 1))
    return every_lead * up[:, None], every_lead * (1.0 - up[:, None])
