"""A refusal names the value, the rule, and where what was wanted is to be had."""

import pytest

import numeric
import qdverify
from numeric.blocking import bias_axis
from qdverify.laboratory import GAAS, diagram_in_millivolts

SCHEME = numeric.LevelScheme([0, 1], [0.0, 0.1], [0, 1], [0], [1], [0.5])
QUESTION = {
    "levels": [{"electrons": 0, "two_S": 0, "energy": 0.0}, {"electrons": 1, "two_S": 1, "energy": 0.25}],
    "transitions": [{"from": 0, "to": 1, "M": 0.5}],
    "leads": [{"name": "L", "rate": 1.0, "mu": 0.5}, {"name": "R", "rate": 1.0, "mu": 0.0}],
    "kT": 0.125,
    "gate": 0.0,
}


@pytest.mark.parametrize(
    ("name", "rule"), [("gate", "must be a number, finite"), ("kT", "must be a number, positive and finite")]
)
@pytest.mark.parametrize("value", [True, None])
def test_what_is_no_number_is_told_so(name, value, rule):
    """True is finite, but no number."""
    with pytest.raises(ValueError, match=f"{name}={value!r} {rule}"):
        qdverify.oracle("current", **{**QUESTION, name: value})


@pytest.mark.parametrize("task", ["current", "stationary_state", "cumulants"])
def test_a_temperature_of_one_lead_is_told_which_tasks_take_it(task):
    """The key is named, and where it belongs."""
    hot = [{**QUESTION["leads"][0], "kT": 0.25}, QUESTION["leads"][1]]
    with pytest.raises(ValueError, match=r"'kT' of lead 'L' is too much.*lead_currents, heat_currents"):
        qdverify.oracle(task, **{**QUESTION, "leads": hot})
    assert qdverify.oracle("lead_currents", **{**QUESTION, "leads": hot})


def test_a_bias_that_falls_is_shown():
    """Both points."""
    with pytest.raises(ValueError, match=r"from 0\.5 to 0\.25"):
        bias_axis([0.0, 0.5, 0.25, 1.0], 0.5)


@pytest.mark.parametrize("temperature", ["hot", "3 nm", 0.1, ("1 K", "2 m")])
def test_a_wrong_temperature_is_told_what_one_is(temperature):
    """Not an energy, though one would do."""
    axes = {"gate": [0.0], "bias": [0.0], "lever_arms": numeric.LeverArms()}
    with pytest.raises(ValueError, match="must be a temperature with its unit, such as '100 mK'"):
        diagram_in_millivolts(SCHEME, GAAS, temperature=temperature, **axes)


@pytest.mark.parametrize("rates", [((1.0, 0.5), 1.0), [(1.0, 0.5), (1.0, 1.0)]])
def test_polarised_leads_are_sent_where_they_are_taken(rates):
    """Maps and linear response of two leads take rates of whole leads."""
    with pytest.raises(ValueError, match="for polarised leads call lead_diagram"):
        numeric.stability_diagram(SCHEME, bias=[0.1], gate=[0.1], kT=0.1, rates=rates, resolved=True)
    for ask in (
        lambda: numeric.linear_response(SCHEME, kT=0.1, rates=rates, resolved=True),
        lambda: numeric.response_map(SCHEME, gate=[0.1], kT=[0.1], rates=rates, resolved=True),
    ):
        with pytest.raises(ValueError, match="for polarised leads call lead_response"):
            ask()


def test_states_of_one_spin_are_not_called_levels():
    """A refusal about classes of resolved states names each by its level and twice its S_z."""
    up = [{**lead, "rate": {"up": 1.0, "down": 0.0}} for lead in QUESTION["leads"]]
    with pytest.raises(ValueError, match=r"states \(level, two_Sz\) fall into 2 .*\[\(1, -1\)\]"):
        qdverify.oracle("spin_currents", **{**QUESTION, "leads": up}, zeeman=0.0)
    with pytest.raises(ValueError, match="levels fall into 2"):
        qdverify.oracle("current", **{**QUESTION, "transitions": []})
