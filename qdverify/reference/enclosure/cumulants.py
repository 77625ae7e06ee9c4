"""Cumulants of the electrons that pass between leads, in balls.

Lambda(theta) is the largest eigenvalue of the rates in which every counted electron has the weight e^theta, and the
cumulants are its derivatives at 0. Its eigenvector x solves, for every level k,

    (exit_k + Lambda - A_kk) x_k = sum over i != k of A_ki x_i.

Elimination of level k adds A_jk A_ki / (exit_k + Lambda - A_kk) to A_ji, i = j included; of the last level there
remains Lambda - A_00 = 0. All of these are series in theta. To lowest order the divisor is the sum of the rates to the
levels that are left (W. K. Grassmann, M. I. Taksar and D. P. Heyman, Oper. Res. 33, 1107 (1985)), so that no rate is a
difference. Its higher orders are what is counted while the chain is in k, less what the current counts in that time:
known relatively, however seldom k is left. What Lambda changes by, Lambda - A_00 changes by 1/P_0 times as much, which
gives Lambda order by order. Its first order is the current. The level that is left is the most likely one.

Without a bias no current flows, odd cumulants vanish, and the noise is twice what the force 1 at the counted leads
dissipates (`qdverify.reference.enclosure.network`).
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Final

from flint import arb, arb_series, ctx

from qdverify.reference.enclosure.budget import check_time
from qdverify.reference.enclosure.elimination import coefficients, eliminate
from qdverify.reference.enclosure.lead_response import lead_response
from qdverify.reference.enclosure.transport import (
    BITS_A_DIGIT,
    Device,
    Lead,
    RateEquation,
    Tunnelling,
    accurate_bits,
    precisions,
)

FACTORIALS: Final = (1, 1, 2, 6)
Cumulants = tuple[arb, arb, arb]
Flow = tuple[int, int, Sequence[arb]]
"""Two levels, and the rate from the first to the second as the coefficients of a series in theta."""


def counted_noise(
    equation: RateEquation, left: Lead, right: Lead, *, kT: Fraction, gate: Fraction, digits: int = 12
) -> tuple[arb, arb]:
    """Enclose current and noise of the electrons that pass from left to right, to that many digits of each.

    A current that vanishes has three times as many digits, and 30 more, in units of its gross flow. Without a bias it
    is 0 exactly; so are both if the leads exchange no electrons, as where one is not coupled. Errors are those of
    `counted_cumulants`.
    """
    device = Device(equation, (left, right), kT, gate)
    if simple := _without_current(device, (0,), digits):
        return simple[:2]
    for bits in precisions(digits):
        with ctx.workprec(bits):
            growth, gross = _growth(device, (0,), highest=2)
            current, noise = growth[1], 2 * growth[2]
            reached = min(noise.rel_accuracy_bits(), accurate_bits(current, gross, digits))
        if reached >= BITS_A_DIGIT * digits:
            return current, noise
        check_time(f"solving for the noise with {bits} bits")
    raise equation.unresolved("the noise", digits, reached)


def counted_cumulants(
    equation: RateEquation, left: Lead, right: Lead, *, kT: Fraction, gate: Fraction, digits: int = 12
) -> Cumulants:
    """Enclose current, noise and third cumulant of the electrons that pass from left to right.

    A cumulant that is smaller than 10^-digits of the noise has its digits in units of that. Without a bias the current
    and the third cumulant are 0 exactly; so is all if the leads exchange no electrons, as where one is not coupled.

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

    Digits and errors are those of `counted_cumulants`. Nothing grows if the counted leads exchange no electrons with
    the others, as where all coupled leads are counted, or none.
    """
    device = Device(equation, leads, kT, gate)
    if simple := _without_current(device, counted, digits):
        return simple
    for bits in precisions(digits):
        with ctx.workprec(bits):
            growth, _ = _growth(device, counted, highest=3)
            result = growth[1], 2 * growth[2], 6 * growth[3]
            small = arb(10) ** -digits
            floor = abs(result[1]).lower() * small
            if all(value.rad() <= small * max(abs(value).lower(), floor) for value in result):
                return result
        check_time(f"solving for cumulants with {bits} bits")
    raise equation.unresolved("the cumulants", digits, float(result[1].rel_accuracy_bits()))


def _without_current(device: Device, counted: Sequence[int], digits: int) -> Cumulants | None:
    """Return the cumulants if leads that are counted and others exchange nothing or are at rest, and None otherwise."""
    if not _exchange(device, counted):
        return arb(0), arb(0), arb(0)
    if not device.at_rest:
        return None
    groups = [[place for place in device.coupled if (place in counted) is inside] for inside in (True, False)]
    point = {"kT": device.kT, "gate": device.gate}
    found = lead_response(device.equation, *device.leads, **point, digits=digits, groups=groups)
    return arb(0), 2 * found[0][0], arb(0)


def _exchange(device: Device, counted: Sequence[int]) -> bool:
    """Return whether electrons can pass from the counted leads to the others.

    They cannot if each level has a number of electrons that have come through the counted leads, by whichever way it
    was reached: then the count is at most what the dot holds, and grows nowhere.
    """
    ends: list[list[tuple[int, int]]] = [[] for _ in device.equation.energies]
    for edge in device.edges:
        inside = {place in counted for place in edge.open}
        if len(inside) == 2:
            return True
        ends[edge.lower].append((edge.upper, int(True in inside)))
        ends[edge.upper].append((edge.lower, -int(True in inside)))
    came, reached = {0: 0}, [0]
    for level in reached:
        for other, step in ends[level]:
            if other not in came:
                came[other] = came[level] + step
                reached.append(other)
    return any(came[other] != came[level] + step for level in reached for other, step in ends[level])


def _growth(device: Device, counted: Sequence[int], highest: int) -> tuple[list[arb], arb]:
    """Return the coefficients of Lambda at the current precision, and the gross flow that the first is a part of."""
    ways, levels = device.tunnelling(), len(device.equation.energies)
    populations = device.populations(ways)
    last = max(range(levels), key=lambda k: populations[k].mid())
    net, gross = (device.flows(populations, ways, gross=both) for both in (False, True))
    flows, growth = _flows(ways, counted), [arb(0), sum((net[place] for place in counted), arb(0))]
    for order in range(2, highest + 1):
        growth.append(arb(0))
        with coefficients(order + 1):
            growth[order] = _remaining(flows, growth, levels, last)[order] * populations[last]
    return growth, sum((gross[place] for place in counted), arb(0))


def _flows(ways: Sequence[Tunnelling], counted: Sequence[int]) -> list[Flow]:
    """Return the rates between levels, weighted with e^theta to the power of the electrons that are counted."""
    sums: dict[tuple[int, int, int], list[arb]] = {}
    for way in ways:
        for ends, rate in (((way.lower, way.upper, 1), way.entering), ((way.upper, way.lower, -1), way.leaving)):
            both = sums.setdefault(ends, [arb(0), arb(0)])
            both[0] += rate
            if way.lead in counted:
                both[1] += rate
    return [
        (start, to, [whole, *(sign**order * part / FACTORIALS[order] for order in (1, 2, 3))])
        for (start, to, sign), (whole, part) in sums.items()
    ]


def _remaining(flows: Sequence[Flow], growth: Sequence[arb], levels: int, last: int) -> arb_series:
    """Return the weight with which the last level is entered from itself once all others are eliminated.

    Parameters
    ----------
    growth
        The coefficients of Lambda, as many as series have.
    """
    work: list[dict[int, arb_series]] = [{} for _ in range(levels)]
    for start, to, rate in flows:
        work[start][to] = arb_series(rate[: len(growth)])

    def divisor(leaving: arb_series, own: arb_series | None) -> arb_series:
        counted = arb_series([0]) if own is None else own
        return arb_series([leaving[0], *(growth[m] - counted[m] for m in range(1, len(growth)))])

    eliminate(work, last, divisor, returns=True)
    return work[last].get(last, arb_series([0]))
