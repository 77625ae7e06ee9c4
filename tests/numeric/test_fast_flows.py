"""Flows by the compiled kernel: within their bounds, the same as by numpy, and without numba by numpy."""

from contextlib import contextmanager
from itertools import product

import exact_chains
import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_charge_blocks import biases, large_scheme, rare_exchange, rates, temperatures
from test_route_elimination import paper_like

from numeric.charge_blocks import charge_plan
from numeric.diagram import stability_arrays
from numeric.fast_flows import (
    FEWEST_LANES,
    FEWEST_RATES,
    MOST_LANES,
    FastFlows,
    fast_flows,
    load_kernel,
    points_at_once,
)
from numeric.network import network_of
from numeric.rates import edge_factor

pytest.importorskip("numba")


@contextmanager
def kernel_from(least):
    """Take the kernel for maps of so many points times edges."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("numeric.fast_flows.FEWEST_RATES", least)
        yield patch


def both_ways(scheme, **options):
    """Return a map by the kernel, and by numpy."""
    with kernel_from(0):
        compiled = stability_arrays(scheme, **options)
    return compiled, stability_arrays(scheme, **options)


@settings(max_examples=40)
@given(scheme=exact_chains.schemes(per_lead=True), kT=temperatures, gate=st.floats(-2, 2), V=biases, t=rates)
def test_currents_and_heat_keep_to_their_bounds(scheme, kT, gate, V, t):
    """At either barrier, at any temperature and bias, however unequal the barriers."""
    with kernel_from(0):
        diagram = stability_arrays(scheme, bias=[V], gate=[gate], kT=kT, rates=t, heat=True)
    with mpmath.workdps(exact_chains.DIGITS):
        leads = exact_chains.biased(t, V)
        (into_L, into_R), rounding = exact_chains.current(scheme, leads, kT, gate)
        (heat_L, heat_R), heat_rounding = exact_chains.heat(scheme, leads, kT, gate)
        for name, true, slack in (
            ("I_L", into_L, rounding),
            ("I_R", -into_R, rounding),
            ("J_L", heat_L, heat_rounding),
            ("J_R", heat_R, heat_rounding),
        ):
            error = abs(mpmath.mpf(float(diagram[name][0, 0])) - true)
            assert error <= mpmath.mpf(float(diagram[f"{name}_error"][0, 0])) + slack


@settings(max_examples=20)
@given(
    scheme=exact_chains.schemes(),
    kT=st.floats(-3, 1).map(lambda power: 10.0**power),
    at=st.tuples(biases, st.floats(-2, 2)),
    rates=st.tuples(*2 * [st.floats(-6, 1).map(lambda power: 10.0**power)]),
    compiled=st.booleans(),
)
def test_the_conductance_is_the_derivative(scheme, kT, at, rates, compiled):
    """DI/dV agrees with a central difference in mpmath within its bound, which is small against the larger terms."""
    V, gate = at
    with kernel_from(0 if compiled else 10**9):
        found = stability_arrays(scheme, bias=[V], gate=[gate], kT=kT, rates=rates)
    value, bound = (mpmath.mpf(float(found[name][0, 0])) for name in ("dI_dV", "dI_dV_error"))
    with mpmath.workdps(exact_chains.DIGITS):
        true = exact_chains.conductance(scheme, rates, V, mpmath.mpf(kT), gate)
        _, rounding = exact_chains.current(scheme, exact_chains.biased(rates, V), kT, gate)
        size = rounding * mpmath.mpf(10) ** (exact_chains.DIGITS - 6) / kT
        assert abs(value - true) <= bound + size * mpmath.mpf(10) ** -40
        assert bound <= size * mpmath.mpf(10) ** -10 + mpmath.mpf(10) ** -322


DOTS = {
    "13 levels": (paper_like(), {}),
    "31 states in a field": (paper_like(), {"resolved": True, "zeeman": 0.07}),
    "60 levels": (large_scheme([1, 6, 12, 20, 21]), {}),
}


@pytest.mark.parametrize("kT", [1e-4, 1e-2, 1.0])
@pytest.mark.parametrize(("scheme", "options"), DOTS.values(), ids=DOTS)
def test_maps_agree_with_those_of_numpy(scheme, options, kT):
    """More points than stand side by side, one and unequal barriers, at biases on both sides of the small-bias form."""
    bias = np.concatenate([np.linspace(-0.5, 0.5, 8), [0.3 * kT, 1e-12, 0.0]])
    axes = {"bias": bias, "gate": np.linspace(-0.5, 4.5, 13), "kT": kT}
    compiled, numpy = both_ways(scheme, rates=(1.0, 0.3), heat=True, **axes, **options)
    assert compiled.keys() == numpy.keys()
    for name in ("I_L", "I_R", "J_L", "J_R", "dI_dV"):
        error = compiled[f"{name}_error"], numpy[f"{name}_error"]
        assert np.all(np.abs(compiled[name] - numpy[name]) <= error[0] + error[1])
        assert np.all(error[0] <= 1.3 * error[1] + 1e-300)


def prepared(scheme, leads, points=1, kT=1.0):
    """Return the kernel prepared for a scheme, or None."""
    network = network_of(scheme, leads)
    states = scheme.electrons[network.chain.level]
    slopes = np.array([0.5, -0.5])
    return fast_flows(network, states, edge_factor(network.chain, kT), slopes, zeeman=0.0, points=points)


@pytest.mark.parametrize(("weight", "proven"), [(2.0**-240, True), (2.0**-300, False)])
def test_a_dot_that_hardly_ever_switches_is_left_to_numpy(weight, proven, monkeypatch):
    """Between two halves joined by a rate of 2**-300 nothing is proven, and the map is that of numpy bit by bit."""
    unproven = []
    found = FastFlows.at

    def kept(fast, points, *, heat):
        flows, left = found(fast, points, heat=heat)
        unproven.extend(left.tolist())
        return flows, left

    monkeypatch.setattr(FastFlows, "at", kept)
    options = {"bias": [-20.0, 3.0, 30.0], "gate": [0.0], "kT": 1.0}
    compiled, numpy = both_ways(rare_exchange(weight), **options)
    assert unproven == ([] if proven else [0, 1, 2])
    assert np.all(np.abs(compiled["I"] - numpy["I"]) <= compiled["I_L_error"] + numpy["I_L_error"])
    for name, values in numpy.items():
        if not proven:
            np.testing.assert_array_equal(compiled[name], values)


def test_a_cold_dot_is_known_where_rates_underflow():
    """Deep in blockade, 20,000 kT from any resonance, currents of 1e-4000 read 0 with the bounds of numpy."""
    compiled, numpy = both_ways(paper_like(), bias=[-0.2, 0.2], gate=np.linspace(0, 3, 9), kT=1e-5, resolved=True)
    assert np.count_nonzero(numpy["I"] == 0) > 4
    np.testing.assert_array_equal(compiled["I"] == 0, numpy["I"] == 0)
    assert np.all(np.abs(compiled["I"] - numpy["I"]) <= compiled["I_L_error"] + numpy["I_L_error"])


def test_currents_without_conductance_are_those_with_it():
    """Bit by bit; nothing else is returned."""
    options = {"bias": [-0.4, 1e-5, 0.4], "gate": np.linspace(0, 3, 7), "kT": 1e-2, "resolved": True, "zeeman": 0.1}
    with kernel_from(0):
        whole, currents = (stability_arrays(paper_like(), conductance=wanted, **options) for wanted in (True, False))
    assert whole.keys() - currents.keys() == {"dI_dV", "dI_dV_error"}
    for name, values in currents.items():
        np.testing.assert_array_equal(values, whole[name])


def test_only_large_maps_of_comparable_leads_are_compiled(monkeypatch):
    """Below so many rates, if leads differ by more than 2**64, one is closed or memory is too small: numpy."""
    scheme, many = paper_like(), FEWEST_RATES
    assert isinstance(prepared(scheme, (1.0, 1.0), many), FastFlows)
    assert isinstance(prepared(scheme, (1.0, 2.0**-60), many), FastFlows)
    assert prepared(scheme, (1.0, 2.0**-70), many) is None
    assert prepared(scheme, (1.0, 0.0), many) is None
    edges = network_of(scheme, (1.0, 1.0)).chain.lower.size
    assert prepared(scheme, (1.0, 1.0), (FEWEST_RATES - 1) // edges) is None
    work = prepared(scheme, (1.0, 1.0), many).work
    assert work.last.size == MOST_LANES
    numbers = sum(numbers.size for numbers in work) - sum(bits.size for bits in (work.stay, work.weight, work.row))
    monkeypatch.setattr("numeric.fast_flows.CACHED_NUMBERS", numbers)
    assert FEWEST_LANES < lanes_of(scheme) < MOST_LANES
    monkeypatch.setattr("numeric.fast_flows.CACHED_NUMBERS", 1)
    assert lanes_of(scheme) == FEWEST_LANES
    monkeypatch.setattr("numeric.fast_flows.MOST_NUMBERS", numbers)
    assert lanes_of(scheme) == FEWEST_LANES
    monkeypatch.setattr("numeric.fast_flows.MOST_NUMBERS", numbers // 4)
    assert prepared(scheme, (1.0, 1.0), many) is None


def lanes_of(scheme):
    """Return how many points of a large map are taken side by side."""
    return prepared(scheme, (1.0, 1.0), FEWEST_RATES).work.last.size


def test_progress_is_told_after_each_call_of_the_kernel():
    """Lanes are full until the last call, and a call of a large chain has fewer points."""
    assert [points_at_once(edges) for edges in (1, 28, 1433, 10**6)] == [4096, 4096, 640, 64]
    axes, told = {"bias": np.linspace(-0.5, 0.51, 50), "gate": np.linspace(-0.3, 1.1, 100)}, []
    with kernel_from(0):
        stability_arrays(paper_like(), kT=0.01, progress=lambda *counts: told.append(counts), **axes)
    assert told == [(4096, 5000), (5000, 5000)]


def test_the_order_lists_every_rate_once_in_either_direction():
    """What leaves each dropped state and enters it, with the neighbour's place among the kept ones."""
    scheme = paper_like()
    chain = network_of(scheme, (1.0, 1.0)).chain
    edges = chain.lower.size
    ends = np.append(chain.lower, chain.upper), np.append(chain.upper, chain.lower)
    order = prepared(scheme, (1.0, 1.0), FEWEST_RATES).order
    assert sorted([*order.leaving, *order.entering]) == list(range(2 * edges))
    for number, state in enumerate(order.first):
        terms = slice(order.start[number], order.start[number + 1])
        for rate, back, place in zip(order.leaving[terms], order.entering[terms], order.neighbour[terms], strict=True):
            assert (ends[0][rate], ends[1][rate]) == (state, order.kept[place])
            assert (ends[0][back], ends[1][back]) == (order.kept[place], state)
    assert sorted([*order.first, *order.kept]) == list(range(13))
    assert order.kept.tolist() == charge_plan(scheme.electrons, *ends).kept.tolist()


def test_the_cost_of_a_point_is_pinned():
    """Products of two rates of 13 levels and of 31 states: neighbours of dropped states squared, and kept ones."""
    products = []
    for resolved in (False, True):
        network = network_of(paper_like(), (1.0, 1.0), resolved=resolved)
        states = paper_like().electrons[network.chain.level]
        edge = edge_factor(network.chain, 1.0)
        order = fast_flows(network, states, edge, np.array([0.5, -0.5]), zeeman=0.0, points=FEWEST_RATES).order
        m = order.kept.size
        products.append((int((np.diff(order.start) ** 2).sum()), sum((m - 1 - k) ** 2 for k in range(m - 1))))
    assert products == [(62, 14), (404, 285)]


SMALL_MAP = """
import sys, numpy as np
from numeric import LevelScheme
import numeric.fast_flows as fast
from numeric.diagram import stability_arrays
scheme = LevelScheme([0, 1, 1, 2], [0.0, 0.1, 0.3, 0.9], [0, 1, 1, 0], [0, 0, 1, 2], [1, 2, 3, 3], [0.5, 0.1, 0.4, 0.7])
axes = {"bias": np.linspace(-0.5, 0.51, 9), "gate": np.linspace(-0.3, 1.1, 9), "kT": 0.01, "heat": True}
"""
SHOWN = "print(*(float(one).hex() for sheet in found.values() for one in sheet.flat))"


@pytest.fixture(scope="module")
def run(warm_here):
    """Return a function that returns what an interpreter prints that has not loaded the package."""
    return lambda code, **environment: warm_here.printed(SMALL_MAP + code, **environment)


@pytest.fixture(scope="module")
def by_numpy(run):
    """Return a small map in hexadecimal."""
    return run(f"found = stability_arrays(scheme, **axes); {SHOWN}")


def test_small_maps_do_not_load_numba(run):
    """Nor does the import of the package."""
    assert run("stability_arrays(scheme, **axes); print('numba' in sys.modules)").split() == ["False"]


@pytest.mark.parametrize(
    "why",
    [
        "sys.modules['numba'] = None",  # as if it were not installed
        "sys.modules['numeric.flow_kernel'] = None",  # as numba refuses a version of numpy, by an ImportError
        # neither the package's folder nor the user's can be written
        "import numba.core.caching as c; c.CacheImpl._locator_classes = []",
    ],
)
def test_what_cannot_be_compiled_or_kept_is_computed_by_numpy(run, why, by_numpy):
    """Bit by bit."""
    without = f"{why}\nfast.FEWEST_RATES = 0; assert fast.load_kernel() is None\n"
    assert run(f"{without}found = stability_arrays(scheme, **axes); {SHOWN}") == by_numpy


def test_compiled_code_rounds_as_the_written_one(run):
    """Interpreted, without numba's compiler, the kernel gives the same bits: nothing is reordered or contracted."""
    code = f"fast.FEWEST_RATES = 0; assert fast.load_kernel(); found = stability_arrays(scheme, **axes); {SHOWN}"
    assert run(code, NUMBA_DISABLE_JIT="1") == run(code)


@pytest.mark.long
@pytest.mark.slow
def test_a_second_process_compiles_nothing(run, tmp_path):
    """The first one fills the cache, from which the second loads every function."""
    code = "fast.FEWEST_RATES = 0; stability_arrays(scheme, **axes); stats = fast.load_kernel().stats\n"
    shown = "print(sum(stats.cache_hits.values()), sum(stats.cache_misses.values()))"
    found = [run(code + shown, NUMBA_CACHE_DIR=str(tmp_path)).split() for _ in range(2)]
    assert found == [["0", "1"], ["1", "0"]]


def test_the_kernel_is_compiled_once():
    """Maps of one row and of many, resolved or not, with heat or without, compile nothing of their own."""
    with kernel_from(0):
        for resolved, heat, gates in product((False, True), (False, True), (1, 3)):
            options = {"bias": [0.1], "gate": np.arange(gates), "kT": 0.1, "resolved": resolved, "heat": heat}
            stability_arrays(paper_like(), **options)
    assert load_kernel() is load_kernel()
    assert len(load_kernel().signatures) == 1
