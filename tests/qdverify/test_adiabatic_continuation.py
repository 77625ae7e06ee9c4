from math import comb

import numpy as np
import pytest
from rows import over

import qdverify
from analytic import weak_coupling_transition_probabilities
from numeric import Dot
from qdverify.paper import adiabatic_continuation as module
from qdverify.paper.adiabatic_continuation import LostError, follow
from qdverify.paper.palette import SERIES


@pytest.fixture(scope="module")
def paper():
    return follow(Dot.paper(orbitals=9), {2: 2, 3: 3}, weakest=1e-4, ratio=0.5)


def test_the_forbidden_transition_of_the_paper(paper):
    """N = 2 ground state -> second doublet of N = 3 fades to zero: {1,1} and {1,2,2} differ by two electrons."""
    M = paper.M[2][:, 1, 0]
    assert paper.levels[2][0].configuration == (1, 1)
    assert paper.levels[3][1].configuration == (1, 2, 2)
    assert M[0] > 0.04
    assert M[-1] < 1e-6
    # quadratic in the strength: the amplitude is of first order in what mixes the configurations
    order = np.diff(np.log(M[-4:])) / np.diff(np.log(paper.strengths[-4:]))
    assert order == pytest.approx(2.0, abs=0.05)


def test_all_probabilities_end_at_the_exact_limits(paper):
    """M_ji at the last strength is that of degenerate perturbation theory, to the order of that strength."""
    exact = weak_coupling_transition_probabilities(
        electrons=2, orbitals=9, levels_from=2, levels_to=8, kernel="soft-coulomb", length=9.5, cutoff=1.9e-3
    )
    places = [level.places[-1] for level in paper.levels[3]]
    limit = np.array([[float(value) for value in exact.M[place][:2]] for place in places])
    errors = np.abs(paper.M[2] - limit).max(axis=(1, 2))
    assert errors[-1] < 1e-3
    assert errors[-1] / errors[-4] == pytest.approx(paper.strengths[-1] / paper.strengths[-4], rel=0.05)


def test_quantum_numbers_and_energies_are_continuous(paper):
    """Energies fall with the strength without jumps, and every state resembles the one before."""
    for levels in paper.levels.values():
        for level in levels:
            assert np.all(np.diff(level.energies) < 0)
            assert np.all(level.overlaps >= module.LEAST_OVERLAP)
    assert [(level.two_S, level.parity) for level in paper.levels[3]] == [(1, -1), (1, 1), (3, -1)]


def test_levels_that_cross_are_followed_through(paper):
    """The polarised level of three electrons is third at full strength and not third where it ends."""
    polarised = paper.levels[3][2]
    assert polarised.configuration == (1, 2, 3)
    assert polarised.places[0] == 2
    assert polarised.places[-1] > 2


def test_sorting_by_energy_would_end_elsewhere(paper):
    """The third level at the weakest strength is a doublet: following by energy order mislabels the quartet."""
    weak = follow(Dot(9.5, 1.9e-3, 9, strength=1e-4), {3: 3}, weakest=0.5)
    third = weak.levels[3][2]
    assert third.two_S == 1


def test_too_coarse_steps_are_refined(monkeypatch):
    """A demand for larger overlaps makes the steps smaller, and one that no step meets is an error."""
    coarse = follow(Dot(9.5, 1.9e-3, 6), {2: 1}, weakest=0.1, ratio=0.2)
    monkeypatch.setattr(module, "LEAST_OVERLAP", 0.999)
    fine = follow(Dot(9.5, 1.9e-3, 6), {2: 1}, weakest=0.1, ratio=0.2)
    assert len(fine.strengths) > len(coarse.strengths)
    monkeypatch.setattr(module, "LEAST_OVERLAP", 1.1)
    with pytest.raises(LostError, match="lost below strength 1"):
        follow(Dot(9.5, 1.9e-3, 6), {2: 1}, weakest=0.1)


@pytest.mark.parametrize(
    ("orbitals", "levels"),
    [(4, {1: 1}), (6, {0: 1, 1: 2}), (2, {2: 1}), (2, {1: 2, 2: 4}), (3, {2: 9}), (2, {4: 1})],
)
def test_spectra_with_few_levels_are_followed(orbitals, levels):
    """As many levels as exist can be followed: there is no spare one to list, and none is needed."""
    following = follow(Dot(9.5, 1.9e-3, orbitals), levels, weakest=0.01)
    for N, count in levels.items():
        assert len(following.levels[N]) == count
        existing = comb(orbitals, N // 2) * comb(orbitals, N - N // 2)
        assert len({level.places[-1] for level in following.levels[N]} & set(range(existing))) == count


def test_one_electron_does_not_notice_the_interaction():
    """The orbitals of one electron and M = 1 from the empty dot stay as they are at every strength."""
    following = follow(Dot(9.5, 1.9e-3, 6), {0: 1, 1: 3}, weakest=0.01)
    energies = np.array([level.energies for level in following.levels[1]])
    np.testing.assert_allclose(energies, np.broadcast_to(energies[:, :1], energies.shape), rtol=1e-13)
    np.testing.assert_allclose(following.M[0], 1.0, rtol=1e-12)


def test_what_is_followed_is_one_short_line():
    """At a prompt the whole, and each level, say what they are rather than list every strength."""
    following = follow(Dot(9.5, 1.9e-3, 4), {0: 1, 1: 2}, weakest=0.5)
    assert repr(following) == "AdiabaticContinuation(levels by N {0: 1, 1: 2}, 3 strengths from 1 to 0.5)"
    assert repr(following.levels[1][1]) == (
        "FollowedLevel(electrons=1, index=1, two_S=1, parity=-1, energies from 0.218717 to 0.218717, configuration=[2])"
    )


def test_follow_is_part_of_the_public_interface():
    """`qdverify.follow` is the function, whatever else was imported."""
    assert "follow" in qdverify.__all__
    assert qdverify.follow is follow


def test_plot_shows_levels_and_probabilities(paper):
    """One line for each level of N + 1, one for each transition that spin allows, named by level and spin."""
    figure = paper.plot(2)
    left, right = figure.axes
    assert len(left.lines) == 3
    assert len(right.lines) == 5
    assert all("full strength" in panel.get_xlabel() for panel in figure.axes)
    assert "level 0 (S = 0) \u2192 level 1 (S = 1/2)" in [line.get_label() for line in right.lines]
    with pytest.raises(ValueError, match="electrons=3"):
        paper.plot(3)


def test_the_legends_of_the_plot_hide_no_curve(paper):
    """The legends stand below the axes."""
    figure = paper.plot(2)
    figure.draw_without_rendering()
    for panel in figure.axes:
        assert not panel.get_legend().get_window_extent().overlaps(panel.get_window_extent())


@over(
    ("dot", "levels", "options"),
    [
        (Dot(1.0, 0.1, 4, strength=0.0), {2: 1}, {}),
        (Dot(1.0, 0.1, 4), {}, {}),
        (Dot(1.0, 0.1, 4), {2: 0}, {}),
        (Dot(1.0, 0.1, 4), {2: "a"}, {}),
        (Dot(1.0, 0.1, 4), {2: True}, {}),
        (Dot(1.0, 0.1, 4), {"x": 1}, {}),
        (Dot(1.0, 0.1, 4), {9: 1}, {}),
        (Dot(1.0, 0.1, 4), {1: 5}, {}),
        (Dot(1.0, 0.1, 4), [2], {}),
        (Dot(1.0, 0.1, 4), {2: 1}, {"weakest": "x"}),
        (Dot(1.0, 0.1, 4), {2: 1}, {"weakest": 0.0}),
        (Dot(1.0, 0.1, 4), {2: 1}, {"ratio": 1.0}),
    ],
)
def test_invalid_arguments_are_errors(dot, levels, options):
    """Each error names the value and the rule."""
    with pytest.raises(ValueError, match="must"):
        follow(dot, levels, **options)


def test_curves_have_the_colours_of_the_house(paper):
    """A level has one colour in both panels; no colour of matplotlib's own cycle is left."""
    left, right = paper.plot(2).axes
    assert {line.get_color() for line in (*left.lines, *right.lines)} <= set(SERIES)
    assert [line.get_color() for line in left.lines] == list(SERIES[: len(left.lines)])
