"""The lowest eigenvalues of a set of sectors up to a given number, with none missed.

A sector is solved densely if it is small for the number of levels, else iteratively from its reference space: the
levels asked for exactly and, up to the next gap, more of them roughly. These make the others converge sooner and are
trial vectors of the count, together with the next ones to first order.

Iteration alone could converge to the wrong states, so every sector must afterwards pass the count of `level_count`: no
more eigenvalues below sigma than vectors found, sigma being above the last eigenvalue asked for and above every one
found. A sector that fails gets more trial vectors for the next count: rough eigenvectors of the levels that the last
one allows, as long as that helps, and then more basis states. A level that these show to lie below sigma is found as
well. If the basis states reach their largest number without a proof, or an iteration does not converge, all sectors are
solved densely, and if that is too much, an error says so; before the iteration, if no count can succeed.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal, Protocol, get_args

import numpy as np
import scipy.linalg

from numeric.arrays import FloatArray
from numeric.eigensolver import MOST_PRODUCTS, EigenPairs, NotConvergedError, lowest_eigenpairs
from numeric.hamiltonian import HamiltonianBase
from numeric.level_count import LevelCount
from numeric.reference_space import ReferenceSpace

Method = Literal["auto", "dense", "iterative"]
METHODS: tuple[Method, ...] = get_args(Method)
DENSE = 30_000
"""Dimension squared, per level asked for, up to which a dense diagonalisation takes less time than iterations."""
LARGEST_MATRIX = 8000
"""Largest dimension of a matrix that is diagonalised or factorised if there is a choice: half a gigabyte."""
FEW, SMALL_REFERENCE, LARGE_REFERENCE = 4, (50, 40, 40), (80, 25, 80)
"""How large a reference space is: its least dimension, how many states of the sector add one to that, and the most that
is added for each electron. The first numbers are for up to FEW electrons; the others for more electrons."""
COUNTED = 80
"""Basis states in the first count, at most, if MARGIN asks for more."""
SPARE = 8
"""Estimates made beyond the number of eigenvalues asked for."""
MARGIN = 1.6
"""Kinetic energy up to which the first count takes basis states, relative to sigma - v0."""
FREE = 1.9
"""Basis states in the first count, at least, relative to the number of those with a kinetic energy below sigma - v0."""
STEP = 1.4
"""Growth of the reference space from one count to the next."""
WHOLE = 2.5
"""Dimension of a sector, relative to that of the last count, up to which the next one is of the whole sector."""
SMALL = 1500
"""Dimension up to which a second count is of the whole sector: a twentieth of a second."""
NEAR = 8
"""Levels beyond those found among which the largest gap is looked for, and up to which rough eigenvectors are made."""
PER_LEVEL = 100
"""Basis states of a count that cost as much, if there are many, as rough eigenvectors of one more level."""
MORE = 2
"""Vectors iterated beyond the rough ones, and levels beyond those allowed."""
ROUGH, REFINEMENT = 0.2, 0.3
"""Residual norms accepted of rough eigenvectors, relative to the unit of energy, and how they decrease each time."""
MOST_TRIALS, PER_TRIAL = 10, 25
"""Eigenvectors of first order in a count: one for each 25 of its basis states, which they save more of, up to ten."""
CLUSTER = 1e-10
"""Eigenvalues closer than this, relative to the largest diagonal element of H, are treated as one cluster."""
ACCURACY = 3e-12
"""Residual norms accepted, relative to the energy."""
ROUNDINGS = 64.0
"""Roundings of the largest diagonal element of H that an eigenvalue may be off by."""


@dataclass(frozen=True, eq=False)
class SectorStates:
    """The lowest eigenpairs of one sector.

    Parameters
    ----------
    hamiltonian : HamiltonianBase
        H in the sector.
    values : ndarray, shape (k,)
        Eigenvalues, ascending.
    vectors : ndarray, shape (k, size)
        Eigenvectors.
    applications : int
        Number of vectors that H was applied to; 0 after a dense diagonalisation.
    """

    hamiltonian: HamiltonianBase
    values: FloatArray
    vectors: FloatArray
    applications: int


def lowest_states(
    hamiltonians: Sequence[HamiltonianBase],
    count: int,
    *,
    bound: Callable[[], float],
    method: Method,
    complete: bool = True,
) -> list[SectorStates]:
    """Return the eigenpairs of all sectors up to the `count`-th lowest eigenvalue, and those that coincide with it.

    Parameters
    ----------
    hamiltonians : sequence of HamiltonianBase
        The sectors, all of one number of electrons.
    count : int
        Number of eigenvalues over all sectors, at most the sum of their dimensions.
    bound : callable
        Returns a lower bound of the interaction, in effective Hartree; called if a count needs it.
    method : {"auto", "dense", "iterative"}
        "dense" and "iterative" override the decision by dimension.
    complete : bool
        Whether every sector must pass its count; without it a level may be missing.

    Raises
    ------
    NotConvergedError
        If an iteration does not converge, or a sector cannot be shown to be complete, unless all sectors are small
        enough for a dense diagonalisation and `method` is "auto".
    """
    bound, tolerance = cache(bound), cluster_width(hamiltonians)
    try:
        searches = [_search(hamiltonian, count, method) for hamiltonian in hamiltonians]
        if not complete:
            return _unproven(searches, count, tolerance)
        return _complete(searches, count, tolerance, bound)
    except NotConvergedError:
        if method != "auto" or max(hamiltonian.size for hamiltonian in hamiltonians) > LARGEST_MATRIX:
            raise
    return _complete([_DenseSearch(hamiltonian, count) for hamiltonian in hamiltonians], count, tolerance, bound)


def _unproven(searches: Sequence["_Search"], count: int, tolerance: float) -> list[SectorStates]:
    """Solve the sectors for what their estimates say is lowest."""
    _solve_lowest(searches, count, tolerance)
    last = _nth([search.values for search in searches], count) + tolerance
    return [search.below(last) for search in searches]


def _complete(
    searches: Sequence["_Search"], count: int, tolerance: float, bound: Callable[[], float]
) -> list[SectorStates]:
    """Solve the sectors until every one of them has passed its count."""
    if any(search.beyond_reach(search.estimates[0], bound) for search in searches):
        # an estimate is no reason to refuse; the lowest level, which no count stays below, may be
        _require_reach(searches, min(search.roughly_lowest() for search in searches), bound)
    _solve_lowest(searches, count, tolerance)
    _require_reach(searches, _nth([search.values for search in searches], count), bound)
    while True:
        last = _nth([search.values for search in searches], count) + tolerance
        incomplete = [search for search in searches if not search.complete(last, tolerance, bound)]
        if not incomplete:
            return [search.below(last) for search in searches]
        for search in incomplete:
            search.grow()


def _require_reach(searches: Sequence["_Search"], energy: float, bound: Callable[[], float]) -> None:
    """Raise an error if no count up to an energy can succeed."""
    for search in searches:
        if reason := search.beyond_reach(energy, bound):
            raise NotConvergedError(reason)


def _solve_lowest(searches: Sequence["_Search"], count: int, tolerance: float) -> None:
    """Solve every sector for its estimated share of the lowest eigenvalues, until no share changes."""
    while True:
        last = _nth([search.estimates for search in searches], count) + tolerance
        shares = [int(np.count_nonzero(search.estimates <= last)) for search in searches]
        if all(share <= len(search.values) for share, search in zip(shares, searches, strict=True)):
            return
        for share, search in zip(shares, searches, strict=True):
            search.solve(share)


def cluster_width(hamiltonians: Sequence[HamiltonianBase]) -> float:
    """Return the distance below which eigenvalues count as coinciding, in effective Hartree."""
    unit = float(hamiltonians[0].unit)
    return CLUSTER * max(unit, *(float(np.max(np.abs(hamiltonian.diagonal))) for hamiltonian in hamiltonians))


def rounding_error(hamiltonians: Sequence[HamiltonianBase], *, other_parts: float = 0.0) -> float:
    """Return how far off the eigenvalues may be for rounding; `other_parts` of H are added to the diagonal elements."""
    largest = max(float(np.max(np.abs(hamiltonian.diagonal))) for hamiltonian in hamiltonians)
    return ROUNDINGS * float(np.finfo(np.float64).eps) * (largest + other_parts)


def energy_error(states: Sequence[SectorStates], rounding: float) -> float:
    """Return how far off the eigenvalues may be: for rounding, and by the residuals that an iteration ends with."""
    iterated = [float(np.max(np.abs(sector.values), initial=0.0)) for sector in states if sector.applications]
    return max(rounding, ACCURACY * max(iterated, default=0.0))


def _nth(values: list[FloatArray], count: int) -> float:
    joined = np.concatenate(values)
    return float(np.partition(joined, count - 1)[count - 1])


class _Search(Protocol):
    """The state of a search in one sector: eigenpairs found, estimates of the lowest eigenvalues, and the next step."""

    values: FloatArray

    @property
    def estimates(self) -> FloatArray: ...
    def solve(self, count: int) -> None: ...
    def beyond_reach(self, energy: float, bound: Callable[[], float]) -> str: ...
    def roughly_lowest(self) -> float: ...
    def complete(self, last: float, tolerance: float, bound: Callable[[], float]) -> bool: ...
    def grow(self) -> None: ...
    def below(self, last: float) -> SectorStates: ...


def _search(hamiltonian: HamiltonianBase, count: int, method: Method) -> _Search:
    n = hamiltonian.size
    small = n <= LARGEST_MATRIX and (n * n <= DENSE * count or n <= 10 * count)
    if method == "dense" or (method == "auto" and small):
        return _DenseSearch(hamiltonian, count)
    # n products with H cost as much as its matrix, which is then diagonalised instead
    affordable = n if method == "auto" and n <= LARGEST_MATRIX else MOST_PRODUCTS
    return _IterativeSearch(hamiltonian, count, min(affordable, MOST_PRODUCTS))


class _DenseSearch:
    def __init__(self, hamiltonian: HamiltonianBase, count: int) -> None:
        self.hamiltonian = hamiltonian
        self.matrix = hamiltonian.matrix()
        self.values = np.empty(0)
        self.solve(min(count + 1, hamiltonian.size))

    @property
    def estimates(self) -> FloatArray:
        return self.values

    def solve(self, count: int) -> None:
        if count <= len(self.values):
            return
        self.values, vectors = scipy.linalg.eigh(self.matrix, subset_by_index=(0, count - 1), check_finite=False)
        self.vectors = vectors.T

    def beyond_reach(self, energy: float, bound: Callable[[], float]) -> str:
        return ""  # a dense diagonalisation misses no level

    def roughly_lowest(self) -> float:
        return float(self.values[0])

    def complete(self, last: float, tolerance: float, bound: Callable[[], float]) -> bool:
        return len(self.values) == self.hamiltonian.size or self.values[-1] > last

    def grow(self) -> None:
        self.solve(min(2 * len(self.values), self.hamiltonian.size))

    def below(self, last: float) -> SectorStates:
        kept = self.values <= last
        return SectorStates(self.hamiltonian, self.values[kept], self.vectors[kept], 0)


class _IterativeSearch:
    def __init__(self, hamiltonian: HamiltonianBase, count: int, max_applications: int) -> None:
        n = hamiltonian.size
        self.hamiltonian = hamiltonian
        self.count = count
        self.max_applications = max_applications
        self.applications = 0
        electrons = hamiltonian.sector.up.electrons + hamiltonian.sector.down.electrons
        least, share, per_electron = SMALL_REFERENCE if electrons <= FEW else LARGE_REFERENCE
        enough = least + min(n // share, per_electron * electrons)
        self.reference = ReferenceSpace(hamiltonian, max(min(n // 4, enough), 6 * count))
        self.estimates = self.reference.estimates(count + SPARE)
        self.values, self.vectors = np.empty(0), np.empty((0, n))
        self.roughness = ROUGH * hamiltonian.unit
        self.rough = 0
        self.refined = False
        self.counted: ReferenceSpace | None = None
        self.allowed = self.last_allowed = n
        self.sigma = self.proven = -np.inf

    def solve(self, count: int) -> None:
        if count > len(self.values):
            self._find(count, self._up_to_gap(count, count + NEAR))

    def _up_to_gap(self, first: int, last: int) -> int:
        """Return how many levels there are up to the largest gap, between `first` and `last` of them.

        An iteration, and a count, tell levels on one side of a gap badly from each other.
        """
        gaps = np.diff(self.estimates[first - 1 : last + 1])
        return max(self.rough, first + int(np.argmax(gaps)) if gaps.size else first)

    def _find(self, exact: int, rough: int) -> None:
        """Find the eigenvectors of as many of the lowest levels as `exact`, and rough ones of those up to `rough`."""
        rough = min(rough, self.hamiltonian.size)
        energy = max(abs(self.reference.eigenpairs[0][0]), self.hamiltonian.unit)
        tolerance = max(ACCURACY * energy, rounding_error([self.hamiltonian]))
        company = MORE if rough > exact else 0
        tolerances = np.full(min(rough + company, self.hamiltonian.size), np.inf)
        tolerances[:rough] = max(self.roughness, tolerance)
        tolerances[:exact] = tolerance
        pairs = self._iterate(tolerances)
        self.values, self.vectors, self.rough = pairs.values[:exact], pairs.vectors, rough
        shift = pairs.values[rough - 1] - self.estimates[min(rough, len(self.estimates)) - 1]
        self.estimates = np.concatenate([pairs.values[:rough], self.estimates[rough:] + shift])

    def _iterate(self, tolerances: FloatArray) -> EigenPairs:
        count = len(tolerances)
        if count > self.reference.size:
            self.reference = ReferenceSpace(self.hamiltonian, 2 * count)
        known = self.vectors[:count]
        start = np.concatenate([known, self.reference.start(count)[len(known) :]])
        pairs = lowest_eigenpairs(
            self.hamiltonian.apply,
            self.reference.precondition,
            np.linalg.qr(start.T)[0].T,
            tolerance=tolerances,
            max_applications=self.max_applications,
        )
        self.applications += pairs.applications
        return pairs

    def beyond_reach(self, energy: float, bound: Callable[[], float]) -> str:
        """Return why no count up to an energy can succeed, or nothing.

        Of the states with a kinetic energy below sigma - v0 a trial vector takes away one at most, and the others are
        allowed (`level_count`). Besides basis states trial vectors are eigenvectors: those that an iteration leaves,
        and more if no more than one in `PER_LEVEL` is missing.
        """
        if self.hamiltonian.size <= LARGEST_MATRIX:
            return ""
        vectors = max(len(self.vectors), self.count + NEAR + MORE) + MOST_TRIALS + LARGEST_MATRIX // PER_LEVEL
        below = int(np.searchsorted(self.hamiltonian.kinetic, energy - bound()))
        beyond = below > LARGEST_MATRIX + 2 * vectors
        return f"{self._out_of_reach()} where {below} must be told apart" if beyond else ""

    def roughly_lowest(self) -> float:
        """Return an energy that the lowest level lies above, if a rough eigenvector shows which it is."""
        self._find(0, 1)
        return float(self.estimates[0]) - self.roughness

    def _out_of_reach(self) -> str:
        up, down = self.hamiltonian.sector.up, self.hamiltonian.sector.down
        return (
            f"the levels of electrons={up.electrons + down.electrons} in {up.orbitals} orbitals cannot be shown to be "
            f"complete, which solve(..., complete=False) does without: a count takes at most {LARGEST_MATRIX} of the "
            f"{self.hamiltonian.size} basis states of a sector into account,"
        )

    def complete(self, last: float, tolerance: float, bound: Callable[[], float]) -> bool:
        self.sigma = max(last, np.max(self.values, initial=-np.inf) + tolerance)
        if len(self.values) == self.hamiltonian.size or self.sigma <= self.proven:
            return True
        counted = self.counted = self.counted or self._first_counted(self.sigma - bound())
        self.allowed = LevelCount(counted, self._trial_vectors(counted.size)).most(self.sigma, bound())
        if self.allowed != len(self.values):
            return False
        self.proven = self.sigma
        return True

    def _trial_vectors(self, size: int) -> FloatArray:
        """Return the eigenvectors found, exact and rough, and next ones to first order, for a count of that size."""
        known = len(self.vectors)
        start = self.reference.start(known + min(size // PER_TRIAL, MOST_TRIALS))
        return np.concatenate([self.vectors, start[known:]])

    def _first_counted(self, energy: float) -> ReferenceSpace:
        """Return the basis states of the first count, from sigma - v0."""
        free, enough = np.searchsorted(self.hamiltonian.kinetic, [energy, MARGIN * energy]).tolist()
        size = max(min(enough, COUNTED), int(FREE * free), 1)
        return self.reference.resized(min(size, self.hamiltonian.size, LARGEST_MATRIX))

    def grow(self) -> None:
        """Prepare another count: with the levels that it has shown, or more trial vectors.

        These are rough eigenvectors of all levels allowed, if they are few and unless the last ones did not help; else
        basis states.
        """
        n, P = self.hamiltonian.size, self.counted.size if self.counted else 0
        near = self.allowed <= len(self.values) + max(NEAR, P // PER_LEVEL)
        self.refined = n > SMALL and near and (not self.refined or self.allowed < self.last_allowed)
        self.last_allowed = self.allowed
        if self.refined:
            self._refine()
        elif min(n, LARGEST_MATRIX) > P:
            whole = n <= min(max(WHOLE * P, SMALL), LARGEST_MATRIX)
            self.counted = ReferenceSpace(self.hamiltonian, n if whole else min(int(STEP * P) + 1, LARGEST_MATRIX))
        elif n == P and self.allowed > len(self.values):
            self.solve(self.allowed)
        else:
            raise NotConvergedError(f"{self._out_of_reach()} and they leave room for more")

    def _refine(self) -> None:
        """Find rough eigenvectors of all levels allowed, and exactly those that lie below the sigma of the count."""
        last = max(self.rough, self.allowed) + MORE + 1
        self._find(len(self.values), self._up_to_gap(self.rough + 1, last))
        self.roughness *= REFINEMENT
        self.solve(int(np.count_nonzero(self.estimates[: self.rough] <= self.sigma)))

    def below(self, last: float) -> SectorStates:
        kept = self.values <= last
        return SectorStates(self.hamiltonian, self.values[kept], self.vectors[: len(kept)][kept], self.applications)
