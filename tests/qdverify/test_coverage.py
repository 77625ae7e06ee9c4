"""Coverage: what was not verified is counted and says why."""

from dataclasses import replace

import jsonschema
import pytest

from qdverify.protocol.answers import Description
from qdverify.report.document import Report, report_schema
from qdverify.suite.comparators import close
from qdverify.suite.coverage import Extent, coverage
from qdverify.suite.declare import Scope
from qdverify.suite.finding import Finding, Stage, Tolerance, Verdict, exact

PASSED = Finding(
    "spin.one@1",
    "spin",
    Stage.SPIN,
    "C is 1",
    "test",
    {"label": "a"},
    Verdict.PASS,
    close(1.0, exact(1.0, "test"), Tolerance(0.0, "test")),
    tasks=("clebsch_gordan_weight",),
)
BEYOND = replace(PASSED, verdict=Verdict.UNSUPPORTED, comparison=None, detail="orbitals=13 is beyond the limit of 5")
MISSING = replace(BEYOND, id="current.one@1", tasks=("current", "noise"), detail="noise is not among the tasks")


def test_the_extent_of_a_claim_is_what_was_judged():
    """All trials, some, or none."""
    assert [row.extent for row in coverage([PASSED], []).rows] == [Extent.VERIFIED]
    assert [row.extent for row in coverage([replace(PASSED, verdict=Verdict.FAIL)], []).rows] == [Extent.VERIFIED]
    assert [row.extent for row in coverage([PASSED, BEYOND], []).rows] == [Extent.PARTLY]
    assert [row.extent for row in coverage([BEYOND, BEYOND], []).rows] == [Extent.NOT]


def test_what_was_not_verified_says_why():
    """Each reason stands once; a verified claim is not listed."""
    found = coverage([PASSED, BEYOND, BEYOND, MISSING], ["clebsch_gordan_weight"])
    assert [(row.id, row.reasons) for row in found.not_verified] == [
        ("spin.one@1", (BEYOND.detail,)),
        ("current.one@1", (MISSING.detail,)),
    ]
    assert found.rows[0].counts == {Verdict.PASS: 1, Verdict.UNSUPPORTED: 2}


def test_the_matrix_has_every_task():
    """A task that no claim used is an empty column, not a missing one; extensions follow the protocol's tasks."""
    document = coverage([PASSED, MISSING], ["clebsch_gordan_weight"]).document()
    assert [column["task"] for column in document["tasks"]][-2:] == ["current", "noise"]
    assert [column["offered"] for column in document["tasks"]] == [True, False, False, False, False, False, False]
    assert document["claims"][0]["cells"] == ["verified", None, None, None, None, None, None]
    assert document["claims"][1]["cells"] == [None, None, None, None, None, "not", "not"]


def test_the_report_holds_the_matrix():
    """The report's document is valid with it."""
    report = Report(Description("weights", "1", frozenset({"current"})), Scope(), [PASSED, BEYOND], 1.0)
    document = report.document()
    jsonschema.validate(document, report_schema())
    assert document["coverage"]["claims"][0]["extent"] == "partly"


def test_a_run_that_judged_nothing_is_incomplete():
    """Everything unsupported is no success."""
    description = Description("weights", "1", frozenset({"current"}))
    assert Report(description, Scope(), [BEYOND, MISSING], 1.0).exit_status == 3
    assert Report(description, Scope(), [BEYOND, PASSED], 1.0).exit_status == 0


@pytest.mark.parametrize("verdict", [Verdict.ERROR, Verdict.BLOCKED, Verdict.DECLINED, Verdict.UNSUPPORTED])
def test_what_has_no_verdict_on_numbers_was_not_verified(verdict):
    """An error, a blocked trial and a declined question leave a claim open, alone or beside a pass."""
    open_ = replace(BEYOND, verdict=verdict)
    assert [row.extent for row in coverage([open_], []).rows] == [Extent.NOT]
    (row,) = coverage([PASSED, open_], []).not_verified
    assert row.extent is Extent.PARTLY


@pytest.mark.parametrize(
    ("verdicts", "status"),
    [
        ((Verdict.PASS,), 0),
        ((Verdict.PASS, Verdict.EXPECTED_FAILURE, Verdict.UNSUPPORTED, Verdict.BLOCKED), 0),
        ((Verdict.PASS, Verdict.FAIL), 1),
        ((Verdict.PASS, Verdict.UNEXPECTED_PASS), 1),
        ((Verdict.FAIL, Verdict.ERROR), 1),
        ((Verdict.PASS, Verdict.ERROR), 3),
        ((Verdict.PASS, Verdict.DECLINED), 3),
        ((Verdict.UNSUPPORTED, Verdict.BLOCKED), 3),
        ((), 3),
    ],
)
def test_the_exit_status_follows_from_the_verdicts(verdicts, status):
    """Failures first, then what is open; without anything judged a run is never a success."""
    findings = [replace(PASSED, verdict=verdict) for verdict in verdicts]
    report = Report(Description("weights", "1", frozenset({"current"})), Scope(), findings, 1.0)
    assert report.exit_status == status
    assert report.ok is (status == 0)
