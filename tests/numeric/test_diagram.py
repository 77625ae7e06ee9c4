"""Stability diagrams."""

import exact_chains
import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

from numeric import (
    LevelScheme,
    currents,
    differential_conductance,
    linear_conductance,
    stability_diagram,
    stationary_state,
)
from numeric.current import Flows, barrier_flows
from numeric.diagram_points import FEWEST_POINTS

GATE, BIAS = np.linspace(-0.2, 1.0, 5), np.array([-0.6, -1e-5, 0.0, 2e-3, 0.31])


@pytest.mark.parametrize("resolved", [False, True])
@pytest.mark.parametrize(("rates", "split"), [((1.0, 1.0), 0.5), ((1.0, 0.3), 0.8)])
@pytest.mark.parametrize("kT", [1e-6, 3e-3, 10.0])
def test_each_point_of_a_diagram_is_what_a_single_point_gives(kT, rates, split, resolved):
    """Currents, conductance and populations agree with the functions for one point, at any split of the bias."""
    scheme = exact_chains.three_level_scheme()
    options = {"kT": kT, "resolved": resolved}
    diagram = stability_diagram(scheme, bias=BIAS, gate=GATE, rates=rates, split=split, populations=True, **options)
    for gate in GATE:
        for V in BIAS:
            point, leads = diagram.sel(gate=gate, bias=V), exact_chains.biased(rates, V, split)
            found = currents(scheme, leads, gate=gate, **options)
            slope = differential_conductance(scheme, leads, gate=gate, split=split, **options).best
            state = stationary_state(scheme, leads, gate=gate, **options)
            if float(point["dI_dV"]) == float(slope):
                assert float(point["dI_dV_error"]) == pytest.approx(float(slope.bound[0]), rel=0.1, abs=1e-320)
            for name, estimate in (("I_L", found.I_L), ("I_R", found.I_R), ("dI_dV", slope)):
                error = 2 * float(estimate.error.to_float()[0]) + 1e-320
                assert float(point[name]) == pytest.approx(float(estimate), rel=1e-13, abs=error)
            np.testing.assert_allclose(point["population"], state.level_populations, rtol=1e-12, atol=1e-320)


@given(scheme=exact_chains.schemes(), kT=st.floats(-6, 1).map(lambda power: 10.0**power))
def test_the_whole_plane_is_finite_conserved_and_dissipative(scheme, kT):
    """From kT = 1e-6 to 10 every current is finite, the same at both barriers, and flows down the bias."""
    bias = np.linspace(-1, 1, 7)
    diagram = stability_diagram(scheme, bias=bias, gate=np.linspace(-2, 2, 11), kT=kT, rates=(1.0, 0.3))
    assert all(bool(np.isfinite(diagram[name]).all()) for name in ("I_L", "I_R", "dI_dV"))
    np.testing.assert_allclose(diagram["I_L"], diagram["I_R"], rtol=1e-10, atol=1e-320)
    assert bool((diagram["I_L"] * diagram["bias"] >= 0).all())
    assert not diagram["I_L"].sel(bias=0.0).any()


@pytest.mark.parametrize("kT", [1e-3, 0.1])
@pytest.mark.parametrize("rates", [(1e-8, 1e5), (1e5, 1e-8), (1.0, 1.0)])
def test_the_current_is_known_however_unequal_the_barriers(rates, kT):
    """Both counts keep to their bounds; `I` is the one at the slow barrier, where nothing cancels, good to 1e-11."""
    gate, bias = np.linspace(-0.2, 1.0, 7), np.array([-3.0, -0.6, -0.01, 0.0, 1e-6, 0.31, 2.0])
    diagram = stability_diagram(exact_chains.three_level_scheme(), bias=bias, gate=gate, kT=kT, rates=rates, noise=True)
    apart = np.abs(diagram["I_L"] - diagram["I_R"])
    assert bool((apart <= diagram["I_L_error"] + diagram["I_R_error"]).all())
    known = np.minimum(diagram["I_L_error"], diagram["I_R_error"])
    assert bool((known <= 1e-11 * np.abs(diagram["I"])).all())
    assert bool((np.abs(diagram["I"] - diagram["I_L"]) <= known + diagram["I_L_error"]).all())
    if rates[0] != rates[1]:
        assert float((apart / np.abs(diagram["I"])).max()) > 1e-6
        slow, fast = ("I_L", "I_R") if rates[0] < rates[1] else ("I_R", "I_L")
        np.testing.assert_allclose(diagram["I"], diagram[slow], rtol=1e-11)
        assert float((np.abs(diagram[fast] - diagram["I"]) / np.abs(diagram["I"])).max()) > 1e-6


def test_a_diagram_says_how_it_was_made():
    """Temperature, rates, split, field and kind of chain are attributes, of types that a file can hold."""
    options = {"rates": (1, 0.5), "split": 0.25, "resolved": True, "zeeman": 0.01}
    diagram = stability_diagram(exact_chains.three_level_scheme(), bias=[0.1], gate=[0.0], kT=1e-2, **options)
    expected = {"kT": 1e-2, "rates": [1.0, 0.5], "split": 0.25, "resolved": 1, "zeeman": 0.01, "kT_units": "E_H*"}
    assert diagram.attrs == expected


def test_blocks_leave_no_trace(monkeypatch):
    """More points than one block holds: the numbers of one large block, bit by bit."""
    scheme, gate = exact_chains.three_level_scheme(), np.linspace(-0.2, 1.0, FEWEST_POINTS - 3)
    whole = stability_diagram(scheme, bias=[0.1, 0.2, 0.3], gate=gate, kT=1e-3)
    monkeypatch.setattr("numeric.diagram_points.NUMBERS_PER_BLOCK", 1)
    xr.testing.assert_identical(stability_diagram(scheme, bias=[0.1, 0.2, 0.3], gate=gate, kT=1e-3), whole)


def test_the_conductance_is_the_slope_of_the_current():
    """Integrating dI/dV over the bias gives the current back: Simpson's rule on a smooth diagram."""
    bias = np.linspace(0, 0.4, 401)
    diagram = stability_diagram(exact_chains.three_level_scheme(), bias=bias, gate=[0.3], kT=0.02)
    slope = diagram["dI_dV"].values[:, 0]
    integral = (bias[1] / 3) * (slope[0] + 4 * slope[1:-1:2].sum() + 2 * slope[2:-1:2].sum() + slope[-1])
    assert integral == pytest.approx(float(diagram["I_L"][-1, 0]), rel=1e-7)


@pytest.mark.parametrize("errors", [(1e-9, 1e-3), (1e-3, 1e-9)])
@pytest.mark.parametrize("exponents", [(0.0, 0.0), (3.0, 4.0), (4.0, 3.0)])
def test_the_conductance_is_read_where_it_is_better_known(monkeypatch, errors, exponents):
    """At the barrier of the smaller terms or, if these are alike, of the smaller error; against the current at R."""

    def two_opinions(network, rates, populations, *, slopes):
        flows = barrier_flows(network, rates, populations, slopes=slopes)
        slope, error, exponent = (np.array(pair)[:, None] for pair in ((5.0, -7.0), errors, exponents))
        return Flows(flows.into, slope, error, exponent)

    monkeypatch.setattr("numeric.diagram_points.barrier_flows", two_opinions)
    kT = 0.25
    diagram = stability_diagram(exact_chains.three_level_scheme(), bias=[2.0], gate=[0.1], kT=kT)
    at_L = exponents[0] < exponents[1] or (exponents[0] == exponents[1] and errors[0] < errors[1])
    expected = (5.0 * 2.0 ** exponents[0] if at_L else 7.0 * 2.0 ** exponents[1]) / kT
    assert float(diagram["dI_dV"][0, 0]) == pytest.approx(expected, rel=1e-15)


def test_a_diagram_says_its_units():
    """Axes and quantities carry units."""
    diagram = stability_diagram(exact_chains.three_level_scheme(), bias=[0.1], gate=[0.0, 0.1], kT=1e-2)
    assert diagram["dI_dV"].dims == ("bias", "gate")
    assert {name: diagram[name].attrs["units"] for name in ("gate", "bias", "I_L", "dI_dV")} == {
        "gate": "E_H*",
        "bias": "E_H*/e",
        "I_L": "units of t",
        "dI_dV": "units of t / E_H*",
    }


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"bias": []}, r"bias of shape \(0,\) must be a non-empty list of numbers"),
        ({"gate": [0.0, np.nan]}, "gate=nan must be finite"),
        ({"kT": -1.0}, r"kT=-1\.0 must be positive"),
        ({"split": np.inf}, "split=inf must be finite"),
        ({"rates": (1.0, -1.0)}, r"rates=-1\.0 must be at least 0"),
        ({"rates": (1.0,)}, r"rates of shape \(1,\) must have shape \(2,\)"),
        ({"split": "half"}, "split='half' must be a real number"),
        ({"kT": True}, "kT=True must be a real number"),
        ({"progress": "bar"}, "progress='bar' must be a function of two integers, or None"),
        ({"zeeman": 0.5}, r"zeeman=0\.5 splits levels: it needs resolved=True"),
    ],
)
def test_wrong_axes_are_refused(change, message):
    """Axes, temperature, split and rates are checked before anything is computed."""
    with pytest.raises(ValueError, match=message):
        stability_diagram(exact_chains.three_level_scheme(), **({"bias": [0.1], "gate": [0.0], "kT": 0.1} | change))


def test_barriers_are_equal_and_share_the_bias_unless_told_otherwise():
    """Defaults: t_L = t_R = 1 and mu = +-V/2 in diagrams, t_L = t_R = 1 in the linear conductance."""
    scheme = exact_chains.three_level_scheme()
    diagram = stability_diagram(scheme, bias=[0.3], gate=[0.4], kT=0.05)
    found = currents(scheme, exact_chains.biased((1.0, 1.0), 0.3), kT=0.05, gate=0.4)
    assert float(diagram["I_L"][0, 0]) == pytest.approx(float(found.I_L), rel=1e-12)
    assert set(diagram) == {f"{name}{end}" for name in ("I", "I_L", "I_R", "dI_dV") for end in ("", "_error")}
    given_rates = linear_conductance(scheme, rates=(1.0, 1.0), kT=0.05, gate=0.4)
    assert float(linear_conductance(scheme, kT=0.05, gate=0.4)) == float(given_rates) > 0.0


def test_the_unit_of_a_dot_of_ones_own_is_a_label_only():
    """Axes, conductance and temperature say it, and no number depends on it."""
    scheme = LevelScheme([0, 1], [0.0, 0.1], [0, 1], [0], [1], [0.5])
    ours, own = (stability_diagram(scheme, bias=[0.02], gate=[0.1], kT=0.01, **more) for more in ({}, {"unit": "meV"}))
    xr.testing.assert_equal(ours, own)
    assert (ours.gate.units, ours.bias.units, ours.dI_dV.units) == ("E_H*", "E_H*/e", "units of t / E_H*")
    assert (own.gate.units, own.bias.units, own.dI_dV.units) == ("meV", "meV/e", "units of t / meV")
    assert (ours.attrs["kT_units"], own.attrs["kT_units"]) == ("E_H*", "meV")


@pytest.mark.parametrize("more", [{}, {"populations": True, "conductance": False}])
def test_progress_is_told_after_each_block(more):
    """Counts rise to all points, whatever is computed, and the numbers are those of a diagram that nobody watches."""
    scheme, axes = exact_chains.three_level_scheme(), {"bias": np.linspace(-1, 1, 101), "gate": np.linspace(0, 1, 399)}
    told = []
    watched = stability_diagram(scheme, kT=0.01, progress=lambda *counts: told.append(counts), **axes, **more)
    done, points = zip(*told, strict=True)
    assert set(points) == {101 * 399}
    assert len(done) > 1
    assert list(done) == sorted(set(done))
    assert done[-1] == 101 * 399
    xr.testing.assert_identical(watched, stability_diagram(scheme, kT=0.01, **axes, **more))


def test_what_progress_raises_ends_the_diagram():
    """A user who watches can stop it; nothing is computed after that."""
    told = []

    def stop(done, points):
        told.append(done)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stability_diagram(
            exact_chains.three_level_scheme(), bias=np.ones(300), gate=np.zeros(300), kT=0.1, progress=stop
        )
    assert len(told) == 1
    assert told[0] < 300 * 300
