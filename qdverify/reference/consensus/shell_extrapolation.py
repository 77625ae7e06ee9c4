"""Energies of a harmonic dot in a complete basis, extrapolated from whole shells, with a stated uncertainty.

Orbitals of K shells reach momenta up to P = sqrt(2 K Omega).  Where electrons of opposite spin meet, the wave function
has a cusp, and what it holds beyond P costs 1/P^2: the excess over the exact energy falls like 1/K in the end.  If all
spins are parallel the function vanishes where electrons meet, and the excess falls like 1/K^2.  Up to ten shells it
falls faster, like K^-p with a local exponent p that comes down towards that least exponent p_0.

The energies at K, K - 2 and K - 4 give p, in steps of two because what a shell adds alternates with its parity.  From
the last step the exponent p gives too small a remainder and p_0 too large a one; the value is that of (p + p_0)/2.  The
stated uncertainty is the largest one of 1.5 times its distance from the value of p, twice its change when the largest K
is left out, and a quarter of the remainder: the first is 0 where p does not exceed p_0, as happens at some strong
repulsion, and the second may be small by chance. How often it contains the truth is counted in
tests/qdverify/test_shell_extrapolation.py and docs/harmonic-dot.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import isfinite
from typing import Final

from qdverify.reference.consensus.extrapolation import NotStableError

__all__ = ["ShellExtrapolation", "extrapolate_shells"]

POINTS: Final = 6
LEAST_SHELLS: Final = 8
LARGEST_EXPONENT: Final = 6.0
"""Beyond it the basis does not yet hold the level's density, and the excess says nothing about the cusp."""
ROUNDING: Final = 1e-12


@dataclass(frozen=True)
class ShellExtrapolation:
    """An energy in a complete basis.

    Attributes
    ----------
    value
        The extrapolated energy.
    uncertainty
        Absolute; the grade is consensus, so this is no proof.
    exponent
        p of the law K^-p that the last energies follow.
    correction
        The value minus the energy of the largest basis: negative.
    """

    value: float
    uncertainty: float
    exponent: float
    correction: float


def extrapolate_shells(
    shells: Sequence[int], energies: Sequence[float], *, polarised: bool = False
) -> ShellExtrapolation:
    """Extrapolate the energy of one level to a complete basis.

    Parameters
    ----------
    shells
        At least six consecutive numbers K of shells, the largest of at least 8.
    energies
        The level's energy for each: that of the same L_z and S and of the same place among them.
    polarised
        Whether all electrons have parallel spins, two_S = N.

    Raises
    ------
    ValueError
        If an argument breaks its rule.
    NotStableError
        If the energies do not fall with K, or fall faster than K^-6: more shells are needed.

    Examples
    --------
    Two electrons at omega = s = 1 have the energy 3:

    >>> from numeric import HarmonicDot, solve
    >>> from qdverify.reference.consensus.shell_extrapolation import extrapolate_shells
    >>> shells = range(3, 9)
    >>> found = extrapolate_shells(shells, [solve(HarmonicDot(1.0, K), 2, 1).energies[0] for K in shells])
    >>> round(found.value, 3), round(found.uncertainty, 3)
    (3.0, 0.004)
    """
    K, E = list(shells), [float(energy) for energy in energies]
    if len(K) < POINTS or len(K) != len(E):
        raise ValueError(f"shells and energies must be {POINTS} or more and alike in number, not {len(K)} and {len(E)}")
    if any(higher != lower + 1 for lower, higher in pairwise(K)) or K[0] < 1 or K[-1] < LEAST_SHELLS:
        raise ValueError(f"shells={K} must be consecutive and end at {LEAST_SHELLS} or more")
    if not all(map(isfinite, E)):
        raise ValueError(f"energies={E} must be finite")
    noise = ROUNDING * max(map(abs, E))
    if max(E[-POINTS:]) - min(E[-POINTS:]) <= noise:
        return ShellExtrapolation(E[-1], noise, 0.0, 0.0)
    least = 2.0 if polarised else 1.0
    value, distance, exponent = _limit(K, E, least, LARGEST_EXPONENT)
    before, _, _ = _limit(K[:-1], E[:-1], least, 5 * LARGEST_EXPONENT)
    uncertainty = max(distance, 2.0 * abs(value - before)) + noise
    return ShellExtrapolation(value, uncertainty, exponent, value - E[-1])


def _limit(K: list[int], E: list[float], least: float, largest: float) -> tuple[float, float, float]:
    """Return the limit, what it may be off by the choice of an exponent, and the exponent of the last steps."""
    steps = E[-5] - E[-3], E[-3] - E[-1]
    exponent = _exponent((K[-5], K[-3], K[-1]), steps, largest)
    by_law = _remainder(K, steps[1], max(exponent, least))
    remainder = _remainder(K, steps[1], 0.5 * (max(exponent, least) + least))
    return E[-1] - remainder, max(1.5 * (remainder - by_law), 0.25 * remainder), exponent


def _exponent(K: tuple[int, int, int], steps: tuple[float, float], largest: float) -> float:
    """Return p of c K^-p with these two steps."""
    if min(steps) <= 0.0:
        raise NotStableError(f"the energies must fall, but between {K} shells the steps are {steps}")

    def mismatch(p: float) -> float:
        first, second, third = (float((K[-1] / k) ** p) for k in K)
        return (first - second) * steps[1] - (second - third) * steps[0]

    if mismatch(largest) < 0.0:
        raise NotStableError(f"the energies of {K} shells fall faster than K^-{largest:g}: more shells are needed")
    low, high = 0.1, largest
    if mismatch(low) > 0.0:
        return low
    while low < (middle := 0.5 * (low + high)) < high:
        low, high = (low, middle) if mismatch(middle) > 0.0 else (middle, high)
    return high


def _remainder(K: list[int], step: float, exponent: float) -> float:
    """Return what the largest basis lacks if the last step of two shells follows c K^-p."""
    return step / (float((K[-1] / K[-3]) ** exponent) - 1.0)
