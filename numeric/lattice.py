"""The interaction between electrons of opposite spin: diagonal on a lattice of 2M-1 points.

Products of two orbitals are combinations of cos(m pi x/L), m = 0..2M, that vanish at both walls, so their values at
x_j = j L/(2M), j = 1..2M-1, determine them (type-I cosine transform). With the couplings J of `integrals`,

    (pq|rs) = sum_{j,j'} phi_p phi_q (j) W(j, j') phi_r phi_s (j'),   phi_n(j) = sqrt 2 sin(n pi j/2M),
    W = B^T J B,   B(m, j) = c_m cos(m pi j/2M)/(2M),   c_m = 1 for m = 0 and m = 2M, else 2.

This is exact, not a quadrature. An up electron in q and a down electron in r, the others being spectators c (up) and d
(down), are taken to the lattice by two small matrix products, multiplied by W there, and taken back. Reflection leaves
half the lattice for either electron, and two kinds of pairs (c, d): tau = parity(q) parity(r) = 1 or -1.
"""

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from numeric.basis import FloatArray, IntArray, Ladder, Sector, Strings
from numeric.integrals import Integrals

CHUNK = 1 << 15
"""Lattice values held at a time, few enough for a processor's cache."""
TAUS = (1, -1)


def lattice_interaction(integrals: Integrals) -> FloatArray:
    """Return W(j, j'), shape (2M-1, 2M-1), in effective Hartree."""
    M = integrals.orbitals
    m = np.arange(2 * M + 1)
    weight = np.where((m == 0) | (m == 2 * M), 1.0, 2.0) / (2 * M)
    B = weight[:, None] * np.cos(np.pi * (m[:, None] * m[1:-1] % (4 * M)) / (2 * M))
    W: FloatArray = B.T @ integrals.couplings @ B
    return W


@dataclass(frozen=True, eq=False)
class _Pairs:
    """Pairs (c, d) of spectator strings with one tau.

    gather[k, q, pair, r] addresses, in an extended sector vector, the amplitude of q added to c and r added to d. The
    class k tells the parity of r, (-1)^k; q and r count the orbitals of the parities that go with k.
    left[k, j, q] and right[k, j', r] are those orbitals on the half lattice.
    """

    gather: IntArray
    left: FloatArray
    right: FloatArray


@dataclass(frozen=True, eq=False)
class CrossInteraction:
    """sum (pq|rs) E_pq^up E_rs^down on the vectors of a sector that has electrons of both spins."""

    sector: Sector
    up: Ladder
    down: Ladder
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
        """Return amplitudes of all pairs after the interaction, shape (2, q, pair, r)."""
        M, Q = pairs.left.shape[1:]
        near, far = self._half_lattice
        result = np.empty(pairs.gather.shape)
        step = max(1, CHUNK // (2 * M * M))
        for start in range(0, result.shape[2], step):
            amplitudes = vector[pairs.gather[:, :, start : start + step]]
            p = amplitudes.shape[2]
            halfway = pairs.left @ amplitudes.reshape(2, Q, p * Q)
            lattice = (halfway.reshape(2, M * p, Q) @ pairs.right.swapaxes(1, 2)).reshape(2, M, p, M)
            # class 0 is even, class 1 odd in the down electron's position: their sum and difference are its two halves
            right_half = (lattice[0] + lattice[1]) * near[:, None]
            left_half = (lattice[0] - lattice[1]) * far[:, None]
            np.add(right_half, left_half, out=lattice[0])
            np.subtract(right_half, left_half, out=lattice[1])
            back = (lattice.reshape(2, M * p, M) @ pairs.right).reshape(2, M, p * Q)
            result[:, :, start : start + p] = (pairs.left.swapaxes(1, 2) @ back).reshape(2, Q, p, Q)
        return result

    @cached_property
    def _half_lattice(self) -> tuple[FloatArray, FloatArray]:
        """2 W from j to j' and to the image of j', j and j' = 1..M; the centre j = M counts half in each index."""
        W, M = lattice_interaction(self.integrals), self.integrals.orbitals
        weight = np.where(np.arange(M) == M - 1, 0.5, 1.0)
        scale = 2.0 * np.outer(weight, weight)
        return scale * W[:M, :M], scale * W[:M, ::-1][:, :M]

    @cached_property
    def _spectators(self) -> tuple[IntArray, IntArray, IntArray]:
        """tau and number of every pair (c, d) among those of its tau, and how many pairs each tau has."""
        M, sector = self.integrals.orbitals, self.sector
        c, d = (Strings(M, strings.electrons - 1) for strings in (sector.up, sector.down))
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
        added = [_added(table, M) for table in (self.up, self.down)]
        kinds = []
        for value in TAUS:
            c, d = np.nonzero((tau == value) & (number >= 0))
            classes = [(_orbitals(M, value * parity), _orbitals(M, parity)) for parity in (1, -1)]
            gather = [self._gather(added, (c, d), q, r) for q, r in classes]
            left, right = (np.stack([_on_half_lattice(M, pair[side]) for pair in classes]) for side in (0, 1))
            kinds.append(_Pairs(np.stack(gather), left, right))
        return kinds

    def _gather(
        self, added: list[tuple[IntArray, FloatArray]], pair: tuple[IntArray, IntArray], q: IntArray, r: IntArray
    ) -> IntArray:
        """Return addresses of the amplitudes [q, pair, r]."""
        (target_up, sign_up), (target_down, sign_down) = added
        x, y = (pair[0], q[:, None]), (pair[1][:, None], r)
        sign = sign_up[x][:, :, None] * sign_down[y]
        return self.sector.address(target_up[x][:, :, None], target_down[y], sign)

    @cached_property
    def _scatter(self) -> tuple[IntArray, FloatArray]:
        """Place and sign of every contribution to a basis state in the joined amplitudes, shape (n_up n_down, size)."""
        sector, (tau, number, counts) = self.sector, self._spectators
        up, down = self.up, self.down
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
        row = (r % 2) * Q + q // 2
        place = (row * counts[second.astype(np.int64)] + number[c, d]) * Q + r // 2
        place = place + np.where(second, 2 * Q * counts[0] * Q, 0)
        return place.reshape(-1, sector.size), sign.reshape(-1, sector.size)


def _added(table: Ladder, orbitals: int) -> tuple[IntArray, FloatArray]:
    """Return target and sign of c+_p on every string; an extra column for a missing orbital, sign 0 where blocked."""
    target = np.zeros((len(table.free), orbitals + 1), dtype=np.int64)
    sign = np.zeros(target.shape)
    np.put_along_axis(target, table.free, table.target, axis=1)
    np.put_along_axis(sign, table.free, table.added_sign, axis=1)
    return target, sign


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
