"""What a bias changes in the stationary state of the rate equation, in balls: dP_i/dV and dI/dV.

With mu_L = +V/2 and mu_R = -V/2 a rate of entering, 2 t M f, changes by +-(1 - f)/(2kT) of itself, one of leaving by
-+f/(2kT). Elimination makes of rates only sums, products and quotients of positive numbers. Each of these carries its
derivative along, so that no derivative is ever larger than its own number allows: where all rates are on a plateau, the
slopes are as small as what is left of the steps. The most likely level is eliminated last, and its slope is the
opposite of the sum of all others.

What enters the dot leaves it, so that the slope at either barrier stands for the other, whichever is known better.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from flint import arb, ctx

from qdverify.reference.enclosure.budget import check_time
from qdverify.reference.enclosure.moments import ball
from qdverify.reference.enclosure.transport import (
    Lead,
    RateEquation,
    Tunnelling,
    accurate_bits,
    precisions,
)

HALVES: Final = (Fraction(1, 2), Fraction(-1, 2))
"""How far a bias moves the chemical potentials of the left lead and of the right one."""
ROUGH_BITS: Final = 64
Changing = tuple[arb, arb]
"""A positive number and its derivative."""
Places = Mapping[int, Changing]


@dataclass(frozen=True)
class BiasSlope:
    """The stationary state between two leads and its derivative with respect to the bias.

    Attributes
    ----------
    populations
        Of the levels, summed over S_z.
    of_populations
        dP_i/dV of each; their sum is 0.
    of_current
        dI/dV of the electrons from left to right, the same at either barrier.
    """

    populations: tuple[arb, ...]
    of_populations: tuple[arb, ...]
    of_current: arb


def bias_slope(
    equation: RateEquation, left: Lead, right: Lead, *, kT: Fraction, gate: Fraction, digits: int = 12
) -> BiasSlope:
    """Enclose dP_i/dV and dI/dV at the leads' chemical potentials, where dV moves the left by dV/2, the right by -dV/2.

    Parameters
    ----------
    kT, gate
        Temperature of the leads that have none of their own, positive, and e phi, in effective Hartree.
    digits
        Wanted relative digits of every population and slope. A slope that vanishes has three times as many, and 30
        more, in units of the magnitudes that it is the difference of. dI/dV is 0 exactly if a lead is not coupled.

    Raises
    ------
    ValueError
        If kT is not positive, or if the leads leave more than one class of levels that never communicate.
    Unresolved
        If the digits are not reached.
    """
    leads = (left, right)
    equation.require_one_state(leads, kT)
    for bits in precisions():
        with ctx.workprec(bits):
            ways = equation.tunnelling(leads, kT, gate)
            found, gross = _at_precision(equation, leads, ways, kT)
            slopes = zip((found.of_current, *found.of_populations), gross, strict=True)
            reached = min(
                *(value.rel_accuracy_bits() for value in found.populations),
                *(accurate_bits(value, size, digits) for value, size in slopes),
            )
        if reached >= 3.33 * digits:
            return found
        check_time(f"differentiating the stationary state with {bits} bits")
    raise equation.unresolved("the slopes with the bias", digits, reached)


def _at_precision(
    equation: RateEquation, leads: Sequence[Lead], ways: Sequence[Tunnelling], kT: Fraction
) -> tuple[BiasSlope, list[arb]]:
    """Return the slopes at the current precision, and the magnitudes that dI/dV and dP_i/dV are differences of."""
    steps = [_steps(equation, leads, way, kT) for way in ways]
    first = _most_likely(equation, ways)
    state = _distribution(_rates(ways, steps, len(equation.energies)), first)
    with ctx.workprec(ROUGH_BITS):
        sizes = [((r, abs(dr)), (s, abs(ds))) for (r, dr), (s, ds) in steps]
        rough = _distribution(_rates(ways, sizes, len(equation.energies)), first, of_magnitudes=True)
    into = [arb(0)] * len(leads)
    gross = [arb(0)] * len(leads)
    for way, (entering, leaving) in zip(ways, steps, strict=True):
        (low, d_low), (high, d_high) = state[way.lower], state[way.upper]
        into[way.lead] += low * entering[1] + d_low * entering[0] - high * leaving[1] - d_high * leaving[0]
        gross[way.lead] += low * abs(entering[1]) + high * abs(leaving[1])
        gross[way.lead] += rough[way.lower][1] * entering[0] + rough[way.upper][1] * leaving[0]
    if len({way.lead for way in ways}) < len(leads):
        slope, size = arb(0), arb(0)
    else:
        slope, size = min(((into[0], gross[0]), (-into[1], gross[1])), key=lambda pair: pair[0].rad())
    populations, slopes = zip(*state, strict=True)
    return BiasSlope(populations, slopes, slope), [size, *(magnitude for _, magnitude in rough)]


def _steps(equation: RateEquation, leads: Sequence[Lead], way: Tunnelling, kT: Fraction) -> tuple[Changing, Changing]:
    """Return the rates of entering and of leaving through a lead with their derivatives."""
    ratio = arb(equation.two_S[way.lower] + 1) / (equation.two_S[way.upper] + 1)
    both = ratio * way.entering + way.leaving
    steepness = ball(HALVES[way.lead] / (leads[way.lead].kT or kT)) / both
    return (
        (way.entering, way.entering * way.leaving * steepness),
        (way.leaving, -ratio * way.entering * way.leaving * steepness),
    )


def _most_likely(equation: RateEquation, ways: Sequence[Tunnelling]) -> int:
    with ctx.workprec(ROUGH_BITS):
        populations = equation.populations(ways)
    return max(range(len(populations)), key=lambda k: populations[k].mid())


def _rates(
    ways: Sequence[Tunnelling], steps: Sequence[tuple[Changing, Changing]], levels: int
) -> list[dict[int, Changing]]:
    """Return the rates between levels through all leads, with their derivatives."""
    rates: list[dict[int, Changing]] = [{} for _ in range(levels)]
    for way, (entering, leaving) in zip(ways, steps, strict=True):
        _add(rates[way.lower], way.upper, entering)
        _add(rates[way.upper], way.lower, leaving)
    return rates


def _add(row: dict[int, Changing], end: int, more: Changing) -> None:
    rate, change = row.get(end, (arb(0), arb(0)))
    row[end] = rate + more[0], change + more[1]


def _distribution(
    rates: Sequence[Mapping[int, Changing]], first: int, *, of_magnitudes: bool = False
) -> list[Changing]:
    """Return the stationary distribution of an irreducible chain with its derivative.

    Given magnitudes of derivatives, it returns the magnitudes of what the derivatives are made of.
    """
    count, minus = len(rates), 1 if of_magnitudes else -1
    order = [first, *(k for k in range(count) if k != first)]
    place = {state: k for k, state in enumerate(order)}
    work = [{place[end]: rate for end, rate in rates[state].items()} for state in order]
    into: list[list[tuple[int, Changing]]] = [[] for _ in range(count)]
    for k in range(count - 1, 0, -1):
        targets = [(j, rate) for j, rate in work[k].items() if j < k]
        out = sum((rate for _, (rate, _) in targets), arb(0))
        change = sum((change for _, (_, change) in targets), arb(0))
        for i in range(k):
            if k not in work[i]:
                continue
            rate, slope = work[i].pop(k)
            share = rate / out
            steeper = (slope + minus * share * change) / out
            into[k].append((i, (share, steeper)))
            for j, (onward, d_onward) in targets:
                if j != i:
                    _add(work[i], j, (share * onward, share * d_onward + steeper * onward))
    weights: list[Changing] = [(arb(1), arb(0))]
    for k in range(1, count):
        weight, slope = arb(0), arb(0)
        for i, (share, steeper) in into[k]:
            weight += weights[i][0] * share
            slope += weights[i][1] * share + weights[i][0] * steeper
        weights.append((weight, slope))
    total, change = (sum(column, arb(0)) for column in zip(*weights, strict=True))
    found = [(w / total, (dw + minus * w * change / total) / total) for w, dw in weights]
    return [found[place[state]] for state in range(count)]
