"""Devices far from the usual and walks through their inputs: valid, fair to programs in doubles, and noticed."""

import json
from itertools import pairwise

import pytest
from device_programs import TASKS, DevicesInDoubles, OneBehind
from honest_programs import ResponseLU, SpinLU
from judging import findings

from qdverify.faults.far import FAR as FAULTS
from qdverify.implementations.builtin import Builtin
from qdverify.implementations.inprocess import InProcess
from qdverify.protocol.accuracy import decades_of_rates
from qdverify.protocol.inputs import OPTIONAL_TASKS, check_inputs
from qdverify.suite.checks.device_memory import ONE_FIELD, walk
from qdverify.suite.checks.far import FAR
from qdverify.suite.declare import Scope
from qdverify.suite.finding import Verdict
from qdverify.suite.runner import try_check
from qdverify.suite.subject import Subject

BY_TASK = [(task, check) for checks in (FAR, ONE_FIELD) for task, check in checks.items()]
HONEST = [(DevicesInDoubles, TASKS), (SpinLU, ("spin_currents", "spin_heat", "spin_populations"))]
HONEST += [(ResponseLU, ("linear_response", "lead_response", "spin_response"))]


def outcomes(implementation, check, scope):
    subject = Subject(InProcess(implementation))
    return [finding.verdict for trial in check.trials(scope) for finding in try_check(subject, check, trial)]


def test_every_optional_task_is_asked():
    """A task that is added is asked far away too, and its memory is tried."""
    assert FAR.keys() == ONE_FIELD.keys() == set(OPTIONAL_TASKS)


@pytest.mark.parametrize("task", FAR)
def test_questions_are_valid_and_within_what_doubles_can_tell(task):
    """Rates of one case span 14 decades at most, a limit that a careful program in doubles may declare."""
    for seed in range(3):
        for trial in FAR[task].trials(Scope("full", seed)):
            check_inputs(task, trial.inputs["question"])
            assert decades_of_rates(trial.inputs["question"]) < 14
    for _, question in walk(task):
        check_inputs(task, question)


@pytest.mark.parametrize(
    ("make", "task", "check"),
    [(make, task, check) for make, tasks in HONEST for task, check in BY_TASK if task in tasks],
    ids=lambda value: getattr(value, "name", None) or str(value),
)
def test_an_honest_program_in_doubles_raises_no_alarm(make, task, check):
    """LU and `eigvals` at ordinary accuracy; a program that knows its errors may decline."""
    assert set(outcomes(make(), check, Scope())) <= {Verdict.PASS, Verdict.DECLINED}
    assert Verdict.PASS in outcomes(make(), check, Scope())


@pytest.mark.slow
@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("seed", [1, 2])
def test_random_units_are_fair_too(task, seed):
    """At the thorough level energies, rates and M_ji have units between 1e-12 and 1e6."""
    assert set(outcomes(DevicesInDoubles(), FAR[task], Scope("full", seed))) == {Verdict.PASS}


NO_DIFFERENCE = {"the order of leads"}
"""What an answer by the names of leads does not show."""
SYMMETRIC = {"linear_response": {"the names of two leads"}}
"""What is the same for both leads."""


@pytest.mark.parametrize("task", ONE_FIELD)
def test_every_step_of_a_walk_is_noticed(task):
    """An answer that is one question behind fails at every step, unless both questions have one answer.

    An answer of another size, to a question about other states, is an error, and ends the walk.
    """
    found = list(findings(OneBehind(task, Builtin()), ONE_FIELD[task]))
    told = [(item.comparison.note.partition(":")[0], item.verdict) for item in found if item.comparison]
    steps = {label for label, _ in walk(task, full=False)[1:]}
    noticed = {label for label, verdict in told if verdict is Verdict.FAIL}
    assert told[0][1] is Verdict.PASS
    assert found[-1].verdict is Verdict.ERROR or steps <= noticed | NO_DIFFERENCE | SYMMETRIC.get(task, set())
    assert len(noticed) > len(steps) / 2


@pytest.mark.parametrize("task", ONE_FIELD)
def test_a_step_changes_one_input(task):
    """All but one of the inputs are what they were; names, order and size of lists are inputs too."""
    steps = walk(task)
    assert len({json.dumps(question, sort_keys=True) for _, question in steps}) == len(steps)
    for (_, one), (label, other) in pairwise(steps):
        changed = {name for name in one if one[name] != other[name]}
        together = {"levels", "transitions"} if label in {"the order of levels", "a level more"} else set()
        assert len(changed - together) <= 1
        assert changed


@pytest.mark.slow
@pytest.mark.parametrize("name", ["temperature-floored-spin-currents", "weak-transitions-dropped-lead-currents"])
def test_thresholds_far_beyond_the_quick_cases_are_found_at_the_thorough_level(name, monkeypatch):
    """A floor of 1e-9 under the temperature, and M_ji below 1e-9 taken for 0."""
    monkeypatch.setattr("qdverify.faults.far.COLDEST", 1e-9)
    monkeypatch.setattr("qdverify.faults.far.SMALLEST_M", 1e-9)
    fault = FAULTS[name]
    bad = {Verdict.FAIL, Verdict.ERROR}
    assert not bad.intersection(outcomes(fault.implementation(), FAR[fault.method], Scope()))
    assert bad.intersection(outcomes(fault.implementation(), FAR[fault.method], Scope("full")))
