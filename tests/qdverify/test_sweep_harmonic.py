"""Sweeps over a harmonic dot: its frequency, its field, its shells and its thickness are axes like others."""

import numpy as np
import pytest

import qdverify.sweep
from numeric import HarmonicDot, solve
from qdverify.sweep import Plan, make_plan
from qdverify.sweep.point import dot_of
from qdverify.sweep.run import run_sweep

pytestmark = pytest.mark.usefixtures("forked_workers")

DOT = {"kind": "harmonic-2d", "omega": 1.0, "shells": 3}
PLAN = {"task": "spectrum", "dot": {**DOT, "field": [0.0, 0.5, 3.0]}, "electrons": [1, 2], "levels": 4}


def test_levels_follow_the_field(tmp_path):
    """Energies, spins and angular momenta of every point are those of the dot in that field, with units."""
    store = tmp_path / "field.sqlite"
    run_sweep(make_plan(PLAN), store)
    data = qdverify.sweep.open(store)
    assert data.energies.dims == ("field", "electrons", "level")
    assert data.field.attrs["units"] == "E_H*/hbar"
    assert data.attrs["kind"] == "harmonic-2d"
    for field in (0.5, 3.0):
        expected = solve(HarmonicDot(1.0, 3, field=field), 2, 4)
        found = data.sel(field=field, electrons=2)
        np.testing.assert_allclose(found.energies, expected.energies, rtol=1e-12)
        assert found.two_S.values.tolist() == expected.two_S.tolist()
        assert found.L.values.tolist() == expected.angular_momenta.tolist()
    # the ground state has become a triplet with L = 1
    assert (int(found.two_S[0]), int(found.L[0])) == (2, 1)


def test_thickness_may_be_left_out_or_be_an_axis():
    """A flat dot has none in its question; a plan holds the kind and survives its document."""
    flat, thick = make_plan(PLAN), make_plan({**PLAN, "dot": {**PLAN["dot"], "thickness": [0.1, 0.2]}})
    assert flat.size == 6
    assert thick.size == 12
    assert "thickness" not in flat.point(0)
    assert Plan.from_document(thick.document()).key == thick.key
    assert dot_of(thick.point(7)) == {**DOT, "thickness": 0.2, "field": 0.0, "strength": 1.0}


def test_transport_through_a_harmonic_dot(tmp_path):
    """At the level of one electron there is a current, ten kT beside it next to none."""
    transport = {"kT": 0.01, "gate": [1.0, 1.1], "bias": 1e-3}
    plan = {"task": "current", "dot": {**DOT, "field": 0.0}, "level_scheme": {"levels": [1, 1]}, "transport": transport}
    run_sweep(make_plan(plan), tmp_path / "peak.sqlite")
    current = qdverify.sweep.open(tmp_path / "peak.sqlite").I_L
    assert current.sel(gate=1.0) > 1e3 * current.sel(gate=1.1) > 0.0
