"""The interaction between electrons of opposite spin: local in the up electron's position on a lattice of 2M-1 points.

Products of two orbitals are combinations of cos(m pi x/L), m = 0..2M, that vanish at both walls, so their values at
x_j = j L/(2M), j = 1..2M-1, determine them (type-I cosine transform). With the couplings J of `integrals`,

    (pq|rs) = sum_j phi_p(j) phi_q(j) V_j(r, s),   phi_n(j) = sqrt 2 sin(n pi j/2M),
    V_j(r, s) = sum_m B(m, j) [J(m, |r-s|) - J(m, r+s)],   B(m, j) = c_m cos(m pi j/2M)/(2M),

c_m = 1 for m = 0 and m = 2M, else 2. This is exact, not a quadrature: V_j is the potential that an up electron at x_j
exerts. An up electron in q and a down electron in r, the others being spectators c (up) and d (down), are taken to
position j and orbital r by one small matrix product, to r' by a second, and back by a third. Reflection leaves half the
lattice, and two kinds of pairs (c, d): tau = parity(q) parity(r) = 1 or -1.
"""

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from numeric.basis import FloatArray, IntArray, Sector
from numeric.integrals import Integrals

CHUNK = 1 << 15
"""Lattice values held at a time, few enough for a processor's cache."""
TAUS = (1, -1)


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
class _Pairs:
    """Pairs (c, d) of spectator strings with one tau.

    gather[k, q, r, pair] addresses, in an extended sector vector, the amplitude of q added to c and r added to d. The
    class k tells the parity of r, (-1)^k; q and r count the orbitals of the parities that go with k. orbitals[k, j, q]
    are those of the up electron on the half lattice, j = 1..M.
    """

    gather: IntArray
    orbitals: FloatArray


@dataclass(frozen=True, eq=False)
class CrossInteraction:
    """sum (pq|rs) E_pq^up E_rs^down on the vectors of a sector that has electrons of both spins."""

    sector: Sector
    integrals: Integrals

    def apply(self, extended: FloatArray) -> FloatArray:
        """Return the interaction applied to vectors: from shape (v, 2 size + 1) to coefficients C, shape (v, size)."""
        place, sign = self._scatter
        results = np.empty((len(extended), self.sector.size))
        for vector, result in zip(extended, results, strict=True):
            amplitudes = np.concatenate([self._interact(vector, pairs) for pairs in self._pairs], axis=None)
            np.sum(amplitudes[place] * sign, axis=0, out=result)
        return results

    def _interact(self, vector: FloatArray, pairs: _Pairs) -> FloatArray:
        """Return amplitudes of all pairs after the interaction, shape (2, q, r, pair)."""
        _, M, Q = pairs.orbitals.shape
        result: FloatArray = np.empty(pairs.gather.shape)
        step = max(1, CHUNK // (2 * M * Q))
        for start in range(0, result.shape[3], step):
            amplitudes: FloatArray = vector[pairs.gather[:, :, :, start : start + step]]
            p = amplitudes.shape[3]
            located = (pairs.orbitals @ amplitudes.reshape(2, Q, Q * p)).reshape(2, M, Q, p)
            scattered = self._potentials @ np.concatenate([located[0], located[1]], axis=1)
            located[0], located[1] = scattered[:, :Q], scattered[:, Q:]
            back = pairs.orbitals.swapaxes(1, 2) @ located.reshape(2, M, Q * p)
            result[:, :, :, start : start + p] = back.reshape(2, Q, Q, p)
        return result

    @cached_property
    def _potentials(self) -> FloatArray:
        """2 V_j of the half lattice, once V_j at its centre j = M; orbitals even, then odd, padded like `_orbitals`."""
        M = self.integrals.orbitals
        V = np.zeros((M, M + 1, M + 1))
        V[:, :M, :M] = lattice_potentials(self.integrals)[:M]
        V[:-1] *= 2.0
        order = np.concatenate([_orbitals(M, 1), _orbitals(M, -1)])
        return V[:, order[:, None], order]

    @cached_property
    def _spectators(self) -> tuple[IntArray, IntArray, IntArray]:
        """Tau and number of every pair (c, d) among those of its tau, and how many pairs each tau has."""
        sector = self.sector
        c, d = sector.up.fewer, sector.down.fewer
        tau = sector.parity * np.multiply.outer(c.parities, d.parities)
        listed = np.triu(np.ones(tau.shape, dtype=np.bool_)) if sector.exchange else np.ones(tau.shape, dtype=np.bool_)
        number = np.full(tau.shape, -1)
        for value in TAUS:
            chosen = listed & (tau == value)
            number[chosen] = np.arange(np.count_nonzero(chosen))
        return tau, number, np.array([np.count_nonzero(listed & (tau == value)) for value in TAUS])

    @cached_property
    def _pairs(self) -> list[_Pairs]:
        tau, number, _ = self._spectators
        M = self.integrals.orbitals
        # one orbital more than there are stands for a missing one
        added = [strings.ladder.additions(M + 1) for strings in (self.sector.up, self.sector.down)]
        kinds = []
        for value in TAUS:
            c, d = np.nonzero((tau == value) & (number >= 0))
            classes = [(_orbitals(M, value * parity), _orbitals(M, parity)) for parity in (1, -1)]
            gather = [self._gather(added, (c, d), q, r) for q, r in classes]
            kinds.append(_Pairs(np.stack(gather), np.stack([_on_half_lattice(M, q) for q, _ in classes])))
        return kinds

    def _gather(
        self, added: list[tuple[IntArray, FloatArray]], pair: tuple[IntArray, IntArray], q: IntArray, r: IntArray
    ) -> IntArray:
        """Return addresses of the amplitudes [q, r, pair]."""
        (target_up, sign_up), (target_down, sign_down) = added
        x, y = (pair[0], q[:, None]), (pair[1], r[:, None])
        return self.sector.address(target_up[x][:, None], target_down[y], sign_up[x][:, None] * sign_down[y])

    @cached_property
    def _scatter(self) -> tuple[IntArray, FloatArray]:
        """Place and sign of every contribution to a basis state in the joined amplitudes, shape (n_up n_down, size)."""
        sector, (tau, number, counts) = self.sector, self._spectators
        up, down = sector.up.ladder, sector.down.ladder
        a, b = sector.alpha, sector.beta
        # i: electron removed from a, j: from b, s: basis state
        c, q, sign_a = (table[a].T[:, None] for table in (up.rest, up.orbital, up.removed_sign))
        d, r, sign_b = (table[b].T[None] for table in (down.rest, down.orbital, down.removed_sign))
        c, d, q, r, sign = np.broadcast_arrays(c, d, q, r, sign_a * sign_b)
        if sector.exchange:
            swap = c > d
            c, d, q, r = np.where(swap, (d, c, r, q), (c, d, q, r))
            sign = np.where(swap, sector.exchange * sign, sign)
        Q = (self.integrals.orbitals + 1) // 2
        second = tau[c, d] == TAUS[1]
        row = ((r % 2) * Q + q // 2) * Q + r // 2
        place = row * counts[second.astype(np.int64)] + number[c, d]
        place = place + np.where(second, 2 * Q * counts[0] * Q, 0)
        return place.reshape(-1, sector.size), sign.reshape(-1, sector.size)


def _orbitals(M: int, parity: int) -> IntArray:
    """Return the 0-based orbitals of one parity, padded to ceil(M/2) entries by the missing orbital M."""
    orbitals = np.full((M + 1) // 2, M)
    own = np.arange(0 if parity == 1 else 1, M, 2)
    orbitals[: len(own)] = own
    return orbitals


def _on_half_lattice(M: int, orbitals: IntArray) -> FloatArray:
    """Return sqrt 2 sin(n pi j/2M), shape (M, orbitals), j = 1..M; a missing orbital is zero."""
    n = np.where(orbitals < M, orbitals + 1, 0)
    table: FloatArray = math.sqrt(2.0) * np.sin(np.pi * (np.arange(1, M + 1)[:, None] * n % (4 * M)) / (2 * M))
    return table
