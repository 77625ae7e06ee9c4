"""Transition probabilities M_ji between levels of N and N+1 electrons, [J96] Eq. (4).

With the add operator D+_sigma = sum_n w_n c+_{n,sigma} (w_n = 1 in the paper),

    M_ji = 1/2 1/(2S_i+1) sum over S_zi, S_zj, sigma of |<j| D+_sigma |i>|^2.

D+ is a tensor operator of rank 1/2, so one pair of S_z fixes the whole sum. From highest-weight states,

    S_j = S_i + 1/2:  M_ji = (S_i + 1)/(2S_i + 1) |<j| D+_up |i>|^2,
    S_j = S_i - 1/2:  M_ji = 1/2 |<j| D+_down |i>|^2,

and all other pairs of spins are forbidden.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from numeric.basis import FloatArray, Strings
from numeric.spectrum import Spectrum
from numeric.spin import creation_stack


def transition_probabilities(
    spectrum_N: Spectrum, spectrum_N1: Spectrum, *, weights: ArrayLike | None = None
) -> NDArray[np.float64]:
    """Return M_ji from every level i of N to every level j of N+1 electrons, [J96] Eq. (4).

    Parameters
    ----------
    spectrum_N, spectrum_N1 : Spectrum
        Levels of N and of N+1 electrons of one dot.
    weights : array_like, shape (M,), optional
        Weights w_n of the orbitals in the add operator; 1 by default.

    Returns
    -------
    ndarray, shape (levels_to, levels_from)
        M_ji, dimensionless.

    Raises
    ------
    ValueError
        If the electron numbers or the dots do not match, or the weights have another shape or are not finite.
    """
    w = _weights(spectrum_N, spectrum_N1, weights)
    return np.array(
        [
            [_probability(spectrum_N, i, spectrum_N1, j, w) for i in range(len(spectrum_N.levels))]
            for j in range(len(spectrum_N1.levels))
        ]
    )


def _weights(spectrum_N: Spectrum, spectrum_N1: Spectrum, weights: ArrayLike | None) -> FloatArray:
    N, M = spectrum_N.electrons, spectrum_N.dot.orbitals
    if spectrum_N1.electrons != N + 1:
        raise ValueError(f"electrons={spectrum_N1.electrons} of the final spectrum must be {N + 1}, one more than {N}")
    if spectrum_N1.dot != spectrum_N.dot:
        raise ValueError(f"both spectra must belong to one dot, not to {spectrum_N.dot} and {spectrum_N1.dot}")
    w = np.ones(M) if weights is None else np.asarray(weights, dtype=np.float64)
    if w.shape != (M,) or not np.all(np.isfinite(w)):
        raise ValueError(f"weights of shape {w.shape} must be {M} finite numbers")
    return w


def _probability(spectrum_N: Spectrum, i: int, spectrum_N1: Spectrum, j: int, w: FloatArray) -> float:
    two_S_i, two_S_j = int(spectrum_N.two_S[i]), int(spectrum_N1.two_S[j])
    if abs(two_S_j - two_S_i) != 1:
        return 0.0
    C_i, C_j = spectrum_N.vector(i), spectrum_N1.vector(j)
    up, down = spectrum_N.strings(two_S_i)
    if two_S_j > two_S_i:
        return (two_S_i + 2) / (2 * (two_S_i + 1)) * float(np.vdot(C_j, add_up(C_i, up, w))) ** 2
    return 0.5 * float(np.vdot(C_j, add_down(C_i, up, down, w))) ** 2


def add_up(C: FloatArray, up: Strings, weights: FloatArray) -> FloatArray:
    """Return D+_up C."""
    stack = creation_stack(up)
    operator = sum(w * stack[:, p * up.size : (p + 1) * up.size] for p, w in enumerate(weights))
    result: FloatArray = operator @ C
    return result


def add_down(C: FloatArray, up: Strings, down: Strings, weights: FloatArray) -> FloatArray:
    """Return D+_down C; the creator passes all up creators."""
    return (-1.0) ** up.electrons * add_up(C.T, down, weights).T
