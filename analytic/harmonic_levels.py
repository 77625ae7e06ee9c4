"""Levels of one and two electrons in a two-dimensional harmonic potential and a field, and where they cross.

One electron has the levels of Fock and Darwin, Omega + n_+ (Omega - omega_c/2) + n_- (Omega + omega_c/2) with n_+ and
n_- = 0, 1, ..., and L_z = n_+ - n_-. So has the centre of mass of any number of electrons: by the theorem of W. Kohn
(Phys. Rev. 123, 1242 (1961)) there is a level at Omega -+ omega_c/2 above every level, whatever the interaction. Two
electrons have the levels of the centre of mass plus those of `relative_energy`. The Zeeman energy is left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil

import mpmath

from analytic.exact import GUARD_DIGITS, require_integer
from analytic.harmonic_pair import Number, effective_omega, pair_coupling, read_number, relative_energy


@dataclass(frozen=True)
class PairLevel:
    """A level of two electrons.

    Attributes
    ----------
    energy
        Energy in effective Hartree.
    two_S
        Twice the total spin: 0 if the relative angular momentum is even, else 2.
    centre, relative
        Zeros of the radial function and angular momentum of either motion.
    """

    energy: mpmath.mpf
    two_S: int
    centre: tuple[int, int]
    relative: tuple[int, int]

    @property
    def angular_momentum(self) -> int:
        """Total L_z."""
        return self.centre[1] + self.relative[1]


def fock_darwin_energy(radial: int, m: int, *, omega: Number, field: Number = 0, digits: int = 30) -> mpmath.mpf:
    """Return (2 n_r + |m| + 1) Omega - m omega_c/2, the energy of one electron.

    Examples
    --------
    >>> from mpmath import nstr
    >>> from analytic import fock_darwin_energy
    >>> nstr(fock_darwin_energy(0, 2, omega=3, field=8), 6)
    '7.0'
    """
    require_integer("radial", radial, minimum=0)
    require_integer("|m|", abs(m), minimum=0)
    with mpmath.workdps(digits + GUARD_DIGITS):
        return (2 * radial + abs(m) + 1) * effective_omega(omega, field) - m * read_number("field", field) / 2


def harmonic_pair_levels(
    omega: Number, levels: int, *, field: Number = 0, strength: Number = 1, digits: int = 30
) -> list[PairLevel]:
    """Return the lowest levels of two electrons, rising in energy, none missed.

    Parameters
    ----------
    omega, field, strength
        Frequency of the potential, positive; cyclotron frequency of either sign; strength of the Coulomb interaction,
        not negative.
    levels
        Number of levels; those that coincide count one by one, those of one multiplet of spin as one.
    digits
        Each relative energy is proven to 10^-digits Omega, see `relative_energy`.

    Raises
    ------
    ValueError
        If a value is outside these rules.

    Examples
    --------
    >>> from mpmath import nstr
    >>> from analytic import harmonic_pair_levels
    >>> [(nstr(level.energy, 8), level.two_S) for level in harmonic_pair_levels(1, 3, digits=12)]
    [('3.0', 0), ('3.5964989', 2), ('3.5964989', 2)]
    """
    count = require_integer("levels", levels, minimum=1)
    coupling = pair_coupling(omega, field, strength, digits=digits)
    with mpmath.workdps(digits + GUARD_DIGITS):
        Omega, half = effective_omega(omega, field), read_number("field", field) / 2
        limit = 2 * Omega
        while True:
            limit += Omega
            found = [
                PairLevel(
                    (2 * N + abs(M) + 1 + relative_energy(n, m, coupling, digits=digits)) * Omega - (M + m) * half,
                    2 * (m % 2),
                    (N, M),
                    (n, m),
                )
                for (N, M), (n, m) in _pairs(Omega, half, limit)
            ]
            # without repulsion every level lies lower, so what is not listed exceeds the limit
            below = [level for level in found if level.energy <= limit]
            if len(below) >= count:
                return sorted(below, key=lambda level: level.energy)[:count]


def _pairs(Omega: mpmath.mpf, half: mpmath.mpf, limit: mpmath.mpf) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """Yield centre-of-mass and relative states whose energies without repulsion add up to the limit at most."""
    states = []
    steps = Omega - half, Omega + half
    most = [ceil((limit - 2 * Omega) / step) for step in steps]
    for plus in range(most[0] + 1):
        for minus in range(most[1] + 1):
            states.append((plus * steps[0] + minus * steps[1] + Omega, (min(plus, minus), plus - minus)))
    for energy, centre in states:
        for other, relative in states:
            if energy + other <= limit:
                yield centre, relative


def ground_state_crossing(m: int, *, omega: Number, strength: Number = 1, digits: int = 30) -> mpmath.mpf:
    """Return the field at which the ground state of two electrons changes its angular momentum from m to m + 1.

    Its spin changes from 0 to 1 for even m (singlet-triplet crossing), from 1 to 0 for odd m.

    Parameters
    ----------
    m
        Angular momentum below the crossing, not negative.
    omega, strength
        As in `harmonic_pair_levels`; the strength must be positive.
    digits
        Digits of the field, at most 40.

    Returns
    -------
    mpmath.mpf
        Cyclotron frequency omega_c in effective Hartree.

    Raises
    ------
    ValueError
        If a value is outside these rules.

    Examples
    --------
    >>> from mpmath import nstr
    >>> from analytic import ground_state_crossing
    >>> nstr(ground_state_crossing(0, omega=1), 8)
    '1.6110314'
    """
    require_integer("m", m, minimum=0)
    if require_integer("digits", digits, minimum=1) > 40:
        raise ValueError(f"digits={digits} must be at most 40")
    with mpmath.workdps(digits + GUARD_DIGITS):
        if not read_number("strength", strength) > 0:
            raise ValueError(f"strength={strength} must be positive")

        def gap(field: mpmath.mpf) -> mpmath.mpf:
            coupling = pair_coupling(omega, field, strength, digits=digits)
            low, high = (relative_energy(0, k, coupling, digits=digits + 6) for k in (m, m + 1))
            return effective_omega(omega, field) * (high - low) - field / 2

        low, high = mpmath.mpf(0), effective_omega(omega, 0)
        while gap(high) > 0:
            low, high = high, 2 * high
        step = high * mpmath.mpf(10) ** (-digits - 2)
        return mpmath.findroot(gap, (low, high), solver="anderson", tol=step, verify=False)
