"""What is said of the white and the strong lines of Fig. 1."""

import numpy as np
import pytest

import numeric
from qdverify.paper import diagrams
from qdverify.paper.crossings import FOOT, SHOULDER, crossings, features
from qdverify.paper.recomputed import LOWEST_MULTIPLETS, PaperDot


@pytest.fixture(scope="module")
def dot():
    return PaperDot.solve(12, 2e-4)


@pytest.fixture(scope="module")
def found(dot):
    return {N: {line.kind: line for line in crossings(dot, diagrams.corner(dot, N))} for N in (2, 3)}


def conductance(dot, line, bias):
    levels = {N: LOWEST_MULTIPLETS[N] for N in (line.N, line.N + 1)}
    scheme = dot.scheme(dot.M, levels)
    diagram = numeric.stability_diagram(scheme, bias=bias, gate=[line.gate], kT=diagrams.CORNER_KT)
    return diagram["dI_dV"].values[:, 0]


def test_the_step_of_the_current_is_the_integral_over_the_line(dot, found):
    """The current credited to a line is the integral of dI/dV from one of its sides to the other."""
    nodes, weights = np.polynomial.legendre.leggauss(120)
    for line in (line for lines in found.values() for line in lines.values()):
        before, _, after = line.bias
        bias = 0.5 * (before + after) + 0.5 * (after - before) * nodes
        integral = 0.5 * (after - before) * np.dot(weights, conductance(dot, line, bias))
        assert line.step == pytest.approx(integral, rel=1e-9)
        assert np.sign(line.step) == np.sign(line.conductance)


def test_a_line_is_an_extremum_that_stands_out_on_both_sides(dot, found):
    """|dI/dV| rises from one side to the extremum, and falls to the other, by a factor of ten at least."""
    for line in (line for lines in found.values() for line in lines.values()):
        before, at, after = line.bias
        for side in (before, after):
            size = np.abs(conductance(dot, line, np.linspace(side, at, 40)))
            assert np.all(np.diff(size) > -1e-6 * size[-1])
            assert size[0] <= SHOULDER * size[-1]
            assert size[-1] == pytest.approx(abs(line.conductance), rel=1e-12)


def test_a_shoulder_is_no_line():
    """On the flank of a summit a hump that does not come down before the summit rises is not reported."""
    V = np.linspace(0, 30, 601)
    peak, hump, hole = (np.cosh(0.5 * (V - at)) ** -2 for at in (8.0, 12.5, 22.0))
    (only,) = features(peak + 0.08 * hump)
    assert V[only.at] == pytest.approx(8.0, abs=0.2)
    apart = list(features(peak - 0.5 * hole))
    assert [V[line.at] for line in apart] == pytest.approx([8.0, 22.0], abs=0.2)
    for line in apart:
        assert V[line.before] < V[line.at] < V[line.after]
        size = np.abs((peak - 0.5 * hole)[[line.before, line.after]])
        assert np.all(size <= 2 * FOOT * abs((peak - 0.5 * hole)[line.at]))


def test_both_corners_have_a_negative_line(found):
    """Across it the current falls, as physics.md section 7 has it, and a level that the dot leaves slowly gains."""
    for N, lines in found.items():
        line = lines["negative"]
        assert line.conductance < 0
        assert line.current[1] < line.current[0]
        change = line.populations[:, 1] - line.populations[:, 0]
        trap = int(np.argmax(change))
        assert change[trap] > 0.1
        assert line.electrons[trap] in (N, N + 1)
        np.testing.assert_allclose(line.populations.sum(axis=0), 1, atol=1e-12)


def test_the_trap_at_three_electrons_couples_weakly_to_four(dot, found):
    """At the corner of 3 and 4 electrons the dot stays in an excited level of three that leads up slowly."""
    line = found[3]["negative"]
    trap = int(np.argmax(line.populations[:, 1] - line.populations[:, 0]))
    assert line.electrons[trap] == 3
    level = trap - int(np.flatnonzero(line.electrons == 3)[0])
    assert level > 0
    assert dot.M[3][0, level] < 0.5 * dot.M[3][0, 0]


def test_correlations_enhance_a_line_where_the_ground_levels_couple_more(dot, found):
    """At 3 and 4 electrons M exceeds C and so does the step; at 2 and 3 no line carries more than the spins allow."""
    line = found[3]["enhanced"]
    assert line.step > 1.3 * (line.spin_only_current[1] - line.spin_only_current[0])
    assert dot.M[3][0, 0] > 1.3 * dot.C[3][0, 0]
    assert dot.M[2][0, 0] < dot.C[2][0, 0]
    assert set(found[2]) == {"negative"}


def test_the_diamond_has_no_single_pair_of_electron_numbers(dot):
    """Only corners are cut."""
    corner = diagrams.corner(dot, 2)
    whole = diagrams.Map(**{**vars(corner), "N": None})
    with pytest.raises(ValueError, match="must be a corner"):
        next(crossings(dot, whole))
