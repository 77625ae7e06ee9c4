"""Levels of N electrons."""

import numpy as np

from numeric import Dot, solve


def test_paper_dot_reproduces_certified_ground_state_and_level_order():
    """E_0(N=4, M=13) agrees with its certified value and the six levels of the lowest multiplet have Table I's order."""
    spectrum = solve(Dot.paper(), 4, 6)
    assert abs(spectrum.energies[0] - 3.959531191784353464409) < 1e-13
    np.testing.assert_array_equal(spectrum.two_S, [0, 2, 2, 0, 2, 4])
