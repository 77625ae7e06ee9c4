"""Exact values of cold leads, whose rates differ by up to thousands of decades, against the oracle's balls."""

from random import Random

import pytest
from mpmath import mp, workdps

from analytic import (
    conductance_parts_exact,
    cumulants_exact,
    differential_conductance_exact,
    lead_response_exact,
    spin_response_exact,
)
from qdverify.protocol.case import Case
from qdverify.reference.oracle import oracle
from qdverify.suite.exact.transport_cases import leads, random_level_scheme

COLD = [2.0**-6, 2.0**-9, 2.0**-11, 2.0**-13]
SEEDS = [pytest.param(0, marks=pytest.mark.slow), 1, 2, 3, 4]


def cold_case(seed, kT):
    """Return a random chain of up to 5 levels between two leads, with rates down to e^-10000."""
    choose = Random(seed)
    pair = leads(choose.uniform(-0.5, 0.5), 1.0, 0.1)
    return {**random_level_scheme(choose, 5), "leads": pair, "kT": kT, "gate": choose.uniform(-1, 1)}


def assert_same(values, balls):
    """Every exact value lies in its ball; the largest has 14 digits, what nearly vanishes has fewer."""
    with workdps(60):
        mids, radii = ([mp.mpf(str(getattr(ball, part))) for ball in balls] for part in ("mid", "rad"))
        for value, mid, rad in zip(values, mids, radii, strict=True):
            assert abs(value - mid) <= 2 * rad + abs(value) * mp.mpf(10) ** -30
        largest = max(range(len(values)), key=lambda k: abs(values[k]))
        assert radii[largest] <= abs(values[largest]) * mp.mpf(10) ** -14 or values[largest] == 0


@pytest.mark.parametrize("kT", COLD)
@pytest.mark.parametrize("seed", SEEDS)
def test_cumulants_keep_their_digits(seed, kT):
    """Two precisions that lack the slowest decay would agree on a wrong number."""
    case = cold_case(seed, kT)
    assert_same(cumulants_exact(**case), oracle(Case("cumulants", case)).values["cumulants"])


@pytest.mark.parametrize("kT", COLD)
@pytest.mark.parametrize("seed", SEEDS)
def test_parts_of_the_conductance_keep_their_digits(seed, kT):
    """Their sum is the derivative of the current, and the populations that levels gain are lost by others."""
    case = cold_case(seed, kT)
    found, slope = conductance_parts_exact(**case), differential_conductance_exact(**case)
    with workdps(40):
        assert abs(found.conductance / slope - 1) < mp.mpf(10) ** -20
        assert abs(mp.fsum(found.growth)) < max(map(abs, found.growth)) * mp.mpf(10) ** -20
        assert abs(mp.fsum(found.shares) - 1) < mp.mpf(10) ** -20


@pytest.mark.parametrize("kT", COLD[:-1])
@pytest.mark.parametrize("seed", range(5))
def test_the_response_of_leads_keeps_its_digits(seed, kT):
    """Three leads at rest, each with M_ji of its own."""
    case = cold_case(seed, kT)
    names = ("L", "R", "x")
    at_rest = [{"name": name, "rate": 1 / (1 + k), "mu": 0.0} for k, name in enumerate(names)]
    transitions = [
        {**item, "M": {name: item["M"] / (1 + (k + place) % 3) for place, name in enumerate(names)}}
        for k, item in enumerate(case["transitions"])
    ]
    case = {**case, "leads": at_rest, "transitions": transitions}
    balls = oracle(Case("lead_response", case)).values["onsager"]
    for row, row_of_balls in zip(lead_response_exact(**case).onsager, balls, strict=True):
        assert_same(row, row_of_balls)


@pytest.mark.parametrize("gate", [0.0, -200.0, 200.0, 400.0])
@pytest.mark.parametrize("zeeman", [1.0, 100.0, 300.0, 700.0])
def test_the_response_of_spins_keeps_its_digits_in_a_large_field(zeeman, gate):
    """One lead takes spin up only: where the field is 700 kT, flows of spin down cancel to 150 decades."""
    levels = [{"electrons": N, "energy": 0.0, "two_S": N} for N in range(3)]
    transitions = [{"from": k, "to": k + 1, "M": 0.5} for k in range(2)]
    pair = [{"name": "L", "rate": {"up": 1.0, "down": 0.0}, "mu": 0.0}, {"name": "x", "rate": 1.0, "mu": 0.0}]
    case = {"levels": levels, "transitions": transitions, "leads": pair, "kT": 1.0, "gate": gate, "zeeman": zeeman}
    balls = oracle(Case("spin_response", case)).values["onsager"]
    for row, row_of_balls in zip(spin_response_exact(**case).onsager, balls, strict=True):
        assert_same(row, row_of_balls)
