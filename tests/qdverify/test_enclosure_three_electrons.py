"""Levels of three electrons without truncation: bounds that hold what other methods find, and only with their proof."""

from collections.abc import Callable
from fractions import Fraction
from functools import cache
from itertools import combinations_with_replacement
from pathlib import Path

import numpy as np
import pytest
from flint import arb, ctx

from qdverify.protocol.case import Case
from qdverify.reference.enclosure import continuum_of_three
from qdverify.reference.enclosure.continuum_of_three import _Sector, three_electron_levels, weighted_square
from qdverify.reference.enclosure.interaction import ExactDot
from qdverify.reference.enclosure.level_counts import ContinuumLevel
from qdverify.reference.enclosure.moments import ball
from qdverify.reference.oracle import oracle

SECTORS = [(1, 1), (1, -1), (3, 1), (3, -1)]
FLAT = ExactDot(Fraction(1), Fraction(1, 2), 1)
WIDE = ExactDot(Fraction(6), Fraction(1, 2), 1)
SHARP = ExactDot(Fraction(1), Fraction(1, 40), 1, strength=Fraction(2))
PULLING = ExactDot(Fraction(2), Fraction(1, 4), 1, strength=Fraction(-1, 2))
DOTS = {"flat": FLAT, "wide": WIDE, "sharp": SHARP, "pulling": PULLING}
SMALL, LARGE = (7, 14, 40), (11, 22, 80)
PAPER = {(1, -1): (1.80384179, 2.1e-7), (1, 1): (1.81008939, 5.8e-7), (3, -1): (1.81326465, 7.4e-7)}


def levels(dot: ExactDot, sector: tuple[int, int], count: int, radii: tuple[int, int, int]) -> list[ContinuumLevel]:
    """Return the enclosed lowest levels of one sector."""
    model, explicit, paired = radii
    return three_electron_levels(dot, *sector, count, model=model, explicit=explicit, paired=paired)


@cache
def truncated(dot: ExactDot, orbitals: int) -> dict[tuple[int, int], list[float]]:
    """Return the ten lowest energies with so many orbitals by spin and parity: above those of the continuum."""
    inputs = {"length": float(dot.length), "cutoff": float(dot.cutoff), "strength": float(dot.strength)}
    inputs |= {"kernel": "soft-coulomb", "orbitals": orbitals}
    answer = oracle(Case("spectrum", {"dot": inputs, "electrons": 3, "levels": 10}), digits=9).to_document()["values"]
    found: dict[tuple[int, int], list[float]] = {sector: [] for sector in SECTORS}
    for energy, *label in zip(answer["energies"], answer["two_S"], answer["parity"], strict=True):
        found[label[0], label[1]].append(float(energy["mid"]))
    return found


FEW = [("sharp", sector) for sector in SECTORS] + [(name, (3, 1)) for name in ("flat", "pulling")]
MORE = [(name, sector) for name in DOTS for sector in SECTORS if (name, sector) not in FEW]


@pytest.mark.parametrize(
    ("name", "sector"), [*FEW, *(pytest.param(*one, marks=pytest.mark.slow) for one in MORE)], ids=str
)
def test_bounds_hold_the_levels_of_many_orbitals(name: str, sector: tuple[int, int]) -> None:
    """Ritz values of eight orbitals lie above the lower bounds; the bounds overlap and narrow with the model."""
    dot = DOTS[name]
    values = truncated(dot, 8)[sector][:2]
    count = max(1, len(values))
    rough, sharp = levels(dot, sector, count, SMALL), levels(dot, sector, count, LARGE)
    for small, large in zip(rough, sharp, strict=True):
        assert small.low < large.high
        assert large.low < small.high
        assert large.high - large.low < (small.high - small.low) / 2
        assert (large.two_S, large.parity) == sector
    for level, value in zip(sharp, values, strict=False):
        assert float(level.low) < value


@pytest.mark.parametrize("sector", SECTORS, ids=str)
def test_bounds_hold_what_the_orbitals_converge_to(sector: tuple[int, int]) -> None:
    """For a smooth interaction eight orbitals are within 1e-6, and so are both bounds."""
    values = truncated(FLAT, 8)[sector][:2]
    for level, value in zip(levels(FLAT, sector, len(values), LARGE), values, strict=True):
        assert float(level.low) < value < float(level.high) + 1e-6
        assert level.high - level.low < 2e-5


def configurations(sector: tuple[int, int], most: int) -> list[int]:
    """Return the sums of squares of all levels without interaction up to a sum, with multiplicity."""
    found = []
    for orbitals in combinations_with_replacement(range(1, 12), 3):
        kinds = len(set(orbitals))
        number = {(3, 1): 2, (3, 3): 1, (2, 1): 1}.get((kinds, sector[0]), 0)
        if (-1) ** (sum(orbitals) + 1) == sector[1]:
            found += [sum(n * n for n in orbitals)] * number
    return sorted(total for total in found if total <= most)


@pytest.mark.parametrize("sector", SECTORS, ids=str)
def test_without_interaction_the_bounds_meet(sector: tuple[int, int]) -> None:
    """E = (pi^2/2)(p^2 + q^2 + r^2)/L^2 to eleven digits; three orbitals have two doublets and a quartet."""
    dot = ExactDot(Fraction(3), Fraction(1), 1, strength=Fraction(0))
    sums = configurations(sector, 49)
    assert len(sums) >= 2
    for level, total in zip(levels(dot, sector, len(sums), (7, 9, 9)), sums, strict=True):
        exact = arb.pi() ** 2 / 2 * total / 9
        assert level.low < exact < level.high
        assert level.high - level.low < 1e-9


def _rows_of_the_page() -> list[list[str]]:
    page = (Path(__file__).parents[2] / "docs" / "continuum.md").read_text("utf-8")
    rows = page[page.index("| S | parity | a | b | c |") : page.index("They hold the extrapolated")]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows.strip().splitlines()[2:]]


def test_every_row_of_the_page_holds_the_extrapolated_level() -> None:
    """The table of docs/continuum.md for three electrons, and the widths it states."""
    rows = _rows_of_the_page()
    assert len(rows) >= 6
    for spin, parity, *_, text, width in rows:
        value, error = PAPER[int(spin[0]), int(parity)]
        low, high = (float(end) for end in text.split(" to "))
        assert low < value - error
        assert value + error < high
        digits, power = width.translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")).split("·10")
        assert high - low == pytest.approx(float(f"{digits}e{power}"), rel=0.1)


@pytest.mark.parametrize(
    "sector", [(3, -1), pytest.param((1, -1), marks=pytest.mark.slow), pytest.param((1, 1), marks=pytest.mark.slow)]
)
def test_the_page_states_what_the_proof_gives(sector: tuple[int, int]) -> None:
    """The first row of each sector, rounded outward by less than two units of the last digit."""
    row = next(row for row in _rows_of_the_page() if (int(row[0][0]), int(row[1])) == sector)
    model, explicit, paired, text = row[2:6]
    (level,) = levels(ExactDot.paper(), sector, 1, (int(model), int(explicit), int(paired)))
    low, high = (float(end) for end in text.split(" to "))
    assert 0 <= float(level.low) - low < 2e-6
    assert 0 <= high - float(level.high) < 2e-6


@pytest.mark.slow
def test_the_order_of_the_paper_s_levels_is_proven() -> None:
    """Odd doublet below 1.8066 E_H*, which no even one is; even doublet below the quartet: M = infinity included."""
    dot, sigma = ExactDot.paper(), 1.8066
    (quartet,) = levels(dot, (3, -1), 1, (18, 36, 150))
    with ctx.workprec(96):
        square = ball(dot.length) ** 2
        odd = _Sector(dot, 1, -1, model=26, explicit=26, paired=26)
        even = _Sector(dot, 1, 1, model=24, explicit=48, paired=250)
        assert odd.ritz_values(1)[0] / square < sigma
        assert even.count_below(float((arb(sigma) * square).upper())) == 0
        assert even.ritz_values(1)[0] / square < quartet.low


# parts of the proof


@cache
def sector_of(dot: ExactDot, two_S: int, parity: int, *, explicit: int = 9, paired: int = 20) -> _Sector:
    """Return the matrices of a small model."""
    with ctx.workprec(96):
        return _Sector(dot, two_S, parity, model=6, explicit=explicit, paired=paired)


@pytest.mark.parametrize("sector", SECTORS, ids=str)
def test_spin_is_conserved_and_quartets_are_told_from_doublets(sector: tuple[int, int]) -> None:
    """J_- J_+ has eigenvalues 0 and 3, commutes with V and with the tail, and vanishes for S_z = 3/2."""
    matrices = sector_of(WIDE, *sector)
    quartets = matrices.quartets
    values = np.linalg.eigvalsh(quartets)
    assert np.all(np.minimum(np.abs(values), np.abs(values - 3)) < 1e-12)
    assert (np.count_nonzero(values > 1) > 0) == (sector[0] == 1)
    for matrix in (matrices.interaction, matrices.tail(0.0)[0], matrices.coupling @ matrices.coupling.T):
        assert np.abs(matrix @ quartets - quartets @ matrix).max() < 1e-11 * np.abs(matrix).max()


def test_quartets_of_both_projections_are_one() -> None:
    """The quartets among the determinants of S_z = 1/2 have the levels and the tail of S_z = 3/2."""
    half, full = sector_of(WIDE, 1, -1), sector_of(WIDE, 3, -1)
    values, vectors = np.linalg.eigh(half.quartets)
    quartets = vectors[:, values > 1]
    for part in ("interaction", "tail"):
        one, other = (getattr(sector, part) for sector in (half, full))
        one, other = (one, other) if part == "interaction" else (one(0.0)[0], other(0.0)[0])
        ours = np.linalg.eigvalsh(quartets.T @ one @ quartets)
        assert np.allclose(ours, np.linalg.eigvalsh(other), atol=1e-9 * np.abs(one).max())


@pytest.mark.parametrize("sector", SECTORS, ids=str)
@pytest.mark.parametrize("name", ["wide", "sharp"])
def test_three_times_the_pairs_bound_the_whole_tail(name: str, sector: tuple[int, int]) -> None:
    """In a shell of states: V_PR (1/G) V_RP is at most 3 sums over pairs, and more than one sum would hold."""
    inner, outer = (sector_of(DOTS[name], *sector, explicit=b, paired=24) for b in (9, 24))
    squares = (outer.outer**2).sum(axis=1)
    shell = squares > inner.explicit**2
    weights = continuum_of_three.inverse_gaps(squares[shell], inner.floor, 0.0, 0.0)
    whole = weighted_square(outer.coupling[:, shell], weights, 0.0)[0]
    pairs = np.zeros_like(whole)
    for part in inner.tails:
        place, signs = np.ix_(part.removed.states, part.removed.states), part.removed.signs
        weighted = continuum_of_three.inverse_gaps(part.squares, inner.floor, 0.0, 0.0)
        pairs[place] += signs[:, None] * weighted_square(part.coupling, weighted, 0.0)[0] * signs[None, :]
    size = np.abs(whole).max()
    assert np.linalg.eigvalsh(3 * pairs - whole)[0] > -1e-9 * size
    assert np.linalg.eigvalsh(pairs - whole)[0] < -1e-4 * size


def test_what_is_left_of_the_square_is_positive_and_falls() -> None:
    """w^2 less what the listed pairs explain, from independent integrals: never below zero, less with more pairs."""
    traces = []
    for paired in (9, 18, 36, 72):
        tails = sector_of(WIDE, 1, 1, explicit=9, paired=paired).tails
        rests = [part.rest - part.coupling @ part.coupling.T for part in tails]
        assert min(np.linalg.eigvalsh(rest)[0] for rest in rests) > -1e-9
        traces.append(sum(np.trace(rest) for rest in rests))
    assert traces == sorted(traces, reverse=True)
    assert traces[-1] < traces[0] / 100


def test_inverse_gaps_and_weighted_squares_are_bounded() -> None:
    """1/G - theta is never rounded below its value, though G cancels; A W A^T is within the stated error."""
    rng = np.random.default_rng(5)
    squares = rng.integers(10**6, 10**7, 200)
    floor = float(rng.normal())
    for square in squares:
        sigma = float(square) * np.pi**2 / 2 + floor - 10.0 ** rng.uniform(-5, 5)
        (found,) = continuum_of_three.inverse_gaps(np.array([square]), floor, sigma, 1e-9)
        with ctx.workprec(200):
            exact = 1 / (arb.pi() ** 2 / 2 * int(square) + arb(floor) - arb(sigma)) - arb(1e-9)
            assert arb(float(found)) >= exact
    for spread in (0.0, 1e-3):
        matrix, weights = rng.normal(size=(5, 40)), rng.uniform(0, 9, 40)
        other = matrix + spread * rng.choice([-1, 1], size=matrix.shape)
        found, error = weighted_square(matrix, weights, spread)
        true = np.array([[sum(map(Fraction, a * b * weights)) for a in other] for b in other], dtype=float)
        assert np.linalg.norm(true - found, 2) <= float(error.upper()) <= (1e-11 if not spread else 99.0)


def _changed(name: str, change: Callable) -> Callable[[pytest.MonkeyPatch], None]:
    whole = getattr(_Sector, name)
    return lambda monkeypatch: monkeypatch.setattr(_Sector, name, lambda self, *given: change(whole(self, *given)))


FAULTS: dict[str, tuple[Callable[[pytest.MonkeyPatch], None], ExactDot, tuple[int, int, int]]] = {
    "no tail": (_changed("tail", lambda found: (0 * found[0], found[1])), WIDE, (5, 5, 5)),
    "half the least inverse gap": (_changed("largest_inverse", lambda found: found / 20), FLAT, (4, 4, 4)),
    "no explicit coupling": (
        lambda monkeypatch: monkeypatch.setattr(
            continuum_of_three,
            "inverse_gaps",
            lambda squares, *given: 0 * squares.astype(float),
        ),
        WIDE,
        (6, 24, 60),
    ),
    "largest for least interaction": (
        lambda monkeypatch: monkeypatch.setattr(
            continuum_of_three, "interaction_floor", lambda dot, *_, **__: 3 * arb(float(dot.coupling / dot.beta))
        ),
        SHARP,
        (7, 24, 60),
    ),
}


@pytest.mark.parametrize("name", list(FAULTS))
def test_each_part_of_the_proof_is_needed(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the part the Ritz value of eight orbitals lies above the lower bound; without it below."""
    fault, dot, radii = FAULTS[name]
    sector = (1, -1)
    value = truncated(dot, 8)[sector][0]
    (right,) = levels(dot, sector, 1, radii)
    assert float(right.low) < value
    fault(monkeypatch)
    (wrong,) = levels(dot, sector, 1, radii)
    assert float(wrong.low) > value


def test_quartets_must_be_told_from_doublets(monkeypatch: pytest.MonkeyPatch) -> None:
    """The lowest quartet lies below the second doublet; without raising it is not taken for one."""
    second = truncated(FLAT, 8)[1, -1][1]
    assert truncated(FLAT, 8)[3, -1][0] < second
    assert (
        float(levels(FLAT, (1, -1), 2, SMALL)[1].low) < second < float(levels(FLAT, (1, -1), 2, SMALL)[1].high) + 1e-5
    )
    monkeypatch.setattr(_Sector, "penalty", 0.0)
    with pytest.raises(ArithmeticError, match="not proven to be doublets"):
        levels(FLAT, (1, -1), 2, SMALL)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"two_S": 2}, "two_S=2 must be 1 or 3"),
        ({"parity": 0}, "parity=0 1 or -1"),
        ({"model": 2}, "model=2 must be at least 3"),
        ({"model": 30}, "explicit=14 and paired=20 not smaller"),
        ({"paired": 13}, "paired=13 not smaller"),
        ({"levels": 0}, "levels=0 must be from 1 to 13"),
        ({"levels": 999}, "levels=999 must be from 1 to 13"),
        ({"dot": ExactDot(Fraction(1), Fraction(0), 1, "contact")}, "kernel='contact' must be soft-coulomb"),
    ],
    ids=str,
)
def test_arguments_that_break_a_rule_are_refused(change: dict, message: str) -> None:
    """Spins, parities, sizes, counts and kernels; the message states the value and the rule."""
    given = {"dot": FLAT, "two_S": 1, "parity": 1, "levels": 1, "model": 6, "explicit": 14, "paired": 20, **change}
    with pytest.raises(ValueError, match=message):
        three_electron_levels(**given)
