"""Which level blocks: ranges in which the current falls, and spin blockade of known dots."""

import exact_chains
import mpmath
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from numeric import Dot, LevelScheme, blockades, coulomb_peaks, negative_conductances, solve
from numeric.diagram import stability_arrays

AXIS = np.arange(-40, 41) / 40


def three_levels(ratio, two_S=(0, 1, 1)):
    """Return a level of no electron and two of one, the upper of which couples `ratio` times as well."""
    return LevelScheme([0, 1, 1], [0.0, 0.1, 0.3], two_S, [0, 0], [1, 2], [0.5, 0.5 * ratio])


FULL = LevelScheme([0, 1, 2, 3], [0.0, 0.0, 2.0, 0.0], [0, 1, 0, 1], [0, 1, 2], [1, 2, 3], [1.0, 1.0, 1.0])
"""Three electrons block it at any bias: their level has a population of 1 - 1e-30 and grows still."""


@settings(max_examples=6)
@example(scheme=FULL, gate=0.5, kT=1 / 64, split=0.0)
@given(scheme=exact_chains.schemes(), gate=st.floats(-2, 2), kT=st.floats(0.005, 0.1), split=st.floats(0, 1))
def test_ranges_are_those_in_which_the_diagram_falls(scheme, gate, kT, split):
    """The current at the ends is that of the diagram, its magnitude falls, and the level gains population."""
    options = {"bias": AXIS, "kT": kT, "split": split}
    arrays = stability_arrays(scheme, gate=[gate], populations=True, **options)
    diagram = {name: sheet[..., 0] for name, sheet in arrays.items()}
    found = blockades(scheme, gate=gate, **options)
    bound = float((diagram["I_L_error"] + diagram["I_R_error"]).max()) + 1e-14
    covered = np.zeros(AXIS.size - 1, dtype=bool)
    for one in found:
        start, end = (int(np.flatnonzero(AXIS == V)[0]) for V in one.bias)
        assert abs(AXIS[start]) < abs(AXIS[end])
        current, population, doubt = one.current.value, one.population.value, one.population.bound
        assert (current[0] - current[1]) * np.sign(AXIS[start] + AXIS[end]) > 0
        assert np.abs(current - diagram["I"][[start, end]]).max() <= bound
        assert population[1] + doubt.sum() > population[0]  # close to 1 it grows by less than rounding shows
        np.testing.assert_allclose(population, diagram["population"][one.level, [start, end]], rtol=1e-9)
        assert one.share.value > 0.0
        assert one.level in one.transition
        covered[min(start, end) : max(start, end)] = True
    steep = np.diff(diagram["I"]) < -4 * bound
    assert np.all(covered[steep])


def test_the_spin_polarised_level_blocks_the_paper_s_dot():
    """S = 3/2 of three electrons and S = 2 of four, behind the corners of the diamond of three ([J96] Fig. 1)."""
    counts = {2: 2, 3: 3, 4: 6}
    scheme = LevelScheme.from_spectra([solve(Dot.paper(orbitals=12), N, levels) for N, levels in counts.items()])
    peaks, axis = coulomb_peaks(scheme), np.linspace(0.0, 0.05, 101)
    at_3 = blockades(scheme, bias=axis, kT=1.2e-4, gate=peaks[3])
    at_4 = blockades(scheme, bias=axis, kT=1.2e-4, gate=peaks[4] + 0.003)
    assert 3 in {int(scheme.two_S[found.level]) for found in at_3}
    assert 4 in {int(scheme.two_S[found.level]) for found in at_4}


def test_both_polarities_block_alike_between_equal_barriers():
    """The range is mirrored, and the electron of the way out passes to the other lead."""
    left, right = blockades(three_levels(0.01), bias=AXIS, kT=0.01)
    assert left.bias == tuple(-V for V in right.bias)
    np.testing.assert_allclose(left.current.value, -right.current.value, rtol=1e-12)
    assert (left.level, left.lead, right.level, right.lead) == (2, "L", 2, "R")


def test_a_polarised_lead_blocks_by_the_spin_that_it_does_not_take():
    """A drain of spin up only: an electron of spin down stays, and no current flows at large bias."""
    scheme = LevelScheme([0, 1], [0.0, 0.0], [0, 1], [0], [1], [0.5])
    (found,) = blockades(scheme, bias=np.linspace(0, 1, 41), kT=0.01, rates=(1.0, (1.0, 0.0)), resolved=True)
    assert (found.level, found.two_Sz, found.lead) == (1, -1, "L")
    assert float(found.population[1]) == pytest.approx(1.0)
    assert float(found.rate_out) < 1e-20


def test_the_weight_is_that_of_the_lead_through_which_the_dot_is_left():
    """M_ji of each lead: the one named is that of the strongest way out."""
    M = [[0.5, 0.5], [0.005, 0.02]]
    scheme = LevelScheme([0, 1, 1], [0.0, 0.1, 0.3], [0, 1, 1], [0, 0], [1, 2], M)
    (found,) = blockades(scheme, bias=[0.4, 1.0], kT=0.01)
    assert (found.lead, found.M) == ("R", 0.02)


@pytest.mark.parametrize("find", [blockades, negative_conductances])
@pytest.mark.parametrize("power", [-1071, -1040, 600, 1023])
def test_a_common_factor_of_the_rates_changes_nothing_else(find, power):
    """Nor does it matter whether rates or currents are within the range of plain numbers."""
    scheme = LevelScheme([0, 1, 1, 1], [0.0, 0.1, 0.3, 0.31], [0, 1, 1, 1], [0, 0, 0], [1, 2, 3], [0.5, 0.005, 0.004])
    rates = np.array([1.0, 0.75])
    here, there = (find(scheme, bias=AXIS, kT=0.01, rates=np.ldexp(rates, n).tolist()) for n in (0, power))
    assert len(here) == len(there) == 2
    for one, other in zip(here, there, strict=True):
        assert (one.bias, one.level, one.lead, one.M) == (other.bias, other.level, other.lead, other.M)
        assert (float(one.share), float(one.share.bound)) == (float(other.share), float(other.share.bound))
        mantissa, scaled = one.rate_out.scaled.mantissa, other.rate_out.scaled
        assert (scaled.mantissa, scaled.exponent) == (mantissa, one.rate_out.scaled.exponent + power)


@pytest.mark.parametrize("top", [2.0, 2.03, 2.06, 2.1, 2.4])
def test_a_dot_that_is_hardly_ever_left_tells_the_lead_and_its_rate(top):
    """A level that R does not join is left to L, below 2**-1022 and 2**-1074 too: at M t / (1 + e**x)."""
    scheme = LevelScheme([0, 1, 1], [0.0, 0.1, 0.3], [0, 1, 1], [0, 0], [1, 2], [[0.5, 0.5], [0.5, 0.0]])
    (found,) = blockades(scheme, bias=np.linspace(0.0, top, 201), kT=1e-3)
    assert (found.level, found.lead, found.M) == (2, "L", 0.5)
    with mpmath.workdps(40):
        x = (mpmath.mpf(0.5 * found.bias[1]) - mpmath.mpf(0.3)) / mpmath.mpf(1e-3)
        rate = mpmath.mpf(0.5) / (1 + mpmath.exp(x))
        assert abs(mpmath.mpf(float(found.rate_out)) - rate) <= mpmath.mpf(float(found.rate_out.bound))
        assert float(found.rate_out.log10) == pytest.approx(float(mpmath.log10(rate)), abs=1e-10)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"bias": [0.0, 0.0, 1.0]}, "bias must increase"),
        ({"split": 1.5}, r"split=1\.5 must be at most 1"),
        ({"rates": (1.0,)}, "must be two"),
        ({"rates": 1.0}, r"rates=1\.0 must be two"),
        ({"rates": ((1.0, 2.0, 3.0), 1.0)}, r"rate=\(1\.0, 2\.0, 3\.0\) of a lead must be one number, or a pair"),
        ({"rates": (1.0, (1.0, 0.5))}, "need resolved=True"),
    ],
)
def test_wrong_input_is_refused(changed, message):
    """With the value and the rule."""
    with pytest.raises(ValueError, match=message):
        blockades(three_levels(0.1), **{"bias": AXIS, "kT": 0.01, **changed})
