"""What the figures of the paper's reproduction say about their lines and colours."""

import numpy as np
import pytest
from paper_samples import diamond_of_figures, dot_of_figures

from qdverify.paper import diagrams
from qdverify.paper.colours import diverging
from qdverify.paper.figures import figure_1
from qdverify.paper.lines import WEIGHTS, spread, visible_lines


@pytest.fixture(scope="module")
def dot():
    return dot_of_figures()


@pytest.fixture(scope="module")
def corner(dot):
    return diagrams.corner(dot, 3)


def test_ground_state_lines_frame_the_corner(dot, corner):
    """The transition between the ground levels is named at both leads, V apart, in either panel."""
    for weights in WEIGHTS:
        ground = {line.lead: line for line in visible_lines(dot, corner, weights) if (line.i, line.j) == (0, 0)}
        assert set(ground) == {"L", "R"}
        assert ground["R"].position - ground["L"].position == pytest.approx(corner.bias[-1], rel=1e-12)
        assert ground["L"].conductance > 0
        assert ground["R"].conductance > 0


@pytest.fixture(scope="module")
def diamond():
    return diamond_of_figures()


@pytest.fixture(scope="module")
def named(dot, diamond):
    return {weights: visible_lines(dot, diamond, weights) for weights in WEIGHTS}


def test_all_four_edges_of_the_diamond_are_named(dot, diamond, named):
    """2_0 -> 3_0 and 3_0 -> 4_0 at both leads, in either picture, where they leave the window."""
    for lines in named.values():
        ground = {(line.N, line.lead): line for line in lines if line.N in (2, 3) and (line.i, line.j) == (0, 0)}
        assert {key: line.edge for key, line in ground.items()} == {
            (2, "L"): "left",
            (2, "R"): "top",
            (3, "L"): "top",
            (3, "R"): "right",
        }
        for (N, lead), line in ground.items():
            sign = {"L": -0.5, "R": 0.5}[lead]
            gate = {"top": line.position, "left": diamond.gate[0], "right": diamond.gate[-1]}[line.edge]
            V = diamond.bias[-1] if line.edge == "top" else line.position
            assert gate == pytest.approx(dot.addition_energy(N) + sign * V, rel=1e-12)
            assert line.name.startswith(f"{N}\u2080\u2192{N + 1}\u2080")


def test_lines_are_named_with_the_weights_of_their_picture(dot, named):
    """A transition that names a line carries weight in that picture, and the pictures name different lines."""
    for weights, lines in named.items():
        table = {"C": dot.C, "M": dot.M}[weights]
        assert all(table[line.N][line.j, line.i] > 1e-3 for line in lines)
        assert all(line.merged >= 0 for line in lines)
    assert len(named["M"]) < len(named["C"])


def test_no_label_of_the_diamond_covers_another(diamond, named):
    """Names, axis labels and numbers of both panels keep apart."""
    figure = figure_1(diamond, named, [], [], "grey")
    figure.draw_without_rendering()
    boxes = [
        text.get_window_extent()
        for ax in figure.axes
        for text in (*ax.texts, *ax.get_yticklabels(), ax.xaxis.label, ax.yaxis.label)
        if text.get_text() and text.get_visible() and text.get_window_extent().width > 0
    ]
    boxes += [text.get_window_extent() for text in figure.texts]
    hit = [
        (one, other)
        for k, one in enumerate(boxes)
        for other in boxes[:k]
        if one.padded(-1.0).overlaps(other.padded(-1.0))
    ]
    assert not hit
    assert all(box.x0 >= 0 and box.x1 <= figure.bbox.x1 and box.y1 <= figure.bbox.y1 for box in boxes)


def test_each_named_line_lies_where_its_transition_does(dot, corner):
    """The position is E_j - E_i -+ V/2 of the named levels, and dI/dV has an extremum within three kT of it."""
    lines = visible_lines(dot, corner, "M")
    assert len(lines) > 8
    for line in lines:
        E = dot.spectra[4].energies[line.j] - dot.spectra[3].energies[line.i]
        shift = 0.5 * corner.bias[-1] * (-1 if line.lead == "L" else 1)
        assert line.position == pytest.approx(E + shift, rel=1e-12)
        near = np.abs(corner.gate - line.position) <= 3 * corner.kT
        assert np.abs(corner.correlated[near, -1]).max() == abs(line.conductance)


def test_spin_blockade_shows_as_named_negative_lines(dot, corner):
    """At the corner of 3 and 4 electrons some named lines are negative, with C_ji and with M_ji."""
    for weights in WEIGHTS:
        assert any(line.conductance < 0 for line in visible_lines(dot, corner, weights))


def test_correlations_name_fewer_lines(dot, corner):
    """Some of the lines that the spins allow are not there with M_ji."""
    with_C, with_M = (
        {(line.lead, line.i, line.j) for line in visible_lines(dot, corner, weights)} for weights in WEIGHTS
    )
    assert {("L", 0, 4), ("L", 2, 5)} <= with_C - with_M


def test_mirrored_halves_are_the_whole_map(dot, corner):
    """Equal barriers: dI/dV at -V is that at V, computed independently."""
    import numeric  # noqa: PLC0415  (only this test computes on its own)

    scheme = dot.scheme(dot.M, {0: 1, 1: 1, 2: 2, 3: 3, 4: 6})
    column = 17
    found = numeric.stability_diagram(scheme, bias=[corner.bias[column]], gate=corner.gate, kT=corner.kT)
    expected = found["dI_dV"].values[0]
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
