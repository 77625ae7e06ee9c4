"""Interaction integrals (pq|rs) of the hard-wall box by an O(M) reduction.

Chemists' notation, (pq|rs) = int int phi_p(x) phi_q(x) V(x, x') phi_r(x') phi_s(x') dx dx'. Products of orbitals are
differences of cosines, phi_p phi_q = [cos(|p-q| pi x/L) - cos((p+q) pi x/L)]/L, so that with the couplings

    J(m, m') = 1/L^2 int int cos(m pi x/L) V(x, x') cos(m' pi x'/L) dx dx',   m, m' = 0..2M,
    (pq|rs)  = J(d, d') - J(d, s') - J(s, d') + J(s, s'),   d = |p-q|, s = p+q, d' = |r-s|, s' = r+s.

J vanishes for odd m + m' (reflection symmetry). The interaction is thus a sum over 2M+1 densities. For the soft Coulomb
kernel, with beta = lambda/L, w(v) = 1/sqrt(v^2 + beta^2) and S_m = int_0^1 sin(m pi v) w dv,

    J(p, q) = (s/L) (2/pi) (q S_q - p S_p)/(p^2 - q^2)                            p != q, p + q even,
    J(m, m) = (s/L) [int_0^1 (1-v) cos(m pi v) w dv - S_m/(m pi)]                 m > 0,
    J(0, 0) = (s/L) 2 [asinh(1/beta) - sqrt(1+beta^2) + beta].

The one-dimensional integrals are taken by Gauss-Legendre panels that shrink geometrically towards v = 0, where w has
its branch points at +-i beta: every panel sees the integrand analytic in a fixed multiple of its own length, and the
accuracy does not depend on beta.
"""

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from numeric.dot import LARGEST_ENERGY, Dot
from numeric.validation import as_floats, as_instance, require_moderate

NODES_PER_PANEL = 20
PHASE_PER_PANEL = 8.0


@dataclass(frozen=True, eq=False, repr=False)
class Integrals:
    """The interaction between the orbitals of a dot, held as couplings of densities.

    Parameters
    ----------
    couplings : ndarray, shape (2M+1, 2M+1)
        J(m, m') of the module, symmetric, zero for odd m + m', in effective Hartree; strength and 1/L included.

    Raises
    ------
    ValueError
        If the couplings lack that form, are not finite or exceed 1e120.

    >>> integrals = interaction_integrals(Dot(1.0, 0.1, 2))
    >>> round(float(integrals.value(1, 1, 2, 2)), 6), integrals.tensor().shape
    (4.541167, (2, 2, 2, 2))
    """

    couplings: NDArray[np.float64]

    def __post_init__(self) -> None:
        J = as_floats("couplings", self.couplings)
        if np.max(np.abs(J), initial=0.0) > LARGEST_ENERGY:
            raise ValueError(f"couplings of up to {np.max(np.abs(J)):g} must be at most {LARGEST_ENERGY:g} in size")
        if J.ndim != 2 or J.shape[0] != J.shape[1] or J.shape[0] % 2 == 0 or J.shape[0] < 3:
            raise ValueError(f"couplings of shape {J.shape} must have shape (2M+1, 2M+1)")
        m = np.arange(len(J))
        if not np.array_equal(J, J.T) or np.any(J[(m[:, None] + m) % 2 == 1]):
            raise ValueError("couplings J(m, m') must be symmetric and vanish for odd m + m'")
        J.setflags(write=False)
        object.__setattr__(self, "couplings", J)

    def __repr__(self) -> str:
        return f"Integrals(orbitals={self.orbitals}, (11|11)={self._value(*np.ones((4, 1), np.int64))[0]:.6g})"

    @property
    def orbitals(self) -> int:
        """Number M of orbitals."""
        return (len(self.couplings) - 1) // 2

    def value(self, p: ArrayLike, q: ArrayLike, r: ArrayLike, s: ArrayLike) -> NDArray[np.float64]:
        """Return (pq|rs) for orbital numbers 1..M, broadcast against each other, in effective Hartree.

        Raises
        ------
        ValueError
            If an orbital number is not an integer from 1 to M, the four do not fit each other, or there are too many.
        """
        for name, index in (("p", p), ("q", q), ("r", r), ("s", s)):
            require_moderate(name, index)
        indices = [np.asarray(index) for index in (p, q, r, s)]
        require_moderate("(pq|rs)", np.broadcast_to(0, np.broadcast_shapes(*(index.shape for index in indices))))
        for index in indices:
            if index.dtype.kind not in "iu":
                raise ValueError(f"orbital numbers of type {index.dtype} must be integers")
            if np.any((index < 1) | (index > self.orbitals)):
                raise ValueError(f"orbital numbers must lie in 1..{self.orbitals}")
        return self._value(*(index.astype(np.int64) for index in indices))

    def _value(
        self, p: NDArray[np.int64], q: NDArray[np.int64], r: NDArray[np.int64], s: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        J = self.couplings
        m_minus, m_plus, k_minus, k_plus = np.abs(p - q), p + q, np.abs(r - s), r + s
        # grouped so that (pq|rs) = (rs|pq) to the last bit
        value: NDArray[np.float64] = (J[m_minus, k_minus] + J[m_plus, k_plus]) - (
            J[m_minus, k_plus] + J[m_plus, k_minus]
        )
        return value

    def tensor(self) -> NDArray[np.float64]:
        """Return all (pq|rs), shape (M, M, M, M), index n - 1 for orbital n, in effective Hartree."""
        n = np.arange(1, self.orbitals + 1)
        return self._value(n[:, None, None, None], n[:, None, None], n[:, None], n)


def interaction_of(dot: Dot, integrals: Integrals | None) -> Integrals:
    """Return the integrals given, or compute the dot's own; refuse integrals for another number of orbitals."""
    if integrals is None:
        return interaction_integrals(dot)
    as_instance("integrals", integrals, Integrals)
    if integrals.orbitals != dot.orbitals:
        raise ValueError(f"integrals of {integrals.orbitals} orbitals must be of the dot's {dot.orbitals}")
    return integrals


def interaction_integrals(dot: Dot) -> Integrals:
    """Return the interaction integrals of a dot, absolute error below 1e-13 s/L for 1e-6 <= lambda/L.

    Examples
    --------
    >>> from numeric import Dot, interaction_integrals
    >>> dot = Dot(length=9.5, cutoff=1.9e-3, orbitals=5)
    >>> integrals = interaction_integrals(dot)
    >>> integrals.orbitals, integrals.value([1, 2], [1, 2], 1, 1).round(4)
    (5, array([2.5127, 1.7835]))
    """
    as_instance("dot", dot, Dot)
    return _of_dot(dot)


@lru_cache(maxsize=8)
def _of_dot(dot: Dot) -> Integrals:
    size = 2 * dot.orbitals + 1
    J = np.zeros((size, size))
    if dot.kernel == "soft-coulomb":
        J = dot.strength / dot.length * _soft_coulomb_couplings(dot.cutoff / dot.length, size)
    elif dot.kernel == "contact":
        J = dot.strength / dot.length * np.diag(np.where(np.arange(size) == 0, 1.0, 0.5))
    elif dot.kernel == "constant":
        J[0, 0] = dot.strength
    return Integrals(J)


@lru_cache(maxsize=8)
def _soft_coulomb_couplings(beta: float, size: int) -> NDArray[np.float64]:
    m = np.arange(size)
    sine, cosine = _moments(beta, m)
    weighted = m * sine
    even = (m[:, None] + m) % 2 == 0
    with np.errstate(divide="ignore", invalid="ignore"):
        J = (2.0 / math.pi) * (weighted[None, :] - weighted[:, None]) / (m[:, None] ** 2 - m[None, :] ** 2)
        np.fill_diagonal(J, cosine - sine / (m * math.pi))
    J[0, 0] = 2.0 * (math.asinh(1.0 / beta) - 1.0 / (math.hypot(1.0, beta) + beta))
    J[~even] = 0.0
    J.setflags(write=False)
    return J


def _moments(beta: float, m: NDArray[np.int64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return S_m = int_0^1 sin(m pi v) w dv and int_0^1 (1-v) cos(m pi v) w dv, shapes (len(m),)."""
    v, weights = _graded_quadrature(beta, math.pi * float(m[-1]))
    weights = weights / np.hypot(v, beta)
    phase = math.pi * np.multiply.outer(m, v)
    return np.sin(phase) @ weights, np.cos(phase) @ (weights * (1.0 - v))


def _graded_quadrature(beta: float, wavenumber: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return nodes and weights on [0, 1] for integrands with branch points at +-i beta and a highest wavenumber."""
    edges = [1.0]
    while edges[-1] > beta:
        edges.append(edges[-1] / 2.0)
    x, w = np.polynomial.legendre.leggauss(NODES_PER_PANEL)
    starts, widths = [], []
    for lower, upper in zip([*edges[1:], 0.0], edges, strict=True):
        pieces = max(1, math.ceil(wavenumber * (upper - lower) / PHASE_PER_PANEL))
        width = (upper - lower) / pieces
        starts += [lower + width * piece for piece in range(pieces)]
        widths += [width] * pieces
    start, half = np.array(starts)[:, None], 0.5 * np.array(widths)[:, None]
    return (start + half * (1.0 + x)).ravel(), (half * w).ravel()
