"""The S_z-resolved equation with a Zeeman field and polarised leads: currents and populations of either spin."""

from functools import cache

import exact_chains
import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Rational
from sympy.physics.wigner import clebsch_gordan

from numeric import (
    Lead,
    LevelScheme,
    currents,
    heat_currents,
    lead_flows,
    low_temperature_limit,
    spin_currents,
    stationary_state,
)

rates = st.floats(1e-4, 1.0)
lists_of_leads = st.lists(
    st.builds(Lead, st.just("?"), rates, st.floats(-1, 1), st.none() | st.floats(1e-3, 1), st.none() | rates),
    min_size=2,
    max_size=3,
).map(lambda found: [Lead(f"lead {k}", one.rate, one.mu, one.kT, one.rate_down) for k, one in enumerate(found)])
fields = st.floats(-1, 1)


@cache
def squared(two_S_i, two_m, sigma, two_S_j):
    """Return the squared Clebsch-Gordan coefficient of sympy."""
    half = Rational(1, 2)
    value = clebsch_gordan(half * two_S_i, half, half * two_S_j, half * two_m, half * sigma, half * (two_m + sigma))
    return value**2


def resolved(scheme, leads, kT, gate, zeeman):
    """Return the states (level, 2 S_z) and {(j, i, lead, spin): rate} in mpmath, from the definitions."""
    states = [(k, m) for k, two_S in enumerate(scheme.two_S.tolist()) for m in range(-two_S, two_S + 1, 2)]
    place = {state: k for k, state in enumerate(states)}
    found, mpf = {}, mpmath.mpf
    for edge, (i, j) in enumerate(zip(scheme.lower.tolist(), scheme.upper.tolist(), strict=True)):
        two_S_i, two_S_j = int(scheme.two_S[i]), int(scheme.two_S[j])
        for (level, m), low in place.items():
            for sigma in (1, -1):
                high = place.get((j, m + sigma))
                if level != i or high is None:
                    continue
                weight = squared(two_S_i, m, sigma, two_S_j) * Rational(two_S_i + 1, two_S_j + 1) * 2
                E = mpf(float(scheme.energies[j])) - mpf(float(scheme.energies[i])) + mpf(zeeman) * sigma / 2
                for number, lead in enumerate(leads):
                    t = lead.rate if sigma > 0 or lead.rate_down is None else lead.rate_down
                    M = scheme.M[edge] if scheme.M.ndim == 1 else scheme.M[edge, number]
                    y = mpmath.exp((E - mpf(gate) - mpf(lead.mu)) / mpf(lead.kT or kT))
                    strength = mpf(t) * mpf(float(M)) * mpf(weight.p) / weight.q
                    found[high, low, number, sigma] = strength / (1 + y)
                    found[low, high, number, sigma] = strength * y / (1 + y)
    return states, found


def solved(scheme, leads, kT, gate, zeeman):
    """Return the populations and {(lead, spin): net flow} in mpmath, and the rounding error of a flow."""
    states, found = resolved(scheme, leads, kT, gate, zeeman)
    total = {}
    for (to, start, *_), rate in found.items():
        total[to, start] = total.get((to, start), mpmath.mpf(0)) + rate
    P = exact_chains.stationary(total, len(states))
    flows = {(lead, sigma): mpmath.mpf(0) for lead in range(len(leads)) for sigma in (1, -1)}
    gross = mpmath.mpf(0)
    for (to, start, lead, sigma), rate in found.items():
        step = int(scheme.electrons[states[to][0]] - scheme.electrons[states[start][0]])
        flows[lead, sigma] += step * rate * P[start]
        gross += rate * P[start]
    return P, flows, gross * mpmath.mpf(10) ** (6 - mpmath.mp.dps)


def heat_of(scheme, leads, kT, gate, zeeman):
    """Return the heat out of each lead in mpmath, from the definitions, and its rounding error."""
    states, found = resolved(scheme, leads, kT, gate, zeeman)
    P, _, _ = solved(scheme, leads, kT, gate, zeeman)
    energy = [
        mpmath.mpf(float(scheme.energies[k])) - mpmath.mpf(gate) * int(scheme.electrons[k]) + mpmath.mpf(zeeman) * m / 2
        for k, m in states
    ]
    heat, gross = [mpmath.mpf(0)] * len(leads), mpmath.mpf(0)
    for (to, start, lead, _), rate in found.items():
        step = int(scheme.electrons[states[to][0]] - scheme.electrons[states[start][0]])
        term = (energy[to] - energy[start] - step * mpmath.mpf(leads[lead].mu)) * rate * P[start]
        heat[lead] += term
        gross += abs(term)
    return heat, gross * mpmath.mpf(10) ** (6 - mpmath.mp.dps)


def as_mpf(scaled, place):
    """Return one number with its own exponent."""
    return mpmath.mpf(float(scaled.mantissa[place])) * mpmath.mpf(2) ** int(scaled.exponent[place])


@settings(max_examples=8)
@given(scheme=exact_chains.schemes(), leads=lists_of_leads, kT=st.floats(1e-3, 1), gate=st.floats(-2, 2), zeeman=fields)
def test_currents_of_either_spin_agree_with_high_precision_within_their_bounds(scheme, leads, kT, gate, zeeman):
    """Two or three leads, some polarised, some with temperatures of their own, in a field."""
    found = spin_currents(scheme, leads, kT=kT, gate=gate, zeeman=zeeman)
    state = stationary_state(scheme, leads, kT=kT, gate=gate, resolved=True, zeeman=zeeman)
    with mpmath.workdps(exact_chains.DIGITS):
        P, flows, rounding = solved(scheme, leads, kT, gate, zeeman)
        for (lead, sigma), true in flows.items():
            part = found.up if sigma > 0 else found.down
            assert abs(as_mpf(part.scaled, lead) - true) <= as_mpf(part.error, lead) + rounding
        for place, true in enumerate(P):
            assert abs(as_mpf(state.scaled, place) - true) <= state.relative_error * true


@settings(max_examples=6)
@given(scheme=exact_chains.schemes(), leads=lists_of_leads, kT=st.floats(1e-3, 1), gate=st.floats(-2, 2), zeeman=fields)
def test_heat_in_a_field_agrees_with_high_precision_within_its_bound(scheme, leads, kT, gate, zeeman):
    """Of two or three leads, some polarised, some with temperatures of their own."""
    found = heat_currents(scheme, leads, kT=kT, gate=gate, resolved=True, zeeman=zeeman)
    with mpmath.workdps(exact_chains.DIGITS):
        true, rounding = heat_of(scheme, leads, kT, gate, zeeman)
        for place, heat in enumerate(true):
            assert abs(as_mpf(found.scaled, place) - heat) <= as_mpf(found.error, place) + rounding


@settings(max_examples=6)
@given(
    scheme=exact_chains.schemes(per_lead=True), down=rates, gate=st.floats(-2, 2), zeeman=fields, V=st.floats(-12, 0)
)
def test_currents_of_either_spin_keep_their_bounds_down_to_a_tiny_bias(scheme, down, gate, zeeman, V):
    """M_ji of each lead, one polarised, and biases from 1e-12 to 1."""
    left, right = exact_chains.biased((1.0, 1e-3), 10.0**V)
    leads = [left, Lead("R", right.rate, right.mu, None, down)]
    found = spin_currents(scheme, leads, kT=0.1, gate=gate, zeeman=zeeman)
    with mpmath.workdps(exact_chains.DIGITS):
        _, flows, rounding = solved(scheme, leads, 0.1, gate, zeeman)
        for (lead, sigma), true in flows.items():
            part = found.up if sigma > 0 else found.down
            assert abs(as_mpf(part.scaled, lead) - true) <= as_mpf(part.error, lead) + rounding


@pytest.mark.parametrize("b", [2.0, 6.0, 16.0])
@pytest.mark.parametrize("size", [1.0, 1e120])
def test_a_spin_that_hardly_flows_is_no_exact_zero(b, size):
    """At b = 1600 kT spin down flows 1e-690 times as much as spin up; an exact zero needs a lead without that spin."""
    scheme = LevelScheme([0, 1], [0.0, 0.0], [0, 1], [0], [1], [0.5])
    leads = [Lead("L", size, 0.5, None, 1.0), Lead("R", size, -0.5, None, 1.0)]
    found = spin_currents(scheme, leads, kT=0.01, gate=-b / 2, zeeman=-b).down
    with mpmath.workdps(1500):
        _, flows, _ = solved(scheme, leads, 0.01, -b / 2, -b)
        assert abs(as_mpf(found.scaled, 0) - flows[0, -1]) <= as_mpf(found.error, 0) < 1e-11 * flows[0, -1]
    one_spin = [Lead("L", size, 0.5, None, 0.0), Lead("R", size, -0.5, None, 0.0), Lead("D", 0.0, 0.0, None, 1.0)]
    exact = spin_currents(scheme, one_spin, kT=0.01).down[:2]
    assert exact.value.tolist() == exact.bound.tolist() == [0.0, 0.0]


@settings(max_examples=8)
@given(scheme=exact_chains.schemes(), leads=lists_of_leads, gate=st.floats(-2, 2), zeeman=fields)
def test_either_spin_is_conserved_and_both_make_up_the_current(scheme, leads, gate, zeeman):
    """The flows of a spin add up to 0 over the leads, and those of both spins to the flow of each lead."""
    found = spin_currents(scheme, leads, kT=0.1, gate=gate, zeeman=zeeman)
    whole = lead_flows(scheme, leads, kT=0.1, gate=gate, resolved=True, zeeman=zeeman)
    for part in (found.up, found.down):
        assert abs(part.value.sum()) <= part.bound.sum()
    difference = np.abs(found.up.value + found.down.value - whole.value)
    assert np.all(difference <= found.up.bound + found.down.bound + whole.bound)


def test_the_field_reversed_with_the_spins_exchanged_changes_nothing():
    """b -> -b, t_up <-> t_down gives up for down, bit for bit."""
    scheme = exact_chains.three_level_scheme()
    leads = [Lead("a", 1.0, 0.2, None, 0.25), Lead("b", 0.5, -0.2), Lead("c", 0.0, 0.1, 0.02, 0.125)]
    mirrored = [Lead(one.name, one.rate_down, one.mu, one.kT, one.rate) for one in leads if one.rate_down is not None]
    mirrored.insert(1, leads[1])
    here = spin_currents(scheme, leads, kT=0.05, gate=0.3, zeeman=0.125)
    there = spin_currents(scheme, mirrored, kT=0.05, gate=0.3, zeeman=-0.125)
    np.testing.assert_allclose(here.up.value, there.down.value, rtol=1e-13)
    np.testing.assert_allclose(here.down.value, there.up.value, rtol=1e-13)
    assert not np.allclose(here.up.value, here.down.value)


def test_spin_blockade():
    """A drain for spin up only leaves an electron of spin down on the dot, and the current falls by exp(-V / kT)."""
    scheme = LevelScheme([0, 1], [0.0, 0.0], [0, 1], [0], [1], [0.5])
    leads = [Lead("L", 1.0, 0.5), Lead("R", 1.0, -0.5, None, 0.0)]
    state = stationary_state(scheme, leads, kT=0.02, resolved=True)
    np.testing.assert_allclose(state.populations[0] / state.populations[1], np.exp(-25.0), rtol=1e-12)
    found = spin_currents(scheme, leads, kT=0.02)
    np.testing.assert_allclose(found.up.value[0], 0.5 * np.exp(-25.0), rtol=1e-9)
    assert abs(found.down.value[0]) <= found.down.bound[0] < 1e-20


def test_polarised_leads_need_the_resolved_equation():
    """Levels summed over S_z cannot tell the spins apart: the rates are named."""
    scheme = exact_chains.three_level_scheme()
    leads = [Lead("L", 1.0, 0.1), Lead("R", 1.0, -0.1, None, 0.5)]
    for compute in (currents, lead_flows, heat_currents, stationary_state):
        with pytest.raises(ValueError, match=r"rate=1 and rate_down=0\.5 of a lead differ: they need resolved=True"):
            compute(scheme, leads, kT=0.1)
    with pytest.raises(ValueError, match="need resolved=True"):
        low_temperature_limit(scheme, leads)


@pytest.mark.parametrize("rate_down", [-1.0, np.nan, "1"])
def test_the_rate_of_spin_down_is_a_rate(rate_down):
    """Anything else is refused with the lead's name."""
    with pytest.raises(ValueError, match="lead 'L': rate_down="):
        Lead("L", 1.0, 0.0, rate_down=rate_down)


def test_leads_of_one_spin_leave_the_other_unconnected():
    """No lead takes spin down: the states of a doublet fall into two classes, which are named."""
    scheme = LevelScheme([0, 1], [0.0, 0.0], [0, 1], [0], [1], [0.5])
    with pytest.raises(ValueError, match=r"2 closed classes of states \(level, two_Sz\)"):
        spin_currents(scheme, [Lead("L", 1.0, 0.1, rate_down=0.0), Lead("R", 1.0, 0.0, rate_down=0.0)], kT=0.1)
