"""Third cumulants and generating functions against 120 digits, within their bounds."""

import exact_chains
import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from numeric import Lead, LevelScheme, cumulants, generating_function, lead_generating_function, shot_noise

rates = st.sampled_from([(1.0, 1.0), (1.0, 0.3), (1.0, 1e-6), (1e-3, 1.0)])
biases = st.floats(-1, 1).filter(lambda V: abs(V) > 1e-6)


def weighted(scheme, leads, kT, gate, *theta):
    """Return the rates in which electrons through the first leads have their weights, as an mpf matrix."""
    n = scheme.energies.size
    matrix = mpmath.zeros(n)
    for (j, i, lead), rate in exact_chains.lead_rates(scheme, leads, kT, gate).items():
        entering = int(scheme.electrons[j] - scheme.electrons[i])
        matrix[j, i] += rate * mpmath.exp(entering * theta[lead] if lead < len(theta) else 0)
        matrix[i, i] -= rate
    return matrix


def largest(matrix):
    """Return the largest eigenvalue by Newton's method on the characteristic polynomial, from above.

    No eigenvalue is passed on the way down, so the first value at which the matrix is singular is the largest. The way
    begins just above that of doubles, if this is above, or else at the largest sum of a column.
    """
    size = matrix.rows
    value = max(mpmath.fsum(matrix[i, j] for i in range(size)) for j in range(size))
    if value == 0:
        return value
    doubles = np.array(matrix.tolist(), dtype=float)
    scale = np.abs(doubles).max()
    close = mpmath.mpf(np.linalg.eigvals(doubles).real.max() + 1e-9 * scale)
    if close < value and lies_below(matrix, close):
        value = close
    for _ in range(400):
        shifted = value * mpmath.eye(size) - matrix
        try:
            step = 1 / mpmath.fsum(mpmath.inverse(shifted)[k, k] for k in range(size))
        except ZeroDivisionError:
            break
        value -= step
        if abs(step) < max(abs(value) * mpmath.mpf(10) ** -40, scale * mpmath.mpf(10) ** -90):  # it may be 0
            break
    return value


def lies_below(matrix, value):
    """Return whether the largest eigenvalue is below a number: then all pivots of number - matrix are positive."""
    left = value * mpmath.eye(matrix.rows) - matrix
    for k in range(matrix.rows):
        if left[k, k] <= 0:
            return False
        for i in range(k + 1, matrix.rows):
            for j in range(k + 1, matrix.rows):
                left[i, j] -= left[i, k] * left[k, j] / left[k, k]
    return True


def third(scheme, leads, kT, gate):
    """Return the third derivative by differences over 1e-8 at 120 digits, and what the step makes of it."""
    h = mpmath.mpf(10) ** -8
    low, below, above, high = (largest(weighted(scheme, leads, kT, gate, k * h)) for k in (-2, -1, 1, 2))
    return (high - 2 * above + 2 * below - low) / (2 * h**3)


@settings(max_examples=12)
@given(scheme=exact_chains.schemes(2, per_lead=True), kT=st.floats(0.1, 5), gate=st.floats(-1, 1), V=biases, t=rates)
def test_the_third_cumulant_is_right_to_its_bound(scheme, kT, gate, V, t):
    """Random chains with M_ji of each lead, from a tiny bias to many kT."""
    leads = exact_chains.biased(t, V)
    found = cumulants(scheme, leads, kT=kT, gate=gate)
    with mpmath.workdps(exact_chains.DIGITS):
        true = third(scheme, leads, kT, gate)
        size = mpmath.mpf(float(found.noise)) + abs(true)
        assert abs(mpmath.mpf(float(found.third)) - true) <= found.third.bound[0] + size * mpmath.mpf(10) ** -8
    assert found.third.bound[0] < 1e-6 * float(found.noise) or t[1] < 1e-3


@settings(max_examples=12)
@given(
    scheme=exact_chains.schemes(2),
    kT=st.floats(0.02, 5),
    gate=st.floats(-1, 1),
    leads=st.builds(exact_chains.biased, rates, biases),
    theta=st.floats(-6, 6),
)
def test_the_generating_function_lies_in_its_interval(scheme, kT, gate, leads, theta):
    """Random chains and fields of both signs; the interval is small next to the rates."""
    found = generating_function(scheme, leads, [theta, 0.0], kT=kT, gate=gate)
    with mpmath.workdps(exact_chains.DIGITS):
        matrix = weighted(scheme, leads, kT, gate, mpmath.mpf(theta))
        assert abs(mpmath.mpf(found.value[0]) - largest(matrix)) <= found.bound[0]
        exits = max(-matrix[k, k] for k in range(matrix.rows))
        assert found.bound[0] <= 1e-11 * (abs(found.value[0]) + float(exits))
    assert abs(found.value[1]) <= found.bound[1]


@settings(max_examples=20)
@given(
    kT=st.sampled_from([0.3, 0.02, 5e-3, 1e-3]),
    gate=st.floats(-1, 3),
    mu=st.lists(st.floats(-0.5, 0.5), min_size=3, max_size=3),
    uncoupled=st.booleans(),
    theta=st.lists(st.sampled_from([0.0, 1.0, -1.0, 0.7, 47.3, -61.9, 149.0, -149.0]), min_size=3, max_size=3),
)
def test_generating_functions_of_cold_dots_are_as_sharp_as_of_warm_ones(kT, gate, mu, uncoupled, theta):
    """Rates of e^-3000 beside rates of 1, fields of three leads that differ by up to 298, a lead apart."""
    scheme = LevelScheme([1, 2, 2, 3], [0, 0.25, 0.5, 0.75], [1, 0, 2, 1], [0, 0, 1], [1, 2, 3], [0.5, 0.5, 0.3])
    rates = (1.0, 0.5, 0.0 if uncoupled else 1e-3)
    leads = [Lead(name, rate, at) for name, rate, at in zip("LRc", rates, mu, strict=True)]
    found = lead_generating_function(scheme, leads, [theta, [0.0] * 3], kT=kT, gate=gate)
    with mpmath.workdps(3500):
        matrix = weighted(scheme, leads, kT, gate, *map(mpmath.mpf, theta))
        lower, upper = (mpmath.mpf(found.value[0]) + sign * mpmath.mpf(found.bound[0]) for sign in (-1, 1))
        assert lies_below(matrix, upper)
        assert not lies_below(matrix, lower)
    assert found.bound[0] <= 1e-13 * (abs(found.value[0]) + 3.0)
    assert abs(found.value[1]) <= found.bound[1] <= 1e-13


def test_the_difference_of_two_fields_is_taken_exactly():
    """Fields of 1e2 lose 1e-14 when their middle is taken from them, which a bound of some roundings must not miss."""
    scheme = LevelScheme([0, 1], [0.0, 0.1], [0, 1], [0], [1], [0.5])
    leads = [Lead(name, rate, mu) for name, rate, mu in (("a", 1.0, 0.1), ("b", 0.7, 0.0), ("c", 0.3, -0.1))]
    fields = np.random.default_rng(0).uniform(-100, 100, (100, 3))
    found = lead_generating_function(scheme, leads, fields, kT=0.1)
    with mpmath.workdps(200):
        for theta, value, bound in zip(fields, found.value, found.bound, strict=True):
            true = largest(weighted(scheme, leads, 0.1, 0.0, *map(mpmath.mpf, theta)))
            assert abs(mpmath.mpf(value) - true) <= bound


def test_one_level_lets_nothing_pass():
    """Lambda is 0 for every field."""
    scheme = LevelScheme([1], [0.3], [1], [], [], [])
    found = generating_function(scheme, [Lead("L", 1.0, 0.0), Lead("R", 1.0, 0.0)], [0.0, 2.0], kT=0.1)
    assert found.value.tolist() == found.bound.tolist() == [0.0, 0.0]


def test_one_electron_at_a_time_has_its_textbook_cumulants():
    """Two levels at full bias: c_3 / I for rates a and b, whichever lead stands first."""
    scheme = exact_chains.LevelScheme([0, 1], [0.0, 0.5], [0, 1], [0], [1], [0.75])
    leads = [Lead("R", 0.25, -0.5), Lead("L", 1.0, 1.5)]
    found = cumulants(scheme, leads, kT=1e-3)
    a, b = 1.5, 0.75 * 0.25
    expected = (a**4 - 2 * a**3 * b + 6 * a**2 * b**2 - 2 * a * b**3 + b**4) / (a + b) ** 4
    assert float(found.third) / float(found.current) == pytest.approx(expected, rel=1e-12)
    assert float(found.current) > 0
    assert float(cumulants(scheme, leads[::-1], kT=1e-3).third) == float(found.third)


def test_current_and_noise_are_those_of_the_shot_noise():
    """And all odd cumulants vanish at rest."""
    scheme, leads = exact_chains.three_level_scheme(), exact_chains.biased((1.0, 0.3), 0.2)
    found, known = cumulants(scheme, leads, kT=0.05, gate=0.3), shot_noise(scheme, leads, kT=0.05, gate=0.3)
    assert (float(found.current), float(found.noise)) == (float(known.current), float(known.noise))
    rest = cumulants(scheme, exact_chains.biased((1.0, 0.3), 0.0), kT=0.05, gate=0.3)
    assert float(rest.current) == float(rest.third) == 0.0 < float(rest.noise)


def test_the_resolved_equation_has_the_same_statistics():
    """Every |level, S_z> instead of levels."""
    scheme, leads = exact_chains.three_level_scheme(), exact_chains.biased((1.0, 0.3), 0.2)
    one, other = (cumulants(scheme, leads, kT=0.05, gate=0.3, resolved=resolved) for resolved in (False, True))
    assert float(one.third) == pytest.approx(float(other.third), rel=1e-10)
    one, other = (
        generating_function(scheme, leads, [0.5, -2.0], kT=0.05, gate=0.3, resolved=resolved).value
        for resolved in (False, True)
    )
    np.testing.assert_allclose(one, other, atol=1e-13)


@pytest.mark.parametrize(("kT", "gate"), [(0.05, 0.3), (1e-3, 0.3), (1e-3, 0.05)])
def test_the_fluctuation_relation_holds_far_from_equilibrium(kT, gate):
    """Lambda(theta) = Lambda(-theta - V/kT) within both bounds, at 200 kT too."""
    scheme, leads = exact_chains.three_level_scheme(), exact_chains.biased((1.0, 0.3), 0.2)
    fields = np.array([0.5, -1.0, 2.0])
    one, other = (generating_function(scheme, leads, theta, kT=kT, gate=gate) for theta in (fields, -fields - 0.2 / kT))
    assert np.all(np.abs(one.value - other.value) <= one.bound + other.bound)
    assert np.all(other.bound < 1e-9)


def test_fields_beyond_the_limit_are_refused():
    """Their weights would leave the range of floats."""
    with pytest.raises(ValueError, match="theta=-301"):
        generating_function(exact_chains.three_level_scheme(), exact_chains.biased((1, 1), 0), [0, -301.0], kT=0.1)


@pytest.mark.parametrize("count", [3, 200, 2000])
def test_bounds_of_the_generating_function_count_the_leads(count):
    """Many leads whose rates are each lost in the sum of all: one level, against its closed form in 40 digits."""
    scheme = LevelScheme([0, 1], [0.0, 0.1], [0, 1], [0], [1], [0.5])
    small = 0.99 * 2.0**-53
    leads = [Lead("a", 1.0, 1.0), Lead("b", 1.0, -1.0), *(Lead(f"p{k}", small, 1.0) for k in range(count - 2))]
    theta = [0.5, -0.5, *[0.5] * (count - 2)]
    found = lead_generating_function(scheme, leads, [theta], kT=0.1)
    with mpmath.workdps(40):
        up, down, counted_up, counted_down = 4 * [mpmath.mpf(0)]
        for lead, field in zip(leads, theta, strict=True):
            f = 1 / (1 + mpmath.exp((mpmath.mpf(0.1) - mpmath.mpf(lead.mu)) / mpmath.mpf(0.1)))
            into, out = mpmath.mpf(lead.rate) * f, mpmath.mpf(lead.rate) * (1 - f) / 2
            up, down = up + into, down + out
            counted_up += into * mpmath.exp(field)
            counted_down += out * mpmath.exp(-field)
        true = (mpmath.sqrt((up - down) ** 2 + 4 * counted_up * counted_down) - up - down) / 2
        assert abs(mpmath.mpf(float(found)) - true) <= mpmath.mpf(float(found.bound[0])) / 4


def test_fields_beyond_what_a_difference_can_be_are_refused():
    """And those that differ by nothing are those of no field, however large."""
    scheme = LevelScheme([0, 1], [0.0, 0.1], [0, 1], [0], [1], [0.5])
    leads = [Lead("a", 1.0, 0.2), Lead("b", 1.0, 0.0)]
    with pytest.raises(ValueError, match="theta of one row differ by inf: they must differ by at most 300"):
        lead_generating_function(scheme, leads, [[1e308, -1e308]], kT=0.1)
    assert abs(float(lead_generating_function(scheme, leads, [[1.7e308, 1.7e308]], kT=0.1))) < 1e-15
