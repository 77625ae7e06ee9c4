"""The count of levels: it may be too high, never too low."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from random_dots import dots, filled_dots
from scipy import sparse

from numeric import Dot, Integrals, interaction_integrals
from numeric.hamiltonian import sector_hamiltonians
from numeric.reference_space import (
    ReferenceSpace,
    allows_no_more,
    classical_bound,
    lower_bound,
    negative_eigenvalues,
    pair_bound,
)


@given(case=filled_dots(electrons=(2, 4)), data=st.data())
def test_number_of_negative_eigenvalues_bounds_the_number_of_levels(case, data):
    """Wherever A exists, H has no more eigenvalues below sigma than A has below 0."""
    dot, N = case
    bound = lower_bound(dot, N)
    for hamiltonian in sector_hamiltonians(dot, N, N % 2, interaction_integrals(dot)):
        values = np.linalg.eigvalsh(hamiltonian.matrix())
        sigma = values[0] + data.draw(st.floats(0.0, 1.0)) * (values[-1] - values[0])
        space = ReferenceSpace(hamiltonian, data.draw(st.integers(1, hamiltonian.size)))
        A = space.effective(sigma, bound)
        if A is not None:
            below = np.count_nonzero(values < sigma - 1e-9 * np.max(np.abs(values)))
            assert negative_eigenvalues(A) >= below
            assert negative_eigenvalues(A) == np.count_nonzero(np.linalg.eigvalsh(A) < 0.0)


@given(case=filled_dots(electrons=(2, 4)), share=st.floats(0.0, 1.0))
def test_a_reference_space_of_the_whole_sector_counts_exactly(case, share):
    """A is H - sigma there but for rounding, so nothing is counted twice, and no bound of the interaction enters."""
    dot, N = case
    for hamiltonian in sector_hamiltonians(dot, N, N % 2, interaction_integrals(dot)):
        H = hamiltonian.matrix()
        values = np.linalg.eigvalsh(H)
        sigma = values[0] + share * (values[-1] - values[0])
        A = ReferenceSpace(hamiltonian, hamiltonian.size).effective(sigma, 0.0)
        scale = np.max(np.abs(H)) + abs(sigma)
        np.testing.assert_allclose(A, H - sigma * np.eye(len(H)), atol=3e-12 * scale)
        assert np.all(np.diag(A) < np.diag(H) - sigma)


@given(dot=dots(), N=st.integers(2, 5), negative=st.booleans())
def test_bounds_lie_below_the_interaction(dot, N, negative):
    """v0 is not above the lowest eigenvalue of the interaction alone, for repulsion and attraction."""
    assume(2 * dot.orbitals >= N)
    dot = Dot(dot.length, dot.cutoff, dot.orbitals, dot.kernel, -dot.strength if negative else dot.strength)
    integrals = interaction_integrals(dot)
    hamiltonians = sector_hamiltonians(dot, N, N % 2, integrals)
    lowest = min(np.linalg.eigvalsh(H.matrix() - np.diag(H.kinetic))[0] for H in hamiltonians)
    # the kinetic energy, rounded, does not cancel to the last bit
    slack = 1e-12 * max(1.0, abs(lowest)) + 1e-14 * max(H.kinetic.max() for H in hamiltonians)
    assert pair_bound(dot, N, integrals) <= lowest + slack
    assert lower_bound(dot, N) <= lowest + slack


def test_classical_bound_is_sharp_for_two_points_and_close_for_more():
    """Two points repel by s/(L + lambda) at least; for more, minima of charges on a line are approached from below."""
    assert classical_bound(Dot(2.0, 1e-12, 2), 2) == pytest.approx(0.5, rel=1e-11)
    assert classical_bound(Dot(2.0, 0.5, 2, strength=3.0), 2) == pytest.approx(3.0 / (2.0 + 0.5), rel=1e-15)
    for N, minimum in ((3, 5.0), (4, 13.2), (5, 26.6)):
        assert 0.85 * minimum < classical_bound(Dot(1.0, 1e-12, 3), N) <= minimum


def test_a_missing_level_is_noticed():
    """Without its second level a sector fails the count that it passes with it."""
    dot = Dot(9.5, 1.9e-3, 8)
    hamiltonian = sector_hamiltonians(dot, 3, 1, interaction_integrals(dot))[1]
    values, vectors = np.linalg.eigh(hamiltonian.matrix())
    sigma = values[1] + 1e-6
    A = ReferenceSpace(hamiltonian, 80).effective(sigma, lower_bound(dot, 3))
    assert allows_no_more(A, vectors.T[:2])
    assert not allows_no_more(A, vectors.T[:1])
    assert not allows_no_more(A, vectors.T[[0, 2]])


def test_strong_correlation_needs_no_larger_reference_space():
    """In a dot twice the paper's, 160 of 535 states prove what 400 cannot without the interaction inside Q."""
    dot = Dot(20.0, 0.004, 10)
    hamiltonian = sector_hamiltonians(dot, 4, 0, interaction_integrals(dot))[0]
    H, bound = hamiltonian.matrix(), lower_bound(dot, 4)
    values, vectors = np.linalg.eigh(H)
    sigma, P = values[2] + 1e-6, 400
    assert allows_no_more(ReferenceSpace(hamiltonian, 160).effective(sigma, bound), vectors.T[:3])
    gap = hamiltonian.kinetic[P:] + bound - sigma
    plain = H[:P, :P] - sigma * np.eye(P) - H[:P, P:] / gap @ H[P:, :P]
    assert gap.min() > 0.0
    assert not allows_no_more(plain, vectors.T[:3])


def test_the_count_is_that_of_the_bound_written_out():
    """A has the inertia, on P, of H with Q's block replaced by T_Q + v0 + C G^(-1) C^T."""
    dot = Dot(9.5, 1.9e-3, 6)
    hamiltonian = sector_hamiltonians(dot, 3, 1, interaction_integrals(dot))[0]
    H, T, bound, space = hamiltonian.matrix(), hamiltonian.kinetic, lower_bound(dot, 3), ReferenceSpace(hamiltonian, 30)
    P = space.size
    G, C = H[:P, :P] - np.diag(T[:P] + bound), H[P:, :P]
    H[P:, P:] = np.diag(T[P:] + bound) + C @ np.linalg.solve(G, C.T)
    sigma = 0.5 * (np.linalg.eigvalsh(H)[2] + np.linalg.eigvalsh(H)[3])
    Q = H[P:, P:] - sigma * np.eye(len(H) - P)
    expected = H[:P, :P] - sigma * np.eye(P) - C.T @ np.linalg.solve(Q, C)
    np.testing.assert_allclose(space.effective(sigma, bound), expected, atol=1e-6)
    assert negative_eigenvalues(space.effective(sigma, bound)) == 3


def test_a_smaller_reference_space_is_part_of_the_larger():
    """What a search has computed for its start serves the count: A is the same as from columns of its own."""
    dot = Dot(9.5, 1.9e-3, 6)
    hamiltonian = sector_hamiltonians(dot, 3, 1, interaction_integrals(dot))[0]
    shared, own = ReferenceSpace(hamiltonian, 60).resized(30), ReferenceSpace(hamiltonian, 30)
    assert shared.size == own.size
    np.testing.assert_allclose(shared.effective(2.0, 0.5), own.effective(2.0, 0.5), rtol=1e-12)


def test_estimates_are_right_to_second_order():
    """Half the strength leaves an eighth of the error where Q is reached by the interaction alone."""
    errors = []
    for strength in (0.02, 0.01):
        dot = Dot(1.0, 0.1, 6, strength=strength)
        hamiltonian = sector_hamiltonians(dot, 2, 0, interaction_integrals(dot))[0]
        exact = np.linalg.eigvalsh(hamiltonian.matrix())[0]
        space = ReferenceSpace(hamiltonian, 3)
        errors.append(abs(space.estimates(1)[0] - exact))
        assert errors[-1] < 0.1 * (space.eigenpairs[0][0] - exact)
    assert 6.0 < errors[0] / errors[1] < 10.0


def test_columns_that_are_mostly_zero_give_the_same_matrix():
    """A does not depend on how the columns of H are stored."""
    dot = Dot(9.5, 1.9e-3, 6)
    hamiltonian = sector_hamiltonians(dot, 3, 1, interaction_integrals(dot))[0]
    dense, thin = ReferenceSpace(hamiltonian, 30), ReferenceSpace(hamiltonian, 30)
    assert isinstance(dense._columns, np.ndarray)
    thin.__dict__["_columns"] = sparse.csr_array(dense._columns)
    sigma = hamiltonian.kinetic[dense.size] - 0.1
    np.testing.assert_allclose(thin.effective(sigma, 0.0), dense.effective(sigma, 0.0), rtol=1e-13, atol=1e-13)


def test_a_reference_space_that_is_too_small_claims_nothing():
    """If T_Q + v0 does not exceed sigma there is no A."""
    dot = Dot(9.5, 1.9e-3, 6)
    hamiltonian = sector_hamiltonians(dot, 2, 0, interaction_integrals(dot))[0]
    assert ReferenceSpace(hamiltonian, 1).effective(10.0, 0.0) is None


def test_given_integrals_are_not_bounded_as_if_they_were_the_dots_own():
    """An injected attraction gets its own bound even if the dot repels."""
    dot = Dot(1.0, 0.1, 3)
    attraction = Integrals(-interaction_integrals(dot).couplings)
    assert lower_bound(dot, 3, attraction) < 0.0 < lower_bound(dot, 3)


def test_preconditioner_inverts_h_inside_the_reference_space():
    """With P the whole sector it is the inverse of H - E, below all levels and between two of them."""
    dot = Dot(9.5, 1.9e-3, 5)
    hamiltonian = sector_hamiltonians(dot, 2, 0, interaction_integrals(dot))[0]
    space = ReferenceSpace(hamiltonian, hamiltonian.size)
    values = np.array([-3.0, space.eigenpairs[0][2:4].mean()])
    vectors = np.random.default_rng(0).normal(size=(2, hamiltonian.size))
    shifted = vectors @ hamiltonian.matrix() - values[:, None] * vectors
    np.testing.assert_allclose(space.precondition(shifted, values), vectors, atol=1e-11)


def test_preconditioner_inverts_the_diagonal_outside_the_reference_space():
    """Without interaction H is diagonal, and H - E is inverted however small P is, at any E below it."""
    dot = Dot(9.0, 0.125, 5, "none")
    hamiltonian = sector_hamiltonians(dot, 3, 1, interaction_integrals(dot))[0]
    values = np.array([-3.0, -0.5])
    vectors = np.random.default_rng(0).normal(size=(2, hamiltonian.size))
    shifted = vectors * (hamiltonian.kinetic - values[:, None])
    np.testing.assert_allclose(ReferenceSpace(hamiltonian, 4).precondition(shifted, values), vectors, rtol=1e-12)


def test_what_a_search_starts_from_does_not_depend_on_the_unit_of_energy():
    """Twice the length, at half the strength, quarters H: start vectors stay, estimates and directions scale."""
    short, long = (
        ReferenceSpace(sector_hamiltonians(dot, 3, 1, interaction_integrals(dot))[0], 5)
        for dot in (Dot(9.0, 0.125, 6), Dot(18.0, 0.25, 6, strength=0.5))
    )
    count = short.size
    np.testing.assert_allclose(long.estimates(count), short.estimates(count) / 4.0, rtol=1e-12)
    np.testing.assert_allclose(np.abs(long.start(count)), np.abs(short.start(count)), atol=1e-12)
    residuals = np.random.default_rng(4).normal(size=(count, short.hamiltonian.size))
    # Ritz values at and above all of P come too close to a level in P and in Q
    values = np.linspace(short.eigenpairs[0][0], 2.0 * short.eigenpairs[0][-1], count)
    directions = short.precondition(residuals, values)
    np.testing.assert_allclose(long.precondition(residuals, values / 4.0), 4.0 * directions, rtol=1e-9)
