"""Linear systems solved with one factorisation: exact in rationals that mpmath holds, and as often as is asked."""

import random
from fractions import Fraction

import pytest
from mpmath import mp, workdps

from analytic.exact import as_mpf
from analytic.linear_system import Factors


def rational_solution(rows, source):
    """Solve A x = b in rationals, by the textbook: Gauss and Jordan with the first pivot that is not zero."""
    augmented = [[*map(Fraction, row), Fraction(value)] for row, value in zip(rows, source, strict=True)]
    size = len(augmented)
    for k in range(size):
        best = next(i for i in range(k, size) if augmented[i][k])
        augmented[k], augmented[best] = augmented[best], augmented[k]
        augmented[k] = [value / augmented[k][k] for value in augmented[k]]
        for i in range(size):
            if i != k:
                factor = augmented[i][k]
                augmented[i] = [value - factor * other for value, other in zip(augmented[i], augmented[k], strict=True)]
    return [row[-1] for row in augmented]


def random_system(choose, size):
    """Return a matrix whose rows and columns differ by many decades, with zeros, and two sources."""
    powers = [choose.randint(-40, 40) for _ in range(size)]
    rows = [
        [Fraction(choose.choice([0, 1, -2, 3, 5])) * Fraction(2) ** (power + shift) for shift in reversed(powers)]
        for power in powers
    ]
    for k in range(size):
        rows[k][k] += choose.randint(7, 11) * Fraction(2) ** (powers[k] + powers[size - 1 - k])
    choose.shuffle(rows)
    return rows, [[Fraction(choose.randint(-9, 9)) for _ in range(size)] for _ in range(2)]


@pytest.mark.parametrize("seed", range(8))
def test_solutions_are_those_of_rational_arithmetic(seed):
    choose = random.Random(seed)
    rows, sources = random_system(choose, choose.randint(1, 9))
    with workdps(60):
        factors = Factors([[as_mpf(value) for value in row] for row in rows])
        for source in sources:
            found = factors.solve([as_mpf(value) for value in source])
            expected = [as_mpf(value) for value in rational_solution(rows, source)]
            largest = max(map(abs, expected))
            assert all(abs(x - y) <= largest * mp.mpf(10) ** -30 for x, y in zip(found, expected, strict=True))


def test_a_small_pivot_is_exchanged_and_a_large_row_is_not_preferred():
    tiny, huge = mp.mpf(10) ** -40, mp.mpf(10) ** 40
    assert Factors([[tiny, mp.one], [mp.one, mp.one]]).solve([1, 2]) == [1, 1]
    # times 10^40 the first row would win by its size alone
    assert Factors([[tiny * huge, huge], [mp.one, mp.one]]).solve([huge, 2]) == [1, 1]


def test_the_matrix_given_and_the_source_stay_as_they_are():
    rows, source = [[mp.mpf(0), mp.mpf(2)], [mp.mpf(4), mp.mpf(1)]], [mp.mpf(2), mp.mpf(1)]
    Factors(rows).solve(source)
    assert (rows, source) == ([[0, 2], [4, 1]], [2, 1])


@pytest.mark.parametrize(
    ("rows", "rule"),
    [([[1, 2], [2, 4]], "matrix of 2 rows must not be singular: column 1"), ([[1, 2]], r"rows of \[2\] numbers")],
)
def test_a_matrix_without_an_inverse_is_refused(rows, rule):
    with pytest.raises(ValueError, match=rule):
        Factors([[mp.mpf(value) for value in row] for row in rows])


def test_a_source_of_another_length_is_refused():
    with pytest.raises(ValueError, match="source of 1 numbers must have 2"):
        Factors([[mp.one, mp.zero], [mp.zero, mp.one]]).solve([1])
