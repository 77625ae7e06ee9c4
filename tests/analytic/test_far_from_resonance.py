"""Elimination keeps its digits however far the levels lie from the leads, as all results fall off with e^-x alike."""

import pytest
from mpmath import mp, workdps

from analytic import (
    conductance_parts_exact,
    cumulants_exact,
    equal_leads_response,
    lead_currents_exact,
    lead_response_exact,
    spin_response_exact,
)


def below(x, *, bias=0, electrons=3):
    """Return doublets x kT and more below the leads, from which an electron leaves to the empty dot once in e^x."""
    levels = [{"electrons": 1, "energy": -x - k, "two_S": 1} for k in range(electrons)]
    levels.append({"electrons": 0, "energy": 0, "two_S": 0})
    transitions = [{"from": electrons, "to": k, "M": 1} for k in range(electrons)]
    leads = [{"name": "L", "rate": 1, "mu": bias / 2}, {"name": "R", "rate": "0.5", "mu": -bias / 2}]
    return levels, transitions, leads, 1, 0


@pytest.mark.parametrize("x", [50, 250, 1500])
def test_the_response_of_leads_is_its_closed_form(x):
    found, form = (solve(*below(x), digits=20) for solve in (lead_response_exact, equal_leads_response))
    with workdps(40):
        for row, expected, sizes in zip(found.onsager, form.onsager, form.sizes, strict=True):
            assert all(abs(a - b) <= s * mp.mpf(10) ** -20 for a, b, s in zip(row, expected, sizes, strict=True))


@pytest.mark.parametrize(
    "values",
    [
        lambda x: cumulants_exact(*below(x, bias=1), digits=20),
        lambda x: (conductance_parts_exact(*below(x, bias=1), digits=20).conductance,),
        lambda x: spin_response_exact(*below(x), zeeman="0.5", digits=20).onsager[0][:2],
    ],
    ids=["cumulants", "conductance", "response in a field"],
)
def test_flows_fall_off_as_the_level_sinks(values):
    near, far = values(200), values(1200)
    with workdps(40):
        for one, other in zip(near, far, strict=True):
            assert one != 0
            assert mp.almosteq(other * mp.exp(1000), one, rel_eps=mp.mpf(10) ** -18)


def test_the_first_cumulant_is_the_current_far_below_resonance():
    first, *_ = cumulants_exact(*below(700, bias=1), digits=20)
    with workdps(40):
        expected = lead_currents_exact(*below(700, bias=1), digits=20).currents["L"]
        assert mp.almosteq(first, expected, rel_eps=mp.mpf(10) ** -19)
