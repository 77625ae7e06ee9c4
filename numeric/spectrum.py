"""Levels of N electrons in a dot: energies, total spins, parities and vectors.

A level is one energy and one total spin, 2S+1 states. Every level has exactly one state with S_z = 0 (N even) or
S_z = 1/2 (N odd), so the levels are the eigenvalues of that S_z, taken sector by sector (reflection parity and, for N even,
exchange of the spins). All sectors are solved; inside a cluster of coinciding energies S^2 is diagonalised, which
resolves accidental degeneracies.
"""

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import scipy.linalg

from numeric.basis import FloatArray, IntArray, Sector, Strings
from numeric.dot import Dot, as_integer
from numeric.hamiltonian import SectorHamiltonian, sector_hamiltonians
from numeric.integrals import Integrals, interaction_integrals
from numeric.spin import component, spin_squared_matrix

Method = Literal["auto", "dense", "iterative"]
CLUSTER = 1e-9
"""Levels closer than this, relative to the kinetic energy scale, are treated as one cluster when S is resolved."""


@dataclass(frozen=True, eq=False)
class Level:
    """One level: energy, 2S, parity and its state of smallest S_z >= 0 as a packed sector vector."""

    energy: float
    two_S: int
    sector: Sector
    state: FloatArray


@dataclass(frozen=True, eq=False)
class Spectrum:
    """The lowest levels of N electrons in a dot, in ascending order of energy.

    Energies are in effective Hartree, without gate potential. Made by `solve`.
    """

    dot: Dot
    electrons: int
    levels: tuple[Level, ...] = field(repr=False)

    @property
    def energies(self) -> FloatArray:
        """Level energies, shape (k,)."""
        return np.array([level.energy for level in self.levels])

    @property
    def two_S(self) -> IntArray:
        """Twice the total spin of every level, shape (k,)."""
        return np.array([level.two_S for level in self.levels], dtype=np.int64)

    @property
    def parity(self) -> IntArray:
        """Reflection parity of every level, +1 or -1, shape (k,)."""
        return np.array([level.sector.parity for level in self.levels], dtype=np.int64)

    @property
    def degeneracies(self) -> IntArray:
        """Number 2S+1 of states of every level, shape (k,)."""
        return self.two_S + 1

    @property
    def vectors(self) -> tuple[FloatArray, ...]:
        """Highest-weight vector (S_z = S) of every level, see `vector`."""
        return tuple(self.vector(index) for index in range(len(self.levels)))

    def strings(self, two_Sz: int) -> tuple[Strings, Strings]:
        """Return the strings that number rows (up) and columns (down) of the vectors of one S_z."""
        up, down = (self.electrons + two_Sz) // 2, (self.electrons - two_Sz) // 2
        return Strings(self.dot.orbitals, up), Strings(self.dot.orbitals, down)

    def vector(self, level: int, two_Sz: int | None = None) -> FloatArray:
        """Return one normalised state of a level as a matrix over (up strings, down strings).

        Parameters
        ----------
        level : int
            Index of the level.
        two_Sz : int, optional
            Twice S_z; the default is the highest weight, S_z = S.

        Returns
        -------
        ndarray, shape (C(M, n_up), C(M, n_down))
            Coefficients of A+_a B+_b |0>, see `basis`. The components of one level are phased among each other as
            Condon and Shortley do; the sign of the level makes the largest highest-weight coefficient positive.

        Raises
        ------
        ValueError
            If the level has no such component.
        """
        chosen = self.levels[as_integer("level", level, minimum=0)]
        two_S = chosen.two_S
        two_m = two_S if two_Sz is None else two_Sz
        if abs(two_m) > two_S or (two_S - two_m) % 2:
            raise ValueError(f"two_Sz={two_m} must be one of {-two_S}, {-two_S + 2}, ..., {two_S} for two_S={two_S}")
        lowest = self.electrons % 2
        C = chosen.sector.matrix(chosen.state)
        return component(C, self.strings(lowest), two_S=two_S, to_two_Sz=two_m)


def solve(
    dot: Dot, electrons: int, levels: int, *, integrals: Integrals | None = None, method: Method = "auto"
) -> Spectrum:
    """Return the `levels` lowest levels of so many electrons.

    Parameters
    ----------
    dot : Dot
        The dot, M orbitals.
    electrons : int
        Number N of electrons, 0..6 and at most 2M.
    levels : int
        Number of levels, at most C(M, ceil(N/2)) C(M, floor(N/2)).
    integrals : Integrals, optional
        Interaction to use instead of the dot's own.
    method : {"auto", "dense", "iterative"}
        Dense diagonalisation of every sector or an iterative one; "auto" decides by dimension.

    Raises
    ------
    ValueError
        For an argument outside these rules.
    """
    N = as_integer("electrons", electrons, minimum=0)
    if N > 2 * dot.orbitals:
        raise ValueError(f"electrons={N} must be at most {2 * dot.orbitals}, two for each of {dot.orbitals} orbitals")
    if method not in ("auto", "dense", "iterative"):
        raise ValueError(f"method={method!r} must be auto, dense or iterative")
    interaction = interaction_integrals(dot) if integrals is None else integrals
    if interaction.orbitals != dot.orbitals:
        raise ValueError(f"integrals of {interaction.orbitals} orbitals must have the dot's {dot.orbitals}")
    hamiltonians = sector_hamiltonians(dot, N, N % 2, interaction)
    existing = sum(hamiltonian.size for hamiltonian in hamiltonians)
    count = as_integer("levels", levels, minimum=1)
    if count > existing:
        raise ValueError(f"levels={count} must be at most {existing}: so many exist for {N} electrons")
    found = [level for hamiltonian in hamiltonians for level in _sector_levels(hamiltonian, count)]
    order = sorted(found, key=lambda level: (level.energy, level.two_S, -level.sector.parity))
    return Spectrum(dot, N, tuple(order[:count]))


def _sector_levels(hamiltonian: SectorHamiltonian, count: int) -> list[Level]:
    """Return at least the `count` lowest levels of a sector (all, if it has fewer), clusters complete."""
    matrix = hamiltonian.matrix()
    size = hamiltonian.size
    tolerance = CLUSTER * float(np.max(hamiltonian.kinetic, initial=1e-300))
    wanted = min(count, size)
    while True:
        upper = min(wanted + 2, size)
        values, vectors = scipy.linalg.eigh(matrix, subset_by_index=(0, upper - 1))
        cuts = [cut for cut in range(wanted, upper) if values[cut] - values[cut - 1] > tolerance]
        if upper == size:
            cuts.append(size)
        if cuts:
            return _resolve(hamiltonian.sector, values[: cuts[0]], vectors[:, : cuts[0]], tolerance)
        wanted = 2 * wanted


def _resolve(sector: Sector, values: FloatArray, vectors: FloatArray, tolerance: float) -> list[Level]:
    """Turn eigenpairs into levels of definite spin, cluster by cluster."""
    starts = [0, *(np.flatnonzero(np.diff(values) > tolerance) + 1), len(values)]
    levels: list[Level] = []
    for start, stop in zip(starts, starts[1:], strict=False):
        levels += _resolve_cluster(sector, values[start:stop], vectors[:, start:stop])
    return levels


def _resolve_cluster(sector: Sector, values: FloatArray, vectors: FloatArray) -> list[Level]:
    states = [sector.matrix(vector) for vector in vectors.T]
    squares, rotation = np.linalg.eigh(spin_squared_matrix(states, sector.up, sector.down))
    two_S = np.rint(np.sqrt(4.0 * squares + 1.0) - 1.0).astype(np.int64)
    worst = np.max(np.abs(two_S * (two_S + 2) / 4.0 - squares))
    if worst > 1e-6:
        raise RuntimeError(f"S^2 is off an eigenvalue S(S+1) by {worst:.1e}: the states are no spin multiplets")
    levels = []
    for spin in np.unique(two_S):
        part = rotation[:, two_S == spin]
        energies, inner = np.linalg.eigh(part.T * values @ part)
        mixed = vectors @ part @ inner
        levels += [Level(float(E), int(spin), sector, state) for E, state in zip(energies, mixed.T, strict=True)]
    return levels
