"""From a peer's eigenvectors of one S_z sector to levels with a total spin, and from their amplitudes to M_ji.

The sector of the smallest S_z >= 0 holds one state of every level. If levels of different spin coincide in energy, a
solver returns any mixture of them: inside such a cluster S^2 is diagonalised.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from .serve import NOT_CONVERGED, Refused

Vectors = NDArray[np.float64]
CLUSTER: Final = 1e-7
IMPURE: Final = 1e-3


@dataclass(frozen=True)
class Level:
    """One level: its energy, doubled spin, and its state in the sector."""

    energy: float
    two_S: int
    state: Vectors


def smallest_sector(electrons: int) -> tuple[int, int]:
    """Return the numbers of electrons with spin up and down in the sector of the smallest S_z >= 0."""
    return electrons - electrons // 2, electrons // 2


def label(energies: Sequence[float], states: Vectors, apply_spin: Callable[[Vectors], Vectors]) -> list[Level]:
    """Return levels with their total spins.

    Parameters
    ----------
    energies
        Ascending.
    states
        One row a state.
    apply_spin
        S^2 on rows of states.

    Raises
    ------
    Refused
        If a state has no total spin: the eigensolver has not converged, or cut a cluster.
    """
    found: list[Level] = []
    start = 0
    for stop in range(1, len(energies) + 1):
        if stop < len(energies) and energies[stop] - energies[stop - 1] < CLUSTER * max(1.0, abs(energies[stop])):
            continue
        found += _label_cluster(np.asarray(energies[start:stop]), states[start:stop], apply_spin)
        start = stop
    return found


def _label_cluster(energies: Vectors, states: Vectors, apply_spin: Callable[[Vectors], Vectors]) -> list[Level]:
    squares, rotation = np.linalg.eigh(states @ apply_spin(states).T)
    rotated = rotation.T @ states
    found = []
    for square, energy, state in zip(squares, (rotation**2).T @ energies, rotated, strict=True):
        two_S = round(float(np.sqrt(1.0 + 4.0 * max(square, 0.0)) - 1.0))
        if abs(two_S * (two_S + 2) / 4.0 - square) > IMPURE:
            raise Refused(NOT_CONVERGED, f"a state at energy {energy:.6g} has <S^2> = {square:.6g}, which is no spin")
        found.append(Level(float(energy), two_S, state))
    return sorted(found, key=lambda level: level.energy)


def transition_weight(electrons: int, two_S_i: int, two_S_j: int, amplitude: float) -> float:
    """Return M_ji ([J96] Eq. (4)) from the amplitude of one S_z pair.

    The pair is S_z = 0 -> 1/2 by a spin up if the number of electrons is even, 1/2 -> 0 by a spin down if it is
    odd: its Clebsch-Gordan coefficient cannot vanish.
    """
    if abs(two_S_i - two_S_j) != 1:
        return 0.0
    squared = 0.5 if electrons % 2 else (two_S_i + 2 if two_S_j > two_S_i else two_S_i) / (2.0 * (two_S_i + 1))
    return (two_S_j + 1) / (2.0 * (two_S_i + 1)) * amplitude**2 / squared


def clebsch_gordan(two_S_i: int, two_m: int, two_sigma: int, two_S_j: int) -> float:
    """Return <S_i m, 1/2 sigma | S_j m + sigma>."""
    two_M = two_m + two_sigma
    if abs(two_S_i - two_S_j) != 1 or abs(two_M) > two_S_j:
        return 0.0
    up = two_S_j > two_S_i
    aligned = two_S_i + 1 + (two_M if (two_sigma > 0) == up else -two_M)
    sign = -1.0 if not up and two_sigma > 0 else 1.0
    return float(sign * np.sqrt(aligned / (2.0 * (two_S_i + 1))))
