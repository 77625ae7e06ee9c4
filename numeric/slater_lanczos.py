"""Levels by Lanczos in the full Slater basis with projection onto S_z: the route of [J96], independent of `spectrum`.

Started from one vector, Lanczos yields one vector for every energy, a mixture of the 2S+1 states of the level. The
states of definite S_z are its projections onto the determinants of that S_z, renormalised. Two things can go wrong, and
both are detected:

- the Lanczos vector has no weight in some S_z. A projection is accepted only if its weight exceeds SMALLEST_WEIGHT;
  S+ and S- applied to the others tell which S_z must exist, and supply those that are missing.
- the start vector is orthogonal to a whole level, or several levels have one energy. After every run all states found
  are projected out and Lanczos runs again from a new vector, until it finds nothing below the last level wanted.
"""

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import scipy.linalg
from numpy.typing import ArrayLike

from numeric.arrays import FloatArray, listed
from numeric.dot import Dot
from numeric.integrals import Integrals, interaction_of
from numeric.slater_basis import SlaterBasis, SlaterHamiltonian
from numeric.transitions import validated_weights
from numeric.validation import LARGEST_INTEGER, as_floats, as_instance, as_integer, as_level_count

SMALLEST_WEIGHT = 1e-12
"""Weight of an S_z in a Lanczos vector below which its projection would be mostly rounding error."""
TOLERANCE = 1e-11
"""Residual norms accepted and energies told apart, relative to the largest size that an energy can have."""


@dataclass(frozen=True, eq=False, repr=False)
class SlaterLevel:
    """One level found by Lanczos.

    Parameters
    ----------
    energy : float
        In effective Hartree.
    components : dict of int to ndarray, shape (size,)
        Normalised state of every two_Sz = -2S..2S in the Slater basis.
    weights : dict of int to float
        Weight of every two_Sz in the Lanczos vector.
    recovered : tuple of int
        Those two_Sz whose weight was too small to project; S+ or S- supplied them.
    """

    energy: float
    components: dict[int, FloatArray]
    weights: dict[int, float]
    recovered: tuple[int, ...]

    def __repr__(self) -> str:
        return f"SlaterLevel(energy={self.energy:.6g}, two_S={self.two_S})"

    @property
    def two_S(self) -> int:
        """Twice the total spin."""
        return max(self.components)


@dataclass(frozen=True, eq=False, repr=False)
class SlaterSpectrum:
    """The lowest levels of N electrons, ascending, in the full Slater basis."""

    dot: Dot
    integrals: Integrals
    basis: SlaterBasis
    levels: tuple[SlaterLevel, ...]

    def __repr__(self) -> str:
        energies = listed([level.energy for level in self.levels], "levels")
        two_S = listed([level.two_S for level in self.levels], "levels")
        return f"SlaterSpectrum(electrons={self.electrons}, energies={energies}, two_S={two_S})"

    @property
    def electrons(self) -> int:
        """Number N of electrons."""
        return self.basis.electrons


def slater_lanczos(
    dot: Dot,
    electrons: int,
    levels: int,
    *,
    integrals: Integrals | None = None,
    start: ArrayLike | None = None,
    seed: int = 0,
) -> SlaterSpectrum:
    """Return the lowest levels by Lanczos in the full Slater basis.

    Parameters
    ----------
    dot : Dot
        The dot, M <= 31 orbitals.
    electrons, levels : int
        Numbers of electrons and of levels.
    integrals : Integrals, optional
        Interaction to use instead of the dot's own.
    start : array_like, shape (C(2M, N),), optional
        Start vector of the first run; random by default.
    seed : int
        Seed of the random start vectors.

    Raises
    ------
    ValueError
        If a number is out of range, or the start vector has another shape, is zero or is not finite.

    Examples
    --------
    >>> from numeric import Dot, solve, slater_lanczos
    >>> dot = Dot(length=9.5, cutoff=1.9e-3, orbitals=5)
    >>> [level.two_S for level in slater_lanczos(dot, 2, 2).levels], solve(dot, 2, 2).two_S.tolist()
    ([2, 0], [2, 0])
    """
    as_instance("dot", dot, Dot)
    N, count = as_level_count(dot.orbitals, electrons, levels)
    if dot.orbitals > 31:
        raise ValueError(f"orbitals={dot.orbitals} must be at most 31: a determinant is a pattern of 62 bits")
    interaction = interaction_of(dot, integrals)
    hamiltonian = SlaterHamiltonian(dot, interaction, SlaterBasis(dot.orbitals, N))
    rng, size = np.random.default_rng(as_integer("seed", seed, minimum=0)), hamiltonian.basis.size
    first = rng.standard_normal(size) if start is None else as_floats("start", start, shape=(size,))
    if not np.any(first):
        raise ValueError("start must not be all zero")
    return SlaterSpectrum(dot, interaction, hamiltonian.basis, _all_levels(hamiltonian, count, first, rng))


def start_vector_blind_to(dot: Dot, electrons: int, two_Sz: int, *, seed: int = 0) -> FloatArray:
    """Return a random start vector, shape (C(2M, N),), without weight in one S_z: the accident that [J96] warns of.

    Every Lanczos vector that follows from it has no weight there either, because the Hamiltonian conserves S_z.

    >>> start_vector_blind_to(Dot(1.0, 0.1, 2), 1, -1).astype(bool).sum()
    np.int64(2)

    Raises
    ------
    ValueError
        If N electrons have no such S_z.
    """
    as_instance("dot", dot, Dot)
    N, _ = as_level_count(dot.orbitals, electrons, 1)
    basis = SlaterBasis(dot.orbitals, N)
    if as_integer("two_Sz", two_Sz, minimum=-LARGEST_INTEGER) not in basis.two_Sz:
        raise ValueError(f"two_Sz={two_Sz} must be a doubled S_z of {N} electrons")
    random = np.random.default_rng(as_integer("seed", seed, minimum=0)).standard_normal(basis.size)
    return np.where(basis.two_Sz == two_Sz, 0.0, random)


def _all_levels(
    hamiltonian: SlaterHamiltonian, count: int, start: FloatArray, rng: np.random.Generator
) -> tuple[SlaterLevel, ...]:
    """Run Lanczos in the complement of what is known until nothing new turns up below the last level wanted."""
    found: list[SlaterLevel] = []
    scale = hamiltonian.scale or 1.0
    known = np.empty((0, hamiltonian.basis.size))
    while len(known) < hamiltonian.basis.size:
        values, vectors = _lanczos(hamiltonian, start, known, count, TOLERANCE * scale)
        found.sort(key=lambda level: level.energy)
        if len(found) >= count and values[0] > found[count - 1].energy + TOLERANCE * scale:
            break
        for energy, vector in zip(values, vectors, strict=True):
            # rounding lets a long run find further states of a level that is complete already
            rest = _without(vector, known)
            norm = float(np.linalg.norm(rest))
            if norm < 0.5:
                continue
            level = _level(hamiltonian.basis, float(energy), rest / norm)
            found.append(level)
            known = _orthonormal_rows(known, np.stack(list(level.components.values())))
        start = rng.standard_normal(hamiltonian.basis.size)
    found.sort(key=lambda level: level.energy)
    return tuple(found[:count])


def _lanczos(
    hamiltonian: SlaterHamiltonian, start: FloatArray, known: FloatArray, count: int, tolerance: float
) -> tuple[FloatArray, FloatArray]:
    """Return up to `count` lowest energies and the Lanczos vector of each, in rows, orthogonal to the rows of `known`.

    The Lanczos vector of an energy is the normalised projection of the start vector onto all states of that energy.
    """
    space = hamiltonian.basis.size - len(known)
    basis = [_without(start, known)]
    basis[0] = basis[0] / np.linalg.norm(basis[0])
    alpha: list[float] = []
    beta: list[float] = []
    while True:
        image = hamiltonian.apply(basis[-1])
        alpha.append(float(np.vdot(basis[-1], image)))
        residual = _without(image, np.concatenate([known, np.stack(basis)]))
        beta.append(float(np.linalg.norm(residual)))
        invariant = beta[-1] <= tolerance or len(basis) == space
        if invariant or len(basis) % 8 == 0:
            values, vectors = scipy.linalg.eigh_tridiagonal(alpha, beta[:-1])
            rotation = np.asarray(vectors, dtype=np.float64)
            first = np.flatnonzero(np.diff(values, prepend=-np.inf) > tolerance)
            bounds = [*first.tolist(), len(values)][: count + 1]
            converged = len(bounds) > count and np.all(beta[-1] * np.abs(rotation[-1, : bounds[-1]]) <= tolerance)
            if invariant or converged:
                lowest = np.stack([_of_one_energy(rotation[:, a:b]) for a, b in pairwise(bounds)])
                return np.asarray(values[bounds[:-1]], dtype=np.float64), lowest @ np.stack(basis)
        basis.append(residual / beta[-1])


def _of_one_energy(rotation: FloatArray) -> FloatArray:
    """Combine Ritz vectors of one energy, (steps, copies), into the one that a run without rounding would yield.

    A long run meets further states of a level through rounding, and the solver mixes these with the first one at will.
    Each Ritz vector's overlap with the start vector is its first component: weighting by it undoes the mixture.
    """
    combined = rotation @ rotation[0]
    norm = float(np.linalg.norm(combined))
    vector: FloatArray = combined / norm if norm > 0.0 else rotation[:, 0]
    return vector


def _without(vector: FloatArray, rows: FloatArray) -> FloatArray:
    """Project orthonormal rows out of a vector; twice, against rounding."""
    for _ in range(2):
        vector = vector - rows.T @ (rows @ vector)
    return vector


def _orthonormal_rows(known: FloatArray, new: FloatArray) -> FloatArray:
    for vector in new:
        rest = _without(vector, known)
        known = np.concatenate([known, rest[None] / np.linalg.norm(rest)])
    return known


def _level(basis: SlaterBasis, energy: float, vector: FloatArray) -> SlaterLevel:
    """Project a Lanczos vector onto every S_z of its multiplet."""
    projections = {two_m: np.where(basis.two_Sz == two_m, vector, 0.0) for two_m in np.unique(basis.two_Sz).tolist()}
    weights = {two_m: float(np.vdot(part, part)) for two_m, part in projections.items()}
    present = {two_m: projections[two_m] / math.sqrt(w) for two_m, w in weights.items() if w > SMALLEST_WEIGHT}
    multiplet = _multiplet(basis, present[max(present)])
    recovered = []
    components = {}
    for two_m, state in multiplet.items():
        # a projection of several levels of one energy is no member of this multiplet
        genuine = two_m in present and abs(abs(np.vdot(present[two_m], state)) - 1.0) < 1e-6
        components[two_m] = present[two_m] if genuine else state
        if not genuine:
            recovered.append(two_m)
    return SlaterLevel(energy, components, weights, tuple(recovered))


def _multiplet(basis: SlaterBasis, state: FloatArray) -> dict[int, FloatArray]:
    """Raise a state of definite S_z until S+ annihilates it, then lower it through its multiplet."""
    raising = basis.spin_raising
    top = state
    while np.linalg.norm(raised := raising @ top) > 1e-3:
        top = raised / np.linalg.norm(raised)
    two_S = int(basis.two_Sz[np.argmax(np.abs(top))])
    components = {two_S: top}
    for two_m in range(two_S - 2, -two_S - 1, -2):
        lowered = raising.T @ components[two_m + 2]
        components[two_m] = lowered / np.linalg.norm(lowered)
    return components


def slater_transition_probabilities(
    spectrum_N: SlaterSpectrum, spectrum_N1: SlaterSpectrum, *, weights: ArrayLike | None = None
) -> FloatArray:
    """Return M_ji, shape (levels_to, levels_from), by the plain sum over S_z of [J96] Eq. (4).

    Raises
    ------
    ValueError
        As `transition_probabilities`.

    Examples
    --------
    >>> from numeric import Dot, slater_lanczos, slater_transition_probabilities
    >>> dot = Dot(length=9.5, cutoff=1.9e-3, orbitals=5)
    >>> slater_transition_probabilities(slater_lanczos(dot, 1, 1), slater_lanczos(dot, 2, 2)).round(4)
    array([[0.8127],
           [0.4786]])
    """
    used = validated_weights(spectrum_N, spectrum_N1, weights, kind=SlaterSpectrum)
    add = spectrum_N1.basis.add(used)
    finals = [np.stack(list(level.components.values())) for level in spectrum_N1.levels]
    probabilities = np.empty((len(finals), len(spectrum_N.levels)))
    for i, level in enumerate(spectrum_N.levels):
        added = add @ np.stack(list(level.components.values())).T
        for j, final in enumerate(finals):
            probabilities[j, i] = 0.5 / (level.two_S + 1) * np.sum((final @ added) ** 2)
    return probabilities
