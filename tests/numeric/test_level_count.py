"""The count of levels: it may be too high, never too low."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from random_dots import filled_dots
from scipy import sparse

from numeric import Dot, interaction_integrals
from numeric.hamiltonian import sector_hamiltonians
from numeric.interaction_bound import lower_bound
from numeric.level_count import SHIFTS, LevelCount, inertia
from numeric.reference_space import ReferenceSpace


def none(hamiltonian):
    """No trial vectors but basis states."""
    return np.empty((0, hamiltonian.size))


@given(case=filled_dots(electrons=(2, 4)), data=st.data())
def test_a_sector_has_no_more_levels_than_the_count_allows(case, data):
    """Whatever the trial vectors and the energy, and wherever D changes its sign."""
    dot, N = case
    bound = lower_bound(dot, N)
    for hamiltonian in sector_hamiltonians(dot, N, N % 2, interaction_integrals(dot)):
        n = hamiltonian.size
        values, exact = np.linalg.eigh(hamiltonian.matrix())
        sigma = values[0] + data.draw(st.floats(0.0, 1.0)) * (values[-1] - values[0])
        space = ReferenceSpace(hamiltonian, data.draw(st.integers(1, n)))
        noise = np.random.default_rng(data.draw(st.integers(0, 9))).normal(size=(data.draw(st.integers(0, n)), n))
        vectors = exact.T[: len(noise)] + data.draw(st.sampled_from([0.0, 1e-3, 1.0])) * noise
        below = np.count_nonzero(values < sigma - 1e-9 * np.max(np.abs(values)))
        assert LevelCount(space, vectors).most(sigma, bound) >= below


@given(case=filled_dots(electrons=(2, 4)), share=st.floats(0.0, 1.0))
def test_the_whole_sector_is_counted_exactly(case, share):
    """No bound of the interaction enters, here one that is much too low."""
    dot, N = case
    for hamiltonian in sector_hamiltonians(dot, N, N % 2, interaction_integrals(dot)):
        values = np.linalg.eigvalsh(hamiltonian.matrix())
        sigma = values[0] + share * (values[-1] - values[0])
        slack = 1e-11 * np.max(np.abs(values))
        count = LevelCount(ReferenceSpace(hamiltonian, hamiltonian.size), none(hamiltonian)).most(sigma, -1e9)
        assert np.count_nonzero(values < sigma - slack) <= count <= np.count_nonzero(values < sigma + slack)


def test_an_eigenvalue_at_the_energy_counts_as_below():
    """What rounding leaves open is allowed, not excluded."""
    dot = Dot(9.5, 1.9e-3, 6)
    hamiltonian = sector_hamiltonians(dot, 3, 1, interaction_integrals(dot))[0]
    values = np.linalg.eigvalsh(hamiltonian.matrix())
    count = LevelCount(ReferenceSpace(hamiltonian, hamiltonian.size), none(hamiltonian))
    assert [count.most(E, 0.0) for E in values[:5]] == [1, 2, 3, 4, 5]


def test_the_count_is_that_of_the_bound_written_out():
    """At any energy it is the number of eigenvalues below sigma of T + v0 + W F (F^T W F)^(-1) F^T W."""
    dot = Dot(9.5, 1.9e-3, 6)
    hamiltonian = sector_hamiltonians(dot, 3, 1, interaction_integrals(dot))[0]
    H, n = hamiltonian.matrix(), hamiltonian.size
    space = ReferenceSpace(hamiltonian, 20)
    extra = np.random.default_rng(1).normal(size=(3, n))
    F = np.vstack([np.eye(n)[: space.size], extra]).T
    v0 = lower_bound(dot, 3) - SHIFTS[0] * np.max(np.abs(np.diag(H)))
    W = H - np.diag(hamiltonian.kinetic + v0)
    bounds = np.linalg.eigvalsh(np.diag(hamiltonian.kinetic + v0) + W @ F @ np.linalg.solve(F.T @ W @ F, F.T @ W))
    count = LevelCount(space, extra)
    for sigma in (bounds[1:] + bounds[:-1])[:40] / 2.0:
        assert count.most(sigma, lower_bound(dot, 3)) == np.count_nonzero(bounds < sigma)


def test_eigenvectors_among_the_trial_vectors_are_counted_one_by_one():
    """Ten basis states allow more than ten levels where there are five; with twenty eigenvectors, five."""
    dot = Dot(9.5, 1.9e-3, 8)
    hamiltonian = sector_hamiltonians(dot, 3, 1, interaction_integrals(dot))[1]
    values, vectors = np.linalg.eigh(hamiltonian.matrix())
    sigma, bound, space = values[4] + 1e-6, lower_bound(dot, 3), ReferenceSpace(hamiltonian, 10)
    assert LevelCount(space, none(hamiltonian)).most(sigma, bound) > 10
    assert LevelCount(space, vectors.T[:20]).most(sigma, bound) == 5


def test_strong_correlation_needs_no_larger_reference_space():
    """In a dot twice the paper's, 160 of 535 states prove what 400 cannot without the interaction inside Q."""
    dot = Dot(20.0, 0.004, 10)
    hamiltonian = sector_hamiltonians(dot, 4, 0, interaction_integrals(dot))[0]
    H, bound = hamiltonian.matrix(), lower_bound(dot, 4)
    sigma, P = np.linalg.eigvalsh(H)[2] + 1e-6, 400
    assert LevelCount(ReferenceSpace(hamiltonian, 160), none(hamiltonian)).most(sigma, bound) == 3
    gap = hamiltonian.kinetic[P:] + bound - sigma
    plain = H[:P, :P] - sigma * np.eye(P) - H[:P, P:] / gap @ H[P:, :P]
    assert gap.min() > 0.0
    assert np.count_nonzero(np.linalg.eigvalsh(plain) < 0.0) > 3


def test_columns_that_are_mostly_zero_give_the_same_matrix():
    """S does not depend on how the columns of H are stored, nor on how many rows are made at a time."""
    dot = Dot(9.5, 1.9e-3, 6)
    hamiltonian = sector_hamiltonians(dot, 3, 1, interaction_integrals(dot))[0]
    dense, thin = ReferenceSpace(hamiltonian, 30), ReferenceSpace(hamiltonian, 30)
    assert isinstance(dense.columns, np.ndarray)
    thin.__dict__["columns"] = sparse.csr_array(dense.columns)
    extra = np.random.default_rng(2).normal(size=(3, hamiltonian.size))
    free = hamiltonian.kinetic + 0.5
    made = [LevelCount(space, extra)._complement(free, free - 1.7) for space in (dense, thin)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("numeric.level_count.ROWS", 7)
        made.append(LevelCount(thin, extra)._complement(free, free - 1.7))
    for S, lengths in made[1:]:
        np.testing.assert_allclose(S, made[0][0], rtol=1e-12, atol=1e-12)
        np.testing.assert_allclose(lengths, made[0][1], rtol=1e-12)


@given(seed=st.integers(0, 10**6), n=st.integers(1, 40))
def test_inertia_is_that_of_the_eigenvalues(seed, n):
    """Of matrices with as many signs as may be, also if the diagonal is zero and every pivot a pair."""
    random = np.random.default_rng(seed)
    A = random.normal(size=(n, n))
    A = A + A.T
    if seed % 2:
        A[np.diag_indices(n)] = 0.0
    expected = np.count_nonzero(np.linalg.eigvalsh(A) < 0.0)
    assert inertia(A.copy())[0] == expected


def test_inertia_tells_zeros_and_refuses_what_is_not_finite():
    """A zero pivot is neither sign; a number that is none ends in an error."""
    assert inertia(np.diag([2.0, 0.0, -1.0, 0.0])) == (1, 2)
    for bad in (np.nan, np.inf):
        with pytest.raises(OverflowError, match="count of levels"):
            inertia(np.array([[1.0, 0.0], [0.0, bad]]))
