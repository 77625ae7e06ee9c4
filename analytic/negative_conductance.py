r"""Negative differential conductance, exactly: dI/dV and the part that each level has in it.

A bias V on top moves mu_L by ``split dV`` and mu_R by ``(split - 1) dV``, and every Fermi function by
``df = f (1 - f) dmu / kT``. The populations follow by first-order perturbation theory of the stationary state,

.. math:: W P' = - W' P, \qquad \sum P' = 0,                                                               (1)

and with c_i the electrons that pass from L to R per time in level i, the mean of both barriers,

.. math:: \frac{dI}{dV} = \sum P_i c_i' + \sum P_i' c_i.                                                   (2)

As a bias lets no level pass less, c_i' >= 0 for V > 0: only the second sum can be negative. With c the mean of c_i over
the levels that lose population, weighted with what they lose, it is a sum over the levels that gain,

.. math:: \sum P_i' c_i = \sum_{P_i' > 0} P_i' (c_i - c),                                                  (3)

and the share of a level is its part of that. For V < 0 the same holds of electrons that pass from R to L and of |V|.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mpmath import mp, workprec

from analytic.exact import as_mpf, exact_rational
from analytic.perturbed_chain import PerturbedChain
from analytic.rates import Chain, Hop, Lead, Transition, aggregated_hops, total_rates
from analytic.transport import chain_populations, fermi_functions, spread_bits, working_bits

Items = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class ConductanceParts:
    """What dI/dV is made of, as mpmath numbers.

    Attributes
    ----------
    conductance
        dI/dV, Eq. (2).
    growth
        d P / d|V| of each level.
    shares
        Part of each level in the sum of Eq. (3), as a share of it; 0 of those that lose population.
    """

    conductance: Any
    growth: tuple[Any, ...]
    shares: tuple[Any, ...]


def conductance_parts_exact(
    levels: Items, transitions: Items, leads: Items, kT: Any, gate: Any, *, split: Any = "1/2", digits: int = 30
) -> ConductanceParts:
    """Return dI/dV, the growth of every population, and the share of every level in what the shift of them does.

    Parameters
    ----------
    levels, transitions, leads, kT, gate
        As `analytic.lead_currents_exact`, of two leads L and R.
    split
        Part of a further bias that falls on L, from 0 to 1.
    digits
        Correct decimals of the shares, and of dI/dV relative to the terms of its sum.

    Raises
    ------
    ValueError
        If the split is outside 0 to 1, mu_L = mu_R, or as `analytic.lead_currents_exact`.

    Examples
    --------
    Level 2 couples a hundred times more weakly than level 1. As it opens, it takes all that the current loses.

    >>> from mpmath import nstr
    >>> from analytic import conductance_parts_exact
    >>> levels = [{"electrons": 0, "energy": 0, "two_S": 0}] + [
    ...     {"electrons": 1, "energy": energy, "two_S": 1} for energy in ("0.1", "0.3")
    ... ]
    >>> transitions = [{"from": 0, "to": 1, "M": "0.5"}, {"from": 0, "to": 2, "M": "0.005"}]
    >>> leads = [{"name": "L", "rate": 1, "mu": "0.3"}, {"name": "R", "rate": 1, "mu": "-0.3"}]
    >>> found = conductance_parts_exact(levels, transitions, leads, "0.01", 0)
    >>> nstr(found.conductance, 6), [nstr(share, 6) for share in found.shares]
    ('-1.6281', ['0.0', '0.0', '1.0'])
    """
    chain = Chain.from_case(levels, transitions, leads, kT, gate)
    potentials, share = {lead.name: lead.mu for lead in chain.leads}, exact_rational("split", split)
    if len(chain.leads) != 2 or set(potentials) != {"L", "R"}:
        raise ValueError(f"leads={[lead.name for lead in chain.leads]} must be named 'L' and 'R'")
    if not 0 <= share <= 1:
        raise ValueError(f"split={split!r} must be from 0 to 1")
    if potentials["L"] == potentials["R"]:
        raise ValueError(f"mu={float(potentials['L'])!r} of both leads must differ: at V = 0 no level blocks")
    sign, slopes = (1 if potentials["L"] > potentials["R"] else -1), {"L": share, "R": share - 1}
    bits, last = 2 * working_bits(chain, digits) + spread_bits(chain), None
    while True:
        with workprec(bits):
            found, scale = _parts(chain, slopes, sign)
            room = mp.mpf(10) ** -digits
            if last is not None and all(
                abs(new - old) <= room * size
                for new, old, size in (
                    (found.conductance, last.conductance, scale),
                    *((new, old, mp.one) for new, old in zip(found.shares, last.shares, strict=True)),
                )
            ):
                return found
        bits, last = 2 * bits, found


def _parts(chain: Chain, slopes: Mapping[str, Any], sign: int) -> tuple[ConductanceParts, Any]:
    """Return the result at the working precision of mpmath, and the sum of magnitudes that dI/dV is made of."""
    fermi, size = fermi_functions(chain), len(chain.levels)

    def slope(item: Transition, lead: Lead) -> tuple[Any, Any]:
        full, empty = fermi(item, lead)
        change = full * empty * as_mpf(slopes[lead.name] / chain.temperature(lead))
        return change, -change

    hops, moved = aggregated_hops(chain, fermi), aggregated_hops(chain, slope)
    P = chain_populations(size, hops, digits=int(mp.prec / 3.33))
    growth = _response(size, hops, moved, P)
    through, more = (_passed(size, processes) for processes in (hops, moved))
    terms = [product for k in range(size) for product in (P[k] * more[k], growth[k] * through[k])]
    outwards = tuple(sign * growth[k] for k in range(size))
    found = ConductanceParts(mp.fsum(terms), outwards, _shares(outwards, through))
    return found, mp.fsum(terms, absolute=True)


def _response(size: int, hops: Sequence[Hop], moved: Sequence[Hop], P: Sequence[Any]) -> tuple[Any, ...]:
    """Return P' of Eq. (1)."""
    source = [mp.zero] * size
    for hop in moved:
        source[hop.to] -= hop.rate * P[hop.start]
        source[hop.start] += hop.rate * P[hop.start]
    return PerturbedChain(size, total_rates(hops)).shift(source)


def _passed(size: int, hops: Sequence[Hop]) -> list[Any]:
    """Return the electrons that pass from L to R per time in each level: half of what each barrier counts."""
    found = [mp.zero] * size
    for hop in hops:
        found[hop.start] += (hop.electrons if hop.lead == "L" else -hop.electrons) * hop.rate / 2
    return found


def _shares(growth: Sequence[Any], through: Sequence[Any]) -> tuple[Any, ...]:
    """Return the shares of Eq. (3); the direction in which electrons pass drops out of them."""
    lost = [min(value, mp.zero) for value in growth]
    mean = mp.fdot(lost, through) / mp.fsum(lost)
    parts = [max(value, mp.zero) * (c - mean) for value, c in zip(growth, through, strict=True)]
    total = mp.fsum(parts)
    return tuple(part / total for part in parts)
