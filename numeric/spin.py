"""Total spin: ladder operators on coefficient matrices, expectation values of S^2, coupling coefficients, weights C_ji.

S+ = sum_p c+_{p,up} c_{p,down} and S- its adjoint act on C[a, b] of `basis`; a down operator passes all up creators,
which gives the sign (-1)^(number of up electrons). Inside a multiplet phases follow Condon and Shortley,
S-/+ |S, m> = sqrt(S(S+1) - m(m -/+ 1)) |S, m -/+ 1>.
"""

import math

import numpy as np

from numeric.arrays import FloatArray
from numeric.basis import Strings
from numeric.validation import as_integer

LARGEST_SPIN = 100_000
"""Largest twice-spin whose components are summed one by one; the sum takes a tenth of a second."""


def raised(C: FloatArray, up: Strings, down: Strings) -> FloatArray:
    """Return S+ C, shape (..., strings of n_up + 1, strings of n_down - 1); needs n_up < M and n_down >= 1."""
    more = up.more.ladder
    target, added_sign = down.ladder.additions(down.orbitals)
    result = np.zeros((*C.shape[:-2], up.more.size, down.fewer.size))
    # the i-th electron p of a new up string comes from a down electron
    for rest, p, sign in zip(more.rest.T, more.orbital.T, more.removed_sign.T, strict=True):
        result += C[..., rest[:, None], target.T[p]] * (sign[:, None] * added_sign.T[p])
    return (-1.0) ** up.electrons * result


def lowered(C: FloatArray, up: Strings, down: Strings) -> FloatArray:
    """Return S- C, shape (strings of n_up - 1, strings of n_down + 1); needs n_up >= 1."""
    # S- is S+ with the spins exchanged; reordering the creators costs (-1)^(n_up n_down) before and after
    n, k = up.electrons, down.electrons
    sign = (-1.0) ** (n * k + (n - 1) * (k + 1))
    return sign * raised(C.swapaxes(-1, -2), down, up).swapaxes(-1, -2)


def component(C: FloatArray, strings: tuple[Strings, Strings], *, two_S: int, to_two_Sz: int) -> FloatArray:
    """Return the components S_z = to_two_Sz/2, normalised, of the multiplets of spin S that C, (..., a, b), is from."""
    up, down = strings
    two_m = up.electrons - down.electrons
    while two_m < to_two_Sz:
        C = raised(C, up, down) / math.sqrt((two_S * (two_S + 2) - two_m * (two_m + 2)) / 4)
        up, down, two_m = up.more, down.fewer, two_m + 2
    while two_m > to_two_Sz:
        C = lowered(C, up, down) / math.sqrt((two_S * (two_S + 2) - two_m * (two_m - 2)) / 4)
        up, down, two_m = up.fewer, down.more, two_m - 2
    return C


def spin_squared_matrix(C: FloatArray, up: Strings, down: Strings) -> FloatArray:
    """Return the matrix of S^2 = S- S+ + S_z (S_z + 1) between states C, shape (v, a, b), of one S_z."""
    two_m = up.electrons - down.electrons
    states = C.reshape(len(C), -1)
    result: FloatArray = two_m * (two_m + 2) / 4 * (states @ states.T)
    if down.electrons and up.electrons < up.orbitals:
        images = raised(C, up, down).reshape(len(C), -1)
        result = result + images @ images.T
    return result


def clebsch_gordan_squared(two_S: int, two_m: int, two_sigma: int, two_S_total: int) -> float:
    """Return <S m, 1/2 sigma | S_total m+sigma>^2; zero if the triangle fails."""
    if abs(two_S_total - two_S) != 1 or abs(two_m) > two_S or abs(two_m + two_sigma) > two_S_total:
        return 0.0
    along = two_sigma * (two_m + two_sigma)
    return (two_S + 1 + (along if two_S_total > two_S else -along)) / (2 * (two_S + 1))


def clebsch_gordan(two_S: int, two_m: int, two_sigma: int, two_S_total: int) -> float:
    """Return <S m, 1/2 sigma | S_total m+sigma> in the phases of Condon and Shortley; zero if the triangle fails."""
    magnitude = math.sqrt(clebsch_gordan_squared(two_S, two_m, two_sigma, two_S_total))
    return -magnitude if two_S_total < two_S and two_sigma > 0 else magnitude


def clebsch_gordan_weight(two_S_i: int, two_S_j: int) -> float:
    """Return C_ji of [J96] Eq. (5): half the average over S_zi of the squared Clebsch-Gordan coefficients.

    Parameters
    ----------
    two_S_i, two_S_j : int
        Twice the total spins before and after one electron is added, not negative.

    Returns
    -------
    float
        Zero unless the spins differ by 1/2.

    Raises
    ------
    ValueError
        If a spin is negative, no integer, or above 100000.

    Examples
    --------
    >>> from numeric import clebsch_gordan_weight
    >>> clebsch_gordan_weight(0, 1), clebsch_gordan_weight(1, 2), clebsch_gordan_weight(0, 3)
    (1.0, 0.75, 0.0)
    """
    two_S = as_integer("two_S_i", two_S_i, minimum=0, maximum=LARGEST_SPIN)
    two_S_total = as_integer("two_S_j", two_S_j, minimum=0, maximum=LARGEST_SPIN)
    squares = [
        clebsch_gordan_squared(two_S, two_m, two_sigma, two_S_total)
        for two_m in range(-two_S, two_S + 1, 2)
        for two_sigma in (-1, 1)
    ]
    return 0.5 * sum(squares) / (two_S + 1)
