r"""Linear response with a Zeeman field and polarised leads, exactly: Onsager's matrix of all leads, of both spins.

The states |level, S_z> between leads that take one spin each (`analytic.spin_currents`) are a chain between twice as
many leads, whose response is that of `analytic.lead_response`. A lead's potential and temperature are those of both its
spins, and its current and heat are the sums over both, so that

.. math:: L_{(\ell,p)(k,q)} = \sum_{\sigma \tau} L_{(\ell\sigma,p)(k\tau,q)}.                                     (1)

A singlet and a doublet make a star of three states, one spin on each of its edges. In the stationary state nothing
flows along an edge of a tree, so that every spin is shared among the leads as through one transition: with t the rates
of that spin, T their sum, e_sigma = E_j - E_i + b sigma/2 - gate - mu and a P_i f the rate at which electrons of that
spin would enter from a lead of rate 1 at rest,

.. math:: L_{(\ell,p)(k,q)} = \sum_\sigma \left(\delta_{\ell k} t_{\ell\sigma}
          - \frac{t_{\ell\sigma} t_{k\sigma}}{T_\sigma}\right) a P_i f(e_\sigma)\, e_\sigma^{p+q}.              (2)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mpmath import mp, workdps

from analytic.lead_response import LeadResponse, lead_response_of
from analytic.spin_currents import spin_chain

Items = Sequence[Mapping[str, Any]]


def spin_response_exact(
    levels: Items, transitions: Items, leads: Items, kT: Any, gate: Any, *, zeeman: Any, digits: int = 30
) -> LeadResponse:
    """Return the linear response of any number of leads at rest, polarised or not, in a field, Eq. (1).

    Parameters
    ----------
    levels, transitions, leads, kT, gate, zeeman
        As `analytic.spin_currents_exact`; all states hang together.
    digits
        As `analytic.lead_response_exact`, for each spin.

    Raises
    ------
    ValueError
        If the chemical potentials differ, a lead has a temperature of its own, or as `analytic.spin_currents_exact`.

    Examples
    --------
    A drain of spin up only shares half of what two equal leads share.

    >>> from mpmath import nstr
    >>> from analytic import spin_response_exact
    >>> levels = [{"electrons": 0, "energy": 0, "two_S": 0}, {"electrons": 1, "energy": 0, "two_S": 1}]
    >>> leads = [{"name": "L", "rate": 1, "mu": 0}, {"name": "R", "rate": {"up": 1, "down": 0}, "mu": 0}]
    >>> case = levels, [{"from": 0, "to": 1, "M": "0.5"}], leads, "0.1", 0
    >>> [nstr(entry, 6) for entry in spin_response_exact(*case, zeeman=0).onsager[0]]
    ['0.0416667', '-0.0416667', '0.0', '0.0']
    """
    up, states = spin_chain(levels, transitions, leads, kT, gate, zeeman=zeeman)
    found, n = lead_response_of(states, digits), len(up.leads)
    with workdps(2 * digits):
        onsager, sizes = (_of_both_spins(rows, n) for rows in (found.onsager, found.sizes))
    return LeadResponse(tuple(lead.name for lead in up.leads), onsager, sizes)


def _of_both_spins(rows: Sequence[Sequence[Any]], n: int) -> tuple[tuple[Any, ...], ...]:
    """Return the sums over both spins of n leads in rows and columns: currents or potentials, then heat."""
    places = [(2 * half * n + lead, (2 * half + 1) * n + lead) for half in (0, 1) for lead in range(n)]
    return tuple(tuple(mp.fsum(rows[i][j] for i in row for j in column) for column in places) for row in places)
