"""One S_z sector on its own: its Hamiltonian matrix and its eigenvalues, without use of spin symmetry.

They serve as an independent check of `spectrum`: eigenvalues at different S_z must agree, because a level of spin S has
one state at each of its 2S+1 values of S_z.
"""

import math

import numpy as np

from numeric.arrays import FloatArray
from numeric.basis import Strings
from numeric.eigenorbitals import eigenorbitals, minors
from numeric.hamiltonian import sector_hamiltonians
from numeric.integral_hamiltonian import integral_hamiltonians
from numeric.integral_levels import integral_states
from numeric.integrals import Integrals, interaction_of
from numeric.interaction_bound import lower_bound
from numeric.kinds_of_dots import AnyDot, OrbitalDot, require_dot
from numeric.search import METHODS, Method, lowest_states
from numeric.validation import as_choice, as_integer, as_projection

Determinant = tuple[tuple[int, ...], tuple[int, ...]]


def sector_energies(
    dot: AnyDot,
    electrons: int,
    two_Sz: int,
    levels: int,
    *,
    integrals: Integrals | None = None,
    method: Method = "auto",
) -> FloatArray:
    """Return the lowest eigenvalues of H at one S_z, each as often as it occurs there.

    Parameters
    ----------
    dot : Dot, IntegralDot or HarmonicDot
        The dot, M orbitals.
    electrons, two_Sz : int
        Number N of electrons and twice S_z.
    levels : int
        Number of eigenvalues, at most the dimension C(M, n_up) C(M, n_down) of the sector.
    integrals : Integrals, optional
        Interaction to use instead of a box's own.
    method : {"auto", "dense", "iterative"}
        As in `solve`.

    Returns
    -------
    ndarray, shape (levels,)
        Energies in effective Hartree, ascending.

    Raises
    ------
    ValueError
        If there is no such S_z or number of levels.
    NotConvergedError
        As in `solve`.

    Examples
    --------
    >>> from numeric import Dot, sector_energies
    >>> dot = Dot(length=9.5, cutoff=1.9e-3, orbitals=5)
    >>> sector_energies(dot, electrons=2, two_Sz=2, levels=2).round(4)
    array([0.5688, 0.9213])
    """
    N, n_up, n_down = _occupations(dot, electrons, two_Sz)
    existing = math.comb(dot.orbitals, n_up) * math.comb(dot.orbitals, n_down)
    count = as_integer("levels", levels, minimum=1)
    if count > existing:
        raise ValueError(f"levels={count} must be at most {existing}, the dimension at two_Sz={two_Sz}")
    as_choice("method", method, METHODS)
    if isinstance(dot, OrbitalDot):
        _refuse_others(integrals)
        states, constant, _ = integral_states(dot, N, n_up - n_down, count, method, exchange=False)
        return np.sort(np.concatenate([part.values for part in states]))[:count] + constant
    interaction = interaction_of(dot, integrals)
    hamiltonians = sector_hamiltonians(dot, N, n_up - n_down, interaction, exchange=False)
    states = lowest_states(hamiltonians, count, bound=lambda: lower_bound(dot, N, integrals), method=method)
    return np.sort(np.concatenate([part.values for part in states]))[:count]


def hamiltonian_matrix(
    dot: AnyDot, electrons: int, two_Sz: int, *, integrals: Integrals | None = None
) -> tuple[FloatArray, list[Determinant]]:
    """Return H between all determinants of one S_z as a dense matrix.

    Parameters
    ----------
    dot : Dot, IntegralDot or HarmonicDot
        The dot, M orbitals.
    electrons, two_Sz : int
        Number N of electrons and twice S_z.
    integrals : Integrals, optional
        Interaction to use instead of a box's own.

    Returns
    -------
    matrix : ndarray, shape (n, n)
        Elements in effective Hartree.
    determinants : list of (tuple, tuple)
        Occupied orbitals 1..M, ascending, of the up and of the down electrons of every basis state. A determinant is
        c+_{p1,up} c+_{p2,up} ... c+_{q1,down} c+_{q2,down} ... |0>.

    Raises
    ------
    ValueError
        If there is no such S_z.

    Examples
    --------
    >>> from numeric import Dot, hamiltonian_matrix
    >>> dot = Dot(length=9.5, cutoff=1.9e-3, orbitals=5)
    >>> matrix, determinants = hamiltonian_matrix(dot, electrons=1, two_Sz=1)
    >>> matrix.diagonal().round(4), determinants[1]
    (array([0.0547, 0.2187, 0.4921, 0.8749, 1.367 ]), ((2,), ()))
    """
    N, n_up, n_down = _occupations(dot, electrons, two_Sz)
    if isinstance(dot, OrbitalDot):
        _refuse_others(integrals)
        return _integral_matrix(dot, N, n_up - n_down)
    interaction = interaction_of(dot, integrals)
    up, down = Strings(dot.orbitals, n_up), Strings(dot.orbitals, n_down)
    matrix = np.zeros((up.size * down.size,) * 2)
    for hamiltonian in sector_hamiltonians(dot, N, n_up - n_down, interaction, exchange=False):
        place = hamiltonian.sector.alpha * down.size + hamiltonian.sector.beta
        matrix[np.ix_(place, place)] = hamiltonian.matrix()
    return matrix, [(a, b) for a in orbitals(up) for b in orbitals(down)]


def _refuse_others(integrals: Integrals | None) -> None:
    if integrals is not None:
        raise ValueError("integrals must be left out: a dot given by its integrals has its own")


def _integral_matrix(dot: OrbitalDot, electrons: int, two_Sz: int) -> tuple[FloatArray, list[Determinant]]:
    """Return H between the determinants of the dot's own orbitals, found from those of the eigenorbitals."""
    own = eigenorbitals(dot)
    hamiltonians = integral_hamiltonians(own, electrons, two_Sz, exchange=False)
    up, down = hamiltonians[0].sector.up, hamiltonians[0].sector.down
    matrix = np.zeros((up.size * down.size,) * 2)
    for hamiltonian in hamiltonians:
        place = hamiltonian.sector.alpha * down.size + hamiltonian.sector.beta
        matrix[np.ix_(place, place)] = hamiltonian.matrix()
    if not np.array_equal(own.vectors, np.eye(dot.orbitals)):
        home = np.kron(minors(own.vectors, up), minors(own.vectors, down))
        matrix = home @ matrix @ home.T
    matrix[np.diag_indices(len(matrix))] += dot.core + electrons * own.shift
    return matrix, [(a, b) for a in orbitals(up) for b in orbitals(down)]


def orbitals(strings: Strings) -> list[tuple[int, ...]]:
    """Return the occupied orbitals, 1..M and ascending, of every string."""
    return [tuple(occupied) for occupied in (strings.occupations + 1).tolist()]


def _occupations(dot: AnyDot, electrons: int, two_Sz: int) -> tuple[int, int, int]:
    require_dot(dot)
    N = as_integer("electrons", electrons, minimum=0)
    two_m = as_projection("two_Sz", two_Sz, N)
    n_up, n_down = (N + two_m) // 2, (N - two_m) // 2
    if max(n_up, n_down) > dot.orbitals:
        raise ValueError(f"two_Sz={two_m} puts {max(n_up, n_down)} electrons of one spin into {dot.orbitals} orbitals")
    return N, n_up, n_down
