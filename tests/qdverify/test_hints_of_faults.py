"""Every fault of the catalogue is caught at its own stage, and named by the hints there or by none; none is wrong."""

import pytest
from hint_expectations import FROM_THE_PAST, HINTS, KEPT, SILENT
from judging import caught_and_hinted
from shared_answers import sharing

from qdverify.faults.fault import all_faults
from qdverify.faults.memory import OF_MEMORY
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


def test_every_expectation_is_of_a_fault():
    """A fault that is renamed takes its expected hints with it."""
    assert HINTS.keys() | SILENT.keys() <= FAULTS.keys()
    assert not HINTS.keys() & SILENT.keys()


@pytest.mark.usefixtures("shared_checks")
@pytest.mark.parametrize(
    "name", [name if name in SAMPLE else pytest.param(name, marks=pytest.mark.slow) for name in FAULTS]
)
def test_a_fault_is_caught_at_home_and_the_hints_for_it_are_right(name):
    """What the table names of its stage catches it; every hint is true of it; if something can be said, a hint does.

    A fault of memory depends on what was asked before, here less than in a whole run: one check suffices. The answers
    that all faults share are the same each time, so that nothing is said of determinism.
    """
    fault, words = FAULTS[name], HINTS.get(name, ())
    home = [item for item in all_checks() if item.id in CAUGHT[name] and item.stage is fault.stage]
    caught, said = caught_and_hinted(sharing(fault), home)
    assert caught
    assert name in OF_MEMORY or caught >= {item.id for item in home if item.suite != "determinism"}
    true = (*words, *FROM_THE_PAST) if name in KEPT else words
    wrong = {check: hint for check, hint in said.items() if not any(word in hint for word in true)}
    assert not wrong
    assert said or not words
