"""What is said of the white and the strong lines of Fig. 1."""

import numpy as np
import pytest
from paper_samples import dot_of_figures

import numeric
from qdverify.paper import diagrams
from qdverify.paper.crossings import crossings
from qdverify.paper.features import FOOT, SHOULDER, features
from qdverify.paper.line_strengths import Strength, strengths
from qdverify.paper.recomputed import LOWEST_MULTIPLETS


@pytest.fixture(scope="module")
def dot():
    return dot_of_figures()


@pytest.fixture(scope="module")
def found(dot):
    corners = {N: diagrams.corner(dot, N) for N in (2, 3)}
    return {
        N: {line.kind: line for line in crossings(dot, corner, strengths(dot, corner))} for N, corner in corners.items()
    }


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


def test_the_line_shown_as_enhanced_is_enhanced_by_populations(found):
    """At 3 and 4 electrons 3_1 -> 4_2 has a smaller M than C, and yet the larger step; at 2 and 3 there is none."""
    line = found[3]["enhanced"]
    assert line.step > 1.2 * (line.spin_only_current[1] - line.spin_only_current[0])
    assert set(found[2]) == {"negative"}


def test_a_line_that_its_own_rate_explains_is_not_called_enhanced(dot):
    """The line 3_0 -> 4_0 is 1.5 times as strong, as its M is 1.5 times its C; 3_1 -> 4_2 is not explained so."""
    named = {one.name: one for one in strengths(dot, diagrams.corner(dot, 3))}
    ground = named["3_0 -> 4_0 at L"]
    assert ground.kind == "stronger"
    assert ground.ratio == pytest.approx(ground.rate_part, rel=1e-2)
    excited = named["3_1 -> 4_2 at L"]
    assert excited.kind == "enhanced"
    assert excited.rate_part == pytest.approx(0.66, abs=0.01)
    assert (excited.step, excited.spin_only_step) == pytest.approx((0.110, 0.088), abs=2e-3)


def test_the_parts_of_a_line_multiply_to_the_ratio_of_its_steps(dot, found):
    """And the step of the enhanced line agrees with that of a cut eight times as fine."""
    lines = strengths(dot, diagrams.corner(dot, 3))
    for one in lines:
        assert one.rate_part * one.population_part == pytest.approx(one.ratio, rel=1e-12)
    (enhanced,) = (one for one in lines if one.kind == "enhanced")
    assert found[3]["enhanced"].step == pytest.approx(enhanced.step, rel=0.03)
    alone = np.diff(found[3]["enhanced"].spin_only_current)[0]
    assert alone == pytest.approx(enhanced.spin_only_step, rel=0.03)


@pytest.mark.parametrize(
    ("step", "spin_only", "rate", "kind"),
    [(-0.1, 0.2, 1.0, "negative"), (0.1, -0.2, 1.0, "turned"), (0.3, 0.2, 1.5, "stronger"), (0.3, 0.2, 0.5, "enhanced"),
     (0.1, 0.2, 0.1, "weaker")],
)  # fmt: skip
def test_kinds_of_lines(step, spin_only, rate, kind):
    """A step that is larger than the spin weights' is enhanced only beyond what its rate explains."""
    assert Strength("L", 3, 0, 0, 0, 0, step, spin_only, rate).kind == kind


def test_the_diamond_has_no_single_pair_of_electron_numbers(dot):
    """Only corners are cut."""
    corner = diagrams.corner(dot, 2)
    whole = diagrams.Map(**{**vars(corner), "N": None})
    with pytest.raises(ValueError, match="must be a corner"):
        next(crossings(dot, whole, strengths(dot, whole)))
