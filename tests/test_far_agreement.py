"""Far from the usual and in corners the oracle and the exact side agree: each is held to eleven digits of the other."""

import pytest

from qdverify.implementations.inprocess import InProcess
from qdverify.suite.certified import proven
from qdverify.suite.checks.corners import CORNER
from qdverify.suite.checks.far import FAR
from qdverify.suite.declare import Scope
from qdverify.suite.finding import Verdict
from qdverify.suite.runner import try_check
from qdverify.suite.subject import Subject


def floats(value):
    """Return balls, nested as they are, as their midpoints."""
    if isinstance(value, dict):
        return {name: floats(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [floats(item) for item in value]
    return float(value.mid)


class FromTheOracle:
    """Answers one task with what the oracle encloses."""

    name = "from-the-oracle"

    def __init__(self, task):
        self.accuracy = {task: 1e-11}
        self.task = task
        setattr(self, task, self.answer)

    def answer(self, **question):
        values = proven(self.task, question, 16).values
        # ZT is optional, and infinite where all electrons carry one energy
        return {name: floats(value) for name, value in values.items() if name != "figure_of_merit"}


@pytest.mark.parametrize("task", FAR)
@pytest.mark.parametrize("checks", [FAR, CORNER], ids=["far", "corners"])
@pytest.mark.parametrize("level", ["quick", pytest.param("full", marks=pytest.mark.slow)])
def test_both_sides_agree(task, checks, level):
    """At every case that the suite asks."""
    subject = Subject(InProcess(FromTheOracle(task)))
    for trial in checks[task].trials(Scope(level)):
        found = list(try_check(subject, checks[task], trial))
        assert {finding.verdict for finding in found} == {Verdict.PASS}, (trial.label, found[0].detail)
