"""Sweeps over a dot of the user's own: its file stands in the plan, and its results have its unit."""

import json

import pytest

import qdverify.sweep
from numeric import IntegralDot, Lead, LevelScheme, currents, solve
from qdverify.protocol.inputs import InvalidInput
from qdverify.protocol.sample_dots import INTEGRAL_DOT, make_dot
from qdverify.sweep.plan import make_plan, read_plan
from qdverify.sweep.run import run_sweep

pytestmark = pytest.mark.usefixtures("forked_workers")

SPECTRUM = 'task = "spectrum"\n[dot]\nfile = "dot.json"\nelectrons = [1, 2]\nlevels = 2\n'
CURRENT = """task = "current"
[dot]
file = "dot.json"
[level_scheme]
levels = [1, 2, 2]
[transport]
kT = 0.05
gate = [-1.2, -1.0, 0.5]
bias = 0.3
"""


@pytest.fixture
def plan_of(tmp_path):
    (tmp_path / "dot.json").write_text(json.dumps(INTEGRAL_DOT))

    def plan(text):
        file = tmp_path / "plan.toml"
        file.write_text(text)
        return read_plan(file)

    return plan


def test_a_plan_holds_the_dot_of_its_file(plan_of, tmp_path):
    """The dot itself, not the name of the file: a store can be resumed and read without it."""
    plan = plan_of(SPECTRUM)
    (tmp_path / "dot.json").unlink()
    again = type(plan).from_document(json.loads(json.dumps(plan.document())))
    assert again.key == plan.key
    assert json.loads(plan.point(1)["dot"]) == INTEGRAL_DOT


def test_the_results_are_those_of_the_dot_in_its_unit(plan_of, tmp_path):
    """Levels, and currents whose first peak knows the constant energy of the empty dot."""
    dot = IntegralDot.from_document(INTEGRAL_DOT)
    for name, text in (("levels", SPECTRUM), ("current", CURRENT)):
        run_sweep(plan_of(text), tmp_path / name, workers=1)
    levels, found = (qdverify.sweep.open(tmp_path / name) for name in ("levels", "current"))
    assert levels.energies.sel(electrons=2).values == pytest.approx(solve(dot, 2, 2).energies, rel=1e-12)
    assert levels.energies.attrs["units"] == found.gate.attrs["units"] == "E"
    scheme = LevelScheme.from_spectra([solve(dot, N, count) for N, count in enumerate((1, 2, 2))])
    leads = [Lead("L", 1.0, 0.15), Lead("R", 1.0, -0.15)]
    expected = [float(currents(scheme, leads, kT=0.05, gate=gate)) for gate in found.gate.values]
    assert found.I_L.values == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"file": "none.json"}, "file='none.json' of the dot must be readable|none.json"),
        ({"file": 1}, "file=1 of the dot must be the name of a file"),
        ({"file": "dot.json", "length": 1.0}, "'length' is no input of a sweep"),
        ({"file": "dot.json", "electrons": [7]}, "electrons=7"),
    ],
)
def test_a_wrong_file_or_field_is_refused(plan_of, tmp_path, changes, message):
    """A dot of your own has no length."""
    plan_of(SPECTRUM)
    with pytest.raises(InvalidInput, match=message):
        make_plan({"task": "spectrum", "dot": {"electrons": [1], "levels": 1, **changes}}, folder=tmp_path)


def test_a_box_in_a_file_is_a_dot_too(tmp_path):
    """Its unit is that of integrals all the same: nobody says what its lengths are."""
    (tmp_path / "box.json").write_text(json.dumps(make_dot("contact", 3)))
    plan = make_plan({"task": "spectrum", "dot": {"file": "box.json", "electrons": [1], "levels": 1}}, folder=tmp_path)
    assert json.loads(plan.point(0)["dot"]) == make_dot("contact", 3)
