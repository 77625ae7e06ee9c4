"""The Hamiltonian of a dot in one symmetry sector, [J96] Eq. (1), as an operator, by columns and as a dense matrix.

H = sum eps_n n_{n,sigma} + 1/2 sum (pq|rs) c+_{p,sigma} c+_{r,sigma'} c_{s,sigma'} c_{q,sigma}; the paper's Eq. (1)
leaves the factor 1/2 to its definition of V. On a coefficient matrix C[a, b] (see `basis`)

    H C = K_up C + C K_down^T + (interaction of up with down electrons) C,

with K from `species` and the last term, sum (pq|rs) E_pq^up E_rs^down with E_pq = c+_p c_q, from `lattice` for products
with vectors, or integral by integral on the amplitudes of `spectators` for single columns.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import sparse

from numeric.basis import FloatArray, IntArray, Sector, Strings, sectors
from numeric.dot import Dot
from numeric.integrals import Integrals
from numeric.lattice import LatticeInteraction
from numeric.species import Species
from numeric.spectators import Kind, Spectators

Entries = tuple[IntArray, IntArray, FloatArray]
SPARSE = 0.05
"""Share of non-zero elements below which columns of H are kept sparse."""


@dataclass(frozen=True, eq=False)
class SectorHamiltonian:
    """H in one sector.

    Parameters
    ----------
    sector : Sector
        The basis.
    up, down : Species
        String operators of either spin; one object for both where the numbers of electrons are equal.
    """

    sector: Sector
    up: Species
    down: Species

    @property
    def size(self) -> int:
        """Dimension of the sector."""
        return self.sector.size

    @property
    def _both_spins(self) -> bool:
        return self.up.strings.electrons > 0 and self.down.strings.electrons > 0

    @cached_property
    def kinetic(self) -> FloatArray:
        """Kinetic energy of every basis state, shape (size,)."""
        kinetic: FloatArray = self.up.kinetic[self.sector.alpha] + self.down.kinetic[self.sector.beta]
        return kinetic

    @cached_property
    def diagonal(self) -> FloatArray:
        """Diagonal elements of H between single determinants |a, b>, shape (size,)."""
        a, b = self.sector.alpha, self.sector.beta
        same = self.up.same_spin.diagonal()[a] + self.down.same_spin.diagonal()[b]
        field = (self.up.densities @ self.up.integrals.couplings)[a]
        # s: basis state, m: density
        cross: FloatArray = np.einsum("sm,sm->s", field, self.down.densities[b])
        diagonal: FloatArray = same + cross
        return diagonal

    def apply(self, vectors: FloatArray) -> FloatArray:
        """Return H applied to sector vectors, shapes (v, size)."""
        extended = self.sector.extended(vectors)
        coefficients = self._same_spin(extended)
        if self._both_spins:
            coefficients += self._cross.apply(extended)
        return coefficients / self.sector.scale

    @cached_property
    def _spectators(self) -> Spectators:
        return Spectators(self.sector)

    @cached_property
    def _cross(self) -> LatticeInteraction:
        return LatticeInteraction(self._spectators, self.up.integrals)

    @cached_property
    def _blocks(self) -> list[tuple[IntArray, IntArray]]:
        """Up and down strings of the two blocks of C, by parity of the up string."""
        up, down, parity = self.sector.up, self.sector.down, self.sector.parity
        return [(up.of_parity(sign), down.of_parity(sign * parity)) for sign in (1, -1)]

    @cached_property
    def _block_operators(self) -> list[tuple[IntArray, FloatArray | sparse.csr_array, FloatArray | sparse.csr_array]]:
        """Addresses of the two blocks of C, K_up and K_down in them."""
        addresses = [self.sector.addresses[up[:, None], down] for up, down in self._blocks]
        K = [(self.up.block(sign), self.down.block(sign * self.sector.parity)) for sign in (1, -1)]
        return [(place, *pair) for place, pair in zip(addresses, K, strict=True)]

    @cached_property
    def _block_places(self) -> tuple[IntArray, IntArray]:
        """Places of C[a, b] and of C[b, a], for all basis states, in the joined blocks."""
        sector, start = self.sector, 0
        places = np.zeros((sector.up.size, sector.down.size), dtype=np.int64)
        for up, down in self._blocks:
            places[up[:, None], down] = np.arange(start, start + len(up) * len(down)).reshape(len(up), len(down))
            start += len(up) * len(down)
        own = places[sector.alpha, sector.beta]
        return own, places[sector.beta, sector.alpha] if sector.exchange else own

    def _same_spin(self, extended: FloatArray) -> FloatArray:
        own, mirror = self._block_places
        exchange = self.sector.exchange
        results = np.empty((len(extended), self.size))
        for vector, result in zip(extended, results, strict=True):
            parts = []
            for addresses, up, down in self._block_operators:
                C = vector[addresses]
                # with exchange symmetry C K^T is the mirror image of K C
                parts.append(up @ C if exchange else up @ C + (down @ C.T).T)
            joined = np.concatenate(parts, axis=None)
            result[:] = joined[own] + exchange * joined[mirror] if exchange else joined[own]
        return results

    def columns(self, count: int) -> FloatArray | sparse.csr_array:
        """Return the columns of H of the first basis states, shape (size, count); dense unless mostly zero."""
        row, column, value = self._entries(count)
        shape = self.size + 1, count  # the last row gathers what symmetry forbids, with value zero
        if len(value) < SPARSE * self.size * count:
            return sparse.csr_array(sparse.coo_array((value, (row, column)), shape=shape))[:-1]
        flat = np.bincount(row * count + column, weights=value, minlength=shape[0] * shape[1])
        return np.asarray(flat, dtype=np.float64).reshape(shape)[:-1]

    def matrix(self) -> FloatArray:
        """Return H as a dense matrix, shape (size, size)."""
        columns = self.columns(self.size)
        return columns if isinstance(columns, np.ndarray) else columns.toarray()

    def _entries(self, count: int) -> Entries:
        """Return row, column and value of all contributions to the columns of H of the first basis states."""
        pieces = [self._up_columns(count), self._down_columns(count)]
        if self._both_spins:
            pieces += self._cross_columns(count)
        address, column, value = (np.concatenate(part) for part in zip(*pieces, strict=True))
        n, scale = self.size, self.sector.scale
        row = np.concatenate([np.arange(n), np.arange(n + 1)])[address]
        value *= np.concatenate([scale, -scale, np.zeros(1)])[address]
        value /= scale[column]
        return row, column, value

    def _up_columns(self, count: int) -> Entries:
        """Return entries (address, column, value) of the operators of the up electrons alone."""
        column, a, value = _rows(self.up.same_spin, self.sector.alpha[:count])
        return self.sector.addresses[a, self.sector.beta[column]], column, value

    def _down_columns(self, count: int) -> Entries:
        column, b, value = _rows(self.down.same_spin, self.sector.beta[:count])
        return self.sector.addresses[self.sector.alpha[column], b], column, value

    def _cross_columns(self, count: int) -> list[Entries]:
        """Return entries (address, column, value) of the interaction between up and down electrons, kind by kind."""
        origins, entries = self._spectators.origins, []
        for odd, kind in enumerate(self._spectators.kinds):
            contribution, column = np.nonzero(origins.odd[:, :count] == bool(odd))
            pairs = kind.gather.shape[3]
            amplitude, pair = np.divmod(origins.place[contribution, column], pairs)
            # axes: amplitude reached, contribution
            value = self._integrals(kind)[:, amplitude] * origins.sign[contribution, column]
            address = kind.gather.reshape(len(value), pairs)[:, pair]
            entries.append((address.ravel(), np.tile(column, len(value)), value.ravel()))
        return entries

    def _integrals(self, kind: Kind) -> FloatArray:
        """Return (q'q|r'r) between the amplitudes [k', q', r'] and [k, q, r] of one kind; missing ones get any."""
        M = self.up.integrals.orbitals
        shape = (*kind.up.shape, kind.down.shape[1])
        q = np.broadcast_to(np.minimum(kind.up + 1, M)[:, :, None], shape).reshape(-1)
        r = np.broadcast_to(np.minimum(kind.down + 1, M)[:, None], shape).reshape(-1)
        return self.up.integrals.value(q[:, None], q, r[:, None], r)


def _rows(operator: sparse.csr_array, rows: IntArray) -> tuple[IntArray, IntArray, FloatArray]:
    """Return the non-zero elements of the given rows: place among `rows`, column, value."""
    part = operator[rows].tocoo()
    place, column = part.coords
    return place.astype(np.int64), column.astype(np.int64), part.data.astype(np.float64)


def species(dot: Dot, electrons: int, integrals: Integrals) -> Species:
    """Return the string operators of so many electrons of one spin."""
    return Species(Strings(dot.orbitals, electrons), dot.orbital_energies, integrals)


def sector_hamiltonians(
    dot: Dot, electrons: int, two_Sz: int, integrals: Integrals, *, exchange: bool = True
) -> list[SectorHamiltonian]:
    """Return H in every sector of one S_z, split by exchange symmetry where S_z = 0 unless told otherwise."""
    up = species(dot, (electrons + two_Sz) // 2, integrals)
    down = up if two_Sz == 0 else species(dot, (electrons - two_Sz) // 2, integrals)
    return [
        SectorHamiltonian(sector, up, down)
        for sector in sectors(up.strings, down.strings, exchange=exchange and two_Sz == 0)
    ]
