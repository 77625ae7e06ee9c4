from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from judging import fails, passes

from qdverify.faults import spectrum
from qdverify.implementations.builtin import Builtin
from qdverify.suite.checks import observables as checks

pytestmark = pytest.mark.usefixtures("shared_checks")

ALL = [
    checks.energy_parts,
    checks.hellmann_feynman,
    checks.virial,
    checks.parity,
    checks.charge,
    checks.peaks,
]


@pytest.mark.parametrize("check", ALL, ids=lambda check: check.id)
def test_the_builtin_implementation_passes(check):
    """Slopes, parities and densities agree with the levels, at two seeds."""
    for seed in (0, 1):
        assert passes(Builtin(), check, seed=seed)


class Swapped(Builtin):
    """A share of the interaction energy is booked as kinetic: the sum stays right."""

    def expectations(self, *, dot, electrons, level):
        right = super().expectations(dot=dot, electrons=electrons, level=level)
        moved = 0.01 * right["interaction"]
        return {"kinetic": right["kinetic"] + moved, "interaction": right["interaction"] - moved}


class PerUnitStrength(Builtin):
    """Gives <V> for strength 1."""

    def expectations(self, *, dot, electrons, level):
        right = super().expectations(dot=dot, electrons=electrons, level=level)
        return {**right, "interaction": right["interaction"] / dot["strength"]}


class Crossing:
    """Two levels of one spin that cross near the contact dot's strength of 5, and the slope of the lower one."""

    name, version = "crossing", "1"

    def __init__(self, place, tilt):
        self.place, self.tilt = place, tilt

    def spectrum(self, *, dot, electrons, levels):
        x = dot["strength"] / 5.0 - 1.0
        first = 10.0 + x + 0.3 * x**2
        pair = sorted([first, first + self.tilt * (x - self.place * checks.STEP)])
        return {"energies": [*pair, *range(50, 48 + levels)], "two_S": [1] * levels}

    def expectations(self, *, dot, electrons, level):
        interaction = 1.0 + (self.tilt if self.tilt * self.place > 0 else 0.0)
        return {"kinetic": 10.0 - interaction, "interaction": interaction}


@given(st.floats(-2.5, 2.5).filter(lambda place: abs(place) > 0.01), st.floats(-5.0, 5.0))
def test_levels_that_cross_between_the_dots_raise_no_alarm(place, tilt):
    """Wherever two levels cross, the tolerance of the slope covers what the crossing does to the differences."""
    assert passes(Crossing(place, tilt), checks.hellmann_feynman, only="contact, N=3")


def test_a_dot_whose_doublets_cross_raises_no_alarm():
    """At seed 113 the lowest doublet of three electrons changes its parity within the five lengths."""
    assert passes(Builtin(), checks.virial, seed=113)


def test_wrong_parts_are_caught():
    """Parts that do not add up fail at once, parts that do fail against the slopes."""
    assert fails(PerUnitStrength(), checks.energy_parts, only="contact")
    assert passes(Swapped(), checks.energy_parts)
    assert fails(Swapped(), checks.hellmann_feynman)
    assert fails(Swapped(), checks.virial)


def test_levels_that_are_no_eigenvalues_have_other_slopes():
    """First-order energies do not have the slopes that the states' expectation values say."""
    assert fails(spectrum.first_order_only.implementation(), checks.hellmann_feynman)
    assert fails(spectrum.first_order_only.implementation(), checks.virial)


class WithoutTheDeterminant(Builtin):
    """Gives the parity of the spin chain instead of that of the level."""

    def parities(self, *, dot, electrons, levels):
        right = np.asarray(super().parities(dot=dot, electrons=electrons, levels=levels)["parity"])
        return {"parity": right * (-1) ** (electrons * (electrons - 1) // 2)}


def test_wrong_parities_are_caught():
    """The determinant's share of the parity is not optional."""
    assert fails(WithoutTheDeterminant(), checks.parity, only="paper's dot, N=3")
    assert fails(WithoutTheDeterminant(), checks.parity, only="contact, N=2")


class Density(Builtin):
    """A charge density with one fault."""

    def __init__(self, fault):
        super().__init__()
        self.fault = fault

    def charge_density(self, *, dot, electrons, level, x):
        right = np.asarray(super().charge_density(dot=dot, electrons=electrons, level=level, x=x)["density"])
        return {"density": self.fault(right, np.asarray(x) / dot["length"], electrons)}


@pytest.mark.parametrize(
    "fault",
    [
        lambda n, x, N: n / N,
        lambda n, x, N: n * (1 + 1e-4 * np.sin(2 * np.pi * x)),
        lambda n, x, N: 0 * n + 1.0,
        lambda n, x, N: n + 5 * np.cos(6 * np.pi * x) * np.sin(np.pi * x) ** 2,
    ],
    ids=["per electron", "lopsided", "constant", "negative"],
)
def test_wrong_densities_are_caught(fault):
    """Normalisation, symmetry, walls and sign."""
    assert fails(Density(fault), checks.charge)


@pytest.mark.parametrize("length", [3.54, 6.01, 0.675, 13.3, 7.26])
def test_positions_stay_inside_the_box(length):
    """The grid begins and ends on the walls to the last bit: lengths for which L k / n does not."""
    for intervals in (24, 400):
        grid = checks._grid(length, intervals)
        assert (grid[0], grid[-1], max(grid)) == (0.0, length, length)


def test_uncorrelated_densities_have_too_few_peaks():
    """Without interaction two electrons share one peak: only correlation splits it."""

    class Free(Builtin):
        def solve(self, dot, electrons, levels):
            return super().solve(replace(dot, strength=1e-6), electrons, levels)

    assert passes(Free(), checks.charge, only="soft-coulomb, N=2, level 0")
    assert fails(Free(), checks.peaks, only="N=2")
