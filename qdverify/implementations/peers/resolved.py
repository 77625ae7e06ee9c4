"""A transport question as a peer needs it that knows single states only: resolved by S_z."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .levels import clebsch_gordan
from .serve import count, number, require


@dataclass(frozen=True)
class LevelScheme:
    """The inputs of a transport task, resolved by S_z.

    Attributes
    ----------
    level
        For each state the level that it belongs to, shape (states,).
    electrons, energy
        Of each state, shape (states,); electrons counted from the smallest number.
    amplitudes
        Shape (2, states, states): A_ji of electrons with spin up and down, such that t A_ji^2 f is the rate of [J96]
        Eq. (3); [spin, j, i] and its transpose.
    rates, mu
        Of the leads L and R.
    """

    level: NDArray[np.int_]
    electrons: NDArray[np.int_]
    energy: NDArray[np.float64]
    amplitudes: NDArray[np.float64]
    rates: tuple[float, float]
    mu: tuple[float, float]
    kT: float
    gate: float

    def by_level(self, of_states: Any) -> list[float]:
        """Return numbers of states summed over the states of each level."""
        sums = np.zeros(int(self.level.max()) + 1)
        np.add.at(sums, self.level, np.asarray(of_states, dtype=float))
        return [float(value) for value in sums]


def read_level_scheme(levels: Any, transitions: Any, leads: Any, kT: Any, gate: Any) -> LevelScheme:
    """Return the inputs resolved by S_z, or refuse them."""
    require(number("kT", kT) > 0, f"kT={kT} must be positive")
    require(isinstance(levels, list) and levels, "levels must not be empty")
    two_S = [count("two_S", level["two_S"]) for level in levels]
    electrons = np.array([count("electrons", level["electrons"]) for level in levels])
    energies = np.array([number("energy", level["energy"]) for level in levels])
    rates, mu = read_leads(leads)
    # states in the order of their numbers of electrons
    states = sorted(
        ((level, m) for level in range(len(levels)) for m in range(-two_S[level], two_S[level] + 1, 2)),
        key=lambda state: (electrons[state[0]], state),
    )
    place = {state: k for k, state in enumerate(states)}
    amplitudes = np.zeros((2, len(states), len(states)))
    seen: set[tuple[int, int]] = set()
    for transition in transitions:
        i, j = (count(end, transition[end]) for end in ("from", "to"))
        require((i, j) not in seen, f"transition {i} -> {j} must be listed once")
        seen.add((i, j))
        require(max(i, j) < len(levels), f"{transition!r} must join two levels")
        require(electrons[j] == electrons[i] + 1, f"{transition!r} must add one electron")
        require(number("M", transition["M"]) >= 0, f"M={transition['M']} must not be negative")
        reduced = math.sqrt(2.0 * transition["M"] * (two_S[i] + 1) / (two_S[j] + 1))
        for m in range(-two_S[i], two_S[i] + 1, 2):
            for spin, sigma in enumerate((1, -1)):
                amplitude = reduced * clebsch_gordan(two_S[i], m, sigma, two_S[j])
                if amplitude:
                    a, b = place[i, m], place[j, m + sigma]
                    amplitudes[spin, [a, b], [b, a]] = amplitude
    level = np.array([state[0] for state in states])
    shifted = electrons[level] - electrons.min()
    return LevelScheme(level, shifted, energies[level], amplitudes, rates, mu, float(kT), number("gate", gate))


def read_leads(leads: Any) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return rates and chemical potentials of the leads L and R."""
    require(sorted(lead["name"] for lead in leads) == ["L", "R"], "there must be a lead L and a lead R")
    left, right = sorted(leads, key=lambda lead: str(lead["name"]))
    for lead in leads:
        require(number("rate", lead["rate"]) >= 0, f"rate={lead['rate']} must not be negative")
    mu = number("mu", left["mu"]), number("mu", right["mu"])
    return (float(left["rate"]), float(right["rate"])), mu
