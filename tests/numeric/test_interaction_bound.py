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


def test_classical_bound_is_sharp_for_two_points_and_close_for_more():
    """Two points repel by s/(L + lambda) at least; for more, minima of charges on a line are approached from below."""
    assert classical_bound(Dot(2.0, 1e-12, 2), 2) == pytest.approx(0.5, rel=1e-11)
    assert classical_bound(Dot(2.0, 0.5, 2, strength=3.0), 2) == pytest.approx(3.0 / (2.0 + 0.5), rel=1e-15)
    for N, minimum in ((3, 5.0), (4, 13.2), (5, 26.6)):
        assert 0.85 * minimum < classical_bound(Dot(1.0, 1e-12, 3), N) <= minimum


def test_given_integrals_are_not_bounded_as_if_they_were_the_dots_own():
    """An injected attraction gets its own bound even if the dot repels."""
    dot = Dot(1.0, 0.1, 3)
    attraction = Integrals(-interaction_integrals(dot).couplings)
    assert lower_bound(dot, 3, attraction) < 0.0 < lower_bound(dot, 3)
