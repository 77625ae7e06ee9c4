"""The third cumulant of the electrons counted, from the surprises of the noise.

With n the electrons that enter through a barrier, <n^k>_c grows as c_k t: c_1 = I, c_2 = S (`numeric.noise`), and c_3
says how skew the distribution is. Let xi = chi + D be the surprise of a transition, as in `numeric.noise`: n - I t is a
sum of surprises, up to terms that do not grow. The variance itself grows at a rate that depends on the state, q_i = sum
over transitions of W xi^2 with the mean S; let H_ij be by how much a start in i earns more of q than one in j. Then

    c_3 = sum P_i W_ji (xi^3 + 3 xi H_ji),

a third moment of single surprises, and the correlation of a surprise with the variance that it brings about. D and H
come out of the same elimination. At V = 0 between equal temperatures c_3 = 0 exactly: electrons pass both ways alike.

*What its error is compared with.* Near rest, and where it changes its sign, c_3 is a small difference of large terms.
Relative errors of the rates change it by up to the sum of abs(d c_3 / d ln W) over all passages, which is no less than
abs(c_3) and its change along any one direction a of the logarithms with abs(a) <= 1. Here passages into the dot through
counted leads become more frequent and those out of it rarer, as by a bias. With K for c_3 what H is for S,

    I'   = sum P W a xi,                                        and xi' from W a xi,
    S'   = sum P W (a (xi^2 + H) + 2 xi xi'),                   and H' from W (a (xi^2 + H) + 2 xi xi'),
    c_3' = sum P W (a (xi^3 + 3 xi H + K) + 3 xi' (xi^2 + H) + 3 xi H').

Populations change too: a times H, or K, is what that makes of the mean.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from numeric.chain import exchange_electrons
from numeric.estimates import Estimate, least_of, product, sum_of, zeros
from numeric.level_scheme import Lead, LevelScheme, as_two_leads
from numeric.local_counts import local_counts, of_passages
from numeric.noise import (
    advantages,
    magnitude_of_surprises,
    shot_noise,
    squared_surprises,
    surprises_of,
    tally_of,
)
from numeric.passages import Passages
from numeric.scaled import from_float, larger, times
from numeric.stationary import populations_at, rates_at_point
from numeric.transport import currents, in_equilibrium
from numeric.validation import as_float

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
    leads, options = [left, right], {"kT": kT, "gate": gate, "zeeman": zeeman}
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
    return Cumulants(current, noise, third_cumulant(Passages(network, rates, found, last), noise, 1))


def third_cumulant(passages: Passages, noise: Estimate, counted: int) -> Estimate:
    """Return the third cumulant, (1,), with a size of its own if its error is no small part of it.

    Parameters
    ----------
    noise
        The second, (1,).
    counted
        How many leads are counted, from the first one on.
    """
    xi = passages.surprise
    square = product(xi, xi)
    H = passages.advantage(square, noise)
    cube = sum_of(product(square, xi), _multiple(3.0, product(xi, H)))
    third = passages.mean(cube)
    if third.relative_error[0] <= DOUBTFUL:
        return third
    chain = passages.network.chain
    ones = np.ones((chain.lower.size, 1))
    in_and_out = of_passages(np.arange(chain.leads) < counted, ones, 0.0 * ones).reshape(-1, 1)
    a = Estimate(from_float(in_and_out), from_float(0.0 * in_and_out))
    of_current = product(a, xi)
    change_of_xi = passages.advantage(of_current, passages.mean(of_current))
    of_noise = sum_of(product(a, sum_of(square, H)), _multiple(2.0, product(xi, change_of_xi)))
    change_of_H = passages.advantage(of_noise, passages.mean(of_noise))
    K = passages.advantage(cube, third)
    by_surprises = sum_of(product(change_of_xi, sum_of(square, H)), product(xi, change_of_H))
    change = passages.mean(sum_of(product(a, sum_of(cube, K)), _multiple(3.0, by_surprises)))
    return replace(third, size=larger(least_of(third), least_of(change)))


def _multiple(factor: float, value: Estimate) -> Estimate:
    """Return a small whole number of times a value: a product counts more roundings than it has."""
    return Estimate(times(factor, value.scaled), times(factor, value.error))
