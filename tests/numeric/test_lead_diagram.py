"""Maps of many leads: each point is what a single point gives, within bounds that hold, compiled and in numpy."""

from dataclasses import replace

import exact_chains
import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rows import over
from test_fast_flows import kernel_from

from numeric import (
    Lead,
    LevelScheme,
    heat_currents,
    lead_diagram,
    lead_flows,
    shot_noise,
    stability_diagram,
    stationary_state,
)
from numeric.fast_flows import FastFlows, load_kernel, population_error_bound
from numeric.network import network_of, rate_roundings

SCHEME = exact_chains.three_level_scheme()
THREE = [Lead("source", 1.0, 0.3, kT=0.02), Lead("drain", 0.4, -0.1), Lead("probe", 0.7, 0.05, kT=0.3)]
BOTH = pytest.mark.parametrize("least", [0, 10**9], ids=["compiled", "numpy"])
CASES = {
    "two potentials": (THREE, {"probe": [-0.2, 0.05, 0.4], "source": [-0.3, 0.1]}, {}),
    "gate and potential": (THREE, {"gate": [0.0, 0.3, 0.9], "drain": [-0.3, 0.1]}, {}),
    "in a field": (THREE, {"drain": [-0.3, 0.1], "gate": [0.0, 0.3]}, {"resolved": True, "zeeman": 0.04}),
    "one temperature": ([Lead(*"a", 1, 0), Lead("b", 1e-3, 0.1), Lead("c", 2, 0)], {"a": [0, 0.1], "b": [0, 0.1]}, {}),
    "a small bias": ([Lead("a", 1.0, 0.0), Lead("b", 1e-9, 0.0)], {"a": [0, 1e-9, 0.3], "b": [0, 0.1]}, {}),
    "a closed lead": ([*THREE, Lead("shut", 0.0, 5.0)], {"shut": [0, 0.1], "gate": [0.3]}, {}),
    "one open lead": ([Lead("a", 1.0, 0.0), Lead("shut", 0.0, 5.0)], {"shut": [0, 0.1], "gate": [0.3]}, {}),
    "a polarised lead": (
        [*THREE[:2], Lead("probe", 1.0, 0.0, rate_down=0.1)],
        {"probe": [-0.2, 0.5], "drain": [0.3, 0.4]},
        {"resolved": True},
    ),
}


@BOTH
@pytest.mark.parametrize(("leads", "axes", "options"), CASES.values(), ids=CASES)
def test_each_point_is_what_a_single_point_gives(least, leads, axes, options):
    """Currents and heat of all leads; nothing flows at a closed lead, or in equilibrium."""
    with kernel_from(least):
        found = lead_diagram(SCHEME, leads, axes=axes, kT=0.05, gate=0.2, heat=True, **options)
    assert found["I"].dims == ("lead", *axes)
    (first, rows), (second, columns) = axes.items()
    for one in rows:
        for other in columns:
            set_to = {first: one, second: other}
            there = [
                Lead(lead.name, lead.rate, set_to.get(lead.name, lead.mu), lead.kT, lead.rate_down) for lead in leads
            ]
            here = found.sel({first: one, second: other})
            for name, single in (("I", lead_flows), ("J", heat_currents)):
                exact = single(SCHEME, there, kT=0.05, gate=set_to.get("gate", 0.2), **options)
                bound = here[f"{name}_error"].values
                assert np.all(np.abs(here[name].values - exact.value) <= bound + exact.bound)
                assert np.all(bound <= 2 * exact.bound + 1e-300)


temperatures = st.floats(-3, 0.5).map(lambda power: 10.0**power)
THREE_LEADS = st.lists(st.tuples(st.floats(1e-6, 1), st.floats(-1, 1), temperatures), min_size=3, max_size=3)


@settings(max_examples=20)
@given(scheme=exact_chains.schemes(), given_leads=THREE_LEADS, gate=st.floats(-2, 2), compiled=st.booleans())
def test_currents_heat_and_derivative_are_those_of_120_digits(scheme, given_leads, gate, compiled):
    """Three leads of any rates, potentials and temperatures, each number within its bound."""
    leads = [Lead(name, *numbers) for name, numbers in zip("abc", given_leads, strict=True)]
    with kernel_from(0 if compiled else 10**9):
        found = lead_diagram(
            scheme, leads, axes={"gate": [gate], "b": [leads[1].mu]}, kT=1.0, heat=True, derivative="c"
        ).isel(gate=0, b=0)
    step = mpmath.mpf(10) ** -30

    class Moved:
        def __init__(self, lead, mu):
            self.rate, self.mu, self.kT = lead.rate, mu, lead.kT

    with mpmath.workdps(exact_chains.DIGITS):
        for name, exact in (("I", exact_chains.current), ("J", exact_chains.heat)):
            true, rounding = exact(scheme, leads, 1.0, gate)
            for place, value in enumerate(true):
                error = abs(mpmath.mpf(float(found[name][place])) - value)
                assert error <= mpmath.mpf(float(found[f"{name}_error"][place])) + rounding
        there, back = (
            exact_chains.current(scheme, [*leads[:2], Moved(leads[2], leads[2].mu + sign * step)], 1.0, gate)
            for sign in (1, -1)
        )
        coldest = min(lead.kT for lead in leads)
        for place, (up, down) in enumerate(zip(there[0], back[0], strict=True)):
            size = mpmath.mpf(10) ** (exact_chains.DIGITS - 6) * there[1]
            slack, bound = mpmath.mpf(10) ** -40 * size / coldest, mpmath.mpf(float(found["dI_error"][place]))
            assert abs(mpmath.mpf(float(found["dI"][place])) - (up - down) / (2 * step)) <= bound + slack
            assert bound <= mpmath.mpf(10) ** -10 * size / coldest + mpmath.mpf(10) ** -322


@BOTH
def test_bounds_of_a_derivative_know_no_temperature_of_leads_that_are_shut(least):
    """A closed lead may be colder by nine decades: derivatives and their bounds stay, to a few roundings."""
    leads = [replace(lead, kT=lead.kT or 0.05) for lead in THREE]
    options = {"axes": {"gate": [0.0, 0.3], "probe": [-0.2, 0.4]}, "derivative": "gate"}
    with kernel_from(least):
        usual, odd = (lead_diagram(SCHEME, leads, kT=kT, **options) for kT in (0.05, 1.7e308))
        shut = lead_diagram(SCHEME, [*leads, Lead("shut", 0.0, 0.0, kT=2e-11)], kT=0.05, **options)
    for name in ("dI", "dI_error"):
        np.testing.assert_array_equal(usual[name], odd[name])
        np.testing.assert_allclose(shut[name].sel(lead=usual["lead"]), usual[name], rtol=1.0 if "_" in name else 1e-9)


@BOTH
def test_the_derivative_by_the_gate_moves_all_leads(least):
    """It is minus the sum of the derivatives by all energies: that by all chemical potentials together."""
    axes = {"gate": [0.0, 0.3], "drain": [-0.2, 0.4]}
    with kernel_from(least):
        by = {name: lead_diagram(SCHEME, THREE, axes=axes, kT=0.05, derivative=name)["dI"] for name in ("gate", *NAMES)}
    np.testing.assert_allclose(by["gate"], sum(by[name] for name in NAMES), rtol=1e-9, atol=1e-12)
    assert abs(by["gate"]).max() > 0.1


NAMES = [lead.name for lead in THREE]
NAMED = [Lead(name, 1.0, 0.0) for name in ("I", "J_error", "dI", "I_")]


@BOTH
def test_stability_diagrams_take_a_temperature_for_each_lead(least):
    """They are the maps of two leads; at zero bias a current flows from the hot one to the cold one."""
    bias, gate, kT = [-0.4, 0.0, 0.1], [0.0, 0.05, 0.7], (0.1, 0.02)
    options = {"bias": bias, "gate": gate, "kT": kT, "rates": (1.0, 0.3), "split": 0.7}
    with kernel_from(least):
        found = stability_diagram(SCHEME, heat=True, **options)
    for V in bias:
        leads = [Lead("L", 1.0, 0.7 * V, kT[0]), Lead("R", 0.3, -0.3 * V, kT[1])]
        for phi in gate:
            here, I = found.sel(bias=V, gate=phi), lead_flows(SCHEME, leads, kT=1.0, gate=phi)  # noqa: E741
            J = heat_currents(SCHEME, leads, kT=1.0, gate=phi)
            for place, sign in enumerate((1, -1)):
                name = "LR"[place]
                slack = here[f"I_{name}_error"].item() + I.bound[place]
                assert abs(here[f"I_{name}"].item() - sign * I.value[place]) <= slack
                slack = here[f"J_{name}_error"].item() + J.bound[place]
                assert abs(here[f"J_{name}"].item() - J.value[place]) <= slack
            step = 1e-5
            with kernel_from(least):
                near = stability_diagram(SCHEME, **{**options, "bias": [V - step, V + step], "gate": [phi]})["I"]
            slope = np.diff(near.values[:, 0])[0] / (2 * step)
            assert here["dI_dV"].item() == pytest.approx(slope, rel=1e-4, abs=1e-7)
    assert found["I"].sel(bias=0.0, gate=0.0).item() > 1e-3
    assert found.attrs["kT"] == [0.1, 0.02]
    alike, one = (stability_diagram(SCHEME, bias=bias, gate=gate, kT=kT, heat=True) for kT in ((0.1, 0.1), 0.1))
    assert alike.equals(one)


def test_noise_and_populations_take_a_temperature_for_each_lead():
    """Noise at zero bias is that of one point, not that of equilibrium."""
    found = stability_diagram(SCHEME, bias=[0.0], gate=[0.05], kT=(0.1, 0.02), noise=True, populations=True)
    leads = [Lead("L", 1.0, 0.0, 0.1), Lead("R", 1.0, 0.0, 0.02)]
    assert found["noise"].item() == pytest.approx(shot_noise(SCHEME, leads, kT=1.0, gate=0.05).noise.value.item())
    state = stationary_state(SCHEME, leads, kT=1.0, gate=0.05)
    np.testing.assert_allclose(found["population"].values[:, 0, 0], state.level_populations, rtol=1e-12)


def test_bounds_count_the_leads():
    """A sum over twelve leads takes ten roundings more than one over two, in each rate that a population rests on."""
    scheme, rates = LevelScheme([0, 1, 1], [0.0, 0.1, 0.2], [0, 1, 1], [0, 0], [1, 2], [0.5, 0.5]), [1.0] * 12
    assert rate_roundings(12) == rate_roundings(2) + 10
    few, many = network_of(scheme, rates[:2]), network_of(scheme, rates)
    assert many.population_error - few.population_error == pytest.approx(2 * 2 * 10 * 2.0**-53)
    with kernel_from(0):
        kept, prepared = [], FastFlows.at
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(FastFlows, "at", lambda fast, *one, **two: kept.append(fast) or prepared(fast, *one, **two))
            leads = [Lead(str(k), 1.0, 0.1 * k) for k in range(12)]
            lead_diagram(scheme, leads, axes={"0": [0.0], "gate": [0.0]}, kT=0.1)
    order = kept[0].order
    assert kept[0].work.rate.shape[0] == 12
    assert population_error_bound(order, 12) > population_error_bound(order, 2)


def test_maps_of_leads_compile_nothing_of_their_own():
    """The kernel of stability diagrams serves leads of one temperature, of many, and points of any number."""
    with kernel_from(0):
        stability_diagram(SCHEME, bias=[0.1], gate=[0.0], kT=0.1)
        for leads in (THREE, [Lead(lead.name, lead.rate, lead.mu) for lead in THREE]):
            for gate in ([0.3], [0.0, 0.3]):
                lead_diagram(SCHEME, leads, axes={"gate": gate, "drain": [0.1]}, kT=0.05)
    assert len(load_kernel().signatures) == 1


def test_progress_is_told_after_each_block():
    told = []
    axes = {"gate": np.linspace(0, 1, 100), "probe": np.linspace(0, 1, 90)}
    with kernel_from(0):
        lead_diagram(SCHEME, THREE, axes=axes, kT=0.1, progress=lambda *two: told.append(two))
    assert told == [(4096, 9000), (8192, 9000), (9000, 9000)]


@over(
    ("wrong", "message"),
    [
        ({"axes": {"gate": [0.0]}}, r"axes=.* must be two"),
        ({"axes": ["gate", "drain"]}, r"axes=.* must be two"),
        ({"axes": {"gate": [0.0], "sink": [0.0]}}, r"axis 'sink' must be the gate or one lead"),
        ({"axes": {"gate": [0.0], 3: [0.0]}}, r"axis 3 must be the gate or one lead"),
        ({"axes": {"gate": [0.0], "lead": [0.0]}, "leads": [*THREE, Lead("lead", 1.0, 0.0)]}, r"axis 'lead' must have"),
        ({"leads": [*THREE, Lead("gate", 1.0, 0.0)]}, r"axis 'gate' must be the gate or one lead"),
        ({"axes": {"gate": [], "drain": [0.0]}}, r"gate of shape"),
        ({"axes": {"gate": [0.0], "drain": [np.inf]}}, r"drain=inf must be finite"),
        ({"axes": {"gate": np.zeros(9000), "drain": np.zeros(9000)}}, r"must give at most"),
        ({"axes": {"gate": [0.0], "I": [0.0]}, "leads": NAMED}, r"axis 'I' must have another name, which an array"),
        (
            {"axes": {"gate": [0.0], "J_error": [0.0]}, "leads": NAMED, "heat": True},
            r"axis 'J_error' must have another",
        ),
        ({"axes": {"dI": [0.0], "I_": [0.0]}, "leads": NAMED, "derivative": "I_"}, r"axis 'dI' must have another name"),
        ({"derivative": ["drain"]}, r"derivative=\['drain'\] must be one of"),
        ({"derivative": np.array(["drain", "probe"])}, r"derivative=.* must be one of"),
        ({"derivative": "sink"}, r"derivative='sink' must be one of"),
        ({"progress": 1}, r"progress=1 must be a function"),
        ({"kT": 0.0}, r"kT=0.0 must be positive"),
        ({"heat": 2}, r"heat"),
    ],
)
def test_wrong_input_is_refused(wrong, message):
    options = {"leads": THREE, "axes": {"gate": [0.0], "drain": [0.0]}, "kT": 0.1} | wrong
    with pytest.raises(ValueError, match=message):
        lead_diagram(SCHEME, options.pop("leads"), **options)


@pytest.mark.parametrize(
    ("kT", "message"), [((0.1, 0.0), "kT=0.0 must be positive"), ((0.1, 0.1, 0.1), "must have shape")]
)
def test_wrong_temperatures_of_a_stability_diagram_are_refused(kT, message):
    with pytest.raises(ValueError, match=message):
        stability_diagram(SCHEME, bias=[0.0], gate=[0.0], kT=kT)


def test_names_of_arrays_that_are_not_asked_for_are_free():
    found = lead_diagram(SCHEME, NAMED, axes={"dI": [0.1], "J_error": [0.0, 0.2]}, kT=0.1)
    assert found["I"].dims == ("lead", "dI", "J_error")


def test_heat_that_exceeds_all_floats_is_refused():
    """Rates of 1e300 that carry 1e10 each."""
    leads = [Lead("a", 1e300, 1e10), Lead("b", 1e300, 0.0)]
    with pytest.raises(OverflowError, match=r"a value near 10\*\*309 exceeds float64: ask for .* smaller rates"):
        lead_diagram(SCHEME, leads, axes={"a": [1e10], "gate": [0.0]}, kT=1.0, heat=True)
