"""Expected failures: what they excuse, what they must not, and when they themselves are reported."""

from dataclasses import replace
from datetime import date

import pytest
from click.testing import CliRunner

from qdverify.implementations.inprocess import InProcess
from qdverify.interfaces.cli import main
from qdverify.protocol.answers import NOT_CONVERGED, AnswerError
from qdverify.protocol.inputs import InvalidInput
from qdverify.report.document import Report
from qdverify.run.verify import verify
from qdverify.suite.comparators import close
from qdverify.suite.declare import Scope, Trial, check
from qdverify.suite.expected_failures import (
    ExpectedFailure,
    ExpectedFailures,
    State,
    expected_failures,
    read_expected_failures,
)
from qdverify.suite.finding import Stage, Tolerance, Verdict, exact
from qdverify.suite.runner import run_checks
from qdverify.suite.subject import Subject

TODAY = date(2026, 3, 1)
ENTRY = ExpectedFailure("spin.one", "the table is wrong", "https://example.org/1", date(2026, 12, 31), case="a")


class Weights:
    """Answers 1 for even and `odd` for odd spins."""

    def __init__(self, odd):
        self.odd = odd

    def clebsch_gordan_weight(self, *, two_S_i, two_S_j):
        return {"C": self.odd if two_S_i % 2 else 1.0}


def trials(_):
    yield Trial("a", {"two_S_i": 1})
    yield Trial("b", {"two_S_i": 0})


@check(
    "spin.one@1",
    suite="spin",
    stage=Stage.SPIN,
    claim="every weight is 1",
    equation="test",
    tasks=("clebsch_gordan_weight",),
    trials=trials,
)
def one(subject, trial):
    measured = subject.ask("clebsch_gordan_weight", two_S_j=1, **trial.inputs)["C"]
    yield close(measured, exact(1.0, "test"), Tolerance(1e-12, "test"))


def run(odd, *entries, level="quick"):
    """Return the report of an implementation whose odd weights are wrong."""
    subject = Subject(InProcess(Weights(odd)))
    expected = ExpectedFailures(entries, TODAY)
    findings = run_checks(subject, [one], Scope(level), expected=expected)
    return Report(
        subject.description,
        Scope(level),
        findings,
        0.0,
        expected=expected.states(findings, known_checks=[one.id], level=level),
    )


def verdicts(report):
    return [str(finding.verdict) for finding in report.findings]


def test_a_known_failure_is_excused_and_explained():
    """The verdict is expected-failure, the reason and the link are shown, the exit status is 0."""
    report = run(2.0, ENTRY)
    assert verdicts(report) == ["expected-failure", "pass"]
    assert "the table is wrong (https://example.org/1)" in report.findings[0].detail
    assert report.exit_status == 0
    assert report.expected[ENTRY] is State.MET


def test_without_an_entry_the_same_run_fails():
    """The mechanism excuses nothing by itself."""
    assert run(2.0).exit_status == 1


def test_a_known_failure_that_passes_changes_the_exit_status():
    """An excuse that is no longer needed is reported."""
    report = run(1.0, ENTRY)
    assert verdicts(report) == ["unexpected-pass", "pass"]
    assert report.exit_status == 1


def test_an_expired_entry_excuses_nothing():
    """After its last day the failure is a failure again and the entry is reported; on that day it still holds."""
    expired = replace(ENTRY, expires=date(2026, 2, 28))
    report = run(2.0, expired)
    assert verdicts(report) == ["fail", "pass"]
    assert "expired on 2026-02-28" in report.findings[0].detail
    assert report.expected[expired] is State.EXPIRED
    assert run(1.0, expired).exit_status == 1
    assert run(2.0, replace(ENTRY, expires=TODAY)).exit_status == 0


@pytest.mark.parametrize("change", [{"case": "c"}, {"check": "spin.two"}])
def test_an_entry_that_names_nothing_is_stale(change):
    """A trial or a check that does not exist is reported, and changes the exit status."""
    stale = replace(ENTRY, **change)
    report = run(1.0, stale)
    assert verdicts(report) == ["pass", "pass"]
    assert report.expected[stale] is State.STALE
    assert report.exit_status == 1


def test_an_entry_of_the_full_level_is_not_stale_in_a_quick_run():
    """A trial that only the full level has cannot be met at level quick."""
    entry = replace(ENTRY, case="c", level="full")
    assert run(1.0, entry).expected[entry] is State.NOT_TRIED
    assert run(1.0, entry, level="full").expected[entry] is State.STALE


def test_a_new_mistake_does_not_hide_behind_an_old_excuse():
    """An entry that names the measured number excuses that number only."""
    entry = replace(ENTRY, measured=2.0, within=0.1)
    assert run(2.05, entry).exit_status == 0
    other = run(3.0, entry)
    assert verdicts(other) == ["fail", "pass"]
    assert other.expected[entry] is State.DIFFERENT


def test_a_pattern_covers_several_trials():
    """An entry is met as soon as one of the trials that it names fails; those that pass stay passed."""
    report = run(2.0, replace(ENTRY, check="spin.*@1", case="*"))
    assert verdicts(report) == ["expected-failure", "pass"]
    assert report.exit_status == 0


def test_an_error_is_excused_only_where_the_entry_says_so():
    """A crash does not pass for a failure."""
    assert verdicts(run("no number", ENTRY))[0] == "error"
    assert verdicts(run("no number", replace(ENTRY, verdict=Verdict.ERROR)))[0] == "expected-failure"


def test_a_declined_question_is_excused_like_the_error_that_it_was():
    """Files that were written before declined questions were told apart from errors keep working."""

    class Declining(Weights):
        def clebsch_gordan_weight(self, *, two_S_i, two_S_j):
            if two_S_i % 2:
                raise AnswerError(NOT_CONVERGED, "no")
            return {"C": 1.0}

    findings = run_checks(Subject(InProcess(Declining(1.0))), [one], Scope())
    assert [finding.verdict for finding in findings] == [Verdict.DECLINED, Verdict.PASS]
    assert replace(ENTRY, verdict=Verdict.ERROR).excuses(findings[0])
    assert not ENTRY.excuses(findings[0])


def test_a_file_is_read(tmp_path):
    """The documented form is read as it stands."""
    file = tmp_path / "expected.toml"
    file.write_text(
        '[[expected]]\ncheck = "spin.*"\nreason = "because\n of"\nlink = "x"\nexpires = 2027-01-31\n'.replace(
            '"because\n of"', '"""because\n of"""'
        )
    )
    (entry,) = read_expected_failures(file)
    assert (entry.check, entry.case, entry.reason, entry.expires) == ("spin.*", "*", "because of", date(2027, 1, 31))
    assert entry.source == str(file)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x = [", "must be TOML"),
        ("other = 1", "'other'"),
        ("expected = 1", r"\[\[expected\]\]"),
        ('[[expected]]\ncheck = "a"\nlink = "b"\nexpires = "never"', "reason is missing"),
        ('[[expected]]\ncheck = "a"\nreason = "b"\nlink = "c"\nexpires = "later"', "expires='later'"),
        ('[[expected]]\ncheck = "a"\nreason = "b"\nlink = "c"\nexpires = "never"\nmeasured = 1', "given together"),
        ('[[expected]]\ncheck = "a"\nreason = "b"\nlink = "c"\nexpires = "never"\nverdict = "pass"', "verdict='pass'"),
        ('[[expected]]\ncheck = "a"\nreason = "b"\nlink = "c"\nexpires = "never"\ncases = "a"', "'cases'"),
        ('[[expected]]\ncheck = 1\nreason = "b"\nlink = "c"\nexpires = "never"', "check=1"),
    ],
)
def test_a_wrong_file_is_refused(tmp_path, text, message):
    """The message names the file and the rule."""
    file = tmp_path / "expected.toml"
    file.write_text(text)
    with pytest.raises(InvalidInput, match=message) as caught:
        read_expected_failures(file)
    assert str(file) in str(caught.value)


def test_the_shipped_file_excuses_deviations_of_the_paper_only():
    """What the package ships speaks of the paper's printed numbers, and names each number that it excuses."""
    entries = expected_failures().entries
    assert entries
    assert all(entry.check.startswith("paper.") and entry.measured is not None for entry in entries)


@pytest.mark.parametrize(("odd", "status"), [(2.09, 0), (1.91, 0), (2.11, 1), (1.89, 1), (2.3, 1)])
def test_a_measured_number_is_excused_within_its_range_alone(odd, status):
    """On both sides of it; three times the range is another mistake."""
    assert run(odd, replace(ENTRY, measured=2.0, within=0.1)).exit_status == status


def test_a_number_that_is_none_is_not_the_one_that_is_excused():
    """An entry that names a number excuses neither a list nor an answer that is missing."""
    named = replace(ENTRY, measured=2.0, within=0.1)
    (finding, _) = run_checks(Subject(InProcess(Weights(2.0))), [one], Scope())
    assert named.excuses(finding)
    assert not named.excuses(replace(finding, comparison=replace(finding.comparison, measured=[2.0])))
    assert not replace(named, verdict=Verdict.ERROR).excuses(replace(finding, verdict=Verdict.ERROR, comparison=None))


def test_an_entry_excuses_the_trial_that_it_names():
    """Not the other trials of the same check."""
    report = run(2.0, replace(ENTRY, case="b"))
    assert verdicts(report) == ["fail", "unexpected-pass"]
    assert report.exit_status == 1


@pytest.mark.parametrize(
    "number", ["measured = inf\nwithin = 1.0", "measured = 1.0\nwithin = inf", "measured = nan\nwithin = 1"]
)
def test_a_range_that_excuses_everything_is_refused(tmp_path, number):
    """Both numbers are finite."""
    file = tmp_path / "expected.toml"
    file.write_text(f'[[expected]]\ncheck = "a"\nreason = "b"\nlink = "c"\nexpires = "never"\n{number}')
    with pytest.raises(InvalidInput, match=r"must be (a )?finite"):
        read_expected_failures(file)


@pytest.mark.parametrize(("expires", "status"), [("2020-01-31", 1), ("2999-01-31", 0)])
def test_a_file_whose_day_has_passed_excuses_nothing_on_the_command_line(tmp_path, expires, status):
    """Today is the day of the run."""
    file = tmp_path / "expected.toml"
    file.write_text(f'[[expected]]\ncheck = "spin.*"\nreason = "known"\nlink = "here"\nexpires = {expires}\n')
    arguments = ["verify", "--implementation=python:weights:Shifted", "--check=spin.clebsch-gordan"]
    assert CliRunner().invoke(main, [*arguments, f"--expected-failures={file}"]).exit_code == status
    assert CliRunner().invoke(main, arguments).exit_code == 1


@pytest.mark.parametrize("missing", ["check", "reason", "link", "expires"])
def test_an_entry_needs_all_that_explains_it(tmp_path, missing):
    """Check, reason, link and expiry."""
    lines = {"check": 'check = "a"', "reason": 'reason = "b"', "link": 'link = "c"', "expires": 'expires = "never"'}
    file = tmp_path / "expected.toml"
    file.write_text("\n".join(["[[expected]]", *(line for name, line in lines.items() if name != missing)]))
    with pytest.raises(InvalidInput, match=f"{missing} is missing"):
        read_expected_failures(file)


@pytest.mark.parametrize(
    ("check", "status"), [("spin.clebsch-gordan", 0), ("spin.selection-rules", 1), ("spin.no-such-check", 1)]
)
def test_verify_takes_a_file_of_expected_failures(tmp_path, check, status):
    """It excuses what it names; what passes unexpectedly, or names no check, changes the exit status."""
    file = tmp_path / "expected.toml"
    file.write_text(f'[[expected]]\ncheck = "{check}"\nreason = "known"\nlink = "here"\nexpires = "never"\n')
    checks = ["spin.clebsch-gordan"] if status == 0 else ["spin.selection-rules"]
    wrong = DoubleWeights() if status == 0 else RightWeights()
    assert verify(wrong, ["spin"], checks=checks, expected=file).exit_status == status


class RightWeights:
    """Right spin weights."""

    factor = 1.0

    def clebsch_gordan_weight(self, *, two_S_i, two_S_j):
        return {"C": self.factor * (two_S_j + 1) / (2 * (two_S_i + 1)) if abs(two_S_i - two_S_j) == 1 else 0.0}


class DoubleWeights(RightWeights):
    """Twice as large ones."""

    factor = 2.0
