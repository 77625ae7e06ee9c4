"""Drawn devices and walks of exchanges: valid, over whole ranges, fair to programs in doubles, and noticed."""

import json
from itertools import pairwise

import pytest
from device_programs import TASKS, DevicesInDoubles, OneBehind
from honest_programs import ON_DEVICES
from judging import findings, outcomes
from rows import over

from qdverify.faults.drawn import DRAWN as FAULTS
from qdverify.implementations.builtin import Builtin
from qdverify.protocol.accuracy import decades_of_rates
from qdverify.protocol.inputs import OPTIONAL_TASKS, check_inputs
from qdverify.protocol.nested import numbers
from qdverify.suite.checks.drawn import DRAWN, takes_own_kT
from qdverify.suite.checks.exchanged import ENERGIES, EXCHANGED, scaled, steps
from qdverify.suite.declare import Scope
from qdverify.suite.finding import Verdict

OF_TWO_LEADS = ("current", "differential_conductance", "noise")
BY_TASK = [(task, check) for checks in (DRAWN, EXCHANGED) for task, check in checks.items()]
BAD = {Verdict.FAIL, Verdict.ERROR}


def questions(task, seeds=10):
    """Return all that is asked at the thorough level, the random devices of several seeds among it."""
    trials = [trial.inputs for seed in range(seeds) for trial in DRAWN[task].trials(Scope("full", seed))]
    return [inputs[name] for inputs in trials for name in ("question", "asked") if name in inputs]


def test_every_task_on_devices_is_asked():
    """A task that is added is drawn, too; so are those on L and R that have a bias."""
    assert DRAWN.keys() == {*OPTIONAL_TASKS, *OF_TWO_LEADS}
    assert EXCHANGED.keys() == set(OPTIONAL_TASKS)


@pytest.mark.parametrize("task", DRAWN)
def test_questions_are_valid_and_within_what_doubles_can_tell(task):
    """Rates of one case span 14 decades at most, a limit that a careful program in doubles may declare."""
    for question in questions(task, seeds=3):
        check_inputs(task, question)
        assert decades_of_rates(question) < 14


@pytest.mark.parametrize("task", [task for task in DRAWN if "response" not in task])
def test_a_bias_has_either_sign_and_any_size(task):
    """Between the first lead and the last, where they are named L and R between those."""
    biases = []
    for question in questions(task):
        mu = {lead["name"]: lead["mu"] for lead in question["leads"]}
        names = [*mu]
        first, last = ("L", "R") if mu.keys() == {"L", "R"} else (names[0], names[-1])
        biases.append((mu[first] - mu[last]) / min(lead.get("kT", question["kT"]) for lead in question["leads"]))
    for sign in (1, -1):
        assert min(sign * bias for bias in biases if sign * bias > 0) < 1e-3
        assert max(sign * bias for bias in biases) > 1.0


@pytest.mark.parametrize("task", [task for task in DRAWN if takes_own_kT(task)])
def test_temperatures_of_leads_lie_far_apart_and_far_from_the_nominal_one(task):
    """By more than a hundred, either way."""
    ratios, spreads = [], []
    for question in questions(task):
        own = [lead["kT"] for lead in question["leads"] if "kT" in lead] or [question["kT"]]
        ratios += [kT / question["kT"] for kT in own]
        spreads.append(max(own) / min(own))
    assert min(ratios) < 0.01
    assert max(ratios) > 100.0
    assert max(spreads) > 100.0


def test_levels_leads_fields_and_spins_go_up_to_the_most():
    """Twelve levels in mixed order, twenty-four leads, more than twenty fields with repeats, S = 6."""
    of_leads, of_fields = questions("lead_currents"), questions("lead_generating_function")
    assert max(len(question["levels"]) for question in of_leads) == 12
    assert max(len(question["leads"]) for question in of_leads) == 24
    assert max(level["two_S"] for question in of_leads for level in question["levels"]) >= 12
    charges = [[level["electrons"] for level in question["levels"]] for question in of_leads]
    assert any(len(row) > 6 and row != sorted(row) for row in charges)
    rows = [[json.dumps(row, sort_keys=True) for row in question["theta"]] for question in of_fields]
    assert max(map(len, rows)) > 20
    assert any(len(set(row)) < len(row) for row in rows)
    assert all(not lead["name"].isascii() for question in of_leads for lead in question["leads"])


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
@pytest.mark.parametrize(("task", "check"), BY_TASK, ids=lambda value: getattr(value, "name", None) or str(value))
def test_the_thorough_level_is_fair_too(task, check):
    """Other seeds draw other devices: the builtin implementation passes, and so does a program in doubles."""
    for seed in (1, 2):
        assert set(outcomes(Builtin(), check, Scope("full", seed))) == {Verdict.PASS}
        if task in TASKS:
            assert set(outcomes(DevicesInDoubles(), check, Scope("full", seed))) == {Verdict.PASS}


@over("name", FAULTS)
def test_each_fault_is_caught_here(name):
    """By the check of its task, at the quick level."""
    fault = FAULTS[name]
    checks = [family[fault.method] for family in (DRAWN, EXCHANGED) if fault.method in family]
    assert any(BAD.intersection(outcomes(fault.implementation(), check, Scope())) for check in checks)


def test_a_nominal_kT_that_no_lead_has_changes_nothing():
    """The same answer is asked for: only kT differs between the question and what is asked."""
    trials = [trial.inputs for trial in DRAWN["heat_currents"].trials(Scope()) if "asked" in trial.inputs]
    assert len(trials) == 2
    for inputs in trials:
        assert {name for name, value in inputs["question"].items() if value != inputs["asked"][name]} == {"kT"}
        assert all("kT" in lead for lead in inputs["asked"]["leads"])


def alike(one, other):
    """Return whether the same numbers stand in both questions, or the same in units of kT, or twice the rates."""
    before, after = (sorted(numbers(question)) for question in (one, other))
    doubled = (scaled(one, ENERGIES, 2.0), scaled(one, ("rate",), 2.0))
    return before == after or other in doubled


@pytest.mark.parametrize("task", EXCHANGED)
def test_a_step_leaves_the_numbers_what_they_were(task):
    """They stand at other places, or all of a kind are doubled; no question is asked twice."""
    walk = [question for _, question in steps(task)]
    assert len({json.dumps(question, sort_keys=True) for question in walk}) == len(walk)
    for question in walk:
        check_inputs(task, question)
    assert all(alike(one, other) for one, other in pairwise(walk))


@pytest.mark.parametrize("task", EXCHANGED)
def test_every_exchange_is_noticed(task):
    """An answer that is one question behind fails at every step."""
    found = list(findings(OneBehind(task, Builtin()), EXCHANGED[task]))
    noticed = {item.comparison.note.partition(":")[0] for item in found if item.verdict is Verdict.FAIL}
    labels = {label for label, _ in steps(task, full=False)} - {"the first question"}
    assert labels
    assert labels <= noticed
