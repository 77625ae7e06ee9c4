"""Enclosed transition probabilities, against the literal double sum of Eq. (4) and exact cases."""

from fractions import Fraction

import numpy as np
import pytest
from flint import arb, ctx
from fock_space import multiplets, transition_probability

from qdverify.reference.enclosure.fixed_point import fixed_point
from qdverify.reference.enclosure.interaction import ExactDot
from qdverify.reference.enclosure.levels import lowest_levels
from qdverify.reference.enclosure.transitions import transition_matrix


@pytest.mark.parametrize("electrons", [0, 3, *(pytest.param(N, marks=pytest.mark.slow) for N in (1, 2, 4, 5))])
def test_all_pairs_equal_the_literal_sum_over_states(electrons: int) -> None:
    """Highest-weight amplitudes give the sum over all S_z pairs of the Fock space, for every pair of levels."""
    dot = ExactDot(Fraction(19, 2), Fraction(1, 3), 3)
    model = fixed_point(dot, bits=96)
    lower, upper = multiplets(model, electrons), multiplets(model, electrons + 1)
    expected = [[transition_probability(3, i, j) for _, _, i in lower] for _, _, j in upper]
    with ctx.workprec(192):
        initial = lowest_levels(dot, electrons, len(lower))
        final = lowest_levels(dot, electrons + 1, len(upper))
        found = transition_matrix(initial, final)
        assert np.allclose([[float(value.mid()) for value in row] for row in found], expected, atol=1e-12)
        for row, other in zip(found, final, strict=True):
            for value, level in zip(row, initial, strict=True):
                assert float(value.rad()) < 1e-19
                if abs(level.two_S - other.two_S) != 1:
                    assert value == 0


def test_first_electron_enters_with_probability_one_per_orbital() -> None:
    """From the vacuum every one-electron level has M = 1."""
    dot = ExactDot(Fraction(2), Fraction(1, 3), 4)
    found = transition_matrix(lowest_levels(dot, 0, 1), lowest_levels(dot, 1, 4))
    assert all(row[0].overlaps(arb(1)) for row in found)


def test_sum_rule_over_all_final_levels() -> None:
    """For one electron in orbital n, sum_j M_ji = M - 1/2: the sum rule of physics.md section 4 over both spins."""
    dot = ExactDot(Fraction(5), Fraction(1, 3), 4)
    with ctx.workprec(160):
        found = transition_matrix(lowest_levels(dot, 1, 4), lowest_levels(dot, 2, 16))
        for i in range(4):
            total = sum((row[i] for row in found), arb(0))
            assert total.overlaps(arb(4) - arb("0.5"))
            assert float(total.rad()) < 1e-18


@pytest.mark.slow
def test_the_paper_s_tables_at_thirteen_orbitals() -> None:
    """Every M_ji of [J96] Tables II and III is enclosed to 1e-15 relative and shows the specification's digits."""
    dot = ExactDot.paper(13)
    levels = {n: lowest_levels(dot, n, k)[:k] for n, k in ((1, 1), (2, 2), (3, 3), (4, 6))}
    with ctx.workprec(192):
        for n in (1, 2, 3):
            for value in (value for row in transition_matrix(levels[n], levels[n + 1]) for value in row):
                assert value == 0 or float(value.rad()) < 1e-15 * float(value.mid())
        second = transition_matrix(levels[2], levels[3])
        assert round(float(second[0][0]), 3) == 0.865
        assert round(float(second[2][1]), 3) == 0.442
        assert round(float(transition_matrix(levels[3], levels[4])[3][0]), 4) == 0.0049


def test_levels_must_differ_by_one_electron() -> None:
    """Levels of the wrong electron numbers are an error that names them."""
    dot = ExactDot(Fraction(5), Fraction(1, 3), 3)
    with pytest.raises(ValueError, match="electrons=1 and 1 must differ by one"):
        transition_matrix(lowest_levels(dot, 1, 1), lowest_levels(dot, 1, 1))
