"""Hints ask as little of the exact side as tells a wrong model: the smallest case first, and number by number."""

from qdverify.protocol.accuracy import Accuracy
from qdverify.suite.finding import Asked
from qdverify.suite.hints.wrong_models import Numbers, WrongModel, named


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


def test_numbers_are_computed_once_and_when_they_are_asked_for():
    """The first is known at once; a reader who stops has what is left not computed; a second one computes no more."""
    computed = []

    def number(item):
        computed.append(item)
        return item, 0.0

    numbers = Numbers(number, [1.0, 2.0, 3.0])
    assert len(numbers) == 3
    assert computed == [1.0]
    assert any(value == 2.0 for value, _ in numbers)
    assert computed == [1.0, 2.0]
    assert list(numbers) == [(1.0, 0.0), (2.0, 0.0), (3.0, 0.0)]
    assert computed == [1.0, 2.0, 3.0]
