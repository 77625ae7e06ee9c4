"""Transition probabilities M_ji."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from random_dots import INTERACTING, filled_dots, number_of_levels

from numeric import Dot, Integrals, density_matrix, interaction_integrals, solve, transition_probabilities


def everything(dot, N):
    """All levels of N electrons."""
    return solve(dot, N, number_of_levels(dot, N))


def separated(spectrum):
    """Whether levels of one spin and parity are far enough apart for their vectors to be defined."""
    labels = zip(spectrum.two_S.tolist(), spectrum.parity.tolist(), spectrum.energies, strict=True)
    ordered = sorted(labels)
    gaps = [b[2] - a[2] for a, b in itertools.pairwise(ordered) if a[:2] == b[:2]]
    return min(gaps, default=math.inf) > 1e-3 * np.max(np.abs(spectrum.energies))


def test_paper_dot_two_to_three_electrons():
    """M = 13: the values of physics.md section 7."""
    two, three = solve(Dot.paper(), 2, 2), solve(Dot.paper(), 3, 3)
    M = transition_probabilities(two, three)
    np.testing.assert_allclose(M[:, 0], [0.8649, 0.0451, 0.0], atol=5.1e-5)
    np.testing.assert_allclose(M[:, 1], [0.3265, 0.2897, 0.4422], atol=5.1e-5)


def test_paper_dot_three_to_four_electrons():
    """M = 13: Table III within the paper's own error of 1e-2, but for nothing; allowed and forbidden entries."""
    M = transition_probabilities(solve(Dot.paper(), 3, 3), solve(Dot.paper(), 4, 6))
    table = {(0, 0): 0.37, (1, 0): 0.37, (2, 0): 0.03, (3, 0): 0.01, (4, 0): 0.0, (0, 1): 0.15, (1, 1): 0.11}
    table |= {(2, 1): 0.49, (3, 1): 0.10, (4, 1): 0.16, (1, 2): 0.28, (2, 2): 0.23, (4, 2): 0.15, (5, 2): 0.41}
    for (j, i), value in table.items():
        assert abs(M[j, i] - value) < 1.55e-2
    for j, i in [(5, 0), (5, 1), (0, 2), (3, 2)]:
        assert M[j, i] == 0.0


@given(case=filled_dots(electrons=(0, 4)), seed=st.integers(0, 99))
def test_sum_rule_over_all_final_states(case, seed):
    """sum_j |<j|D+_sigma|i>|^2 = sum_n w_n^2 - <i|D+_sigma D_sigma|i>, averaged over sigma and S_zi.

    In M_ji: sum_j M_ji = sum_n w_n^2 - <w| rho_i |w>/2 with the density matrix rho_i of both spins.
    """
    dot, N = case
    w = np.random.default_rng(seed).normal(size=dot.orbitals)
    initial, final = everything(dot, N), everything(dot, N + 1)
    totals = transition_probabilities(initial, final, weights=w).sum(axis=0)
    expected = [w @ w - 0.5 * w @ density_matrix(initial, i) @ w for i in range(len(initial.levels))]
    np.testing.assert_allclose(totals, expected, atol=1e-11 * (w @ w))


@given(case=filled_dots(electrons=(0, 4)))
def test_probabilities_are_not_negative_and_obey_the_spin_selection_rule(case):
    """M_ji >= 0, and 0 unless the spins differ by 1/2."""
    dot, N = case
    initial, final = everything(dot, N), everything(dot, N + 1)
    M = transition_probabilities(initial, final)
    assert np.all(M >= 0.0)
    assert not M[np.abs(final.two_S[:, None] - initial.two_S) != 1].any()


@given(case=filled_dots(INTERACTING, electrons=(1, 3)), seed=st.integers(0, 99))
def test_a_common_sign_of_all_orbitals_changes_nothing(case, seed):
    """w_n -> -w_n leaves every M_ji."""
    dot, N = case
    w = np.random.default_rng(seed).normal(size=dot.orbitals)
    pair = everything(dot, N), everything(dot, N + 1)
    np.testing.assert_array_equal(*(transition_probabilities(*pair, weights=sign * w) for sign in (1, -1)))


@given(case=filled_dots(INTERACTING, electrons=(1, 2)), data=st.data())
def test_reflection_of_the_lead_changes_nothing_between_levels_of_definite_parity(case, data):
    """w_n -> (-1)^(n+1) w_n attaches the lead to the other end: amplitudes change at most their sign."""
    dot, N = case
    initial, final = everything(dot, N), everything(dot, N + 1)
    if separated(initial) and separated(final):
        signs = (-1.0) ** np.arange(dot.orbitals)
        M, mirrored = (transition_probabilities(initial, final, weights=w) for w in (np.ones(dot.orbitals), signs))
        np.testing.assert_allclose(mirrored, M, atol=1e-9)


@pytest.mark.parametrize("n", [0, 1, 2, 3, 4])
def test_the_sign_of_a_single_orbital_matters(n):
    """Flipping one w_n alone changes M_ji: the phase convention phi_n > 0 right of x = 0 is part of the definition."""
    initial, final = solve(Dot(9.5, 1.9e-3, 5), 2, 2), solve(Dot(9.5, 1.9e-3, 5), 3, 3)
    w = np.ones(5)
    w[n] = -1.0
    change = transition_probabilities(initial, final, weights=w) - transition_probabilities(initial, final)
    assert np.max(np.abs(change)) > 1e-3


def test_adding_to_an_empty_orbital_without_interaction_gives_the_spin_weight():
    """Kernel none: vacuum to {1} has M = 1, {1} to {1,1} has M = 1/2, and {1,1} to {1,1,2} has M = 1."""
    dot = Dot(1.0, 0.0, 4, "none")
    spectra = [solve(dot, N, 1) for N in range(4)]
    values = [transition_probabilities(*pair)[0, 0] for pair in itertools.pairwise(spectra)]
    np.testing.assert_allclose(values, [1.0, 0.5, 1.0], atol=1e-14)


def test_the_followed_transition_vanishes_without_interaction():
    """[J96]: N = 2 ground state to the second doublet of N = 3: {1,1} and {1,2,2} differ by more than one electron."""
    values = []
    for strength in (1.0, 1e-2, 1e-4):
        dot = Dot(9.5, 9.5 * 2e-4, 6, strength=strength)
        values.append(transition_probabilities(solve(dot, 2, 1), solve(dot, 3, 2))[1, 0])
    assert values[0] > values[1] > values[2]
    assert 0.0 <= values[2] < 1e-6


def test_wrong_integrals_give_wrong_probabilities():
    """M_ji depends on the interaction: halving one coupling moves it."""
    dot = Dot(9.5, 1.9e-3, 6)
    J = interaction_integrals(dot).couplings.copy()
    J[2, 2] *= 0.5
    wrong = type(interaction_integrals(dot))(J)
    right = transition_probabilities(solve(dot, 2, 2), solve(dot, 3, 3))
    moved = transition_probabilities(solve(dot, 2, 2, integrals=wrong), solve(dot, 3, 3, integrals=wrong))
    assert np.max(np.abs(moved - right)) > 1e-3


@pytest.mark.parametrize(
    ("N", "weights", "message"),
    [
        (2, None, "electrons=2 of the final spectrum must be 3"),
        (3, [1.0, 1.0], r"weights of shape \(2,\) must have shape \(3,\)"),
        (3, [1.0, np.nan, 1.0], "weights=nan must be finite"),
        (3, ["1", "2", "3"], "weights='1' must be a real number"),
    ],
)
def test_mismatched_arguments_are_refused(N, weights, message):
    """Electron numbers must differ by one, and there is one finite weight an orbital."""
    dot = Dot(9.5, 1.9e-3, 3)
    with pytest.raises(ValueError, match=message):
        transition_probabilities(solve(dot, 2, 1), solve(dot, N, 1), weights=weights)


def test_spectra_of_different_dots_are_refused():
    """Levels of two dots cannot be joined."""
    with pytest.raises(ValueError, match="both spectra must belong to one dot"):
        transition_probabilities(solve(Dot(9.5, 1.9e-3, 3), 1, 1), solve(Dot(9.5, 9.5e-3, 3), 2, 1))


def test_spectra_of_different_interactions_are_refused():
    """One dot, solved once with its own and once with half its interaction, has no common levels."""
    dot = Dot(9.5, 1.9e-3, 3)
    half = Integrals(0.5 * interaction_integrals(dot).couplings)
    with pytest.raises(ValueError, match="integrals of both spectra must be the same"):
        transition_probabilities(solve(dot, 1, 1), solve(dot, 2, 1, integrals=half))
    transition_probabilities(solve(dot, 1, 1, integrals=interaction_integrals(dot)), solve(dot, 2, 1))
