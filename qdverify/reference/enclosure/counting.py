"""The generating function of full counting statistics of the rate equation, in balls.

The largest eigenvalue Lambda(theta) of the weighted rates generates the cumulants of the electrons that pass. Off the
diagonal the matrix is not negative, so that for any positive vector x the quotients (A x)_i / x_i enclose Lambda
(L. Collatz, Math. Z. 48, 221 (1942)): x need not be exact. The same holds of the transposed matrix, whose eigenvector
is tame: without a field it is 1 for every level. Approximations are columns of (A + c)^(2^k), with c so large that no
entry is negative. After two squarings the inverse iteration of T. Noda takes over (Numer. Math. 17, 382 (1971)): its
shift falls towards Lambda from above, quadratically, and stays 10^-digits of the largest rate above it, so that levels
that electrons hardly leave do no harm. If rounding spoils it, squaring goes on, which never subtracts: quotients of
such levels differ by c / 2^k at most.

Its derivatives at 0 are in `qdverify.reference.enclosure.cumulants`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import inf, log, log2
from typing import Final

from flint import arb, arb_mat, ctx

from qdverify.reference.enclosure.budget import check_time
from qdverify.reference.enclosure.moments import ball
from qdverify.reference.enclosure.transport import Device, Lead, RateEquation, Tunnelling, precisions

SQUARINGS: Final = (2, 8, 32)
"""After how many squarings of a matrix its inverse iteration is tried."""
STEPS: Final = 3
"""Approximations that the inverse iteration gives once its shift is as close as it gets."""
MOST_STEPS: Final = 40


@dataclass(frozen=True)
class Passage:
    """One way of one electron: from level to level at a rate, 1 or -1 if it enters the dot or leaves it, by a lead."""

    start: int
    to: int
    rate: arb
    electrons: int
    lead: int


def generating_function(
    equation: RateEquation,
    left: Lead,
    right: Lead,
    theta: Sequence[Fraction],
    *,
    kT: Fraction,
    gate: Fraction,
    digits: int = 12,
) -> list[arb]:
    """Enclose Lambda at each theta, to that many digits of itself or, if it is smaller, of the largest rate.

    It is 0 exactly at theta = 0.

    Raises
    ------
    ValueError
        If the levels are not connected.
    Unresolved
        If the digits are not reached.
    """
    # half of the count at either barrier: the same eigenvalue, with weights that are closer to 1
    fields = [(field / 2, -field / 2) for field in theta]
    return generating_function_of_leads(equation, left, right, theta=fields, kT=kT, gate=gate, digits=digits)


def generating_function_of_leads(
    equation: RateEquation,
    *leads: Lead,
    theta: Sequence[Sequence[Fraction]],
    kT: Fraction,
    gate: Fraction,
    digits: int = 12,
) -> list[arb]:
    """Enclose Lambda at each row of theta, with one field of each lead for the electrons that enter through it.

    Digits and errors are those of `generating_function`. Lambda is 0 exactly if all coupled leads have one field.
    """
    device = Device(equation, leads, kT, gate)
    values: dict[int, arb] = {}
    for bits in precisions(digits):
        with ctx.workprec(bits):
            passages = passages_of(device.tunnelling())
            exits = _exits(passages, len(equation.energies))
            least = inf
            for place in range(len(theta)):
                if place not in values:
                    value, reached = _largest(passages, exits, theta[place], digits)
                    least = min(least, reached)
                    if reached >= log2(10) * digits:
                        values[place] = value
        if len(values) == len(theta):
            return [values[place] for place in range(len(theta))]
        check_time(f"enclosing an eigenvalue with {bits} bits")
    raise equation.unresolved("the generating function", digits, least)


def passages_of(ways: Sequence[Tunnelling]) -> list[Passage]:
    """Return both directions of every way of electrons between two levels."""
    return [
        passage
        for way in ways
        for passage in (
            Passage(way.lower, way.upper, way.entering, 1, way.lead),
            Passage(way.upper, way.lower, way.leaving, -1, way.lead),
        )
    ]


def _exits(passages: Sequence[Passage], levels: int) -> list[arb]:
    exits = [arb(0)] * levels
    for item in passages:
        exits[item.start] += item.rate
    return exits


def _largest(
    passages: Sequence[Passage], exits: Sequence[arb], fields: Sequence[Fraction], digits: int
) -> tuple[arb, float]:
    """Return a ball that encloses the largest eigenvalue, and its bits, relative to itself or to the largest rate."""
    if len({fields[item.lead] for item in passages}) <= 1:
        return arb(0), inf
    weights = {(lead, way): (way * ball(field)).exp() for lead, field in enumerate(fields) for way in (1, -1)}
    inflow: dict[tuple[int, int], arb] = {}
    for item in passages:
        edge = item.to, item.start
        inflow[edge] = inflow.get(edge, 0) + item.rate * weights[item.lead, item.electrons]
    levels = len(exits)
    # rows are levels that are left: the left eigenvector is the tame one, populations may span thousands of decades
    rates = arb_mat([[inflow.get((b, a), arb(0)) for b in range(levels)] for a in range(levels)])
    for a, rate in enumerate(exits):
        rates[a, a] = -rate
    fastest, small = max(exits).lower(), arb(10) ** -digits
    lower, upper, value, reached = arb("-inf"), arb("inf"), arb(0, "inf"), -inf
    for x in _approximations(rates, _shift(inflow, exits), small * fastest / (4 * levels)):
        product = rates * arb_mat(levels, 1, x)
        quotients = [product[a, 0] / x[a] for a in range(levels)]
        lower = max(lower, min(q.lower() for q in quotients))
        upper = min(upper, max(q.upper() for q in quotients))
        value = lower.union(upper)
        off = value.rad() / max(abs(value).lower(), fastest)
        reached = inf if off.is_zero() else -float(off.log()) / log(2)
        if reached >= log2(10) * digits:
            break
    return value, reached


def _shift(inflow: Mapping[tuple[int, int], arb], exits: Sequence[arb]) -> arb:
    """Return by how much the diagonal is raised, so that what stays and what returns weigh alike."""
    # the geometric mean of steps there and back, lest odd and even numbers of steps hardly mix in large fields
    cycles = [(rate * inflow[start, to]).sqrt() for (to, start), rate in inflow.items()]
    return 2 * max(rate.upper() for rate in (*exits, *cycles))


def _approximations(rates: arb_mat, shift: arb, least: arb) -> Iterator[list[arb]]:
    """Yield ever better approximations of the eigenvector of the largest eigenvalue, positive and exact.

    They end where rounding, which doubles with every squaring, has taken half of the bits.
    """
    levels = rates.nrows()
    power = rates / shift
    for a in range(levels):
        power[a, a] = 1 + power[a, a]
    for squarings in range(1, ctx.prec // 2 + 1):
        check_time(f"squaring a matrix of {levels} levels with {ctx.prec} bits")
        power = power.mid() * power.mid()
        if squarings in SQUARINGS:
            yield from _by_inverses(rates.mid(), power.mid(), least.mid())
        top = max(range(levels), key=lambda a: power[a, a].mid())
        x = [power[a, top].mid() for a in range(levels)]
        if all(value > 0 for value in x):  # at once, unless levels are far from each other
            yield x
        power /= x[top]


def _by_inverses(rates: arb_mat, power: arb_mat, least: arb) -> Iterator[list[arb]]:
    """Yield approximations by inverses of sigma - rates, with sigma as little above the largest eigenvalue as `least`.

    With sigma above it the inverse is positive, and each step gives a lower sigma that is above it too, until that is
    as close as it may be. What a level lacks of the eigenvector then falls at each step by `least` over its decay rate.
    """
    levels = rates.nrows()
    x = (power * arb_mat(levels, 1, [1] * levels)).mid()
    if not all(x[a, 0] > 0 for a in range(levels)):
        return
    product = rates * x
    sigma = max((product[a, 0] / x[a, 0]).mid() for a in range(levels)) + least
    close = 0
    for _ in range(MOST_STEPS):
        check_time(f"inverting a matrix of {levels} levels with {ctx.prec} bits")
        try:
            y = _above(rates, sigma).solve(x, algorithm="approx").mid()
        except ZeroDivisionError:
            return
        if not all(y[a, 0] > 0 for a in range(levels)):
            return
        lower = (sigma - min((x[a, 0] / y[a, 0]).mid() for a in range(levels)) + least).mid()
        x = (y / max(y[a, 0] for a in range(levels))).mid()
        if sigma - lower > least:
            sigma = lower
        else:
            close += 1
            yield [x[a, 0] for a in range(levels)]
            if close == STEPS:
                return


def _above(rates: arb_mat, sigma: arb) -> arb_mat:
    """Return sigma - rates, rounded."""
    matrix = -rates
    for a in range(rates.nrows()):
        matrix[a, a] = (matrix[a, a] + sigma).mid()
    return matrix
