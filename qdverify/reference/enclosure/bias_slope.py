"""What a bias changes in the stationary state of the rate equation, in balls: dP_i/dV and dI/dV.

With mu_L = +V/2 and mu_R = -V/2 a rate of entering, 2 t M f, changes by +-(1 - f)/(2kT) of itself, one of leaving by
-+f/(2kT). Elimination makes of rates only sums, products and quotients of positive numbers. Each of these carries its
derivative along, so that no derivative is ever larger than its own number allows: where all rates are on a plateau, the
slopes are as small as what is left of the steps. A level that is not rare is eliminated last, and its slope is
the opposite of the sum of all others.

What enters the dot leaves it, so that the slope at either barrier stands for the other, whichever is known better.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import inf
from operator import mul
from typing import Final

from flint import arb, ctx

from qdverify.reference.enclosure.budget import check_time
from qdverify.reference.enclosure.elimination import StationaryChain
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
RARE: Final = 2.0**-12
"""A level may be eliminated last if it is more likely than this, which costs 12 of the guard bits at the most."""


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
    into
        Of each lead, level by level, the rate at which electrons enter the dot through it, less that at which they
        leave.
    """

    def __init__(self, device: Device, ways: Sequence[Tunnelling]) -> None:
        self._device, self._ways, levels = device, ways, len(device.equation.energies)
        steepness = [ball(half / kT) for half, kT in zip(HALVES, device.temperatures, strict=True)]
        self._steps = [_steps(way, steepness[way.lead]) for way in ways]
        rates, slopes = device.rates(ways), device.table(ways, self._steps)
        self._chain = _from_a_likely_level(rates)
        populations, of_populations = self._chain.populations, self._chain.slopes(slopes)
        self.into = [[arb(0)] * levels for _ in device.leads]
        of_into = [[arb(0)] * levels for _ in device.leads]
        for (lead, i, j, entering, leaving, *_), (of_entering, of_leaving) in zip(ways, self._steps, strict=True):
            passed, of_passed = self.into[lead], of_into[lead]
            passed[i], of_passed[i] = passed[i] + entering, of_passed[i] + of_entering
            passed[j], of_passed[j] = passed[j] - leaving, of_passed[j] - of_leaving
        flows = [
            _sum_of_products(of_populations, passed) + _sum_of_products(populations, of_passed)
            for passed, of_passed in zip(self.into, of_into, strict=True)
        ]
        self._barrier = min(range(len(flows)), key=lambda place: flows[place].rad())
        slope = flows[self._barrier] if len(device.coupled) == len(flows) else arb(0)
        self.found = BiasSlope(tuple(populations), tuple(of_populations), -slope if self._barrier else slope)

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
        device, ways = self._device, self._ways
        with ctx.workprec(ROUGH_BITS):
            sizes = [(abs(entering), abs(leaving)) for entering, leaving in self._steps]
            populations = self._chain.populations
            of_populations = self._chain.slopes(device.table(ways, sizes), gross=True)
            current = arb(0)
            for (lead, i, j, entering, leaving, *_), (of_entering, of_leaving) in zip(ways, sizes, strict=True):
                if lead == self._barrier:
                    current += of_populations[i] * entering + populations[i] * of_entering
                    current += of_populations[j] * leaving + populations[j] * of_leaving
        return [current, *of_populations]


def _from_a_likely_level(rates: Sequence[dict[int, arb]]) -> StationaryChain:
    """Return the stationary state, eliminated down to a level that is not rare: its rarity costs slopes that accuracy.

    The first try is the level that is entered most often for each time that it is left, were all levels equally likely.
    """
    entered = [arb(0)] * len(rates)
    for row in rates:
        for level, rate in row.items():
            entered[level] += rate
    stays = [into / sum(row.values(), arb(0)) for into, row in zip(entered, rates, strict=True)]
    last = max(range(len(rates)), key=lambda level: stays[level].mid())
    chain = StationaryChain(rates, last)
    if not chain.populations[last] > RARE:
        populations = chain.populations
        chain = StationaryChain(rates, max(range(len(rates)), key=lambda level: populations[level].mid()))
    return chain


def _steps(way: Tunnelling, steepness: arb) -> tuple[arb, arb]:
    """Return the derivatives of the rates of entering and of leaving, for 1/kT times what the potential moves."""
    return way.entering * way.empty * steepness, -way.leaving * way.filled * steepness


def _sum_of_products(one: Sequence[arb], other: Sequence[arb]) -> arb:
    return sum(map(mul, one, other), arb(0))
