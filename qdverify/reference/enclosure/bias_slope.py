"""What a bias changes in the stationary state of the rate equation, in balls: dP_i/dV and dI/dV.

With mu_L = +V/2 and mu_R = -V/2 a rate of entering, 2 t M f, changes by +-(1 - f)/(2kT) of itself, one of leaving by
-+f/(2kT). Elimination makes of rates only sums, products and quotients of positive numbers. Each of these carries its
derivative along, so that no derivative is ever larger than its own number allows: where all rates are on a plateau, the
slopes are as small as what is left of the steps. The most likely level is eliminated last, and its slope is the
opposite of the sum of all others.

What enters the dot leaves it, so that the slope at either barrier stands for the other, whichever is known better.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import inf
from typing import Final

from flint import arb, arb_series, ctx

from qdverify.reference.enclosure.budget import check_time
from qdverify.reference.enclosure.elimination import add_to, coefficients, stationary_populations
from qdverify.reference.enclosure.moments import ball
from qdverify.reference.enclosure.transport import (
    BITS_A_DIGIT,
    Device,
    Lead,
    RateEquation,
    Tunnelling,
    accurate_bits,
    precisions,
)

HALVES: Final = (Fraction(1, 2), Fraction(-1, 2))
"""How far a bias moves the chemical potentials of the left lead and of the right one."""
ROUGH_BITS: Final = 64
Steps = Sequence[tuple[arb_series, arb_series]]
"""Rates of entering and of leaving, way by way, each with its derivative by the bias."""


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
    equation: RateEquation,
    left: Lead,
    right: Lead,
    *,
    kT: Fraction,
    gate: Fraction,
    digits: int = 12,
    of_populations: bool = True,
) -> BiasSlope:
    """Enclose dP_i/dV and dI/dV at the leads' chemical potentials, where dV moves the left by dV/2, the right by -dV/2.

    Parameters
    ----------
    kT, gate
        Temperature of the leads that have none of their own, positive, and e phi, in effective Hartree.
    digits
        Wanted relative digits of every population and slope. A slope that vanishes has three times as many, and 30
        more, in units of the magnitudes that it is the difference of. dI/dV is 0 exactly if a lead is not coupled.
    of_populations
        Whether populations and their slopes need these digits too.

    Raises
    ------
    ValueError
        If kT is not positive, or if the leads leave more than one class of levels that never communicate.
    Unresolved
        If the digits are not reached.
    """
    device = Device(equation, (left, right), kT, gate)
    for bits in precisions(digits, for_differences=of_populations):
        with ctx.workprec(bits):
            slopes = Slopes(device, device.tunnelling())
            reached = slopes.reached(digits, of_populations=of_populations)
        if reached >= BITS_A_DIGIT * digits:
            return slopes.found
        check_time(f"differentiating the stationary state with {bits} bits")
    raise equation.unresolved("the slopes with the bias", digits, reached)


class Slopes:
    """The slopes at the precision of whoever asks for them.

    Attributes
    ----------
    found
        The stationary state and its slopes.
    """

    def __init__(self, device: Device, ways: Sequence[Tunnelling]) -> None:
        self._ways, self._levels = ways, len(device.equation.energies)
        steepness = [ball(half / kT) for half, kT in zip(HALVES, device.temperatures, strict=True)]
        with ctx.workprec(ROUGH_BITS):
            rough = device.populations(ways)
        self._first = max(range(self._levels), key=lambda k: rough[k].mid())
        with coefficients(2):
            self._steps = [_with_slopes(way, steepness[way.lead]) for way in ways]
            state = self._distribution(self._steps, lambda total: total)
            into = [arb_series([0])] * len(device.leads)
            for way, (entering, leaving) in zip(ways, self._steps, strict=True):
                into[way.lead] += state[way.lower] * entering - state[way.upper] * leaving
            at_barriers = [(flow[1], place) for place, flow in enumerate(into)]
            slope, self._barrier = min(at_barriers, key=lambda pair: pair[0].rad())
        if len(device.coupled) < len(into):
            slope = arb(0)
        populations, slopes = zip(*((P[0], P[1]) for P in state), strict=True)
        self.found = BiasSlope(populations, slopes, slope if self._barrier == 0 else -slope)

    def reached(self, digits: int, *, of_populations: bool = True) -> float:
        """Return the accuracy of dI/dV, and of populations and their slopes if these are wanted, in bits."""
        found = self.found
        slopes = (found.of_current, *found.of_populations) if of_populations else (found.of_current,)
        populations = min(P.rel_accuracy_bits() for P in found.populations) if of_populations else inf
        reached = min(populations, *(slope.rel_accuracy_bits() for slope in slopes))
        if reached < BITS_A_DIGIT * digits:  # a slope may vanish
            of_slopes = zip(slopes, self._gross(), strict=False)
            reached = min(populations, *(accurate_bits(slope, size, digits) for slope, size in of_slopes))
        return reached

    def _gross(self) -> list[arb]:
        """Return the magnitudes that dI/dV and every dP_i/dV are differences of."""
        with ctx.workprec(ROUGH_BITS), coefficients(2):
            sizes = [(_turned(enter, abs(enter[1])), _turned(leave, abs(leave[1]))) for enter, leave in self._steps]
            state = self._distribution(sizes, lambda total: _turned(total, -total[1]))
            current = arb(0)
            for way, (entering, leaving) in zip(self._ways, sizes, strict=True):
                if way.lead == self._barrier:
                    current += (state[way.lower] * entering + state[way.upper] * leaving)[1]
        return [current, *(P[1] for P in state)]

    def _distribution(self, steps: Steps, divisor: Callable[[arb_series], arb_series]) -> list[arb_series]:
        rates: list[dict[int, arb_series]] = [{} for _ in range(self._levels)]
        for way, (entering, leaving) in zip(self._ways, steps, strict=True):
            add_to(rates[way.lower], way.upper, entering)
            add_to(rates[way.upper], way.lower, leaving)
        return [arb_series(P) for P in stationary_populations(rates, self._first, divisor)]


def _with_slopes(way: Tunnelling, steepness: arb) -> tuple[arb_series, arb_series]:
    """Return the rates of entering and of leaving with their derivatives, for 1/kT times what the potential moves."""
    return (
        arb_series([way.entering, way.entering * way.empty * steepness]),
        arb_series([way.leaving, -way.leaving * way.filled * steepness]),
    )


def _turned(number: arb_series, slope: arb) -> arb_series:
    """Return the same number with another slope."""
    return arb_series([number[0], slope])
