"""Dots of any size that doubles can state: refused with the rule, or solved alike by every route without a warning."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from numeric import Dot, interaction_integrals, sector_energies, slater_lanczos, solve, transition_probabilities
from numeric.dot import KERNELS, LARGEST_ENERGY

doubles = st.floats(-323, 308).map(lambda power: 10.0**power)
"""Positive doubles of any size, subnormal ones included."""


accepted_lengths = st.floats(-59, 59).map(lambda power: 10.0**power)


@st.composite
def extreme_dots(draw, lengths):
    """Draw the parameters of a dot, each of any size but for the length."""
    return {
        "length": draw(lengths),
        "cutoff": draw(doubles),
        "orbitals": draw(st.integers(2, 4)),
        "kernel": draw(st.sampled_from(KERNELS)),
        "strength": draw(st.sampled_from([-1, 1])) * draw(doubles),
    }


@given(parameters=extreme_dots(doubles))
def test_a_dot_of_any_size_is_refused_with_a_rule_or_has_finite_integrals(parameters):
    """No overflow, no division by zero, no warning: the message names the parameter and the rule."""
    try:
        dot = Dot(**parameters)
    except ValueError as error:
        assert " must " in str(error)  # noqa: PT017 - the refusal is one of two right outcomes
        return
    assert np.isfinite(interaction_integrals(dot).couplings).all()
    assert np.isfinite(dot.orbital_energies).all()
    assert (dot.orbital_energies > 0).all()


@given(parameters=extreme_dots(accepted_lengths))
def test_every_route_solves_a_dot_of_any_size_alike(parameters):
    """Dense, iterative, sector by sector and Lanczos in the Slater basis: one set of energies, finite M_ji."""
    try:
        dot = Dot(**parameters)
    except ValueError:
        return
    dense, iterative, fewer = solve(dot, 3, 2, method="dense"), solve(dot, 3, 2, method="iterative"), solve(dot, 2, 2)
    size = max(dot.orbital_energies[-1], np.max(np.abs(dense.integrals.couplings)))
    np.testing.assert_allclose(iterative.energies, dense.energies, atol=1e-11 * size, rtol=0)
    np.testing.assert_allclose(sector_energies(dot, 3, 1, 2), dense.energies, atol=1e-11 * size, rtol=0)
    lanczos = [level.energy for level in slater_lanczos(dot, 3, 2).levels]
    np.testing.assert_allclose(lanczos, dense.energies, atol=1e-9 * size, rtol=0)
    assert np.isfinite(transition_probabilities(fewer, dense)).all()


@given(power=st.integers(-190, 190), method=st.sampled_from(["dense", "iterative"]))
def test_a_change_of_the_unit_of_length_changes_nothing_else(power, method):
    """L, lambda -> c L, c lambda and s -> s/c divides all energies by c^2, exactly for a power of two."""
    c = 2.0**power
    expected = solve(Dot(1.0, 1e-3, 6), 3, 4, method=method)
    scaled = solve(Dot(c, 1e-3 * c, 6, strength=1.0 / c), 3, 4, method=method)
    np.testing.assert_allclose(scaled.energies * c * c, expected.energies, rtol=1e-13)
    assert scaled.two_S.tolist() == expected.two_S.tolist()


def test_a_reference_space_that_was_enlarged_is_not_reset():
    """An attraction 1e35 times the level spacing defeats the first counts; the search must end all the same."""
    dot = Dot(3.1530027887388844e-45, 1.345143011895248e-26, 4, strength=-5.634832920909622e73)
    expected = solve(dot, 3, 2, method="dense").energies
    np.testing.assert_allclose(solve(dot, 3, 2, method="iterative").energies, expected, rtol=1e-11)


@pytest.mark.parametrize("beta", [1e-300, 1e-250, 1e-30, 1e30, 1e300])
def test_the_integrals_at_extreme_cutoffs_have_their_limits(beta):
    """J(0, 0) = 2 s/L (ln(2/beta) - 1) for thin wires, s/lambda for wide ones."""
    J = interaction_integrals(Dot(1.0, beta, 2)).couplings[0, 0]
    expected = 2.0 * (math.log(2.0) - math.log(beta) - 1.0) if beta < 1 else 1.0 / beta
    assert pytest.approx(expected, rel=1e-14) == J


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"strength": 1e308}, r"strength=1e\+308 with length=2.0 must leave strength/length at most 1e\+120"),
        ({"strength": -1e308, "length": 1e-5}, r"strength=-1e\+308 .* must leave strength/length at most"),
        ({"strength": 1e121, "kernel": "constant"}, r"strength=1e\+121 .* must leave strength at most 1e\+120"),
        ({"cutoff": 5e-324}, r"cutoff=5e-324 with length=2.0 must leave cutoff/length between 1e-300 and 1e\+300"),
        ({"cutoff": 1e308, "length": 1e-5}, r"cutoff=1e\+308 .* must leave cutoff/length between"),
        (
            {"length": 1e80},
            r"length=1e\+80 must leave the orbital energies .* between 1e-120 and 1e\+120",
        ),
    ],
)
def test_what_doubles_cannot_compute_is_refused_with_the_rule(change, message):
    """Integrals of inf, or norms that underflow and stop an iteration at wrong levels, never come about."""
    with pytest.raises(ValueError, match=message):
        Dot(**({"length": 2.0, "cutoff": 0.1, "orbitals": 4} | change))


def test_the_range_of_energies_leaves_room_for_squares():
    """Residuals of 1e-12 of the energy have squares that are normal doubles at both ends of the range."""
    assert (1e-12 / LARGEST_ENERGY) ** 2 > 2.0**-1022
    assert math.inf > LARGEST_ENERGY**2
