"""Levels of two electrons without truncation: bounds that hold what other methods find, and only with their proof."""

from collections.abc import Callable
from fractions import Fraction
from functools import cache
from pathlib import Path

import mpmath
import numpy as np
import pytest
from flint import arb, ctx

from qdverify.protocol.case import Case
from qdverify.reference.consensus.continuum import ContinuumLevels, two_electron_levels
from qdverify.reference.enclosure import continuum
from qdverify.reference.enclosure.continuum import ContinuumLevel, continuum_levels
from qdverify.reference.enclosure.interaction import ExactDot
from qdverify.reference.enclosure.squared_kernel import squared_moments
from qdverify.reference.oracle import oracle
from qdverify.reference.printed import reported

SECTORS = [(0, 1), (0, -1), (2, 1), (2, -1)]
FLAT = ExactDot(Fraction(1), Fraction(1, 2), 1)
WIDE = ExactDot(Fraction(19, 2), Fraction(1, 4), 1)
SHARP = ExactDot(Fraction(2), Fraction(1, 30), 1, strength=Fraction(3))
DOTS = {"flat": FLAT, "wide": WIDE, "sharp": SHARP}


@cache
def consensus(dot: ExactDot) -> ContinuumLevels:
    """Return the lowest levels by Ritz's principle in the triangle, without orbitals."""
    length, cutoff, strength = float(dot.length), float(dot.cutoff), float(dot.strength)
    return two_electron_levels("soft-coulomb", 12, length=length, cutoff=cutoff, strength=strength)


def expected(dot: ExactDot, two_S: int, parity: int, levels: int) -> list[tuple[float, float]]:
    """Return the lowest energies of one spin and parity, with their uncertainties."""
    found = consensus(dot)
    chosen = (found.two_S == two_S) & (found.parity == parity)
    return list(zip(found.energies[chosen], found.uncertainties[chosen], strict=True))[:levels]


def contained(found: list[ContinuumLevel], values: list[tuple[float, float]]) -> bool:
    """Return whether each level's bounds admit the value with its uncertainty."""
    return all(
        float(level.low) <= value + error and value - error <= float(level.high)
        for level, (value, error) in zip(found, values, strict=True)
    )


@pytest.mark.parametrize(("two_S", "parity"), SECTORS)
@pytest.mark.parametrize(
    "name", [name if name == "sharp" else pytest.param(name, marks=pytest.mark.slow) for name in DOTS]
)
def test_bounds_hold_the_solution_without_orbitals(name: str, two_S: int, parity: int) -> None:
    """Two levels of each spin and parity, with a small model and a larger one, which is sharper by far."""
    dot = DOTS[name]
    values = expected(dot, two_S, parity, 2)
    small = continuum_levels(dot, two_S, parity, 2, model=6, explicit=20)
    large = continuum_levels(dot, two_S, parity, 2, model=12, explicit=40)
    assert contained(small, values)
    assert contained(large, values)
    for rough, sharp in zip(small, large, strict=True):
        assert sharp.high - sharp.low < (rough.high - rough.low) / 5
        assert (sharp.two_S, sharp.parity) == (two_S, parity)


def test_bounds_hold_the_ritz_values_of_many_orbitals() -> None:
    """28 orbitals lie above the lower bound, and below the upper bound of a model that is part of them; both signs."""
    for strength in (Fraction(1), Fraction(-1, 4)):
        dot = ExactDot(Fraction(19, 2), Fraction(1, 4), 28, strength=strength)
        inputs = {"length": 9.5, "cutoff": 0.25, "orbitals": 28, "kernel": "soft-coulomb", "strength": float(strength)}
        answer = oracle(Case("spectrum", {"dot": inputs, "electrons": 2, "levels": 4}), digits=12).to_document()
        values = answer["values"]
        energies = [float(ball["mid"]) for ball in values["energies"]]
        for two_S, parity in SECTORS:
            mine = [
                energy
                for energy, *label in zip(energies, values["two_S"], values["parity"], strict=True)
                if label == [two_S, parity]
            ]
            found = continuum_levels(dot, two_S, parity, len(mine), model=14, explicit=60) if mine else []
            for level, energy in zip(found, mine, strict=True):
                assert float(level.low) < energy < float(level.high)


def test_without_interaction_the_bounds_meet() -> None:
    """E = (pi^2/2)(p^2 + q^2)/L^2 to twelve digits."""
    dot = ExactDot(Fraction(3), Fraction(1), 1, strength=Fraction(0))
    for (two_S, parity), pairs in zip(SECTORS, ([2, 8, 10], [5, 13], [10, 20], [5, 13]), strict=True):
        found = continuum_levels(dot, two_S, parity, len(pairs), model=6, explicit=9)
        for level, squares in zip(found, pairs, strict=True):
            exact = arb.pi() ** 2 / 2 * squares / 9
            assert level.low < exact < level.high
            assert level.high - level.low < 1e-11


def test_the_paper_s_first_splitting_is_positive() -> None:
    """The lower bound of the triplet lies above the upper bound of the singlet: M = infinity included."""
    dot = ExactDot.paper()
    (singlet,) = continuum_levels(dot, 0, 1, 1, model=13, explicit=100)
    (triplet,) = continuum_levels(dot, 2, -1, 1, model=13, explicit=60)
    assert contained([singlet], [(0.567374291523551, 1e-15)])
    assert contained([triplet], [(0.568358462515754, 1e-15)])
    assert singlet.high < triplet.low
    assert reported.exact_lengths()[0] == dot.length


def _rows_of_the_page() -> list[list[str]]:
    page = (Path(__file__).parents[2] / "docs" / "continuum.md").read_text("utf-8")
    rows = page[page.index("| a | b | lowest singlet") : page.index("All of them hold")].strip().splitlines()[2:]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]


@pytest.mark.parametrize("row", [0, pytest.param(1, marks=pytest.mark.slow), pytest.param(2, marks=pytest.mark.slow)])
def test_the_page_states_what_the_proof_gives(row: int) -> None:
    """The table of docs/continuum.md, rounded outward by less than two units of the last digit."""
    model, explicit, *stated = _rows_of_the_page()[row]
    for (two_S, parity), text in zip(((0, 1), (2, -1)), stated[::2], strict=True):
        (level,) = continuum_levels(ExactDot.paper(), two_S, parity, 1, model=int(model), explicit=int(explicit))
        low, high = (float(end) for end in text.split(" to "))
        assert 0 <= float(level.low) - low < 2e-8
        assert 0 <= high - float(level.high) < 2e-8


def test_every_row_of_the_page_holds_the_consensus_values() -> None:
    """Singlet and triplet, and the width that is stated beside them."""
    for _, _, *stated in _rows_of_the_page():
        for text, width, value in zip(stated[::2], stated[1::2], (0.567374291523551, 0.568358462515754), strict=True):
            if text:
                low, high = (float(end) for end in text.split(" to "))
                assert low < value < high
                digits, power = width.translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")).split("·10")
                assert high - low == pytest.approx(float(f"{digits}e{power}"), rel=0.1)


# without a part of the proof the bounds lose what they must hold


def _without_tail(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = continuum._Sector._tail
    monkeypatch.setattr(continuum._Sector, "_tail", lambda self: (0 * whole(self)[0], whole(self)[1]))


def _with_half_the_tail(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = continuum._Sector.largest_inverse
    monkeypatch.setattr(continuum._Sector, "largest_inverse", lambda self, sigma: whole(self, sigma) / 2)


def _without_coupling(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = continuum._Sector.weights
    monkeypatch.setattr(continuum._Sector, "weights", lambda self, *given: 0 * whole(self, *given))


def _with_a_floor_that_is_the_ceiling(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(continuum, "interaction_floor", lambda dot, *_, **__: arb(float(dot.coupling / dot.beta)))


FAULTS: dict[str, tuple[Callable[[pytest.MonkeyPatch], None], ExactDot, int, int]] = {
    "no tail": (_without_tail, WIDE, 6, 6),
    "no tail beyond explicit states": (_without_tail, SHARP, 6, 12),
    "half the tail": (_with_half_the_tail, FLAT, 3, 3),
    "no explicit coupling": (_without_coupling, WIDE, 6, 40),
    "largest for least interaction": (_with_a_floor_that_is_the_ceiling, SHARP, 6, 60),
}


@pytest.mark.parametrize("name", list(FAULTS))
def test_each_part_of_the_proof_is_needed(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the part the lowest singlet lies above the lower bound; without it below."""
    fault, dot, model, explicit = FAULTS[name]
    ((value, error),) = expected(dot, 0, 1, 1)
    (right,) = continuum_levels(dot, 0, 1, 1, model=model, explicit=explicit)
    assert right.low < value
    fault(monkeypatch)
    (wrong,) = continuum_levels(dot, 0, 1, 1, model=model, explicit=explicit)
    assert float(wrong.low) > value + error


def test_what_is_left_of_the_square_is_positive_and_falls() -> None:
    """V^2 less what P and Q explain, from independent integrals: never below zero, and less with more states in Q."""
    traces = []
    with ctx.workprec(96):
        for explicit in (8, 16, 32, 64):
            sector = continuum._Sector(WIDE, 0, 1, 6, explicit)
            rest = sector.tail[0] - sector.coupling @ sector.coupling.T
            assert np.linalg.eigvalsh(rest)[0] > -1e-9
            traces.append(np.trace(rest))
    assert traces == sorted(traces, reverse=True)
    assert traces[-1] < traces[0] / 100


@pytest.mark.parametrize(
    "beta", [pytest.param(Fraction(1, 500), marks=pytest.mark.slow), Fraction(1, 3), Fraction(4)], ids=str
)
def test_squared_moments_are_those_of_a_quadrature(beta: Fraction) -> None:
    """S, C and D of 1/(v^2 + beta^2) by Gauss-Legendre quadrature in v = beta tan(t)."""
    found = squared_moments(beta, 7, bits=96)
    ratio = mpmath.mpf(beta.numerator) / beta.denominator
    steps = mpmath.linspace(0, mpmath.atan(1 / ratio), 40)

    def integral(function: Callable[[mpmath.mpf], mpmath.mpf]) -> mpmath.mpf:
        return mpmath.quadgl(lambda t: function(ratio * mpmath.tan(t)), steps) / ratio

    for m in (0, 1, 4, 7):
        for part, function in (
            (found.sine[m], lambda v, m=m: mpmath.sinpi(m * v)),
            (found.cosine[m], lambda v, m=m: mpmath.cospi(m * v)),
            (found.weighted[m], lambda v, m=m: v * mpmath.cospi(m * v)),
        ):
            assert abs(mpmath.mpf(float(part.mid())) - integral(function)) < 1e-12 * (1 + 1 / ratio)
            assert float(part.rad()) < 1e-20


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"two_S": 1}, "two_S=1 must be 0 or 2"),
        ({"parity": 0}, "parity=0 1 or -1"),
        ({"model": 1}, "model=1 must be at least 2"),
        ({"model": 30}, "explicit=20 not smaller"),
        ({"levels": 99}, "levels=99 must be from 1 to 5"),
        ({"levels": 0}, "levels=0 must be from 1 to 5"),
        ({"dot": ExactDot(Fraction(1), Fraction(0), 1, "contact")}, "kernel='contact' must be soft-coulomb"),
    ],
    ids=str,
)
def test_arguments_that_break_a_rule_are_refused(change: dict, message: str) -> None:
    """Spins, parities, sizes, counts and kernels; the message states the value and the rule."""
    given = {"dot": FLAT, "two_S": 0, "parity": 1, "levels": 1, "model": 5, "explicit": 20, **change}
    with pytest.raises(ValueError, match=message):
        continuum_levels(**given)
