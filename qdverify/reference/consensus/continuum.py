"""One and two electrons in the continuum (M = infinity), without any orbitals: a direct two-dimensional solution.

H = -1/2 (d^2/dx_1^2 + d^2/dx_2^2) + V(x_2 - x_1) with psi = 0 at the walls (physics.md sections 2 and 6), solved in
the triangle x_1 < x_2 by `qdverify.reference.consensus.triangle`.  It shares nothing but H with the truncated-basis
model, so it is what an extrapolation M -> infinity must meet for N = 2; for the contact kernel Bethe's ansatz judges
it in turn.

Grade: consensus.  The stated uncertainty is the change against a coarser basis, which converges exponentially,
plus rounding.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from qdverify.reference.consensus.triangle import FloatArray, TriangleSector

__all__ = ["ContinuumLevels", "ContinuumTransitions", "one_to_two_electrons", "two_electron_levels"]

KERNELS: Final = ("soft-coulomb", "contact")
_FINE: Final = (15, 18)
_COARSE: Final = (13, 14)
_MOST_LEVELS: Final = 20
_FEWEST_SOLVED: Final = 6  # cost what one costs; a dot's levels, transitions and gauge then share one solution
_ROUNDING: Final = 1e-13


@dataclass(frozen=True)
class ContinuumLevels:
    """The lowest levels of two electrons at M = infinity.

    Attributes
    ----------
    energies
        In E_H*, ascending, shape (k,).
    uncertainties
        Absolute, shape (k,).
    two_S
        0 or 2, shape (k,).
    parity
        Reflection parity of the level, +1 or -1, shape (k,).
    """

    energies: FloatArray
    uncertainties: FloatArray
    two_S: NDArray[np.int64]
    parity: NDArray[np.int64]


@dataclass(frozen=True)
class ContinuumTransitions:
    """M_ji from one to two electrons at M = infinity, with absolute uncertainties, both of shape (to, from)."""

    M: FloatArray
    uncertainties: FloatArray


def two_electron_levels(
    kernel: str, levels: int, *, length: float, strength: float, cutoff: float = 0.0
) -> ContinuumLevels:
    """Return the `levels` lowest levels of two electrons without truncation of the orbitals.

    Parameters
    ----------
    kernel
        "soft-coulomb" or "contact".
    levels
        How many, singlets and triplets together: 1 to 20.
    length, strength, cutoff
        L > 0, s >= 0 and lambda > 0 (ignored for contact), as in the protocol's DOT.

    Raises
    ------
    ValueError
        If an argument breaks its rule.
    """
    coupling, beta = _units(kernel, levels, length, strength, cutoff)
    sectors = [[_solve(sector, levels)[0] for sector in _sectors(coupling, beta, size)] for size in (_FINE, _COARSE)]
    labels = np.array([(s.two_S, s.parity) for s in _sectors(coupling, beta, _FINE) for _ in range(levels)])
    energies, coarse = (np.concatenate(found) for found in sectors)
    order = np.argsort(energies, kind="stable")[:levels]
    spread = np.abs(energies - coarse)[order] + _ROUNDING * energies[order]
    return ContinuumLevels(energies[order] / length**2, spread / length**2, labels[order, 0], labels[order, 1])


def one_to_two_electrons(
    kernel: str, levels_from: int, levels_to: int, *, length: float, strength: float, cutoff: float = 0.0
) -> ContinuumTransitions:
    """Return M_ji from the lowest levels of one electron to those of two, [J96] Eq. (4) with all orbitals.

    The add operator is sum_n c+_n over all n: the electron enters with amplitude w(x) = sum_n phi_n(x) =
    cot(pi x / 2L) / sqrt(2L).  With psi normalised over the square, A_ji = int int psi_j(x, x') phi_i(x) w(x'), M_ji is
    A^2/2 for a singlet and 3 A^2/2 for a triplet.

    Parameters
    ----------
    kernel, length, strength, cutoff
        As `two_electron_levels`.
    levels_from, levels_to
        How many levels of one (1 to 20) and of two electrons (1 to 20).

    Raises
    ------
    ValueError
        If an argument breaks its rule.
    """
    if not 1 <= levels_from <= _MOST_LEVELS:
        raise ValueError(f"levels_from={levels_from} must be between 1 and {_MOST_LEVELS}")
    coupling, beta = _units(kernel, levels_to, length, strength, cutoff)
    fine, coarse = (_transitions(levels_from, levels_to, coupling, beta, size) for size in (_FINE, _COARSE))
    return ContinuumTransitions(fine, np.abs(fine - coarse) + _ROUNDING)


def _units(kernel: str, levels: int, length: float, strength: float, cutoff: float) -> tuple[float, float | None]:
    """Validate a dot and return s L and lambda / L."""
    if kernel not in KERNELS:
        raise ValueError(f"kernel={kernel!r} must be one of {', '.join(KERNELS)}")
    if not 1 <= levels <= _MOST_LEVELS:
        raise ValueError(f"levels={levels} must be between 1 and {_MOST_LEVELS}")
    if not 0 < length < np.inf:
        raise ValueError(f"length={length} must be positive and finite")
    if not 0 <= strength < np.inf:
        raise ValueError(f"strength={strength} must be non-negative and finite")
    if kernel == "contact":
        return strength * length, None
    if not 0 < cutoff < np.inf:
        raise ValueError(f"cutoff={cutoff} must be positive and finite")
    return strength * length, cutoff / length


def _sectors(coupling: float, beta: float | None, size: tuple[int, int]) -> list[TriangleSector]:
    return [TriangleSector(coupling, beta, two_S, mirror, *size) for two_S in (0, 2) for mirror in (1, -1)]


def _solve(sector: TriangleSector, levels: int) -> tuple[FloatArray, FloatArray]:
    """Return the lowest energies and coefficients of a sector, the same whatever was asked before."""
    energies, coefficients = _solved(sector, max(levels, _FEWEST_SOLVED))
    return energies[:levels], coefficients[:levels]


@lru_cache(maxsize=128)  # the sectors of a run: levels and M_ji of a dot are asked for one after the other
def _solved(sector: TriangleSector, levels: int) -> tuple[FloatArray, FloatArray]:
    found = sector.solve(levels)
    for array in found:
        array.setflags(write=False)
    return found


def _transitions(
    levels_from: int, levels_to: int, coupling: float, beta: float | None, size: tuple[int, int]
) -> FloatArray:
    numbers = np.arange(1, levels_from + 1)[:, None] * np.pi
    energies, rows = [], []
    for sector in _sectors(coupling, beta, size):
        found, coefficients = _solve(sector, levels_to)
        x1, x2, weight, psi = sector.sample(coefficients)
        exchange = 1 if sector.two_S == 0 else -1
        phi_1, phi_2 = (np.sqrt(2) * np.sin(numbers * x) for x in (x1, x2))
        w_1, w_2 = (1 / (np.sqrt(2) * np.tan(np.pi * x / 2)) for x in (x1, x2))
        # psi over the square is its triangle and the mirror image
        amplitude = (psi * weight) @ (phi_1 * w_2 + exchange * phi_2 * w_1).T
        energies.append(found)
        rows.append((0.5 if sector.two_S == 0 else 1.5) * amplitude**2)
    order = np.argsort(np.concatenate(energies), kind="stable")[:levels_to]
    probabilities: FloatArray = np.concatenate(rows)[order]
    return probabilities
