"""Hints ask as little of the exact side as tells a wrong model: the smallest case first."""

from qdverify.protocol.accuracy import Accuracy
from qdverify.suite.finding import Asked
from qdverify.suite.hints.wrong_models import WrongModel, named


def asked(levels, populations):
    """Return a question of so many levels, and its answer."""
    return Asked("stationary_state", {"levels": [0.0] * levels}, {"populations": populations}, Accuracy(1e-9))


def test_the_smallest_case_rules_a_model_out():
    """A model that a case of two levels contradicts is not solved for one of twenty, however they are listed."""
    solved = []

    def predict(question):
        solved.append(len(question.params["levels"]))
        return [(0.25, 1e-9), (0.75, 1e-9)]

    right = WrongModel("", lambda _: [(0.5, 1e-9), (0.5, 1e-9)])
    assert not named(right, [WrongModel("wrong", predict)], [asked(20, [0.3, 0.7]), asked(2, [0.4, 0.6])])
    assert solved == [2]
