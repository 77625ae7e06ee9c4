"""Elimination in dense blocks of one charge, and the proof that plain numbers lose nothing that matters."""

from contextlib import contextmanager

import exact_chains
import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import numeric.diagram_points
import numeric.jump_chain
from numeric import LevelScheme, currents, stability_diagram, stationary_state
from numeric.charge_blocks import ChargePlan, charge_plan
from numeric.current import SMALL_BIAS
from numeric.dense_elimination import dense_weights
from numeric.jump_chain import flow_weights
from numeric.network import UNIT, network_of, population_error_bound
from numeric.stationary import populations_from

temperatures = st.floats(-5, 1).map(lambda power: 10.0**power)
rates = st.sampled_from([(1.0, 1.0), (1.0, 0.3), (1.0, 1e-9), (1e-12, 1.0), (1e-200, 1.0)])
biases = st.floats(-1, 1).filter(lambda V: V == 0 or abs(V) > 1e-300) | st.sampled_from([1e-5, -1e-9, 1e-14])


@contextmanager
def dense_blocks(size=2, products=0):
    """Take chains of any size by dense blocks, `size` states at once, or route by route up to so many products."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("numeric.network.FEWEST_STATES", 2)
        patch.setattr("numeric.network.FEWEST_EXACT_STATES", 2)
        patch.setattr("numeric.network.MOST_PRODUCTS", products)
        for module in ("network", "jump_chain"):
            patch.setattr(f"numeric.{module}.BLOCK", size)
        yield patch


def large_scheme(levels, seed=5):
    """Return a level scheme with so many levels of each charge, every second one of higher spin."""
    random = np.random.default_rng(seed)
    electrons = np.repeat(np.arange(len(levels)), levels)
    two_S = electrons % 2 + 2 * (np.concatenate([np.arange(count) for count in levels]) % 2)
    pairs = [
        (i, j)
        for i in range(electrons.size)
        for j in range(electrons.size)
        if electrons[j] == electrons[i] + 1 and abs(two_S[j] - two_S[i]) == 1
    ]
    energies = 0.5 * electrons**2 + random.uniform(0.0, 0.5, electrons.size)
    i, j = zip(*pairs, strict=True)
    return LevelScheme(electrons, energies, two_S, i, j, random.uniform(0.01, 1.0, len(pairs)))


@given(scheme=exact_chains.schemes(per_lead=True), kT=temperatures, gate=st.floats(-2, 2), V=st.floats(-1, 1))
def test_populations_by_blocks_keep_full_relative_accuracy_at_every_temperature(scheme, kT, gate, V):
    """Every population, however small, is right to its a-priori bound."""
    leads = exact_chains.biased((1.0, 0.01), V)
    with dense_blocks():
        state = stationary_state(scheme, leads, kT=kT, gate=gate)
    with mpmath.workdps(80):
        true = exact_chains.populations(scheme, leads, kT, gate)
        for m, e, P in zip(state.scaled.mantissa, state.scaled.exponent, true, strict=True):
            assert abs(mpmath.mpf(float(m)) * mpmath.mpf(2) ** int(e) / P - 1) < state.relative_error


@given(scheme=exact_chains.schemes(per_lead=True), kT=temperatures, gate=st.floats(-2, 2), V=biases, t=rates)
def test_currents_of_a_diagram_by_blocks_keep_to_their_bounds(scheme, kT, gate, V, t):
    """At either barrier, at any temperature and bias, however unequal the barriers."""
    with dense_blocks():
        diagram = stability_diagram(scheme, bias=[V], gate=[gate], kT=kT, rates=t)
    with mpmath.workdps(exact_chains.DIGITS):
        (into_L, into_R), rounding = exact_chains.current(scheme, exact_chains.biased(t, V), kT, gate)
        for name, true in (("I_L", into_L), ("I_R", -into_R)):
            error = abs(mpmath.mpf(float(diagram[name][0, 0])) - true)
            assert error <= mpmath.mpf(float(diagram[f"{name}_error"][0, 0])) + rounding


@given(
    scheme=exact_chains.schemes(), kT=st.floats(-3, 1).map(lambda power: 10.0**power), gate=st.floats(-2, 2), V=biases
)
def test_the_conductance_by_blocks_is_the_derivative(scheme, kT, gate, V):
    """DI/dV agrees with a central difference in mpmath, to the size of the larger terms in it."""
    with dense_blocks():
        found = float(stability_diagram(scheme, bias=[V], gate=[gate], kT=kT)["dI_dV"][0, 0])
    with mpmath.workdps(exact_chains.DIGITS):
        true = exact_chains.conductance(scheme, (1.0, 1.0), V, mpmath.mpf(kT), gate)
        (into_L, into_R), _ = exact_chains.current(scheme, exact_chains.biased((1.0, 1.0), V), kT, gate)
    assert found == pytest.approx(float(true), rel=1e-9, abs=1e-9 * float(abs(into_L) + abs(into_R)) / kT + 1e-320)


@pytest.mark.parametrize("kT", [1e-4, 1e-2, 1.0])
@pytest.mark.parametrize("V", [0.0, 1e-6, 0.5 * SMALL_BIAS * 1e-2, 0.4])
def test_forty_levels_by_blocks_agree_with_sums_state_by_state(kT, V):
    """Two orders of elimination, with and without exponents of their own, give one current at three temperatures."""
    scheme, leads = large_scheme([1, 6, 11, 13, 9]), exact_chains.biased((1.0, 0.3), V)
    options = {"bias": [V], "gate": [0.3, 1.6, 2.4], "kT": kT, "rates": (1.0, 0.3)}
    blocks = stability_diagram(scheme, **options)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("numeric.network.FEWEST_STATES", 1000)
        sums = stability_diagram(scheme, **options)
        alone = [currents(scheme, leads, kT=kT, gate=gate) for gate in options["gate"]]
    for name in ("I_L", "I_R"):
        error = blocks[f"{name}_error"] + sums[f"{name}_error"]
        assert bool((np.abs(blocks[name] - sums[name]) <= error).all())
        np.testing.assert_allclose([float(getattr(one, name)) for one in alone], sums[name][0], rtol=1e-9, atol=1e-300)
    # the terms that nearly cancel where the current saturates have its size
    np.testing.assert_allclose(blocks["dI_dV"], sums["dI_dV"], rtol=1e-9, atol=1e-12 * np.abs(sums["I"]).max() / kT)


def rare_exchange(weight):
    """Return four levels N = 0..3 in a row, whose middle transition has a tiny weight."""
    return LevelScheme([0, 1, 2, 3], [0.0, 0.0, 0.0, 0.0], [0, 1, 0, 1], [0, 1, 2], [1, 2, 3], [0.5, weight, 0.5])


def weights_at_rest(scheme):
    """Return a chain by blocks and its rates at kT = 1 without bias."""
    with dense_blocks() as patch:
        kept = []
        patch.setattr("numeric.network.dense_weights", lambda *given: kept.append(given) or dense_weights(*given))
        stationary_state(scheme, exact_chains.biased((1.0, 1.0), 0.0), kT=1.0)
    (plan, totals, _), *_ = kept
    return plan, totals


def test_a_dot_that_hardly_ever_switches_is_left_to_numbers_with_exponents(monkeypatch):
    """Between two halves joined by a rate of 2**-300 nothing is proven; unproven, 1e-310 loses its digits."""
    for weight, proven in ((2.0**-240, True), (2.0**-300, False), (1e-310, False)):
        found = flow_weights(*weights_at_rest(rare_exchange(weight)))
        assert np.isfinite(found.least).tolist() == [proven]
    plan, totals = weights_at_rest(rare_exchange(1e-310))
    true = populations_from(dense_weights(plan, totals)).scaled.to_float()[:, 0]
    np.testing.assert_allclose(true, [1 / 6, 1 / 3, 1 / 6, 1 / 3], rtol=1e-13)
    monkeypatch.setattr("numeric.jump_chain.HITTING", np.inf)
    lost = populations_from(flow_weights(plan, totals).weights).scaled.to_float()[:, 0]
    assert np.max(np.abs(lost / true - 1)) > 1e-12


def counted_points(monkeypatch, scheme, **options):
    """Return a diagram by blocks and the number of points whose populations were taken with exponents."""
    points = []
    exact = numeric.diagram_points.populations_at
    monkeypatch.setattr(
        "numeric.diagram_points.populations_at", lambda network, r: points.append(r.data.shape[-1]) or exact(network, r)
    )
    with dense_blocks():
        return stability_diagram(scheme, **options), sum(points)


def test_flows_too_small_for_the_proof_are_taken_with_exponents(monkeypatch):
    """A lead that couples only to a level out of reach, 2**-960 of all flows, and one that couples to nothing."""
    scheme = exact_chains.three_level_scheme()
    M = np.outer(scheme.M, [1.0, 1.0])
    M[:2, 1] = 0.0
    parts = scheme.electrons, scheme.energies, scheme.two_S, scheme.lower, scheme.upper
    options = {"bias": [0.01], "gate": [0.2], "kT": 6e-4}
    _, points = counted_points(monkeypatch, LevelScheme(*parts, M), **options)
    assert points == 1
    _, points = counted_points(monkeypatch, scheme, **options)
    assert points == 0
    diagram, points = counted_points(monkeypatch, LevelScheme(*parts, np.outer(scheme.M, [1.0, 0.0])), **options)
    assert points == 0
    assert float(diagram["I"][0, 0]) == 0.0


@pytest.mark.parametrize(("weight", "proven"), [(2.0**-800, True), (2.0**-900, False)])
def test_a_state_that_is_held_for_ages_is_taken_with_exponents(weight, proven):
    """A level that is hardly ever entered and hardly ever left may hold the electrons, at flows that were lost."""
    scheme = LevelScheme([0, 1, 1], [0.0, 0.0, 0.0], [0, 1, 1], [0, 0], [1, 2], [0.5, weight])
    assert np.isfinite(flow_weights(*weights_at_rest(scheme)).least).tolist() == [proven]


@pytest.mark.parametrize(("energy", "exact"), [(0.3, 0), (0.02, 1)])
def test_a_blocked_level_is_ignored_if_it_holds_nothing(monkeypatch, energy, exact):
    """Of two levels of N = 1 one leads only to a level out of reach: held for e**2000, and empty unless it lies low."""
    levels = [0, 1, 1, 2], [0.1, 0.0, energy, energy + 2.0], [0, 1, 1, 0]
    scheme = LevelScheme(*levels, [0, 1, 2], [1, 3, 3], [0.5, 0.5, 0.5])
    diagram, points = counted_points(monkeypatch, scheme, bias=[0.01], gate=[0.0], kT=1e-3)
    assert points == exact
    alone = currents(scheme, exact_chains.biased((1.0, 1.0), 0.01), kT=1e-3)
    assert float(diagram["I"][0, 0]) == pytest.approx(float(alone), rel=1e-12)


def test_energies_of_astronomic_size_fall_back_to_sums_state_by_state():
    """Exponents beyond what dense arrays tell apart from an absent rate: the numbers of sums, bit by bit."""
    scheme, leads = exact_chains.three_level_scheme(), exact_chains.biased((1.0, 1.0), 0.1)
    with dense_blocks():
        found = stationary_state(scheme, leads, kT=1e-12, gate=-0.25)
    expected = stationary_state(scheme, leads, kT=1e-12, gate=-0.25)
    assert found.log10_populations.min() < -1e11
    with dense_blocks() as patch:
        patch.setattr("numeric.dense_elimination.LARGEST_EXPONENT", 1.0)
        summed = stationary_state(scheme, leads, kT=1e-12, gate=-0.25)
    np.testing.assert_array_equal(summed.log10_populations, expected.log10_populations)
    np.testing.assert_allclose(found.log10_populations, expected.log10_populations, rtol=1e-15)


def test_blocks_of_points_leave_no_trace(monkeypatch):
    """More points than one block holds: the numbers of one large block, bit by bit."""
    options = {"bias": [0.0, 1e-3, 0.3], "gate": np.linspace(0.0, 2.0, 9), "kT": 1e-2}
    scheme = large_scheme([1, 4, 6, 5])
    whole = stability_diagram(scheme, **options)
    monkeypatch.setattr("numeric.diagram_points.DENSE_POINTS", 1)
    pieces = stability_diagram(scheme, **options)
    for name, values in whole.items():
        np.testing.assert_array_equal(values, pieces[name])


def plan_of(levels):
    """Return the plan of a large scheme."""
    plan = network_of(large_scheme(levels), (1.0, 1.0)).blocks
    assert isinstance(plan, ChargePlan)
    return plan


def test_the_larger_parity_may_go_first():
    """Whichever order takes fewer products: the many states in the middle are not kept, nor those at both ends."""
    assert plan_of([4, 20, 4]).kept.size == 8
    assert plan_of([20, 4, 20]).kept.size == 4


def test_each_rate_stands_at_its_place():
    """Rates into and out of a block lead where the plan says, and absent ones are marked."""
    source, target = np.array([0, 0, 1, 2]), np.array([1, 2, 0, 0])
    plan = charge_plan(np.array([0, 1, 1]), source, target)
    for block in plan.blocks:
        for (i, k), number in np.ndenumerate(block.leaving):
            assert (source[number], target[number]) == (block.states[k], plan.kept[block.neighbours][i])
        for (k, i), number in np.ndenumerate(block.entering):
            assert (source[number], target[number]) == (plan.kept[block.neighbours][i], block.states[k])
    missing = charge_plan(np.array([0, 1, 0, 1]), np.array([0, 1, 2, 2, 1, 3]), np.array([1, 0, 1, 3, 2, 2]))
    assert sum(int((block.leaving == missing.rates).sum()) for block in missing.blocks) == 1


def test_the_bound_covers_roundings_counted_by_hand():
    """Two kept states of one charge around a single one: rates and jumps, one sum, and one step of a block."""
    plan = charge_plan(np.array([0, 1, 1]), np.array([0, 0, 1, 2]), np.array([1, 2, 0, 0]))
    by_hand = 2 * 2 * 26 + 3
    assert population_error_bound(plan) >= by_hand * UNIT
    assert population_error_bound(plan_of([1, 6, 11, 13, 9])) < 1e-10


def multiplications(monkeypatch, levels):
    """Return how many products the elimination of one point takes, tangents included."""
    counted = []
    whole, outer = numeric.jump_chain._product, numeric.jump_chain._outer

    def product(a, b, change):
        counted.append(3 * a.shape[2] * a.shape[3] * b.shape[3])
        return whole(a, b, change)

    def outer_product(a, b, change):
        counted.append(3 * a.shape[1] * b.shape[1])
        return outer(a, b, change)

    with monkeypatch.context() as patch:
        patch.setattr("numeric.jump_chain._product", product)
        patch.setattr("numeric.jump_chain._outer", outer_product)
        stability_diagram(large_scheme(levels), bias=[0.3], gate=[1.0], kT=1e-2)
    return sum(counted)


def test_the_cost_of_a_point_is_pinned(monkeypatch):
    """Products with tangents: below those of an LU factorisation, n**3 / 3, and growing no faster than n**3."""
    small = multiplications(monkeypatch, [1, 6, 11, 13, 13])
    large = multiplications(monkeypatch, [2, 12, 22, 26, 26])
    assert (small, large) == (27678, 211626)
    assert large < 8 * small
    assert large < 88**3 / 3
