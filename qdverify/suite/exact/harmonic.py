"""Harmonic dots for the suite: exact integrals, and exact levels of one and of two electrons in a basis of shells.

Levels of two electrons are those of symmetric (S = 0) and antisymmetric (S = 1) functions sum C_pq phi_p phi_q of one
L_z, at 30 digits. From a level of one electron in orbital n they are reached with

    M_ji = (2 S_j + 1)/2 (sum_p w_p C_pn)^2.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations_with_replacement
from json import dumps, loads
from math import pi, sin
from typing import Any, Final

import mpmath

from analytic import fock_darwin_energy
from analytic.harmonic_integrals import Orbital, rational_part, shell_orbitals, squared_norm
from qdverify.protocol.json_types import HarmonicDot

DIGITS: Final = 30
STEP: Final = 2.0**-8
"""What random parameters are multiples of."""
Quadruple = tuple[int, int, int, int]


@dataclass(frozen=True)
class HarmonicLevel:
    """A level in a basis of shells.

    Attributes
    ----------
    energy
        In effective Hartree.
    two_S, L
        Twice the total spin, and the angular momentum.
    function
        Of one electron w, 1 at its orbital; of two electrons C, row by row.
    """

    energy: Any
    two_S: int
    L: int
    function: Any


def harmonic_dot(
    omega: float = 1.0, field: float = 0.0, shells: int = 3, strength: float = 1.0, **more: float
) -> HarmonicDot:
    """Return a harmonic dot of the protocol."""
    found: Any = {
        "kind": "harmonic-2d",
        "omega": omega,
        "field": field,
        "shells": shells,
        "strength": strength,
        **more,
    }
    dot: HarmonicDot = found
    return dot


def random_harmonic_dot(choose: random.Random, shells: int) -> HarmonicDot:
    """Return a random dot: weak or strong interaction, fields of either sign up to four times omega."""
    omega = choose.randint(32, 1024) * STEP
    field = choose.choice((-1, 1)) * choose.randint(16, 1024) * STEP * omega
    return harmonic_dot(omega, field, shells, choose.randint(16, 1024) * STEP)


def effective_omega(dot: HarmonicDot) -> Any:
    """Return Omega = sqrt(omega^2 + omega_c^2/4) at mpmath's working precision."""
    return mpmath.hypot(dot["omega"], mpmath.mpf(dot["field"]) / 2)


def exact_integrals_of(dot: HarmonicDot, indices: Sequence[Sequence[int]]) -> list[float]:
    """Return (pq|rs) for numbers of orbitals from 1."""
    orbitals = shell_orbitals(dot["shells"])
    with mpmath.workdps(DIGITS):
        scale = _scale(dot)
        return [float(scale * _integral(*(orbitals[n - 1] for n in quadruple))) for quadruple in indices]


def _scale(dot: HarmonicDot) -> Any:
    return mpmath.mpf(dot["strength"]) * mpmath.sqrt(mpmath.pi * effective_omega(dot) / 2)


@cache
def _integral(*orbitals: Orbital) -> Any:
    """Return (pq|rs) over `_scale`, at 30 digits and more."""
    with mpmath.workdps(DIGITS + 10):
        rational = rational_part(*orbitals)
        return mpmath.mpf(rational.numerator) / rational.denominator / mpmath.sqrt(squared_norm(*orbitals))


def exact_harmonic_levels(dot: HarmonicDot, electrons: int) -> list[HarmonicLevel]:
    """Return all levels of one or of two electrons, rising in energy; remembered."""
    return _levels(dumps(dot, sort_keys=True), electrons)


@cache
def _levels(text: str, electrons: int) -> list[HarmonicLevel]:
    dot = loads(text)
    with mpmath.workdps(DIGITS):
        found = _one_electron(dot) if electrons == 1 else [*_pairs(dot)]
    return sorted(found, key=lambda level: (level.energy, level.two_S, level.L))


def _energies(dot: HarmonicDot) -> list[Any]:
    return [
        fock_darwin_energy(radial, m, omega=dot["omega"], field=dot["field"], digits=DIGITS)
        for radial, m in shell_orbitals(dot["shells"])
    ]


def _one_electron(dot: HarmonicDot) -> list[HarmonicLevel]:
    orbitals, energies = shell_orbitals(dot["shells"]), _energies(dot)
    size = range(len(orbitals))
    return [HarmonicLevel(energies[n], 1, orbitals[n][1], [mpmath.mpf(p == n) for p in size]) for n in size]


def _pairs(dot: HarmonicDot) -> Iterator[HarmonicLevel]:
    orbitals, energies, scale = shell_orbitals(dot["shells"]), _energies(dot), _scale(dot)
    blocks: dict[int, list[tuple[int, int]]] = {}
    for p, q in combinations_with_replacement(range(len(orbitals)), 2):
        blocks.setdefault(orbitals[p][1] + orbitals[q][1], []).append((p, q))
    for L, pairs in blocks.items():
        for two_S, sign in ((0, 1), (2, -1)):
            basis = [(p, q) for p, q in pairs if sign > 0 or p != q]
            if not basis:
                continue
            H = mpmath.matrix(len(basis))
            for a, (p, q) in enumerate(basis):
                for b, (r, s) in enumerate(basis[: a + 1]):
                    # <pq|V|rs> = (pr|qs)
                    direct = _integral(orbitals[p], orbitals[r], orbitals[q], orbitals[s])
                    exchange = _integral(orbitals[p], orbitals[s], orbitals[q], orbitals[r])
                    equal = (p == q) + (r == s)
                    element = scale * (direct + sign * exchange) / mpmath.sqrt(2) ** equal
                    H[a, b] = H[b, a] = element + (energies[p] + energies[q] if a == b else 0)
            values, vectors = mpmath.eigsy(H)
            for k in range(len(basis)):
                yield HarmonicLevel(values[k], two_S, L, _function(basis, vectors[:, k], len(orbitals), sign))


def _function(basis: Sequence[tuple[int, int]], vector: Any, size: int, sign: int) -> Any:
    """Return C from the coefficients of normalised pairs."""
    C = mpmath.zeros(size)
    for k, (p, q) in enumerate(basis):
        share = vector[k] if p == q else vector[k] / mpmath.sqrt(2)
        C[p, q], C[q, p] = share, sign * share
    return C


def exact_harmonic_transitions(dot: HarmonicDot, weights: Sequence[float]) -> list[list[Any]]:
    """Return M_ji of Eq. (4) from all levels of one electron to all of two."""
    with mpmath.workdps(DIGITS):
        initial, final = (exact_harmonic_levels(dot, N) for N in (1, 2))
        places = [next(n for n, value in enumerate(level.function) if value) for level in initial]
        w = mpmath.matrix([mpmath.mpf(weight) for weight in weights])
        return [
            [mpmath.mpf(level.two_S + 1) / 2 * (w.T * level.function[:, n])[0] ** 2 for n in places] for level in final
        ]


def classical_energy(electrons: int, omega: float, strength: float) -> float:
    """Return the lowest potential energy of two or three electrons without field.

    At the minimum the repulsion is twice the energy in the harmonic potential, so the sum is 3/2 of the repulsion.

    >>> round(classical_energy(2, 1.0, 4.0), 12)
    3.0
    """
    side = (2 * (electrons - 1) * sin(pi / electrons) ** 2 * strength / omega**2) ** (1 / 3)
    return float(1.5 * electrons * (electrons - 1) / 2 * strength / side)
