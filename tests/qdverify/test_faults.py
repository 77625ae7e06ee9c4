import json
from dataclasses import replace

import pytest

from qdverify.faults import transport
from qdverify.faults.fault import Fault, all_faults
from qdverify.faults.kill_table import changed_under_their_id, idle_checks, kill, kills_alone
from qdverify.implementations.builtin import Builtin
from qdverify.implementations.inprocess import InProcess
from qdverify.run.false_alarms import false_alarms
from qdverify.suite import runner
from qdverify.suite.declare import Scope, Trial, select
from qdverify.suite.exact import transport_cases, wrong_transport
from qdverify.suite.exact.transport_reference import solve_exactly
from qdverify.suite.finding import Stage
from qdverify.suite.kill_table import shipped
from qdverify.suite.subject import Subject

ENOUGH = 60


def harmless(right, **question):
    return right(**question)


NO_FAULT = Fault("no-fault", Stage.SPIN, "clebsch_gordan_weight", "nothing is wrong", harmless)


def test_there_are_faults_in_every_stage():
    """At least sixty faults, all stages, each a stage of the builtin implementation, each told in one sentence."""
    faults = all_faults()
    assert len(faults) >= ENOUGH
    assert {fault.stage for fault in faults} == set(Stage)
    assert all(callable(getattr(Builtin, fault.method)) for fault in faults)
    assert all(fault.sentence and "\n" not in fault.sentence for fault in faults)


def test_a_fault_changes_its_stage_and_nothing_else():
    """What is not built on the replaced stage answers as before."""
    (fault,) = (fault for fault in all_faults() if fault.name == "missing-half")
    wrong, right = fault.implementation(), Builtin()
    spins = {"two_S_i": 1, "two_S_j": 2}
    assert wrong.clebsch_gordan_weight(**spins)["C"] == 2 * right.clebsch_gordan_weight(**spins)["C"]
    replaced = {name for name in vars(type(wrong)) if not name.startswith("__")}
    assert replaced == {"name", "clebsch_gordan_weight"}


SHARED = {
    "missing-degeneracy": wrong_transport.without_degeneracy,
    "averaged-over-final": wrong_transport.averaged_over_final,
    "unsquared-rates": wrong_transport.M_unsquared,
    "gate-sign": wrong_transport.gate_times(-1.0),
    "temperature-doubled": wrong_transport.kT_times(2.0),
    "bias-on-one-lead": wrong_transport.grounded("R"),
    "leads-exchanged": wrong_transport.mu_exchanged,
    "rates-exchanged": wrong_transport.rates_exchanged,
    "left-rate-for-both": wrong_transport.rate_for_both("L"),
    "rate-squared": wrong_transport.rates_squared,
}


@pytest.mark.parametrize("name", SHARED)
def test_a_fault_answers_what_the_hints_solve_exactly(name):
    """A wrong model is one change of a case, for the faulty implementation and for the exact side of the hints."""
    leads = transport_cases.leads(0.25, t_R=0.5, centre=0.0625)
    case = {**transport_cases.spin_blockade(), "leads": leads, "kT": 0.0625, "gate": 0.875}
    expected, right = solve_exactly(SHARED[name](case)), solve_exactly(case)
    answer = transport.CASES[name].implementation().current(**case)
    assert answer["I_L"] == pytest.approx(expected.current, rel=1e-9)
    assert abs(answer["I_L"] - right.current) > 1e-3 * abs(right.current)


def test_a_fault_that_changes_nothing_is_not_caught():
    """The kill table counts failures, not the mere presence of a fault."""
    checks = select(["spin"], "quick")
    assert kill(NO_FAULT, checks, Scope()).checks == ()
    assert idle_checks([kill(NO_FAULT, checks, Scope())], checks) == list(checks)


def test_no_cause_is_sought_where_only_verdicts_count(monkeypatch):
    """The kill table asks whether a check fails; the search for the cause may cost ten times as much."""
    (fault,) = (fault for fault in all_faults() if fault.name == "missing-half")
    checks, sought = select(["spin"], "quick"), []
    monkeypatch.setattr(runner, "most_likely_cause", lambda findings: sought.append(findings) or "")
    assert kill(fault, checks, Scope()).checks
    assert not sought
    runner.run_checks(Subject(InProcess(fault.implementation())), checks, Scope())
    assert len(sought) == len(checks)


@pytest.mark.parametrize(
    "fault", [fault for fault in all_faults() if fault.stage is Stage.SPIN], ids=lambda fault: fault.name
)
def test_every_fault_in_the_spin_weights_is_caught_at_home(fault):
    """The first stage's faults are caught by its own checks."""
    suites = ["spin", "invalid-input", "determinism"]
    assert kill(fault, select(suites, "quick"), Scope()).at_home


def test_the_builtin_implementation_raises_no_false_alarm():
    """A correct implementation passes a large seed too; slow tests try more, and 200 are tried before a release."""
    checks = [
        check for check in select(None, "quick") if check.suite in ("integrals", "rates", "stationary", "current")
    ]
    assert false_alarms(checks, [2**31]) == []


def test_the_shipped_kill_table_is_that_of_this_suite():
    """It names every fault and every check, and at least 95 in 100 faults are caught at their own stage or below."""
    table = shipped()
    kills = table["kills"]
    assert [kill["fault"] for kill in kills] == [fault.name for fault in all_faults()]
    assert list(table["checks"]) == [check.id for check in select(None, "quick")]
    assert sum(kill["at_home"] for kill in kills) >= 0.95 * len(kills)
    busy = {check for kill in kills for check in kill["checks"]}
    assert busy | {check for check, fault in table["alone"].items() if fault} == set(table["checks"])


def test_a_check_that_asks_something_else_has_a_new_version():
    """The shipped table holds a digest of the questions of each check: the same id asks the same questions."""
    table, checks = shipped(), select(None, "quick")
    assert list(table["questions"]) == [check.id for check in checks]
    assert changed_under_their_id(table, checks) == []


def test_a_change_of_one_question_is_noticed():
    """One more trial, another number or another label of a check: it is named, and no other check."""
    table, checks = shipped(), list(select(["spin"], "quick"))
    first = checks[0]
    (one, *others) = first.trials(Scope())
    for trials in (
        [one, *others, Trial("one more")],
        [replace(one, inputs={**one.inputs, "two_S_i": 1.5}), *others],
        [replace(one, label="renamed"), *others],
    ):
        changed = replace(first, trials=lambda _, trials=trials: trials)
        assert changed_under_their_id(table, [changed, *checks[1:]]) == [first.id]
    raised = replace(first, id=f"{first.name}@99", trials=lambda _: [one])
    assert changed_under_their_id(table, [raised]) == []


@pytest.mark.long
@pytest.mark.slow
@pytest.mark.usefixtures("shared_checks")
def test_what_quick_catches_full_catches():
    """At home, by a check that asks at full all that it asks at quick, or else by one that is run at full here."""
    checks = {check.id: check for check in select(None, "full")}
    questions = {
        level: {
            name: {json.dumps(trial.inputs, sort_keys=True) for trial in check.trials(Scope(level))}
            for name, check in checks.items()
        }
        for level in ("quick", "full")
    }
    grown = {name for name in checks if questions["quick"][name] <= questions["full"][name]}
    stages = list(Stage)
    rows = {row["fault"]: row["checks"] for row in shipped()["kills"]}
    for fault in all_faults():
        home = stages[: stages.index(fault.stage) + 1]
        killers = [checks[name] for name in rows[fault.name] if checks[name].stage in home]
        assert grown.intersection(check.id for check in killers) or kill(fault, killers, Scope("full")).at_home


@pytest.mark.slow
@pytest.mark.usefixtures("shared_checks")
@pytest.mark.parametrize("name", shipped()["alone"])
def test_a_check_that_stands_behind_others_catches_a_fault_alone(name):
    """A check that no wrong program fails is no check."""
    (check,) = (check for check in select(None, "quick") if check.id == name)
    assert kills_alone(check, all_faults(), Scope()) is not None


@pytest.mark.slow
@pytest.mark.usefixtures("shared_checks")
@pytest.mark.parametrize("row", shipped()["kills"][::12], ids=lambda row: row["fault"])
def test_the_quick_suite_does_to_a_fault_what_the_shipped_table_says(row):
    """One fault in twelve under the whole suite: the same checks catch it, and at home where the table says so."""
    (fault,) = (fault for fault in all_faults() if fault.name == row["fault"])
    found = kill(fault, select(None, "quick"), Scope())
    assert (set(found.checks), found.at_home) == (set(row["checks"]), row["at_home"])
