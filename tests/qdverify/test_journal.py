"""Findings on disk and as JUnit XML: nothing is lost, whatever an implementation sends."""

import json
import os
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from programs import write_program

from qdverify.interfaces.cli import main
from qdverify.protocol.answers import Description
from qdverify.protocol.inputs import InvalidInput
from qdverify.records.journal import Journal, read_journal, recovered
from qdverify.report.document import Report, finding_document
from qdverify.report.junit import junit_xml
from qdverify.report.page_folder import read_report
from qdverify.suite.comparators import close
from qdverify.suite.declare import Scope
from qdverify.suite.expected_failures import ExpectedFailure, State
from qdverify.suite.finding import Finding, Stage, Tolerance, Verdict, exact

COMPARISON = close(1.0, exact(1.0, "test"), Tolerance(1e-12, "test"))
PASSED = Finding("spin.one@1", "spin", Stage.SPIN, "C is 1", "test", {"label": "a"}, Verdict.PASS, COMPARISON)
HOSTILE = "<b>\x1b[31mred\x00]]></b>&\ud800"


def report(*findings, **more):
    description = Description("weights", "1", frozenset({"clebsch_gordan_weight"}))
    return Report(description, Scope(), findings, 1.0, generated="2026-03-01T00:00:00+00:00", **more)


def test_findings_are_on_disk_at_once(tmp_path):
    """Each finding can be read back while the journal is still open; a line cut short is left out."""
    path = tmp_path / "journal.jsonl"
    with Journal(path, {"implementation": "builtin"}) as journal:
        journal.add(PASSED)
        header, findings = read_journal(path)
        assert header["implementation"] == "builtin"
        assert findings == [finding_document(PASSED)]
        with path.open("a") as file:
            file.write('{"id": "spin.')
        assert len(read_journal(path)[1]) == 1
        journal.remove()
    assert not path.exists()


def test_another_file_is_no_journal(tmp_path):
    """A file of something else is refused."""
    path = tmp_path / "journal.jsonl"
    path.write_text("{}\n")
    with pytest.raises(ValueError, match="qdverify-journal/1"):
        read_journal(path)


def test_a_killed_run_keeps_its_findings(tmp_path):
    """A run that is killed while a program hangs leaves all that was found before."""
    program = write_program(
        tmp_path, "def ask(request):\n    if request['params']['two_S_i'] == 6: time.sleep(600)\n    right(request)"
    )
    options = ["--implementation", f"command:{sys.executable} {program}", "--json", str(tmp_path / "report.json")]
    run = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "from qdverify.interfaces.cli import main; main()",
            "verify",
            "--suite",
            "spin",
            *options,
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    journal = tmp_path / "report.findings.jsonl"
    deadline = time.monotonic() + 60
    found = 0
    while found < 10 and time.monotonic() < deadline and run.poll() is None:
        found = len(read_journal(journal)[1]) if journal.exists() and journal.stat().st_size else 0
        time.sleep(0.05)
    run.kill()
    _, errors = run.communicate()
    assert found >= 10, errors.decode()
    assert not (tmp_path / "report.json").exists()
    assert {finding["verdict"] for finding in read_journal(journal)[1]} == {"pass"}


def cases(document):
    """Return (class, name) -> what happened, for every test case."""
    root = ET.fromstring(document)
    return {
        (case.get("classname"), case.get("name")): [(child.tag, child.get("type")) for child in case]
        for case in root.iter("testcase")
    }


def test_every_verdict_has_its_form_in_junit():
    """Failures fail, errors are errors, what was not judged is skipped."""
    verdicts = {
        Verdict.PASS: [],
        Verdict.FAIL: [("failure", "fail")],
        Verdict.ERROR: [("error", "error")],
        Verdict.UNSUPPORTED: [("skipped", "unsupported")],
        Verdict.BLOCKED: [("skipped", "blocked")],
        Verdict.EXPECTED_FAILURE: [("skipped", "expected-failure")],
        Verdict.UNEXPECTED_PASS: [("failure", "unexpected-pass")],
    }
    findings = [replace(PASSED, verdict=verdict, case={"label": str(verdict)}) for verdict in verdicts]
    found = cases(junit_xml(report(*findings)))
    assert found == {("spin.one@1", str(verdict)): children for verdict, children in verdicts.items()}
    suite = ET.fromstring(junit_xml(report(*findings))).find("testsuite")
    assert {name: suite.get(name) for name in ("tests", "failures", "errors", "skipped")} == {
        "tests": "7",
        "failures": "2",
        "errors": "1",
        "skipped": "3",
    }


def test_a_trial_is_one_test_case():
    """Several comparisons of one trial are one case, with the worst outcome."""
    failed = replace(PASSED, verdict=Verdict.FAIL, hint="a factor of 2?")
    document = junit_xml(report(PASSED, failed, PASSED))
    assert cases(document) == {("spin.one@1", "a"): [("failure", "fail")]}
    assert "a factor of 2?" in document


def test_an_outdated_expectation_fails_in_junit():
    """A stale entry is a failing case of its own."""
    entry = ExpectedFailure("spin.two", "gone", "link", date(2027, 1, 1), source="expected.toml")
    document = junit_xml(report(PASSED, expected={entry: State.STALE}))
    assert cases(document)["spin.two", "*"] == [("failure", None)]


def test_hostile_text_stays_text():
    """Markup, control characters and lone surrogates of an implementation do not break a document."""
    finding = replace(PASSED, verdict=Verdict.FAIL, detail=HOSTILE, case={"label": HOSTILE})
    document = junit_xml(report(finding, stderr=HOSTILE))
    root = ET.fromstring(document.encode("utf-8"))
    assert [child.tag for child in root.iter("failure")] == ["failure"]
    assert "\\x1b[31mred\\x00]]>" in root.find(".//failure").text
    json.dumps(finding_document(finding)).encode("utf-8")


def test_a_stopped_run_is_recovered_as_a_report(tmp_path):
    """The findings of its journal, and one error: what had not been asked is not passed over."""
    path = tmp_path / "report.findings.jsonl"
    with Journal(path, {"implementation": "command:./mine", "level": "quick", "seed": 3}) as journal:
        journal.add(PASSED)
        journal.add(replace(PASSED, verdict=Verdict.FAIL, case={"label": "b"}))
    found = recovered(path)
    assert [finding.verdict for finding in found.findings] == [Verdict.PASS, Verdict.FAIL, Verdict.ERROR]
    assert (found.findings[0], found.scope.seed, found.description.name) == (PASSED, 3, "command:./mine")
    assert (found.exit_status, found.complete) == (1, False)


def test_recover_writes_a_report_that_can_be_read(tmp_path):
    """The command shows the findings, writes the document, and exits as an incomplete run does."""
    path, out = tmp_path / "report.findings.jsonl", tmp_path / "report.json"
    with Journal(path, {"implementation": "builtin", "level": "quick", "seed": 0}) as journal:
        journal.add(PASSED)
    done = CliRunner().invoke(main, ["recover", str(path), "--json", str(out)])
    assert done.exit_code == 3, done.output
    assert "the run was stopped after 1 findings" in done.output
    assert read_report(out)["summary"]["complete"] is False


@pytest.mark.parametrize("line", ['{"id": "spin.one@1"}', '{"id": 3, "stage": "nowhere"}', "[]"])
def test_a_journal_whose_lines_are_no_findings_is_refused(tmp_path, line):
    """With the file's name and the reason, not with a traceback."""
    path = tmp_path / "report.findings.jsonl"
    path.write_text(f'{{"schema": "qdverify-journal/1", "implementation": "x", "level": "quick", "seed": 0}}\n{line}\n')
    with pytest.raises(InvalidInput, match=r"findings\.jsonl"):
        recovered(path)


def fill_up(path):
    """Write a finding for which there is no room."""
    with Journal(path, {}) as journal, Path("/dev/full").open("wb") as full:
        os.dup2(full.fileno(), journal._file.fileno())
        journal.add(PASSED)


def test_a_full_disk_is_told_with_the_file(tmp_path):
    """Not only that there was no room, but where; what closing the file would say takes its place nowhere."""
    with pytest.raises(OSError, match=r"No space left on device: '.*findings.jsonl'"):
        fill_up(tmp_path / "findings.jsonl")
