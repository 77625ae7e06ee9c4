"""The eigenvalue enclosure: true eigenvalues lie inside, multiplets included, and bad eigenvectors give no proof."""

from fractions import Fraction

import numpy as np
import pytest
from flint import arb, arb_mat, ctx
from hypothesis import given, settings
from hypothesis import strategies as st

from qdverify.reference.enclosure import eigenvalues as module
from qdverify.reference.enclosure import feshbach
from qdverify.reference.enclosure.eigenvalues import _plain_residual, _residual, enclose_eigenvalues


def tridiagonal(n: int) -> tuple[np.ndarray, list[arb]]:
    """Return the second-difference matrix and its eigenvalues 2 - 2 cos(k pi/(n+1))."""
    matrix = 2 * np.eye(n) - np.eye(n, k=1) - np.eye(n, k=-1)
    with ctx.workprec(128):
        return matrix, [2 - 2 * (arb.pi() * k / (n + 1)).cos() for k in range(1, n + 1)]


@pytest.mark.parametrize("sharp", [True, False])
@pytest.mark.parametrize("n", [1, 2, 3, 40, 300])
def test_known_eigenvalues_lie_inside(n: int, sharp: bool) -> None:
    """Closed-form eigenvalues are within the radius of their partners, and the radius is small."""
    matrix, exact = tridiagonal(n)
    enclosed = enclose_eigenvalues(matrix, sharp=sharp)
    with ctx.workprec(128):
        for value, truth in zip(enclosed.values, exact, strict=True):
            assert abs(arb(float(value)) - truth) <= enclosed.radius
    assert float(enclosed.radius) < (4e-14 * n if sharp else 1e-15 * n**2.5 + 1e-14)


@settings(max_examples=25, deadline=None)
@given(st.integers(2, 12), st.integers(0, 10**6))
def test_multiplets_are_counted_with_multiplicity(n: int, seed: int) -> None:
    """A Householder reflection of an integer spectrum with repetitions is enclosed level by level."""
    rng = np.random.default_rng(seed)
    levels = np.sort(rng.integers(0, 3, n))
    v = rng.integers(-3, 4, n)
    v[0] += not v.any()
    square = int(v @ v)
    reflection = square * np.eye(n, dtype=int) - 2 * np.outer(v, v)
    # integer matrix with eigenvalues square^2 * levels, exactly
    matrix = (reflection @ np.diag(levels) @ reflection).astype(float)
    enclosed = enclose_eigenvalues(matrix)
    assert np.all(np.abs(enclosed.values - square**2 * levels) <= float(enclosed.radius.upper()))


@pytest.mark.parametrize("digits", [52, 8])
def test_a_plain_residual_covers_the_rounding_of_its_products(digits: int) -> None:
    """The plain bound is above the exact residual, for good vectors and rounded ones, and holds the product's error."""
    rng = np.random.default_rng(digits)
    n = 9
    matrix = rng.normal(size=(n, n)) * 1000
    matrix = matrix + matrix.T
    values, vectors = np.linalg.eigh(matrix)
    vectors = np.rint(vectors * 2.0**digits) / 2.0**digits
    exact = Fraction(0)
    for i, j in np.ndindex(n, n):
        element = sum(Fraction(matrix[i, k]) * Fraction(vectors[k, j]) for k in range(n))
        exact += (element - Fraction(vectors[i, j]) * Fraction(values[j])) ** 2
    bound = float(_plain_residual(matrix, values, vectors).lower())
    assert float(exact) <= bound**2
    rounding = n * 2.0**-53 * np.linalg.norm(matrix) * np.linalg.norm(vectors)
    assert bound >= max(rounding, np.linalg.norm(matrix @ vectors - vectors * values))
    assert bound <= 2 * (rounding + float(exact) ** 0.5)


def test_counts_are_sharpened_only_where_that_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    """An eigenvalue between the two radii needs the split product; clear ones, positive or negative, do not."""
    asked: list[bool] = []

    def enclosed(matrix: np.ndarray, error: arb, *, sharp: bool = True) -> module.Eigenvalues:
        asked.append(sharp)
        return enclose_eigenvalues(matrix, error, sharp=sharp)

    monkeypatch.setattr(feshbach, "enclose_eigenvalues", enclosed)
    rotation = np.linalg.qr(np.random.default_rng(5).normal(size=(60, 60)))[0]

    def matrix_with(lowest: float) -> np.ndarray:
        matrix = rotation @ np.diag([lowest, *np.linspace(10, 1e4, 59)]) @ rotation.T
        return (matrix + matrix.T) / 2

    for lowest, error, expected, count, calls in [
        (5.0, 0.0, 0, 0, [False]),
        (-5.0, 0.0, 1, 1, [False]),
        (-5.0, 0.0, 0, 1, [False]),
        (3e-10, 0.0, 0, 0, [False, True]),
        (0.0, 1e-10, 0, 1, [False, True]),
    ]:
        asked.clear()
        assert feshbach._not_positive(matrix_with(lowest), arb(error), expected) == count
        assert asked == calls


def test_residual_bound_is_not_below_the_true_residual() -> None:
    """The split product bounds the residual that exact rational arithmetic finds, and comes close to it."""
    rng = np.random.default_rng(3)
    n = 12
    matrix = rng.normal(size=(n, n)) * 1000
    matrix = matrix + matrix.T
    values, vectors = np.linalg.eigh(matrix)
    exact = Fraction(0)
    for i, j in np.ndindex(n, n):
        element = sum(Fraction(matrix[i, k]) * Fraction(vectors[k, j]) for k in range(n))
        exact += (element - Fraction(vectors[i, j]) * Fraction(values[j])) ** 2
    bound = float(_residual(matrix, values, vectors))
    assert float(exact) ** 0.5 <= bound <= 1.01 * float(exact) ** 0.5


def test_a_wrong_eigenvalue_widens_the_radius(monkeypatch: pytest.MonkeyPatch) -> None:
    """An eigensolver that returns a wrong number cannot make the enclosure wrong."""
    matrix, _ = tridiagonal(8)
    values, vectors = np.linalg.eigh(matrix)
    values[3] += 1e-3
    monkeypatch.setattr(module.scipy.linalg, "eigh", lambda *_, **__: (values, vectors))
    assert float(enclose_eigenvalues(matrix).radius) > 0.9999e-3


def test_a_missed_level_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """An eigensolver that returns one level twice gives dependent vectors and hence no proof."""
    matrix, _ = tridiagonal(8)
    values, vectors = np.linalg.eigh(matrix)
    values[4], vectors[:, 4] = values[3], vectors[:, 3]
    monkeypatch.setattr(module.scipy.linalg, "eigh", lambda *_, **__: (values, vectors))
    with pytest.raises(ArithmeticError, match="orthonormal only to"):
        enclose_eigenvalues(matrix)


def test_a_matrix_of_the_smallest_floats_is_enclosed() -> None:
    """Elements that cannot be split any further: zero, with a radius that covers the norm and the error."""
    for size in (0.0, 1e-323, 1e-200):
        found = enclose_eigenvalues(np.diag([size, -size, size]), 0.25)
        assert np.all(found.values == 0)
        assert size + 0.25 <= float(found.radius.upper()) < 0.25 + 1e-12


def test_error_of_the_matrix_widens_the_radius() -> None:
    """The distance to the matrix that is meant is added by Weyl's inequality."""
    matrix, _ = tridiagonal(5)
    assert float(enclose_eigenvalues(matrix, 0.25).radius) >= 0.25


def test_asymmetric_matrices_are_refused() -> None:
    """The theorem speaks of symmetric matrices only."""
    with pytest.raises(ValueError, match="must be square and symmetric"):
        enclose_eigenvalues(np.array([[1.0, 2.0], [0.0, 1.0]]))


def test_arb_agrees_where_it_works() -> None:
    """For a small matrix with separated levels the ball library's own eigenvalues meet ours."""
    matrix, _ = tridiagonal(5)
    enclosed = enclose_eigenvalues(matrix)
    theirs = sorted(float(value.real) for value in arb_mat(matrix.tolist()).eig())
    assert np.allclose(enclosed.values, theirs, atol=1e-12)
