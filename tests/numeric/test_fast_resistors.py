"""Linear response by the compiled kernel: within its bounds, the same as by numpy, and without numba by numpy."""

import numpy as np
import pytest
from hypothesis import settings
from test_fast_flows import kernel_from
from test_linear_response import NAMES, any_chain, assert_within_its_bounds
from test_resistors import assert_within_bounds, random_scheme
from test_route_elimination import paper_like

from numeric import LevelScheme, linear_response, resistors, tilted
from numeric.fast_flows import FEWEST_RATES
from numeric.fast_resistors import FastResistors, fast_resistors, load_kernel
from numeric.network import network_of
from numeric.resistors import resistors_of
from numeric.response_map import response_arrays

pytest.importorskip("numba")


def compiled(scheme, **options):
    """Return the response by the kernel."""
    with kernel_from(0):
        return linear_response(scheme, **options)


@settings(max_examples=20)
@any_chain
def test_the_response_is_that_of_differences_at_120_digits(scheme, kT, gate, mu, t):
    """Matrix, thermopower and heat conductance are right to their bounds, with M_ji of each lead."""
    found = compiled(scheme, rates=t, kT=kT, gate=gate, mu=mu)
    assert_within_its_bounds(found, scheme, t, kT=kT, gate=gate, mu=mu)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("kT", [1e-4, 0.01, 3.0])
def test_three_ways_agree_within_their_bounds(monkeypatch, seed, kT):
    """Kernel, numpy, and numbers of any size, from deep blockade to a temperature above all, and in a field.

    The bounds of the first two are alike, and L11, which no mean energy enters, is the same bit by bit.
    """
    scheme = random_scheme(seed, per_lead=seed % 2 == 0)
    options = {"rates": [(1.0, 0.5), (1e-9, 1.0), (1.0, 1e-12)][seed % 3], "mu": 0.25 * (seed % 3 - 1), "kT": kT}
    field = {"resolved": True, "zeeman": 0.1 * seed} if seed % 3 == 1 else {}
    options |= {"gate": np.linspace(-1.0, 4.0, 70), **field}  # 70 points fill all lanes and leave some over
    fast, plain = compiled(scheme, **options), linear_response(scheme, **options)
    monkeypatch.setattr(resistors, "MOST_STATES", 0)
    exact = linear_response(scheme, **options)
    assert_within_bounds(fast, exact)
    assert_within_bounds(fast, plain)
    for name in NAMES:
        mine, other = getattr(fast, name).error, getattr(plain, name).error
        np.testing.assert_allclose(mine.mantissa / other.mantissa, 2.0 ** (other.exponent - mine.exponent), rtol=1e-9)
    np.testing.assert_array_equal(fast.L11.scaled.mantissa, plain.L11.scaled.mantissa)


def leads_that_hardly_meet():
    """Return levels of which L and R drive transitions of their own."""
    return LevelScheme(
        [0, 1, 1, 2], [0.0, 0.0, 2.0, 2.0], [0, 1, 1, 0], [0, 0, 1, 2], [1, 2, 3, 3], [[1, 0], [0, 1], [1, 0], [0, 1]]
    )


def test_what_plain_numbers_do_not_prove_is_left_to_numbers_with_exponents(monkeypatch):
    """What both leads drive lies 2**-3000 below the rest at the lowest temperature, and its points alone are left."""
    left, by = [], tilted.Tilted.by.__func__

    def counted(cls, *given, **named):
        left.append(given[1].data.shape[-1])
        return by(cls, *given, **named)

    monkeypatch.setattr(tilted.Tilted, "by", classmethod(counted))
    for kT, points in ((1e-3, [3, 3]), (0.3, [])):
        fast = compiled(leads_that_hardly_meet(), kT=kT, gate=[0.0, 0.1, 0.2])
        assert left == points
        assert_within_bounds(fast, linear_response(leads_that_hardly_meet(), kT=kT, gate=[0.0, 0.1, 0.2]))
        left.clear()


def prepared(scheme, points, **options):
    """Return the kernel prepared for a scheme at one temperature, or None."""
    chain = network_of(scheme, (1.0, 1.0), **options).chain
    found = resistors_of(chain, scheme.electrons[chain.level], np.array([0.1]))
    return fast_resistors(found, points)


def test_only_large_maps_are_compiled(monkeypatch):
    """Below so many points times edges, or if memory is too small: numpy."""
    scheme = paper_like()
    edges = network_of(scheme, (1.0, 1.0)).chain.lower.size
    assert isinstance(prepared(scheme, -(-FEWEST_RATES // edges)), FastResistors)
    assert prepared(scheme, (FEWEST_RATES - 1) // edges) is None
    monkeypatch.setattr("numeric.fast_flows.MOST_NUMBERS", 20_000)
    assert prepared(scheme, FEWEST_RATES) is None


def test_the_cost_of_a_point_is_pinned():
    """Pairs of neighbours of a place that is eliminated, five products each, of 13 levels and of 31 states."""
    found = []
    for resolved in (False, True):
        wires = prepared(paper_like(), FEWEST_RATES, resolved=resolved).wires
        neighbours = wires.end[:-1] - np.arange(wires.end.size - 1) - 1
        found.append(int((neighbours * (neighbours - 1) // 2).sum()))
    assert found == [94, 2205]


def test_the_kernel_is_called_once_for_4096_points(monkeypatch):
    """However many temperatures a map has."""
    calls, at = [], FastResistors.at
    monkeypatch.setattr(FastResistors, "at", lambda fast, z, row: calls.append(z.mantissa.size) or at(fast, z, row))
    with kernel_from(0):
        response_arrays(paper_like(), gate=np.linspace(0, 4, 300), kT=np.linspace(0.1, 0.2, 120))
    assert calls == [2**15, 36_000 - 2**15]


CODE = """
import sys, numpy as np
from numeric import LevelScheme
import numeric.fast_flows, numeric.fast_resistors as fast
from numeric.response_map import response_arrays
scheme = LevelScheme([0, 1, 1, 2], [0.0, 0.1, 0.3, 0.9], [0, 1, 1, 0], [0, 0, 1, 2], [1, 2, 3, 3], [0.5, 0.1, 0.4, 0.7])
axes = {"gate": np.linspace(-0.3, 1.1, 9), "kT": [0.01, 0.3, 0.02]}
"""
SHOWN = "print(*(float(one).hex() for sheet in found.values() for one in sheet.flat))"


@pytest.fixture(scope="module")
def run(warm_here):
    """Return a function that returns what an interpreter prints that has not loaded the package."""
    return lambda code, **environment: warm_here.printed(CODE + code, **environment)


def test_small_maps_do_not_load_numba(run):
    """Nor does the import of the package."""
    assert run("response_arrays(scheme, **axes); print('numba' in sys.modules)").split() == ["False"]


@pytest.mark.parametrize("why", ["sys.modules['numba'] = None", "sys.modules['numeric.resistor_kernel'] = None"])
def test_what_cannot_be_compiled_is_computed_by_numpy(run, why):
    """Bit by bit: numba is not installed, or refuses a version of numpy."""
    without = f"{why}\nnumeric.fast_flows.FEWEST_RATES = 0; assert fast.load_kernel() is None\n"
    map_of = f"found = response_arrays(scheme, **axes); {SHOWN}"
    assert run(without + map_of) == run(map_of)


def test_compiled_code_rounds_as_the_written_one(run):
    """Interpreted, without numba's compiler, the kernel gives the same bits: nothing is reordered or contracted."""
    code = "numeric.fast_flows.FEWEST_RATES = 0; assert fast.load_kernel(); found = response_arrays(scheme, **axes); "
    assert run(code + SHOWN, NUMBA_DISABLE_JIT="1") == run(code + SHOWN)


def test_the_kernel_is_compiled_once():
    """Maps of any shape, in a field or not, compile nothing of their own."""
    for options in ({}, {"resolved": True, "zeeman": 0.1}, {"rates": (1.0, 0.1)}):
        for gates in (1, 90):
            compiled(paper_like(), kT=0.1, gate=np.arange(gates), **options)
    assert load_kernel() is load_kernel()
    assert len(load_kernel().signatures) == 1
