"""Sector vectors as arrays [actors, spectators]: each part of H is then a small matrix that acts on the actors.

The energy of one spin species acts on its string while the other string looks on: amplitudes [a, b], an array for
either parity of the acting string.

The interaction of opposite spins changes one electron of either. A determinant |a, b> is, in n_up n_down ways, an up
electron in orbital q added to a string c of spectators and a down electron in orbital r added to a string d, and for a
pair (c, d) reflection fixes tau = parity(q) parity(r). So these amplitudes come in two kinds, tau = 1 and -1, each an
array [k, q, r, pair]: the class k tells the parity of r, (-1)^k, and q and r count the orbitals of the parities that
go with k, padded to ceil(M/2) by a missing orbital of amplitude zero.

With exchange symmetry every amplitude has a mirror image of the same size, which acts likewise. Down strings acting and
pairs c > d are left out then, and a factor sqrt 2 in the amplitudes that they mirror makes up for them.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from numeric.arrays import FloatArray, IntArray
from numeric.basis import Sector, Sign

TAUS: tuple[Sign, Sign] = (1, -1)


@dataclass(frozen=True, eq=False)
class Amplitudes:
    """Multiples of the coefficients of a sector vector.

    Parameters
    ----------
    states : ndarray, shape (actors, spectators)
        Basis state that every amplitude is taken from; the size of the sector if there is none.
    factors : ndarray, shape (actors, spectators)
        What its coefficient is multiplied by; 0 if there is none.
    """

    states: IntArray
    factors: FloatArray

    @property
    def transposed(self) -> "Amplitudes":
        """The same with actors and spectators exchanged."""
        return Amplitudes(self.states.T, self.factors.T)

    def of_actors(self, chosen: IntArray) -> "Amplitudes":
        """Return the same of some of the actors."""
        return Amplitudes(self.states[chosen], self.factors[chosen])


def string_amplitudes(sector: Sector, parity: int) -> Amplitudes:
    """Return C[a, b] for the up strings of one parity, acting, and the down strings that go with them."""
    block = np.ix_(sector.up.of_parity(parity), sector.down.of_parity(parity * sector.parity))
    return Amplitudes(sector.states[block], sector.factors[block] * (math.sqrt(2.0) if sector.exchange else 1.0))


def pair_amplitudes(sector: Sector, tau: Sign) -> Amplitudes:
    """Return the amplitudes of one tau, [k, q, r] acting, in a sector that has electrons of both spins."""
    c_parity, d_parity = sector.up.fewer.parities, sector.down.fewer.parities
    listed = np.multiply.outer(c_parity, d_parity) == tau * sector.parity
    c, d = np.nonzero(np.triu(listed) if sector.exchange else listed)
    weight = np.where(c < d, math.sqrt(2.0), 1.0) if sector.exchange else 1.0
    M = sector.up.orbitals
    # one orbital more than there are stands for the missing one
    (a, sign_a), (b, sign_b) = (strings.ladder.additions(M + 1) for strings in (sector.up, sector.down))
    # axes: k, q, r, pair
    q, r = (orbitals[..., None] for orbitals in pair_orbitals(M, tau))
    a, b = a[c, q], b[d, r]
    factors = sector.factors[a, b] * (sign_a[c, q] * sign_b[d, r] * weight)
    states = np.where(factors == 0.0, sector.size, sector.states[a, b])
    shape = 2 * ((M + 1) // 2) ** 2, len(c)
    return Amplitudes(states.reshape(shape), factors.reshape(shape))


def pair_orbitals(M: int, tau: Sign) -> tuple[IntArray, IntArray]:
    """Return the 0-based orbitals q and r of pair amplitudes, shapes (2, Q, 1) and (2, 1, Q); M is the missing one."""
    up, down = (np.stack([orbitals_of_parity(M, sign * parity) for parity in (1, -1)]) for sign in (tau, 1))
    return up[:, :, None], down[:, None, :]


def orbitals_of_parity(M: int, parity: int) -> IntArray:
    """Return the 0-based orbitals of one parity, padded to ceil(M/2) entries by the missing orbital M."""
    orbitals = np.full((M + 1) // 2, M)
    own = np.arange(0 if parity == 1 else 1, M, 2)
    orbitals[: len(own)] = own
    return orbitals


def unfolding(arrays: Sequence[Amplitudes], size: int) -> sparse.csr_array:
    """Return the matrix that takes a sector vector to all amplitudes, flattened, array after array."""
    states = np.concatenate([array.states for array in arrays], axis=None)
    factors = np.concatenate([array.factors for array in arrays], axis=None)
    present = states < size
    starts = np.concatenate([[0], np.cumsum(present)])
    return sparse.csr_array((factors[present], states[present], starts), shape=(len(states), size))
