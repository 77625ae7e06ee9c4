from dataclasses import replace

from report_samples import sample_report

from qdverify.report.diff import compare_reports
from qdverify.suite.finding import Verdict


def test_a_report_equals_itself():
    """No change is found where there is none."""
    document = sample_report(trials=3).document()
    diff = compare_reports(document, document)
    assert diff.quiet
    assert diff.unchanged == len(document["findings"])
    assert not diff.context


def test_swapping_the_reports_swaps_the_changes():
    """What breaks one way is repaired the other way, and so with digits and with what appears."""
    good, faulty = sample_report(trials=6).document(), sample_report(faulty=True, trials=6, seed=2).document()
    there, back = compare_reports(good, faulty), compare_reports(faulty, good)
    assert there.broke
    assert [(c.check, c.case) for c in there.broke] == [(c.check, c.case) for c in back.repaired]
    assert {c.check for c in there.lost} == {c.check for c in back.won}
    assert there.appeared == back.gone
    assert ("seed", "1", "2") in there.context


def test_a_finding_that_turns_is_found_among_equal_cases():
    """Findings of one case are told apart by their place."""
    report = sample_report(trials=1)
    twice = [finding for finding in report.findings for _ in range(2)]
    before = replace(report, findings=twice)
    turned = replace(twice[1], verdict=Verdict.FAIL)
    diff = compare_reports(before.document(), replace(before, findings=[twice[0], turned, *twice[2:]]).document())
    (change,) = diff.broke
    assert (change.check, change.after) == ("spin.check-0", Verdict.FAIL)
    assert change.case == f"{turned.case['label']}, finding 2"
    assert not diff.appeared
    assert not diff.gone


def test_every_other_turn_is_shown_too():
    """From fail to error, or from pass to unsupported, nothing is lost from sight."""
    report = sample_report(trials=1)
    first = report.findings[0]
    for before, after in ((Verdict.FAIL, Verdict.ERROR), (Verdict.PASS, Verdict.UNSUPPORTED)):
        old, new = (replace(report, findings=[replace(first, verdict=verdict)]) for verdict in (before, after))
        (change,) = compare_reports(old.document(), new.document()).turned
        assert (change.before, change.after) == (before, after)


def test_a_new_version_of_a_check_is_the_same_check():
    """The version is no part of the match."""
    report = sample_report(trials=1)
    first = report.findings[0]
    newer = replace(report, findings=[replace(first, id="spin.check-0@2")])
    assert compare_reports(replace(report, findings=[first]).document(), newer.document()).quiet
