"""Four electrons at M = infinity: each error and rounding of the proof is within its bound."""

from fractions import Fraction

import numpy as np
import pytest
from flint import arb, ctx
from four_electron_samples import FLAT, PULLING, WIDE, levels, sector_of

from qdverify.reference.enclosure import continuum_of_four
from qdverify.reference.enclosure.beyond_the_model import Beyond
from qdverify.reference.enclosure.moments import ball
from qdverify.reference.enclosure.trial_states import TrialStates


def plain(states: np.ndarray, images: np.ndarray, *, error: float = 0.0, floor: float = 0.0) -> TrialStates:
    """Return trial states in four orbitals, and images that need not be theirs; (number, elements of the parity)."""
    model = sector_of(FLAT, 0, 1, model=4).model
    matrices = [np.zeros((len(states), *model.squares.shape)) for _ in range(2)]
    for matrix, rows in zip(matrices, (states, images), strict=True):
        matrix[:, model.belongs] = rows
    return TrialStates(model, *matrices, arb(error), floor)


def elements() -> int:
    """Return the number of elements of the parity."""
    return int(np.count_nonzero(sector_of(FLAT, 0, 1, model=4).model.belongs))


def off(exact: np.ndarray, found: np.ndarray) -> float:
    """Return the Frobenius norm of the difference of a matrix of fractions and one of floats."""
    return float(
        np.linalg.norm([float(x - Fraction(float(y))) for x, y in zip(exact.ravel(), found.ravel(), strict=True)])
    )


def fractions(matrix: np.ndarray) -> np.ndarray:
    """Return the floats as fractions."""
    return np.array([Fraction(float(x)) for x in matrix.ravel()], dtype=object).reshape(matrix.shape)


def test_scalar_products_are_off_by_no_more_than_stated() -> None:
    """Products of states and images: rounding against fractions, images that are off, and overlaps that look like 1."""
    rng = np.random.default_rng(3)
    states, images = rng.normal(size=(3, elements())), rng.normal(size=(3, elements()))
    found, error = plain(states, images)._interaction
    exact = fractions(states) @ fractions(images).T
    assert 0 < off((exact + exact.T) / 2, found) <= float(error.upper())
    blurred = plain(states, images, error=0.5)
    assert float(blurred.image_error.upper()) >= 0.5 * np.linalg.norm(states)
    assert float(blurred._interaction[1].upper()) >= 0.5 * np.linalg.norm(states) ** 2
    single = np.zeros((1, elements()))
    single[0, :2] = 1.0, 2.0**-30
    overlap, distance = plain(single, single)._overlap
    assert overlap[0, 0] == 1
    assert distance >= arb(2) ** -60


def test_ritz_values_are_upper_bounds_for_states_of_any_length() -> None:
    """States shorter or longer than 1, energies of both signs, an image that is off; twice as long is refused."""
    unit = np.zeros((1, elements()))
    unit[0, 0] = 1.0  # |12; 12>, n^2 = 10
    kinetic = 5 * np.pi**2
    for length in (0.9, 1.1):
        for height in (3.0, -200.0):
            trial = plain(length * unit, length * height * unit, floor=1.0)
            (upper,) = trial.ritz_values(1)
            assert float(upper.mid()) >= kinetic + height + 1 - 1e-9
    (exact,), (blurred,) = (plain(unit, 3 * unit, error=error).ritz_values(1) for error in (0.0, 0.5))
    assert blurred >= exact + 0.5 * (1 - 1e-9)
    with pytest.raises(ArithmeticError, match="orthonormal only to"):
        plain(2 * unit, unit).ritz_values(1)


def test_ritz_values_that_cancel_are_off_by_the_rounding_of_their_parts() -> None:
    """T + v0 of a determinant with v0 the float nearest to -T: not zero, as the floats say."""
    belongs = sector_of(FLAT, 0, 1, model=4).model
    squares = belongs.squares[belongs.belongs]
    for place, square in enumerate(squares.tolist()):
        unit = np.zeros((1, elements()))
        unit[0, place] = 1.0
        floor = -float(square * (np.pi**2 / 2))
        (upper,) = plain(unit, 0 * unit, floor=floor).ritz_values(1)
        with ctx.workprec(300):
            assert arb.pi() ** 2 / 2 * square + arb(floor) <= upper


@pytest.mark.parametrize("error", [1e-3, 1.0])
def test_sums_of_images_are_off_by_the_error_of_all_of_them(error: float) -> None:
    """Images all off in one direction, by the stated error together: the bound is attained."""
    n, weight = elements(), 4.0
    unit = np.zeros((1, n))
    unit[0, 0] = 1.0
    trial = plain(unit, np.ones((1, n)), error=error)
    found, bound = trial._square(np.full(n, True), np.full(n, weight))
    true = weight * n * ((1 + error / n**0.5) ** 2 - 1)
    assert found[0, 0] == pytest.approx(weight * n)
    assert true <= float(bound.upper()) * (1 + 1e-12)
    assert float(bound.upper()) < 1.1 * true


def test_the_reduced_matrix_is_off_by_the_rounding_and_the_errors_of_its_parts() -> None:
    """1e8 from <f, W f> and 1e7 from beyond; then errors of both, which count in full."""
    rng = np.random.default_rng(8)
    trial = plain(np.eye(3, elements()), np.zeros((3, elements())))
    large = rng.normal(size=(3, 3)) * 1e8
    large = large + large.T
    beyond = rng.normal(size=(3, 3)) * 1e7
    beyond = (beyond + beyond.T) / 2
    trial.__dict__["_interaction"], trial.beyond = (large, arb(0)), (beyond, arb(0))
    matrix, error, _ = trial.reduced(1.0)
    assert 0 < off(fractions(large) + fractions(beyond), matrix) <= float(error.upper())
    trial.__dict__["_interaction"] = large, arb(3)
    assert float(trial.reduced(1.0)[1].lower()) >= 3
    trial.__dict__["_interaction"], trial.beyond = (large, arb(0)), (beyond, arb(5))
    assert float(trial.reduced(1.0)[1].lower()) >= 5


def test_states_below_sigma_lower_the_matrix_with_their_errors() -> None:
    """1/D of either sign is rounded up, and images of states below sigma count with their errors too."""
    n = elements()
    trial = plain(np.eye(1, n), np.eye(1, n), error=1e-3)
    trial.__dict__["_interaction"] = np.zeros((1, 1)), arb(0)
    kinetic = 5 * np.pi**2  # of the only determinant with an image
    for gap in (-0.37, 0.41):
        sigma = kinetic - gap
        matrix, error, negative = trial.reduced(sigma)
        assert negative == (gap < 0)
        assert matrix[0, 0] == pytest.approx(1 / gap, rel=1e-9)
        assert float(error.upper()) >= 1.9e-3 / abs(gap)
        with ctx.workprec(300):
            exact = 1 / (5 * arb.pi() ** 2 - arb(sigma))
            free = plain(np.eye(1, n), np.eye(1, n))
            free.__dict__["_interaction"] = np.zeros((1, 1)), arb(0)
            assert arb(float(free.reduced(sigma)[0][0, 0])) >= exact * (1 - arb(1e-17)) if gap > 0 else True
            assert arb(float(free.reduced(sigma)[0][0, 0])) >= exact if gap < 0 else True
    with pytest.raises(ArithmeticError, match="too close"):
        trial.reduced(float(np.nextafter(10 * (np.pi**2 / 2), np.inf)))


def test_what_is_beyond_is_bounded_at_the_highest_energy(monkeypatch: pytest.MonkeyPatch) -> None:
    """theta is at least 1/D for an electron in orbital C + 1, at a sigma above all Ritz values; barely more."""
    seen = []

    def record(_: object, reach: Beyond, trial: np.ndarray) -> tuple[np.ndarray, arb]:
        seen.append(reach)
        return np.zeros((len(trial),) * 2), arb(0)

    monkeypatch.setattr(continuum_of_four, "coupling_beyond", record)
    for dot in (WIDE, PULLING):
        uppers = [level.high for level in levels(dot, (2, 1), 3, (6, 9, 11))]
        reach = seen.pop()
        with ctx.workprec(300):
            assert arb(reach.sigma) >= uppers[-1] * ball(dot.length) ** 2 * (1 - arb(1e-14))
            exact = 1 / (arb.pi() ** 2 / 2 * (12**2 + 6) + arb(reach.floor) - arb(reach.sigma))
            assert exact <= arb(reach.theta) <= exact * (1 + arb(1e-14))
        assert (reach.explicit, reach.listed) == (9, 11)


@pytest.mark.parametrize("two_S", [0, 4])
def test_images_are_off_by_no_more_than_stated(two_S: int) -> None:
    """W X from fractions if V vanishes: multiples of J^2 and of v0; with the error of V X in full."""
    sector = sector_of(PULLING, two_S, 1, model=4)
    assert sector.image_error >= sector.model.interaction_error
    for name in ("_equal", "_opposite"):
        sector.model.__dict__[name] = np.zeros_like(getattr(sector.model, name))
    sector.__dict__["penalty"] = 64.0
    X = sector.model.matrix(np.random.default_rng(1).normal(size=len(sector.model.states[0])))
    units = np.eye(X.size).reshape(X.size, *X.shape)
    square = np.array([sector.model.spin_square(unit).ravel() for unit in units]).T.astype(int)
    exact = np.array([[Fraction(int(x)) for x in row] for row in square], dtype=object) @ fractions(X.ravel())
    if two_S == 4:
        exact = 6 * fractions(X.ravel()) - exact
    exact = 64 * exact - Fraction(sector.floor) * fractions(X.ravel())
    images = sector.raised(X) - sector.floor * X
    rounding = sector.image_error - sector.model.interaction_error
    assert 0 < off(exact, images.ravel()) <= float(rounding.upper()) * np.linalg.norm(X)
