"""Exact linear response: moments against differences of the exact currents, and closed forms by sympy."""

from fractions import Fraction
from random import Random

import pytest
import sympy
from mpmath import mp, workdps
from transport_chains import lead_pair, random_chain, single_orbital

from analytic import (
    ConductancePeak,
    lead_currents_exact,
    linear_conductance_exact,
    linear_response_exact,
    two_level_current,
    two_level_response,
)


@pytest.mark.parametrize("seed", range(3))
def test_moments_are_derivatives_of_currents_and_heat(seed):
    """Central differences of currents and heat of a lead, in bias and in temperature, agree to 15 digits."""
    random = Random(seed)
    levels, transitions = random_chain(random, most=5)
    kT, gate, mu, step = Fraction(1, 8), Fraction(1, 5), Fraction(1, 16), Fraction(1, 10**12)
    found = linear_response_exact(levels, transitions, lead_pair(1, Fraction(1, 3), mu, mu), kT, gate)

    def flows(a, b):
        left = {"name": "L", "rate": 1, "mu": mu + a * kT, "kT": kT + b * kT**2}
        right = {"name": "R", "rate": Fraction(1, 3), "mu": mu}
        answer = lead_currents_exact(levels, transitions, [left, right], kT, gate, digits=40)
        return answer.currents["L"], answer.heat["L"]

    with workdps(45):
        for (a, b), expected in (((step, 0), (found.L11, found.L12)), ((0, step), (found.L12, found.L22))):
            for up, down, value in zip(flows(a, b), flows(-a, -b), expected, strict=True):
                slope = (up - down) / (2 * mp.mpf(step.numerator) / step.denominator)
                assert abs(slope - value) < 1e-15 * found.L11


def test_matrix_thermopower_and_heat_conductance_belong_together():
    """K is L22 - L12^2/L11 over kT^2, S is L12/(L11 kT), and L11 is kT G."""
    levels, transitions = single_orbital()
    leads = lead_pair(1, Fraction(1, 3))
    found = linear_response_exact(levels, transitions, leads, Fraction(1, 8), Fraction(3, 5))
    with workdps(30):
        assert mp.almosteq(found.heat_conductance, 64 * (found.L22 - found.L12**2 / found.L11), 1e-20)
        assert mp.almosteq(found.thermopower, 8 * found.L12 / found.L11, 1e-25)
        G = linear_conductance_exact(levels, transitions, leads, Fraction(1, 8), Fraction(3, 5))
        assert mp.almosteq(found.L11, G / 8, 1e-25)


def test_the_closed_form_of_two_levels_follows_from_their_current():
    """sympy differentiates the current of two levels by bias and temperature."""
    a, b, x, kT = sympy.symbols("a b x kT", positive=True)
    fermi = [1 / (1 + sympy.exp((kT * x - shift) / (kT + tilt))) for shift, tilt in ((a * kT, b * kT**2), (0, 0))]
    I_left = two_level_current(M=sympy.Rational(3, 4), two_S_i=1, two_S_j=2, t_L=1, t_R=2, f_L=fermi[0], f_R=fermi[1])
    found = two_level_response(ConductancePeak(sympy.Rational(3, 4), 1, 2, 1, 2, kT), x)
    heat = (kT * x - a * kT) * I_left
    for flow, by_bias, by_temperature in ((I_left, found.L11, found.L12), (heat, found.L12, found.L22)):
        for force, expected in ((a, by_bias), (b, by_temperature)):
            slope = sympy.diff(flow, force).subs({a: 0, b: 0})
            assert sympy.simplify(slope - expected) == 0
    assert (found.thermopower, found.heat_conductance) == (x, 0)


def test_an_exact_chain_of_two_levels_is_the_closed_form():
    """The sum over one transition, to 25 digits."""
    levels, transitions = single_orbital()
    found = linear_response_exact(levels[:2], transitions[:1], lead_pair(1, 2), Fraction(1, 8), Fraction(1, 4))
    rates = sympy.Integer(1), sympy.Integer(2)
    form = two_level_response(ConductancePeak(1, 0, 1, *rates, sympy.Rational(1, 8)), 2)
    with workdps(30):
        for name in ("L11", "L12", "L22"):
            assert mp.almosteq(getattr(found, name), mp.mpf(str(sympy.N(getattr(form, name), 30))), 1e-25)
        assert found.thermopower == 2
        assert found.heat_conductance == 0


def test_electrons_of_one_energy_carry_no_heat_without_a_current():
    """Through four transitions of one energy K is 0 exactly, and not what rounding leaves of a variance."""
    levels = [{"electrons": N, "energy": 0.1 * N, "two_S": two_S} for N, two_S in ((0, 0), (1, 1), (1, 1))]
    transitions = [{"from": 0, "to": k, "M": Fraction(1, k + 2)} for k in (1, 2)]
    found = linear_response_exact(levels, transitions, lead_pair(), Fraction(1, 7), Fraction(1, 3))
    assert found.heat_conductance == 0
    with pytest.raises(ValueError, match="transitions of one energy"):
        _ = found.figure_of_merit


@pytest.mark.parametrize(
    ("leads", "message"),
    [
        (lead_pair(1, 1, Fraction(1, 8), 0), "must equal"),
        (lead_pair(1, 0), "no thermopower"),
        ([{**lead, "kT": 1} for lead in lead_pair()], "takes any others"),
    ],
)
def test_what_is_no_linear_response_is_refused(leads, message):
    """A bias, an uncoupled lead, and a temperature of one lead."""
    levels, transitions = single_orbital()
    with pytest.raises(ValueError, match=message):
        linear_response_exact(levels, transitions, leads, 1, 0)
