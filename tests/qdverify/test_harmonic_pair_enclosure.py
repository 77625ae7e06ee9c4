"""Two electrons in a harmonic dot with a complete basis: balls against closed forms and the radial route."""

from fractions import Fraction

import mpmath
import pytest
from flint import arb, ctx
from scipy import special

from analytic import harmonic_pair_levels, taut_levels
from qdverify.reference.enclosure.harmonic_integrals import ExactHarmonic
from qdverify.reference.enclosure.harmonic_pair import SPACING, RelativeMotion, enclosed_relative_energy
from qdverify.reference.enclosure.unresolved import Unresolved
from qdverify.reference.harmonic_pair_levels import enclosed_pair_levels


def dot(omega, field=0, strength=1, thickness=0):
    return ExactHarmonic(Fraction(omega), Fraction(field), 1, Fraction(strength), Fraction(thickness))


@pytest.mark.parametrize(("degree", "m"), [(1, 0), (2, 0), (1, 1)])
def test_closed_forms_of_rational_frequency_lie_in_the_balls(degree, m):
    """Taut's levels at m = 0 and 1, to 30 digits, at their place among the relative levels."""
    for level in taut_levels(degree, m):
        motion = RelativeMotion.of(dot(Fraction(level.omega.p, level.omega.q)), m)
        # the energy without that of the centre of mass
        near = Fraction(level.energy.p, level.energy.q) / Fraction(level.omega.p, level.omega.q) - 1
        index = motion.levels_below(near - Fraction(1, 10**6), 8)
        assert enclosed_relative_energy(motion, index, near, 30).rad() < 1e-29


@pytest.mark.parametrize(
    ("omega", "field", "strength"), [pytest.param("0.37", "0.81", "1.9", marks=pytest.mark.slow), ("2", "-3", "0.5")]
)
def test_the_lowest_levels_contain_those_of_the_radial_route(omega, field, strength):
    """Energy, spin and angular momentum of three levels, to 25 digits."""
    found = enclosed_pair_levels(dot(omega, field, strength), 3, digits=25)
    exact = harmonic_pair_levels(omega, 3, field=field, strength=strength, digits=40)
    assert [(level.two_S, level.L) for level in found] == [(level.two_S, level.angular_momentum) for level in exact]
    with ctx.workprec(200), mpmath.workdps(45):
        for one, other in zip(found, exact, strict=True):
            assert one.energy.overlaps(arb(mpmath.nstr(other.energy, 38)))
            assert one.energy.rad() < 1e-24


@pytest.mark.parametrize("m", [0, 3])
def test_counts_rise_by_one_at_each_level(m):
    """Between the levels of a strong and of a weak interaction, and none below the first."""
    for strength in (Fraction(1, 100), 20):
        motion = RelativeMotion.of(dot(1, strength=strength), m)
        counts = [motion.levels_below(Fraction(2 * step + 1, 16), 3) for step in range(10, 80, 7)]
        assert counts == sorted(counts)
        assert set(counts) == set(range(counts[0], counts[-1] + 1))
        # without interaction the levels are 2n + m + 1, which it raises
        assert counts[-1] <= len([n for n in range(99) if 2 * n + m + 1 < 155 / 16])
    assert motion.levels_below(Fraction(m + 1), 3) == 0
    assert motion.levels_below(Fraction(-1), 3) == 0


@pytest.mark.parametrize(("index", "shift"), [(0, 2), (0, -2), (1, 0)])
def test_an_energy_that_is_no_level_is_not_proven(index, shift):
    """Two radii beside the level, or at the level of another number of zeros."""
    motion = RelativeMotion.of(dot(1), 0)
    near = 2 + shift * Fraction(1, 10**20)
    with pytest.raises(Unresolved, match=r"is not within 1e-20|lies too close"):
        enclosed_relative_energy(motion, index, near, 20)
    assert enclosed_relative_energy(motion, 0, Fraction(2), 20).contains(2)


def test_the_points_are_close_enough_for_the_zeros():
    """The two numbers of the proof: the first zero of J_0, and the distance of zeros beyond 2/kappa."""
    assert special.jn_zeros(0, 1)[0] > 2
    assert SPACING * (1 + 1 / 16) ** 0.5 < 3.1415926


@pytest.mark.parametrize("wrong", [{"strength": -1}, {"strength": 1000}, {"thickness": 1}])
def test_what_the_proof_does_not_cover_is_refused(wrong):
    """Attraction, very strong repulsion, and thickness."""
    with pytest.raises(Unresolved, match="thickness=0 and a strength from 0"):
        enclosed_pair_levels(dot(1, **wrong), 1)


def test_without_interaction_the_levels_are_exact():
    """Singlets and triplets of two independent electrons."""
    found = enclosed_pair_levels(dot(3, 8, 0), 3, digits=20)
    assert sorted((level.two_S, level.L) for level in found) == [(0, 0), (0, 1), (2, 1)]
    assert [level.energy.contains(energy) for level, energy in zip(found, (10, 11, 11), strict=True)] == [True] * 3
