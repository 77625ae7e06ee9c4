import io
from dataclasses import replace

import pytest
from report_samples import sample_findings, sample_report
from rich.console import Console

from qdverify.report.progress import Gauge, earlier_seconds, progress
from qdverify.report.terminal import print_report
from qdverify.suite.declare import Check, Trial
from qdverify.suite.finding import Stage


def printed(report, *, terminal=False, page=None):
    """Return what is printed, to a pipe or to a terminal."""
    out = io.StringIO()
    print_report(report, Console(file=out, force_terminal=terminal, width=100), page)
    return out.getvalue()


def test_a_pipe_gets_plain_unwrapped_lines():
    """No escape sequence, and each sentence on one line, so that a log can be searched."""
    text = printed(sample_report(faulty=True, trials=4))
    assert "\x1b" not in text
    assert (
        "    Reproduce with: qdverify verify --implementation SPEC --check transitions.check-2 --level quick --seed 1\n"
        in text
    )


def test_a_terminal_gets_colour_unless_the_user_wants_none(monkeypatch):
    """NO_COLOR takes the colours away, as https://no-color.org has it."""
    report = sample_report(faulty=True, trials=4)
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    assert "\x1b[1;31m" in printed(report, terminal=True)
    monkeypatch.setenv("NO_COLOR", "1")
    text = printed(report, terminal=True)
    assert not any(f"\x1b[{code}m" in text for code in ("31", "1;31", "32", "33", "35", "1;35", "36"))


def test_the_verdict_comes_last_and_the_cause_before_what_follows_from_it():
    """What a terminal shows without scrolling is the verdict; a wrong number stands before a missing one."""
    text = printed(sample_report(faulty=True, trials=4), page="some/index.html")
    lines = text.splitlines()
    assert lines[-1] == "report: some/index.html"
    assert lines[-6].startswith("fail  sample 1.2 disagrees with the model.")
    assert text.index("  transitions.check-2@1") < text.index("  spectrum.hangs@1") < text.index("not verified:")
    assert "hint: ratio 2.000: a spin factor?" in text
    assert "most likely cause: ratio 2.000: a spin factor?" in text


def test_a_clean_run_is_short():
    """A line a suite, what was not verified, the verdict: nothing else where nothing is wrong."""
    text = printed(sample_report(trials=4))
    assert "passes all 243 checks that applied" in text
    assert "Reproduce with:" not in text
    assert len(text.splitlines()) < 20


@pytest.mark.parametrize("terminal", [False, True])
def test_what_an_implementation_sends_is_printed_as_text(terminal):
    """Escape sequences and markup of an implementation neither move the cursor nor colour anything."""
    hostile = "[bold red]owned[/bold red]\x1b]0;title\x07\x1b[2J"
    report = sample_report(faulty=True, trials=3)
    report = replace(report, findings=[replace(finding, detail=hostile, hint=hostile) for finding in report.findings])
    text = printed(report, terminal=terminal)
    assert "\x1b]0" not in text
    assert "\x1b[2J" not in text
    assert "[bold red]owned[/bold red]" in text.replace("\n", "")


def made_checks():
    """Return the checks behind the made-up findings, with as many trials as these have."""
    trials = {}
    for finding in sample_findings(faulty=False, trials=4):
        trials.setdefault(finding.id, []).append(Trial(finding.case["label"]))
    return [
        Check(name, name.partition(".")[0], Stage.SPIN, "", "", ("spectrum",), lambda _, t=found: t, lambda *_: ())
        for name, found in trials.items()
    ]


def test_progress_rises_to_the_whole():
    """Every finding moves the bar forward or leaves it, and the last one ends it."""
    findings = sample_findings(faulty=False, trials=4)
    checks = made_checks()
    gauge = Gauge(checks, {check.id: sum(f.seconds for f in findings if f.id == check.id) for check in checks})
    done = [gauge.count(finding) for finding in findings]
    assert done == sorted(done)
    assert done[-1] == pytest.approx(gauge.total)


def test_progress_makes_no_trial():
    """To make them only to count them took seconds; a check that takes longer than expected stays within its share."""

    def trials(_):
        raise AssertionError("a trial was made")

    findings = sample_findings(faulty=False, trials=4)
    checks = [replace(check, trials=trials) for check in made_checks()]
    expected = {check.id: 0.015 for check in checks}
    gauge = Gauge(checks, expected)
    done = [gauge.count(finding) for finding in findings if finding.id == checks[0].id]
    assert done == pytest.approx([0.01, *[0.015] * (len(done) - 1)])
    assert gauge.total == pytest.approx(0.015 * len(checks))


def test_progress_weighs_checks_by_what_they_took():
    """A check that took half of an earlier run takes half of the bar."""
    checks = made_checks()
    report = sample_report(trials=4)
    slow = checks[0].id
    others = sum(finding.seconds for finding in report.findings if finding.id != slow)
    share = others / sum(finding.id == slow for finding in report.findings)
    findings = [replace(f, seconds=share) if f.id == slow else f for f in report.findings]
    gauge = Gauge(checks, earlier_seconds(replace(report, findings=findings).document()))
    done = [gauge.count(finding) for finding in findings if finding.id == slow]
    assert done[-1] / gauge.total == pytest.approx(0.5, rel=0.05)


def test_progress_is_silent_in_a_pipe():
    """A log holds the outcome, not the way to it."""
    out = io.StringIO()
    with progress(Gauge(made_checks(), {}), Console(file=out, force_terminal=False)) as advance:
        for finding in sample_findings(faulty=True, trials=2):
            advance(finding)
    assert out.getvalue() == ""


def test_progress_shows_what_goes_wrong_on_a_terminal():
    """While the run lasts, the bar says how many findings went wrong and what is left."""
    out = io.StringIO()
    console = Console(file=out, force_terminal=True, width=140)
    with progress(Gauge(made_checks(), {}), console) as advance:
        for finding in sample_findings(faulty=True, trials=4):
            advance(finding)
    assert "wrong" in out.getvalue()
    assert "left" in out.getvalue()
