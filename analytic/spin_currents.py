r"""Currents and heat of either spin with a Zeeman field and polarised leads, exactly (physics.md section 5).

A field adds b S_z to every state |level, S_z>, and a polarised lead tunnels spin up and down at different rates. The
states of a level are then no longer equally populated, and the rate equation is solved state by state,

.. math:: \Gamma_{j \leftarrow i} = t_{\sigma} |A_{ji}|^2 f, \qquad
          |A_{ji}|^2 = 2 M_{ji} \frac{2S_i+1}{2S_j+1} \langle S_i m_i, \tfrac12 \sigma | S_j m_j \rangle^2.       (1)

Read the states as levels without degeneracy, and each lead as two, one of each spin: then Eq. (1) is a rate equation
between any number of leads (`analytic.lead_currents`) with ``M = |A|^2 / 2``, whose populations are sums over spanning
trees and whose currents are those of either spin. The squared coefficients come from the projector on spin S_j
(`analytic.spin`). An electron of spin sigma carries the heat ``E_j - E_i + b sigma/2 - gate - mu_l``, sigma = +-1, and
the heat of a lead is that of both its spins.

A singlet and a doublet make a star of three states, which has a closed form. Let t_l and f_l be the rate and the Fermi
function of lead l for one spin, and write p and q for ``sum t_l f_l`` and ``sum t_l (1 - f_l)``. If the doublet has one
electron more, its state of that spin is p/q times as likely as the singlet; if it has one less, the state that the spin
is added to is q/p times as likely. Either way lead l passes

.. math:: I_l = a P_0 \sum_m t_l t_m (f_l - f_m) / (q\ \text{or}\ p),                                     (2)

with P_0 the population of the singlet, and a = M or 2 M by Eq. (1). All electrons of one spin then carry the same heat:
heat and current of a spin are tightly coupled.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import islice
from typing import Any

from mpmath import mp, workdps

from analytic.exact import exact_rational
from analytic.lead_currents import lead_currents_of
from analytic.rates import Chain, Lead, Level, Transition
from analytic.spin import clebsch_gordan_squared, projections

Items = Sequence[Mapping[str, Any]]
UP, DOWN = 1, -1


@dataclass(frozen=True)
class SpinCurrents:
    """The stationary state in a field and what flows of either spin, as mpmath numbers.

    Attributes
    ----------
    populations
        Of each level the populations of its states, from S_z = -S to S.
    up, down
        Electrons of that spin per time from each lead into the dot, by the lead's name.
    gross_up, gross_down
        Electrons of that spin that enter through the lead plus those that leave.
    heat
        Heat per time out of each lead, of both spins.
    gross_heat
        Magnitudes of the heat of the electrons that enter through the lead plus those that leave.
    """

    populations: tuple[tuple[Any, ...], ...]
    up: Mapping[str, Any]
    down: Mapping[str, Any]
    gross_up: Mapping[str, Any]
    gross_down: Mapping[str, Any]
    heat: Mapping[str, Any]
    gross_heat: Mapping[str, Any]


def spin_currents_exact(
    levels: Items, transitions: Items, leads: Items, kT: Any, gate: Any, *, zeeman: Any, digits: int = 30
) -> SpinCurrents:
    """Return populations, currents of either spin and heat of a case of the protocol.

    Parameters
    ----------
    levels, transitions, leads, kT, gate, zeeman
        The params of the protocol's tasks `spin_currents`, `spin_heat` and `spin_populations`; numbers as doubles,
        Fractions or strings.
    digits
        As `analytic.lead_currents_exact`, for the heat of each spin.

    Raises
    ------
    ValueError
        If an input breaks a rule, M_ji is above 0 between spins that do not differ by 1/2, or the states fall into
        several closed classes (named in the message).

    Examples
    --------
    A drain that takes spin up only: an electron of spin down stays on the dot.

    >>> from mpmath import nstr
    >>> from analytic import spin_currents_exact
    >>> levels = [{"electrons": 0, "energy": 0, "two_S": 0}, {"electrons": 1, "energy": 0, "two_S": 1}]
    >>> leads = [{"name": "L", "rate": 1, "mu": "0.5"}, {"name": "R", "rate": {"up": 1, "down": 0}, "mu": "-0.5"}]
    >>> found = spin_currents_exact(levels, [{"from": 0, "to": 1, "M": "0.5"}], leads, "0.1", 0, zeeman=0)
    >>> [[nstr(P, 4) for P in level] for level in found.populations], nstr(found.up["L"], 4)
    ([['0.006648'], ['0.9867', '0.006648']], '0.00328')
    """
    up, states = spin_chain(levels, transitions, leads, kT, gate, zeeman=zeeman)
    found = lead_currents_of(states, digits)
    of_states = iter(found.populations)
    populations = tuple(tuple(islice(of_states, level.two_S + 1)) for level in up.levels)
    up_in, down_in, gross_up, gross_down = (
        {lead.name: flows[_name(lead, sigma)] for lead in up.leads}
        for flows in (found.currents, found.gross)
        for sigma in (UP, DOWN)
    )
    with workdps(2 * digits):
        heat, gross_heat = (
            {lead.name: mp.fsum(flows[_name(lead, sigma)] for sigma in (UP, DOWN)) for lead in up.leads}
            for flows in (found.heat, found.gross_heat)
        )
    return SpinCurrents(populations, up_in, down_in, gross_up, gross_down, heat, gross_heat)


def spin_chain(
    levels: Items, transitions: Items, leads: Items, kT: Any, gate: Any, *, zeeman: Any
) -> tuple[Chain, Chain]:
    """Return the chain of levels as electrons of spin up see it, and that of the states |level, S_z>.

    The leads of the second take one spin each, first all of them up, then all of them down.
    """
    up, down = (Chain.from_case(levels, transitions, _of_spin(leads, name), kT, gate) for name in ("up", "down"))
    return up, _states(up, down, exact_rational("zeeman", zeeman))


def _of_spin(leads: Items, spin: str) -> list[Mapping[str, Any]]:
    """Return the leads as electrons of one spin see them."""
    rates = [item["rate"] for item in leads]
    return [
        {**item, "rate": rate[spin] if isinstance(rate, Mapping) else rate}
        for item, rate in zip(leads, rates, strict=True)
    ]


def _name(lead: Lead, sigma: int) -> str:
    return f"{sigma:+d} {lead.name}"


def _states(up: Chain, down: Chain, field: Fraction) -> Chain:
    """Return the chain of the states |level, S_z>, between leads that each take electrons of one spin."""
    levels: list[Level] = []
    place: dict[tuple[int, int], int] = {}
    for k, level in enumerate(up.levels):
        for two_m in projections(level.two_S):
            place[k, two_m] = len(levels)
            levels.append(Level(level.electrons, level.energy + field * Fraction(two_m, 2), 0))
    steps = [step for item in up.transitions for step in _steps(up, item)]
    transitions = [
        Transition(place[item.initial, two_m], place[item.final, two_m + sigma], M) for item, two_m, sigma, M in steps
    ]
    leads = [
        replace(lead, name=_name(lead, sigma)) for chain, sigma in ((up, UP), (down, DOWN)) for lead in chain.leads
    ]
    return Chain(tuple(levels), tuple(transitions), tuple(leads), up.kT, up.gate)


def _steps(chain: Chain, item: Transition) -> Iterator[tuple[Transition, int, int, Mapping[str, Any]]]:
    """Yield 2 S_zi, the spin that is added, and |A|^2 / 2 at each lead of one spin, for all states of a transition."""
    two_S_i, two_S_j = chain.levels[item.initial].two_S, chain.levels[item.final].two_S
    by_lead = {lead: item.at(lead) for lead in chain.leads}
    if not any(M > 0 for M in by_lead.values()):
        return
    if abs(two_S_j - two_S_i) != 1:
        raise ValueError(f"M of {item.initial} -> {item.final} must be 0 from two_S={two_S_i} to two_S={two_S_j}")
    for two_m in projections(two_S_i):
        for sigma in (UP, DOWN):
            if abs(two_m + sigma) <= two_S_j:
                squared = clebsch_gordan_squared(two_S_i, two_m, sigma, two_S_j, two_m + sigma)
                share = chain.degeneracy_ratio(item) * Fraction(int(squared.p), int(squared.q))
                M = {
                    _name(lead, spin): M * share * (spin == sigma) for lead, M in by_lead.items() for spin in (UP, DOWN)
                }
                yield item, two_m, sigma, M


def one_level_spin_currents(
    M: Any, two_S_i: int, up: Sequence[tuple[Any, Any]], down: Sequence[tuple[Any, Any]]
) -> tuple[tuple[Any, Any, Any], tuple[Any, ...], tuple[Any, ...]]:
    """Return the populations of a singlet and a doublet, and the currents of either spin, by Eq. (2).

    Parameters
    ----------
    M
        Transition probability.
    two_S_i
        0 if the doublet has one electron more than the singlet, 1 if it has one less.
    up, down
        (t, f) of each lead for the spin that is added: symbols or numbers.

    Returns
    -------
    populations
        Of the singlet, of the doublet's state that takes part when spin up tunnels, and of the other.
    up, down
        Currents of that spin from each lead into the dot.

    Examples
    --------
    Full bias and equal rates: empty, up and down are equally likely.

    >>> from fractions import Fraction
    >>> from analytic import one_level_spin_currents
    >>> t = Fraction(1)
    >>> populations, up, down = one_level_spin_currents(t / 2, 0, [(t, 1), (t, 0)], [(t, 1), (t, 0)])
    >>> print(*populations, *up, *down)
    1/3 1/3 1/3 1/6 -1/6 1/6 -1/6
    """
    ratios = []
    for leads in (up, down):
        p, q = sum(t * f for t, f in leads), sum(t * (1 - f) for t, f in leads)
        ratios.append((p, q) if two_S_i == 0 else (q, p))
    singlet = 1 / (1 + sum(above / below for above, below in ratios))
    strength = singlet * M * (1 if two_S_i == 0 else 2)
    currents = [
        tuple(strength * sum(t * other * (f - g) for other, g in leads) / below for t, f in leads)
        for leads, (_, below) in zip((up, down), ratios, strict=True)
    ]
    states = [singlet * above / below for above, below in ratios]
    return (singlet, states[0], states[1]), currents[0], currents[1]
