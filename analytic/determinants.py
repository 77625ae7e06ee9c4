"""Slater determinants, the ladder operator S_-, and the creation of one electron: the integers behind every amplitude.

A determinant is the sorted tuple of its occupied spin-orbitals; spin-orbital 2(n-1) is orbital n with spin up, 2(n-1)+1
the same orbital with spin down, and |a b c> = c+_a c+_b c+_c |0>. In this order the two spins of an orbital are
neighbours, so a doubly occupied orbital is an even factor that commutes with everything, and S_-, which replaces n-up
by n-down, never changes a sign.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

Determinant: TypeAlias = tuple[int, ...]
IntegerVector: TypeAlias = Mapping[Determinant, int]


def spin_orbital(orbital: int, sigma: int) -> int:
    """Return the number of a spin-orbital; orbital 1-based, sigma = +1 (up) or -1 (down).

    Examples
    --------
    >>> from analytic import spin_orbital
    >>> spin_orbital(1, 1), spin_orbital(1, -1), spin_orbital(2, 1)
    (0, 1, 2)
    """
    return 2 * (orbital - 1) + (sigma < 0)


def orbital_of(spin_orbital: int) -> int:
    """Return the 1-based orbital of a spin-orbital."""
    return spin_orbital // 2 + 1


def sigma_of(spin_orbital: int) -> int:
    """Return +1 for spin up, -1 for spin down."""
    return -1 if spin_orbital % 2 else 1


def create(determinant: Determinant, added: int) -> tuple[int, Determinant] | None:
    """Return (sign, determinant) of c+_added |determinant>, or None if the spin-orbital is occupied.

    The sign counts the occupied spin-orbitals that the new one has to pass.
    """
    if added in determinant:
        return None
    passed = sum(occupied < added for occupied in determinant)
    return (-1) ** passed, (*determinant[:passed], added, *determinant[passed:])


def lower_spin(vector: IntegerVector) -> dict[Determinant, int]:
    """Return S_- |vector>, S_- = sum over orbitals of c+_(n,down) c_(n,up)."""
    lowered: Counter[Determinant] = Counter()
    for determinant, coefficient in vector.items():
        for position, occupied in enumerate(determinant):
            if sigma_of(occupied) > 0 and occupied + 1 not in determinant:
                lowered[(*determinant[:position], occupied + 1, *determinant[position + 1 :])] += coefficient
    return {determinant: value for determinant, value in lowered.items() if value}


def add_electron(
    vector: IntegerVector, sigma: int, orbitals: int, weights: Sequence[Any] | None = None
) -> dict[Determinant, Any]:
    """Return D+_sigma |vector>, D+_sigma = sum over the M orbitals of w_n c+_(n,sigma).

    Every w_n is 1 ([J96] Eq. (4)) unless weights are given, the first one that of orbital 1.
    """
    added: Counter[Determinant] = Counter()
    for determinant, coefficient in vector.items():
        for orbital in range(1, orbitals + 1):
            created = create(determinant, spin_orbital(orbital, sigma))
            if created is not None:
                weight = 1 if weights is None else weights[orbital - 1]
                added[created[1]] += created[0] * coefficient * weight
    return {determinant: value for determinant, value in added.items() if value}


def overlap(first: IntegerVector, second: Mapping[Determinant, Any]) -> Any:
    """Return <first|second>."""
    return sum(coefficient * second.get(determinant, 0) for determinant, coefficient in first.items())


def reflection_parity(orbitals: tuple[int, ...]) -> int:
    """Return the parity of a product of orbitals under x -> L-x: phi_n has (-1)^(n+1)."""
    return -1 if sum(orbital + 1 for orbital in orbitals) % 2 else 1
