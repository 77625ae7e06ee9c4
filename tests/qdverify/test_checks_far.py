"""Devices far from the usual and walks through their inputs: valid, fair to programs in doubles, and noticed."""

import json
from itertools import pairwise

import pytest
from device_programs import TASKS, DevicesInDoubles, OneBehind
from honest_programs import ON_DEVICES
from judging import findings, outcomes
from rows import over

from qdverify.faults.far import FAR as FAULTS
from qdverify.implementations.builtin import Builtin
from qdverify.protocol.accuracy import decades_of_rates
from qdverify.protocol.inputs import OPTIONAL_TASKS, check_inputs
from qdverify.suite.checks.corners import CORNER
from qdverify.suite.checks.device_memory import DEAR, ONE_FIELD, places, walk
from qdverify.suite.checks.far import FAR
from qdverify.suite.declare import Scope
from qdverify.suite.exact.device_cases import AT_REST, OF_SPINS
from qdverify.suite.finding import Verdict

BY_TASK = [(task, check) for checks in (FAR, CORNER, ONE_FIELD) for task, check in checks.items()]


def test_every_optional_task_is_asked():
    """A task that is added is asked far away too, and its memory is tried."""
    assert FAR.keys() == CORNER.keys() == ONE_FIELD.keys() == set(OPTIONAL_TASKS)


@pytest.mark.parametrize("task", FAR)
def test_questions_are_valid_and_within_what_doubles_can_tell(task):
    """Rates of one case span 14 decades at most, a limit that a careful program in doubles may declare."""
    for seed in range(3):
        for trial in FAR[task].trials(Scope("full", seed)):
            check_inputs(task, trial.inputs["question"])
            assert decades_of_rates(trial.inputs["question"]) < 14
    for trial in (trial for check in (CORNER, ONE_FIELD) for trial in check[task].trials(Scope("full"))):
        of_corner = [trial.inputs[name] for name in ("question", "asked") if name in trial.inputs]
        for question in (*of_corner, *(question for _, question in trial.inputs.get("questions", ()))):
            check_inputs(task, question)
            assert decades_of_rates(question) < 14


@pytest.mark.parametrize(
    ("make", "task", "check"),
    [(make, task, check) for make, tasks in ON_DEVICES for task, check in BY_TASK if task in tasks],
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


ALL_BY_A_LITTLE = "all numbers by a little"
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
    steps = {label for label, _ in walk(task, Scope())[1:]}
    noticed = {label for label, verdict in told if verdict is Verdict.FAIL}
    assert told[0][1] is Verdict.PASS
    assert found[-1].verdict is Verdict.ERROR or steps <= noticed | NO_DIFFERENCE | SYMMETRIC.get(task, set())
    assert len(noticed) > len(steps) / 2


@over("task", ONE_FIELD)
def test_a_step_changes_one_input(task):
    """All but one of the inputs are what they were; names, order and size of lists are inputs too."""
    steps = walk(task, Scope("full"))
    assert len({json.dumps(question, sort_keys=True) for _, question in steps}) == len(steps)
    for (_, one), (label, other) in pairwise(steps):
        changed = {name for name in one if one[name] != other[name]}
        together = {"levels", "transitions"} if label in {"the order of levels", "a level more"} else set()
        assert len(changed - together) <= 1 or label == ALL_BY_A_LITTLE
        assert changed


@pytest.mark.parametrize("task", ONE_FIELD)
def test_every_number_is_moved_alone(task):
    """At the thorough level; leads at rest move together, and at the quick level the dearest tasks move some."""
    steps = [question for _, question in walk(task, Scope("full"))]
    alone = set()
    for one, other in pairwise(steps):
        if [*places(one)] == [*places(other)]:
            moved = [place for place in places(one) if at(one, place) != at(other, place)]
            potentials = all(place[0] == "leads" and place[-1] == "mu" for place in moved)
            alone |= set(moved) if len(moved) == 1 or (potentials and task in AT_REST) else set()
    assert alone == set(places(steps[0]))
    if task not in DEAR:
        labels, quick = ([label for label, _ in walk(task, scope)] for scope in (Scope("full"), Scope()))
        assert quick == [label for label in labels if label == ALL_BY_A_LITTLE or not label.endswith(" by a little")]


def at(value, place):
    return at(value[place[0]], place[1:]) if place else value


class AcrossTasks(Builtin):
    """Cumulants of L are kept by the device, and given for those of any leads."""

    def cumulants(self, **question):
        found = super().cumulants(**question)
        vars(self).setdefault("kept", {})[json.dumps(question, sort_keys=True)] = found
        return found

    def lead_cumulants(self, *, counted, **question):
        right = super().lead_cumulants(counted=counted, **question)
        return vars(self).get("kept", {}).get(json.dumps(question, sort_keys=True), right)


def test_what_another_task_answered_is_no_answer():
    """The same levels, transitions and leads are asked about by all tasks of a family."""
    assert Verdict.FAIL in outcomes(AcrossTasks(), ONE_FIELD["lead_cumulants"], Scope())


@over("task", CORNER)
def test_one_level_stands_for_many_where_spins_are_not_resolved(task):
    """The builtin implementation answers both alike; what is compared is the answer for many levels."""
    trials = {trial.label: trial.inputs for trial in CORNER[task].trials(Scope("full"))}
    inputs = trials["many levels"]
    assert len(inputs.get("asked", inputs["question"])["levels"]) > 24
    for question in inputs.values():
        check_inputs(task, question)


@pytest.mark.parametrize("task", OF_SPINS)
def test_the_order_of_fields_reaches_the_program(task):
    """Down comes before up in both rates, and the name of a lead last."""
    trials = {trial.label: trial.inputs for trial in CORNER[task].trials(Scope())}
    leads = trials["fields in reverse order"]["question"]["leads"]
    assert [[*lead["rate"]] for lead in leads] == [["down", "up"]] * 2
    assert {[*lead][-1] for lead in leads} == {"name"}


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
