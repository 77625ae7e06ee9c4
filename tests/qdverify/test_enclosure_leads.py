"""Balls of currents, heat, linear response and cumulants against the exact side and its other derivations."""

from fractions import Fraction
from random import Random

import pytest
from flint import arb, ctx
from mpmath import mp, workdps

from analytic import (
    cumulants_exact,
    generating_function_exact,
    lead_cumulants_exact,
    lead_currents_exact,
    lead_generating_function_exact,
    lead_response_exact,
    linear_response_exact,
    spin_currents_exact,
    spin_response_exact,
)
from qdverify.protocol.case import Case
from qdverify.protocol.lead_rules import LEAD_QUESTIONS
from qdverify.protocol.response_rules import RESPONSE_QUESTION
from qdverify.reference.enclosure.transport import Lead, RateEquation
from qdverify.reference.oracle import Refusal, oracle
from qdverify.suite.exact.lead_cases import in_equilibrium, random_leads_case, split
from qdverify.suite.exact.spin_cases import at_rest, random_spin_case
from qdverify.suite.exact.transport_cases import leads, random_level_scheme


def inside(ball, value, digits):
    """Tell whether an exact number lies in a printed ball, which has the digits that were asked for."""
    with workdps(60):
        mid, rad = mp.mpf(str(ball.mid)), mp.mpf(str(ball.rad))
        return abs(mid - value) <= rad + abs(value) * mp.mpf(10) ** -35 and rad <= abs(mid) * mp.mpf(10) ** -digits


@pytest.mark.parametrize("seed", range(4))
def test_currents_and_heat_of_many_leads_lie_in_their_balls(seed):
    """2 to 5 leads with temperatures and M_ji of their own, to 15 digits."""
    case = random_leads_case(Random(seed), per_lead=seed % 2 == 0)
    exact = lead_currents_exact(**case, digits=40)
    for task, name, values in (("lead_currents", "currents", exact.currents), ("heat_currents", "heat", exact.heat)):
        found = oracle(Case(task, case), digits=15).values[name]
        assert set(found) == set(values)
        assert all(inside(found[lead], values[lead], 15) for lead in values)


@pytest.mark.parametrize("seed", range(3))
def test_linear_response_lies_in_its_balls(seed):
    """Dissipation of a network against moments, to 15 digits; both off-diagonal entries are one."""
    choose = Random(seed)
    pair = leads(0.0, 1.0, 10 ** choose.uniform(-3, 0), centre=0.125)
    case = {**random_level_scheme(choose), "leads": pair, "kT": 0.0625, "gate": 0.25}
    found, exact = oracle(Case("linear_response", case), digits=15).values, linear_response_exact(**case, digits=40)
    (L11, L12), (L21, L22) = found["onsager"]
    assert L12 == L21
    for ball, value in ((L11, exact.L11), (L12, exact.L12), (L22, exact.L22)):
        assert inside(ball, value, 15)
    assert inside(found["thermopower"], exact.thermopower, 15)
    assert inside(found["heat_conductance"], exact.heat_conductance, 15)
    assert inside(found["figure_of_merit"], exact.figure_of_merit, 15)


def test_an_infinite_figure_of_merit_is_none_and_a_huge_one_a_ball():
    """Two levels of one energy, and two that lie a rounding apart or whose second one is out of reach."""
    levels = [{"electrons": N, "energy": E, "two_S": N} for N, E in ((0, 0.0), (1, 0.5), (1, 0.5))]
    transitions = [{"from": 0, "to": k, "M": 0.5} for k in (1, 2)]
    case = {"levels": levels, "transitions": transitions, "leads": leads(0.0), "kT": 0.125, "gate": 0.25}
    reference = oracle(Case("linear_response", case))
    assert reference.values["figure_of_merit"] is None
    assert reference.floats("figure_of_merit") is None
    assert reference.bound("figure_of_merit") == 0.0
    assert reference.to_document()["values"]["figure_of_merit"] is None
    assert reference.values["heat_conductance"].mid == reference.values["heat_conductance"].rad == 0
    for energy, least in ((0.5 + 2.0**-52, "1e30"), (128.0, "1e400")):
        apart = {**case, "levels": [*levels[:2], {**levels[2], "energy": energy}]}
        found = oracle(Case("linear_response", apart), digits=15).values["figure_of_merit"]
        exact = linear_response_exact(**apart, digits=40)
        with workdps(60):
            assert exact.figure_of_merit > mp.mpf(least)
            assert inside(found, exact.figure_of_merit, 15)


@pytest.mark.parametrize("seed", range(4))
def test_the_response_of_many_leads_lies_in_its_balls(seed):
    """Dissipation of a network against perturbation theory of the rates, 2 to 5 leads, to 15 digits."""
    case = in_equilibrium(random_leads_case(Random(seed), per_lead=seed % 2 == 0))
    found = oracle(Case("lead_response", case), digits=15).values["onsager"]
    exact = lead_response_exact(**case, digits=40).onsager
    assert len(found) == 2 * len(case["leads"])
    for balls, values in zip(found, exact, strict=True):
        assert all(inside(ball, value, 15) for ball, value in zip(balls, values, strict=True))


@pytest.mark.parametrize("seed", range(3))
def test_cumulants_of_counted_leads_lie_in_their_balls(seed):
    """Of one and of two leads with temperatures of their own, to 15 digits."""
    case = random_leads_case(Random(seed), per_lead=seed % 2 == 0, most=4)
    counted = [lead["name"] for lead in case["leads"]][: 1 + seed % 2]
    if len(counted) == len(case["leads"]):
        counted = counted[:1]
    found = oracle(Case("lead_cumulants", {**case, "counted": counted}), digits=15).values["cumulants"]
    exact = lead_cumulants_exact(**case, counted=counted, digits=40)
    assert all(inside(ball, value, 15) for ball, value in zip(found, exact, strict=True))


def test_a_dot_with_one_lead_that_is_coupled_does_not_respond():
    """All entries are 0 within balls that are next to nothing: what would flow has nowhere to go."""
    case = in_equilibrium(random_leads_case(Random(5)))
    alone = {**case, "leads": [{**lead, "rate": lead["rate"] * (k == 1)} for k, lead in enumerate(case["leads"])]}
    for row in oracle(Case("lead_response", alone)).values["onsager"]:
        assert all(abs(float(ball.mid)) + float(ball.rad) < 1e-30 for ball in row)


@pytest.mark.parametrize("seed", range(6))
def test_currents_and_populations_of_spins_lie_in_their_balls(seed):
    """Random chains in a field, most leads polarised, every other with M_ji of each lead, to 15 digits."""
    case = random_spin_case(Random(seed), per_lead=seed % 2 == 1)
    exact = spin_currents_exact(**case, digits=40)
    currents = oracle(Case("spin_currents", case), digits=15).values
    for spin, values, gross in (("up", exact.up, exact.gross_up), ("down", exact.down, exact.gross_down)):
        for name, value in values.items():
            vanishes = abs(value) <= gross[name] * mp.mpf(10) ** -30  # a spin that one lead alone takes
            assert (
                abs(float(currents[spin][name].mid)) <= 1e-30 if vanishes else inside(currents[spin][name], value, 15)
            )
    heat = oracle(Case("spin_heat", case), digits=15).values["heat"]
    assert all(inside(heat[name], value, 15) for name, value in exact.heat.items())
    populations = oracle(Case("spin_populations", case), digits=15).values["populations"]
    for balls, values in zip(populations, exact.populations, strict=True):
        assert all(inside(ball, value, 15) for ball, value in zip(balls, values, strict=True))


@pytest.mark.parametrize("seed", range(3))
def test_counting_statistics_lie_in_their_balls(seed):
    """Cumulants and the generating function at three fields, to 15 digits."""
    choose = Random(seed)
    pair = leads(choose.uniform(-0.5, 0.5), 1.0, 10 ** choose.uniform(-3, 0))
    case = {**random_level_scheme(choose, 5), "leads": pair, "kT": 0.125, "gate": 0.25}
    found, exact = oracle(Case("cumulants", case), digits=15).values["cumulants"], cumulants_exact(**case, digits=40)
    assert all(inside(ball, value, 15) for ball, value in zip(found, exact, strict=True))
    theta = [0.5, -2.0, 7.25]
    balls = oracle(Case("generating_function", {**case, "theta": theta}), digits=15).values["values"]
    values = generating_function_exact(**case, theta=theta, digits=40)
    assert all(inside(ball, value, 12) for ball, value in zip(balls, values, strict=True))


@pytest.mark.parametrize("seed", range(4))
def test_generating_functions_of_leads_lie_in_their_balls(seed):
    """2 to 5 leads with temperatures, M_ji and fields of their own, some of them large, to 15 digits."""
    choose = Random(seed)
    case = {**random_leads_case(choose, per_lead=seed % 2 == 0, most=4), "kT": 0.125}
    theta = [{lead["name"]: choose.uniform(-room, room) for lead in case["leads"]} for room in (1.0, 4.0, 80.0)]
    balls = oracle(Case("lead_generating_function", {**case, "theta": theta}), digits=15).values["values"]
    values = lead_generating_function_exact(**case, theta=theta, digits=40)
    assert all(inside(ball, value, 12) for ball, value in zip(balls, values, strict=True))


def test_a_ball_that_vanishes_by_symmetry_is_next_to_nothing():
    """L12 of a level scheme that electrons and holes share is 0: to 1e-60 of what it is a difference of."""
    symmetric = {**RESPONSE_QUESTION, "gate": 0.125}
    found = oracle(Case("linear_response", symmetric)).values
    assert abs(found["onsager"][0][1].mid) + found["onsager"][0][1].rad < 1e-60
    assert found["heat_conductance"].mid > 0.2


def test_a_lead_on_a_dead_end_carries_nothing():
    """The precision does not rise for ever: its current is enclosed around 0, to 1e-60 of the gross flow."""
    ends = ((0, 1, (Fraction(1), Fraction(1), Fraction(0))), (1, 2, (Fraction(0), Fraction(0), Fraction(1))))
    equation = RateEquation((Fraction(0), Fraction(0), Fraction(0)), (0, 1, 0), ends)
    reservoirs = [Lead(Fraction(1), Fraction(mu)) for mu in (1, 0, Fraction(1, 3))]
    found = equation.stationary(*reservoirs, kT=Fraction(1), gate=Fraction(0), heat=True)
    assert found.into[0] > 0.01
    for value in (found.into[2], found.heat[2]):
        assert value.contains(0)
        assert value.rad() < arb(10) ** -60


def test_leads_in_equilibrium_carry_exactly_nothing():
    """Three leads of one potential and temperature, however it is given."""
    equation = RateEquation((Fraction(0), Fraction(1, 3)), (0, 1), ((0, 1, Fraction(1)),))
    reservoirs = [Lead(Fraction(1, k), Fraction(1, 5), kT) for k, kT in ((1, None), (2, Fraction(1, 9)), (3, None))]
    found = equation.stationary(*reservoirs, kT=Fraction(1, 9), gate=Fraction(0), heat=True)
    assert all(value.is_zero() for value in (*found.into, *found.heat))
    with ctx.workprec(60):
        own = [*reservoirs[:2], Lead(Fraction(1, 3), Fraction(1, 5), Fraction(1, 8))]
        assert not equation.stationary(*own, kT=Fraction(1, 9), gate=Fraction(0)).into[0].is_zero()


@pytest.mark.parametrize("seed", range(5))
def test_the_response_in_a_field_lies_in_its_balls(seed):
    """Between polarised leads, some of one spin only; entries between spins that never meet vanish."""
    case = at_rest(random_spin_case(Random(seed), per_lead=seed % 2 == 1))
    exact = spin_response_exact(**case, digits=40)
    found = oracle(Case("spin_response", case), digits=15).values["onsager"]
    for balls, values, sizes in zip(found, exact.onsager, exact.sizes, strict=True):
        for ball, value, size in zip(balls, values, sizes, strict=True):
            vanishes = abs(value) <= size * mp.mpf(10) ** -30
            assert abs(float(ball.mid)) <= 1e-30 if vanishes else inside(ball, value, 15)


def test_temperatures_of_leads_must_be_positive():
    """A negative one is named."""
    equation = RateEquation((Fraction(0), Fraction(1, 3)), (0, 1), ((0, 1, Fraction(1)),))
    reservoirs = Lead(Fraction(1), Fraction(0)), Lead(Fraction(1), Fraction(0), Fraction(-1))
    with pytest.raises(ValueError, match=r"kT=-1\.0 must be positive"):
        equation.stationary(*reservoirs, kT=Fraction(1), gate=Fraction(0))


def test_levels_that_are_not_connected_are_refused():
    """By all four tasks, in words."""
    apart = {"levels": [*RESPONSE_QUESTION["levels"], {"electrons": 2, "energy": 0.5, "two_S": 2}]}
    for task, question in (
        *LEAD_QUESTIONS.items(),
        ("linear_response", RESPONSE_QUESTION),
        ("lead_response", RESPONSE_QUESTION),
    ):
        with pytest.raises(Refusal, match="2 closed classes"):
            oracle(Case(task, {**question, **apart}))


def test_twins_share_the_current_of_one_lead():
    """What the suite's relation rests on holds for balls."""
    case = random_leads_case(Random(9), per_lead=True)
    first = case["leads"][0]["name"]
    whole, parts = (oracle(Case("lead_currents", each)).floats("currents") for each in (case, split(case, 0.25)))
    assert parts[first] + parts["twin"] == pytest.approx(whole[first], rel=1e-12)
    assert parts[first] == pytest.approx(0.25 * whole[first], rel=1e-12)
