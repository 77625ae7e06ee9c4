"""Currents at both barriers."""

import exact_chains
import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from numeric import Lead, currents, differential_conductance, lead_flows, linear_conductance, shot_noise
from numeric.current import barrier_flows
from numeric.stationary import populations_at, rates_at_point

temperatures = st.floats(-5, 1).map(lambda power: 10.0**power)
rates = st.sampled_from([(1.0, 1.0), (1.0, 0.3), (1.0, 1e-9), (1e-12, 1.0)])
# a bias whose half is subnormal has lost digits before the first operation: the bounds speak of normal numbers
biases = st.floats(-1, 1).filter(lambda V: V == 0 or abs(V) > 1e-300) | st.sampled_from([1e-5, -1e-9, 1e-14])


def exact(estimate):
    """Return number and error bound as mpf."""
    return [
        mpmath.mpf(float(value.mantissa[0])) * mpmath.mpf(2) ** int(value.exponent[0])
        for value in (estimate.scaled, estimate.error)
    ]


@given(scheme=exact_chains.schemes(per_lead=True), kT=temperatures, gate=st.floats(-2, 2), V=biases, t=rates)
def test_currents_agree_with_high_precision_within_their_bound(scheme, kT, gate, V, t):
    """I_L and I_R are right to the bound stated with them."""
    leads = exact_chains.biased(t, V)
    found = currents(scheme, leads, kT=kT, gate=gate)
    with mpmath.workdps(exact_chains.DIGITS):
        (into_L, into_R), rounding = exact_chains.current(scheme, leads, kT, gate)
        for estimate, true in ((found.I_L, into_L), (found.I_R, -into_R)):
            value, bound = exact(estimate)
            assert abs(value - true) <= bound + rounding


@given(scheme=exact_chains.schemes(), kT=temperatures, gate=st.floats(-2, 2), V=biases, t=rates)
def test_the_better_barrier_keeps_eleven_digits_whatever_the_bias(scheme, kT, gate, V, t):
    """One orbital weight for both leads: the bound at the better barrier is never worse than 1e-10 of the current."""
    found = currents(scheme, exact_chains.biased(t, V), kT=kT, gate=gate)
    assert found.best.relative_error[0] < 1e-10


@given(scheme=exact_chains.schemes(), kT=temperatures, gate=st.floats(-2, 2), V=biases, t=rates)
def test_what_goes_in_comes_out(scheme, kT, gate, V, t):
    """I_L = I_R within the sum of their bounds."""
    found = currents(scheme, exact_chains.biased(t, V), kT=kT, gate=gate)
    with mpmath.workdps(40):
        (I_L, error_L), (I_R, error_R) = exact(found.I_L), exact(found.I_R)
        assert abs(I_L - I_R) <= error_L + error_R


@given(scheme=exact_chains.schemes(), kT=temperatures, gate=st.floats(-2, 2), V=biases)
def test_resolved_and_aggregated_currents_agree(scheme, kT, gate, V):
    """31 states or 13 levels: the same current within the bounds."""
    leads = exact_chains.biased((1.0, 0.3), V)
    with mpmath.workdps(40):
        one, error_one = exact(currents(scheme, leads, kT=kT, gate=gate).I_L)
        other, error_other = exact(currents(scheme, leads, kT=kT, gate=gate, resolved=True).I_L)
        assert abs(one - other) <= error_one + error_other


@given(scheme=exact_chains.schemes(), kT=temperatures, gate=st.floats(-2, 2), V=biases)
def test_equal_barriers_make_the_current_odd(scheme, kT, gate, V):
    """I(-V) = -I(V) for t_L = t_R."""
    with mpmath.workdps(40):
        one, error_one = exact(currents(scheme, exact_chains.biased((1.0, 1.0), V), kT=kT, gate=gate).I_L)
        other, error_other = exact(currents(scheme, exact_chains.biased((1.0, 1.0), -V), kT=kT, gate=gate).I_L)
        assert abs(one + other) <= error_one + error_other


@given(scheme=exact_chains.schemes(per_lead=True), kT=temperatures, gate=st.floats(-2, 2), t=rates)
def test_no_bias_no_current(scheme, kT, gate, t):
    """At V = 0 both currents are exact zeros with a bound of zero."""
    found = currents(scheme, exact_chains.biased(t, 0.0), kT=kT, gate=gate)
    for estimate in (found.I_L, found.I_R, found.best):
        assert float(estimate) == 0.0
        assert estimate.relative_error[0] == 0.0
        assert estimate.log10[0] == -np.inf


@given(scheme=exact_chains.schemes(), kT=st.floats(1e-3, 10), gate=st.floats(-2, 2), V=st.floats(1e-3, 1))
def test_current_flows_from_the_higher_chemical_potential(scheme, kT, gate, V):
    """I > 0 for mu_L > mu_R: the second law."""
    found = currents(scheme, exact_chains.biased((1.0, 0.3), V), kT=kT, gate=gate).best
    assert found.scaled.mantissa[0] > 0


def test_the_order_of_the_leads_does_not_matter():
    """(R, L) is the same dot as (L, R)."""
    scheme = exact_chains.three_level_scheme()
    for V in (1e-4, 0.5):
        left, right = exact_chains.biased((1.0, 0.3), V)
        for quantity in (currents, differential_conductance):
            one = quantity(scheme, [left, right], kT=1e-2, gate=0.3)
            other = quantity(scheme, [right, left], kT=1e-2, gate=0.3)
            assert float(other.I_L) == pytest.approx(float(one.I_L), rel=1e-12)
            assert float(other.I_R) == pytest.approx(float(one.I_R), rel=1e-12)


def test_each_barrier_has_the_bound_of_its_own_traffic():
    """Much more passes in and out of the open barrier than gets through: its count is the less certain one.

    Listed in either order of the leads, and for the derivative too, which stays known to ten digits.
    """
    scheme = exact_chains.three_level_scheme()
    for quantity in (currents, differential_conductance):
        for open_side, rates_LR in (("L", (1.0, 1e-6)), ("R", (1e-6, 1.0))):
            for order in (1, -1):
                found = quantity(scheme, exact_chains.biased(rates_LR, 0.05)[::order], kT=1e-2, gate=0.1)
                error = {"L": found.I_L.relative_error[0], "R": found.I_R.relative_error[0]}
                other = "R" if open_side == "L" else "L"
                assert error[open_side] > 1e3 * error[other]
                assert 0 < error[other] < 1e-10


def test_a_closed_barrier_stops_the_current_exactly():
    """t_R = 0: both currents are zero, not rounding noise."""
    found = currents(exact_chains.three_level_scheme(), exact_chains.biased((1.0, 0.0), 0.4), kT=1e-2, gate=0.3)
    assert (float(found.I_L), float(found.I_R)) == (0.0, 0.0)


def test_the_plain_difference_loses_a_small_current_that_the_small_bias_form_keeps():
    """At V = 1e-10 kT the difference of in and out has no digit left; the small-bias form has thirteen."""
    scheme = exact_chains.three_level_scheme()
    leads = exact_chains.biased((1.0, 1.0), 1e-12)
    network, at = rates_at_point(scheme, leads, kT=1e-2, gate=0.1, resolved=False, zeeman=0.0, mu_slope=np.zeros(2))
    flows = barrier_flows(network, at, populations_at(network, at))
    plain = flows.into[0, 0] * 2.0 ** flows.exponent[0, 0]
    with mpmath.workdps(60):
        true = float(exact_chains.current(scheme, leads, 1e-2, 0.1)[0][0])
    assert abs(plain / true - 1) > 1e-8
    assert flows.error[0, 0] * 2.0 ** flows.exponent[0, 0] > abs(plain - true)
    assert float(currents(scheme, leads, kT=1e-2, gate=0.1).best) == pytest.approx(true, rel=1e-13)


def test_swapped_leads_reverse_the_current():
    """Exchanging mu_L and mu_R changes the sign of the current."""
    scheme = exact_chains.three_level_scheme()
    left, right = exact_chains.biased((1.0, 0.3), 0.4)
    swapped = [Lead("L", left.rate, right.mu), Lead("R", right.rate, left.mu)]
    assert float(currents(scheme, [left, right], kT=1e-2, gate=0.3).I_L) > 0
    assert float(currents(scheme, swapped, kT=1e-2, gate=0.3).I_L) < 0


@given(scheme=exact_chains.schemes(), gate=st.floats(-2, 2))
def test_currents_of_three_leads_add_to_nothing(scheme, gate):
    """The net flows into the dot through all leads cancel within their bounds."""
    leads = [Lead("L", 1.0, 0.3), Lead("R", 0.5, -0.3), Lead("probe", 0.1, 0.05)]
    flows = lead_flows(scheme, leads, kT=0.05, gate=gate)
    assert abs(flows.value.sum()) <= flows.error.to_float().sum()
    at_rest = [Lead(name, 1.0, 0.25) for name in "LRP"]
    assert lead_flows(scheme, at_rest, kT=0.05, gate=gate).value.tolist() == [0.0, 0.0, 0.0]


@given(scheme=exact_chains.schemes(), kT=temperatures, gate=st.floats(-2, 2), V=biases, t=rates)
def test_differential_conductance_agrees_with_a_difference_at_120_digits(scheme, kT, gate, V, t):
    """dI/dV from the differentiated elimination is right to its bound."""
    found = differential_conductance(scheme, exact_chains.biased(t, V), kT=kT, gate=gate)
    with mpmath.workdps(exact_chains.DIGITS):
        true = exact_chains.conductance(scheme, t, V, kT, gate)
        for estimate in (found.I_L, found.I_R):
            value, bound = exact(estimate)
            assert abs(value - true) <= bound


@given(scheme=exact_chains.schemes(), kT=temperatures, gate=st.floats(-2, 2), t=rates)
def test_linear_conductance_keeps_its_digits_however_small_it_is(scheme, kT, gate, t):
    """G at V = 0 is right to its bound, and that is below 1e-10 relative even where G is 1e-30000."""
    found = linear_conductance(scheme, rates=t, kT=kT, gate=gate)
    with mpmath.workdps(exact_chains.DIGITS):
        true = exact_chains.conductance(scheme, t, 0.0, kT, gate)
        value, bound = exact(found)
        # The reference itself is a difference at step 1e-30: right to its square.
        assert abs(value - true) <= bound + true * mpmath.mpf(10) ** -20
    assert found.relative_error[0] < 1e-10


def test_a_single_resonance_has_its_textbook_conductance():
    """G = t_L t_R / (t_L + t_R) 2 M g_i f (1-f) / (g_i (1-f) + g_j f) / kT for N = 0 and a doublet."""
    scheme = exact_chains.LevelScheme([0, 1], [0.0, 0.5], [0, 1], [0], [1], [0.75])
    gates, kT = np.array([0.4, 0.49, 0.5, 0.52]), 0.02
    f = 1 / (1 + np.exp((0.5 - gates) / kT))
    expected = 0.3 / 1.3 * 2 * 0.75 * f * (1 - f) / ((1 - f) + 2 * f) / kT
    np.testing.assert_allclose(
        linear_conductance(scheme, rates=(1.0, 0.3), kT=kT, gate=gates).value, expected, rtol=1e-13
    )


@pytest.mark.parametrize("leads", [[Lead("L", 1.0, 0.0)], [Lead("L", 1.0, 0.0), Lead("source", 1.0, 0.0)], []])
def test_two_terminal_functions_want_the_leads_L_and_R(leads):
    """Other leads have no direction from L to R."""
    with pytest.raises(ValueError, match="must be 'L' and 'R'"):
        currents(exact_chains.three_level_scheme(), leads, kT=0.1)


@pytest.mark.parametrize("kT", [0.0, -1.0, np.nan])
def test_linear_response_wants_a_temperature(kT):
    """kT is refused with the words that name it, also if nothing couples."""
    with pytest.raises(ValueError, match=r"kT=.* must be (finite|positive)"):
        linear_conductance(exact_chains.three_level_scheme(), rates=(1.0, 0.0), kT=kT)


@pytest.mark.parametrize("quantity", [lead_flows, currents, differential_conductance, shot_noise])
def test_a_field_splits_no_level_of_the_aggregated_chain(quantity):
    """States are levels unless told otherwise, so a Zeeman field is refused, by the linear conductance too."""
    scheme = exact_chains.three_level_scheme()
    with pytest.raises(ValueError, match=r"zeeman=0\.5 splits levels: it needs resolved=True"):
        quantity(scheme, exact_chains.biased((1.0, 1.0), 0.1), kT=0.1, zeeman=0.5)
    with pytest.raises(ValueError, match=r"zeeman=0\.5 splits levels: it needs resolved=True"):
        linear_conductance(scheme, kT=0.1, zeeman=0.5)


@pytest.mark.parametrize("split", [np.nan, np.inf, "1/2"])
def test_a_split_that_is_no_number_is_refused(split):
    """It would make every conductance NaN."""
    with pytest.raises(ValueError, match=r"split=.* must be"):
        differential_conductance(
            exact_chains.three_level_scheme(), exact_chains.biased((1.0, 1.0), 0.1), kT=0.1, split=split
        )


@pytest.mark.parametrize("rates", [(1.0,), (1.0, 2.0, 3.0), 1.0, (1.0, -1.0), (1.0, True)])
def test_linear_response_wants_two_rates(rates):
    """One for each barrier, neither negative."""
    with pytest.raises(ValueError, match="rates"):
        linear_conductance(exact_chains.three_level_scheme(), rates=rates, kT=0.1)
