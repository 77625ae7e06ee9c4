"""The interaction between electrons of opposite spin: local in the up electron's position on a lattice of 2M-1 points.

Products of two orbitals are combinations of cos(m pi x/L), m = 0..2M, that vanish at both walls, so their values at
x_j = j L/(2M), j = 1..2M-1, determine them (type-I cosine transform). With the couplings J of `integrals`,

    (pq|rs) = sum_j phi_p(j) phi_q(j) V_j(r, s),   phi_n(j) = sqrt 2 sin(n pi j/2M),
    V_j(r, s) = sum_m B(m, j) [J(m, |r-s|) - J(m, r+s)],   B(m, j) = c_m cos(m pi j/2M)/(2M),

c_m = 1 for m = 0 and m = 2M, else 2. This is exact, not a quadrature: V_j is the potential that an up electron at x_j
exerts. The amplitudes of `spectators` are taken from q to j by one small matrix product, from r to r' by a second, and
back to q' by a third. Reflection leaves half the lattice.
"""

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from numeric.basis import FloatArray, IntArray
from numeric.integrals import Integrals
from numeric.spectators import Kind, Spectators, orbitals_of_parity

CHUNK = 1 << 15
"""Lattice values held at a time, few enough for a processor's cache."""


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
    """sum (pq|rs) E_pq^up E_rs^down, E_pq = c+_p c_q, on the vectors of a sector that has electrons of both spins."""

    spectators: Spectators
    integrals: Integrals

    def apply(self, extended: FloatArray) -> FloatArray:
        """Return the interaction applied to vectors: from shape (v, 2 size + 1) to coefficients C, shape (v, size)."""
        place, sign = self._places
        results = np.empty((len(extended), self.spectators.sector.size))
        for vector, result in zip(extended, results, strict=True):
            kinds = zip(self.spectators.kinds, self._orbitals, strict=True)
            amplitudes = np.concatenate([self._interact(vector, *kind) for kind in kinds], axis=None)
            np.sum(amplitudes[place] * sign, axis=0, out=result)
        return results

    def _interact(self, vector: FloatArray, kind: Kind, orbitals: FloatArray) -> FloatArray:
        """Return amplitudes of all pairs after the interaction, shape (2, q, r, pair)."""
        _, M, Q = orbitals.shape
        result: FloatArray = np.empty(kind.gather.shape)
        step = max(1, CHUNK // (2 * M * Q))
        for start in range(0, result.shape[3], step):
            amplitudes: FloatArray = vector[kind.gather[:, :, :, start : start + step]]
            p = amplitudes.shape[3]
            located = (orbitals @ amplitudes.reshape(2, Q, Q * p)).reshape(2, M, Q, p)
            scattered = self._potentials @ np.concatenate([located[0], located[1]], axis=1)
            located[0], located[1] = scattered[:, :Q], scattered[:, Q:]
            back = orbitals.swapaxes(1, 2) @ located.reshape(2, M, Q * p)
            result[:, :, :, start : start + p] = back.reshape(2, Q, Q, p)
        return result

    @cached_property
    def _places(self) -> tuple[IntArray, FloatArray]:
        """Places in the amplitudes of both kinds joined, and signs, of all contributions to every basis state."""
        origins = self.spectators.origins
        return origins.place + np.where(origins.odd, self.spectators.kinds[0].gather.size, 0), origins.sign

    @cached_property
    def _orbitals(self) -> list[FloatArray]:
        """Orbitals of the up electron on the half lattice j = 1..M, for both kinds, shape (2, M, q)."""
        M = self.integrals.orbitals
        j = np.arange(1, M + 1)[:, None]
        tables = []
        for kind in self.spectators.kinds:
            n = np.where(kind.up < M, kind.up + 1, 0)[:, None]
            tables.append(math.sqrt(2.0) * np.sin(np.pi * (j * n % (4 * M)) / (2 * M)))
        return tables

    @cached_property
    def _potentials(self) -> FloatArray:
        """2 V_j of the half lattice (V_j at its centre j = M); orbitals even, then odd, padded as the amplitudes."""
        M = self.integrals.orbitals
        V = np.zeros((M, M + 1, M + 1))
        V[:, :M, :M] = lattice_potentials(self.integrals)[:M]
        V[:-1] *= 2.0
        order = np.concatenate([orbitals_of_parity(M, 1), orbitals_of_parity(M, -1)])
        return V[:, order[:, None], order]
