"""Which levels the windows of Fig. 1 need."""

import numpy as np
import pytest
from paper_samples import diamond_of_figures, dot_of_figures

import numeric
from qdverify.paper import diagrams
from qdverify.paper.reach import EXCITED, held_levels, tiles
from qdverify.paper.recomputed import LOWEST_MULTIPLETS, SOLVED, PaperDot

LEVELS, SLOPE = 0.02, 0.015
"""Stated bounds on what more levels change: share of the current, share of the largest dI/dV."""
FEW = {0: 1, 1: 3, 2: 6, 3: 8, 4: 10}
"""One excited multiplet of each N: too few, as the bias climbs further in several events."""


@pytest.fixture(scope="module")
def dot():
    return dot_of_figures()


@pytest.fixture(scope="module")
def diamond():
    return diamond_of_figures()


@pytest.fixture(scope="module")
def larger():
    model = numeric.Dot.paper(12)
    counts = {0: 1, 1: 7, 2: 18, 3: 24, 4: 36}
    spectra = {N: numeric.solve(model, N, count) for N, count in counts.items()}
    M = {N: numeric.transition_probabilities(spectra[N], spectra[N + 1]) for N in range(4)}
    return PaperDot(9.5, 12, 2e-4, spectra, M)


def deviations(dot, levels, data, weights):
    """Return the largest deviation of I over I, and of dI/dV over its largest value, on a coarse part of the map."""
    current, slope, used = {
        "C": (data.spin_only_current, data.spin_only, dot.C),
        "M": (data.correlated_current, data.correlated, dot.M),
    }[weights]
    gates, biases = slice(4, None, 14), slice(60, None, 10)
    found = numeric.stability_diagram(
        dot.scheme(used, levels), bias=data.bias[biases], gate=data.gate[gates], kT=data.kT
    )
    found = found.transpose("gate", "bias")
    expected = found["I_L"].values
    off = np.abs(current[gates, biases] - expected) / np.maximum(np.abs(expected), 1e-2 * np.abs(expected).max())
    return off.max(), np.abs(slope[gates, biases] - found["dI_dV"].values).max() / np.abs(slope).max()


def test_more_levels_do_not_move_the_diamond(larger, diamond):
    """Half again as many levels, everywhere, change the current by less than 2 % and dI/dV by less than 1.5 %."""
    every = {N: spectrum.energies.size for N, spectrum in larger.spectra.items()}
    for weights in ("C", "M"):
        off_I, off_slope = deviations(larger, every, diamond, weights)
        assert off_I < LEVELS
        assert off_slope < SLOPE


def test_one_excited_multiplet_would_not_do(larger, diamond):
    """The bound notices a level set that stops after the first vibration."""
    off_I, _ = deviations(larger, FEW, diamond, "M")
    assert off_I > 5 * LEVELS


def test_at_the_corners_only_the_lowest_multiplets_are_reached(dot, larger):
    """There the ladder ends by itself, and further levels and electron numbers change nothing."""
    for N in (2, 3):
        data = diagrams.corner(dot, N)
        half = data.bias[data.bias.size // 2 :]
        expected = {n: LOWEST_MULTIPLETS[n] for n in (N, N + 1)}
        assert [levels for *_, levels in tiles(dot, data.gate, half, data.kT)] == [expected]
        more = {0: 1, 1: 3, 2: 6, 3: 9, 4: 12}
        gate, bias = data.gate[::40], data.bias[::35]
        found = numeric.stability_diagram(larger.scheme(larger.M, more), bias=bias, gate=gate, kT=data.kT)
        error = np.abs(found["dI_dV"].values.T - data.correlated[::40, ::35]).max()
        assert error < 1e-8 * np.abs(data.correlated).max()


def test_tiles_cover_the_window_once(dot, diamond):
    """Every point belongs to one tile, which holds the lowest multiplets of the window's ground states."""
    half = diamond.bias[diamond.bias.size // 2 :]
    seen = np.zeros((diamond.gate.size, half.size), dtype=int)
    for gates, biases, levels in tiles(dot, diamond.gate, half, diamond.kT):
        seen[gates, biases] += 1
        assert all(levels[N] >= LOWEST_MULTIPLETS[N] for N in (2, 3, 4))
    assert np.all(seen == 1)


@pytest.mark.parametrize("orbitals", [10, 13])
def test_every_level_below_the_cut_is_solved_for(orbitals):
    """One level more than is solved for lies beyond the largest excitation that is kept."""
    dot = PaperDot.solve(orbitals, 2e-4)
    cut = EXCITED * (dot.addition_energy(3) - dot.addition_energy(2))
    for N in (1, 2, 3, 4):
        energies = numeric.solve(dot.spectra[N].dot, N, SOLVED[N] + 1).energies
        assert energies[-1] - energies[0] > cut
    assert held_levels(dot, cut)[3] >= 18
