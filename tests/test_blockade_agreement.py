"""The level that blocks in floating point, beside the exact threshold of its weight."""

from fractions import Fraction

import pytest

from analytic import blocking_threshold
from numeric import LevelScheme, blockades


def _three_levels(ratio, two_S):
    """Return a level of no electron and two of one, the upper of which couples `ratio` times as well."""
    return LevelScheme([0, 1, 1], [0.0, 0.1, 0.3], two_S, [0, 0], [1, 2], [0.5, 0.5 * ratio])


@pytest.mark.parametrize("two_S", [(0, 1, 1), (1, 0, 2), (1, 2, 0), (2, 1, 3)])
@pytest.mark.parametrize("rates", [(1.0, 1.0), (1.0, 0.25), (0.125, 1.0)])
def test_a_level_blocks_just_below_the_exact_threshold_and_not_above(two_S, rates):
    """At full bias and low temperature, whatever the spins and rates; the threshold is that of the exact side."""
    left, right = (Fraction(rate) for rate in rates)
    threshold = float(blocking_threshold(*two_S, t_L=left, t_R=right))
    options = {"bias": [0.4, 1.0], "kT": 0.005, "rates": rates}
    (found,) = blockades(_three_levels(0.999 * threshold, two_S), **options)
    assert (found.level, found.transition, found.lead) == (2, (0, 2), "R")
    assert found.M / threshold == pytest.approx(0.4995, rel=1e-14)
    assert float(found.share) == pytest.approx(1.0)
    assert not blockades(_three_levels(1.001 * threshold, two_S), **options)
