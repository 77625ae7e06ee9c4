"""Full counting statistics of the rate equation, in balls.

The largest eigenvalue Lambda(theta) of the weighted rates generates the cumulants of the electrons that pass. Off the
diagonal the matrix is not negative, so that for any positive vector x the quotients (A x)_i / x_i enclose Lambda
(L. Collatz, Math. Z. 48, 221 (1942)): x need not be exact. A column of (A + c)^(2^k) is a good one, with c so large
that no entry is negative: squaring midpoints never subtracts, so that every component keeps its digits, however cold
the leads are. Quotients of levels that electrons hardly leave differ by c / 2^k at most, whence some 66 squarings for
10^-20 of c.

Cumulants are derivatives of Lambda at 0, by orders of perturbation theory: each order is a linear system with the
generator, which elimination solves without a small pivot (`qdverify.reference.enclosure.elimination`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from flint import arb, arb_mat, ctx

from qdverify.reference.enclosure.budget import check_time
from qdverify.reference.enclosure.elimination import Elimination
from qdverify.reference.enclosure.moments import ball
from qdverify.reference.enclosure.transport import FIRST_BITS, MOST_BITS, Lead, RateEquation
from qdverify.reference.enclosure.unresolved import Unresolved


@dataclass(frozen=True)
class _Passage:
    """One way of one electron: from level to level at a rate, 1 or -1 if it enters the dot or leaves it, by a lead."""

    start: int
    to: int
    rate: arb
    electrons: int
    lead: int


def counted_cumulants(
    equation: RateEquation, left: Lead, right: Lead, *, kT: Fraction, gate: Fraction, digits: int = 12
) -> tuple[arb, arb, arb]:
    """Enclose current, noise and third cumulant of the electrons that pass from left to right.

    A cumulant that is smaller than 10^-digits of the noise has its digits in units of that.

    Raises
    ------
    ValueError
        If the levels are not connected.
    Unresolved
        If the digits are not reached.
    """
    equation.require_one_state((left, right), kT)
    # electrons that leave to the right
    return _cumulants(lambda: _passages(equation, (left, right), kT, gate), (0, -1), len(equation.energies), digits)


def cumulants_of_leads(
    equation: RateEquation, *leads: Lead, counted: Sequence[int], kT: Fraction, gate: Fraction, digits: int = 12
) -> tuple[arb, arb, arb]:
    """Enclose current, noise and third cumulant of the electrons that enter through the counted leads, by place.

    Digits and errors are those of `counted_cumulants`. If all coupled leads are counted, or none, nothing grows.
    """
    equation.require_one_state(leads, kT)

    def passages() -> list[_Passage]:
        return _passages(equation, leads, kT, gate)

    counts = [int(place in counted) for place in range(len(leads))]
    if len({counts[item.lead] for item in passages()}) < len((0, 1)):
        return arb(0), arb(0), arb(0)
    return _cumulants(passages, counts, len(equation.energies), digits)


def _cumulants(
    passages: Callable[[], list[_Passage]], counts: Sequence[int], levels: int, digits: int
) -> tuple[arb, arb, arb]:
    """Return the cumulants once the precision suffices for the digits, given what an electron counts at each lead."""
    bits = FIRST_BITS
    while bits <= MOST_BITS:
        with ctx.workprec(bits):
            found = _series(passages(), counts, levels)
            small = arb(10) ** -digits
            floor = abs(found[1]).lower() * small
            if all(value.rad() <= small * max(abs(value).lower(), floor) for value in found):
                return found
        check_time(f"solving for cumulants with {bits} bits")
        bits *= 2
    raise Unresolved(f"digits={digits} of the cumulants are not reached with {MOST_BITS} bits")


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
    bits = FIRST_BITS
    while bits <= MOST_BITS:
        with ctx.workprec(bits):
            passages = _passages(equation, leads, kT, gate)
            exits = _exits(passages, len(equation.energies))
            values = [
                _largest(passages, exits, fields, digits) if value is None else value
                for value, fields in zip(values, theta, strict=True)
            ]
        found = [value for value in values if value is not None]
        if len(found) == len(theta):
            return found
        check_time(f"enclosing an eigenvalue with {bits} bits")
        bits *= 2
    raise Unresolved(f"digits={digits} of the generating function are not reached with {MOST_BITS} bits")


def _passages(equation: RateEquation, leads: Sequence[Lead], kT: Fraction, gate: Fraction) -> list[_Passage]:
    return [
        passage
        for way in equation.tunnelling(leads, kT, gate)
        for passage in (
            _Passage(way.lower, way.upper, way.entering, 1, way.lead),
            _Passage(way.upper, way.lower, way.leaving, -1, way.lead),
        )
    ]


def _exits(passages: Sequence[_Passage], levels: int) -> list[arb]:
    exits = [arb(0)] * levels
    for item in passages:
        exits[item.start] += item.rate
    return exits


def _series(passages: Sequence[_Passage], counts: Sequence[int], levels: int) -> tuple[arb, arb, arb]:
    """Return three cumulants at the current precision."""
    factorials = (1, 1, 2, 6)
    rates: list[dict[int, arb]] = [{} for _ in range(levels)]
    for item in passages:
        rates[item.start][item.to] = rates[item.start].get(item.to, 0) + item.rate
    populations = Elimination(rates).populations
    chain = Elimination(rates, max(range(levels), key=lambda k: populations[k].mid()))
    counted = [(item, item.electrons * counts[item.lead]) for item in passages if counts[item.lead]]
    vectors, values = [chain.populations], [arb(0)]
    for k in (1, 2, 3):
        gains, passed = [arb(0)] * levels, arb(0)
        for m in range(1, k + 1):
            for item, count in counted:
                pushed = item.rate * vectors[k - m][item.start] * count**m / factorials[m]
                gains[item.to] += pushed
                passed += pushed
        values.append(passed)
        for m in range(1, k + 1):
            gains = [gain - values[m] * old for gain, old in zip(gains, vectors[k - m], strict=True)]
        vectors.append(chain.shift(gains))
    return values[1], 2 * values[2], 6 * values[3]


def _largest(passages: Sequence[_Passage], exits: Sequence[arb], fields: Sequence[Fraction], digits: int) -> arb | None:
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
