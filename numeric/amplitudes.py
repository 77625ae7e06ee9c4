"""S_z-resolved amplitudes <j, S_zj| D+_sigma |i, S_zi> of adding an electron, by two routes.

"wigner-eckart": D+ is a tensor operator of rank 1/2, so that

    <S_j S_zj| D+_sigma |S_i S_zi> = <S_i S_zi, 1/2 sigma | S_j S_zj> R_ji.

The reduced element R_ji comes from highest-weight states (see `transitions`), where the coefficient never vanishes.

"direct": every component of either multiplet is made with S-, and D+_sigma applied to it. Neither a division nor
a selection rule is used; forbidden amplitudes come out as rounding errors.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from numeric.arrays import FloatArray
from numeric.spectrum import Spectrum
from numeric.spin import clebsch_gordan
from numeric.transitions import add_down, add_up, reduced_elements, validated_weights
from numeric.validation import as_choice

State = tuple[int, int]


@dataclass(frozen=True, eq=False, repr=False)
class TransitionAmplitudes:
    """Amplitudes between all S_z-resolved states of two spectra.

    Parameters
    ----------
    initial, final : tuple of (level, two_Sz)
        States of N and of N+1 electrons, levels ascending, S_z descending from S to -S.
    values : ndarray, shape (2, len(final), len(initial))
        <final| D+_sigma |initial>, sigma = up, down.
    """

    initial: tuple[State, ...]
    final: tuple[State, ...]
    values: FloatArray

    def __repr__(self) -> str:
        return f"TransitionAmplitudes({len(self.initial)} initial states, {len(self.final)} final states)"


def transition_amplitudes(
    spectrum_N: Spectrum,
    spectrum_N1: Spectrum,
    *,
    weights: ArrayLike | None = None,
    route: Literal["wigner-eckart", "direct"] = "wigner-eckart",
) -> TransitionAmplitudes:
    """Return <j, S_zj| sum_n w_n c+_{n,sigma} |i, S_zi> between all states of two spectra.

    Parameters
    ----------
    spectrum_N, spectrum_N1 : Spectrum
        Levels of N and of N+1 electrons of one dot.
    weights : array_like, shape (M,), optional
        Weights w_n; 1 by default.
    route : {"wigner-eckart", "direct"}
        See the module.

    Returns
    -------
    TransitionAmplitudes
        Their squares summed over all S_z and sigma are 2 (2S_i + 1) M_ji. Phases inside a multiplet follow Condon and
        Shortley; those of the levels are the spectra's.

    Raises
    ------
    ValueError
        If the route is unknown, or as `transition_probabilities`.

    Examples
    --------
    >>> from numeric import Dot, solve, transition_amplitudes
    >>> dot = Dot(length=9.5, cutoff=1.9e-3, orbitals=5)
    >>> found = transition_amplitudes(solve(dot, 0, 1), solve(dot, 1, 1))
    >>> found.initial, found.final, abs(found.values).round(4).tolist()
    (((0, 0),), ((0, 1), (0, -1)), [[[1.0], [0.0]], [[0.0], [1.0]]])
    """
    w = validated_weights(spectrum_N, spectrum_N1, weights)
    as_choice("route", route, ("wigner-eckart", "direct"))
    initial, final = _states(spectrum_N), _states(spectrum_N1)
    evaluate = _by_wigner_eckart if route == "wigner-eckart" else _by_lowering
    return TransitionAmplitudes(initial, final, evaluate(spectrum_N, spectrum_N1, initial, final, w))


def _states(spectrum: Spectrum) -> tuple[State, ...]:
    spins = enumerate(spectrum.two_S.tolist())
    return tuple((level, two_m) for level, two_S in spins for two_m in range(two_S, -two_S - 1, -2))


def _by_wigner_eckart(
    spectrum_N: Spectrum, spectrum_N1: Spectrum, initial: tuple[State, ...], final: tuple[State, ...], w: FloatArray
) -> FloatArray:
    reduced = reduced_elements(spectrum_N, spectrum_N1, w)
    two_S_i, two_S_j = spectrum_N.two_S.tolist(), spectrum_N1.two_S.tolist()
    values = np.zeros((2, len(final), len(initial)))
    for column, (i, two_m) in enumerate(initial):
        for row, (j, two_k) in enumerate(final):
            if abs(two_k - two_m) == 1:
                coefficient = clebsch_gordan(two_S_i[i], two_m, two_k - two_m, two_S_j[j])
                values[0 if two_k > two_m else 1, row, column] = coefficient * reduced[j, i]
    return values


def _by_lowering(
    spectrum_N: Spectrum, spectrum_N1: Spectrum, initial: tuple[State, ...], final: tuple[State, ...], w: FloatArray
) -> FloatArray:
    values = np.zeros((2, len(final), len(initial)))
    bras = [spectrum_N1.vector(*state) for state in final]
    for column, (i, two_m) in enumerate(initial):
        up, down = spectrum_N.strings(two_m)
        C = spectrum_N.vector(i, two_m)
        added = {
            1: add_up(C, up, w) if up.electrons < up.orbitals else None,
            -1: add_down(C, up, down, w) if down.electrons < down.orbitals else None,
        }
        for row, (_, two_k) in enumerate(final):
            ket = added.get(two_k - two_m)
            if ket is not None:
                values[0 if two_k > two_m else 1, row, column] = np.vdot(bras[row], ket)
    return values
