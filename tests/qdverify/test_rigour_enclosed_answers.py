"""Enclosed answers from levels and vectors known badly, one by one: every number asked for has its digits, or none."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from math import pi

import pytest
from flint import arb, ctx

from qdverify.protocol.case import Case
from qdverify.reference.answers import enclosed
from qdverify.reference.answers.answer import Answer, Refusal
from qdverify.reference.enclosure import order
from qdverify.reference.enclosure.order import Ordered

DOT = {"length": 1, "cutoff": 1, "orbitals": 3, "kernel": "soft-coulomb", "strength": 1}
SPECTRUM = Case("spectrum", {"dot": DOT, "electrons": 2, "levels": 3})
TRANSITIONS = Case("transition_probabilities", {"dot": DOT, "electrons": 1, "levels_from": 1, "levels_to": 3})


def spoiled(
    radii: Sequence[float], deviations: Sequence[float], groups: Sequence[range] = ()
) -> Callable[..., Ordered]:
    """Return a stand-in for `order_levels`: two-electron levels lose accuracy one by one, and are grouped as given."""

    def order_levels(dot, electrons, count, *, digits, extra=0) -> Ordered:
        right = order.order_levels(dot, electrons, count, digits=20)
        if electrons != 2:
            return right
        levels = [
            replace(level, energy=level.energy + arb(0, radius), pair=replace(level.pair, deviation=arb(deviation)))
            for level, radius, deviation in zip(right.levels, radii, deviations, strict=True)
        ]
        return Ordered(tuple(levels), tuple(groups) or right.groups, digits, False)

    return order_levels


def answer(case: Case, digits: int) -> Answer:
    """Return the enclosed answer even if there is an exact one."""
    with ctx.workprec(256):
        return enclosed.enclosed_answer(case, digits)


@pytest.mark.parametrize("length", [Fraction(1, 2), Fraction(3)])
def test_integrals_are_divided_by_the_square_of_the_length(length: Fraction) -> None:
    """(11|11) of a contact of strength 1 is 3/(2L), that of (11|22) 1/L."""
    dot = {**DOT, "kernel": "contact", "cutoff": 0, "length": length}
    case = Case("interaction_integrals", {"dot": dot, "indices": [[1, 1, 1, 1], [1, 1, 2, 2]]})
    same, other = answer(case, 10).values["values"]
    with ctx.workprec(256):
        size = arb(length.numerator) / length.denominator
        assert (2 * size * same).contains(3)
        assert (size * other).contains(1)


@pytest.mark.parametrize("bad", range(3))
def test_one_level_known_badly_is_enough_for_a_refusal(bad: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whichever of three levels it is, and whether its energy or its vector is loose."""
    loose = [1e-5 if k == bad else 0.0 for k in range(3)]
    monkeypatch.setattr(enclosed, "order_levels", spoiled(loose, [0.0] * 3))
    assert len(answer(SPECTRUM, 4).values["energies"]) == 3
    with pytest.raises(Refusal, match="digits=12 of every energy"):
        answer(SPECTRUM, 12)
    monkeypatch.setattr(enclosed, "order_levels", spoiled([0.0] * 3, loose))
    assert len(answer(TRANSITIONS, 3).values["M"]) == 3
    with pytest.raises(Refusal, match="digits=12 of every M_ji"):
        answer(TRANSITIONS, 12)


def test_sums_over_a_cluster_need_their_digits_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """Levels two and three as one cluster, with loose vectors, while M_ji to the lowest level is sharp."""
    groups = [range(1), range(1, 3)]
    monkeypatch.setattr(enclosed, "order_levels", spoiled([0.0] * 3, [0.0, 1e-5, 1e-5], groups))
    assert len(answer(TRANSITIONS, 3).sums) == 2
    with pytest.raises(Refusal, match="digits=12 of every M_ji"):
        answer(TRANSITIONS, 12)


def test_members_of_a_cluster_are_stated_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each position holds the energies of both; each M_ji holds zero and every sum over the cluster."""
    groups = [range(1), range(1, 3)]
    monkeypatch.setattr(enclosed, "order_levels", spoiled([1e-9] * 3, [0.0] * 3, groups))
    found = answer(SPECTRUM, 5)
    lowest, *cluster = found.values["energies"]
    assert lowest < cluster[0]
    levels = order.order_levels(enclosed.dot_of(SPECTRUM.exact["dot"]), 2, 3, digits=20).levels
    for stated in cluster:
        assert all(stated.contains(level.energy) for level in levels[1:])
    assert [(part.positions, len(part.members)) for part in found.clusters] == [(range(1, 3), 2)]
    transitions = answer(TRANSITIONS, 5)
    top = max(part.value.upper() for part in transitions.sums)
    for row in transitions.values["M"][1:]:
        assert row[0].lower() <= 0
        assert row[0].upper() >= top


def test_small_probabilities_are_known_relative_to_themselves(monkeypatch: pytest.MonkeyPatch) -> None:
    """Vectors within 5e-6 give four digits of M_ji near one, but not of the fourth, 1.7e-6."""
    spoil = spoiled([0.0] * 4, [5e-6] * 4)
    monkeypatch.setattr(enclosed, "order_levels", spoil)
    with pytest.raises(Refusal, match="digits=4 of every M_ji"):
        answer(Case("transition_probabilities", {**TRANSITIONS.inputs, "levels_to": 4}), 4)
    monkeypatch.setattr(enclosed, "order_levels", spoiled([0.0] * 3, [5e-6] * 3))
    assert len(answer(TRANSITIONS, 4).values["M"]) == 3


def test_free_electrons_have_the_kinetic_energy_of_their_orbitals() -> None:
    """Without interaction the proof of levels applies as well: two electrons in the lowest orbital."""
    case = Case("spectrum", {"dot": {**DOT, "kernel": "none"}, "electrons": 2, "levels": 1})
    (energy,) = answer(case, 12).values["energies"]
    assert abs(float(energy.mid()) - pi**2) < 1e-11
    with ctx.workprec(256):
        assert energy.contains(arb.pi() ** 2)
