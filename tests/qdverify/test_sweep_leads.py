"""Sweeps between any number of leads: each point is what the implementation answers there."""

import numpy as np
import pytest
from rows import over

import numeric
import qdverify.sweep
from qdverify.protocol.inputs import InvalidInput
from qdverify.sweep.plan import Plan, make_plan
from qdverify.sweep.run import run_sweep

pytestmark = pytest.mark.usefixtures("forked_workers")

DOT = {"kernel": "constant", "length": 3.0, "cutoff": 0.0, "orbitals": 3, "strength": 1.5}
GATES, KT, NAMES = [0.25, 1.0], 0.125, ["source", "drain_2", "probe"]
RATES = dict(zip(NAMES, (1.0, 0.5, 0.25), strict=True))


def document(task, leads, **more):
    """Return a plan over two gates, with a table for each lead."""
    return {
        "task": task,
        "dot": DOT,
        "level_scheme": {"levels": [1, 2, 2]},
        "leads": leads,
        "transport": {"kT": KT, "gate": GATES, **more},
    }


def swept(task, folder, leads, **more):
    """Return the dataset of a sweep of the builtin implementation."""
    plan = make_plan(document(task, leads, **more))
    assert Plan.from_document(plan.document()).document() == plan.document()
    folder.mkdir(exist_ok=True)
    assert not run_sweep(plan, folder / "a").errors
    return qdverify.sweep.open(folder / "a")


def tables(**more):
    """Return a table for each lead, the source and the drain at half the bias each."""
    found = {name: {"rate": rate} for name, rate in RATES.items()}
    found["source"]["share"], found["drain_2"]["share"] = 0.5, -0.5
    for name, fields in more.items():
        found[name] |= fields
    return found


@pytest.fixture(scope="module")
def scheme():
    """Return the same levels and transitions by hand."""
    dot = numeric.Dot(3.0, 0.0, 3, "constant", 1.5)
    return numeric.LevelScheme.from_spectra([numeric.solve(dot, N, k) for N, k in ((0, 1), (1, 2), (2, 2))])


def leads(bias=0.0, mu=0.0, hot=None):
    """Return the leads of `tables`, the probe with its own potential and temperature."""
    return [
        numeric.Lead("source", 1.0, bias / 2),
        numeric.Lead("drain_2", 0.5, -bias / 2),
        numeric.Lead("probe", 0.25, mu, hot),
    ]


def test_a_sweep_of_cumulants_of_leads_has_potentials_and_temperatures_as_axes(tmp_path, scheme):
    """Three cumulants of the counted leads at each bias, potential and temperature of a third lead."""
    probe = {"mu": [-0.25, 0.0], "kT": [0.125, 0.25]}
    data = swept("lead_cumulants", tmp_path, tables(probe=probe), bias=[0.5, 1.0], counted=["source", "probe"])
    assert data.cumulants.dims == ("gate", "bias", "mu_probe", "kT_probe", "order")
    assert (data.mu_probe.units, data.kT_probe.units, data.bias.units) == ("E_H*", "E_H*", "E_H*/e")
    for gate, bias, mu, hot in ((0.25, 0.5, -0.25, 0.25), (1.0, 1.0, 0.0, 0.125), (1.0, 0.5, -0.25, 0.125)):
        found = numeric.lead_cumulants(scheme, leads(bias, mu, hot), ["source", "probe"], kT=KT, gate=gate)
        expected = [float(found.current), float(found.noise), float(found.third)]
        place = {"gate": gate, "bias": bias, "mu_probe": mu, "kT_probe": hot, "order": [1, 2, 3]}
        np.testing.assert_allclose(data.cumulants.sel(place), expected, rtol=1e-11)


def test_a_sweep_of_the_generating_function_has_a_field_of_each_lead_as_axis(tmp_path, scheme):
    """Lambda at each field of the source and of a probe of its own temperature; the drain has none."""
    given = tables(source={"theta": [-0.5, 0.0, 2.0]}, probe={"theta": [0.0, 1.0], "kT": 0.25, "mu": -0.25})
    data = swept("lead_generating_function", tmp_path, given, bias=1.0)
    assert data["values"].dims == ("gate", "theta_source", "theta_probe")
    assert data["values"].units == "units of t"
    for gate, source, probe in ((0.25, -0.5, 1.0), (1.0, 2.0, 0.0), (1.0, 0.0, 0.0)):
        point = {"kT": KT, "gate": gate}
        found = numeric.lead_generating_function(scheme, leads(1.0, -0.25, 0.25), [[source, 0.0, probe]], **point)
        place = {"gate": gate, "theta_source": source, "theta_probe": probe}
        np.testing.assert_allclose(data["values"].sel(place), found.value[0], rtol=1e-10, atol=1e-13)
    with pytest.raises(InvalidInput, match="'theta' of lead 'probe' must be one of rate, mu, share, kT"):
        make_plan(document("lead_currents", tables(probe={"theta": 1.0})))
    with pytest.raises(InvalidInput, match="theta"):
        make_plan(document("lead_generating_function", tables(probe={"theta": 1000.0})))


def test_a_sweep_of_the_response_of_leads_names_flow_and_force_by_lead(tmp_path, scheme):
    """Onsager's matrix, current or heat of a lead against the potential or temperature of another."""
    own = {name: {"rate": rate} for name, rate in RATES.items()}
    own["probe"]["rate"] = [0.25, 2.0]
    data = swept("lead_response", tmp_path, own, mu=0.0625)
    assert data.onsager.dims == ("gate", "rate_probe", "flow", "lead", "force", "forced_lead")
    assert data.rate_probe.units == "units of t"
    resting = [numeric.Lead(name, rate, 0.0625) for name, rate in RATES.items()]
    for gate in GATES:
        matrix = numeric.lead_response(scheme, resting, kT=KT, gate=gate).onsager.value
        point = data.onsager.sel(gate=gate, rate_probe=0.25)
        for row in range(6):
            for column in range(6):
                entry = point.sel(
                    flow=("electrons", "heat")[row // 3],
                    lead=NAMES[row % 3],
                    force=("potential", "temperature")[column // 3],
                    forced_lead=NAMES[column % 3],
                )
                assert float(entry) == pytest.approx(matrix[row, column], rel=1e-11, abs=1e-13)
    assert data.attrs["mu"] == 0.0625


def test_currents_and_heat_of_named_leads_are_swept_too(tmp_path, scheme):
    """Each variable has a dimension of the leads, in the order of the plan; potentials and shares default to 0."""
    currents = swept("lead_currents", tmp_path / "currents", tables(), bias=1.0).currents
    heat = swept("heat_currents", tmp_path / "heat", tables(), bias=1.0).heat
    assert list(currents.lead.values) == list(heat.lead.values) == NAMES
    for gate in GATES:
        expected = numeric.lead_flows(scheme, leads(1.0), kT=KT, gate=gate).value
        np.testing.assert_allclose(currents.sel(gate=gate), expected, rtol=1e-11)
        expected = numeric.heat_currents(scheme, leads(1.0), kT=KT, gate=gate).value
        np.testing.assert_allclose(heat.sel(gate=gate), expected, rtol=1e-11)


@over(
    ("task", "changed", "message"),
    [
        ("lead_cumulants", {"counted": ["L"]}, "counted"),
        ("lead_cumulants", {"counted": "source"}, "counted='source' must be a list of names of leads"),
        ("lead_cumulants", {}, "counted=None must be a list"),
        ("lead_currents", {"counted": ["source"]}, "'counted' is no input of a sweep of lead_currents"),
        ("lead_currents", {"leads": {"source": {"width": 1.0}}}, "'width' of lead 'source' must be one of rate, mu"),
        ("lead_currents", {"leads": {"source": {"rate": 1.0}}}, "leads"),
        ("lead_currents", {"leads": {"a": {"rate": -1.0}, "b": {}}}, "rate"),
        ("lead_currents", {"leads": {"a": {"kT": [0.5, 0.0]}, "b": {}}}, "kT"),
        ("lead_currents", {"leads": ["source", "drain"]}, "must have a table for each lead"),
        ("lead_currents", {"leads": None}, "a sweep of lead_currents needs a table for each lead"),
        ("lead_response", {"bias": 1.0}, "'bias' is no input of a sweep of lead_response"),
        ("lead_response", {"leads": {"a": {"mu": 1.0}, "b": {}}}, "'mu' of lead 'a' must be one of rate"),
        ("current", {}, "'leads' is no input of a sweep of current"),
    ],
)
def test_wrong_tables_are_refused_by_name(task, changed, message):
    """With the value and the rule."""
    plan = document(task, changed.get("leads", {"source": {}, "drain": {}}))
    if plan["leads"] is None:
        del plan["leads"]
    plan["transport"] |= {name: value for name, value in changed.items() if name != "leads"}
    with pytest.raises(InvalidInput, match=message):
        make_plan(plan)
