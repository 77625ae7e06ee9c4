"""Expectation values in single levels."""

import math

import numpy as np
import pytest
from hypothesis import given
from random_dots import INTERACTING, filled_dots, lowest

from numeric import Dot, charge_density, density_matrix, expectations, solve


@given(case=filled_dots(electrons=(1, 4)))
def test_density_integrates_to_the_number_of_electrons_and_is_symmetric(case):
    """A trigonometric polynomial of degree 2M is integrated exactly by the trapezoidal rule on 2M+1 points or more."""
    dot, N = case
    spectrum = lowest(dot, N, 2)
    x = np.linspace(0.0, dot.length, 4 * dot.orbitals + 1)
    density = charge_density(spectrum, 0, x)
    assert abs(np.trapezoid(density, x) - N) < 1e-11 * N
    assert np.all(density > -1e-10 * N / dot.length)
    np.testing.assert_allclose(density, density[::-1], atol=1e-9 * N / dot.length)


@given(case=filled_dots(electrons=(0, 4)))
def test_density_matrix_gives_kinetic_energy_and_electron_number(case):
    """Its trace is N, its eigenvalues lie in [0, 2], and sum eps_n rho_nn is the kinetic energy."""
    dot, N = case
    spectrum = solve(dot, N, 1)
    rho = density_matrix(spectrum, 0)
    kinetic, interaction = expectations(spectrum, 0)
    assert abs(np.trace(rho) - N) < 1e-12
    occupations = np.linalg.eigvalsh(rho)
    assert np.all((occupations > -1e-12) & (occupations < 2.0 + 1e-12))
    assert abs(np.diag(rho) @ dot.orbital_energies - kinetic) < 1e-11 * max(1.0, kinetic)
    assert abs(kinetic + interaction - spectrum.energies[0]) < 1e-12 * max(1.0, abs(spectrum.energies[0]))


@given(case=filled_dots(INTERACTING, electrons=(2, 4)))
def test_hellmann_feynman_and_virial(case):
    """dE/ds = <V>/s for the ground level, and L dE/dL = -2 <T> - <V> at fixed lambda/L, by central differences."""
    dot, N = case
    step = 1e-4

    def energy(strength=1.0, length=1.0):
        changed = Dot(dot.length * length, dot.cutoff * length, dot.orbitals, dot.kernel, dot.strength * strength)
        return solve(changed, N, 1).energies[0]

    spectrum = lowest(dot, N, 2)
    if len(spectrum.energies) > 1 and spectrum.energies[1] - spectrum.energies[0] < 0.01 * spectrum.energies[0]:
        return
    kinetic, interaction = expectations(spectrum, 0)
    by_strength = (energy(strength=1 + step) - energy(strength=1 - step)) / (2 * step)
    by_length = (energy(length=1 + step) - energy(length=1 - step)) / (2 * step)
    # the third derivative is of the size of E^3/gap^2, with a gap of at least a hundredth of E
    allowed = 1e4 * step**2 * spectrum.energies[0] + 1e-13 / step * spectrum.energies[0]
    assert abs(by_strength - interaction) < allowed
    assert abs(by_length + 2 * kinetic + interaction) < allowed


def test_one_electron_has_the_density_of_its_orbital():
    """2/L sin^2(n pi x/L)."""
    spectrum = solve(Dot(3.0, 0.1, 4), 1, 2)
    x = np.linspace(0.0, 3.0, 7)
    np.testing.assert_allclose(charge_density(spectrum, 1, x), 2 / 3 * np.sin(2 * math.pi * x / 3) ** 2, atol=1e-14)


@pytest.mark.parametrize("x", [-0.1, 3.1])
def test_positions_outside_the_box_are_refused(x):
    """The density is defined between the walls."""
    with pytest.raises(ValueError, match="inside the box"):
        charge_density(solve(Dot(3.0, 0.1, 2), 1, 1), 0, x)


@pytest.mark.parametrize("function", [expectations, density_matrix])
def test_missing_levels_are_refused(function):
    """There is no level beyond the last."""
    with pytest.raises(ValueError, match="level=1 must be below 1"):
        function(solve(Dot(3.0, 0.1, 2), 1, 1), 1)
