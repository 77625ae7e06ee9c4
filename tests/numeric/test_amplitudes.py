"""S_z-resolved amplitudes by Wigner and Eckart and by lowering."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from random_dots import filled_dots, lowest

from numeric import Dot, solve, transition_amplitudes, transition_probabilities


@given(case=filled_dots(electrons=(0, 4)), seed=st.integers(0, 99))
def test_both_routes_agree_between_all_components(case, seed):
    """Lowering every state and applying D+_sigma gives coefficient times reduced element, zeros included."""
    dot, N = case
    w = np.random.default_rng(seed).normal(size=dot.orbitals)
    initial, final = lowest(dot, N, 3), lowest(dot, N + 1, 2)
    tied, direct = (
        transition_amplitudes(initial, final, weights=w, route=route) for route in ("wigner-eckart", "direct")
    )
    assert tied.initial == direct.initial
    assert tied.final == direct.final
    np.testing.assert_allclose(tied.values, direct.values, atol=1e-9)


@given(case=filled_dots(electrons=(0, 4)))
def test_squares_sum_up_to_the_transition_probabilities(case):
    """sum over S_zi, S_zj, sigma of |amplitude|^2 = 2 (2S_i + 1) M_ji."""
    dot, N = case
    initial, final = lowest(dot, N, 1), lowest(dot, N + 1, 2)
    amplitudes = transition_amplitudes(initial, final, route="direct")
    squares = np.sum(amplitudes.values**2, axis=0)
    expected = transition_probabilities(initial, final) * 2 * initial.degeneracies
    for j in range(len(final.levels)):
        rows = [row for row, (level, _) in enumerate(amplitudes.final) if level == j]
        assert abs(np.sum(squares[rows]) - expected[j, 0]) < 1e-11


def test_states_are_listed_level_by_level_from_the_highest_weight_down():
    """The paper's dot has 31 states for N = 0..4; three to four electrons connect 8 to 16 of them."""
    amplitudes = transition_amplitudes(solve(Dot.paper(9), 3, 3), solve(Dot.paper(9), 4, 6))
    assert amplitudes.initial == ((0, 1), (0, -1), (1, 1), (1, -1), (2, 3), (2, 1), (2, -1), (2, -3))
    assert amplitudes.values.shape == (2, 16, 8)


def test_amplitude_vanishes_where_the_coefficient_does():
    """A quartet's S_z = 1/2 state cannot become a singlet: exactly zero by one route, rounding by the other."""
    initial, final = solve(Dot.paper(9), 3, 3), solve(Dot.paper(9), 4, 6)
    direct = transition_amplitudes(initial, final, route="direct")
    quartet, singlet = direct.initial.index((2, 1)), direct.final.index((0, 0))
    assert final.two_S[0] == 0
    assert np.max(np.abs(direct.values[:, singlet, quartet])) < 1e-11
    assert not transition_amplitudes(initial, final).values[:, singlet, quartet].any()


def test_unknown_route_is_refused():
    """Only two routes exist."""
    with pytest.raises(ValueError, match="route='guess' must be one of wigner-eckart, direct"):
        transition_amplitudes(solve(Dot(9.5, 1.9e-3, 3), 1, 1), solve(Dot(9.5, 1.9e-3, 3), 2, 1), route="guess")
