"""The limit T -> 0 of the current and the heat of any number of leads: leading terms, exact in the numbers given.

Populations are those of `numeric.low_temperature`. At each lead the leading terms in and out are subtracted, with the
heat E_j - E_i - gate - mu of each electron as a factor. If they cancel, conservation of electrons and of energy gives
the same number as what all other leads take together,

    sum over edges of w J_l = -sum over the other leads and all edges of w J_m,    w = 1 or E_j - E_i - gate - mu_l.

If those cancel too, the leading terms say no more than that the flow is smaller, and there is none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from numeric.chain import chain_of
from numeric.level_scheme import Lead, LevelScheme, as_leads, lead_rates
from numeric.low_temperature import ZERO, Leading, Rates, leading_rates, leading_state
from numeric.network import check_connected
from numeric.validation import as_float, as_instance


@dataclass(frozen=True, repr=False)
class LowTemperatureFlows:
    """Leading terms of one point, of the leads in the order given.

    Parameters
    ----------
    names
        Names of the leads.
    populations
        Of each level, summed over S_z.
    currents, heat
        Current from each lead into the dot, and heat out of it; prefactors carry the sign. None if what enters balances
        what leaves to leading order, so that the limit is smaller than every term here.
    """

    names: tuple[str, ...]
    populations: tuple[Leading, ...]
    currents: tuple[Leading | None, ...]
    heat: tuple[Leading | None, ...]

    def __repr__(self) -> str:
        return f"LowTemperatureFlows(names={self.names}, {len(self.populations)} levels)"


def low_temperature_flows(scheme: LevelScheme, leads: Sequence[Lead], *, gate: float = 0.0) -> LowTemperatureFlows:
    """Return populations, currents and heat currents between any number of leads as kT -> 0.

    Parameters
    ----------
    scheme
        Levels and transitions; M common to all leads or one column for each. Levels are not split: no Zeeman field.
    leads
        Any number of leads without temperatures of their own: the limit would depend on the ratios of the temperatures.
    gate
        As `numeric.stationary.stationary_state`.

    Raises
    ------
    ValueError
        If a lead has a kT of its own, a number is not finite, or there is more than one closed class.

    Examples
    --------
    >>> from numeric import Lead, LevelScheme, low_temperature_flows
    >>> scheme = LevelScheme([0, 1], [0.0, 0.0], [0, 1], [0], [1], [0.5])
    >>> leads = [Lead("source", 1.0, 0.5), Lead("drain", 1.0, -0.5), Lead("probe", 1.0, -0.25)]
    >>> found = low_temperature_flows(scheme, leads)
    >>> [str(current.prefactor) for current in found.currents], [str(heat.prefactor) for heat in found.heat]
    (['1/2', '-1/4', '-1/4'], ['-1/4', '-1/8', '-1/16'])
    """
    scheme, leads = as_instance("scheme", scheme, LevelScheme), as_leads(leads)
    own = [lead.name for lead in leads if lead.kT is not None]
    if own:
        raise ValueError(f"lead {own[0]!r}: kT must be None: every temperature goes to zero here")
    phi = Fraction(as_float("gate", gate))
    check_connected(chain_of(scheme, lead_rates(leads), resolved=False, zeeman=0.0))
    rates = [leading_rates(scheme, number, lead, phi) for number, lead in enumerate(leads)]
    populations = leading_state(scheme.energies.size, rates)
    feeding = {lead.mu for lead, fed in zip(leads, rates, strict=True) if fed}
    currents: list[Leading | None] = []
    heat: list[Leading | None] = []
    for number, lead in enumerate(leads):
        if len(feeding) < 2 or not rates[number]:
            currents.append(ZERO)
            heat.append(ZERO)
            continue
        currents.append(_flow(scheme, rates, populations, number, None))
        heat.append(_flow(scheme, rates, populations, number, phi + Fraction(lead.mu)))
    return LowTemperatureFlows(tuple(lead.name for lead in leads), populations, tuple(currents), tuple(heat))


def _flow(
    scheme: LevelScheme, rates: Sequence[Rates], populations: Sequence[Leading], lead: int, above: Fraction | None
) -> Leading | None:
    """Return the leading flow of electrons through a lead, or of energy counted from `above`."""
    others = [fed for number, fed in enumerate(rates) if number != lead]
    for sign, counted in ((1, rates[lead : lead + 1]), (-1, others)):
        terms = [term for fed in counted for term in _terms(scheme, fed, populations, above)]
        if not terms:
            return ZERO
        smallest = min(term.action for term in terms)
        total = sum((term.prefactor for term in terms if term.action == smallest), Fraction(0))
        if total:
            return Leading(sign * total, smallest)
    return None


def _terms(scheme: LevelScheme, rates: Rates, populations: Sequence[Leading], above: Fraction | None) -> list[Leading]:
    """Return what enters and, with its sign, what leaves through a lead; nothing for edges that carry nothing."""
    terms = []
    for (j, i), rate in rates.items():
        carried = Fraction(int(scheme.electrons[j] - scheme.electrons[i]))
        if above is not None:
            carried = Fraction(scheme.energies[j].item()) - Fraction(scheme.energies[i].item()) - carried * above
        if carried:
            flow = rate * populations[i]
            terms.append(Leading(carried * flow.prefactor, flow.action))
    return terms
