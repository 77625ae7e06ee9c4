"""What the figures of the paper's reproduction say about their lines and colours."""

import numpy as np
import pytest

from qdverify.paper import diagrams
from qdverify.paper.colours import diverging
from qdverify.paper.lines import spread, visible_lines
from qdverify.paper.recomputed import PaperDot


@pytest.fixture(scope="module")
def dot():
    return PaperDot.solve(12, 2e-4)


@pytest.fixture(scope="module")
def corner(dot):
    return diagrams.corner(dot, 3)


def test_ground_state_lines_frame_the_corner(dot, corner):
    """The transition between the ground levels is named at both leads, V apart, in either panel."""
    for conductance in (corner.spin_only, corner.correlated):
        ground = {line.lead: line for line in visible_lines(dot, corner, conductance) if (line.i, line.j) == (0, 0)}
        assert set(ground) == {"L", "R"}
        assert ground["R"].gate - ground["L"].gate == pytest.approx(corner.bias[-1], rel=1e-12)
        assert ground["L"].conductance > 0
        assert ground["R"].conductance > 0


def test_each_named_line_lies_where_its_transition_does(dot, corner):
    """The position is E_j - E_i -+ V/2 of the named levels, and dI/dV has an extremum within three kT of it."""
    lines = visible_lines(dot, corner, corner.correlated)
    assert len(lines) > 8
    for line in lines:
        E = dot.spectra[4].energies[line.j] - dot.spectra[3].energies[line.i]
        shift = 0.5 * corner.bias[-1] * (-1 if line.lead == "L" else 1)
        assert line.gate == pytest.approx(E + shift, rel=1e-12)
        near = np.abs(corner.gate - line.gate) <= 3 * corner.kT
        assert np.abs(corner.correlated[near, -1]).max() == abs(line.conductance)


def test_spin_blockade_shows_as_named_negative_lines(dot, corner):
    """At the corner of 3 and 4 electrons some named lines are negative, with C_ji and with M_ji."""
    for conductance in (corner.spin_only, corner.correlated):
        assert any(line.conductance < 0 for line in visible_lines(dot, corner, conductance))


def test_correlations_name_fewer_lines(dot, corner):
    """Some of the lines that the spins allow are not there with M_ji."""
    with_C, with_M = (
        {(line.lead, line.i, line.j) for line in visible_lines(dot, corner, conductance)}
        for conductance in (corner.spin_only, corner.correlated)
    )
    assert {("L", 0, 4), ("L", 2, 5)} <= with_C - with_M


def test_mirrored_halves_are_the_whole_map(dot, corner):
    """Equal barriers: dI/dV at -V is that at V, computed independently."""
    import numeric  # noqa: PLC0415  (only this test computes on its own)

    scheme = dot.scheme(dot.M, {0: 1, 1: 1, 2: 2, 3: 3, 4: 6})
    column = 17
    found = numeric.stability_diagram(scheme, bias=[corner.bias[column]], gate=corner.gate, kT=corner.kT)
    expected = found["dI_dV"].values[:, 0]
    np.testing.assert_allclose(corner.correlated[:, column], expected, atol=1e-10 * np.abs(expected).max())


def test_the_colour_map_is_symmetric_in_lightness_and_white_at_zero():
    """Lightness falls steadily from the middle to both ends, alike on either side."""
    colours = diverging().colors
    linear = np.where(colours <= 0.04045, colours / 12.92, ((colours + 0.055) / 1.055) ** 2.4)
    lightness = 116 * np.cbrt(np.clip(linear @ [0.2126, 0.7152, 0.0722], 0.0089, 1)) - 16
    middle = len(colours) // 2
    assert lightness[middle] > 97
    assert np.all(np.diff(lightness[middle:]) < 0)
    assert np.all(np.diff(lightness[: middle + 1]) > 0)
    np.testing.assert_allclose(lightness[::-1][middle:], lightness[middle:], atol=7)
    np.testing.assert_allclose(np.diff(lightness[middle:]), -(lightness[middle] - lightness[-1]) / middle, rtol=0.5)


def test_labels_move_apart_and_no_further_than_needed():
    """Labels that fit stay; those that crowd spread evenly around their middle."""
    assert spread([0.0, 5.0], 1.0) == [0.0, 5.0]
    np.testing.assert_allclose(spread([1.0, 1.1, 1.2], 1.0), [0.1, 1.1, 2.1])
    placed = spread([0.0, 0.1, 3.0, 3.0, 3.0], 1.0)
    assert np.all(np.diff(placed) >= 1 - 1e-12)
