"""Linear response of any number of leads: Onsager's matrix of all currents and heat currents.

Every lead l may be tilted by a force a_l = d mu_l / kT of its chemical potential and b_l = dT_l / kT**2 of its
temperature. By the network of `numeric.linear_response` a tilt x at lead l, 1 or e = E_j - E_i - gate - mu, drives
flows c tau, and the response of a flow to the force that is conjugate to another is

    L_jk = sum over leads and edges of c tau_j tau_k,

symmetric and positive for any number of leads, as it is a matrix of scalar products. Electrons and energy are
conserved: the rows of all currents add up to 0, and so do those of all heat currents, as all leads have one potential.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from numeric.counted_response import counted_response
from numeric.estimates import Estimate, less_doubtful
from numeric.level_scheme import Lead, LevelScheme, as_leads
from numeric.scaled import Scaled, larger
from numeric.stationary import populations_at, rates_at_point
from numeric.tilted import Tilted, energies_above
from numeric.validation import as_float

DOUBTFUL = 2.0**-36
"""Error over size of a response from which on it is worth a second computation."""


@dataclass(frozen=True, eq=False, repr=False)
class LeadResponse:
    """Onsager's matrix of n leads.

    Parameters
    ----------
    names
        Names of the leads in the order of rows and columns.
    onsager
        (2 n, 2 n). Rows: the currents I_l from each lead into the dot, then the heat currents J_l out of each lead.
        Columns: the forces d mu_l / kT of each lead, then dT_l / kT**2.
    """

    names: tuple[str, ...]
    onsager: Estimate

    def __repr__(self) -> str:
        return f"LeadResponse(names={self.names}, onsager={self.onsager!r})"


def lead_response(
    scheme: LevelScheme,
    leads: Sequence[Lead],
    *,
    kT: float,
    gate: float = 0.0,
    resolved: bool = False,
    zeeman: float = 0.0,
) -> LeadResponse:
    """Return the linear response of the currents and heat currents of all leads to all their forces.

    Parameters
    ----------
    leads
        Any number of leads of one chemical potential, without temperatures of their own.
    scheme, kT, gate, resolved, zeeman
        As `numeric.stationary.stationary_state`.

    Raises
    ------
    ValueError
        If the chemical potentials differ, a lead has a temperature of its own, or as
        `numeric.stationary.stationary_state`.

    Examples
    --------
    Three equal leads: what one gives is shared by the others.

    >>> from numeric import Lead, LevelScheme, lead_response
    >>> scheme = LevelScheme([0, 1], [0.0, 0.0], [0, 1], [0], [1], [0.5])
    >>> found = lead_response(scheme, [Lead(name, 1.0, 0.0) for name in "abc"], kT=0.1)
    >>> found.onsager.value[0].round(6)
    array([ 0.111111, -0.055556, -0.055556,  0.      ,  0.      ,  0.      ])
    """
    chosen, kT, gate = as_leads(leads), as_float("kT", kT, positive=True), as_float("gate", gate)
    if len({lead.mu for lead in chosen}) > 1:
        raise ValueError(f"mu={[lead.mu for lead in chosen]} of the leads must be equal in linear response")
    own = [lead.name for lead in chosen if lead.kT is not None]
    if own:
        raise ValueError(f"leads {own} must have no temperature of their own in linear response")
    network, rates = rates_at_point(
        scheme, chosen, kT=kT, gate=gate, resolved=resolved, zeeman=zeeman, mu_slope=np.zeros(len(chosen))
    )
    energies = energies_above(network, np.array([gate]), chosen[0].mu, float(zeeman), np.zeros(1))
    tilts = ((np.ones_like(energies[0]), np.zeros(1)), energies)
    tilted = [Tilted.by(network, rates, x, error, lead) for x, error in tilts for lead in range(len(chosen))]
    found = _products(tilted)
    if (found.error_over_size > DOUBTFUL).any():
        exact = np.zeros((network.chain.lower.size, 1))
        carried = ((exact + 1.0, exact), (energies[0], exact + energies[1]))
        each = [(lead, x, error) for x, error in carried for lead in range(len(chosen))]
        found = _better(found, counted_response(network, rates, populations_at(network, rates), each))
    return LeadResponse(tuple(lead.name for lead in chosen), found)


def _better(found: Estimate, other: Sequence[Sequence[Estimate]]) -> Estimate:
    """Return of two matrices the numbers with the smaller bounds, and the larger sizes."""
    parts = [[[getattr(item, name) for item in row] for row in other] for name in ("scaled", "error", "size")]
    value, error, size = (
        Scaled(*(np.array([[getattr(item, of)[0] for item in row] for row in part]) for of in ("mantissa", "exponent")))
        for part in parts
    )
    size = size if found.size is None else larger(found.size, size)
    return replace(less_doubtful(found, Estimate(value, error)), size=size)


def _products(tilted: Sequence[Tilted]) -> Estimate:
    """Return the symmetric matrix of scalar products, of one point."""
    size, together = len(tilted), Tilted.together(tilted)
    value, error, magnitude = (np.zeros((2, size, size)) for _ in range(3))
    for row, one in enumerate(tilted):
        found, flows = one.product(together), one.magnitudes(together)
        for target, part in ((value, found.scaled), (error, found.error)):
            entries = np.array([part.mantissa[row:, 0], part.exponent[row:, 0]])
            target[:, row, row:] = target[:, row:, row] = entries
        magnitude[:, row] = flows.mantissa[:, 0], flows.exponent[:, 0]
    return Estimate(Scaled(*value), Scaled(*error), Scaled(*magnitude))
