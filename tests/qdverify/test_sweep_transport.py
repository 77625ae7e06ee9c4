"""Sweeps of heat, counting statistics and linear response: each point is what the implementation answers there."""

import numpy as np
import pytest

import numeric
import qdverify.sweep
from qdverify.sweep.plan import make_plan
from qdverify.sweep.run import run_sweep

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
    with pytest.raises(ValueError, match="rate"):
        swept("spin_currents", tmp_path / "wrong", bias=1.0, polarisation_L=1.5)


def test_a_sweep_of_cumulants_counts_them_from_one(tmp_path, scheme):
    """Current, noise and third cumulant at each gate."""
    data = swept("cumulants", tmp_path, bias=1.0)
    assert data.cumulants.dims == ("gate", "order")
    for gate in GATES:
        found = numeric.cumulants(scheme, leads(1.0), kT=KT, gate=gate)
        expected = [float(found.current), float(found.noise), float(found.third)]
        np.testing.assert_allclose(data.cumulants.sel(gate=gate, order=[1, 2, 3]), expected, rtol=1e-11)


def test_a_sweep_of_linear_response_has_no_bias(tmp_path, scheme):
    """Onsager's matrix and the thermopower at each gate; a bias is refused by name."""
    data = swept("linear_response", tmp_path)
    found = numeric.linear_response(scheme, rates=RATES, kT=KT, gate=GATES)
    np.testing.assert_allclose(data.thermopower, found.thermopower.value, rtol=1e-11)
    np.testing.assert_allclose(data.onsager.sel(flow="heat", force="bias"), found.L12.value, rtol=1e-11)
    assert data.onsager.dims == ("gate", "flow", "force")
    with pytest.raises(ValueError, match="'bias' is no input of a sweep of linear_response"):
        swept("linear_response", tmp_path, bias=0.0)
