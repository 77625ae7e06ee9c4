r"""Reference values of the transport equation to any number of digits (physics.md section 5; [J96] Eqs. (2) and (3)).

Inputs are the params of the protocol's tasks 5 and 6; every double is taken as the rational that it is. The Fermi
arguments are then exact rationals, the Fermi functions are evaluated once, at a precision that absorbs the size of
their argument, and all that follows only adds and multiplies positive numbers:

* the populations are the sums over in-trees of `analytic.matrix_tree` (if the chain is too wide for these, Cramer's
  rule at a proved precision, `analytic.cramer`);
* the current. Count the electrons that enter through lead l: with P_i, P_j the populations of the two levels of each
  transition and r = (2S_i+1)/(2S_j+1),

  .. math:: J_l = t_l \sum 2 M_{ji} [P_i f_l - r P_j (1 - f_l)].                                         (1)

  In the stationary state J_L + J_R = 0, so ``J_L = J_L - t_L (J_L + J_R) / (t_L + t_R)``, in which all that both
  leads have in common cancels identically:

  .. math:: I = \frac{t_L t_R}{t_L + t_R} \sum 2 M_{ji} (P_i + r P_j) (f_L - f_R),                        (2)

  with ``f_L - f_R = f_L (1 - f_R) (1 - e^{x_L - x_R})``. Every term has the sign of mu_L - mu_R: nothing cancels,
  however deep the blockade. Both barriers carry this current, I_L = J_L and I_R = -J_R.

Accuracy. With rates of relative error u a population has relative error 2(n-1) u at most (each tree has n-1 factors)
and the current (2n+2) u; the working precision makes that smaller than the digits asked for.

Linear response at mu_L = mu_R is the derivative of Eq. (2): there P is the grand-canonical distribution, the
derivative of P multiplies f_L - f_R = 0, and ``P_i f = [P_i + r P_j] f (1 - f)`` by detailed balance, so

.. math:: G = \frac{1}{k_B T} \frac{t_L t_R}{t_L + t_R} \sum 2 M_{ji} P_i f(x_{ji})                        (3)

(the many-level form of C. W. J. Beenakker, Phys. Rev. B 44, 1646 (1991), for leads with equal couplings).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mpmath import mp, workprec

from analytic.cramer import cancelled_bits, cramer_populations
from analytic.exact import as_mpf, require_integer
from analytic.matrix_tree import closed_classes, frontier_width, stationary_distribution
from analytic.rates import Chain, Hop, Lead, Occupation, Transition, aggregated_hops, total_rates

Items = Sequence[Mapping[str, Any]]

_WIDEST_FRONTIER = 5


@dataclass(frozen=True)
class ExactTransport:
    """A chain's stationary state and currents, as mpmath numbers.

    Attributes
    ----------
    populations
        Of each level, summed over S_z.
    current
        The particle current from L to R through either barrier, Eq. (2).
    gross
        For each lead, the electrons per time that enter through it plus those that leave: what the current through
        this barrier is a difference of, and so its condition.
    """

    populations: tuple[Any, ...]
    current: Any
    gross: Mapping[str, Any]


def transport_exact(
    levels: Items, transitions: Items, leads: Items, kT: Any, gate: Any, *, digits: int = 30
) -> ExactTransport:
    """Return stationary state and currents of a case of the protocol, each number to `digits` decimals.

    Parameters
    ----------
    levels, transitions, leads, kT, gate
        The params of the protocol's tasks 5 and 6; numbers as doubles, Fractions, or strings.
    digits
        Every number has this many correct decimals, 1e-20000 as well as 0.5.

    Raises
    ------
    ValueError
        If an input breaks a rule, or the chain has several closed classes (named in the message).

    Examples
    --------
    >>> from mpmath import nstr
    >>> from analytic import transport_exact
    >>> levels = [{"electrons": 0, "energy": 0, "two_S": 0}, {"electrons": 1, "energy": "0.1", "two_S": 1}]
    >>> transitions = [{"from": 0, "to": 1, "M": "0.5"}]
    >>> leads = [{"name": "L", "rate": 1, "mu": "0.5"}, {"name": "R", "rate": 1, "mu": "-0.5"}]
    >>> found = transport_exact(levels, transitions, leads, "0.001", 0)
    >>> nstr(found.current, 12), [nstr(P, 12) for P in found.populations]
    ('0.333333333333', ['0.333333333333', '0.666666666667'])
    """
    chain = Chain.from_case(levels, transitions, leads, kT, gate)
    left, right = left_and_right(chain)
    with workprec(working_bits(chain, digits)):
        hops = aggregated_hops(chain, fermi_functions(chain))
        populations = chain_populations(len(chain.levels), hops, digits=digits)
        gross = {lead.name: mp.zero for lead in chain.leads}
        gross |= {name: into + out for name, (into, out) in barrier_flows(hops, populations).items()}
        return ExactTransport(populations, _current(chain, left, right, populations), gross)


def current_exact(
    levels: Items, transitions: Items, leads: Items, kT: Any, gate: Any, *, digits: int = 30
) -> dict[str, Any]:
    """Return the particle current from L to R at each barrier, ``{"I_L", "I_R"}``, in units of t.

    Parameters and errors are those of `transport_exact`. The current is zero exactly if mu_L = mu_R or a lead is
    uncoupled; elsewhere it has `digits` correct decimals, however small.
    """
    current = transport_exact(levels, transitions, leads, kT, gate, digits=digits).current
    return {"I_L": current, "I_R": current}


def linear_conductance_exact(
    levels: Items, transitions: Items, leads: Items, kT: Any, gate: Any, *, digits: int = 30
) -> Any:
    """Return G = dI/dV at V = 0, Eq. (3), for leads L and R at one chemical potential.

    Examples
    --------
    >>> from mpmath import nstr
    >>> from analytic import linear_conductance_exact
    >>> levels = [{"electrons": 0, "energy": 0, "two_S": 0}, {"electrons": 1, "energy": "0.1", "two_S": 1}]
    >>> transitions = [{"from": 0, "to": 1, "M": "0.5"}]
    >>> leads = [{"name": "L", "rate": 1, "mu": "0.5"}, {"name": "R", "rate": 1, "mu": "-0.5"}]
    >>> at_rest = [{**lead, "mu": 0} for lead in leads]
    >>> nstr(linear_conductance_exact(levels, transitions, at_rest, "0.1", "0.1"), 12)
    '0.833333333333'
    """
    chain = Chain.from_case(levels, transitions, leads, kT, gate)
    left, right = leads_at_rest(chain)
    if left.rate * right.rate == 0:
        return mp.zero
    with workprec(working_bits(chain, digits)):
        fermi = fermi_functions(chain)
        populations = chain_populations(len(chain.levels), aggregated_hops(chain, fermi), digits=digits)
        flow = mp.fsum(
            as_mpf(2 * item.M) * populations[item.initial] * fermi(item, left)[0] for item in chain.transitions
        )
        return as_mpf(left.rate * right.rate / (left.rate + right.rate) / chain.kT) * flow


def differential_conductance_exact(
    levels: Items, transitions: Items, leads: Items, kT: Any, gate: Any, *, digits: int = 30
) -> Any:
    """Return dI/dV at the given mu_L and mu_R, where dV moves mu_L by dV/2 and mu_R by -dV/2.

    A central difference of `current_exact` over h: it is off by (h/kT)^2 and loses log10(kT/h) digits, relative to
    I/kT and to dI/dV itself; h shrinks until that is below `digits` decimals of the result, however flat the plateau.

    Examples
    --------
    >>> from mpmath import nstr
    >>> from analytic import differential_conductance_exact
    >>> levels = [{"electrons": 0, "energy": 0, "two_S": 0}, {"electrons": 1, "energy": "0.1", "two_S": 1}]
    >>> transitions = [{"from": 0, "to": 1, "M": "0.5"}]
    >>> leads = [{"name": "L", "rate": 1, "mu": "0.5"}, {"name": "R", "rate": 1, "mu": "-0.5"}]
    >>> nstr(differential_conductance_exact(levels, transitions, leads, "0.1", "0.1"), 12)
    '0.0221601889026'
    """
    chain = Chain.from_case(levels, transitions, leads, kT, gate)
    left, right = left_and_right(chain)
    if left.rate * right.rate == 0:
        return mp.zero
    places = digits + 10
    while True:
        h = chain.kT / 10**places
        values = [
            current_exact(levels, transitions, _biased(left, right, sign * h), kT, gate, digits=3 * places)["I_L"]
            for sign in (1, -1, 0)
        ]
        with workprec(working_bits(chain, 3 * places)):
            slope = (values[0] - values[1]) / as_mpf(2 * h)
            scale = abs(values[2]) / as_mpf(chain.kT) + abs(slope)
            if scale * mp.mpf(10) ** (5 - 2 * places) <= abs(slope) * mp.mpf(10) ** -digits:
                return slope
        places *= 2


def chain_populations(states: int, hops: Sequence[Hop], *, digits: int) -> tuple[Any, ...]:
    """Return the stationary population of each state from the hops between them, in mpmath numbers."""
    rates = total_rates(hops)
    if frontier_width(states, rates) > _WIDEST_FRONTIER and len(closed_classes(states, rates)) == 1:
        populations = cramer_populations(states, rates, digits=digits + 5)
    else:
        populations = stationary_distribution(states, rates)
    return tuple(+mp.convert(population) for population in populations)


def barrier_flows(hops: Sequence[Hop], populations: Sequence[Any]) -> dict[str, tuple[Any, Any]]:
    """Return, for every lead, the electrons per time that enter the dot through it and those that leave.

    Examples
    --------
    >>> from analytic import Chain, aggregated_hops, barrier_flows, fermi_functions, grand_canonical
    >>> levels = [{"electrons": 0, "energy": 0, "two_S": 0}, {"electrons": 1, "energy": "0.1", "two_S": 1}]
    >>> transitions = [{"from": 0, "to": 1, "M": "0.5"}]
    >>> leads = [{"name": "L", "rate": 1, "mu": "0.5"}, {"name": "R", "rate": 1, "mu": "-0.5"}]
    >>> chain = Chain.from_case(levels, transitions, leads, "0.01", 0)
    >>> flows = barrier_flows(aggregated_hops(chain, fermi_functions(chain)), grand_canonical(chain, 0))
    >>> sorted(flows)
    ['L', 'R']
    """
    flows = {hop.lead: (mp.zero, mp.zero) for hop in hops}
    for hop in hops:
        into, out = flows[hop.lead]
        flow = populations[hop.start] * hop.rate
        flows[hop.lead] = (into + flow, out) if hop.electrons > 0 else (into, out + flow)
    return flows


def grand_canonical(chain: Chain, mu: Any) -> tuple[Any, ...]:
    """Return P_i proportional to (2S_i+1) exp(-[E_i - (gate + mu) N_i] / kT), the equilibrium of a connected chain.

    Examples
    --------
    >>> from mpmath import nstr
    >>> from analytic import Chain, grand_canonical
    >>> levels = [{"electrons": 0, "energy": 0, "two_S": 0}, {"electrons": 1, "energy": "0.1", "two_S": 1}]
    >>> transitions = [{"from": 0, "to": 1, "M": "0.5"}]
    >>> leads = [{"name": "L", "rate": 1, "mu": "0.5"}, {"name": "R", "rate": 1, "mu": "-0.5"}]
    >>> chain = Chain.from_case(levels, transitions, leads, "0.1", "0.1")
    >>> [nstr(P, 8) for P in grand_canonical(chain, 0)]
    ['0.33333333', '0.66666667']
    """
    exponents = [(level.energy - (chain.gate + mu) * level.electrons) / chain.kT for level in chain.levels]
    lowest = min(exponents)
    weights = [
        (level.two_S + 1) * exp_of(lowest - exponent) for level, exponent in zip(chain.levels, exponents, strict=True)
    ]
    total = mp.fsum(weights)
    return tuple(weight / total for weight in weights)


def fermi_functions(chain: Chain) -> Occupation:
    """Return f and 1 - f at the working precision of mpmath, each with its full relative accuracy; each found once.

    Examples
    --------
    >>> from mpmath import nstr
    >>> from analytic import Chain, fermi_functions
    >>> levels = [{"electrons": 0, "energy": 0, "two_S": 0}, {"electrons": 1, "energy": "0.1", "two_S": 1}]
    >>> transitions = [{"from": 0, "to": 1, "M": "0.5"}]
    >>> leads = [{"name": "L", "rate": 1, "mu": "0.5"}, {"name": "R", "rate": 1, "mu": "-0.5"}]
    >>> chain = Chain.from_case(levels, transitions, leads, "0.1", 0)
    >>> f, empty = fermi_functions(chain)(chain.transitions[0], chain.leads[0])
    >>> nstr(f, 12), nstr(f + empty, 12)
    ('0.982013790038', '1.0')
    """
    known: dict[tuple[int, int, str, int], tuple[Lead, tuple[Any, Any]]] = {}

    def occupation(transition: Transition, lead: Lead) -> tuple[Any, Any]:
        # ends and name: arguments are long fractions, which take longer to hash than to compute
        key = transition.initial, transition.final, lead.name, mp.prec
        if key not in known or known[key][0] is not lead:
            odds = exp_of(chain.fermi_argument(transition, lead))
            full = 1 / (1 + odds)
            known[key] = lead, (full, odds * full)
        return known[key][1]

    return occupation


def exp_of(x: Any) -> Any:
    """Return exp of a rational, with the digits that its integer part costs added to the working precision."""
    with workprec(mp.prec + int(abs(x)).bit_length() + 4):
        value = mp.exp(as_mpf(x))
    return +value


def _current(chain: Chain, left: Lead, right: Lead, populations: Sequence[Any]) -> Any:
    if left.mu == right.mu or left.rate * right.rate == 0:
        return mp.zero
    high, low, sign = (left, right, 1) if left.mu > right.mu else (right, left, -1)
    fermi = fermi_functions(chain)
    opening = -mp.expm1(as_mpf((low.mu - high.mu) / chain.kT))
    flow = mp.fsum(
        as_mpf(2 * item.M)
        * (populations[item.initial] + as_mpf(chain.degeneracy_ratio(item)) * populations[item.final])
        * (fermi(item, high)[0] * fermi(item, low)[1])
        for item in chain.transitions
    )
    return as_mpf(sign * left.rate * right.rate / (left.rate + right.rate)) * opening * flow


def working_bits(chain: Chain, digits: int) -> int:
    """Return the precision at which sums over the trees of a chain have that many decimals."""
    require_integer("digits", digits, minimum=1)
    states = sum(level.two_S + 1 for level in chain.levels)
    return int(3.33 * digits) + 2 * states.bit_length() + 30


def spread_bits(chain: Chain) -> int:
    """Return the bits by which the spread of a chain's rates lets terms exceed their sum."""
    with workprec(53):
        return cancelled_bits(len(chain.levels), total_rates(aggregated_hops(chain, fermi_functions(chain))))


def _biased(left: Lead, right: Lead, bias: Any) -> list[dict[str, Any]]:
    return [
        {"name": lead.name, "rate": lead.rate, "mu": lead.mu + shift}
        for lead, shift in ((left, bias / 2), (right, -bias / 2))
    ]


def left_and_right(chain: Chain) -> tuple[Lead, Lead]:
    """Return the two leads of a chain that has no others, at one temperature and with one M_ji."""
    by_name = {lead.name: lead for lead in chain.leads}
    if len(chain.leads) != 2 or set(by_name) != {"L", "R"}:
        raise ValueError(f"leads={[lead.name for lead in chain.leads]} must be named 'L' and 'R'")
    own = [lead.name for lead in chain.leads if lead.kT is not None]
    if own or any(isinstance(item.M, Mapping) for item in chain.transitions):
        raise ValueError("leads with one kT and one M_ji must be given here: lead_currents_exact takes any others")
    return by_name["L"], by_name["R"]


def leads_at_rest(chain: Chain) -> tuple[Lead, Lead]:
    """Return the leads L and R of linear response, which have one chemical potential."""
    left, right = left_and_right(chain)
    if left.mu != right.mu:
        raise ValueError(f"mu_L={float(left.mu)!r} must equal mu_R={float(right.mu)!r} in linear response")
    return left, right
