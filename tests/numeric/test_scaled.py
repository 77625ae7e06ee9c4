"""Numbers with a separate exponent."""

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from numeric.scaled import (
    ZERO_EXPONENT,
    Scaled,
    exact_sum,
    exp_quotient,
    from_float,
    normalise,
    normalise_signed,
    power_of_two,
    signed_sum,
)

energies = st.floats(-4, 4) | st.floats(-1e-12, 1e-12)
temperatures = st.floats(-11.0, 1.0).map(lambda power: 10.0**power)


def exact(value: Scaled) -> mpmath.mpf:
    """Return the number as mpf."""
    return mpmath.mpf(float(value.mantissa)) * mpmath.mpf(2) ** int(value.exponent)


@given(a=energies, b=energies, c=energies, kT=temperatures)
def test_exponential_of_an_exact_quotient_keeps_full_relative_accuracy(a, b, c, kT):
    """exp((a + b + c) / kT) is right to 4 * 2**-53 relative although the exponent reaches 1e12."""
    with mpmath.workdps(60):
        found = exact(exp_quotient(*exact_sum(a, b, c), kT))
        true = mpmath.exp((mpmath.mpf(a) + mpmath.mpf(b) + mpmath.mpf(c)) / mpmath.mpf(kT))
        assert abs(found / true - 1) < 4 * mpmath.mpf(2) ** -53


def test_a_quotient_rounded_first_would_miss_the_exponential():
    """Rounding E / kT to double before the exponential loses the digits that exp_quotient keeps."""
    energy, kT = 3.3, 7e-7
    with mpmath.workdps(60):
        true = mpmath.exp(mpmath.mpf(energy) / mpmath.mpf(kT))
        rounded = mpmath.exp(mpmath.mpf(energy / kT))
        assert abs(rounded / true - 1) > 1e-11
        assert abs(exact(exp_quotient(energy, 0.0, kT)) / true - 1) < 5e-16


@pytest.mark.parametrize("kT", [1e-300, 1e-13, 5e-324])
def test_an_argument_beyond_the_limit_is_refused(kT):
    """|E| / kT beyond 2**40 is an error that names kT and the rule."""
    with pytest.raises(ValueError, match=r"an energy of .* at kT=.* is too large: .* at most 2\*\*40 kT"):
        exp_quotient(1.0, 0.0, kT)


@pytest.mark.parametrize("kT", [1e-305, 1.0, 1e305])
def test_very_small_and_very_large_units_change_nothing(kT):
    """Scaling energy and kT by one power of two leaves the exponential bit by bit."""
    one = exp_quotient(3.25, 0.0, 1.0)
    scaled = exp_quotient(np.ldexp(3.25, int(np.log2(kT))), 0.0, float(np.ldexp(1.0, int(np.log2(kT)))))
    assert (one.mantissa, one.exponent) == (scaled.mantissa, scaled.exponent)


def test_power_of_two_is_exact_and_underflows_to_zero():
    """2**e for e = 0, -1, -1022 is exact; from -1023 on it is 0."""
    found = power_of_two(np.array([1.0, 0.0, -1021.0, -1022.0, -1e9, ZERO_EXPONENT]), 1.0)
    np.testing.assert_array_equal(found, [1.0, 0.5, 2.0**-1022, 0.0, 0.0, 0.0])


@given(st.lists(st.floats(1e-300, 1e300), min_size=1, max_size=5), st.integers(-(10**9), 10**9))
def test_normalising_changes_no_value(values, exponent):
    """Mantissas come to lie in [1/2, 1) while mantissa * 2**exponent stays the same number."""
    mantissa, powers = np.array(values), np.full(len(values), float(exponent))
    before = [exact(Scaled(m, e)) for m, e in zip(mantissa.copy(), powers.copy(), strict=True)]
    normalise(mantissa, powers)
    assert np.all((mantissa >= 0.5) & (mantissa < 1))
    assert [exact(Scaled(m, e)) for m, e in zip(mantissa, powers, strict=True)] == before


@given(st.lists(st.tuples(st.floats(-1, 1), st.integers(-3000, 3000)), min_size=1, max_size=6))
def test_signed_sum_is_right_to_the_largest_term(terms):
    """The sum of numbers of either sign is right to rounding of the largest magnitude."""
    column = normalise_signed(np.array([[m] for m, _ in terms]), np.array([[float(e)] for _, e in terms]))
    found = signed_sum(column)[0]
    true = sum((mpmath.mpf(m) * mpmath.mpf(2) ** e for m, e in terms), mpmath.mpf(0))
    largest = max(abs(mpmath.mpf(m) * mpmath.mpf(2) ** e) for m, e in terms)
    with mpmath.workdps(2000):
        true = sum((mpmath.mpf(m) * mpmath.mpf(2) ** e for m, e in terms), mpmath.mpf(0))
        assert abs(exact(found) - true) <= 8 * mpmath.mpf(2) ** -53 * largest


def test_conversion_back_says_when_float64_is_too_small():
    """Tiny numbers read 0 and keep their logarithm; numbers beyond float64 raise instead of becoming infinite."""
    tiny = Scaled(np.array([0.75]), np.array([-70000.0]))
    assert tiny.to_float()[0] == 0.0
    assert tiny.log10()[0] == pytest.approx(np.log10(0.75) - 70000 * np.log10(2), rel=1e-15)
    with pytest.raises(OverflowError, match="exceeds float64"):
        Scaled(np.array([0.75]), np.array([2000.0])).to_float()
    assert from_float(0.0).log10() == -np.inf
