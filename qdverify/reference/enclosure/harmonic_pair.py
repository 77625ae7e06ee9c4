"""Two electrons in a harmonic dot in two dimensions with a complete basis, enclosed: no shells, no truncation.

The centre of mass moves as one electron would. With x = sqrt(Omega/2) |r_1 - r_2| and lambda = s/sqrt(2 Omega) the
relative motion of angular momentum m has the energies e Omega, for which v = sqrt(x) u decays, where

    v'' + Q v = 0,   Q = 2e - x^2 - 2 lambda/x - (m^2 - 1/4)/x^2,   u = x^|m| exp(-x^2/2) sum_k t_k regular at 0,
    k (k + 2|m|) t_k = 2 lambda x t_(k-1) + 2 (k - 1 + |m| - e) x^2 t_(k-2),   t_0 = 1.

By Sturm's theorem as many levels lie below e as v has zeros. For lambda >= 0, e > 0 and kappa = sqrt(2e):

1. v > 0 on (0, 2/kappa]. Q <= kappa^2 + 1/(4x^2) there, the equation of sqrt(x) J_0(kappa x), which is regular at 0 too
   and has its first zero at 2.404/kappa.
2. Beyond 2/kappa, Q <= kappa^2 (1 + 1/16), so that zeros lie further apart than 3.04/kappa: between points that are
   2.9/kappa apart there is one zero if the signs differ, and none if they do not.
3. If x^2 >= 2e + 1 and x >= 1, Q < 0 from x on; if v v' > 0 there, v has no zero beyond.
4. |t_k| <= a |t_(k-1)| + b |t_(k-2)| with a = 2 lambda x/k^2 and b = 2 x^2 (1/k + e/k^2), which fall with k. Once
   a + b <= 1/2, each pair of terms is at most half of the one before: if the last two are at most T in size, the terms
   from K on add up to at most 2T, and times their k to at most T (2K + 7).

Everything is evaluated in balls. An energy is proven by two counts, on either side of an approximate value.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import ceil, log, sqrt

from flint import arb, ctx

from qdverify.reference.enclosure.budget import check_time
from qdverify.reference.enclosure.harmonic_integrals import ExactHarmonic
from qdverify.reference.enclosure.moments import ball
from qdverify.reference.enclosure.unresolved import Unresolved

LARGEST_COUPLING = 100
SPACING = 2.9
"""Times 1/kappa: the distance of two points at which the sign of the solution is found."""


@dataclass(frozen=True)
class RelativeMotion:
    """The relative motion of two electrons, of angular momentum m, in units of Omega.

    Attributes
    ----------
    fourth_power
        lambda^4 = s^4/(4 Omega^2), a rational number.
    """

    m: int
    fourth_power: Fraction

    @classmethod
    def of(cls, dot: ExactHarmonic, m: int) -> RelativeMotion:
        """Return the relative motion in a dot; its shells do not matter.

        Raises
        ------
        Unresolved
            If the interaction is attractive, too strong, or that of electrons of finite thickness.
        """
        fourth_power = dot.strength**4 / (4 * (dot.omega**2 + dot.field**2 / 4))
        if dot.strength < 0 or dot.thickness or fourth_power > LARGEST_COUPLING**4:
            raise Unresolved(
                "two electrons with a complete basis are enclosed for thickness=0 and a strength from 0 to "
                f"{LARGEST_COUPLING} sqrt(2 Omega)"
            )
        return cls(abs(m), fourth_power)

    def levels_below(self, energy: Fraction, digits: int) -> int:
        """Return how many levels lie below an energy that is 10^-digits or more away from any.

        Raises
        ------
        Unresolved
            If a sign is not certain, since the energy is too close to a level.
        """
        if energy <= 0:
            return 0
        kappa = sqrt(2 * energy)
        # far enough out that exp(x^2) makes a difference of 10^-digits in the energy visible
        last = sqrt(2 * energy + 1) + sqrt(digits * log(10)) + 2
        steps = ceil(last * kappa / SPACING)
        points = [Fraction(2 / kappa) + Fraction(SPACING / kappa) * step for step in range(steps + 1)]
        with ctx.workprec(int(1.5 * float(points[-1]) ** 2 + 3.4 * digits) + 100):
            values = [self._solution(energy, x) for x in points]
            (value, slope), edge = values[-1], ball(points[-1])
            if not value * (slope + value / (2 * edge)) > 0 or any(one.contains(0) for one, _ in values):
                raise Unresolved(
                    f"a level of two electrons lies too close to energy {float(energy)} for {digits} digits"
                )
        return sum((one > 0) != (other > 0) for (one, _), (other, _) in pairwise(values))

    def _solution(self, energy: Fraction, point: Fraction) -> tuple[arb, arb]:
        """Return u and u' at a point, both times x^-|m| exp(x^2/2)."""
        check_time("counting the levels of two electrons")
        x, e, m = ball(point), ball(energy), self.m
        coupling = ball(self.fourth_power).sqrt().sqrt()
        square = 2 * x * x
        before, term, k = arb(0), arb(1), 0
        total, slope = arb(1), arb(0)
        small = arb(2) ** (-ctx.prec - 20)
        while True:
            k += 1
            before, term = term, (2 * coupling * x * term + (k - 1 + m - e) * square * before) / (k * (k + 2 * m))
            total += term
            slope += k * term
            largest = max(abs(before).upper(), abs(term).upper())
            falling = 2 * coupling * x / k**2 + square * (1 + e / k) / k <= arb("0.5")
            if falling and largest < small:
                break
        total += arb(0, (2 * largest).upper())
        slope += arb(0, (largest * (2 * k + 9)).upper())
        return total, slope / x + (m / x - x) * total


def enclosed_relative_energy(motion: RelativeMotion, index: int, near: Fraction, digits: int) -> arb:
    """Return a ball of radius 10^-digits about an approximate value that provably holds the energy of a level.

    Parameters
    ----------
    index
        Number of levels below it.
    near
        Approximate energy, in units of Omega.

    Raises
    ------
    Unresolved
        If it is not there, or the proof does not close.
    """
    radius = Fraction(1, 10**digits)
    if not motion.fourth_power:
        return arb(2 * index + motion.m + 1)
    counts = [motion.levels_below(near + sign * radius, digits) for sign in (-1, 1)]
    if counts != [index, index + 1]:
        raise Unresolved(f"level {index} of the relative motion is not within 1e-{digits} of {float(near)}")
    return ball(near) + arb(0, ball(radius).upper())
