"""Transition probabilities M_ji between levels of N and N+1 electrons, [J96] Eq. (4).

With the add operator D+_sigma = sum_n w_n c+_{n,sigma} (w_n = 1 in the paper),

    M_ji = 1/2 1/(2S_i+1) sum over S_zi, S_zj, sigma of |<j| D+_sigma |i>|^2.

D+ is a tensor operator of rank 1/2: by Wigner and Eckart <S_j S_zj| D+_sigma |S_i S_zi> is a Clebsch-Gordan coefficient
times a reduced element R_ji, and the sum is

    M_ji = (2S_j+1)/(2 (2S_i+1)) R_ji^2.

R_ji is taken between highest-weight states: adding an up electron for S_j = S_i + 1/2, where the coefficient is 1, a
down electron for S_j = S_i - 1/2, where it is -sqrt(2S_i/(2S_i + 1)), at least 1/sqrt 2 in size. All other pairs of
spins are forbidden.
"""

from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from numeric.arrays import FloatArray
from numeric.basis import Strings
from numeric.integrals import Integrals
from numeric.kinds_of_dots import AnyDot, OrbitalDot
from numeric.spectrum import Spectrum
from numeric.spin import clebsch_gordan
from numeric.validation import as_floats, as_instance

LARGEST_WEIGHT = 1e140
"""Beyond this weight M_ji, which is quadratic in the weights, could exceed every double."""


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
        If an argument is no `Spectrum`, if the electron numbers, the dots or their interactions do not match, or if the
        weights have another shape, are not finite or exceed 1e140.

    Examples
    --------
    >>> from numeric import Dot, solve, transition_probabilities
    >>> dot = Dot(length=9.5, cutoff=1.9e-3, orbitals=5)
    >>> transition_probabilities(solve(dot, 1, 1), solve(dot, 2, 2)).round(4)
    array([[0.8127],
           [0.4786]])
    """
    w = validated_weights(spectrum_N, spectrum_N1, weights)
    return multiplicity_ratio(spectrum_N, spectrum_N1) * reduced_elements(spectrum_N, spectrum_N1, w) ** 2


def multiplicity_ratio(spectrum_N: Spectrum, spectrum_N1: Spectrum) -> FloatArray:
    """Return (2S_j + 1)/(2 (2S_i + 1)), the factor between M_ji and the squared reduced element."""
    ratio: FloatArray = spectrum_N1.degeneracies[:, None] / (2.0 * spectrum_N.degeneracies)
    return ratio


def reduced_elements(spectrum_N: Spectrum, spectrum_N1: Spectrum, weights: FloatArray) -> FloatArray:
    """Return R_ji from highest-weight states, shape (levels_to, levels_from); zero if |S_j - S_i| != 1/2."""
    reduced = np.zeros((len(spectrum_N1.levels), len(spectrum_N.levels)))
    for two_S in np.unique(spectrum_N.two_S).tolist():
        up, down = spectrum_N.strings(two_S)
        initial = np.flatnonzero(spectrum_N.two_S == two_S)
        C = np.stack([spectrum_N.vectors[i] for i in initial])
        for two_sigma in (1, -1):
            final = np.flatnonzero(spectrum_N1.two_S == two_S + two_sigma)
            if final.size:
                added = add_up(C, up, weights) if two_sigma == 1 else add_down(C, up, down, weights)
                bras = np.stack([spectrum_N1.vectors[j] for j in final])
                amplitudes = bras.reshape(len(final), -1) @ added.reshape(len(initial), -1).T
                coefficient = clebsch_gordan(two_S, two_S, two_sigma, two_S + two_sigma)
                reduced[np.ix_(final, initial)] = amplitudes / coefficient
    return reduced


class _Solved(Protocol):
    """What this module needs of the levels of a dot, whichever solver found them."""

    @property
    def dot(self) -> AnyDot: ...
    @property
    def integrals(self) -> Integrals | OrbitalDot: ...
    @property
    def electrons(self) -> int: ...


def validated_weights(
    spectrum_N: _Solved, spectrum_N1: _Solved, weights: ArrayLike | None, *, kind: type = Spectrum
) -> FloatArray:
    """Return the weights w_n, shape (M,), after checking that the two spectra can be joined by one electron."""
    as_instance("spectrum_N", spectrum_N, kind)
    as_instance("spectrum_N1", spectrum_N1, kind)
    N, M = spectrum_N.electrons, spectrum_N.dot.orbitals
    if spectrum_N1.electrons != N + 1:
        raise ValueError(f"electrons={spectrum_N1.electrons} of the final spectrum must be {N + 1}, one more than {N}")
    if spectrum_N1.dot != spectrum_N.dot:
        raise ValueError(f"both spectra must belong to one dot, not to {spectrum_N.dot} and {spectrum_N1.dot}")
    one, other = spectrum_N.integrals, spectrum_N1.integrals
    if (
        isinstance(one, Integrals)
        and isinstance(other, Integrals)
        and not np.array_equal(one.couplings, other.couplings)
    ):
        raise ValueError("integrals of both spectra must be the same")
    if weights is None:
        return np.ones(M)
    w = as_floats("weights", weights, shape=(M,))
    if np.max(np.abs(w)) > LARGEST_WEIGHT:
        raise ValueError(f"weights of up to {np.max(np.abs(w)):g} must be at most {LARGEST_WEIGHT:g} in size")
    return w


def add_up(C: FloatArray, up: Strings, weights: FloatArray) -> FloatArray:
    """Return D+_up C, from shape (..., a, b) to (..., strings of n_up + 1, b)."""
    ladder = up.more.ladder
    result = np.zeros((*C.shape[:-2], up.more.size, C.shape[-1]))
    for rest, orbital, sign in zip(ladder.rest.T, ladder.orbital.T, ladder.removed_sign.T, strict=True):
        result += (sign * weights[orbital])[:, None] * C[..., rest, :]
    return result


def add_down(C: FloatArray, up: Strings, down: Strings, weights: FloatArray) -> FloatArray:
    """Return D+_down C, from shape (..., a, b) to (..., a, strings of n_down + 1); it passes all up creators."""
    return (-1.0) ** up.electrons * add_up(C.swapaxes(-1, -2), down, weights).swapaxes(-1, -2)
