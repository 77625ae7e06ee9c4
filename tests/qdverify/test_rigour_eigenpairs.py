"""Proven levels from loose vectors: mixtures that reach the edges of the theorems, and bounds worked out by hand."""

from collections.abc import Iterator
from fractions import Fraction
from types import SimpleNamespace

import numpy as np
import pytest
from flint import arb, ctx
from mpmath import mp, mpf

from qdverify.reference.enclosure.eigenpairs import (
    Eigenpair,
    _Cluster,
    _enclose,
    _groups,
    _orthonormality_defect,
    enclose_pairs,
    judge,
)
from qdverify.reference.enclosure.unresolved import Unresolved

METRIC = np.array([4, 6, 9, 10])


@pytest.fixture(autouse=True)
def _precision() -> Iterator[None]:
    with ctx.workprec(256), mp.workdps(60):
        yield


def number(value: arb) -> mpf:
    """Return the midpoint of a ball in mpmath."""
    mantissa, exponent = value.mid().man_exp()
    return mpf(int(mantissa)) * mpf(2) ** int(exponent)


def level(quotient: float, residual: float, vector: tuple[int, ...] = (1, 0, 0, 0), wide: float = 0.0) -> Eigenpair:
    """Return an eigenpair with a Rayleigh quotient and a residual of our choice."""
    block = SimpleNamespace(metric=METRIC)
    column = np.array(vector, dtype=object)
    norm = int(column @ (METRIC.astype(object) * column))
    return Eigenpair(block, column, norm, arb(quotient, wide), arb(residual))


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("rounding", ["0", "0.125", "1e-12"])
def test_quotient_and_residual_of_any_vector_hold_for_every_model_within_the_rounding(seed: int, rounding: str) -> None:
    """x.Hx/x.Dx and ||(A - rho) y||, worked out in rationals, plus the rounding of the model, and hardly more."""
    rng = np.random.default_rng(seed)
    bits = 80
    H = rng.integers(-5000, 5000, (4, 4)).astype(object) * 2**70
    H = H + H.T
    x = rng.integers(-9, 10, 4).astype(object) + np.array([0, 0, 0, 20])
    model = SimpleNamespace(bits=bits, rounding=lambda _: arb(rounding))
    hamiltonian = SimpleNamespace(model=model, block=SimpleNamespace(metric=METRIC, electrons=2))
    pair, _ = judge(hamiltonian, x, H @ x)
    D = METRIC.astype(object)
    rho = Fraction(int(x @ H @ x), int(x @ (D * x)))
    square = sum(
        (Fraction(int(image)) - rho * int(d) * int(c)) ** 2 / int(d) for image, d, c in zip(H @ x, D, x, strict=True)
    )
    square /= int(x @ (D * x))
    unit, slack = mpf(2) ** -bits, mpf(rounding)
    energy = mpf(rho.numerator) / rho.denominator * unit
    residual = mp.sqrt(mpf(square.numerator) / square.denominator) * unit + slack
    assert number(pair.quotient.lower()) <= energy - slack
    assert energy + slack <= number(pair.quotient.upper())
    assert number(pair.quotient.rad()) <= slack * mpf("1.0001") + mpf(2) ** -140
    assert residual <= number(pair.residual) <= residual * mpf("1.0001") + mpf(2) ** -140


@pytest.mark.parametrize("angle", [0.02, 0.2, 0.4])
@pytest.mark.parametrize("other", [0.25, 1.0, 40.0])
def test_a_mixture_of_two_levels_lies_on_the_edge_of_its_ball(angle: float, other: float) -> None:
    """For y = cos u + sin v with the levels 0 and b, Kato-Temple's bound is attained: no smaller ball holds 0."""
    sine, cosine = np.sin(angle), np.cos(angle)
    quotient, residual = other * sine**2, other * sine * cosine
    (found,) = enclose_pairs([level(quotient, residual)], arb(other))
    assert found.energy.lower() <= 1e-15 * other
    assert found.energy.lower() > -1e-9 * other
    assert found.energy.upper() >= quotient
    assert number(found.deviation) >= 2 * np.sin(angle / 2)
    below = level(-other, 0.0)
    _, found = enclose_pairs([below, level(-quotient, residual)], arb(10**9)) if angle < 0.2 else (0, None)
    if found is not None:
        assert found.energy.upper() >= -1e-15 * other
        assert found.energy.upper() < 1e-9 * other


def test_edges_are_the_near_ends_of_the_neighbours_balls() -> None:
    """A neighbour known to 0.05 may lie 0.05 nearer than its midpoint, and the level mixed with it there is held."""
    angle, near = 0.02, 0.95
    sine, cosine = np.sin(angle), np.cos(angle)
    quotient, residual = near * sine**2, near * sine * cosine
    low, _ = enclose_pairs([level(quotient, residual), level(1.0, 0.05)], arb(50))
    assert low.energy.lower() <= 1e-12
    _, high = enclose_pairs([level(-1.0, 0.05), level(-quotient, residual)], arb(50))
    assert high.energy.upper() >= -1e-12


def test_a_ball_around_the_quotient_widens_the_energy() -> None:
    """The energy may lie anywhere in the ball of the Rayleigh quotient."""
    (found,) = enclose_pairs([level(0.0, 0.0, wide=0.125)], arb(50))
    assert found.energy.lower() <= -0.125
    assert found.energy.upper() >= 0.125


@pytest.mark.parametrize(("below", "above"), [(-1.0, 3.0), (-3.0, 1.0)])
def test_each_side_has_its_own_gap(below: float, above: float) -> None:
    """rho - r^2/(b - rho) to rho + r^2/(rho - a), and sqrt(2) r over the smaller gap."""
    r = 0.5
    found = _enclose(level(0.0, r), arb(below), arb(above))
    assert abs(found.energy.lower() + r * r / above) < 1e-8
    assert abs(found.energy.upper() + r * r / below) < 1e-8
    assert abs(found.deviation - arb(2).sqrt() * r) < 1e-12


@pytest.mark.parametrize("degrees", [30, 60, 85, 89])
def test_a_vector_far_from_its_level_is_within_its_deviation(degrees: int) -> None:
    """y between u and both neighbours at -1 and 1 has rho = 0 and r = sin: ||u - y|| exceeds r, not sqrt(2) r."""
    angle = np.radians(degrees)
    found = _enclose(level(0.0, np.sin(angle)), arb(-1), arb(1))
    distance = 2 * np.sin(angle / 2)
    assert np.sin(angle) < distance <= number(found.deviation) <= 1.45 * np.sin(angle)


@pytest.mark.parametrize("edge", ["ceiling", "neighbour"])
def test_a_level_that_may_reach_what_lies_above_is_no_proof(edge: str) -> None:
    """An interval that ends above the ceiling, or beyond the next level, is refused although it begins below."""
    # of the two, the widened intervals overlap: a cluster that reaches the ceiling
    pairs = [level(0.9, 0.2)] if edge == "ceiling" else [level(0.0, 0.3), level(1.0, 0.3, (0, 1, 0, 0))]
    ceiling = arb(1) if edge == "ceiling" else arb(1.5)
    with pytest.raises(Unresolved, match="is not separate"):
        enclose_pairs(pairs, ceiling)


def test_residual_intervals_are_widened_four_times_before_they_are_called_separate() -> None:
    """Groups end where a gap of 4 r on both sides is left, even above a level that is wide and lies lower."""
    assert len(_groups([level(0.0, 0.2), level(1.0, 0.2)])) == 1
    assert len(_groups([level(0.0, 0.15), level(1.0, 0.0)])) == 2
    assert len(_groups([level(0.0, 0.0), level(1.0, 0.15)])) == 2
    assert len(_groups([level(0.0, 0.0), level(1.0, 0.26)])) == 1
    assert len(_groups([level(0.0, 1.0), level(0.1, 0.001), level(1.0, 0.001)])) == 1


VECTORS = [(30, 1, 1, 1), (1, 20, 1, 1), (2, 1, 18, 1)]


def gram(vectors: list[tuple[int, ...]]) -> np.ndarray:
    """Return Y^T Y for the normalised vectors."""
    Y = np.array(vectors, dtype=float).T * np.sqrt(METRIC)[:, None]
    Y /= np.linalg.norm(Y, axis=0)
    return Y.T @ Y


@pytest.mark.parametrize("count", [2, 3])
def test_the_defect_bounds_the_spectral_norm(count: int) -> None:
    """||Y^T Y - 1|| of vectors that all overlap, in the metric of the block."""
    exact = np.linalg.norm(gram(VECTORS[:count]) - np.eye(count), 2)
    equal = [(10, 1, 0, 0), (0, 10, 1, 0), (0, 0, 10, 1)]
    for vectors in (VECTORS[:count], equal[:count]):
        exact = np.linalg.norm(gram(vectors) - np.eye(count), 2)
        found = float(_orthonormality_defect([level(0.0, 0.1, vector) for vector in vectors]))
        assert exact * (1 - 1e-12) <= found <= 1.3 * np.sqrt(2) * exact


def test_the_defect_of_equal_overlaps_counts_each_pair_twice() -> None:
    """For three vectors with equal overlaps o the norm is 2 o, more than the root of the sum over pairs."""
    flat = np.ones(4, dtype=int)
    pairs = []
    for k in range(3):
        vector = 50 * np.eye(4, dtype=int)[k] + flat
        block = SimpleNamespace(metric=np.ones(4, dtype=int))
        column = vector.astype(object)
        pairs.append(Eigenpair(block, column, int(column @ column), arb(0), arb(1)))
    overlap = int(pairs[0].vector @ pairs[1].vector) / pairs[0].norm
    assert float(_orthonormality_defect(pairs)) >= 2 * overlap


def test_a_cluster_has_the_radius_and_the_deviation_of_the_theorem() -> None:
    """2 sqrt(sum r^2)/sqrt(1 - Delta), and r/g + Delta + sum (r/g)^2, with g from the ends of the interval."""
    residuals, quotients = (0.03, 0.04, 0.0), (0.0, 0.02, 0.05)
    members = [level(q, r, v) for q, r, v in zip(quotients, residuals, VECTORS, strict=True)]
    defect = np.linalg.norm(gram(VECTORS) - np.eye(3))
    radius = 2 * 0.05 / np.sqrt(1 - defect)
    found = enclose_pairs([*members, level(4.0, 0.25)], arb(50))[:3]
    assert [pair.companions for pair in found] == [2, 2, 2]
    gap = 4.0 - 0.25 - (0.05 + radius)
    for pair, r in zip(found, residuals, strict=True):
        deviation = r / gap + defect + sum((other / gap) ** 2 for other in residuals)
        assert 0 <= -radius - float(pair.energy.lower()) <= 1e-6
        assert 0 <= float(pair.energy.upper()) - (0.05 + radius) <= 1e-6
        assert 0 <= float(pair.deviation) - deviation * (1 - 1e-12) <= 1e-6
    near = enclose_pairs([level(-1.5, 0.125), *members], arb(50))[1:]
    gap = -radius + 1.5 - 0.125
    for pair, r in zip(near, residuals, strict=True):
        assert float(pair.deviation) >= r / gap + defect + sum((other / gap) ** 2 for other in residuals) - 1e-12


def test_dependent_vectors_prove_no_cluster() -> None:
    """Two nearly equal vectors are not evidence of two levels."""
    with pytest.raises(Unresolved, match="dependent vectors"):
        _Cluster.of([level(0.0, 0.1, (9, 9, 1, 0)), level(0.0, 0.1, (9, 9, 0, 1))])


@pytest.mark.parametrize("seed", range(8))
def test_loose_vectors_of_random_matrices_are_held(seed: int) -> None:
    """Two close levels and one apart: true eigenvalues in their balls, an orthonormal basis within the deviations."""
    rng = np.random.default_rng(seed)
    levels = np.array([0.0, 0.05 * rng.random(), 2.0, 3.0 + rng.random()])
    Q = np.linalg.qr(rng.normal(size=(4, 4)))[0]
    A = Q @ np.diag(levels) @ Q.T
    columns = np.rint((Q[:, :2] + 0.03 * rng.normal(size=(4, 2))) * 2**20).astype(int)
    block, pairs = SimpleNamespace(metric=np.ones(4, dtype=int)), []
    for column in columns.T:
        y = column / np.linalg.norm(column)
        quotient = y @ A @ y
        residual = np.linalg.norm(A @ y - quotient * y)
        vector = column.astype(object)
        pairs.append(Eigenpair(block, vector, int(vector @ vector), arb(quotient, 1e-13), arb(residual)))
    found = enclose_pairs(pairs, arb(2.0))
    Y = columns / np.linalg.norm(columns, axis=0)
    left, _, right = np.linalg.svd(Q[:, :2].T @ Y)
    U = Q[:, :2] @ left @ right
    for k, pair in enumerate(found):
        assert pair.companions == 1
        assert all(pair.energy.lower() <= energy <= pair.energy.upper() for energy in levels[:2])
        assert np.linalg.norm(U[:, k] - Y[:, k]) <= float(pair.deviation)
