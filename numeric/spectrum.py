"""Levels of N electrons in a dot: energies, total spins, parities and vectors.

A level is one energy and one total spin, 2S+1 states. Every level has exactly one state with S_z = 0 (N even) or S_z =
1/2 (N odd), so the levels are the eigenvalues of H at that S_z, sector by sector: reflection parity and, for N even,
exchange of the spins. `search` guarantees that none is missed. Inside a cluster of coinciding energies S^2 is
diagonalised, which resolves accidental degeneracies.
"""

import itertools
from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np

from numeric.arrays import FloatArray, IntArray, listed
from numeric.basis import IrrepSector, SectorBase, Strings
from numeric.dot import Dot
from numeric.eigensolver import eigh
from numeric.hamiltonian import sector_hamiltonians
from numeric.harmonic_dot import HarmonicDot
from numeric.integral_levels import BackTransformation, integral_states
from numeric.integrals import Integrals, interaction_of
from numeric.interaction_bound import lower_bound
from numeric.kinds_of_dots import AnyDot, OrbitalDot, require_dot
from numeric.search import METHODS, Method, SectorStates, cluster_width, energy_error, lowest_states, rounding_error
from numeric.spin import component, spin_squared_matrix
from numeric.validation import as_choice, as_flag, as_instance, as_integer, as_level_count, as_projection


@dataclass(frozen=True, eq=False, repr=False)
class Level:
    """One level: energy, 2S, symmetry and its state of smallest S_z >= 0 as a packed sector vector."""

    energy: float
    two_S: int
    sector: SectorBase
    state: FloatArray

    def __repr__(self) -> str:
        return f"Level(energy={self.energy:.6g}, two_S={self.two_S}, irrep={self.sector.irrep})"


@dataclass(frozen=True, eq=False, repr=False)
class Spectrum:
    """The lowest levels of N electrons in a dot, in ascending order of energy.

    Energies are in effective Hartree, or in the unit of the dot's integrals, without gate potential. Made by `solve`;
    `integrals` is the interaction used, for a dot given by its integrals the dot itself, `applications` the number of
    vectors that H was applied to on the way, `complete` whether it is proven that no lower level is missing. Double
    precision and the residuals of iterations let an energy be off by `error` at most; levels that are closer than twice
    that may be in the wrong order, see `unresolved`.

    >>> spectrum = solve(Dot(1.0, 0.1, 3), electrons=2, levels=3)
    >>> spectrum
    Spectrum(electrons=2, energies=[15.132, 27.5693, 30.7954], two_S=[0, 2, 0])
    >>> spectrum.vector(0).shape  # one row for each string of up electrons, one column for each of down electrons
    (3, 3)
    """

    dot: AnyDot
    integrals: Integrals | OrbitalDot
    electrons: int
    levels: tuple[Level, ...]
    applications: int = 0
    error: float = 0.0
    cut: bool = False
    """Whether the last level listed cannot be told from the next one, which is not listed."""
    complete: bool = True

    def __repr__(self) -> str:
        energies, two_S = listed(self.energies, "levels"), listed(self.two_S, "levels")
        groups = self.unresolved
        unresolved = f", unresolved={[[*group] for group in groups]}" if groups else ""
        cut = ", cut=True" if self.cut else ""
        proven = "" if self.complete else ", complete=False"
        return f"Spectrum(electrons={self.electrons}, energies={energies}, two_S={two_S}{unresolved}{cut}{proven})"

    @property
    def unresolved(self) -> tuple[tuple[int, ...], ...]:
        """Groups of levels that coincide, or are too close for their order to be known: the indices of each group.

        Examples
        --------
        Two sites with hopping 1 and repulsion U: the singlet lies 4/U below the triplet, which rounding hides.

        >>> import numpy as np
        >>> from numeric import IntegralDot, solve
        >>> repulsion = np.zeros((2, 2, 2, 2))
        >>> repulsion[0, 0, 0, 0] = repulsion[1, 1, 1, 1] = 4e12
        >>> found = solve(IntegralDot(one_body=[[0.0, -1.0], [-1.0, 0.0]], two_body=repulsion), electrons=2, levels=2)
        >>> found.unresolved
        ((0, 1),)
        """
        apart = np.flatnonzero(np.diff(self.energies) > 2.0 * self.error) + 1
        groups = np.split(np.arange(len(self.levels)), apart)
        return tuple(tuple(group.tolist()) for group in groups if len(group) > 1)

    @property
    def energies(self) -> FloatArray:
        """Level energies, shape (k,)."""
        return np.array([level.energy for level in self.levels])

    @property
    def two_S(self) -> IntArray:
        """Twice the total spin of every level, shape (k,)."""
        return np.array([level.two_S for level in self.levels], dtype=np.int64)

    @property
    def box(self) -> Dot:
        """The dot, if it is a box.

        Raises
        ------
        ValueError
            If the dot is given by its integrals.
        """
        if not isinstance(self.dot, Dot):
            raise ValueError(f"dot={self.dot} must be a box")  # noqa: TRY004 - see validation
        return self.dot

    @property
    def parity(self) -> IntArray:
        """Reflection parity of every level of a box, +1 or -1, shape (k,); any other dot has `irreps` only."""
        as_instance("dot", self.dot, Dot)
        return 3 - 2 * self.irreps

    @property
    def irreps(self) -> IntArray:
        """Irrep 1..8 of every level, shape (k,): 1 for even and 2 for odd levels of a box or a harmonic dot."""
        return np.array([level.sector.irrep for level in self.levels], dtype=np.int64)

    @property
    def angular_momenta(self) -> IntArray:
        """L_z of every level of a harmonic dot, shape (k,).

        Raises
        ------
        ValueError
            If the dot is another one.
        """
        as_instance("dot", self.dot, HarmonicDot)
        sectors = [as_instance("sector", level.sector, IrrepSector) for level in self.levels]
        return np.array([sector.label for sector in sectors], dtype=np.int64)

    @property
    def degeneracies(self) -> IntArray:
        """Number 2S+1 of states of every level, shape (k,)."""
        return self.two_S + 1

    @cached_property
    def vectors(self) -> tuple[FloatArray, ...]:
        """Highest-weight vector (S_z = S) of every level, see `vector`; read-only."""
        two_S = self.two_S
        vectors: list[FloatArray] = [np.empty(0)] * len(self.levels)
        for spin in np.unique(two_S):
            members = np.flatnonzero(two_S == spin)
            stack = np.stack([self.levels[index].sector.matrix(self.levels[index].state) for index in members])
            stack = component(stack, self.strings(self.electrons % 2), two_S=int(spin), to_two_Sz=int(spin))
            for index, C in zip(members, stack, strict=True):
                vectors[index] = _signed(C)
                vectors[index].setflags(write=False)
        return tuple(vectors)

    def level(self, index: int) -> Level:
        """Return one level.

        Raises
        ------
        ValueError
            If there is no such level.
        """
        number = as_integer("level", index, minimum=0)
        if number >= len(self.levels):
            raise ValueError(f"level={number} must be below {len(self.levels)}, the number of levels")
        return self.levels[number]

    def strings(self, two_Sz: int) -> tuple[Strings, Strings]:
        """Return the strings that number rows (up) and columns (down) of the vectors of one S_z."""
        up, down = self.levels[0].sector.up, self.levels[0].sector.down
        while up.electrons - down.electrons < two_Sz:
            up, down = up.more, down.fewer
        while up.electrons - down.electrons > two_Sz:
            up, down = up.fewer, down.more
        return up, down

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
            Coefficients of A+_a B+_b |0>, see `basis`. The components of one level have the relative phases of
            Condon and Shortley; the sign of the level makes its largest highest-weight coefficient positive.

        Raises
        ------
        ValueError
            If there is no such level, or the level has no such component.
        """
        two_S = self.level(level).two_S
        two_m = two_S if two_Sz is None else as_projection("two_Sz", two_Sz, two_S)
        return component(self.vectors[level], self.strings(two_S), two_S=two_S, to_two_Sz=two_m)


def _signed(C: FloatArray) -> FloatArray:
    """Return C with the sign that makes its largest coefficient, the first of equally large ones, positive."""
    size = np.abs(C)
    first = np.flatnonzero(size.ravel() > (1.0 - 1e-6) * size.max())[0]
    signed: FloatArray = np.sign(C.ravel()[first]) * C
    return signed


def solve(
    dot: AnyDot,
    electrons: int,
    levels: int,
    *,
    integrals: Integrals | None = None,
    method: Method = "auto",
    complete: bool = True,
) -> Spectrum:
    """Return the lowest levels of N electrons, with a proof that none is missed.

    Parameters
    ----------
    dot : Dot, IntegralDot or HarmonicDot
        The dot, M orbitals.
    electrons : int
        Number N of electrons, 0..2M.
    levels : int
        Number of levels, at most C(M, ceil(N/2)) C(M, floor(N/2)). Levels that coincide in energy count one by one.
    integrals : Integrals, optional
        Interaction to use instead of a box's own.
    method : {"auto", "dense", "iterative"}
        Dense diagonalisation of every sector, or an iterative one followed by a count; "auto" decides by dimension.
    complete : bool
        Whether no lower level may be missing. False leaves out the proof, and says so in the spectrum.

    Returns
    -------
    Spectrum
        Levels in ascending order of energy.

    Raises
    ------
    ValueError
        If an argument is outside these rules.
    TooLargeError
        If H would take more memory than 2.4 GB, with the estimate.
    NotConvergedError
        If an iteration does not converge, or a sector cannot be shown to be complete.

    Examples
    --------
    >>> from numeric import Dot, solve
    >>> dot = Dot(length=9.5, cutoff=1.9e-3, orbitals=5)
    >>> solve(dot, electrons=2, levels=3)
    Spectrum(electrons=2, energies=[0.568783, 0.569366, 0.921279], two_S=[2, 0, 2])
    """
    complete = as_flag("complete", complete)
    if isinstance(dot, OrbitalDot):
        if integrals is not None:
            raise ValueError("integrals must be left out: a dot given by its integrals has its own")
        return _solve_integrals(dot, electrons, levels, method, complete)
    require_dot(dot)
    N, count = as_level_count(dot.orbitals, electrons, levels)
    as_choice("method", method, METHODS)
    interaction = interaction_of(dot, integrals)
    hamiltonians = sector_hamiltonians(dot, N, N % 2, interaction)
    bound = partial(lower_bound, dot, N, integrals)
    states = lowest_states(hamiltonians, count, bound=bound, method=method, complete=complete)
    width = cluster_width(hamiltonians)
    found = [level for sector in states for level in _levels(sector, width)]
    found.sort(key=lambda level: level.energy)
    applications = sum(sector.applications for sector in states)
    error = energy_error(states, rounding_error(hamiltonians))
    cut = _is_cut(found, count, error)
    return Spectrum(dot, interaction, N, tuple(found[:count]), applications, error, cut, complete)


def _solve_integrals(dot: OrbitalDot, electrons: int, levels: int, method: Method, complete: bool) -> Spectrum:
    N, count = as_level_count(dot.orbitals, electrons, levels)
    as_choice("method", method, METHODS)
    states, constant, hamiltonians = integral_states(dot, N, N % 2, count, method, complete=complete)
    width = cluster_width(hamiltonians)
    found = [level for sector in states for level in _levels(sector, width)]
    found.sort(key=lambda level: level.energy)
    basis, orbitals = hamiltonians[0].sector, hamiltonians[0].orbitals
    parts = abs(dot.core) + N * abs(orbitals.shift) + (N > 1) * float(np.max(np.abs(orbitals.two_body)))
    error = energy_error(states, rounding_error(hamiltonians, other_parts=parts))
    home = BackTransformation(dot, orbitals, basis.up, basis.down)
    sectors = {id(hamiltonian.sector): home.sector(hamiltonian.sector) for hamiltonian in hamiltonians}
    returned = []
    for level in found[:count]:
        sector = sectors[id(level.sector)]
        state = home.vector(level.sector, level.state, sector)
        returned.append(Level(level.energy + constant, level.two_S, sector, state))
    applications = sum(sector.applications for sector in states)
    return Spectrum(dot, dot, N, tuple(returned), applications, error, _is_cut(found, count, error), complete)


def _is_cut(found: list[Level], count: int, error: float) -> bool:
    """Return whether a level beyond the first `count` is too close to the last of them to be told from it."""
    return len(found) > count and found[count].energy - found[count - 1].energy <= 2.0 * error


def _levels(states: SectorStates, width: float) -> list[Level]:
    """Turn the eigenpairs of a sector into levels of definite spin, cluster by cluster."""
    if not len(states.values):
        return []
    sector = states.hamiltonian.sector
    spins = spin_squared_matrix(sector.matrix(states.vectors), sector.up, sector.down)
    ends = [0, *(np.flatnonzero(np.diff(states.values) > width) + 1).tolist(), len(spins)]
    clusters = [slice(*pair) for pair in itertools.pairwise(ends)]
    return [
        level
        for own in clusters
        for level in _resolved(sector, spins[own, own], states.values[own], states.vectors[own])
    ]


def _resolved(sector: SectorBase, spins: FloatArray, values: FloatArray, vectors: FloatArray) -> list[Level]:
    """Diagonalise S^2 in one cluster of eigenvectors, and H for every S found."""
    squares, rotation = eigh(spins)
    two_S = np.rint(np.sqrt(np.maximum(4.0 * squares + 1.0, 0.0)) - 1.0).astype(np.int64)
    worst = float(np.max(np.abs(two_S * (two_S + 2) / 4.0 - squares)))
    if worst > 1e-6:
        raise RuntimeError(f"S^2 misses an eigenvalue S(S+1) by {worst:.1e}: the states are no spin multiplets")
    levels = []
    for spin in sorted(set(two_S.tolist())):
        part = rotation[:, two_S == spin]
        energies, inner = eigh(part.T * values @ part)
        combined = (part @ inner).T @ vectors
        levels += [Level(E, spin, sector, state) for E, state in zip(energies.tolist(), combined, strict=True)]
    return levels
