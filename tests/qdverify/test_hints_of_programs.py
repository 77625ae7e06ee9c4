"""Programs that are wrong in other ways than the faults of the catalogue: no hint says anything wrong of them."""

import pytest
import wrong_dot_programs
import wrong_transport_programs
from judging import caught_and_hinted
from shared_answers import sharing

from qdverify.faults.fault import all_faults
from qdverify.suite.declare import select

PROGRAMS = wrong_dot_programs.PROGRAMS | wrong_transport_programs.PROGRAMS
CONDUCT = ("invalid-input", "paper")
SAMPLE = ("weights_of_three_components", "rising_weights_off", "integrals_in_electronvolts", "exchange_dropped")


def test_the_programs_are_not_those_of_the_catalogue():
    """At least forty, under names of their own."""
    assert len(PROGRAMS) >= 40
    assert not PROGRAMS.keys() & {fault.name for fault in all_faults()}


@pytest.mark.usefixtures("shared_checks")
@pytest.mark.parametrize(
    "name",
    [name if name.replace("-", "_") in SAMPLE else pytest.param(name, marks=pytest.mark.slow) for name in PROGRAMS],
)
def test_the_hints_for_a_wrong_program_are_right(name):
    """Every hint holds one of the words that are true; if a model or one condition tells, there is a hint."""
    program = PROGRAMS[name]
    stage = program.fault.stage
    checks = [item for item in select(None, "quick") if item.stage is stage and item.suite not in CONDUCT]
    _, said = caught_and_hinted(sharing(program.fault), checks)
    wrong = {check: hint for check, hint in said.items() if not any(word in hint for word in program.words)}
    assert not wrong
    assert said or not program.named
