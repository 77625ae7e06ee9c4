"""Elimination route by route: the numbers of the blocks, their bounds and proofs, with tangents and without."""

import exact_chains
import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_charge_blocks import biases, dense_blocks, rare_exchange, rates, temperatures

from numeric import LevelScheme, spin_currents
from numeric.diagram import stability_arrays
from numeric.elimination import Quantities
from numeric.jump_chain import flow_weights
from numeric.level_scheme import Lead
from numeric.network import network_of
from numeric.route_elimination import RoutePlan, route_plan

MANY = 10**6


def paper_like():
    """Return 13 levels with the spins of the paper's dot, 31 states of one S_z."""
    electrons = np.repeat([0, 1, 2, 3, 4], [1, 1, 2, 3, 6])
    two_S = np.array([0, 1, 0, 2, 1, 1, 3, 0, 2, 2, 0, 2, 4])
    pairs = [(i, j) for i in range(13) for j in range(13) if electrons[j] == electrons[i] + 1]
    lower, upper = np.array([(i, j) for i, j in pairs if abs(two_S[i] - two_S[j]) == 1]).T
    random = np.random.default_rng(5)
    energies = 0.5 * electrons**2 + random.uniform(0.0, 0.5, 13)
    return LevelScheme(electrons, energies, two_S, lower, upper, random.uniform(0.01, 1.0, lower.size))


def by_routes():
    """Take chains of any size route by route."""
    return dense_blocks(products=MANY)


@settings(max_examples=20)
@given(scheme=exact_chains.schemes(per_lead=True), kT=temperatures, gate=st.floats(-2, 2), V=biases, t=rates)
def test_currents_keep_to_their_bounds(scheme, kT, gate, V, t):
    """At either barrier, at any temperature and bias, however unequal the barriers."""
    with by_routes():
        diagram = stability_arrays(scheme, bias=[V], gate=[gate], kT=kT, rates=t)
    with mpmath.workdps(exact_chains.DIGITS):
        (into_L, into_R), rounding = exact_chains.current(scheme, exact_chains.biased(t, V), kT, gate)
        for name, true in (("I_L", into_L), ("I_R", -into_R)):
            error = abs(mpmath.mpf(float(diagram[name][0, 0])) - true)
            assert error <= mpmath.mpf(float(diagram[f"{name}_error"][0, 0])) + rounding


@settings(max_examples=15)
@given(
    scheme=exact_chains.schemes(), kT=st.floats(-3, 1).map(lambda power: 10.0**power), gate=st.floats(-2, 2), V=biases
)
def test_the_conductance_is_the_derivative(scheme, kT, gate, V):
    """DI/dV agrees with a central difference in mpmath, to the size of the larger terms in it."""
    with by_routes():
        found = float(stability_arrays(scheme, bias=[V], gate=[gate], kT=kT)["dI_dV"][0, 0])
    with mpmath.workdps(exact_chains.DIGITS):
        true = exact_chains.conductance(scheme, (1.0, 1.0), V, mpmath.mpf(kT), gate)
        (into_L, into_R), _ = exact_chains.current(scheme, exact_chains.biased((1.0, 1.0), V), kT, gate)
    assert found == pytest.approx(float(true), rel=1e-9, abs=1e-9 * float(abs(into_L) + abs(into_R)) / kT + 1e-320)


@pytest.mark.parametrize("kT", [1e-4, 1e-2, 1.0])
def test_states_in_a_field_agree_with_blocks_and_with_numbers_with_exponents(kT):
    """31 states of one S_z, at biases on both sides of the small-bias form: three ways, one current."""
    scheme, leads = paper_like(), (1.0, 0.3)
    options = {"bias": [-0.4, 0.3 * kT, 0.4], "gate": [0.3, 1.6, 2.4], "kT": kT, "resolved": True, "zeeman": 0.07}
    routes = stability_arrays(scheme, rates=leads, **options)
    assert network_of(scheme, leads, resolved=True, zeeman=0.07).routes is not None
    with dense_blocks():
        blocks = stability_arrays(scheme, rates=leads, **options)
    for name in ("I_L", "I_R"):
        error = routes[f"{name}_error"] + blocks[f"{name}_error"]
        assert np.all(np.abs(routes[name] - blocks[name]) <= error)
        assert error.max() < 1e-10
    np.testing.assert_allclose(routes["dI_dV"], blocks["dI_dV"], rtol=1e-9, atol=1e-12 * np.abs(blocks["I"]).max() / kT)
    for column, gate in enumerate(options["gate"]):
        pair = [Lead("L", leads[0], 0.2), Lead("R", leads[1], -0.2)]
        of_spins = spin_currents(scheme, pair, kT=kT, gate=gate, zeeman=0.07)
        both = of_spins.up.value[0] + of_spins.down.value[0]
        allowed = routes["I_L_error"][2, column] + of_spins.up.bound[0] + of_spins.down.bound[0]
        assert abs(both - routes["I_L"][2, column]) <= allowed


def test_currents_without_conductance_are_those_with_it():
    """Bit by bit, in a field and at any bias; nothing else is returned."""
    scheme = paper_like()
    options = {
        "bias": [-0.4, 0.0, 1e-5, 0.4],
        "gate": np.linspace(0, 3, 7),
        "kT": 1e-2,
        "resolved": True,
        "zeeman": 0.1,
    }
    whole, currents = (stability_arrays(scheme, conductance=wanted, **options) for wanted in (True, False))
    assert whole.keys() - currents.keys() == {"dI_dV", "dI_dV_error"}
    for name, values in currents.items():
        np.testing.assert_array_equal(values, whole[name])


def at_rest(scheme):
    """Return a network whose routes are taken, and its rates at kT = 1 without bias."""
    network = network_of(scheme, (1.0, 1.0))
    mantissa, exponent = (
        np.concatenate([getattr(part, name).sum(axis=0) for part in (network.chain.up, network.chain.down)])
        for name in ("mantissa", "exponent")
    )
    # both leads alike, and f = 1/2 at E = 0: the sum over the leads is the rate at f = 1 of one
    data = np.stack([mantissa / 2, np.zeros_like(mantissa), exponent / 2])
    return network, Quantities(data[:, :, None])


@pytest.mark.parametrize(("weight", "proven"), [(2.0**-240, True), (2.0**-300, False)])
def test_a_dot_that_hardly_ever_switches_is_not_proven(weight, proven):
    """As by blocks: between two halves joined by a rate of 2**-300 nothing is proven."""
    with by_routes():
        network, totals = at_rest(rare_exchange(weight))
    assert isinstance(network.routes, RoutePlan)
    found = flow_weights(network.blocks, totals, routes=network.routes)
    assert np.isfinite(found.least).tolist() == [proven]


def test_routes_follow_charge_and_spin():
    """Each state's runs hold all its neighbours, and rates stand at their places; a field makes runs short."""
    scheme = paper_like()
    network = network_of(scheme, (1.0, 1.0), resolved=True)
    plan, routes, chain = network.blocks, network.routes, network.chain
    assert np.all(np.diff(scheme.electrons[chain.level[routes.kept]]) >= 0)
    listed = set()
    for state, runs in routes.terms():
        for run, terms in runs:
            near = np.arange(run.start, run.stop)
            np.testing.assert_array_equal(routes.neighbour[terms], near)
            for k, out, into in zip(routes.kept[near], routes.leaving[terms], routes.entering[terms], strict=True):
                assert abs(chain.two_Sz[k] - chain.two_Sz[state]) <= 1
                for position, ends in ((out, (state, k)), (into, (k, state))):
                    if position < plan.rates:
                        rate = plan.by_source[position]
                        assert (plan.source[rate], plan.target[rate]) == ends
                        listed.add(int(rate))
    assert listed == set(range(plan.rates))


def test_the_cost_of_a_point_in_a_field_is_pinned():
    """Products of the 31 states of a dot like the paper's, fewer than half of those of the blocks."""
    scheme = paper_like()
    network = network_of(scheme, (1.0, 1.0), resolved=True, zeeman=0.1)
    assert (network.chain.states, network.routes.products, network.blocks.products) == (31, 789, 1758)
    without_spin = route_plan(network.blocks, scheme.electrons[network.chain.level], np.zeros(31, dtype=np.int64))
    assert without_spin.products > 1000
