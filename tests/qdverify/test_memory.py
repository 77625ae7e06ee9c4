"""Questions that differ in one field, follow an error or come late: short caches and stale state are found."""

import pytest

from qdverify.faults.kill_table import kill
from qdverify.faults.memory import OF_MEMORY
from qdverify.implementations.builtin import Builtin
from qdverify.implementations.inprocess import InProcess
from qdverify.protocol.inputs import InvalidInput, check_inputs
from qdverify.suite.checks import memory
from qdverify.suite.declare import Scope, select
from qdverify.suite.subject import Subject

KINDS = ("one-field", "after-error", "hundredth")
CHECKS = [check for check in select(["determinism"], "quick") if any(kind in check.name for kind in KINDS)]
CHEAP = [name for name in OF_MEMORY if name.endswith(("weight", "integrals", "state", "current"))]


@pytest.mark.parametrize(
    "name", [name if name in CHEAP else pytest.param(name, marks=pytest.mark.slow) for name in OF_MEMORY]
)
def test_a_faulty_memory_is_found_by_the_checks_of_its_task(name):
    """A cache with too short a key, state left by an error, an answer that wears out: each by its own check."""
    fault = OF_MEMORY[name]
    kind = next((kind for kind in ("after-error", "hundredth") if kind in name), "one-field")
    checks = [check for check in CHECKS if check.tasks == (fault.method,) and kind in check.name]
    assert kill(fault, checks, Scope()).checks


@pytest.mark.parametrize("task", memory.STAGES)
def test_questions_that_differ_in_one_field_are_valid_and_different(task):
    """Every question of a pair follows the rules, and none is asked twice under two names."""
    changed = [question for _, question in memory.changed_questions(task)]
    for question in (memory.base(task), *changed):
        check_inputs(task, question)
    assert all(question not in changed[:place] for place, question in enumerate(changed))
    assert memory.base(task) not in changed


@pytest.mark.parametrize("task", memory.STAGES)
def test_a_hundred_and_one_questions_are_valid_and_different(task):
    """The hundredth question of a task is reached whatever was asked before."""
    questions = list(memory.many_questions(task))
    assert len(questions) > 100
    assert all(question not in questions[:place] for place, question in enumerate(questions))
    for question in questions:
        check_inputs(task, question)


@pytest.mark.parametrize("task", memory.STAGES)
def test_questions_that_should_be_refused_are_invalid(task):
    """What stands before a question after an error is an error."""
    for _, question in memory._refused(task):
        with pytest.raises(InvalidInput):
            check_inputs(task, question)


def test_a_question_is_put_anew_unless_it_follows_itself():
    """Two questions in turn reach the implementation each time."""

    class Counting:
        asked = 0

        def clebsch_gordan_weight(self, **spins):
            self.asked += 1
            return Builtin().clebsch_gordan_weight(**spins)

    target = Counting()
    anew = memory.Anew(Subject(InProcess(target)))
    for two_S_j in (1, 1, 3, 1):
        anew.ask("clebsch_gordan_weight", two_S_i=2, two_S_j=two_S_j)
    assert target.asked == 3
