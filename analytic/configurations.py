"""Spin-adapted configurations: the exact eigenstates without interaction, and the basis of everything with it.

A configuration says how often each orbital is occupied, (1, 2, 2) being one electron in orbital 1 and two in orbital 2.
Its k singly occupied orbitals couple to spin S in f(k, S) ways, one for each path of intermediate spins
(genealogical coupling: electron by electron, in the order of the orbitals). The spin functions are built without
normalisation, in integers; with |f> of spin S' at its highest weight the next electron gives

    S' + 1/2:  |f> up ,        S' - 1/2:  2S' |f> down - (S_-|f>) up ,

the second being what S_+ annihilates: S_+ acts on it as 2S'|f>up - (S_+ S_-|f>)up = 0. Different paths are orthogonal,
because they differ in some intermediate S^2, so the metric is diagonal and integer. Lower S_z follow by S_-.
Zero interaction: physics.md sections 4 and 6; energies are integers sum n^2 in units of pi^2/(2 L^2), [J96] below Eq.
(1).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from math import gcd

from analytic.determinants import Determinant, IntegerVector, lower_spin, overlap, reflection_parity, spin_orbital
from analytic.exact import require_integer

MOST_ELECTRONS = 6
"""Largest N of `noninteracting_levels`: the specification's range."""


@dataclass(frozen=True)
class SpinAdaptedConfiguration:
    """One configuration with one way of coupling its open shells to total spin S.

    Parameters
    ----------
    orbitals
        Occupied orbitals in rising order, a doubly occupied one listed twice.
    intermediate
        Twice the spin after each open-shell electron, (1, 2, 1) for three electrons coupled to a doublet through a
        triplet; empty for closed shells.
    """

    orbitals: tuple[int, ...]
    intermediate: tuple[int, ...]

    @property
    def energy(self) -> int:
        """Energy without interaction in units of pi^2/(2 L^2): the sum of n^2."""
        return sum(orbital**2 for orbital in self.orbitals)

    @property
    def two_S(self) -> int:
        """Twice the total spin."""
        return self.intermediate[-1] if self.intermediate else 0

    @property
    def parity(self) -> int:
        """+1 or -1 under x -> L-x."""
        return reflection_parity(self.orbitals)

    @cached_property
    def components(self) -> dict[int, IntegerVector]:
        """The unnormalised integer vectors over determinants, keyed by twice S_z from S down to -S."""
        strings = _highest_weight(self.intermediate)
        vector: IntegerVector = {_determinant(self.orbitals, spins): value for spins, value in strings.items()}
        found = {self.two_S: vector}
        for two_Sz in range(self.two_S - 2, -self.two_S - 1, -2):
            vector = lower_spin(vector)
            found[two_Sz] = vector
        return found

    def squared_norm(self, two_Sz: int) -> int:
        """Return the squared norm of the component, an integer."""
        return int(overlap(self.components[two_Sz], self.components[two_Sz]))


def _highest_weight(intermediate: tuple[int, ...]) -> dict[tuple[int, ...], int]:
    """Return the highest-weight spin function as {spins of the open shells: integer}, common factors divided out."""
    function: dict[tuple[int, ...], int] = {(): 1}
    previous = 0
    for two_S in intermediate:
        if two_S > previous:
            function = {(*spins, 1): value for spins, value in function.items()}
        else:
            grown = {(*spins, -1): previous * value for spins, value in function.items()}
            for spins, value in function.items():
                for position, sigma in enumerate(spins):
                    if sigma > 0:
                        lowered = (*spins[:position], -1, *spins[position + 1 :], 1)
                        grown[lowered] = grown.get(lowered, 0) - value
            function = grown
        previous = two_S
    divisor = gcd(*function.values())
    return {spins: value // divisor for spins, value in function.items() if value}


def _determinant(orbitals: tuple[int, ...], spins: tuple[int, ...]) -> Determinant:
    """Return the determinant of a configuration whose open shells have the given spins, in the order of orbitals."""
    remaining = iter(spins)
    occupied: list[int] = []
    for orbital in sorted(set(orbitals)):
        sigmas = (1, -1) if orbitals.count(orbital) == 2 else (next(remaining),)
        occupied.extend(spin_orbital(orbital, sigma) for sigma in sigmas)
    return tuple(occupied)


def coupling_paths(open_shells: int, two_S: int) -> tuple[tuple[int, ...], ...]:
    """Return the paths of intermediate spins that couple k electrons to S: f(k, S) of them.

    The path that couples with the highest spins first comes last.
    """
    require_integer("open_shells", open_shells, minimum=0)
    require_integer("two_S", two_S, minimum=0)
    paths: list[tuple[int, ...]] = [()]
    for _ in range(open_shells):
        paths = [
            (*path, spin)
            for path in paths
            for spin in ((path[-1] if path else 0) + step for step in (-1, 1))
            if spin >= 0
        ]
    return tuple(path for path in paths if (path[-1] if path else 0) == two_S)


def spin_adapted(orbitals: tuple[int, ...]) -> tuple[SpinAdaptedConfiguration, ...]:
    """Return every spin-adapted state of a configuration, all spins, lowest spin first."""
    open_shells = sum(orbitals.count(orbital) == 1 for orbital in set(orbitals))
    return tuple(
        SpinAdaptedConfiguration(orbitals, path)
        for two_S in range(open_shells % 2, open_shells + 1, 2)
        for path in coupling_paths(open_shells, two_S)
    )


def configurations(electrons: int, orbitals: int, *, largest_energy: int | None = None) -> Iterator[tuple[int, ...]]:
    """Yield the occupied orbitals of every configuration, no orbital more than twice, up to an energy sum n^2."""
    if electrons == 0:
        yield ()
        return
    for highest in range((electrons + 1) // 2, orbitals + 1):
        for pair in (1, 2) if electrons > 1 else (1,):
            left = None if largest_energy is None else largest_energy - pair * highest**2
            if left is None or left >= 0:
                for lower in configurations(electrons - pair, highest - 1, largest_energy=left):
                    yield (*lower, *(highest,) * pair)


def noninteracting_levels(electrons: int, orbitals: int, count: int) -> tuple[SpinAdaptedConfiguration, ...]:
    """Return the lowest levels without interaction, exactly: each a multiplet with energy, spin, parity.

    Multiplets that coincide in energy are listed one by one, lower spin first; the last cluster is never cut, so more
    than `count` levels may come back.

    Parameters
    ----------
    electrons
        N, 0 to 6.
    orbitals
        M of the basis.
    count
        Smallest number of levels to return.

    Raises
    ------
    ValueError
        If N is negative, larger than 2M or than 6, or there are fewer than `count` levels.

    Examples
    --------
    >>> from analytic.configurations import noninteracting_levels
    >>> [(level.energy, level.two_S, level.parity) for level in noninteracting_levels(2, 3, 3)]
    [(2, 0, 1), (5, 0, -1), (5, 2, -1)]
    """
    _validate(electrons, orbitals, count)
    bound = ground_energy(electrons)
    everything = 2 * orbitals**2 * max(electrons, 1)
    while True:
        occupied = configurations(electrons, orbitals, largest_energy=bound)
        found = sorted(
            (level for occupation in occupied for level in spin_adapted(occupation)),
            key=lambda level: (level.energy, level.two_S, level.orbitals),
        )
        if len(found) >= count:
            last = found[count - 1].energy
            return tuple(level for level in found if level.energy <= last)
        if bound > everything:
            raise ValueError(f"count={count} must not exceed the {len(found)} levels of N={electrons}, M={orbitals}")
        bound = 2 * bound + 8


def ground_energy(electrons: int) -> int:
    """Return the lowest sum of n^2: orbitals filled from below."""
    return sum((index // 2 + 1) ** 2 for index in range(electrons))


def _validate(electrons: int, orbitals: int, count: int) -> None:
    require_integer("electrons", electrons, minimum=0)
    require_integer("orbitals", orbitals, minimum=1)
    require_integer("count", count, minimum=1)
    if electrons > min(MOST_ELECTRONS, 2 * orbitals):
        raise ValueError(f"electrons={electrons} must not exceed {MOST_ELECTRONS} or 2*orbitals={2 * orbitals}")
