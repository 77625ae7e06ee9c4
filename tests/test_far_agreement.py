"""Far from the usual and in corners the oracle and the exact side agree: each is held to eleven digits of the other."""

import pytest
from oracle_program import FromTheOracle

from qdverify.implementations.inprocess import InProcess
from qdverify.suite.checks.corners import CORNER
from qdverify.suite.checks.far import FAR
from qdverify.suite.declare import Scope
from qdverify.suite.finding import Verdict
from qdverify.suite.runner import try_check
from qdverify.suite.subject import Subject


@pytest.mark.parametrize("task", FAR)
@pytest.mark.parametrize("checks", [FAR, CORNER], ids=["far", "corners"])
@pytest.mark.parametrize("level", ["quick", pytest.param("full", marks=pytest.mark.slow)])
def test_both_sides_agree(task, checks, level):
    """At every case that the suite asks."""
    subject = Subject(InProcess(FromTheOracle(task)))
    for trial in checks[task].trials(Scope(level)):
        found = list(try_check(subject, checks[task], trial))
        assert {finding.verdict for finding in found} == {Verdict.PASS}, (trial.label, found[0].detail)
