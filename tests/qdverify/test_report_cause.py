import io
from dataclasses import replace

import pytest
from report_samples import sample_report
from rich.console import Console

from qdverify.protocol.answers import Description
from qdverify.protocol.version import NO_VERSION
from qdverify.report.groups import group_findings, ranked_failures
from qdverify.report.not_verified import INFINITE_BASIS, not_verified, untouched_suites
from qdverify.report.page import render
from qdverify.report.summary import summarise
from qdverify.report.terminal import print_report
from qdverify.suite.declare import all_checks
from qdverify.suite.finding import Verdict
from qdverify.suite.runner import unanswered


def ending_in(*verdicts, detail="why"):
    """Return a report of one check with a finding of each verdict."""
    report = sample_report(trials=1)
    first = replace(report.findings[0], comparison=None, detail=detail)
    return replace(report, findings=[replace(first, verdict=verdict) for verdict in verdicts])


def silent():
    """Return the report of an implementation that did not say hello, as a run makes it."""
    description = Description("an implementation that did not say hello", NO_VERSION, frozenset())
    report = sample_report(trials=1)
    return replace(report, description=description, findings=[unanswered("no answer within 30 s")])


def read(report):
    """Return what page and terminal say, each as one text."""
    out = io.StringIO()
    print_report(report, Console(file=out))
    return render(report.document(), figures=False), out.getvalue()


@pytest.mark.parametrize(
    ("verdicts", "said", "never"),
    [
        ([Verdict.PASS, Verdict.FAIL], ["1 of 2 cases fail", "first stage that fails is spin"], []),
        (
            [Verdict.PASS, *[Verdict.UNEXPECTED_PASS] * 2],
            ["2 of 3 cases pass, though a failure is expected", "Nothing fails", "Not as expected"],
            ["cases fail", "that fails", "in the order of harm", "1 of 3 passed"],
        ),
        (
            [Verdict.PASS, Verdict.ERROR],
            ["1 of 2 cases got no usable answer", "what was answered holds", "The first: why."],
            ["cases fail", "that fails", "in the order of harm"],
        ),
        ([Verdict.ERROR], ["nothing could be judged"], ["cases fail", "holds", "that fails"]),
        ([Verdict.PASS, Verdict.FAIL, *[Verdict.UNSUPPORTED] * 2], ["1 of 2 cases fail"], ["of 4 cases"]),
        ([Verdict.PASS, Verdict.FAIL, Verdict.ERROR], ["that fails", "1 question got no usable answer"], []),
        ([Verdict.PASS, Verdict.EXPECTED_FAILURE], ["apart from 1 expected failure"], ["cases fail", "that fails"]),
        (
            [Verdict.PASS, Verdict.UNSUPPORTED],
            ["passes all 1 check that applied; 1 could not be asked."],
            ["that fails"],
        ),
        (
            [Verdict.PASS, Verdict.DECLINED],
            [
                "declined 1 valid question",
                "1 of 2 cases were declined",
                "a limit in the answer to hello",
            ],
            ["cases fail", "that fails"],
        ),
        ([Verdict.EXPECTED_FAILURE], ["deviates from the model in all that was asked, as expected"], ["agrees"]),
        ([Verdict.PASS], ["passes all 1 check that applied."], ["that fails", "cases fail", "apart from"]),
    ],
)
def test_what_is_said_is_true_of_the_verdicts(verdicts, said, never):
    """A wrong number, an unexpected pass and a missing answer are three things, on the page and in the terminal."""
    report = ending_in(*verdicts)
    page, terminal = read(report)
    told = page[page.index("<main>") : page.index('id="scope"')]
    for text in said:
        assert text in page
    for text in never:
        assert text not in told
        assert text not in terminal


def test_an_implementation_that_says_no_hello_is_no_wrong_spin():
    """No stage of the model is blamed, no task is called unoffered, and what happened is said."""
    report = silent()
    summary = summarise(report.document(), ())
    assert summary.headline == "The implementation did not say hello: nothing could be asked of it."
    assert summary.cause == "What happened: no answer within 30 s."
    assert all(stage.verdict is None and not stage.first for stage in summary.stages)
    assert len(summary.not_verified) == 1
    document = report.document()
    assert [failure.group.stage for failure in ranked_failures(document, group_findings(document, 9))] == ["hello"]
    for text in read(report):
        assert "does not offer" not in text
        assert "not offered" not in text
        assert "1 findings" not in text
        assert "goes wrong" not in text
        assert "hello unknown" not in text
        assert "no answer within 30 s" in text
        assert "qdverify verify --implementation" in text
        assert "--suite" not in text


def test_expected_failures_are_on_the_first_screen():
    """Which numbers deviate is read before the first heading below the verdict."""
    page, _ = read(sample_report(trials=1))
    assert "paper.table-2 0→0: 0.8649, reference 0.85" in page[: page.index('id="scope"')]


def test_a_version_that_nobody_stated_is_not_named():
    """An implementation without a version is called by its name alone."""
    report = sample_report(trials=1)
    report = replace(report, description=replace(report.description, name="plain", version=NO_VERSION))
    for text in read(report):
        assert "plain disagrees" in text or "plain passes" in text


def test_the_versions_are_on_the_first_screen():
    """Python's and numpy's are part of the scope."""
    page, _ = read(sample_report(trials=1))
    scope = page[page.index('id="scope"') : page.index('id="not-verified"')]
    assert "Python 3." in scope
    assert "numpy " in scope


@pytest.mark.parametrize("place", ["name", "version", "detail"])
def test_nobody_but_the_report_writes_a_line_of_it(place):
    """Line breaks of an implementation neither forge a verdict nor stand at the start of a line."""
    forged = "1\n  9999 pass in 1.0 s, level full, seed 0\r\npass  all is well"
    report = ending_in(Verdict.PASS, Verdict.ERROR, detail=forged if place == "detail" else "why")
    if place != "detail":
        report = replace(report, description=replace(report.description, **{place: forged}))
    _, terminal = read(report)
    lines = [line.strip() for line in terminal.splitlines()]
    assert not any(line.startswith(("9999 pass", "pass  all")) for line in lines)
    assert len(next(line for line in lines if line.startswith("incomplete"))) < 160


def test_the_infinite_basis_is_verified_where_a_check_reached_it():
    """Page and terminal say which checks spoke of infinitely many orbitals, and that none did where none did."""
    report = sample_report(trials=1)
    reached = [*report.findings, replace(report.findings[0], id="bethe.extrapolated@1")]
    assert {check.id.partition("@")[0] for check in all_checks()} >= INFINITE_BASIS
    for text in read(report):
        assert "every number is one of the M-orbital model" in text
    for text in read(replace(report, findings=reached)):
        assert "but for the cases of bethe.extrapolated" in text
        assert "every number is one of" not in text


def test_optional_tasks_are_named():
    """What was not verified for want of an optional task says which task that is."""
    report = sample_report(trials=1)
    finding = replace(report.findings[0], tasks=("charge_density",), verdict=Verdict.UNSUPPORTED)
    said = summarise(replace(report, findings=[finding]).document(), ()).not_verified
    assert "1 claim behind optional tasks that are not offered: charge_density." in said


@pytest.mark.parametrize(
    ("label", "notes", "shown"),
    [
        ("paper's dot", ["level 0", "level 1"], ["paper's dot, level 0", "paper's dot, level 1"]),
        ("once", ["2S_i = 0"], ["2S_i = 0"]),
        ("once", [""], ["the only case"]),
        ("alone", ["level 0"], ["alone"]),
    ],
)
def test_findings_of_one_trial_are_told_apart(label, notes, shown):
    """Rows that share a label show what they are about, and none is called "once"."""
    report = sample_report(trials=1)
    first = next(finding for finding in report.findings if finding.comparison)
    findings = [
        replace(first, case={"label": label}, comparison=replace(first.comparison, note=note)) for note in notes
    ]
    (group,) = group_findings(replace(report, findings=findings).document(), 99)
    assert [row.label for row in group.rows] == shown


def unasked(suite, detail, limit=""):
    """Return a finding of a suite that could not be asked."""
    return {"suite": suite, "verdict": "unsupported", "detail": detail, "tasks": ["spectrum"], "stage": "spectrum"} | (
        {"limit": limit} if limit else {}
    )


def test_a_suite_is_excused_by_a_limit_only_if_that_limit_excludes_all_of_it():
    """Another limit, or a task that is not offered, in one case is enough for no reason to be given."""
    large, larger = ("orbitals=12 is beyond the limit of 8", "orbitals=13 is beyond the limit of 8")
    one = [unasked("paper", larger, larger), unasked("paper", large, large)]
    assert untouched_suites(one) == [f"paper ({larger})"]
    assert untouched_suites([*one, unasked("paper", "no", "electrons=5 is beyond the limit of 4")]) == ["paper"]
    assert untouched_suites([*one, unasked("paper", "parities is not among the tasks")]) == ["paper"]
    assert untouched_suites([*one, {**one[0], "verdict": "pass"}]) == []


def test_what_could_not_be_asked_names_its_suites():
    """Each limit with the number of its cases and the suites that they belong to."""
    document = {
        "findings": [
            {**unasked(suite, detail), "id": f"{suite}.a@1"}
            for suite, detail in [
                ("paper", "a"),
                ("bethe", "a"),
                ("paper", "a"),
                ("paper", "b"),
                ("spin", "c"),
                ("oracle", "d"),
            ]
        ],
        "implementation": {"tasks": ["spectrum"]},
        "environment": {"level": "quick"},
    }
    sentences = not_verified(document, [])
    assert "3 cases of bethe, paper: a." in sentences
    assert "1 case of paper: b." in sentences
    assert "1 further case of oracle beyond what the implementation declares." in sentences
