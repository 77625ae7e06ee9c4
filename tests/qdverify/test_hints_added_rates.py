"""The wrong models that add a constant to every rate: without the constant they are the right model."""

import numpy as np
import pytest

from qdverify.protocol.accuracy import Accuracy
from qdverify.suite.exact import transport_cases
from qdverify.suite.exact.transport_reference import solve_exactly
from qdverify.suite.finding import Asked
from qdverify.suite.hints import added_rates

CASES = {
    "spin blockade": {**transport_cases.spin_blockade(), "kT": 0.0625, "gate": 0.875},
    "ring": {**transport_cases.ring(), "kT": 0.25, "gate": -0.5},
    "ring, cold": {**transport_cases.ring(), "kT": 0.01, "gate": 0.5},
}


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("added", [pattern for _, pattern in added_rates._ADDED])
def test_a_constant_of_zero_changes_nothing(name, added):
    """Populations and both currents are the exact ones, the smallest population too."""
    case = {**CASES[name], "leads": transport_cases.leads(0.25, t_R=0.5, centre=0.0625)}
    right, model = solve_exactly(case), added_rates._model("{}", 0.0, added)
    accuracy = Accuracy(1e-9)
    populations = model.predict(Asked("stationary_state", case, {}, accuracy))
    assert [value for value, _ in populations] == pytest.approx(right.populations, rel=1e-10)
    currents = model.predict(Asked("current", case, {}, accuracy))
    assert [value for value, _ in currents] == pytest.approx([right.current] * 2, abs=1e-11 * right.gross["L"])


def test_levels_that_do_not_hang_together_have_no_prediction():
    """Two pairs of levels that nothing joins; a constant joins them."""
    rates = np.zeros((4, 4))
    rates[0, 1] = rates[1, 0] = rates[2, 3] = rates[3, 2] = 1.0
    assert added_rates.stationary(rates) is None
    assert added_rates.stationary(rates + 1e-12) == pytest.approx([0.25] * 4)


def test_populations_far_apart_keep_their_digits():
    """Elimination without subtractions: a product of small ratios is right to the last digits."""
    rates = np.diag([1.0, 1e-3, 2.0], -1) + np.diag([1e90, 1e60, 5e50], 1)
    P = added_rates.stationary(rates)
    assert P[1:] / P[:-1] == pytest.approx([1e-90, 1e-63, 4e-51], rel=1e-14)
