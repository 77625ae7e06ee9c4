r"""Currents and heat of any number of leads at kT -> 0, exactly: leading exponents and prefactors.

With T_k the in-tree sums of `analytic.matrix_tree`, so that P_k = T_k / sum T, the flows of physics.md section 5 are
sums of terms T_k f_l and T_k (1 - f_l), with the heat E_j - E_i - gate - mu_l of each electron as a factor. If all
leads have the same M_ji, every pair of leads exchanges on its own, `analytic.lead_currents` Eq. (2), through the
windows of `analytic.plateaux`.

Leading terms of T_k never cancel. Those of a current may: a lead between two others can receive as much from one as it
gives to the other, and an electron above mu_l can carry away the heat that one below brings. Then all series are
written down further,

.. math:: f(x / kT) = \sum_{n \geq 1} (-1)^{n+1} e^{-n x / kT} \quad (x > 0), \qquad 1/2 \quad (x = 0),

up to a cutoff e^{-A/kT} that grows until a term is left. Every exponent here is positive, so what is left out of a
factor is beyond the cutoff in all products. A flow that vanishes at all temperatures, as that through a probe in the
middle of a symmetric dot, has no leading term; the search ends with an error that names the cutoff.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from analytic.matrix_tree import tree_sums
from analytic.plateaux import Asymptotic, step, window, zero_temperature_populations
from analytic.rates import Chain, Lead, Transition, aggregated_hops, total_rates

Items = Sequence[Mapping[str, Any]]
_ZERO = Asymptotic(Fraction(0), Fraction(0))
MOST_POWERS, MOST_TERMS = 256, 5000
"""Terms of one Fermi function, and of a product, up to which a series is written down."""


@dataclass(frozen=True)
class LeadLimits:
    """Leading terms of what every lead gives to the dot as kT -> 0.

    Attributes
    ----------
    currents, heat
        Electrons per time from each lead into the dot, and heat per time out of it, by the lead's name.
    """

    currents: Mapping[str, Asymptotic]
    heat: Mapping[str, Asymptotic]


def zero_temperature_leads(levels: Items, transitions: Items, leads: Items, gate: Any = 0) -> LeadLimits:
    """Return the leading behaviour of the current and the heat of every lead.

    Parameters
    ----------
    levels, transitions, leads, gate
        As in the protocol's task `lead_currents`, numbers as doubles, Fractions or strings; no lead has a temperature
        of its own, as the limit would depend on the ratios of the temperatures.

    Raises
    ------
    ValueError
        If an input breaks a rule, a lead has a temperature of its own, or the chain has several closed classes.
    ArithmeticError
        If a flow has no leading term above the largest cutoff: what enters balances what leaves at all temperatures,
        or up to terms as small as the message says.

    Examples
    --------
    Source and probe above the level, and the drain below it, which takes what they give:

    >>> from analytic import zero_temperature_leads
    >>> levels = [{"electrons": 0, "energy": 0, "two_S": 0}, {"electrons": 1, "energy": "0.1", "two_S": 1}]
    >>> transitions = [{"from": 0, "to": 1, "M": "0.5"}]
    >>> leads = [{"name": "source", "rate": 1, "mu": "0.5"}, {"name": "drain", "rate": 1, "mu": "-0.5"}]
    >>> leads += [{"name": "probe", "rate": 1, "mu": "0.3"}]
    >>> found = zero_temperature_leads(levels, transitions, leads)
    >>> {name: str(current.limit) for name, current in found.currents.items()}
    {'source': '1/5', 'drain': '-2/5', 'probe': '1/5'}
    >>> {name: str(heat.limit) for name, heat in found.heat.items()}
    {'source': '-2/25', 'drain': '-6/25', 'probe': '-1/25'}
    """
    chain = Chain.from_case(levels, transitions, leads, 1, gate)
    own = [lead.name for lead in chain.leads if lead.kT is not None]
    if own:
        raise ValueError(f"leads {own} must have no temperature of their own: every temperature goes to zero alike")
    zero_temperature_populations(levels, transitions, leads, gate)  # refuses several closed classes
    sums = _tree_sums(chain, lambda x: (step(x), step(-x)))
    total = sum(sums[1:], sums[0])
    found: tuple[dict[str, Asymptotic], dict[str, Asymptotic]] = ({}, {})
    for lead in chain.leads:
        terms = list(_leading_terms(chain, lead, sums))
        for place, flows in enumerate(found):
            carried = [(factor * energy**place, value) for factor, energy, value in terms if energy**place != 0]
            flows[lead.name] = _sum(carried)
            if carried and flows[lead.name].prefactor == 0:
                start = min(value.exponent for _, value in carried)
                flows[lead.name] = _beyond(chain, lead, place, start)
            flows[lead.name] = flows[lead.name] / total if flows[lead.name].prefactor != 0 else _ZERO
    return LeadLimits(*found)


def _tree_sums(chain: Chain, occupations: Any) -> tuple[Any, ...]:
    def occupation(item: Transition, lead: Lead) -> Any:
        return occupations(chain.fermi_argument(item, lead))

    return tree_sums(len(chain.levels), total_rates(aggregated_hops(chain, occupation)))


def _leading_terms(chain: Chain, lead: Lead, sums: Sequence[Any]) -> Iterator[tuple[Any, Any, Asymptotic]]:
    """Yield signed factors, the heat of each electron, and leading terms of what a lead gives; none in equilibrium."""
    coupled = [one for one in chain.leads if any(one.rate * item.at(one) != 0 for item in chain.transitions)]
    if len({one.mu for one in coupled}) < 2:
        return
    whole = sum(one.rate for one in chain.leads)
    # what goes round in the chain adds up to nothing only if the leads share every transition alike
    alike = all(len({item.at(one) for one in chain.leads}) == 1 for item in chain.transitions)
    for item in chain.transitions:
        energy, ratio = chain.addition_energy(item) - lead.mu, chain.degeneracy_ratio(item)
        if item.at(lead) * lead.rate == 0:
            continue
        if not alike:
            yield from _both_ways(chain, item, lead, sums, (step(energy), step(-energy)))
            continue
        both = sums[item.initial] + ratio * sums[item.final]
        for other in chain.leads:
            if other.mu != lead.mu and other.rate != 0:
                low, high = sorted((lead.mu, other.mu))
                opening = window(chain.addition_energy(item) - high, chain.addition_energy(item) - low)
                sign = 1 if lead.mu == high else -1
                yield sign * 2 * item.at(lead) * lead.rate * other.rate / whole, energy, both * opening


def _both_ways(chain: Chain, item: Transition, lead: Lead, sums: Sequence[Any], fermi: Any) -> Iterator[Any]:
    """Yield what enters through a transition and, with its sign, what leaves."""
    strength, energy = 2 * item.at(lead) * lead.rate, chain.addition_energy(item) - lead.mu
    yield strength, energy, sums[item.initial] * fermi[0]
    yield -strength * chain.degeneracy_ratio(item), energy, sums[item.final] * fermi[1]


def _sum(terms: Sequence[tuple[Any, Asymptotic]]) -> Asymptotic:
    """Return the leading term of a sum with signs; its prefactor is 0 if all of that exponent cancel."""
    if not terms:
        return _ZERO
    lowest = min(value.exponent for _, value in terms)
    return Asymptotic(lowest, sum(factor * value.prefactor for factor, value in terms if value.exponent == lowest))


def _beyond(chain: Chain, lead: Lead, place: int, start: Fraction) -> Asymptotic:
    """Return the leading term of a sum whose terms cancel at the exponent where they start, over no total."""
    arguments = {abs(chain.fermi_argument(item, one)) for item in chain.transitions for one in chain.leads}
    unit = min(x for x in arguments if x != 0)
    balanced, width = start, unit
    while (start + width) / unit <= MOST_POWERS:
        try:
            total = _in_series(chain, lead, place, start + width)
        except _TooLongError:
            break
        if total.terms:
            exponent = min(total.terms)
            return Asymptotic(exponent, total.terms[exponent])
        balanced, width = start + width, 2 * width
    what = "heat" if place else "current"
    raise ArithmeticError(f"{what} of lead {lead.name!r}: flows balance up to exp(-{float(balanced):.6g} / kT)")


def _in_series(chain: Chain, lead: Lead, place: int, cutoff: Fraction) -> _Series:
    """Return what a lead gives, times the sum of all trees, up to a cutoff."""

    def fermi(x: Fraction) -> tuple[_Series, _Series]:
        return _Series.fermi(x, cutoff), _Series.fermi(-x, cutoff)

    sums = _tree_sums(chain, fermi)
    total = _Series({}, cutoff)
    for item in chain.transitions:
        if item.at(lead) * lead.rate != 0:
            x = chain.fermi_argument(item, lead)
            for factor, energy, value in _both_ways(chain, item, lead, sums, fermi(x)):
                total = total + factor * energy**place * value
    return total


class _TooLongError(Exception):
    """A series has too many terms."""


@dataclass(frozen=True)
class _Series:
    """Sum of c exp(-A / kT), {A: c}, exact for every A below the cutoff; no A is negative and no c is 0."""

    terms: Mapping[Fraction, Fraction]
    cutoff: Fraction

    @classmethod
    def fermi(cls, x: Fraction, cutoff: Fraction) -> _Series:
        """Return f(x / kT)."""
        if x == 0:
            return cls({Fraction(0): Fraction(1, 2)}, cutoff)
        powers = range(1 if x > 0 else 0, -int(-cutoff // abs(x)))
        sign = -1 if x > 0 else 1
        return cls({n * abs(x): Fraction(sign * (-1) ** n) for n in powers if n * abs(x) < cutoff}, cutoff)

    def __add__(self, other: _Series) -> _Series:
        terms = dict(self.terms)
        for exponent, value in other.terms.items():
            terms[exponent] = terms.get(exponent, Fraction(0)) + value
        return _Series({exponent: value for exponent, value in terms.items() if value != 0}, self.cutoff)

    def __mul__(self, other: Any) -> _Series:
        if not isinstance(other, _Series):
            return _Series({A: other * value for A, value in self.terms.items()} if other != 0 else {}, self.cutoff)
        terms: dict[Fraction, Fraction] = {}
        for A, a in self.terms.items():
            for B, b in other.terms.items():
                if self.cutoff > A + B:
                    terms[A + B] = terms.get(A + B, Fraction(0)) + a * b
            if len(terms) > MOST_TERMS:
                raise _TooLongError
        return _Series({exponent: value for exponent, value in terms.items() if value != 0}, self.cutoff)

    __rmul__ = __mul__
