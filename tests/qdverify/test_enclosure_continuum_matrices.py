"""Matrices of two and of three electrons at M = infinity: those of the lemmas, and within what they may be off."""

from fractions import Fraction
from math import pi

import numpy as np
import pytest
from flint import arb, ctx, fmpz_mat

from qdverify.reference.enclosure import continuum, continuum_of_four, continuum_of_three
from qdverify.reference.enclosure.eigenvalues import UNIT
from qdverify.reference.enclosure.float_tables import FloatTable
from qdverify.reference.enclosure.interaction import ExactDot
from qdverify.reference.enclosure.level_counts import LevelCount, symmetric

ONE = FloatTable(np.zeros((1, 1)), 0.0)
SIZES = [(1.0, 1e-3), (0.0, 1.0)]  # of an element and of its error: the error itself, and its square


def off_by(error: float) -> FloatTable:
    """Return a table whose matrix elements may be off by an error."""
    table = FloatTable(np.zeros((1, 1)), error / 8)
    assert table.element_error == pytest.approx(error, rel=1e-12)
    return table


def distance(exact: list[list[arb]], found: np.ndarray) -> arb:
    """Return a lower bound of the Frobenius norm of the difference."""
    rows, columns = found.shape
    parts = [(exact[i][j] - arb(float(found[i, j]))) ** 2 for i in range(rows) for j in range(columns)]
    return sum(parts, arb(0)).sqrt().lower()


def two_electrons(size: int) -> continuum._Sector:
    """Return a sector without elements: a test sets those that it needs."""
    sector = object.__new__(continuum._Sector)
    sector.inner = np.stack([np.arange(1, size + 1), np.arange(2, size + 2)], axis=1)
    sector.outer = np.zeros((0, 2), dtype=np.int64)
    sector.interaction, sector.coupling = np.zeros((size, size)), np.zeros((size, 0))
    sector.table = sector.square_table = ONE
    sector.two_S, sector.parity, sector.explicit, sector.listed, sector.floor = 2, 1, 10, 10, 0.0
    return sector


def three_electrons(size: int) -> continuum_of_three._Sector:
    """Return a sector without elements and tails: a test sets those that it needs."""
    sector = object.__new__(continuum_of_three._Sector)
    sector.inner = np.stack([np.arange(1, size + 1), np.arange(2, size + 2), np.arange(3, size + 3)], axis=1)
    sector.outer = np.zeros((0, 3), dtype=np.int64)
    sector.interaction, sector.coupling = np.zeros((size, size)), np.zeros((size, 0))
    sector.table = sector.square_table = ONE
    sector.two_S, sector.parity, sector.explicit, sector.listed, sector.floor = 3, 1, 10, 10, 0.0
    sector.tails = []
    return sector


SECTORS = {"two": two_electrons, "three": three_electrons}


@pytest.mark.parametrize(("size", "error"), SIZES)
def test_what_is_left_of_the_square_is_off_by_no_more_than_stated(
    size: float, error: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """V_PP or the pairs' elements all off in one direction, with V^2 exact; then V^2 off alone."""
    n = 6
    two, three = two_electrons(n), three_electrons(n)
    off = n * n * ((size + error) ** 2 - size**2)
    removed = continuum_of_three._Removed(np.arange(n), np.ones((n, 2), dtype=np.int64), np.ones(n))
    monkeypatch.setattr(continuum_of_three, "_pairs", lambda *_, **__: np.ones((n, 2), dtype=np.int64))

    def bounds(elements: float, squares: float) -> list[float]:
        exact = np.zeros((n, n))
        two.interaction = np.full((n, n), size)
        for sector in (two, three):
            sector.table, sector.square_table = off_by(elements), off_by(squares)
        monkeypatch.setattr(two, "_elements", lambda *_: exact)
        monkeypatch.setattr(
            continuum_of_three,
            "_pair_elements",
            lambda table, *_, **__: exact if table is three.square_table else np.full((n, n), size),
        )
        part = three._pair_tail(removed, 1, alike=False)
        for rest in (two._tail()[0], part.rest):
            assert np.allclose(rest, -n * size**2)
        return [float(two._tail()[1].upper()), float(part.rest_error.upper())]

    for bound in bounds(error, 0.0):
        assert off <= bound * (1 + 1e-12)
        assert bound < 1.1 * off
    for bound in bounds(0.0, error):
        assert n * error <= bound


@pytest.mark.parametrize("name", list(SECTORS))
def test_the_model_matrix_is_off_by_no_more_than_stated(name: str) -> None:
    """Kinetic energies that are rounded, and an interaction all off in one direction."""
    sector = SECTORS[name](7)
    rng = np.random.default_rng(2)
    sector.interaction = symmetric(rng.normal(size=(7, 7)))
    with ctx.workprec(200):
        matrix, error = sector.model_matrix
        exact = [[arb(float(x)) for x in row] for row in sector.interaction]
        for i, orbitals in enumerate(sector.inner.tolist()):
            exact[i][i] += arb.pi() ** 2 / 2 * sum(n * n for n in orbitals)
        assert 0 < distance(exact, matrix) <= error
        blurred = SECTORS[name](7)
        blurred.table = off_by(1e-3)
        assert blurred.model_matrix[1] >= 7 * 1e-3 * (1 if name == "two" else 3)


@pytest.mark.parametrize("name", list(SECTORS))
def test_ritz_values_are_upper_bounds_for_every_matrix_within_the_error(name: str) -> None:
    """Upper by the error at least."""
    sector = SECTORS[name](3)
    sector.__dict__["model_matrix"] = np.diag([1.0, 2.0, 5.0]), arb(0.5)
    sector.__dict__["penalty"] = 10.0
    for upper, value in zip(sector.ritz_values(2), (1.5, 2.5), strict=True):
        assert value - 1e-12 <= float(upper.mid()) <= value + 1e-9


@pytest.mark.parametrize(("top", "proven"), [(95.0, True), (105.0, False), (200.0, False)])
def test_ritz_values_above_the_raised_quartets_are_no_doublets(top: float, proven: bool) -> None:
    """3c + v0 + 14 pi^2/2 for c = 10 and v0 = 1 is 100.09, and every value asked for must lie below it."""
    sector = three_electrons(3)
    sector.two_S, sector.floor = 1, 1.0
    sector.__dict__["model_matrix"], sector.__dict__["penalty"] = (np.diag([1.0, top, 300.0]), arb(0)), 10.0
    assert len(sector.ritz_values(1)) == 1
    if proven:
        assert len(sector.ritz_values(2)) == 2
    else:
        with pytest.raises(ArithmeticError, match="not proven to be doublets"):
            sector.ritz_values(2)


@pytest.mark.parametrize("name", list(SECTORS))
def test_the_reduced_matrix_is_that_of_the_lemma(name: str) -> None:
    """S from fractions and pi to 60 digits: matrix, coupling, tail and their factors, for floors of both signs."""
    rng = np.random.default_rng(4)
    for floor, sigma in ((0.7, 3.3), (-2.5, -1.2)):
        sector, factor = reduced_sector(name, rng, floor)
        tail = tail_of(sector, sigma)
        found, error = sector.reduced(sigma)
        with ctx.workprec(300):
            theta = arb(sector.largest_inverse(sigma)) if name == "two" else arb(0)
            exact = [[arb(float(x)) for x in row] for row in sector.model_matrix[0]]
            gaps = [arb.pi() ** 2 / 2 * int((row**2).sum()) + arb(floor) - arb(sigma) for row in sector.outer]
            for i in range(4):
                exact[i][i] -= arb(sigma)
                for j in range(4):
                    for k, gap in enumerate(gaps):
                        product = arb(float(sector.coupling[i, k])) * arb(float(sector.coupling[j, k]))
                        exact[i][j] -= product * (1 / gap - theta)
                    exact[i][j] -= (factor or theta) * arb(float(tail[i, j]))
            assert 0 < distance(exact, found) <= error < 1e-10


def reduced_sector(name: str, rng: np.random.Generator, floor: float) -> tuple[LevelCount, int | None]:
    """Return a sector of random matrices, and the factor of its tail; None if that depends on sigma."""
    sector = SECTORS[name](4)
    columns = sector.inner.shape[1]
    sector.outer = rng.integers(4, 6, size=(5, columns))
    sector.coupling = rng.normal(size=(4, 5))
    sector.floor = floor
    sector.__dict__["model_matrix"] = symmetric(rng.normal(size=(4, 4))), arb(0)
    tail = symmetric(rng.normal(size=(4, 4))), arb(0)
    sector.tail = tail if name == "two" else lambda sigma: tail
    return sector, None if name == "two" else 3


def tail_of(sector: LevelCount, sigma: float) -> np.ndarray:
    """Return the matrix of the tail."""
    return (sector.tail if isinstance(sector.tail, tuple) else sector.tail(sigma))[0]


@pytest.mark.parametrize("name", list(SECTORS))
def test_the_reduced_matrix_is_off_by_the_errors_of_its_parts(name: str) -> None:
    """Matrix, tail and coupling: what each may be off enters in full, with the factor of the part."""
    sector, factor = reduced_sector(name, np.random.default_rng(6), 0.5)
    sigma = 1.0
    weight = factor or sector.largest_inverse(sigma)
    tail, matrix = tail_of(sector, sigma), sector.model_matrix[0]
    sector.__dict__["model_matrix"] = matrix, arb(5)
    assert float(sector.reduced(sigma)[1].mid()) >= 5 - 1e-12
    sector.tail = (tail, arb(7)) if name == "two" else lambda sigma: (tail, arb(7))
    assert float(sector.reduced(sigma)[1].mid()) >= 5 + 7 * weight - 1e-12
    before = sector.reduced(sigma)[1]
    sector.table = off_by(1e-3)
    widest = 1 / (pi**2 / 2 * float((sector.outer**2).sum(axis=1).min()) - 0.5) - (weight if name == "two" else 0)
    delta = 20**0.5 * 1e-3 * (1 if name == "two" else 3)
    assert sector.reduced(sigma)[1] - before >= delta**2 * widest * (1 - 1e-9)


@pytest.mark.parametrize("name", list(SECTORS))
def test_a_tail_that_cancels_the_matrix_leaves_its_rounding(name: str) -> None:
    """Parts of 1e8 whose difference is of the order 1 are rounded by their own size, not by that of the difference."""
    rng = np.random.default_rng(9)
    for _ in range(20):
        sector, factor = reduced_sector(name, rng, 0.0)
        sector.outer, sector.coupling = sector.outer[:0], sector.coupling[:, :0]
        weight = factor or sector.largest_inverse(0.3)
        tail = symmetric(rng.normal(size=(4, 4))) * 1e8
        sector.tail = (tail, arb(0)) if name == "two" else lambda sigma, tail=tail: (tail, arb(0))
        sector.__dict__["model_matrix"] = weight * tail + np.diag(rng.normal(size=4)), arb(0)
        found, error = sector.reduced(0.3)
        with ctx.workprec(300):
            exact = [[arb(float(x)) - arb(weight) * arb(float(y)) for x, y in zip(*rows, strict=True)]
                     for rows in zip(sector.model_matrix[0], tail, strict=True)]  # fmt: skip
            for i in range(4):
                exact[i][i] -= arb(0.3)
            assert distance(exact, found) <= error


@pytest.mark.parametrize("order", [1, -1])
def test_the_tail_of_three_electrons_adds_its_parts_with_their_errors(order: int) -> None:
    """The sum over k of signs times theta (w^2 - B B^T) + A (1/G - theta) A^T; the largest error counts three times."""
    rng = np.random.default_rng(7)
    sector, sigma = three_electrons(5), 2.0
    parts = []
    for states, rest_error in (([0, 1, 3], 4.0), ([1, 2, 3, 4], 1.0)):
        n = len(states)
        removed = continuum_of_three._Removed(
            np.array(states), np.ones((n, 2), dtype=np.int64), rng.choice([-1.0, 1.0], n)
        )
        squares = rng.integers(20, 40, 6)
        parts.append(
            continuum_of_three._PairTail(
                removed, symmetric(rng.normal(size=(n, n))), arb(rest_error), rng.normal(size=(n, 6)), squares
            )
        )
    sector.tails = parts[::order]
    theta = sector.largest_inverse(sigma)
    exact = np.zeros((5, 5))
    for part in parts:
        gaps = part.squares * (pi**2 / 2) - sigma
        block = theta * part.rest + (part.coupling / gaps) @ part.coupling.T - theta * part.coupling @ part.coupling.T
        for a, i in enumerate(part.removed.states):
            for b, j in enumerate(part.removed.states):
                exact[i, j] += part.removed.signs[a] * part.removed.signs[b] * block[a, b]
    found, error = sector.tail(sigma)
    assert np.allclose(found, exact, atol=1e-13)
    assert error >= 3 * 4 * theta * (1 - 1e-12)
    sector.table = off_by(1e-2)
    widest = max(1 / (min(part.squares) * (pi**2 / 2) - sigma) for part in parts) - theta
    assert sector.tail(sigma)[1] - error >= 2 * 18**0.5 * 1e-2 * widest**0.5 * 0.5


@pytest.mark.parametrize("electrons", [2, 3, 4])
@pytest.mark.parametrize("strength", [Fraction(7, 3), Fraction(-7, 3)])
def test_the_floor_lies_below_the_interaction(electrons: int, strength: Fraction) -> None:
    """A pair's least value is at the greatest distance for repulsion, at contact for attraction; barely below it."""
    pairs = electrons * (electrons - 1) // 2
    for denominator in range(3, 20):
        dot = ExactDot(Fraction(10, 7), Fraction(5, denominator), 1, strength=strength)
        with ctx.workprec(96):
            sector = {
                2: lambda dot: continuum._Sector(dot, 0, 1, 2, 2),
                3: lambda dot: continuum_of_three._Sector(dot, 1, -1, model=3, explicit=3, paired=3),
                4: lambda dot: continuum_of_four._Sector(dot, 0, 1, model=4, explicit=4, listed=4),
            }[electrons](dot)
        with ctx.workprec(300):
            coupling, beta = dot.coupling, dot.beta
            least = arb(coupling.numerator) / coupling.denominator * pairs
            ratio = arb(beta.numerator) / beta.denominator
            least /= (1 + ratio**2).sqrt() if strength > 0 else ratio
            assert arb(sector.floor) <= least
            assert arb(sector.floor) >= least - abs(least) * 8 * UNIT


def test_more_explicit_states_give_a_larger_matrix() -> None:
    """What is left beyond fewer states is bounded, not guessed: S(b) <= S(b') for b < b', at one sigma."""
    dot, sigma = ExactDot(Fraction(1), Fraction(1, 2), 1), 0.0
    for two_S, parity in ((1, 1), (1, -1), (3, 1)):
        with ctx.workprec(96):
            few, many = (
                continuum_of_three._Sector(dot, two_S, parity, model=6, explicit=explicit, paired=24).reduced(sigma)
                for explicit in (6, 24)
            )
        least = np.linalg.eigvalsh(many[0] - few[0])[0]
        assert least >= -float((few[1] + many[1]).upper())
    for two_S, parity in ((0, 1), (2, -1)):
        with ctx.workprec(96):
            few, many = (continuum._Sector(dot, two_S, parity, 6, explicit).reduced(sigma) for explicit in (6, 24))
        least = np.linalg.eigvalsh(many[0] - few[0])[0]
        assert least >= -float((few[1] + many[1]).upper())


def test_what_is_left_of_a_square_of_exact_floats_is_off_by_rounding_only() -> None:
    """An orthogonal matrix, whose square cancels in every sum of 300 terms; and a V^2 of 1e8 beside a product of 1."""
    n, scale = 300, 2.0**50
    turned = np.linalg.qr(np.random.default_rng(1).normal(size=(n, n)))[0]
    matrix = symmetric((turned * np.where(np.arange(n) % 2, 1.0, -1.0)) @ turned.T)
    for rows, interaction, large in ((n, matrix, 0.0), (4, matrix[:4, :4], 1e8 / 3)):
        sector = two_electrons(rows)
        sector.interaction = np.round(interaction * scale) / scale
        sector._elements = lambda *_, rows=rows, large=large: np.full((rows, rows), large)
        integers = fmpz_mat([[int(x * scale) for x in row] for row in sector.interaction])
        product = integers * integers
        found, error = sector._tail()
        off = 0.0
        for i in range(rows):
            for j in range(rows):
                exact = Fraction(large) - Fraction(int(product[i, j]), 2**100)
                off += float(exact - Fraction(float(found[i, j]))) ** 2
        assert 0 < off**0.5 <= float(error.upper())


def test_what_pairs_leave_of_a_square_of_exact_floats_is_off_by_rounding_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three electrons: 400 products that cancel beside a w^2 of zero, and a w^2 of 1e8 beside products of 1."""
    scale, sector = 2.0**50, three_electrons(4)
    sector.explicit = sector.listed = 1000
    for terms, large in ((400, 0.0), (3, 1e8 / 3)):
        matrix = np.random.default_rng(2).normal(size=(4, terms))
        matrix = np.round((matrix * np.where(np.arange(terms) % 2, 1.0, 1e-3)) * scale) / scale
        square = np.full((4, 4), large)
        sector.table, sector.square_table = (FloatTable(np.zeros((1, 1)), 0.0) for _ in range(2))
        removed = continuum_of_three._Removed(np.arange(4), np.ones((4, 2), dtype=np.int64), np.ones(4))
        monkeypatch.setattr(
            continuum_of_three, "_pairs", lambda *_, terms=terms, **__: np.ones((terms, 2), dtype=np.int64)
        )
        monkeypatch.setattr(
            continuum_of_three,
            "_pair_elements",
            lambda table, *_, matrix=matrix, square=square, **__: square if table is sector.square_table else matrix,
        )
        part = sector._pair_tail(removed, 1, alike=False)
        integers = [[int(x * scale) for x in row] for row in matrix]
        off = 0.0
        for i in range(4):
            for j in range(4):
                product = sum(x * y for x, y in zip(integers[i], integers[j], strict=True))
                off += float(Fraction(large) - Fraction(product, 2**100) - Fraction(float(part.rest[i, j]))) ** 2
        assert 0 < off**0.5 <= float(part.rest_error.upper())
