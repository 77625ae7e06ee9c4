"""Levels of four electrons without truncation: bounds that hold what other methods find, and only with their proof."""

from fractions import Fraction
from functools import cache
from itertools import combinations_with_replacement, pairwise
from pathlib import Path

import numpy as np
import pytest
from flint import arb, ctx
from four_electron_samples import FLAT, PULLING, SHARP, WIDE, levels, sector_of

from qdverify.protocol.case import Case
from qdverify.reference.enclosure import continuum_of_four
from qdverify.reference.enclosure.continuum_of_four import _Sector, four_electron_levels
from qdverify.reference.enclosure.interaction import ExactDot
from qdverify.reference.enclosure.trial_states import TrialStates
from qdverify.reference.oracle import oracle

SECTORS = [(two_S, parity) for two_S in (0, 2, 4) for parity in (1, -1)]
DOTS = {"flat": FLAT, "wide": WIDE, "sharp": SHARP, "pulling": PULLING}
SMALL, LARGE = (8, 12, 40), (10, 18, 80)
PAPER = {
    (0, 1): (3.9336153, 5.8e-6),
    (2, -1): (3.9485060, 6.1e-6),
    (2, 1): (3.9605795, 6.9e-6),
    (4, 1): (3.9821489, 7.8e-6),
}


@cache
def truncated(dot: ExactDot, orbitals: int) -> dict[tuple[int, int], list[float]]:
    """Return the fourteen lowest energies with so many orbitals by spin and parity: above those of the continuum."""
    inputs = {"length": float(dot.length), "cutoff": float(dot.cutoff), "strength": float(dot.strength)}
    inputs |= {"kernel": "soft-coulomb", "orbitals": orbitals}
    answer = oracle(Case("spectrum", {"dot": inputs, "electrons": 4, "levels": 14}), digits=9).to_document()["values"]
    found: dict[tuple[int, int], list[float]] = {sector: [] for sector in SECTORS}
    for energy, *label in zip(answer["energies"], answer["two_S"], answer["parity"], strict=True):
        found[label[0], label[1]].append(float(energy["mid"]))
    return found


FEW = [("wide", (2, -1)), ("sharp", (4, 1)), ("pulling", (0, -1))]
MORE = [(name, sector) for name in DOTS for sector in SECTORS if (name, sector) not in FEW]


@pytest.mark.parametrize(
    ("name", "sector"), [*FEW, *(pytest.param(*one, marks=pytest.mark.slow) for one in MORE)], ids=str
)
def test_bounds_hold_the_levels_of_many_orbitals(name: str, sector: tuple[int, int]) -> None:
    """Ritz values of six orbitals lie above the lower bounds; the bounds overlap and narrow with the model."""
    dot = DOTS[name]
    values = truncated(dot, 6)[sector][:2]
    rough, sharp = (levels(dot, sector, 2, sizes) for sizes in (SMALL, LARGE))
    for small, large in zip(rough, sharp, strict=True):
        assert small.low < large.high
        assert large.low < small.high
        assert large.high - large.low < (small.high - small.low) / 1.5
        assert (large.two_S, large.parity) == sector
    for level, value in zip(sharp, values, strict=False):
        assert float(level.low) < value


@pytest.mark.parametrize("sector", SECTORS, ids=str)
def test_bounds_hold_what_the_orbitals_converge_to(sector: tuple[int, int]) -> None:
    """For a smooth interaction nine orbitals are within 1e-6, and so are both bounds."""
    values = truncated(FLAT, 9)[sector][:2]
    for level, value in zip(levels(FLAT, sector, max(1, len(values)), LARGE), values, strict=False):
        assert float(level.low) < value < float(level.high) + 1e-6
        assert level.high - level.low < 3e-5


def configurations(sector: tuple[int, int], most: int) -> list[int]:
    """Return the sums of squares of all levels without interaction up to a sum, with multiplicity."""
    number = {4: {0: 2, 2: 3, 4: 1}, 3: {0: 1, 2: 1}, 2: {0: 1}}  # by orbitals in use, and two_S
    found = []
    for orbitals in combinations_with_replacement(range(1, 12), 4):
        if max(orbitals.count(n) for n in orbitals) <= 2 and (-1) ** sum(orbitals) == sector[1]:
            found += [sum(n * n for n in orbitals)] * number[len(set(orbitals))].get(sector[0], 0)
    return sorted(total for total in found if total <= most)


@pytest.mark.parametrize("sector", SECTORS, ids=str)
def test_without_interaction_the_bounds_meet(sector: tuple[int, int]) -> None:
    """E = (pi^2/2) n^2/L^2: two singlets, three triplets and a quintet of four orbitals, one of either of three."""
    dot = ExactDot(Fraction(3), Fraction(1), 1, strength=Fraction(0))
    sums = configurations(sector, 46)
    assert len(sums) >= 1
    for level, total in zip(levels(dot, sector, len(sums), (6, 7, 7)), sums, strict=True):
        exact = arb.pi() ** 2 / 2 * total / 9
        assert level.low < exact < level.high
        assert level.high - level.low < 1e-6


def test_the_size_of_a_model_is_the_number_of_its_states() -> None:
    """By spin: singlets, triplets and quintets are all determinants of S_z = 0, and J^2 has as many eigenvalues."""
    for orbitals in (4, 5):
        sizes = {}
        for two_S, parity in SECTORS:
            with ctx.workprec(96):
                sector = _Sector(FLAT, two_S, parity, model=orbitals, explicit=orbitals, listed=orbitals)
            sizes[two_S, parity] = sector.size
            units = np.eye(len(sector.model.states[0]))
            square = [sector.model.vector(sector.model.spin_square(sector.model.matrix(unit))) for unit in units]
            found = np.linalg.eigvalsh(np.array(square))
            assert np.count_nonzero(np.abs(found - two_S * (two_S + 2) / 4) < 1e-9) == sector.size
        assert sum(sizes.values()) == (orbitals * (orbitals - 1) // 2) ** 2


# the paper's dot


def _rows_of_the_page() -> list[list[str]]:
    page = (Path(__file__).parents[2] / "docs" / "continuum.md").read_text("utf-8")
    rows = page[page.index("| S | parity | A | B | C |") : page.index("They hold the extrapolated values of four")]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows.strip().splitlines()[2:]]


def test_every_row_of_the_page_holds_the_extrapolated_level() -> None:
    """The table of docs/continuum.md for four electrons, and the widths it states."""
    rows = _rows_of_the_page()
    assert len(rows) >= 8
    for spin, parity, *_, text, width in rows:
        low, high = (float(end) for end in text.split(" to "))
        if (2 * int(spin), int(parity)) in PAPER:
            value, error = PAPER[2 * int(spin), int(parity)]
            assert low < value - error
            assert value + error < high
        digits, power = width.translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")).split("·10")
        assert high - low == pytest.approx(float(f"{digits}e{power}"), rel=0.1)


@pytest.mark.parametrize("sector", [(0, 1), pytest.param((2, -1), marks=pytest.mark.slow)], ids=str)
def test_the_page_states_what_the_proof_gives(sector: tuple[int, int]) -> None:
    """The first row of each sector, rounded outward by less than two units of the last digit."""
    row = next(row for row in _rows_of_the_page() if (2 * int(row[0]), int(row[1])) == sector)
    (level,) = levels(ExactDot.paper(), sector, 1, (int(row[2]), int(row[3]), int(row[4])))
    low, high = (float(end) for end in row[5].split(" to "))
    assert 0 <= float(level.low) - low < 3e-6
    assert 0 <= high - float(level.high) < 3e-6


@pytest.mark.long
@pytest.mark.slow
def test_the_six_lowest_levels_of_the_paper_s_dot_are_proven_to_come_in_its_order() -> None:
    """Even singlet, odd and even triplet, even singlet, odd triplet, quintet; none between, M = infinity included."""
    dot, rough, fine = ExactDot.paper(), (12, 24, 200), (20, 40, 400)
    first, fourth = levels(dot, (0, 1), 2, fine)
    second, fifth = levels(dot, (2, -1), 2, fine)
    (third,) = levels(dot, (2, 1), 1, (16, 32, 300))
    sixth, *others = levels(dot, (4, 1), 2, rough)
    six = [first, second, third, fourth, fifth, sixth]
    assert all(low.high < high.low for low, high in pairwise(six))
    others += [levels(dot, sector, count, rough)[-1]
               for sector, count in (((0, 1), 3), ((2, -1), 3), ((2, 1), 2), ((0, -1), 1), ((4, -1), 1))]  # fmt: skip
    assert all(other.low > sixth.high for other in others)


# parts of the proof


def energies(sector: _Sector) -> np.ndarray:
    """Return the levels of the model, with the other spin raised."""
    units = np.eye(len(sector.model.states[0]))
    matrix = np.array([sector.model.vector(sector.raised(sector.model.matrix(unit))) for unit in units])
    kinetic = np.pi**2 / 2 * sector.model.squares[sector.model.states]
    values: np.ndarray = np.linalg.eigvalsh(matrix + np.diag(kinetic))
    return values


def trial_of(sector: _Sector, vectors: np.ndarray) -> TrialStates:
    """Return trial states of given coefficients, in rows."""
    matrices = np.stack([sector.model.matrix(vector) for vector in vectors])
    images = np.stack([sector.raised(X) - sector.floor * X for X in matrices])
    return TrialStates(sector.model, matrices, images, sector.image_error, sector.floor)


@pytest.mark.parametrize("two_S", [0, 2, 4])
@pytest.mark.parametrize("name", ["wide", "pulling"])
def test_levels_of_a_finite_dot_are_counted_one_by_one(name: str, two_S: int) -> None:
    """With all states as trial states and none beyond, the count is the number of levels below, at any energy."""
    sector = sector_of(DOTS[name], two_S, 1)
    trial, values = trial_of(sector, np.eye(len(sector.model.states[0]))), energies(sector)
    for k in range(8):
        for sigma in (values[k] - 2e-5, values[k] + 2e-5):
            assert trial.count_below(sigma) == np.count_nonzero(values < sigma)
    for k, upper in enumerate(trial.ritz_values(8)):
        assert values[k] - 1e-9 <= float(upper.mid()) <= values[k] + 1e-6
        assert values[k] - 1e-6 * (1 + abs(values[k])) <= trial.lower_bound(k, float(upper.mid())) <= values[k] + 1e-9


@pytest.mark.parametrize("seed", range(6))
def test_any_trial_states_give_a_bound_of_the_count(seed: int) -> None:
    """Random ones, neither orthogonal nor many: no fewer than levels lie below, and no more than for V = v0."""
    rng = np.random.default_rng(seed)
    sector = sector_of(WIDE, int(rng.choice([0, 2])), int(rng.choice([1, -1])))
    values, size = energies(sector), len(sector.model.states[0])
    free = np.pi**2 / 2 * sector.model.squares[sector.model.states] + sector.floor
    trial = trial_of(sector, rng.normal(size=(int(rng.integers(1, size)), size)))
    for sigma in rng.uniform(values[0], values[-1], 20):
        found = trial.count_below(sigma)
        assert np.count_nonzero(values < sigma) <= found <= np.count_nonzero(free < sigma)


def test_what_the_parts_of_the_matrix_may_be_off_enters_the_count() -> None:
    """Images off by some amount, and a bound beyond that is off: a level proven with neither is proven no longer."""
    sector = sector_of(WIDE, 0, 1)
    size = len(sector.model.states[0])
    sigma = energies(sector)[0] - 0.01
    exact = trial_of(sector, np.eye(size))
    assert exact.count_below(sigma) == 0
    matrix, error, _ = exact.reduced(sigma)
    weakest = np.sort(np.linalg.eigvalsh(matrix))
    blurred = trial_of(sector, np.eye(size))
    blurred.image_error = arb(0.5) * blurred.norm
    gaps = np.abs(np.pi**2 / 2 * blurred.squares + sector.floor - sigma)
    least = 0.5 * float(blurred.norm.mid()) * np.linalg.norm(blurred.images[0] / gaps**0.5) / gaps.max() ** 0.5
    assert blurred.reduced(sigma)[1] > error + least
    exact.beyond = np.zeros((size, size)), arb(-2 * weakest[0])
    assert exact.reduced(sigma)[1] - error >= -2 * weakest[0] * (1 - 1e-12)
    assert exact.count_below(sigma) > 0
    exact.beyond = -2 * weakest[0] * np.eye(size), arb(0)
    assert exact.count_below(sigma) > 0


def test_too_close_to_a_level_without_interaction_nothing_is_counted() -> None:
    """1/D would be unbounded; a search passes over such energies."""
    sector = sector_of(WIDE, 2, 1)
    trial = trial_of(sector, np.eye(len(sector.model.states[0])))
    sigma = np.pi**2 / 2 * float(trial.squares.min()) + sector.floor
    with pytest.raises(ArithmeticError, match="too close to an eigenvalue"):
        trial.count_below(sigma)
    assert not trial._proves(sigma, 100)
    assert trial.count_below(sigma + 1e-6) <= 1


@pytest.mark.parametrize("two_S", [0, 4])
def test_the_other_spin_must_lie_higher(two_S: int) -> None:
    """Above 6c + v0 + (pi^2/2) n^2, n^2 = 10 or 30, a Ritz value may be one of the other spin."""
    sector = sector_of(FLAT, two_S, 1)
    sector.__dict__["penalty"] = 16.0
    edge = 96 + arb(sector.floor) + arb.pi() ** 2 / 2 * (30 if two_S == 0 else 10)
    sector.require_spin([edge - 1, edge - arb(1e-9)])
    with pytest.raises(ArithmeticError, match="not proven to have the spin"):
        sector.require_spin([edge - 1, edge + arb(1e-9)])
    sector_of(FLAT, 2, 1).require_spin([edge + 1000])


def test_levels_that_are_not_raised_are_not_taken_for_the_spin(monkeypatch: pytest.MonkeyPatch) -> None:
    """Singlets lie below the lowest quintet: without raising them none is proven to be one."""
    assert float(levels(FLAT, (4, 1), 1, (6, 12, 40))[0].low) > 157
    monkeypatch.setattr(_Sector, "penalty", 0.0)
    with pytest.raises(ArithmeticError, match="not proven to have the spin 4/2"):
        levels(FLAT, (4, 1), 1, (6, 12, 40))


def test_without_what_lies_beyond_the_bound_loses_the_level(monkeypatch: pytest.MonkeyPatch) -> None:
    """The levels of the model alone lie above the upper bound of a larger model."""
    for sector in ((0, 1), (2, -1)):
        (sharp,) = levels(WIDE, sector, 1, LARGE)
        assert levels(WIDE, sector, 1, (6, 12, 40))[0].low < sharp.high
        with monkeypatch.context() as patch:
            patch.setattr(
                continuum_of_four, "coupling_beyond", lambda _, __, trial: (np.zeros((len(trial),) * 2), arb(0))
            )
            assert levels(WIDE, sector, 1, (6, 12, 40))[0].low > sharp.high


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"two_S": 1}, "two_S=1 must be 0, 2 or 4"),
        ({"parity": 0}, "parity=0"),
        ({"model": 3}, "model=3 must be at least 4"),
        ({"model": 13}, "explicit=12 and listed=40 not smaller"),
        ({"listed": 11}, "listed=11 not smaller"),
        ({"levels": 0}, "levels=0 must be from 1 to 57"),
        ({"levels": 58}, "levels=58 must be from 1 to 57"),
        ({"dot": ExactDot(Fraction(1), Fraction(0), 1, "contact")}, "kernel='contact' must be soft-coulomb"),
    ],
    ids=str,
)
def test_arguments_that_break_a_rule_are_refused(change: dict, message: str) -> None:
    """Spins, parities, sizes, counts and kernels; the message states the value and the rule."""
    given = {"dot": FLAT, "two_S": 0, "parity": 1, "levels": 1, "model": 6, "explicit": 12, "listed": 40, **change}
    with pytest.raises(ValueError, match=message):
        four_electron_levels(**given)


def test_a_search_for_trial_states_that_does_not_end_is_an_error_of_arithmetic() -> None:
    """A sharp, weak attraction in six orbitals: seven of its 57 states are more than the iteration finds."""
    dot = ExactDot(Fraction(1), Fraction(1, 10**6), 1, strength=Fraction(-1, 10))
    with pytest.raises(ArithmeticError, match="no approximate eigenstates are found"):
        four_electron_levels(dot, 0, 1, 3, model=6, explicit=7, listed=7)


@pytest.mark.parametrize("strength", [10**300, -(10**300), 10**160])
def test_a_strength_beyond_doubles_is_refused(strength: int) -> None:
    """The squares of its integrals are larger than any double."""
    dot = ExactDot(Fraction(1), Fraction(1, 2), 1, strength=Fraction(strength))
    with pytest.raises(ArithmeticError, match="too large for doubles"):
        four_electron_levels(dot, 0, 1, 1, model=4, explicit=4, listed=4)


def test_energies_that_reach_the_states_beyond_are_refused() -> None:
    """No sigma may lie above a state of T + v0 that is not in the model."""
    with pytest.raises(ArithmeticError, match="is not below"):
        levels(FLAT, (0, 1), 12, (4, 4, 4))
    sector = sector_of(FLAT, 0, 1)
    with pytest.raises(ArithmeticError, match="not below the states that are not listed"):
        sector.beyond(trial_of(sector, np.eye(2, len(sector.model.states[0]))), 1e6)
