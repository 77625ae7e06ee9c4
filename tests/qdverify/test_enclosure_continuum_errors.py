"""Counts and tables at M = infinity: rounding, and errors in the worst direction, stay within what is stated."""

from fractions import Fraction
from itertools import product
from math import pi

import numpy as np
import pytest
from flint import arb, ctx
from rows import over

from qdverify.reference.enclosure import continuum, continuum_of_three
from qdverify.reference.enclosure.float_tables import FloatTable, float_table
from qdverify.reference.enclosure.interaction import ExactDot
from qdverify.reference.enclosure.level_counts import LevelCount, inverse_gaps, symmetric, weighted_square
from qdverify.reference.enclosure.moments import Moments

SIZES = [(1.0, 1e-3), (0.0, 1.0)]  # of an element and of its error: the error itself, and its square


def distance(exact: list[list[arb]], found: np.ndarray) -> arb:
    """Return a lower bound of the Frobenius norm of the difference."""
    rows, columns = found.shape
    parts = [(exact[i][j] - arb(float(found[i, j]))) ** 2 for i in range(rows) for j in range(columns)]
    return sum(parts, arb(0)).sqrt().lower()


# Counting


class Steps(LevelCount):
    """A reduced matrix that is H - sigma for given levels, with an error that may depend on sigma."""

    def __init__(self, levels: list[float], error: float, far: tuple[float, float] = (np.inf, 0.0)) -> None:
        """Take the levels, the error, and an energy below 1 but above `far[0]` where the error is `far[1]`."""
        self.levels, self.error, self.far = np.array(levels), error, far
        self.explicit, self.listed, self.floor = 10, 10, 0.0
        self.outer = np.zeros((0, 2), dtype=np.int64)
        self.two_S, self.parity = 0, 1

    @property
    def size(self) -> int:
        """As many as there are levels."""
        return len(self.levels)

    def ritz_values(self, levels: int) -> list[arb]:
        """Return the levels themselves."""
        return [arb(level) for level in self.levels[:levels]]

    def reduced(self, sigma: float) -> tuple[np.ndarray, arb]:
        """Return H - sigma."""
        error = self.far[1] if self.far[0] < sigma < 0.99 else self.error
        return np.diag(self.levels - sigma), arb(error)


@pytest.mark.parametrize(("sigma", "count"), [(0.7, 0), (0.76, 1), (1.2, 1), (1.8, 2), (9.0, 3)])
def test_levels_that_may_lie_below_are_counted(sigma: float, count: int) -> None:
    """A level within the error above sigma may lie below it."""
    assert Steps([1.0, 2.0, 3.0], 0.25).count_below(sigma) == count


def test_a_lower_bound_is_taken_only_if_the_count_there_proves_it() -> None:
    """Near the level the error is small, a little below it large: the bound must lie below what is large."""
    steps = Steps([1.0, 100.0], 0.01, far=(-50.0, 5.0))
    assert steps.lower_bound(0, 1.0) < -4
    assert Steps([1.0, 100.0], 0.01).lower_bound(0, 1.0) < 0.99
    with pytest.raises(ArithmeticError, match="no lower bound of level 0"):
        Steps([1.0, 100.0], 0.01, far=(-1e9, 1e9)).lower_bound(0, 1.0)


def test_levels_are_divided_by_the_square_of_the_length() -> None:
    """Both bounds are in E_H*, the matrices in 1/L^2."""
    (level,) = Steps([18.0, 90.0], 1e-9).enclosed(ExactDot(Fraction(3), Fraction(1), 1), 1)
    assert level.low <= 2 <= level.high
    assert level.high - level.low < 1e-6


@over("seed", range(40))
def test_the_largest_inverse_bounds_every_state_that_is_not_listed(seed: int) -> None:
    """The first state that is not listed has one more than the square of the radius; floors of both signs."""
    rng = np.random.default_rng(seed)
    steps = Steps([1.0], 0.0)
    steps.listed, steps.floor = int(rng.integers(3, 400)), float(rng.normal()) * 10
    sigma = float(rng.uniform(-1, 1)) * steps.listed**2
    with ctx.workprec(96):
        found = steps.largest_inverse(sigma)
    with ctx.workprec(300):
        exact = 1 / (arb.pi() ** 2 * (steps.listed**2 + 1) / 2 + arb(steps.floor) - arb(sigma))
        assert exact <= arb(found) <= exact * (1 + arb(1e-14))


def test_above_the_states_that_are_not_listed_nothing_is_proven() -> None:
    """T + v0 - sigma must be positive on all of them, and on all that are."""
    steps = Steps([1.0], 0.0)
    steps.largest_inverse(0.0)
    with pytest.raises(ArithmeticError, match="not below the states that are not explicit"):
        steps.largest_inverse(101 * pi**2 / 2 + 1e-6)
    for sigma in (4 * pi**2 / 2, 4 * pi**2 / 2 + 1, 8 * pi**2 / 2):
        with pytest.raises(ArithmeticError, match="not below the explicit states"):
            inverse_gaps(np.array([9, 4]), 0.0, sigma, 0.0)


@over("seed", range(60))
def test_an_inverse_gap_less_the_largest_is_never_rounded_down(seed: int) -> None:
    """Floors of both signs, gaps that cancel, and differences that cancel; at least zero; near the exact value."""
    rng = np.random.default_rng(seed)
    square = int(rng.integers(10, 10**6))
    floor = float(rng.normal()) * 10.0 ** rng.uniform(-2, 5)
    sigma = square * pi**2 / 2 + floor - 10.0 ** rng.uniform(-3, 3)
    with ctx.workprec(300):
        inverse = 1 / (arb.pi() ** 2 / 2 * square + arb(floor) - arb(sigma))
        for share in (0.0, 0.5, 1 - 1e-9, 2.0):
            theta = float(inverse.mid()) * share
            (found,) = inverse_gaps(np.array([square]), floor, sigma, theta)
            assert arb(float(found)) >= inverse - arb(theta)
            assert found >= 0
            assert arb(float(found)) <= max(inverse - arb(theta), arb(0)) + inverse * arb(1e-3)


@pytest.mark.parametrize(("size", "error"), SIZES)
@pytest.mark.parametrize("weight", [4.0, 0.25])
def test_a_weighted_square_is_off_by_no_more_than_stated(size: float, error: float, weight: float) -> None:
    """All elements off in one direction: the bound is attained, and holds if weights differ."""
    for rows, columns in ((1, 1), (3, 5)):
        coupling, weights = np.full((rows, columns), size), np.full(columns, weight)
        found, bound = weighted_square(coupling, weights, error)
        true = rows * columns * weight * (size + error) ** 2
        off = true - rows * columns * weight * size**2
        assert np.allclose(found, columns * weight * size**2)
        assert off <= float(bound.upper()) * (1 + 1e-12)
        assert float(bound.upper()) < 1.1 * off
    _, bound = weighted_square(np.full((3, 5), size), np.array([weight, 0.0, 0.0, 0.0, 0.0]), error)
    assert 3 * weight * ((size + error) ** 2 - size**2) <= float(bound.upper())


def test_a_weighted_square_of_exact_numbers_is_off_by_rounding_only() -> None:
    """Compared with fractions; the mean of a matrix and its transpose is symmetric."""
    rng = np.random.default_rng(3)
    matrix, weights = rng.normal(size=(4, 30)), rng.uniform(0, 9, 30)
    found, bound = weighted_square(matrix, weights, 0.0)
    a, w = [[Fraction(x) for x in row] for row in matrix], [Fraction(x) for x in weights]
    with ctx.workprec(300):
        true = [[sum(x * y * z for x, y, z in zip(one, other, w, strict=True)) for other in a] for one in a]
        off = distance([[arb(x.numerator) / x.denominator for x in row] for row in true], found)
        assert 0 < off <= bound
    assert np.array_equal(symmetric(np.array([[1.0, 2.0], [4.0, 7.0]])), np.array([[1.0, 3.0], [3.0, 7.0]]))


# Tables


def moments(sine: list[arb], cosine: list[arb]) -> Moments:
    """Return moments of which those with a factor v vanish."""
    return Moments(tuple(sine), tuple(cosine), tuple(arb(0) for _ in sine))


def table_of(found: Moments) -> list[list[arb]]:
    """Return J(m, n) from the formulas: it vanishes for m + n odd."""
    orders = len(found.sine)

    def element(m: int, n: int) -> arb:
        if m == n == 0:
            return 2 * (found.cosine[0] - found.weighted[0])
        if m == n:
            return found.cosine[m] - found.weighted[m] - found.sine[m] / (m * arb.pi())
        return 2 * (n * found.sine[n] - m * found.sine[m]) / (arb.pi() * (m * m - n * n))

    return [[element(m, n) if (m + n) % 2 == 0 else arb(0) for n in range(orders)] for m in range(orders)]


@over("seed, blurred", product(range(10), ["sine", "cosine", "nothing", "one sine"]))
def test_a_table_of_floats_is_off_by_no_more_than_stated(seed: int, blurred: str) -> None:
    """Moments in wide balls, exact ones, and one wide ball among exact ones: every element holds both ends."""
    rng = np.random.default_rng(seed)
    with ctx.workprec(200):
        sine, cosine = ([arb(float(x)) for x in rng.normal(size=6)] for _ in range(2))
        if blurred == "nothing":  # x_m = 2 m S_m/pi and the diagonal are floats: only the elements between are rounded
            sine = [arb.pi() * arb(float(x)) / (2 * m) if m else arb(0) for m, x in enumerate(rng.normal(size=6))]
            cosine = [s / (m * arb.pi()) if m else arb(0) for m, s in enumerate(sine)]
        ends = {-1: moments(sine, cosine), 1: moments(sine, cosine)}
        for sign in ends:
            shift = arb(sign * 1e-6)
            if blurred == "sine":
                ends[sign] = moments([s + (-1) ** (m // 2) * shift for m, s in enumerate(sine)], cosine)
            if blurred == "one sine":
                ends[sign] = moments([s + (shift if m == 2 else 0) for m, s in enumerate(sine)], cosine)
            if blurred == "cosine":
                ends[sign] = moments(sine, [c + shift for c in cosine])
        names = ("sine", "cosine", "weighted")
        both = [zip(getattr(ends[-1], name), getattr(ends[1], name), strict=True) for name in names]
        joined = Moments(*(tuple(low.union(high) for low, high in pairs) for pairs in both))
        found = float_table(joined, arb(1))
        worst = max(
            float(abs(exact - arb(float(found.values[m, n]))).upper())
            for end in ends.values()
            for m, row in enumerate(table_of(end))
            for n, exact in enumerate(row)
        )
    assert 0 < worst <= found.error
    if blurred != "nothing":
        assert found.error < 30 * worst
    assert np.all(found.values[(np.indices(found.values.shape).sum(axis=0)) % 2 == 1] == 0)


@pytest.mark.parametrize("error", [0.0, 1e-6])
def test_elements_of_both_numbers_of_electrons_are_off_by_no_more_than_stated(error: float) -> None:
    """Rounding against fractions, and tables off in the worst direction of every single element."""
    rng = np.random.default_rng(8)
    values = rng.normal(size=(20, 20))
    values = values + values.T
    two = object.__new__(continuum._Sector)
    three = object.__new__(continuum_of_three._Sector)
    two.sign, two.inner = -1, np.array([[1, 3], [2, 6], [3, 8]])
    three.inner, three.two_S = np.array([[1, 3, 4], [2, 6, 9], [3, 5, 8]]), 3
    largest = {"two": 0.0, "three": 0.0}
    for _ in range(100 if error else 1):
        signs = np.sign(rng.normal(size=values.shape))
        off = values + error * np.triu(signs) + error * np.triu(signs, 1).T
        for name, sector in (("two", two), ("three", three)):
            sector.table = FloatTable(values, error)
            if name == "two":
                found, other = sector._elements(sector.table, sector.inner), plain(off, sector.inner, -1)
                bound = sector.table.element_error
            else:
                found, other, bound = (
                    sector._elements(sector.inner),
                    plain_three(off, sector.inner),
                    sector.element_error,
                )
            worst = max(abs(float(Fraction(float(found[i, j])) - other[i][j])) for i in range(3) for j in range(3))
            largest[name] = max(largest[name], worst)
            assert worst <= bound
    assert min(largest.values()) > 0
    if error:
        assert largest["two"] > 4.5 * error
        assert largest["three"] > 9 * error


def plain(values: np.ndarray, states: np.ndarray, sign: int) -> list[list[Fraction]]:
    """Return (pr|qs) + sign (ps|qr) for p < q and r < s, from a table of fractions."""
    J = [[Fraction(float(x)) for x in row] for row in values]

    def integral(p: int, r: int, q: int, s: int) -> Fraction:
        d, t, d_, t_ = abs(p - r), p + r, abs(q - s), q + s
        return J[d][d_] - J[d][t_] - J[t][d_] + J[t][t_]

    pairs = [[int(n) for n in state] for state in states]
    return [[integral(p, r, q, s) + sign * integral(p, s, q, r) for r, s in pairs] for p, q in pairs]


def plain_three(values: np.ndarray, states: np.ndarray) -> list[list[Fraction]]:
    """Return the elements between determinants of three electrons of one spin by the rules of Slater and Condon."""
    found = [[Fraction(0) for _ in states] for _ in states]
    for i, one in enumerate(states.tolist()):
        for j, other in enumerate(states.tolist()):
            for a, left in enumerate(one):
                for b, right in enumerate(other):
                    if left == right:
                        pairs = np.array([[n for n in one if n != left], [n for n in other if n != right]])
                        found[i][j] += (-1) ** (a + b) * plain(values, pairs, -1)[0][1]
    return found
