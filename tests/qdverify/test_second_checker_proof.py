"""Residuals, counts and enclosures of the checker in C++, part by part, compared with brute force."""

import random
from fractions import Fraction
from functools import cache
from math import ceil

import mpmath
import pytest
from forgery_mixtures import _masks
from mpmath import mp, mpf
from plain_dot import PlainDot, exact
from second_checker_parts import ask, real

DOTS = [
    ("contact", "2", "0", "7/4", 3),
    ("contact", "3/2", "0", "5/3", 2),
    ("contact", "7/5", "0", "11/7", 1),
    ("constant", "3/2", "0", "-5/7", 2),
    ("soft-coulomb", "2", "1/2", "3/2", 3),
    ("soft-coulomb", "1/2", "1", "-2", 2),
]
BLOCKS = [(dot, electrons, parity) for dot in DOTS for electrons in (2, 3) for parity in (1, -1)]
BLOCKS = [block for block in BLOCKS if _masks(block[0][4], block[1], block[2])]


@cache
def matrix(dot: tuple, electrons: int, parity: int) -> mpmath.matrix:
    """Return L^2 H between all determinants of S_z = 0 or 1/2, to 30 digits."""
    with mp.workdps(40):
        plain = PlainDot(dict(zip(("kernel", "length", "cutoff", "strength", "orbitals"), dot, strict=True)), 40)
        masks, square = _masks(dot[4], electrons, parity), exact(dot[1]) ** 2
        images = [plain.hamiltonian({mask: mpf(1)}) for mask in masks]
        return mp.matrix([[square * image.get(mask, 0) for mask in masks] for image in images])


def words(dot: tuple, electrons: int, parity: int) -> str:
    """Return a block as the driver reads it."""
    return " ".join(str(word) for word in (*dot, electrons, parity))


def integer_rows(block: tuple, bits: int) -> tuple[list[list[int]], list[int]]:
    """Return the elements of the integer Hamiltonian, and the error of each row."""
    rows = [row.split() for row in ask([f"hamiltonian {words(*block)} {bits}"])[0].split(" | ")[1:]]
    return [[int(word) for word in row[2:]] for row in rows], [int(row[1]) for row in rows]


def listed(numbers: list[int]) -> str:
    """Return integers in a line."""
    return " ".join(str(number) for number in numbers)


@pytest.mark.parametrize("bits", [5, 30])
@pytest.mark.parametrize("block", BLOCKS, ids=str)
def test_rayleigh_quotients_and_residuals_are_bounded(block: tuple, bits: int) -> None:
    """The exact ones lie within; those of the integer Hamiltonian do with the error of a row to spare."""
    rows, errors = integer_rows(block, bits)
    rng, unit = random.Random(f"{block} {bits}"), Fraction(1, 2**bits)
    A, n = matrix(*block), len(rows)
    vectors = [[rng.randint(-9, 9) or 1 for _ in range(n)] for _ in range(8)]
    answers = ask([f"residuals {words(*block)} {bits} {listed(vector)}" for vector in vectors])
    for vector, answer in zip(vectors, answers, strict=True):
        low, high, residual = (Fraction(word) for word in answer.split())
        norm = sum(x * x for x in vector)
        image = [sum(a * x for a, x in zip(row, vector, strict=True)) for row in rows]
        rho = Fraction(sum(a * x for a, x in zip(image, vector, strict=True)), norm)
        square = sum((a - rho * x) ** 2 for a, x in zip(image, vector, strict=True)) / norm * unit**2
        error = max(errors) * unit
        assert low <= rho * unit - error
        assert high >= rho * unit + error
        assert residual >= error
        assert (residual - error) ** 2 >= square
        with mp.workdps(30):
            x = mp.matrix(vector)
            truth = (x.T * A * x)[0] / norm
            assert real(low) <= truth <= real(high)
            assert real(residual) >= mp.norm(A * x - truth * x) / mp.sqrt(norm) - mpf(10) ** -20


# of the largest blocks one is enough for a developer
LARGEST = [block for block in BLOCKS if block[0][0] == "soft-coulomb" and block[0][4] == 3]


@pytest.mark.parametrize(
    "block",
    [pytest.param(block, marks=pytest.mark.slow) if block in LARGEST[1:] else block for block in BLOCKS],
    ids=str,
)
def test_no_more_levels_are_proven_absent_than_are(block: tuple) -> None:
    """Ceilings around every level, with all states and with few of them: "at most k below" is never said of more."""
    A, n, masks = matrix(*block), matrix(*block).rows, _masks(block[0][4], *block[1:])
    squares = sorted({sum((bit // 2 + 1) ** 2 for bit in range(12) if mask >> bit & 1) for mask in masks})
    with mp.workdps(30):
        values, vectors = mp.eigsy(A)
        numbers = [[int(mp.nint(vectors[i, k] * 2**30)) for i in range(n)] for k in range(n)]
        steps = [values[0] - 3, *[value + step for value in values for step in (mpf(10) ** -6, mpf("0.05"), 2)]]
        sigmas = [Fraction(int(mp.nint(step * 2**40)), 2**40) for step in steps]
        below = [sum(value < real(sigma) for value in values) for sigma in sigmas]
    questions = [
        (
            f"completeness {words(*block)} 60 {q} {limit} {sigma} {k} "
            + listed([x for vector in numbers[:k] for x in vector]),
            count,
            k,
            sigma,
        )
        for sigma, count in zip(sigmas, below, strict=True)
        for k in range(min(n, 3) + 1)
        for q, limit in ((60, squares[-1]), (60, squares[0]), (20, squares[len(squares) // 2]))
    ]
    proven = 0
    for (question, count, k, _), answer in zip(questions, ask([q[0] for q in questions]), strict=True):
        assert answer in ("proven", "not proven", "undecided", "rejected")
        assert answer != "proven" or count <= k, question
        proven += answer == "proven"
    unbounded = block[0][0] == "contact" and block[0][3][0] == "-"
    assert unbounded or proven >= n


@pytest.mark.parametrize("strength", range(1, 16))
def test_a_ceiling_leaves_room_for_the_error_of_the_integers(strength: int) -> None:
    """One determinant, 12 bits: the ceiling stays below its energy by the error of its row and two units more."""
    for kernel, electrons, q in (("contact", 2, 12), ("contact", 2, 8), ("soft-coulomb", 2, 12)):
        block = ((kernel, "1", "1/3", f"{strength}/7", 1), electrons, 1)
        ((element,),), (error,) = integer_rows(block, 12)
        room = ceil(Fraction(error, 2 ** (12 - q))) + 2
        edge = element // 2 ** (12 - q) - room
        closest = [f"completeness {words(*block)} 12 {q} 1000 {Fraction(edge + move, 2**q)} 0" for move in (1, -1)]
        assert ask(closest) == ["not proven", "proven"]
        with mp.workdps(30):
            truth = real(Fraction(edge, 2**q))
            assert truth < matrix(*block)[0]


# levels from their Rayleigh quotients and residuals


def enclosed(question: list, *, clusters: bool, ceiling: Fraction | None) -> list[list[Fraction]] | str:
    """Return low, high and deviation of each level; `question` holds rho_low, rho_high, r and the vector of each."""
    parts = [f"{a} {b} {r} {listed(vector)}" for a, b, r, vector in question]
    mode, top = "clusters" if clusters else "single", "none" if ceiling is None else str(ceiling)
    head = f"enclosure {mode} 80 {len(question)} {len(question[0][3])} {top} "
    (answer,) = ask([head + " ".join(parts)])
    if answer in ("undecided", "rejected"):
        return answer
    numbers = [Fraction(word) for word in answer.split()]
    return [numbers[k : k + 3] for k in range(0, len(numbers), 3)]


def close(found: Fraction, truth: mpf) -> bool:
    """Return whether a bound is the one expected, or a last place beyond it."""
    return bool(abs(real(found) - truth) < mpf(10) ** -15 * (1 + abs(truth)))


UNIT_VECTORS = [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]]


@pytest.mark.parametrize("ceiling", [None, Fraction(19, 2)])
def test_single_levels_are_enclosed_by_kato_temple_and_davis_kahan(ceiling: Fraction | None) -> None:
    """Each term of both ends and of the deviation, with gaps to the level before, the next and the ceiling."""
    half = Fraction(1, 100)
    rho, r = [Fraction(x) for x in (1, 3, 8)], [Fraction(x) for x in ("1/5", "1/3", "1/4")]
    for clusters in (False, True):
        question = [(m - half, m + half, s, v) for m, s, v in zip(rho, r, UNIT_VECTORS, strict=False)]
        found = enclosed(question, clusters=clusters, ceiling=ceiling)
        for k, (low, high, deviation) in enumerate(found):
            a = rho[k - 1] + half + r[k - 1] if k else None
            b = rho[k + 1] - half - r[k + 1] if k < 2 else ceiling
            up = 0 if a is None else r[k] ** 2 / (rho[k] - half - a)
            down = 0 if b is None else r[k] ** 2 / (b - rho[k] - half)
            gaps = [g for g in (a and rho[k] - half - a, b and b - rho[k] - half) if g]
            assert low == rho[k] - half - down
            assert high == rho[k] + half + up
            with mp.workdps(30):
                assert close(deviation, mp.sqrt(2) * real(r[k]) / real(min(gaps)))


def test_levels_that_meet_are_undecided() -> None:
    """Intervals that overlap, and a ceiling inside one, prove nothing without clusters."""
    apart = [
        (Fraction(0), Fraction(0), Fraction(1, 2), UNIT_VECTORS[0]),
        (Fraction(2), Fraction(2), Fraction(1, 2), UNIT_VECTORS[1]),
    ]
    assert enclosed(apart, clusters=False, ceiling=Fraction(3)) != "undecided"
    for second, ceiling in ((Fraction(1), None), (Fraction(9, 10), None), (Fraction(2), Fraction(5, 2))):
        met = [apart[0], (second, second, Fraction(1, 2), UNIT_VECTORS[1])]
        assert enclosed(met, clusters=False, ceiling=ceiling) == "undecided"


@pytest.mark.parametrize("last", [Fraction(8), None])
def test_clusters_are_enclosed_together(last: Fraction | None) -> None:
    """Two levels whose intervals meet, with skew vectors, between two others: omega, kappa and both gaps."""
    half, rho, r = (
        Fraction(1, 50),
        [Fraction(0), Fraction(4), Fraction(9, 2)],
        [Fraction(1, 4), Fraction(1, 3), Fraction(2, 5)],
    )
    vectors = [[1, 0, 0, 0], [0, 9, 1, 0], [0, 0, 1, 0]]
    if last is not None:
        rho, r, vectors = [*rho, last], [*r, Fraction(1, 2)], [*vectors, [0, 0, 0, 1]]
    question = [(m - half, m + half, s, v) for m, s, v in zip(rho, r, vectors, strict=True)]
    found = enclosed(question, clusters=True, ceiling=None)
    with mp.workdps(40):
        defect = mp.sqrt(2 * mpf(1) / 82)  # Frobenius norm of the Gram matrix less 1: two overlaps of 1/sqrt(82)
        frobenius = mp.sqrt(sum(real(s + 2 * half) ** 2 for s in r[1:3]))
        omega = (real(Fraction(1, 4) + half) * mp.sqrt(1 + defect) + frobenius) / mp.sqrt(1 - defect)
        low, high = mpf("4.25") - omega, mpf("4.25") + omega
        gaps = [low - real(rho[0] + half + r[0])] + ([] if last is None else [real(last - half - r[3]) - high])
        kappa = defect + sum((real(s) / min(gaps)) ** 2 for s in r[1:3])
        for k in (1, 2):
            assert close(found[k][0], low)
            assert close(found[k][1], high)
            assert close(found[k][2], kappa + real(r[k]) / min(gaps))
        assert close(found[0][0], real(-half) - real(r[0]) ** 2 / (low - real(half)))


def test_vectors_that_are_nearly_one_make_no_cluster() -> None:
    """A Gram matrix off by a half or more, or deviations that add up to one, prove nothing."""
    near = [
        (Fraction(4), Fraction(4), Fraction(1, 3), [2, 1, 0]),
        (Fraction(4), Fraction(4), Fraction(1, 3), [1, 2, 0]),
    ]
    assert enclosed(near, clusters=True, ceiling=None) == "undecided"
    for size, expected in ((Fraction(10), False), (Fraction(9, 10), True)):
        far = Fraction(4) + size
        pair = [
            (Fraction(4), Fraction(4), Fraction(1, 3), [1, 0, 0]),
            (Fraction(4), Fraction(4), Fraction(1, 3), [0, 1, 0]),
        ]
        answer = enclosed(pair, clusters=True, ceiling=far)
        assert (answer == "undecided") == expected
