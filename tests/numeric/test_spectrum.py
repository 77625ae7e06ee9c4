"""Levels of N electrons."""

import math
from itertools import combinations_with_replacement

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from random_dots import INTERACTING, filled_dots, lowest, number_of_levels

from numeric import Dot, interaction_integrals, sector_energies, solve, spin_squared
from numeric.hamiltonian import sector_hamiltonians
from numeric.search import SectorStates
from numeric.spectrum import _levels
from numeric.spin import lowered, raised


def test_paper_dot_reproduces_certified_ground_state_and_level_order():
    """E_0(N=4, M=13) has its certified value and the six levels of the lowest multiplet Table I's order."""
    spectrum = solve(Dot.paper(), 4, 6)
    assert abs(spectrum.energies[0] - 3.959531191784353464409) < 1e-13
    np.testing.assert_array_equal(spectrum.two_S, [0, 2, 2, 0, 2, 4])


def test_the_level_that_a_single_start_vector_misses_is_there():
    """N = 3, M = 13 has a second S = 1/2 level of the other parity."""
    spectrum = solve(Dot.paper(), 3, 3)
    np.testing.assert_allclose(spectrum.energies, [1.80859647, 1.811859956946, 1.81350291], atol=1e-8)
    assert abs(spectrum.energies[1] - 1.811859956946) < 1e-12
    np.testing.assert_array_equal(spectrum.two_S, [1, 1, 3])
    assert spectrum.parity[1] != spectrum.parity[0]


@pytest.mark.parametrize(("M", "energy"), [(8, 15.47487), (12, 15.39153), (16, 15.35077), (20, 15.32657)])
def test_contact_singlet_approaches_the_bethe_value_from_above(M, energy):
    """L = 1, g = 5, N = 2: truncated energies of physics.md section 6, above 15.231297688017."""
    spectrum = solve(Dot(1.0, 0.0, M, "contact", 5.0), 2, 1)
    assert abs(spectrum.energies[0] - energy) < 5.1e-6
    assert spectrum.two_S[0] == 0


@given(case=filled_dots(electrons=(1, 4)), data=st.data())
def test_energies_agree_with_every_sz_sector_solved_on_its_own(case, data):
    """The levels, each 2S+1 times, are the eigenvalues of all S_z sectors: nothing is lost or invented."""
    dot, N = case
    existing = number_of_levels(dot, N)
    spectrum = solve(dot, N, existing)
    scale = max(1.0, np.max(np.abs(spectrum.energies)))
    two_Sz = data.draw(st.sampled_from([m for m in range(-N, N + 1, 2) if (N + abs(m)) // 2 <= dot.orbitals]))
    expected = spectrum.energies[spectrum.two_S >= abs(two_Sz)]
    np.testing.assert_allclose(sector_energies(dot, N, two_Sz, len(expected)), expected, atol=1e-12 * scale, rtol=0)


@given(case=filled_dots(electrons=(0, 5)))
def test_every_level_has_the_spin_and_parity_it_claims(case):
    """<S^2> = S(S+1), S+ annihilates the highest weight, and reflection multiplies the vector by its parity."""
    dot, N = case
    spectrum = lowest(dot, N, 6)
    for level, (two_S, parity) in enumerate(zip(spectrum.two_S.tolist(), spectrum.parity, strict=True)):
        up, down = spectrum.strings(two_S)
        C = spectrum.vector(level)
        assert abs(np.linalg.norm(C) - 1.0) < 1e-12
        assert abs(spin_squared(spectrum, level) - two_S * (two_S + 2) / 4) < 1e-10
        if down.electrons and up.electrons < dot.orbitals:
            assert np.linalg.norm(raised(C, up, down)) < 1e-7
        np.testing.assert_allclose(np.multiply.outer(up.parities, down.parities) * C, parity * C, atol=1e-13)


@given(case=filled_dots(electrons=(2, 4)))
def test_components_of_a_level_are_tied_by_the_ladder(case):
    """vector(level, S_z - 1) is S- vector(level, S_z), normalised with a positive factor."""
    dot, N = case
    spectrum = lowest(dot, N, 4)
    for level, two_S in enumerate(spectrum.two_S.tolist()):
        for two_m in range(two_S, -two_S, -2):
            image = lowered(spectrum.vector(level, two_m), *spectrum.strings(two_m))
            factor = math.sqrt((two_S * (two_S + 2) - two_m * (two_m - 2)) / 4)
            np.testing.assert_allclose(image, factor * spectrum.vector(level, two_m - 2), atol=1e-12)


@given(
    case=filled_dots(electrons=(1, 4)),
    a=st.floats(0.2, 5.0),
)
def test_energies_scale_with_the_size_of_the_dot(case, a):
    """x -> a x turns T into T/a^2 and s/|x| into s/(a |x|): E(aL, a lambda, s/a) = E(L, lambda, s)/a^2.

    The same holds for the contact kernel, as delta(a x) = delta(x)/a; a constant has no length, and needs s/a^2.
    """
    dot, N = case
    strength = dot.strength / (a * a if dot.kernel == "constant" else a)
    scaled = Dot(a * dot.length, a * dot.cutoff, dot.orbitals, dot.kernel, strength)
    count = min(5, number_of_levels(dot, N))
    here, there = solve(dot, N, count).energies, solve(scaled, N, count).energies
    np.testing.assert_allclose(there * a * a, here, rtol=1e-11, atol=1e-12 * np.max(np.abs(here)))


@pytest.mark.parametrize("U", [0.0, 0.37])
@pytest.mark.parametrize("N", range(7))
def test_without_correlation_levels_are_sums_of_orbital_energies(N, U):
    """Kernels none and constant: sum eps + U N(N-1)/2, every configuration with all spins of its open shells."""
    M, L = 5, 2.0
    dot = Dot(L, 0.0, M, "constant" if U else "none", U or 1.0)
    existing = math.comb(M, N // 2) * math.comb(M, N - N // 2)
    expected = []
    for filled in combinations_with_replacement(range(M), N):
        occupation = np.bincount(filled, minlength=M)
        if occupation.max(initial=0) <= 2:
            open_shells = np.count_nonzero(occupation == 1)
            energy = np.sum(dot.orbital_energies[list(filled)]) + U * N * (N - 1) / 2
            for two_S in range(open_shells % 2, open_shells + 1, 2):
                k = (open_shells - two_S) // 2
                multiplets = math.comb(open_shells, k) - (math.comb(open_shells, k - 1) if k else 0)
                expected += [(energy, two_S)] * multiplets
    spectrum = solve(dot, N, existing)
    assert len(expected) == existing
    found = sorted(zip(np.round(spectrum.energies, 9).tolist(), spectrum.two_S.tolist(), strict=True))
    np.testing.assert_allclose(found, sorted((round(E, 9), two_S) for E, two_S in expected), atol=1e-8)


def test_degenerate_levels_come_out_the_same_every_time():
    """A second solution of a dot full of degeneracies is equal to the last bit."""
    first, second = (solve(Dot(1.0, 0.0, 5, "none"), 3, 20) for _ in range(2))
    np.testing.assert_array_equal(first.energies, second.energies)
    np.testing.assert_array_equal(first.two_S, second.two_S)
    for a, b in zip(first.vectors, second.vectors, strict=True):
        np.testing.assert_array_equal(a, b)


@given(case=filled_dots(INTERACTING, electrons=(1, 3)))
def test_energies_fall_as_the_basis_grows(case):
    """Hylleraas-Undheim: every level is lowered or kept by one more orbital."""
    dot, N = case
    larger = Dot(dot.length, dot.cutoff, dot.orbitals + 1, dot.kernel, dot.strength)
    count = min(4, number_of_levels(dot, N))
    small, large = solve(dot, N, count).energies, solve(larger, N, count).energies
    assert np.all(large <= small + 1e-11 * np.max(np.abs(small)))


def test_injected_integrals_replace_the_interaction():
    """Wrong integrals give wrong energies: twice the repulsion is not the dot's own."""
    dot = Dot(9.5, 1.9e-3, 6)
    doubled = interaction_integrals(Dot(dot.length, dot.cutoff, 6, strength=2.0))
    expected = solve(Dot(dot.length, dot.cutoff, 6, strength=2.0), 2, 3).energies
    np.testing.assert_array_equal(solve(dot, 2, 3, integrals=doubled).energies, expected)
    assert np.all(expected > solve(dot, 2, 3).energies + 0.1)


def test_levels_closer_than_rounding_are_all_looked_at():
    """If every level of a sector lies within one unit in the last place, the lowest still has a definite spin."""
    dot = Dot(1.0, 0.0, 4, "constant", 1e18)
    spectrum = solve(dot, 3, 1)
    assert spectrum.energies[0] == pytest.approx(3e18, rel=1e-15)
    assert spin_squared(spectrum, 0) == pytest.approx(spectrum.two_S[0] * (spectrum.two_S[0] + 2) / 4, abs=1e-10)


def test_a_state_that_is_no_multiplet_is_never_given_a_spin():
    """One up and one down electron in two orbitals are half singlet, half triplet: <S^2> = 1 is no S(S+1)."""
    dot = Dot(1.0, 0.1, 3)
    for hamiltonian in sector_hamiltonians(dot, 2, 0, interaction_integrals(dot), exchange=False):
        sector = hamiltonian.sector
        single = np.eye(hamiltonian.size)[sector.alpha != sector.beta][:1]
        with pytest.raises(RuntimeError, match=r"S\^2 misses an eigenvalue S\(S\+1\) by"):
            _levels(SectorStates(hamiltonian, np.zeros(1), single, 0), 1e-10)


def test_no_electrons_have_one_level_at_zero():
    """The vacuum: energy 0, S = 0, even."""
    spectrum = solve(Dot(9.5, 1.9e-3, 5), 0, 1)
    assert (spectrum.energies.tolist(), spectrum.two_S.tolist(), spectrum.parity.tolist()) == ([0.0], [0], [1])
    assert spectrum.vector(0).tolist() == [[1.0]]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"electrons": 7}, "electrons=7 must be at most 6, two for each of 3 orbitals"),
        ({"electrons": -1}, "electrons=-1 must be at least 0"),
        ({"electrons": 2.0}, "electrons=2.0 must be an integer"),
        ({"electrons": True}, "electrons=True must be an integer"),
        ({"levels": 0}, "levels=0 must be at least 1"),
        ({"levels": 10}, "levels=10 must be at most 9: 2 electrons in 3 orbitals have no more"),
        ({"method": "guess"}, "method='guess' must be one of auto, dense, iterative"),
        ({"integrals": interaction_integrals(Dot(9.5, 1.9e-3, 4))}, "integrals of 4 orbitals must be of the dot's 3"),
    ],
)
def test_invalid_arguments_are_refused_with_value_and_rule(arguments, message):
    """Every bad argument is a ValueError that names it."""
    with pytest.raises(ValueError, match=message):
        solve(Dot(9.5, 1.9e-3, 3), **({"electrons": 2, "levels": 1} | arguments))


@pytest.mark.parametrize(
    ("level", "two_Sz", "message"),
    [
        (2, None, "below 2"),
        (0, 2, "two_Sz=2 must be one of 0$"),
        (1, 1, "two_Sz=1 must be one of -2, 0, 2$"),
        (1, "1", "two_Sz='1' must be an integer"),
        (-1, None, "level=-1"),
    ],
)
def test_missing_components_are_refused(level, two_Sz, message):
    """There is no S_z = 1 in a singlet, no S_z = 1/2 in a triplet, and no level beyond the last."""
    with pytest.raises(ValueError, match=message):
        solve(Dot(9.5, 1.9e-3, 3), 2, 2).vector(level, two_Sz)


@pytest.mark.slow
def test_thirty_orbitals():
    """N = 4, M = 30: six levels in Table I's order, below those of M = 20, each with a proof that none is missing."""
    larger, smaller = solve(Dot.paper(30), 4, 6), solve(Dot.paper(20), 4, 6)
    np.testing.assert_array_equal(larger.two_S, [0, 2, 2, 0, 2, 4])
    assert np.all(larger.energies < smaller.energies)
