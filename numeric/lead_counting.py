"""Cumulants of the electrons that enter through one lead, or through several together, of any number of leads.

The surprises of `numeric.noise` and `numeric.counting` know of other leads only that their electrons count nothing: chi
is 1 or -1 for electrons in or out through a counted lead, whichever it is. The counts of several leads are one count.
If all coupled leads are counted, or none, the count stays within what the dot holds: nothing grows. Nor does it where
each state of the dot tells the count, as no electron passes from the counted leads to the others.
At rest, where all coupled leads have one chemical potential and one temperature, the noise is 2 sum L_lk over the
counted leads, with the matrix of `numeric.lead_response`; current and third cumulant are exactly 0.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

import numpy as np

from numeric.chain import coupled_leads, exchange_electrons
from numeric.counting import Cumulants, third_cumulant
from numeric.estimates import Estimate, less_doubtful, zeros
from numeric.lead_response import lead_response
from numeric.level_scheme import Lead, LevelScheme, as_leads, lead_temperatures
from numeric.local_counts import local_counts, mean_count
from numeric.network import UNIT
from numeric.noise import advantages, magnitude_of_surprises, squared_surprises, surprises_of, tally_of
from numeric.passages import Passages
from numeric.scaled import Scaled, added, magnitude, normalise_signed
from numeric.stationary import populations_at, rates_at_point
from numeric.transport import flows_into, in_equilibrium
from numeric.validation import as_float


def lead_cumulants(
    scheme: LevelScheme,
    leads: Sequence[Lead],
    counted: Sequence[str],
    *,
    kT: float,
    gate: float = 0.0,
    resolved: bool = False,
    zeeman: float = 0.0,
) -> Cumulants:
    """Return current, noise and third cumulant of the electrons that enter the dot through the counted leads.

    Parameters
    ----------
    leads
        Any number of leads.
    counted
        Names of one or more of them, whose electrons are counted together: +1 into the dot, -1 out of it.
    scheme, kT, gate, resolved, zeeman
        As `numeric.stationary.stationary_state`.

    Raises
    ------
    ValueError
        If `counted` is empty, names a lead twice or one that there is not, or as `numeric.stationary.stationary_state`.

    Examples
    --------
    Two sources at full bias are one source of twice the rate to the drain:

    >>> from numeric import Lead, LevelScheme, lead_cumulants
    >>> scheme = LevelScheme([0, 1], [0.0, 0.1], [0, 1], [0], [1], [0.5])
    >>> leads = [Lead("a", 1.0, 0.5), Lead("b", 1.0, 0.5), Lead("drain", 1.0, -0.5)]
    >>> found = lead_cumulants(scheme, leads, ["a", "b"], kT=0.01)
    >>> [round(float(value), 6) for value in (found.current, found.noise, found.third)]
    [0.4, 0.272, 0.13888]
    """
    chosen, kT = as_leads(leads), as_float("kT", kT, positive=True)
    scheme, chosen = _counted_first(scheme, chosen, counted)
    count = len(counted)
    options = {"kT": kT, "gate": gate, "zeeman": zeeman}
    network, rates = rates_at_point(scheme, chosen, resolved=resolved, mu_slope=np.zeros(len(chosen)), **options)
    if not exchange_electrons(network.chain, count):
        return Cumulants(zeros(1), zeros(1), zeros(1))
    if in_equilibrium(network.chain, chosen, kT):
        place = int(np.flatnonzero(coupled_leads(network.chain))[0])
        mu, common = chosen[place].mu, lead_temperatures(chosen, kT)[place]
        rest = [replace(lead, mu=mu, kT=None) for lead in chosen]
        matrix = lead_response(scheme, rest, resolved=resolved, **{**options, "kT": common}).onsager
        # rows add up to 0: what the counted leads exchange with the others is the negative of what is among them
        among, across = (
            [matrix[row, column : column + 1] for row in range(count) for column in columns]
            for columns in (range(count), range(count, len(chosen)))
        )
        return Cumulants(zeros(1), less_doubtful(_total(among, 2.0), _total(across, -2.0)), zeros(1))
    flows = flows_into(network, rates, chosen, kT)
    inside, outside = range(count), range(count, len(chosen))
    # what enters through the counted leads leaves through the others: those whose flows are known better tell
    into, out_of = ([flows[lead : lead + 1] for lead in part] for part in (inside, outside))
    populations = populations_at(network, rates)
    counts = local_counts(network, rates, populations, count)
    at_leads = less_doubtful(_total(into, 1.0), _total(out_of, -1.0))
    current = less_doubtful(at_leads, mean_count(network, rates, populations, counts))
    last = int(populations.scaled.log10()[:, 0].argmax())
    ahead = advantages(network, rates, tally_of(network, rates, current, counts), last)
    found = surprises_of(network, rates, populations, ahead, counts)
    noise = squared_surprises(network, found)
    current = replace(current, size=magnitude_of_surprises(found))
    return Cumulants(current, noise, third_cumulant(Passages(network, rates, found, last), noise, count))


def _counted_first(
    scheme: LevelScheme, leads: Sequence[Lead], counted: Sequence[str]
) -> tuple[LevelScheme, list[Lead]]:
    """Return the same equation with the counted leads before all others."""
    names = [lead.name for lead in leads]
    given = [] if isinstance(counted, str) or not isinstance(counted, Collection) else [*counted]
    if not given or any(name not in names or given.count(name) > 1 for name in given):
        raise ValueError(f"counted={counted!r} must be a list of one or more of the leads {names}, each once")
    order = sorted(range(len(names)), key=lambda k: names[k] not in counted)
    M = scheme.M[:, order] if scheme.M.ndim > 1 else scheme.M
    return replace(scheme, M=M), [leads[k] for k in order]


def _total(parts: Sequence[Estimate], factor: float) -> Estimate:
    """Return the sum of numbers, times a small whole number, with a bound on its error."""
    sizes = added(*(magnitude(part.scaled) for part in parts))
    value = added(*(part.scaled for part in parts))
    error = added(*(part.error for part in parts), Scaled(sizes.mantissa * len(parts) * UNIT, sizes.exponent))
    return Estimate(
        normalise_signed(factor * value.mantissa, value.exponent),
        normalise_signed(abs(factor) * error.mantissa, error.exponent),
    )
