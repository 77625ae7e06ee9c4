"""ZT by the network of resistors and by moments, its size for two transitions, and the efficiency that it limits."""

from itertools import product
from random import Random

import pytest
from mpmath import mp, mpf

from analytic import linear_response_exact
from numeric import Lead, LevelScheme, heat_currents, lead_flows, linear_response, response_map
from qdverify.suite.exact.transport_cases import leads, random_level_scheme


def scheme_of(case):
    """Return the level scheme of a case."""
    levels, transitions = case["levels"], case["transitions"]
    columns = [[level[name] for level in levels] for name in ("electrons", "energy", "two_S")]
    return LevelScheme(*columns, *([item[name] for item in transitions] for name in ("from", "to", "M")))


@pytest.mark.parametrize("seed", range(25))
def test_figure_of_merit_of_random_chains_lies_within_its_bound(seed):
    choose = Random(seed)
    rates = [10 ** choose.uniform(-2, 0) for _ in range(2)]
    case = {**random_level_scheme(choose, fewest=4), "leads": leads(0.0, *rates), "kT": 10 ** choose.uniform(-1, 0)}
    exact = linear_response_exact(**case, gate=0.2)
    found = linear_response(scheme_of(case), rates=rates, kT=case["kT"], gate=0.2)
    assert found.figure_of_merit.relative_error.item() < 1e-6
    with mp.workdps(30):
        onsager = exact.L12**2 / (exact.L11 * exact.L22 - exact.L12**2)
        assert exact.figure_of_merit == pytest.approx(onsager, rel=1e-9)
        error = abs(mpf(found.figure_of_merit.value.item()) - exact.figure_of_merit)
        assert error <= mpf(found.figure_of_merit.bound.item())


@pytest.mark.parametrize("least", [0, 10**9], ids=["compiled", "numpy"])
def test_maps_of_random_chains_lie_within_their_bounds(least, monkeypatch):
    """Three temperatures and three gates of six chains."""
    monkeypatch.setattr("numeric.fast_flows.FEWEST_RATES", least)
    for seed in range(6):
        choose = Random(seed)
        rates = [10 ** choose.uniform(-2, 0) for _ in range(2)]
        case = {**random_level_scheme(choose, fewest=4), "leads": leads(0.0, *rates)}
        found = response_map(scheme_of(case), rates=rates, gate=[-0.25, 0.0, 0.5], kT=[1.0, 0.0625, 0.25])
        for kT, gate in product(found["kT"].values.tolist(), found["gate"].values.tolist()):
            exact, here = linear_response_exact(**case, kT=kT, gate=gate), found.sel(kT=kT, gate=gate)
            with mp.workdps(30):
                for name in ("thermopower", "heat_conductance", "figure_of_merit"):
                    error = abs(mpf(here[name].item()) - getattr(exact, name))
                    assert error <= mpf(here[f"{name}_error"].item())
                assert abs(mpf(here["conductance"].item()) - exact.L11 / kT) <= mpf(here["conductance_error"].item())


@pytest.mark.parametrize("gates", [0.0, [-0.3, 0.0, 0.3]])
def test_one_transition_has_no_finite_figure_of_merit(gates):
    found = linear_response(LevelScheme([0, 1], [0.0, 0.1], [0, 1], [0], [1], [0.5]), kT=0.02, gate=gates)
    with pytest.raises(ValueError, match="must be finite"):
        _ = found.figure_of_merit
    levels = [{"electrons": N, "energy": 0.1 * N, "two_S": N} for N in (0, 1)]
    exact = linear_response_exact(levels, [{"from": 0, "to": 1, "M": 0.5}], leads(0.0), 0.02, 0.0)
    with pytest.raises(ValueError, match="must be finite"):
        _ = exact.figure_of_merit


def test_a_heat_conductance_that_is_lost_to_rounding_gives_no_figure_of_merit():
    """At low temperature one transition carries all: the spread of what electrons carry is below the rounding."""
    cold = linear_response(LevelScheme([0, 1, 1], [0.0, 0.1, 2.0], [0, 1, 1], [0, 0], [1, 2], [0.5, 0.5]), kT=0.01)
    with pytest.raises(ArithmeticError, match="of itself only"):
        _ = cold.figure_of_merit


def test_an_engine_at_small_differences_is_as_efficient_as_its_figure_of_merit_allows():
    """The best of all biases is reached, and no bias is better."""
    kT, step = 0.1, 1e-5
    scheme = LevelScheme([0, 1, 1], [0.0, 0.3, 0.6], [0, 1, 1], [0, 0], [1, 2], [0.5, 0.5])
    response = linear_response(scheme, kT=kT)
    root = (1 + response.figure_of_merit.value.item()) ** 0.5
    limit, stopping = step / kT * (root - 1) / (root + 1), response.thermopower.value.item() * step
    found = []
    for k in range(1, 200):
        V = stopping * k / 200
        hot, cold = Lead("hot", 1.0, -V / 2, kT + step / 2), Lead("cold", 1.0, V / 2, kT - step / 2)
        current = lead_flows(scheme, [hot, cold], kT=kT).value[0]
        found.append(V * current / heat_currents(scheme, [hot, cold], kT=kT).value[0])
    assert max(found) == pytest.approx(limit, rel=1e-3)
