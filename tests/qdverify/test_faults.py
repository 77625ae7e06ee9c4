import pytest

from qdverify.faults.false_alarms import false_alarms
from qdverify.faults.fault import Fault, all_faults
from qdverify.faults.kill_table import as_markdown, idle_checks, kill, kill_table, kills_alone
from qdverify.finding import Layer
from qdverify.implementations.builtin import Builtin
from qdverify.suite import Scope, select

ENOUGH = 60


def harmless(right, **question):
    return right(**question)


NO_FAULT = Fault("no-fault", Layer.SPIN, "clebsch_gordan_weight", "nothing is wrong", harmless)


def test_there_are_faults_in_every_layer():
    """At least sixty slips, all layers, each a station of the builtin implementation, each told in one sentence."""
    faults = all_faults()
    assert len(faults) >= ENOUGH
    assert {fault.layer for fault in faults} == set(Layer)
    assert all(callable(getattr(Builtin, fault.station)) for fault in faults)
    assert all(fault.slip and "\n" not in fault.slip for fault in faults)


def test_a_fault_changes_its_station_and_nothing_else():
    """What is not built on the replaced station answers as before."""
    (fault,) = (fault for fault in all_faults() if fault.name == "missing-half")
    wrong, right = fault.implementation(), Builtin()
    spins = {"two_S_i": 1, "two_S_j": 2}
    assert wrong.clebsch_gordan_weight(**spins)["C"] == 2 * right.clebsch_gordan_weight(**spins)["C"]
    replaced = {name for name in vars(type(wrong)) if not name.startswith("__")}
    assert replaced == {"name", "clebsch_gordan_weight"}


def test_a_fault_that_changes_nothing_is_not_caught():
    """The kill table counts failures, not the mere presence of a fault."""
    checks = select(["spin"], "quick")
    assert kill(NO_FAULT, checks, Scope()).checks == ()
    assert idle_checks([kill(NO_FAULT, checks, Scope())], checks) == [check.id for check in checks]


@pytest.mark.parametrize(
    "fault", [fault for fault in all_faults() if fault.layer is Layer.SPIN], ids=lambda fault: fault.name
)
def test_every_slip_in_the_spin_weights_is_caught_at_home(fault):
    """The first layer's faults are caught by its own checks."""
    suites = ["spin", "invalid-input", "determinism"]
    assert kill(fault, select(suites, "quick"), Scope()).at_home


def test_the_builtin_implementation_raises_no_false_alarm():
    """A correct implementation passes whatever the seed; 200 seeds are tried before a release."""
    checks = [
        check for check in select(None, "quick") if check.suite in ("integrals", "rates", "stationary", "current")
    ]
    assert false_alarms(checks, [1, 2**31]) == []


@pytest.mark.slow
@pytest.mark.parametrize("check", select(None, "quick"), ids=lambda check: check.id)
def test_every_check_catches_a_fault(check):
    """A check that no wrong program fails is no check."""
    assert kills_alone(check, all_faults(), Scope()) is not None


@pytest.mark.slow
def test_the_quick_suite_catches_all_but_a_twentieth_of_the_faults():
    """At least 95 in 100 at level quick, each by a check of the fault's layer or one below; the table is printable."""
    kills = kill_table(Scope())
    missed = [kill.fault.name for kill in kills if not kill.at_home]
    assert len(missed) <= 0.05 * len(kills), missed
    assert sum(line.startswith("| ") for line in as_markdown(kills, {}, Scope())) == len(kills) + 2
