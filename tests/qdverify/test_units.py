"""One table says the unit of every array: maps and stored sweeps have them all, and the same for the same quantity."""

import numpy as np
import pytest

import numeric
from numeric.units import unit_of
from qdverify.sweep import dataset
from qdverify.sweep.named_leads import TASKS_ON_LEADS, lead_fields
from qdverify.sweep.plan import _BESIDE_THE_DOT, BOX, HARMONIC_DOT, TASKS, make_plan
from qdverify.sweep.run import run_sweep

pytestmark = pytest.mark.usefixtures("forked_workers")
SCHEME = numeric.LevelScheme([0, 1, 1], [0.0, 0.1, 0.2], [0, 1, 1], [0, 0], [1, 2], [0.5, 0.5])
DOT = {"kernel": "constant", "length": 3.0, "cutoff": 0.0, "orbitals": 3, "strength": 1.5}


def maps(unit):
    """Return one map of each kind, with all that it can hold."""
    leads = [numeric.Lead("a", 1.0, 0.1), numeric.Lead("b", 1.0, 0.0)]
    more = {"heat": True, "unit": unit}
    return [
        numeric.stability_diagram(SCHEME, bias=[0.1], gate=[0.1], kT=0.1, noise=True, populations=True, **more),
        numeric.lead_diagram(SCHEME, leads, axes={"a": [0.0], "gate": [0.0]}, kT=0.1, derivative="a", **more),
        numeric.response_map(SCHEME, kT=[0.1], gate=[0.1], unit=unit),
    ]


@pytest.mark.parametrize("unit", ["E_H*", "meV"])
def test_every_number_of_a_map_has_a_unit(unit):
    """Arrays and coordinates; the names of leads are no numbers."""
    for found in maps(unit):
        for name, array in found.variables.items():
            if array.dtype.kind not in "UOT":
                expected = unit if found.sizes.keys() >= {"lead"} and name in "ab" else unit_of(name, unit)
                assert array.attrs["units"] == expected, name


def test_the_table_has_every_input_and_answer_of_a_sweep():
    """No array of any task is without: a new one must be written into the table."""
    told = {"L", "figure_of_merit"}
    answers = {name for of_task in dataset._DIMENSIONS.values() for name in of_task} | told
    inputs = {name for of_task in _BESIDE_THE_DOT.values() for name in of_task} | {*BOX, *HARMONIC_DOT}
    inputs |= {name for task in TASKS_ON_LEADS for name in lead_fields(task, ("drain_2",))}
    for name in sorted(answers | inputs - {"kernel"}):
        assert unit_of(name), name
    assert set(dataset._DIMENSIONS) == set(TASKS)


@pytest.mark.parametrize("task", ["current", "cumulants", "linear_response", "heat_currents", "conductance_parts"])
def test_a_store_has_the_units_of_the_maps(task, tmp_path):
    """Every variable, every axis; what a map holds too has the same unit there."""
    transport = {"kT": [0.125], "gate": [0.25, 1.0], "rate_L": [1.0, 2.0]}
    plan = make_plan(
        {
            "task": task,
            "dot": DOT,
            "level_scheme": {"levels": [1, 2]},
            "transport": transport | ({} if task == "linear_response" else {"bias": [0.1]}),
        }
    )
    assert not run_sweep(plan, tmp_path / "a").errors
    found = dataset.open_store(tmp_path / "a")
    in_maps = {
        name: array.attrs["units"] for one in maps("E_H*") for name, array in one.variables.items() if array.attrs
    }
    for name in (*found.data_vars, *plan.axes):
        assert found[name].attrs["units"] == in_maps.get(name, unit_of(name)), name
        assert np.issubdtype(found[name].dtype, np.number)
