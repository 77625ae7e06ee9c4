"""Linear response and cumulants in balls where leads are cold: a GaAs wire from 10 K down to 1 mK, beside exact values.

Conductances between levels then span thousands of decades, and what is asked for is as small as the smallest of them.
"""

from decimal import Decimal
from fractions import Fraction
from random import Random

import pytest
from flint import arb
from mpmath import mp, workdps

from analytic import cumulants_exact, lead_response_exact, linear_response_exact
from numeric import Dot, LevelScheme, solve
from qdverify.laboratory import GAAS
from qdverify.protocol.case import Case
from qdverify.reference.enclosure import cumulants, lead_response, linear_response
from qdverify.reference.enclosure.network import edges_at_rest
from qdverify.reference.enclosure.transport import Device, Lead, RateEquation
from qdverify.reference.oracle import oracle

DIGITS = 12
SMALL = Decimal(10) ** -DIGITS
COLD = [2.0**-7, 2.0**-10, 2.0**-13, 1e-5]
GATES = [0.45, 0.7414891314657845, 0.9, 1.0, 1.35]
"""Beside, on and between the Coulomb peaks of the wire, at 0.741 and 1.046."""


@pytest.fixture(scope="module")
def wire():
    """Levels and transitions of the wire of my-dot-in-millivolts.md, in the form of the protocol."""
    dot = Dot(length=GAAS.length("200 nm"), cutoff=GAAS.length("10 nm"), orbitals=9)
    scheme = LevelScheme.from_spectra([solve(dot, N, levels) for N, levels in ((3, 3), (4, 6), (5, 2))])
    levels = zip(scheme.electrons.tolist(), scheme.energies.tolist(), scheme.two_S.tolist(), strict=True)
    transitions = zip(scheme.lower.tolist(), scheme.upper.tolist(), scheme.M.tolist(), strict=True)
    return {
        "levels": [{"electrons": N, "energy": energy, "two_S": two_S} for N, energy, two_S in levels],
        "transitions": [{"from": i, "to": j, "M": M} for i, j, M in transitions],
    }


@pytest.fixture
def attempts(monkeypatch):
    """Every precision that did not suffice."""
    found = []
    for module in (lead_response, linear_response, cumulants):
        monkeypatch.setattr(module, "check_time", found.append)
    return found


def at(wire, kT, gate, bias=0.0, **more):
    pair = [{"name": name, "rate": rate, "mu": mu} for name, rate, mu in (("L", 1.0, bias / 2), ("R", 0.25, -bias / 2))]
    return {**wire, "leads": pair, "kT": kT, "gate": gate, **more}


def is_enclosed(number, value, digits=DIGITS):
    """Tell whether a ball holds a value, and is known relatively."""
    with workdps(60):
        mid, rad = mp.mpf(str(number.mid)), mp.mpf(str(number.rad))
        return abs(mid - value) <= rad + abs(value) * mp.mpf(10) ** -30 and rad <= abs(value) * mp.mpf(10) ** -digits


@pytest.mark.parametrize("kT", COLD)
@pytest.mark.parametrize("gate", GATES)
def test_the_response_of_a_cold_wire_has_all_digits_at_once(wire, attempts, kT, gate):
    """Down to 1 mK, thousands of decades below the largest conductance, without a second attempt."""
    case = at(wire, kT, gate)
    found, exact = oracle(Case("linear_response", case)).values, linear_response_exact(**case, digits=35)
    onsager = [*found["onsager"][0], found["onsager"][1][1]]
    for number, value in zip(onsager, (exact.L11, exact.L12, exact.L22), strict=True):
        assert is_enclosed(number, value)
    assert is_enclosed(found["thermopower"], exact.thermopower)
    assert is_enclosed(found["heat_conductance"], exact.heat_conductance)
    assert is_enclosed(found["figure_of_merit"], exact.figure_of_merit)
    assert attempts == []


@pytest.mark.parametrize("kT", COLD)
def test_leads_that_couple_in_their_own_ways_have_all_digits(wire, attempts, kT):
    """Entries at any distance of each other, where most edges are not shared alike and some leads miss some edges."""
    choose = Random(str(kT))
    case = at(wire, kT, 0.9)
    case["leads"].append({"name": "P", "rate": 0.01, "mu": 0.0})
    shared = [
        {**item, "M": {name: item["M"] * choose.choice([0, 1e-3, 1]) for name in "LRP"}} for item in case["transitions"]
    ]
    shared[0]["M"] = {"L": 0.5, "R": 0.5, "P": 0.5}
    rows = oracle(Case("lead_response", {**case, "transitions": shared})).values["onsager"]
    assert len(attempts) <= 1
    if kT > 2.0**-12:  # exact values take minutes below
        exact = lead_response_exact(**{**case, "transitions": shared}, digits=30).onsager
        for row, values in zip(rows, exact, strict=True):
            assert all(is_enclosed(number, value) for number, value in zip(row, values, strict=True))
    total = [sum(arb(str(number.mid), str(number.rad)) for number in column) for column in zip(*rows[:3], strict=True)]
    assert all(value.contains(0) for value in total)  # what enters leaves


@pytest.mark.parametrize("kT", COLD[1:])
def test_spins_in_a_field_have_all_digits(wire, attempts, kT):
    """Polarised leads; reversed, field and spins make no difference."""
    case, answers = at(wire, kT, 0.9), []
    for sign, first, second in ((1, "up", "down"), (-1, "down", "up")):
        pair = [{**case["leads"][0], "rate": {first: 1.0, second: 0.125}}, case["leads"][1]]
        answers.append(
            oracle(Case("spin_response", {**case, "leads": pair, "zeeman": sign * 2.0**-9})).values["onsager"]
        )
    for one, other in zip(*([number for row in rows for number in row] for rows in answers), strict=True):
        assert abs(one.mid - other.mid) <= one.rad + other.rad
        assert one.rad <= abs(one.mid) * SMALL
    assert len(attempts) <= 2


@pytest.mark.parametrize("kT", COLD)
@pytest.mark.parametrize("bias", [0.0, 1e-9, 0.05, 0.4])
def test_cumulants_of_a_cold_wire_have_all_digits_at_once(wire, attempts, kT, bias):
    """At rest, near it and far from it, within a blockade that lasts e^60000 times as long as a passage."""
    case = at(wire, kT, 1.0, bias)
    current, noise, third = oracle(Case("cumulants", case)).values["cumulants"]
    assert attempts == []
    assert noise.rad <= noise.mid * SMALL
    if not bias:
        L11 = oracle(Case("lead_response", case)).values["onsager"][0][0]
        assert (current.mid, third.mid) == (0, 0)
        assert abs(noise.mid - 2 * L11.mid) <= noise.rad + 2 * L11.rad
    if kT > 2.0**-12:  # exact values take minutes below
        exact = cumulants_exact(**case, digits=30)
        assert is_enclosed(noise, exact[1])
        assert not bias or (is_enclosed(current, exact[0], 10) and is_enclosed(third, exact[2], 8))


@pytest.mark.parametrize("rates", [(1.0, 1e-200), (1e-200, 1.0), (1e150, 1e-150)])
def test_noise_of_leads_of_very_different_rates_has_all_digits(rates):
    """The current is a difference of flows that are hundreds of decades larger at one of the leads, not nothing."""
    levels = [{"electrons": n, "energy": n / 4, "two_S": n} for n in (0, 1)]
    pair = [{"name": name, "rate": rate, "mu": mu} for name, rate, mu in zip("LR", rates, (0.5, -0.5), strict=True)]
    case = {"levels": levels, "transitions": [{"from": 0, "to": 1, "M": 0.5}], "leads": pair, "kT": 0.125, "gate": 0.0}
    found, exact = oracle(Case("noise", case)).values, cumulants_exact(**case, digits=30)
    assert found["S"].rad <= found["S"].mid * SMALL
    assert is_enclosed(found["S"], exact[1])
    with workdps(60):
        assert is_enclosed(found["fano"], exact[1] / exact[0])


def test_edges_that_are_shared_alike_need_no_changes_of_the_populations(wire):
    """Equal shares are told by the inputs, whatever M_ji is; other shares are not."""
    M = [(Fraction(1, 3), arb(0.5)), (Fraction(2, 3), arb(0.25)), ((Fraction(1, 3), Fraction(2, 3)), Fraction(1))]
    leads = [Lead(Fraction(1), Fraction(0)), Lead(Fraction(1, 2), Fraction(0))]
    groups = [(0,), (1,)]
    for one, other in M:
        transitions = ((0, 1, one), (1, 2, other))
        equation = RateEquation((Fraction(0), Fraction(1, 2), Fraction(2)), (0, 1, 0), transitions)
        device = Device(equation, leads, Fraction(1, 8), Fraction(1))
        shares = {edge.shares.exact for edge in edges_at_rest(device, groups)}
        apart = [leads[0], Lead(Fraction(1), Fraction(1, 3))]
        with pytest.raises(ValueError, match="must be equal in linear response"):
            edges_at_rest(Device(equation, apart, Fraction(1, 8), Fraction(1)), groups)
        assert shares == {(Fraction(2, 3), Fraction(1, 3))} | ({(Fraction(1, 2),) * 2} if one is M[2][0] else set())
