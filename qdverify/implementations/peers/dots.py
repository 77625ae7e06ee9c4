"""The dot for a peer that knows Hamiltonians but no dots: orbital energies and (pq|rs) ([J96] Eq. (1)).

The integrals are the adapter's, not the peer's. They are answered to the suite as well, so that a mistake here is
found in the stage of the integrals and never blamed on the peer. Reduction to one dimension: phi_p phi_q is a
difference of two cosines; what remains are moments over v = |x - x'|/L, smooth after v = beta sinh t, by
Gauss-Legendre quadrature.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .serve import BEYOND_LIMITS, Refused, count, number, require

KERNELS = ("soft-coulomb", "contact", "constant", "none")
MOST_ORBITALS = 20  # numpy's Gauss-Legendre nodes lose digits beyond about 256 of them


@dataclass(frozen=True)
class Dot:
    """A DOT of the protocol, validated."""

    length: float
    cutoff: float
    orbitals: int
    kernel: str
    strength: float


def read_dot(dot: dict[str, Any], most_orbitals: int = MOST_ORBITALS) -> Dot:
    """Return a DOT of the protocol, or refuse it."""
    require(dot["kernel"] in KERNELS, f"kernel={dot['kernel']!r} must be one of {', '.join(KERNELS)}")
    found = Dot(
        number("length", dot["length"]),
        number("cutoff", dot["cutoff"]),
        count("orbitals", dot["orbitals"], 1),
        dot["kernel"],
        number("strength", dot["strength"]),
    )
    require(found.length > 0, f"length={found.length} must be positive")
    least = 0.0 if found.kernel != "soft-coulomb" else np.nextafter(0.0, 1.0)
    require(found.cutoff >= least, f"cutoff={found.cutoff} must be positive")
    if found.orbitals > most_orbitals:
        raise Refused(BEYOND_LIMITS, f"orbitals={found.orbitals} must be at most {most_orbitals}")
    return found


def orbital_energies(dot: Dot) -> NDArray[np.float64]:
    """Return eps_n = n^2 pi^2 / (2 L^2), shape (M,)."""
    n = np.arange(1, dot.orbitals + 1)
    return np.asarray(0.5 * (n * np.pi / dot.length) ** 2)


def repulsion(dot: Dot) -> NDArray[np.float64]:
    """Return (pq|rs) in chemists' notation, shape (M, M, M, M), orbitals from 0."""
    M = dot.orbitals
    if dot.kernel == "none":
        return np.zeros((M, M, M, M))
    if dot.kernel == "constant":
        # p, q, r, s: orbitals
        return np.asarray(dot.strength * np.einsum("pq,rs->pqrs", np.eye(M), np.eye(M)))
    J = _contact_pairs(M) if dot.kernel == "contact" else _coulomb_pairs(M, dot.cutoff / dot.length)
    n = np.arange(1, M + 1)
    d, s = np.abs(n[:, None] - n[None, :]).ravel(), (n[:, None] + n[None, :]).ravel()
    pairs = J[np.ix_(d, d)] - J[np.ix_(d, s)] - J[np.ix_(s, d)] + J[np.ix_(s, s)]
    return np.asarray(dot.strength / dot.length * pairs.reshape(M, M, M, M))


def _contact_pairs(M: int) -> NDArray[np.float64]:
    """Return the integrals over [0, 1] of cos(p pi x) cos(q pi x), p and q from 0 to 2M."""
    return np.diag(np.r_[1.0, np.full(2 * M, 0.5)])


def _coulomb_pairs(M: int, beta: float) -> NDArray[np.float64]:
    """Return the integrals over the unit square of cos(p pi x) cos(q pi y) / sqrt((x - y)^2 + beta^2)."""
    end = np.arcsinh(1.0 / beta)
    x, w = np.polynomial.legendre.leggauss(8 * M + 64)
    v, w = beta * np.sinh(0.5 * end * (x + 1.0)), 0.5 * end * w
    m = np.arange(2 * M + 1)
    phase = np.pi * m[:, None] * v[None, :]
    S, E = np.sin(phase) @ w, (np.cos(phase) * (1.0 - v)) @ w
    p, q = m[:, None].astype(float), m[None, :].astype(float)
    with np.errstate(divide="ignore", invalid="ignore"):
        J = 2.0 / np.pi * (q * S[None, :] - p * S[:, None]) / (p**2 - q**2)
    J[(m[:, None] + m[None, :]) % 2 == 1] = 0.0
    np.fill_diagonal(J, E - np.r_[0.0, S[1:] / (np.pi * m[1:])])
    J[0, 0] = 2.0 * (end - np.hypot(1.0, beta) + beta)
    return np.asarray(J)


def interaction_integrals(dot: dict[str, Any], indices: list[list[int]]) -> dict[str, Any]:
    """Answer the task of that name."""
    found = read_dot(dot)
    for quadruple in indices:
        require(len(quadruple) == 4, f"{quadruple!r} must hold four orbitals")
        for n in quadruple:
            require(count("orbital", n, 1) <= found.orbitals, f"orbital {n} must be at most {found.orbitals}")
    p, q, r, s = np.asarray(indices).T - 1
    return {"values": repulsion(found)[p, q, r, s].tolist()}
