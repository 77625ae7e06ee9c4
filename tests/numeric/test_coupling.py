"""Spin weights C_ji."""

import pytest

from numeric.coupling import clebsch_gordan_weight


@pytest.mark.parametrize("two_S", range(9))
def test_weight_is_the_ratio_of_degeneracies(two_S):
    """C_ji = (2S_j+1) / (2 (2S_i+1)) where the spins differ by 1/2, 0 elsewhere; together they add to 1."""
    weights = {two_S_j: clebsch_gordan_weight(two_S, two_S_j) for two_S_j in range(two_S + 4)}
    for two_S_j, weight in weights.items():
        allowed = abs(two_S_j - two_S) == 1
        assert weight == pytest.approx((two_S_j + 1) / (2 * (two_S + 1)) if allowed else 0.0, rel=1e-15, abs=0.0)
    assert sum(weights.values()) == pytest.approx(1.0, rel=1e-15)


@pytest.mark.parametrize(
    ("spins", "message"),
    [((-1, 0), "two_S_i=-1 must be at least 0"), ((0, -1), "two_S_j=-1 must be at least 0"), ((0.5, 1), "integer")],
)
def test_impossible_spins_are_refused(spins, message):
    """2S is a non-negative integer."""
    with pytest.raises(ValueError, match=message):
        clebsch_gordan_weight(*spins)
