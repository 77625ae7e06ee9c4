"""Leads with temperatures of their own: currents, heat, and the two laws of thermodynamics."""

import exact_chains
import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from numeric import Lead, LevelScheme, currents, heat_currents, lead_flows, low_temperature_limit, stationary_state

temperatures = st.floats(-4, 1).map(lambda power: 10.0**power)
lists_of_leads = st.lists(
    st.builds(Lead, st.just("?"), st.floats(1e-6, 1.0), st.floats(-1, 1), st.none() | temperatures),
    min_size=2,
    max_size=4,
).map(lambda found: [Lead(f"lead {k}", lead.rate, lead.mu, lead.kT) for k, lead in enumerate(found)])


def exact(estimate, place):
    """Return one number and its error bound as mpf."""
    return [
        mpmath.mpf(float(value.mantissa[place])) * mpmath.mpf(2) ** int(value.exponent[place])
        for value in (estimate.scaled, estimate.error)
    ]


@settings(max_examples=20)
@given(scheme=exact_chains.schemes(), leads=lists_of_leads, kT=temperatures, gate=st.floats(-2, 2))
def test_flows_and_heat_of_any_leads_agree_with_high_precision_within_their_bounds(scheme, leads, kT, gate):
    """Two to four leads, some with temperatures of their own."""
    with mpmath.workdps(exact_chains.DIGITS):
        for compute, truth in ((lead_flows, exact_chains.current), (heat_currents, exact_chains.heat)):
            found, (true, rounding) = compute(scheme, leads, kT=kT, gate=gate), truth(scheme, leads, kT, gate)
            for place in range(len(leads)):
                value, bound = exact(found, place)
                assert abs(value - true[place]) <= bound + rounding


@settings(max_examples=20)
@given(scheme=exact_chains.schemes(per_lead=True), kT=temperatures, gate=st.floats(-2, 2), V=st.floats(-12, 0))
def test_heat_between_two_leads_agrees_with_high_precision_down_to_a_tiny_bias(scheme, kT, gate, V):
    """M_ji of each lead and biases from 1e-12 to 1."""
    leads = exact_chains.biased((1.0, 1e-3), 10.0**V)
    found = heat_currents(scheme, leads, kT=kT, gate=gate)
    with mpmath.workdps(exact_chains.DIGITS):
        true, rounding = exact_chains.heat(scheme, leads, kT, gate)
        for place in (0, 1):
            value, bound = exact(found, place)
            assert abs(value - true[place]) <= bound + rounding


def test_heat_keeps_its_digits_at_a_small_bias():
    """Peltier heat at a bias of 1e-9 kT has a relative bound below 1e-11, where in minus out has lost nine digits."""
    leads = exact_chains.biased((1.0, 0.3), 1e-11)
    found = heat_currents(exact_chains.three_level_scheme(), leads, kT=1e-2, gate=0.12)
    assert found.relative_error.max() < 1e-11


@settings(max_examples=15)
@given(scheme=exact_chains.schemes(), leads=lists_of_leads, gate=st.floats(-2, 2))
def test_energy_is_conserved_and_entropy_grows(scheme, leads, gate):
    """sum (J + mu I) = 0 and -sum J / kT >= 0 within the bounds."""
    flows, heat = (compute(scheme, leads, kT=0.1, gate=gate) for compute in (lead_flows, heat_currents))
    mu = np.array([lead.mu for lead in leads])
    kT = np.array([lead.kT or 0.1 for lead in leads])
    assert abs((heat.value + mu * flows.value).sum()) <= (heat.bound + np.abs(mu) * flows.bound).sum() + 1e-16
    assert -(heat.value / kT).sum() >= -(heat.bound / kT).sum()


def test_one_temperature_given_to_each_lead_changes_nothing():
    """Populations, currents and heat are those of one common kT, bit for bit."""
    scheme = exact_chains.three_level_scheme()
    common = [Lead("L", 1.0, 0.2), Lead("R", 0.5, -0.2)]
    each = [Lead(lead.name, lead.rate, lead.mu, 0.05) for lead in common]
    for compute in (stationary_state, currents, heat_currents):
        one, other = (compute(scheme, leads, kT=kT, gate=0.3) for leads, kT in ((common, 0.05), (each, 7.0)))
        if compute is stationary_state:
            one, other = one.populations, other.populations
        assert np.array_equal(np.asarray(one), np.asarray(other))


def test_heat_of_the_resolved_equation_is_that_of_the_aggregated_one():
    """Every |level, S_z> instead of levels, three leads of three temperatures."""
    leads = [Lead("a", 1.0, 0.2, 0.1), Lead("b", 0.5, -0.2, 0.02), Lead("c", 0.1, 0.0)]
    found = [
        heat_currents(exact_chains.three_level_scheme(), leads, kT=0.05, gate=0.3, resolved=resolved)
        for resolved in (False, True)
    ]
    np.testing.assert_allclose(found[0].value, found[1].value, rtol=1e-12)


def test_a_temperature_of_its_own_is_refused_where_all_temperatures_go_to_zero():
    """The limit T -> 0 has no place for it."""
    leads = [Lead("L", 1.0, 0.2, 0.1), Lead("R", 1.0, -0.2)]
    with pytest.raises(ValueError, match="lead 'L': kT must be None"):
        low_temperature_limit(exact_chains.three_level_scheme(), leads)


@pytest.mark.parametrize("kT", [0.0, -1.0, np.nan, "1"])
def test_the_temperature_of_a_lead_is_positive(kT):
    """Anything else is refused with the lead's name."""
    with pytest.raises(ValueError, match="lead 'L': kT="):
        Lead("L", 1.0, 0.0, kT)


def test_a_hot_lead_drives_electrons_uphill():
    """An engine: electrons flow from the lower to the higher chemical potential, at less than Carnot's efficiency."""
    scheme = LevelScheme([0, 1], [0.0, 0.1], [0, 1], [0], [1], [0.5])
    leads = [Lead("hot", 1.0, 0.0, 0.1), Lead("cold", 1.0, 0.02, 0.05)]
    (into_hot, _), (heat, _) = (compute(scheme, leads, kT=1.0).value for compute in (lead_flows, heat_currents))
    assert into_hot > 0
    assert 0 < 0.02 * into_hot / heat < 1 - 0.05 / 0.1
