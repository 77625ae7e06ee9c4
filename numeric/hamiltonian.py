"""The Hamiltonian of a dot in one symmetry sector, [J96] Eq. (1), as an operator, by columns and as a dense matrix.

H = sum eps_n n_{n,sigma} + 1/2 sum (pq|rs) c+_{p,sigma} c+_{r,sigma'} c_{s,sigma'} c_{q,sigma}; the paper's Eq. (1)
leaves the factor 1/2 to its definition of V. On a coefficient matrix C[a, b] (see `basis`)

    H C = K_up C + C K_down^T + sum_{m,m'} J(m, m') rho_m C rho_m'^T

with the string operators of `species`. The sum over m is a dense matrix product, split by the parity of m.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import sparse

from numeric.basis import FloatArray, IntArray, Sector, Strings, sectors
from numeric.dot import Dot
from numeric.integrals import Integrals
from numeric.species import Species

Entries = tuple[IntArray, IntArray, IntArray, FloatArray]


@dataclass(frozen=True, eq=False)
class SectorHamiltonian:
    """H in one sector.

    Parameters
    ----------
    sector : Sector
        The basis.
    up, down : Species
        String operators of either spin; the same object when both spins have equally many electrons.
    """

    sector: Sector
    up: Species
    down: Species

    @property
    def size(self) -> int:
        """Dimension of the sector."""
        return self.sector.size

    @cached_property
    def kinetic(self) -> FloatArray:
        """Kinetic energy of every basis state, shape (size,)."""
        return self.up.kinetic[self.sector.alpha] + self.down.kinetic[self.sector.beta]

    @cached_property
    def diagonal(self) -> FloatArray:
        """Diagonal elements of H between single determinants |a, b>, shape (size,)."""
        a, b = self.sector.alpha, self.sector.beta
        same = self.up.same_spin.diagonal()[a] + self.down.same_spin.diagonal()[b]
        cross = (self.up.densities @ self.up.integrals.couplings)[a]
        # k: basis state, m: density
        return same + np.einsum("km,km->k", cross, self.down.densities[b])

    @cached_property
    def _same_spin_blocks(self) -> list[tuple[FloatArray | sparse.csr_array, FloatArray | sparse.csr_array]]:
        parity = self.sector.parity
        return [(self.up.block(1), self.down.block(parity)), (self.up.block(-1), self.down.block(-parity))]

    @cached_property
    def _density_stacks(self) -> dict[tuple[int, int], tuple[sparse.csr_array, sparse.csc_array]]:
        """Density operators between the blocks: (to, from) -> up stack, transposed down stack."""
        parity = self.sector.parity
        signs = (1, -1)
        stacks = {}
        for target in range(2):
            for source in range(2):
                up = self.up.density_stack(signs[target], signs[source])
                down = self.down.density_stack(parity * signs[source], parity * signs[target])
                stacks[target, source] = (up, down.T)
        return stacks

    def apply(self, vectors: FloatArray) -> FloatArray:
        """Return H applied to sector vectors, shapes (size, v)."""
        sector, v = self.sector, vectors.shape[1]
        blocks = sector.unpack(vectors)
        results = []
        for index, (positions, _) in enumerate(sector.packing):
            product = self._same_spin(blocks[index], index)
            if self.up.strings.electrons and self.down.strings.electrons:
                product = product + self._cross(blocks, index)
            results.append(product.reshape(-1, v)[positions])
        return np.concatenate(results) / sector.scale[:, None]

    def _same_spin(self, block: FloatArray, index: int) -> FloatArray:
        rows, columns, v = block.shape
        up, down = self._same_spin_blocks[index]
        left = (up @ block.reshape(rows, columns * v)).reshape(block.shape)
        swapped = np.ascontiguousarray(block.swapaxes(0, 1)).reshape(columns, rows * v)
        right: FloatArray = (down @ swapped).reshape(columns, rows, v).swapaxes(0, 1)
        return left + right

    def _cross(self, blocks: tuple[FloatArray, FloatArray], target: int) -> FloatArray:
        rows, columns, v = blocks[target].shape
        total = np.zeros((columns, rows * v))
        for source, block in enumerate(blocks):
            width = block.shape[1]
            parity = (target + source) % 2
            J = self.up.integrals.couplings[parity::2, parity::2]
            up, down = self._density_stacks[target, source]
            shifted = up @ block.reshape(len(block), width * v)
            coupled = (J @ shifted.reshape(len(J), rows * width * v)).reshape(len(J), rows, width, v)
            total += down @ coupled.swapaxes(1, 2).reshape(len(J) * width, rows * v)
        return total.reshape(columns, rows, v).swapaxes(0, 1)

    def columns(self, states: IntArray) -> sparse.csc_array:
        """Return the columns of H that belong to the given basis states, shape (size, len(states))."""
        pieces = [self._up_columns(states), self._down_columns(states)]
        if self.up.strings.electrons and self.down.strings.electrons:
            pieces.append(self._cross_columns(states))
        a, b, column, value = (np.concatenate(part) for part in zip(*pieces, strict=True))
        row, sign = self._place(a, b)
        scale = self.sector.scale
        value = value * sign * scale[row] / scale[states[column]]
        kept = np.flatnonzero(sign)
        return sparse.coo_array((value[kept], (row[kept], column[kept])), shape=(self.size, len(states))).tocsc()

    def _place(self, a: IntArray, b: IntArray) -> tuple[IntArray, FloatArray]:
        """Return basis state and sign of determinants |a, b>; sign 0 for one outside the sector."""
        sector = self.sector
        sign = np.zeros((sector.up.size, sector.down.size), dtype=np.int8)
        position = np.zeros(sign.shape, dtype=np.int32)
        if sector.exchange:
            sign[sector.beta, sector.alpha] = sector.exchange
            position[sector.beta, sector.alpha] = np.arange(sector.size)
        sign[sector.alpha, sector.beta] = 1
        position[sector.alpha, sector.beta] = np.arange(sector.size)
        return position[a, b].astype(np.int64), sign[a, b].astype(np.float64)

    def _up_columns(self, states: IntArray) -> Entries:
        """Entries (a, b, column, value) of the operators of the up electrons alone."""
        part = self.up.same_spin[self.sector.alpha[states]].tocoo()
        column, a = part.coords
        return a, self.sector.beta[states][column], column, part.data

    def _down_columns(self, states: IntArray) -> Entries:
        part = self.down.same_spin[self.sector.beta[states]].tocoo()
        column, b = part.coords
        return self.sector.alpha[states][column], b, column, part.data

    def _cross_columns(self, states: IntArray) -> Entries:
        """Entries (a, b, column, value) of the interaction between up and down electrons."""
        up, down = self.up.excitations, self.down.excitations
        a, b = self.sector.alpha[states], self.sector.beta[states]
        # k: state, i: excitation of the up string, j: of the down string; reflection keeps p+q+r+s even
        odd_up, odd_down = ((table.p + table.q)[index] % 2 for table, index in ((up, a), (down, b)))
        k, i, j = np.nonzero(odd_up[:, :, None] == odd_down[:, None, :])
        x, y = (a[k], i), (b[k], j)
        value = self.up.integrals.value(up.p[x] + 1, up.q[x] + 1, down.p[y] + 1, down.q[y] + 1)
        return up.target[x], down.target[y], k, value * up.sign[x] * down.sign[y]

    def matrix(self) -> FloatArray:
        """Return H as a dense matrix, shape (size, size)."""
        dense: FloatArray = self.columns(np.arange(self.size)).toarray()
        return dense


def species(dot: Dot, electrons: int, integrals: Integrals) -> Species:
    """Return the string operators of so many electrons of one spin."""
    return Species(Strings(dot.orbitals, electrons), dot.orbital_energies, integrals)


def sector_hamiltonians(
    dot: Dot, electrons: int, two_Sz: int, integrals: Integrals, *, exchange: bool = True
) -> list[SectorHamiltonian]:
    """Return H in every sector of one S_z, with exchange symmetry where S_z = 0 unless told otherwise."""
    up = species(dot, (electrons + two_Sz) // 2, integrals)
    down = up if two_Sz == 0 else species(dot, (electrons - two_Sz) // 2, integrals)
    return [
        SectorHamiltonian(sector, up, down)
        for sector in sectors(up.strings, down.strings, exchange=exchange and two_Sz == 0)
    ]
