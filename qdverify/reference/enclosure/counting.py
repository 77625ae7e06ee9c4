"""Full counting statistics of the rate equation, in balls.

The largest eigenvalue Lambda(theta) of the weighted rates generates the cumulants of the electrons that pass. Off the
diagonal the matrix is not negative, so that for any positive vector x the quotients (A x)_i / x_i enclose Lambda
(L. Collatz, Math. Z. 48, 221 (1942)): x need not be exact, and T. Noda's iteration on midpoints finds a good one.

Cumulants are derivatives of Lambda at 0, by orders of perturbation theory: each order is a linear system with the
generator, one equation of which is replaced by the normalisation, and `arb_mat.solve` solves it with proof.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from flint import arb, arb_mat, ctx

from qdverify.reference.enclosure.budget import check_time
from qdverify.reference.enclosure.moments import ball
from qdverify.reference.enclosure.transport import FIRST_BITS, MOST_BITS, Lead, RateEquation
from qdverify.reference.enclosure.unresolved import Unresolved

PATIENCE = 4
"""Steps without a smaller interval after which it is as small as the precision lets it be."""


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
            if found is not None:
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

    Digits and errors are those of `generating_function`.
    """
    equation.require_one_state(leads, kT)
    values = []
    for fields in theta:
        bits = FIRST_BITS
        while True:
            with ctx.workprec(bits):
                passages = _passages(equation, leads, kT, gate)
                exits = _exits(passages, len(equation.energies))
                value = _largest(passages, exits, [ball(field) for field in fields])
                scale = max(abs(value).lower(), max(exits).lower())
                if value.rad() <= scale * arb(10) ** -digits:
                    values.append(value)
                    break
            check_time(f"enclosing an eigenvalue with {bits} bits")
            bits *= 2
            if bits > MOST_BITS:
                raise Unresolved(f"digits={digits} of the generating function are not reached with {MOST_BITS} bits")
    return values


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


def _series(passages: Sequence[_Passage], counts: Sequence[int], levels: int) -> tuple[arb, arb, arb] | None:
    """Return three cumulants at the current precision; None if it solves nothing."""
    factorials = (1, 1, 2, 6)
    orders = [arb_mat(levels, levels) for _ in factorials]
    for item in passages:
        count = item.electrons * counts[item.lead]
        for k, matrix in enumerate(orders):
            matrix[item.to, item.start] += item.rate * count**k / factorials[k]
        orders[0][item.start, item.start] -= item.rate
    bordered = arb_mat([[arb(1) if a == 0 else orders[0][a, b] for b in range(levels)] for a in range(levels)])
    try:
        vectors = [bordered.solve(arb_mat([[arb(int(a == 0))] for a in range(levels)]))]
        values = [arb(0)]
        for k in (1, 2, 3):
            pushed = [orders[m] * vectors[k - m] for m in range(1, k + 1)]
            values.append(sum((vector[a, 0] for vector in pushed for a in range(levels)), arb(0)))
            source = [
                sum((values[m] * vectors[k - m][a, 0] - pushed[m - 1][a, 0] for m in range(1, k + 1)), arb(0))
                for a in range(levels)
            ]
            vectors.append(bordered.solve(arb_mat([[arb(0) if a == 0 else source[a]] for a in range(levels)])))
    except ZeroDivisionError:
        return None
    return values[1], 2 * values[2], 6 * values[3]


def _largest(passages: Sequence[_Passage], exits: Sequence[arb], fields: Sequence[arb]) -> arb:
    """Return a ball that encloses the largest eigenvalue, at the current precision."""
    levels = len(exits)
    weights = {(lead, way): (way * field).exp() for lead, field in enumerate(fields) for way in (1, -1)}
    inflow = arb_mat(levels, levels)
    for item in passages:
        inflow[item.to, item.start] += item.rate * weights[item.lead, item.electrons]
    x, best, idle = [arb(1)] * levels, arb(0, "inf"), 0
    while idle < PATIENCE:
        product = inflow * arb_mat([[value] for value in x])
        quotients = [product[a, 0] / x[a] - exits[a] for a in range(levels)]
        lower, upper = min(q.lower() for q in quotients), max(q.upper() for q in quotients)
        found = lower.union(upper)
        idle = 0 if found.rad() < best.rad() else idle + 1
        best = found if found.rad() < best.rad() else best
        shifted = arb_mat(
            [[(upper + exits[a] if a == b else arb(0)) - inflow[a, b] for b in range(levels)] for a in range(levels)]
        )
        try:
            solved = shifted.mid().solve(arb_mat([[value] for value in x]))
        except ZeroDivisionError:
            break
        x = [abs(solved[a, 0].mid()) for a in range(levels)]
        if not all(value > 0 for value in x):
            break
    return best
