"""No state of N electrons has less interaction than the bound says."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from random_dots import dots

from numeric import Dot, Integrals, interaction_integrals
from numeric.hamiltonian import sector_hamiltonians
from numeric.interaction_bound import classical_bound, lower_bound, pair_bound


@given(dot=dots(), N=st.integers(2, 5), negative=st.booleans())
def test_bounds_lie_below_the_interaction(dot, N, negative):
    """v0 is not above the lowest eigenvalue of the interaction alone, for repulsion and attraction."""
    assume(2 * dot.orbitals >= N)
    dot = Dot(dot.length, dot.cutoff, dot.orbitals, dot.kernel, -dot.strength if negative else dot.strength)
    integrals = interaction_integrals(dot)
    hamiltonians = sector_hamiltonians(dot, N, N % 2, integrals)
    lowest = min(np.linalg.eigvalsh(H.matrix() - np.diag(H.kinetic))[0] for H in hamiltonians)
    # the kinetic energy, rounded, does not cancel to the last bit
    slack = 1e-12 * max(1.0, abs(lowest)) + 1e-14 * max(H.kinetic.max() for H in hamiltonians)
    assert pair_bound(dot, N, integrals) <= lowest + slack
    assert lower_bound(dot, N) <= lowest + slack


def test_classical_bound_is_the_minimum_of_charges_on_a_line():
    """Two points repel by s/(L + lambda) at least; for more, the bound touches the minimum, and does not exceed it."""
    assert classical_bound(Dot(2.0, 1e-12, 2), 2) == pytest.approx(0.5, rel=1e-11)
    assert classical_bound(Dot(2.0, 0.5, 2, strength=3.0), 2) == pytest.approx(3.0 / (2.0 + 0.5), rel=1e-15)
    assert classical_bound(Dot(2.0, 0.5, 2), 0) == classical_bound(Dot(2.0, 0.5, 2), 1) == 0.0
    # three charges: 2/(1/2) + 1; four: at -1, -x, x and 1 of a box of length 2, the least over x
    places = np.linspace(0.0, 1.0, 100_001)[1:-1]
    four = np.min(2.0 / (1.0 - places) + 2.0 / (1.0 + places) + 0.5 / places + 0.5)
    for N, minimum in ((3, 5.0), (4, 2.0 * four)):
        assert classical_bound(Dot(1.0, 1e-12, 3), N) == pytest.approx(minimum, rel=1e-5)
        assert classical_bound(Dot(1.0, 1e-12, 3), N) <= minimum


@given(dot=dots(), N=st.integers(3, 40), seed=st.integers(0, 2**32 - 1))
def test_no_points_of_the_box_repel_less_than_the_classical_bound(dot, N, seed):
    """Points anywhere, and equal distances, where the bound is close however wide the cutoff."""
    first, second = np.triu_indices(N, 1)
    bound = classical_bound(Dot(dot.length, dot.cutoff, dot.orbitals), N)
    scattered = np.random.default_rng(seed).uniform(0.0, dot.length, N)
    for points in (scattered, np.linspace(0.0, dot.length, N)):
        repulsion = np.sum(1.0 / (np.abs(points[first] - points[second]) + dot.cutoff))
        assert bound <= repulsion * (1.0 + 1e-12)
    assert bound > 0.85 * repulsion


def test_given_integrals_are_not_bounded_as_if_they_were_the_dots_own():
    """An injected attraction gets its own bound even if the dot repels."""
    dot = Dot(1.0, 0.1, 3)
    attraction = Integrals(-interaction_integrals(dot).couplings)
    assert lower_bound(dot, 3, attraction) < 0.0 < lower_bound(dot, 3)
