"""Integrals, Hamiltonians, spins and definite matrices of the checker in C++, compared with exact numbers."""

import random
from fractions import Fraction
from itertools import combinations

import mpmath
import pytest
from plain_dot import PlainDot, exact
from second_checker_parts import ask, interval, real

# Integrals and the Hamiltonian


@pytest.mark.parametrize("beta", ["1/5000", "1/3", "7/5", "9/4", "20"])
def test_integrals_of_the_kernel_hold_the_quadrature_of_mpmath(beta: str) -> None:
    """J(a, b) by Gauss-Legendre quadrature of its one-dimensional form, a and b up to 4; narrow with many bits."""
    answer = ask([f"integrals {beta} 4 80"])[0].split()
    found = [interval(" ".join(pair)) for pair in zip(answer[::2], answer[1::2], strict=True)]
    labels = [(a, b) for a in range(5) for b in range(a % 2, a + 1, 2)]
    assert len(found) == len(labels)
    with mpmath.workdps(30):
        ratio = real(Fraction(beta))
        end = mpmath.asinh(1 / ratio)
        for (a, b), (low, high) in zip(labels, found, strict=True):
            truth = mpmath.quadgl(lambda t, a=a, b=b: overlap(a, b, ratio * mpmath.sinh(t)), mpmath.linspace(0, end, 9))
            assert real(low) - mpmath.mpf(10) ** -24 <= truth <= real(high) + mpmath.mpf(10) ** -24
            assert high - low < Fraction(1, 10**20)


def overlap(a: int, b: int, v: mpmath.mpf) -> mpmath.mpf:
    """Return the integral over u of cos(a pi (u+v)) cos(b pi u) + (a <-> b), from 0 to 1-v."""

    def part(m: int, shift: int) -> mpmath.mpf:
        """Return half the integral of cos(m pi u + shift pi v)."""
        if m == 0:
            return (1 - v) * mpmath.cospi(shift * v) / 2
        return (mpmath.sinpi(m * (1 - v) + shift * v) - mpmath.sinpi(shift * v)) / (2 * m * mpmath.pi)

    return part(a + b, a) + part(a - b, a) + part(a + b, b) + part(b - a, b)


DOTS = [
    ("contact", "2", "0", "7/4", 3),
    ("contact", "1", "0", "-3", 3),
    ("constant", "3/2", "0", "5/7", 3),
    ("none", "1", "0", "2", 3),
    ("soft-coulomb", "2", "1/2", "3/2", 3),
    ("soft-coulomb", "1/2", "1", "-2", 3),
]


@pytest.mark.parametrize("electrons", [1, 2, 3, 4])
@pytest.mark.parametrize("dot", DOTS, ids=str)
def test_rows_of_the_hamiltonian_are_within_their_error(dot: tuple, electrons: int) -> None:
    """Each element against the field operators of the reference code, with 10 bits; the error bounds the whole row."""
    kernel, length, cutoff, strength, orbitals = dot
    count = 10
    with mpmath.mp.workdps(30):
        inputs = dict(zip(("kernel", "length", "cutoff", "strength", "orbitals"), dot, strict=True))
        plain, scale = PlainDot(inputs, 30), exact(length) ** 2 * 2**count
        for parity in (1, -1):
            words = f"{kernel} {length} {cutoff} {strength} {orbitals} {electrons} {parity} {count}"
            (answer,) = ask([f"hamiltonian {words}"])
            unbounded = kernel == "contact" and strength[0] == "-" and electrons > 1
            assert (answer == "rejected") == unbounded
            if unbounded:
                continue
            head, *rows = answer.split(" | ")
            masks = [int(row.split()[0]) for row in rows]
            assert all((-1) ** sum(bit // 2 for bit in range(12) if mask >> bit & 1) == parity for mask in masks)
            for row in rows:
                mask, error, *elements = (int(word) for word in row.split())
                image = plain.hamiltonian({mask: mpmath.mpf(1)})
                assert all(other in masks or abs(amount) < mpmath.mpf(10) ** -20 for other, amount in image.items())
                missed = sum(
                    abs(element - image.get(other, 0) * scale) for other, element in zip(masks, elements, strict=True)
                )
                assert missed <= error
                squares = sum((bit // 2 + 1) ** 2 for bit in range(12) if mask >> bit & 1)
                assert error >= 8 * moves(mask, orbitals) + 2 * squares
            check_floor(dot, electrons, [int(word) for word in head.split()], count)


def moves(mask: int, orbitals: int) -> int:
    """Return how many <ab||ij>, each off by up to 8 units, enter a row: pairs of places for each pair of electrons."""
    places = range(2 * orbitals)
    total = 0
    for i, j in combinations([bit for bit in places if mask >> bit & 1], 2):
        empty = [a for a in places if a in (i, j) or not mask >> a & 1]
        total += sum(
            a % 2 + b % 2 == i % 2 + j % 2 and (a // 2 + b // 2 + i // 2 + j // 2) % 2 == 0
            for a, b in combinations(empty, 2)
        )
    return total


def check_floor(dot: tuple, electrons: int, head: list[int], count: int) -> None:
    """Compare the least value of the interaction, and half the square of pi, rounded down."""
    kernel, length, cutoff, strength, _ = dot
    L, s, pairs = real(Fraction(length)), real(Fraction(strength)), electrons * (electrons - 1) // 2
    least = mpmath.mpf(0)
    if kernel == "constant":
        least = s * L * L * pairs
    if kernel == "soft-coulomb":
        distance = mpmath.hypot(L, real(Fraction(cutoff))) if s > 0 else real(Fraction(cutoff))
        least = pairs * s * L * L / distance
    assert head[0] <= least * 2**count < head[0] + 1 + mpmath.mpf(10) ** -20
    assert head[1] <= mpmath.pi**2 / 2 * 2**count < head[1] + 1


# Spins and matrices


def test_spins_are_exact() -> None:
    """Two electrons in two orbitals: singlets, the triplet, mixtures, and vectors off by one."""
    plus = [([1, 0], "0"), ([0, 1], "0"), ([3, -5], "0")]  # both in orbital 1, or both in 2
    minus = [([1, -1], "0"), ([1, 1], "2"), ([1, 0], ""), ([7, 6], ""), ([7, -6], "")]
    for parity, cases in ((1, plus), (-1, minus)):
        for numbers, spin in cases:
            for two_S in ("0", "2", "4"):
                words = " ".join(str(number) for number in numbers)
                expected = "yes" if two_S == spin else "no"
                assert ask([f"spin 2 2 {parity} {two_S} {words}"]) == [expected], (parity, numbers, two_S)


def test_the_spin_of_one_electron_is_a_half() -> None:
    """S_z counts, too: 4 S^2 = 3 for the one state of each orbital."""
    for two_S, expected in ((1, "yes"), (0, "no"), (2, "no"), (3, "no")):
        assert ask([f"spin 2 1 1 {two_S} 5", f"spin 2 1 -1 {two_S} -7"]) == [expected] * 2


def test_only_positive_matrices_are_proven_positive() -> None:
    """Integer matrices of both kinds of arithmetic, moved across zero: whatever is proven has positive minors."""
    rng = random.Random(11)
    questions, positive, surely = [], [], []
    for _ in range(120):
        n, size = rng.randint(1, 6), rng.choice([8, 14, 30, 61, 80])
        root = [[rng.randint(-(1 << size), 1 << size) for _ in range(n)] for _ in range(n)]
        A = [[sum(a * b for a, b in zip(x, y, strict=True)) for y in root] for x in root]
        for shift in (-(1 << size), 0, 1 << size + 8, -(1 << 2 * size), 1 << 2 * size):
            moved = [[A[i][j] + (shift if i == j else 0) for j in range(n)] for i in range(n)]
            words = " ".join(str(moved[i][j]) for i in range(n) for j in range(i + 1))
            questions.append(f"positive {n} {words}")
            positive.append(all(determinant([row[:k] for row in moved[:k]]) > 0 for k in range(1, n + 1)))
            surely.append(shift == 1 << 2 * size)
    for right, sure, answer in zip(positive, surely, ask(questions), strict=True):
        assert answer in (["positive"] if sure else ["positive", "not proven"])
        assert answer == "not proven" or right


def test_matrices_that_barely_fail_are_not_proven() -> None:
    """Singular ones, negative ones beside a large diagonal, and off-diagonal elements above the diagonal."""
    for entries in ("1 0", "1 -1", "2 100 200 100", "2 100 -200 100", "2 100 99 98", "2 1000000 0 -1", "2 1000000 0 0"):
        assert ask([f"positive {entries}"]) == ["not proven"], entries
    big = 10**40
    for entries in (
        f"2 {big} {big} {big}",
        f"2 {big} {big + 1} {big + 1}",
        f"2 {big} {big - 1} {big - 2}",
        f"2 {10**20} {2**128} {10**20}",
        f"2 {10**20} {-(2**128)} {10**20}",
    ):
        assert ask([f"positive {entries}"]) == ["not proven"], entries


def determinant(matrix: list[list[int]]) -> Fraction:
    """Return a determinant by elimination in fractions."""
    rows, result = [[Fraction(x) for x in row] for row in matrix], Fraction(1)
    for k in range(len(rows)):
        pivot = next((i for i in range(k, len(rows)) if rows[i][k]), None)
        if pivot is None:
            return Fraction(0)
        if pivot != k:
            rows[k], rows[pivot], result = rows[pivot], rows[k], -result
        result *= rows[k][k]
        for i in range(k + 1, len(rows)):
            share = rows[i][k] / rows[k][k]
            rows[i] = [a - share * b for a, b in zip(rows[i], rows[k], strict=True)]
    return result
