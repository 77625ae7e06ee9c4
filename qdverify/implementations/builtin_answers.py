"""Types of the builtin implementation's answers, which hold numpy arrays in place of lists."""

from __future__ import annotations

from math import isfinite
from typing import NotRequired, TypeAlias, TypedDict

import numpy as np
from numpy.typing import NDArray

import numeric

Floats: TypeAlias = NDArray[np.float64]
Integers: TypeAlias = NDArray[np.int64]
Determinant: TypeAlias = tuple[tuple[int, ...], tuple[int, ...]]
"""The orbitals of the electrons with spin up and of those with spin down."""


class Values(TypedDict):
    """Answer to `interaction_integrals`."""

    values: Floats


class Levels(TypedDict):
    """Answer to `spectrum`."""

    energies: Floats
    two_S: Integers
    L: NotRequired[Integers]


class Probabilities(TypedDict):
    """Answer to `transition_probabilities`."""

    M: Floats


class Populations(TypedDict):
    """Answer to `stationary_state`."""

    populations: Floats


class SpinPopulations(TypedDict):
    """Answer to `spin_populations`."""

    populations: list[Floats]


class SectorEnergies(TypedDict):
    """Answer to `sector_energies`."""

    energies: Floats


class Determinants(TypedDict):
    """Answer to `leading_determinants`."""

    determinants: list[Determinant]
    coefficients: Floats


class Matrix(TypedDict):
    """Answer to `hamiltonian_matrix`."""

    determinants: list[Determinant]
    matrix: Floats


class Density(TypedDict):
    """Answer to `charge_density`."""

    density: Floats


class Parities(TypedDict):
    """Answer to `parities`."""

    parity: Integers


class PointArguments(TypedDict):
    """The keyword arguments that solve a rate equation of `numeric` at one point."""

    leads: list[numeric.Lead]
    kT: float
    gate: float


class SpinPointArguments(PointArguments):
    """The same in a field."""

    zeeman: float


def finite_merit(found: numeric.LinearResponse) -> float | None:
    """Return the figure of merit at one point, or None if it is infinite or cannot be told from that.

    >>> one = numeric.LevelScheme([0, 1], [0.0, 0.1], [0, 1], [0], [1], [0.5])
    >>> two = numeric.LevelScheme([0, 1, 1], [0.0, 0.1, 0.2], [0, 1, 1], [0, 0], [1, 2], [0.5, 0.5])
    >>> [finite_merit(numeric.linear_response(scheme, kT=0.25)) for scheme in (one, two)]
    [None, 8.38456635671...]
    """
    try:
        merit = float(found.figure_of_merit)
    except (ValueError, ArithmeticError):  # no heat flows without a current, or less than rounding errors
        return None
    return merit if isfinite(merit) else None


def finite_fano(found: numeric.Noise) -> float | None:
    """Return the Fano factor at one point, or None if noise remains without a current.

    >>> scheme = numeric.LevelScheme([0, 1], [0.0, 0.1], [0, 1], [0], [1], [0.5])
    >>> pairs = [[numeric.Lead("L", 1.0, mu), numeric.Lead("R", 1.0, -mu)] for mu in (0.0, 0.5)]
    >>> [finite_fano(numeric.shot_noise(scheme, pair, kT=0.01)) for pair in pairs]
    [None, 0.55555555555...]
    """
    fano = found.fano
    return fano if isfinite(fano) else None
