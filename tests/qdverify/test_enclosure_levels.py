"""Enclosed levels and whole spectra, against the Fock space, the specification's digits and each other."""

from fractions import Fraction

import numpy as np
import pytest
from flint import arb, ctx
from fock_space import multiplets
from hypothesis import given, settings
from hypothesis import strategies as st

from qdverify.reference.enclosure import approximation, feshbach
from qdverify.reference.enclosure import levels as module
from qdverify.reference.enclosure.approximation import lowest
from qdverify.reference.enclosure.basis import allowed_spins, blocks
from qdverify.reference.enclosure.eigenpairs import enclose_pairs
from qdverify.reference.enclosure.feshbach import _count, _gap, count_below
from qdverify.reference.enclosure.fixed_point import fixed_point
from qdverify.reference.enclosure.hamiltonian import BlockHamiltonian
from qdverify.reference.enclosure.interaction import ExactDot, interaction_floor
from qdverify.reference.enclosure.levels import lowest_levels
from qdverify.reference.enclosure.moments import ball
from qdverify.reference.enclosure.refine import clusters, refine
from qdverify.reference.enclosure.spectrum import enclose_spectrum
from qdverify.reference.enclosure.unresolved import Unresolved


def dots() -> st.SearchStrategy[ExactDot]:
    """Dots of three orbitals over six decades of coupling, any kernel that interacts."""
    lengths = st.fractions(Fraction(1, 10), Fraction(100), max_denominator=1000)
    ratios = st.fractions(Fraction(1, 10000), Fraction(3), max_denominator=10000)
    strengths = st.fractions(Fraction(-1), Fraction(3), max_denominator=100).filter(lambda s: abs(s) > Fraction(1, 50))
    kernels = st.sampled_from(["soft-coulomb", "contact"])
    return st.builds(lambda a, r, s, k: ExactDot(a, a * r, 3, k, s), lengths, ratios, strengths, kernels)


@settings(max_examples=12, deadline=None)
@given(dots(), st.integers(0, 6))
def test_all_levels_equal_the_fock_space(dot: ExactDot, electrons: int) -> None:
    """The enclosures list every level of the Fock space once, with its spin."""
    square = float(dot.length) ** 2
    expected = multiplets(fixed_point(dot, bits=96), electrons)
    scale = max(1.0, *(abs(energy) for energy, _, _ in expected))
    found = enclose_spectrum(dot, electrons)
    energies = [float(line.energy.mid()) * square for line in found]
    assert np.allclose(energies, [energy for energy, _, _ in expected], atol=1e-12 * scale, rtol=0)
    assert sorted(line.two_S for line in found) == sorted(two_S for _, two_S, _ in expected)
    for line in found:
        assert float(line.energy.rad()) * square < 1e-12 * scale


@settings(max_examples=10, deadline=None)
@given(dots(), st.integers(1, 5))
def test_few_levels_lie_inside_the_whole_spectrum(dot: ExactDot, electrons: int) -> None:
    """Two proofs of the same levels meet: 20 digits of the lowest inside 12 digits of all."""
    whole = enclose_spectrum(dot, electrons)
    for narrow, wide in zip(lowest_levels(dot, electrons, 3), whole, strict=False):
        assert narrow.energy.overlaps(wide.energy)
        assert float(narrow.energy.rad()) <= 1e-20 * max(1.0, abs(float(narrow.energy)))


def test_twenty_one_digits_of_the_specification() -> None:
    """E_0(N=4, M=13, L=19/2, cutoff 19/10000) of certification.md lies in its ball (quick: one block of six)."""
    dot = ExactDot.paper(13)
    with ctx.workprec(192):
        model = fixed_point(dot, bits=96)
        block = blocks(13, 4, 0)[0]
        approximation = lowest(BlockHamiltonian(model, block), 1)
        (pair,) = refine(approximation, 1, target=1e-22)
        energy = enclose_pairs([pair], pair.quotient + 1)[0].energy / arb("90.25")
        assert energy.overlaps(arb("3.959531191784353464409 +/- 4e-22"))
        assert float(energy.rad()) < 1e-20


@pytest.mark.slow
def test_the_paper_s_lowest_multiplets() -> None:
    """Order and spins of [J96] Table I and the specification's 21 digits, proven complete, at M = 13."""
    found = lowest_levels(ExactDot.paper(13), 4, 6)[:6]
    assert [level.two_S for level in found] == [0, 2, 2, 0, 2, 4]
    with ctx.workprec(128):
        assert found[0].energy.overlaps(arb("3.959531191784353464409 +/- 4e-22"))
    assert all(float(level.energy.rad()) < 1e-20 for level in found)
    third = lowest_levels(ExactDot.paper(13), 3, 3)[:3]
    assert [level.two_S for level in third] == [1, 1, 3]
    assert third[1].energy.contains(arb("1.811859956945738862")) or abs(float(third[1].energy) - 1.811859956946) < 1e-12


@pytest.mark.long
@pytest.mark.slow
def test_count_in_large_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """The Feshbach count closes on the two lowest levels of every block of N = 4 at M = 30."""
    monkeypatch.setattr(approximation, "TOLERANCE", 1e-6)  # enough to know where to count below
    dot = ExactDot.paper(30)
    model, floor = fixed_point(dot), interaction_floor(dot, 4)
    for two_S in allowed_spins(30, 4):
        for block in blocks(30, 4, two_S):
            hamiltonian = BlockHamiltonian(model, block)
            values = lowest(hamiltonian, 3).values
            assert count_below(hamiltonian, float(values[1] + values[2]) / 2, floor, 2) == 2


@pytest.mark.long
@pytest.mark.slow
def test_the_ground_state_of_five_electrons() -> None:
    """N = 5 at M = 13, where the next level is close: one level is proven below the gap above the multiplet of ten."""
    found = module.prove_levels(ExactDot.paper(13), 5, 1)
    assert [level.two_S for level in found.levels] == [1, 1, 3, 1, 3, 1, 3, 1, 3, 5]
    assert abs(float(found.levels[0].energy) - 7.18355686427331) < 1e-14
    assert float(found.levels[0].energy.rad()) < 1e-20


@pytest.mark.parametrize("count", [1, 2, 3, 6])
def test_close_levels_are_counted_below_the_gap_above_their_multiplet(
    monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    """A model space that closes above the six lowest levels of N = 4 answers for any number of them."""
    monkeypatch.setattr(feshbach, "FIRST_STATES", 50)
    monkeypatch.setattr(feshbach, "MOST_STATES", 100)
    dot = ExactDot.paper(8)
    found = module.prove_levels(dot, 4, count)
    assert len(found.levels) == 6
    whole = enclose_spectrum(dot, 4)
    assert all(level.energy.overlaps(line.energy) for level, line in zip(found.levels, whole, strict=False))
    assert found.ceiling < float(whole[6].energy * ball(dot.length**2))
    assert all(float(level.energy.rad()) < 1e-20 for level in found.levels[:count])


def test_an_inconclusive_count_names_the_block_and_an_energy_in_the_user_s_units(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """If no model space proves the count, the message says how far the proof came, in effective Hartree."""
    monkeypatch.setattr(feshbach, "FIRST_STATES", 30)
    monkeypatch.setattr(feshbach, "MOST_STATES", 60)
    with pytest.raises(
        Unresolved, match=r"block S=0, parity \+1: at most 6 levels lie below 4\.18\d* effective Hartree"
    ):
        lowest_levels(ExactDot.paper(7), 4, 1)


def test_the_ceiling_lies_in_the_first_wide_gap() -> None:
    """Else in the widest among the levels of a multiplet, else in the first; coinciding levels have no gap."""
    ceiling = module.choose_ceiling
    close = np.array([100.0, 100.5, 101.5, 102.0, 150.0])
    assert ceiling(close, 1, 5, everything=False) == 102 + 48 / 4
    assert ceiling(close[:4], 1, 5, everything=False) is None
    assert ceiling(close[:4], 1, 3, everything=False) == 100.5 + 1 / 4
    assert ceiling(close[:4], 1, 9, everything=True) == 100.5 + 1 / 4
    assert ceiling(np.array([100.0, 100.0, 100.0, 101.0]), 1, 2, everything=False) == 100.25
    assert ceiling(np.array([100.0, 100.0]), 1, 2, everything=True) == np.inf
    assert ceiling(np.array([100.0, 100.0, 100.0]), 1, 2, everything=False) is None


def test_levels_beyond_those_asked_for_get_fewer_digits() -> None:
    """They cost one exact product each, no refinement; the digits of the others do not suffer."""
    found = module.prove_levels(ExactDot.paper(6), 4, 1)
    deviations = [float(level.pair.deviation) for level in found.levels]
    assert deviations[0] < 1e-22
    assert all(1e-16 < deviation < 1e-8 for deviation in deviations[1:])


def test_count_is_an_upper_bound_and_closes() -> None:
    """The count is never below the true number of levels; a large enough model space attains it."""
    dot = ExactDot.paper(6)
    model, floor = fixed_point(dot), interaction_floor(dot, 3)
    hamiltonian = BlockHamiltonian(model, blocks(6, 3, 1)[0])
    exact = np.linalg.eigvalsh(hamiltonian.matrix.values.toarray())
    closed = 0
    for sigma in np.linspace(exact[0] - 1, exact[5] + 1, 9):
        truth = int(np.sum(exact < sigma))
        for states in range(2, hamiltonian.block.size + 1, 3):
            if states == hamiltonian.block.size or _gap(hamiltonian, states, sigma, floor) > 0:
                count = _count(hamiltonian, states, sigma, floor, truth)
                assert count >= truth
                closed += count == truth
        assert count_below(hamiltonian, sigma, floor, truth) == truth
    assert closed > 9


def test_count_without_a_floor_uses_the_whole_block() -> None:
    """An attractive contact has no cheap lower bound; the count still closes."""
    dot = ExactDot(Fraction(2), Fraction(0), 4, "contact", Fraction(-3))
    hamiltonian = BlockHamiltonian(fixed_point(dot), blocks(4, 3, 1)[0])
    exact = np.linalg.eigvalsh(hamiltonian.matrix.values.toarray())
    assert interaction_floor(dot, 3) is None
    assert count_below(hamiltonian, float(exact[1] + exact[2]) / 2, None, 2) == 2


def test_a_missed_level_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A search that skips the second level of a block cannot produce a proof."""
    true_search = module._search

    def careless(*arguments):
        found, sigma = true_search(*arguments)
        victim = next(i for i, part in enumerate(found) if np.sum(part.values < sigma) >= 2)
        part = found[victim]
        keep = [i for i in range(len(part.values)) if i != 1]
        found[victim] = type(part)(part.hamiltonian, part.values[keep], part.vectors[:, keep], part.model)
        return found, sigma

    monkeypatch.setattr(module, "_search", careless)
    with pytest.raises(Unresolved, match=r"at most 2 levels lie below .* effective Hartree, 1 were found"):
        lowest_levels(ExactDot(Fraction(19, 2), Fraction(19, 10000), 5), 2, 6)


def test_a_level_found_twice_is_noticed() -> None:
    """Two copies of one eigenvector have overlapping intervals and are no proof of two levels."""
    hamiltonian = BlockHamiltonian(fixed_point(ExactDot.paper(5)), blocks(5, 2, 0)[0])
    (pair,) = refine(lowest(hamiltonian, 2), 1, target=1e-20)
    with pytest.raises(Unresolved, match="found from dependent vectors"):
        enclose_pairs([pair, pair], pair.quotient + 100)


def test_both_ways_of_correcting_converge() -> None:
    """Corrections through the whole eigenbasis and by conjugate gradients reach the floor of the integer model."""
    hamiltonian = BlockHamiltonian(fixed_point(ExactDot.paper(7), bits=96), blocks(7, 3, 1)[0])
    approximation = lowest(hamiltonian, 2)
    assert approximation.vectors.shape[1] == hamiltonian.block.size
    few = type(approximation)(hamiltonian, approximation.values[:2], approximation.vectors[:, :2], approximation.model)
    for some in (approximation, few):
        assert all(float(pair.residual) < 1e-23 for pair in refine(some, 2, target=1e-23))


def test_levels_that_coincide_exactly_are_enclosed_as_a_cluster() -> None:
    """Polarised levels of a contact are free: (1,8) and (4,7) of N = 2 coincide in one block, and both are listed."""
    dot = ExactDot(Fraction(1), Fraction(0), 8, "contact", Fraction(5))
    hamiltonian = BlockHamiltonian(fixed_point(dot, bits=96), blocks(8, 2, 2)[1])
    pairs = refine(lowest(hamiltonian, 16), hamiltonian.block.size, target=1e-22)
    with ctx.workprec(160):
        found = enclose_pairs(pairs, arb.pos_inf())
    kinetic = sorted(int(value) for value in hamiltonian.block.kinetic)
    assert kinetic.count(65) == 2
    with ctx.workprec(160):
        for pair, squares in zip(found, kinetic, strict=True):
            assert pair.energy.overlaps(arb.pi() ** 2 * squares / 2)
            assert pair.companions == (squares == 65)
            assert float(pair.energy.rad()) < 1e-20
            assert float(pair.deviation) < 1e-20


@pytest.mark.parametrize("strength", ["1e-6", "1e-11", "1e-16"])
def test_levels_that_nearly_coincide_are_told_apart(strength: str) -> None:
    """Weak interaction splits the two doublets of {1,2,3} by about its strength: far below double precision too."""
    dot = ExactDot(Fraction(1), Fraction(1, 100), 3, strength=Fraction(strength))
    found = lowest_levels(dot, 3, 9, digits=24)
    assert not any(level.pair.companions for level in found)
    pair = [level for level in found if level.two_S == 1 and level.parity == -1 and 60 < float(level.energy) < 80]
    assert len(pair) == 2
    with ctx.workprec(128):
        splitting = (pair[1].energy - pair[0].energy) / arb(strength)
        assert 0.1 < float(splitting) < 10
        assert float(splitting.rad()) < 1e-6


def test_clusters_are_cut_at_gaps() -> None:
    """Neighbours closer than a relative 1e-8 belong together."""
    assert clusters(np.array([1.0, 1.0 + 1e-10, 2.0, 2.0, 3.0])) == [range(2), range(2, 4), range(4, 5)]
    assert clusters(np.zeros(0)) == []


def test_davidson_finds_what_diagonalisation_finds(monkeypatch: pytest.MonkeyPatch) -> None:
    """The iterative search of a block too large for the model space agrees with dense diagonalisation."""
    hamiltonian = BlockHamiltonian(fixed_point(ExactDot.paper(8)), blocks(8, 4, 0)[0])
    dense = np.linalg.eigvalsh(hamiltonian.matrix.values.toarray())
    monkeypatch.setattr("qdverify.reference.enclosure.approximation.MODEL_STATES", 40)
    found = lowest(hamiltonian, 4)
    assert len(found.values) == 4 < hamiltonian.block.size
    assert np.allclose(found.values, dense[:4], rtol=1e-11)


def test_impossible_numbers_of_levels_are_refused() -> None:
    """More levels than the orbitals allow is an error that says how many there are."""
    with pytest.raises(ValueError, match="levels=5 must be between 1 and the 4 that the orbitals allow"):
        lowest_levels(ExactDot(Fraction(1), Fraction(1), 2), 2, 5)
    with pytest.raises(ValueError, match="electrons=5 must be between 0 and 4"):
        enclose_spectrum(ExactDot(Fraction(1), Fraction(1), 2), 5)


def test_all_levels_of_a_block_need_no_ceiling() -> None:
    """Asking for every level works: N = 2, M = 2 has four."""
    dot = ExactDot(Fraction(1), Fraction(1), 2)
    assert [level.two_S for level in lowest_levels(dot, 2, 4)].count(2) == 1
    assert len(lowest_levels(dot, 2, 4)) == 4


def test_the_ceiling_of_known_levels_is_near_those_asked_for() -> None:
    """All levels are known, and the first wide gap lies far above: the widest of the gaps nearby is taken."""
    ceiling = module.choose_ceiling
    dense = np.cumsum([1.0, 1e-4, 1e-4, 3e-4, *[1e-4] * 200, 1.0])
    low = ceiling(dense, 2, 8, everything=True)
    assert low is not None
    assert dense[2] < low < dense[3]
    assert ceiling(np.array([1.0, 1.5, 3.0]), 1, 2, everything=True) == pytest.approx(1.0 + 0.5 * module.MARGIN)
