"""Counts and whole spectra under perturbed blocks: every matrix within the stated error is answered for."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import product
from math import frexp, pi
from types import SimpleNamespace

import numpy as np
import pytest
from flint import arb, ctx
from mpmath import mp, mpf
from rows import over
from scipy.sparse import csc_array

from qdverify.reference.enclosure import eigenvalues, feshbach
from qdverify.reference.enclosure.eigenvalues import (
    UNIT,
    _orthonormality_defect,
    _residual,
    _slack,
    enclose_eigenvalues,
    frobenius,
    gamma,
)
from qdverify.reference.enclosure.feshbach import _closes, _gap, count_below
from qdverify.reference.enclosure.hamiltonian import FloatMatrix


@pytest.fixture(autouse=True)
def _precision() -> Iterator[None]:
    with ctx.workprec(128):
        yield


class Blurred:
    """A block whose matrix is known up to an error; the first functions are the model space."""

    def __init__(self, matrix: np.ndarray, kinetic: list[int], error: float) -> None:
        """Take the whole matrix, the squares of the functions, and the error."""
        self.whole, self.error = matrix, arb(error)
        self.block = SimpleNamespace(size=len(matrix), kinetic=np.array(kinetic), two_S=0, parity=1)

    def columns(self, chosen: slice) -> FloatMatrix:
        """Return columns with the error."""
        return FloatMatrix(csc_array(self.whole[:, chosen]), self.error)


def counted(block: Blurred, states: int, sigma: float, floor: arb) -> int:
    """Return the bound of the number of levels below sigma, when none is expected."""
    return feshbach._count(block, states, sigma, floor, 0)


def floor_for(gap: float, kinetic: int, sigma: float) -> float:
    """Return the floor that makes T + v0 - sigma equal to a gap."""
    return gap - kinetic * pi**2 / 2 + sigma


@pytest.mark.parametrize(
    ("coupling", "gap", "inner", "outer"), [(0.0, 1.0, 1, 0), (10.0, 1.0, 0, 1), (0.0, 1e-3, 0, 1), (40.0, 4.0, 0, 1)]
)
@pytest.mark.parametrize("sigma", [0.0, 3.0])
def test_a_level_that_any_matrix_within_the_error_has_below_the_ceiling_is_counted(
    coupling: float, gap: float, inner: int, outer: int, sigma: float
) -> None:
    """The error sits in H_PP, or in H_PQ where it is multiplied by H_PQ/G or by itself: S may be negative by it."""
    delta = 0.25
    reach = delta * inner + ((coupling + delta * outer) ** 2 - coupling**2) / gap
    for share, expected in ((0.999, 1), (3.0, 0)):
        diagonal = sigma + coupling**2 / gap + share * reach
        if expected == 0:
            diagonal += 2 * delta + 3 * delta * coupling / gap + 2 * delta**2 / gap
        matrix = np.array([[diagonal, coupling], [coupling, 1e6]])
        block = Blurred(matrix, [1, 9], delta)
        assert counted(block, 1, sigma, arb(floor_for(gap, 9, sigma))) == expected


@pytest.mark.parametrize("states", [1, 2])
def test_a_ceiling_within_the_error_of_a_level_counts_it(states: int) -> None:
    """Levels are counted if they may lie below, in a model space and in the whole block."""
    for offset, expected in ((-0.2, 1), (0.2, 1), (-0.3, 0), (0.3, 1)):
        block = Blurred(np.diag([5.0, 100.0]), [1, 9], 0.25)
        assert counted(block, states, 5.0 + offset, arb(0)) == expected


def test_columns_that_are_known_are_joined_with_their_errors() -> None:
    """Both errors count: vectors along the worst direction of each attain 5 for errors 3 and 4."""
    whole = np.arange(36.0).reshape(6, 6)
    known = FloatMatrix(csc_array(whole[:, :2]), arb(3))
    joined = feshbach.first_columns(Blurred(whole, [1] * 6, 4.0), 5, known)
    assert np.array_equal(joined.values.toarray(), whole[:, :5])
    assert abs(float(joined.error.mid()) - 5) < 1e-12
    fresh = feshbach.first_columns(Blurred(whole, [1] * 6, 4.0), 6, known)
    assert np.array_equal(fresh.values.toarray(), whole)
    assert float(fresh.error) == 4


@pytest.mark.parametrize("sigma", [-0.3, 0.3, 2.0, 4.0])
def test_a_model_space_that_grows_counts_as_one_formed_at_once(sigma: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """The bound is that of the last model space, whatever smaller ones were tried before."""
    rng = np.random.default_rng(11)
    whole = rng.normal(size=(30, 30)) * 2
    whole = whole + whole.T + np.diag(np.arange(30) * pi**2 / 2)
    block = Blurred(whole, list(range(1, 31)), 1e-3)
    floor = arb(10)
    at_once = min(counted(block, states, sigma, floor) for states in (3, 4, 6, 9, 14, 22))
    monkeypatch.setattr(feshbach, "FIRST_STATES", 3)
    monkeypatch.setattr(feshbach, "MOST_STATES", 22)
    assert count_below(block, sigma, floor, -1) == at_once


def test_the_floor_is_used_at_its_lower_end() -> None:
    """A floor between -30 and -10 gives G for -30; a negative floor is not turned round."""
    sigma = 0.0
    top = 9 * pi**2 / 2
    block = Blurred(np.array([[1.5, 5.0], [5.0, 1e6]]), [1, 9], 0.0)
    assert counted(block, 1, sigma, arb(-20, 10)) == int(25 / (top - 30) > 1.5)
    assert 25 / (top - 30) > 1.5 > 25 / (top - 10)
    assert counted(block, 1, sigma, arb(-30)) == 1
    assert counted(block, 1, sigma, arb(0)) == 0


@over("seed", range(20))
def test_gaps_far_below_their_terms_are_rounded_down(seed: int) -> None:
    """A gap of 1e-6 between numbers of 1e7 is off by a percent as a double; a level below sigma is counted still."""
    rng = np.random.default_rng(seed)
    kinetic, floor = int(rng.integers(10**6, 10**7)), float(rng.normal()) * 1e3
    sigma = kinetic * pi**2 / 2 + floor - 1e-6
    with mp.workdps(40):
        gap = mpf(kinetic) * mp.pi**2 / 2 + mpf(floor) - mpf(sigma)
        assert mpf("5e-7") < gap < mpf("2e-6")
        corner = float(mpf(sigma) + (1 - mpf("1e-4")) / gap)
    block = Blurred(np.array([[corner, 1.0], [1.0, 1e9]]), [1, kinetic], 0.0)
    assert counted(block, 1, sigma, arb(floor)) >= 1


@over("seed", range(40))
def test_where_the_rest_is_not_proven_to_lie_above_nothing_is_proven(seed: int) -> None:
    """T + v0 - sigma at most zero, if only by less than a double resolves, gives the size of the block."""
    rng = np.random.default_rng(seed)
    kinetic = int(rng.integers(10**5, 10**7))
    floor = float(rng.normal()) * 1e3
    sigma = kinetic * pi**2 / 2 + floor
    block = Blurred(np.diag([2 * sigma, 0.0]), [1, kinetic], 0.0)
    with mp.workdps(40):
        positive = mpf(kinetic) * mp.pi**2 / 2 + mpf(floor) - mpf(sigma) > 0
    if not positive:
        assert counted(block, 1, sigma, arb(floor)) == 2
    assert counted(block, 1, sigma + 1, arb(floor)) == 2
    assert _gap(block, 1, sigma + 1, arb(floor)) <= 0


def test_the_gap_is_that_of_the_lowest_function_outside() -> None:
    """G on Q is least at the first function outside the model space."""
    block = Blurred(np.zeros((3, 3)), [1, 4, 9], 0.0)
    for states, square in ((1, 4), (2, 9)):
        assert 0 <= square * pi**2 / 2 + 2 - 1 - _gap(block, states, 1.0, arb(2)) < 1e-12


@pytest.mark.parametrize("delta", [0.0, 1e-9, 0.125])
@pytest.mark.parametrize("seed", range(4))
def test_matrix_and_error_are_those_of_the_theorem(monkeypatch: pytest.MonkeyPatch, delta: float, seed: int) -> None:
    """S in 50 digits, and each term of the bound: a dropped term or a factor changes the error by far more."""
    rng = np.random.default_rng(seed)
    p, q, sigma = 3, 4, float(rng.normal()) * 2
    whole = rng.normal(size=(p + q, p + q)) * 10
    whole = whole + whole.T
    kinetic = [1, 2, 3, 5, 8, 13, 21]
    floor = 30.0
    seen = []
    monkeypatch.setattr(
        feshbach, "enclose_eigenvalues", lambda *both, **how: seen.append(both) or enclose_eigenvalues(*both, **how)
    )
    counted(Blurred(whole, kinetic, delta), p, sigma, arb(floor))
    with mp.workdps(50):
        G = [mpf(k) * mp.pi**2 / 2 + floor - mpf(sigma) for k in kinetic[p:]]
        C = [[mpf(whole[i, p + j]) / mp.sqrt(G[j]) for j in range(q)] for i in range(p)]
        square = [[mp.fsum(a * b for a, b in zip(one, two, strict=True)) for two in C] for one in C]
        norm = mp.sqrt(sum(x * x for row in C for x in row))
        frame = [mp.sqrt(sum(mpf(x) ** 2 for row in rows for x in row)) for rows in (whole[:p, :p], square)]
        u = mpf(2) ** -53
        bound = delta + 2 * delta * norm / mp.sqrt(min(G)) + mpf(delta) ** 2 / min(G)
        bound += (q * u / (1 - q * u) + 7 * u) * norm**2 + 2 * u * (sum(frame) + abs(sigma) * mp.sqrt(p))
        matrix, error = seen[0]
        assert bound * (1 - mpf("1e-9")) <= mpf(str(error.mid().str(40, radius=False))) <= bound * mpf("1.0001")
        for i, j in product(range(p), repeat=2):
            exact = mpf(whole[i, j]) - square[i][j] - (sigma if i == j else 0)
            assert abs(mpf(matrix[i, j]) - exact) <= 40 * u * 1000


def test_the_whole_block_has_the_error_of_its_matrix_and_of_a_subtraction(monkeypatch: pytest.MonkeyPatch) -> None:
    """delta + 2u (||H|| + |sigma| sqrt(p)) for a block without a rest."""
    seen = []
    monkeypatch.setattr(
        feshbach, "enclose_eigenvalues", lambda *both, **how: seen.append(both) or enclose_eigenvalues(*both, **how)
    )
    for delta in (0.0, 0.5):
        counted(Blurred(np.diag([3.0, 4.0]), [1, 4], delta), 2, 7.0, arb(0))
        error = float(seen[-1][1])
        expected = delta + 2 * UNIT * (5 + 7 * np.sqrt(2))
        assert expected * (1 - 1e-12) <= error <= expected * 1.0001


def test_a_count_never_falls_to_what_is_expected_by_itself() -> None:
    """Three levels below the ceiling stay three, whatever was expected, with a floor and without."""
    matrix = np.diag([1.0, 2.0, 3.0, 50.0])
    block = Blurred(matrix, [1, 4, 9, 16], 0.0)
    for expected in (0, 1, 2):
        assert count_below(block, 10.0, arb(0), expected) == 3
        assert count_below(block, 10.0, None, expected) == 3
        assert not _closes(block, expected, 9, 10.0, arb(0))
    assert _closes(block, 3, 9, 10.0, arb(0))
    assert not _closes(block, 3, 9, 10.0, None)


def test_without_a_floor_a_model_space_proves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A low level outside the model space, pulled down by an interaction without a least value, is counted."""
    monkeypatch.setattr(feshbach, "FIRST_STATES", 1)
    block = Blurred(np.diag([100.0, -5.0]), [1, 900], 0.0)
    assert count_below(block, 10.0, None, 0) == 1


# Eigenvalues of a float matrix


@pytest.mark.parametrize(("length", "shift"), [(0.8, 0.25), (1.0, 0.5), (1.2, 0.125)])
def test_loose_vectors_hold_shifted_eigenvalues(monkeypatch: pytest.MonkeyPatch, length: float, shift: float) -> None:
    """Vectors of the wrong length and eigenvalues off by a shift: the radius reaches the shift, attained for n = 1."""
    for n in (1, 3):
        levels = np.arange(1.0, n + 1)
        answer = (levels + shift, length * np.eye(n))
        if n * abs(length**2 - 1) ** 2 >= 1:
            continue
        monkeypatch.setattr(eigenvalues.scipy.linalg, "eigh", lambda *_, answer=answer, **__: answer)
        assert float(enclose_eigenvalues(np.diag(levels)).radius) >= shift * (1 if length <= 1 else 0.7)


def test_an_error_of_the_matrix_is_added_whole() -> None:
    """Both ends of a perturbation by the error lie inside."""
    found = enclose_eigenvalues(np.diag([1.0, 2.0]), arb("0.25"))
    assert found.radius.upper() >= 0.25
    assert enclose_eigenvalues(np.diag([1.0, 2.0]), 0.25).radius.upper() >= 0.25


@pytest.mark.parametrize("shape", [(1, 1), (3, 3), (40, 25), (300, 300)])
def test_the_norm_is_bounded_from_above_with_every_rounding(shape: tuple[int, int]) -> None:
    """Never below the exact norm, underflow included, and by the factor of Higham's bound above the computed one."""
    rng = np.random.default_rng(7)
    for scale in (1.0, 1e-3, 1e5):
        matrix = rng.normal(size=shape) * scale
        square = sum(Fraction(x) ** 2 for x in matrix.ravel()[:2000])
        bound = frobenius(matrix)
        if matrix.size <= 2000:
            with mp.workdps(40):
                exact = mp.sqrt(mpf(square.numerator) / square.denominator)
                assert exact <= mpf(str(bound.lower().str(40, radius=False)))
        computed = float(np.sqrt(np.sum(matrix * matrix)))
        assert (bound / computed - 1).upper() >= (matrix.size + 8) * UNIT * (1 - 1e-3)
    assert frobenius(np.full(shape, 1e-170)) >= 1e-170 * float(np.sqrt(np.prod(shape))) * 1.001
    assert _slack(10**6) >= 1 + arb(10**6) * UNIT
    assert gamma(5) >= 5 * arb(UNIT)


@pytest.mark.parametrize("n", [2, 4, 9])
def test_orthonormality_is_charged_for_the_product(n: int) -> None:
    """Exactly orthonormal vectors keep n (gamma_n + 2u); shortened ones the whole defect."""
    assert float(_orthonormality_defect(np.eye(n))) >= n * (n + 2) * UNIT * (1 - 1e-9)
    assert float(_orthonormality_defect(0.9 * np.eye(n))) >= 0.19 * np.sqrt(n)


def test_the_residual_is_charged_for_the_rest_and_for_rounding() -> None:
    """Exact eigenpairs keep the bound of the split; a residual of one keeps three roundings of its own."""
    for n in (2, 8):
        b = (53 - (n - 1).bit_length()) // 2
        unit = 2.0 ** frexp(1.0)[1]
        rest = n * n * (n + 4) * UNIT * unit**2 * 2.0 ** (1 - 2 * b)
        assert float(_residual(np.eye(n), np.ones(n), np.eye(n))) >= rest * (1 - 1e-9)
    one = np.ones((1, 1))
    assert _residual(one, np.zeros(1), one).upper() >= 1 + arb(UNIT) * (9 + 3)


@pytest.mark.parametrize("seed", range(6))
def test_the_residual_of_loose_pairs_is_that_of_rational_arithmetic(seed: int) -> None:
    """Matrices and vectors with all 53 bits in use, values that nearly solve: no part of the split may be left out."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(2, 7))
    matrix = rng.normal(size=(n, n)) * 10.0 ** rng.integers(-3, 4)
    matrix = matrix + matrix.T
    values, vectors = np.linalg.eigh(matrix)
    vectors = vectors * (1 + 2.0**-50 * rng.integers(-3, 4, size=vectors.shape))
    exact = Fraction(0)
    for i, j in np.ndindex(n, n):
        element = sum(Fraction(matrix[i, k]) * Fraction(vectors[k, j]) for k in range(n))
        exact += (element - Fraction(vectors[i, j]) * Fraction(values[j])) ** 2
    bound = float(_residual(matrix, values, vectors))
    assert float(exact) ** 0.5 <= bound <= 1.01 * float(exact) ** 0.5 + 1e-20 * np.abs(matrix).max()


def test_products_far_below_the_last_place_of_the_largest_are_kept() -> None:
    """(1 + 2^-52)(1/2 + 2^-28) - (1/2 + 2^-28 + 2^-53) = 2^-80: the smallest part of A times the second of Y."""
    matrix = np.array([[1 + 2.0**-52, -1.0], [0.0, 0.0]])
    vectors = np.array([[0.5 + 2.0**-28, 0.0], [0.5 + 2.0**-28 + 2.0**-53, 0.0]])
    assert 2.0**-80 <= float(_residual(matrix, np.zeros(2), vectors)) <= 1.01 * 2.0**-80
