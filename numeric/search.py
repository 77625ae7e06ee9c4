"""The lowest eigenvalues of a set of sectors up to a given number, with none missed.

A sector is solved densely if it is small for the number of levels, else iteratively from its reference space.
Iteration alone could converge to the wrong states, so every sector must afterwards pass the count of `reference_space`:
no more eigenvalues below sigma than vectors found, sigma being above the last eigenvalue asked for and above every one
found. A sector that fails gets a larger reference space, and once that no longer lowers the count, as many vectors as
the count allows, until it passes. If the reference space reaches its largest dimension without that, or an iteration
does not converge, all sectors are solved densely, and if that is too much, an error says so.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal, Protocol, get_args

import numpy as np
import scipy.linalg

from numeric.arrays import FloatArray
from numeric.eigensolver import MOST_PRODUCTS, NotConvergedError, lowest_eigenpairs
from numeric.hamiltonian import HamiltonianBase
from numeric.reference_space import ReferenceSpace, allows_no_more, negative_eigenvalues

Method = Literal["auto", "dense", "iterative"]
METHODS: tuple[Method, ...] = get_args(Method)
DENSE = 30_000
"""Dimension squared, per level asked for, up to which a dense diagonalisation takes less time than iterations."""
LARGEST_MATRIX = 8000
"""Largest dimension of a matrix that is diagonalised or factorised if there is a choice: half a gigabyte."""
REFERENCE_DIMENSION = 200
"""Dimension of a reference space in a small sector; it grows slowly with that of the sector."""
SPARE = 8
"""Estimates made beyond the number of eigenvalues asked for."""
MARGIN = 2.1
"""Kinetic energy up to which the count takes states into its reference space at first, relative to sigma - v0."""
WHOLE = 2.0
"""Dimension of a sector, relative to that of its reference space, up to which a Cholesky factor of the whole sector
takes less time than the count of the reference space: n**3 / 3 multiplications in place of more than 4 P**3."""
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
    hamiltonians: Sequence[HamiltonianBase], count: int, *, bound: Callable[[], float], method: Method
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

    Raises
    ------
    NotConvergedError
        If an iteration does not converge, or a sector cannot be shown to be complete, unless all sectors are small
        enough for a dense diagonalisation and `method` is "auto".
    """
    bound, tolerance = cache(bound), cluster_width(hamiltonians)
    try:
        return _complete([_search(hamiltonian, count, method) for hamiltonian in hamiltonians], count, tolerance, bound)
    except NotConvergedError:
        if method != "auto" or max(hamiltonian.size for hamiltonian in hamiltonians) > LARGEST_MATRIX:
            raise
    return _complete([_DenseSearch(hamiltonian, count) for hamiltonian in hamiltonians], count, tolerance, bound)


def _complete(
    searches: Sequence["_Search"], count: int, tolerance: float, bound: Callable[[], float]
) -> list[SectorStates]:
    """Solve the sectors until every one of them has passed its count."""
    _solve_lowest(searches, count, tolerance)
    while True:
        last = _nth([search.values for search in searches], count) + tolerance
        incomplete = [search for search in searches if not search.complete(last, tolerance, bound)]
        if not incomplete:
            return [search.below(last) for search in searches]
        for search in incomplete:
            search.grow()


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
        self.max_applications = max_applications
        self.applications = 0
        self.reference = ReferenceSpace(hamiltonian, max(min(n // 4, REFERENCE_DIMENSION + n // 150), 6 * count))
        self.guesses = self.reference.estimates(count + SPARE)
        self.values, self.vectors = np.empty(0), np.empty((0, n))
        self.counting = self.reference
        self.grown = False
        self.effective: FloatArray | None = None
        self.allowed = -1
        self.proven = -np.inf

    @property
    def estimates(self) -> FloatArray:
        """Eigenvalues found, then guesses corrected by the error of the guess for the last one found."""
        found = len(self.values)
        if found == 0:
            return self.guesses
        return np.concatenate([self.values, self.guesses[found:] + (self.values[-1] - self.guesses[found - 1])])

    def solve(self, count: int) -> None:
        if count <= len(self.values):
            return
        if count > self.reference.size:
            self.reference = ReferenceSpace(self.hamiltonian, 2 * count)
        start = np.concatenate([self.vectors, self.reference.start(count)[len(self.vectors) :]])
        energy = max(abs(self.reference.eigenpairs[0][0]), self.hamiltonian.unit)
        pairs = lowest_eigenpairs(
            self.hamiltonian.apply,
            self.reference.precondition,
            np.linalg.qr(start.T)[0].T,
            tolerance=max(ACCURACY * energy, rounding_error([self.hamiltonian])),
            max_applications=self.max_applications,
        )
        self.values, self.vectors = pairs.values, pairs.vectors
        self.applications += pairs.applications

    def complete(self, last: float, tolerance: float, bound: Callable[[], float]) -> bool:
        sigma = max(last, np.max(self.values, initial=-np.inf) + tolerance)
        if len(self.values) == self.hamiltonian.size or sigma <= self.proven:
            return True
        if self.effective is None:
            enough = np.searchsorted(self.hamiltonian.kinetic, MARGIN * (sigma - bound()))
            size = max(int(enough), len(self.values) + 1)
            if size <= self.hamiltonian.size <= min(WHOLE * size, LARGEST_MATRIX):
                size = self.hamiltonian.size
            if enough <= LARGEST_MATRIX and (size > self.counting.size or not self.grown):
                self.counting = self.reference.resized(size)
        self.effective = self.counting.effective(sigma, bound())
        if self.effective is None or not allows_no_more(self.effective, self.vectors):
            return False
        self.proven = sigma
        return True

    def grow(self) -> None:
        """Enlarge the reference space for the count; if the count stays, find as many vectors as it allows."""
        n, P = self.hamiltonian.size, self.counting.size
        allowed = -1 if self.effective is None else negative_eigenvalues(self.effective)
        settled = n == P or allowed == self.allowed
        if settled and allowed > len(self.values):
            self.solve(allowed)
        elif min(n, LARGEST_MATRIX) <= P:
            raise NotConvergedError(f"the levels of a sector of dimension {n} could not be shown to be complete")
        if min(n, LARGEST_MATRIX) > P:
            self.counting = ReferenceSpace(self.hamiltonian, min(3 * P // 2, n, LARGEST_MATRIX))
            self.grown = True
        self.allowed = allowed

    def below(self, last: float) -> SectorStates:
        kept = self.values <= last
        return SectorStates(self.hamiltonian, self.values[kept], self.vectors[kept], self.applications)
