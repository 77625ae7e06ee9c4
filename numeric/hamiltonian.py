"""The Hamiltonian of a dot in one symmetry sector, [J96] Eq. (1), as an operator, by columns and as a dense matrix.

H = sum eps_n n_{n,sigma} + 1/2 sum (pq|rs) c+_{p,sigma} c+_{r,sigma'} c_{s,sigma'} c_{q,sigma}; the paper's print
of Eq. (1) lacks the factor 1/2. It is a sum of terms U^T W U: U takes a sector vector to amplitudes
[actors, spectators], see `spectators`, and W acts on the actors. W is from `species` for the energy of the electrons of
one spin, from `lattice` for the interaction of opposite spins.
"""

import math
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from scipy import sparse

from numeric.arrays import FloatArray, IntArray
from numeric.basis import Sector, SectorBase, sectors, strings_of
from numeric.dot import Dot
from numeric.feasible import require_feasible
from numeric.integrals import Integrals
from numeric.lattice import LatticeInteraction, lattice_interactions
from numeric.species import DENSE_FAMILY, Species
from numeric.spectators import Amplitudes, pair_amplitudes, string_amplitudes, unfolding

SPARSE = 0.1
"""Share of non-zero elements below which columns of H are kept sparse."""
DIRECT_ORBITALS = 20
"""Number of orbitals up to which the matrix of opposite spins, one large product, is as fast as the lattice."""


@dataclass(frozen=True, eq=False)
class Term:
    """A part U^T W U of H.

    Parameters
    ----------
    amplitudes : Amplitudes
        U.
    matrix : ndarray or csr_array, shape (actors, actors)
        W.
    faster : callable, optional
        Replaces amplitudes as `apply` does.
    """

    amplitudes: Amplitudes
    matrix: FloatArray | sparse.csr_array
    faster: Callable[[FloatArray], None] | None = None

    def apply(self, amplitudes: FloatArray) -> None:
        """Replace amplitudes, shape (actors, any), by W applied to them."""
        if self.faster is None:
            amplitudes[:] = self.matrix @ amplitudes
        else:
            self.faster(amplitudes)

    def contributions(self, count: int) -> float:
        """Return about how many contributions there are to the columns of H of the first basis states."""
        states = self.amplitudes.states
        return np.count_nonzero(states < count) * self.matrix.size / max(1, len(states))

    def columns(self, count: int) -> tuple[IntArray, IntArray, FloatArray]:
        """Return row, column and value of all contributions to the columns of H of the first basis states."""
        states, factors = self.amplitudes.states, self.amplitudes.factors
        actor, spectator = np.nonzero(states < count)
        column, value = states[actor, spectator][:, None], factors[actor, spectator][:, None]
        if isinstance(self.matrix, np.ndarray):
            # axes: amplitude, actor reached
            row = states.T[spectator]
            value = self.matrix[actor] * value * factors.T[spectator]
            return row.ravel(), np.broadcast_to(column, row.shape).ravel(), value.ravel()
        part = self.matrix[actor].tocoo()
        amplitude, reached = part.coords
        row, factor = states[reached, spectator[amplitude]], factors[reached, spectator[amplitude]]
        return row, column[amplitude, 0], part.data * value[amplitude, 0] * factor


class HamiltonianBase(ABC):
    """H in one sector as a sum of terms, and what the search for its levels needs to know.

    Attributes
    ----------
    sector : SectorBase
        The basis.
    """

    @property
    @abstractmethod
    def sector(self) -> SectorBase:
        """The basis."""

    @property
    @abstractmethod
    def unit(self) -> float:
        """A positive energy of the size of the lowest spacings of orbital energies, in effective Hartree."""

    @property
    @abstractmethod
    def kinetic(self) -> FloatArray:
        """Sum T >= 0 of orbital energies of every basis state, ascending, shape (size,)."""

    @property
    @abstractmethod
    def shells(self) -> IntArray:
        """Number of the shell of equal T of every basis state, ascending, shape (size,)."""

    @property
    @abstractmethod
    def diagonal(self) -> FloatArray:
        """Diagonal elements of H between single determinants |a, b>, shape (size,)."""

    @property
    @abstractmethod
    def terms(self) -> list[Term]:
        """All parts of H."""

    @property
    def size(self) -> int:
        """Dimension of the sector."""
        return self.sector.size

    @cached_property
    def _unfolding(self) -> tuple[sparse.csr_array, sparse.csr_array]:
        """The U of all terms, one below the other, and its transpose."""
        matrix = unfolding([term.amplitudes for term in self.terms], self.size)
        return matrix, matrix.T.tocsr()

    def apply(self, vectors: FloatArray) -> FloatArray:
        """Return H applied to sector vectors, shapes (v, size)."""
        unfold, fold = self._unfolding
        amplitudes, start = unfold @ vectors.T, 0
        for term in self.terms:
            actors, spectators = term.amplitudes.states.shape
            stop = start + actors * spectators
            term.apply(amplitudes[start:stop].reshape(actors, spectators * len(vectors)))
            start = stop
        result: FloatArray = fold @ amplitudes
        return result.T

    def columns(self, count: int) -> FloatArray | sparse.csr_array:
        """Return the columns of H of the first basis states, shape (size, count); dense unless mostly zero."""
        # the last row gathers what symmetry forbids, with value zero
        shape = self.size + 1, count
        if sum(term.contributions(count) for term in self.terms) < SPARSE * self.size * count:
            entries = zip(*(term.columns(count) for term in self.terms), strict=True)
            row, column, value = (np.concatenate(part) for part in entries)
            whole = sparse.coo_array((value, (row, column)), shape=shape).tocsr()
            end = whole.indptr[-2]
            inside = whole.data[:end], whole.indices[:end], whole.indptr[:-1]
            return sparse.csr_array(inside, shape=(self.size, count))
        columns = np.zeros(shape)
        for term in self.terms:
            row, column, value = term.columns(count)
            np.add.at(columns.reshape(-1), row * count + column, value)
        return columns[:-1]

    def matrix(self) -> FloatArray:
        """Return H as a dense matrix, shape (size, size)."""
        columns = self.columns(self.size)
        return columns if isinstance(columns, np.ndarray) else columns.toarray()


@dataclass(frozen=True, eq=False)
class SectorHamiltonian(HamiltonianBase):
    """H of a box in one sector.

    Parameters
    ----------
    basis : Sector
        The basis.
    up, down : Species
        String operators of either spin; one object for both where the numbers of electrons are equal.
    lattices : tuple of LatticeInteraction
        The interaction of opposite spins for tau = 1 and -1.
    """

    basis: Sector
    up: Species
    down: Species
    lattices: tuple[LatticeInteraction, ...]

    @property
    def sector(self) -> Sector:
        """The basis."""
        return self.basis

    @property
    def unit(self) -> float:
        """Energy eps_1 of the lowest orbital."""
        return float(self.up.energies[0])

    @property
    def shells(self) -> IntArray:
        """Kinetic energy of every basis state in units of eps_1, ascending."""
        return self.sector.squares

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
        cross = self.up.densities @ self.up.integrals.couplings @ self.down.densities.T
        diagonal: FloatArray = same + cross[a, b]
        return diagonal

    @cached_property
    def terms(self) -> list[Term]:
        """All parts of H."""
        terms = []
        for parity, up in self.up.blocks.items():
            amplitudes = string_amplitudes(self.sector, parity)
            terms.append(Term(amplitudes, up))
            if not self.sector.exchange:
                down = self.down.blocks[parity * self.sector.parity]
                terms.append(Term(amplitudes.transposed, down))
        if self.up.strings.electrons and self.down.strings.electrons:
            for lattice in self.lattices:
                amplitudes = pair_amplitudes(self.sector, lattice.tau)
                if self.sector.up.orbitals <= DIRECT_ORBITALS:
                    terms.append(Term(amplitudes.of_actors(lattice.present), lattice.compact))
                else:
                    terms.append(Term(amplitudes, lattice.matrix, lattice.apply))
        return terms


def species(dot: Dot, electrons: int, integrals: Integrals) -> Species:
    """Return the string operators of N electrons of one spin; small ones are kept for the next number of electrons."""
    few = math.comb(dot.orbitals, electrons) <= DENSE_FAMILY
    return (_kept_species if few else _species)(dot, electrons, integrals)


def _species(dot: Dot, electrons: int, integrals: Integrals) -> Species:
    return Species(strings_of(dot.orbitals, electrons), dot.orbital_energies, integrals)


_kept_species = lru_cache(maxsize=4)(_species)


def sector_hamiltonians(
    dot: Dot, electrons: int, two_Sz: int, integrals: Integrals, *, exchange: bool = True
) -> list[SectorHamiltonian]:
    """Return H in every sector of one S_z, split by exchange symmetry if S_z = 0 unless told otherwise.

    Raises
    ------
    TooLargeError
        If H would take more memory than 2.4 GB, with the estimate.
    """
    require_feasible(dot.orbitals, (electrons + two_Sz) // 2, (electrons - two_Sz) // 2)
    up = species(dot, (electrons + two_Sz) // 2, integrals)
    down = up if two_Sz == 0 else species(dot, (electrons - two_Sz) // 2, integrals)
    lattices = lattice_interactions(integrals)
    return [
        SectorHamiltonian(sector, up, down, lattices)
        for sector in sectors(up.strings, down.strings, exchange=exchange and two_Sz == 0)
    ]
