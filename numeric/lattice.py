"""The interaction between electrons of opposite spin: local in the up electron's position on a lattice of 2M-1 points.

Products of two orbitals are combinations of cos(m pi x/L), m = 0..2M, that vanish at both walls, so their values at
x_j = j L/(2M), j = 1..2M-1, determine them (type-I cosine transform). With the couplings J of `integrals`,

    (pq|rs) = sum_j phi_p(j) phi_q(j) V_j(r, s),   phi_n(j) = sqrt 2 sin(n pi j/2M),
    V_j(r, s) = sum_m B(m, j) [J(m, |r-s|) - J(m, r+s)],   B(m, j) = c_m cos(m pi j/2M)/(2M),

c_m = 1 for m = 0 and m = 2M, else 2. This is exact, not a quadrature: V_j is the potential that an up electron at x_j
exerts. The pair amplitudes of `spectators` are taken from q to j by one small matrix product, from r to r' by a second,
and back to q' by a third. Reflection leaves half the lattice.
"""

import math
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np

from numeric.arrays import FloatArray, IntArray
from numeric.basis import Sign
from numeric.integrals import Integrals
from numeric.spectators import TAUS, orbitals_of_parity, pair_orbitals

CHUNK = 1 << 15
"""How many lattice values are held at a time: few enough for a processor's cache."""


def lattice_potentials(integrals: Integrals) -> FloatArray:
    """Return V_j(r, s), shape (2M-1, M, M), in effective Hartree."""
    M = integrals.orbitals
    m, n = np.arange(2 * M + 1), np.arange(1, M + 1)
    weight = np.where((m == 0) | (m == 2 * M), 1.0, 2.0) / (2 * M)
    B = weight * np.cos(np.pi * (m[1:-1, None] * m % (4 * M)) / (2 * M))
    field = B @ integrals.couplings
    V: FloatArray = field[:, np.abs(n[:, None] - n)] - field[:, n[:, None] + n]
    return V


@dataclass(frozen=True, eq=False)
class LatticeInteraction:
    """(q'q|r'r) between the pair amplitudes [k', q', r'] and [k, q, r] of one tau."""

    integrals: Integrals
    tau: Sign

    def apply(self, amplitudes: FloatArray) -> None:
        """Replace amplitudes, shape (2 Q^2, spectators), by the interaction applied to them."""
        _, M, Q = self._orbitals.shape
        step = max(1, CHUNK // (2 * M * Q))
        for start in range(0, amplitudes.shape[1], step):
            part = amplitudes[:, start : start + step]
            located = np.empty((M, 2, Q * part.shape[1]))
            # axes: k, j, (r, spectator)
            by_class = located.swapaxes(0, 1)
            np.matmul(self._orbitals, part.reshape(2, Q, Q * part.shape[1]), out=by_class)
            # axes: j, (k, r), spectator
            located[:] = (self._potentials @ located.reshape(M, 2 * Q, part.shape[1])).reshape(located.shape)
            part[:] = (self._orbitals.swapaxes(1, 2) @ by_class).reshape(part.shape)

    @cached_property
    def present(self) -> IntArray:
        """Indices of the actors [k, q, r] that have no missing orbital, ascending."""
        M = self.integrals.orbitals
        up, down = pair_orbitals(M, self.tau)
        return np.flatnonzero((up < M) & (down < M))

    @cached_property
    def compact(self) -> FloatArray:
        """The interaction among the actors present, integral by integral."""
        return self.matrix[np.ix_(self.present, self.present)]

    @cached_property
    def matrix(self) -> FloatArray:
        """The same, integral by integral, shape (2 Q^2, 2 Q^2); elements of missing orbitals have no meaning."""
        M = self.integrals.orbitals
        up, down = pair_orbitals(M, self.tau)
        q, r = (np.minimum(part + 1, M).ravel() for part in np.broadcast_arrays(up, down))
        return self.integrals.value(q[:, None], q, r[:, None], r)

    @cached_property
    def _orbitals(self) -> FloatArray:
        """Orbitals of the up electron on the half lattice j = 1..M, shape (2, M, q)."""
        M = self.integrals.orbitals
        up = pair_orbitals(M, self.tau)[0].swapaxes(1, 2)
        j, n = np.arange(1, M + 1)[:, None], np.where(up < M, up + 1, 0)
        values: FloatArray = math.sqrt(2.0) * np.sin(np.pi * (j * n % (4 * M)) / (2 * M))
        return values

    @cached_property
    def _potentials(self) -> FloatArray:
        """2 V_j of the half lattice (V_j at its centre j = M); orbitals even, then odd, padded as the amplitudes."""
        M = self.integrals.orbitals
        V = np.zeros((M, M + 1, M + 1))
        V[:, :M, :M] = lattice_potentials(self.integrals)[:M]
        V[:-1] *= 2.0
        order = np.concatenate([orbitals_of_parity(M, 1), orbitals_of_parity(M, -1)])
        return V[:, order[:, None], order]


@lru_cache(maxsize=4)
def lattice_interactions(integrals: Integrals) -> tuple[LatticeInteraction, ...]:
    """Return the interaction of opposite spins for tau = 1 and -1; all numbers of electrons share its tables."""
    return tuple(LatticeInteraction(integrals, tau) for tau in TAUS)
