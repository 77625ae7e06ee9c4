"""Linear response where slopes leave no digit of it: leads of unlike rates hold the dot in turn, deep in blockade."""

import mpmath
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from test_fast_flows import kernel_from
from test_linear_response import assert_within_its_bounds

from numeric import Lead, LevelScheme, lead_response, linear_response, response_map
from numeric.estimates import LARGEST_DOUBT, estimate, ratio

DIGITS = 1200
ONE_WAY = LevelScheme([0, 1, 2], [0.0, -0.3, 0.1], [0, 1, 0], [0, 1], [1, 2], [[3.1e-4, 0.029], [0.0, 2e5]])
"""L is joined by one transition only: every electron carries its energy, and no heat flows without a current."""
SETTING = {"rates": (2.2e-4, 0.19), "kT": 0.01}


@st.composite
def devices(draw):
    """Draw levels and M of each lead over 80 decades, some 0, as keywords of a scheme, and rates of both leads."""
    per_charge = draw(st.lists(st.integers(1, 2), min_size=2, max_size=4))
    electrons = [N for N, count in enumerate(per_charge) for _ in range(count)]
    pairs = [(i, j) for i, N in enumerate(electrons) for j, P in enumerate(electrons) if P == N + 1]
    weights = st.sampled_from([0.0, 1.0, 0.5]) | st.floats(-40, 40).map(lambda power: 10.0**power)
    M = [[draw(weights), draw(weights)] for _ in pairs]
    energies = [draw(st.sampled_from([0.0, -0.07, 0.14, 0.3])) for _ in electrons]
    lower, upper = zip(*pairs, strict=True)
    scheme = LevelScheme(electrons, energies, [N % 2 for N in electrons], lower, upper, M)
    return scheme, draw(st.sampled_from([(1.0, 1.0), (1e16, 1e-16), (1e-20, 0.3)]))


@settings(max_examples=20, deadline=None)
@given(device=devices(), kT=st.sampled_from([0.02, 0.03, 0.3]), gate=st.floats(-1, 1))
def test_a_response_that_slopes_lose_is_right_to_its_bounds(device, kT, gate):
    """All five numbers, whatever the rates; the same from a map."""
    scheme, t = device
    try:
        found = linear_response(scheme, rates=t, kT=kT, gate=gate)
    except ValueError as error:  # leads that exchange nothing, or levels that nothing joins
        assume("must" not in str(error) and "closed classes" not in str(error))
        raise
    assert_within_its_bounds(found, scheme, t, kT=kT, gate=gate, mu=0.0, digits=DIGITS)


@pytest.mark.parametrize("least", [0, 10**9], ids=["compiled", "numpy"])
def test_one_energy_carried_is_the_thermopower_deep_in_blockade(least):
    """S = E / kT, K = 0 and the least ZT, at each point of a map, where L11 is 1e-58 beside exchange of 1."""
    gates = np.linspace(0.3, 0.9, 41)
    with kernel_from(least):
        found = response_map(ONE_WAY, gate=gates, rates=SETTING["rates"], kT=[SETTING["kT"], 0.012])
    for kT, sheet in zip((SETTING["kT"], 0.012), found["thermopower"].values, strict=True):
        assert sheet == pytest.approx((-0.3 - gates) / kT, rel=1e-12)
    assert (found["thermopower_error"] < 1e-11).all()
    assert (found["heat_conductance"] <= found["heat_conductance_error"]).all()
    assert np.isinf(found["figure_of_merit_error"].values).all()
    assert (found["figure_of_merit"] > 1e20).all()


def test_linear_response_of_two_leads_is_that_of_all_leads():
    """Where slopes lose L11 both tasks tell the same number, and know it to its last digits."""
    found = linear_response(ONE_WAY, gate=0.63, **SETTING)
    leads = [Lead(name, rate, 0.0) for name, rate in zip("LR", SETTING["rates"], strict=True)]
    matrix = lead_response(ONE_WAY, leads, kT=SETTING["kT"], gate=0.63).onsager
    assert found.L11.relative_error[0] < 1e-12
    assert float(found.L11) == float(matrix[0, 0]) > 0


def test_what_a_strong_lead_gives_is_told_by_the_weak_one():
    """L gives what R takes: the number that neither slopes nor counts know at L is the one known between the leads."""
    M = [[3e190, 0.0], [3e-188, 0.5], [0.0, 0.5], [2e120, 9e-247]]
    scheme = LevelScheme([0, 1, 1, 2], [0.14, -0.03, -0.01, -0.02], [0, 1, 1, 0], [0, 0, 1, 2], [1, 2, 3, 3], M)
    found = lead_response(scheme, [Lead("L", 1.0, 0.0), Lead("R", 1e-40, 0.0)], kT=6.3e-4, gate=-0.1385).onsager
    electrons = found.relative_error[:2, :2]
    assert (electrons < 1e-12).all()
    assert found.scaled.mantissa[0, 0] == -found.scaled.mantissa[0, 1] == found.scaled.mantissa[1, 1]


@pytest.mark.parametrize("doubt", [0.26, 1.0, 1e5, np.inf])
def test_a_quotient_by_a_lost_number_is_refused(doubt):
    """The message names the number and the rule; so it is for an exact zero."""
    one = estimate(np.ones(2), np.zeros(2), np.zeros(2))
    lost = estimate(np.ones(2), np.array([0.0, min(doubt, 1e300)]), np.zeros(2))
    with pytest.raises(ArithmeticError, match=r"L11 of 1 ± .* must be known to 0\.25"):
        ratio(one, lost, "L11")
    with pytest.raises(ArithmeticError, match="L11 of 0 ± 0"):
        ratio(one, estimate(np.zeros(2), np.zeros(2), np.zeros(2)), "L11")


@given(
    a=st.floats(-1e3, 1e3),
    b=st.floats(0.01, 1e3),
    doubts=st.tuples(st.floats(0, 10), st.floats(0, LARGEST_DOUBT)),
    ends=st.tuples(st.floats(-1, 1), st.floats(-1, 1)),
)
def test_a_quotient_keeps_to_its_bound_up_to_the_largest_doubt(a, b, doubts, ends):
    """Whatever numerator and divisor are within their bounds."""
    numerator = estimate(np.array([a]), np.array([doubts[0]]), np.zeros(1))
    found = ratio(numerator, estimate(np.array([b]), np.array([doubts[1] * b]), np.zeros(1)), "b")
    with mpmath.workdps(50):
        x, y = mpmath.mpf(a) + mpmath.mpf(doubts[0]) * ends[0], mpmath.mpf(b) * (1 + mpmath.mpf(doubts[1]) * ends[1])
        assert abs(x / y - float(found)) <= mpmath.mpf(float(found.bound[0])) * (1 + mpmath.mpf(2) ** -40)
