"""Adiabatic continuation: levels and transition probabilities from full interaction down to almost none.

[J96] explains the forbidden transition from the ground state of two electrons to the second doublet of three by
following both down to almost no interaction: they end in the configurations {1,1} and {1,2,2}, which differ by more
than one electron. `follow` does this for any set of levels: it lowers the strength in steps and finds each state again
as the one of its spin and parity with the largest overlap, halving a step in which a state would change too much.
Nothing is sorted by energy on the way, so levels of different symmetry may cross.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from numeric import Dot, FloatArray, Spectrum, expand, solve, transition_probabilities
from qdverify.protocol.spins import spin_text

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["AdiabaticContinuation", "FollowedLevel", "LostError", "follow"]

LEAST_OVERLAP: Final = 0.9
SMALLEST_STEP: Final = 1e-3
_SPARE: Final = 4


class LostError(ArithmeticError):
    """A state could not be followed: its overlap with every state of the next strength is too small."""


@dataclass(frozen=True, repr=False)
class FollowedLevel:
    """One level on its way from strength 1 to almost none.

    Attributes
    ----------
    electrons, index
        N, and the place among the levels at the full strength.
    two_S, parity
        Quantum numbers, the same all the way.
    energies, places
        Energy in E_H* and place among the levels of N at every strength, shape (k,).
    overlaps
        |<state|next state>| of consecutive strengths, shape (k - 1,).
    configuration
        Orbitals of the leading determinant at the last strength, rising, each as often as it is occupied.
    """

    electrons: int
    index: int
    two_S: int
    parity: int
    energies: FloatArray
    places: tuple[int, ...]
    overlaps: FloatArray
    configuration: tuple[int, ...]

    @property
    def name(self) -> str:
        """Its place and its spin, as legends show them."""
        return f"level {self.index} (S = {spin_text(self.two_S)})"

    def __repr__(self) -> str:
        return (
            f"FollowedLevel(electrons={self.electrons}, index={self.index}, two_S={self.two_S}, parity={self.parity}, "
            f"energies from {self.energies[0]:.6g} to {self.energies[-1]:.6g}, configuration={[*self.configuration]})"
        )


@dataclass(frozen=True, repr=False)
class AdiabaticContinuation:
    """All levels by N, and M_ji by N of shape (k, to, from), at falling strengths of shape (k,).

    Strengths are relative to the dot's own.
    """

    dot: Dot
    strengths: FloatArray
    levels: Mapping[int, tuple[FollowedLevel, ...]]
    M: Mapping[int, FloatArray]

    def __repr__(self) -> str:
        counts = {N: len(followed) for N, followed in self.levels.items()}
        return (
            f"AdiabaticContinuation(levels by N {counts}, "
            f"{self.strengths.size} strengths from {self.strengths[0]:g} to {self.strengths[-1]:g})"
        )

    def plot(self, electrons: int) -> Figure:
        """Return a figure: the levels of N + 1 electrons, and M_ji from N to N + 1, against the strength.

        Parameters
        ----------
        electrons
            N.

        Raises
        ------
        ValueError
            If N and N + 1 were not both followed.
        """
        from qdverify.paper.continuation_picture import draw  # noqa: PLC0415  (computing needs no drawing)

        if electrons not in self.M:
            raise ValueError(f"electrons={electrons} must be one of {list(self.M)}, followed together with the next N")
        unit = self.dot.orbital_energies[0]
        starts = [level.name for level in self.levels[electrons]]
        ends = [
            (level.name, f"{{{','.join(map(str, level.configuration))}}}", level.energies / unit)
            for level in self.levels[electrons + 1]
        ]
        return draw(self.strengths, electrons, starts, ends, self.M[electrons])


@dataclass(frozen=True)
class _Rung:
    """One strength: its spectra by N, and where the followed levels stand in them."""

    strength: float
    spectra: Mapping[int, Spectrum]
    places: Mapping[int, tuple[int, ...]]
    overlaps: Mapping[int, tuple[float, ...]]


def follow(dot: Dot, levels: Mapping[int, int], *, weakest: float = 1e-3, ratio: float = 0.7) -> AdiabaticContinuation:
    """Follow the lowest levels of several N from the dot's full strength down to `weakest` times it.

    Parameters
    ----------
    dot
        The dot at full strength, not zero.
    levels
        How many levels for each N.
    weakest
        Last strength over the first, between 0 and 1; at 0 itself levels coincide and states lose their meaning.
    ratio
        Largest step: strength over the one before it, between 0 and 1.

    Raises
    ------
    ValueError
        If an argument breaks its rule.
    LostError
        If a state changes by more than an overlap of 0.9 allows even in the smallest step.

    Examples
    --------
    >>> import numeric, qdverify
    >>> dot = numeric.Dot(length=9.5, cutoff=1.9e-3, orbitals=5)
    >>> qdverify.follow(dot, {1: 1, 2: 1}, weakest=0.1, ratio=0.5).strengths.tolist()
    [1.0, 0.5, 0.25, 0.125, 0.1]
    """
    if dot.strength == 0:
        raise ValueError("strength=0 leaves nothing to follow; it must differ from 0")
    shares: dict[str, object] = {"weakest": weakest, "ratio": ratio}  # whatever an untyped caller gives
    for name, share in shares.items():
        if not isinstance(share, int | float) or not 0 < share < 1:
            raise ValueError(f"{name}={share!r} must be a number between 0 and 1")
    _check_levels(dot, levels)
    return _collect(dot, _descend(dot, levels, weakest, ratio))


def _check_levels(dot: Dot, levels: object) -> None:
    if not isinstance(levels, Mapping) or not levels:
        raise ValueError(f"levels={levels!r} must map at least one number of electrons N to how many levels to follow")
    for N, count in levels.items():
        if not _is_integer(N) or not 0 <= N <= 2 * dot.orbitals:
            raise ValueError(f"electrons={N!r} in levels must be an integer from 0 to {2 * dot.orbitals}")
        existing = _existing(dot, N)
        if not _is_integer(count) or not 1 <= count <= existing:
            raise ValueError(
                f"levels={count!r} of {N} electrons must be an integer from 1 to {existing}: no more exist"
            )


def _is_integer(value: object) -> bool:
    return isinstance(value, int | np.integer) and not isinstance(value, bool)


def _existing(dot: Dot, N: int) -> int:
    """Return how many levels N electrons have: those with S_z = 0 or 1/2, of which each level has one state."""
    return math.comb(dot.orbitals, N // 2) * math.comb(dot.orbitals, N - N // 2)


def _descend(dot: Dot, levels: Mapping[int, int], weakest: float, ratio: float) -> list[_Rung]:
    start = {N: solve(dot, N, count) for N, count in levels.items()}
    rungs = [_Rung(1.0, start, {N: tuple(range(count)) for N, count in levels.items()}, {})]
    step = -np.log(ratio)
    while rungs[-1].strength > weakest:
        here = rungs[-1]
        strength = max(weakest, here.strength * float(np.exp(-step)))
        there = _next(dot, here, strength)
        if there is not None:
            rungs.append(there)
            step = min(1.5 * step, -np.log(ratio))
        elif step < SMALLEST_STEP:
            raise LostError(f"a state of {dot} is lost below strength {here.strength}: overlap under {LEAST_OVERLAP}")
        else:
            step /= 2
    return rungs


def _next(dot: Dot, here: _Rung, strength: float) -> _Rung | None:
    """Return the next rung, or None if a state has changed too much."""
    spectra, places, overlaps = {}, {}, {}
    for N, spectrum in here.spectra.items():
        found = _find(dot, spectrum, here.places[N], strength)
        if found is None:
            return None
        spectra[N], places[N], overlaps[N] = found
    return _Rung(strength, spectra, places, overlaps)


def _find(
    dot: Dot, before: Spectrum, places: Sequence[int], strength: float
) -> tuple[Spectrum, tuple[int, ...], tuple[float, ...]] | None:
    """Find the states at `places` again, listing more levels as long as one is missing and more exist."""
    target = replace(dot, strength=strength * dot.strength)
    existing = _existing(dot, before.electrons)
    count = min(max(places) + 1 + _SPARE, existing)
    most = min(8 * count, existing)
    while True:
        spectrum = solve(target, before.electrons, count)
        matches = [_best(before, place, spectrum) for place in places]
        overlaps = tuple(overlap for overlap, _ in matches)
        found = tuple(index for _, index in matches)
        if min(overlaps) >= LEAST_OVERLAP and len(set(found)) == len(found):
            return spectrum, found, overlaps
        if count == most:
            return None
        count = min(2 * count, most)


def _best(before: Spectrum, place: int, after: Spectrum) -> tuple[float, int]:
    """Return overlap and index of the level with the same symmetry that is nearest to the old one."""
    state = before.vector(place)
    labels = zip(after.two_S.tolist(), after.parity.tolist(), strict=True)
    label = int(before.two_S[place]), int(before.parity[place])
    candidates = [
        (abs(float(np.vdot(state, after.vector(index)))), index) for index, other in enumerate(labels) if other == label
    ]
    return max(candidates, default=(0.0, -1))


def _collect(dot: Dot, rungs: Sequence[_Rung]) -> AdiabaticContinuation:
    last = rungs[-1]
    levels: dict[int, tuple[FollowedLevel, ...]] = {}
    for N, spectrum in last.spectra.items():
        levels[N] = tuple(
            FollowedLevel(
                electrons=N,
                index=index,
                two_S=int(spectrum.two_S[last.places[N][index]]),
                parity=int(spectrum.parity[last.places[N][index]]),
                energies=np.array([rung.spectra[N].energies[rung.places[N][index]] for rung in rungs]),
                places=tuple(rung.places[N][index] for rung in rungs),
                overlaps=np.array([rung.overlaps[N][index] for rung in rungs[1:]]),
                configuration=_configuration(spectrum, last.places[N][index]),
            )
            for index in range(len(last.places[N]))
        )
    M = {
        N: np.array(
            [
                transition_probabilities(rung.spectra[N], rung.spectra[N + 1])[
                    np.ix_(rung.places[N + 1], rung.places[N])
                ]
                for rung in rungs
            ]
        )
        for N in levels
        if N + 1 in levels
    }
    return AdiabaticContinuation(dot, np.array([rung.strength for rung in rungs]), levels, M)


def _configuration(spectrum: Spectrum, place: int) -> tuple[int, ...]:
    ((up, down),) = expand(spectrum, place).determinants(1)
    return tuple(sorted([*up, *down]))
