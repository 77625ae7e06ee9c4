r"""Currents and heat of any number of leads, each with its own temperature (physics.md section 5).

With P_i, P_j the populations of the two levels of each transition, r = (2S_i+1)/(2S_j+1), f_l the Fermi function of
lead l and h its heat, E_j - E_i - gate - mu_l,

.. math:: I_l = t_l \sum 2 M_{ji} [P_i f_l - r P_j (1 - f_l)], \qquad
          J_l = t_l \sum 2 M_{ji}\, h\, [P_i f_l - r P_j (1 - f_l)].                                      (1)

If every lead has the same M_ji, what all leads have in common cancels identically: neither particles nor energy pile
up on the dot, sum_m I_m = 0 and sum_m (J_m + mu_m I_m) = 0. So with T the sum of all t

.. math:: I_l = \sum_m \frac{t_l t_m}{T} \sum 2 M_{ji} (P_i + r P_j)(f_l - f_m), \qquad
          J_l = \sum_m \frac{t_l t_m}{T} \sum 2 M_{ji}\, h\, (P_i + r P_j)(f_l - f_m),                   (2)

with ``f_l - f_m = f_l (1 - f_m) (1 - e^{x_l - x_m})``: every pair of leads exchanges electrons and heat on its own, as
in a formula of R. Landauer, and a pair in equilibrium exchanges nothing. If M_ji differs from lead to lead, Eq. (1) is
summed as it stands. Precision is raised until cancellation leaves the digits asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mpmath import mp, workprec

from analytic.exact import as_mpf
from analytic.rates import Chain, Lead, Transition, aggregated_hops
from analytic.transport import chain_populations, fermi_functions, working_bits

Items = Sequence[Mapping[str, Any]]
_GUARD_DIGITS = 6
"""Decimals that sums of flows may lose before all is computed a second time: few cases lose more than three."""


@dataclass(frozen=True)
class LeadCurrents:
    """What every lead gives to the dot in the stationary state, by the lead's name, as mpmath numbers.

    Attributes
    ----------
    currents
        Electrons per time from the lead into the dot; they add up to 0.
    heat
        Heat per time out of the lead.
    gross, gross_heat
        Electrons, and magnitudes of their heat, that enter through the lead plus those that leave.
    populations
        Of each level, summed over S_z.
    """

    currents: Mapping[str, Any]
    heat: Mapping[str, Any]
    gross: Mapping[str, Any]
    gross_heat: Mapping[str, Any]
    populations: tuple[Any, ...]


def lead_currents_exact(
    levels: Items, transitions: Items, leads: Items, kT: Any, gate: Any, *, digits: int = 30
) -> LeadCurrents:
    """Return the currents and the heat of every lead of a case of the protocol.

    Parameters
    ----------
    levels, transitions, leads, kT, gate
        The params of the protocol's tasks `lead_currents` and `heat_currents`; numbers as doubles, Fractions or
        strings.
    digits
        Correct decimals of every number; one that is below 10^(-2 digits) of the gross flow has them in units of
        that. Between leads in equilibrium it is zero exactly.

    Raises
    ------
    ValueError
        If an input breaks a rule, or the chain has several closed classes (named in the message).

    Examples
    --------
    One level above both chemical potentials, so that a hot and a cold lead exchange heat:

    >>> from mpmath import nstr
    >>> from analytic import lead_currents_exact
    >>> levels = [{"electrons": 0, "energy": 0, "two_S": 0}, {"electrons": 1, "energy": "0.1", "two_S": 1}]
    >>> leads = [{"name": "hot", "rate": 1, "mu": 0, "kT": "0.1"}, {"name": "cold", "rate": 1, "mu": 0}]
    >>> found = lead_currents_exact(levels, [{"from": 0, "to": 1, "M": "0.5"}], leads, "0.05", 0)
    >>> {name: nstr(J, 6) for name, J in found.heat.items()}
    {'hot': '0.00627008', 'cold': '-0.00627008'}
    """
    return lead_currents_of(Chain.from_case(levels, transitions, leads, kT, gate), digits)


def lead_currents_of(chain: Chain, digits: int) -> LeadCurrents:
    """Return the currents and the heat of every lead of a chain, to that many decimals."""
    places = digits + _GUARD_DIGITS
    while True:
        with workprec(working_bits(chain, places)):
            found, reached = _at_precision(chain, places)
        if reached >= digits or places > 3 * digits:
            return found
        places = max(2 * places, 3 * digits + 1)


def _at_precision(chain: Chain, places: int) -> tuple[LeadCurrents, float]:
    """Return what flows, from populations of that many decimals, and how many decimals of it are correct."""
    fermi = fermi_functions(chain)
    populations = chain_populations(len(chain.levels), aggregated_hops(chain, fermi), digits=places)
    currents, heat, gross, gross_heat = ({lead.name: mp.zero for lead in chain.leads} for _ in range(4))
    doubt = mp.zero
    pairwise = all(_alike(item, chain.leads) for item in chain.transitions)
    at_rest = not pairwise and _in_equilibrium(chain)
    for lead in chain.leads:
        energies = [as_mpf(chain.addition_energy(item) - lead.mu) for item in chain.transitions]
        passing = list(_passing(chain, lead, fermi, populations))
        if pairwise:
            net = list(_pairwise(chain, lead, fermi, populations))
        else:
            net = [] if at_rest else [(place, F) for place, into, out in passing for F in (into, -out)]
        for total, summands in ((currents, [F for _, F in net]), (heat, [energies[place] * F for place, F in net])):
            total[lead.name] = mp.fsum(summands)
            size = mp.fsum(summands, absolute=True)
            if size:
                doubt = max(doubt, size / max(abs(total[lead.name]), size * mp.mpf(10) ** (-2 * places)))
        for place, into, out in passing:
            gross[lead.name] += into + out
            gross_heat[lead.name] += abs(energies[place]) * (into + out)
    found = LeadCurrents(currents, heat, gross, gross_heat, populations)
    return found, places - (float(mp.log10(doubt)) if doubt else 0.0)


def _alike(item: Transition, leads: Sequence[Lead]) -> bool:
    return len({item.at(lead) for lead in leads}) == 1


def _in_equilibrium(chain: Chain) -> bool:
    """Return whether all leads that any transition couples to have one potential and temperature: nothing flows."""
    coupled = [one for one in chain.leads if one.rate * sum(item.at(one) for item in chain.transitions) != 0]
    return len({(one.mu, chain.temperature(one)) for one in coupled}) <= 1


def _pairwise(chain: Chain, lead: Lead, fermi: Any, populations: Sequence[Any]) -> Iterator[tuple[int, Any]]:
    """Yield what every other lead takes from this one through each transition, by its place, Eq. (2)."""
    total = sum(one.rate for one in chain.leads)
    others = [
        (other, as_mpf(lead.rate * other.rate / total))
        for other in chain.leads
        if lead.rate * other.rate != 0 and (other.mu, other.kT) != (lead.mu, lead.kT)
    ]
    for place, item in enumerate(chain.transitions):
        shared = 2 * item.at(lead)
        if shared == 0 or not others:
            continue
        weight = populations[item.initial] + as_mpf(chain.degeneracy_ratio(item)) * populations[item.final]
        own, flow, (taken, left) = chain.fermi_argument(item, lead), as_mpf(shared) * weight, fermi(item, lead)
        for other, strength in others:
            step = own - chain.fermi_argument(item, other)
            if step != 0:
                # f_l - f_m without a digit lost: beyond a step of 1 either product is at most 1/e of the other
                full, empty = fermi(item, other)
                net = -mp.expm1(as_mpf(step)) * taken * empty if abs(step) < 1 else taken * empty - left * full
                yield place, strength * flow * net


def _passing(chain: Chain, lead: Lead, fermi: Any, populations: Sequence[Any]) -> Iterator[tuple[int, Any, Any]]:
    """Yield the electrons per time that enter and leave through a lead by each transition, given by its place."""
    for place, item in enumerate(chain.transitions):
        strength = 2 * item.at(lead) * lead.rate
        if strength:
            full, empty = fermi(item, lead)
            back = as_mpf(strength * chain.degeneracy_ratio(item)) * populations[item.final] * empty
            yield place, as_mpf(strength) * populations[item.initial] * full, back
