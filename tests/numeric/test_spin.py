"""Ladder operators, S^2, coupling coefficients and weights C_ji."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from numeric.basis import Strings
from numeric.spin import clebsch_gordan, clebsch_gordan_weight, component, lowered, raised, spin_squared_matrix


@st.composite
def states(draw):
    """A random coefficient matrix with electrons of both spins and room for more of both."""
    M = draw(st.integers(3, 5))
    up, down = Strings(M, draw(st.integers(1, M - 1))), Strings(M, draw(st.integers(1, M - 1)))
    return np.random.default_rng(draw(st.integers(0, 99))).normal(size=(up.size, down.size)), up, down


@given(states())
def test_ladder_operators_obey_the_angular_momentum_algebra(state):
    """[S+, S-] = 2 S_z, and S- is the adjoint of S+."""
    C, up, down = state
    up_down = raised(lowered(C, up, down), up.fewer, down.more)
    down_up = lowered(raised(C, up, down), up.more, down.fewer)
    np.testing.assert_allclose(up_down - down_up, (up.electrons - down.electrons) * C, atol=1e-13)
    image = raised(C, up, down)
    assert abs(np.vdot(C, down_up) - np.vdot(image, image)) < 1e-11


@given(states())
def test_spin_squared_has_the_eigenvalues_of_the_triangle(state):
    """S^2 in the space of all states of one S_z has eigenvalues S(S+1), S = |S_z|, |S_z| + 1, ..., N/2."""
    _, up, down = state
    size = up.size * down.size
    squares = np.linalg.eigvalsh(spin_squared_matrix(np.eye(size).reshape(size, up.size, down.size), up, down))
    two_S = np.sqrt(1.0 + 4.0 * squares) - 1.0
    least = abs(up.electrons - down.electrons)
    np.testing.assert_allclose(two_S, np.rint(two_S), atol=1e-6)
    assert set(np.rint(two_S).astype(int)) <= set(range(least, up.electrons + down.electrons + 1, 2))


def test_a_multiplet_returns_to_itself_from_either_end():
    """Lowering through all S_z and raising back reproduces a normalised highest-weight state."""
    up, down = Strings(4, 3), Strings(4, 0)
    C = np.random.default_rng(0).normal(size=(up.size, 1))
    C /= np.linalg.norm(C)
    bottom = component(C, (up, down), two_S=3, to_two_Sz=-3)
    assert bottom.shape == (1, up.size)
    assert abs(np.linalg.norm(bottom) - 1.0) < 1e-14
    np.testing.assert_allclose(component(bottom, (down, up), two_S=3, to_two_Sz=3), C, atol=1e-14)


def test_several_multiplets_are_raised_and_lowered_together():
    """A stack of states turns into the stack of what each turns into alone."""
    up, down = Strings(4, 3), Strings(4, 0)
    stack = np.random.default_rng(1).normal(size=(3, up.size, 1))
    for to_two_Sz in (1, -1, -3):
        together = component(stack, (up, down), two_S=3, to_two_Sz=to_two_Sz)
        alone = [component(C, (up, down), two_S=3, to_two_Sz=to_two_Sz) for C in stack]
        np.testing.assert_allclose(together, alone, rtol=0, atol=1e-14)


@pytest.mark.parametrize("two_S", range(7))
def test_coupling_coefficients_form_an_orthogonal_matrix(two_S):
    """For every total S_z the coefficients of S x 1/2 are orthonormal, and the highest weight couples with 1."""
    for two_M in range(-two_S - 1, two_S + 2, 2):
        rows = [
            [clebsch_gordan(two_S, two_M - two_sigma, two_sigma, total) for two_sigma in (1, -1)]
            for total in (two_S + 1, two_S - 1)
            if total >= abs(two_M)
        ]
        np.testing.assert_allclose(np.array(rows) @ np.array(rows).T, np.eye(len(rows)), atol=1e-15)
    assert clebsch_gordan(two_S, two_S, 1, two_S + 1) == 1.0


def test_coupling_coefficients_follow_condon_and_shortley():
    """Signs and values of 1 x 1/2, and zeros outside the triangle."""
    assert clebsch_gordan(2, 2, -1, 3) == pytest.approx(np.sqrt(1 / 3), abs=1e-15)
    assert clebsch_gordan(2, 0, 1, 3) == pytest.approx(np.sqrt(2 / 3), abs=1e-15)
    assert clebsch_gordan(2, 2, -1, 1) == pytest.approx(np.sqrt(2 / 3), abs=1e-15)
    assert clebsch_gordan(2, 0, 1, 1) == pytest.approx(-np.sqrt(1 / 3), abs=1e-15)
    assert clebsch_gordan(2, 2, 1, 1) == 0.0
    assert clebsch_gordan(2, 0, 1, 2) == 0.0


@pytest.mark.parametrize("two_S", range(9))
def test_weight_is_the_ratio_of_degeneracies(two_S):
    """C_ji = (2S_j+1) / (2 (2S_i+1)) if the spins differ by 1/2, else 0; together they add to 1."""
    weights = {two_S_j: clebsch_gordan_weight(two_S, two_S_j) for two_S_j in range(two_S + 4)}
    for two_S_j, weight in weights.items():
        allowed = abs(two_S_j - two_S) == 1
        assert weight == pytest.approx((two_S_j + 1) / (2 * (two_S + 1)) if allowed else 0.0, rel=1e-15, abs=0.0)
    assert sum(weights.values()) == pytest.approx(1.0, rel=1e-15)


@pytest.mark.parametrize(
    ("spins", "message"),
    [((-1, 0), "two_S_i=-1 must be at least 0"), ((0, -1), "two_S_j=-1 must be at least 0"), ((0.5, 1), "integer")],
)
def test_impossible_spins_are_refused(spins, message):
    """2S is a non-negative integer."""
    with pytest.raises(ValueError, match=message):
        clebsch_gordan_weight(*spins)
