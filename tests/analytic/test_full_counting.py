"""Exact counting statistics: series against the characteristic polynomial, closed forms, the fluctuation relation."""

from dataclasses import replace
from fractions import Fraction
from random import Random

import pytest
import sympy
from mpmath import mp, workdps
from transport_chains import lead_pair, random_chain, single_orbital

from analytic import (
    Chain,
    aggregated_hops,
    cumulant_sensitivities,
    cumulants_exact,
    cumulants_of,
    fermi_functions,
    full_counting,
    generating_function_exact,
    noise_exact,
    two_level_generating_function,
)

KT = Fraction(1, 8)


@pytest.mark.parametrize("seed", range(3))
def test_the_series_has_the_current_and_noise_of_the_characteristic_polynomial(seed):
    """Two derivations, one by vectors and one by coefficients, agree to 25 digits."""
    levels, transitions = random_chain(Random(seed), most=5)
    case = levels, transitions, lead_pair(1, Fraction(1, 3), Fraction(1, 4), 0), KT, Fraction(1, 5)
    I_c, S, _ = cumulants_exact(*case, digits=28)
    known = noise_exact(*case, digits=28)
    with workdps(40):
        assert mp.almosteq(I_c, known.current, 1e-25)
        assert mp.almosteq(S, known.noise, 1e-25)


@pytest.mark.parametrize("seed", range(3))
def test_the_third_cumulant_is_a_derivative_of_the_generating_function(seed):
    """Differences over 1e-10 of the largest eigenvalue agree to 15 digits."""
    levels, transitions = random_chain(Random(10 + seed), most=5)
    case = levels, transitions, lead_pair(1, Fraction(1, 3), Fraction(1, 4), 0), KT, Fraction(1, 5)
    h = Fraction(1, 10**10)
    low, below, above, high = generating_function_exact(*case, theta=[-2 * h, -h, h, 2 * h], digits=60)
    third = cumulants_exact(*case)[2]
    with workdps(70):
        step = mp.mpf(10) ** -10
        assert abs((high - 2 * above + 2 * below - low) / (2 * step**3) / third - 1) < 1e-15


@pytest.mark.parametrize("seed", range(3))
def test_only_the_largest_eigenvalue_is_confirmed(seed):
    """Another eigenvalue, or one that is off by twice what is allowed, is not; off by half of it still is."""
    levels, transitions = random_chain(Random(60 + seed), most=6)
    chain = Chain.from_case(levels, transitions, lead_pair(1, Fraction(1, 3), Fraction(1, 4), 0), KT, Fraction(1, 5))
    with workdps(60):
        (generator,) = full_counting._weighted_generators(chain, [{"R": Fraction(3, 2), "L": Fraction(-1, 7)}])
        values = sorted(mp.re(value) for value in mp.eig(generator, left=False, right=False))
        allowed = mp.mpf(10) ** -30 * max(-generator[k, k] for k in range(generator.rows))
        assert [full_counting._is_largest(value, generator, 30) for value in values] == [False] * (len(values) - 1) + [
            True
        ]
        for off, right in ((-2, False), (-0.5, True), (0.5, True), (2, False)):
            assert full_counting._is_largest(values[-1] + off * allowed, generator, 30) is right


def test_what_is_not_confirmed_is_found_again_with_more_digits(monkeypatch):
    """Eigenvalues that are good to a third of their digits only are found once more, at twice the precision."""
    levels, transitions = random_chain(Random(70), most=5)
    case = levels, transitions, lead_pair(1, Fraction(1, 3), Fraction(1, 4), 0), KT, Fraction(1, 5)
    right, found = generating_function_exact(*case, theta=[1], digits=60), []
    exact = full_counting._largest_eigenvalue

    def poor(generator):
        found.append(mp.dps)
        return exact(generator) + mp.mpf(10) ** (-mp.dps // 3)

    monkeypatch.setattr(full_counting, "_largest_eigenvalue", poor)
    with workdps(60):
        assert abs(generating_function_exact(*case, theta=[1], digits=30)[0] - right[0]) < 1e-30
    assert found == [50, 100]


@pytest.mark.parametrize("seed", range(3))
def test_sensitivities_are_differences_of_cumulants(seed):
    """Each rate moved by 1e-20 moves each cumulant by its slope, whether one lead is counted or two count unequally."""
    levels, transitions = random_chain(Random(20 + seed), most=6)
    chain = Chain.from_case(levels, transitions, lead_pair(1, Fraction(1, 3), Fraction(1, 4), 0), KT, Fraction(1, 5))
    with workdps(70):
        hops = aggregated_hops(chain, fermi_functions(chain))
        step = mp.mpf(10) ** -20
        for counted in ({"R": -1}, {"L": 1, "R": 3}):
            here, totals = cumulants_of(len(levels), hops, counted), [mp.zero] * 3
            for place, hop in enumerate(hops):
                moved = [*hops[:place], replace(hop, rate=hop.rate * (1 + step)), *hops[place + 1 :]]
                there = cumulants_of(len(levels), moved, counted)
                totals = [total + abs(b - a) / step for total, a, b in zip(totals, here, there, strict=True)]
            found = cumulant_sensitivities(len(levels), hops, counted)
            assert all(abs(a - b) < 1e-15 * abs(b) for a, b in zip(found, totals, strict=True))


def test_the_closed_form_of_two_levels_is_the_eigenvalue():
    """At four fields, and its third derivative at full bias by sympy."""
    levels, transitions = single_orbital()
    case = levels[:2], transitions[:1], lead_pair(1, Fraction(1, 3), Fraction(1, 4), 0), KT, Fraction(2, 5)
    fields = [Fraction(1, 2), -2, 0, 3]
    found = generating_function_exact(*case, theta=fields)
    with workdps(40):
        up, down = {}, {}
        for hop in aggregated_hops(chain := Chain.from_case(*case), fermi_functions(chain)):
            (up if hop.electrons > 0 else down)[hop.lead] = hop.rate
        for theta, value in zip(fields, found, strict=True):
            field = mp.mpf(Fraction(theta).numerator) / Fraction(theta).denominator
            assert abs(two_level_generating_function(up, down, field) - value) < mp.mpf(10) ** -28
    a, b, theta = sympy.symbols("a b theta", positive=True)
    Lambda = two_level_generating_function({"L": a, "R": 0}, {"L": 0, "R": b}, theta)
    I_c, third = (sympy.diff(Lambda, theta, k).subs({theta: 0, a: 2, b: 3}) for k in (1, 3))
    assert sympy.nsimplify(third / I_c) == sympy.Rational(16 - 48 + 216 - 108 + 81, 625)


@pytest.mark.parametrize("kT", [Fraction(1, 8), Fraction(1, 400)])
def test_the_fluctuation_relation_holds(kT):
    """Also at a bias of 100 kT, where the mirrored field is -100.5."""
    levels, transitions = single_orbital()
    V = Fraction(1, 4)
    case = levels, transitions, lead_pair(1, Fraction(1, 3), V, 0), kT, Fraction(2, 5)
    one, other, none, end = generating_function_exact(
        *case, theta=[Fraction(1, 2), -Fraction(1, 2) - V / kT, 0, -V / kT]
    )
    assert mp.almosteq(one, other, 1e-25)
    assert one > 0.01
    assert abs(none) + abs(end) < mp.mpf(10) ** -28


def test_odd_cumulants_vanish_at_rest():
    """To 28 digits of the noise, which does not."""
    levels, transitions = single_orbital()
    I_c, S, third = cumulants_exact(levels, transitions, lead_pair(1, Fraction(1, 3)), KT, Fraction(2, 5))
    assert abs(I_c) + abs(third) < S * mp.mpf(10) ** -28


def test_leads_of_their_own_kind_are_refused():
    """Both functions count between two leads of one temperature."""
    levels, transitions = single_orbital()
    leads = [{"name": "L", "rate": 1, "mu": 0, "kT": 1}, {"name": "R", "rate": 1, "mu": 0}]
    with pytest.raises(ValueError, match="takes any others"):
        cumulants_exact(levels, transitions, leads, 1, 0)
    with pytest.raises(ValueError, match="takes any others"):
        generating_function_exact(levels, transitions, leads, 1, 0, theta=[1])
