"""The generating function of full counting statistics of the rate equation, in balls.

The largest eigenvalue Lambda(theta) of the weighted rates generates the cumulants of the electrons that pass. Off the
diagonal the matrix is not negative, so that for any positive vector x the quotients (A x)_i / x_i enclose Lambda
(L. Collatz, Math. Z. 48, 221 (1942)): x need not be exact. A column of (A + c)^(2^k) is a good one, with c so large
that no entry is negative: squaring midpoints never subtracts, so that every component keeps its digits, however cold
the leads are. Quotients of levels that electrons hardly leave differ by c / 2^k at most, whence some 66 squarings for
10^-20 of c.

Its derivatives at 0 are in `qdverify.reference.enclosure.cumulants`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from flint import arb, arb_mat, ctx

from qdverify.reference.enclosure.budget import check_time
from qdverify.reference.enclosure.moments import ball
from qdverify.reference.enclosure.transport import Lead, RateEquation, precisions


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
    equation.require_one_state(leads, kT)
    values: list[arb | None] = [None] * len(theta)
    for bits in precisions():
        with ctx.workprec(bits):
            passages = passages_of(equation, leads, kT, gate)
            exits = _exits(passages, len(equation.energies))
            values = [
                _largest(passages, exits, fields, digits) if value is None else value
                for value, fields in zip(values, theta, strict=True)
            ]
        found = [value for value in values if value is not None]
        if len(found) == len(theta):
            return found
        check_time(f"enclosing an eigenvalue with {bits} bits")
    raise equation.unresolved("the generating function", digits, 0.0)


def passages_of(equation: RateEquation, leads: Sequence[Lead], kT: Fraction, gate: Fraction) -> list[Passage]:
    """Return every way of an electron between two levels, at the current precision."""
    return [
        passage
        for way in equation.tunnelling(leads, kT, gate)
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


def _largest(passages: Sequence[Passage], exits: Sequence[arb], fields: Sequence[Fraction], digits: int) -> arb | None:
    """Return a ball that encloses the largest eigenvalue; None if the precision is not enough for the digits."""
    if len({fields[item.lead] for item in passages}) <= 1:
        return arb(0)
    weights = {(lead, way): (way * ball(field)).exp() for lead, field in enumerate(fields) for way in (1, -1)}
    inflow: dict[tuple[int, int], arb] = {}
    for item in passages:
        edge = item.to, item.start
        inflow[edge] = inflow.get(edge, 0) + item.rate * weights[item.lead, item.electrons]
    fastest, small = max(exits).lower(), arb(10) ** -digits
    lower, upper = arb("-inf"), arb("inf")
    for x in _approximations(inflow, exits):
        quotients = [-rate for rate in exits]
        for (to, start), rate in inflow.items():
            quotients[to] += rate * x[start] / x[to]
        lower = max(lower, min(q.lower() for q in quotients))
        upper = min(upper, max(q.upper() for q in quotients))
        value = lower.union(upper)
        if value.rad() <= small * max(abs(value).lower(), fastest):
            return value
    return None


def _approximations(inflow: Mapping[tuple[int, int], arb], exits: Sequence[arb]) -> Iterator[list[arb]]:
    """Yield ever better approximations of the eigenvector of the largest eigenvalue, positive and exact.

    They end where rounding, which doubles with every squaring, has taken half of the bits.
    """
    levels = len(exits)
    # the geometric mean of steps there and back, lest odd and even numbers of steps hardly mix in large fields
    cycles = [(rate * inflow[start, to]).sqrt() for (to, start), rate in inflow.items()]
    shift = 2 * max(rate.upper() for rate in (*exits, *cycles))
    power = arb_mat([[inflow.get((a, b), arb(0)) / shift for b in range(levels)] for a in range(levels)])
    for a, rate in enumerate(exits):
        power[a, a] = 1 - rate / shift
    for _ in range(ctx.prec // 2):
        check_time(f"squaring a matrix of {levels} levels with {ctx.prec} bits")
        power = power.mid() * power.mid()
        top = max(range(levels), key=lambda a: power[a, a].mid())
        x = [power[a, top].mid() for a in range(levels)]
        if all(value > 0 for value in x):  # at once, unless levels are far from each other
            yield x
        power /= x[top]
