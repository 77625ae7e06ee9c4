"""Lever arms: diagrams in voltages, and the slopes of the diamonds' edges."""

import exact_chains
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from numeric import Lead, LevelScheme, LeverArms, currents, stability_diagram
from numeric.diagram import stability_arrays

shares = st.floats(0, 1)
lever_arms = st.tuples(st.floats(0.01, 1), st.floats(0, 1), st.floats(0, 1)).map(
    lambda arms: LeverArms(*(arm / max(1.0, sum(arms)) for arm in arms))
)


def applied(arms, share, V_G, V):
    """Return e phi, mu_L and mu_R from the definition."""
    mu_L, mu_R = share * V, (share - 1) * V
    return arms.gate * V_G - arms.left * mu_L - arms.right * mu_R, mu_L, mu_R


@given(arms=lever_arms, share=shares, V_G=st.floats(-1, 3), V=st.floats(-0.5, 0.5))
def test_a_diagram_over_voltages_is_one_with_another_split(arms, share, V_G, V):
    """Current at e phi, mu_L and mu_R from the definition, and from the split of the lever arms."""
    scheme = exact_chains.three_level_scheme()
    gate, mu_L, mu_R = applied(arms, share, V_G, V)
    leads = [Lead("L", 1.0, mu_L), Lead("R", 0.3, mu_R)]
    direct = currents(scheme, leads, kT=0.1, gate=gate)
    mapped = stability_arrays(
        scheme, bias=[V], gate=[arms.gate * V_G], kT=0.1, rates=(1.0, 0.3), split=arms.split(share)
    )
    assert mapped["I"][0, 0] == pytest.approx(float(direct), rel=1e-9, abs=1e-12)


@given(arms=lever_arms, share=shares, energy=st.floats(-1, 1), V=st.floats(-1, 1))
def test_resonances_lie_on_lines_of_the_slopes(arms, share, energy, V):
    """E - e phi = mu_L at V_G = E / alpha_G + V / slope_L, and the same for R."""
    for lead, slope in zip((1, 2), arms.slopes(share), strict=True):
        V_G = energy / arms.gate + V / slope
        point = applied(arms, share, V_G, V)
        assert point[0] + point[lead] == pytest.approx(energy, abs=1e-12)


def test_the_edges_of_a_diamond_have_the_slopes_of_the_lever_arms():
    """Where the conductance is largest at two biases, to the step of the grid: a fault in any lever arm moves it."""
    arms, share, kT = LeverArms(gate=0.25, left=0.3, right=0.1), 0.8, 1e-4
    scheme = LevelScheme([0, 1], [0.0, 0.1], [0, 1], [0], [1], [0.5])
    V_G, bias = np.linspace(0.2, 0.6, 4001), np.array([0.02, 0.04])
    diagram = stability_diagram(scheme, bias=bias, gate=arms.gate * V_G, kT=kT, split=arms.split(share))
    # dI/dV peaks on the line of L at small gates, and on that of R at large ones
    for side, slope in zip((V_G < 0.4, V_G > 0.4), arms.slopes(share), strict=True):
        steepest = [V_G[side][np.argmax(row[side])] for row in diagram["dI_dV"].values]
        assert (bias[1] - bias[0]) / (steepest[1] - steepest[0]) == pytest.approx(slope, rel=0.01)
    assert arms.slopes(share) != pytest.approx(arms.slopes(0.5), rel=0.01)


def test_textbook_slopes():
    """R grounded: -C_G / (C - C_L) and C_G / C_L."""
    gate, left, right = 2.0, 3.0, 5.0
    arms = LeverArms(*(C / 10.0 for C in (gate, left, right)))
    assert arms.slopes(share=1.0) == pytest.approx((-gate / (10.0 - left), gate / left))
    assert LeverArms().slopes() == (-2.0, 2.0)
    assert LeverArms().slopes(1.0) == (-1.0, float("inf"))
    assert LeverArms().slopes(0.0) == (float("-inf"), 1.0)


@pytest.mark.parametrize(
    ("arms", "message"),
    [
        ({"gate": 0.0}, "gate=0.0 must be positive"),
        ({"left": -0.1}, "left=-0.1"),
        ({"gate": 0.5, "left": 0.3, "right": 0.3}, "must be at most 1"),
        ({"gate": "x"}, "gate='x' must be a real number"),
    ],
)
def test_lever_arms_are_shares(arms, message):
    """Anything else is refused with the number and the rule."""
    with pytest.raises(ValueError, match=message):
        LeverArms(**arms)


@pytest.mark.parametrize("share", [-0.1, 1.1, np.nan])
def test_a_share_lies_between_0_and_1(share):
    """A bias is applied to the left lead, to the right one, or to both."""
    with pytest.raises(ValueError, match="share="):
        LeverArms().split(share)
