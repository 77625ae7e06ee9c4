"""Levels, amplitudes and rate equations from WIDE balls: what is proven holds at both ends of what went in."""

from fractions import Fraction
from itertools import product
from types import SimpleNamespace

import numpy as np
import pytest
from flint import arb, ctx
from mpmath import mp, mpf
from plain_dot import PlainDot

from qdverify.reference.enclosure import levels, order, spectrum
from qdverify.reference.enclosure.fixed_point import FixedPoint
from qdverify.reference.enclosure.interaction import ExactDot
from qdverify.reference.enclosure.levels import Level, as_levels, prove_levels
from qdverify.reference.enclosure.order import proven_groups
from qdverify.reference.enclosure.spectrum import enclose_spectrum
from qdverify.reference.enclosure.transitions import _amplitude, _Coupling
from qdverify.reference.enclosure.transport import Lead, RateEquation
from qdverify.reference.enclosure.unresolved import Unresolved

# Levels


@pytest.mark.parametrize(("strength", "electrons"), [(3, 2), (3, 3), (-3, 3), (-1, 2)])
def test_every_level_of_a_spectrum_lies_in_its_ball(strength: int, electrons: int) -> None:
    """A contact of three orbitals in 40 digits of mpmath, written from the formulas: contained, not only near."""
    dot = {"length": 2, "cutoff": 0, "orbitals": 3, "kernel": "contact", "strength": strength}
    found = enclose_spectrum(ExactDot(Fraction(2), Fraction(0), 3, "contact", Fraction(strength)), electrons)
    with mp.workdps(40), ctx.workprec(128):
        truth = PlainDot(dot, 40).levels(electrons)
        assert len(found) == len(truth)
        for line, (energy, *_) in zip(found, truth, strict=True):
            low, high = (mpf(end.str(40, radius=False)) for end in (line.energy.lower(), line.energy.upper()))
            assert low <= energy <= high


def test_a_spectrum_from_a_blurred_model_holds_the_spectrum_of_the_model(monkeypatch: pytest.MonkeyPatch) -> None:
    """Integrals that may be off by 2^-10 widen every level by at least the rounding bound, over the square of L."""
    right = spectrum.fixed_point
    dot = ExactDot(Fraction(3), Fraction(1, 2), 3)

    def blurred(*arguments, **options) -> FixedPoint:
        model = right(*arguments, **options)
        return FixedPoint(model.dot, model.bits, model.pairs, model.one_body, arb(2) ** 54, arb(2) ** 54)

    monkeypatch.setattr(spectrum, "fixed_point", blurred)
    least = (4 * 2 * 9 + 2) * 2.0**-10 / 9
    for line in enclose_spectrum(dot, 2):
        assert float(line.energy.rad()) >= least * (1 - 1e-6)


@pytest.mark.parametrize("strength", [Fraction(1), Fraction(-1)])
def test_levels_of_all_blocks_are_counted_below_the_ceiling(strength: Fraction) -> None:
    """The proven list is the start of the whole spectrum, label by label, and has no more below its ceiling."""
    dot = ExactDot(Fraction(2), Fraction(1, 3), 4, "soft-coulomb", strength)
    for electrons in (2, 3):
        whole = enclose_spectrum(dot, electrons)
        found = prove_levels(dot, electrons, 5)
        labels = [(level.two_S, level.parity) for level in found.levels]
        assert labels == [(line.two_S, line.parity) for line in whole[: len(labels)]]
        assert all(line.energy * 4 > found.ceiling for line in whole[len(labels) :])


@pytest.mark.parametrize("block", range(4))
def test_a_level_that_the_search_misses_in_any_block_is_noticed(block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every block is counted, not only the first: without its lowest level the list is refused."""
    right = levels._search

    def search(hamiltonians, count, most):
        found, sigma = right(hamiltonians, count, most)
        assert found[block].values[0] < sigma
        found[block] = SimpleNamespace(hamiltonian=found[block].hamiltonian, values=found[block].values[1:])
        return found, sigma

    dot = ExactDot(Fraction(2), Fraction(1, 3), 4)
    located = levels.locate.__wrapped__(dot, 2, 8)
    assert len(located.parts) == 4
    monkeypatch.setattr(levels, "_search", search)
    with pytest.raises(Unresolved, match="levels lie below"):
        levels.locate.__wrapped__(dot, 2, 8)


def test_a_ceiling_lies_where_every_block_was_searched(monkeypatch: pytest.MonkeyPatch) -> None:
    """One block's levels are dense above the last one found: the search goes on before a gap is taken for one."""
    spectra = [[0.0, 10.0, 20.0, 30.0], [0.1 * (k + 1) for k in range(200)]]
    hamiltonians = [SimpleNamespace(block=SimpleNamespace(size=len(values)), values=values) for values in spectra]

    def lowest(hamiltonian, number, start=None):
        return SimpleNamespace(hamiltonian=hamiltonian, values=np.array(hamiltonian.values[:number]))

    monkeypatch.setattr(levels, "lowest", lowest)
    found, ceiling = levels._search(hamiltonians, 5, 6)
    for part, values in zip(found, spectra, strict=True):
        assert [value for value in values if value < ceiling] == [value for value in part.values if value < ceiling]
    assert sum(np.count_nonzero(part.values < ceiling) for part in found) >= 5


def test_balls_of_pairs_become_balls_of_levels() -> None:
    """The radius goes with the energy."""
    pair = SimpleNamespace(energy=arb(4, 1), block=SimpleNamespace(two_S=0, parity=1))
    (level,) = as_levels(SimpleNamespace(dot=ExactDot(Fraction(2), Fraction(1), 1)), [pair])
    assert abs(float(level.energy.lower()) - 0.75) < 1e-9
    assert abs(float(level.energy.upper()) - 1.25) < 1e-9


def test_groups_hold_wide_balls_below_narrow_ones() -> None:
    """Sorted by lower ends, joined by the highest upper end so far: a narrow ball does not hide a wide one."""
    wide, narrow, inside, above = arb("5 +/- 5"), arb("1 +/- 0.1"), arb("9 +/- 0.5"), arb("11 +/- 0.5")
    assert proven_groups([wide, narrow, inside, above]) == [[0, 1, 2], [3]]
    assert proven_groups([narrow, wide]) == [[1, 0]]
    # balls that touch in one point may be the same level
    assert proven_groups([arb("1 +/- 0.5"), arb("2 +/- 0.5"), arb(4)]) == [[0, 1], [2]]
    assert proven_groups([arb(1), arb(1)]) == [[0, 1]]
    # the midpoint of the second lies above that of the first, its lower end below
    assert proven_groups([arb("2 +/- 0.5"), arb("3 +/- 2.9"), arb("9 +/- 0.1")]) == [[1, 0], [2]]


def test_precision_is_raised_until_levels_are_apart_and_no_further(monkeypatch: pytest.MonkeyPatch) -> None:
    """Digits are doubled while balls overlap; the answer says so; a call with extra digits asks for them."""
    asked = []

    def enclosed(_dot, _electrons, _count, digits):
        asked.append(digits)
        balls = (arb(1, 10.0**-digits), arb(1, 10.0**-digits) + arb(10) ** -9)
        pair = SimpleNamespace(block=None)
        return SimpleNamespace(model=SimpleNamespace(bits=64), levels=[Level(ball, 0, 1, pair) for ball in balls])

    monkeypatch.setattr(order, "enclosed_levels", enclosed)
    dot = ExactDot(Fraction(1), Fraction(1), 2)
    found = order.order_levels(dot, 2, 2, digits=3)
    assert (asked, found.digits, found.raised, len(found.groups)) == ([3, 6, 12], 12, True, 2)
    asked.clear()
    found = order.order_levels(dot, 2, 2, digits=20, extra=7)
    assert (asked, found.digits, found.raised) == ([20, 27], 27, False)


# Transition probabilities


@pytest.mark.parametrize(("of_i", "of_j"), [(0.1, 0.0), (0.0, 0.1), (0.2, 0.3)])
@pytest.mark.parametrize("orbitals", [1, 3, 5])
def test_deviations_of_both_vectors_widen_an_amplitude(of_i: float, of_j: float, orbitals: int) -> None:
    """The overlap over both norms, off by sqrt(M) (eta_i + eta_j): vectors along sum_n c+_n attain it."""
    block = SimpleNamespace(alpha=SimpleNamespace(orbitals=orbitals))
    initial = SimpleNamespace(block=block, norm=4, deviation=arb(of_i))
    final = SimpleNamespace(block=block, norm=9, deviation=arb(of_j))
    found = _amplitude(initial, final, 3, _Coupling.of([Fraction(1)] * orbitals))
    reach = orbitals**0.5 * (of_i + of_j)
    assert 0 <= float(found.upper()) - (0.5 + reach) < 1e-8
    assert 0 <= 0.5 - reach - float(found.lower()) < 1e-8


# Rate equation


def ends(mid: Fraction, rad: Fraction) -> tuple[Fraction, Fraction]:
    """Return both ends of an interval."""
    return mid - rad, mid + rad


def chain(energy: object, probability: object = Fraction(1)) -> RateEquation:
    """Return an empty level and a doublet."""
    return RateEquation((Fraction(0), energy), (0, 1), ((0, 1, probability),))


LEADS = (Lead(Fraction(1), Fraction(1, 4)), Lead(Fraction(2), Fraction(-1, 4)))
WARM = {"kT": Fraction(1, 10), "gate": Fraction(0), "digits": 1}


def test_energies_and_probabilities_in_wide_balls_give_currents_that_hold_both_ends() -> None:
    """For an energy known to 1e-5 and M to 1e-4, populations and currents of both ends are inside."""
    wide = chain(arb("0.1 +/- 1e-5"), arb("1 +/- 1e-4")).stationary(*LEADS, **WARM)
    for energy, probability in product(
        ends(Fraction(1, 10), Fraction(1, 10**5)), ends(Fraction(1), Fraction(1, 10**4))
    ):
        end = chain(energy, probability).stationary(*LEADS, **{**WARM, "digits": 15})
        for one, other in zip(wide.populations, end.populations, strict=True):
            assert one.contains(other.mid())
        assert wide.current_left.contains(end.current_left.mid())
        assert wide.current_right.contains(end.current_right.mid())


def test_a_probability_that_may_vanish_determines_nothing() -> None:
    """A ball around zero is not zero: the populations are unknown, not those of a smaller chain."""
    equation = RateEquation(
        (Fraction(0), Fraction(0), Fraction(0)), (0, 1, 1), ((0, 1, Fraction(1)), (0, 2, arb(0, 1e-30)))
    )
    with pytest.raises(Unresolved, match="digits of the currents"):
        equation.stationary(*LEADS, **WARM)


@pytest.mark.parametrize("digits", [3, 12, 30])
def test_every_number_has_the_digits_that_were_asked_for(digits: int) -> None:
    """Both currents and the smallest population, at a bias of 1e-40, where flows cancel."""
    tiny = Fraction(1, 10**40)
    leads = Lead(Fraction(1), tiny), Lead(Fraction(2), -tiny)
    found = chain(Fraction(1, 3)).stationary(*leads, kT=Fraction(1, 100), gate=Fraction(0), digits=digits)
    for value in (*found.populations, found.current_left, found.current_right):
        assert value.rad() <= abs(value).lower() * arb(10) ** -digits
    assert found.current_left > 0
    assert found.current_right > 0
