"""What dI/dV is made of, in balls: how fast each population grows with the bias, and what that does to the current.

With c_i the electrons that pass from left to right per time in level i, the mean of both barriers, and g_i the growth
of its population with |V|, the shift of population adds sum g_i c_i to what flows the way of the bias. As the g_i add
up to 0, with c the mean over the levels that lose population, weighted with what they lose, it is the sum of

    g_i (c_i - c)

over the levels that gain. The slopes of populations are those of `qdverify.reference.enclosure.bias_slope`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from flint import arb, ctx

from qdverify.reference.enclosure.bias_slope import Slopes
from qdverify.reference.enclosure.budget import check_time
from qdverify.reference.enclosure.moments import ball
from qdverify.reference.enclosure.transport import (
    BITS_A_DIGIT,
    Device,
    Lead,
    RateEquation,
    accurate_bits,
    precisions,
)


@dataclass(frozen=True)
class ConductanceParts:
    """dI/dV from left to right with its parts.

    Attributes
    ----------
    conductance
        dI/dV.
    growth
        d P / d|V| of each level; at V = 0 as for V > 0.
    parts
        Of each level, in sum dP/dV c_i; 0 of those that lose population.
    """

    conductance: arb
    growth: tuple[arb, ...]
    parts: tuple[arb, ...]


def conductance_parts(
    equation: RateEquation, left: Lead, right: Lead, *, kT: Fraction, gate: Fraction, digits: int = 12
) -> ConductanceParts:
    """Enclose dI/dV, the growth of every population and the part of every level.

    Parameters
    ----------
    equation, left, right, kT, gate
        As `qdverify.reference.enclosure.bias_slope.bias_slope`.
    digits
        Wanted relative digits of every number. One that vanishes has three times as many, and 30 more, in units of what
        it is the difference of; a part in units of all that passes, over kT.

    Raises
    ------
    ValueError
        As `qdverify.reference.enclosure.bias_slope.bias_slope`.
    Unresolved
        If the digits are not reached.
    """
    device, sign = Device(equation, (left, right), kT, gate), 1 if left.mu >= right.mu else -1
    for bits in precisions(digits, for_differences=True):
        with ctx.workprec(bits):
            ways = device.tunnelling()
            slopes = Slopes(device, ways)
            growth = [sign * slope for slope in slopes.found.of_populations]
            passed = [sign * (a - b) / 2 for a, b in zip(*slopes.into, strict=True)]
            parts = _parts(growth, passed)
            whole = sum((way.entering + way.leaving for way in ways), arb(0)) / ball(2 * min(device.temperatures))
            reached = min(slopes.reached(digits), *(accurate_bits(part, whole, digits) for part in parts))
        if reached >= BITS_A_DIGIT * digits:
            return ConductanceParts(slopes.found.of_current, tuple(growth), tuple(parts))
        check_time(f"sharing out dI/dV with {bits} bits")
    raise equation.unresolved("the parts of dI/dV", digits, reached)


def _parts(growth: Sequence[arb], passed: Sequence[arb]) -> list[arb]:
    """Return the part of each level that gains population."""
    gained, lost = ([(sign * g).max(arb(0)) for g in growth] for sign in (1, -1))
    total = sum(lost, arb(0))
    if total > 0:
        mean = sum((g * c for g, c in zip(lost, passed, strict=True)), arb(0)) / total
    else:  # a mean is among the numbers of which it is one
        mean = passed[0]
        for c in passed[1:]:
            mean = mean.union(c)
    return [g * (c - mean) for g, c in zip(gained, passed, strict=True)]
