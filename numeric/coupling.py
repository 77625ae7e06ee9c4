"""Spin weights C_ji by summing squared coupling coefficients in floating point, [J96] Eq. (5)."""

from numeric.dot import as_integer
from numeric.spin import clebsch_gordan_squared


def clebsch_gordan_weight(two_S_i: int, two_S_j: int) -> float:
    """Return C_ji, half the average over S_zi of the squared Clebsch-Gordan coefficients.

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
        For a spin that is negative or no integer.
    """
    two_S = as_integer("two_S_i", two_S_i, minimum=0)
    two_S_total = as_integer("two_S_j", two_S_j, minimum=0)
    squares = [
        clebsch_gordan_squared(two_S, two_m, two_sigma, two_S_total)
        for two_m in range(-two_S, two_S + 1, 2)
        for two_sigma in (-1, 1)
    ]
    return 0.5 * sum(squares) / (two_S + 1)
