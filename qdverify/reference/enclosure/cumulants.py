"""Cumulants of the electrons that pass between leads, in balls.

Lambda(theta) is the largest eigenvalue of the rates in which every counted electron has the weight e^theta, and the
cumulants are its derivatives at 0. Its eigenvector x solves, for every level k,

    (exit_k + Lambda - A_kk) x_k = sum over i != k of A_ki x_i.

Elimination of level k adds A_jk A_ki / (exit_k + Lambda - A_kk) to A_ji, i = j included; of the last level there
remains Lambda - A_00 = 0. All of these are series in theta. To lowest order the divisor is the sum of the rates to the
levels that are left (W. K. Grassmann, M. I. Taksar and D. P. Heyman, Oper. Res. 33, 1107 (1985)), so that no rate is a
difference. Its higher orders are what is counted while the chain is in k, less what the current counts in that time:
known relatively, however seldom k is left. What Lambda changes by, Lambda - A_00 changes by 1/P_0 times as much, which
gives Lambda order by order.

Without a bias no current flows, odd cumulants vanish, and the noise is twice what the force 1 at the counted leads
dissipates (`qdverify.reference.enclosure.network`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from fractions import Fraction
from typing import Final

from flint import arb, arb_series, ctx

from qdverify.reference.enclosure.budget import check_time, paced
from qdverify.reference.enclosure.counting import Passage, passages_of
from qdverify.reference.enclosure.lead_response import lead_response
from qdverify.reference.enclosure.transport import Lead, RateEquation, precisions

FACTORIALS: Final = (1, 1, 2, 6)
Cumulants = tuple[arb, arb, arb]


def counted_cumulants(
    equation: RateEquation, left: Lead, right: Lead, *, kT: Fraction, gate: Fraction, digits: int = 12
) -> Cumulants:
    """Enclose current, noise and third cumulant of the electrons that pass from left to right.

    A cumulant that is smaller than 10^-digits of the noise has its digits in units of that. Without a bias the current
    and the third cumulant are 0 exactly; so is all if one of the leads is not coupled.

    Raises
    ------
    ValueError
        If the levels are not connected.
    Unresolved
        If the digits are not reached.
    """
    return cumulants_of_leads(equation, left, right, counted=(0,), kT=kT, gate=gate, digits=digits)


def cumulants_of_leads(
    equation: RateEquation, *leads: Lead, counted: Sequence[int], kT: Fraction, gate: Fraction, digits: int = 12
) -> Cumulants:
    """Enclose current, noise and third cumulant of the electrons that enter through the counted leads, by place.

    Digits and errors are those of `counted_cumulants`. If all coupled leads are counted, or none, nothing grows.
    """
    equation.require_one_state(leads, kT)
    coupled = equation.coupled(leads)
    if len({place in counted for place in coupled}) <= 1:
        return arb(0), arb(0), arb(0)
    if equation.at_rest(leads, kT):
        groups = [[place for place in coupled if (place in counted) is inside] for inside in (True, False)]
        found = lead_response(equation, *leads, kT=kT, gate=gate, digits=digits, groups=groups)
        return arb(0), 2 * found[0][0], arb(0)
    for bits in precisions():
        with ctx.workprec(bits):
            ways = equation.tunnelling(leads, kT, gate)
            result = _series(passages_of(ways), equation.populations(ways), counted)
            small = arb(10) ** -digits
            floor = abs(result[1]).lower() * small
            if all(value.rad() <= small * max(abs(value).lower(), floor) for value in result):
                return result
        check_time(f"solving for cumulants with {bits} bits")
    raise equation.unresolved("the cumulants", digits, float(result[1].rel_accuracy_bits()))


def _series(passages: Sequence[Passage], populations: Sequence[arb], counted: Sequence[int]) -> Cumulants:
    """Return three cumulants at the current precision."""
    levels = len(populations)
    order = sorted(range(levels), key=lambda k: populations[k].mid(), reverse=True)
    steps = [(order.index(item.start), order.index(item.to), item) for item in passages]
    growth = [arb(0)]
    with _orders(len(FACTORIALS)):
        for highest in (1, 2, 3):
            orders = range(highest + 1)
            flows: list[dict[int, arb_series]] = [{} for _ in range(levels)]
            for start, to, item in steps:
                count = item.electrons if item.lead in counted else 0
                weighted = [item.rate * count**order / FACTORIALS[order] for order in orders]
                _add(flows[start], to, arb_series(weighted, highest + 1))
            growth.append(arb(0))
            remaining = _eliminated(flows, growth)
            growth[highest] = remaining[highest] * populations[order[0]]
    return growth[1], 2 * growth[2], 6 * growth[3]


@contextmanager
def _orders(count: int) -> Iterator[None]:
    """Let series have that many coefficients."""
    before, ctx.cap = ctx.cap, count
    try:
        yield
    finally:
        ctx.cap = before


def _eliminated(flows: Sequence[dict[int, arb_series]], growth: Sequence[arb]) -> arb_series:
    """Return the weight with which the first level is entered from itself once all others are eliminated.

    Parameters
    ----------
    flows
        flows[i][j] is the weighted rate from level i to j, which is changed in place.
    growth
        The coefficients of Lambda.
    """
    count, highest = len(flows), len(growth) - 1
    for k in paced(range(count - 1, 0, -1), f"eliminating {count} levels", lambda k: k * k):
        targets = [(j, flow) for j, flow in flows[k].items() if j < k]
        own = flows[k].get(k, arb_series([0], highest + 1))
        leaving = sum((flow[0] for _, flow in targets), arb(0))
        divisor = arb_series([leaving, *(growth[m] - own[m] for m in range(1, highest + 1))], highest + 1)
        for i in range(k):
            if k in flows[i]:
                share = flows[i].pop(k) / divisor
                for j, flow in targets:
                    _add(flows[i], j, share * flow)
    return flows[0].get(0, arb_series([0], highest + 1))


def _add(row: dict[int, arb_series], end: int, more: arb_series) -> None:
    row[end] = row[end] + more if end in row else more
