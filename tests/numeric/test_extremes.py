"""Numbers of any size that a double can have: the right answer within its bound, or a refusal that says why."""

import exact_chains
import mpmath
import pytest
from hypothesis import given
from hypothesis import strategies as st

from numeric import (
    Lead,
    LevelScheme,
    currents,
    differential_conductance,
    linear_conductance,
    shot_noise,
    stability_diagram,
)

MANY_DIGITS = 2600

sizes = st.floats(-300, 300).map(lambda power: 10.0**power)
"""Positive numbers of any size."""
temperatures = st.floats(-300, 295).map(lambda power: 10.0**power)
fractions = st.floats(-30, 30) | st.floats(-700, 1).map(lambda power: 10.0**power)
"""Energies in units of kT: moderate or as small as doubles can be."""


@st.composite
def points(draw):
    """Draw a scheme of up to four levels, two leads, kT and gate, the numbers of each kind of any size."""
    kT = draw(temperatures)
    levels = draw(st.sampled_from([((0, 0), (1, 1)), ((2, 0), (2, 4), (3, 5)), ((0, 0), (1, 1), (1, 3), (2, 2))]))
    pairs = [(i, j) for i, (N, _) in enumerate(levels) for j, (P, _) in enumerate(levels) if P == N + 1]
    scheme = LevelScheme(
        electrons=[N for N, _ in levels],
        energies=[draw(fractions) * kT for _ in levels],
        two_S=[two_S for _, two_S in levels],
        lower=[i for i, _ in pairs],
        upper=[j for _, j in pairs],
        M=[draw(sizes) for _ in pairs],
    )
    leads = [Lead(name, draw(sizes), draw(fractions) * kT) for name in "LR"]
    return scheme, leads, kT, draw(fractions) * kT


def exact(estimate):
    """Return number and error bound as mpf."""
    return [
        mpmath.mpf(float(value.mantissa[0])) * mpmath.mpf(2) ** int(value.exponent[0])
        for value in (estimate.scaled, estimate.error)
    ]


@given(point=points())
def test_a_current_of_any_size_lies_within_a_bound_that_is_not_zero(point):
    """The bound at each barrier holds, and is zero only for the exact zero of equal chemical potentials."""
    scheme, leads, kT, gate = point
    found = currents(scheme, leads, kT=kT, gate=gate)
    with mpmath.workdps(MANY_DIGITS):
        (into_L, into_R), rounding = exact_chains.current(scheme, leads, kT, gate)
        for estimate, true in ((found.I_L, into_L), (found.I_R, -into_R)):
            value, bound = exact(estimate)
            assert abs(value - true) <= bound + rounding
            assert (bound > 0) == (leads[0].mu != leads[1].mu)


@given(point=points())
def test_the_better_barrier_keeps_its_digits_at_any_size(point):
    """However small the bias, however unequal the barriers: the better bound is below 1e-10 of the current."""
    scheme, leads, kT, gate = point
    assert currents(scheme, leads, kT=kT, gate=gate).best.relative_error[0] < 1e-10


def conductance(scheme, leads, kT, gate, split):
    """Return dI/dV at L as mpf, by a difference over 1e-400 kT, and its rounding error."""
    step = mpmath.mpf(kT) * mpmath.mpf(10) ** -400
    flows = []
    for sign in (1, -1):
        shifts = (mpmath.mpf(split) * sign * step, mpmath.mpf(split - 1.0) * sign * step)
        moved = [Shifted(lead.rate, lead.mu + shift) for lead, shift in zip(leads, shifts, strict=True)]
        flows.append(exact_chains.current(scheme, moved, kT, gate))
    return (flows[0][0][0] - flows[1][0][0]) / (2 * step), (flows[0][1] + flows[1][1]) / step


class Shifted:
    """A lead whose chemical potential is an mpf."""

    def __init__(self, rate, mu):
        self.rate, self.mu = rate, mu


@given(point=points(), split=st.floats(-2, 2) | sizes)
def test_a_differential_conductance_of_any_size_lies_within_its_bound(point, split):
    """Any split of the bias, tiny temperatures included, whose inverse exceeds every double."""
    scheme, leads, kT, gate = point
    found = differential_conductance(scheme, leads, kT=kT, gate=gate, split=split).I_L
    with mpmath.workdps(MANY_DIGITS):
        true, rounding = conductance(scheme, leads, kT, gate, split)
        value, bound = exact(found)
        assert bound > 0
        assert abs(value - true) <= bound + rounding


@given(point=points())
def test_bounds_in_doubles_cover_the_rounding_to_doubles(point):
    """`bound` is what the double `value` is off by at most, also if one of them is no normal double any more."""
    scheme, leads, kT, gate = point
    found = currents(scheme, leads, kT=kT, gate=gate)
    for estimate in (found.I_L, found.I_R):
        value, bound = exact(estimate)
        if abs(value) < 1e308 and bound < 1e308:
            with mpmath.workdps(400):
                off = abs(mpmath.mpf(float(estimate.value[0])) - value) + bound
                assert off <= mpmath.mpf(float(estimate.bound[0]))


@given(point=points())
def test_linear_conductance_and_noise_at_any_size(point):
    """Without bias S = 2 kT G; both are positive with a bound far below them, or exceed every double."""
    scheme, leads, kT, gate = point
    rest = [Lead(lead.name, lead.rate, 0.0) for lead in leads]
    rates = (leads[0].rate, leads[1].rate)
    G = linear_conductance(scheme, rates=rates, kT=kT, gate=gate)
    S = shot_noise(scheme, rest, kT=kT, gate=gate).noise
    with mpmath.workdps(40):
        (g, g_bound), (s, s_bound) = exact(G), exact(S)
        assert 0 < g_bound < 1e-10 * g
        assert abs(s - 2 * mpmath.mpf(kT) * g) <= s_bound + 3 * mpmath.mpf(kT) * g_bound


@given(point=points(), V=st.floats(-700, 2).map(lambda power: 10.0**power))
def test_the_diagram_holds_what_single_points_hold_at_any_size(point, V):
    """Currents of one point are those of `currents`, and no bound reads 0 beside a bias."""
    scheme, leads, kT, gate = point
    t, bias = (leads[0].rate, leads[1].rate), V * kT
    pair = exact_chains.biased(t, bias)
    alone = currents(scheme, pair, kT=kT, gate=gate)
    if max(abs(exact(estimate)[0]) for estimate in (alone.I_L, alone.I_R)) > 1e300:
        return
    try:
        grid = stability_diagram(scheme, bias=[bias], gate=[gate], kT=kT, rates=t)
    except OverflowError as error:
        assert "exceeds float64" in str(error)  # noqa: PT017 - the refusal is one of two right outcomes
        return
    for name, estimate in (("I_L", alone.I_L), ("I_R", alone.I_R)):
        assert float(grid[name][0, 0]) == float(estimate)
        assert (float(grid[f"{name}_error"][0, 0]) > 0) == (pair[0].mu != pair[1].mu)


@pytest.mark.parametrize("kT", [5e-324, 1e-310])
def test_subnormal_temperatures_have_conductances_with_an_exponent_of_their_own(kT):
    """1 / kT exceeds every double there: G kT keeps its digits, and G refuses to become a double."""
    scheme = LevelScheme([0, 1], [0.0, 0.0], [0, 1], [0], [1], [0.5])
    G, unit = (linear_conductance(scheme, kT=value) for value in (kT, 1.0))
    with mpmath.workdps(40):
        assert abs(exact(G)[0] * mpmath.mpf(kT) / exact(unit)[0] - 1) < 1e-13
    with pytest.raises(OverflowError, match="exceeds float64"):
        _ = G.value
