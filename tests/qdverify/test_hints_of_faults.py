"""Every fault is named by the hints of its own stage, or gets none; none is named wrongly."""

import pytest
from hint_expectations import HINTS, NO_HINT

from qdverify.faults.fault import all_faults
from qdverify.implementations.inprocess import InProcess
from qdverify.suite.declare import Scope, select
from qdverify.suite.finding import Stage, Verdict
from qdverify.suite.runner import run_checks
from qdverify.suite.subject import Subject

CONDUCT = ("determinism", "invalid-input", "paper")
FAULTS = {fault.name: fault for fault in all_faults()}
QUICK = {name for name, fault in FAULTS.items() if fault.stage is Stage.SPIN}


def hints(fault):
    """Return the hint of every check of the fault's own stage that fails."""
    checks = [item for item in select(None, "quick") if item.stage is fault.stage and item.suite not in CONDUCT]
    findings = run_checks(Subject(InProcess(fault.implementation())), checks, Scope())
    return {item.id: item.hint for item in findings if item.verdict is Verdict.FAIL}


def test_every_expectation_is_of_a_fault():
    """A fault that is renamed takes its expected hints with it."""
    assert HINTS.keys() | NO_HINT.keys() <= FAULTS.keys()
    assert not HINTS.keys() & NO_HINT.keys()


@pytest.mark.parametrize(
    "name",
    [name if name in QUICK else pytest.param(name, marks=pytest.mark.slow) for name in (*HINTS, *NO_HINT)],
)
def test_the_hints_for_a_fault_are_right(name):
    """A wrong model that is named is the right one; a fault that is expected to be named is; patterns only count."""
    said = [hint for hint in hints(FAULTS[name]).values() if hint]
    named = [hint for hint in said if not hint.startswith("all ")]
    words = HINTS.get(name, ())
    assert bool(said) or not words
    assert all(any(word in hint for word in words) for hint in named), said
