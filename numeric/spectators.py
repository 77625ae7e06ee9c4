"""One electron of either spin set against the rest: the amplitudes on which the interaction of opposite spins acts.

A determinant |a, b> of n_up and n_down electrons is, in n_up n_down ways, an up electron in orbital q added to a
string c of spectators and a down electron in orbital r added to a string d. The interaction of these two changes q
and r only, and for a pair (c, d) reflection fixes tau = parity(q) parity(r). So amplitudes come in two kinds, tau = 1
and -1, each an array [k, q, r, pair]: the class k tells the parity of r, (-1)^k, and q and r count the orbitals of
the parities that go with k, padded to ceil(M/2) by a missing orbital of amplitude zero. With exchange symmetry c <= d
suffices.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from numeric.basis import FloatArray, IntArray, Sector

TAUS = (1, -1)


@dataclass(frozen=True, eq=False)
class Kind:
    """Amplitudes of one tau.

    Parameters
    ----------
    up, down : ndarray, shape (2, ceil(M/2))
        0-based orbitals that q and r count in either class; M stands for a missing one.
    gather : ndarray, shape (2, ceil(M/2), ceil(M/2), pairs)
        Address of every amplitude in an extended sector vector.
    """

    up: IntArray
    down: IntArray
    gather: IntArray


@dataclass(frozen=True, eq=False)
class Origins:
    """Where the amplitudes of every basis state lie, all arrays of shape (n_up n_down, size of the sector).

    Parameters
    ----------
    odd : ndarray
        Whether tau = -1.
    place : ndarray
        Place in the flattened amplitudes of that tau.
    sign : ndarray
        Sign of the amplitude relative to the coefficient of the basis state.
    """

    odd: NDArray[np.bool_]
    place: IntArray
    sign: FloatArray


@dataclass(frozen=True, eq=False)
class Spectators:
    """All pairs of spectator strings of a sector that has electrons of both spins."""

    sector: Sector

    @cached_property
    def _pairs(self) -> tuple[IntArray, IntArray]:
        """Tau of every pair (c, d), and its number among those of its tau, -1 for c > d with exchange symmetry."""
        c, d = self.sector.up.fewer, self.sector.down.fewer
        tau = self.sector.parity * np.multiply.outer(c.parities, d.parities)
        listed = np.ones(tau.shape, dtype=np.bool_)
        if self.sector.exchange:
            listed = np.triu(listed)
        number = np.full(tau.shape, -1)
        for value in TAUS:
            chosen = listed & (tau == value)
            number[chosen] = np.arange(np.count_nonzero(chosen))
        return tau, number

    @cached_property
    def kinds(self) -> tuple[Kind, Kind]:
        """Amplitudes of tau = 1 and of tau = -1."""
        M = self.sector.up.orbitals
        # one orbital more than there are stands for the missing one
        added = [strings.ladder.additions(M + 1) for strings in (self.sector.up, self.sector.down)]
        return self._kind(TAUS[0], added), self._kind(TAUS[1], added)

    def _kind(self, tau: int, added: list[tuple[IntArray, FloatArray]]) -> Kind:
        all_tau, number = self._pairs
        c, d = np.nonzero((all_tau == tau) & (number >= 0))
        M = self.sector.up.orbitals
        up, down = (np.stack([orbitals_of_parity(M, sign * parity) for parity in (1, -1)]) for sign in (tau, 1))
        (target_up, sign_up), (target_down, sign_down) = added
        # axes: k, q, r, pair
        x, y = (c, up[:, :, None, None]), (d, down[:, None, :, None])
        return Kind(up, down, self.sector.address(target_up[x], target_down[y], sign_up[x] * sign_down[y]))

    @cached_property
    def origins(self) -> Origins:
        """Where the amplitudes of every basis state lie."""
        sector, (tau, number) = self.sector, self._pairs
        up, down = sector.up.ladder, sector.down.ladder
        # axes: electron removed from a, electron removed from b, basis state
        c, q, sign_a = (table[sector.alpha].T[:, None] for table in (up.rest, up.orbital, up.removed_sign))
        d, r, sign_b = (table[sector.beta].T[None] for table in (down.rest, down.orbital, down.removed_sign))
        c, d, q, r, sign = np.broadcast_arrays(c, d, q, r, sign_a * sign_b)
        if sector.exchange:
            swap = c > d
            c, d, q, r = np.where(swap, (d, c, r, q), (c, d, q, r))
            sign = np.where(swap, sector.exchange * sign, sign)
        Q = (sector.up.orbitals + 1) // 2
        odd = tau[c, d] == TAUS[1]
        pairs = np.where(odd, self.kinds[1].gather.shape[3], self.kinds[0].gather.shape[3])
        place = (((r % 2) * Q + q // 2) * Q + r // 2) * pairs + number[c, d]
        return Origins(*(part.reshape(-1, sector.size) for part in (odd, place, sign)))


def orbitals_of_parity(M: int, parity: int) -> IntArray:
    """Return the 0-based orbitals of one parity, padded to ceil(M/2) entries by the missing orbital M."""
    orbitals = np.full((M + 1) // 2, M)
    own = np.arange(0 if parity == 1 else 1, M, 2)
    orbitals[: len(own)] = own
    return orbitals
