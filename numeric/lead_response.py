"""Linear response of any number of leads: Onsager's matrix of all currents and heat currents.

Every lead l may be tilted by a force a_l = d mu_l / kT of its chemical potential and b_l = dT_l / kT**2 of its
temperature. By the network of `numeric.linear_response` a tilt x at lead l, 1 or e = E_j - E_i - gate - mu, drives
flows c tau, and the response of a flow to the force that is conjugate to another is

    L_jk = sum over leads and edges of c tau_j tau_k,

symmetric and positive for any number of leads, as it is a matrix of scalar products. Electrons and energy are
conserved: the rows of all currents add up to 0, and so do those of all heat currents, as all leads have one potential.
Where a number is known badly, what the others leave of 0 may be known better: a weak lead tells what a strong
one gives.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from numeric.arrays import FloatArray
from numeric.counted_response import counted_response
from numeric.estimates import Estimate, less_doubtful, shifted
from numeric.heat import in_units, largest_energy, power_of_energies
from numeric.level_scheme import Lead, LevelScheme, as_leads
from numeric.network import UNIT, Network
from numeric.rates import LeadRates
from numeric.scaled import Scaled, added, larger, magnitude, signed_sum, stacked, times
from numeric.stationary import rates_at_point
from numeric.tilted import Tilted, energies_above
from numeric.validation import as_float

ROUNDING_OF_ENERGIES = 2.0**-46
"""What an energy counts as in a size at least, over the energies that it is a sum of: of 0 no share can be claimed."""
DOUBTFUL = 2.0**-36
"""Error over size of a response, or over an own one of electrons, from which on a second computation is worth it."""


@dataclass(frozen=True, eq=False, repr=False)
class LeadResponse:
    """Onsager's matrix of n leads.

    Parameters
    ----------
    names
        Names of the leads in the order of rows and columns.
    onsager
        (2 n, 2 n). Rows: the currents I_l from each lead into the dot, then the heat currents J_l out of each lead.
        Columns: the forces d mu_l / kT of each lead, then dT_l / kT**2. A size is proven to be no more than the sum of
        magnitudes of the flows through the lead of the row, where heat counts as no less than `ROUNDING_OF_ENERGIES`
        leaves of it.
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
    mu, n = chosen[0].mu, len(chosen)
    power = power_of_energies(max(largest_energy(network.chain, zeeman), abs(gate), abs(mu)), np.array([kT]))
    handy = replace(network, chain=in_units(network.chain, power))
    phi, mu, field = (float(np.ldexp(energy, -power)) for energy in (gate, mu, zeeman))
    energies = energies_above(handy, np.array([phi]), mu, field, np.zeros(1))
    least = ROUNDING_OF_ENERGIES * (largest_energy(handy.chain, field) + abs(phi) + abs(mu))
    found = response_matrix(handy, rates, *energies, least)[..., 0]
    powers = power * (np.arange(2 * n) >= n)
    return LeadResponse(tuple(lead.name for lead in chosen), shifted(found, powers[:, None] + powers))


def response_matrix(
    network: Network, rates: LeadRates, energies: FloatArray, error: FloatArray, least: float = 0.0
) -> Estimate:
    """Return Onsager's matrix of all leads, (2 n, 2 n, points).

    Parameters
    ----------
    network, rates
        The chain at rest, and its rates.
    energies, error
        What an electron carries in along each edge, counted from any energy, and a bound on its error, (edges, points).
    least
        What an energy counts as in a size at least.
    """
    leads, exact = network.chain.leads, np.zeros_like(energies)
    carried = (exact + 1.0, exact), (energies, exact + error)
    tilts = [(lead, x, x_error) for x, x_error in carried for lead in range(leads)]
    found = _products([Tilted.by(network, rates, x, x_error, lead) for lead, x, x_error in tilts])
    found = replace(found, size=_with_rounding(found.magnitudes, leads, least))
    own = np.diagonal(found.relative_error)[:, :leads]
    if not ((found.error_over_size > DOUBTFUL).any() or (own > DOUBTFUL).any()):
        return found
    counted = counted_response(network, rates, tilts)
    best = _conserved(less_doubtful(found, counted), leads)
    return replace(best, size=_with_rounding(larger(found.magnitudes, counted.magnitudes), leads, least))


def _with_rounding(size: Scaled, leads: int, energy: float) -> Scaled:
    """Return sizes, (2 leads, 2 leads, points), where heat counts as no less than electrons of that energy each."""
    for axis in (0, 1):
        electrons, heat = (
            Scaled(*(np.take(part, places, axis) for part in (size.mantissa, size.exponent)))
            for places in (np.arange(leads), np.arange(leads, 2 * leads))
        )
        parts = electrons, larger(heat, times(energy, electrons))
        size = Scaled(
            *(np.concatenate([getattr(part, name) for part in parts], axis) for name in ("mantissa", "exponent"))
        )
    return size


def _conserved(found: Estimate, leads: int) -> Estimate:
    """Return a matrix with numbers replaced by what the other leads leave of 0, where that is known better."""
    if leads == 1:
        return found
    shape = found.scaled.mantissa.shape
    for _ in range(2):  # by the rows, then by the columns: each time the matrix is transposed
        value, error = (stacked([part[lead::leads] for lead in range(leads)]) for part in (found.scaled, found.error))
        best = []
        for lead in range(leads):
            others = np.delete(np.arange(leads), lead)
            rounding = times((leads + 2) * UNIT, signed_sum(magnitude(value[others])))
            left = Estimate(times(-1.0, signed_sum(value[others])), added(signed_sum(error[others]), rounding))
            best.append(less_doubtful(Estimate(value[lead], error[lead]), left))
        parts = ([one.scaled for one in best], [one.error for one in best])
        # (2, leads, 2 n, points) in the order of rows
        whole = (stacked([part[kind] for kind in range(2) for part in own]).reshape(*shape) for own in parts)
        found = Estimate(*(Scaled(part.mantissa.swapaxes(0, 1), part.exponent.swapaxes(0, 1)) for part in whole))
    return found


def _products(tilted: Sequence[Tilted]) -> Estimate:
    """Return the symmetric matrix of scalar products, (tilts, tilts, points)."""
    n, points, together = len(tilted), tilted[0].tau.shape[-1], Tilted.together(tilted)
    value, error, size = (np.zeros((2, n, n, points)) for _ in range(3))
    for row, one in enumerate(tilted):
        found, flows = one.product(together), one.magnitudes(together)
        for target, part in ((value, found.scaled), (error, found.error)):
            target[:, row, row:] = target[:, row:, row] = part.mantissa[row:], part.exponent[row:]
        size[:, row] = flows.mantissa, flows.exponent
    return Estimate(Scaled(*value), Scaled(*error), Scaled(*size))
