"""A kill table that is brought up to date equals one that is measured as a whole."""

import pytest

from qdverify.faults import update_table
from qdverify.faults.fault import all_faults
from qdverify.faults.kill_table import document, kill
from qdverify.suite.declare import Scope, select
from qdverify.suite.finding import Stage

CHECKS = [check for check in select(["spin"], "quick") if check.stage is Stage.SPIN]
FAULTS = [fault for fault in all_faults() if fault.name in ("missing-half", "no-selection-rule", "short-table")]


def whole():
    return document([kill(fault, CHECKS, Scope()) for fault in FAULTS], {}, CHECKS, Scope())


@pytest.mark.parametrize("lost_check", [check.id for check in CHECKS])
def test_what_a_table_lacks_is_measured_and_nothing_else(lost_check, monkeypatch):
    """One fault and one check are taken out of a table: the update brings both back, in their places."""
    monkeypatch.setattr(update_table, "all_faults", lambda: FAULTS)
    expected = whole()
    old = {
        **expected,
        "checks": {name: stage for name, stage in expected["checks"].items() if name != lost_check},
        "questions": {name: digest for name, digest in expected["questions"].items() if name != lost_check},
        "kills": [
            {**row, "checks": [name for name in row["checks"] if name != lost_check]} for row in expected["kills"][1:]
        ],
    }
    kills = update_table.updated_kills(old, CHECKS, Scope())
    assert document(kills, {}, CHECKS, Scope()) == expected


def test_what_is_known_is_not_measured_again(monkeypatch):
    """A row of the table stays as it is; checks that are gone leave it."""
    monkeypatch.setattr(update_table, "all_faults", lambda: FAULTS[:1])
    row = {
        "fault": FAULTS[0].name,
        "stage": "spin",
        "sentence": "",
        "at_home": True,
        "checks": [CHECKS[0].id, "gone@1"],
    }
    old = {"level": "quick", "seed": 0, "checks": {check.id: "spin" for check in CHECKS}, "kills": [row], "alone": {}}
    (found,) = update_table.updated_kills(old, CHECKS, Scope())
    assert found.checks == (CHECKS[0].id,)


def test_checks_come_with_all_that_they_rest_on():
    """A new check is blocked, not failed, if one that it rests on fails: these run with it."""
    checks = select(None, "quick")
    (new,) = [check for check in checks if check.name == "current.order"]
    names = {check.name for check in update_table._with_requirements({new.id}, checks)}
    assert {"current.order", "current.matrix-tree", "stationary.matrix-tree", "current.one-transition"} <= names
    assert "small-basis.levels" not in names


def test_a_fault_that_remembers_is_measured_as_a_whole_if_a_new_check_reaches_it(monkeypatch):
    """A new check shifts which question is the hundredth: the old row of such a fault says nothing any more."""
    checks = [check for check in select(["spin", "determinism"], "quick") if check.stage is Stage.SPIN]
    remembers = next(fault for fault in all_faults() if fault.name == "from-the-hundredth-clebsch-gordan-weight")
    monkeypatch.setattr(update_table, "all_faults", lambda: [remembers])
    row = {"fault": remembers.name, "stage": "spin", "sentence": "", "at_home": True, "checks": [checks[0].id]}
    known = {check.id: "spin" for check in checks}
    old = {"level": "quick", "seed": 0, "checks": known, "kills": [row], "alone": {}}
    (found,) = update_table.updated_kills(old, checks, Scope())
    assert found.checks == (checks[0].id,)
    new = {name: stage for name, stage in known.items() if name != checks[-1].id}
    (found,) = update_table.updated_kills({**old, "checks": new}, checks, Scope())
    assert found.checks == kill(remembers, checks, Scope()).checks != (checks[0].id,)
