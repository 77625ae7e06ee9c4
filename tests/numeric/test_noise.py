"""Zero-frequency noise and Fano factors."""

import exact_chains
import mpmath
import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from numeric import Lead, LevelScheme, linear_conductance, shot_noise, stability_diagram

rates = st.sampled_from([(1.0, 1.0), (1.0, 0.3), (1.0, 1e-9), (1e-6, 1.0)])


def exact(value):
    """Return one scaled number as mpf."""
    return mpmath.mpf(float(value.mantissa[0])) * mpmath.mpf(2) ** int(value.exponent[0])


@given(
    scheme=exact_chains.schemes(per_lead=True),
    kT=st.floats(5e-3, 10),
    gate=st.floats(-2, 2),
    V=st.floats(-1, 1),
    t=rates,
)
def test_noise_agrees_with_the_group_inverse_at_2000_digits(scheme, kT, gate, V, t):
    """S is right to its bound."""
    leads = exact_chains.biased(t, V)
    found = shot_noise(scheme, leads, kT=kT, gate=gate).noise
    with mpmath.workdps(2000):
        true = exact_chains.noise(scheme, leads, kT, gate)
        assert abs(exact(found.scaled) - true) <= exact(found.error)


def two_wells():
    """Return levels of 0, 1 and 3 electrons at zero energy, apart by two electrons at energy 1."""
    pairs = [(0, 1), (0, 2), (1, 3), (2, 3), (3, 4), (3, 5), (3, 6)]
    levels = {
        "electrons": [0, 1, 1, 2, 3, 3, 3],
        "energies": [0, 0, 0.25, 1, 0, 0, 1],
        "two_S": [0, 1, 1, 0, 1, 1, 1],
    }
    return LevelScheme(
        **{name: np.array(values) for name, values in levels.items()},
        lower=np.array([lower for lower, _ in pairs]),
        upper=np.array([upper for _, upper in pairs]),
        M=np.ones(len(pairs)),
    )


@example(scheme=two_wells(), kT=0.01, gate=0.0, t=(1.0, 0.3))
@given(
    scheme=exact_chains.schemes(), kT=st.floats(-5, 1).map(lambda power: 10.0**power), gate=st.floats(-2, 2), t=rates
)
def test_thermal_noise_obeys_johnson_and_nyquist(scheme, kT, gate, t):
    """At V = 0 the noise is 2 kT G, however small both are."""
    noise = shot_noise(scheme, exact_chains.biased(t, 0.0), kT=kT, gate=gate)
    conductance = linear_conductance(scheme, rates=t, kT=kT, gate=gate)
    assert noise.noise.log10[0] == pytest.approx(conductance.log10[0] + np.log10(2 * kT), rel=1e-15, abs=1e-9)
    assert noise.fano == np.inf


@given(scheme=exact_chains.schemes(), kT=st.floats(1e-3, 1), gate=st.floats(-2, 2), V=st.floats(-1, 1))
def test_both_barriers_and_both_chains_show_the_same_noise(scheme, kT, gate, V):
    """Counting at R instead of L, or every S_z on its own, changes nothing."""
    left, right = exact_chains.biased((1.0, 0.3), V)
    one = shot_noise(scheme, [left, right], kT=kT, gate=gate).noise
    for other in (
        shot_noise(scheme, [right, left], kT=kT, gate=gate).noise,
        shot_noise(scheme, [left, right], kT=kT, gate=gate, resolved=True).noise,
    ):
        with mpmath.workdps(30):
            assert abs(exact(one.scaled) - exact(other.scaled)) <= exact(one.error) + exact(other.error)


@pytest.mark.parametrize(("t_L", "t_R"), [(1.0, 1.0), (1.0, 0.3), (0.05, 1.0)])
def test_a_doublet_at_full_bias_has_its_textbook_fano_factor(t_L, t_R):
    """Two states of one level, in at 2 t_L and out at t_R: F = (4 t_L^2 + t_R^2) / (2 t_L + t_R)^2."""
    scheme = LevelScheme([0, 1], [0.0, 0.5], [0, 1], [0], [1], [0.5])
    found = shot_noise(scheme, [Lead("L", t_L, 1.0), Lead("R", t_R, -1.0)], kT=1e-3, gate=0.5)
    assert found.fano == pytest.approx((4 * t_L**2 + t_R**2) / (2 * t_L + t_R) ** 2, rel=1e-13)


def test_slow_switching_between_two_currents_shows_as_giant_noise():
    """A state entered and left once in 1e20 events makes telegraph noise that grows as its dwell time does."""
    electrons, two_S = [0, 1, 1], [0, 1, 1]
    scheme = LevelScheme(electrons, [0.0, 0.0, 0.0], two_S, [0, 0], [1, 2], [0.5, 1e-20])
    found = shot_noise(scheme, [Lead("L", 1.0, 1.0), Lead("R", 1.0, -1.0)], kT=0.02)
    with mpmath.workdps(200):
        true = exact_chains.noise(scheme, [Lead("L", 1.0, 1.0), Lead("R", 1.0, -1.0)], 0.02, 0.0)
    assert true > 1e18
    assert float(found.noise) == pytest.approx(float(true), rel=1e-12)


def test_a_diagram_shows_noise_and_fano_factor_of_each_point():
    """The sheets of a diagram agree with single points; on the line V = 0 the Fano factor is infinite."""
    scheme, bias, gate = exact_chains.three_level_scheme(), [-0.4, 0.0, 1e-4, 0.3], np.linspace(-0.2, 0.9, 5)
    diagram = stability_diagram(scheme, bias=bias, gate=gate, kT=1e-2, rates=(1.0, 0.3), noise=True)
    for phi in gate:
        for V in bias:
            point = diagram.sel(gate=phi, bias=V)
            found = shot_noise(scheme, exact_chains.biased((1.0, 0.3), V), kT=1e-2, gate=phi)
            assert float(point["noise"]) == pytest.approx(float(found.noise), rel=1e-12)
            assert float(point["fano"]) == pytest.approx(found.fano, rel=1e-11)
    assert np.isinf(diagram["fano"].sel(bias=0.0)).all()


def test_a_closed_barrier_makes_no_noise_at_zero_frequency():
    """What goes in through the only barrier comes out of it: S = 0 and no Fano factor."""
    scheme, leads = exact_chains.three_level_scheme(), exact_chains.biased((1.0, 0.0), 0.4)
    found = shot_noise(scheme, leads, kT=1e-2, gate=0.3)
    assert float(found.noise) == 0.0
    with pytest.raises(ValueError, match="without current and noise must stay undefined"):
        _ = found.fano
    with pytest.raises(ValueError, match="must couple both leads"):
        stability_diagram(scheme, bias=[0.1], gate=[0.0], kT=1e-2, rates=(1.0, 0.0), noise=True)


def test_noise_lost_to_rounding_is_an_error():
    """Between two wells a bias of 1e-18 drives currents whose difference no rounded rate can tell."""
    with pytest.raises(ArithmeticError, match="lost to rounding"):
        stability_diagram(two_wells(), bias=[1e-18], gate=[0.0], kT=0.01, rates=(1.0, 0.3), noise=True)
