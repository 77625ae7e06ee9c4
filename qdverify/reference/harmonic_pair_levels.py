"""The lowest levels of two electrons in a harmonic dot with a complete basis, enclosed, and proven to be complete."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from math import ceil

import mpmath
from flint import arb, ctx

from analytic import pair_coupling, relative_energy
from qdverify.reference.enclosure.harmonic_integrals import ExactHarmonic
from qdverify.reference.enclosure.harmonic_pair import RelativeMotion, enclosed_relative_energy
from qdverify.reference.enclosure.moments import ball

GUARD_DIGITS = 4


@dataclass(frozen=True)
class PairLevelBall:
    """A level of two electrons: energy in effective Hartree, twice the spin, and L_z."""

    energy: arb
    two_S: int
    L: int


def enclosed_pair_levels(dot: ExactHarmonic, count: int, *, digits: int = 30) -> list[PairLevelBall]:
    """Return the lowest levels of two electrons, by ascending midpoint, a multiplet of spin being one level.

    The energies of the relative motion are computed by `analytic`, and each is then proven by two counts of zeros in
    balls (enclosure/harmonic_pair.py). Repulsion raises every level, so that none can be missed: all states whose
    energies without it lie below the last level are enclosed.

    Parameters
    ----------
    dot
        Its shells do not matter: the basis is complete.
    count
        Number of levels; those that coincide count one by one.
    digits
        Each energy is proven to about 10^-digits Omega, at most 55.

    Raises
    ------
    Unresolved
        If the interaction is attractive or too strong, the dot is thick, or a proof does not close.

    Examples
    --------
    At omega = 1 and strength 1 the lowest energy is 3 (M. Taut, J. Phys. A 27, 1045 (1994)):

    >>> from fractions import Fraction
    >>> dot = ExactHarmonic(Fraction(1), Fraction(0), 1, Fraction(1))
    >>> [(level.energy.contains(3), level.two_S, level.L) for level in enclosed_pair_levels(dot, 1, digits=20)]
    [(True, 0, 0)]
    """
    RelativeMotion.of(dot, 0)
    with ctx.workprec(64 + int(3.4 * digits)):
        Omega, half = dot.effective_omega(), ball(dot.field / 2)
        limit = 2 * Omega
        while True:
            limit += Omega
            found = []
            for (plus, minus), (other_plus, other_minus) in _states(Omega, half, limit):
                m = other_plus - other_minus
                relative = _relative(dot, min(other_plus, other_minus), abs(m), digits)
                energy = (plus + minus + 1 + relative) * Omega - (plus - minus + m) * half
                found.append(PairLevelBall(energy, 2 * (m % 2), plus - minus + m))
            below = [level for level in found if level.energy < limit]
            if len(below) >= count:
                return sorted(below, key=lambda level: (level.energy.mid(), level.L))[:count]


def _states(Omega: arb, half: arb, limit: arb) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """Yield quanta (+, -) of both motions whose energies without repulsion may lie below a limit."""
    steps = Omega - half, Omega + half
    most = [ceil(float(((limit - 2 * Omega) / step).upper())) for step in steps]
    states = [(plus, minus) for plus in range(most[0] + 1) for minus in range(most[1] + 1)]
    for centre in states:
        for relative in states:
            plus, minus = centre[0] + relative[0], centre[1] + relative[1]
            if not plus * steps[0] + minus * steps[1] + 2 * Omega > limit:
                yield centre, relative


@lru_cache(maxsize=1024)
def _relative(dot: ExactHarmonic, index: int, m: int, digits: int) -> arb:
    """Return the relative energy with that many levels below it, in units of Omega."""
    motion = RelativeMotion.of(dot, m)
    coupling = pair_coupling(dot.omega, dot.field, dot.strength, digits=digits + GUARD_DIGITS)
    near = relative_energy(index, m, coupling, digits=digits + GUARD_DIGITS)
    with mpmath.workdps(digits + 2 * GUARD_DIGITS):
        scaled = int(mpmath.nint(near * mpmath.mpf(10) ** (digits + GUARD_DIGITS)))
    return enclosed_relative_energy(motion, index, Fraction(scaled, 10 ** (digits + GUARD_DIGITS)), digits)
