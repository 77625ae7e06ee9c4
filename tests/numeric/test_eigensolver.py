"""The block Davidson method on matrices of known spectrum."""

import numpy as np
import pytest

from numeric.eigensolver import NotConvergedError, lowest_eigenpairs


def problem(n=300, seed=0):
    """A diagonally dominant symmetric matrix, as Hamiltonians are, with a cluster at the bottom."""
    rng = np.random.default_rng(seed)
    coupling = rng.normal(size=(n, n)) * 0.05
    diagonal = np.concatenate([[1.0, 1.0, 1.001], 2.0 + np.arange(n - 3.0)])
    return np.diag(diagonal) + coupling + coupling.T


def by_diagonal(matrix):
    """Precondition with the diagonal, kept away from zero."""
    diagonal = np.diag(matrix)

    def precondition(residuals, values):
        gap = diagonal - values[:, None]
        return residuals / np.where(np.abs(gap) < 0.1, 0.1, gap)

    return precondition


def test_lowest_eigenpairs_agree_with_dense_diagonalisation():
    """Values, residuals and orthonormality of a block that covers a near-degenerate cluster."""
    matrix = problem()
    counted = []

    def apply(vectors):
        counted.append(len(vectors))
        return vectors @ matrix

    found = lowest_eigenpairs(apply, by_diagonal(matrix), np.eye(5, 300), tolerance=1e-10)
    np.testing.assert_allclose(found.values, np.linalg.eigvalsh(matrix)[:5], atol=1e-12)
    np.testing.assert_allclose(found.vectors @ found.vectors.T, np.eye(5), atol=1e-12)
    residuals = np.linalg.norm(found.vectors @ matrix - found.values[:, None] * found.vectors, axis=1)
    assert np.all(residuals < 2e-10)
    assert found.applications == sum(counted)


def test_restarts_cost_little():
    """With a quarter of the directions kept, the restarted method needs at most half as many products again."""
    matrix = problem(n=800, seed=3)
    start = np.eye(2, 800)
    restarted = lowest_eigenpairs(lambda v: v @ matrix, by_diagonal(matrix), start, tolerance=1e-11)
    basis, products = start, start @ matrix
    unrestarted = 2
    while True:
        values, rotation = np.linalg.eigh(basis @ products.T)
        ritz = rotation[:, :2].T
        residuals = ritz @ products - values[:2, None] * (ritz @ basis)
        if np.all(np.linalg.norm(residuals, axis=1) < 1e-11):
            break
        new = by_diagonal(matrix)(residuals, values[:2])
        basis = np.linalg.qr(np.concatenate([basis, new]).T)[0].T
        products = basis @ matrix
        unrestarted += 2
    assert restarted.applications <= 1.5 * unrestarted


def test_exact_start_vectors_need_one_product_each():
    """Eigenvectors as start vectors are recognised at once."""
    matrix = np.diag(np.arange(1.0, 50.0))
    found = lowest_eigenpairs(lambda v: v @ matrix, by_diagonal(matrix), np.eye(3, 49), tolerance=1e-12)
    assert found.applications == 3


def test_an_iteration_that_cannot_reach_its_tolerance_says_so():
    """Running out of products is an error that names residual and tolerance, never a silent result."""
    matrix = problem()
    with pytest.raises(NotConvergedError, match=r"residual .* exceeds 1.0e-10 after \d+ products"):
        lowest_eigenpairs(
            lambda v: v @ matrix, by_diagonal(matrix), np.eye(5, 300), tolerance=1e-10, max_applications=20
        )


@pytest.mark.parametrize("budget", [5, 9, 10, 11, 23])
def test_the_budget_of_products_is_never_exceeded(budget):
    """H is applied to no more vectors than allowed, wherever the last block would end."""
    matrix, applied = problem(), []

    def apply(vectors):
        applied.extend(vectors)
        return vectors @ matrix

    with pytest.raises(NotConvergedError, match=r"after \d+ products"):
        lowest_eigenpairs(apply, by_diagonal(matrix), np.eye(5, 300), tolerance=1e-10, max_applications=budget)
    assert len(applied) <= budget


def test_a_start_without_one_symmetry_misses_its_levels():
    """The reason for the count in `search`: Davidson alone converges happily to the wrong second level."""
    even, odd = problem(n=100, seed=5), problem(n=100, seed=6)
    matrix = np.block([[even, np.zeros((100, 100))], [np.zeros((100, 100)), odd]])
    found = lowest_eigenpairs(lambda v: v @ matrix, by_diagonal(matrix), np.eye(4, 200), tolerance=1e-10)
    np.testing.assert_allclose(found.values, np.linalg.eigvalsh(even)[:4], atol=1e-11)
    assert found.values[3] > np.linalg.eigvalsh(matrix)[3] + 0.1


@pytest.mark.parametrize("unit", [1.0, 1e9])
@pytest.mark.parametrize("inside", [0.0, 10.0, 100.0, 1e6])
def test_directions_that_coincide_are_replaced_by_independent_ones(inside, unit):
    """A preconditioner that sends every residual into one direction slows the search down but does not break it.

    Nor where that direction lies almost in the space already, whatever its length.
    """
    matrix = problem(n=40)
    towards = by_diagonal(matrix)

    def one_direction(residuals, values):
        direction = towards(residuals, values).sum(axis=0)
        direction[0] += inside * np.linalg.norm(direction)
        return np.tile(unit * direction, (len(residuals), 1))

    found = lowest_eigenpairs(lambda v: v @ matrix, one_direction, np.eye(3, 40), tolerance=1e-10)
    np.testing.assert_allclose(found.values, np.linalg.eigvalsh(matrix)[:3], atol=1e-12)
    np.testing.assert_allclose(found.vectors @ found.vectors.T, np.eye(3), atol=1e-12)


@pytest.mark.parametrize("inside", [1e2, 1e3, 3e4])
def test_directions_close_to_the_space_are_projected_twice(inside):
    """What little of a direction points out of the space is made orthonormal to it to the last digits."""
    matrix = problem(n=40)
    towards = by_diagonal(matrix)

    def almost_inside(residuals, values):
        directions = towards(residuals, values)
        directions[:, 0] += inside * np.linalg.norm(directions, axis=1)
        return directions

    found = lowest_eigenpairs(lambda v: v @ matrix, almost_inside, np.eye(1, 40), tolerance=1e-10)
    np.testing.assert_allclose(found.vectors @ found.vectors.T, [[1.0]], atol=1e-13)
    np.testing.assert_allclose(found.values, np.linalg.eigvalsh(matrix)[:1], atol=1e-12)


def test_a_direction_of_length_zero_is_replaced_by_an_independent_one():
    """A preconditioner that has nothing to say about one of several residuals does no harm to the others."""
    matrix = problem(n=40)
    towards = by_diagonal(matrix)

    def silent_about_the_first(residuals, values):
        directions = towards(residuals, values)
        directions[0] *= len(residuals) == 1
        return directions

    found = lowest_eigenpairs(lambda v: v @ matrix, silent_about_the_first, np.eye(3, 40), tolerance=1e-10)
    np.testing.assert_allclose(found.values, np.linalg.eigvalsh(matrix)[:3], atol=1e-12)
    np.testing.assert_allclose(found.vectors @ found.vectors.T, np.eye(3), atol=1e-12)


def test_each_pair_meets_its_own_tolerance():
    """A rough pair ends rough, one of infinite tolerance is not waited for, and both make it cheaper."""
    matrix = problem()
    tolerance = np.array([1e-10, 1e-10, 1e-2, 1e-2, np.inf])
    options = by_diagonal(matrix), np.eye(5, 300)
    mixed, all_exact = (
        lowest_eigenpairs(lambda v: v @ matrix, *options, tolerance=each) for each in (tolerance, 1e-10)
    )
    assert np.all(mixed.residuals < tolerance)
    assert np.all(mixed.residuals[2:4] > 1e-8)
    assert mixed.applications < 0.8 * all_exact.applications
    np.testing.assert_allclose(mixed.values[:2], np.linalg.eigvalsh(matrix)[:2], atol=1e-12)


@pytest.mark.parametrize("count", [6, 10, 12, 19, 20])
def test_a_block_may_be_almost_as_large_as_the_space(count):
    """Up to all pairs of a space of twenty dimensions, in which no restart leaves room for every direction."""
    matrix = problem(n=20)
    found = lowest_eigenpairs(lambda v: v @ matrix, by_diagonal(matrix), np.eye(count, 20), tolerance=1e-10)
    np.testing.assert_allclose(found.values, np.linalg.eigvalsh(matrix)[:count], atol=1e-11)


def test_a_tolerance_below_rounding_is_an_error_if_the_vectors_fill_the_space():
    """There is no further direction that could help."""
    matrix = problem(n=20)
    with pytest.raises(NotConvergedError, match=r"exceeds 1\.0e-30 after 20 products"):
        lowest_eigenpairs(lambda v: v @ matrix, by_diagonal(matrix), np.eye(20), tolerance=1e-30)
