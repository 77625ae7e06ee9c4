"""Fermi factors and rates."""

import exact_chains
import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from numeric.chain import chain_of
from numeric.network import RATE_ROUNDINGS, UNIT
from numeric.rates import axis_factor, edge_factor, fermi_factors, lead_rates_at
from numeric.scaled import Scaled, exact_sum, exp_quotient, multiply
from numeric.spin import clebsch_gordan_squared

energies = st.floats(-3, 3)
temperatures = st.floats(-7, 1).map(lambda power: 10.0**power)


def fermi(energy, mu, kT):
    """f and 1 - f at one energy as doubles."""
    factors = fermi_factors(exp_quotient(*exact_sum([energy], -mu), kT))
    return float(factors.plain_f[0]), float(factors.plain_one_minus_f[0])


@given(E=energies, mu=energies, kT=temperatures)
def test_both_fermi_factors_keep_full_relative_accuracy(E, mu, kT):
    """Both f and 1 - f are right to 16 * 2**-53 relative, down to numbers like 1e-20000000."""
    y = multiply(exp_quotient([E], [0.0], kT), exp_quotient([-mu], [0.0], kT))
    factors = fermi_factors(y)
    with mpmath.workdps(50):
        x = (mpmath.mpf(E) - mpmath.mpf(mu)) / mpmath.mpf(kT)
        for found, true in ((factors.f, 1 / (1 + mpmath.exp(x))), (factors.one_minus_f, 1 / (1 + mpmath.exp(-x)))):
            value = mpmath.mpf(float(found.mantissa[0])) * mpmath.mpf(2) ** int(found.exponent[0])
            assert abs(value / true - 1) < 16 * UNIT


@given(E=energies, mu=energies, kT=temperatures)
def test_occupied_and_empty_add_to_one(E, mu, kT):
    """The sum f + (1 - f) is 1, and f at E is 1 - f at the mirrored energy."""
    f, empty = fermi(E, mu, kT)
    assert f + empty == pytest.approx(1.0, abs=2 * UNIT)
    assert fermi(2 * mu - E, mu, kT)[1] == pytest.approx(f, rel=1e-9 + 4 * UNIT * abs(E - mu) / kT, abs=1e-300)


def test_the_fermi_function_is_one_half_at_the_chemical_potential():
    """f(mu) = 1/2 exactly, at every temperature."""
    assert fermi(0.7, 0.7, 1e-6) == (0.5, 0.5)


@given(scheme=exact_chains.schemes(), kT=st.floats(1e-4, 10), gate=energies, mu=energies)
def test_rates_agree_with_their_definition(scheme, kT, gate, mu):
    """Every rate in and out is right to the number of roundings that the error bounds count."""
    leads = exact_chains.biased((1.0, 0.3), 2 * mu)
    chain = chain_of(scheme, [1.0, 0.3], resolved=False, zeeman=0.0)
    potential = multiply(axis_factor([gate], kT), axis_factor([[lead.mu] for lead in leads], kT))
    found = lead_rates_at(chain, edge_factor(chain, kT), potential, np.zeros(2)).data
    with mpmath.workdps(60):
        true = exact_chains.lead_rates(scheme, leads, kT, gate)
        for lead in range(2):
            for edge, (i, j) in enumerate(zip(chain.lower.tolist(), chain.upper.tolist(), strict=True)):
                for direction, key in enumerate(((j, i, lead), (i, j, lead))):
                    m, _, e = found[:, lead, direction, edge, 0].tolist()
                    value = mpmath.mpf(m) * mpmath.mpf(2) ** int(e)
                    assert abs(value / true[key] - 1) < RATE_ROUNDINGS * UNIT


@given(scheme=exact_chains.schemes(), kT=st.floats(1e-5, 10), gate=energies)
def test_local_detailed_balance_holds_at_each_lead(scheme, kT, gate):
    """W_in / W_out = (2S_j+1)/(2S_i+1) exp(-(E_j - E_i - gate - mu) / kT), lead by lead."""
    chain = chain_of(scheme, [1.0, 0.3], resolved=False, zeeman=0.0)
    potential = multiply(axis_factor([gate], kT), axis_factor([[0.1], [-0.4]], kT))
    found = lead_rates_at(chain, edge_factor(chain, kT), potential, np.zeros(2)).data
    i, j = scheme.two_S[chain.lower] + 1, scheme.two_S[chain.upper] + 1
    for lead, mu in enumerate((0.1, -0.4)):
        log_ratio = Scaled(found[0, lead, 0] / found[0, lead, 1], found[2, lead, 0] - found[2, lead, 1]).log10()[:, 0]
        E = scheme.energies[chain.upper] - scheme.energies[chain.lower] - gate - mu
        expected = np.log10(j / i) - E / kT / np.log(10)
        np.testing.assert_allclose(log_ratio, expected, rtol=1e-12, atol=1e-12 / kT)


@pytest.mark.parametrize("two_S_i", range(6))
def test_squared_clebsch_gordan_coefficients_are_complete(two_S_i):
    """From each |S_i, m> a given spin goes to the two S_j with probabilities that add to 1."""
    for two_m in range(-two_S_i, two_S_i + 1, 2):
        for sigma in (-1, 1):
            reached = [two_S_j for two_S_j in (two_S_i - 1, two_S_i + 1) if abs(two_m + sigma) <= two_S_j]
            assert sum(clebsch_gordan_squared(two_S_i, two_m, sigma, two_S_j) for two_S_j in reached) == 1.0


def test_weights_far_below_float64_stay_different_from_zero():
    """A weight t M = 1e-400 is no missing edge: the product is kept with its exponent."""
    scheme = exact_chains.three_level_scheme(M=(1e-200, 1e-200))
    chain = chain_of(scheme, [1e-200, 1e-200], resolved=False, zeeman=0.0)
    assert chain.lower.size == 3
    np.testing.assert_allclose(chain.up.log10()[:, 1], np.log10(2) - 400, rtol=1e-14)
