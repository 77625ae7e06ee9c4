"""The kill table measured as a whole: every row that differs from an earlier table is told, and no other."""

import json

import pytest
from click.testing import CliRunner

from qdverify.faults import __main__ as command
from qdverify.faults.fault import all_faults
from qdverify.faults.kill_table import document, kill
from qdverify.faults.whole_table import measured_kills
from qdverify.suite.checks import noninteracting, spin
from qdverify.suite.declare import Scope, select
from qdverify.suite.finding import Stage

CHECKS = tuple(check for check in select(["spin"], "quick") if check.stage is Stage.SPIN)
FAULTS = tuple(fault for fault in all_faults() if fault.name in ("missing-half", "no-selection-rule", "short-table"))
FIRST, SECOND, THIRD = (fault.name for fault in FAULTS)


@pytest.fixture(scope="module")
def table():
    """A table of three faults and the checks of the spin."""
    return document([kill(fault, CHECKS, Scope()) for fault in FAULTS], {}, CHECKS, Scope())


@pytest.fixture
def compared(tmp_path, monkeypatch):
    """Return the exit status and the lines of a comparison with a table, and the file that it was in."""
    monkeypatch.setattr(command, "all_faults", lambda: FAULTS)
    monkeypatch.setattr(command, "select", lambda *_: CHECKS)

    def run(table, *options):
        file = tmp_path / "kills.json"
        file.write_text(json.dumps(table), encoding="utf-8")
        result = CliRunner().invoke(command.main, [str(file), *options])
        return result.exit_code, result.output.splitlines(), file

    return run


def test_a_table_that_is_right_differs_nowhere(table, compared):
    """Status 0, one line, and the file is left as it is."""
    status, lines, file = compared(table, "--compare")
    assert (status, lines) == (0, ["0 of 3 rows differ"])
    assert json.loads(file.read_text()) == table


def test_outdated_rows_are_told_and_mended_on_demand(table, compared, tmp_path):
    """A check too many, a check too few, a fault that is new and one that is gone."""
    rows = {row["fault"]: row for row in table["kills"]}
    kept = rows[FIRST]["checks"][0]
    idle = next(check.id for check in CHECKS if check.id not in rows[SECOND]["checks"])
    old = {
        **table,
        "kills": [
            {**rows[FIRST], "checks": rows[FIRST]["checks"][1:]},
            {**rows[SECOND], "checks": [*rows[SECOND]["checks"], idle]},
            {**rows[THIRD], "fault": "gone"},
        ],
    }
    out = tmp_path / "new.json"
    status, lines, file = compared(old, "--compare", "--out", str(out))
    assert status == 1
    assert lines[0] == f"{FIRST}: now caught by {kept}"
    assert lines[1] == f"{SECOND}: no longer by {idle}"
    assert lines[2] == f"{THIRD}: not in the table; caught by {', '.join(rows[THIRD]['checks'])}"
    assert lines[3:] == ["gone: in the table, but no fault any more", "4 of 4 rows differ"]
    assert json.loads(file.read_text()) == old
    mended = {row["fault"]: row for row in json.loads(out.read_text())["kills"]}
    assert {name: mended[name] for name in rows} == rows


def test_a_few_faults_are_chosen_by_name(table, compared):
    """Rows of other faults are neither measured nor judged."""
    old = {**table, "kills": [{**row, "checks": []} for row in table["kills"]]}
    status, lines, _ = compared(old, "--compare", "--fault", FIRST)
    assert status == 1
    assert lines[-1] == "1 of 1 rows differ"
    assert compared(old, "--compare", "--fault", "no such")[0] == 2
    assert compared(old, "--fault", FIRST)[0] == 2


def test_what_a_check_asks_may_not_change_under_its_id(table, compared):
    """A comparison would blame the faults for what the check has changed."""
    old = {**table, "questions": dict.fromkeys(table["questions"], "something else")}
    status, lines, _ = compared(old, "--compare")
    assert status == 1
    assert "raise the version" in lines[-1]


def test_shared_references_are_taken_back_whatever_happens():
    """After a campaign, also after one that broke off, the checks compute their own references again."""
    modules = [vars(spin), vars(noninteracting)]
    before = [dict(module) for module in modules]

    def stop(_):
        assert [dict(module) for module in modules] != before
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        measured_kills(FAULTS, CHECKS, Scope(), stop)
    assert [dict(module) for module in modules] == before
