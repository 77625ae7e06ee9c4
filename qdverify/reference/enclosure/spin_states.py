"""The S_z-resolved rate equation for balls: states |level, S_z> in a field, between leads of one spin each.

A field adds b S_z to every state. By Wigner and Eckart an electron of spin sigma = +-1 (in units of 1/2) passes between
two states at the rate t_sigma |A_ji|^2 f, with

    |A_ji|^2 = 2 M_ji (2S_i+1)/(2S_j+1) C^2,  C^2 = [2S_i+1 +- sigma (2m_i+sigma)] / [2 (2S_i+1)], S_j = S_i +- 1/2.

A lead that takes spin up at the rate t_up and spin down at t_down is two leads of one potential and temperature. What
remains is a rate equation between levels without degeneracy (`qdverify.reference.enclosure.transport`), in which
|A_ji|^2 / 2 is M_ji.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate

from qdverify.protocol.spins import spin_text
from qdverify.reference.enclosure.transport import Lead, RateEquation

UP, DOWN = 1, -1
NONE = Fraction(0)
Transition = tuple[int, int, tuple[Fraction, ...]]
"""Two levels or states, and the probability between them at each lead."""


@dataclass(frozen=True)
class SpinLead:
    """A lead with tunnel rates of spin up and of spin down, and a temperature if it differs from the others'."""

    up: Fraction
    down: Fraction
    mu: Fraction
    kT: Fraction | None = None


@dataclass(frozen=True)
class SpinScheme:
    """Levels and the transition probabilities between them, in a field.

    Attributes
    ----------
    energies, two_S
        Of each level, without field.
    transitions
        (i, j, M_ji at each lead) with one electron more in level j.
    zeeman
        b, in the unit of the energies.
    """

    energies: tuple[Fraction, ...]
    two_S: tuple[int, ...]
    transitions: tuple[Transition, ...]
    zeeman: Fraction

    def states(self) -> RateEquation:
        """Return the rate equation of the states from S_z = -S to S of each level, between leads up, then down.

        Raises
        ------
        ValueError
            If M_ji is above 0 between spins that do not differ by 1/2.
        """
        shifts = {two_m: self.zeeman * Fraction(two_m, 2) for two_S in {*self.two_S} for two_m in _projections(two_S)}
        energies = [
            energy + shifts[two_m] if two_m else energy
            for energy, two_S in zip(self.energies, self.two_S, strict=True)
            for two_m in _projections(two_S)
        ]
        firsts = [0, *accumulate(two_S + 1 for two_S in self.two_S)]
        steps = tuple(step for item in self.transitions for step in self._steps(*item, firsts))
        named = tuple((level, two_m) for level, two_S in enumerate(self.two_S) for two_m in _projections(two_S))
        return RateEquation(tuple(energies), (0,) * len(energies), steps, named)

    def _steps(self, i: int, j: int, M: tuple[Fraction, ...], firsts: Sequence[int]) -> Iterator[Transition]:
        """Yield every pair of states that one electron joins; `firsts` are the first states of the levels."""
        if not any(M):
            return
        two_S_i, two_S_j = self.two_S[i], self.two_S[j]
        if abs(two_S_j - two_S_i) != 1:
            spins = f"{spin_text(two_S_i)} and {spin_text(two_S_j)}"
            raise ValueError(f"M of {i} -> {j} must be 0: their spins {spins} do not differ by 1/2")
        raised, none = two_S_j - two_S_i, (NONE,) * len(M)
        parts: dict[int, tuple[Fraction, ...]] = {}
        for k in range(two_S_i + 1):
            for sigma in (UP, DOWN):
                two_m = 2 * k - two_S_i + sigma
                if abs(two_m) <= two_S_j:
                    share = two_S_i + 1 + raised * sigma * two_m
                    taken = parts.get(share) or parts.setdefault(share, _parts(M, share, 2 * (two_S_j + 1)))
                    ends = firsts[i] + k, firsts[j] + (two_m + two_S_j) // 2
                    yield (*ends, (*taken, *none) if sigma == UP else (*none, *taken))


def _parts(M: Sequence[Fraction], above: int, below: int) -> tuple[Fraction, ...]:
    """Return above/below of every number; one and the same for all leads if M is."""
    first = Fraction(above * M[0].numerator, below * M[0].denominator)
    return tuple(first if one is M[0] else Fraction(above * one.numerator, below * one.denominator) for one in M)


def _projections(two_S: int) -> range:
    return range(-two_S, two_S + 1, 2)


def leads_of_spins(leads: Sequence[SpinLead]) -> tuple[Lead, ...]:
    """Return every lead for spin up, then every lead for spin down."""
    return (*(Lead(one.up, one.mu, one.kT) for one in leads), *(Lead(one.down, one.mu, one.kT) for one in leads))
