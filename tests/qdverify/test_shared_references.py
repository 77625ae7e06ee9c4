"""Programs that share the references of a benchmark are judged as each is alone."""

from dataclasses import replace

import pytest
from honest_programs import CarefulLU

from qdverify.faults.shared_references import SharedReferences
from qdverify.implementations.builtin import Builtin
from qdverify.implementations.inprocess import InProcess
from qdverify.run.false_alarms import seed_outcomes
from qdverify.suite.checks import oracle as oracle_checks
from qdverify.suite.declare import select
from qdverify.suite.finding import Verdict

CHECKS = select(None, "quick", ["stationary.enclosed", "current.enclosed", "current.matrix-tree", "stationary.zero*"])


@pytest.fixture
def shared():
    """References that are shared for one test."""
    references = SharedReferences(worth_keeping=0.0)
    references.install()
    yield references
    references.remove()


def findings(program):
    """Return all findings on a program at one seed, whatever their verdicts, without their times."""
    (outcome,) = seed_outcomes(lambda: InProcess(program()), CHECKS, [5], alarms=frozenset(Verdict))
    return [replace(finding, seconds=0.0) for finding in outcome.alarms]


def test_shared_references_change_no_finding(shared):
    """The second program finds references that the first one had computed, and is judged as it is alone."""
    findings(Builtin)
    assert shared.computed > 20
    found = shared.found
    with_sharing = findings(CarefulLU)
    assert shared.found > found
    shared.remove()
    assert with_sharing == findings(CarefulLU)


def test_another_case_has_another_reference(shared):
    """Neither a number nor the type of a number is confused with another one."""
    asked = []
    known = shared._remembering(lambda *given, **named: asked.append((given, named)) or 1.0)
    for case in ({"kT": 0.1}, {"kT": 0.1 + 1e-16}, {"kT": 1}, {"kT": 1.0}, {"kT": 0.1, "gate": 0.0}, {"kT": 0.1}):
        known(case)
    assert len(asked) == 5


def test_what_has_no_key_is_computed_anew(shared):
    """An object that changes while it is used, such as a generator of random numbers, is never remembered."""
    asked = []
    known = shared._remembering(asked.append)
    for _ in range(2):
        known(iter(()))
    assert len(asked) == 2


def test_removed_references_leave_the_judge_as_it_was(shared):
    """The modules of checks hold their own functions again."""
    inside = oracle_checks.proven
    shared.remove()
    assert oracle_checks.proven is not inside
    assert oracle_checks.proven is inside.__wrapped__
