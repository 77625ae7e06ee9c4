"""Dots in a harmonic potential: the floating-point side against exact integrals, exact levels and exact theorems."""

import math

import numpy as np
import pytest

from analytic import (
    ground_state_crossing,
    harmonic_dot,
    harmonic_integral,
    harmonic_pair_levels,
    integral_levels,
    taut_levels,
    to_digits,
)
from analytic.harmonic_integrals import rational_part, shell_orbitals, squared_norm
from numeric import HarmonicDot, density_matrix, expectations, hamiltonian_matrix, solve


def test_all_integrals_of_four_shells_agree_with_the_exact_ones():
    """10^4 integrals, by momentum quadrature and by relative coordinates, to a few units in the last place of 1."""
    dot, orbitals = HarmonicDot(omega=1.0, shells=4), shell_orbitals(4)
    assert [*zip(dot.radial_numbers, dot.angular_momenta, strict=True)] == list(orbitals)
    for index in np.ndindex(*(dot.orbitals,) * 4):
        key = [orbitals[place] for place in index]
        exact = float(rational_part(*key)) * math.sqrt(math.pi / 2 / squared_norm(*key))
        assert abs(dot.two_body[index] - exact) < 2e-15


def test_single_integrals_of_high_shells_agree_with_the_exact_ones():
    """In the largest basis, of ten shells, where alternating sums would have lost digits."""
    dot, orbitals = HarmonicDot(omega=1.0, shells=10), shell_orbitals(10)
    rng = np.random.default_rng(5)
    m = dot.angular_momenta
    checked = 0
    while checked < 40:
        p, q, r = rng.integers(20, dot.orbitals, size=3)
        (fourth,) = np.nonzero(m == m[p] - m[q] + m[r])
        if fourth.size:
            s = int(fourth[-1])
            exact = to_digits(harmonic_integral(*(orbitals[place] for place in (p, q, r, s))), digits=20)
            assert abs(dot.two_body[p, q, r, s] - float(exact)) < 1e-14
            checked += 1


@pytest.mark.parametrize(("N", "shells"), [(2, 2), (3, 2), (2, 3)])
def test_all_levels_agree_with_those_of_the_exact_integrals(N, shells):
    """Energies and spins, by sectors of L_z in doubles and by configurations of real orbitals to 20 digits."""
    exact = integral_levels(harmonic_dot("0.5", shells, strength=2), N, digits=20)
    found = solve(HarmonicDot(omega=0.5, shells=shells, strength=2.0), N, len(exact))
    np.testing.assert_allclose(found.energies, [float(level.energy) for level in exact], rtol=1e-13)
    assert sorted(found.two_S.tolist()) == sorted(level.two_S for level in exact)


@pytest.mark.parametrize(
    ("omega", "field", "strength"),
    [(0.25, 0.5, 1.0), *(pytest.param(*one, marks=pytest.mark.slow) for one in ((1.0, 0.0, 1.0), (1.0, 2.0, 3.0)))],
)
def test_levels_lie_above_the_exact_ones_of_a_complete_basis_and_approach_them(omega, field, strength):
    """Each of the lowest six, with its spin and angular momentum, from above and closer with every shell."""
    exact = harmonic_pair_levels(omega, 6, field=field, strength=strength, digits=15)
    limits = np.array([float(level.energy) for level in exact])
    excess = []
    for shells in (3, 5, 7, 9):
        dot = HarmonicDot(omega=omega, shells=shells, field=field, strength=strength)
        excess.append(solve(dot, 2, 6).energies - limits)
    excess = np.array(excess)
    assert np.all(excess > -1e-12)
    assert np.all(np.diff(excess, axis=0) < 1e-12)
    assert np.all(excess[-1] < 0.02 * limits)
    found = solve(dot, 2, 6)
    labels = sorted((level.two_S, level.angular_momentum) for level in exact)
    assert sorted(zip(found.two_S.tolist(), found.angular_momenta.tolist(), strict=True)) == labels


@pytest.mark.parametrize(("degree", "m"), [(1, 0), (2, 0), (1, 1)])
def test_the_closed_forms_are_approached_like_the_cusp_asks(degree, m):
    """E(K) - E falls at least like K^-1 for singlets, whose functions have a cusp, and faster for triplets."""
    level = taut_levels(degree, m)[-1]
    omega, energy = (float(to_digits(value, digits=20)) for value in (level.omega, level.energy))
    excess = []
    for shells in (4, 8):
        found = solve(HarmonicDot(omega=omega, shells=shells), 2, 4)
        mine = (found.angular_momenta == m) & (found.two_S == 2 * (m % 2))
        excess.append(found.energies[mine][0] - energy)
    assert 0 < excess[1] < excess[0] / (2.0 if m % 2 == 0 else 5.0)


def cut_by_total_shells(dot, N, two_Sz, most):
    """Return the eigenvalues of H between determinants whose shells add up to `most` at most."""
    H, determinants = hamiltonian_matrix(dot, N, two_Sz)
    n = dot.shell_numbers
    kept = [k for k, (up, down) in enumerate(determinants) if sum(n[p - 1] for p in (*up, *down)) <= most]
    return np.linalg.eigvalsh(H[np.ix_(kept, kept)])


@pytest.mark.parametrize("N", [2, 3])
def test_the_centre_of_mass_makes_exact_ladders_in_a_basis_cut_by_total_shells(N):
    """Kohn's theorem: above each level of the smaller cut lie levels of the larger one by Omega -+ omega_c/2."""
    dot = HarmonicDot(omega=0.6, shells=4, field=0.7, strength=2.5)
    # a single electron in shell 3 is the highest that either cut allows
    lower, upper = (cut_by_total_shells(dot, N, N % 2, most) for most in (2, 3))
    for sign in (-1, 1):
        step = dot.effective_omega + 0.35 * sign
        distances = np.abs(lower[:, None] + step - upper).min(axis=1)
        assert distances.max() < 1e-12


def test_the_ladders_are_approached_in_a_basis_cut_by_orbitals():
    """The lowest excitation at Omega - omega_c/2 of three electrons is missed less with every shell."""
    misses = []
    for shells in (3, 4, 5):
        dot = HarmonicDot(omega=1.0, shells=shells, field=0.5)
        energies = solve(dot, 3, 12).energies
        step = dot.effective_omega - 0.25
        misses.append(np.abs(energies - energies[0] - step).min())
    assert misses[0] > misses[1] > misses[2]
    assert misses[2] < 1e-2


@pytest.mark.parametrize(("level", "power"), [(0, 2), (1, 3)])
def test_the_generalised_virial_theorem_is_approached(level, power):
    """2 <T> = 2 <Omega^2 r^2/2> - <V> in a complete basis; a triplet, which has no cusp, gets there sooner."""
    misses = []
    for shells in (3, 5, 7):
        dot = HarmonicDot(omega=1.0, shells=shells, strength=2.0)
        found = solve(dot, 2, 3)
        one_body, interaction = expectations(found, level)
        potential = 0.5 * np.sum(dot.squared_radius * density_matrix(found, level))
        misses.append(abs(2 * (one_body - potential) - 2 * potential + interaction) / interaction)
    assert misses[0] > misses[1] > misses[2]
    assert misses[2] < misses[0] * (3 / 7) ** power


def test_the_ground_state_of_two_electrons_crosses_where_the_exact_one_does():
    """From L = 0, S = 0 to L = 1, S = 1 within 5 % of the exact field."""
    crossing = float(ground_state_crossing(0, omega=1, digits=8))
    grounds = [solve(HarmonicDot(omega=1.0, shells=7, field=f * crossing), 2, 1) for f in (0.95, 1.05)]
    assert [(g.angular_momenta[0], g.two_S[0]) for g in grounds] == [(0, 0), (1, 2)]
