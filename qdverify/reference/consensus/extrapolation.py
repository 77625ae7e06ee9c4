"""Extrapolation M -> infinity of a quantity known for several numbers M of orbitals, with a stated uncertainty.

What truncation costs is set by the cusp where two electrons meet.  It is the same function phi(M) for every level and
every N up to a constant, the level's contact, and up to corrections in powers of 1/M (centre-of-mass motion of the
pair, less singular waves).  So the values are fitted with

    E(M) = E_infinity + phi(M) (c_0 + c_1/M + ... + c_{n-1}/M^{n-1}),

phi, the gauge, being 1/M for the contact kernel.  For soft Coulomb phi goes over from about log^2(M lambda/L)/M to
ever faster decay where M lambda/L passes 1; its gauge is the excess of the N = 2 ground state, whose continuum value
`qdverify.reference.consensus.continuum` knows without orbitals.  Triplet pairs cost about M^-3 and need no gauge of
their own.

Order n = 2..5 is fitted exactly through the n + 1 largest M.  The spread of an order is the larger one of its changes
when the largest M is left out and when n falls by one; the order with the smallest spread s is taken.  A sequence whose
steps shrink by q leaves s q/(1-q) undone, which 4 s covers up to q = 4/5: the stated uncertainty is 4 s, plus the
rounding of the data as the fit amplifies it.  How often that contains the truth is measured against Bethe's ansatz and
against the direct N = 2 solution (tests/qdverify/test_consensus_extrapolation.py, docs/continuum.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from numeric import Dot, solve
from qdverify.reference.consensus.continuum import two_electron_levels

__all__ = ["Extrapolation", "NotStableError", "extrapolate", "short_distance_gauge"]

FloatArray = NDArray[np.float64]

HIGHEST_ORDER: Final = 5
SAFETY: Final = 4.0
FEWEST_POINTS: Final = 4


class NotStableError(ArithmeticError):
    """The values do not follow the expected law: no extrapolation is stated."""


@dataclass(frozen=True)
class Extrapolation:
    """A value at M = infinity.

    Attributes
    ----------
    value
        The extrapolated value.
    uncertainty
        Absolute; the grade is consensus, so this is no proof.
    order
        Number of terms in the fit.
    correction
        The value minus that at the largest M: what the basis still lacked.
    """

    value: float
    uncertainty: float
    order: int
    correction: float


def extrapolate(
    orbitals: Sequence[int],
    values: Sequence[float] | FloatArray,
    *,
    gauge: Sequence[float] | FloatArray | None = None,
    precision: float = 1e-12,
) -> Extrapolation:
    """Extrapolate to M = infinity.

    Parameters
    ----------
    orbitals
        At least 4 rising numbers M; all even or all odd, as what a further orbital adds alternates with its parity.
    values
        The quantity at each M: a level, a difference of levels, a transition probability.
    gauge
        phi(M) > 0 at each M; None for 1/M.
    precision
        Relative accuracy of the values.

    Raises
    ------
    ValueError
        If an argument breaks its rule.
    NotStableError
        If the spread of every order exceeds half the change from the smallest M to infinity.
    """
    M, data = np.asarray(orbitals, dtype=np.float64), np.asarray(values, dtype=np.float64)
    phi = 1.0 / M if gauge is None else np.asarray(gauge, dtype=np.float64)
    if not (len(M) >= FEWEST_POINTS and M.shape == data.shape == phi.shape and M.ndim == 1):
        raise ValueError(
            f"orbitals, values and gauge must be {FEWEST_POINTS} or more and alike in number, not {M.shape}"
        )
    if np.any(np.diff(M) <= 0) or M[0] < 1 or np.any(M[0] % 2 != M % 2):
        raise ValueError(f"orbitals={list(orbitals)} must rise, all even or all odd")
    if not (np.all(np.isfinite(data)) and np.all(phi > 0) and np.all(np.isfinite(phi))):
        raise ValueError("values must be finite and the gauge positive")
    if not 0 <= precision < 1:
        raise ValueError(f"precision={precision} must be at least 0 and below 1")
    return _extrapolate(M, data, phi, precision * float(np.max(np.abs(data))))


def short_distance_gauge(dot: Dot, orbitals: Sequence[int]) -> FloatArray:
    """Return phi(M): by how much M orbitals overestimate the lowest singlet of two electrons in this dot.

    Parameters
    ----------
    dot
        Soft Coulomb or contact, repulsive; its number of orbitals does not matter.
    orbitals
        The numbers M.

    Returns
    -------
    ndarray, shape (len(orbitals),)
        In E_H*.

    Raises
    ------
    ValueError
        If the kernel has no cusp, or the excess drowns in the rounding of its two energies.
    """
    inputs = {"length": dot.length, "strength": dot.strength, "cutoff": dot.cutoff}
    limit = two_electron_levels(dot.kernel, 2, **inputs)
    singlet = int(np.argmin(limit.two_S))
    target, bound = limit.energies[singlet], limit.uncertainties[singlet]
    excess = []
    for M in orbitals:
        spectrum = solve(Dot(dot.length, dot.cutoff, M, dot.kernel, dot.strength), 2, min(3, M**2))
        excess.append(float(spectrum.energies[spectrum.two_S == 0][0]) - target)
    phi = np.array(excess)
    if np.any(phi < 1e3 * (bound + 1e-14 * target)):
        raise ValueError(f"the truncation error {phi.min():.1e} is too small for a gauge: M needs no extrapolation")
    return phi


def _extrapolate(M: FloatArray, data: FloatArray, phi: FloatArray, rounding: float) -> Extrapolation:
    best: tuple[float, float, int] | None = None
    for order in range(2, min(HIGHEST_ORDER, len(M) - 2) + 1):
        value, noise = _fit(M, data, phi, order, rounding)
        without_last, _ = _fit(M[:-1], data[:-1], phi[:-1], order, rounding)
        lower_order, _ = _fit(M, data, phi, order - 1, rounding)
        spread = max(abs(value - without_last), abs(value - lower_order))
        if best is None or SAFETY * spread + noise < best[1]:
            best = value, SAFETY * spread + noise, order
    assert best is not None
    value, uncertainty, order = best
    floor = uncertainty <= 100 * SAFETY * rounding
    if not floor and uncertainty > SAFETY / 2 * abs(data[0] - value):
        raise NotStableError(f"spread {uncertainty / SAFETY:.1e} against a correction of {value - data[-1]:.1e}")
    return Extrapolation(value, uncertainty, order, value - float(data[-1]))


def _fit(M: FloatArray, data: FloatArray, phi: FloatArray, order: int, rounding: float) -> tuple[float, float]:
    """Return the limit of the exact fit through the last order + 1 points, and how it amplifies rounding."""
    last = slice(len(M) - order - 1, None)
    # rows: points, columns: 1, phi, phi/M, ..
    powers = phi[last, None] * (M[-1] / M[last, None]) ** np.arange(order)
    design = np.column_stack([np.ones(order + 1), powers / phi[-1]])
    weights = np.linalg.solve(design.T, np.eye(order + 1)[0])
    return float(weights @ data[last]), float(np.sum(np.abs(weights)) * rounding)
