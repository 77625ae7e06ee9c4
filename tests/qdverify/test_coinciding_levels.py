"""Where the order of levels is free, and by how much close levels amplify errors: nowhere more than is said."""

import pytest

from qdverify.suite.exact.coinciding_levels import CLAIMED_GAP, cluster_numbers, cluster_spins, gap_condition


@pytest.mark.parametrize(("step", "numbers"), [(0.0, [0, 0, 1]), (0.9e-9, [0, 0, 1]), (1.1e-9, [0, 1, 2])])
def test_levels_belong_together_up_to_the_width_and_no_further(step, numbers):
    """A tenth more than the width parts two levels."""
    assert cluster_numbers([1.0, 1.0 + step, 2.0], 1e-9) == numbers


def test_a_cluster_may_be_wide_if_no_step_in_it_is():
    """Steps count, not the distance of the first level to the last."""
    assert cluster_numbers([0.0, 0.8, 1.6, 2.4], 1.0) == [0, 0, 0, 0]


def test_spins_are_free_inside_a_cluster_only():
    """Two levels that lie apart keep their order."""
    assert cluster_spins([0, 0, 1], [2, 0, 4]) == cluster_spins([0, 0, 1], [0, 2, 4])
    assert cluster_spins([0, 1, 2], [2, 0, 4]) != cluster_spins([0, 1, 2], [0, 2, 4])


@pytest.mark.parametrize(("distance", "condition"), [(0.1, 1.0), (4.0 * CLAIMED_GAP, 1.0), (0.4 * CLAIMED_GAP, 5.0)])
def test_only_levels_closer_than_those_of_the_paper_amplify_errors(distance, condition):
    """By the ratio of the distances, for energies of size 2; another spin, or the same cluster, does not count."""
    assert gap_condition([2.0 - distance, 2.0], [1, 1], 1e-9) == pytest.approx(condition)
    assert gap_condition([2.0 - distance, 2.0], [1, 3], 1e-9) == 1.0
    assert gap_condition([2.0 - 1e-10, 2.0], [1, 1], 1e-9) == 1.0
