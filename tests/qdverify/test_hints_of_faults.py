"""Every fault of the catalogue is named by the hints of its own stage, or gets none; no hint is wrong."""

import pytest
from hint_expectations import HINTS, SILENT
from judging import hints_of
from shared_answers import sharing

from qdverify.faults.fault import all_faults
from qdverify.suite.declare import all_checks
from qdverify.suite.finding import Stage
from qdverify.suite.kill_table import shipped

TABLE = shipped()
CAUGHT = {row["fault"]: row["checks"] for row in TABLE["kills"]}
FAULTS = {fault.name: fault for fault in all_faults()}
SAMPLE = {
    *(name for name, fault in FAULTS.items() if fault.stage is Stage.SPIN),
    "four-different-zero",
    "wrong-if-R-is-first",
    "kept-without-kT-current",
    "coulombs",
}


def hints(fault):
    """Return the hint of every check of the fault's own stage that catches it in the whole run."""
    home = {name for name in CAUGHT.get(fault.name, ()) if TABLE["checks"].get(name) == fault.stage}
    return hints_of(sharing(fault), [item for item in all_checks() if item.id in home])


def test_every_expectation_is_of_a_fault():
    """A fault that is renamed takes its expected hints with it."""
    assert HINTS.keys() | SILENT.keys() <= FAULTS.keys()
    assert not HINTS.keys() & SILENT.keys()


@pytest.mark.parametrize(
    "name", [name if name in SAMPLE else pytest.param(name, marks=pytest.mark.slow) for name in FAULTS]
)
def test_the_hints_for_a_fault_are_right(name):
    """Every hint says what is true of the fault; a fault of which something is known to be said gets one."""
    said, words = hints(FAULTS[name]), HINTS.get(name, ())
    wrong = {check: hint for check, hint in said.items() if not any(word in hint for word in words)}
    assert not wrong
    assert said or not words
