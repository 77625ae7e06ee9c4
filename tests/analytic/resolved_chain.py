"""The rate equation of S_z-resolved states, which the exact side sums over S_z, and rates in symbols."""

from fractions import Fraction
from functools import cache
from typing import Any

import sympy
from mpmath import mp, workprec

from analytic.exact import exact_rational
from analytic.rates import Chain, Hop, Lead, Level, Occupation, Transition, aggregated_hops, total_rates
from analytic.spin import clebsch_gordan_squared
from analytic.transport import barrier_flows, chain_populations, fermi_functions


def symbolic_occupation(chain: Chain) -> Occupation:
    """Return positive symbols (f, h) for f and 1 - f of every pair of levels and lead, for closed forms."""

    def occupation(transition: Transition, lead: Lead) -> tuple[Any, Any]:
        suffix = f"{transition.final}{transition.initial}_{lead.name}"
        return sympy.Symbol(f"f_{suffix}", positive=True), sympy.Symbol(f"h_{suffix}", positive=True)

    return occupation


def resolved_states(chain: Chain) -> tuple[tuple[int, int], ...]:
    """Return the S_z-resolved states (level, 2 S_z), level by level, S_z ascending."""
    return tuple((k, m) for k, level in enumerate(chain.levels) for m in range(-level.two_S, level.two_S + 1, 2))


def resolved_hops(chain: Chain, occupation: Occupation) -> tuple[Hop, ...]:
    """Return the processes between the states of `resolved_states`, with the rates of [J96] Eq. (3) and Eq. (2).

    Raises
    ------
    ValueError
        If a transition with M_ji > 0 breaks the spin selection rule.
    """
    index = {state: k for k, state in enumerate(resolved_states(chain))}
    hops = []
    for item in chain.transitions:
        two_S_i, two_S_j = chain.levels[item.initial].two_S, chain.levels[item.final].two_S
        if item.M != 0 and abs(two_S_j - two_S_i) != 1:
            raise ValueError(f"M={item.M} of 2S = {two_S_i} -> {two_S_j} must be 0: one electron changes S by 1/2")
        for lead in chain.leads:
            if item.M == 0 or lead.rate == 0:
                continue
            full, empty = occupation(item, lead)
            reduced = 2 * item.M * chain.degeneracy_ratio(item) * lead.rate
            for two_m_i in range(-two_S_i, two_S_i + 1, 2):
                for two_m_j in (two_m_i - 1, two_m_i + 1):
                    weight = _weight(two_S_i, two_m_i, two_S_j, two_m_j)
                    if weight:
                        start, to = index[item.initial, two_m_i], index[item.final, two_m_j]
                        hops.append(Hop(to, start, lead.name, +1, weight * reduced * full))
                        hops.append(Hop(start, to, lead.name, -1, weight * reduced * empty))
    return tuple(hops)


@cache
def _weight(two_S_i: int, two_m_i: int, two_S_j: int, two_m_j: int) -> Fraction:
    """Return <S_i m_i, 1/2 sigma|S_j m_j>^2, zero if the final state does not exist."""
    if abs(two_m_j) > two_S_j:
        return Fraction(0)
    return exact_rational("weight", clebsch_gordan_squared(two_S_i, two_m_i, two_m_j - two_m_i, two_S_j, two_m_j))


def resolved_current(case: tuple[Any, ...], digits: int) -> dict[str, Any]:
    """Return the currents counted barrier by barrier on the S_z-resolved chain: a longer, separate route.

    The two counts are differences of gross flows; the precision is raised until both have the digits asked for.
    """
    chain = Chain.from_case(*case)
    rates = {lead.name: lead.rate for lead in chain.leads}
    if len({lead.mu for lead in chain.leads}) == 1 or rates["L"] * rates["R"] == 0:
        return {"I_L": mp.zero, "I_R": mp.zero}
    extra = 0
    while True:
        with workprec(4 * (digits + extra) + 60):
            hops = resolved_hops(chain, fermi_functions(chain))
            flows = barrier_flows(hops, chain_populations(len(resolved_states(chain)), hops, digits=digits + extra))
            net = {"I_L": flows["L"][0] - flows["L"][1], "I_R": flows["R"][1] - flows["R"][0]}
            gross = max(into + out for into, out in flows.values())
            lost = mp.inf if 0 in net.values() else gross / min(map(abs, net.values()))
        if lost < mp.mpf(10) ** extra:
            return net
        extra = 2 * extra + 15 if lost == mp.inf else int(mp.log10(lost)) + 2


def two_level_chain(M: Any, two_S_i: int, two_S_j: int, t_L: Any, t_R: Any) -> Chain:
    """Return the chain of one transition with symbolic energies, chemical potentials and temperature."""
    energy, kT = sympy.Symbol("E", real=True), sympy.Symbol("kT", positive=True)
    leads = (Lead("L", t_L, sympy.Symbol("mu_L", real=True)), Lead("R", t_R, sympy.Symbol("mu_R", real=True)))
    levels = (Level(0, sympy.Integer(0), two_S_i), Level(1, energy, two_S_j))
    return Chain(levels, (Transition(0, 1, M),), leads, kT, sympy.Integer(0))


def derived_two_level_current(M: Any, two_S_i: int, two_S_j: int, t_L: Any, t_R: Any) -> Any:
    """Derive the current of Eq. (2) from rates and trees, in the symbols f_10_L, h_10_L, ... for f and 1 - f.

    The electrons through the left barrier are counted, ``P_i W^L_{j<-i} - P_j W^L_{i<-j}``.
    """
    chain = two_level_chain(M, two_S_i, two_S_j, t_L, t_R)
    hops = aggregated_hops(chain, symbolic_occupation(chain))
    rates = total_rates(hops)
    populations = (rates[0, 1] / (rates[0, 1] + rates[1, 0]), rates[1, 0] / (rates[0, 1] + rates[1, 0]))
    return sum(hop.electrons * populations[hop.start] * hop.rate for hop in hops if hop.lead == "L")
