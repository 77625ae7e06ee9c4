"""Populations are probabilities."""

import numpy as np
import pytest
from judging import fails, passes

from qdverify.implementations.builtin import Builtin
from qdverify.suite.checks import stationary as checks


class BelowZero(Builtin):
    """Populations too small for a plot, answered as a negative number."""

    def __init__(self, by, claimed):
        super().__init__()
        self.by, self.accuracy = by, {**self.accuracy, "stationary_state": claimed}

    def stationary_state(self, **question):
        populations = np.asarray(super().stationary_state(**question)["populations"])
        return {"populations": np.where(populations < self.by, -self.by, populations)}


@pytest.mark.parametrize("by", [1e-300, 1e-12, 3e-10])
def test_a_relative_claim_leaves_no_room_below_zero(by):
    """However small, a negative population is none; what it adds to the sum would not be seen."""
    assert fails(BelowZero(by, {"relative": 1e-9}), checks.probabilities)


@pytest.mark.parametrize(("times", "verdict"), [(0.3, passes), (3.0, fails)])
def test_an_absolute_claim_leaves_as_much_room_as_it_claims(times, verdict):
    """A program that is right to an absolute 1e-9 may answer -3e-10 in place of 0, and no less than -1e-9."""
    assert verdict(BelowZero(times * 1e-9, {"absolute": 1e-9}), checks.probabilities)
