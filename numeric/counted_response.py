"""Onsager's matrix from what passages count: the noise at rest, by the fluctuation-dissipation theorem.

At rest the numbers that leads count grow by S_jk = 2 L_jk in their covariance, and S_jk = sum of P W xi_j xi_k over all
passages with the surprises xi of `numeric.noise`. What strong exchange counts in and out again is left out from the
start (`numeric.local_counts`), so that a response between two leads is known beside exchange with a third one that is
decades stronger. It costs more than `numeric.tilted`, whose bounds are of second order in what the slopes are off by.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from numeric.arrays import FloatArray, IntArray
from numeric.current import flow_error_bound
from numeric.elimination import Quantities
from numeric.estimates import Estimate, least_of, less_doubtful, shifted, zeros
from numeric.local_counts import by_flow, of_passages, strengths
from numeric.local_forces import local_forces
from numeric.network import Network
from numeric.noise import Surprises, advantages, surprises_of, tally_of
from numeric.rates import LeadRates
from numeric.scaled import (
    Scaled,
    added,
    from_float,
    magnitude,
    multiply,
    near_one,
    signed_sum,
    stacked,
    times,
)
from numeric.stationary import populations_at

Tilt = tuple[int, FloatArray, FloatArray]
NUMBERS_AT_ONCE = 100_000
"""Points times squared states at once: each takes some hundred bytes."""


@dataclass(frozen=True)
class _Row:
    """What one lead counts: its surprises, and two counts whose mean flow is the same, (2 leads edges, points) each.

    Parameters
    ----------
    counts
        What is left of counts beside the strongest exchange, and the counts themselves, with bounds on their errors.
    """

    found: Surprises
    counts: tuple[tuple[Scaled, Scaled], ...]


def counted_response(network: Network, rates: LeadRates, tilts: Sequence[Tilt]) -> Estimate:
    """Return the matrix of responses, (tilts, tilts, points); a size is that of flows through the lead of the row.

    Parameters
    ----------
    network, rates
        The chain at rest, and its rates.
    tilts
        For each row a lead, what an electron carries in through it along each edge, and a bound on its error,
        (edges, points).
    """
    populations, n = populations_at(network, rates), len(tilts)
    planes = np.zeros((6, n, n, rates.data.shape[-1]))
    leads, scaled = [lead for lead, *_ in tilts], [near_one(x, error) for _, x, error in tilts]
    for points in _alike(network, rates, populations):
        own = [(lead, x[:, points], error[:, points]) for lead, (x, error, _) in zip(leads, scaled, strict=True)]
        found = _of_points(network, rates.at(points), populations.at(points), own)
        for place, part in enumerate((found.scaled, found.error, found.magnitudes)):
            planes[2 * place : 2 * place + 2, ..., points] = part.mantissa, part.exponent
    power = np.stack([power for *_, power in scaled])
    return shifted(Estimate(*(Scaled(*planes[place : place + 2]) for place in (0, 2, 4))), power[:, None] + power)


def _alike(network: Network, rates: LeadRates, populations: Quantities) -> Iterator[IntArray]:
    """Yield points that share their most populated state and the order of their flows, not too many at once."""
    order = np.argsort(-strengths(network, rates.data, populations.scaled), axis=0, kind="stable")
    last = populations.scaled.log10().argmax(axis=0)
    kinds, kind = np.unique(np.vstack([last, order]), axis=1, return_inverse=True)
    size = max(1, NUMBERS_AT_ONCE // network.chain.states**2)
    for number in range(kinds.shape[1]):
        points = np.flatnonzero(kind.ravel() == number)
        yield from (points[start : start + size] for start in range(0, points.size, size))


def _of_points(network: Network, rates: LeadRates, populations: Quantities, tilts: Sequence[Tilt]) -> Estimate:
    """Return the matrix at points that share a tree of strongest exchange."""
    last = int(populations.scaled.log10()[:, 0].argmax())
    rows = [_row(network, rates, populations, tilt, last) for tilt in tilts]
    unit, n = flow_error_bound(network), len(rows)
    found = {(i, j): _response(rows[i], rows[j], unit) for j in range(n) for i in range(j + 1)}
    both = [found[min(i, j), max(i, j)] for i in range(n) for j in range(n)]
    sizes = [_through_lead(row, column) for row in rows for column in rows]
    parts = ([one.scaled for one in both], [one.error for one in both], sizes)
    return Estimate(*(stacked(part).reshape(n, n, -1) for part in parts))


def _row(network: Network, rates: LeadRates, populations: Quantities, tilt: Tilt, last: int) -> _Row:
    lead, x, x_error = tilt
    points = x.shape[-1]
    counted = np.arange(network.chain.leads) == lead
    left = local_forces(network.chain, by_flow(network, rates, populations, counted), x, x_error)
    counts = of_passages(counted, left.own, left.others)
    errors = np.abs(of_passages(counted, left.own_error, left.others_error))
    tally = tally_of(network, rates, zeros(points), counts, errors)
    found = surprises_of(network, rates, populations, advantages(network, rates, tally, last), counts)
    pairs = [(counts, errors), (of_passages(counted, x, 0.0 * x), np.abs(of_passages(counted, x_error, 0.0 * x)))]
    scaled = tuple(
        (from_float(value.reshape(-1, points)), from_float(error.reshape(-1, points))) for value, error in pairs
    )
    rounding = times(2.0**-52, magnitude(found.surprise))
    return _Row(replace(found, slack=added(found.slack, scaled[0][1], rounding)), scaled)


def _response(row: _Row, column: _Row, unit: float) -> Estimate:
    """Return half the sum of P W xi xi', or of P W chi xi', whichever is known best."""
    one, other = row.found, column.found
    best = _half(one.flow, (one.surprise, one.slack), other, unit)
    for counts, surprises in ((row.counts, other), (column.counts, one)):
        for count in counts:
            best = less_doubtful(best, _half(one.flow, count, surprises, unit))
    return best


def _through_lead(row: _Row, column: _Row) -> Scaled:
    """Return the least sum of magnitudes of flows through the lead of the row that the column's lead may drive."""
    other = column.found
    through, driven = (least_of(Estimate(*pair)) for pair in (row.counts[1], (other.surprise, other.slack)))
    return times(0.5 - 2.0**-20, signed_sum(multiply(row.found.flow, multiply(through, driven))))


def _half(flow: Scaled, factor: tuple[Scaled, Scaled], other: Surprises, unit: float) -> Estimate:
    """Return half the sum of flows times a factor, given with a bound on its error, times surprises."""
    value, error = factor
    terms = multiply(flow, multiply(value, other.surprise))
    doubt = added(
        multiply(error, added(magnitude(other.surprise), other.slack)), multiply(magnitude(value), other.slack)
    )
    bound = added(signed_sum(multiply(flow, doubt)), times(unit, signed_sum(magnitude(terms))))
    return Estimate(times(0.5, signed_sum(terms)), times(0.5, bound))
