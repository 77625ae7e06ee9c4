"""Sweeps of heat, counting statistics and linear response: each point is what the implementation answers there."""

import numpy as np
import pytest

import numeric
import qdverify.sweep
from qdverify.sweep.plan import make_plan
from qdverify.sweep.run import run_sweep

pytestmark = pytest.mark.usefixtures("forked_workers")

DOT = {"kernel": "constant", "length": 3.0, "cutoff": 0.0, "orbitals": 3, "strength": 1.5}
GATES, KT, RATES = [0.25, 1.0], 0.125, (1.0, 0.5)


def swept(task, folder, **more):
    """Return the dataset of a sweep of the builtin implementation over two gates."""
    transport = {"kT": KT, "gate": GATES, "rate_L": RATES[0], "rate_R": RATES[1], **more}
    plan = make_plan({"task": task, "dot": DOT, "level_scheme": {"levels": [1, 2, 2]}, "transport": transport})
    folder.mkdir(exist_ok=True)
    assert not run_sweep(plan, folder / "a").errors
    return qdverify.sweep.open(folder / "a")


@pytest.fixture(scope="module")
def scheme():
    """Return the same levels and transitions by hand."""
    dot = numeric.Dot(3.0, 0.0, 3, "constant", 1.5)
    return numeric.LevelScheme.from_spectra([numeric.solve(dot, N, k) for N, k in ((0, 1), (1, 2), (2, 2))])


def test_a_sweep_keeps_a_figure_of_merit_that_is_infinite_or_left_out(tmp_path):
    """Through one transition it is infinite at every gate; a program that does not tell it has no such variable."""
    transport = {"kT": KT, "gate": GATES}
    document = {"task": "linear_response", "dot": DOT, "level_scheme": {"levels": [1, 1]}, "transport": transport}
    for name, implementation in (("one", "builtin"), ("bare", "python:merit_programs:WithoutMerit")):
        assert not run_sweep(make_plan({**document, "implementation": implementation}), tmp_path / name).errors
    infinite, bare = (qdverify.sweep.open(tmp_path / name) for name in ("one", "bare"))
    assert (infinite.figure_of_merit == np.inf).all()
    assert "figure_of_merit" not in bare
    assert bare.heat_conductance.notnull().all()


def leads(bias):
    return [numeric.Lead("L", RATES[0], bias / 2), numeric.Lead("R", RATES[1], -bias / 2)]


def test_a_sweep_of_heat_has_a_dimension_of_leads(tmp_path, scheme):
    """Heat out of L and of R at each gate and bias."""
    data = swept("heat_currents", tmp_path, bias=[0.5, 1.0])
    assert data.heat.dims == ("gate", "bias", "lead")
    for gate in GATES:
        expected = numeric.heat_currents(scheme, leads(1.0), kT=KT, gate=gate).value
        np.testing.assert_allclose(data.heat.sel(gate=gate, bias=1.0, lead=["L", "R"]), expected, rtol=1e-12)


def test_a_sweep_of_spins_has_a_field_and_polarised_leads_as_axes(tmp_path, scheme):
    """Currents of either spin and heat, as at single points; the field and the polarisation default to 0."""
    options = {"bias": 1.0, "zeeman": [-0.25, 0.25], "polarisation_R": [0.0, 0.5]}
    spins, heat = (swept(task, tmp_path / task, **options) for task in ("spin_currents", "spin_heat"))
    assert spins.up.dims == spins.down.dims == heat.heat.dims == ("gate", "zeeman", "polarisation_R", "lead")
    pair = [numeric.Lead("L", 1.0, 0.5), numeric.Lead("R", 0.75, -0.5, None, 0.25)]
    place = {"gate": 1.0, "zeeman": 0.25, "polarisation_R": 0.5, "lead": ["L", "R"]}
    point = {"kT": KT, "gate": 1.0, "zeeman": 0.25}
    found = numeric.spin_currents(scheme, pair, **point)
    np.testing.assert_allclose(spins.up.sel(place), found.up.value, rtol=1e-11)
    np.testing.assert_allclose(spins.down.sel(place), found.down.value, rtol=1e-11)
    expected = numeric.heat_currents(scheme, pair, **point, resolved=True).value
    np.testing.assert_allclose(heat.heat.sel(place), expected, rtol=1e-11)
    plain = swept("spin_currents", tmp_path / "plain", bias=1.0)
    assert (plain.attrs["zeeman"], plain.attrs["polarisation_L"]) == (0.0, 0.0)
    np.testing.assert_allclose(plain.up, plain.down, rtol=1e-11)
    for wrong in (1.5, [0.0, -1.5]):
        with pytest.raises(ValueError, match=r"polarisation_L=-?1.5 must be between -1 and 1"):
            swept("spin_currents", tmp_path / "wrong", bias=1.0, polarisation_L=wrong)


def test_populations_of_spins_stand_by_level_and_spin(tmp_path, scheme):
    """Each state under its own two_Sz, and NaN where a level has none."""
    data = swept("spin_populations", tmp_path, bias=1.0, zeeman=[-0.25, 0.25])
    assert data.populations.dims == ("gate", "zeeman", "level", "two_Sz")
    pair = [numeric.Lead("L", 1.0, 0.5), numeric.Lead("R", 0.5, -0.5)]
    found = numeric.stationary_state(scheme, pair, kT=KT, gate=1.0, zeeman=0.25, resolved=True)
    there = data.populations.sel(gate=1.0, zeeman=0.25)
    for level, two_Sz, population in zip(found.level, found.two_Sz, found.populations, strict=True):
        np.testing.assert_allclose(there.isel(level=level).sel(two_Sz=two_Sz), population, rtol=1e-11)
    assert int(there.notnull().sum()) == found.level.size
    assert there.sum().item() == pytest.approx(1.0)


def test_a_sweep_of_the_generating_function_has_the_counting_field_as_axis(tmp_path):
    """It vanishes at 0, and its slope there is the current."""
    data = swept("generating_function", tmp_path, bias=1.0, theta=[-1e-4, 0.0, 1e-4])
    assert data["values"].dims == ("gate", "theta")
    np.testing.assert_allclose(data["values"].sel(theta=0.0), 0.0, atol=1e-14)
    current = swept("current", tmp_path / "current", bias=1.0).I_L
    slope = (data["values"].sel(theta=1e-4) - data["values"].sel(theta=-1e-4)) / 2e-4
    np.testing.assert_allclose(slope, current, rtol=1e-6)


def test_a_sweep_of_the_response_of_spins_names_flows_forces_and_leads(tmp_path, scheme):
    """As `lead_response`, with the field and the polarisation as axes."""
    data = swept("spin_response", tmp_path, zeeman=[0.0, 0.25], polarisation_R=0.5)
    assert data.onsager.dims == ("gate", "zeeman", "flow", "lead", "force", "forced_lead")
    pair = [numeric.Lead("L", 1.0, 0.0), numeric.Lead("R", 0.75, 0.0, None, 0.25)]
    found = numeric.lead_response(scheme, pair, kT=KT, gate=1.0, zeeman=0.25, resolved=True).onsager.value
    entry = data.onsager.sel(gate=1.0, zeeman=0.25, flow="heat", lead="L", force="potential", forced_lead="R")
    np.testing.assert_allclose(entry, found[2, 1], rtol=1e-9)
    with pytest.raises(ValueError, match="no input of a sweep of spin_response"):
        swept("spin_response", tmp_path / "wrong", bias=1.0)


def test_a_sweep_of_cumulants_counts_them_from_one(tmp_path, scheme):
    """Current, noise and third cumulant at each gate."""
    data = swept("cumulants", tmp_path, bias=1.0)
    assert data.cumulants.dims == ("gate", "order")
    for gate in GATES:
        found = numeric.cumulants(scheme, leads(1.0), kT=KT, gate=gate)
        expected = [float(found.current), float(found.noise), float(found.third)]
        np.testing.assert_allclose(data.cumulants.sel(gate=gate, order=[1, 2, 3]), expected, rtol=1e-11)


def test_a_sweep_of_the_parts_of_the_conductance_is_the_map_of_who_blocks(tmp_path, scheme):
    """dI/dV at each gate and bias, growth and part of each level in the order of the chain."""
    data = swept("conductance_parts", tmp_path, bias=[-0.5, 0.0, 1.5])
    assert data.dI_dV.dims == ("gate", "bias")
    assert data.growth.dims == data.parts.dims == ("gate", "bias", "state")
    for gate in GATES:
        for bias in (-0.5, 0.0, 1.5):
            found, there = (
                numeric.conductance_parts(scheme, leads(bias), kT=KT, gate=gate),
                data.sel(gate=gate, bias=bias),
            )
            np.testing.assert_allclose(there.dI_dV, float(found.conductance), rtol=1e-9)
            for name in ("growth", "parts"):
                np.testing.assert_allclose(there[name], getattr(found, name).value, rtol=1e-9, atol=1e-12)


def test_a_sweep_of_linear_response_has_no_bias(tmp_path, scheme):
    """Onsager's matrix and the thermopower at each gate; a bias is refused by name."""
    data = swept("linear_response", tmp_path)
    found = numeric.linear_response(scheme, rates=RATES, kT=KT, gate=GATES)
    np.testing.assert_allclose(data.thermopower, found.thermopower.value, rtol=1e-11)
    np.testing.assert_allclose(data.onsager.sel(flow="heat", force="bias"), found.L12.value, rtol=1e-11)
    assert data.onsager.dims == ("gate", "flow", "force")
    np.testing.assert_allclose(data.figure_of_merit, found.figure_of_merit.value, rtol=1e-9)
    with pytest.raises(ValueError, match="'bias' is no input of a sweep of linear_response"):
        swept("linear_response", tmp_path, bias=0.0)
