"""Heat over the plane of gate and bias: each point is that of `heat_currents`, and energy is conserved on all of it."""

import exact_chains
import numpy as np
import pytest

from numeric import Lead, heat_currents, stability_diagram

OPTIONS = {"plain": {}, "in a field": {"resolved": True, "zeeman": 0.02}, "one lead at rest": {"split": 1.0}}
BIAS, GATE, KT = np.array([-0.3, -1e-9, 0.0, 1e-3, 0.05, 0.4]), np.linspace(-0.1, 0.9, 7), 0.01


@pytest.mark.parametrize("options", OPTIONS.values(), ids=OPTIONS)
def test_every_point_of_a_heat_map_is_the_heat_current_there(options):
    """At six biases, zero and a tiny one among them, and seven gates, within both bounds."""
    scheme, split = exact_chains.three_level_scheme(), options.get("split", 0.5)
    diagram = stability_diagram(scheme, bias=BIAS, gate=GATE, kT=KT, rates=(1.0, 0.2), heat=True, **options)
    point = {name: value for name, value in options.items() if name != "split"}
    for V in BIAS:
        leads = [Lead("L", 1.0, split * V), Lead("R", 0.2, (split - 1) * V)]
        for gate in GATE:
            found, here = heat_currents(scheme, leads, kT=KT, gate=gate, **point), diagram.sel(bias=V, gate=gate)
            for place, name in enumerate(("J_L", "J_R")):
                bound = here[f"{name}_error"].item()
                assert abs(here[name].item() - found.value[place]) <= bound + found.bound[place]
                assert bound <= max(1e-11 * abs(here[name].item()), 1e-14)
    assert not diagram["J_L"].sel(bias=0.0).any()


def test_energy_is_conserved_on_the_whole_map():
    """J_L + J_R + V I = 0: what the bias does on the electrons leaves as heat."""
    bias, gate = np.linspace(-0.4, 0.4, 41), np.linspace(-0.2, 1.0, 53)
    diagram = stability_diagram(exact_chains.three_level_scheme(), bias=bias, gate=gate, kT=KT, heat=True)
    work = diagram["bias"] * diagram["I"]
    slack = diagram["J_L_error"] + diagram["J_R_error"] + abs(diagram["bias"]) * diagram["I_L_error"] + 1e-16
    assert bool((abs(diagram["J_L"] + diagram["J_R"] + work) <= slack).all())
    assert float(work.max()) > 0.1


def test_a_lead_that_is_not_coupled_takes_no_heat():
    """One barrier is closed: zeros, as for the current."""
    diagram = stability_diagram(
        exact_chains.three_level_scheme(), bias=[0.2], gate=[0.1], kT=KT, rates=(1.0, 0.0), heat=True
    )
    assert not diagram["J_L"].any()
    assert not diagram["J_R"].any()
