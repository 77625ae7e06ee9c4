"""One transition amplitude as a sum over pairs of Slater determinants, [J96] Eq. (6) and Table IV.

    <j| D+_sigma |i> = sum over nu_j, nu_i of b_{nu_j} b_{nu_i} <nu_j| D+_sigma |nu_i>.

Two determinants connect only if nu_j arises from nu_i by adding one electron (spatial selection rule); then the element
is the weight w_n of its orbital times the sign of the reordering. Contributions can cancel.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from numeric.arrays import FloatArray, IntArray, listed
from numeric.basis import Strings
from numeric.sector_energies import Determinant, orbitals
from numeric.spectrum import Spectrum
from numeric.spin import clebsch_gordan
from numeric.transitions import validated_weights
from numeric.validation import LARGEST_INTEGER, as_instance, as_integer


@dataclass(frozen=True, eq=False, repr=False)
class Expansion:
    """A many-body state in Slater determinants, largest coefficients first.

    Parameters
    ----------
    coefficients : ndarray, shape (n,)
        b_nu, in descending order of their size.
    up, down : ndarray, shape (n,)
        Up and down string of every determinant.
    strings : (Strings, Strings)
        What the strings are.
    """

    coefficients: FloatArray
    up: IntArray
    down: IntArray
    strings: tuple[Strings, Strings]

    def __repr__(self) -> str:
        return f"Expansion(coefficients={listed(self.coefficients, 'determinants')})"

    def determinants(self, count: int) -> list[Determinant]:
        """Return the orbitals 1..M occupied by up and down electrons in the `count` leading determinants."""
        up, down = (orbitals(strings) for strings in self.strings)
        return [(up[a], down[b]) for a, b in zip(self.up[:count].tolist(), self.down[:count].tolist(), strict=True)]


@dataclass(frozen=True, eq=False, repr=False)
class Decomposition:
    """The amplitude <j, S_zj| D+_sigma |i, S_zi> pair by pair, largest contributions first.

    Parameters
    ----------
    initial, final : Expansion
        The two states.
    nu_i, nu_j : ndarray, shape (pairs,)
        Places of the determinants of every connected pair in `initial` and `final`.
    orbital : ndarray, shape (pairs,)
        Orbital 1..M that the added electron takes.
    contributions : ndarray, shape (pairs,)
        b_{nu_j} b_{nu_i} <nu_j| D+_sigma |nu_i>, signed, in descending order of their size.
    factor : float
        M_ji / amplitude^2.
    """

    initial: Expansion
    final: Expansion
    nu_i: IntArray
    nu_j: IntArray
    orbital: IntArray
    contributions: FloatArray
    factor: float

    def __repr__(self) -> str:
        return f"Decomposition(contributions={listed(self.contributions, 'pairs')}, probability={self.probability:.6g})"

    @cached_property
    def running_sum(self) -> FloatArray:
        """Sum of the largest 1, 2, ... contributions, shape (pairs,); the last is the amplitude."""
        return np.cumsum(self.contributions)

    @property
    def amplitude(self) -> float:
        """The whole sum."""
        return float(np.sum(self.contributions))

    @property
    def probability(self) -> float:
        """M_ji of the whole sum."""
        return self.factor * self.amplitude**2

    def among_leading(self, count: int) -> NDArray[np.bool_]:
        """Return for each pair whether both determinants are among the `count` leading ones, shape (pairs,)."""
        chosen: NDArray[np.bool_] = (self.nu_i < count) & (self.nu_j < count)
        return chosen

    def amplitude_among_leading(self, count: int) -> float:
        """Return the sum of the contributions of those pairs alone."""
        return float(np.sum(self.contributions[self.among_leading(count)]))


def expand(spectrum: Spectrum, level: int, two_Sz: int | None = None) -> Expansion:
    """Return one state of a level in Slater determinants; `two_Sz` as in `Spectrum.vector`.

    Raises
    ------
    ValueError
        If the level or the component does not exist.

    Examples
    --------
    >>> from numeric import Dot, solve, expand
    >>> dot = Dot(length=9.5, cutoff=1.9e-3, orbitals=5)
    >>> found = expand(solve(dot, 2, 1), 0)
    >>> found.determinants(1), abs(found.coefficients[:1]).round(3)
    ([((1, 2), ())], array([0.964]))
    """
    as_instance("spectrum", spectrum, Spectrum)
    two_m = spectrum.level(level).two_S if two_Sz is None else two_Sz
    return _expansion(spectrum.vector(level, two_m), spectrum.strings(two_m))


def decompose(
    spectrum_N: Spectrum,
    from_level: int,
    spectrum_N1: Spectrum,
    to_level: int,
    *,
    two_Sz: tuple[int, int] | None = None,
    weights: ArrayLike | None = None,
) -> Decomposition:
    """Decompose the amplitude of one transition into pairs of determinants, [J96] Eq. (6).

    Parameters
    ----------
    spectrum_N, spectrum_N1 : Spectrum
        Levels of N and of N+1 electrons of one dot.
    from_level, to_level : int
        The levels i and j.
    two_Sz : (int, int), optional
        Twice S_zi and S_zj; the highest weights by default.
    weights : array_like, shape (M,), optional
        Weights w_n in the add operator; 1 by default.

    Raises
    ------
    ValueError
        If the spectra do not match, a level or component does not exist, or the spin selection rules forbid the
        transition.

    Examples
    --------
    >>> from numeric import Dot, solve, decompose
    >>> dot = Dot(length=9.5, cutoff=1.9e-3, orbitals=5)
    >>> found = decompose(solve(dot, 1, 1), 0, solve(dot, 2, 1), 0)
    >>> round(found.probability, 4), found.orbital[:2].tolist()
    (0.8127, [2, 4])
    """
    w = validated_weights(spectrum_N, spectrum_N1, weights)
    two_S_i, two_S_j = spectrum_N.level(from_level).two_S, spectrum_N1.level(to_level).two_S
    two_m, two_k = (two_S_i, two_S_j) if two_Sz is None else _pair(two_Sz)
    if abs(two_S_j - two_S_i) != 1 or abs(two_k - two_m) != 1:
        raise ValueError(
            f"two_S={two_S_i}->{two_S_j}, two_Sz={two_m}->{two_k} must each change by 1: forbidden by spin"
        )
    coefficient = clebsch_gordan(two_S_i, two_m, two_k - two_m, two_S_j)
    if coefficient == 0.0:
        raise ValueError(f"two_Sz={two_m}->{two_k} must have a Clebsch-Gordan coefficient: it vanishes there")
    initial, final = expand(spectrum_N, from_level, two_m), expand(spectrum_N1, to_level, two_k)
    factor = (two_S_j + 1) / (2 * (two_S_i + 1)) / coefficient**2
    return _decompose(initial, final, w, two_k - two_m, factor)


def _pair(two_Sz: object) -> tuple[int, int]:
    if not isinstance(two_Sz, Sequence) or len(two_Sz) != 2:
        raise ValueError(f"two_Sz={two_Sz!r} must be a pair, twice S_zi and S_zj")
    two_m, two_k = (as_integer("two_Sz", value, minimum=-LARGEST_INTEGER) for value in two_Sz)
    return two_m, two_k


def _expansion(C: FloatArray, strings: tuple[Strings, Strings]) -> Expansion:
    order = np.argsort(-np.abs(C), axis=None, kind="stable")
    up, down = np.unravel_index(order, C.shape)
    return Expansion(C.ravel()[order], up.astype(np.int64), down.astype(np.int64), strings)


def _decompose(initial: Expansion, final: Expansion, w: FloatArray, two_sigma: int, factor: float) -> Decomposition:
    """Remove each electron of each final determinant and look up the initial determinant that remains."""
    spin = 0 if two_sigma == 1 else 1
    strings = final.strings[spin]
    added = (final.up, final.down)[spin]
    # axes: final determinant, electron removed from it
    rest, orbital, sign = strings.ladder.rest[added], strings.ladder.orbital[added], strings.ladder.removed_sign[added]
    if spin == 1:
        sign = (-1.0) ** final.strings[0].electrons * sign
    n_down = initial.strings[1].size
    place = np.empty(initial.coefficients.size, dtype=np.int64)
    place[initial.up * n_down + initial.down] = np.arange(place.size)
    spectator = (final.down, final.up)[spin][:, None]
    nu_i = place[rest * n_down + spectator if spin == 0 else spectator * n_down + rest]
    nu_j = np.broadcast_to(np.arange(len(added))[:, None], nu_i.shape)
    contributions = final.coefficients[nu_j] * initial.coefficients[nu_i] * sign * w[orbital]
    order = np.argsort(-np.abs(contributions), axis=None, kind="stable")
    nu_i, nu_j, orbital = (part.ravel()[order] for part in (nu_i, nu_j, orbital + 1))
    return Decomposition(initial, final, nu_i, nu_j, orbital, contributions.ravel()[order], factor)
