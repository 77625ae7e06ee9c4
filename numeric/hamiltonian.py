"""The Hamiltonian of a dot in one symmetry sector, [J96] Eq. (1), as an operator, by columns and as a dense matrix.

H = sum eps_n n_{n,sigma} + 1/2 sum (pq|rs) c+_{p,sigma} c+_{r,sigma'} c_{s,sigma'} c_{q,sigma}; the paper's Eq. (1)
leaves the factor 1/2 to its definition of V. On a coefficient matrix C[a, b] (see `basis`)

    H C = K_up C + C K_down^T + (interaction of up with down electrons) C,

with K from `species` and the last term either from `lattice`, for products with vectors, or from

    sum (pq|rs) E_pq^up E_rs^down,   E_pq = c+_p c_q,

for single columns. The two are independent of each other, and tests compare them.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import sparse

from numeric.basis import FloatArray, IntArray, Sector, Strings, sectors
from numeric.dot import Dot
from numeric.integrals import Integrals
from numeric.lattice import CrossInteraction
from numeric.species import Species

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
    def _cross(self) -> CrossInteraction:
        return CrossInteraction(self.sector, self.up.integrals)

    @cached_property
    def _blocks(self) -> list[tuple[IntArray, FloatArray | sparse.csr_array, FloatArray | sparse.csr_array]]:
        """Of the two blocks of C, by parity of the up string: addresses, K_up and K_down."""
        sector, blocks = self.sector, []
        for parity in (1, -1):
            rows, columns = sector.up.of_parity(parity), sector.down.of_parity(parity * sector.parity)
            addresses = sector.address(rows[:, None], columns)
            blocks.append((addresses, self.up.block(parity), self.down.block(parity * sector.parity)))
        return blocks

    @cached_property
    def _block_places(self) -> tuple[IntArray, IntArray]:
        """Places of C[a, b] and of C[b, a], for all basis states, in the joined blocks."""
        sector, size = self.sector, self.sector.up.size * self.sector.down.size
        places = np.zeros((sector.up.size, sector.down.size), dtype=np.int64)
        start = 0
        for parity in (1, -1):
            rows, columns = sector.up.of_parity(parity), sector.down.of_parity(parity * sector.parity)
            stop = start + len(rows) * len(columns)
            places[rows[:, None], columns] = np.arange(start, stop).reshape(len(rows), len(columns))
            start = stop
        assert start <= size
        own = places[sector.alpha, sector.beta]
        return own, places[sector.beta, sector.alpha] if sector.exchange else own

    def _same_spin(self, extended: FloatArray) -> FloatArray:
        own, mirror = self._block_places
        results = np.empty((len(extended), self.size))
        for vector, result in zip(extended, results, strict=True):
            parts = []
            for addresses, up, down in self._blocks:
                C = vector[addresses]
                product = up @ C
                # with exchange symmetry C K^T is the mirror image of K C
                parts.append(product if self.sector.exchange else product + (down @ C.T).T)
            joined = np.concatenate(parts, axis=None)
            result[:] = joined[own] + self.sector.exchange * joined[mirror] if self.sector.exchange else joined[own]
        return results

    def columns(self, count: int) -> FloatArray | sparse.csr_array:
        """Return the columns of H of the first basis states, shape (size, count); dense unless mostly zero."""
        row, column, value = self._entries(np.arange(count))
        if len(value) < SPARSE * self.size * count:
            return sparse.csr_array(sparse.coo_array((value, (row, column)), shape=(self.size, count)))
        flat = np.bincount(row * count + column, weights=value, minlength=self.size * count)
        return np.asarray(flat, dtype=np.float64).reshape(self.size, count)

    def matrix(self) -> FloatArray:
        """Return H as a dense matrix, shape (size, size)."""
        columns = self.columns(self.size)
        return columns if isinstance(columns, np.ndarray) else columns.toarray()

    def _entries(self, states: IntArray) -> Entries:
        """Return row, column and value of all contributions to the columns of H that belong to basis states."""
        pieces = [self._up_columns(states), self._down_columns(states)]
        if self._both_spins:
            pieces.append(self._cross_columns(states))
        place, column, value = (np.concatenate(part) for part in zip(*pieces, strict=True))
        n, scale = self.size, self.sector.scale
        kept = np.flatnonzero(place < 2 * n)
        place, column, value = place[kept], column[kept], value[kept]
        mirrored = place >= n
        row = place - n * mirrored
        value = np.where(mirrored, -value, value) * scale[row] / scale[states][column]
        return row, column, value

    def _up_columns(self, states: IntArray) -> Entries:
        """Return entries (address, column, value) of the operators of the up electrons alone."""
        column, a, value = _rows(self.up.same_spin, self.sector.alpha[states])
        return self.sector.addresses[a, self.sector.beta[states][column]], column, value

    def _down_columns(self, states: IntArray) -> Entries:
        column, b, value = _rows(self.down.same_spin, self.sector.beta[states])
        return self.sector.addresses[self.sector.alpha[states][column], b], column, value

    def _cross_columns(self, states: IntArray) -> Entries:
        """Return entries (address, column, value) of the interaction between up and down electrons."""
        up, down = self.up.excitations, self.down.excitations
        a, b = self.sector.alpha[states], self.sector.beta[states]
        # axes: state, excitation of the up string, excitation of the down string
        place = np.add(up.target[a][:, :, None] * self.sector.down.size, down.target[b][:, None])
        pair = np.add(up.pair[a][:, :, None] * len(self.up.pair_integrals), down.pair[b][:, None])
        value = self.up.pair_integrals.take(pair) * up.sign[a][:, :, None] * down.sign[b][:, None]
        column = np.repeat(np.arange(len(states)), value[0].size)
        return self.sector.addresses.take(place.ravel()), column, value.ravel()


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
