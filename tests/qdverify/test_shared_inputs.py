"""Every task is asked after the others on the same inputs, and what one leaves to another is found."""

import pytest
from rows import over

from qdverify.faults.kill_table import kill
from qdverify.faults.shared_inputs import OF_SHARED_INPUTS
from qdverify.implementations.builtin import Builtin
from qdverify.implementations.inprocess import InProcess
from qdverify.protocol.answers import ALL_TASKS
from qdverify.protocol.inputs import check_inputs
from qdverify.suite.checks.device_memory import ONE_FIELD
from qdverify.suite.checks.shared_inputs import SHARED_INPUTS, others, question_of
from qdverify.suite.declare import Scope
from qdverify.suite.exact.device_cases import AT_REST
from qdverify.suite.runner import run_checks
from qdverify.suite.subject import Subject

ALONE = {
    "clebsch_gordan_weight": "two spins are no inputs of another task",
    "sector_energies": "it is asked about a block",
    "hamiltonian_matrix": "it is asked about a block",
    "low_temperature": "it takes no temperature",
    **dict.fromkeys(
        (
            "charge_density",
            "expectations",
            "leading_determinants",
            "parities",
            "projected_levels",
            "transition_amplitudes",
        ),
        "a further task on dots, which few programs offer, is not asked after others",
    ),
}
RULED = {"resolved_current": "current"}
"""A task that has the rules of another one."""
BESIDES = {"counted", "theta", "zeeman", "electrons", "levels_from", "levels_to", "indices"}


def test_every_task_is_asked_after_others_or_it_is_said_why_not():
    """A task that is added is asked after the others too."""
    assert set(ALL_TASKS) - set(SHARED_INPUTS) == set(ALONE)


@over("task", SHARED_INPUTS)
def test_the_inputs_are_the_same_for_all(task):
    """Levels, transitions, leads, kT and gate, or the dot: the rest is of the task alone."""
    at_rest = task in AT_REST
    own = question_of(task, at_rest=at_rest)
    check_inputs(RULED.get(task, task), own)
    assert others(task)
    for other in others(task):
        question = question_of(other, at_rest=at_rest)
        check_inputs(RULED.get(other, other), question)
        common = (own.keys() & question.keys()) - BESIDES - ({"levels"} if "dot" in own else set())
        assert common
        assert all(own[name] == question[name] for name in common)


@pytest.mark.parametrize("task", SHARED_INPUTS)
def test_the_builtin_implementation_answers_whatever_was_asked_before(task):
    """Each answer is compared once after each other task."""
    found = list(run_checks(Subject(InProcess(Builtin())), [SHARED_INPUTS[task]], Scope()))
    assert len(found) == len(others(task))
    assert {finding.verdict for finding in found} == {"pass"}


@pytest.mark.parametrize("name", OF_SHARED_INPUTS)
def test_what_one_task_leaves_to_another_is_found(name):
    """By the check of the task that takes it over."""
    fault = OF_SHARED_INPUTS[name]
    assert kill(fault, [SHARED_INPUTS[fault.method]], Scope()).checks


def test_questions_of_one_task_do_not_find_it():
    """Of a task whose family is small: its other checks of memory, in every order, see nothing."""
    fault = OF_SHARED_INPUTS["left-by-differential-conductance-to-conductance-parts"]
    assert not kill(fault, [ONE_FIELD["conductance_parts"]], Scope()).checks
