"""The limit T -> 0."""

from fractions import Fraction

import exact_chains
import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from numeric import Lead, LevelScheme, currents, low_temperature_limit, stationary_state
from numeric.low_temperature import Leading, fermi_limit

sixteenths = st.integers(-32, 32).map(lambda n: n / 16)


@st.composite
def coarse_schemes(draw):
    """Draw a scheme with energies in multiples of 1/16: levels coincide or lie far apart, at kT = 2**-11."""
    scheme = draw(exact_chains.schemes())
    energies = np.round(16 * scheme.energies) / 16
    return LevelScheme(scheme.electrons, energies, scheme.two_S, scheme.lower, scheme.upper, scheme.M)


@given(scheme=coarse_schemes(), gate=sixteenths, V=st.integers(-16, 16).map(lambda n: n / 8), t_R=st.floats(1e-3, 1))
def test_low_temperatures_tend_to_the_limit(scheme, gate, V, t_R):
    """At kT = 2**-11, 32 kT below the smallest gap, populations and current are the leading terms to 1e-10."""
    kT, leads = 2.0**-11, exact_chains.biased((1.0, t_R), V)
    limit = low_temperature_limit(scheme, leads, gate=gate)
    state = stationary_state(scheme, leads, kT=kT, gate=gate)
    expected = [population.log10_at(kT) for population in limit.populations]
    np.testing.assert_allclose(state.log10_populations, expected, rtol=1e-13, atol=1e-10)
    found = currents(scheme, leads, kT=kT, gate=gate).best
    assert found.log10[0] == pytest.approx(limit.current.log10_at(kT), rel=1e-13, abs=1e-10)
    assert np.sign(found.scaled.mantissa[0]) == np.sign(float(limit.current.prefactor))


@given(scheme=coarse_schemes(), gate=sixteenths, V=st.integers(1, 16).map(lambda n: n / 8))
def test_equal_barriers_make_the_limit_odd(scheme, gate, V):
    """The leading term of I(-V) is minus that of I(V), exactly; at V = 0 it is zero."""
    limit = low_temperature_limit(scheme, exact_chains.biased((1.0, 1.0), V), gate=gate).current
    reverse = low_temperature_limit(scheme, exact_chains.biased((1.0, 1.0), -V), gate=gate).current
    assert (reverse.prefactor, reverse.action) == (-limit.prefactor, limit.action)
    assert low_temperature_limit(scheme, exact_chains.biased((1.0, 0.5), 0.0), gate=gate).current.prefactor == 0


def test_a_plateau_is_a_fraction_of_the_rates():
    """A doublet in the bias window carries 2 t_L t_R / (2 t_L + t_R) with M = 1/2, without any exponential."""
    scheme = LevelScheme([0, 1], [0.0, 0.5], [0, 1], [0], [1], [0.5])
    limit = low_temperature_limit(scheme, [Lead("L", 0.25, 1.0), Lead("R", 0.5, -1.0)], gate=0.25)
    # In at 2 t_L M = 1/4, out at 2 t_R M / 2 = 1/4.
    assert limit.current == Leading(Fraction(1, 8), Fraction(0))
    assert [population.prefactor for population in limit.populations] == [Fraction(1, 2), Fraction(1, 2)]


def test_a_level_at_the_chemical_potential_is_half_filled():
    """At threshold f = 1 - f = 1/2 exactly; a hair beside it the factor is a full exponential."""
    assert fermi_limit(Fraction(0)) == (Leading(Fraction(1, 2), Fraction(0)),) * 2
    hair = Fraction(1, 2**60)
    assert fermi_limit(hair) == (Leading(Fraction(1), hair), Leading(Fraction(1), Fraction(0)))
    scheme = LevelScheme([0, 1], [0.0, 0.5], [0, 1], [0], [1], [0.5])
    limit = low_temperature_limit(scheme, [Lead("L", 1.0, 0.25), Lead("R", 1.0, -0.25)], gate=0.25)
    # In: f = 1/2 at L and e^-1/2kT at R; out: 1/2 (1/2 + 1) of them; P_1 = (1/2) / (1/2 + 3/4).
    assert limit.populations[1] == Leading(Fraction(2, 5), Fraction(0))
    assert limit.current == Leading(Fraction(1, 5), Fraction(0))


def test_blockade_is_activated_by_the_smaller_distance():
    """Half a unit below a resonance, at a bias of a quarter, I ~ exp(-(1/2 - 1/8) / kT)."""
    scheme = LevelScheme([0, 1], [0.0, 0.5], [0, 1], [0], [1], [0.5])
    limit = low_temperature_limit(scheme, exact_chains.biased((1.0, 1.0), 0.25))
    assert limit.current.action == Fraction(3, 8)
    assert limit.current.at(0.125) == pytest.approx(float(limit.current.prefactor) * np.exp(-3.0), rel=1e-15)


def test_flows_that_cancel_at_both_barriers_are_an_error():
    """Two dead ends, each coupled to one lead only, are in balance with it: no leading term tells what is left."""
    scheme = LevelScheme([0, 1, 1], [0.0, 0.0, 1.0], [0, 1, 1], [0, 0], [1, 2], [[0.5, 0.0], [0.0, 0.5]])
    with pytest.raises(ArithmeticError, match=r"cancel at both barriers \(L: exp\(-.*, R: exp\(-.*\)"):
        low_temperature_limit(scheme, exact_chains.biased((1.0, 1.0), 0.5))


@pytest.mark.parametrize("busy", [0, 1])
def test_what_cancels_at_one_barrier_is_counted_at_the_other(busy):
    """A level at the chemical potential of one lead, and coupled to it alone, hides there what flows by another one."""
    dead_end = [0.5, 0.0] if busy == 0 else [0.0, 0.5]
    scheme = LevelScheme([0, 1, 1], [0.0, 0.25, 1.0], [0, 1, 1], [0, 0], [1, 2], [dead_end, [0.5, 0.5]])
    kT, leads = 2.0**-11, exact_chains.biased((1.0, 0.5), 0.5 if busy == 0 else -0.5)
    limit = low_temperature_limit(scheme, leads).current
    found = currents(scheme, leads, kT=kT).best
    assert limit.action == Fraction(3, 4)
    assert np.sign(found.scaled.mantissa[0]) == np.sign(float(limit.prefactor)) == 1 - 2 * busy
    assert found.log10[0] == pytest.approx(limit.log10_at(kT), rel=1e-13, abs=1e-10)


@pytest.mark.parametrize(
    ("leads", "gate", "message"),
    [
        ([Lead("L", 1.0, 0.0)], 0.0, "must be 'L' and 'R'"),
        ([Lead("L", 1.0, 0.0), Lead("R", 1.0, 0.0)], np.nan, "gate=nan must be finite"),
        ([Lead("L", 0.0, 0.0), Lead("R", 0.0, 0.0)], 0.0, "4 closed classes of levels"),
    ],
)
def test_wrong_points_are_refused(leads, gate, message):
    """Leads, gate and connectedness are checked as at finite temperature."""
    with pytest.raises(ValueError, match=message):
        low_temperature_limit(exact_chains.three_level_scheme(), leads, gate=gate)


@pytest.mark.parametrize("kT", [0, -1.0, "1"])
def test_leading_terms_have_values_at_positive_temperatures_only(kT):
    """exp(-A / kT) has no value at kT = 0, and none that means anything below."""
    for value in (Leading(Fraction(1), Fraction(1)).at, Leading(Fraction(1), Fraction(1)).log10_at):
        with pytest.raises(ValueError, match=r"kT=.* must be"):
            value(kT)


@given(
    prefactor=st.fractions().filter(bool) | st.sampled_from([Fraction(10) ** 700, Fraction(1, 10**700)]),
    action=st.floats(0, 1e308).map(Fraction),
    kT=st.floats(5e-324, 1e308),
)
def test_leading_terms_of_any_size_have_their_value_or_say_why_not(prefactor, action, kT):
    """Prefactors and exponentials beyond the range of doubles cancel if the term itself is a double."""
    term = Leading(prefactor, action)
    with mpmath.workdps(60):
        exponent = -mpmath.mpf(action.numerator) / action.denominator / mpmath.mpf(kT)
        true = mpmath.mpf(prefactor.numerator) / prefactor.denominator * mpmath.exp(exponent)
    try:
        assert term.at(kT) == pytest.approx(float(true), rel=1e-13, abs=5e-324)
    except OverflowError:
        assert abs(true) > 1.7e308
    try:
        assert term.log10_at(kT) == pytest.approx(float(mpmath.log10(abs(true))), rel=1e-13)
    except ValueError:
        assert action / Fraction(kT) > Fraction(1.7e308)


def test_numpy_integers_do_not_overflow_in_exact_arithmetic():
    """Potentials of any numeric type become floats before they become fractions."""
    scheme = LevelScheme([0, 1], [0.0, 0.5], [0, 1], [0], [1], [0.5])
    numpy_leads = [Lead("L", np.int64(1), np.int64(1)), Lead("R", np.float32(1), np.int64(0))]
    plain_leads = [Lead("L", 1.0, 1.0), Lead("R", 1.0, 0.0)]
    assert low_temperature_limit(scheme, numpy_leads, gate=1e-20) == low_temperature_limit(
        scheme, plain_leads, gate=1e-20
    )
