"""Generating functions in balls where leads are cold and rates differ by hundreds of decades, or fields are large."""

from fractions import Fraction
from random import Random

import pytest
from flint import arb
from mpmath import mp, workdps

from analytic import (
    Chain,
    aggregated_hops,
    fermi_functions,
    generating_function_exact,
    lead_generating_function_exact,
    two_level_generating_function,
)
from qdverify.protocol.case import Case
from qdverify.reference.enclosure import counting
from qdverify.reference.enclosure.counting import generating_function, generating_function_of_leads
from qdverify.reference.enclosure.transport import Lead, RateEquation
from qdverify.reference.oracle import oracle
from qdverify.suite.exact.lead_cases import random_leads_case
from qdverify.suite.exact.transport_cases import leads, random_level_scheme

DIGITS = 15


def largest_rate(case):
    """Return the largest rate out of a level, which digits refer to where Lambda is smaller."""
    chain = Chain.from_case(case["levels"], case["transitions"], case["leads"], case["kT"], case["gate"])
    with workdps(40):
        exits = [mp.zero] * len(chain.levels)
        for hop in aggregated_hops(chain, fermi_functions(chain)):
            exits[hop.start] += hop.rate
        return max(exits)


def assert_enclosed(balls, values, scale):
    """Every value lies in its ball, whose radius is 10^-15 of the value or of the scale."""
    with workdps(60):
        for ball, value in zip(balls, values, strict=True):
            mid, rad = mp.mpf(str(ball.mid)), mp.mpf(str(ball.rad))
            slack = mp.mpf(10) ** (1 - DIGITS) * max(abs(value), scale)
            assert abs(mid - value) <= rad + slack * mp.mpf(10) ** -20
            assert rad <= slack


@pytest.mark.parametrize("kT", [2.0**-6, 2.0**-10, 2.0**-13])
@pytest.mark.parametrize("seed", range(6))
def test_cold_leads_are_answered_to_all_digits(seed, kT):
    """Rates down to e^-10000, where a state may be left 10^-4000 as fast as another."""
    choose = Random(seed)
    pair = leads(choose.uniform(-0.5, 0.5), 1.0, 10 ** choose.uniform(-2, 0))
    case = {**random_level_scheme(choose, 5), "leads": pair, "kT": kT, "gate": choose.uniform(-1, 1)}
    theta = [1.0, -1.0, 6.5]
    balls = oracle(Case("generating_function", {**case, "theta": theta}), digits=DIGITS).values["values"]
    assert_enclosed(balls, generating_function_exact(**case, theta=theta, digits=40), largest_rate(case))


@pytest.mark.parametrize("seed", range(4))
def test_cold_leads_with_fields_of_their_own_are_answered_to_all_digits(seed):
    """Leads of several temperatures and M_ji of their own, a hundredth as warm as elsewhere."""
    case = random_leads_case(Random(seed), per_lead=seed % 2 == 0, own_kT=False, most=5)
    case["kT"] /= 128
    theta = [{lead["name"]: Random(room).uniform(-room, room) for lead in case["leads"]} for room in (1.0, 30.0)]
    for place, row in enumerate(theta):
        row[case["leads"][0]["name"]] = -2.0 * place
    balls = oracle(Case("lead_generating_function", {**case, "theta": theta}), digits=DIGITS).values["values"]
    assert_enclosed(balls, lead_generating_function_exact(**case, theta=theta, digits=40), largest_rate(case))


@pytest.mark.parametrize("kT", ["1/2", "1/100", "1/3000"])
@pytest.mark.parametrize("field", [1, -4, 100])
def test_two_levels_have_their_closed_form(kT, field):
    """The square root of the quadratic characteristic polynomial, large fields included."""
    levels = [{"electrons": 0, "energy": 0, "two_S": 0}, {"electrons": 1, "energy": "0.25", "two_S": 1}]
    pair = [{"name": "L", "rate": 1, "mu": "0.5"}, {"name": "R", "rate": "0.5", "mu": "-0.5"}]
    case = {"levels": levels, "transitions": [{"from": 0, "to": 1, "M": "0.5"}], "leads": pair, "kT": kT, "gate": 0}
    chain = Chain.from_case(levels, case["transitions"], pair, kT, 0)
    with workdps(3000):
        hops = aggregated_hops(chain, fermi_functions(chain))
        up, down = ({hop.lead: hop.rate for hop in hops if hop.electrons == sign} for sign in (1, -1))
        exact = two_level_generating_function(up, down, mp.mpf(field))
    balls = oracle(Case("generating_function", {**case, "theta": [field]}), digits=DIGITS).values["values"]
    assert_enclosed(balls, [exact], largest_rate(case))


def test_levels_that_are_left_equally_fast_are_no_trap():
    """Even and odd numbers of steps from a level never meet there, unless a level may also stay what it is."""
    ring = tuple((i, j, Fraction(1)) for i in (0, 2) for j in (1, 3))
    equation = RateEquation((Fraction(0),) * 4, (0,) * 4, ring)
    found = generating_function(equation, *[Lead(Fraction(1), Fraction(0))] * 2, [Fraction(2)], kT=Fraction(1), gate=0)
    # rates of 1 through either lead to two levels, each weighted by e^1 or e^-1
    assert abs(found[0] - 4 * (arb(1).cosh() - 1)) < arb(10) ** -11


def test_large_fields_take_no_more_squarings(monkeypatch):
    """Electrons enter e^50 times as fast: even and odd numbers of steps still mix at once."""
    squarings = []
    monkeypatch.setattr(counting, "check_time", squarings.append)
    equation = RateEquation((Fraction(0), Fraction(1, 4)), (0, 1), ((0, 1, Fraction(1)),))
    pair = Lead(Fraction(1), Fraction(1, 2)), Lead(Fraction(1), Fraction(-1, 2))
    assert generating_function(equation, *pair, [Fraction(100)], kT=Fraction(1), gate=Fraction(0))[0] > 1e20
    assert 0 < len(squarings) < 20


@pytest.mark.parametrize("kT", [Fraction(1, 10), Fraction(1, 10**6)])
def test_fields_that_all_leads_share_count_nothing(kT):
    """Lambda is 0 exactly at theta = 0, and where only a lead that couples to nothing has another field."""
    energies = tuple(Fraction(k, 7) for k in (0, 1, 3))
    equation = RateEquation(energies, (0, 1, 0), ((0, 1, Fraction(1)), (1, 2, Fraction(1, 2))))
    left, right, none = (Lead(Fraction(rate), Fraction(mu, 3)) for rate, mu in ((1, 1), (2, -1), (0, 0)))
    options = {"kT": kT, "gate": Fraction(1, 5), "digits": 30}
    assert generating_function(equation, left, right, [Fraction(0)], **options)[0].is_zero()
    rows = [(Fraction(2), Fraction(2), Fraction(-7))]
    assert generating_function_of_leads(equation, left, right, none, theta=rows, **options)[0].is_zero()
