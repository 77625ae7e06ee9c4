"""The third cumulant of the electrons counted, from the surprises of the noise.

With n the electrons that enter through a barrier, <n^k>_c grows as c_k t: c_1 = I, c_2 = S (`numeric.noise`), and c_3
says how skew the distribution is. Let xi = chi + D be the surprise of a transition, as in `numeric.noise`: n - I t is a
sum of surprises, up to terms that do not grow. The variance itself grows at a rate that depends on the state, q_i = sum
over transitions of W xi^2 with the mean S; let H_ij be by how much a start in i earns more of q than one in j. Then

    c_3 = sum P_i W_ji (xi^3 + 3 xi H_ji),

a third moment of single surprises, and the correlation of a surprise with the variance that it brings about. D and H
come out of the same elimination. At V = 0 between equal temperatures c_3 = 0 exactly: electrons pass both ways alike.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from numeric.chain import exchange_electrons
from numeric.current import flow_error_bound
from numeric.estimates import Estimate, least_of, zeros
from numeric.level_scheme import Lead, LevelScheme, as_two_leads
from numeric.local_counts import local_counts
from numeric.network import Network
from numeric.noise import (
    Surprises,
    advantages,
    magnitude_of_surprises,
    shot_noise,
    squared_surprises,
    surprises_of,
    tally_of,
)
from numeric.rates import LeadRates
from numeric.scaled import Scaled, added, difference, larger, magnitude, multiply, signed_sum, stacked, times
from numeric.stationary import populations_at, rates_at_point
from numeric.transport import currents, in_equilibrium
from numeric.validation import as_float

STEP = 2.0**-4
"""Change of a chemical potential, in kT, that shows how much the third cumulant changes with the rates."""
DOUBTFUL = 2.0**-36
"""Relative error of the third cumulant from which on its size is worth a second computation."""


@dataclass(frozen=True, eq=False)
class Cumulants:
    """Growth rates of the first three cumulants of the number of electrons that pass from L to R.

    Parameters
    ----------
    current, noise, third
        c_1 = I, c_2 = S and c_3, in the units of t.
    """

    current: Estimate
    noise: Estimate
    third: Estimate


def cumulants(
    scheme: LevelScheme,
    leads: Sequence[Lead],
    *,
    kT: float,
    gate: float = 0.0,
    resolved: bool = False,
    zeeman: float = 0.0,
) -> Cumulants:
    """Return current, noise and third cumulant between the leads "L" and "R".

    Parameters and errors are those of `numeric.transport.currents`.

    Examples
    --------
    One spin-degenerate level at full bias: electrons keep a distance, so that large numbers are rarer than small ones.

    >>> from numeric import Lead, LevelScheme, cumulants
    >>> scheme = LevelScheme([0, 1], [0.0, 0.1], [0, 1], [0], [1], [0.5])
    >>> leads = [Lead("L", rate=1.0, mu=0.5), Lead("R", rate=1.0, mu=-0.5)]
    >>> found = cumulants(scheme, leads, kT=0.01)
    >>> round(float(found.third) / float(found.current), 6)
    0.259259
    """
    left, right = sorted(as_two_leads(leads), key=lambda lead: lead.name)
    kT = as_float("kT", kT, positive=True)
    solve = partial(_cumulants, scheme, kT=kT, gate=gate, resolved=resolved, zeeman=zeeman)
    return with_sensitivity(solve([left, right]), lambda: solve([moved(left, kT), right]))


def _cumulants(
    scheme: LevelScheme, leads: Sequence[Lead], *, kT: float, gate: float, resolved: bool, zeeman: float
) -> Cumulants:
    """Return the cumulants between L and R, in that order; the third without its size."""
    options = {"kT": kT, "gate": gate, "zeeman": zeeman}
    network, rates = rates_at_point(scheme, leads, resolved=resolved, mu_slope=np.zeros(2), **options)
    if in_equilibrium(network.chain, leads, kT) or not exchange_electrons(network.chain):
        known = shot_noise(scheme, leads, resolved=resolved, **options)
        return Cumulants(known.current, known.noise, zeros(1))
    current = currents(scheme, leads, resolved=resolved, **options).best
    populations = populations_at(network, rates)
    last = int(populations.scaled.log10()[:, 0].argmax())
    counts = local_counts(network, rates, populations, 1)
    tally = tally_of(network, rates, current, counts)
    found = surprises_of(network, rates, populations, advantages(network, rates, tally, last), counts)
    noise = squared_surprises(network, found)
    current = replace(current, size=magnitude_of_surprises(found))
    return Cumulants(current, noise, third_cumulant(network, rates, found, noise, last))


def moved(lead: Lead, kT: float) -> Lead:
    """Return a lead whose chemical potential is off by a small share of its temperature, up or, at the end, down."""
    step = STEP * (kT if lead.kT is None else lead.kT)
    up = lead.mu + step
    return replace(lead, mu=up if np.isfinite(up) else lead.mu - step)


def with_sensitivity(found: Cumulants, at_other_bias: Callable[[], Cumulants]) -> Cumulants:
    """Return cumulants whose third has a size, if its error is no small part of it.

    Parameters
    ----------
    at_other_bias
        Returns the cumulants with the counted leads `moved`. That changes no logarithm of a rate by more than `STEP`,
        so that the third cumulant changes by no more than this times the sum of its derivatives by them. It is 0 at
        rest and at a bias where it changes its sign. Half of what is known of the change is taken, as the step is no
        derivative.
    """
    third = found.third
    if third.relative_error[0] <= DOUBTFUL:
        return found
    other = at_other_bias().third
    change = least_of(Estimate(difference(other.scaled, third.scaled), added(other.error, third.error)))
    return replace(found, third=replace(third, size=larger(magnitude(third.scaled), times(0.5 / STEP, change))))


def third_cumulant(network: Network, rates: LeadRates, found: Surprises, noise: Estimate, last: int) -> Estimate:
    """Return the third cumulant of the surprises."""
    unit = flow_error_bound(network)
    ahead = advantages(network, rates, _variance_tally(network, found, noise, unit), last)
    step = ahead[:, found.target, found.origin]
    H, H_slack = step[0], Scaled(step.mantissa[1] * unit, step.exponent[1])
    xi, slack = found.surprise, found.slack
    size, H_size = (magnitude(part) for part in (xi, H))
    cube = multiply(xi, multiply(xi, xi))
    value = signed_sum(multiply(found.flow, added(cube, times(3.0, multiply(xi, H)))))
    # first order in each error, with the other factors as large as they may be
    wide, H_wide = added(size, slack), added(H_size, H_slack)
    doubt = added(
        times(3.0, multiply(slack, multiply(wide, wide))),
        times(3.0, multiply(wide, H_slack)),
        times(3.0, multiply(H_wide, slack)),
        times(2.0 * unit, multiply(size, multiply(size, size))),
        times(6.0 * unit, multiply(size, H_size)),
    )
    return Estimate(value, signed_sum(multiply(found.flow, doubt)))


def _variance_tally(network: Network, found: Surprises, noise: Estimate, unit: float) -> Scaled:
    """Return q_i - S and the magnitudes that bound its error over `unit`, (2, states, points)."""
    squares = multiply(found.rate, multiply(found.surprise, found.surprise))
    wide = added(times(2.0, magnitude(found.surprise)), found.slack)
    doubts = added(squares, times(1.0 / unit, multiply(found.rate, multiply(found.slack, wide))))
    rows = []
    for state in range(network.chain.states):
        own = np.flatnonzero(found.origin == state)
        rows.append((signed_sum(squares[own]), signed_sum(doubts[own])))
    mean, mean_doubt = noise.scaled, added(noise.scaled, times(1.0 / unit, noise.error))
    values = [difference(square, mean) for square, _ in rows]
    sizes = [added(doubt, mean_doubt) for _, doubt in rows]
    return stacked([stacked(values), stacked(sizes)])
