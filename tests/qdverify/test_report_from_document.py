"""`Report.from_document` gives back the report that a document was made from."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest
from report_samples import sample_report

import qdverify
from qdverify.report.document import Report
from qdverify.suite.expected_failures import ExpectedFailure, State
from qdverify.suite.finding import ErrorKind, Finding, Scales, Tolerance, Verdict


def without_questions(finding):
    """Return what a document holds of a finding: no questions behind the numbers, and rounded digits and seconds."""
    comparison = finding.comparison
    if comparison is not None:
        digits = tuple(round(end, 1) for end in comparison.digits)
        comparison = replace(comparison, asked=(), digits=digits)
    return replace(finding, comparison=comparison, seconds=round(finding.seconds, 6))


@pytest.mark.parametrize("faulty", [False, True])
def test_a_report_comes_back_from_its_json(faulty):
    """Document, findings, description and exit status are the same after a trip through JSON."""
    report = sample_report(faulty=faulty)
    document = json.loads(report.to_json())
    again = Report.from_document(document)
    assert again.document() == document
    assert list(again.findings) == [without_questions(finding) for finding in report.findings]
    assert (again.description, again.exit_status, again.counts) == (
        report.description,
        report.exit_status,
        report.counts,
    )


def test_every_part_of_a_real_run_comes_back():
    """A run of the builtin implementation: scales of tolerances, claimed accuracies and the environment included."""
    report = qdverify.verify("builtin", suites=["spin", "rates"])
    document = json.loads(report.to_json())
    assert any("per_relative" in finding.get("tolerance", {}) for finding in document["findings"])
    assert Report.from_document(document).document() == document


def test_expected_failures_and_errors_come_back():
    """Words that decide something are the same words again: kinds of errors, limits, blockers and expiry."""
    report = sample_report()
    first = report.findings[0]
    silent = replace(first, verdict=Verdict.ERROR, comparison=None, detail="no", error_kind=ErrorKind.OFF_PROTOCOL)
    beyond = replace(first, verdict=Verdict.UNSUPPORTED, comparison=None, detail="no", limit="orbitals=9")
    blocked = replace(first, verdict=Verdict.BLOCKED, comparison=None, blocked_by=("spin.a", "spin.b"))
    wide = replace(first.comparison, tolerance=Tolerance(0.5, "wide", Scales("current", 1.0, 2.0, 3.0)))
    scaled = replace(first, comparison=wide, hint="an old constant")
    entry = ExpectedFailure("spin.*", "known", "https://example.org", date(2030, 1, 31), case="*", source="here.toml")
    never = replace(entry, expires=None, check="rates.*")
    expected = {entry: State.STALE, never: State.MET}
    report = replace(report, findings=[silent, beyond, blocked, scaled], expected=expected, stderr="a warning")
    again = Report.from_document(json.loads(report.to_json()))
    assert list(again.findings) == [without_questions(finding) for finding in report.findings]
    assert (again.expected, again.stderr, again.outdated) == (expected, "a warning", report.outdated)


def test_an_unknown_word_is_an_error():
    """A document with a verdict that does not exist gives no report."""
    document = json.loads(sample_report().to_json())
    document["findings"][0]["verdict"] = "perhaps"
    with pytest.raises(ValueError, match="perhaps"):
        Report.from_document(document)


def test_the_report_of_another_machine_keeps_its_environment():
    """What was measured elsewhere, with another suite, is not passed off as measured here."""
    document = json.loads(sample_report().to_json())
    document["suite_version"] = "0.0.7"
    document["environment"]["platform"] = "another machine"
    again = Report.from_document(document).document()
    assert (again["suite_version"], again["environment"]["platform"]) == ("0.0.7", "another machine")


def test_a_finding_without_numbers_has_no_comparison():
    """No measured value is made up."""
    report = replace(sample_report(), findings=[Finding("spin.a@1", "spin", "spin", "", "", {"label": "x"}, "error")])
    assert Report.from_document(json.loads(report.to_json())).findings[0].comparison is None
